/* elementwise.h - the loops of the activations, stamped from their rows, and the strided ones: any strides, block by block. */
#pragma once
#include "../act/exp.h"
#include "../act/gelu.h"
#include "../act/log.h"
#include "../act/piecewise.h"
#include "../act/root.h"
#include "../act/sigmoid.h"
#include "../act/sine.h"
#include "../fastact.h"
#include "param_grad.h"

/* The parameters of lane group i, p0, p1 ... - hoisted (uniform) or loaded (varying). */
#define ARGS_0(...) (__VA_ARGS__)
#define ARGS_1(...) (__VA_ARGS__, p0)
#define ARGS_2(...) (__VA_ARGS__, p0, p1)
#define ARGS_3(...) (__VA_ARGS__, p0, p1, p2)
#define ARGS_4(...) (__VA_ARGS__, p0, p1, p2, p3)
#define HOIST_0
#define HOIST_1 const V p0 = v_set(*(const T *)p[0]);
#define HOIST_2 HOIST_1 const V p1 = v_set(*(const T *)p[1]);
#define HOIST_3 HOIST_2 const V p2 = v_set(*(const T *)p[2]);
#define HOIST_4 HOIST_3 const V p3 = v_set(*(const T *)p[3]);
#define FETCH_0(load)
#define FETCH_1(load) const V p0 = load((const T *)p[0]);
#define FETCH_2(load) FETCH_1(load) const V p1 = load((const T *)p[1]);
#define FETCH_3(load) FETCH_2(load) const V p2 = load((const T *)p[2]);
#define FETCH_4(load) FETCH_3(load) const V p3 = load((const T *)p[3]);

#define FULL(q) v_load((q) + i)
#define PART(q) v_load_n((q) + i, n - i)
#define READ_1(load) const V va = load((const T *)a);
#define READ_2(load) READ_1(load) const V vb = load((const T *)b);

/* One kernel: whole vectors, then what is left through a padded one. Of light functions in cache the loop itself shows,
 * where vectors are wide. */
#if defined V_FUSED && defined __GNUC__ && !defined __clang__
#define UNROLL_LIGHT _Pragma("GCC unroll 2")
#else
#define UNROLL_LIGHT
#endif
#define UNROLL_EXP
#define UNROLL_HEAVY
#define LOOP(cost, symbol, UNIFORM, EACH, READ, VALUE)                                                                 \
  static void symbol(void *out, const void *a, const void *b, const void *const *p, size_t n) {                        \
    size_t i = 0;                                                                                                      \
    (void)b, (void)p;                                                                                                  \
    UNIFORM                                                                                                            \
    UNROLL_##cost for (; i + VN <= n; i += VN) { READ(FULL) EACH(FULL) v_store((T *)out + i, VALUE); }                 \
    if (i < n) {                                                                                                       \
      READ(PART) EACH(PART) v_store_n((T *)out + i, VALUE, n - i);                                                     \
    }                                                                                                                  \
  }
#define BOTH_MODES_0(cost, symbol, READ, VALUE) LOOP(cost, symbol##_uniform, HOIST_0, FETCH_0, READ, VALUE)
#define BOTH_MODES(np, cost, symbol, READ, VALUE)                                                                      \
  LOOP(cost, symbol##_uniform, HOIST_##np, FETCH_0, READ, VALUE)                                                       \
  LOOP(cost, symbol##_varying, HOIST_0, FETCH_##np, READ, VALUE)
#define BOTH_MODES_1(...) BOTH_MODES(1, __VA_ARGS__)
#define BOTH_MODES_2(...) BOTH_MODES(2, __VA_ARGS__)
#define BOTH_MODES_3(...) BOTH_MODES(3, __VA_ARGS__)
#define BOTH_MODES_4(...) BOTH_MODES(4, __VA_ARGS__)

#define BACKWARD_Y_READS_X(name, np, cost)
#define BACKWARD_Y_READS_X_OR_Y(name, np, cost)                                                                        \
  BOTH_MODES_##np(cost, name##_backward_y, READ_2, name##_grad_y ARGS_##np(va, vb))

#define ACT(name, np, params, reads, cost, ...)                                                                        \
  BOTH_MODES_##np(cost, name##_forward, READ_1, name ARGS_##np(va))                                                    \
      BOTH_MODES_##np(cost, name##_backward, READ_2, name##_grad ARGS_##np(va, vb)) BACKWARD_Y_##reads(name, np, cost)
#include "../activations.def"
#undef ACT
BOTH_MODES_1(LIGHT, add, READ_1, add_bias ARGS_1(va))

/* Any strides: gather a block, run the contiguous kernel on it, scatter the result. */
enum { BLOCK = 256 };

#define COPIES(gather, scatter, MEMORY, GET, PUT)                                                                      \
  static inline void gather(T *block, const char *from, ptrdiff_t step, size_t m) {                                    \
    for (size_t l = 0; l < m; l++, from += step) {                                                                     \
      MEMORY value;                                                                                                    \
      memcpy(&value, from, sizeof value);                                                                              \
      block[l] = GET(value);                                                                                           \
    }                                                                                                                  \
  }                                                                                                                    \
  static inline void scatter(char *to, ptrdiff_t step, const T *block, size_t m) {                                     \
    for (size_t l = 0; l < m; l++, to += step) {                                                                       \
      MEMORY value = PUT(block[l]);                                                                                    \
      memcpy(to, &value, sizeof value);                                                                                \
    }                                                                                                                  \
  }

/* gather_param: parameters are never half precision */
#define STRIDED(symbol, gather, gather_param, scatter)                                                                 \
  static void symbol(fa_kernel *const kernel[FA_MODES], size_t inputs, size_t params, char *const *args,               \
                     const ptrdiff_t *steps, size_t n) {                                                               \
    T block[2 + FA_MAX_PARAMS][BLOCK];                                                                                 \
    const void *p[FA_MAX_PARAMS] = {0};                                                                                \
    int varying = 0;                                                                                                   \
    size_t operands = inputs + params;                                                                                 \
    for (size_t j = inputs; j < operands; j++) varying |= steps[j] != 0;                                               \
    for (size_t i = 0; i < n; i += BLOCK) {                                                                            \
      size_t m = n - i < BLOCK ? n - i : BLOCK;                                                                        \
      for (size_t j = 0; j < inputs; j++) gather(block[j], args[j] + (ptrdiff_t)i * steps[j], steps[j], m);            \
      for (size_t j = inputs; j < operands; j++) {                                                                     \
        gather_param(block[j], args[j] + (ptrdiff_t)i * steps[j], steps[j], m);                                        \
        p[j - inputs] = block[j];                                                                                      \
      }                                                                                                                \
      kernel[varying](block[0], block[0], block[1], p, m);                                                             \
      scatter(args[operands] + (ptrdiff_t)i * steps[operands], steps[operands], block[0], m);                          \
    }                                                                                                                  \
  }

#define SAME(x) (x)
COPIES(gather, scatter, T, SAME, SAME)
STRIDED(strided, gather, gather, scatter)
#if FA_REAL == 32
#include "half.h"
COPIES(gather_half, scatter_half, uint16_t, half_to_float, float_to_half)
STRIDED(strided_half, gather_half, gather, scatter_half)
#endif
