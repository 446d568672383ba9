/* portable.h - plain C11, one lane: embedded builds, unknown machines, and the reference for sse2 (same bits). */
typedef T V;
typedef int M;
#define VN 1

FA_INLINE V v_set(T c) { return c; }
FA_INLINE V v_load(const T *p) { return *p; }
FA_INLINE void v_store(T *p, V v) { *p = v; }
FA_INLINE V v_fma(V a, V b, V c) { return a * b + c; }
FA_INLINE V v_fnma(V a, V b, V c) { return c - a * b; }
FA_INLINE V v_max(V a, V b) { return a > b ? a : b; }
FA_INLINE V v_min(V a, V b) { return a < b ? a : b; }
FA_INLINE M v_lt(V a, V b) { return a < b; }
FA_INLINE M v_gt(V a, V b) { return a > b; }
FA_INLINE M v_le(V a, V b) { return a <= b; }
FA_INLINE M v_ne(V a, V b) { return a != b; }
FA_INLINE M v_nan(V a, V b) { return a != a || b != b; }
FA_INLINE M m_and(M a, M b) { return a & b; }
FA_INLINE V v_select(M m, V a, V b) { return m ? a : b; }
FA_INLINE V v_where(M m, V a) { return m ? a : 0; }
FA_INLINE int v_any(M m) { return m; }
FA_INLINE int v_all(M m) { return m; }

FA_INLINE T_int v_bits(V x) {
  T_int i;
  memcpy(&i, &x, sizeof i);
  return i;
}
FA_INLINE V v_from_bits(T_int i) {
  V x;
  memcpy(&x, &i, sizeof x);
  return x;
}
#if FA_REAL == 32
#define V_SIGN INT32_MIN
FA_INLINE V v_residual(V c, V a, V b) { return (float)((double)c - (double)a * (double)b); }
#else
#define V_SIGN INT64_MIN
FA_INLINE V v_residual(V c, V a, V b) { /* Dekker's product */
  V as = a * 0x1.000002p27, bs = b * 0x1.000002p27, ah = as - (as - a), bh = bs - (bs - b), al = a - ah, bl = b - bh;
  V p = a * b, e = ((ah * bh - p) + ah * bl + al * bh) + al * bl, r = (c - p) - e;
  return r == r ? r : c - p; /* the splitting overflows before the product does */
}
#endif
FA_INLINE V v_raise(V t) { return v_from_bits((T_int)((T_uint)v_bits(t) << T_MANTISSA)); }
FA_INLINE V v_exponent(V x) { /* the biased exponent in the low bits of 2^T_MANTISSA */
  T two = (T)((int64_t)1 << T_MANTISSA);
  return v_from_bits((T_int)((T_uint)v_bits(x) >> T_MANTISSA) | v_bits(two)) - (two + T_BIAS);
}
FA_INLINE V v_half_octave(V x) { return v_from_bits(v_bits(x) >> (T_MANTISSA - 1)); }
FA_INLINE V v_lookup(const T *table, V k) { return table[v_bits(k) & 7]; }
#if FA_REAL == 32
FA_INLINE V v_sqrt(V x) { return __builtin_sqrtf(x); } /* an instruction, under -fno-math-errno */
#else
FA_INLINE V v_sqrt(V x) { return __builtin_sqrt(x); }
#endif
FA_INLINE V v_flip(V v, V k) { return v_from_bits((T_int)((T_uint)v_bits(v) ^ (T_uint)v_bits(k) << (FA_REAL - 1))); }
FA_INLINE V v_abs(V x) { return v_from_bits(v_bits(x) & ~V_SIGN); }
FA_INLINE V v_copysign(V x, V s) { return v_from_bits((v_bits(x) & ~V_SIGN) | (v_bits(s) & V_SIGN)); }
FA_INLINE V v_swap(V v, int k) { return (void)k, v; } /* never called */
