/* root.h - functions built on a square root. */
#pragma once
#include "../math/elementary.h"
#include "piecewise.h"

/* A division costs as much as a root, so each function makes do with one: what the root has lost is divided by an
 * approximation. */

/* s - r^2 for r = sqrt(s.hi), rounded: sqrt(s) = r + root_rest / (2 r) */
FA_INLINE V root_rest(DD s, V r) { return v_residual(s.hi, r, r) + s.lo; }
/* a x^2 + b, b > 0, and lo only for b = 1 where v_fma rounds once: about an ULP, of which a root leaves half */
FA_INLINE DD parabola(V x, V a, V b) {
#ifdef V_FUSED
  DD p = two_prod(a, x);
  V hi = v_fma(p.hi, x, b);
  return (DD){hi, v_fma(p.lo, x, v_fma(p.hi, x, b - hi))};
#else
  DD p = dd_mul_d(two_prod(a, x), x), s = quick_two_sum(p.hi, b);
  return (DD){s.hi, s.lo + p.lo};
#endif
}
FA_INLINE DD parabola_near(V x, V a, V b) {
#ifdef V_FUSED
  return (DD){parabola(x, a, b).hi, NO_LOW};
#else
  return parabola(x, a, b);
#endif
}
/* x, bounded where 1 is nothing beside a x^2, and that still finite */
FA_INLINE V root_within(V x, V a) {
  V max = ROOT_FINITE / v_sqrt(a);
  return clamp(x, -max, max);
}

/* A parameter that a square is multiplied by, or added to, = value down^2 (or so), value within [1/2, 8], less where the
 * parameter is subnormal: then x goes with it. For parameters beyond 4^ROOT_FAR, where products of several of them and x
 * may leave the normal numbers, functions are computed at up x. */
#define ROOT_FAR ((T)20)
typedef struct {
  V value, up, down; /* up = 1 / down, powers of two */
} Root;
FA_INLINE M is_root_far(V parameter) { return v_gt(v_abs(v_exponent(parameter)), v_set(2 * ROOT_FAR)); }
FA_INLINE Root root_of(V parameter) {
  V k = within(v_exponent(parameter), 1 - T_BIAS), half = v_fma(v_set((T)0.5), k, v_set(V_MAGIC)) - V_MAGIC;
  V up = v_pow2(-half);
  return (Root){parameter * up * up, up, v_pow2(half)};
}

/* squareplus(x) = (x + r) / 2 = (b / 4) / ((r - x) / 2), r = sqrt(x^2 + b): the second for x < 0 */
FA_INLINE V squareplus_near(V x, V b) {
  DD s = parabola_near(within(x, -ROOT_FINITE), v_set(1), b);
  V root = v_sqrt(s.hi), wide = (T)0.5 * v_abs(x), r = v_max(wide, (T)0.5 * root); /* r is |x| beyond ROOT_FINITE */
  V half = wide + r, quarter = (T)0.25 * b, y = quarter / half;
  V inverse = y * (1 / quarter); /* 1 / half, hoisted but for a product; (0.375 - r inverse / 4) inverse is 1 / (4 r) */
  V rest = root_rest(s, root) * (v_fnma((T)0.25 * r, inverse, v_set((T)0.375)) * inverse);
  V lo = v_where(v_lt(half, v_set(FINITE)), rest + ((r - half) + wide));
  return v_select(v_lt(x, v_set(0)), v_fnma(y, lo * inverse, y), half + lo);
}
/* Beyond 2^30 sqrt(b) it is x to the last digit; for b = 0 the relu. */
FA_RARE V squareplus_far(V y, V x, V b) {
  Root c = root_of(b);
  V t = c.up * x, far = v_select(v_gt(t, v_set((T)((int64_t)1 << 30))), x, c.down * squareplus_near(t, c.value));
  far = v_select(v_le(b, v_set(0)), relu(x), v_select(v_gt(b, v_set(FINITE)), x + b, far));
  return or_nan(v_select(is_root_far(b), far, y), b, b);
}
FA_INLINE V squareplus(V x, V b) {
  V y = squareplus_near(x, b);
  return IN_RARE(is_root_far(b)) ? squareplus_far(y, x, b) : y;
}
/* (1 + x / r) / 2 = d / (2 s), and for x < 0 b / (2 d), with s = x^2 + b = r^2, d = s + |x| r. Where s or d would be too
 * large, x and r are taken 2^ROOT_DOWN times smaller. */
