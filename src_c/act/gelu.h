/* gelu.h - the error function and what is built on it: gelu (exact, and the tanh approximation of its paper),
 * clipped gelu, the distribution function of the normal law, serf, phish. */
#pragma once
#include "../math/elementary.h"
#include "sigmoid.h"

/* gelu(x) = x Phi(x) = max(x, 0) - t exp(-t^2 / 2) R(t), t = |x|, R(t) = exp(t^2 / 2) erfc(t / sqrt(2)) / 2 */
#if FA_REAL == 32
#define DENSITY_T_MAX ((T)20.375) /* FINITE exp(-t^2 / 2) rounds to 0 above */
#define PHISH_T_MAX ((T)14.875)   /* t^2 exp(-t^2 / 2) rounds to 0 above */
#else
#define DENSITY_T_MAX ((T)54)
#define PHISH_T_MAX ((T)39.25)
#endif
typedef struct {
  V t, n;
  Erfcx r; /* R(t) in parts */
  DD e;    /* exp(-t^2 / 2) = (1 + e) 2^n */
  V lost;  /* or better (1 + e) (1 + lost) 2^n; for those who need it */
} Gaussian;
FA_INLINE Gaussian gaussian_within(V x, T t_max) {
  Gaussian f;
  f.t = v_min(v_set(t_max), v_abs(x));
  f.r = erfcx_half(f.t);
  DD square = two_prod(f.t, f.t);
  V a = -(T)0.5 * square.hi;
  f.n = exp_round(a);
  V reduced = v_fnma(v_set((T)0.5), square.lo, exp_reduce(a, f.n));
  f.e = expm1_reduced_dd(reduced);
  V exact = v_fnma(f.n, v_set(LN2_HIGH), a);
  f.lost = v_fnma(v_set((T)0.5), square.lo, v_fnma(f.n, v_set(LN2_LOW), exact - reduced));
  return f;
}
FA_INLINE Gaussian gaussian_parts(V x) { return gaussian_within(x, ERFCX_T_MAX); }
/* t exp(-t^2 / 2) R(t) over 2^n = hi + more, more = hi e + rest */
typedef struct {
  V hi, more, rest;
} Tail;
FA_INLINE Tail gelu_tail(Gaussian f) {
  DD u = dd_mul_d(f.r.p, f.r.s.hi);
  V lo = v_fma(f.r.p.hi, f.r.s.lo, u.lo);
#if FA_REAL == 64 /* up to 0.6 ULP where e is near -0.29; every float stays below 2 without */
  lo = v_fma(lo, f.e.hi, lo);
#endif
  V rest = v_fma(u.hi, f.e.lo, lo);
  return (Tail){u.hi, -v_residual(-rest, u.hi, f.e.hi), rest}; /* an fma, on every machine */
}
FA_INLINE V gelu(V x) {
  Gaussian f = gaussian_parts(x);
  Tail tail = gelu_tail(f);
  return v_max(v_set(0), x) - v_scale2(tail.hi + tail.more, f.n);
}
FA_INLINE DD gaussian_r(Gaussian f) { /* R(t) */
  V r = f.r.p.hi * f.r.inverse;
  return (DD){r, v_fnma(r, f.r.d.lo, v_residual(f.r.p.hi, r, f.r.d.hi) + f.r.p.lo) * f.r.inverse};
}
/* exp(-t^2 / 2) (R(t) - t / sqrt(2 pi)) over 2^n: gelu'(-t) */
FA_INLINE V gelu_tail_slope(Gaussian f) {
  DD r = gaussian_r(f);
  V d = v_residual(r.hi, f.t, v_set(INV_SQRT_2PI_HIGH)) + v_fnma(f.t, v_set(INV_SQRT_2PI_LOW), r.lo);
  return v_fma(d, f.e.hi, d);
}
/* Phi(x) + x phi(x) = gelu'(-t) for x < 0, 1 - gelu'(-t) for x >= 0 */
FA_INLINE V gelu_slope(Gaussian f, V x) {
  V u = v_scale2(gelu_tail_slope(f), f.n);
  return v_select(v_lt(x, v_set(0)), u, 1 - u);
}
FA_INLINE V gelu_grad(V g, V x) { return g * gelu_slope(gaussian_parts(x), x); }

