/* sigmoid.h - everything built on the logistic function: its logarithm, x times it, tanh, mish.
 *
 * e^-z = (1 + p) v / u with v = 2^min(n, 0), u = 2^-max(n, 0): one of the two is 1, neither overflows, and a denominator
 * u + v (1 + p) is a single fma. sigma(z) = u / (u + v (1 + p)): u stays apart as a power of two until the end, so tails are
 * exact down to the last subnormal. */
#pragma once
#include "../math/elementary.h"
#include "exp.h"

typedef struct {
  V p, n;      /* e^-z = (1 + p) 2^n */
  V u, v, n_u; /* u = 2^n_u */
  V d, excess; /* d - excess = u + v (1 + p), in [0.7, 2.5] */
} Logistic;

/* -z = n ln 2 + r */
FA_INLINE Logistic logistic_reduced(V n, V r) {
  Logistic l = {.n = n, .p = expm1_reduced(r)};
  M up = v_gt(l.n, v_set(0));
  V small = v_pow2(v_min(l.n, -l.n));
  l.u = v_select(up, small, v_set(1));
  l.v = v_select(up, v_set(1), small);
  l.n_u = v_min(v_set(0), -l.n);
  l.d = v_fma(l.v, l.p, 1 + small);
  l.excess = v_fnma(l.v, l.p, l.d - 1) - small;
  return l;
}
/* |z| <= -EXP_MIN_WIDE, z.lo belongs to z.hi */
FA_INLINE Logistic logistic(DD z) {
  V n = exp_round(-z.hi);
  return logistic_reduced(n, exp_reduce(-z.hi, n) - z.lo);
}
FA_INLINE Logistic logistic_of(V bounded) { return logistic((DD){bounded, v_set(0)}); }

FA_INLINE V logistic_inverse(Logistic l) { return v_fnma(v_set((T)0.485), l.d, v_set((T)1.51)); } /* 1 / d to 18 % */
/* x / (d - excess). The quotient is rounded once, and a rough 1 / d is enough to account for the excess. x >= least. */
FA_INLINE V divided(V x, Logistic l, T min) {
  V y = x / l.d;
  return v_fma(v_min(v_set(-min), y), l.excess * logistic_inverse(l), y);
}
/* a / (d - excess)^2 */
FA_INLINE V divided_twice(V a, Logistic l) {
  V inverse = 1 / l.d, rest = v_fma(inverse, l.excess, v_residual(v_set(1), inverse, l.d));
  V y = a * inverse * inverse;
  return v_fma(y, rest + rest, y);
}

/* sigmoid(x) = 1 / (1 + e^-x), where l serves its slope too */
FA_INLINE V sigmoid_of(Logistic l) {
  V inverse = 1 / l.d;
  return v_scale2(v_fma(inverse, inverse * l.excess, inverse), l.n_u);
}
/* The same bits, as c (1 / d), d = c + c e^-x = c + s (1 + p): d is finite wherever sigma(x) has a bit left, so neither u nor v
 * is needed. The exponent of c is odd, so that n is rounded as exp_round does it, a tie to an even one. */
#if FA_REAL == 32
#define SHARE_EXPONENT (-31)
#define SIGMOID_MIN ((T)-105)
#define SIGMOID_MAX ((T)60)
#else
#define SHARE_EXPONENT (-61)
#define SIGMOID_MIN ((T)-750)
#define SIGMOID_MAX ((T)600)
#endif
FA_INLINE V sigmoid(V x) {
  V z = v_min(v_set(SIGMOID_MAX), v_max(v_set(SIGMOID_MIN), x)), c = v_pow2(v_set(SHARE_EXPONENT));
  V base = v_base(v_set(SHARE_EXPONENT)), raised = v_fnma(z, v_set(LOG2E), base), s = v_raise(raised);
  V p = expm1_reduced(exp_reduce(-z, raised - base)), d = v_fma(s, p, s + c), inverse = 1 / d;
  V excess = v_fnma(s, p, d - v_max(s, c)) - v_min(s, c);
  return c * v_fma(inverse, inverse * excess, inverse);
}
/* sigma(x) sigma(-x) = u v (1 + p) / d^2 */
FA_INLINE V sigmoid_slope_of(Logistic l, T factor) { return v_scale2(factor * divided_twice(1 + l.p, l), -v_abs(l.n)); }
FA_INLINE V sigmoid_slope(V x, T factor) { return sigmoid_slope_of(logistic_of(within(x, EXP_MIN)), factor); }
FA_INLINE V sigmoid_grad(V g, V x) { return g * sigmoid_slope(x, 1); }
FA_INLINE V sigmoid_grad_y(V g, V y) { return g * (y * (1 - y)); }

