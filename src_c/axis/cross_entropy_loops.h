/* cross_entropy_loops.h - the loops of cross entropy: the largest elements and, without a gradient, the exponentials are found
 * as those of softmax are. */
#pragma once
#include "driver.h"

/* The label of a row, negative if that is to be ignored. */
FA_INLINE int64_t label_of(const Strip *s, size_t column) {
  int64_t label;
  memcpy(&label, s->label + (ptrdiff_t)column * s->rows->where_across, sizeof label);
  return label == s->rows->ignore ? -1 : label;
}
FA_INLINE int is_between(int64_t label, size_t k, size_t end) { return label >= (int64_t)k && label < (int64_t)end; }
/* The targets of elements k to end where there are labels: their sum, and what is missing to the largest element. */
FA_INLINE void label_targets(const Strip *s, size_t k, size_t end, int lines, const V *max, Target *target) {
  T mass[STRIP + VN], chosen[STRIP + VN]; /* one vector more, for a compiler that does not know how many there are */
  for (size_t c = 0; c < s->columns; c++) {
    int64_t label = label_of(s, c);
    int here = is_between(label, k, end);
    mass[c] = here ? 1 : 0;
    chosen[c] = here ? strip_at(s, FA_A, (size_t)label)[c] : 0;
  }
  for (size_t v = 0; v < vectors_of(s, lines); v++) {
    V here = of_columns(mass, s, v, lines), deficit = max[v] - of_columns(chosen, s, v, lines);
    target[v] = (Target){{here, v_set(0)}, {v_where(v_gt(here, v_set(0)), deficit), v_set(0)}};
  }
}
FA_INLINE void entropy_sum(const Strip *s, size_t u, int lines, const V *max, Stat *stat, Target *target) {
  size_t unit = s->unit, k = u * unit, end = size_min(k + unit, s->length), n = vectors_of(s, lines);
  Smoothing by = smoothing_of(s->rows->smoothing, s->rows->length);
  Pass pass[VECTORS];
  for (size_t v = 0; v < n; v++) pass[v] = stat_pass(max[v], &s->by);
  if (s->label) {
    label_targets(s, k, end, lines, max, target);
  } else {
    fa_rows rows = *s->rows;
    Strip t = *s;
    t.rows = &rows, t.data[FA_A] = s->data[FA_B], rows.step[FA_A] = rows.step[FA_B];
    add_terms(SUM_A, &t, k, end, lines, pass, stat);
    for (size_t v = 0; v < n; v++) target[v].mass = stat[v].sum;
  }
  if (!s->label || s->rows->smoothing > 0) {
    for (size_t v = 0; v < n; v++)
      target[v].mass = dd_add(dd_mul_d(target[v].mass, by.kept), (DD){by.share * (T)(end - k), v_set(0)});
    Strip t = *s;
    t.by.kept = s->label ? v_set(0) : by.kept, t.by.share = by.share;
    add_terms(SUM_DEFICIT, &t, k, end, lines, pass, stat);
    for (size_t v = 0; v < n; v++)
      target[v].loss = s->label ? dd_add(dd_mul_d(target[v].loss, by.kept), stat[v].sum) : stat[v].sum;
  }
  if (s->rows->function == FA_CROSS_ENTROPY) {
    sum_of_rest(lines, 1)(s, u, max, stat, NULL);
    return;
  }
  add_terms(SUM_BOTH, s, k, end, lines, pass, stat); /* writes out, which may be a */
  for (size_t v = 0; v < n; v++) stat[v].max = max[v], stat[v].count = pass[v].count;
}
/* The losses, and what their gradients need to know; a lane is a row. */
static __attribute__((noinline)) V entropy_results(const fa_rows *r, const Argument *argument, V counts,
                                                   const Stat *total, const Target *target, Finish *f) {
  Smoothing by = smoothing_of(r->smoothing, r->length);
  M some = v_gt(counts, v_set(0));
  Stat stat = entropy_stat(total);
  Target t = target_where(some, target);
  Relative relative = stat_relative(&stat, argument);
  V scale = v_set((T)r->scale);
  DD last = dd_mul_d(dd_mul(relative_inverse(&relative), t.mass), scale);
  f->last = (DD){v_where(some, last.hi), v_where(some, last.lo)};
  f->by.kept = by.kept * scale;
  f->by.share = v_where(some, by.share * scale);
  return cross_entropy(&stat, &relative, &t);
}
FA_INLINE T counts_of(const Strip *s, size_t column) { return s->label && label_of(s, column) < 0 ? 0 : 1; }
FA_INLINE void entropy_write(const Strip *s, size_t k, size_t end, int lines, const Finish *f) {
  if (s->rows->function == FA_CROSS_ENTROPY) return;
  if (s->label)
    finish(FINISH_LABELS, 1, 1, 0, s, k, end, lines, f);
  else
    finish(FINISH_TARGETS, 1, 1, 0, s, k, end, lines, f);
  V taken = smoothing_of(s->rows->smoothing, s->rows->length).kept * s->by.scale;
  for (size_t c = 0; s->label && c < s->columns; c++) {
    int64_t label = label_of(s, c);
    if (!is_between(label, k, end)) continue;
    T *at = strip_at(s, FA_OUT, (size_t)label) + c;
    v_store_n(at, v_load_n(at, 1) - taken, 1);
  }
}
static __attribute__((noinline)) void row_write(const Strip *s, size_t k, size_t end, const Finish *f) {
  entropy_write(s, k, end, 0, f);
}
static void cross_entropy_row_sum(const Strip *s, size_t u, const V *max, Stat *stat, Target *target) {
  entropy_sum(s, u, 0, max, stat, target);
}
static void cross_entropy_row_finish(const Strip *s, size_t first, size_t last, const Stat *total,
                                     const Target *target) {
  Finish f;
  V loss = entropy_results(s->rows, &s->by, v_set(counts_of(s, 0)), total, target, &f);
  if (first == 0) v_store_n((T *)(void *)s->data[FA_RESULT], loss, 1);
  row_write(s, first * s->unit, size_min(last * s->unit, s->length), &f);
}
static void cross_entropy_lines_sum(const Strip *s, size_t u, const V *max, Stat *stat, Target *target) {
  entropy_sum(s, u, 1, max, stat, target);
}
static void cross_entropy_lines_finish(const Strip *s, size_t first, size_t last, const Stat *total,
                                       const Target *target) {
  Finish f[VECTORS];
  T counts[STRIP], *loss = (T *)(void *)s->data[FA_RESULT];
  (void)first, (void)last;
  for (size_t c = 0; c < s->columns; c++) counts[c] = counts_of(s, c);
  for (size_t c = 0, v = 0; c < s->columns; c += VN, v++) {
    V some = v_load_part(counts + c, s->columns - c, 0);
    v_store_part(loss + c, entropy_results(s->rows, &s->by, some, &total[v], &target[v], &f[v]), s->columns - c);
  }
  entropy_write(s, 0, s->length, 1, f);
}
/* Short rows, VN at a time: their results come together. Of long ones each is hidden behind the sums of the next. */
enum { SHORT_ROW = 1024 };
FA_INLINE int is_short(const fa_rows *r) { return r->length * sizeof(T) <= SHORT_ROW; }
static void cross_entropy_rows(const fa_rows *rows) {
  Strip s = strip_any(rows, 1);
  for (size_t i = 0, n; i < rows->count; i += n) {
    union { /* with a lane for each row */
      T lane[9][VN];
      struct {
        Stat total;
        Target target;
        V counts;
      } of;
    } known = {{{0}}};
    V max[VN];
    n = size_min(VN, rows->count - i);
    for (size_t j = 0; j < n; j++) {
      strip_to(&s, i + j);
      softmax_row_max(&s, 0, 1, &max[j]);
    }
    for (size_t j = 0; j < n; j++) {
      Stat r;
      Target t;
      strip_to(&s, i + j);
      cross_entropy_row_sum(&s, 0, &max[j], &r, &t);
      const V value[9] = {
          r.max, r.sum.hi, r.sum.lo, r.count, t.mass.hi, t.mass.lo, t.loss.hi, t.loss.lo, v_set(counts_of(&s, 0))};
      for (size_t k = 0; k < 9; k++) v_store_n(&known.lane[k][j], value[k], 1);
    }
    Finish f;
    T loss[VN], last[2][VN], share[VN];
    v_store(loss, entropy_results(rows, &s.by, known.of.counts, &known.of.total, &known.of.target, &f));
    v_store(last[0], f.last.hi), v_store(last[1], f.last.lo), v_store(share, f.by.share);
    for (size_t j = 0; j < n; j++) {
      strip_to(&s, i + j);
      *(T *)(void *)s.data[FA_RESULT] = loss[j];
      f.last = (DD){v_set(last[0][j]), v_set(last[1][j])};
      f.by.share = v_set(share[j]);
      row_write(&s, 0, s.length, &f);
    }
  }
}
static const Phases cross_entropy_row = {
    FA_CROSS_ENTROPY, 0, 1, softmax_row_max, cross_entropy_row_sum, cross_entropy_row_finish, cross_entropy_rows};
static const Phases cross_entropy_lines = {
    FA_CROSS_ENTROPY, 1, 1, softmax_lines_max, cross_entropy_lines_sum, cross_entropy_lines_finish, NULL};