/* gelu_tanh(x) = x sigma(u), u = sqrt(8 / pi) (x + 0.044715 x^3) = x (c1 + c3 x^2), u to twice the precision */
FA_INLINE DD gelu_tanh_factor(DD square, T c3_high, T c3_low) { /* c1 + c3 x^2 */
  V c = v_fma(v_set(c3_high), square.hi, v_set(GELU_C1_HIGH));
  V lost = GELU_C1_LOW - v_residual(c - GELU_C1_HIGH, v_set(c3_high), square.hi);
  return (DD){c, v_fma(v_set(c3_high), square.lo, v_fma(v_set(c3_low), square.hi, lost))};
}
FA_INLINE Logistic gelu_tanh_logistic(V bounded) {
  DD c = gelu_tanh_factor(two_prod(bounded, bounded), GELU_C3_HIGH, GELU_C3_LOW);
  DD u = dd_mul_d(c, bounded);
  return logistic((DD){within(u.hi, EXP_MIN), u.lo});
}
FA_INLINE V gelu_tanh(V x) {
  V low = v_max(v_set(-ERFCX_T_MAX), x), bounded = v_min(v_set(ERFCX_T_MAX), low);
  Logistic l = gelu_tanh_logistic(bounded);
  return v_scale2(divided(low, l, EXP_MIN), l.n_u);
}
/* x u' = x (c1 + 3 c3 x^2) */
FA_INLINE V gelu_tanh_grad(V g, V x) {
  V bounded = within(x, -ERFCX_T_MAX);
  DD slope = gelu_tanh_factor(two_prod(bounded, bounded), GELU_3C3_HIGH, GELU_3C3_LOW);
  DD c = dd_mul_d(slope, bounded);
  V c1 = 1 + c.hi;
  Logistic l = gelu_tanh_logistic(bounded);
  V top = slope_top(c1 + (((1 - c1) + c.hi) + c.lo), l);
  Quotient q = dd_quotient((DD){top, NO_LOW}, dd_sqr((DD){l.d, -l.excess})); /* divided_twice: 4.2 ULP */
  return g * v_scale2(quotient_value(q), l.n_u);
}

/* clipped_gelu(x) = min(max(gelu(x), low), high) */
FA_INLINE V clipped_gelu(V x, V low, V high) { return hardtanh(gelu(x), low, high); }
/* gelu'(x) where low < gelu(x) < high: max(x, 0) less a tail that is never 0, so x = high > 0 is inside. Where gelu(x)
 * is within its own error of a limit, either piece may be taken. */
FA_INLINE V clipped_gelu_grad(V g, V x, V low, V high) {
  Gaussian f = gaussian_parts(x);
  Tail tail = gelu_tail(f);
  V u = (tail.hi + tail.more) * v_pow2(v_max(v_set(-V_SMALL), f.n)), line = v_max(v_set(0), x);
  M below = v_lt(line - high, u), above = v_gt(line - low, u);
  V dx = v_select(v_nan(g, x), g + x, v_where(m_and(above, below), g * gelu_slope(f, x)));
  return or_nan(dx, low, high);
}

