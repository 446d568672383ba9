/* driver.h - from a pass over a row to a function: phases that take units of a row in any order, on one thread or several,
 * and what the table of them holds. */
#pragma once
#include "cross_entropy.h"
#include "inner.h"
#include "outer.h"

/* `lines`, 0 for one row: rows side by side, or one vector of those that have FEW elements at most */
enum { LINES = 1, FEW_LINES };

FA_INLINE void add_max(const Strip *s, size_t k, size_t end, int lines, V *max) {
  if (lines)
    lines_max(s, k, end, max);
  else
    max[0] = row_max(strip_at(s, FA_A, k), end - k, max[0], &s->by);
}
FA_INLINE void add_terms(int op, const Strip *s, size_t k, size_t end, int lines, Pass *pass, Stat *stat) {
  T pad = sum_positive(op) ? s->by.pad : 0;
  if (op == SUM_DEFICIT) v_store_n(&pad, pass->max, 1);
  const T *a = strip_at(s, FA_A, k), *b = strip_at(s, FA_B, k);
  T *out = strip_at(s, FA_OUT, k);
  const Argument by = s->by; /* a copy, which no element that is written can be part of */
  if (lines == FEW_LINES)
    stat->sum = few_column_sum(op, s, k, end - k, 0, &by, pass);
  else if (lines)
    lines_sum(op, s, k, end, &by, pass, stat);
  else if (is_few(s))
    stat->sum = few_row_sum(op, a, b, out, end - k, pad, &by, pass);
  else
    stat->sum = row_sum(op, a, b, out, end - k, pad, &by, pass);
}

/* What is known for each row, as the lanes want it. */
FA_INLINE V of_columns(const T *value, const Strip *s, size_t v, int lines) {
  return lines ? v_load_part(value + v * VN, s->columns - v * VN, 0) : v_set(*value);
}

enum { FINISH_LABELS = FA_CROSS_ENTROPY, FINISH_TARGETS = FA_CROSS_ENTROPY_GRADIENT }; /* the gradient */
/* Gradients that do not look first at what a mask left out: of lines, where each y would be read from far twice, those that
 * notice it when they are written, and those of strips of which something is known to be left out. */