#define tanh(x) fa_tanh(x) /* libm has the name */
/* tanh(-a / 2) = (1 - w) / (1 + w), w = e^a = s (1 + p) for a <= 0. top and d lack p.lo and the rounding of
 * 1 - s and 1 + s, which `tanh_complete` adds: for one more factor, or a difference, to be as accurate. */
typedef struct {
  V s;
  DD p, top, d; /* 1 - w = top, 1 + w = d */
} Tanh;
FA_INLINE Tanh tanh_reduced(V n, V r) {
  Tanh f = {.s = v_pow2(n), .p = expm1_reduced_dd(r)};
  V below = 1 - f.s, above = 1 + f.s;
  f.top.hi = v_fnma(f.s, f.p.hi, below);
  f.d.hi = v_fma(f.s, f.p.hi, above);
  f.top.lo = v_fnma(f.s, f.p.hi, below - f.top.hi);
  f.d.lo = v_fma(f.s, f.p.hi, above - f.d.hi);
  return f;
}
FA_INLINE Tanh tanh_complete(Tanh f) {
  V wave = f.s * f.p.lo;
  f.top.lo = f.top.lo + (((1 - (1 - f.s)) - f.s) - wave);
  f.d.lo = f.d.lo + ((f.s - ((1 + f.s) - 1)) + wave);
  return f;
}
FA_INLINE V tanh_inverse(V d) { return v_fnma(v_set((T)0.4706), d, v_set((T)1.412)); } /* 1 / d to 6 % */

#if FA_REAL == 32 && defined V_FUSED
/* tanh t for t >= 0: start + step * slope, where start = tanh b, step = t - b, and slope is a polynomial in step, all for
 * the interval that t lies in: the half octaves of t + TANH_OFFSET. start is good to some ten bits more than it has. */
typedef struct {
  V start, step, slope;
} Piece;
FA_INLINE Piece tanh_piece(V t) {
  V bounded = v_min(v_set(TANH_MAX), t), k = v_half_octave(bounded + TANH_OFFSET);
  Piece f = {.start = v_lookup(tanh_p[1], k), .step = bounded - v_lookup(tanh_p[0], k)};
  f.slope = v_fma(f.step, POLY_ROWS(f.step, tanh_p, 3, k), v_lookup(tanh_p[2], k)); /* a single rounding near 1 */
  return f;
}
FA_INLINE V fa_tanh(V x) {
  Piece f = tanh_piece(v_abs(x));
  return v_copysign(v_fma(f.step, f.slope, f.start), x);
}
FA_INLINE DD tanh_dd(V t) { /* of t >= 0 */
  Piece f = tanh_piece(t);
  V hi = v_fma(f.step, f.slope, f.start);
  return (DD){hi, -v_residual(hi - f.start, f.step, f.slope)};
}
#else
/* Without permutations by index, and in double, where it would take 21 of them (42 on AVX2), the quotient is faster. */
FA_INLINE Tanh tanh_of(V t) {
  V a = v_max(v_set(EXP_MIN), -2 * t), n = exp_round(a);
  return tanh_reduced(n, exp_reduce(a, n));
}
FA_INLINE V fa_tanh(V x) {
  Tanh f = tanh_of(v_abs(x));
  V q = f.top.hi / f.d.hi;
  return v_copysign(v_fma(v_fnma(q, f.d.lo, f.top.lo), tanh_inverse(f.d.hi), q), x);
}
FA_INLINE DD tanh_dd(V t) {
  Tanh f = tanh_complete(tanh_of(t));
  V q = f.top.hi / f.d.hi;
  V lost = v_residual(f.top.hi, q, f.d.hi) + v_fnma(q, f.d.lo, f.top.lo);
  V inverse = v_fnma(v_set((T)0.55), f.d.hi, v_set((T)1.55)); /* 1 / d to 10 %, and better the nearer q is to 1 */
  return (DD){q, lost * inverse};
}
#endif
/* 1 - q^2, the slope at t of q = tanh t */
FA_INLINE V tanh_slope(DD q) { return v_fnma(q.hi + q.hi, q.lo, v_residual(v_set(1), q.hi, q.hi)); }
FA_INLINE DD tanh_dd_low(V t, V t_lo) { /* of t + t_lo */
  DD q = tanh_dd(t);
  q.lo = v_fma(v_fnma(q.hi, q.hi, v_set(1)), t_lo, q.lo);
  return q;
}
/* 1 - tanh^2 x = 4 sigmoid'(2 x) */
FA_INLINE V tanh_grad(V g, V x) { return g * sigmoid_slope(x + x, 4); }
FA_INLINE V tanh_grad_y(V g, V y) { return g * ((1 - y) * (1 + y)); }

