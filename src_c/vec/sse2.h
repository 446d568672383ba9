/* sse2.h - the x86-64 baseline, 4 floats or 2 doubles; no FMA, same bits as portable. */
#include <emmintrin.h>
#if FA_REAL == 32
typedef __m128 V;
#define VN 4
#define OP(name) _mm_##name##_ps
#define V_INT(name) _mm_##name##_epi32
#define V_BITS _mm_castps_si128
#define V_FROM_BITS _mm_castsi128_ps
#else
typedef __m128d V;
#define VN 2
#define OP(name) _mm_##name##_pd
#define V_INT(name) _mm_##name##_epi64
#define V_BITS _mm_castpd_si128
#define V_FROM_BITS _mm_castsi128_pd
#endif
typedef V M; /* all bits of a lane set or clear */

FA_INLINE V v_set(T c) { return OP(set1)(c); }
FA_INLINE V v_load(const T *p) { return OP(loadu)(p); }
FA_INLINE void v_store(T *p, V v) { OP(storeu)(p, v); }
FA_INLINE V v_fma(V a, V b, V c) { return a * b + c; }
FA_INLINE V v_fnma(V a, V b, V c) { return c - a * b; }
FA_INLINE V v_max(V a, V b) { return OP(max)(a, b); }
FA_INLINE V v_min(V a, V b) { return OP(min)(a, b); }
FA_INLINE M v_lt(V a, V b) { return OP(cmplt)(a, b); }
FA_INLINE M v_gt(V a, V b) { return OP(cmpgt)(a, b); }
FA_INLINE M v_le(V a, V b) { return OP(cmple)(a, b); }
FA_INLINE M v_ne(V a, V b) { return OP(cmpneq)(a, b); }
FA_INLINE M v_nan(V a, V b) { return OP(cmpunord)(a, b); }
FA_INLINE M m_and(M a, M b) { return OP(and)(a, b); }
FA_INLINE V v_where(M m, V a) { return OP(and)(m, a); }
FA_INLINE V v_select(M m, V a, V b) { return OP(or)(OP(and)(m, a), OP(andnot)(m, b)); }
FA_INLINE int v_any(M m) { return OP(movemask)(m) != 0; }
FA_INLINE int v_all(M m) { return OP(movemask)(m) == (1 << VN) - 1; }
FA_INLINE V v_flip(V v, V k) { return OP(xor)(v, V_FROM_BITS(V_INT(slli)(V_BITS(k), FA_REAL - 1))); }
FA_INLINE V v_sqrt(V x) { return OP(sqrt)(x); }
FA_INLINE V v_abs(V x) { return OP(andnot)(v_set((T)-0.0), x); }
FA_INLINE V v_copysign(V x, V s) { return OP(or)(v_abs(x), OP(and)(v_set((T)-0.0), s)); }
FA_INLINE V v_raise(V t) { return V_FROM_BITS(V_INT(slli)(V_BITS(t), T_MANTISSA)); }
FA_INLINE V v_exponent(V x) { /* the biased exponent in the low bits of 2^T_MANTISSA */
  V two = v_set((T)((int64_t)1 << T_MANTISSA));
  return V_FROM_BITS(_mm_or_si128(V_INT(srli)(V_BITS(x), T_MANTISSA), V_BITS(two))) - (two + T_BIAS);
}
FA_INLINE V v_half_octave(V x) { return V_FROM_BITS(V_INT(srli)(V_BITS(x), T_MANTISSA - 1)); }
#if FA_REAL == 32
FA_INLINE V v_lookup(const T *table, V k) {
  __m128i i = V_BITS(k);
#define LANE(j) table[_mm_extract_epi16(i, j) & 7]
  return _mm_setr_ps(LANE(0), LANE(2), LANE(4), LANE(6));
}
#else
FA_INLINE V v_lookup(const T *table, V k) {
  __m128i i = V_BITS(k);
#define LANE(j) table[_mm_extract_epi16(i, j) & 7]
  return _mm_setr_pd(LANE(0), LANE(4));
}
#endif
#undef LANE
#if FA_REAL == 32
FA_INLINE V v_residual(V c, V a, V b) { /* a product of two floats is exact in double */
  __m128d low = _mm_cvtps_pd(c) - _mm_cvtps_pd(a) * _mm_cvtps_pd(b);
  V ch = _mm_movehl_ps(c, c), ah = _mm_movehl_ps(a, a), bh = _mm_movehl_ps(b, b);
  __m128d high = _mm_cvtps_pd(ch) - _mm_cvtps_pd(ah) * _mm_cvtps_pd(bh);
  return _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
}
#else
FA_INLINE V v_residual(V c, V a, V b) { /* Dekker's product */
  V split = v_set(0x1.000002p27);
  V as = a * split, bs = b * split, ah = as - (as - a), bh = bs - (bs - b), al = a - ah, bl = b - bh;
  V p = a * b, e = ((ah * bh - p) + ah * bl + al * bh) + al * bl, r = (c - p) - e;
  return v_select(v_nan(r, r), c - p, r); /* the splitting overflows before the product does */
}
#endif
#if FA_REAL == 32
FA_INLINE V v_swap(V v, int k) { return k == 2 ? OP(shuffle)(v, v, 0x4e) : OP(shuffle)(v, v, 0xb1); }
#else
FA_INLINE V v_swap(V v, int k) { return (void)k, OP(shuffle)(v, v, 1); }
#endif
#undef OP
#undef V_INT
#undef V_BITS
#undef V_FROM_BITS
