/* strips.h - the loops over rows, never mathematics. A strip is what they take at a time: one row whose elements are
 * neighbours in memory, or up to STRIP rows side by side, over which they go line by line, so that memory is read in the
 * order in which it lies. The two kinds of loops differ in what a lane of a vector is; what they compute, rows.h says. */

enum { STRIP = FA_TILE / (int)sizeof(T), VECTORS = STRIP / VN };

typedef struct {
  const fa_rows *rows;
  char *data[FA_ROW_OPERANDS];
  const unsigned char *where, *label;
  size_t length;  /* what is seen of the row */
  size_t columns; /* rows side by side */
  size_t unit;    /* how much of it is taken at a time */
  int longer;     /* than what stays in a cache: it is read twice, and units have a reference each the first time */
  Argument by;
} Strip;

FA_INLINE int is_entropy(int op) { return op == FA_CROSS_ENTROPY || op == FA_CROSS_ENTROPY_GRADIENT; }
/* the same for all strips */
FA_INLINE Strip strip_any(const fa_rows *r, int plain) {
  size_t blocks = (r->length + ROW_BLOCK - 1) / ROW_BLOCK;
  T half = plain ? 1 : (T)0.5, sign = r->negate ? -half : half;
  return (Strip){.rows = r,
                 .length = r->length,
                 .columns = 1,
                 .unit = (blocks + FA_ROW_UNITS - 1) / FA_ROW_UNITS * ROW_BLOCK,
                 .longer = blocks > FA_ROW_UNITS && !is_entropy(r->function), /* which would read twice one time less */
                 .by = {.plain = plain,
                        .pad = plain ? -INF : -sign * INF,
                        .sign = v_set(sign),
                        .scale = v_set((T)r->scale / half),
                        .scale_low = v_set((T)r->scale_low / half)}};
}
FA_INLINE void strip_to(Strip *s, size_t i) {
  const fa_rows *r = s->rows;
  for (int k = 0; k < FA_ROW_OPERANDS; k++) s->data[k] = r->data[k] + (ptrdiff_t)i * r->next[k];
  const unsigned char *where = r->where ? r->where + (ptrdiff_t)i * r->where_next : NULL;
  if (is_entropy(r->function))
    s->label = where;
  else
    s->where = where;
  if (r->causal >= 0) s->length = at_most((size_t)r->causal + i + 1, r->length);
  if (r->across) s->columns = at_most(r->across - i * r->width, r->width);
}
FA_INLINE Strip strip_move(Strip s, size_t i) {
  strip_to(&s, i);
  return s;
}
/* What causal rows do not see counts, as what a mask leaves out does. */
FA_INLINE int is_few(const Strip *s) { return s->rows->length <= FEW; }
FA_INLINE size_t strip_units(const Strip *s) { return s->length <= s->unit ? 1 : (s->length + s->unit - 1) / s->unit; }
FA_INLINE Strip strip_number(const fa_rows *r, size_t i, int plain) { return strip_move(strip_any(r, plain), i); }
FA_INLINE T *strip_at(const Strip *s, int which, size_t k) {
  return (T *)(void *)(s->data[which] + (ptrdiff_t)k * s->rows->step[which]);
}

/* Elements k to end of an operand with `pad` where the mask is 0, to out. */
FA_INLINE void strip_mask(const Strip *s, int from, T pad, size_t k, size_t end, int lines) {
  const fa_rows *r = s->rows;
  size_t outer = lines ? end - k : 1, inner = lines ? s->columns : end - k;
  ptrdiff_t step = lines ? r->where_across : r->where_step;
  for (size_t j = 0; j < outer; j++) {
    const T *a = strip_at(s, from, k + j);
    T *out = strip_at(s, FA_OUT, k + j);
    const unsigned char *w = s->where + (ptrdiff_t)(k + j) * r->where_step;
    if (step == 1)
      for (size_t i = 0; i < inner; i++) out[i] = w[i] ? a[i] : pad;
    else
      for (size_t i = 0; i < inner; i++) out[i] = w[(ptrdiff_t)i * step] ? a[i] : pad;
  }
}

/* --- one row: a lane is an element --- */