/* beta x with its remainder, where the exponential of it can show */
FA_INLINE DD sloped(V x, V beta) {
  V z = beta * x;
  return (DD){z, v_where(v_lt(v_abs(z), v_set(-2 * EXP_MIN_WIDE)), -v_residual(z, beta, x))};
}
FA_INLINE DD sloped_within(V x, V beta, T min) {
  DD z = sloped(x, beta);
  return (DD){within(z.hi, min), z.lo};
}

/* log(1 + e^-|z|) for z >= 0, the same over 2^n for z < 0, where the result is proportional to it */
typedef struct {
  M negative;
  Scaled e; /* e^-|z| */
  DD value;
  V n;
} Log1p;
FA_INLINE Log1p log1p_of(M negative, Scaled e) {
  Log1p l = {.negative = negative, .e = e};
  V s = v_pow2(e.n), factor = v_select(l.negative, v_set(1), s);
  DD p = log1p_over(e.hi * s);
  V hi = e.hi * factor, lo = e.lo * factor;
  l.value = two_prod(hi, p.hi);
  l.value.lo = v_fma(lo, p.hi, v_fma(hi, p.lo, l.value.lo));
  l.n = v_where(l.negative, e.n);
  return l;
}
FA_INLINE Log1p log1p_exp(DD z, T min) {
  M negative = v_lt(z.hi, v_set(0));
  return log1p_of(negative, exp_scaled(v_max(v_set(min), -v_abs(z.hi)), v_select(negative, z.lo, -z.lo)));
}
/* softplus(x) = log(1 + e^(beta x)) / beta = max(beta x, 0) / beta + log(1 + e^-|beta x|) / beta */
FA_INLINE V softplus(V x, V beta) {
  Log1p l = log1p_exp(sloped(x, beta), EXP_MIN_WIDE);
  Quotient q = dd_quotient(l.value, (DD){beta, v_set(0)});
  return v_select(l.negative, v_set(0), x) + scale_wide(quotient_value(q), l.n);
}
FA_INLINE V softplus_grad(V g, V x, V beta) { return g * sigmoid_of(logistic(sloped_within(x, beta, EXP_MIN))); }
/* sigma(beta x) = 1 - e^(-beta y) */
FA_INLINE V softplus_grad_y(V g, V y, V beta) { return g * -expm1_negative(-(beta * y), NO_LOW).hi; }

/* logsigmoid(x) = -softplus(-x) = min(x, 0) - log(1 + e^-|x|) */
FA_INLINE V logsigmoid(V x) {
  Log1p l = log1p_exp((DD){-x, v_set(0)}, EXP_MIN);
  return v_min(v_set(0), x) - v_scale2(l.value.hi + l.value.lo, l.n);
}
FA_INLINE V logsigmoid_grad(V g, V x) { return g * sigmoid(-x); }
FA_INLINE V logsigmoid_grad_y(V g, V y) { return g * -expm1_negative(y, NO_LOW).hi; }

