/* piecewise.h - functions made of lines and parabolas. At a kink the derivative is PyTorch's. */
#pragma once
#include "../math/elementary.h"

/* g where m holds, 0 elsewhere (also for an infinite g); a NaN in g or x stays a NaN */
FA_INLINE V pass_where(M m, V g, V x) { return v_select(v_nan(g, x), g + x, v_where(m, g)); }
FA_INLINE M inside(V x, V low, V high) { return m_and(v_gt(x, low), v_lt(x, high)); }
/* m ? a : b, for an m of parameters that hardly ever holds: b alone is computed unless it does in some lane, and of
 * parameters that all elements share that is found before the loop */
#define IN_RARE(m) __builtin_expect(v_any(m), 0)
FA_INLINE V rarely(M m, V a, V b) { return IN_RARE(m) ? v_select(m, a, b) : b; }
/* what is computed then, if it is more: apart from the loop, which would keep its constants in registers otherwise */
#define FA_RARE static __attribute__((noinline, cold, unused))
/* y, but NaN where a bound is: comparisons with it would take it for none */
FA_INLINE V or_nan(V y, V low, V high) { return rarely(v_nan(low, high), low + high, y); }

/* identity(x) = x */
FA_INLINE V identity(V x) { return x; }
FA_INLINE V identity_grad(V g, V x) { return v_select(v_nan(x, x), x, g); }
FA_INLINE V identity_grad_y(V g, V y) { return identity_grad(g, y); }

/* relu(x) = max(x, 0) */
FA_INLINE V relu(V x) { return v_max(v_set(0), x); }
FA_INLINE V relu_grad(V g, V x) { return pass_where(v_gt(x, v_set(0)), g, x); }
FA_INLINE V relu_grad_y(V g, V y) { return relu_grad(g, y); }

/* hardtanh(x) = min(max(x, low), high); clamp is the same where no bound is NaN */
FA_INLINE V clamp(V x, V low, V high) { return v_min(high, v_max(low, x)); }
FA_INLINE V clamp_grad(V g, V x, V low, V high) { return pass_where(inside(x, low, high), g, x); }
FA_INLINE V hardtanh(V x, V low, V high) { return or_nan(clamp(x, low, high), low, high); }
FA_INLINE V hardtanh_grad(V g, V x, V low, V high) { return or_nan(clamp_grad(g, x, low, high), low, high); }
FA_INLINE V hardtanh_grad_y(V g, V y, V low, V high) { return hardtanh_grad(g, y, low, high); }

/* relu6(x) = min(max(x, 0), 6) */
FA_INLINE V relu6(V x) { return clamp(x, v_set(0), v_set(6)); }
FA_INLINE V relu6_grad(V g, V x) { return clamp_grad(g, x, v_set(0), v_set(6)); }
FA_INLINE V relu6_grad_y(V g, V y) { return relu6_grad(g, y); }

/* leaky_relu(x) = x for x > 0, else slope x; slope = 0 makes it 0, at -inf too */
FA_INLINE V slope_times(V x, V slope) { /* what depends on the slope alone is taken out of the loop */
  return v_max(v_select(v_ne(slope, v_set(0)), v_set(-INF), v_set(-FINITE)), x) * slope;
}
FA_INLINE V leaky_relu(V x, V slope) { return v_select(v_gt(x, v_set(0)), x, slope_times(x, slope)); }
FA_INLINE V leaky_relu_grad(V g, V x, V slope) {
  V dx = g * v_select(v_gt(x, v_set(0)), v_set(1), slope);
  return v_select(v_nan(x, x), x, dx);
}
FA_INLINE V leaky_relu_grad_y(V g, V y, V slope) { return leaky_relu_grad(g, y, slope); }

/* a / 6, rounded once */
FA_INLINE V sixth_of(V a) {
#ifdef V_FUSED
  return v_fma(a, v_set(SIXTH_HIGH), a * v_set(SIXTH_LOW));
#else
  return a / 6;
#endif
}

/* hardsigmoid(x) = min(max(x + 3, 0), 6) / 6 */
FA_INLINE V hardsigmoid(V x) { return sixth_of(relu6(x + 3)); }
FA_INLINE V hardsigmoid_grad(V g, V x) { return pass_where(inside(x, v_set(-3), v_set(3)), g * v_set(SIXTH_HIGH), x); }
FA_INLINE V hardsigmoid_grad_y(V g, V y) { return pass_where(inside(y, v_set(0), v_set(1)), g * v_set(SIXTH_HIGH), y); }

/* hardswish(x) = 0 for x < -3, x for x > 3, between them x (x + 3) / 6 */
FA_INLINE V hardswish(V x) {
  V low = v_max(v_set(-3), x);
  return low * sixth_of(v_min(v_set(6), low + 3));
}
/* 0 for x <= -3, 1 for x >= 3, between them (2 x + 3) / 6 */
FA_INLINE V hardswish_grad(V g, V x) {
  V slope = v_fma(v_set(2), x, v_set(3)) * SIXTH_HIGH;
  V dx = g * v_select(v_lt(x, v_set(3)), slope, v_set(1));
  return v_select(v_nan(g, x), g + x, v_where(v_gt(x, v_set(-3)), dx));
}