enum { LOG_SOFTMAX_BACKWARD_AFTER = FA_ROW_COUNT, SOFTMAX_BACKWARD_MASKED, LOG_SOFTMAX_BACKWARD_MASKED };
FA_INLINE int is_masked(int op) { return op >= SOFTMAX_BACKWARD_MASKED; }
FA_INLINE int looks_first(int op) { return op == FA_SOFTMAX_BACKWARD || op == FA_LOG_SOFTMAX_BACKWARD; }
FA_INLINE int is_backward(int op) { return looks_first(op) || op >= LOG_SOFTMAX_BACKWARD_AFTER; }
FA_INLINE V gradient_value(int op, int lifted, V a, V b, const Finish *f) {
  if (op == SOFTMAX_BACKWARD_MASKED) { /* rows beside a masked one keep their signed zeros */
    V d = softmax_gradient(lifted, a, b, f);
    return v_select(m_and(v_nan(d, d), v_le(v_abs(b), v_set(0))), v_set(0), d);
  }
  if (op == LOG_SOFTMAX_BACKWARD_MASKED) return v_where(v_ne(b, v_set(-INF)), log_softmax_gradient(lifted, 1, a, b, f));
  return op == FA_SOFTMAX_BACKWARD ? softmax_gradient(lifted, a, b, f) : log_softmax_gradient(lifted, 0, a, b, f);
}
FA_INLINE V finish_value(int op, int kept, int plain, int lifted, V a, V b, const Finish *f) {
  if (op == FA_SOFTMAX) return kept ? softmax_kept(a, f) : softmax_again(a, f);
  if (op == FA_LOGSUMEXP_BACKWARD) return f->scale * (kept ? softmax_kept(a, f) : softmax_again(a, f));
  if (op == FA_LOG_SOFTMAX) return log_softmax_value(a, f);
  if (op == FINISH_LABELS) return gradient_but_label(a, f);
  if (op == FINISH_TARGETS) return gradient_of_targets(a, b, f);
  V d = gradient_value(op, lifted, a, b, f);
  if (plain) return d;
  return f->scale * d;
}
/* Returns the least b if that is to be noticed. Of a gradient, what the next row needs is fetched meanwhile. */
FA_INLINE V finish_vectors(int op, int kept, int plain, int lifted, const Strip *s, size_t k, size_t n, const Finish *f,
                           int lines, V min) {
  int two = is_backward(op) || op == FINISH_TARGETS;
  const T *a = strip_at(s, kept ? FA_OUT : FA_A, k), *b = strip_at(s, two ? FA_B : FA_A, k);
  T *out = strip_at(s, FA_OUT, k);
  ptrdiff_t next_a = s->rows->next[FA_A], next_b = s->rows->next[FA_B];
  size_t c = 0;
  for (; c + VN <= n; c += VN, f += lines) {
    V y = v_load(b + c);
    if (op == FA_LOG_SOFTMAX_BACKWARD && !lines) fetch(a + c, next_a), fetch(b + c, next_b);
    if (op == LOG_SOFTMAX_BACKWARD_AFTER) min = v_min(y, min);
    v_store(out + c, finish_value(op, kept, plain, lifted, v_load(a + c), y, f));
  }
  if (c < n) {
    V y = v_load_n(b + c, n - c);
    if (op == LOG_SOFTMAX_BACKWARD_AFTER) min = v_min(y, min);
    v_store_n(out + c, finish_value(op, kept, plain, lifted, v_load_n(a + c, n - c), y, f), n - c);
  }
  return min;
}
FA_INLINE V finish(int op, int kept, int plain, int lifted, const Strip *s, size_t k, size_t end, int lines,
                   const Finish *f) {
  V min = v_set(INF);
  if (!lines) return finish_vectors(op, kept, plain, lifted, s, k, end - k, f, 0, min);
  for (; k < end; k++) min = finish_vectors(op, kept, plain, lifted, s, k, s->columns, f, 1, min);
  return min;
}

/* --- phases: each of them on the units of a row in any order, or on all of them --- */

FA_INLINE int is_softmax(int op) { return op == FA_SOFTMAX || op == FA_LOGSUMEXP_BACKWARD; }
FA_INLINE int keeps(int op, const Strip *s) { return is_softmax(op) && !s->longer; }
FA_INLINE size_t vectors_of(const Strip *s, int lines) {
  return lines == LINES && VECTORS > 1 ? (s->columns + VN - 1) / VN : 1;
}

/* What is read is what the mask has left. */
FA_INLINE Strip strip_read(const Strip *s, int plain, fa_rows *rows) {
  Strip t = *s;
  t.by.plain = plain;
  if (!s->where) return t;
  *rows = *s->rows;
  rows->step[FA_A] = rows->step[FA_OUT];
  t.rows = rows;
  t.data[FA_A] = t.data[FA_OUT];
  return t;
}
/* The largest elements of units first to last, unless each has its own. */
FA_INLINE void phase_max(int op, const Strip *s, size_t first, size_t last, int lines, int plain, V *max) {
  size_t unit = s->unit, k = first * unit, end = size_min(last * unit, s->length);
  for (size_t v = 0; v < vectors_of(s, lines); v++) max[v] = v_set(-INF);
  if (is_backward(op)) return;
  if (s->where) strip_mask(s, FA_A, s->by.pad, k, end, lines); /* from now on read from out */
  fa_rows rows;
  Strip t = strip_read(s, plain, &rows);
  if (!s->longer) add_max(&t, k, end, lines, max);
}
/* PLAIN_SUM or more, or NaN, where a gradient has to look at what a mask left out, or a g - sum(...) could overflow: then 0
 * times it is not 0. Only log_softmax reads y for this: an infinite or NaN g y is seen in the sum. Of a row some lane says
 * it. Where no y is below EXP_MIN, none has to be limited. */