/* d(x sigma(z))/dx = sigma(z) (1 + c sigma(-z)) = u (u + c1 v (1 + p)) / d^2, c1 = 1 + c, c = x z' */
FA_INLINE V slope_top(V c1, Logistic l) {
  V f = c1 * l.v;
  return v_fma(f, l.p, l.u + f);
}
FA_INLINE V times_sigmoid_slope(V c1, Logistic l) { return v_scale2(divided_twice(slope_top(c1, l), l), l.n_u); }

/* silu(x) = x sigma(x) */
FA_INLINE V silu(V x) {
  V low = v_max(v_set(EXP_MIN), x);
  Logistic l = logistic_of(v_min(v_set(-EXP_MIN), low));
  return v_scale2(divided(low, l, EXP_MIN), l.n_u);
}
FA_INLINE V silu_grad(V g, V x) {
  V bounded = within(x, EXP_MIN);
  return g * times_sigmoid_slope(1 + bounded, logistic_of(bounded));
}

/* swish(x) = x sigma(beta x) */
FA_INLINE V swish(V x, V beta) {
  V finite = within(x, -FINITE);
  DD z = sloped_within(finite, beta, EXP_MIN_WIDE);
  Logistic l = logistic(z);
  V y = scale_wide(divided(finite, l, -FINITE), l.n_u);
  V limit = v_select(v_lt(z.hi, v_set(0)), v_set(0), x);
  return or_nan(v_select(v_gt(v_abs(x), v_set(FINITE)), limit, y), beta, beta);
}
FA_INLINE V swish_grad(V g, V x, V beta) {
  DD z = sloped_within(within(x, -FINITE), beta, EXP_MIN); /* beta may be 0 */
  return g * times_sigmoid_slope((1 + z.hi) + z.lo, logistic(z));
}

/* mish(x) = x tanh(softplus(x)) = x w (w + 2) / (w (w + 2) + 2), w = e^x = h / u, h = v (1 + p):
 *         = v x (1 + p) (h + 2 u) / (h (h + 2 u) + 2 u^2) */
typedef struct {
  DD m, h, sum, d; /* 1 + p, h, h + 2 u, the denominator */
  V u, n_v;
} Mish;
FA_INLINE Mish mish_parts(V x) {
  Mish f;
  Scaled e = exp_scaled(within(x, EXP_MIN), NO_LOW);
  f.n_v = v_min(v_set(0), e.n);
  V v = v_pow2(f.n_v);
  f.u = v_pow2(f.n_v - e.n);
  f.m = (DD){e.hi, e.lo};
  f.h = (DD){e.hi * v, e.lo * v};
  f.sum = quick_two_sum(f.h.hi, f.u + f.u);
  DD product = two_prod(f.h.hi, f.sum.hi);
  f.d = quick_two_sum(product.hi, 2 * f.u * f.u);
  f.d.lo = f.d.lo + v_fma(f.h.lo, f.sum.hi + f.h.hi, v_fma(f.h.hi, f.sum.lo, product.lo));
  f.sum.lo = f.sum.lo + f.h.lo;
  return f;
}
FA_INLINE V mish(V x) {
  Mish f = mish_parts(x);
  V low = v_max(v_set(EXP_MIN), x), small = v_min(v_set(-EXP_MIN), low);
  DD top = dd_mul_d(f.m, f.sum.hi);
  top.lo = v_fma(f.m.hi, f.sum.lo, top.lo);
  Quotient q = dd_quotient(top, f.d);
  return v_copysign(v_scale2(v_fma(small * q.inverse, q.rest, low * q.q), f.n_v), x);
}
/* x < 0: w (w (w (w + 4) + 2) + 4 (1 + w) (1 + x)) / d^2, where u = 1
 * x >= 0: 1 - 2 u^2 (d - 2 x h (h + u)) / d^2 */
