/* rows_stack.c - how much stack the functions along an axis take: each of them runs on a stack of its own, painted before.
 * Prints a line for each: instruction set, bits, function, across or not, bytes. */
#include "fastact.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { ROOM = 1 << 18, PAINT = 0xa5 };
static unsigned char stack[ROOM] __attribute__((aligned(64)));
static ucontext_t here, there;
static fa_rows_kernel *kernel;
static const fa_rows *call;

static void run(void) { kernel(call); }

static size_t used(fa_rows_kernel *f, const fa_rows *rows) {
  size_t i = 0;
  kernel = f, call = rows;
  memset(stack, PAINT, ROOM);
  getcontext(&there);
  there.uc_stack.ss_sp = stack, there.uc_stack.ss_size = ROOM, there.uc_link = &here;
  makecontext(&there, run, 0);
  swapcontext(&here, &there);
  while (i < ROOM && stack[i] == PAINT) i++;
  return ROOM - i;
}

/* The largest for a length, without and with a mask, without and with a scale; in gradients of NaN, too, which are gone
 * through again. */
static size_t most_of(const fa_isa *isa, int dtype, int function, size_t length, int across) {
  enum { COLUMNS = 300 };
  size_t size = dtype == FA_F32 ? 4 : 8, count = length * COLUMNS, max = 0;
  char *data = calloc(count, 3 * size);
  unsigned char *where = malloc(count);
  if (!data || !where) exit(1);
  memset(where, 1, count);
  for (int variant = 0; variant < 8; variant++) {
    int masked = variant & 1, scaled = variant & 2, nan = variant & 4;
    ptrdiff_t along = (ptrdiff_t)(across ? COLUMNS * size : size), width = FA_TILE / (ptrdiff_t)size;
    int entropy = function == FA_CROSS_ENTROPY || function == FA_CROSS_ENTROPY_GRADIENT;
    fa_rows rows = {.function = function, .length = length, .causal = -1, .scale = scaled ? 0.7 : 1, .width = 1};
    if (entropy && masked) continue; /* where would be labels */
    memset(data, nan ? 0xff : 0, count * size);
    for (int k = 0; k < FA_ROW_OPERANDS; k++) {
      rows.data[k] = data + (size_t)(k == FA_OUT || k == FA_RESULT ? 2 * (k == FA_RESULT) : k == FA_B) * count * size;
      rows.step[k] = along;
      rows.next[k] = across ? (ptrdiff_t)size * width : (ptrdiff_t)(length * size);
    }
    rows.count = across ? (COLUMNS + (size_t)width - 1) / (size_t)width : COLUMNS;
    if (across) rows.across = COLUMNS, rows.width = (size_t)width;
    if (masked) {
      rows.where = where;
      rows.where_step = across ? COLUMNS : 1, rows.where_across = across ? 1 : (ptrdiff_t)length;
      rows.where_next = across ? width : (ptrdiff_t)length;
    }
    size_t n = used(isa->table[dtype]->rows, &rows);
    if (n > max) max = n;
  }
  free(data), free(where);
  return max;
}

int main(void) {
  const size_t lengths[] = {7, 40, 3000};
  for (const fa_isa *isa = fa_isas; isa->name; isa++)
    for (int dtype = 0; isa->available() && dtype < FA_DTYPES; dtype++)
      for (int function = 0; function < FA_ROW_COUNT; function++)
        for (int across = 0; across < 2; across++) {
          size_t max = 0;
          for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            size_t n = most_of(isa, dtype, function, lengths[i], across);
            if (n > max) max = n;
          }
          printf("%s %d %d %s %zu\n", isa->name, dtype == FA_F32 ? 32 : 64, function, across ? "across" : "along", max);
        }
  return 0;
}
