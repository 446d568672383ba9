/* vec.h - the vocabulary in which all the mathematics is written, once for every instruction set and both dtypes.
 *
 * FA_ISA names the back end (vec/<FA_ISA>.h), FA_REAL is 32 or 64. A back end defines the types
 *   T   float or double        V   a vector of VN of them        M   a mask, one truth value a lane
 * and the operations below. + - * / and unary minus are the compiler's own on V; each rounds once (-ffp-contract=off).
 *
 *   v_set(c)            every lane c
 *   v_load(p)           VN elements from p, aligned as elements     v_store(p, v)       the way back
 *   v_load_fill(p, m, c)   m < VN elements, other lanes c; nothing past p[m - 1] is touched   v_store_n(p, v, m)
 *   v_load_n(p, m)      the same with other lanes 0
 *   v_load_part(p, m, c), v_store_part(p, v, m)   all lanes if there are m >= VN elements, else as the two above
 *   v_swap(v, k)        lane i ^ k in lane i; k = 1, 2, 4 ... below VN, known when compiled
 *   v_fma(a, b, c)      a * b + c, rounded once where the machine has it (avx2, avx512, neon), twice elsewhere: that is
 *                       the only operation in which the two classes of instruction sets differ; V_FUSED is defined in the first
 *   v_fnma(a, b, c)     c - a * b, likewise
 *   v_residual(c, a, b) c - a * b with the product exact and at most one rounding that shows, on every machine; this is
 *                       what compensation is built on. Exact unless a * b nears the subnormals, or a or b 2^990 (double)
 *   v_sqrt(x)           rounded once; NaN below 0
 *   v_abs(x)            sign bit cleared                            v_copysign(x, s)    |x| with the sign of s
 *   v_max(a, b)         a > b ? a : b   so a NaN in either gives b: v_max(limit, x) lets a NaN in x through
 *   v_min(a, b)         a < b ? a : b   likewise
 *   v_lt, v_gt, v_le    comparisons, false for NaN                  v_nan(a, b)         a or b is NaN
 *   v_ne(a, b)          they differ, or one is NaN
 *   v_any(m), v_all(m)  true in some lane, in every lane: an int, for `if`
 *   m_and(m, k)         both
 *   v_select(m, a, b)   m ? a : b                                   v_where(m, a)       m ? a : +0
 *   v_flip(v, k)        k = V_MAGIC + n, n an integer: v for an even n, -v for an odd one
 *   v_pow2(n)           2^n, n an integer in a V; below the normal numbers 0 or what is as good as 0 beside 1
 *   v_raise(t)          2^p, a normal number, where t = v_base(p), or v_base(p - n) + n; p and n are integers in a V
 *   v_exponent(x)       floor(log2(x)) for a normal x > 0; else anything
 *   v_half_octave(x)    for x = 2^e (1 + b / 2 + ...), b = 0 or 1, a k as above: n = 2 e + b + 6, give or take multiples of 8
 *   v_lookup(table, k)  table[n mod 8], a table of 8 elements; an instruction for floats where V_FUSED is defined
 *   v_scale2(y, n)      y * 2^n rounded once, subnormals included, for V_NMIN <= n <= T_BIAS and |y| in [2^-20, 2^20]
 *                       wherever n < -V_SMALL */
#pragma once
#include <float.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* 16: as 0, but that _Float16 is widened (gcc wherever the processor has it); -1, 1 and 2 are x87's and like it */
#if defined __FAST_MATH__ || (FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16)
#error "every operation must round as it is written: no -ffast-math, no x87"
#endif

#if FA_REAL == 32
typedef float T;
typedef int32_t T_int;
typedef uint32_t T_uint;
#define T_MANTISSA 23
#define T_BIAS 127
#define V_SMALL 100.0f /* below 2^-V_SMALL v_scale2 works in two steps */
#define V_NMIN (-220.0f)
#elif FA_REAL == 64
typedef double T;
typedef int64_t T_int;
typedef uint64_t T_uint;
#define T_MANTISSA 52
#define T_BIAS 1023
#define V_SMALL 900.0
#define V_NMIN (-1800.0)
#else
#error "FA_REAL must be 32 or 64"
#endif
/* Adding V_MAGIC rounds to an integer, and leaves it in the low bits. */
#define V_MAGIC ((T)1.5 * (T)((int64_t)1 << T_MANTISSA))

#define FA_INLINE static inline __attribute__((always_inline, unused))
#define FA_STRING_(x) #x
#define FA_PASTE_(a, b, c) a##b##c
#define FA_PASTE(a, b, c) FA_PASTE_(a, b, c)
/* clang-format off */
#define FA_BACKEND_(isa) FA_STRING_(vec/isa.h)
/* clang-format on */
#define FA_BACKEND(isa) FA_BACKEND_(isa)
#include FA_BACKEND(FA_ISA)

/* What most back ends have in common. */
#ifndef V_HAS_PARTIAL
FA_INLINE V v_load_fill(const T *p, size_t m, T c) {
  T lane[VN];
  v_store(lane, v_set(c));
  memcpy(lane, p, m * sizeof(T));
  return v_load(lane);
}
FA_INLINE void v_store_n(T *p, V v, size_t m) {
  T lane[VN];
  v_store(lane, v);
  memcpy(p, lane, m * sizeof(T));
}
#endif
FA_INLINE V v_load_n(const T *p, size_t m) { return v_load_fill(p, m, 0); }
FA_INLINE V v_load_part(const T *p, size_t m, T c) { return m < VN ? v_load_fill(p, m, c) : v_load(p); }
FA_INLINE void v_store_part(T *p, V v, size_t m) {
  if (m < VN)
    v_store_n(p, v, m);
  else
    v_store(p, v);
}
FA_INLINE V v_base(V p) { return p + (V_MAGIC + T_BIAS); }
#ifndef V_HAS_SCALE2
FA_INLINE V v_pow2(V n) { return v_raise(v_base(v_max(n, v_set(-T_BIAS)))); }
FA_INLINE V v_scale2(V y, V n) {
  M small = v_lt(n, v_set(-V_SMALL));
  V last = v_select(small, v_pow2(v_set(-V_SMALL)), v_set(1));
  return y * v_pow2(n + v_where(small, v_set(V_SMALL))) * last;
}
#endif

FA_INLINE size_t size_min(size_t a, size_t b) { return a < b ? a : b; }
