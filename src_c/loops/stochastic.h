/* stochastic.h - activations with a random number for each element; the number is that of the element's index. */
#pragma once
#include "../act/piecewise.h"
#include "random.h"

/* The slope of rrelu, between lower and upper */
FA_INLINE V rrelu_slope(V u, V lower, V upper) { return v_min(upper, v_fma(u, upper - lower, lower)); }

/* -log(-log(u)) for u in (0, 1), next to both ends, too; off by some 2^-30 (2^-59) where it is near 0 */
FA_INLINE V gumbel_noise(V u) {
  DD l = log_sum(v_set(0), u, v_set(0)), e = two_sum(-l.hi, -l.lo), g = log_sum(v_set(0), e.hi, v_set(0));
  return -(g.hi + (g.lo + e.lo / e.hi));
}

/* a, b: as for a kernel. p: two parameters. first: the index of the first element. VALUE sees a, b, p0, p1 and u. */
#define CHANCE(symbol, VALUE)                                                                                          \
  static void symbol(void *out, const void *va, const void *vb, const void *p, uint64_t seed, uint64_t first,          \
                     size_t n) {                                                                                       \
    T numbers[64 + VN] = {0};                                                                                          \
    const V p0 = v_set(((const T *)p)[0]), p1 = v_set(((const T *)p)[1]);                                              \
    for (size_t i = 0, stop; i < n; i = stop) {                                                                        \
      const T *number = numbers + (first + i) % 64;                                                                    \
      stop = size_min(n, i + 64 - (size_t)((first + i) % 64));                                                         \
      uniform_64(numbers, seed, (first + i) / 64);                                                                     \
      for (; i < stop; i += VN, number += VN) {                                                                        \
        size_t m = stop - i;                                                                                           \
        V u = v_load(number), a = v_load_part((const T *)va + i, m, 0), b = v_load_part((const T *)vb + i, m, 0);      \
        (void)a, (void)b, (void)p0, (void)p1;                                                                          \
        v_store_part((T *)out + i, VALUE, m);                                                                          \
      }                                                                                                                \
    }                                                                                                                  \
  }
CHANCE(uniform, u)
CHANCE(rrelu_forward, leaky_relu(a, rrelu_slope(u, p0, p1)))
CHANCE(rrelu_backward, leaky_relu_grad(a, b, rrelu_slope(u, p0, p1)))
CHANCE(gumbel, a + gumbel_noise(u))
