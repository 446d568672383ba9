/* maxout.h - maxout, the greatest of `pieces` neighbours, and its gradient.
 *
 * It has arrays z (units, pieces, step) and out (units, step), of which the first `inner` columns are worked on,
 * inner <= step. Long rows are compared as they are, and so are parts of rows; whole rows that are short are first
 * picked apart into blocks. */
#pragma once
#include "../loops/elementwise.h"
typedef struct {
  V best, index;
} Winner;
/* Ties go to the first, and so does a NaN. */
FA_INLINE Winner challenge(Winner w, V v, V k) {
  V index = v_select(v_gt(v, w.best), k, w.index);
  index = v_select(v_nan(w.best, w.best), w.index, v_select(v_nan(v, v), k, index));
  return (Winner){v_select(v_nan(v, w.best), v + w.best, v_max(v, w.best)), index};
}

FA_INLINE void put_index(void *index, int wide, size_t at, const T *from, size_t m) {
  if (wide) {
    for (size_t l = 0; l < m; l++) ((uint16_t *)index)[at + l] = (uint16_t)from[l];
  } else {
    for (size_t l = 0; l < m; l++) ((uint8_t *)index)[at + l] = (uint8_t)from[l];
  }
}
FA_INLINE void get_index(T *to, const void *index, int wide, size_t at, size_t m) {
  if (wide) {
    for (size_t l = 0; l < m; l++) to[l] = (T)((const uint16_t *)index)[at + l];
  } else {
    for (size_t l = 0; l < m; l++) to[l] = (T)((const uint8_t *)index)[at + l];
  }
}

/* to[l] = piece k of result l */
FA_INLINE void pick_each(T *to, const T *z, size_t pieces, size_t m) {
  for (size_t l = 0; l < m; l++) to[l] = z[l * pieces];
}
FA_INLINE void pick(T *to, const T *z, size_t k, size_t pieces, size_t inner, size_t first, size_t m) {
  if (inner == 1) {
    const T *from = z + first * pieces + k;
    switch (pieces) { /* constant steps become shuffles */
    case 2: pick_each(to, from, 2, m); return;
    case 3: pick_each(to, from, 3, m); return;
    case 4: pick_each(to, from, 4, m); return;
    default: pick_each(to, from, pieces, m); return;
    }
  }
  for (size_t l = 0; l < m; l++) {
    size_t unit = (first + l) / inner, i = (first + l) % inner;
    to[l] = z[(unit * pieces + k) * inner + i];
  }
}

enum { SHORT = 16 };
/* Blocks go over the ends of rows, so there must be nothing between these. */
FA_INLINE int picked_apart(size_t inner, size_t step) { return inner == step && step < SHORT; }

