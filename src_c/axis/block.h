/* block.h - what the loops over rows are about, never mathematics. A strip is what they take at a time: one row whose
 * elements are neighbours in memory, or up to STRIP rows side by side, over which they go line by line, so that memory is
 * read in the order in which it lies. The two kinds of loops differ in what a lane of a vector is; what they compute,
 * softmax.h says. */
#pragma once
#include "softmax.h"

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
  if (r->causal >= 0) s->length = size_min((size_t)r->causal + i + 1, r->length);
  if (r->across) s->columns = size_min(r->across - i * r->width, r->width);
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
FA_INLINE V min_of(const V v[4], V min) { return v_min(v_min(v_min(v[0], v[1]), v_min(v[2], v[3])), min); }
