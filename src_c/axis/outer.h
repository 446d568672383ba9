/* outer.h - reductions along an axis whose elements are apart in memory: a lane is a row, of rows side by side. */
#pragma once
#include "block.h"

FA_INLINE void lines_max(const Strip *s, size_t k, size_t end, V *max) {
  for (; k < end; k++) {
    const T *x = strip_at(s, FA_A, k);
    for (size_t c = 0, v = 0; c < s->columns; c += VN, v++)
      max[v] = v_max(row_signed(v_load_part(x + c, s->columns - c, s->by.pad), &s->by), max[v]);
  }
}
/* What lies `bytes` further will be needed; it need not be there. */
FA_INLINE void fetch(const T *p, ptrdiff_t bytes) {
  __builtin_prefetch((const void *)((uintptr_t)p + (uintptr_t)bytes));
}

/* Of one line, or of several, where a column is taken from each: apart from the strip, lest an address be worked out anew
 * for each vector. */
typedef struct {
  const T *a, *b;
  T *out;
} Line;
FA_INLINE Line line_at(const Strip *s, size_t k) {
  return (Line){strip_at(s, FA_A, k), strip_at(s, FA_B, k), strip_at(s, FA_OUT, k)};
}
FA_INLINE V line_term(int op, Line at, size_t c, size_t left, const Argument *by, Pass *pass, V *look) {
  V x = v_load_part(at.a + c, left, 0), y = x;
  if (sum_reads_b(op)) y = v_load_part(at.b + c, left, 0);
  V kept, t = row_term(op, x, y, by, pass, &kept);
  if (op == SUM_LOOK) *look = v_min(y, *look);
  if (sum_keeps(op)) v_store_part(at.out + c, kept, left);
  return t;
}
FA_INLINE Line line_next(Line at, const Strip *s) {
  const ptrdiff_t *step = s->rows->step;
  return (Line){(const T *)(const void *)((const char *)at.a + step[FA_A]),
                (const T *)(const void *)((const char *)at.b + step[FA_B]),
                (T *)(void *)((char *)at.out + step[FA_OUT])};
}
FA_INLINE DD few_column_sum(int op, const Strip *s, size_t k, size_t n, size_t c, const Argument *by, Pass *pass) {
  V total[4] = {v_set(0), v_set(0), v_set(0), v_set(0)}, look[2] = {v_set(INF), v_set(INF)};
  size_t left = s->columns - c;
  for (size_t i = 0; i < 4 && i < n; i++) {
    V t = line_term(op, line_at(s, k + i), c, left, by, pass, &look[0]);
    if (i + 8 < n) t = t + line_term(op, line_at(s, k + i + 8), c, left, by, pass, &look[0]);
    if (i + 4 < n) {
      V u = line_term(op, line_at(s, k + i + 4), c, left, by, pass, &look[1]);
      if (i + 12 < n) u = u + line_term(op, line_at(s, k + i + 12), c, left, by, pass, &look[1]);
      t = t + u;
    }
    total[i] = total[i] + t;
  }
  if (op == SUM_LOOK) pass->count = v_min(look[0], look[1]);
  DD sum = dd_add(two_sum(total[0], total[2]), two_sum(total[1], total[3]));
  return sum_settled(sum, op != SUM_DEFICIT);
}
/* The least b of one column, apart from the sum, which has addresses enough. */
FA_INLINE V column_min(const Strip *s, size_t k, size_t n, size_t c) {
  size_t left = s->columns - c;
  ptrdiff_t step = s->rows->step[FA_B];
  const char *b = (const char *)(strip_at(s, FA_B, k) + c);
  V min[2] = {v_set(INF), v_set(INF)};
  for (; n > 1; n -= 2, b += 2 * step) {
    min[0] = v_min(v_load_part((const T *)(const void *)b, left, 0), min[0]);
    min[1] = v_min(v_load_part((const T *)(const void *)(b + step), left, 0), min[1]);
  }
  if (n) min[0] = v_min(v_load_part((const T *)(const void *)b, left, 0), min[0]);
  return v_min(min[0], min[1]);
}
/* Of one group at most: what sum_lines makes of the trees, none of which has lost anything yet. */
FA_INLINE DD column_sum(int op, const Strip *s, size_t k, size_t n, size_t c, const Argument *by, Pass *pass) {
  V tree[LANES];
  DD total[LANES];
  int plain = op == SUM_LOOK ? SUM_A : op;
  size_t lines = size_min(LANES, n), left = s->columns - c;
  if (is_few(s)) return few_column_sum(op, s, k, n, c, by, pass);
  Line at[4];
#pragma GCC unroll 4
  for (size_t j = 0; j < 4; j++) at[j] = line_at(s, k + LANES * j);
  for (size_t i = 0; i < lines; i++) {
    V t = line_term(plain, at[0], c, left, by, pass, NULL);
    if (i + LANES < n) t = t + line_term(plain, at[1], c, left, by, pass, NULL);
    if (i + 2 * LANES < n) {
      V u = line_term(plain, at[2], c, left, by, pass, NULL);
      if (i + 3 * LANES < n) u = u + line_term(plain, at[3], c, left, by, pass, NULL);
      t = t + u;
    }
    tree[i] = t;
#pragma GCC unroll 4
    for (size_t j = 0; j < 4; j++) at[j] = line_next(at[j], s);
  }
  if (op == SUM_LOOK) pass->count = column_min(s, k, n, c);
  for (size_t i = 0; i < LANES / 2 && i < lines; i++)
    total[i] = i + LANES / 2 < lines ? two_sum(tree[i], tree[i + LANES / 2]) : (DD){tree[i], v_set(0)};
  for (size_t m = LANES / 4; m > 0; m /= 2)
    for (size_t i = 0; i < m && i + m < lines; i++) total[i] = dd_add(total[i], total[i + m]);
  total[0].hi = v_set(0) + total[0].hi; /* not -0 */
  return sum_settled(total[0], op != SUM_DEFICIT);
}
/* Lines k, k + LANES, ..., of which four or fewer are here; the first to be added, or more. */
FA_INLINE void lines_add(int op, const Strip *s, size_t k, size_t here, int first, const Argument *by, Pass *pass,
                         DD *total) {
  Line line[4];
  V look[4];
#pragma GCC unroll 4
  for (size_t j = 0; j < 4; j++) line[j] = line_at(s, k + (j < here ? LANES * j : 0)), look[j] = v_set(INF);
  for (size_t c = 0, v = 0; c < s->columns; c += VN, v++) {
    V t[4];
#pragma GCC unroll 4
    for (size_t j = 0; j < 4; j++) {
      if (!sum_positive(op) && op != SUM_DEFICIT) fetch(line[j].a + c, s->rows->step[FA_A]); /* of the next line */
      if (op == SUM_PRODUCT || op == SUM_LOOK) fetch(line[j].b + c, s->rows->step[FA_B]);
      t[j] = j < here ? line_term(op, line[j], c, s->columns - c, by, &pass[v], &look[j]) : v_set(0);
    }
    if (first)
      total[v] = (DD){v_set(0) + ((t[0] + t[1]) + (t[2] + t[3])), v_set(0)};
    else
      total[v] = sum_add(sum_positive(op), total[v], t);
  }
  if (op == SUM_LOOK) pass->count = min_of(look, pass->count); /* for all of them */
}
/* total: LANES times VECTORS, of which only those are used that have an element */
FA_INLINE void lines_sum(int op, const Strip *s, size_t k, size_t end, const Argument *by, Pass *pass, Stat *stat) {
  if (end - k <= GROUP) {
    for (size_t c = 0, v = 0; c < s->columns; c += VN, v++)
      stat[v].sum = column_sum(op, s, k, end - k, c, by, &pass[v]);
    return;
  }
  DD total[LANES][VECTORS];
  for (size_t i = 0; i < LANES; i++) lines_add(op, s, k + i, 4, 1, by, pass, total[i]);
  for (k += GROUP; k + GROUP <= end; k += GROUP)
    for (size_t i = 0; i < LANES; i++) lines_add(op, s, k + i, 4, 0, by, pass, total[i]);
  for (size_t i = 0; i < LANES && k + i < end; i++)
    lines_add(op, s, k + i, (end - k - i + LANES - 1) / LANES, 0, by, pass, total[i]);
  for (size_t n = LANES / 2; n > 0; n /= 2)
    for (size_t i = 0; i < n; i++)
      for (size_t c = 0, v = 0; c < s->columns; c += VN, v++) total[i][v] = dd_add(total[i][v], total[i + n][v]);
  for (size_t c = 0, v = 0; c < s->columns; c += VN, v++) stat[v].sum = sum_settled(total[0][v], op != SUM_DEFICIT);
}