FA_INLINE V mish_grad(V g, V x) {
  Mish f = mish_parts(x);
  M negative = v_lt(x, v_set(0));
  V h = f.h.hi, c = within(x, EXP_MIN), twice = 2 * (h + f.u);
  V below = v_fma(twice + twice, 1 + c, h * v_fma(h, h + 4, v_set(2)));
  V above = 2 * f.u * f.u * v_fnma(twice * h, c, f.d.hi);
  DD factor = {v_select(negative, f.m.hi, v_set(1)), v_where(negative, f.m.lo)};
  DD top = dd_mul_d(factor, v_select(negative, below, above));
  V q = quotient_value(dd_quotient(top, dd_sqr(f.d)));
  return g * v_scale2(v_select(negative, q, 1 - q), f.n_v);
}

/* a / d^2 */
FA_INLINE V over_square(DD a, DD d) { return quotient_value(dd_quotient(a, dd_sqr(d))); }
/* divided_twice rounded less: with one more factor than silu has that would come near 4 ULP */
FA_INLINE V divided_twice_well(V a, Logistic l) { return over_square((DD){a, NO_LOW}, (DD){l.d, -l.excess}); }

/* quick_gelu(x) = x sigma(1.702 x) */
#define QUICK_GELU_MIN (EXP_MIN / (T)1.703)
FA_INLINE Logistic quick_gelu_logistic(V bounded) { /* 1.702 x, to twice the precision, goes into the reduction */
  V n = v_fma(bounded, v_set(-QUICK_GELU_HIGH * LOG2E), v_set(V_MAGIC)) - V_MAGIC;
  V r = v_residual(n * -LN2_HIGH, v_set(QUICK_GELU_HIGH), bounded);
  return logistic_reduced(n, v_fnma(n, v_set(LN2_LOW), v_fnma(bounded, v_set(QUICK_GELU_LOW), r)));
}
FA_INLINE V quick_gelu(V x) {
  V low = v_max(v_set(QUICK_GELU_MIN), x);
  Logistic l = quick_gelu_logistic(v_min(v_set(-QUICK_GELU_MIN), low));
  return v_scale2(divided(low, l, QUICK_GELU_MIN), l.n_u);
}
FA_INLINE V quick_gelu_grad(V g, V x) {
  V bounded = within(x, QUICK_GELU_MIN), c1 = v_residual(v_set(1), v_set(-QUICK_GELU_HIGH), bounded);
  Logistic l = quick_gelu_logistic(bounded);
  return g * v_scale2(divided_twice_well(slope_top(c1, l), l), l.n_u);
}
FA_INLINE V gelu_sigmoid(V x) { return quick_gelu(x); }
FA_INLINE V gelu_sigmoid_grad(V g, V x) { return quick_gelu_grad(g, x); }

/* beta = m 2^k for a factor of any size: m is within [1/2, 4], less where beta is subnormal */
typedef struct {
  V m, k;
} Factor;
FA_INLINE Factor factor_of(V beta) {
  V k = within(v_exponent(v_abs(beta)), 1 - T_BIAS);
  return (Factor){beta * v_pow2(-k), k};
}

/* eswish(x) = beta x sigma(x), beta x where sigma(x) is 1. m is taken 2^ESWISH_UP times greater, so that no quotient is
 * subnormal. */
#define ESWISH_UP ((T)(T_MANTISSA + 4))
FA_INLINE V eswish(V x, V beta) {
  Factor f = factor_of(beta);
  V bounded = within(x, EXP_MIN_WIDE - 16), m = f.m * v_pow2(v_set(ESWISH_UP)), top = m * bounded;
  Logistic l = logistic_of(bounded);
  V q = top / l.d, inverse = logistic_inverse(l);
  V lost = v_fnma(q, l.excess * inverse, v_residual(top, m, bounded) * inverse); /* as in `divided` */
  V y = v_scale2(q - lost, v_max(v_set(V_NMIN), l.n_u + (f.k - ESWISH_UP)));
  return v_select(m_and(v_gt(x, v_set(-EXP_MIN_WIDE)), not_0(beta)), beta * x, y);
}
/* beta goes into slope_top: m (u + (1 + x) v (1 + p)) */
FA_INLINE V eswish_grad(V g, V x, V beta) {
  Factor f = factor_of(beta);
  V bounded = within(x, EXP_MIN_WIDE - 16); /* |x| times the largest beta e^-|x| rounds to 0 beyond */
  Logistic l = logistic_of(bounded);
  V line = v_residual(f.m, -f.m, bounded) * l.v, top = v_fma(line, l.p, v_fma(f.m, l.u, line));
  return g * v_scale2(divided_twice_well(top, l), v_max(v_set(V_NMIN), l.n_u + f.k));
}

