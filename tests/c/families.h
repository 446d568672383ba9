/* families.h - for harness.c: the kernels that are not one number in, one number out, each on buffers of exactly the bytes
 * that it may touch. */

static void write_results(const char *label, int dtype, void *array, size_t n) {
  equal_nans(dtype, array, n);
  printf("%s %zu\n", label, n);
  fwrite(array, sizes[dtype], n, stdout);
}

/* The first n elements of what a kernel of many operands gives; stride: of each operand in memory, in elements. */
static void *run_many(const fa_table *table, fa_many *kernel, int dtype, size_t outs, size_t inputs, void *const *in,
                      size_t n, size_t stride, int in_place) {
  const size_t size = sizes[dtype], bytes = n ? ((n - 1) * stride + 1) * size : 0;
  void *operand[FA_MAX_OPERANDS];
  ptrdiff_t steps[FA_MAX_OPERANDS];
  for (size_t k = 0; k < outs + inputs; k++) {
    steps[k] = (ptrdiff_t)(stride * size);
    operand[k] = buffer(bytes);
    for (size_t i = 0; k >= outs && i < n; i++)
      memcpy((char *)operand[k] + i * stride * size, (char *)in[k - outs] + i * size, size);
  }
  if (in_place) free(operand[0]), operand[0] = operand[outs];
  if (stride == 1)
    kernel(operand, n);
  else
    table->gate_strided(kernel, outs, outs + inputs, (char *const *)operand, steps, n);
  char *results = buffer(outs * n * size);
  for (size_t k = 0; k < outs; k++) {
    for (size_t i = 0; i < n; i++) memcpy(results + (k * n + i) * size, (char *)operand[k] + i * stride * size, size);
  }
  equal_nans(dtype, results, outs * n);
  for (size_t k = in_place ? 1 : 0; k < outs + inputs; k++) free(operand[k]);
  return results;
}
static void many(const fa_table *table, fa_many *kernel, int dtype, size_t outs, size_t inputs, void *const *in,
                 size_t n, const char *label) {
  const size_t size = sizes[dtype];
  char *whole = run_many(table, kernel, dtype, outs, inputs, in, n, 1, 0);
  write_results(label, dtype, whole, outs * n);
  for (size_t m = 0; m <= 4 * table->lanes + 1; m++) {
    for (int how = 0; how < 4; how++) {
      char *part = run_many(table, kernel, dtype, outs, inputs, in, m, how & 1 ? 3 : 1, how >> 1);
      for (size_t k = 0; k < outs; k++)
        expect_same(part + k * m * size, whole + k * n * size, m * size, label, "a run", m);
      free(part);
    }
  }
  free(whole);
}

static void gates(const fa_table *table, int dtype, void *const *in, size_t n) {
  static const char *const names[] = {
#define GATE(name, ...) #name,
#include "gates.def"
#undef GATE
  };
  char label[80];
  for (int id = 0; id < FA_GATES; id++) {
    for (int kind = 0; kind < FA_KINDS; kind++) {
      if (!table->gate[id][kind]) continue;
      snprintf(label, sizeof label, "%s gate %s %s 1", names[id], kind_names[kind], dtype_names[dtype]);
      many(table, table->gate[id][kind], dtype, kind ? 2 : 1, kind ? 3 : 2, in, n, label);
    }
  }
  snprintf(label, sizeof label, "crelu - forward %s 1", dtype_names[dtype]);
  many(table, table->crelu, dtype, 2, 1, in, n, label);
  snprintf(label, sizeof label, "crelu - backward %s 1", dtype_names[dtype]);
  many(table, table->crelu_backward, dtype, 1, 4, in, n, label);
}

