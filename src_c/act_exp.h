/* act_exp.h - the exponential linear units: a line for x > 0, a (e^x - 1) below. Forward, x = -0 takes the line. */

FA_INLINE V pair_scaled(V a, Pair b) { return v_fma(a, b.hi, a * b.lo); }

/* elu(x) = x for x > 0, else alpha (e^x - 1) */
FA_INLINE V elu(V x, V alpha) { return v_select(v_lt(x, v_set(0)), pair_scaled(alpha, expm1_negative(x, NO_LOW)), x); }
/* alpha e^x: alpha may be of any size, so the power of two comes last */
FA_INLINE V elu_grad(V g, V x, V alpha) {
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN_WIDE), x), NO_LOW);
  return g * v_select(v_gt(x, v_set(0)), v_set(1), scale_wide(alpha * e.hi, e.n));
}
FA_INLINE V elu_grad_y(V g, V y, V alpha) { return g * v_select(v_gt(y, v_set(0)), v_set(1), y + alpha); }

/* selu(x) = lambda x for x > 0, else lambda alpha (e^x - 1); both constants to twice the precision */
FA_INLINE V selu(V x) {
  Pair em = expm1_negative(x, NO_LOW);
  V line = v_copysign(v_fma(x, v_set(SELU_LAMBDA_HIGH), v_min(v_set(FINITE), x) * SELU_LAMBDA_LOW), x);
  V low = v_fma(em.hi, v_set(SELU_LAMBDA_ALPHA_LOW), em.lo * SELU_LAMBDA_ALPHA_HIGH);
  return v_select(v_lt(x, v_set(0)), v_fma(em.hi, v_set(SELU_LAMBDA_ALPHA_HIGH), low), line);
}
FA_INLINE V selu_grad(V g, V x) {
  V slope = elu_grad(v_set(1), x, v_set(SELU_LAMBDA_ALPHA_HIGH));
  return g * v_select(v_gt(x, v_set(0)), v_set(SELU_LAMBDA_HIGH), slope);
}
FA_INLINE V selu_grad_y(V g, V y) {
  V slope = y + SELU_LAMBDA_ALPHA_HIGH;
  return g * v_select(v_gt(y, v_set(0)), v_set(SELU_LAMBDA_HIGH), slope);
}

/* x / alpha with its remainder; a remainder that overflowed belongs to a quotient that has */
FA_INLINE Pair celu_argument(V x, V alpha) {
  V inverse = 1 / alpha, q = x * inverse;
  V rest = v_residual(x, q, alpha) * inverse;
  return (Pair){q, v_where(v_gt(q, v_set(EXP_MIN)), rest)};
}
/* celu(x) = x for x > 0, else alpha (e^(x / alpha) - 1); near 0 that is x to the last digit, and x / alpha may be subnormal */
FA_INLINE V celu(V x, V alpha) {
  Pair q = celu_argument(x, alpha);
  M straight = v_gt(q.hi, v_set(-(T)1 / (T)((int64_t)4 << T_MANTISSA)));
  return v_select(straight, x, pair_scaled(alpha, expm1_negative(q.hi, q.lo)));
}
FA_INLINE V celu_grad(V g, V x, V alpha) {
  Pair q = celu_argument(x, alpha);
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN), q.hi), q.lo);
  return g * v_select(v_gt(x, v_set(0)), v_set(1), v_scale2(e.hi, e.n));
}
FA_INLINE V celu_grad_y(V g, V y, V alpha) { return g * v_select(v_gt(y, v_set(0)), v_set(1), y / alpha + 1); }
