/* act_sigmoid.h - everything built on the logistic function: its logarithm, x times it, tanh, mish.
 *
 * e^-z = (1 + p) v / u with v = 2^min(n, 0), u = 2^-max(n, 0): one of the two is 1, neither overflows, and a denominator
 * u + v (1 + p) is a single fma. sigma(z) = u / (u + v (1 + p)): u stays apart as a power of two until the end, so tails are
 * exact down to the last subnormal. */

typedef struct {
  V p, n;      /* e^-z = (1 + p) 2^n */
  V u, v, n_u; /* u = 2^n_u */
  V d, excess; /* d - excess = u + v (1 + p), in [0.7, 2.5] */
} Logistic;

/* |z| <= -EXP_MIN_WIDE, z.lo belongs to z.hi */
FA_INLINE Logistic logistic(Pair z) {
  Logistic l;
  V a = -z.hi;
  l.n = exp_round(a);
  l.p = expm1_reduced(exp_reduce(a, l.n) - z.lo);
  M up = v_gt(l.n, v_set(0));
  V small = v_pow2(v_min(l.n, -l.n));
  l.u = v_select(up, small, v_set(1));
  l.v = v_select(up, v_set(1), small);
  l.n_u = v_min(v_set(0), -l.n);
  l.d = v_fma(l.v, l.p, 1 + small);
  l.excess = v_fnma(l.v, l.p, l.d - 1) - small;
  return l;
}
FA_INLINE Logistic logistic_of(V bounded) { return logistic((Pair){bounded, v_set(0)}); }

/* x / (d - excess). The quotient is rounded once, and 1 / d to 18 % is enough to account for the excess. x >= least. */
FA_INLINE V divided(V x, Logistic l, T least) {
  V y = x / l.d, about = v_fnma(v_set((T)0.485), l.d, v_set((T)1.51));
  return v_fma(v_min(v_set(-least), y), l.excess * about, y);
}
/* a / (d - excess)^2 */
FA_INLINE V divided_twice(V a, Logistic l) {
  V inverse = 1 / l.d, rest = v_fma(inverse, l.excess, v_residual(v_set(1), inverse, l.d));
  V y = a * inverse * inverse;
  return v_fma(y, rest + rest, y);
}

/* sigmoid(x) = 1 / (1 + e^-x) */
FA_INLINE V sigmoid_of(Logistic l) {
  V inverse = 1 / l.d;
  return v_scale2(v_fma(inverse, inverse * l.excess, inverse), l.n_u);
}
FA_INLINE V sigmoid(V x) { return sigmoid_of(logistic_of(within(x, EXP_MIN))); }
/* sigma(x) sigma(-x) = u v (1 + p) / d^2 */
FA_INLINE V sigmoid_slope(V x, T factor) {
  Logistic l = logistic_of(within(x, EXP_MIN));
  return v_scale2(factor * divided_twice(1 + l.p, l), -v_abs(l.n));
}
FA_INLINE V sigmoid_grad(V g, V x) { return g * sigmoid_slope(x, 1); }
FA_INLINE V sigmoid_grad_y(V g, V y) { return g * (y * (1 - y)); }

#define tanh(x) fa_tanh(x) /* libm has the name */
/* tanh |x| = (1 - w) / (1 + w), w = e^(-2 |x|) = s (1 + p) */
FA_INLINE V fa_tanh(V x) {
  V a = v_max(v_set(EXP_MIN), -2 * v_abs(x)), n = exp_round(a), s = v_pow2(n);
  V p = expm1_reduced(exp_reduce(a, n));
  V below = 1 - s, above = 1 + s, top = v_fnma(s, p, below), d = v_fma(s, p, above);
  V q = top / d, about = v_fnma(v_set((T)0.4706), d, v_set((T)1.412)); /* 1 / d to 6 % */
  V lost = v_fnma(q, v_fma(s, p, above - d), v_fnma(s, p, below - top));
  return v_copysign(v_fma(lost, about, q), x);
}
/* 1 - tanh^2 x = 4 sigmoid'(2 x) */
FA_INLINE V tanh_grad(V g, V x) { return g * sigmoid_slope(x + x, 4); }
FA_INLINE V tanh_grad_y(V g, V y) { return g * ((1 - y) * (1 + y)); }

/* beta x with its remainder, where the exponential of it can show */
FA_INLINE Pair sloped(V x, V beta) {
  V z = beta * x;
  return (Pair){z, v_where(v_lt(v_abs(z), v_set(-2 * EXP_MIN_WIDE)), -v_residual(z, beta, x))};
}
FA_INLINE Pair sloped_within(V x, V beta, T least) {
  Pair z = sloped(x, beta);
  return (Pair){within(z.hi, least), z.lo};
}

