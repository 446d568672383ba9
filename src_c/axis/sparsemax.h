/* sparsemax.h - functions of rows that leave most elements 0: hardmax, sparsemax, entmax15 and gradients. The strips are those
 * of block.h; of one row a lane is an element, of rows side by side a lane is a row, with the same bits.
 *
 * Both sparsemax (p = 1) and entmax15 (p = 2) are max(d - tau, 0)^p with a sum of 1, d = x - max or half of that. The sum is
 * convex in tau and falls, so Newton's iteration from tau = -1, where it is 1 or more, climbs to the root without passing
 * it, and the support {d > tau} shrinks. For p = 1 that is Michelot's iteration, which is exact: of n elements it takes at
 * most some log2(n) + T_MANTISSA steps, whatever they are, and few as a rule. For p = 2 the norm is what is 1, not its
 * square; and once the root of the quadratic on a support keeps all of it, that is the support.
 *
 * d, tau and the sums are pairs: what is left just above tau is still good to the last digits. The sums, and the count, which
 * is exact that way, start anew after every SPARSE_BLOCK elements and are added up: so their low parts stay small. Memory is
 * visited in chunks of LANES elements of a row, or of as many columns; those that have nothing near the support are not
 * visited again, and what is neither in the row nor counts in it is 0 from the start. */
#pragma once
#include "driver.h"

enum { LISTED = 512, SPARSE_BLOCK = 65536 };
#define SLACK ((T)1 / ((T_uint)1 << (T_MANTISSA - 5))) /* more than the rounding of a step, little beside 1 */

typedef struct {
  const Strip *s;
  int lines;
  size_t column; /* the first of LANES columns */
  size_t chunks;
  int all; /* are all chunks visited? Else those of the list. */
  size_t listed, list[LISTED + 1];
} View;
/* What is known of the row of a lane, or of the row */
typedef struct {
  V max, fill; /* fill: where nothing counts; NaN in a row with NaN or inf */
  DD tau;      /* of a gradient, the mean */
  DD count;
  V running;
} Level;
typedef struct {
  DD sum, second;
  V count, min;
} Found;
/* The sums of blocks: a float has no room for the count of all */
typedef struct {
  DD sum, second, count;
  V min;
} Whole;

FA_INLINE View view_columns(const Strip *s, size_t column, int lines) {
  View v;
  v.s = s, v.lines = lines, v.column = column, v.all = 1, v.listed = 0;
  v.chunks = lines ? s->length : (s->length + LANES - 1) / LANES;
  return v;
}
FA_INLINE size_t view_levels(const View *v) { return v->lines ? PARTS : 1; }
FA_INLINE T *chunk_at(const View *v, int which, size_t k) {
  return v->lines ? strip_at(v->s, which, k) + v->column : strip_at(v->s, which, 0) + k * LANES;
}
FA_INLINE size_t chunk_size(const View *v, size_t k) {
  return size_min(LANES, v->lines ? v->s->columns - v->column : v->s->length - k * LANES);
}
FA_INLINE V chunk_load(const T *p, size_t i, size_t size, T pad) {
  return i * VN < size ? v_load_part(p + i * VN, size - i * VN, pad) : v_set(pad);
}
FA_INLINE void chunk_store(T *p, size_t i, size_t size, V y) {
  if (i * VN < size) v_store_part(p + i * VN, y, size - i * VN);
}
FA_INLINE void view_list(View *v, size_t *kept, size_t k, M keep) {
  v->list[size_min(*kept, LISTED)] = k;
  *kept += v_any(keep) ? 1 : 0;
}
FA_INLINE void view_kept(View *v, size_t kept) {
  v->all = kept > LISTED;
  v->listed = kept;
}

/* ------------------------------------------------------------------------------------------ one pass */

FA_INLINE int is_sparse_gradient(int op) { return op == FA_SPARSEMAX_BACKWARD || op == FA_ENTMAX15_BACKWARD; }