FA_INLINE V gradient_doubt(int op, V sum, V min) {
  if (is_masked(op)) return v_set(INF);
  if (op == FA_SOFTMAX_BACKWARD) return v_abs(sum);
  return v_where(v_lt(min, v_set(EXP_MIN)), v_set(INF));
}
FA_INLINE int in_doubt(V doubt) { return !v_all(v_lt(doubt, v_set(PLAIN_SUM))); }
FA_INLINE int gradient_sum(int op) {
  if (is_masked(op)) return op == SOFTMAX_BACKWARD_MASKED ? SUM_PRESENT : SUM_SEEN;
  if (op == LOG_SOFTMAX_BACKWARD_AFTER) return SUM_A;
  return op == FA_SOFTMAX_BACKWARD ? SUM_PRODUCT : SUM_LOOK;
}
/* The sum of one unit; for a softmax, of one that is kept. Of a gradient count says whether it has to be looked at. */
FA_INLINE void phase_sum(int op, const Strip *s, size_t u, int lines, int plain, const V *max, Stat *stat) {
  size_t unit = s->unit, k = u * unit, end = size_min(k + unit, s->length), n = vectors_of(s, lines);
  fa_rows rows;
  Strip t = strip_read(s, plain, &rows);
  Pass pass[VECTORS];
  if (is_backward(op)) {
    for (size_t v = 0; v < n; v++) pass[v].count = v_set(INF), stat[v].max = v_set(0);
    add_terms(gradient_sum(op), &t, k, end, lines, pass, stat);
    for (size_t v = 0; v < n; v++) stat[v].count = gradient_doubt(op, stat[v].sum.hi, pass[v].count);
    return;
  }
  V own[VECTORS];
  for (size_t v = 0; v < n; v++) own[v] = max[v];
  if (!is_softmax(op) && s->longer) add_max(&t, k, end, lines, own);
  for (size_t v = 0; v < n; v++) pass[v] = stat_pass(own[v], &t.by);
  add_terms(is_softmax(op) ? SUM_EXP : SUM_REST, &t, k, end, lines, pass, stat);
  for (size_t v = 0; v < n; v++) stat[v].max = own[v], stat[v].count = pass[v].count;
}
/* Has one of the rows to be looked at? */
FA_INLINE int strip_in_doubt(const Strip *s, const Stat *stat, int lines) {
  V doubt = stat[0].count;
  for (size_t v = 1; v < vectors_of(s, lines); v++) doubt = doubt + stat[v].count;
  return in_doubt(doubt);
}
FA_INLINE T unseen_result(int op) { return op == FA_LOG_SOFTMAX ? -INF : 0; }
static void strip_again(const Strip *s);
FA_INLINE void phase_finish(int op, int kept, const Strip *s, size_t first, size_t last, int lines, int plain,
                            const Stat *total) {
  size_t unit = s->unit, k = first * unit, end = size_min(last * unit, s->length), n = vectors_of(s, lines);
  fa_rows rows;
  Strip t = strip_read(s, plain, &rows);
  Finish f[VECTORS];
  int lifted = is_backward(op) && !plain && !v_any(v_lt(v_abs(t.by.sign * t.by.scale), v_set(2)));
  for (size_t v = 0; v < n; v++) {
    if (op == FA_LOGSUMEXP) {
      T *result = (T *)(void *)s->data[FA_RESULT] + v * VN;
      if (first == 0) v_store_part(result, stat_logsumexp(&total[v], &t.by), s->columns - v * VN);
      continue;
    }
    if (is_backward(op)) {
      f[v].last.hi = total[v].sum.hi + total[v].sum.lo;
      f[v].scale = t.by.sign * t.by.scale;
      if (lifted) lift_gradient(&f[v]);
    } else if (kept) {
      f[v].last = stat_inverse(&total[v], 0, &t.by);
    } else {
      f[v].by = t.by;
      f[v].pass = stat_pass(total[v].max, &t.by);
      f[v].max = stat_max(&total[v], &t.by);
      f[v].max.hi = v_max(v_set(-FINITE), f[v].max.hi);
      f[v].last = op == FA_LOG_SOFTMAX ? stat_log(&total[v], &t.by) : stat_inverse(&total[v], 1, &t.by);
    }
    if (op == FA_LOGSUMEXP_BACKWARD) f[v].scale = of_columns((const T *)(const void *)s->data[FA_RESULT], s, v, lines);
  }
  if (op == FA_LOGSUMEXP) return;
  V min = lifted ? finish(op, kept, plain, 1, &t, k, end, lines, f) : finish(op, kept, plain, 0, &t, k, end, lines, f);
  if (op == LOG_SOFTMAX_BACKWARD_AFTER && v_any(v_lt(min, v_set(EXP_MIN)))) strip_again(s);
  if (last == strip_units(s)) /* what causal rows do not see */
    for (size_t i = s->length; i < s->rows->length; i++) *strip_at(s, FA_OUT, i) = unseen_result(op);
}