/* q = 1 - w, w = e^-a for a >= 0; the low part of a, which the reduction would round off, comes in at the end */
typedef struct {
  DD q, w;
} Decay;
FA_INLINE Decay decay(DD a) {
  V z = v_max(v_set(EXPM1_MIN), -a.hi), n = exp_round(z), s = v_pow2(n);
  DD p = expm1_reduced_dd(exp_reduce(z, n));
  V w = v_fma(s, p.hi, s), em = v_fma(s, p.hi, s - 1);
  V lo = v_fma(s, p.lo, v_fma(s, p.hi, (s - 1) - em));
  V w_lo = v_fma(s, p.lo, v_fma(s, p.hi, s - w));
  return (Decay){{-em, v_fma(a.lo, w, -lo)}, {w, v_fnma(a.lo, w, w_lo)}};
}
/* erf t = 1 - e^-a with a = -log erfc t = t erf_p(t): smooth, and 1 - e^-a loses nothing near 0. t >= 0 */
FA_INLINE DD erf_dd(DD t) {
  V bounded = v_min(v_set(ERF_T_MAX), t.hi);
  DD a = dd_mul_d(POLY_DD(bounded, erf_p), bounded);
  a.lo = v_fma(t.lo, v_fma(bounded, v_set(2 * erf_p[1]), v_set(erf_p[0])), a.lo); /* da / dt, roughly */
  return decay(a).q;
}
#define erf(x) fa_erf(x) /* libm has the name */
/* the same with less: of what is lost only the rounding of a. With a alone it is 3.7 ULP and takes 0.27 for 0.36 ns. */
FA_INLINE V fa_erf(V x) {
  V t = v_min(v_set(ERF_T_MAX), v_abs(x));
  DD a = dd_mul_d(POLY_DD(t, erf_p), t);
  V n = exp_round(-a.hi), s = v_pow2(n), p = expm1_reduced(exp_reduce(-a.hi, n));
  V y = v_fnma(s, p, 1 - s);
  return v_copysign(v_fma(a.lo, 1 - y, y), x);
}
/* 2 exp(-x^2) / sqrt(pi) */
FA_INLINE V erf_grad(V g, V x) {
  Scaled e = gaussian_scaled(gaussian_bounded(x));
  return g * v_scale2(e.hi * TWO_OVER_SQRT_PI_HIGH, e.n);
}

/* z = (x - mu) / sigma with its remainder, |z| <= limit. sigma = spread 2^k: all is divided by 2^k before x - mu can
 * overflow where k > 0, after it elsewhere, so that spread and what z leaves over are near 1. For a small mu 2^-60 of it
 * is taken out before, too: x - mu may be subnormal, and an x for which that overflows is far beyond the limit. */
typedef struct {
  DD z;
  V inverse, k; /* 1 / spread, k */
} Standard;
FA_INLINE Standard standard(V x, V mu, V sigma, T limit) {
  V k = v_min(v_set(T_BIAS - 1), v_exponent(sigma));
  V down = v_pow2(-v_max(v_set(0), k)), up = v_pow2(-v_min(v_set(0), k));
  V spread = sigma * down * up, end = limit * spread;
  V before = v_select(v_lt(v_abs(mu), v_set((T)0x1p60)), v_min(up, v_set((T)0x1p60)), v_set(1));
  down = down * before, up = up * (1 / before);
  Quotient inverse = dd_quotient((DD){v_set(1), NO_LOW}, (DD){spread, NO_LOW});
  DD d = two_sum(x * down, -(mu * down));
  V hi = clamp(d.hi * up, -end, end), lo = v_where(v_lt(v_abs(hi), end), d.lo * up);
  DD z = two_prod(hi, inverse.q);
  z.lo = v_fma(lo, inverse.q, v_fma(hi, inverse.rest * inverse.inverse, z.lo));
  return (Standard){z, inverse.q, k};
}
/* laplace(x) = Phi(z) = exp(-z^2 / 2) R(-z) for z < 0. What z is off adds its part of the density. */
FA_INLINE V laplace(V x, V mu, V sigma) {
  DD z = standard(x, mu, sigma, ERFCX_T_MAX).z;
  M negative = v_lt(z.hi, v_set(0));
  Gaussian f = gaussian_parts(z.hi);
  DD r = gaussian_r(f);
  V lost = v_fma(v_select(negative, z.lo, -z.lo), v_set(INV_SQRT_2PI_HIGH), r.lo);
  V u = v_scale2(r.hi + v_fma(r.hi, f.e.hi, v_fma(lost, f.e.hi, v_fma(r.hi, f.e.lo, lost))), f.n);
  return v_select(negative, u, 1 - u);
}
/* exp(-z^2 / 2) / (sigma sqrt(2 pi)) */
FA_INLINE V laplace_grad(V g, V x, V mu, V sigma) {
  Standard s = standard(x, mu, sigma, DENSITY_T_MAX);
  V half = -(T)0.5 * s.z.hi;
  DD a = two_prod(half, s.z.hi);
  Scaled e = exp_scaled(a.hi, v_fnma(s.z.hi, s.z.lo, a.lo));
  return times_tail(g, v_scale2(e.hi * (s.inverse * INV_SQRT_2PI_HIGH), v_max(v_set(V_NMIN), e.n - s.k)));
}

