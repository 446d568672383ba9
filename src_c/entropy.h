/* entropy.h - cross entropy: of the softmax of a row, for which strips.h has the loops, and of the sigmoid of an element.
 *
 * With m the largest logit, S the sum of e^(x - m) and targets t, the loss sum(t (log S + m - x)) is
 *   log(S) sum(t) + sum(t (m - x))
 * where nothing cancels, and log(S) has all its digits however near to 1 S is (rows.h). */

/* Targets are (1 - smoothing) t + smoothing / length. */
typedef struct {
  V kept, share;
} Smoothing;
FA_INLINE Smoothing smoothing_of(double smoothing, size_t length) {
  return (Smoothing){v_set((T)(1 - smoothing)), v_set((T)(smoothing / (double)length))};
}

/* What is known of the targets of a row, or of a part of it. */
typedef struct {
  DD mass, loss; /* sum(t), sum(t (most - x)) */
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
  V finite = v_select(v_lt(s->most, v_set(INF)), v_set(0), s->most - s->most);
  return (Stat){s->most, s->sum, s->count + finite};
}
/* The loss; infinite for a row of nothing but -inf, as -log_softmax is. */
FA_INLINE V cross_entropy(const Stat *s, const Relative *r, const Target *t) {
  DD log = relative_log(r), y = dd_add(dd_mul(log, t->mass), t->loss);
  V rough = v_fma(log.hi, t->mass.hi, t->loss.hi), fine = v_select(v_lt(v_abs(rough), v_set(INF)), y.hi + y.lo, rough);
  V loss = v_select(v_gt(s->most, v_set(-INF)), fine, v_fma(s->count, v_set(INF), s->sum.hi));
  return v_select(v_gt(v_abs(t->mass.hi), v_set(0)), loss, t->loss.hi);
}
/* The gradient, sum(t) softmax(x) - t, from e^x. Where sum(t) is 0 its first part is, too, NaN or not. */
FA_INLINE V softmax_of_targets(V e, const Finish *f) { return v_where(v_ne(f->last.hi, v_set(0)), softmax_kept(e, f)); }
FA_INLINE V gradient_of_targets(V e, V t, const Finish *f) {
  return softmax_of_targets(e, f) - v_fma(f->by.kept, t, f->by.share);
}
/* Where there is a label, what is kept of it is still to be taken off. */
FA_INLINE V gradient_but_label(V e, const Finish *f) { return softmax_of_targets(e, f) - f->by.share; }

/* Of a sigmoid, with L = log(1 + e^-|x|), q = e^-|x| / (1 + e^-|x|), and w = 1 - t for x > 0, else t:
 *   -t log(sigma(x)) - (1 - t) log(sigma(-x)) = L + w |x|       sigma(x) - t = q - w, for x > 0 w - q
 * The terms of the loss are not negative for t in [0, 1]; where t is 0 or 1 nothing cancels in the gradient either. */
typedef struct {
  V loss, grad;
} SigmoidEntropy;
FA_INLINE SigmoidEntropy sigmoid_entropy(V x, V t) {
  M positive = v_gt(x, v_set(0));
  V size = v_abs(x), w = v_select(positive, 1 - t, t);
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN), -size), NO_LOW);
  Log1p l = log1p_of(v_lt(v_set(0), v_set(1)), e);
  V log = v_scale2(l.value.hi + l.value.lo, l.n), q = v_scale2(e.hi / (1 + e.hi * v_pow2(e.n)), e.n), slope = q - w;
  return (SigmoidEntropy){v_select(v_gt(v_abs(w), v_set(0)), v_fma(w, size, log), log + w),
                          v_select(positive, -slope, slope)};
}
FA_INLINE void sigmoid_losses_each(T *loss, T *grad, const T *x, const T *t, V scale, size_t n, int both) {
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    SigmoidEntropy e = sigmoid_entropy(v_load(x + i), v_load(t + i));
    v_store(loss + i, e.loss);
    if (both) v_store(grad + i, scale * e.grad);
  }
  if (i < n) {
    SigmoidEntropy e = sigmoid_entropy(v_load_n(x + i, n - i), v_load_n(t + i, n - i));
    v_store_n(loss + i, e.loss, n - i);
    if (both) v_store_n(grad + i, scale * e.grad, n - i);
  }
}
static void sigmoid_losses(void *loss, void *grad, const void *x, const void *t, const void *scale, size_t n) {
  V by = v_set(*(const T *)scale);
  if (grad)
    sigmoid_losses_each(loss, grad, x, t, by, n, 1);
  else
    sigmoid_losses_each(loss, NULL, x, t, by, n, 0);
}
