/* fastact.h - the C API: every activation, forward and backward, for each instruction set that was built.
 *
 *   const fa_isa *isa = fa_select(NULL);                          // the best one this processor has
 *   fa_kernel *f = isa->table[FA_F32]->kernel[FA_ID_gelu][FA_FORWARD][FA_UNIFORM];
 *   f(x, x, NULL, NULL, n);                                       // in place, n floats
 *
 * No allocation, no libm, no threads, no state to initialise; every function is re-entrant and may work in place. */
#ifndef FASTACT_H
#define FASTACT_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FA_F32, FA_F64, FA_DTYPES };
enum { FA_FORWARD, FA_BACKWARD, FA_BACKWARD_Y, FA_KINDS };
enum { FA_UNIFORM, FA_VARYING, FA_MODES }; /* one value for each parameter, or one for each element */
enum { FA_MAX_PARAMS = 4 };

enum fa_id {
#define ACT(name, ...) FA_ID_##name,
#include "activations.def"
#undef ACT
  FA_COUNT
};

/* n elements, float or double as the table says:
 *   FA_FORWARD     out = f(a)            b is not read
 *   FA_BACKWARD    out = a * f'(b)       a is the gradient, b the input of the forward pass
 *   FA_BACKWARD_Y  out = a * f'(...)     b is its output
 * p[i] is parameter i: one value (FA_UNIFORM) or n of them (FA_VARYING). out may be exactly a, b or p[i]; any other overlap
 * is an error of the caller. Pointers are aligned as their elements are. Nothing outside the n elements is read or written,
 * but p[i][0] is read also for n = 0 in FA_UNIFORM. Parameters keep the rules of the registry: POSITIVE and NONZERO ones are
 * finite and not subnormal. */
typedef void fa_kernel(void *out, const void *a, const void *b, const void *const *p, size_t n);

/* The same over any strides (in bytes), through small buffers on the stack: args and steps hold the inputs, then the
 * parameters, then the output, as NumPy's inner loops have them. `kernel` are the two modes of one entry. */
typedef void fa_strided(fa_kernel *const kernel[FA_MODES], size_t inputs, size_t params, char *const *args,
                        const ptrdiff_t *steps, size_t n);

/* What works along an axis. A strip is one row whose elements are neighbours in memory (across = 0), or `width` rows side by
 * side, the last strip what is left of `across`. Steps are in bytes. FA_TILE, the bytes of a line of a strip, 64 at least: no
 * result depends on it, but the stack does, and speed (src_c/README.md). It must be the same for all files. */
