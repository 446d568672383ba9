/* _team.h - what _core.pyx and _team.c share: the clock, how many threads a region may have, and whose they are. */
#ifndef FASTACT_TEAM_H
#define FASTACT_TEAM_H
#include <stdint.h>
#include <time.h>

enum { FA_MAX_THREADS = 256 }; /* of a call, whatever is asked for */

/* GCC's regions run on the threads of _team.c; other compilers call their own OpenMP runtime in a way of its own. */
#if defined _OPENMP && defined __GNUC__ && !defined __clang__ && !defined _WIN32
#define FA_OWN_TEAM
#endif

/* Nanoseconds from some moment on */
static inline int64_t fa_now(void) {
  struct timespec t;
#ifdef CLOCK_MONOTONIC
  clock_gettime(CLOCK_MONOTONIC, &t);
#else
  timespec_get(&t, TIME_UTC);
#endif
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
#endif
