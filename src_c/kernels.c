/* kernels.c - every loop and the table of them: compiled once per instruction set and dtype (-DFA_ISA=avx2 -DFA_REAL=32);
 * exports one symbol, fa_table_<isa>_<bits>; everything else is static. */
#include "fastact.h"

#include "loops/channel_sums.h"

#include "loops/param_grad.h"

#include "loops/sigmoid_loss.h"

#include "loops/random.h"

#include "loops/stochastic.h"

#include "loops/elementwise.h"

#include "axis/axis.h"

#include "loops/gates.h"

#include "shape/maxout.h"

#include "shape/crelu.h"

#define MODES_0(symbol) {symbol##_uniform, NULL}
#define MODES_1(symbol) {symbol##_uniform, symbol##_varying}
#define MODES_2(symbol) MODES_1(symbol)
#define MODES_3(symbol) MODES_1(symbol)
#define MODES_4(symbol) MODES_1(symbol)
#define ENTRY_READS_X(name, np) {NULL, NULL}
#define ENTRY_READS_X_OR_Y(name, np) MODES_##np(name##_backward_y)
#define GATE_Y_READS_VALUE(name) NULL
#define GATE_Y_READS_VALUE_OR_Y(name) name##_gate_backward_y
#define TABLE FA_PASTE(fa_table_, FA_ISA, FA_PASTE(_, FA_REAL, ))

extern const fa_table TABLE;
const fa_table TABLE = {
    .lanes = VN,
    .kernel =
        {
#define ACT(name, np, params, reads, ...)                                                                              \
  [FA_ID_##name] = {MODES_##np(name##_forward), MODES_##np(name##_backward), ENTRY_##reads(name, np)},
#include "activations.def"
#undef ACT
        },
    .rows = rows_or_sparse,
    .row_part = rows_part,
    .strided = strided,
    .gate =
        {
#define GATE(name, f, grad, reads) [FA_GATE_##name] = {name##_gate_forward, name##_gate_backward, GATE_Y_##reads(name)},
#include "gates.def"
#undef GATE
        },
    .gate_strided = gate_strided,
    .maxout = maxout,
    .maxout_backward = maxout_backward,
    .crelu = crelu,
    .crelu_backward = crelu_backward,
#if FA_REAL == 32
    .strided_half = strided_half,
    .gate_strided_half = gate_strided_half,
#endif
#define SUM_ENTRY(name) [FA_SUM_##name] = {name##_along, name##_down}
    .sum = {SUM_ENTRY(prelu), SUM_ENTRY(swish_beta), SUM_ENTRY(xielu_alpha_p), SUM_ENTRY(xielu_alpha_n),
            SUM_ENTRY(total)},
    .merge = merge,
    .add = MODES_1(add),
    .chance = {uniform, rrelu_forward, rrelu_backward, gumbel},
    .sigmoid_losses = sigmoid_losses,
    .philox = philox_words,
};
