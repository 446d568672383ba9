/* neon.h - every aarch64: Advanced SIMD, 4 floats or 2 doubles. */
#include <arm_neon.h>
#if FA_REAL == 32
typedef float32x4_t V;
typedef uint32x4_t M;
#define VN 4
#define OP(name) name##q_f32
#define V_DUP vdupq_n_f32
#define V_BITS vreinterpretq_u32_f32
#define V_FROM_BITS vreinterpretq_f32_u32
#define V_SIGN 0x80000000u
#else
typedef float64x2_t V;
typedef uint64x2_t M;
#define VN 2
#define OP(name) name##q_f64
#define V_DUP vdupq_n_f64
#define V_BITS vreinterpretq_u64_f64
#define V_FROM_BITS vreinterpretq_f64_u64
#define V_SIGN 0x8000000000000000u
#endif

FA_INLINE V v_set(T c) { return V_DUP(c); }
FA_INLINE V v_load(const T *p) { return OP(vld1)(p); }
FA_INLINE void v_store(T *p, V v) { OP(vst1)(p, v); }
#define V_FUSED
FA_INLINE V v_fma(V a, V b, V c) { return OP(vfma)(c, a, b); }
FA_INLINE V v_fnma(V a, V b, V c) { return OP(vfms)(c, a, b); }
FA_INLINE V v_residual(V c, V a, V b) { return OP(vfms)(c, a, b); }
FA_INLINE M v_lt(V a, V b) { return OP(vclt)(a, b); }
FA_INLINE M v_gt(V a, V b) { return OP(vcgt)(a, b); }
FA_INLINE M m_and(M a, M b) { return a & b; }
FA_INLINE M v_le(V a, V b) { return OP(vcle)(a, b); }
FA_INLINE M v_ne(V a, V b) { return ~OP(vceq)(a, b); }
FA_INLINE M v_nan(V a, V b) { return ~(OP(vceq)(a, a) & OP(vceq)(b, b)); }
FA_INLINE V v_select(M m, V a, V b) { return OP(vbsl)(m, a, b); }
FA_INLINE V v_where(M m, V a) { return V_FROM_BITS(m & V_BITS(a)); }
FA_INLINE V v_max(V a, V b) { return v_select(v_gt(a, b), a, b); } /* fmax would keep NaN and order zeros */
FA_INLINE V v_min(V a, V b) { return v_select(v_lt(a, b), a, b); }
FA_INLINE int v_any(M m) { return vmaxvq_u32((uint32x4_t)m) != 0; }
FA_INLINE int v_all(M m) { return vminvq_u32((uint32x4_t)m) != 0; }
FA_INLINE V v_flip(V v, V k) { return V_FROM_BITS(V_BITS(v) ^ V_BITS(k) << (FA_REAL - 1)); }
FA_INLINE V v_sqrt(V x) { return OP(vsqrt)(x); }
FA_INLINE V v_abs(V x) { return OP(vabs)(x); }
FA_INLINE V v_copysign(V x, V s) { return OP(vbsl)((M){0} + V_SIGN, s, x); }
FA_INLINE V v_raise(V t) { return V_FROM_BITS(V_BITS(t) << T_MANTISSA); }
FA_INLINE V v_exponent(V x) { /* the biased exponent in the low bits of 2^T_MANTISSA */
  V two = v_set((T)((int64_t)1 << T_MANTISSA));
  return V_FROM_BITS(V_BITS(x) >> T_MANTISSA | V_BITS(two)) - (two + T_BIAS);
}
#if FA_REAL == 32
FA_INLINE V v_swap(V v, int k) { return k == 2 ? vextq_f32(v, v, 2) : vrev64q_f32(v); }
#else
FA_INLINE V v_swap(V v, int k) { return (void)k, vextq_f64(v, v, 1); }
#endif
FA_INLINE V v_half_octave(V x) { return V_FROM_BITS(V_BITS(x) >> (T_MANTISSA - 1)); }
#if FA_REAL == 32
FA_INLINE V v_lookup(const T *table, V k) { /* the bytes 4 n to 4 n + 3 of the table */
  uint32x4_t bytes = (V_BITS(k) & 7) * 0x04040404u + 0x03020100u;
  return vreinterpretq_f32_u8(vqtbl2q_u8(vld1q_u8_x2((const uint8_t *)table), vreinterpretq_u8_u32(bytes)));
}
#else
FA_INLINE V v_lookup(const T *table, V k) { /* the bytes 8 n to 8 n + 7 of the table */
  uint32x4_t n = vreinterpretq_u32_f64(k), bytes = (vtrn1q_u32(n, n) & 7) * 0x08080808u;
  bytes = bytes + (uint32x4_t){0x03020100u, 0x07060504u, 0x03020100u, 0x07060504u};
  return vreinterpretq_f64_u8(vqtbl4q_u8(vld1q_u8_x4((const uint8_t *)table), vreinterpretq_u8_u32(bytes)));
}
#endif
#undef OP
#undef V_DUP
#undef V_BITS
#undef V_FROM_BITS
#undef V_SIGN
