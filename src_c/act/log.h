/* log.h - functions that end in a logarithm. log(a / b) for a near b comes from (a - b) / b (log_ratio), never from
 * a / b; what a - b is without cancellation is said at each. */
#pragma once
#include "../math/elementary.h"
#include "sigmoid.h"

#define NOT_A_NUMBER ((T)__builtin_nan(""))

/* y for x > 0, -inf for x = 0, NaN below */
FA_INLINE V for_positive(V x, V y) {
  return v_select(v_gt(x, v_set(0)), y, v_select(v_lt(x, v_set(0)), v_set(NOT_A_NUMBER), x - INF));
}
/* e^x - 1 for x >= 0: 2^n - 1 + 2^n (e^r - 1); beyond 2^T_BIAS the 1 does not count */
FA_INLINE V expm1_positive(V x) {
  V a = v_min(v_set(EXP_MAX), x), n = exp_round(a), bounded = v_min(v_set(T_BIAS), n), s = v_pow2(bounded);
  V y = v_fma(s, expm1_reduced(exp_reduce(a, n)), s - 1);
  return v_fma(y, n - bounded, y);
}

/* nlrelu(x) = log(1 + z), z = beta max(x, 0); a large z may not be a number, so it is 2^-NLRELU_DOWN beta times
 * 2^-NLRELU_DOWN x there, and the 1 does not count */
#define NLRELU_DOWN (T_BIAS / 2 + 3)
#define NLRELU_LARGE ((T)(FA_REAL == 32 ? 0x1p100 : 0x1p900))
FA_INLINE V nlrelu(V x, V beta) {
  V part = v_pow2(v_set(-NLRELU_DOWN)), positive = v_max(v_set(0), x), z = beta * positive;
  M large = v_gt(z, v_set(NLRELU_LARGE));
  V scaled = v_where(large, beta * part) * (positive * part); /* 0 and not subnormal elsewhere: those are slow */
  V w = v_select(large, scaled, z);
  DD l = log_sum(v_select(large, v_set(0), v_set(1)), w, v_where(large, v_set(2 * NLRELU_DOWN)));
  return v_select(v_gt(x, v_set(FINITE)), x, l.hi + l.lo);
}
/* beta / (1 + beta x) for x > 0, which is 1 / x where beta x is large; else 0 */
FA_INLINE V nlrelu_grad(V g, V x, V beta) {
  V z = beta * v_max(v_set(0), x);
  M large = v_gt(z, v_set(NLRELU_LARGE));
  V slope = v_select(large, v_set(1), beta) / v_select(large, x, 1 + z);
  return pass_where(v_gt(x, v_set(0)), g * slope, x);
}
FA_INLINE V nlrelu_grad_y(V g, V y, V beta) {
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN_WIDE), -v_abs(y)), NO_LOW);
  return pass_where(v_gt(y, v_set(0)), g * scale_wide(beta * e.hi, e.n), y);
}

/* logit(x) = log(x / (1 - x)) = -logit(1 - x), so t = min(x, 1 - x); near t = 1/2 from t - (1 - t), which is exact.
 * t (1 + t + 2 t^2) is t / (1 - t) to 4 %, and exact for t = 1/2; 1.39 as in log_exponent. */
FA_INLINE V logit(V x) {
  V up = v_set(T_MANTISSA + 1), t = v_min(x, 1 - x), rest = 1 - t, lost = (1 - rest) - t, normal = t * v_pow2(up);
  V about = v_fma(v_fma(v_set((T)2.78), t, v_set((T)1.39)), t, v_set((T)1.39)), k = v_exponent(about * normal);
  V a = normal * v_pow2(-k);
  DD l = plus_ln2(log_ratio((DD){a - rest, -lost}, (DD){rest, lost}, v_set(1)), k - up);
  V y = for_positive(t, l.hi + l.lo);
  return v_select(v_gt(x, v_set((T)0.5)), -y, y);
}
/* 1 / (x (1 - x)), inf at both ends */
FA_INLINE V logit_grad(V g, V x) {
  V p = x * (1 - x);
  return g * v_select(v_lt(p, v_set(0)), v_set(NOT_A_NUMBER), 1 / v_abs(p));
}
/* 2 + 2 cosh y = e^|y| + (2 + e^-|y|) */
FA_INLINE V logit_grad_y(V g, V y) {
  V e = exponential(v_abs(y));
  return g * (e + (2 + 1 / e));
}