/* The largest element of each row, and NaN if there is one */
FA_INLINE void find_max(const View *v, Level *level) {
  V m[4][PARTS], nan[PARTS];
  for (size_t i = 0; i < PARTS; i++) m[0][i] = m[1][i] = m[2][i] = m[3][i] = v_set(-INF), nan[i] = v_set(0);
  size_t k = 0, whole = v->lines ? v->chunks : v->s->length / LANES;
  for (; k + 4 <= whole; k += 4)
    for (size_t i = 0; i < PARTS; i++) {
      V x[4];
#pragma GCC unroll 4
      for (size_t j = 0; j < 4; j++) {
        x[j] = chunk_load(chunk_at(v, FA_A, k + j), i, v->lines ? chunk_size(v, 0) : LANES, -INF);
        m[j][i] = v_max(x[j], m[j][i]);
      }
      nan[i] = v_select(v_nan(x[0], x[1]), v_set((T)__builtin_nan("")), nan[i]);
      nan[i] = v_select(v_nan(x[2], x[3]), v_set((T)__builtin_nan("")), nan[i]);
    }
  for (; k < v->chunks; k++)
    for (size_t i = 0; i < PARTS; i++) {
      V x = chunk_load(chunk_at(v, FA_A, k), i, chunk_size(v, k), -INF);
      m[0][i] = v_max(x, m[0][i]);
      nan[i] = v_select(v_nan(x, x), x, nan[i]);
    }
  for (size_t i = 0; i < PARTS; i++) m[0][i] = v_max(v_max(m[0][i], m[1][i]), v_max(m[2][i], m[3][i])) + nan[i];
  if (!v->lines) { /* a maximum could lose the NaN, a sum does not */
    for (size_t i = 1; i < PARTS; i++) m[0][0] = v_max(m[0][0], m[0][i]), nan[0] = nan[0] + nan[i];
    m[0][0] = max_of_lanes(m[0][0]) + add_lanes(nan[0]);
  }
  for (size_t i = 0; i < view_levels(v); i++) {
    V top = m[0][i], none = v_select(v_lt(top, v_set(0)), v_set(0), v_set((T)__builtin_nan("")));
    level[i] = (Level){.max = top,
                       .fill = v_select(v_lt(v_abs(top), v_set(INF)), v_set(0), none),
                       .tau = {v_set(-1), v_set(0)},
                       .count = {v_set(INF), v_set(0)},
                       .running = v_set(1)};
  }
}

/* An element less the largest, and that less tau */
FA_INLINE DD row_depth(int op, V x, const Level *r) {
  DD d = two_sum(x, -r->max);
  T p = op == FA_ENTMAX15 ? (T)0.5 : 1;
  return (DD){p * d.hi, p * d.lo};
}
FA_INLINE DD row_height(DD d, const Level *r) {
  DD z = two_sum(d.hi, -r->tau.hi);
  return two_sum(z.hi, z.lo + (d.lo - r->tau.lo));
}
FA_INLINE DD root_dd(V y) { /* y > 0 */
  V s = v_sqrt(y);
  return (DD){s, v_residual(y, s, s) / (s + s)};
}

/* What an element adds to the sums. Returns how far above tau it is. */
FA_INLINE V found_add(int op, V a, V b, const Level *r, Found *t) {
  if (is_sparse_gradient(op)) { /* a is the gradient, b the output */
    M on = v_gt(b, v_set(0));
    if (op == FA_SPARSEMAX_BACKWARD) {
      t->sum = dd_add(t->sum, (DD){v_where(on, a), v_set(0)});
      t->count = t->count + v_where(on, v_set(1));
    } else {
      DD s = root_dd(b);
      t->sum = dd_add(t->sum, dd_where(on, dd_mul_d(s, a)));
      t->second = dd_add(t->second, dd_where(on, s));
    }
    return v_set(0);
  }
  DD d = row_depth(op, a, r);
  if (op == FA_SPARSEMAX) {
    V z = (d.hi - r->tau.hi) + (d.lo - r->tau.lo);
    M on = v_gt(z, v_set(0));
    t->sum = dd_add(t->sum, dd_where(on, d));
    t->count = t->count + v_where(on, v_set(1));
    return z;
  }
  DD z = row_height(d, r);
  M on = v_gt(z.hi, v_set(0));
  t->sum = dd_add(t->sum, dd_where(on, z));
  t->second = dd_add(t->second, dd_where(on, dd_sqr(z)));
  t->count = t->count + v_where(on, v_set(1));
  t->min = v_min(t->min, v_select(on, z.hi, v_set(INF)));
  return z.hi;
}
FA_INLINE Found found_plus(int op, Found a, Found b) {
  a.sum = dd_add(a.sum, b.sum);
  if (op == FA_ENTMAX15 || op == FA_ENTMAX15_BACKWARD) a.second = dd_add(a.second, b.second);
  a.count = a.count + b.count;
  a.min = v_min(a.min, b.min);
  return a;
}
FA_INLINE Found found_swap(Found f, int k) {
  return (Found){{v_swap(f.sum.hi, k), v_swap(f.sum.lo, k)},
                 {v_swap(f.second.hi, k), v_swap(f.second.lo, k)},
                 v_swap(f.count, k),
                 v_swap(f.min, k)};
}

