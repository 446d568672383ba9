/* entropy.h - softmax cross entropy of the rows of strips.h: the loss, and its gradient in one go over the logits.
 *
 * With m the largest logit, S the sum of e^(x - m) and targets t, the loss sum(t (log S + m - x)) has no term of either sign:
 *   log(S) sum(t) + sum(t (m - x))
 * and log(S) is exact however near 1 S is (rows.h). The gradient is sum(t) softmax(x) - t. */

/* Everything about the targets of a row: their sum, and sum(t (m - x)). */
typedef struct {
  Pair mass, loss;
} Target;

FA_INLINE V cross_entropy(const Stat *s, const Target *t, const Argument *by) {
  Pair y = pair_plus(pair_by_pair(stat_log(s, by), t->mass), t->loss);
  return y.hi + y.lo;
}

typedef struct {
  V kept, share, scale; /* of the target: 1 - smoothing, smoothing / length; of the gradient */
} Smoothing;
FA_INLINE Pair smoothed(Pair t, Pair even, const Smoothing *s) {
  return pair_plus(pair_times(t, s->kept), pair_times(even, s->share));
}
FA_INLINE V entropy_gradient(V e, V t, const Finish *f, const Smoothing *s) {
  return softmax_kept(e, f) - s->scale * v_fma(s->kept, t, s->share);
}

FA_INLINE const int64_t *label_at(const fa_entropy *e, size_t strip, size_t column) {
  const char *label = (const char *)e->label + (ptrdiff_t)strip * e->label_next;
  return (const int64_t *)(const void *)(label + (ptrdiff_t)column * e->label_across);
}
/* a seen as the first operand of a sum */
FA_INLINE Strip strip_of(const Strip *s, int which, fa_rows *rows) {
  Strip t = *s;
  *rows = *s->rows;
  rows->step[FA_A] = rows->step[which];
  t.rows = rows;
  t.data[FA_A] = t.data[which];
  return t;
}
FA_INLINE void add_pairs(Pair *to, const Pair *more, size_t n) {
  for (size_t v = 0; v < n; v++) to[v] = pair_plus(to[v], more[v]);
}