/* elish(x) = x / (1 + e^-x) for x >= 0, (e^x - 1) / (1 + e^-x) below; with w = e^-|x| = s (1 + p), q = 1 / (1 + w):
 *          = x q or -w (1 - w) q */
FA_INLINE V elish(V x) {
  M negative = v_lt(x, v_set(0));
  V a = v_max(v_set(EXP_MIN), -v_abs(x)), n = exp_round(a);
  Tanh f = tanh_complete(tanh_reduced(n, exp_reduce(a, n)));
  V top = v_select(negative, f.top.hi, v_abs(x)), q = top / f.d.hi, small = v_min(v_set(-EXP_MIN), q);
  V lost = v_where(negative, v_residual(f.top.hi, small, f.d.hi) + f.top.lo);
  V rest = v_fnma(small, f.d.lo, lost) * tanh_inverse(f.d.hi);
  V hi = 1 + f.p.hi, lo = (f.p.hi - (hi - 1)) + f.p.lo;
  V factor = v_select(negative, hi, v_set(1));
  V y = v_fma(factor, q, v_fma(v_where(negative, lo), small, factor * rest));
  return v_copysign(v_scale2(y, v_where(negative, n)), x);
}
/* x >= 0: (1 + w (1 + x)) / d^2, d = 1 + w;  x < 0: w (d^2 - 2) / d^2 */
FA_INLINE V elish_grad(V g, V x) {
  M negative = v_lt(x, v_set(0));
  V bounded = within(x, EXP_MIN), a = -v_abs(bounded), n = exp_round(a);
  Tanh f = tanh_complete(tanh_reduced(n, exp_reduce(a, n)));
  V below = -v_residual(v_set(2), f.d.hi, f.d.hi), low = (f.d.hi + f.d.hi) * f.d.lo;
  low = v_fma(low, 1 + f.p.hi, below * f.p.lo);
  V c = f.s * (1 + bounded), above = v_fma(c, f.p.hi, 1 + c);
  DD top = {v_select(negative, v_fma(below, f.p.hi, below), above), v_where(negative, low)};
  return g * v_scale2(over_square(top, f.d), v_where(negative, n));
}

/* lisht(x) = x tanh(x) */
FA_INLINE V lisht(V x) {
  V t = v_abs(x);
  DD q = tanh_dd(t);
  return v_fma(t, q.hi, v_min(v_set(-EXP_MIN), t) * q.lo);
}
/* tanh x + x (1 - tanh^2 x) */
FA_INLINE V lisht_grad(V g, V x) {
  V a = v_abs(x), t = v_where(v_lt(a, v_set(-EXP_MIN)), a); /* beyond, the second term is 0 */
  DD q = tanh_dd(a);
  return g * v_copysign(v_fma(t, tanh_slope(q), q.hi), x);
}

/* tanhshrink(x) = x - tanh x, by pieces like tanh: s0 + s1 d + d^2 (s2 + d q(d)). In the first of them d = x and
 * s0 = s1 = s2 = 0, so that each product's rest counts; in the others no sum cancels. */
FA_INLINE V tanhshrink(V x) {
  V t = v_abs(x), bounded = v_min(v_set(TANH_MAX), t), k = v_half_octave(bounded + TANH_OFFSET);
  V d = bounded - v_lookup(tanhshrink_p[0], k), s2 = v_lookup(tanhshrink_p[3], k);
  V line = v_fma(d, v_lookup(tanhshrink_p[2], k), v_lookup(tanhshrink_p[1], k)) + (t - bounded);
  V q = v_fma(d, POLY_ROWS(d, tanhshrink_p, 5, k), v_lookup(tanhshrink_p[4], k));
  DD square = two_prod(d, d), bend;
  bend.hi = v_fma(d, q, s2);
  bend.lo = -v_residual(bend.hi - s2, d, q);
  return v_copysign(dd_fma(square, bend, line), x);
}
/* tanh^2 x */
FA_INLINE V tanhshrink_grad(V g, V x) {
  DD q = tanh_dd(v_abs(x));
  return g * v_fma(q.hi, q.hi, (q.hi + q.hi) * q.lo);
}

