/* avx2.h - x86-64-v3: AVX2 and FMA, 8 floats or 4 doubles. */
#include <immintrin.h>
#if FA_REAL == 32
typedef __m256 V;
#define VN 8
#define OP(name) _mm256_##name##_ps
#define V_INT(name) _mm256_##name##_epi32
#define V_BITS _mm256_castps_si256
#define V_FROM_BITS _mm256_castsi256_ps
#else
typedef __m256d V;
#define VN 4
#define OP(name) _mm256_##name##_pd
#define V_INT(name) _mm256_##name##_epi64
#define V_BITS _mm256_castpd_si256
#define V_FROM_BITS _mm256_castsi256_pd
#endif
typedef V M; /* all bits of a lane set or clear */

FA_INLINE V v_set(T c) { return OP(set1)(c); }
FA_INLINE V v_load(const T *p) { return OP(loadu)(p); }
FA_INLINE void v_store(T *p, V v) { OP(storeu)(p, v); }
#define V_FUSED
FA_INLINE V v_fma(V a, V b, V c) { return OP(fmadd)(a, b, c); }
FA_INLINE V v_fnma(V a, V b, V c) { return OP(fnmadd)(a, b, c); }
FA_INLINE V v_residual(V c, V a, V b) { return OP(fnmadd)(a, b, c); }
FA_INLINE V v_max(V a, V b) { return OP(max)(a, b); }
FA_INLINE V v_min(V a, V b) { return OP(min)(a, b); }
FA_INLINE M v_lt(V a, V b) { return OP(cmp)(a, b, _CMP_LT_OQ); }
FA_INLINE M v_gt(V a, V b) { return OP(cmp)(a, b, _CMP_GT_OQ); }
FA_INLINE M v_le(V a, V b) { return OP(cmp)(a, b, _CMP_LE_OQ); }
FA_INLINE M v_ne(V a, V b) { return OP(cmp)(a, b, _CMP_NEQ_UQ); }
FA_INLINE M v_nan(V a, V b) { return OP(cmp)(a, b, _CMP_UNORD_Q); }
FA_INLINE M m_and(M a, M b) { return OP(and)(a, b); }
FA_INLINE V v_select(M m, V a, V b) { return OP(blendv)(b, a, m); }
FA_INLINE V v_where(M m, V a) { return OP(and)(m, a); }
FA_INLINE int v_any(M m) { return OP(movemask)(m) != 0; }
FA_INLINE int v_all(M m) { return OP(movemask)(m) == (1 << VN) - 1; }
FA_INLINE V v_flip(V v, V k) { return OP(xor)(v, V_FROM_BITS(V_INT(slli)(V_BITS(k), FA_REAL - 1))); }
FA_INLINE V v_sqrt(V x) { return OP(sqrt)(x); }
FA_INLINE V v_abs(V x) { return OP(andnot)(v_set((T)-0.0), x); }
FA_INLINE V v_copysign(V x, V s) { return OP(or)(v_abs(x), OP(and)(v_set((T)-0.0), s)); }
FA_INLINE V v_raise(V t) { return V_FROM_BITS(V_INT(slli)(V_BITS(t), T_MANTISSA)); }
FA_INLINE V v_exponent(V x) { /* the biased exponent in the low bits of 2^T_MANTISSA */
  V two = v_set((T)((int64_t)1 << T_MANTISSA));
  return V_FROM_BITS(_mm256_or_si256(V_INT(srli)(V_BITS(x), T_MANTISSA), V_BITS(two))) - (two + T_BIAS);
}
#if FA_REAL == 32
FA_INLINE V v_swap(V v, int k) {
  if (k == 4) return OP(permute2f128)(v, v, 1);
  return k == 2 ? OP(permute)(v, 0x4e) : OP(permute)(v, 0xb1);
}
#else
FA_INLINE V v_swap(V v, int k) { return k == 2 ? OP(permute2f128)(v, v, 1) : OP(permute)(v, 5); }
#endif
FA_INLINE V v_half_octave(V x) { return V_FROM_BITS(V_INT(srli)(V_BITS(x), T_MANTISSA - 1)); }
#if FA_REAL == 32
FA_INLINE V v_lookup(const T *table, V k) { return _mm256_permutevar8x32_ps(v_load(table), V_BITS(k)); }
#else
FA_INLINE V v_lookup(const T *table, V k) { /* two floats for a double, from either half of the table */
  __m256i i = _mm256_shuffle_epi32(V_BITS(k), 0xa0),
          j = _mm256_or_si256(_mm256_add_epi32(i, i), _mm256_set1_epi64x(1ll << 32));
  __m256 low = _mm256_permutevar8x32_ps(_mm256_castpd_ps(v_load(table)), j);
  __m256 high = _mm256_permutevar8x32_ps(_mm256_castpd_ps(v_load(table + 4)), j);
  return v_select(V_FROM_BITS(_mm256_slli_epi64(V_BITS(k), 61)), _mm256_castps_pd(high), _mm256_castps_pd(low));
}
#endif
#undef OP
#undef V_INT
#undef V_BITS
#undef V_FROM_BITS