static double number_of(int dtype, const void *array, size_t i) {
  return dtype == FA_F32 ? (double)((const float *)array)[i] : ((const double *)array)[i];
}
/* Rows of every length, whole and in parts, against the definition; and an index that is no piece. */
static void pieces(const fa_table *table, int dtype) {
  static const size_t steps[] = {1, 2, 5, 15, 16, 40}, counts[] = {1, 2, 3, 5, 257};
  const size_t size = sizes[dtype], units = 3;
  for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      for (size_t inner = 1; inner <= steps[s]; inner++) {
        const size_t step = steps[s], count = counts[c], few = (units - 1) * step + inner, wide = count > 256;
        const size_t rows = (units * count - 1) * step + inner;
        char *z = buffer(rows * size), *y = buffer(few * size), *dz = buffer(rows * size);
        char *index = buffer(few * (1 + wide));
        for (size_t i = 0; i < rows; i++) put(dtype, z, i, (double)(i * 7919 % 1009));
        memset(y, 0, few * size), memset(index, 0, few * (1 + wide)), memset(dz, 0, rows * size);
        table->maxout(y, index, (int)wide, z, count, units, inner, step);
        table->maxout_backward(dz, y, index, (int)wide, count, units, inner, step);
        for (size_t u = 0; u < units; u++) {
          for (size_t i = 0; i < inner; i++) {
            size_t best = 0, at = u * step + i;
            for (size_t k = 1; k < count; k++) {
              if (number_of(dtype, z, (u * count + k) * step + i) > number_of(dtype, z, (u * count + best) * step + i))
                best = k;
            }
            const double want = number_of(dtype, z, (u * count + best) * step + i);
            const size_t got = wide ? ((uint16_t *)(void *)index)[at] : (size_t)(unsigned char)index[at];
            int right = number_of(dtype, y, at) == want && got == best;
            for (size_t k = 0; k < count; k++)
              right = right && number_of(dtype, dz, (u * count + k) * step + i) == (k == best ? want : 0);
            if (!right) {
              failures++;
              fprintf(stderr, "harness: maxout %s: %zu pieces, inner %zu of %zu: unit %zu, column %zu is wrong\n",
                      dtype_names[dtype], count, inner, step, u, i);
            }
          }
        }
        memset(index, 255, few * (1 + wide));
        table->maxout_backward(dz, y, index, (int)wide, count, units, inner, step);
        for (size_t i = 0; i < units * count; i++) {
          for (size_t j = 0; j < inner; j++)
            if (number_of(dtype, dz, i * step + j) != 0) failures++, fprintf(stderr, "harness: maxout: no winner\n");
        }
        free(z), free(y), free(dz), free(index);
      }
    }
  }
}

/* The gradients of parameters, along rows and down columns, with the sums merged. */
static void sums(const fa_table *table, int dtype, void *const *in, size_t n) {
  const size_t size = sizes[dtype];
  char label[80];
  for (int id = 0; id < FA_SUMS; id++) {
    for (int mode = 0; mode < FA_MODES; mode++) {
      for (size_t m = 1; m <= n; m = m <= 300 ? m + 1 : m < n ? n : n + 1) {
        const size_t rows = mode == FA_VARYING ? 1 + m % 8 : 1, columns = m / rows + (m < rows);
        const size_t total = rows * columns, pairs = mode == FA_VARYING ? columns : 64 / size;
        const ptrdiff_t step[3] = {(ptrdiff_t)columns, (ptrdiff_t)columns, (ptrdiff_t)columns};
        void *out = buffer(total * size), *g = copy_of(in[0], total * size), *x = copy_of(in[1], total * size);
        void *p = buffer(columns * size), *hi = calloc(pairs, size), *lo = calloc(pairs, size);
        if (!hi || !lo) exit(2);
        for (size_t i = 0; i < total; i++) {
          put(dtype, g, i, (double)(i % 19) / 8 - 1), put(dtype, x, i, (double)(i % 23) / 4 - 3);
          if (i < columns) put(dtype, p, i, 0.25);
        }
        table->sum[id][mode](out, g, x, p, hi, lo, rows, columns, step);
        table->merge(hi, lo, lo, hi, pairs);
        if (m == n) {
          snprintf(label, sizeof label, "sum%d %s sum %s 1", id, mode_names[mode], dtype_names[dtype]);
          write_results(label, dtype, hi, pairs);
        }
        free(out), free(g), free(x), free(p), free(hi), free(lo);
      }
    }
  }
}

/* Losses of a sigmoid and random numbers. */
static void losses_and_chances(const fa_table *table, int dtype, void *const *in, size_t n) {
  const size_t size = sizes[dtype];
  char label[80], *whole = NULL;
  for (int id = -1; id < FA_CHANCES; id++) {
    for (size_t m = n; m != (size_t)-1; m = m == n ? 4 * table->lanes + 1 : m - 1) {
      void *x = copy_of(in[0], m * size), *t = copy_of(in[1], m * size), *p = buffer(2 * size);
      char *out = buffer(2 * m * size);
      put(dtype, p, 0, 0.25), put(dtype, p, 1, 0.5);
      memset(out, 0, 2 * m * size);
      if (id >= 0)
        table->chance[id](out, x, t, p, 7, 3, m);
      else
        table->sigmoid_losses(x, out, x, t, p, m), memcpy(out + m * size, x, m * size);
      if (m == n) {
        snprintf(label, sizeof label, "random%d - - %s 1", id, dtype_names[dtype]);
        write_results(label, dtype, out, 2 * n);
        whole = out, out = NULL;
      } else {
        equal_nans(dtype, out, 2 * m);
        expect_same(out, whole, m * size, label, "a run", m);
      }
      free(x), free(t), free(p), free(out);
    }
    free(whole);
  }
}