/* serf(x) = x erf(s), s = log(1 + e^x) = max(x, 0) + log(1 + w), w = e^-|x|. For x < 0 all is proportional to a w that
 * may be subnormal: what its power of two has below ERF_N_MIN comes last. */
#define ERF_N_MIN ((T)-60) /* erf s = 2 s / sqrt(pi) to the last digit, and more, for s < 2^ERF_N_MIN */
typedef struct {
  V n;
  DD w, s; /* for x < 0 over 2^n */
} Serf;
FA_INLINE Serf serf_parts(V x) {
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN), -v_abs(x)), NO_LOW);
  V kept = v_max(v_set(ERF_N_MIN), e.n), scale = v_pow2(kept);
  DD w = {e.hi * scale, e.lo * scale}, p = log1p_over(w.hi), log1p = two_prod(w.hi, p.hi);
  DD s = quick_two_sum(v_max(v_set(0), x), log1p.hi);
  s.lo = s.lo + v_fma(w.lo, p.hi, v_fma(w.hi, p.lo, log1p.lo));
  return (Serf){v_where(v_lt(x, v_set(0)), e.n - kept), w, s};
}
FA_INLINE V serf(V x) {
  V low = v_max(v_set(EXP_MIN), x), bounded = v_min(v_set(-EXP_MIN), low);
  Serf f = serf_parts(bounded);
  DD e = erf_dd(f.s);
  return v_copysign(v_scale2(v_fma(low, e.hi, bounded * e.lo), f.n), x);
}
/* erf(s) + x sigma(x) 2 exp(-s^2) / sqrt(pi) */
FA_INLINE V serf_grad(V g, V x) {
  V bounded = within(x, EXP_MIN);
  Serf f = serf_parts(bounded);
  DD e = erf_dd(f.s);
  M negative = v_lt(bounded, v_set(0));
  Quotient rise = dd_quotient((DD){v_select(negative, f.w.hi, v_set(1)), v_where(negative, f.w.lo)},
                              (DD){1 + f.w.hi, ((1 - (1 + f.w.hi)) + f.w.hi) + f.w.lo});
  Scaled bell = exp_scaled(v_max(v_set(EXP_MIN), -(f.s.hi * f.s.hi)), NO_LOW);
  V last = v_pow2(bell.n), b = bell.hi * last;
  DD k = two_prod(b, v_set(TWO_OVER_SQRT_PI_HIGH));
  k.lo = v_fma(bell.lo * last, v_set(TWO_OVER_SQRT_PI_HIGH), v_fma(b, v_set(TWO_OVER_SQRT_PI_LOW), k.lo));
  DD slope = dd_mul_d(k, rise.q);
  slope.lo = v_fma(k.hi, rise.rest * rise.inverse, slope.lo);
  return g * v_scale2(v_fma(bounded, slope.hi, e.hi) + v_fma(bounded, slope.lo, e.lo), f.n);
}

