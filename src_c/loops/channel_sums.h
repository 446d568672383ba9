/* channel_sums.h - sums that do not depend on threads, on the instruction set or on where an array stands: the shape alone fixes
 * their order.
 *
 * A sum goes down the columns of a matrix. Eight rows of terms are added as a tree, the tree's result is added to a pair
 * hi + lo without error (`two_sum`): so ten million terms cost no more accuracy than eight do, some 1.5 ULP of the sum
 * of their magnitudes at most, and equal terms none. Columns are independent, so it does not matter how many of them a
 * vector holds, nor where a piece of the columns begins.
 *   down    the matrix is the array's own: one sum, and one parameter, for each column
 *   along   a row of an array is read as a matrix with 64 bytes to the row (LANES columns); one parameter for all
 * Then the pairs are merged: those of a column's pieces, those of the LANES. */
#pragma once
#include "../math/elementary.h"
#define LANES ((size_t)64 / sizeof(T))
enum { TREE = 8, TILE = 512 };

FA_INLINE V tree_sum(const V *t) { return ((t[0] + t[1]) + (t[2] + t[3])) + ((t[4] + t[5]) + (t[6] + t[7])); }
/* hi + lo += more */
FA_INLINE void accumulate(T *hi, T *lo, DD more, size_t m) {
  DD s = two_sum(v_load_part(hi, m, 0), more.hi);
  v_store_part(hi, s.hi, m);
  v_store_part(lo, v_load_part(lo, m, 0) + (s.lo + more.lo), m);
}

static void merge(void *hi, void *lo, const void *hi_2, const void *lo_2, size_t n) {
  for (size_t i = 0; i < n; i += VN) {
    size_t m = n - i;
    DD more = {v_load_part((const T *)hi_2 + i, m, 0), v_load_part((const T *)lo_2 + i, m, 0)};
    accumulate((T *)hi + i, (T *)lo + i, more, m);
  }
}

/* The two loops for one kind of term. Down, two rows are visited at a time: rows a power of two apart are in each other's
 * way in the cache, and eight of three arrays are too many (twice the time for rows of 1024 floats). STORE and TERM see the vectors g, x and p, and `to`, where element g is for out. A TERM of
 * many operations is compiled ONCE, a short one for each of the EIGHT rows. */
#define ONCE static
#define UNROLL_ONCE "GCC unroll 1"
#define EIGHT FA_INLINE
#define UNROLL_EIGHT "GCC unroll 8"
#define SUM(name, times, STORE, TERM)                                                                                  \
  FA_INLINE V name##_visit(T *to, V g, V x, V p, size_t m) {                                                           \
    (void)to, (void)x, (void)p, (void)m;                                                                               \
    V term = TERM;                                                                                                     \
    STORE;                                                                                                             \
    return term;                                                                                                       \
  }                                                                                                                    \
  times void name##_column(T *to, const T *g, const T *x, V p, T *hi, T *lo, size_t rows, const ptrdiff_t *step,       \
                           size_t m) {                                                                                 \
    V t[TREE];                                                                                                         \
    _Pragma(UNROLL_##times) for (size_t s = 0; s < TREE; s++) {                                                        \
      ptrdiff_t row = (ptrdiff_t)s;                                                                                    \
      t[s] = s < rows ? name##_visit(to + row * step[0], v_load_part(g + row * step[1], m, 0),                         \
                                     v_load_part(x + row * step[2], m, 0), p, m)                                       \
                      : v_set(0);                                                                                      \
    }                                                                                                                  \
    accumulate(hi, lo, (DD){tree_sum(t), NO_LOW}, m);                                                                  \
  }                                                                                                                    \
  FA_INLINE V name##_two(T *to, const T *g, const T *x, V p, const ptrdiff_t *step) {                                  \
    V first = name##_visit(to, v_load(g), v_load(x), p, VN);                                                           \
    return first + name##_visit(to + step[0], v_load(g + step[1]), v_load(x + step[2]), p, VN);                        \
  }                                                                                                                    \
  static void name##_down(void *out, const void *g, const void *x, const void *p, void *hi, void *lo, size_t rows,     \
                          size_t columns, const ptrdiff_t *step) {                                                     \
    T left[TILE], right[TILE];                                                                                         \
    size_t j = 0;                                                                                                      \
    for (size_t stop; rows == TREE && j + VN <= columns; j = stop) {                                                   \
      stop = j + size_min(TILE, (columns - j) / VN * VN);                                                              \
      for (int s = 0; s < TREE; s += 2) {                                                                              \
        T *to = (T *)out + s * step[0], *l = left, *r = right;                                                         \
        const T *a = (const T *)g + s * step[1], *b = (const T *)x + s * step[2];                                      \
        for (size_t i = j; i < stop; i += VN, l += VN, r += VN) {                                                      \
          V sum = name##_two(to + i, a + i, b + i, v_load((const T *)p + i), step);                                    \
          if (s == 0)                                                                                                  \
            v_store(l, sum);                                                                                           \
          else if (s == 2)                                                                                             \
            v_store(l, v_load(l) + sum);                                                                               \
          else if (s == 4)                                                                                             \
            v_store(r, sum);                                                                                           \
          else                                                                                                         \
            accumulate((T *)hi + i, (T *)lo + i, (DD){v_load(l) + (v_load(r) + sum), NO_LOW}, VN);                     \
        }                                                                                                              \
      }                                                                                                                \
    }                                                                                                                  \
    for (; j < columns; j += VN)                                                                                       \
      name##_column((T *)out + j, (const T *)g + j, (const T *)x + j, v_load_part((const T *)p + j, columns - j, 0),   \
                    (T *)hi + j, (T *)lo + j, rows, step, columns - j);                                                \
  }                                                                                                                    \
  static void name##_along(void *out, const void *g, const void *x, const void *p, void *hi, void *lo, size_t rows,    \
                           size_t columns, const ptrdiff_t *step) {                                                    \
    const ptrdiff_t lanes[3] = {(ptrdiff_t)LANES, (ptrdiff_t)LANES, (ptrdiff_t)LANES};                                 \
    const V q = v_set(*(const T *)p);                                                                                  \
    T *h = hi, *l = lo;                                                                                                \
    (void)rows, (void)step;                                                                                            \
    size_t i = 0;                                                                                                      \
    for (; i + TREE * LANES <= columns; i += TREE * LANES)                                                             \
      for (size_t k = 0; k < LANES; k += VN)                                                                           \
        name##_column((T *)out + i + k, (const T *)g + i + k, (const T *)x + i + k, q, h + k, l + k, TREE, lanes, VN); \
    for (size_t part, full; i < columns; i += full ? full * LANES : part) {                                            \
      part = columns - i, full = part / LANES;                                                                         \
      for (size_t k = 0; k < size_min(part, LANES); k += VN)                                                           \
        name##_column((T *)out + i + k, (const T *)g + i + k, (const T *)x + i + k, q, h + k, l + k, full ? full : 1,  \
                      lanes, full ? VN : part - k);                                                                    \
    }                                                                                                                  \
  }