/* Rows that stay in a cache, without a mask: the phases without a call between them. */
FA_INLINE Strip cached_row(Strip any, size_t i) {
  Strip s = strip_move(any, i);
  s.longer = 0;
  s.where = NULL;
  return s;
}
/* From row i on; returns the first gradient that has to look at what a mask left out, which is not begun. */
FA_INLINE size_t cached_rows_from(size_t i, int op, int plain, const fa_rows *rows) {
  Strip any = strip_any(rows, plain), s = cached_row(any, i), next = s;
  V max;
  Stat total, unit;
  phase_max(op, &s, 0, strip_units(&s), 0, plain, &max);
  for (; i < rows->count; i++, s = next) {
    size_t units = strip_units(&s);
    for (size_t u = 0; u < units; u++) {
      phase_sum(op, &s, u, 0, plain, &max, &unit);
      total = u ? stat_add(&total, &unit) : unit;
    }
    if (i + 1 < rows->count) { /* here, because it does not wait for the sum */
      next = cached_row(any, i + 1);
      phase_max(op, &next, 0, strip_units(&next), 0, plain, &max);
    }
    if (looks_first(op) && in_doubt(total.count)) break;
    phase_finish(op, is_softmax(op), &s, 0, units, 0, plain, &total);
  }
  return i;
}

/* The results of units of what a mask left out, where something in the row that is not finite has made NaN of them. Not
 * within phase_finish, which would keep the strips of cached_rows in memory: rows of 10 elements took three times as long. */
static __attribute__((noinline)) void strip_left_out(int op, const Strip *s, size_t first, size_t last, int lines,
                                                     const Stat *total) {
  const fa_rows *r = s->rows;
  size_t unit = s->unit, k = first * unit, end = size_min(last * unit, s->length);
  for (size_t v = 0; v < vectors_of(s, lines); v++) {
    T odd[VN];
    V sum = total[v].sum.hi, max = total[v].max, zero = (sum - sum) + (max - max);
    if (op == FA_LOGSUMEXP_BACKWARD) {
      V scale = of_columns((const T *)(const void *)s->data[FA_RESULT], s, v, lines);
      zero = zero + (scale - scale);
    }
    v_store(odd, zero);
    if (!v_any(v_ne(zero, v_set(0)))) continue;
    size_t from = lines ? v * VN : k, to = lines ? size_min(from + VN, s->columns) : end;
    for (size_t i = lines ? k : 0; i < (lines ? end : 1); i++) {
      T *out = strip_at(s, FA_OUT, i);
      for (size_t c = from; c < to; c++) {
        ptrdiff_t at = (ptrdiff_t)i * r->where_step + (ptrdiff_t)c * (lines ? r->where_across : r->where_step);
        if (odd[lines ? c - from : 0] != 0 && !s->where[at]) out[c] = unseen_result(op);
      }
    }
  }
}

/* --- what the table holds --- */

/* A sum that leaves the largest elements out is compiled for log_softmax, and others call that. */
typedef void Sum(const Strip *s, size_t u, const V *max, Stat *stat, Target *target);
static Sum log_softmax_row_sum, log_softmax_lines_sum, log_softmax_scaled_row_sum, log_softmax_scaled_lines_sum;
FA_INLINE Sum *sum_of_rest(int lines, int plain) {
  if (lines) return plain ? log_softmax_lines_sum : log_softmax_scaled_lines_sum;
  return plain ? log_softmax_row_sum : log_softmax_scaled_row_sum;
}