/* Softmax and its kin, along rows that are neighbours in memory and beside each other. */
static void rows(const fa_table *table, int dtype) {
  static const size_t lengths[] = {1, 2, 3, 10, 16, 17, 33, 100, 1025}, beside[] = {0, 1, 5, 17, 130};
  const size_t size = sizes[dtype];
  char label[80];
  for (int function = 0; function < FA_ROW_COUNT; function++) {
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
      for (size_t b = 0; b < sizeof beside / sizeof *beside; b++) {
        const size_t length = lengths[l], across = beside[b], lines = across ? across : 3, n = lines * length;
        const size_t width = across ? FA_TILE / size : 1, one = across ? width : length;
        const int labelled = function == FA_CROSS_ENTROPY || function == FA_CROSS_ENTROPY_GRADIENT;
        char *out = buffer(n * size), *result = buffer(lines * size);
        void *a = buffer(n * size), *c = buffer(n * size), *labels = buffer(lines * sizeof(int64_t));
        memset(out, 0, n * size), memset(result, 0, lines * size);
        for (size_t i = 0; i < n; i++) {
          put(dtype, a, i, (double)(i * 7919 % 101) / 8 - 6), put(dtype, c, i, (double)(i % 7) / 64);
          if (i < lines) put(dtype, result, i, 1);
          if (i < lines)
            memcpy((char *)labels + i * sizeof(int64_t), &(int64_t){(int64_t)(i % length)}, sizeof(int64_t));
        }
        fa_rows given = {.function = function, .length = length, .across = across, .width = width, .causal = -1};
        given.count = across ? (across + width - 1) / width : lines;
        given.scale = 1, given.ignore = -1;
        void *data[FA_ROW_OPERANDS];
        data[FA_OUT] = out, data[FA_A] = a, data[FA_B] = c, data[FA_RESULT] = result;
        for (int k = 0; k < FA_ROW_OPERANDS; k++) {
          given.data[k] = data[k];
          given.step[k] = (ptrdiff_t)(k == FA_RESULT ? 0 : (across ? across : 1) * size);
          given.next[k] = (ptrdiff_t)((k == FA_RESULT && !across ? 1 : one) * size);
        }
        if (labelled) {
          given.where = labels;
          given.where_across = sizeof(int64_t);
          given.where_next = (ptrdiff_t)(width * sizeof(int64_t));
        }
        table->rows(&given);
        snprintf(label, sizeof label, "rows%d %zu %zu %s 1", function, length, across, dtype_names[dtype]);
        write_results(label, dtype, out, n);
        label[0] = 'R';
        write_results(label, dtype, result, lines);
        free(out), free(result), free(a), free(c), free(labels);
      }
    }
  }
}

/* float16 in memory, float inside. */
static void halves(const fa_table *table, void *const *in, size_t n) {
  if (!table->strided_half) return;
  for (size_t m = 0; m < 600; m += 1 + m / 4) {
    uint16_t *a = buffer(2 * (3 * m + 1)), *b = buffer(2 * (3 * m + 1)), *out = buffer(2 * (3 * m + 1));
    for (size_t i = 0; i < 3 * m + 1; i++) memcpy(&a[i], (const char *)in[0] + i % n * 4 + 2, 2), b[i] = a[i];
    char *args[FA_MAX_OPERANDS] = {(char *)a, (char *)b, (char *)out};
    const ptrdiff_t steps[FA_MAX_OPERANDS] = {6, 2, 4};
    table->strided_half(table->kernel[FA_ID_gelu][FA_BACKWARD], 2, 0, args, steps, m);
    args[0] = (char *)out, args[1] = (char *)a, args[2] = (char *)b;
    table->gate_strided_half(table->gate[FA_GATE_glu][FA_FORWARD], 1, 3, args, steps, m);
    free(a), free(b), free(out);
  }
}

static void families(const fa_table *table, int dtype, void *const *in, size_t n) {
  gates(table, dtype, in, n);
  pieces(table, dtype);
  sums(table, dtype, in, n);
  losses_and_chances(table, dtype, in, n);
  rows(table, dtype);
  if (dtype == FA_F32) halves(table, in, n);
}
