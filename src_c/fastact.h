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

/* Sums over the elements, for the gradients of learned parameters (sums.h, learned.h). Each writes out, or nothing, and adds
 * to the unevaluated sums hi + lo what its terms, functions of a, b and p, come to.
 *   FA_UNIFORM  along a row of `columns` elements with one parameter *p; hi and lo have 64 bytes each, to be merged later
 *   FA_VARYING  down at most eight rows, step[] elements apart in out, a and b, with hi, lo and p for each column */
enum { FA_SUM_prelu, FA_SUM_swish_beta, FA_SUM_xielu_alpha_p, FA_SUM_xielu_alpha_n, FA_SUM_total, FA_SUMS };
typedef void fa_sum(void *out, const void *a, const void *b, const void *p, void *hi, void *lo, size_t rows,
                    size_t columns, const ptrdiff_t *step);
/* n sums hi + lo, to each of which another is added */
typedef void fa_merge(void *hi, void *lo, const void *hi_2, const void *lo_2, size_t n);

/* Kernels with a random number for each element, that of its index: first is the index of the first (random.h, chance.h).
 * p: two parameters. uniform: the number itself; a and b are readable, and not used. */
enum { FA_CHANCE_uniform, FA_CHANCE_rrelu, FA_CHANCE_rrelu_backward, FA_CHANCES };
typedef void fa_chance(void *out, const void *a, const void *b, const void *p, uint64_t seed, uint64_t first, size_t n);

typedef struct {
  size_t lanes;                                    /* elements in one vector */
  fa_kernel *kernel[FA_COUNT][FA_KINDS][FA_MODES]; /* NULL where the registry has none */
  fa_strided *strided;                             /* float (or double) in memory */
  fa_strided *strided_half;                        /* IEEE half in memory, float inside; NULL in the double table */
  fa_sum *sum[FA_SUMS][FA_MODES];
  fa_merge *merge;
  fa_kernel *add[FA_MODES]; /* out = a + p[0] */
  fa_chance *chance[FA_CHANCES];
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
