/* cross_entropy.h - the mathematics of cross entropy of the softmax of a row; cross_entropy_loops.h has its loops.
 *
 * With m the largest logit, S the sum of e^(x - m) and targets t, the loss sum(t (log S + m - x)) is
 *   log(S) sum(t) + sum(t (m - x))
 * where nothing cancels, and log(S) has all its digits however near to 1 S is (softmax.h). */
#pragma once
#include "softmax.h"

/* Targets are (1 - smoothing) t + smoothing / length. */
typedef struct {
  V kept, share;
} Smoothing;
FA_INLINE Smoothing smoothing_of(double smoothing, size_t length) {
  return (Smoothing){v_set((T)(1 - smoothing)), v_set((T)(smoothing / (double)length))};
}

/* What is known of the targets of a row, or of a part of it. */
typedef struct {
  DD mass, loss; /* sum(t), sum(t (max - x)) */
} Target;
FA_INLINE Target target_add(const Target *a, const Target *b) {
  return (Target){dd_add(a->mass, b->mass), dd_add(a->loss, b->loss)};
}
/* A row that does not count has none. */
FA_INLINE Target target_where(M counts, const Target *t) {
  return (Target){{v_where(counts, t->mass.hi), v_where(counts, t->mass.lo)},
                  {v_where(counts, t->loss.hi), v_where(counts, t->loss.lo)}};
}
/* A row with +inf is taken for one with NaN. */
FA_INLINE Stat entropy_stat(const Stat *s) {
  V finite = v_select(v_lt(s->max, v_set(INF)), v_set(0), s->max - s->max);
  return (Stat){s->max, s->sum, s->count + finite};
}
/* The loss; infinite for a row of nothing but -inf, as -log_softmax is. */
FA_INLINE V cross_entropy(const Stat *s, const Relative *r, const Target *t) {
  DD log = relative_log(r), y = dd_add(dd_mul(log, t->mass), t->loss);
  V rough = v_fma(log.hi, t->mass.hi, t->loss.hi), fine = v_select(v_lt(v_abs(rough), v_set(INF)), y.hi + y.lo, rough);
  V loss = v_select(v_gt(s->max, v_set(-INF)), fine, v_fma(s->count, v_set(INF), s->sum.hi));
  return v_select(v_gt(v_abs(t->mass.hi), v_set(0)), loss, t->loss.hi);
}
/* The gradient, sum(t) softmax(x) - t, from e^x. Where sum(t) is 0 its first part is, too, NaN or not. */
FA_INLINE V softmax_of_targets(V e, const Finish *f) { return v_where(v_ne(f->last.hi, v_set(0)), softmax_kept(e, f)); }
FA_INLINE V gradient_of_targets(V e, V t, const Finish *f) {
  return softmax_of_targets(e, f) - v_fma(f->by.kept, t, f->by.share);
}
/* Where there is a label, what is kept of it is still to be taken off. */
FA_INLINE V gradient_but_label(V e, const Finish *f) { return softmax_of_targets(e, f) - f->by.share; }
