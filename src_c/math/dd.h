/* dd.h - double-double arithmetic on V: unevaluated sums of two numbers, of which the second holds what the first has lost.
 * The names are the field's: two_sum and two_prod are exact, dd_* take such sums, and are
 * off by some units of the last place of lo. */
#pragma once
#include "../vec.h"

typedef struct {
  V hi, lo; /* hi + lo, |lo| <= ulp(hi) or so */
} DD;
typedef struct {
  V q, rest, inverse; /* q + rest * inverse: a division and its remainder */
} Quotient;

/* a + b for a, b >= 0, or where the greater one is the greater in magnitude */
FA_INLINE DD quick_two_sum(V a, V b) {
  V hi = a + b;
  return (DD){hi, (v_max(a, b) - hi) + v_min(a, b)};
}
/* a + b, of any sign and size, exact */
FA_INLINE DD two_sum(V a, V b) {
  V hi = a + b, b_in = hi - a;
  return (DD){hi, (a - (hi - b_in)) + (b - b_in)};
}
/* a b, exact but for the last bits of lo */
FA_INLINE DD two_prod(V a, V b) {
  V hi = a * b;
  return (DD){hi, -v_residual(hi, a, b)};
}

FA_INLINE DD dd_add(DD a, DD b) {
  DD s = two_sum(a.hi, b.hi);
  return (DD){s.hi, s.lo + (a.lo + b.lo)};
}
FA_INLINE DD dd_mul(DD a, DD b) {
  DD s = two_prod(a.hi, b.hi);
  return (DD){s.hi, s.lo + v_fma(a.hi, b.lo, a.lo * b.hi)};
}
FA_INLINE DD dd_mul_d(DD a, V b) {
  DD s = two_prod(a.hi, b);
  return (DD){s.hi, v_fma(a.lo, b, s.lo)};
}
FA_INLINE DD dd_sqr(DD a) {
  DD s = two_prod(a.hi, a.hi);
  return (DD){s.hi, v_fma(a.hi + a.hi, a.lo, s.lo)};
}
/* n / d with its remainder: value about 2^-46 (2^-104) off */
FA_INLINE Quotient dd_quotient(DD n, DD d) {
  V inverse = 1 / d.hi, q = n.hi * inverse;
  V rest = v_fnma(q, d.lo, v_residual(n.hi, q, d.hi) + n.lo);
  return (Quotient){q, rest, inverse};
}
FA_INLINE DD dd_div(DD n, DD d) {
  Quotient q = dd_quotient(n, d);
  return two_sum(q.q, q.rest * q.inverse);
}
FA_INLINE DD dd_where(M m, DD a) { return (DD){v_where(m, a.hi), v_where(m, a.lo)}; }

/* Rounded to one number: n / d, a b, and a b + c, by parts where v_fma would not be exact. */
FA_INLINE V quotient_value(Quotient q) { return v_fma(q.rest, q.inverse, q.q); }
FA_INLINE V dd_scaled(V a, DD b) { return v_fma(a, b.hi, a * b.lo); }
FA_INLINE V dd_fma(DD a, DD b, V c) {
#ifdef V_FUSED
  return v_fma(a.hi, b.hi, v_fma(a.hi, b.lo, v_fma(a.lo, b.hi, c)));
#else
  DD p = two_prod(a.hi, b.hi);
  return (p.hi + c) + (p.lo + v_fma(a.hi, b.lo, a.lo * b.hi));
#endif
}
