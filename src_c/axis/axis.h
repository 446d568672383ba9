/* axis.h - the one way in to every function along an axis: which phases, or which loops, compute it. */
#pragma once
#include "cross_entropy_loops.h"
#include "sparsemax.h"

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

static void rows_or_sparse(const fa_rows *rows) {
  if (rows->function < FA_HARDMAX)
    rows_whole(rows);
  else
    sparse_kernels[rows->function][rows->across != 0](rows);
}