FA_INLINE V row_most(const T *x, size_t n, V most, const Argument *by) {
  V m[4] = {most, most, most, most};
  size_t k = 0;
  for (; k + 4 * VN <= n; k += 4 * VN)
#pragma GCC unroll 4
    for (size_t j = 0; j < 4; j++) m[j] = v_max(row_signed(v_load(x + k + j * VN), by), m[j]);
  for (; k < n; k += VN) m[0] = v_max(row_signed(v_load_part(x + k, n - k, by->pad), by), m[0]);
  return most_of_lanes(v_max(v_max(m[0], m[1]), v_max(m[2], m[3])));
}
FA_INLINE V least_of(const V v[4], V least) { return v_min(v_min(v_min(v[0], v[1]), v_min(v[2], v[3])), least); }
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
    if (op == SUM_LOOK) pass->count = least_of(look, pass->count);
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

/* --- rows side by side: a lane is a row --- */

FA_INLINE void lines_most(const Strip *s, size_t k, size_t end, V *most) {
  for (; k < end; k++) {
    const T *x = strip_at(s, FA_A, k);
    for (size_t c = 0, v = 0; c < s->columns; c += VN, v++)
      most[v] = v_max(row_signed(v_load_part(x + c, s->columns - c, s->by.pad), &s->by), most[v]);
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
FA_INLINE V column_least(const Strip *s, size_t k, size_t n, size_t c) {
  size_t left = s->columns - c;
  ptrdiff_t step = s->rows->step[FA_B];
  const char *b = (const char *)(strip_at(s, FA_B, k) + c);
  V least[2] = {v_set(INF), v_set(INF)};
  for (; n > 1; n -= 2, b += 2 * step) {
    least[0] = v_min(v_load_part((const T *)(const void *)b, left, 0), least[0]);
    least[1] = v_min(v_load_part((const T *)(const void *)(b + step), left, 0), least[1]);
  }
  if (n) least[0] = v_min(v_load_part((const T *)(const void *)b, left, 0), least[0]);
  return v_min(least[0], least[1]);
}
/* Of one group at most: what sum_lines makes of the trees, none of which has lost anything yet. */
FA_INLINE DD column_sum(int op, const Strip *s, size_t k, size_t n, size_t c, const Argument *by, Pass *pass) {
  V tree[LANES];
  DD total[LANES];
  int plain = op == SUM_LOOK ? SUM_A : op;
  size_t lines = at_most(LANES, n), left = s->columns - c;
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
  if (op == SUM_LOOK) pass->count = column_least(s, k, n, c);
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
  if (op == SUM_LOOK) pass->count = least_of(look, pass->count); /* for all of them */
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

/* --- both --- */

/* `lines`, 0 for one row: rows side by side, or one vector of those that have FEW elements at most */
enum { LINES = 1, FEW_LINES };

FA_INLINE void add_most(const Strip *s, size_t k, size_t end, int lines, V *most) {
  if (lines)
    lines_most(s, k, end, most);
  else
    most[0] = row_most(strip_at(s, FA_A, k), end - k, most[0], &s->by);
}
FA_INLINE void add_terms(int op, const Strip *s, size_t k, size_t end, int lines, Pass *pass, Stat *stat) {
  T pad = sum_positive(op) ? s->by.pad : 0;
  if (op == SUM_DEFICIT) v_store_n(&pad, pass->most, 1);
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
                           int lines, V least) {
  int two = is_backward(op) || op == FINISH_TARGETS;
  const T *a = strip_at(s, kept ? FA_OUT : FA_A, k), *b = strip_at(s, two ? FA_B : FA_A, k);
  T *out = strip_at(s, FA_OUT, k);
  ptrdiff_t next_a = s->rows->next[FA_A], next_b = s->rows->next[FA_B];
  size_t c = 0;
  for (; c + VN <= n; c += VN, f += lines) {
    V y = v_load(b + c);
    if (op == FA_LOG_SOFTMAX_BACKWARD && !lines) fetch(a + c, next_a), fetch(b + c, next_b);
    if (op == LOG_SOFTMAX_BACKWARD_AFTER) least = v_min(y, least);
    v_store(out + c, finish_value(op, kept, plain, lifted, v_load(a + c), y, f));
  }
  if (c < n) {
    V y = v_load_n(b + c, n - c);
    if (op == LOG_SOFTMAX_BACKWARD_AFTER) least = v_min(y, least);
    v_store_n(out + c, finish_value(op, kept, plain, lifted, v_load_n(a + c, n - c), y, f), n - c);
  }
  return least;
}
FA_INLINE V finish(int op, int kept, int plain, int lifted, const Strip *s, size_t k, size_t end, int lines,
                   const Finish *f) {
  V least = v_set(INF);
  if (!lines) return finish_vectors(op, kept, plain, lifted, s, k, end - k, f, 0, least);
  for (; k < end; k++) least = finish_vectors(op, kept, plain, lifted, s, k, s->columns, f, 1, least);
  return least;
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
FA_INLINE void phase_most(int op, const Strip *s, size_t first, size_t last, int lines, int plain, V *most) {
  size_t unit = s->unit, k = first * unit, end = at_most(last * unit, s->length);
  for (size_t v = 0; v < vectors_of(s, lines); v++) most[v] = v_set(-INF);
  if (is_backward(op)) return;
  if (s->where) strip_mask(s, FA_A, s->by.pad, k, end, lines); /* from now on read from out */
  fa_rows rows;
  Strip t = strip_read(s, plain, &rows);
  if (!s->longer) add_most(&t, k, end, lines, most);
}
/* PLAIN_SUM or more, or NaN, where a gradient has to look at what a mask left out, or a g - sum(...) could overflow: then 0
 * times it is not 0. Only log_softmax reads y for this: an infinite or NaN g y is seen in the sum. Of a row some lane says
 * it. Where no y is below EXP_MIN, none has to be limited. */
FA_INLINE V gradient_doubt(int op, V sum, V least) {
  if (is_masked(op)) return v_set(INF);
  if (op == FA_SOFTMAX_BACKWARD) return v_abs(sum);
  return v_where(v_lt(least, v_set(EXP_MIN)), v_set(INF));
}
FA_INLINE int in_doubt(V doubt) { return !v_all(v_lt(doubt, v_set(PLAIN_SUM))); }
FA_INLINE int gradient_sum(int op) {
  if (is_masked(op)) return op == SOFTMAX_BACKWARD_MASKED ? SUM_PRESENT : SUM_SEEN;
  if (op == LOG_SOFTMAX_BACKWARD_AFTER) return SUM_A;
  return op == FA_SOFTMAX_BACKWARD ? SUM_PRODUCT : SUM_LOOK;
}
/* The sum of one unit; for a softmax, of one that is kept. Of a gradient count says whether it has to be looked at. */
FA_INLINE void phase_sum(int op, const Strip *s, size_t u, int lines, int plain, const V *most, Stat *stat) {
  size_t unit = s->unit, k = u * unit, end = at_most(k + unit, s->length), n = vectors_of(s, lines);
  fa_rows rows;
  Strip t = strip_read(s, plain, &rows);
  Pass pass[VECTORS];
  if (is_backward(op)) {
    for (size_t v = 0; v < n; v++) pass[v].count = v_set(INF), stat[v].most = v_set(0);
    add_terms(gradient_sum(op), &t, k, end, lines, pass, stat);
    for (size_t v = 0; v < n; v++) stat[v].count = gradient_doubt(op, stat[v].sum.hi, pass[v].count);
    return;
  }
  V own[VECTORS];
  for (size_t v = 0; v < n; v++) own[v] = most[v];
  if (!is_softmax(op) && s->longer) add_most(&t, k, end, lines, own);
  for (size_t v = 0; v < n; v++) pass[v] = stat_pass(own[v], &t.by);
  add_terms(is_softmax(op) ? SUM_EXP : SUM_REST, &t, k, end, lines, pass, stat);
  for (size_t v = 0; v < n; v++) stat[v].most = own[v], stat[v].count = pass[v].count;
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
  size_t unit = s->unit, k = first * unit, end = at_most(last * unit, s->length), n = vectors_of(s, lines);
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
      f[v].pass = stat_pass(total[v].most, &t.by);
      f[v].most = stat_most(&total[v], &t.by);
      f[v].most.hi = v_max(v_set(-FINITE), f[v].most.hi);
      f[v].last = op == FA_LOG_SOFTMAX ? stat_log(&total[v], &t.by) : stat_inverse(&total[v], 1, &t.by);
    }
    if (op == FA_LOGSUMEXP_BACKWARD) f[v].scale = of_columns((const T *)(const void *)s->data[FA_RESULT], s, v, lines);
  }
  if (op == FA_LOGSUMEXP) return;
  V least =
      lifted ? finish(op, kept, plain, 1, &t, k, end, lines, f) : finish(op, kept, plain, 0, &t, k, end, lines, f);
  if (op == LOG_SOFTMAX_BACKWARD_AFTER && v_any(v_lt(least, v_set(EXP_MIN)))) strip_again(s);
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
  V most;
  Stat total, unit;
  phase_most(op, &s, 0, strip_units(&s), 0, plain, &most);
  for (; i < rows->count; i++, s = next) {
    size_t units = strip_units(&s);
    for (size_t u = 0; u < units; u++) {
      phase_sum(op, &s, u, 0, plain, &most, &unit);
      total = u ? stat_add(&total, &unit) : unit;
    }
    if (i + 1 < rows->count) { /* here, because it does not wait for the sum */
      next = cached_row(any, i + 1);
      phase_most(op, &next, 0, strip_units(&next), 0, plain, &most);
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
  size_t unit = s->unit, k = first * unit, end = at_most(last * unit, s->length);
  for (size_t v = 0; v < vectors_of(s, lines); v++) {
    T odd[VN];
    V sum = total[v].sum.hi, most = total[v].most, zero = (sum - sum) + (most - most);
    if (op == FA_LOGSUMEXP_BACKWARD) {
      V scale = of_columns((const T *)(const void *)s->data[FA_RESULT], s, v, lines);
      zero = zero + (scale - scale);
    }
    v_store(odd, zero);
    if (!v_any(v_ne(zero, v_set(0)))) continue;
    size_t from = lines ? v * VN : k, to = lines ? at_most(from + VN, s->columns) : end;
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
typedef void Sum(const Strip *s, size_t u, const V *most, Stat *stat, Target *target);
static Sum log_softmax_row_sum, log_softmax_lines_sum, log_softmax_scaled_row_sum, log_softmax_scaled_lines_sum;
FA_INLINE Sum *sum_of_rest(int lines, int plain) {
  if (lines) return plain ? log_softmax_lines_sum : log_softmax_scaled_lines_sum;
  return plain ? log_softmax_row_sum : log_softmax_scaled_row_sum;
}

/* One function, for one row or for lines, for a scale of 1 or for any: what is constant in its loops is known when it is
 * compiled. */
typedef struct {
  int op, lines, plain;
  void (*most)(const Strip *s, size_t first, size_t last, V *most);
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
  V most[VECTORS];
  Stat total[VECTORS], unit[VECTORS];
  if (!rows->count) return;
  Strip strip[2] = {strip_number(rows, 0, p->plain), strip_any(rows, p->plain)};
  p->most(&strip[0], 0, strip_units(&strip[0]), most);
  for (size_t i = 0; i < rows->count; i++) {
    const Strip *s = &strip[i % 2];
    Strip *next = &strip[(i + 1) % 2];
    size_t units = strip_units(s);
    p->sum(s, 0, most, total, target);
    for (size_t u = 1; u < units; u++) {
      p->sum(s, u, most, unit, more);
      phase_join(p, s, total, unit, target, more);
    }
    if (i + 1 < rows->count) { /* here, because it does not wait for the sum */
      strip_to(next, i + 1);
      p->most(next, 0, strip_units(next), most);
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
  V most;
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
  if (phase == FA_ROW_MOST) {
    p->most(&s, first, last, &unit[first].most);
    for (size_t u = first + 1; u < last; u++) unit[u].most = unit[first].most;
  } else if (phase == FA_ROW_SUM) {
    V most = unit[0].most;
    for (size_t u = 1; u < units; u++) most = v_max(most, unit[u].most);
    for (size_t u = first; u < last; u++) p->sum(&s, u, &most, &unit[u].stat, &unit[u].target);
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
  V most;
  Stat total;
  p->most(&part, 0, 1, &most);
  p->sum(&part, 0, &most, &total, NULL);
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
      V most;
      Stat total;
      fetch_columns(op, &part);
      phase_most(op, &part, 0, 1, FEW_LINES, plain, &most);
      phase_sum(op, &part, 0, FEW_LINES, plain, &most, &total);
      if (looks_first(op) && in_doubt(total.count))
        gradient_again(op, rows, i, c, VN);
      else
        phase_finish(op, is_softmax(op), &part, 0, 1, FEW_LINES, plain, &total);
    }
    if (c < s.columns) few_lines_rest(&s, c);
  }
}

#define PHASES(symbol, op, lines, plain, cached_rows)                                                                  \
  static void symbol##_most(const Strip *s, size_t first, size_t last, V *most) {                                      \
    phase_most(op, s, first, last, lines, plain, most);                                                                \
  }                                                                                                                    \
  static __attribute__((noinline)) void symbol##_unit(const Strip *s, size_t u, const V *most, Stat *stat) {           \
    phase_sum(op, s, u, lines, plain, most, stat);                                                                     \
  }                                                                                                                    \
  static void symbol##_sum(const Strip *s, size_t u, const V *most, Stat *stat, Target *target) {                      \
    if (is_softmax(op) && !keeps(op, s))                                                                               \
      sum_of_rest(lines, plain)(s, u, most, stat, target);                                                             \
    else                                                                                                               \
      symbol##_unit(s, u, most, stat); /* apart: it takes much stack */                                                \
    if (looks_first(op) && strip_in_doubt(s, stat, lines)) phases_masked(op, lines)->sum(s, u, most, stat, target);    \
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
  static const Phases symbol = {op, lines, plain, symbol##_most, symbol##_sum, symbol##_finish, cached_rows};
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

/* Cross entropy: the largest elements and, without a gradient, the exponentials are found as above. */

/* The label of a row, negative if that is to be ignored. */
FA_INLINE int64_t label_of(const Strip *s, size_t column) {
  int64_t label;
  memcpy(&label, s->label + (ptrdiff_t)column * s->rows->where_across, sizeof label);
  return label == s->rows->ignore ? -1 : label;
}
FA_INLINE int is_between(int64_t label, size_t k, size_t end) { return label >= (int64_t)k && label < (int64_t)end; }
/* The targets of elements k to end where there are labels: their sum, and what is missing to the largest element. */
FA_INLINE void label_targets(const Strip *s, size_t k, size_t end, int lines, const V *most, Target *target) {
  T mass[STRIP + VN], chosen[STRIP + VN]; /* one vector more, for a compiler that does not know how many there are */
  for (size_t c = 0; c < s->columns; c++) {
    int64_t label = label_of(s, c);
    int here = is_between(label, k, end);
    mass[c] = here ? 1 : 0;
    chosen[c] = here ? strip_at(s, FA_A, (size_t)label)[c] : 0;
  }
  for (size_t v = 0; v < vectors_of(s, lines); v++) {
    V here = of_columns(mass, s, v, lines), deficit = most[v] - of_columns(chosen, s, v, lines);
    target[v] = (Target){{here, v_set(0)}, {v_where(v_gt(here, v_set(0)), deficit), v_set(0)}};
  }
}
FA_INLINE void entropy_sum(const Strip *s, size_t u, int lines, const V *most, Stat *stat, Target *target) {
  size_t unit = s->unit, k = u * unit, end = at_most(k + unit, s->length), n = vectors_of(s, lines);
  Smoothing by = smoothing_of(s->rows->smoothing, s->rows->length);
  Pass pass[VECTORS];
  for (size_t v = 0; v < n; v++) pass[v] = stat_pass(most[v], &s->by);
  if (s->label) {
    label_targets(s, k, end, lines, most, target);
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
    sum_of_rest(lines, 1)(s, u, most, stat, NULL);
    return;
  }
  add_terms(SUM_BOTH, s, k, end, lines, pass, stat); /* writes out, which may be a */
  for (size_t v = 0; v < n; v++) stat[v].most = most[v], stat[v].count = pass[v].count;
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
static void cross_entropy_row_sum(const Strip *s, size_t u, const V *most, Stat *stat, Target *target) {
  entropy_sum(s, u, 0, most, stat, target);
}
static void cross_entropy_row_finish(const Strip *s, size_t first, size_t last, const Stat *total,
                                     const Target *target) {
  Finish f;
  V loss = entropy_results(s->rows, &s->by, v_set(counts_of(s, 0)), total, target, &f);
  if (first == 0) v_store_n((T *)(void *)s->data[FA_RESULT], loss, 1);
  row_write(s, first * s->unit, at_most(last * s->unit, s->length), &f);
}
static void cross_entropy_lines_sum(const Strip *s, size_t u, const V *most, Stat *stat, Target *target) {
  entropy_sum(s, u, 1, most, stat, target);
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
    V most[VN];
    n = at_most(VN, rows->count - i);
    for (size_t j = 0; j < n; j++) {
      strip_to(&s, i + j);
      softmax_row_most(&s, 0, 1, &most[j]);
    }
    for (size_t j = 0; j < n; j++) {
      Stat r;
      Target t;
      strip_to(&s, i + j);
      cross_entropy_row_sum(&s, 0, &most[j], &r, &t);
      const V value[9] = {
          r.most, r.sum.hi, r.sum.lo, r.count, t.mass.hi, t.mass.lo, t.loss.hi, t.loss.lo, v_set(counts_of(&s, 0))};
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
    FA_CROSS_ENTROPY, 0, 1, softmax_row_most, cross_entropy_row_sum, cross_entropy_row_finish, cross_entropy_rows};
static const Phases cross_entropy_lines = {
    FA_CROSS_ENTROPY, 1, 1, softmax_lines_most, cross_entropy_lines_sum, cross_entropy_lines_finish, NULL};

/* [function][with a scale][lines] */
#define ROWS(symbol) {&symbol##_row, &symbol##_lines}
static const Phases *const row_phases[FA_ROW_COUNT][2][2] = {
    [FA_SOFTMAX] = {ROWS(softmax), ROWS(softmax_scaled)},
    [FA_LOG_SOFTMAX] = {ROWS(log_softmax), ROWS(log_softmax_scaled)},
    [FA_LOGSUMEXP] = {ROWS(logsumexp), ROWS(logsumexp)},
    [FA_SOFTMAX_BACKWARD] = {ROWS(softmax_backward), ROWS(softmax_backward_scaled)},
    [FA_LOG_SOFTMAX_BACKWARD] = {ROWS(log_softmax_backward), ROWS(log_softmax_backward_scaled)},
    [FA_LOGSUMEXP_BACKWARD] = {ROWS(logsumexp_backward), ROWS(logsumexp_backward)},
    [FA_CROSS_ENTROPY] = {ROWS(cross_entropy), ROWS(cross_entropy)},
    [FA_CROSS_ENTROPY_GRADIENT] = {ROWS(cross_entropy), ROWS(cross_entropy)},
};
#undef ROWS
static const Phases *phases_of(const fa_rows *r) {
  return row_phases[r->function][r->scale != 1 || r->negate][r->across != 0];
}
static int is_cached(const fa_rows *r) {
  if (is_entropy(r->function)) return is_short(r);
  return r->length <= (r->across ? FEW : FA_ROW_UNITS * ROW_BLOCK) && !r->where;
}
/* Only what is not in place can be done again. */
static int looks_after(const fa_rows *r) {
  const char *out = r->data[FA_OUT];
  return r->function == FA_LOG_SOFTMAX_BACKWARD && r->across && out != r->data[FA_A] && out != r->data[FA_B];
}
static void rows_whole(const fa_rows *rows) {
  const Phases *p = phases_of(rows);
  if (looks_after(rows)) p = p->plain ? &log_softmax_backward_after_lines : &log_softmax_backward_after_scaled_lines;
  if (p->cached_rows && is_cached(rows))
    p->cached_rows(rows);
  else
    strips_whole(p, rows);
}
static void rows_part(const fa_rows *rows, void *stats, size_t first, size_t last, int phase) {
  row_part(phases_of(rows), rows, stats, first, last, phase);
}