/* One function, for one row or for lines, for a scale of 1 or for any: what is constant in its loops is known when it is
 * compiled. */
typedef struct {
  int op, lines, plain;
  void (*max)(const Strip *s, size_t first, size_t last, V *max);
  Sum *sum;
  void (*finish)(const Strip *s, size_t first, size_t last, const Stat *total, const Target *target);
  void (*cached_rows)(const fa_rows *rows);
} Phases;

/* The gradient of a strip, or of some columns of it, of which a mask left something out. */
static const Phases *phases_masked(int op, int lines);
static void strips_whole(const Phases *p, const fa_rows *rows);
static __attribute__((noinline)) void gradient_again(int op, const fa_rows *rows, size_t i, size_t column,
                                                     size_t columns) {
  fa_rows one = *rows;
  for (int k = 0; k < FA_ROW_OPERANDS; k++)
    one.data[k] += (ptrdiff_t)i * rows->next[k] + (ptrdiff_t)(column * sizeof(T));
  one.count = 1;
  if (one.across) one.across = one.width = columns;
  strips_whole(phases_masked(op, one.across != 0), &one);
}
static void strip_again(const Strip *s) {
  fa_rows one = *s->rows;
  for (int k = 0; k < FA_ROW_OPERANDS; k++) one.data[k] = s->data[k];
  gradient_again(FA_LOG_SOFTMAX_BACKWARD, &one, 0, 0, s->columns);
}
FA_INLINE void cached_rows(int op, int plain, const fa_rows *rows) {
  for (size_t i = 0; i < rows->count; i++) {
    i = cached_rows_from(i, op, plain, rows);
    if (i < rows->count) gradient_again(op, rows, i, 0, 1);
  }
}

/* total takes over what is known of one more unit; so does target of more. */
static void phase_join(const Phases *p, const Strip *s, Stat *total, const Stat *unit, Target *target,
                       const Target *more) {
  for (size_t v = 0; v < vectors_of(s, p->lines); v++) {
    if (!is_backward(p->op) && s->longer)
      total[v] = stat_join(&total[v], &unit[v], &s->by);
    else
      total[v] = stat_add(&total[v], &unit[v]);
    if (is_entropy(p->op)) target[v] = target_add(&target[v], &more[v]);
  }
}

FA_INLINE void strips_each(const Phases *p, const fa_rows *rows, Target *target, Target *more) {
  V max[VECTORS];
  Stat total[VECTORS], unit[VECTORS];
  if (!rows->count) return;
  Strip strip[2] = {strip_number(rows, 0, p->plain), strip_any(rows, p->plain)};
  p->max(&strip[0], 0, strip_units(&strip[0]), max);
  for (size_t i = 0; i < rows->count; i++) {
    const Strip *s = &strip[i % 2];
    Strip *next = &strip[(i + 1) % 2];
    size_t units = strip_units(s);
    p->sum(s, 0, max, total, target);
    for (size_t u = 1; u < units; u++) {
      p->sum(s, u, max, unit, more);
      phase_join(p, s, total, unit, target, more);
    }
    if (i + 1 < rows->count) { /* here, because it does not wait for the sum */
      strip_to(next, i + 1);
      p->max(next, 0, strip_units(next), max);
    }
    p->finish(s, 0, units, total, target);
  }
}
static __attribute__((noinline)) void strips_of_entropy(const Phases *p, const fa_rows *rows) {
  Target target[VECTORS], more[VECTORS];
  strips_each(p, rows, target, more);
}
static void strips_whole(const Phases *p, const fa_rows *rows) {
  if (is_entropy(p->op))
    strips_of_entropy(p, rows);
  else
    strips_each(p, rows, NULL, NULL);
}

typedef struct {
  V max;
  Stat stat;
  Target target;
} Unit;
_Static_assert(sizeof(Unit) <= FA_ROW_STAT, "FA_ROW_STAT");