/* The chunks with elements that may be in the support */
FA_INLINE void list_near(int op, View *v, const Level *level) {
  size_t kept = 0;
  const T lowest = (op == FA_ENTMAX15 ? 2 : 1) * (T)-1.01;
  for (size_t k = 0; k < v->chunks; k++) {
    const T *p = chunk_at(v, is_sparse_gradient(op) ? FA_B : FA_A, k);
    size_t size = chunk_size(v, k);
    V top = v_set(-INF);
    for (size_t i = 0; i < PARTS; i++) {
      V x = chunk_load(p, i, size, -INF);
      if (is_sparse_gradient(op))
        top = v_max(v_select(v_nan(x, x), v_set(1), x), top);
      else
        top = v_max(x - level[v->lines ? i : 0].max, top);
    }
    view_list(v, &kept, k, v_gt(top, v_set(is_sparse_gradient(op) ? 0 : lowest)));
  }
  view_kept(v, kept);
}
/* The sums of a block: of the chunks from the j-th visited one on that come before `end`. Returns the next one. */
FA_INLINE size_t block_sums(int op, View *v, const Level *level, size_t j, size_t end, size_t n, size_t *listed,
                            Found *found) {
  Found t[PARTS][LANES];
  size_t kept = *listed, totals = v->lines ? LANES : 1;
  for (size_t i = 0; i < PARTS; i++)
    for (size_t l = 0; l < totals; l++)
      t[i][l] = (Found){{v_set(0), v_set(0)}, {v_set(0), v_set(0)}, v_set(0), v_set(INF)};
  for (size_t k; j < n && (k = v->all ? j : v->list[j]) < end; j++) {
    size_t size = chunk_size(v, k);
    const T *a = chunk_at(v, FA_A, k), *b = chunk_at(v, FA_B, k);
    V top = v_set(-INF);
    for (size_t i = 0; i < PARTS; i++) {
      V x = chunk_load(a, i, size, -INF), y = is_sparse_gradient(op) ? chunk_load(b, i, size, 0) : x;
      top = v_max(found_add(op, x, y, &level[v->lines ? i : 0], &t[i][v->lines ? k % LANES : 0]), top);
    }
    view_list(v, &kept, k, v_gt(top, v_set(-SLACK)));
  }
  *listed = kept;
  if (v->lines) {
    for (size_t i = 0; i < PARTS; i++) {
      for (size_t m = LANES / 2; m > 0; m /= 2)
        for (size_t l = 0; l < m; l++) t[i][l] = found_plus(op, t[i][l], t[i][l + m]);
      found[i] = t[i][0];
    }
  } else {
    for (size_t m = PARTS / 2; m > 0; m /= 2)
      for (size_t i = 0; i < m; i++) t[i][0] = found_plus(op, t[i][0], t[i + m][0]);
    found[0] = t[0][0];
#pragma GCC unroll 4
    for (int k = VN / 2; k > 0; k /= 2) found[0] = found_plus(op, found[0], found_swap(found[0], k));
  }
  return j;
}
/* The sums of each row, at its tau */
FA_INLINE void find_sums(int op, View *v, const Level *level, Whole *found) {
  size_t n = v->all ? v->chunks : v->listed, block = v->lines ? SPARSE_BLOCK : SPARSE_BLOCK / LANES, kept = 0, j = 0;
  const DD zero = {v_set(0), v_set(0)};
  for (size_t i = 0; i < view_levels(v); i++) found[i] = (Whole){zero, zero, zero, v_set(INF)};
  while (j < n) {
    Found part[PARTS];
    j = block_sums(op, v, level, j, ((v->all ? j : v->list[j]) / block + 1) * block, n, &kept, part);
    for (size_t i = 0; i < view_levels(v); i++) {
      Whole *w = &found[i];
      w->sum = dd_add(w->sum, part[i].sum);
      w->second = dd_add(w->second, part[i].second);
      w->count = dd_add(w->count, (DD){part[i].count, v_set(0)});
      w->min = v_min(w->min, part[i].min);
    }
  }
  view_kept(v, kept);
  for (size_t i = 0; i < view_levels(v); i++) {
    found[i].sum = two_sum(found[i].sum.hi, found[i].sum.lo);
    found[i].second = two_sum(found[i].second.hi, found[i].second.lo);
  }
}

