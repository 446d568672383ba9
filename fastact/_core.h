/* _core.h - what _core.pyx cannot say in Cython. */
#ifndef FASTACT_CORE_H
#define FASTACT_CORE_H
#include "_team.h"

#include <Python.h>
#include <fenv.h>
#ifdef __x86_64__
#include <xmmintrin.h>
#endif

#ifdef _OPENMP
#include <omp.h>
#endif

#ifdef _MSC_VER
#define FA_THREAD_LOCAL __declspec(thread)
#else
#define FA_THREAD_LOCAL __thread
#endif

/* A typed memoryview on memory that somebody else keeps alive, made without a memoryview object: the conversion from an
 * array would allocate one, and a call in place must not allocate. Cython takes a view whose object is None for one that
 * needs no reference counting; the body of the loops sees no difference. Two dimensions, the inner one contiguous. A macro,
 * because Cython defines the struct after it includes this file. */
#define fa_view(pointer, rows, columns, row_step, itemsize)                                                            \
  ((__Pyx_memviewslice){(struct __pyx_memoryview_obj *)Py_None,                                                        \
                        (char *)(pointer),                                                                             \
                        {(rows), (columns)},                                                                           \
                        {(row_step), (Py_ssize_t)(itemsize)},                                                          \
                        {-1, -1}})
#define fa_view_float(pointer, rows, columns, row_step) fa_view(pointer, rows, columns, row_step, sizeof(float))
#define fa_view_double(pointer, rows, columns, row_step) fa_view(pointer, rows, columns, row_step, sizeof(double))

/* Forget the floating-point exceptions that NumPy would report: all but the inexact and the subnormal. The kernels raise
 * them in SSE's register only; clearing those of the x87 too, as feclearexcept does, takes 65 ns, more than ten numbers. */
static inline void fa_quiet(void) {
#ifdef __x86_64__
  const unsigned reported = _MM_EXCEPT_INVALID | _MM_EXCEPT_DIV_ZERO | _MM_EXCEPT_OVERFLOW | _MM_EXCEPT_UNDERFLOW;
  unsigned state = _mm_getcsr();
  if (state & reported) _mm_setcsr(state & ~reported);
#else
  feclearexcept(FE_ALL_EXCEPT);
#endif
}

/* What a thread is told of floating point: rounding, flush to zero, denormals are zero. A region's threads take over the
 * caller's, and have their own back afterwards. */
#ifdef __x86_64__
#define FA_STICKY 0x3fu /* what has happened, not how to compute */
static inline unsigned fa_get_control(void) { return _mm_getcsr() & ~FA_STICKY; }
static inline void fa_set_control(unsigned control) { _mm_setcsr(control | (_mm_getcsr() & FA_STICKY)); }
#elif defined __aarch64__ && defined __GNUC__
static inline unsigned fa_get_control(void) {
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  return (unsigned)control;
}
static inline void fa_set_control(unsigned control) { __asm__ volatile("msr fpcr, %0" ::"r"((uint64_t)control)); }
#else
static inline unsigned fa_get_control(void) { return (unsigned)fegetround(); }
static inline void fa_set_control(unsigned control) { fesetround((int)control); }
#endif

/* Whether threads pay, for each calling thread and each kind of work, learned from its regions.
 *
 * A region that takes no less than its shares one after the other is a loss: the helpers slept, or another process had
 * their core. After two in a row, and FA_PATIENCE, in which a helper that slept has come, calls of this kind stay serial,
 * for so many calls that what was lost is at most a 16th of what they take; the number doubles as long as it happens again,
 * and halves when regions pay. */