#ifndef FA_TILE
#define FA_TILE 64
#endif
enum { FA_LINE = 64, FA_ROW_BLOCK = 4096, FA_ROW_UNITS = 128 };
enum { FA_OUT, FA_A, FA_B, FA_RESULT, FA_ROW_OPERANDS }; /* result: one element for each row, or what is given for it */
enum fa_row_id {
  FA_SOFTMAX,                /* out = softmax(a) */
  FA_LOG_SOFTMAX,            /* out = log_softmax(a) */
  FA_LOGSUMEXP,              /* result = logsumexp(a); no mask */
  FA_SOFTMAX_BACKWARD,       /* out = scale b (a - sum(a b)); a is the gradient, b the output */
  FA_LOG_SOFTMAX_BACKWARD,   /* out = scale (a - e^b sum(a)) */
  FA_LOGSUMEXP_BACKWARD,     /* out = result softmax(a); result, which is read, is the gradient */
  FA_CROSS_ENTROPY,          /* result = -sum(t log_softmax(a)); no mask, t as said below */
  FA_CROSS_ENTROPY_GRADIENT, /* the same, and out = scale (sum(t) softmax(a) - t); out may be a, but not b */
  FA_HARDMAX,                /* out = 1 at the first of the largest, else 0; from here on without row_part */
  FA_SPARSEMAX,
  FA_ENTMAX15,
  FA_SPARSEMAX_BACKWARD, /* a is the gradient, b the output */
  FA_ENTMAX15_BACKWARD,
  FA_ROW_COUNT
};
typedef struct {
  int function;                    /* one of the above */
  char *data[FA_ROW_OPERANDS];     /* the first element of the first strip */
  ptrdiff_t step[FA_ROW_OPERANDS]; /* along the axis */
  ptrdiff_t next[FA_ROW_OPERANDS]; /* from one strip to the next */
  const unsigned char *where;      /* 0: as if a were -inf there; NULL: all count. Or labels, see below */
  ptrdiff_t where_step, where_next, where_across;
  size_t length;           /* elements of a row */
  size_t across, width;    /* rows side by side, from the first strip on; in a strip, at most FA_TILE bytes of them */
  size_t count;            /* strips */
  ptrdiff_t causal;        /* row i of a matrix sees its first i + 1 elements: i of the first strip; -1: all */
  double scale, scale_low; /* a counts times their sum, which is 1 / temperature; */
  int negate;              /* and with the other sign */
  /* The targets of a cross entropy: where each row has a label, an int64_t at `where`, they are 1 there and 0 elsewhere, or
   * 0 everywhere if the label is `ignore`; else, where == NULL, they are b. Then t = (1 - smoothing) target + smoothing /
   * length, but for ignored rows. Other labels are below length, and not negative. */
  int64_t ignore;
  double smoothing;
} fa_rows;
/* All strips, one after the other. out may be exactly a or b. */
typedef void fa_rows_kernel(const fa_rows *rows);
/* One row (across = 0) on several threads, in three phases, each of them on all units, of which there are at most
 * FA_ROW_UNITS and none has less than FA_ROW_BLOCK bytes; units that there are not are ignored. stats, aligned to FA_LINE,
 * has FA_ROW_STAT bytes for each. The result is the same, bit for bit. */
typedef void fa_rows_part(const fa_rows *rows, void *stats, size_t first, size_t last, int phase);
enum { FA_ROW_MAX, FA_ROW_SUM, FA_ROW_FINISH, FA_ROW_PHASES };
enum { FA_ROW_STAT = 9 * FA_LINE };
/* Gated functions, value * f(gate): n elements each, no parameters.
 *   FA_FORWARD     operand = out, value, gate
 *   FA_BACKWARD    operand = grad_value, grad_gate, grad, value, gate
 *   FA_BACKWARD_Y  the same with the output in place of value (glu only)
 * An out may be exactly one of the inputs; the two outs have nothing in common. */
enum fa_gate_id {
#define GATE(name, ...) FA_GATE_##name,
#include "gates.def"
#undef GATE
  FA_GATES
};
enum { FA_MAX_OPERANDS = 5 };
typedef void fa_many(void *const *operand, size_t n);
/* The same over any strides; args and steps in the order of operand, `outs` of them first. */
typedef void fa_many_strided(fa_many *kernel, size_t outs, size_t operands, char *const *args, const ptrdiff_t *steps,
                             size_t n);

/* The greatest of `pieces` neighbours: z (units, pieces, step), out and index (units, step), of which the first `inner`
 * columns are worked on; index, uint16_t if wide, else uint8_t, may be NULL. The gradient goes to the winner, 0 elsewhere.
 * inner <= step. out and the inputs have nothing in common; an index that is not below pieces wins nothing. */
typedef void fa_maxout(void *out, void *index, int wide, const void *z, size_t pieces, size_t units, size_t inner,
                       size_t step);
typedef void fa_maxout_backward(void *dz, const void *grad, const void *index, int wide, size_t pieces, size_t units,
                                size_t inner, size_t step);
/* Sums over the elements, for the gradients of learned parameters (loops/param_grad.h). Each writes out, or nothing, and adds
 * to the unevaluated sums hi + lo what its terms, functions of a, b and p, come to.
 *   FA_UNIFORM  along a row of `columns` elements with one parameter *p; hi and lo have 64 bytes each, to be merged later
 *   FA_VARYING  down at most eight rows, step[] elements apart in out, a and b, with hi, lo and p for each column
 * p can be read also where no term depends on it. */