/* beta x as `sloped` has it, and 0 where beta = 0 meets an infinite x */
FA_INLINE DD sloped_limit(V x, V beta) {
  DD z = sloped(x, beta);
  z.hi = v_select(v_nan(z.hi, z.hi), v_where(v_nan(x, beta), z.hi), z.hi);
  return z;
}
/* Two factors of any size, where their product may not be a number: m times 2^k, and e^EXP_MIN_FAR times the largest is 0 */
#define EXP_MIN_FAR ((T)(FA_REAL == 32 ? -350 : -2200))
typedef struct {
  DD m;
  V k;
} Product;
FA_INLINE M are_far(V a, V b) {
  return v_gt(v_max(v_abs(v_exponent(v_abs(a))), v_abs(v_exponent(v_abs(b)))), v_set(40));
}
FA_INLINE Product product_of(V a, V b) {
  Factor f = factor_of(a), h = factor_of(b);
  return (Product){two_prod(f.m, h.m), f.k + h.k};
}
/* y 2^n for any n, y in [2^-20, 2^5]: too large is infinite */
FA_INLINE V scale_far(V y, V n) {
  return scale_wide(y * (T)0x1p20, v_max(v_set(V_NMIN - V_SMALL), v_min(v_set(T_BIAS), n - 20)));
}

/* alpha beta a where small holds, a 2^k in two steps; beta >= 0 */
FA_RARE V scaled_tanh_far(V y, V a, M small, V alpha, V beta) {
  Product c = product_of(alpha, beta);
  V half = v_fma(v_set((T)0.5), c.k, v_set(V_MAGIC)) - V_MAGIC, rest = c.k - half, none = v_set(0);
  V product = a * v_pow2(half) * v_pow2(v_max(none, rest)) * c.m.hi * v_pow2(v_min(none, rest));
  return v_select(m_and(are_far(alpha, beta), small), v_select(v_nan(alpha, beta), alpha + beta, product), y);
}
/* scaled_tanh(x) = alpha tanh(beta x). Where beta x may be subnormal the result is alpha beta x, and need not be so.
 * For beta = 0 the bound of |x| is 0, otherwise it is infinite. */
FA_INLINE V scaled_tanh(V x, V alpha, V beta) {
  V steep = v_abs(beta), top = v_copysign(v_set(1), beta) * alpha;
  V a = v_min(steep * FINITE * FINITE * FINITE, v_abs(x)), t = a * steep, large = a * (T)0x1p64 * steep;
  V t_lo = v_max(-v_residual(t, a, steep), v_set(-1)); /* where t is infinite: NaN becomes -1, to be multiplied by 0 */
  V y = dd_scaled(top, tanh_dd_low(t, t_lo));
  M small = v_lt(large, v_set((T)0x1p-16));
  y = v_select(small, large * (top * (T)0x1p-64), y);
  if (IN_RARE(are_far(alpha, beta))) y = scaled_tanh_far(y, a, small, top, steep);
  return y * v_copysign(v_set(1), x);
}
FA_RARE V scaled_tanh_slope_far(V slope, V z, V z_lo, V alpha, V beta) {
  Product f = product_of(alpha, beta);
  Logistic l = logistic((DD){within(z + z, EXP_MIN_FAR), z_lo + z_lo});
  V far = scale_far(divided_twice(f.m.hi + v_fma(f.m.hi, l.p, f.m.lo), l), f.k + 2 - v_abs(l.n));
  return v_select(are_far(alpha, beta), far, slope);
}
/* alpha beta (1 - tanh^2(beta x)) = 4 alpha beta sigma'(2 beta x) */
FA_INLINE V scaled_tanh_grad(V g, V x, V alpha, V beta) {
  DD z = sloped_limit(x, beta);
  Logistic l = logistic((DD){within(z.hi + z.hi, EXP_MIN_WIDE), z.lo + z.lo});
  V c = within(alpha * beta, -FINITE / 2), c_lo = finite_or_0(-v_residual(c, alpha, beta));
  V slope = scale_wide(divided_twice(c + v_fma(c, l.p, c_lo), l), 2 - v_abs(l.n));
  if (IN_RARE(are_far(alpha, beta))) slope = scaled_tanh_slope_far(slope, z.hi, z.lo, alpha, beta);
  return g * slope;
}
/* beta (alpha - y) (alpha + y) / alpha */
FA_INLINE V scaled_tanh_slope_y(V y, V alpha, V beta) { return (alpha - y) / alpha * beta * (alpha + y); }
FA_RARE V scaled_tanh_slope_y_far(V slope, V y, V alpha, V beta) {
  Factor f = factor_of(alpha), h = factor_of(beta);
  V k = f.k + h.k, half = v_fma(v_set((T)0.5), k, v_set(V_MAGIC)) - V_MAGIC;
  V far = scaled_tanh_slope_y(y * v_pow2(-f.k), f.m, h.m) * v_pow2(half) * v_pow2(k - half);
  return v_select(are_far(alpha, beta), far, slope);
}
FA_INLINE V scaled_tanh_grad_y(V g, V y, V alpha, V beta) {
  V slope = scaled_tanh_slope_y(y, alpha, beta);
  if (IN_RARE(are_far(alpha, beta))) slope = scaled_tanh_slope_y_far(slope, y, alpha, beta);
  return g * slope;
}

