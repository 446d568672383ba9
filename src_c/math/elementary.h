/* elementary.h - the elementary functions under the activations, on V, for both dtypes.
 *
 * Results that feed further arithmetic are handed on as unevaluated sums (DD) or with their power of two apart (Scaled),
 * so that a function rounds once or twice in all, and a tail that leaves the normal numbers is rounded there for the first
 * time. The constants and polynomials are made by ../coeffs/coefficients.sollya. */
#pragma once
#include "../vec.h"
#include "coefficients.h"
#include "dd.h"

typedef struct {
  V hi, lo, n; /* (hi + lo) 2^n */
} Scaled;

#define INF ((T)__builtin_inf())
#if FA_REAL == 32
#define FINITE ((T)0x1.fffffep127)
#define MIN_NORMAL ((T)0x1p-126)
#define ROOT_FINITE ((T)0x1p62) /* its square is finite, and 1 is nothing beside it */
#define EXP_MIN ((T)-112)       /* e^x 2^10 rounds to 0 below */
#define EXP_MIN_WIDE ((T)-208)  /* e^x * FINITE rounds to 0 below */
#define EXP_MAX ((T)89.25)      /* e^x is infinite, and less than 2^(T_BIAS + 2) */
#define EXPM1_MIN ((T)-80)      /* e^x - 1 rounds to -1 below, and e^x is normal above */
#else
#define FINITE ((T)0x1.fffffffffffffp1023)
#define MIN_NORMAL ((T)0x1p-1022)
#define ROOT_FINITE ((T)0x1p510)
#define EXP_MIN ((T)-760)
#define EXP_MIN_WIDE ((T)-1460)
#define EXP_MAX ((T)710.25)
#define EXPM1_MIN ((T)-700)
#endif

#define NO_LOW v_set((T)-0.0) /* the low part of what has none; adding -0 costs nothing */

/* g y where y is often subnormal: a multiplication of such waits some 50 cycles on Zen 5, an fma does not */
FA_INLINE V times_tail(V g, V y) { return v_fma(g, y, NO_LOW); }

/* x bounded by least and -least, least < 0 */
FA_INLINE V within(V x, T min) { return v_min(v_set(-min), v_max(v_set(min), x)); }

/* c[0] + c[1] x + ..., four terms at a time: a third of Horner's chain of dependent operations for two multiplications.
 * With step = 8 each coefficient is a table, c[8 i] its first element, of which k selects one. */
FA_INLINE V coefficient(const T *c, size_t step, V k) { return step == 1 ? v_set(*c) : v_lookup(c, k); }
FA_INLINE V poly_step(V x, const T *c, size_t n, size_t step, V k) {
  V x2 = x * x, x4 = x2 * x2, y = v_set(0);
#pragma GCC unroll 8
  for (size_t end = n, size; end > 0; end -= size) {
    size = n % 4 == 1 && end == n ? 5 : n % 4 && end == n ? n % 4 : 4; /* the last block takes a single term along */
    const T *d = c + (end - size) * step;
    V low = coefficient(d, step, k), high = v_set(0);
    if (size > 1) low = v_fma(x, coefficient(d + step, step, k), low);
    if (size > 2) high = coefficient(d + 2 * step, step, k);
    if (size > 3) high = v_fma(x, coefficient(d + 3 * step, step, k), high);
    if (size > 4) high = v_fma(x2, coefficient(d + 4 * step, step, k), high);
    V block = size > 2 ? v_fma(x2, high, low) : low;
    y = end == n ? block : v_fma(x4, y, block);
  }
  return y;
}
FA_INLINE V poly(V x, const T *c, size_t n) { return poly_step(x, c, n, 1, x); }
#define POLY(x, c) poly(x, c, sizeof(c) / sizeof *(c))
/* the rows of table from row `first` on */
#define POLY_ROWS(x, table, first, k) poly_step(x, (table)[first], sizeof(table) / sizeof *(table) - (first), 8, k)

/* The same with what its last rounding and that of c[0] lost; c[0] and the sum within a factor of 2, c[1] x greater than
 * all that follows it. */
#define POLY_DD(x, c) poly_dd(x, c, sizeof(c) / sizeof *(c), c##_LOW)
FA_INLINE DD poly_dd(V x, const T *c, size_t n, T low) {
  V p = poly(x, c + 2, n - 2), q = v_fma(p, x, v_set(c[1])), y = v_fma(q, x, v_set(c[0]));
  V lo = low - v_residual(y - c[0], q, x);
#if FA_REAL == 64 && !defined V_FUSED /* half an ULP in gelu's tail: here q and the steps before it round twice */
  lo = v_fma((c[1] - q) + p * x, x, lo);
#endif
  return (DD){y, lo};
}

/* x = n ln 2 + r with |r| <= ln 2 / 2 */
FA_INLINE V exp_round(V x) { return v_fma(x, v_set(LOG2E), v_set(V_MAGIC)) - V_MAGIC; }
FA_INLINE V exp_reduce(V x, V n) { return v_fnma(n, v_set(LN2_LOW), v_fnma(n, v_set(LN2_HIGH), x)); }
/* e^r - 1 = r + r^2 q(r) for a reduced r; 0.6 ULP */
FA_INLINE V expm1_reduced(V r) { return v_fma(r * r, POLY(r, exp_q), r); }
/* the same with what its last rounding lost */
FA_INLINE DD expm1_reduced_dd(V r) {
  V square = r * r, q = POLY(r, exp_q), p = v_fma(square, q, r);
  return (DD){p, -v_residual(p - r, square, q)};
}