enum { FA_KINDS_OF_WORK = 3 * 16 };
#define FA_LONGEST_PAUSE 100000000 /* ns of serial work */
#define FA_PATIENCE 100000         /* ns */
typedef struct {
  int pause, skip; /* calls: of the last pause, and what is left of it */
  int losses;      /* in a row */
  int64_t first;   /* when they began, ns */
  int64_t lost;    /* ns, by them */
} fa_backoff;
static FA_THREAD_LOCAL fa_backoff fa_backoffs[FA_KINDS_OF_WORK];
/* Is this call one of those that stay serial? */
static inline int fa_stays_serial(int kind) {
  fa_backoff *b = &fa_backoffs[kind];
  if (!b->skip) return 0;
  b->skip--;
  return 1;
}
/* A region that has just ended took `total`, its shares one after the other would have taken `serial`. */
static inline void fa_learn(int kind, int64_t serial, int64_t total, int64_t now) {
  fa_backoff *b = &fa_backoffs[kind];
  if (serial < 1) serial = 1;
  if (total < serial - serial / 8) {
    b->losses = 0, b->lost = 0, b->pause /= 2;
    return;
  }
  int64_t loss = total - serial;
  b->lost += loss > serial / 16 ? loss : serial / 16;
  if (!b->losses++) b->first = now - total;
  if (b->losses < 2 || now - b->first < FA_PATIENCE) return;
  int64_t enough = 16 * b->lost / serial + 1, longest = FA_LONGEST_PAUSE / serial + 1, pause = 2 * (int64_t)b->pause;
  if (pause > longest) pause = longest;
  if (pause < enough) pause = enough;
  if (pause > INT32_MAX / 4) pause = INT32_MAX / 4;
  b->pause = b->skip = (int)pause;
  b->losses = 0, b->lost = 0;
}

/* The process's thread limit: read by every call, written by set_num_threads. */
#ifdef _MSC_VER
static volatile int fa_limit = 1;
static inline int fa_get_limit(void) { return fa_limit; }
static inline void fa_set_limit(int n) { fa_limit = n; }
#else
static int fa_limit = 1;
static inline int fa_get_limit(void) { return __atomic_load_n(&fa_limit, __ATOMIC_RELAXED); }
static inline void fa_set_limit(int n) { __atomic_store_n(&fa_limit, n, __ATOMIC_RELAXED); }
#endif

/* A forked child has none of the threads that its parent's OpenMP believes to have, and would wait for them forever. */
static int fa_forked = 0;
#ifdef _WIN32
static void fa_watch_fork(void) {}
#else
#include <pthread.h>
static void fa_in_child(void) { fa_forked = 1; }
static void fa_watch_fork(void) { pthread_atfork(NULL, NULL, fa_in_child); }
#endif

#ifdef FA_OWN_TEAM
#define FA_HAS_TEAM 1
#else
#define FA_HAS_TEAM 0
#endif

#ifdef _OPENMP
static int fa_omp_at_import = 0;
static void fa_start_threads(void) { fa_omp_at_import = omp_get_max_threads(); }
/* A limit below the one at import was set by threadpoolctl, or by another user of the OpenMP runtime: it holds for us too. */
static inline int fa_limited(int own) {
  int others = omp_get_max_threads();
  if (fa_forked) return 1;
  if (own > FA_MAX_THREADS) own = FA_MAX_THREADS;
  return others < fa_omp_at_import && others < own ? others : own;
}
static const int fa_openmp_version = _OPENMP;
static int fa_omp_max_threads(void) { return omp_get_max_threads(); }
static int fa_omp_num_procs(void) { return omp_get_num_procs(); }
static void *fa_openmp_symbol(void) { return (void *)omp_get_max_threads; }
#else
static void fa_start_threads(void) {}
static inline int fa_limited(int own) { return own < 1 ? own : 1; }
static const int fa_openmp_version = 0;
static int fa_omp_max_threads(void) { return 1; }
static int fa_omp_num_procs(void) { return 1; }
static void *fa_openmp_symbol(void) { return NULL; }
#endif

/* The file name of the OpenMP runtime in use, or "". */
#ifdef _WIN32
static const char *fa_openmp_file(void) { return ""; }
#else
#include <dlfcn.h>
static const char *fa_openmp_file(void) {
  Dl_info info;
  return fa_openmp_symbol() && dladdr(fa_openmp_symbol(), &info) ? info.dli_fname : "";
}
#endif

#define FA_TEXT_(x) #x
#define FA_TEXT(x) FA_TEXT_(x)
#if defined __clang__
#define FA_COMPILER "clang " __clang_version__
#elif defined __GNUC__
#define FA_COMPILER "gcc " __VERSION__
#elif defined _MSC_VER
#define FA_COMPILER "msvc " FA_TEXT(_MSC_VER)
#else
#define FA_COMPILER "unknown"
#endif
#ifndef FASTACT_VERSION
#define FASTACT_VERSION "unknown"
#endif
#endif