/* phish(x) = x tanh(G), G = gelu(x), = |x| q / (2 - q), q = 1 - e^(-2 |G|). For x < 0 all is proportional to a G that
 * may be subnormal: as in serf. */
typedef struct {
  V n;
  DD q, d; /* q, 2 - q, for x < 0 over 2^n */
  DD w;    /* 1 - q */
} Phish;
/* f.r.p is given 2^up times */
FA_INLINE Phish phish_parts(Gaussian f, V x, T up) {
  V kept = v_max(v_set(ERF_N_MIN), f.n), scale = v_pow2(kept + (1 - up)), line = v_max(v_set(0), x + x);
  Tail tail = gelu_tail(f);
  V u = tail.hi + tail.more, more_lo = v_fma(u, f.lost, tail.rest - v_residual(tail.more, tail.hi, f.e.hi));
  V lost = (((tail.hi - u) + tail.more) + more_lo) * scale;
  V a = line - u * scale, lo = ((line - a) - u * scale) - lost;
  M negative = v_lt(x, v_set(0));
  Decay e = decay((DD){v_abs(a), v_select(negative, -lo, lo)});
  V d = 2 - e.q.hi;
  return (Phish){v_where(negative, f.n - kept), e.q, {d, ((2 - d) - e.q.hi) - e.q.lo}, e.w};
}
FA_INLINE V phish(V x) {
  V low = v_max(v_set(-ERFCX_T_MAX), x), bounded = v_min(v_set(ERFCX_T_MAX), low);
  Phish f = phish_parts(gaussian_parts(bounded), bounded, 0);
  Quotient t = dd_quotient(f.q, f.d);
  V y = v_residual(v_abs(bounded) * -(t.rest * t.inverse), v_abs(low), t.q); /* an fma, on every machine */
  return v_abs(v_scale2(y, f.n));
}
/* gelu'(-t) over 2^n, as gelu_tail_slope, to twice the precision */
FA_INLINE DD gelu_tail_slope_dd(Gaussian f) {
  DD r = gaussian_r(f), line = two_prod(f.t, v_set(INV_SQRT_2PI_HIGH)), d = two_sum(r.hi, -line.hi);
  d.lo = d.lo + (v_fnma(f.t, v_set(INV_SQRT_2PI_LOW), r.lo) - line.lo);
  V more = -v_residual(-v_fma(d.hi, f.e.lo, v_fma(d.lo, f.e.hi, d.lo)), d.hi, f.e.hi), u = d.hi + more;
  return (DD){u, (d.hi - u) + more};
}
/* sign(x) (q (2 - q) + 4 (1 - q) |x| gelu'(x)) / (2 - q)^2; for x < 0 the second term outgrows the first, which is then
 * subtracted from it */
FA_INLINE V phish_grad(V g, V x) {
  V bounded = within(x, -PHISH_T_MAX);
  M negative = v_lt(bounded, v_set(0));
  Gaussian b = gaussian_within(bounded, PHISH_T_MAX), up = b;
  up.r.p = (DD){4 * b.r.p.hi, 4 * b.r.p.lo}; /* q is twice the tail, which would be subnormal first */
  Phish f = phish_parts(up, bounded, 2);
  V scale = v_pow2(v_max(v_set(ERF_N_MIN), b.n)), t = v_abs(bounded);
  DD u = gelu_tail_slope_dd(b), w = dd_mul_d(f.w, 4 * t), first = dd_mul_d(f.q, f.d.hi);
  V slope = v_select(negative, u.hi * scale, 1 - u.hi * scale);
  DD second = dd_mul_d(w, slope);
  second.lo = v_fma(w.hi, v_where(negative, u.lo * scale), second.lo);
  V top = first.hi + second.hi, lo = v_fma(f.q.hi, f.d.lo, first.lo) + second.lo;
  V y = quotient_value(dd_quotient((DD){top, lo}, dd_sqr(f.d)));
  return g * v_scale2(v_select(negative, -y, y), f.n);
}