FA_INLINE void maxout_block(T *best, T *index, const T *z, size_t pieces, size_t inner, size_t first, size_t m) {
  T piece[BLOCK] = {0};
  pick(best, z, 0, pieces, inner, first, m);
  for (size_t l = 0; l < m; l++) index[l] = 0;
  for (size_t k = 1; k < pieces; k++) {
    pick(piece, z, k, pieces, inner, first, m);
    for (size_t l = 0; l < m; l += VN) {
      Winner w = challenge((Winner){v_load(best + l), v_load(index + l)}, v_load(piece + l), v_set((T)k));
      v_store(best + l, w.best), v_store(index + l, w.index);
    }
  }
}
FA_INLINE Winner maxout_row(const T *z, size_t pieces, size_t step) {
  Winner w = {v_load(z), v_set(0)};
  for (size_t k = 1; k < pieces; k++) w = challenge(w, v_load(z + k * step), v_set((T)k));
  return w;
}
FA_INLINE Winner maxout_row_n(const T *z, size_t pieces, size_t step, size_t m) {
  Winner w = {v_load_n(z, m), v_set(0)};
  for (size_t k = 1; k < pieces; k++) w = challenge(w, v_load_n(z + k * step, m), v_set((T)k));
  return w;
}
static void maxout(void *out, void *index, int wide, const void *z, size_t pieces, size_t units, size_t inner,
                   size_t step) {
  T best[BLOCK] = {0}, which[BLOCK] = {0};
  if (picked_apart(inner, step)) {
    for (size_t first = 0, n = units * inner; first < n; first += BLOCK) {
      size_t m = n - first < BLOCK ? n - first : BLOCK;
      maxout_block(best, which, z, pieces, inner, first, m);
      memcpy((T *)out + first, best, m * sizeof(T));
      if (index) put_index(index, wide, first, which, m);
    }
    return;
  }
  for (size_t u = 0; u < units; u++) {
    const T *rows = (const T *)z + u * pieces * step;
    for (size_t first = 0; first < inner; first += BLOCK) {
      size_t m = inner - first < BLOCK ? inner - first : BLOCK, i = 0, at = u * step + first;
      for (; i + VN <= m; i += VN) {
        Winner w = maxout_row(rows + first + i, pieces, step);
        v_store((T *)out + at + i, w.best);
        if (index) v_store(which + i, w.index);
      }
      if (i < m) {
        Winner w = maxout_row_n(rows + first + i, pieces, step, m - i);
        v_store_n((T *)out + at + i, w.best, m - i);
        if (index) v_store(which + i, w.index);
      }
      if (index) put_index(index, wide, at, which, m);
    }
  }
}

FA_INLINE void put_each(T *dz, const T *g, const T *which, size_t pieces, size_t m) {
  for (size_t l = 0; l < m; l++) {
    for (size_t k = 0; k < pieces; k++) dz[l * pieces + k] = which[l] == (T)k ? g[l] : 0;
  }
}
/* An index that is no piece wins nothing: another thread may have changed it since the caller looked. */
FA_INLINE void put_winners(T *dz, const T *g, const T *which, size_t pieces, size_t m) {
  memset(dz, 0, m * pieces * sizeof(T));
  for (size_t l = 0; l < m; l++) {
    size_t k = (size_t)(int)which[l];
    if (k < pieces) dz[l * pieces + k] = g[l];
  }
}
static void maxout_backward(void *dz, const void *grad, const void *index, int wide, size_t pieces, size_t units,
                            size_t inner, size_t step) {
  T which[BLOCK] = {0};
  const T *g = grad;
  T *out = dz;
  if (picked_apart(inner, step)) {
    for (size_t first = 0, n = units * inner; first < n; first += BLOCK) {
      size_t m = n - first < BLOCK ? n - first : BLOCK;
      T *to = out + first * pieces;
      get_index(which, index, wide, first, m);
      if (inner == 1 && pieces == 2)
        put_each(to, g + first, which, 2, m);
      else if (inner == 1 && pieces == 3)
        put_each(to, g + first, which, 3, m);
      else if (inner == 1)
        put_winners(to, g + first, which, pieces, m);
      else {
        for (size_t l = 0; l < m; l++) {
          size_t unit = (first + l) / inner, i = (first + l) % inner;
          for (size_t k = 0; k < pieces; k++) {
            out[(unit * pieces + k) * inner + i] = which[l] == (T)k ? g[first + l] : 0;
          }
        }
      }
    }
    return;
  }
  for (size_t u = 0; u < units; u++) {
    for (size_t first = 0; first < inner; first += BLOCK) {
      size_t m = inner - first < BLOCK ? inner - first : BLOCK, at = u * step + first;
      get_index(which, index, wide, at, m);
      for (size_t k = 0; k < pieces; k++) {
        T *to = out + (u * pieces + k) * step + first;
        V low = v_set((T)k - (T)0.5), high = v_set((T)k + (T)0.5);
        size_t i = 0;
        for (; i + VN <= m; i += VN) {
          v_store(to + i, v_where(inside(v_load(which + i), low, high), v_load(g + at + i)));
        }
        if (i < m) {
          v_store_n(to + i, v_where(inside(v_load(which + i), low, high), v_load_n(g + at + i, m - i)), m - i);
        }
      }
    }
  }
}