FA_INLINE void entropy_strip(const fa_entropy *entropy, size_t number, int lines, int gradient, int labels) {
  const fa_rows *r = &entropy->rows;
  Strip s = strip_number(r, number, 1);
  s.by.plain = 1;
  size_t n = vectors_of(&s, lines), unit = strip_unit(&s);
  V most[VECTORS];
  Pass pass[VECTORS];
  Pair sum[VECTORS], even[VECTORS];
  Stat total[VECTORS];
  Target target[VECTORS];
  Finish f[VECTORS];
  T there[STRIP], share = (T)(entropy->smoothing / (double)s.length);
  Smoothing smoothing = {v_set((T)(1 - entropy->smoothing)), v_set(share), v_set((T)r->scale)};
  const Pair none = {v_set(0), v_set(0)};
  for (size_t v = 0; v < n; v++) {
    most[v] = v_set(-INF);
    even[v] = none;
    total[v] = (Stat){v_set(0), none, v_set(0)};
    target[v] = (Target){none, none};
  }
  add_most(&s, 0, s.length, lines, most);
  for (size_t c = 0; labels && c < s.columns; c++)
    there[c] = strip_at(&s, FA_A, (size_t)*label_at(entropy, number, c))[c];
  for (size_t k = 0; k < s.length; k += unit) {
    size_t end = at_most(k + unit, s.length);
    for (size_t v = 0; v < n; v++) pass[v] = stat_pass(most[v], &s.by);
    if (!labels) {
      fa_rows rows;
      Strip t = strip_of(&s, FA_B, &rows);
      add_terms(SUM_WEIGHTED, &s, k, end, lines, pass, sum);
      for (size_t v = 0; v < n; v++) target[v].loss = pair_plus(target[v].loss, sum[v]);
      add_terms(SUM_A, &t, k, end, lines, pass, sum);
      for (size_t v = 0; v < n; v++) target[v].mass = pair_plus(target[v].mass, sum[v]);
    }
    if (entropy->smoothing > 0) {
      add_terms(SUM_DEFICIT, &s, k, end, lines, pass, sum);
      add_pairs(even, sum, n);
    }
    if (gradient)
      add_terms(SUM_BOTH, &s, k, end, lines, pass, sum);
    else
      add_terms(SUM_REST, &s, k, end, lines, pass, sum);
    for (size_t v = 0; v < n; v++) {
      total[v].sum = pair_plus(total[v].sum, sum[v]);
      total[v].count = total[v].count + pass[v].count;
    }
  }
  for (size_t v = 0; v < n; v++) {
    size_t left = s.columns - v * VN;
    total[v].most = most[v];
    if (labels) {
      V x = lines ? v_load_part(there + v * VN, left, 0) : v_set(there[0]);
      target[v] = (Target){{v_set(1), v_set(0)}, {most[v] - x, v_set(0)}};
    }
    if (entropy->smoothing > 0) {
      target[v].mass = smoothed(target[v].mass, (Pair){v_set((T)s.length), v_set(0)}, &smoothing);
      target[v].loss = smoothed(target[v].loss, even[v], &smoothing);
    }
    v_store_part((T *)(void *)s.data[FA_RESULT] + v * VN, cross_entropy(&total[v], &target[v], &s.by), left);
    Pair scale = pair_times(target[v].mass, smoothing.scale);
    f[v].last = pair_by_pair(stat_inverse(&total[v], 1, &s.by), scale);
  }
  if (!gradient) return;
  for (size_t k = 0; k < (lines ? s.length : 1); k++) {
    T *out = strip_at(&s, FA_OUT, k);
    const T *t = strip_at(&s, FA_B, k);
    size_t m = lines ? s.columns : s.length;
    for (size_t c = 0, v = 0; c < m; c += VN, v += (size_t)lines) {
      V of_t = labels ? v_set(0) : v_load_part(t + c, m - c, 0), e = v_load_part(out + c, m - c, 0);
      v_store_part(out + c, entropy_gradient(e, of_t, &f[v], &smoothing), m - c);
    }
  }
  T taken = (T)(1 - entropy->smoothing) * (T)r->scale;
  for (size_t c = 0; labels && c < s.columns; c++) {
    T *at = strip_at(&s, FA_OUT, (size_t)*label_at(entropy, number, c)) + c;
    *at = *at - taken;
  }
}

#define ENTROPY(symbol, lines, gradient, labels)                                                                       \
  static void symbol(const fa_entropy *e) {                                                                            \
    for (size_t i = 0; i < e->rows.count; i++) entropy_strip(e, i, lines, gradient, labels);                           \
  }
ENTROPY(entropy_row, 0, 0, 0)
ENTROPY(entropy_row_labels, 0, 0, 1)
ENTROPY(entropy_row_gradient, 0, 1, 0)
ENTROPY(entropy_row_gradient_labels, 0, 1, 1)
ENTROPY(entropy_lines, 1, 0, 0)
ENTROPY(entropy_lines_labels, 1, 0, 1)
ENTROPY(entropy_lines_gradient, 1, 1, 0)
ENTROPY(entropy_lines_gradient_labels, 1, 1, 1)
#undef ENTROPY

static void entropy_kernel(const fa_entropy *e) {
  static fa_entropy_kernel *const kernels[2][2][2] = {
      {{entropy_row, entropy_row_labels}, {entropy_row_gradient, entropy_row_gradient_labels}},
      {{entropy_lines, entropy_lines_labels}, {entropy_lines_gradient, entropy_lines_gradient_labels}},
  };
  kernels[e->rows.across != 0][e->rows.data[FA_OUT] != NULL][e->label != NULL](e);
}