/* logcosh(x) = log(1 + (1 - v)^2 / (2 v)), v = e^-|x|; for |x| > 0.88 it is |x| - log 2 + log(1 + v^2) */
FA_INLINE V logcosh(V x) {
  V t = v_abs(x);
  M far = v_gt(t, v_set((T)0.88));
  DD em = expm1_negative(-t, NO_LOW), v = {1 + em.hi, NO_LOW};
  v.lo = (em.hi - (v.hi - 1)) + em.lo;
  DD square = dd_sqr((DD){v_select(far, v.hi, em.hi), v_select(far, v.lo, em.lo)});
  DD b = {v_select(far, v_set(1), v.hi + v.hi), v_select(far, v_set(0), v.lo + v.lo)};
  DD l = plus_ln2(log_ratio(square, b, v_set(1)), -v_where(far, v_set(1)));
  V line = v_where(far, v_min(v_set(FINITE), t)), y = line + l.hi;
  return v_select(v_gt(t, v_set(FINITE)), t, y + (((line - y) + l.hi) + l.lo));
}
FA_INLINE V logcosh_grad(V g, V x) { return g * fa_tanh(x); }

/* log1mexp(x) = log(a), a = 1 - e^-x = 1 - s (1 + p), s = 2^n: from 2^-k a - 1; for large x from -e^-x, s apart */
FA_INLINE V log1mexp(V x) {
  V t = -v_min(v_set(-EXP_MIN), x), n = exp_round(t), s = v_pow2(n);
  M far = v_lt(n, v_set(-2)), tiny = v_lt(x, v_set((T)(FA_REAL == 32 ? 0x1p-100 : 0x1p-900)));
  DD p = expm1_reduced_dd(exp_reduce(t, n));
  p.hi = p.hi * v_select(tiny, v_pow2(v_set(T_MANTISSA + 1)), v_set(1));
  V s_k = (T)1.39 * s, k = v_select(far, v_set(0), v_exponent(v_fnma(s_k, p.hi, (T)1.39 - s_k))), c = v_pow2(-k);
  V start = v_select(far, v_set(-1), v_fma(1 - s, c, v_set(-1))), factor = v_select(far, v_set(1), s * c);
  V hi = v_fnma(factor, p.hi, start), lo = v_fnma(factor, p.lo, v_fnma(factor, p.hi, start - hi));
  DD l = log_ratio((DD){hi, lo}, (DD){v_set(1), NO_LOW}, v_select(far, s, v_set(1)));
  l = plus_ln2(l, k - v_where(tiny, v_set(T_MANTISSA + 1)));
  return for_positive(x, v_scale2(l.hi + l.lo, v_where(far, n)));
}
/* e^-x / (1 - e^-x) */
FA_INLINE V log1mexp_grad(V g, V x) {
  V t = -v_min(v_set(-EXP_MIN), x), n = exp_round(t), s = v_pow2(n), p = expm1_reduced(exp_reduce(t, n));
  V slope = v_scale2((1 + p) / v_fnma(s, p, 1 - s), n);
  return g * v_select(v_lt(x, v_set(0)), v_set(NOT_A_NUMBER), slope);
}
FA_INLINE V log1mexp_grad_y(V g, V y) { return g * expm1_positive(-y); }