/* softsign(x) = x / (1 + |x|) */
FA_INLINE V softsign(V x) {
  V bounded = within(x, -FINITE);
  return bounded / (1 + v_abs(bounded));
}
FA_INLINE V softsign_grad(V g, V x) {
  V d = 1 + v_abs(x), inverse = 1 / d;
  return g * (inverse * inverse);
}
FA_INLINE V softsign_grad_y(V g, V y) {
  V s = 1 - v_abs(y);
  return g * (s * s);
}

/* clip(x) = min(max(x, low), high); no bound is an infinite one, and 1 is the derivative up to there */
FA_INLINE V clip(V x, V low, V high) { return hardtanh(x, low, high); }
FA_INLINE V clip_grad(V g, V x, V low, V high) { return hardtanh_grad(g, within(x, -FINITE), low, high); }
FA_INLINE V clip_grad_y(V g, V y, V low, V high) { return clip_grad(g, y, low, high); }

/* threshold(x) = x for x > least, else value */
FA_INLINE V threshold(V x, V min, V value) { return or_nan(v_select(v_le(x, min), value, x), min, min); }
FA_INLINE V threshold_grad(V g, V x, V min, V value) {
  return (void)value, or_nan(pass_where(v_gt(x, min), g, x), min, min);
}
FA_INLINE V threshold_grad_y(V g, V y, V min, V value) { return threshold_grad(g, y, min, value); }

/* thresholded_relu(x) = x for x > theta, else 0 */
FA_INLINE V thresholded_relu(V x, V theta) { return threshold(x, theta, v_set(0)); }
FA_INLINE V thresholded_relu_grad(V g, V x, V theta) { return threshold_grad(g, x, theta, v_set(0)); }
FA_INLINE V thresholded_relu_grad_y(V g, V y, V theta) { return thresholded_relu_grad(g, y, theta); }

/* A parameter so large that a small multiple of it may be infinite: functions are then computed of SHARE times less. */
#define SHARE ((T)0x1p-8)
FA_INLINE M is_large(V parameter) { return v_gt(v_abs(parameter), v_set(FINITE * SHARE)); }

/* general_relu(x) = most for x >= most, x above least, slope (x - least) below; slope = 0 makes it 0, at -inf too */
FA_RARE V general_relu_line(V line, V x, V slope, V min) {
  V part = slope_times(v_max(v_set(-FINITE), x) * SHARE - min * SHARE, slope) * (1 / SHARE);
  return v_select(m_and(is_large(min), v_lt(v_abs(x), v_set(INF))), part, line);
}
FA_INLINE V general_relu(V x, V slope, V max, V min) {
  V line = slope_times(x - min, slope);
  if (IN_RARE(is_large(min))) line = general_relu_line(line, x, slope, min);
  return v_select(v_gt(x, min), or_nan(v_min(max, x), max, max), line);
}
FA_INLINE V general_relu_grad(V g, V x, V slope, V max, V min) {
  V above = or_nan(v_where(v_lt(within(x, -FINITE), max), g), max, max);
  return or_nan(v_select(v_nan(g, x), g + x, v_select(v_gt(x, min), above, g * slope)), min, min);
}

/* hardshrink(x) = x for |x| > lambda, else 0 */
FA_INLINE V hardshrink(V x, V lambda) {
  return or_nan(v_select(v_le(v_abs(x), lambda), v_copysign(v_set(0), x), x), lambda, lambda);
}
FA_INLINE V hardshrink_grad(V g, V x, V lambda) {
  return or_nan(pass_where(v_gt(v_abs(x), lambda), g, x), lambda, lambda);
}
FA_INLINE V hardshrink_grad_y(V g, V y, V lambda) { return (void)lambda, pass_where(v_gt(v_abs(y), v_set(0)), g, y); }

/* softshrink(x) = x less lambda towards 0 */
FA_INLINE V softshrink(V x, V lambda) { return v_copysign(v_max(v_set(0), v_abs(x) - lambda), x); }
FA_INLINE V softshrink_grad(V g, V x, V lambda) { return hardshrink_grad(g, x, lambda); }
FA_INLINE V softshrink_grad_y(V g, V y, V lambda) { return hardshrink_grad_y(g, y, lambda); }

/* shrink(x) = x + bias for x < -lambda, x - bias for x > lambda, else 0 */
FA_INLINE V shrink(V x, V lambda, V bias) {
  V far = x + v_select(v_lt(x, -lambda), bias, -bias);
  return or_nan(v_select(v_le(v_abs(x), lambda), v_copysign(v_set(0), x), far), lambda, lambda);
}
FA_INLINE V shrink_grad(V g, V x, V lambda, V bias) { return (void)bias, hardshrink_grad(g, x, lambda); }