/* ------------------------------------------------------------------------------------------ one step */

/* (sum - 1) / count, until the support does not change. */
FA_INLINE void sparsemax_step(Level *r, const Whole *f) {
  M fewer = v_lt((f->count.hi - r->count.hi) + (f->count.lo - r->count.lo), v_set(0));
  DD tau = dd_div(dd_add(f->sum, (DD){v_set(-1), v_set(0)}), f->count);
  r->tau = (DD){v_select(fewer, tau.hi, r->tau.hi), v_select(fewer, tau.lo, r->tau.lo)};
  r->count = (DD){v_select(fewer, f->count.hi, r->count.hi), v_select(fewer, f->count.lo, r->count.lo)};
  r->running = v_where(fewer, r->running);
}
/* sum (z - t)^2 = 1 on the support where its root t leaves all of it, else Newton's step for the norm: the last step is so
 * small beside the mean z that its rounding does not show. */
FA_INLINE void entmax15_step(Level *r, const Whole *f) {
  V excess = (f->second.hi - 1) + f->second.lo, b = f->sum.hi, norm = v_sqrt(f->second.hi);
  V exact = excess / (b + v_sqrt(v_fnma(f->count.hi, excess, b * b))), newton = norm * excess / ((norm + 1) * b);
  M keeps = v_lt(exact, f->min), going = v_gt(r->running, v_set(0));
  V t = v_select(keeps, exact, newton);
  V small = v_select(keeps, v_set(SLACK), v_set(SLACK * SLACK));
  DD tau = dd_add(r->tau, (DD){t, v_set(0)});
  tau = two_sum(tau.hi, tau.lo);
  r->tau = (DD){v_select(going, tau.hi, r->tau.hi), v_select(going, tau.lo, r->tau.lo)};
  r->running = v_where(v_gt(v_abs(t) * f->count.hi, small * b), r->running);
}
/* Newton's iteration for all lanes; one that is done does not change any more. */
FA_INLINE void find_tau(int op, View *v, Level *level) {
  V running = v_set(1);
  for (int step = 0; step < 8 * FA_REAL && v_any(v_gt(running, v_set(0))); step++) {
    Whole found[PARTS];
    find_sums(op, v, level, found);
    running = v_set(0);
    for (size_t i = 0; i < view_levels(v); i++) {
      if (op == FA_SPARSEMAX)
        sparsemax_step(&level[i], &found[i]);
      else
        entmax15_step(&level[i], &found[i]);
      running = running + level[i].running;
    }
  }
}

/* ------------------------------------------------------------------------------------------ the results */

FA_INLINE V sparse_value(int op, V a, V b, const Level *r) {
  if (is_sparse_gradient(op)) {
    V y = (a - r->tau.hi) - r->tau.lo;
    if (op == FA_ENTMAX15_BACKWARD) y = v_sqrt(b) * y;
    return v_select(v_nan(b, b), b, v_where(v_gt(b, v_set(0)), y));
  }
  DD z = row_height(row_depth(op, a, r), r);
  M on = v_gt(z.hi, v_set(0));
  if (op == FA_ENTMAX15) z = dd_sqr(z);
  return v_where(on, z.hi + z.lo) + r->fill;
}
FA_INLINE void sparse_finish(int op, const View *v, const Level *level) {
  size_t k = 0, n = v->all ? v->chunks : v->listed;
  for (size_t j = 0; j <= n; j++) {
    size_t next = j == n ? v->chunks : v->all ? j : v->list[j];
    for (; k < next; k++)
      for (size_t i = 0; i < PARTS; i++)
        chunk_store(chunk_at(v, FA_OUT, k), i, chunk_size(v, k), level[v->lines ? i : 0].fill);
    if (j == n) return;
    const T *a = chunk_at(v, FA_A, k), *b = chunk_at(v, FA_B, k);
    T *out = chunk_at(v, FA_OUT, k);
    size_t size = chunk_size(v, k++);
    for (size_t i = 0; i < PARTS; i++) {
      V x = chunk_load(a, i, size, -INF), y = is_sparse_gradient(op) ? chunk_load(b, i, size, 0) : x;
      chunk_store(out, i, size, sparse_value(op, x, y, &level[v->lines ? i : 0]));
    }
  }
}