/* sqrt_softplus(x) = sqrt(max(x, 0) + log(1 + e^-|x|)); for x < 0 the root is taken of the logarithm over 4^half */
typedef struct {
  M negative;
  Scaled e; /* e^-|x| */
  DD w;     /* the same, its power of two multiplied in */
  V half;   /* half of that for x < 0 */
  V y;      /* the root over 2^half */
} RootSoftplus;
FA_INLINE RootSoftplus root_softplus(V x) {
  RootSoftplus f;
  f.negative = v_lt(x, v_set(0));
  f.e = exp_scaled(v_max(v_set(2 * EXP_MIN), -v_abs(x)), NO_LOW); /* the root of e^x is 0 below */
  V s = v_pow2(f.e.n), even = v_fma(v_set((T)0.5), f.e.n, v_set(V_MAGIC)) - V_MAGIC;
  f.half = v_where(f.negative, even);
  f.w = (DD){f.e.hi * s, f.e.lo * s};
  V factor = v_select(f.negative, v_pow2(f.e.n - (even + even)), s);
  DD p = log1p_over(f.w.hi), log = two_prod(f.e.hi * factor, p.hi);
  log.lo = v_fma(f.e.lo * factor, p.hi, v_fma(f.e.hi * factor, p.lo, log.lo));
  f.y = v_sqrt(v_max(v_set(0), x) + (log.hi + log.lo));
  return f;
}
FA_INLINE V sqrt_softplus(V x) {
  RootSoftplus f = root_softplus(x);
  return v_scale2(f.y, f.half);
}
/* sigma(x) / (2 y), sigma(x) = e^min(x, 0) / (1 + e^-|x|) */
FA_INLINE V sqrt_softplus_grad(V g, V x) {
  RootSoftplus f = root_softplus(x);
  DD top = {v_select(f.negative, f.e.hi, v_set(1)), v_where(f.negative, f.e.lo)};
  V d = 1 + f.w.hi;
  DD below = two_prod(f.y, d);
  below.lo = v_fma(f.y, ((1 - d) + f.w.hi) + f.w.lo, below.lo);
  V slope = v_select(v_gt(x, v_set(FINITE)), v_set(0), (T)0.5 * quotient_value(dd_quotient(top, below)));
  return g * v_scale2(slope, v_where(f.negative, f.e.n) - f.half);
}
/* (1 - e^(-y^2)) / (2 y), near 0 it is y / 2 */
FA_INLINE V sqrt_softplus_grad_y(V g, V y) {
  V bounded = v_min(v_set(64), y);
  DD square = two_prod(bounded, bounded);
  V slope = (T)-0.5 * expm1_negative(-square.hi, -square.lo).hi / y;
  return g * v_select(v_lt(y, v_set((T)(FA_REAL == 32 ? 0x1p-13 : 0x1p-27))), (T)0.5 * y, slope);
}

/* log_ndtr(x) = log(Phi(x)), t = |x|, R(t) = h / d: x < 0 has log(R(t)) - t^2 / 2, x > 0 has log(1 - u),
 * u = exp(-t^2 / 2) R(t), its power of two 2^n apart */
#define LOG_NDTR_T_MAX ((T)(FA_REAL == 32 ? 0x1p66 : 0x1p514)) /* its square is infinite */
#define LOG_NDTR_NEAR ((T)0.55)                                /* 1 - u < 0.71 below */
typedef struct {
  M negative;
  DD d, h; /* R(t) = h / d for x < 0, u = h / d 2^n for x >= 0 */
  V e;     /* for x >= 0 exp(-t^2 / 2) = (1 + e) 2^n, else 0 */
  V inverse, n;
} NormalLog;
FA_INLINE NormalLog normal_log(V x) {
  NormalLog f;
  f.negative = v_lt(x, v_set(0));
  V t = v_min(v_select(f.negative, v_set(LOG_NDTR_T_MAX), v_set(ERFCX_T_MAX)), v_abs(x));
  V tail = v_select(f.negative, v_set(0), t);
  Erfcx r = erfcx_half_wide(t);
  DD square = two_prod(tail, tail);
  V a = -(T)0.5 * square.hi;
  f.n = exp_round(a);
  DD e = expm1_reduced_dd(v_fnma(v_set((T)0.5), square.lo, exp_reduce(a, f.n)));
  f.h.hi = v_fma(r.p.hi, e.hi, r.p.hi);
  f.h.lo = v_fma(r.p.hi, e.lo, v_fma(r.p.lo, e.hi, r.p.lo)) - v_residual(f.h.hi - r.p.hi, r.p.hi, e.hi);
  f.d = r.d;
  f.e = e.hi;
  f.inverse = r.inverse;
  return f;
}
/* log(2^-k h / d) for x < 0, log(2 (1 - u)) below LOG_NDTR_NEAR, log(1 - u): the difference to 1, times d, is
 * sign d + factor h */
