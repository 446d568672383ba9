/* avx512.h - x86-64-v4: AVX-512 F, DQ (64-bit logic on floats), 16 floats or 8 doubles. */
#ifndef SIMDE_ENABLE_NATIVE_ALIASES /* tests/ also builds this file on SIMDe, for processors without AVX-512 */
#include <immintrin.h>
#endif
#if FA_REAL == 32
typedef __m512 V;
typedef __mmask16 M;
#define VN 16
#define OP(name) _mm512_##name##_ps
#define OPM(name) _mm512_##name##_ps_mask
#define V_INT(name) _mm512_##name##_epi32
#define V_BITS _mm512_castps_si512
#define V_FROM_BITS _mm512_castsi512_ps
#else
typedef __m512d V;
typedef __mmask8 M;
#define VN 8
#define OP(name) _mm512_##name##_pd
#define OPM(name) _mm512_##name##_pd_mask
#define V_INT(name) _mm512_##name##_epi64
#define V_BITS _mm512_castpd_si512
#define V_FROM_BITS _mm512_castsi512_pd
#endif

FA_INLINE V v_set(T c) { return OP(set1)(c); }
FA_INLINE V v_load(const T *p) { return OP(loadu)(p); }
FA_INLINE void v_store(T *p, V v) { OP(storeu)(p, v); }
#define V_FUSED
FA_INLINE V v_fma(V a, V b, V c) { return OP(fmadd)(a, b, c); }
FA_INLINE V v_fnma(V a, V b, V c) { return OP(fnmadd)(a, b, c); }
FA_INLINE V v_residual(V c, V a, V b) { return OP(fnmadd)(a, b, c); }
FA_INLINE V v_max(V a, V b) { return OP(max)(a, b); }
FA_INLINE V v_min(V a, V b) { return OP(min)(a, b); }
FA_INLINE M v_lt(V a, V b) { return OPM(cmp)(a, b, _CMP_LT_OQ); }
FA_INLINE M v_gt(V a, V b) { return OPM(cmp)(a, b, _CMP_GT_OQ); }
FA_INLINE M v_le(V a, V b) { return OPM(cmp)(a, b, _CMP_LE_OQ); }
FA_INLINE M v_ne(V a, V b) { return OPM(cmp)(a, b, _CMP_NEQ_UQ); }
FA_INLINE M v_nan(V a, V b) { return OPM(cmp)(a, b, _CMP_UNORD_Q); }
FA_INLINE M m_and(M a, M b) { return (M)(a & b); }
FA_INLINE V v_select(M m, V a, V b) { return OP(mask_blend)(m, b, a); }
FA_INLINE V v_where(M m, V a) { return OP(maskz_mov)(m, a); }
FA_INLINE int v_any(M m) { return m != 0; }
FA_INLINE int v_all(M m) { return m == (M)-1; }
FA_INLINE V v_flip(V v, V k) { return OP(xor)(v, V_FROM_BITS(V_INT(slli)(V_BITS(k), FA_REAL - 1))); }
FA_INLINE V v_sqrt(V x) { return OP(sqrt)(x); }
FA_INLINE V v_abs(V x) { return OP(andnot)(v_set((T)-0.0), x); }
FA_INLINE V v_copysign(V x, V s) { return OP(or)(v_abs(x), OP(and)(v_set((T)-0.0), s)); }

#define V_HAS_SCALE2
FA_INLINE V v_scale2(V y, V n) { return OP(scalef)(y, n); }
FA_INLINE V v_pow2(V n) { return OP(scalef)(v_set(1), n); }
FA_INLINE V v_raise(V t) { return V_FROM_BITS(V_INT(slli)(V_BITS(t), T_MANTISSA)); }

FA_INLINE V v_exponent(V x) { return OP(getexp)(x); }
FA_INLINE V v_half_octave(V x) { return V_FROM_BITS(V_INT(srli)(V_BITS(x), T_MANTISSA - 1)); }
#if FA_REAL == 32
FA_INLINE V v_lookup(const T *table, V k) {
  return _mm512_permutexvar_ps(V_BITS(k), _mm512_broadcast_f32x8(_mm256_loadu_ps(table)));
}
#else
FA_INLINE V v_lookup(const T *table, V k) { return _mm512_permutexvar_pd(V_BITS(k), v_load(table)); }
#endif

#if FA_REAL == 32
FA_INLINE V v_swap(V v, int k) {
  if (k == 8) return _mm512_shuffle_f32x4(v, v, 0x4e);
  if (k == 4) return _mm512_shuffle_f32x4(v, v, 0xb1);
  return k == 2 ? OP(permute)(v, 0x4e) : OP(permute)(v, 0xb1);
}
#else
FA_INLINE V v_swap(V v, int k) {
  if (k == 4) return _mm512_shuffle_f64x2(v, v, 0x4e);
  return k == 2 ? _mm512_shuffle_f64x2(v, v, 0xb1) : OP(permute)(v, 0x55);
}
#endif

#define V_HAS_PARTIAL
FA_INLINE M v_first(size_t m) { return (M)((1u << m) - 1); }
FA_INLINE V v_load_fill(const T *p, size_t m, T c) { return OP(mask_loadu)(v_set(c), v_first(m), p); }
FA_INLINE void v_store_n(T *p, V v, size_t m) { OP(mask_storeu)(p, v_first(m), v); }
#undef OP
#undef OPM
#undef V_INT
#undef V_BITS
#undef V_FROM_BITS
