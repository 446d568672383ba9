/* dispatch.c - which instruction sets there are, and which one to use. FA_BUILT lists those that were compiled:
 * -DFA_BUILT="FA_X(portable) FA_X(sse2) FA_X(avx2)" (setup.py has the table). A new instruction set needs its test here. */
#include "fastact.h"

#include <string.h>

#ifndef FA_BUILT
#define FA_BUILT FA_X(portable)
#endif

#define UNUSED __attribute__((unused)) /* not every build has every set */
UNUSED static int has_portable(void) { return 1; }
#if defined __x86_64__ || defined __i386__
UNUSED static int has_sse2(void) { return __builtin_cpu_supports("sse2"); }
UNUSED static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
UNUSED static int has_avx512(void) { /* x86-64-v4 */
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#elif defined __aarch64__
UNUSED static int has_neon(void) { return 1; }
#endif

#define FA_X(isa) extern const fa_table fa_table_##isa##_32, fa_table_##isa##_64;
FA_BUILT
#undef FA_X

const fa_isa fa_isas[] = {
#define FA_X(isa) {#isa, {&fa_table_##isa##_32, &fa_table_##isa##_64}, has_##isa},
    FA_BUILT
#undef FA_X
    {NULL, {NULL, NULL}, NULL}};

const fa_isa *fa_select(const char *name) {
  const fa_isa *best = NULL;
  for (const fa_isa *isa = fa_isas; isa->name; isa++)
    if ((!name || !strcmp(name, isa->name)) && isa->available()) best = isa;
  return best;
}