FA_INLINE V log_ndtr(V x) {
  NormalLog f = normal_log(x);
  M near = v_lt(x, v_set(LOG_NDTR_NEAR));
  V k = log_exponent(f.h.hi * f.inverse);
  V factor = v_select(f.negative, v_pow2(-k), v_select(near, v_set(-2), v_set(-1)));
  V sign = v_select(f.negative, v_set(-1), v_where(near, v_set(1)));
  V part = factor * f.h.hi, start = sign * f.d.hi, hi = start + part;
  DD a = {hi, ((start - hi) + part) + v_fma(factor, f.h.lo, sign * f.d.lo)};
  DD l = plus_ln2(log_ratio(a, f.d, v_pow2(f.n)), v_select(f.negative, k, -v_where(near, v_set(1))));
  V t = v_where(f.negative, x), half = (T)0.5 * t, square = half * t;
  V rest = v_where(v_gt(t, v_set((T)(FA_REAL == 32 ? -0x1p60 : -0x1p480))), v_residual(square, half, t));
  return v_scale2((l.hi + (l.lo + rest)) - square, f.n);
}
/* exp(-t^2 / 2) / sqrt(2 pi) / Phi(x) = d / (sqrt(2 pi) h) for x < 0, (d exp(-t^2 / 2) / sqrt(2 pi)) / (d - h 2^n) above */
FA_INLINE V log_ndtr_grad(V g, V x) {
  NormalLog f = normal_log(x);
  V t = v_min(v_set(FINITE), -x), s = v_pow2(f.n), part = s * f.h.hi;
  V quarter = v_set((T)0.25), wide = v_fma(quarter, t, v_set(ERFCX_K / 4));
  V wide_lo = v_fma(quarter, t, ERFCX_K / 4 - wide);
  DD d = {v_select(f.negative, wide, f.d.hi), v_select(f.negative, wide_lo, f.d.lo)}, below;
  below.hi = v_select(f.negative, f.h.hi, f.d.hi - part);
  below.lo = v_select(f.negative, f.h.lo, ((f.d.hi - below.hi) - part) + v_fnma(s, f.h.lo, f.d.lo));
  d = (DD){(T)0.25 * d.hi, (T)0.25 * d.lo}; /* d / h may be too large */
  V q = quotient_value(dd_quotient(d, below)), c = v_fma(q, v_set(4 * INV_SQRT_2PI_HIGH), q * (4 * INV_SQRT_2PI_LOW));
  /* about -FINITE c may round to inf */
  return g * v_select(v_lt(x, v_set(-FINITE / 2)), -x, v_scale2(v_fma(c, f.e, c), f.n));
}

/* softclip(x) = log((1 + u) / (1 + u v)) / alpha, u = e^(alpha x), v = e^-alpha, and softclip(1 - x) = 1 - softclip(x), so
 * t = min(x, 1 - x). The ratio less 1 is u (1 - v) / (1 + u v); beyond alpha t = SOFTCLIP_LINE the function is t. */
