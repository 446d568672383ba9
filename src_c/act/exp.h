/* exp.h - the exponential linear units: a line for x > 0, a (e^x - 1) below (forward, x = -0 takes the line); then e^x,
 * e^(-x^2), and the units that put a line or a parabola beside e^x - 1. */
#pragma once
#include "../math/elementary.h"
#include "piecewise.h"

/* elu(x) = x for x > 0, else alpha (e^x - 1) */
FA_INLINE V elu(V x, V alpha) { return v_select(v_lt(x, v_set(0)), dd_scaled(alpha, expm1_negative(x, NO_LOW)), x); }
/* alpha e^x: alpha may be of any size, so the power of two comes last */
FA_INLINE V elu_grad(V g, V x, V alpha) {
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN_WIDE), x), NO_LOW);
  return g * v_select(v_gt(x, v_set(0)), v_set(1), scale_wide(alpha * e.hi, e.n));
}
FA_INLINE V elu_grad_y(V g, V y, V alpha) { return g * v_select(v_gt(y, v_set(0)), v_set(1), y + alpha); }

/* selu(x) = lambda x for x > 0, else lambda alpha (e^x - 1); both constants to twice the precision */
FA_INLINE V selu_of(DD em, V x) { /* em = e^x - 1 */
  V line = v_copysign(v_fma(x, v_set(SELU_LAMBDA_HIGH), v_min(v_set(FINITE), x) * SELU_LAMBDA_LOW), x);
  V low = v_fma(em.hi, v_set(SELU_LAMBDA_ALPHA_LOW), em.lo * SELU_LAMBDA_ALPHA_HIGH);
  return v_select(v_lt(x, v_set(0)), v_fma(em.hi, v_set(SELU_LAMBDA_ALPHA_HIGH), low), line);
}
FA_INLINE V selu(V x) { return selu_of(expm1_negative(x, NO_LOW), x); }
FA_INLINE V selu_grad(V g, V x) {
  V slope = elu_grad(v_set(1), x, v_set(SELU_LAMBDA_ALPHA_HIGH));
  return g * v_select(v_gt(x, v_set(0)), v_set(SELU_LAMBDA_HIGH), slope);
}
FA_INLINE V selu_grad_y(V g, V y) {
  V slope = y + SELU_LAMBDA_ALPHA_HIGH;
  return g * v_select(v_gt(y, v_set(0)), v_set(SELU_LAMBDA_HIGH), slope);
}

/* x / alpha with its remainder; a remainder that overflowed belongs to a quotient that has */
FA_INLINE DD celu_argument(V x, V alpha) {
  V inverse = 1 / alpha, q = x * inverse;
  V rest = v_residual(x, q, alpha) * inverse;
  return (DD){q, v_where(v_gt(q, v_set(EXP_MIN)), rest)};
}
/* celu(x) = x for x > 0, else alpha (e^(x / alpha) - 1); near 0 that is x to the last digit, and x / alpha may be subnormal */
FA_INLINE V celu(V x, V alpha) {
  DD q = celu_argument(x, alpha);
  M straight = v_gt(q.hi, v_set(-(T)1 / (T)((int64_t)4 << T_MANTISSA)));
  return v_select(straight, x, dd_scaled(alpha, expm1_negative(q.hi, q.lo)));
}
FA_INLINE V celu_grad(V g, V x, V alpha) {
  DD q = celu_argument(x, alpha);
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN), q.hi), q.lo);
  return g * v_select(v_gt(x, v_set(0)), v_set(1), v_scale2(e.hi, e.n));
}
FA_INLINE V celu_grad_y(V g, V y, V alpha) { return g * v_select(v_gt(y, v_set(0)), v_set(1), (y + alpha) / alpha); }

/* exponential(x) = e^x; 2^n = 2 2^(n - 1), since n may be T_BIAS + 1, and one more is infinite, as it has to be */
FA_INLINE V exponential(V x) {
  Scaled e = exp_scaled(v_min(v_set(EXP_MAX), v_max(v_set(EXP_MIN), x)), NO_LOW);
  return v_scale2(e.hi + e.hi, e.n - 1);
}
FA_INLINE V exponential_grad(V g, V x) { return g * exponential(x); }
FA_INLINE V exponential_grad_y(V g, V y) { return g * y; }

