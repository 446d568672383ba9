/* sine.h - periodic functions. */
#pragma once
#include "../math/reduce_pi.h"

/* a polynomial whose first term is by far the largest: added last, it brings one rounding with it, not two */
#define POLY_AFTER(x, c) poly_after(x, c, sizeof(c) / sizeof *(c))
FA_INLINE V poly_after(V x, const T *c, size_t n) { return v_fma(x, poly(x, c + 1, n - 1), v_set(c[0])); }

/* sin x = (-1)^n sin r, x = n pi + r */
FA_INLINE V sine_of(Reduced r) {
  V square = r.hi * r.hi;
  return v_flip(r.hi + v_fma(r.hi * square, POLY_AFTER(square, sine_p), r.lo), r.k);
}
/* the sum in sine_of is +0 for x = -0 */
FA_INLINE V sine(V x) { return v_select(v_gt(v_abs(x), v_set(0)), sine_of(reduce_pi(x, 0)), x); }
/* cos x = (-1)^n sin r, x = (n - 1/2) pi + r */
FA_INLINE V sine_grad(V g, V x) { return g * sine_of(reduce_pi(x, 1)); }

/* sin^2 z = sin^2 r for an even n, 1 - sin^2 r for an odd one; z = n pi / 2 + r */
FA_INLINE DD sine_square_of(Reduced r) {
  DD square = dd_sqr((DD){r.hi, r.lo});
  V u = square.hi * POLY_AFTER(square.hi, sine_square_p);
  V rest = v_fma(square.hi, u, v_fma(u + u, square.lo, square.lo));
  V s = square.hi + rest, lost = (square.hi - s) + rest, half = v_set((T)0.5);
  V first = half - v_flip(half, r.k), second = v_flip(s, r.k), hi = first + second;
  return (DD){hi, ((first - hi) + second) + v_flip(lost, r.k)};
}
/* snake(x) = x + sin^2(alpha x) / alpha. For alpha x < 0 the sum cancels in part: a quotient with its remainder. */
FA_INLINE V snake(V x, V alpha) {
  V finite = v_where(v_lt(v_abs(x), v_set(INF)), x);
  DD s = sine_square_of(reduce_half_pi(finite, alpha, 0));
  V inverse = 1 / alpha, q = s.hi * inverse, rest = v_residual(s.hi, q, alpha) + s.lo;
  return v_copysign(v_fma(rest, inverse, x + q), x);
}
/* 1 + sin(2 alpha x) = 2 sin^2(alpha x + pi / 4), which cancels nowhere */
FA_INLINE V snake_grad(V g, V x, V alpha) {
  V s = sine_square_of(reduce_half_pi(x, alpha, 1)).hi;
  return g * (s + s);
}
