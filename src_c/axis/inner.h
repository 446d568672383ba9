/* inner.h - reductions along an axis whose elements are neighbours in memory: a lane is an element of one row. */
#pragma once
#include "block.h"

FA_INLINE V row_max(const T *x, size_t n, V max, const Argument *by) {
  V m[4] = {max, max, max, max};
  size_t k = 0;
  for (; k + 4 * VN <= n; k += 4 * VN)
#pragma GCC unroll 4
    for (size_t j = 0; j < 4; j++) m[j] = v_max(row_signed(v_load(x + k + j * VN), by), m[j]);
  for (; k < n; k += VN) m[0] = v_max(row_signed(v_load_part(x + k, n - k, by->pad), by), m[0]);
  return max_of_lanes(v_max(v_max(m[0], m[1]), v_max(m[2], m[3])));
}
/* left: elements from here on; GROUP or more is known when compiled in the loop over whole groups */
FA_INLINE void row_group(int op, const T *a, const T *b, T *out, size_t left, T pad, const Argument *by, Pass *pass,
                         DD total[PARTS]) {
  for (size_t i = 0; i < PARTS; i++) {
    V t[4], look[4];
#pragma GCC unroll 4
    for (size_t j = 0; j < 4; j++) {
      size_t at = LANES * j + VN * i;
      t[j] = v_set(0), look[j] = v_set(INF);
      if (at >= left) continue;
      V x = v_load_part(a + at, left - at, pad), y = sum_reads_b(op) ? v_load_part(b + at, left - at, 0) : x;
      V kept;
      t[j] = row_term(op, x, y, by, pass, &kept), look[j] = y;
      if (sum_keeps(op)) v_store_part(out + at, kept, left - at);
    }
    if (op == SUM_LOOK) pass->count = min_of(look, pass->count);
    total[i] = sum_add(sum_positive(op), total[i], t);
  }
}
FA_INLINE DD few_row_sum(int op, const T *a, const T *b, T *out, size_t n, T pad, const Argument *by, Pass *pass) {
  V t[FEW / VN];
#pragma GCC unroll 8
  for (size_t i = 0; i < FEW / VN; i++) {
    size_t at = VN * i;
    t[i] = v_set(0);
    if (at >= n) continue;
    V x = v_load_part(a + at, n - at, pad), y = sum_reads_b(op) ? v_load_part(b + at, n - at, 0) : x, kept;
    t[i] = row_term(op, x, y, by, pass, &kept);
    if (op == SUM_LOOK) pass->count = v_min(y, pass->count);
    if (sum_keeps(op)) v_store_part(out + at, kept, n - at);
  }
  if (sum_counts(op)) pass->count = add_lanes(pass->count);
  return sum_few(t, op != SUM_DEFICIT);
}
FA_INLINE DD row_sum(int op, const T *a, const T *b, T *out, size_t n, T pad, const Argument *by, Pass *pass) {
  DD total[PARTS];
  for (size_t i = 0; i < PARTS; i++) total[i] = (DD){v_set(0), v_set(0)};
  size_t k = 0;
  if (sum_positive(op) && !v_any(v_ne(pass->shift, v_set(0))) && !v_any(v_ne(pass->origin, v_set(0)))) {
    Pass near = *pass;
    near.shift = near.origin = v_set(0);
    for (; k + GROUP <= n; k += GROUP) row_group(op, a + k, b + k, out + k, GROUP, pad, by, &near, total);
    pass->count = near.count;
  }
  for (; k + GROUP <= n; k += GROUP) row_group(op, a + k, b + k, out + k, GROUP, pad, by, pass, total);
  if (k < n) row_group(op, a + k, b + k, out + k, n - k, pad, by, pass, total);
  if (sum_counts(op)) pass->count = add_lanes(pass->count);
  return sum_lanes(total, op != SUM_DEFICIT);
}
