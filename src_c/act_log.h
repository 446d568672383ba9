/* act_log.h - functions that end in a logarithm. log(a / b) for a near b comes from (a - b) / b (log_ratio), never from
 * a / b; what a - b is without cancellation is said at each. */

#define INFINITE ((T)__builtin_inf())
#define NOT_A_NUMBER ((T)__builtin_nan(""))
#define EXP_MAX (FA_REAL == 32 ? (T)89 : (T)710) /* e^x is infinite, and less than 2^(T_BIAS + 2) */

/* y for x > 0, -inf for x = 0, NaN below */
FA_INLINE V for_positive(V x, V y) {
  return v_select(v_gt(x, v_set(0)), y, v_select(v_lt(x, v_set(0)), v_set(NOT_A_NUMBER), x - INFINITE));
}
/* e^x for x >= 0 */
FA_INLINE V exp_positive(V x) {
  Scaled e = exp_scaled(v_min(v_set(EXP_MAX), x), NO_LOW);
  return (e.hi + e.hi) * v_pow2(e.n - 1);
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
  V part = v_pow2(v_set(-NLRELU_DOWN)), finite = v_min(v_set(FINITE), v_max(v_set(0), x)), z = beta * finite;
  M large = v_gt(z, v_set(NLRELU_LARGE));
  V w = v_select(large, (beta * part) * (finite * part), z);
  Pair l = log_sum(v_select(large, v_set(0), v_set(1)), (Pair){w, NO_LOW});
  V y = l.hi + l.lo + v_where(large, v_set((T)(2 * NLRELU_DOWN * 0.6931471805599453)));
  return v_select(v_gt(x, v_set(FINITE)), x, y);
}
/* beta / (1 + beta x) for x > 0, which is 1 / x where beta x is large; else 0 */
FA_INLINE V nlrelu_grad(V g, V x, V beta) {
  V z = beta * x;
  M large = v_gt(z, v_set(NLRELU_LARGE));
  V slope = v_select(large, v_set(1), beta) / v_select(large, x, 1 + z);
  return pass_where(v_gt(x, v_set(0)), g * slope, x);
}
FA_INLINE V nlrelu_grad_y(V g, V y, V beta) {
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN_WIDE), -y), NO_LOW);
  return pass_where(v_gt(y, v_set(0)), g * scale_wide(beta * e.hi, e.n), y);
}

/* logit(x) = log(x / (1 - x)) = -logit(1 - x), so t = min(x, 1 - x); near t = 1/2 from t - (1 - t), which is exact.
 * t (1 + t + 2 t^2) is t / (1 - t) to 4 %, and exact for t = 1/2. */
FA_INLINE V logit(V x) {
  V t = v_min(x, 1 - x), rest = 1 - t;
  M tiny = v_lt(t, v_set((T)(FA_REAL == 32 ? 0x1p-100 : 0x1p-900)));
  V up = v_pow2(v_set(T_MANTISSA + 1)), normal = t * v_select(tiny, up, v_set(1));
  V k = log_exponent(v_fma(v_fma(v_set(2), t, v_set(1)), t, v_set(1)) * normal), a = normal * v_pow2(-k);
  Pair l = log_ratio((Pair){a - rest, (rest - 1) + t}, (Pair){rest, (1 - rest) - t}, v_set(1));
  l = plus_ln2(l, k - v_where(tiny, v_set(T_MANTISSA + 1)));
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
  V e = exp_positive(v_abs(y));
  return g * (e + (2 + 1 / e));
}

/* logcosh(x) = log(1 + (1 - v)^2 / (2 v)), v = e^-|x|; for |x| > 0.88 it is |x| - log 2 + log(1 + v^2) */
FA_INLINE V logcosh(V x) {
  V t = v_abs(x);
  M far = v_gt(t, v_set((T)0.88));
  Pair em = expm1_negative(-t, NO_LOW), v = {1 + em.hi, NO_LOW};
  v.lo = (em.hi - (v.hi - 1)) + em.lo;
  Pair square = pair_square((Pair){v_select(far, v.hi, em.hi), v_select(far, v.lo, em.lo)});
  Pair b = {v_select(far, v_set(1), v.hi + v.hi), v_select(far, v_set(0), v.lo + v.lo)};
  Pair l = plus_ln2(log_ratio(square, b, v_set(1)), -v_where(far, v_set(1)));
  V line = v_where(far, v_min(v_set(FINITE), t)), y = line + l.hi;
  return v_select(v_gt(t, v_set(FINITE)), t, y + (((line - y) + l.hi) + l.lo));
}
FA_INLINE V logcosh_grad(V g, V x) { return g * fa_tanh(x); }

/* log1mexp(x) = log(a), a = 1 - e^-x = 1 - s (1 + p), s = 2^n: from 2^-k a - 1; for large x from -e^-x, s apart */
FA_INLINE V log1mexp(V x) {
  V t = -v_min(v_set(-EXP_MIN), x), n = exp_round(t), s = v_pow2(n);
  M far = v_lt(n, v_set(-2)), tiny = v_lt(x, v_set((T)(FA_REAL == 32 ? 0x1p-100 : 0x1p-900)));
  Pair p = expm1_reduced_pair(exp_reduce(t, n));
  p.hi = p.hi * v_select(tiny, v_pow2(v_set(T_MANTISSA + 1)), v_set(1));
  V k = v_select(far, v_set(0), log_exponent(v_fnma(s, p.hi, 1 - s))), c = v_pow2(-k);
  V start = v_select(far, v_set(-1), v_fma(1 - s, c, v_set(-1))), factor = v_select(far, v_set(1), s * c);
  V part = factor * p.hi, hi = start - part;
  Pair l = log_ratio((Pair){hi, ((start - hi) - part) - factor * p.lo}, (Pair){v_set(1), NO_LOW},
                     v_select(far, s, v_set(1)));
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
  Scaled e;  /* e^-|x| */
  V w, half; /* e^-|x|, half of its power of two for x < 0 */
  V y;       /* the root over 2^half */
} RootSoftplus;
FA_INLINE RootSoftplus root_softplus(V x) {
  RootSoftplus f;
  f.negative = v_lt(x, v_set(0));
  f.e = exp_scaled(v_max(v_set(EXP_MIN_WIDE), -v_abs(x)), NO_LOW);
  V s = v_pow2(f.e.n), even = v_fma(v_set((T)0.5), f.e.n, v_set(V_MAGIC)) - V_MAGIC;
  f.half = v_where(f.negative, even);
  f.w = f.e.hi * s;
  V factor = v_select(f.negative, v_pow2(f.e.n - (even + even)), s);
  Pair p = log1p_over(f.w), log = pair_product(f.e.hi * factor, p.hi);
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
  V top = v_select(f.negative, f.e.hi, v_set(1)), slope = (T)0.5 * top / (f.y * (1 + f.w));
  return g * v_scale2(slope, v_where(f.negative, f.e.n) - f.half);
}
/* (1 - e^(-y^2)) / (2 y), near 0 it is y / 2 */
FA_INLINE V sqrt_softplus_grad_y(V g, V y) {
  V bounded = v_min(v_set(64), y);
  Pair square = pair_product(bounded, bounded);
  V slope = (T)-0.5 * expm1_negative(-square.hi, -square.lo).hi / y;
  return g * v_select(v_lt(y, v_set((T)(FA_REAL == 32 ? 0x1p-13 : 0x1p-27))), (T)0.5 * y, slope);
}
