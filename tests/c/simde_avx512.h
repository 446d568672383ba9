/* simde_avx512.h - included before anything else (-include) where AVX-512 is tested through SIMDe: the intrinsics that
 * SIMDe 0.7 lacks, or whose version flushes subnormal numbers, lane by lane. */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#include <math.h>
#include <string.h>

#define LANES(name, V, M, T, N, scalbn, logb)                                                                          \
  static inline V simde_mend_maskz_loadu_##name(M m, const T *p) {                                                     \
    T lane[N] = {0};                                                                                                   \
    V v;                                                                                                               \
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

#undef _mm512_maskz_loadu_ps
#undef _mm512_maskz_loadu_pd
#undef _mm512_mask_storeu_ps
#undef _mm512_mask_storeu_pd
#undef _mm512_scalef_ps
#undef _mm512_scalef_pd
#undef _mm512_getexp_ps
#undef _mm512_getexp_pd
#define _mm512_maskz_loadu_ps(m, p) simde_mend_maskz_loadu_ps(m, p)
#define _mm512_maskz_loadu_pd(m, p) simde_mend_maskz_loadu_pd(m, p)
#define _mm512_mask_storeu_ps(p, m, v) simde_mend_mask_storeu_ps(p, m, v)
#define _mm512_mask_storeu_pd(p, m, v) simde_mend_mask_storeu_pd(p, m, v)
#define _mm512_scalef_ps(a, b) simde_mend_scalef_ps(a, b)
#define _mm512_scalef_pd(a, b) simde_mend_scalef_pd(a, b)
#define _mm512_getexp_ps(a) simde_mend_getexp_ps(a)
#define _mm512_getexp_pd(a) simde_mend_getexp_pd(a)