/* One row on several threads. */
static void row_part(const Phases *p, const fa_rows *rows, void *stats, size_t first, size_t last, int phase) {
  Strip s = strip_number(rows, 0, p->plain);
  Unit *unit = (Unit *)stats;
  size_t units = strip_units(&s);
  if (last > units) last = units;
  if (first >= last) return;
  if (phase == FA_ROW_MAX) {
    p->max(&s, first, last, &unit[first].max);
    for (size_t u = first + 1; u < last; u++) unit[u].max = unit[first].max;
  } else if (phase == FA_ROW_SUM) {
    V max = unit[0].max;
    for (size_t u = 1; u < units; u++) max = v_max(max, unit[u].max);
    for (size_t u = first; u < last; u++) p->sum(&s, u, &max, &unit[u].stat, &unit[u].target);
  } else {
    Stat total = unit[0].stat;
    Target target = unit[0].target;
    for (size_t u = 1; u < units; u++) phase_join(p, &s, &total, &unit[u].stat, &target, &unit[u].target);
    p->finish(&s, first, last, &total, &target);
  }
}

/* Few lines without a mask: a vector of rows at a time, which stay in the first cache however far apart the lines are. */
static const Phases *phases_of(const fa_rows *r);
FA_INLINE Strip strip_columns(const Strip *s, size_t c, size_t columns) {
  Strip part = *s;
  part.columns = columns;
  for (int k = 0; k < FA_ROW_OPERANDS; k++) part.data[k] += c * sizeof(T);
  return part;
}
/* Its last rows, which fill no vector; apart, lest the others be kept in memory. */
static __attribute__((noinline)) void few_lines_rest(const Strip *s, size_t c) {
  const Phases *p = phases_of(s->rows);
  Strip part = strip_columns(s, c, s->columns - c);
  V max;
  Stat total;
  p->max(&part, 0, 1, &max);
  p->sum(&part, 0, &max, &total, NULL);
  p->finish(&part, 0, 1, &total, NULL);
}
/* Those after the next: a processor follows some of its lines only. Of softmax's gradient it does without help. */
FA_INLINE void fetch_columns(int op, const Strip *s) {
  ptrdiff_t bytes = 2 * VN * sizeof(T);
  if (op == FA_SOFTMAX_BACKWARD) return;
  for (size_t k = 0; k < s->rows->length; k++) {
    fetch(strip_at(s, FA_A, k), bytes);
    if (is_backward(op)) fetch(strip_at(s, FA_B, k), bytes);
    fetch(strip_at(s, FA_OUT, k), bytes);
  }
}
FA_INLINE void few_lines(int op, int plain, const fa_rows *rows) {
  Strip any = strip_any(rows, plain);
  for (size_t i = 0; i < rows->count; i++) {
    const Strip s = cached_row(any, i);
    size_t c = 0;
    for (; c + VN <= s.columns; c += VN) {
      Strip part = strip_columns(&s, c, VN);
      V max;
      Stat total;
      fetch_columns(op, &part);
      phase_max(op, &part, 0, 1, FEW_LINES, plain, &max);
      phase_sum(op, &part, 0, FEW_LINES, plain, &max, &total);
      if (looks_first(op) && in_doubt(total.count))
        gradient_again(op, rows, i, c, VN);
      else
        phase_finish(op, is_softmax(op), &part, 0, 1, FEW_LINES, plain, &total);
    }
    if (c < s.columns) few_lines_rest(&s, c);
  }
}