/* e^(x + x_lo) for |x| <= -EXP_MIN_WIDE; about 2^-25 (2^-54) off, half of it the rounding of r */
FA_INLINE Scaled exp_scaled(V x, V x_lo) {
  V n = exp_round(x);
  V p = expm1_reduced(exp_reduce(x, n) + x_lo);
  V hi = 1 + p;
  return (Scaled){hi, p - (hi - 1), n};
}
/* y 2^n for n down to V_NMIN - V_SMALL: where a factor of any size meets a small exponential. Rounded once, or twice where
 * the result is subnormal. */
FA_INLINE V scale_wide(V y, V n) {
  V first = v_max(v_set(-V_SMALL), n);
  return v_scale2(y * v_pow2(first), n - first);
}

/* e^(x + x_lo) - 1 for x <= 0: 2^n - 1 + 2^n (e^r - 1). Nothing cancels: n = 0 leaves e^r - 1, n = -1 is far from 0. Only
 * the rounding of r is left in the pair; hi alone is good to 1.2 ULP. */
FA_INLINE DD expm1_negative(V x, V x_lo) {
  V a = v_min(v_set(0), v_max(v_set(EXPM1_MIN), x)), n = exp_round(a), s = v_pow2(n);
  DD p = expm1_reduced_dd(exp_reduce(a, n) + x_lo);
  V hi = v_fma(s, p.hi, s - 1);
  return (DD){hi, v_fma(s, p.lo, v_fma(s, p.hi, (s - 1) - hi))};
}

/* log(1 + w) / w for 0 <= w <= 1 */
FA_INLINE DD log1p_over(V w) { return POLY_DD(w - (T)0.5, log1p_p); }

/* k with x 2^-k in [0.71, 1.44], for a normal x > 0 */
FA_INLINE V log_exponent(V x) { return v_exponent((T)1.39 * x); }
/* log(1 + f a / b) / f for a power of two f and 1 + f a / b in [0.69, 1.45]: with q = a / (b + f a / 2) it is
 * log((2 + f q) / (2 - f q)) / f. b >= f |a|; about 2^-30 (2^-59) off, also where a / b is small. */
FA_INLINE DD log_ratio(DD a, DD b, V f) {
  V half = (T)0.5 * f;
  DD mean = {v_fma(half, a.hi, b.hi), v_fma(half, a.lo, b.lo)};
  mean.lo = mean.lo + v_fma(half, a.hi, b.hi - mean.hi);
  Quotient q = dd_quotient(a, mean);
  V fq = f * q.q, square = fq * fq;
  return (DD){q.q, v_fma(q.q * square, POLY(square, log_p), q.rest * q.inverse)};
}
/* k ln 2 + l, |l| < 0.4 */
FA_INLINE DD plus_ln2(DD l, V k) {
  V high = k * LN2_HIGH, hi = high + l.hi;
  return (DD){hi, v_fma(k, v_set(LN2_LOW), (high - hi) + l.hi) + l.lo};
}
/* log(one + w) + more ln 2 for one = 0 or 1 and normal w >= 0, or any w from 0 on for one = 1; one + w below 2^(T_BIAS - 1) */
FA_INLINE DD log_sum(V one, V w, V more) {
  V k = v_exponent((T)1.39 * one + (T)1.39 * w), c = v_pow2(-k); /* as in log_exponent */
  V start = v_fma(one, c, v_set(-1)), a = v_fma(w, c, start);
  DD l = log_ratio((DD){a, v_fma(w, c, start - a)}, (DD){v_set(1), NO_LOW}, v_set(1));
  return plus_ln2(l, k + more);
}

/* R(t) = exp(t^2 / 2) erfc(t / sqrt(2)) / 2 for 0 <= t <= ERFCX_T_MAX: with s = t / (t + k), R(t) (t + k) is a polynomial
 * in z = 2 s - 1, so that t R(t) = s p and R(t) = p / (t + k). Near t = 0 z is exact; elsewhere p is corrected for it. All
 * is kept over 4, and s 4 times: then s is not subnormal before t R(t) is, and need not be where that is flushed to 0. */
typedef struct {
  DD d, s, p; /* (t + k) / 4, t / d, R(t) d */
  V inverse;  /* 1 / d.hi */
} Erfcx;
FA_INLINE Erfcx erfcx_reduced(V t) { /* all but p */
  Erfcx f;
  V quarter = v_set((T)0.25);
  f.d.hi = v_fma(quarter, t, v_set(ERFCX_K / 4));
  f.d.lo = v_fma(quarter, t, ERFCX_K / 4 - f.d.hi);
  f.inverse = 1 / f.d.hi;
  f.s.hi = t * f.inverse;
  f.s.lo = v_fnma(f.s.hi, f.d.lo, v_residual(t, f.s.hi, f.d.hi)) * f.inverse;
  return f;
}
FA_INLINE V erfcx_argument(Erfcx f) { return v_fma(v_set((T)0.5), f.s.hi, v_set(-1)); }
FA_INLINE DD erfcx_corrected(Erfcx f, DD p, V z) {
  return (DD){p.hi, v_fma(f.s.lo, v_fma(z, v_set(ERFCX_S1 / 2), v_set(ERFCX_S0 / 2)), p.lo)};
}
FA_INLINE Erfcx erfcx_half(V t) {
  Erfcx f = erfcx_reduced(t);
  V z = erfcx_argument(f);
  f.p = erfcx_corrected(f, POLY_DD(z, erfcx_p), z);
  return f;
}
/* the same for all t from 0 to 2^(T_BIAS / 2 + 4), with a term more */
FA_INLINE Erfcx erfcx_half_wide(V t) {
  Erfcx f = erfcx_reduced(t);
  V z = erfcx_argument(f);
  f.p = erfcx_corrected(f, POLY_DD(z, erfcx_wide_p), z);
  return f;
}