#define ROOT_DOWN (T_BIAS / 2 + 7)
FA_INLINE V squareplus_grad_near(V g, V x, V b) {
  M negative = v_lt(x, v_set(0));
  V wide = v_abs(v_min(v_set(FINITE), x)), one = v_set(1), max = v_max(b * v_pow2(v_set(-T_BIAS / 2)), wide);
  V c = v_select(v_gt(max, v_set(ROOT_FINITE / 4)), v_pow2(v_set(-ROOT_DOWN)), one), t = wide * c;
  V s = v_residual(-(b * c * c), t, t), d = v_residual(s, t, v_sqrt(-s)); /* -s and -d, rounded once on every machine */
  V y = v_select(negative, -(b * c), d) / (2 * v_select(negative, d, s));
  return g * (y * v_select(negative, c, one));
}
FA_RARE V squareplus_grad_far(V dx, V g, V x, V b) {
  Root c = root_of(b);
  V far = squareplus_grad_near(g, c.up * x, c.value), level = v_select(v_nan(x, x), x, (T)0.5 * g);
  far = v_select(v_le(b, v_set(0)), relu_grad(g, x), v_select(v_gt(b, v_set(FINITE)), level, far));
  return v_select(is_root_far(b), far, dx);
}
FA_INLINE V squareplus_grad(V g, V x, V b) {
  V dx = squareplus_grad_near(g, x, b);
  return IN_RARE(is_root_far(b)) ? squareplus_grad_far(dx, g, x, b) : dx;
}
/* y^2 / (y^2 + b / 4) */
FA_INLINE V squareplus_grad_y_near(V g, V y, V b) {
  V bounded = v_min(v_set(ROOT_FINITE), y);
  return g * (bounded * (bounded / v_fma(bounded, bounded, (T)0.25 * b)));
}
FA_RARE V squareplus_grad_y_far(V dx, V g, V y, V b) {
  Root c = root_of(b);
  V far = squareplus_grad_y_near(g, c.up * y, c.value);
  return v_select(is_root_far(b), v_select(v_le(b, v_set(0)), relu_grad(g, y), far), dx);
}
FA_INLINE V squareplus_grad_y(V g, V y, V b) {
  V dx = squareplus_grad_y_near(g, y, b);
  return IN_RARE(is_root_far(b)) ? squareplus_grad_y_far(dx, g, y, b) : dx;
}

/* isru(x) = x / sqrt(1 + alpha x^2) */
FA_INLINE V isru_near(V x, V alpha) {
  V bounded = root_within(x, alpha);
  DD s = parabola_near(bounded, alpha, v_set(1));
  V r = v_sqrt(s.hi), inverse = 1 / r, y = bounded * inverse;
  V rest = v_fma(y * root_rest(s, r), (T)0.5 * inverse, v_residual(-bounded, -y, r)); /* +0 for x = -0 */
  return v_fnma(rest, inverse, y);
}
/* with t = sqrt(alpha) x, about, it is x to the last digit for small t */
FA_RARE V isru_far(V y, V x, V alpha) {
  Root c = root_of(alpha);
  V t = x * c.down, small = v_set((T)1 / (T)((int64_t)1 << (T_MANTISSA / 2 + 4)));
  V far = v_select(v_lt(v_abs(t), small), x, c.up * isru_near(t, c.value));
  return or_nan(v_select(is_root_far(alpha), far, y), alpha, alpha);
}
FA_INLINE V isru(V x, V alpha) {
  V y = isru_near(x, alpha);
  return IN_RARE(is_root_far(alpha)) ? isru_far(y, x, alpha) : y;
}
FA_INLINE V isru_grad(V g, V x, V alpha) {
  V bounded = root_within(x, alpha);
  DD s = parabola(bounded, alpha, v_set(1));
  V r = v_sqrt(s.hi), inverse = 1 / r, square = inverse * inverse;
  V rest = v_fnma((T)0.5 * root_rest(s, r), square, v_residual(v_set(1), inverse, r));
#ifdef V_FUSED
  V cube = square * inverse;
  return g * v_fma(cube, 3 * rest, cube);
#else /* cube times rest would be subnormal long before cube is */
  return g * (square * v_fma(inverse, 3 * rest, inverse));
#endif
}
/* (1 - alpha y^2)^(3/2) */
FA_INLINE V isru_grad_y(V g, V y, V alpha) {
  DD p = two_prod(alpha, y);
  V s = v_max(v_set(0), v_fnma(p.lo, y, v_residual(v_set(1), p.hi, y)));
  return g * (s * v_sqrt(s));
}

/* isrlu(x) = x for x >= 0, else isru(x) */
FA_INLINE V isrlu(V x, V alpha) { return v_select(v_lt(x, v_set(0)), isru(x, alpha), x); }
FA_INLINE V isrlu_grad(V g, V x, V alpha) { return isru_grad(g, v_min(v_set(0), x), alpha); }
FA_INLINE V isrlu_grad_y(V g, V y, V alpha) { return isru_grad_y(g, v_min(v_set(0), y), alpha); }

/* bent_identity(x) = x + (r - 1) / 2 = x + x w, w = x / (2 (r + 1)), r = sqrt(x^2 + 1) */
FA_INLINE V bent_identity(V x) {
  V a = within(x, -ROOT_FINITE), half = (T)0.5 * a, bounded = within(x, -FINITE);
  DD s = parabola_near(a, v_set(1), v_set(1));
  V r = v_sqrt(s.hi), d = r + 1, inverse = 1 / d, w = half * inverse;
  V lo = v_fma(root_rest(s, r), v_fma(inverse, inverse, (T)0.5 * inverse), (r - d) + 1); /* nearly 1 / (2 r) */
  V rest = v_fnma(w, lo, v_residual(half, w, d)) * inverse;
  return v_copysign(x + v_fma(bounded, w, bounded * rest), x);
}
/* 1 + x / (2 r) */
FA_INLINE V bent_identity_grad(V g, V x) {
  V a = within(x, -ROOT_FINITE);
  return g * (1 + (T)0.5 * (a / v_sqrt(v_fma(a, a, v_set(1)))));
}