#define SOFTCLIP_LINE ((T)40)
typedef struct {
  V z;           /* alpha t */
  Scaled e;      /* u */
  DD u, y, rest; /* u, u v, 1 - v */
} Softclip;
FA_INLINE Softclip softclip_parts(V t, V t_lo, V alpha) {
  Softclip f;
  DD z = sloped(t, alpha), em = expm1_negative(-alpha, NO_LOW);
  Scaled v = exp_scaled(v_max(v_set(EXP_MIN_WIDE), -alpha), NO_LOW);
  z.lo = z.lo + v_where(v_lt(v_abs(z.hi), v_set(-2 * EXP_MIN_WIDE)), t_lo * alpha);
  f.z = z.hi;
  f.e = exp_scaled(v_max(v_set(EXP_MIN_WIDE), v_min(v_set(SOFTCLIP_LINE), z.hi)), z.lo);
  f.rest = (DD){-em.hi, -em.lo};
  V s = v_pow2(f.e.n), s_y = v_pow2(f.e.n + v.n);
  f.u = (DD){f.e.hi * s, f.e.lo * s};
  f.y = two_prod(f.e.hi, v.hi);
  f.y = (DD){f.y.hi * s_y, v_fma(f.e.lo, v.hi, v_fma(f.e.hi, v.lo, f.y.lo)) * s_y};
  return f;
}
FA_INLINE DD softclip_top(Softclip f) { /* (1 - v) u over its power of two */
  DD top = dd_mul_d((DD){f.e.hi, f.e.lo}, f.rest.hi);
  return (DD){top.hi, v_fma(f.e.hi, f.rest.lo, top.lo)};
}
FA_INLINE V softclip(V x, V alpha) {
  V t = v_min(x, 1 - x), inverse = 1 / alpha, inverse_lo = v_residual(v_set(1), inverse, alpha) * inverse;
  Softclip f = softclip_parts(t, NO_LOW, alpha);
  DD a = quick_two_sum(f.u.hi, v_set(1)), b = quick_two_sum(f.y.hi, v_set(1));
  V about = v_fnma(v_fnma(v_set((T)0.42), f.y.hi, v_set((T)0.9)), f.y.hi, v_set(1)); /* 1 / (1 + y) to 4 % */
  V k = log_exponent(a.hi * about), c = v_pow2(-k);
  M small = v_lt(k, v_set((T)0.5));
  b.lo = b.lo + f.y.lo;
  DD top = softclip_top(f);
  a.hi = v_select(small, top.hi, v_fma(a.hi, c, -b.hi));
  a.lo = v_select(small, top.lo, v_fma(a.lo + f.u.lo, c, -b.lo));
  DD l = plus_ln2(log_ratio(a, b, v_select(small, v_pow2(f.e.n), v_set(1))), k);
  V y = l.hi * inverse, lo = v_fma(l.lo, inverse, v_fma(l.hi, inverse_lo, -v_residual(y, l.hi, inverse)));
  y = v_select(v_gt(f.z, v_set(SOFTCLIP_LINE)), t, scale_wide(y + lo, v_where(small, f.e.n)));
  return v_select(v_gt(x, v_set((T)0.5)), 1 - y, y);
}
/* (1 - v) sigma(alpha x) sigma(alpha (1 - x)) = (1 - v) u / ((1 + u) (1 + u v)) */
FA_INLINE V softclip_grad(V g, V x, V alpha) {
  V other = 1 - x, part = other - 1, lost = (1 - (other - part)) - (x + part); /* of 1 - x */
  Softclip f = softclip_parts(v_min(x, other), v_where(v_gt(x, v_set((T)0.5)), lost), alpha);
  DD a = quick_two_sum(f.u.hi, v_set(1)), b = quick_two_sum(f.y.hi, v_set(1));
  a.lo = a.lo + f.u.lo;
  DD top = softclip_top(f), below = two_prod(a.hi, b.hi);
  below.lo = v_fma(a.hi, b.lo, v_fma(a.lo, b.hi, below.lo));
  return g * scale_wide(quotient_value(dd_quotient(top, below)), f.e.n);
}