/* hard_sigmoid(x) = min(max(slope x + offset, 0), 1), the line rounded once */
FA_INLINE V line(V x, V slope, V offset) {
#ifdef V_FUSED
  return v_fma(x, slope, offset);
#else
  return v_residual(offset, -slope, within(x, -FINITE)); /* its parts must stay finite */
#endif
}
FA_INLINE V hard_sigmoid(V x, V slope, V offset) { return clamp(line(x, slope, offset), v_set(0), v_set(1)); }
/* whether slope x + offset is above 0 and below 1 must not depend on its rounding */
FA_INLINE V hard_sigmoid_grad(V g, V x, V slope, V offset) {
  DD room = quick_two_sum(v_set(1), -offset);
  V sign = v_copysign(v_set(1), slope), none = v_set(0); /* where the line is slope x alone, that may be too small */
  V rising = v_select(v_ne(offset, none), slope, sign), falling = v_select(v_ne(room.hi, none), slope, sign);
  V below = line(x, -falling, room.hi) + room.lo;
  M between = m_and(v_gt(line(x, rising, offset), none), v_gt(below, none));
  return or_nan(pass_where(between, g * slope, x), slope, offset);
}
FA_INLINE V hard_sigmoid_grad_y(V g, V y, V slope, V offset) {
  return (void)offset, pass_where(inside(y, v_set(0), v_set(1)), g * slope, y);
}

/* sparse_sigmoid(x) = min(max((x + 1) / 2, 0), 1) */
FA_INLINE V sparse_sigmoid(V x) { return clamp((T)0.5 * (x + 1), v_set(0), v_set(1)); }
FA_INLINE V sparse_sigmoid_grad(V g, V x) { return pass_where(inside(x, v_set(-1), v_set(1)), (T)0.5 * g, x); }
FA_INLINE V sparse_sigmoid_grad_y(V g, V y) { return pass_where(inside(y, v_set(0), v_set(1)), (T)0.5 * g, y); }

/* sparse_plus(x) = 0 for x < -1, x for x > 1, between them ((x + 1) / 2)^2 */
FA_INLINE V sparse_plus(V x) {
  V s = sparse_sigmoid(x);
  return v_select(v_lt(x, v_set(1)), s * s, x);
}
FA_INLINE V sparse_plus_grad(V g, V x) { return pass_where(v_gt(x, v_set(-1)), g * sparse_sigmoid(x), x); }
FA_INLINE V sparse_plus_grad_y(V g, V y) { return pass_where(v_gt(y, v_set(0)), g * v_min(v_set(1), v_sqrt(y)), y); }

/* relu_squared(x) = max(x, 0)^2 */
FA_INLINE V relu_squared(V x) {
  V r = relu(x);
  return r * r;
}
FA_INLINE V relu_squared_grad(V g, V x) { return pass_where(v_gt(x, v_set(0)), g * (x + x), x); }
FA_INLINE V relu_squared_grad_y(V g, V y) { return pass_where(v_gt(y, v_set(0)), g * (2 * v_sqrt(y)), y); }

/* hard_mish(x) = 0 for x < -2, x for x > 0, between them x (x + 2) / 2 */
FA_INLINE V hard_mish(V x) {
  V low = v_max(v_set(-2), x);
  return low * v_min(v_set(1), v_fma(v_set((T)0.5), low, v_set(1)));
}
FA_INLINE V hard_mish_grad(V g, V x) { return pass_where(v_gt(x, v_set(-2)), g * v_min(v_set(1), x + 1), x); }

/* smelu(x) = 0 for x < -beta, x for x > beta, between them (x + beta)^2 / (4 beta) */
FA_INLINE V smelu_near(V x, V beta) {
  DD s = quick_two_sum(x, beta);
  V q = s.hi / (4 * beta);
  DD p = two_prod(q, s.hi);
  V parabola = p.hi + v_fma(q, s.lo + s.lo, p.lo);
  return or_nan(v_select(v_lt(x, beta), v_select(v_lt(x, -beta), v_set(0), parabola), x), beta, beta);
}
FA_RARE V smelu_large(V y, V x, V beta) {
  return v_select(is_large(beta), smelu_near(x * SHARE, beta * SHARE) * (1 / SHARE), y);
}
FA_INLINE V smelu(V x, V beta) {
  V y = smelu_near(x, beta);
  return IN_RARE(is_large(beta)) ? smelu_large(y, x, beta) : y;
}
FA_INLINE V smelu_grad_near(V g, V x, V beta) {
  return or_nan(pass_where(v_gt(x, -beta), g * v_min(v_set(1), (x + beta) / (beta + beta)), x), beta, beta);
}
FA_RARE V smelu_grad_large(V dx, V g, V x, V beta) {
  return v_select(is_large(beta), smelu_grad_near(g, x * SHARE, beta * SHARE), dx);
}
FA_INLINE V smelu_grad(V g, V x, V beta) {
  V dx = smelu_grad_near(g, x, beta);
  return IN_RARE(is_large(beta)) ? smelu_grad_large(dx, g, x, beta) : dx;
}
FA_INLINE V smelu_grad_y(V g, V y, V beta) {
  return pass_where(v_gt(y, v_set(0)), g * v_min(v_set(1), v_sqrt(y) * (1 / v_sqrt(beta))), y);
}