/* gaussian(x) = e^(-x^2), x^2 to twice the precision; 0 beyond GAUSSIAN_MAX */
#define GAUSSIAN_MAX ((T)(FA_REAL == 32 ? 10.5 : 27.5))
FA_INLINE V gaussian_bounded(V x) { return within(x, -GAUSSIAN_MAX); }
FA_INLINE Scaled gaussian_scaled(V bounded) {
  DD square = two_prod(bounded, bounded);
  return exp_scaled(-square.hi, -square.lo);
}
FA_INLINE V gaussian(V x) {
  Scaled e = gaussian_scaled(gaussian_bounded(x));
  return v_scale2(e.hi, e.n);
}
/* -2 x e^(-x^2) */
FA_INLINE V gaussian_grad(V g, V x) {
  V bounded = gaussian_bounded(x);
  Scaled e = gaussian_scaled(bounded);
  return g * v_scale2(-2 * bounded * e.hi, e.n);
}

/* hard_elish(x) = c x for x >= 0, c (e^x - 1) below; c = (x + 1) / 2 within [0, 1], carried with its remainder */
FA_INLINE V hard_elish(V x) {
  M negative = v_lt(x, v_set(0));
  DD em = expm1_negative(x, NO_LOW);
  V sum = x + 1, c = v_min(v_set(1), v_max(v_set(0), (T)0.5 * sum)), lost = (T)0.5 * (x - (sum - 1));
  V top = v_select(negative, em.hi, x), low = v_fma(top, lost, v_where(negative, em.lo * c));
  return v_copysign(v_fma(top, c, v_where(inside(x, v_set(-1), v_set(1)), low)), x);
}
/* 0 for x <= -1, 1 for x >= 1, x + 1/2 for x >= 0, between -1 and 0 (e^x (x + 2) - 1) / 2 = ((e^x - 1) (x + 2) + x + 1) / 2 */
FA_INLINE V hard_elish_grad(V g, V x) {
  DD em = expm1_negative(x, NO_LOW);
  V factor = x + 2, below = (T)0.5 * v_fma(em.hi, factor, v_fma(em.lo, factor, x + 1));
  V above = v_select(v_lt(x, v_set(1)), x + (T)0.5, v_set(1));
  V dx = g * v_select(v_lt(x, v_set(0)), below, above);
  return v_select(v_nan(g, x), g + x, v_where(v_gt(x, v_set(-1)), dx));
}

/* xielu(x) = x (alpha_p x + beta)                                  for x > 0
 *            x (alpha_n x q(x) + beta), e^x - 1 - x = x^2 q(x)     for -1 < x <= eps: relative to x even for beta = 0
 *            alpha_n (e^t - 1) + (beta - alpha_n) x                elsewhere, t = min(x, eps)
 * Each is a c + b, to twice the precision, times x or 1. */