/* exp_scaled with less rounding: aria2 multiplies what its logarithm is off by alpha */
FA_INLINE Scaled exp_scaled_well(V x, V x_lo) {
  V n = exp_round(x);
  DD p = expm1_reduced_dd(v_fnma(n, v_set(LN2_HIGH), x) - v_fma(n, v_set(LN2_LOW), -x_lo));
  V hi = 1 + p.hi;
  return (Scaled){hi, (p.hi - (hi - 1)) + p.lo, n};
}
/* aria2(x) = exp(-alpha log(1 + e^-z)), z = beta x; log(1 + e^-z) = max(-z, 0) + log(1 + e^-|z|), over 2^n for z > 0 */
FA_INLINE Log1p aria2_log(DD z, T min) {
  M positive = v_gt(z.hi, v_set(0));
  V lo = v_where(v_lt(v_abs(z.hi), v_set(-2 * min)), v_select(positive, -z.lo, z.lo));
  return log1p_of(positive, exp_scaled_well(v_max(v_set(min), -v_abs(z.hi)), lo));
}
/* beta x with its remainder, which alpha z needs also where e^-z is 0; 0 where beta = 0 meets an infinite x */
FA_INLINE DD aria2_argument(V x, V beta) {
  DD z = sloped_limit(x, beta);
  z.lo = finite_or_0(-v_residual(z.hi, beta, x));
  return z;
}
FA_INLINE DD aria2_exponent(DD z, Log1p l, V alpha) {
  DD sum = quick_two_sum(v_max(v_set(0), -z.hi), l.value.hi);
  sum.lo = (sum.lo + l.value.lo) - v_where(v_lt(z.hi, v_set(0)), z.lo);
  return dd_mul_d(sum, scale_wide(alpha, l.n));
}
/* the same for an alpha that is small enough: alpha max(-z, 0), where z may be infinite and alpha z is not */
FA_INLINE M aria2_small(V alpha) { return v_lt(alpha, v_set((T)0x1p-80)); }
FA_INLINE DD aria2_exponent_small(V x, V alpha, V beta) {
  DD a = dd_mul_d(two_prod(alpha * (T)0x1p40, x), beta * (T)-0x1p-40);
  return (DD){v_max(v_set(0), a.hi), v_where(v_gt(a.hi, v_set(0)), a.lo)};
}
FA_INLINE Scaled aria2_power(DD a, T min) {
  V lo = v_where(v_lt(a.hi, v_set(-2 * min)), a.lo);
  return exp_scaled_well(v_max(v_set(min), -a.hi), -lo);
}
FA_RARE V aria2_of_small(V y, V x, V alpha, V beta) {
  Scaled e = aria2_power(aria2_exponent_small(x, alpha, beta), EXP_MIN);
  return v_select(aria2_small(alpha), v_scale2(e.hi + e.lo, e.n), y);
}
FA_INLINE V aria2(V x, V alpha, V beta) {
  DD z = aria2_argument(x, beta);
  Scaled e = aria2_power(aria2_exponent(z, aria2_log(z, EXP_MIN_WIDE), alpha), EXP_MIN);
  V y = v_scale2(e.hi + e.lo, e.n);
  return IN_RARE(aria2_small(alpha)) ? aria2_of_small(y, x, alpha, beta) : y;
}
/* alpha beta aria2(x) / (1 + e^z), 1 / (1 + e^z) = min(e^-z, 1) / (1 + e^-|z|): this is over a power of two */
FA_INLINE V aria2_other(Log1p l) {
  DD top = {v_select(l.negative, l.e.hi, v_set(1)), v_where(l.negative, l.e.lo)};
  return quotient_value(dd_quotient(top, quick_two_sum(v_set(1), l.e.hi * v_pow2(l.e.n))));
}
FA_RARE V aria2_slope_far(V slope, V x, V alpha, V beta) {
  Product f = product_of(alpha, beta);
  DD z = aria2_argument(x, beta);
  Log1p l = aria2_log(z, EXP_MIN_FAR);
  V n = l.n;
  l.n = v_max(v_set(V_NMIN - V_SMALL), n);
  DD a = aria2_exponent(z, l, alpha), small = aria2_exponent_small(x, alpha, beta);
  a = (DD){v_select(aria2_small(alpha), small.hi, a.hi), v_select(aria2_small(alpha), small.lo, a.lo)};
  Scaled e = aria2_power(a, EXP_MIN_FAR);
  return v_select(are_far(alpha, beta), scale_far(f.m.hi * aria2_other(l) * e.hi, f.k + (e.n + n)), slope);
}
FA_INLINE V aria2_grad(V g, V x, V alpha, V beta) {
  DD z = aria2_argument(x, beta);
  Log1p l = aria2_log(z, EXP_MIN_WIDE);
  Scaled e = aria2_power(aria2_exponent(z, l, alpha), EXP_MIN_WIDE);
  V slope = scale_wide(alpha * beta * aria2_other(l) * e.hi, v_max(v_set(V_NMIN - V_SMALL), e.n + l.n));
  if (IN_RARE(are_far(alpha, beta))) slope = aria2_slope_far(slope, x, alpha, beta);
  return g * slope;
}
