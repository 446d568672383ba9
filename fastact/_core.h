/* _core.h - what _core.pyx cannot say in Cython. */
#ifndef FASTACT_CORE_H
#define FASTACT_CORE_H
#include <Python.h>
#include <fenv.h>
#ifdef __x86_64__
#include <xmmintrin.h>
#endif

#ifdef _OPENMP
#include <omp.h>
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

/* The thread limits. The process's own is read by every call and written by set_num_threads; `threads(n)` overrides it in
 * its own thread only. 0: not set. */
#ifdef _MSC_VER
#define FA_THREAD_LOCAL __declspec(thread)
static volatile int fa_limit = 1;
static inline int fa_get_limit(void) { return fa_limit; }
static inline void fa_set_limit(int n) { fa_limit = n; }
#else
#define FA_THREAD_LOCAL __thread
static int fa_limit = 1;
static inline int fa_get_limit(void) { return __atomic_load_n(&fa_limit, __ATOMIC_RELAXED); }
static inline void fa_set_limit(int n) { __atomic_store_n(&fa_limit, n, __ATOMIC_RELAXED); }
#endif
static FA_THREAD_LOCAL int fa_override = 0;
static inline int fa_get_override(void) { return fa_override; }
static inline void fa_set_override(int n) { fa_override = n; }

/* A forked child has none of the threads that its parent's OpenMP believes to have, and would wait for them forever. */
static int fa_forked = 0;
#ifdef _WIN32
static void fa_watch_fork(void) {}
#else
#include <pthread.h>
static void fa_in_child(void) { fa_forked = 1; }
static void fa_watch_fork(void) { pthread_atfork(NULL, NULL, fa_in_child); }
#endif

#ifdef _OPENMP
static int fa_omp_at_import = 0;
static void fa_start_threads(void) { fa_omp_at_import = omp_get_max_threads(); }
/* A limit below the one at import was set by threadpoolctl, or by another user of the OpenMP runtime: it holds for us too. */
static inline int fa_num_threads(void) {
  if (fa_forked) return 1;
  int own = fa_override ? fa_override : fa_get_limit(), others = omp_get_max_threads();
  return others < fa_omp_at_import && others < own ? others : own;
}
static const int fa_openmp_version = _OPENMP;
static int fa_omp_max_threads(void) { return omp_get_max_threads(); }
static void *fa_openmp_symbol(void) { return (void *)omp_get_max_threads; }
#else
static void fa_start_threads(void) {}
static inline int fa_num_threads(void) { return 1; }
static const int fa_openmp_version = 0;
static int fa_omp_max_threads(void) { return 1; }
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
