/* vec_test.c - every operation of vec.h, on the inputs from standard input: COUNT a's, b's and c's. For each operation a line
 * with its name and the COUNT results; tests/test_vec.py knows what they must be. Where a contract restricts the inputs,
 * it looks only at results within it. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include "vec.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define ONE v_set(1)
static const T table[8] = {3, (T)-0.0, 7, (T)-1.5, 100, (T)0.25, 1, (T)-9};
#define OPERATIONS(X)                                                                                                  \
  X(set, v_set(*pa))                                                                                                   \
  X(load, a)                                                                                                           \
  X(add, a + b)                                                                                                        \
  X(sub, a - b)                                                                                                        \
  X(mul, a *b)                                                                                                         \
  X(div, a / b)                                                                                                        \
  X(neg, -a)                                                                                                           \
  X(fma, v_fma(a, b, c))                                                                                               \
  X(fnma, v_fnma(a, b, c))                                                                                             \
  X(residual, v_residual(c, a, b))                                                                                     \
  X(sqrt, v_sqrt(a))                                                                                                   \
  X(abs, v_abs(a))                                                                                                     \
  X(copysign, v_copysign(a, b))                                                                                        \
  X(max, v_max(a, b))                                                                                                  \
  X(min, v_min(a, b))                                                                                                  \
  X(lt, v_where(v_lt(a, b), ONE))                                                                                      \
  X(gt, v_where(v_gt(a, b), ONE))                                                                                      \
  X(le, v_where(v_le(a, b), ONE))                                                                                      \
  X(nan, v_where(v_nan(a, b), ONE))                                                                                    \
  X(ne, v_where(v_ne(a, b), ONE))                                                                                      \
  X(and, v_where(m_and(v_lt(a, b), v_lt(b, c)), ONE))                                                                  \
  X(select, v_select(v_lt(a, b), b, c))                                                                                \
  X(where, v_where(v_lt(a, b), c))                                                                                     \
  X(any, v_any(v_lt(a, b)) ? ONE : v_set(0))                                                                           \
  X(all, v_all(v_lt(a, b)) ? ONE : v_set(0))                                                                           \
  X(flip, v_flip(a, v_where(v_lt(b, c), ONE + ONE + ONE) + (V_MAGIC - 4)))                                             \
  X(pow2, v_pow2(b))                                                                                                   \
  X(raise, v_raise(v_base(b - c) + c))                                                                                 \
  X(exponent, v_exponent(a))                                                                                           \
  X(scale2, v_scale2(a, b))                                                                                            \
  X(half_octave, v_lookup(table, v_half_octave(a)))                                                                    \
  X(lookup, v_lookup(table, b + V_MAGIC))

static int failures;
static void expect(int truth, const char *what, size_t m) {
  if (truth) return;
  failures++;
  fprintf(stderr, "vec_test: %s of %zu elements\n", what, m);
}

/* The partial operations, at the very end of a page before one that must not be touched, and at its beginning. */
static void partial(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *base = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED || mprotect(base + page, page, PROT_READ | PROT_WRITE)) {
    fputs("vec_test: no pages\n", stderr);
    exit(2);
  }
  for (size_t m = 0; m < VN; m++) {
    T *const places[] = {(T *)(void *)(base + page), (T *)(void *)(base + 2 * page) - m};
    for (size_t place = 0; place < 2; place++) {
      T *p = places[place], lane[VN], wanted[VN];
      for (size_t i = 0; i < VN; i++) wanted[i] = i < m ? (T)(i + 1) : 0;
      memcpy(p, wanted, m * sizeof(T));
      v_store(lane, v_load_n(p, m));
      expect(!memcmp(lane, wanted, sizeof lane), "v_load_n", m);
      for (size_t i = m; i < VN; i++) wanted[i] = -7;
      v_store(lane, v_load_fill(p, m, -7));
      expect(!memcmp(lane, wanted, sizeof lane), "v_load_fill", m);
      for (size_t i = 0; i < VN; i++) lane[i] = -(T)(i + 1);
      T sentinel = 99, *after = place ? p - 1 : p + m; /* the element that must stay as it is */
      *after = sentinel;
      v_store_n(p, v_load(lane), m);
      expect(!memcmp(p, lane, m * sizeof(T)) && *after == sentinel, "v_store_n", m);
    }
  }
}

/* lane i ^ k in lane i; k is known when compiled */
#define SWAP(k)                                                                                                        \
  if (k < VN) {                                                                                                        \
    v_store(lane, v_swap(v_load(given), k));                                                                           \
    for (size_t i = 0; i < VN; i++) expect(lane[i] == given[i ^ k], "v_swap", k);                                      \
  }
static void swaps(void) {
  T given[VN], lane[VN];
  for (size_t i = 0; i < VN; i++) given[i] = (T)(i + 1);
  SWAP(1)
  SWAP(2)
  SWAP(4)
  SWAP(8)
}

int main(int argc, char **argv) {
  size_t n = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
  T *input = malloc((3 * n + 1) * sizeof(T)), *result = malloc((n + VN) * sizeof(T));
  if (!input || !result || n % VN || fread(input, sizeof(T), 3 * n, stdin) != 3 * n) return 2;
  partial();
  swaps();
#define X(name, expression)                                                                                            \
  for (size_t i = 0; i < n; i += VN) {                                                                                 \
    const T *pa = input + i;                                                                                           \
    V a = v_load(pa), b = v_load(pa + n), c = v_load(pa + 2 * n);                                                      \
    (void)a, (void)b, (void)c;                                                                                         \
    v_store(result + i, expression);                                                                                   \
  }                                                                                                                    \
  printf("%s %d\n", #name, (int)VN);                                                                                   \
  fwrite(result, sizeof(T), n, stdout);
  OPERATIONS(X)
#undef X
  free(input), free(result);
  return failures ? 1 : 0;
}