#define PHASES(symbol, op, lines, plain, cached_rows)                                                                  \
  static void symbol##_max(const Strip *s, size_t first, size_t last, V *max) {                                        \
    phase_max(op, s, first, last, lines, plain, max);                                                                  \
  }                                                                                                                    \
  static __attribute__((noinline)) void symbol##_unit(const Strip *s, size_t u, const V *max, Stat *stat) {            \
    phase_sum(op, s, u, lines, plain, max, stat);                                                                      \
  }                                                                                                                    \
  static void symbol##_sum(const Strip *s, size_t u, const V *max, Stat *stat, Target *target) {                       \
    if (is_softmax(op) && !keeps(op, s))                                                                               \
      sum_of_rest(lines, plain)(s, u, max, stat, target);                                                              \
    else                                                                                                               \
      symbol##_unit(s, u, max, stat); /* apart: it takes much stack */                                                 \
    if (looks_first(op) && strip_in_doubt(s, stat, lines)) phases_masked(op, lines)->sum(s, u, max, stat, target);     \
  }                                                                                                                    \
  static void symbol##_finish(const Strip *s, size_t first, size_t last, const Stat *total, const Target *target) {    \
    if (looks_first(op) && strip_in_doubt(s, total, lines))                                                            \
      phases_masked(op, lines)->finish(s, first, last, total, target);                                                 \
    else if (keeps(op, s))                                                                                             \
      phase_finish(op, is_softmax(op), s, first, last, lines, plain, total);                                           \
    else                                                                                                               \
      phase_finish(op, 0, s, first, last, lines, plain, total);                                                        \
    if ((int)op != FA_LOGSUMEXP && s->where) strip_left_out(op, s, first, last, lines, total);                         \
  }                                                                                                                    \
  static const Phases symbol = {op, lines, plain, symbol##_max, symbol##_sum, symbol##_finish, cached_rows};
#define ROW(symbol, op, plain)                                                                                         \
  static void symbol##_cached(const fa_rows *rows) { cached_rows(op, plain, rows); }                                   \
  PHASES(symbol##_row, op, 0, plain, symbol##_cached)
#define FEW_LINES(symbol, op, plain)                                                                                   \
  static void symbol##_few(const fa_rows *rows) { few_lines(op, plain, rows); }                                        \
  PHASES(symbol##_lines, op, 1, plain, symbol##_few)
#define ROWS(symbol, op, plain) ROW(symbol, op, plain) PHASES(symbol##_lines, op, 1, plain, NULL)
#define FEW_ROWS(symbol, op, plain) ROW(symbol, op, plain) FEW_LINES(symbol, op, plain)
FEW_ROWS(softmax, FA_SOFTMAX, 1)
ROWS(softmax_scaled, FA_SOFTMAX, 0)
FEW_ROWS(log_softmax, FA_LOG_SOFTMAX, 1)
ROWS(log_softmax_scaled, FA_LOG_SOFTMAX, 0)
ROWS(logsumexp, FA_LOGSUMEXP, 1)
FEW_ROWS(softmax_backward, FA_SOFTMAX_BACKWARD, 1)
FEW_ROWS(softmax_backward_scaled, FA_SOFTMAX_BACKWARD, 0)
FEW_ROWS(log_softmax_backward, FA_LOG_SOFTMAX_BACKWARD, 1)
FEW_ROWS(log_softmax_backward_scaled, FA_LOG_SOFTMAX_BACKWARD, 0)
FEW_LINES(log_softmax_backward_after, LOG_SOFTMAX_BACKWARD_AFTER, 1)
FEW_LINES(log_softmax_backward_after_scaled, LOG_SOFTMAX_BACKWARD_AFTER, 0)
PHASES(softmax_backward_masked_row, SOFTMAX_BACKWARD_MASKED, 0, 0, NULL)
PHASES(softmax_backward_masked_lines, SOFTMAX_BACKWARD_MASKED, 1, 0, NULL)
PHASES(log_softmax_backward_masked_row, LOG_SOFTMAX_BACKWARD_MASKED, 0, 0, NULL)
PHASES(log_softmax_backward_masked_lines, LOG_SOFTMAX_BACKWARD_MASKED, 1, 0, NULL)
ROWS(logsumexp_backward, FA_LOGSUMEXP_BACKWARD, 1)
#undef FEW_ROWS
#undef ROWS
#undef FEW_LINES
#undef ROW
#undef PHASES

static const Phases *phases_masked(int op, int lines) {
  if (op == FA_SOFTMAX_BACKWARD) return lines ? &softmax_backward_masked_lines : &softmax_backward_masked_row;
  return lines ? &log_softmax_backward_masked_lines : &log_softmax_backward_masked_row;
}