/* stanh(x) = b tanh(a x) */
FA_INLINE V stanh(V x, V a, V b) { return scaled_tanh(x, b, a); }
FA_INLINE V stanh_grad(V g, V x, V a, V b) { return scaled_tanh_grad(g, x, b, a); }
FA_INLINE V stanh_grad_y(V g, V y, V a, V b) { return scaled_tanh_grad_y(g, y, b, a); }

/* tanhexp(x) = x tanh(e^x), e^x = e 2^n. For small e^x its tanh is proportional to it: 2^n stays apart, and a power of two
 * that is small enough stands in for it. Above TANHEXP_MAX the tanh is 1. */
#define TANHEXP_MAX ((T)(FA_REAL == 32 ? 2.5 : 4)) /* no subnormals there */
#define TANHEXP_MIN ((T)-40)
typedef struct {
  V n, back;  /* tanh(e^x) = back 2^n tanh(e) */
  DD e, tanh; /* e^x, or what stands in for it; its tanh */
} TanhExp;
FA_INLINE V tanhexp_bounded(V x) { return v_min(v_set(TANHEXP_MAX), v_max(v_set(EXP_MIN), x)); }
FA_INLINE TanhExp tanhexp_parts(V bounded) {
  TanhExp t;
  Scaled e = exp_scaled(bounded, NO_LOW);
  V n = v_max(v_set(TANHEXP_MIN), e.n), s = v_pow2(n);
  t.n = v_min(v_set(0), e.n);
  t.back = v_pow2(-v_min(v_set(0), n));
  t.e = (DD){e.hi * s, e.lo * s};
  t.tanh = tanh_dd_low(t.e.hi, t.e.lo);
  return t;
}
FA_INLINE V tanhexp(V x) {
  V low = v_max(v_set(EXP_MIN), x);
  TanhExp t = tanhexp_parts(tanhexp_bounded(x));
  DD q = t.tanh;
  V y = v_fma(low, q.hi * t.back, v_min(v_set(-EXP_MIN), low) * (q.lo * t.back));
  return v_copysign(v_scale2(y, t.n), x);
}
/* tanh w + x w (1 - tanh^2 w), w = e^x */
FA_INLINE V tanhexp_grad(V g, V x) {
  V bounded = tanhexp_bounded(x);
  TanhExp t = tanhexp_parts(bounded);
  DD q = t.tanh;
  DD b = two_prod(bounded, t.e.hi);
  b.lo = v_fma(bounded, t.e.lo, b.lo);
  b = dd_mul_d(b, tanh_slope(q));
  DD sum = two_sum(q.hi, b.hi);
  return g * v_scale2((sum.hi + (sum.lo + (q.lo + b.lo))) * t.back, t.n);
}