/* log(1 + e^-|z|) for z >= 0, the same over 2^n for z < 0, where the result is proportional to it */
typedef struct {
  M negative;
  Pair value;
  V n;
} Log1p;
FA_INLINE Log1p log1p_exp(Pair z, T least) {
  Log1p l;
  l.negative = v_lt(z.hi, v_set(0));
  Scaled e = exp_scaled(v_max(v_set(least), -v_abs(z.hi)), v_select(l.negative, z.lo, -z.lo));
  V s = v_pow2(e.n), factor = v_select(l.negative, v_set(1), s);
  Pair p = log1p_over(e.hi * s);
  V hi = e.hi * factor, lo = e.lo * factor;
  l.value = pair_product(hi, p.hi);
  l.value.lo = v_fma(lo, p.hi, v_fma(hi, p.lo, l.value.lo));
  l.n = v_where(l.negative, e.n);
  return l;
}
/* softplus(x) = log(1 + e^(beta x)) / beta = max(beta x, 0) / beta + log(1 + e^-|beta x|) / beta */
FA_INLINE V softplus(V x, V beta) {
  Log1p l = log1p_exp(sloped(x, beta), EXP_MIN_WIDE);
  Quotient q = pair_divide(l.value, (Pair){beta, v_set(0)});
  return v_select(l.negative, v_set(0), x) + scale_wide(quotient_value(q), l.n);
}
FA_INLINE V softplus_grad(V g, V x, V beta) { return g * sigmoid_of(logistic(sloped_within(x, beta, EXP_MIN))); }
/* sigma(beta x) = 1 - e^(-beta y) */
FA_INLINE V softplus_grad_y(V g, V y, V beta) { return g * -expm1_negative(-(beta * y), NO_LOW).hi; }

/* logsigmoid(x) = -softplus(-x) = min(x, 0) - log(1 + e^-|x|) */
FA_INLINE V logsigmoid(V x) {
  Log1p l = log1p_exp((Pair){-x, v_set(0)}, EXP_MIN);
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
  Pair z = sloped_within(finite, beta, EXP_MIN_WIDE);
  Logistic l = logistic(z);
  V y = scale_wide(divided(finite, l, -FINITE), l.n_u);
  V limit = v_select(v_lt(z.hi, v_set(0)), v_set(0), x);
  return v_select(v_gt(v_abs(x), v_set(FINITE)), limit, y);
}
FA_INLINE V swish_grad(V g, V x, V beta) {
  Pair z = sloped_within(within(x, -FINITE), beta, EXP_MIN); /* beta may be 0 */
  return g * times_sigmoid_slope((1 + z.hi) + z.lo, logistic(z));
}

/* mish(x) = x tanh(softplus(x)) = x w (w + 2) / (w (w + 2) + 2), w = e^x = h / u, h = v (1 + p):
 *         = v x (1 + p) (h + 2 u) / (h (h + 2 u) + 2 u^2) */
typedef struct {
  Pair m, h, sum, d; /* 1 + p, h, h + 2 u, the denominator */
  V u, n_v;
} Mish;
FA_INLINE Mish mish_parts(V x) {
  Mish f;
  Scaled e = exp_scaled(within(x, EXP_MIN), NO_LOW);
  f.n_v = v_min(v_set(0), e.n);
  V v = v_pow2(f.n_v);
  f.u = v_pow2(f.n_v - e.n);
  f.m = (Pair){e.hi, e.lo};
  f.h = (Pair){e.hi * v, e.lo * v};
  f.sum = pair_sum(f.h.hi, f.u + f.u);
  Pair product = pair_product(f.h.hi, f.sum.hi);
  f.d = pair_sum(product.hi, 2 * f.u * f.u);
  f.d.lo = f.d.lo + v_fma(f.h.lo, f.sum.hi + f.h.hi, v_fma(f.h.hi, f.sum.lo, product.lo));
  f.sum.lo = f.sum.lo + f.h.lo;
  return f;
}
FA_INLINE V mish(V x) {
  Mish f = mish_parts(x);
  V low = v_max(v_set(EXP_MIN), x), small = v_min(v_set(-EXP_MIN), low);
  Pair top = pair_times(f.m, f.sum.hi);
  top.lo = v_fma(f.m.hi, f.sum.lo, top.lo);
  Quotient q = pair_divide(top, f.d);
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
  Pair factor = {v_select(negative, f.m.hi, v_set(1)), v_where(negative, f.m.lo)};
  Pair top = pair_times(factor, v_select(negative, below, above));
  V q = quotient_value(pair_divide(top, pair_square(f.d)));
  return g * v_scale2(v_select(negative, q, 1 - q), f.n_v);
}
