/* reduce_pi.h - arguments of sine and its square, less a multiple of pi or of pi / 2.
 *
 * Up to REDUCE_FAST by Cody and Waite: with pi in three parts the first difference is exact, so what is left is
 * accurate also where it nearly vanishes. Beyond, one lane at a time, by Payne and Hanek: the product of the argument,
 * an integer, with those bits of 2 / pi that matter. */
#pragma once
#include "elementary.h"

typedef struct {
  V hi, lo; /* what is left */
  V k;      /* V_MAGIC + the number of multiples; v_flip takes it */
} Reduced;

#if FA_REAL == 32
#define REDUCE_FAST ((T)0x1p17) /* the quotient is good to 0.004 */
#else
#define REDUCE_FAST ((T)0x1p29)
#endif

/* --- beyond REDUCE_FAST: integers of 32-bit limbs, the least significant first --- */
enum { FACTOR_LIMBS = FA_REAL / 32, PRODUCT_LIMBS = 2 * FACTOR_LIMBS, WINDOW_LIMBS = PRODUCT_LIMBS + 5 };

/* r = a b mod 2^(32 n) */
FA_INLINE void limbs_multiply(uint32_t *r, int n, const uint32_t *a, int n_a, const uint32_t *b, int n_b) {
  for (int i = 0; i < n; i++) r[i] = 0;
  for (int i = 0; i < n_a; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < n_b && i + j < n; j++) {
      carry += (uint64_t)a[i] * b[j] + r[i + j];
      r[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
    if (i + n_b < n) r[i + n_b] = (uint32_t)carry;
  }
}
FA_INLINE void limbs_negate(uint32_t *r, int n) {
  uint64_t carry = 1;
  for (int i = 0; i < n; i++) {
    carry += (uint32_t)~r[i];
    r[i] = (uint32_t)carry;
    carry >>= 32;
  }
}
/* |v| = the integer in `limb` times 2^(the result) */
FA_INLINE int limbs_of(uint32_t *limb, T v) {
  T_uint bits;
  memcpy(&bits, &v, sizeof bits);
  int biased = (int)(bits >> T_MANTISSA & (2 * T_BIAS + 1));
  T_uint mantissa = bits & (((T_uint)1 << T_MANTISSA) - 1);
  if (biased) mantissa |= (T_uint)1 << T_MANTISSA;
  for (int i = 0; i < FACTOR_LIMBS; i++) limb[i] = (uint32_t)((uint64_t)mantissa >> 32 * i);
  return (biased ? biased : 1) - T_BIAS - T_MANTISSA;
}
FA_INLINE T power_of_two(int n) {
  T_uint bits = (T_uint)(n + T_BIAS) << T_MANTISSA;
  T value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

typedef struct {
  T hi, lo, k;
} ReducedLane;
/* x a = (n - half / 2) unit + hi + lo, unit = pi 2^-halvings, halvings 0 or 1; x a is exact, even beyond the range */
FA_INLINE ReducedLane reduce_lane(T x, T a, int halvings, uint32_t half) {
  static const uint32_t quarter_pi[] = {0x80dc1cd1, 0xc4c6628b, 0x2168c234, 0xc90fdaa2}; /* of 2^128 */
  uint32_t factor[2][FACTOR_LIMBS], product[PRODUCT_LIMBS], window[WINDOW_LIMBS], turns[WINDOW_LIMBS];
  int exponent = limbs_of(factor[0], x) + limbs_of(factor[1], a) + halvings - 1;
  if (!(x - x == 0 && a - a == 0)) return (ReducedLane){(x - x) * a, 0, V_MAGIC};
  limbs_multiply(product, PRODUCT_LIMBS, factor[0], FACTOR_LIMBS, factor[1], FACTOR_LIMBS);

  /* The bits of 2 / pi before the window make multiples of 4 units. */
  unsigned start = (unsigned)(3 * 32 + exponent - 2);
  for (unsigned i = 0; i < WINDOW_LIMBS; i++) {
    const uint32_t *word = two_over_pi + start / 32 + i;
    window[WINDOW_LIMBS - 1 - i] = (uint32_t)(((uint64_t)word[0] << 32 | word[1]) >> (32 - start % 32));
  }
  limbs_multiply(turns, WINDOW_LIMBS, window, WINDOW_LIMBS, product, PRODUCT_LIMBS); /* two bits before the point */
  if ((x < 0) != (a < 0)) limbs_negate(turns, WINDOW_LIMBS);
  uint32_t *top = turns + WINDOW_LIMBS - 1;
  *top += half << 29;
  uint32_t n = (*top + (1u << 29)) >> 30;
  *top -= n << 30;
  int negative = (int)(*top >> 31);
  if (negative) limbs_negate(turns, WINDOW_LIMBS);

  /* 128 bits of the fraction times pi / 4 */
  int zeros = 0, limb = WINDOW_LIMBS - 1;
  for (; limb > 4 && !turns[limb]; limb--) zeros += 32;
  int shift = turns[limb] ? __builtin_clz(turns[limb]) : 0;
  uint32_t fraction[4], angle[8];
  for (int i = 0; i < 4; i++) {
    const uint32_t *word = turns + limb - 3 + i;
    fraction[i] = (uint32_t)(((uint64_t)word[0] << 32 | word[-1]) >> (32 - shift));
  }
  limbs_multiply(angle, 8, fraction, 4, quarter_pi, 4);
  uint64_t high = (uint64_t)angle[7] << 32 | angle[6], low = (uint64_t)angle[5] << 32 | angle[4];
  T unit = power_of_two(4 - halvings - zeros - shift - (T_MANTISSA + 1)); /* of the last bit of hi */
  T hi = (T)(high >> (63 - T_MANTISSA)) * (negative ? -unit : unit);
  T lo = (T)(high << (T_MANTISSA + 1) | low >> (63 - T_MANTISSA)) * power_of_two(-64) * (negative ? -unit : unit);
  T sum = hi + lo;
  return (ReducedLane){sum, (hi - sum) + lo, V_MAGIC + (T)(n & 1)};
}
/* The lanes whose product x a is beyond REDUCE_FAST. Rare, so it is kept out of the kernels. */
static __attribute__((noinline, unused)) void reduce_far(Reduced *r, const V *x, const V *a, int halvings, int half) {
  T lane[5][VN];
  v_store(lane[0], r->hi), v_store(lane[1], r->lo), v_store(lane[2], r->k), v_store(lane[3], *x), v_store(lane[4], *a);
  for (int i = 0; i < VN; i++) {
    T z = lane[3][i] * lane[4][i];
    if (!(z > REDUCE_FAST || z < -REDUCE_FAST)) continue;
    ReducedLane f = reduce_lane(lane[3][i], lane[4][i], halvings, (uint32_t)half);
    lane[0][i] = f.hi, lane[1][i] = f.lo, lane[2][i] = f.k;
  }
  r->hi = v_load(lane[0]), r->lo = v_load(lane[1]), r->k = v_load(lane[2]);
}

/* --- for all --- */

/* V_MAGIC + n, n the integer next to z * per + half / 2 */
FA_INLINE V nearest(V z, T per, int half) {
  if (!half) return v_fma(z, v_set(per), v_set(V_MAGIC));
  return v_fma(z, v_set(per), v_set((T)0.5)) + V_MAGIC;
}
FA_INLINE V multiple(V k, int half) { return (k - V_MAGIC) - (T)half / 2; }

/* Infinities are not: of them the fast way makes a NaN, too. */
FA_INLINE M is_far(V z, V x) { return m_and(v_gt(v_abs(z), v_set(REDUCE_FAST)), v_lt(v_abs(x), v_set(INF))); }

/* x = (n - half / 2) pi + hi + lo; lo shows only where hi is small */
FA_INLINE Reduced reduce_pi(V x, int half) {
  Reduced r;
  r.k = nearest(x, INV_PI, half);
  V q = multiple(r.k, half), exact = v_residual(x, q, v_set(PI_HIGH));
  r.hi = v_residual(exact, q, v_set(PI_MIDDLE));
  r.lo = q * -PI_LOW;
  M far = is_far(x, x);
  if (__builtin_expect(v_any(far), 0)) {
    V one = v_set(1);
    reduce_far(&r, &x, &one, 0, half);
    r.lo = v_select(far, v_set(0), r.lo);
  }
  return r;
}

/* x a for an `a` of any size. v_residual is not exact for a double beyond 2^990, so a power of two changes sides. */
FA_INLINE DD product_with(V a, V x) {
#if FA_REAL == 64
  V big = v_set(0x1p600), tiny = v_set(0x1p-600);
  M large = v_gt(v_abs(a), v_set(1));
  return two_prod(x * v_select(large, big, tiny), a * v_select(large, tiny, big));
#else
  return two_prod(x, a);
#endif
}
/* x a = (n - half / 2) pi / 2 + hi + lo, to twice the precision */
FA_INLINE Reduced reduce_half_pi(V x, V a, int half) {
  DD z = product_with(a, x);
  Reduced r;
  r.k = nearest(z.hi, 2 * INV_PI, half);
  V q = multiple(r.k, half), middle = q * (PI_MIDDLE / 2);
  V exact = v_residual(z.hi, q, v_set(PI_HIGH / 2));
  V low = v_fnma(q, v_set(PI_LOW / 2), v_residual(middle, q, v_set(PI_MIDDLE / 2)));
  V left = exact - middle;
  low = low + ((exact - left) - middle);
  DD sum = two_sum(left, z.lo);
  low = low + sum.lo;
  r.hi = sum.hi + low;
  r.lo = (sum.hi - r.hi) + low;
  M far = is_far(z.hi, x);
  if (__builtin_expect(v_any(far), 0)) reduce_far(&r, &x, &a, 1, half);
  return r;
}