FA_INLINE V finite_or_0(V x) { return v_where(v_lt(v_abs(x), v_set(FINITE)), x); }
FA_INLINE M is_infinite(V x) { return v_gt(v_abs(x), v_set(FINITE)); }
FA_INLINE M not_0(V x) { return v_ne(x, v_set(0)); }
FA_INLINE V xielu_near(V x, V alpha_p, V alpha_n, V beta, V eps) {
  M positive = v_gt(x, v_set(0)), near = m_and(v_gt(x, v_set(-1)), v_le(x, eps));
  V bounded = within(x, -FINITE);
  V factor = v_select(positive, bounded, v_select(near, x, v_set(1)));
  DD em = expm1_negative(v_min(x, eps), NO_LOW);
  DD xq = dd_mul_d(POLY_DD(bounded, xielu_q), bounded);
  DD slope = two_sum(beta, -alpha_n);
  V line = slope.hi * bounded, line_lo = v_fma(slope.lo, bounded, finite_or_0(-v_residual(line, slope.hi, bounded)));
  V a = v_select(positive, alpha_p, alpha_n);
  V c = v_select(positive, bounded, v_select(near, xq.hi, em.hi));
  V b = v_select(positive, beta, v_select(near, beta, line));
  V low = v_select(near, a * xq.lo, v_fma(a, em.lo, line_lo));
  DD ac = two_prod(a, c), sum = two_sum(ac.hi, b);
  V rest = finite_or_0(factor * (sum.lo + (ac.lo + v_select(positive, v_set(0), low))));
  V y = v_fma(factor, sum.hi, rest);
  V lead = v_select(positive, v_select(not_0(alpha_p), alpha_p, beta), slope.hi);
  return v_select(m_and(is_infinite(x), not_0(lead)), lead * x, y);
}
/* does one of them, all factors of the result, not leave room for sums? */
FA_INLINE M xielu_large(V alpha_p, V alpha_n, V beta) {
  return is_large(v_max(v_abs(alpha_p), v_max(v_abs(alpha_n), v_abs(beta))));
}
FA_INLINE M xielu_large_at(V x, V alpha_p, V alpha_n, V beta) {
  return is_large(v_max(v_abs(v_select(v_gt(x, v_set(0)), alpha_p, alpha_n)), v_abs(beta)));
}
FA_RARE V xielu_of_large(V y, V x, V alpha_p, V alpha_n, V beta, V eps) {
  V part = xielu_near(x, alpha_p * SHARE, alpha_n * SHARE, beta * SHARE, eps);
  M large = m_and(v_gt(v_abs(x), v_set((T)0x1p-20)), xielu_large_at(x, alpha_p, alpha_n, beta)); /* y not subnormal */
  return v_select(large, part * (1 / SHARE), y);
}
FA_INLINE V xielu(V x, V alpha_p, V alpha_n, V beta, V eps) {
  V y = xielu_near(x, alpha_p, alpha_n, beta, eps);
  return IN_RARE(xielu_large(alpha_p, alpha_n, beta)) ? xielu_of_large(y, x, alpha_p, alpha_n, beta, eps) : y;
}
/* 2 alpha_p x + beta for x > 0, alpha_n (e^x - 1) + beta for x < eps, beta - alpha_n between */
FA_INLINE V xielu_slope(V x, V alpha_p, V alpha_n, V beta, V eps) {
  M positive = v_gt(x, v_set(0));
  V bounded = within(x, -FINITE);
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN_WIDE), v_min(v_set(0), x)), NO_LOW);
  V s = v_pow2(e.n);
  DD slope = two_sum(beta, -alpha_n);
  V near = v_residual(beta, -alpha_n, s * e.hi - 1) + alpha_n * (s * e.lo);
  V far = (scale_wide(alpha_n * e.hi, e.n) + slope.hi) + slope.lo;
  V curve = v_select(v_gt(x, v_set(-1)), near, far);
  V level = v_select(v_nan(eps, eps), eps, slope.hi);
  V above = v_residual(beta, -2 * alpha_p, bounded);
  V top = v_select(m_and(is_infinite(x), not_0(alpha_p)), alpha_p * x, above);
  V slope_of = v_select(positive, top, v_select(v_lt(x, eps), curve, level));
  return v_select(v_nan(x, x), x, slope_of);
}
FA_RARE V xielu_slope_of_large(V slope, V x, V alpha_p, V alpha_n, V beta, V eps) {
  V part = xielu_slope(x, alpha_p * SHARE, alpha_n * SHARE, beta * SHARE, eps);
  return v_select(xielu_large_at(x, alpha_p, alpha_n, beta), part * (1 / SHARE), slope);
}
FA_INLINE V xielu_grad(V g, V x, V alpha_p, V alpha_n, V beta, V eps) {
  V slope = xielu_slope(x, alpha_p, alpha_n, beta, eps);
  if (IN_RARE(xielu_large(alpha_p, alpha_n, beta))) slope = xielu_slope_of_large(slope, x, alpha_p, alpha_n, beta, eps);
  return g * slope;
}
