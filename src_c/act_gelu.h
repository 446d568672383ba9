/* act_gelu.h - the Gaussian error linear unit: exact, and the tanh approximation of its paper. */

/* gelu(x) = x Phi(x) = max(x, 0) - t exp(-t^2 / 2) R(t), t = |x|, R(t) = exp(t^2 / 2) erfc(t / sqrt(2)) / 2 */
typedef struct {
  V t, n;
  Erfcx r; /* R(t) in parts */
  Pair e;  /* exp(-t^2 / 2) = (1 + e) 2^n */
} Gaussian;
FA_INLINE Gaussian gaussian(V x) {
  Gaussian f;
  f.t = v_min(v_set(ERFCX_T_MAX), v_abs(x));
  f.r = erfcx_half(f.t);
  Pair square = pair_product(f.t, f.t);
  V a = -(T)0.5 * square.hi;
  f.n = exp_round(a);
  f.e = expm1_reduced_pair(v_fnma(v_set((T)0.5), square.lo, exp_reduce(a, f.n)));
  return f;
}
FA_INLINE V gelu(V x) {
  Gaussian f = gaussian(x);
  Pair u = pair_times(f.r.p, f.r.s.hi);
  V rest = v_fma(u.hi, f.e.lo, v_fma(f.r.p.hi, f.r.s.lo, u.lo));
  return v_max(v_set(0), x) - v_scale2(u.hi - v_residual(-rest, u.hi, f.e.hi), f.n); /* an fma, on every machine */
}
/* Phi(x) + x phi(x): u = exp(-t^2 / 2) (R(t) - t / sqrt(2 pi)) for x < 0, 1 - u for x >= 0 */
FA_INLINE V gelu_grad(V g, V x) {
  Gaussian f = gaussian(x);
  V r = f.r.p.hi * f.r.inverse;
  V r_lo = v_fnma(r, f.r.d.lo, v_residual(f.r.p.hi, r, f.r.d.hi) + f.r.p.lo) * f.r.inverse;
  V d = v_residual(r, f.t, v_set(INV_SQRT_2PI_HIGH)) + v_fnma(f.t, v_set(INV_SQRT_2PI_LOW), r_lo);
  V u = v_scale2(v_fma(d, f.e.hi, d), f.n);
  return g * v_select(v_lt(x, v_set(0)), u, 1 - u);
}

/* gelu_tanh(x) = x sigma(u), u = sqrt(8 / pi) (x + 0.044715 x^3) = x (c1 + c3 x^2), u to twice the precision */
FA_INLINE Pair gelu_tanh_factor(Pair square, T c3_high, T c3_low) { /* c1 + c3 x^2 */
  V c = v_fma(v_set(c3_high), square.hi, v_set(GELU_C1_HIGH));
  V lost = GELU_C1_LOW - v_residual(c - GELU_C1_HIGH, v_set(c3_high), square.hi);
  return (Pair){c, v_fma(v_set(c3_high), square.lo, v_fma(v_set(c3_low), square.hi, lost))};
}
FA_INLINE Logistic gelu_tanh_logistic(V bounded) {
  Pair c = gelu_tanh_factor(pair_product(bounded, bounded), GELU_C3_HIGH, GELU_C3_LOW);
  Pair u = pair_times(c, bounded);
  return logistic((Pair){within(u.hi, EXP_MIN), u.lo});
}
FA_INLINE V gelu_tanh(V x) {
  V low = v_max(v_set(-ERFCX_T_MAX), x), bounded = v_min(v_set(ERFCX_T_MAX), low);
  Logistic l = gelu_tanh_logistic(bounded);
  return v_scale2(divided(low, l, EXP_MIN), l.n_u);
}
/* x u' = x (c1 + 3 c3 x^2) */
FA_INLINE V gelu_tanh_grad(V g, V x) {
  V bounded = within(x, -ERFCX_T_MAX);
  Pair slope = gelu_tanh_factor(pair_product(bounded, bounded), GELU_3C3_HIGH, GELU_3C3_LOW);
  Pair c = pair_times(slope, bounded);
  V c1 = 1 + c.hi;
  Logistic l = gelu_tanh_logistic(bounded);
  V top = slope_top(c1 + (((1 - c1) + c.hi) + c.lo), l);
  Quotient q = pair_divide((Pair){top, NO_LOW}, pair_square((Pair){l.d, -l.excess})); /* divided_twice: 4.2 ULP */
  return g * v_scale2(quotient_value(q), l.n_u);
}
