/* simde_avx512.h - included before anything else (-include) where AVX-512 is tested through SIMDe: the intrinsics that
 * SIMDe 0.7 lacks, or whose version flushes subnormal numbers, lane by lane. */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#include <math.h>
#include <string.h>

#define LANES(name, V, M, T, N, scalbn, logb)                                                                          \
  static inline V simde_mend_mask_loadu_##name(V v, M m, const T *p) {                                                 \
    T lane[N];                                                                                                         \
    memcpy(lane, &v, sizeof v);                                                                                        \
    for (int i = 0; i < N; i++)                                                                                        \
      if (m >> i & 1) lane[i] = p[i];                                                                                  \
    memcpy(&v, lane, sizeof v);                                                                                        \
    return v;                                                                                                          \
  }                                                                                                                    \
  static inline void simde_mend_mask_storeu_##name(T *p, M m, V v) {                                                   \
    T lane[N];                                                                                                         \
    memcpy(lane, &v, sizeof v);                                                                                        \
    for (int i = 0; i < N; i++)                                                                                        \
      if (m >> i & 1) p[i] = lane[i];                                                                                  \
  }                                                                                                                    \
  static inline V simde_mend_scalef_##name(V a, V b) { /* a 2^floor(b), rounded once */                                \
    T x[N], y[N];                                                                                                      \
    memcpy(x, &a, sizeof a);                                                                                           \
    memcpy(y, &b, sizeof b);                                                                                           \
    for (int i = 0; i < N; i++) x[i] = y[i] == y[i] ? scalbn(x[i], (int)fmax(-5000, fmin(5000, floor(y[i])))) : y[i];  \
    memcpy(&a, x, sizeof a);                                                                                           \
    return a;                                                                                                          \
  }                                                                                                                    \
  static inline V simde_mend_getexp_##name(V a) {                                                                      \
    T x[N];                                                                                                            \
    memcpy(x, &a, sizeof a);                                                                                           \
    for (int i = 0; i < N; i++) x[i] = logb(x[i]);                                                                     \
    memcpy(&a, x, sizeof a);                                                                                           \
    return a;                                                                                                          \
  }
LANES(ps, simde__m512, simde__mmask16, float, 16, scalbnf, logbf)
LANES(pd, simde__m512d, simde__mmask8, double, 8, scalbn, logb)
#undef LANES

#undef _mm512_mask_loadu_ps
#undef _mm512_mask_loadu_pd
#undef _mm512_mask_storeu_ps
#undef _mm512_mask_storeu_pd
#undef _mm512_scalef_ps
#undef _mm512_scalef_pd
#undef _mm512_getexp_ps
#undef _mm512_getexp_pd
#define _mm512_mask_loadu_ps(v, m, p) simde_mend_mask_loadu_ps(v, m, p)
#define _mm512_mask_loadu_pd(v, m, p) simde_mend_mask_loadu_pd(v, m, p)
#define _mm512_mask_storeu_ps(p, m, v) simde_mend_mask_storeu_ps(p, m, v)
#define _mm512_mask_storeu_pd(p, m, v) simde_mend_mask_storeu_pd(p, m, v)
#define _mm512_scalef_ps(a, b) simde_mend_scalef_ps(a, b)
#define _mm512_scalef_pd(a, b) simde_mend_scalef_pd(a, b)
#define _mm512_getexp_ps(a) simde_mend_getexp_ps(a)
#define _mm512_getexp_pd(a) simde_mend_getexp_pd(a)

/* the permutations of v_swap; 128 bits are 4 floats or 2 doubles */
static inline simde__m512 simde_mend_shuffle_f32x4(simde__m512 a, simde__m512 b, int imm) {
  float x[16], y[16], z[16];
  memcpy(x, &a, sizeof a), memcpy(y, &b, sizeof b);
  for (int i = 0; i < 16; i++) z[i] = (i < 8 ? x : y)[4 * (imm >> (i / 4 * 2) & 3) + i % 4];
  memcpy(&a, z, sizeof a);
  return a;
}
static inline simde__m512d simde_mend_shuffle_f64x2(simde__m512d a, simde__m512d b, int imm) {
  double x[8], y[8], z[8];
  memcpy(x, &a, sizeof a), memcpy(y, &b, sizeof b);
  for (int i = 0; i < 8; i++) z[i] = (i < 4 ? x : y)[2 * (imm >> (i / 2 * 2) & 3) + i % 2];
  memcpy(&a, z, sizeof a);
  return a;
}
static inline simde__m512 simde_mend_permute_ps(simde__m512 a, int imm) {
  float x[16], z[16];
  memcpy(x, &a, sizeof a);
  for (int i = 0; i < 16; i++) z[i] = x[i / 4 * 4 + (imm >> (i % 4 * 2) & 3)];
  memcpy(&a, z, sizeof a);
  return a;
}
static inline simde__m512d simde_mend_permute_pd(simde__m512d a, int imm) {
  double x[8], z[8];
  memcpy(x, &a, sizeof a);
  for (int i = 0; i < 8; i++) z[i] = x[i / 2 * 2 + (imm >> i & 1)];
  memcpy(&a, z, sizeof a);
  return a;
}
#undef _mm512_shuffle_f32x4
#undef _mm512_shuffle_f64x2
#undef _mm512_permute_ps
#undef _mm512_permute_pd
#define _mm512_shuffle_f32x4(a, b, imm) simde_mend_shuffle_f32x4(a, b, imm)
#define _mm512_shuffle_f64x2(a, b, imm) simde_mend_shuffle_f64x2(a, b, imm)
#define _mm512_permute_ps(a, imm) simde_mend_permute_ps(a, imm)
#define _mm512_permute_pd(a, imm) simde_mend_permute_pd(a, imm)