enum { FA_SUM_prelu, FA_SUM_swish_beta, FA_SUM_xielu_alpha_p, FA_SUM_xielu_alpha_n, FA_SUM_total, FA_SUMS };
typedef void fa_sum(void *out, const void *a, const void *b, const void *p, void *hi, void *lo, size_t rows,
                    size_t columns, const ptrdiff_t *step);
/* n sums hi + lo, to each of which another is added */
typedef void fa_merge(void *hi, void *lo, const void *hi_2, const void *lo_2, size_t n);

/* Cross entropy of the sigmoid: loss and, if grad is not NULL, the gradient times *scale, of n logits x and targets t. loss
 * and grad may each be exactly x or t, and have nothing in common with each other. */
typedef void fa_losses(void *loss, void *grad, const void *x, const void *t, const void *scale, size_t n);

/* Kernels with a random number for each element, that of its index: first is the index of the first (loops/random.h,
 * loops/stochastic.h).
 * p: two parameters. uniform: the number itself; a and b are readable, and not used. gumbel: a plus
 * Gumbel noise, without parameters. */
enum { FA_CHANCE_uniform, FA_CHANCE_rrelu, FA_CHANCE_rrelu_backward, FA_CHANCE_gumbel, FA_CHANCES };
typedef void fa_chance(void *out, const void *a, const void *b, const void *p, uint64_t seed, uint64_t first, size_t n);

typedef struct {
  size_t lanes;                                    /* elements in one vector */
  fa_kernel *kernel[FA_COUNT][FA_KINDS][FA_MODES]; /* NULL where the registry has none */
  fa_rows_kernel *rows;
  fa_rows_part *row_part;
  fa_strided *strided;               /* float (or double) in memory */
  fa_strided *strided_half;          /* IEEE half in memory, but float parameters; float inside; NULL for double */
  fa_many *gate[FA_GATES][FA_KINDS]; /* NULL where there is none */
  fa_many_strided *gate_strided, *gate_strided_half;
  fa_maxout *maxout;
  fa_maxout_backward *maxout_backward;
  fa_many *crelu, *crelu_backward; /* operand = y1, y2, x; dx, grad1, grad2, y1, y2 */
  fa_sum *sum[FA_SUMS][FA_MODES];
  fa_merge *merge;
  fa_kernel *add[FA_MODES]; /* out = a + p[0] */
  fa_chance *chance[FA_CHANCES];
  fa_losses *sigmoid_losses;
  void (*philox)(uint32_t *words, const uint32_t *counter, const uint32_t *key); /* the generator: 4, 4 and 2 words */
} fa_table;

typedef struct {
  const char *name;
  const fa_table *table[FA_DTYPES];
  int (*available)(void); /* does this processor have it? */
} fa_isa;

/* The instruction sets that were built, from the plainest to the widest; ends with a NULL name. */
extern const fa_isa fa_isas[];
/* The one called `name`, or for NULL the last one available. NULL if it is unknown or this processor lacks it. */
const fa_isa *fa_select(const char *name);

/* The registry as data (info.c; embedded builds leave it out). */
typedef struct {
  const char *name;
  double value;              /* default */
  const char *rule, *rule_y; /* what values are accepted; what more the backward pass from y asks */
} fa_param;

typedef struct {
  const char *name;
  struct {
    const char *function, *value; /* gelu_tanh is gelu with approximate="tanh"; NULL for a function of its own */
  } variant_of;
  size_t n_params;
  fa_param params[FA_MAX_PARAMS];
  int from_y;                        /* has FA_BACKWARD_Y */
  const char *cost;                  /* LIGHT, EXP or HEAVY: decides when a second thread pays */
  double bound[FA_DTYPES][FA_KINDS]; /* ULP, measured */
  const char *formula, *derivative, *derivative_y, *range, *kinks, *summary, *source;
} fa_info;

extern const fa_info fa_registry[FA_COUNT];

#ifdef __cplusplus
}
#endif
#endif