/* 1 at the first of the largest. Of one row the lanes come one after the other, there where a chunk has it. */
FA_INLINE void hardmax_finish(const View *v, const Level *level) {
  V found[PARTS];
  for (size_t i = 0; i < PARTS; i++) found[i] = v_set(0);
  int done = 0;
  for (size_t k = 0; k < v->chunks; k++) {
    const T *a = chunk_at(v, FA_A, k);
    T *out = chunk_at(v, FA_OUT, k);
    size_t size = chunk_size(v, k);
    for (size_t i = 0; i < PARTS; i++) {
      const Level *r = &level[v->lines ? i : 0];
      V x = chunk_load(a, i, size, -INF), max = r->max;
      V y = v_select(v_lt(x, max), v_set(0), 1 - found[i]);
      if (v->lines)
        found[i] = found[i] + y;
      else if (v_any(v_gt(y, v_set(0)))) {
        T lane[VN];
        v_store(lane, y);
        for (int l = 0; l < VN; l++) lane[l] = lane[l] > 0 && !done ? (done = 1, (T)1) : 0;
        for (size_t l = 0; l < PARTS; l++) found[l] = v_set(1);
        y = v_load(lane);
      }
      chunk_store(out, i, size, v_select(v_nan(max, max), max, y));
    }
  }
}

/* ------------------------------------------------------------------------------------------ the loops */

/* Is a row of them NaN? */
FA_INLINE int sparse_strip(int op, const Strip *s, size_t column, int lines) {
  View v = view_columns(s, column, lines);
  Level level[PARTS];
  if (op == FA_HARDMAX) {
    find_max(&v, level);
    hardmax_finish(&v, level);
    return 0;
  }
  V odd = v_set(0);
  if (is_sparse_gradient(op)) {
    Whole found[PARTS];
    list_near(op, &v, level);
    find_sums(op, &v, level, found);
    for (size_t i = 0; i < view_levels(&v); i++) {
      level[i].fill = v_set(0);
      level[i].tau = dd_div(found[i].sum, op == FA_SPARSEMAX_BACKWARD ? found[i].count : found[i].second);
    }
  } else {
    find_max(&v, level);
    list_near(op, &v, level);
    find_tau(op, &v, level);
    for (size_t i = 0; i < view_levels(&v); i++) odd = odd + level[i].fill;
  }
  sparse_finish(op, &v, level);
  return v_any(v_nan(odd, odd));
}
/* Tried, not faster: the columns of lines that are far apart copied together first (sparsemax of 1024 x 1024 along axis 0,
 * float: 1.45 for 1.56 ns with 64 KB; 0.79 with 256 KB, more than the stack of some threads has; elsewhere 0.1 to 0.4 ns
 * slower); totals that no line is for left out of the tree (no difference, or 10 to 20 % slower). */
FA_INLINE void sparse_strips(int op, const fa_rows *rows, int lines) {
  for (size_t i = 0; i < rows->count; i++) {
    Strip s = strip_number(rows, i, 1);
    fa_rows read;
    int odd = 0;
    if (s.where) strip_mask(&s, FA_A, -INF, 0, s.length, lines);
    Strip t = strip_read(&s, 1, &read);
    for (size_t column = 0; column < s.columns; column += LANES) odd |= sparse_strip(op, &t, column, lines);
    if (s.where && odd) strip_mask(&s, FA_OUT, 0, 0, s.length, lines);
  }
}
#define SPARSE(symbol, op)                                                                                             \
  static __attribute__((noinline)) void symbol##_row(const fa_rows *rows) { sparse_strips(op, rows, 0); }              \
  static __attribute__((noinline)) void symbol##_lines(const fa_rows *rows) { sparse_strips(op, rows, 1); }
SPARSE(hardmax, FA_HARDMAX)
SPARSE(sparsemax, FA_SPARSEMAX)
SPARSE(entmax15, FA_ENTMAX15)
SPARSE(sparsemax_backward, FA_SPARSEMAX_BACKWARD)
SPARSE(entmax15_backward, FA_ENTMAX15_BACKWARD)
#undef SPARSE

/* [function][lines] */
#define SPARSE(symbol) {symbol##_row, symbol##_lines}
static fa_rows_kernel *const sparse_kernels[FA_ROW_COUNT][2] = {
    [FA_HARDMAX] = SPARSE(hardmax),
    [FA_SPARSEMAX] = SPARSE(sparsemax),
    [FA_ENTMAX15] = SPARSE(entmax15),
    [FA_SPARSEMAX_BACKWARD] = SPARSE(sparsemax_backward),
    [FA_ENTMAX15_BACKWARD] = SPARSE(entmax15_backward),
};
#undef SPARSE
