/* act_piecewise.h - functions made of lines and parabolas. At a kink the derivative is PyTorch's. */

/* g where m holds, 0 elsewhere (also for an infinite g); a NaN in g or x stays a NaN */
FA_INLINE V pass_where(M m, V g, V x) { return v_select(v_nan(g, x), g + x, v_where(m, g)); }
FA_INLINE M inside(V x, V low, V high) { return m_and(v_gt(x, low), v_lt(x, high)); }

/* identity(x) = x */
FA_INLINE V identity(V x) { return x; }
FA_INLINE V identity_grad(V g, V x) { return v_select(v_nan(x, x), x, g); }
FA_INLINE V identity_grad_y(V g, V y) { return identity_grad(g, y); }

/* relu(x) = max(x, 0) */
FA_INLINE V relu(V x) { return v_max(v_set(0), x); }
FA_INLINE V relu_grad(V g, V x) { return pass_where(v_gt(x, v_set(0)), g, x); }
FA_INLINE V relu_grad_y(V g, V y) { return relu_grad(g, y); }

/* hardtanh(x) = min(max(x, low), high) */
FA_INLINE V hardtanh(V x, V low, V high) { return v_min(high, v_max(low, x)); }
FA_INLINE V hardtanh_grad(V g, V x, V low, V high) { return pass_where(inside(x, low, high), g, x); }
FA_INLINE V hardtanh_grad_y(V g, V y, V low, V high) { return hardtanh_grad(g, y, low, high); }

/* relu6(x) = min(max(x, 0), 6) */
FA_INLINE V relu6(V x) { return hardtanh(x, v_set(0), v_set(6)); }
FA_INLINE V relu6_grad(V g, V x) { return hardtanh_grad(g, x, v_set(0), v_set(6)); }
FA_INLINE V relu6_grad_y(V g, V y) { return relu6_grad(g, y); }

/* leaky_relu(x) = x for x > 0, else slope x; slope = 0 makes it 0, at -inf too */
FA_INLINE V leaky_relu(V x, V slope) {
  V y = v_select(v_gt(x, v_set(0)), x, x * slope);
  return v_select(v_nan(y, y), v_where(v_nan(x, slope), y), y);
}
FA_INLINE V leaky_relu_grad(V g, V x, V slope) {
  V dx = g * v_select(v_gt(x, v_set(0)), v_set(1), slope);
  return v_select(v_nan(x, x), x, dx);
}
FA_INLINE V leaky_relu_grad_y(V g, V y, V slope) { return leaky_relu_grad(g, y, slope); }

/* a / 6, the sixth to twice the precision */
FA_INLINE V sixth_of(V a) { return v_fma(a, v_set(SIXTH_HIGH), a * v_set(SIXTH_LOW)); }

/* hardsigmoid(x) = min(max(x + 3, 0), 6) / 6 */
FA_INLINE V hardsigmoid(V x) { return sixth_of(relu6(x + 3)); }
FA_INLINE V hardsigmoid_grad(V g, V x) { return pass_where(inside(x, v_set(-3), v_set(3)), g * v_set(SIXTH_HIGH), x); }
FA_INLINE V hardsigmoid_grad_y(V g, V y) { return pass_where(inside(y, v_set(0), v_set(1)), g * v_set(SIXTH_HIGH), y); }

/* hardswish(x) = 0 for x < -3, x for x > 3, between them x (x + 3) / 6 */
FA_INLINE V hardswish(V x) {
  Pair p = pair_product(x, x + 3);
  V parabola = v_fma(p.hi, v_set(SIXTH_HIGH), v_fma(p.hi, v_set(SIXTH_LOW), p.lo * SIXTH_HIGH));
  return v_select(v_lt(x, v_set(-3)), v_set(0), v_select(v_lt(x, v_set(3)), v_copysign(parabola, x), x));
}
/* 0 for x <= -3, 1 for x >= 3, between them (2 x + 3) / 6 */
FA_INLINE V hardswish_grad(V g, V x) {
  V slope = sixth_of(x + x + 3);
  V dx = g * v_select(v_lt(x, v_set(3)), slope, v_set(1));
  return v_select(v_nan(g, x), g + x, v_where(v_gt(x, v_set(-3)), dx));
}

/* softsign(x) = x / (1 + |x|) */
FA_INLINE V softsign(V x) {
  V bounded = v_max(v_set(-FINITE), v_min(v_set(FINITE), x));
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
