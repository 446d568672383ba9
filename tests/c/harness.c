/* harness.c - every kernel of one instruction set on fixed inputs, so that two builds can be compared byte by byte.
 *
 *   harness ISA [COUNT]
 *
 * Writes, for each activation, pass, mode, dtype and parameter set, a line of text and then the results (NaNs made equal);
 * then the same for the other families (families.h).
 * Before that it checks every length up to four vectors and a bit, in buffers of exactly that size: a build with a
 * sanitizer sees every access outside them. No Python, no package: the kernels, dispatch.c and info.c only. */
#include "fastact.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[FA_KINDS] = {"forward", "backward", "backward_y"};
static const char *const mode_names[FA_MODES] = {"uniform", "varying"};
static const char *const dtype_names[FA_DTYPES] = {"float32", "float64"};
static const size_t sizes[FA_DTYPES] = {4, 8};

static const double scales[] = {1, 0.3, 2.5}; /* of the default parameters; keeps every rule of the registry */
enum { SCALES = sizeof scales / sizeof *scales };

static uint64_t seed;
static uint64_t random_bits(void) { /* splitmix64 */
  uint64_t z = seed += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}
static double random_in(double low, double high) {
  return low + (high - low) * ((double)(random_bits() >> 11) * 0x1p-53);
}

static void put(int dtype, void *array, size_t i, double value) {
  if (dtype == FA_F32) {
    ((float *)array)[i] = (float)value;
  } else {
    ((double *)array)[i] = value;
  }
}
static void put_bits(int dtype, void *array, size_t i, uint64_t bits) {
  if (dtype == FA_F32) {
    uint32_t half = (uint32_t)bits;
    memcpy((char *)array + 4 * i, &half, 4);
  } else {
    memcpy((char *)array + 8 * i, &bits, 8);
  }
}

/* Special values, the neighbourhood of every kink, both signs of every exponent, and random values where results live. */
static void fill(int dtype, void *x, size_t n) {
  static const double plain[] = {0, 1, 3, 6, 0.5, 0.75, 1.25, 1.28, 88, 104, 709, 746, 1e30};
  static const uint64_t bits32[] = {0x7f800000, 0x7fc00000, 1, 2, 0x7fffff, 0x800000, 0x800001, 0x7f7fffff};
  static const uint64_t bits64[] = {0x7ff0000000000000, 0x7ff8000000000000, 1, 2, 0xfffffffffffff, 0x10000000000000,
                                    0x10000000000001,   0x7fefffffffffffff};
  const uint64_t sign = dtype == FA_F32 ? 0x80000000u : 0x8000000000000000u;
  const uint64_t exponents = dtype == FA_F32 ? 255 : 2047;
  const int mantissa = dtype == FA_F32 ? 23 : 52;
  const double tail = dtype == FA_F32 ? 87 : 708;
  size_t i = 0;
  seed = 1;
  for (size_t j = 0; j < sizeof bits32 / sizeof *bits32; j++) {
    uint64_t special = dtype == FA_F32 ? bits32[j] : bits64[j];
    if (i < n) put_bits(dtype, x, i++, special);
    if (i < n) put_bits(dtype, x, i++, special | sign);
  }
  for (size_t j = 0; j < sizeof plain / sizeof *plain; j++) {
    for (int side = -1; side <= 1; side++) {
      double step = plain[j] * (dtype == FA_F32 ? 0x1p-23 : 0x1p-52) * side;
      if (i < n) put(dtype, x, i++, plain[j] + step);
      if (i < n) put(dtype, x, i++, -plain[j] - step);
    }
  }
  for (uint64_t e = 0; e < exponents; e++) {
    for (int repeat = 0; repeat < 4; repeat++) {
      uint64_t fraction = random_bits() & ((1ull << mantissa) - 1);
      if (i < n) put_bits(dtype, x, i++, (repeat & 1 ? sign : 0) | e << mantissa | fraction);
    }
  }
  while (i < n) {
    switch (i % 4) {
    case 0: put(dtype, x, i, random_in(-4, 4)); break;
    case 1: put(dtype, x, i, random_in(-40, 40)); break;
    case 2: put(dtype, x, i, random_in(-tail - 0.2 * tail, -0.95 * tail)); break;
    default: put(dtype, x, i, random_in(-tail, tail)); break;
    }
    i++;
  }
}
static void fill_gradient(int dtype, void *g, const void *x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (i % 4 != 3) {
      put(dtype, g, i, i % 4 == 2 ? random_in(-2, 2) : 1);
    } else { /* the inputs in another order: all the special values against most of the others */
      memcpy((char *)g + sizes[dtype] * i, (const char *)x + sizes[dtype] * ((i * 7919) % n), sizes[dtype]);
    }
  }
}

static void equal_nans(int dtype, void *array, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (dtype == FA_F32) {
      float v = ((float *)array)[i];
      if (v != v) put_bits(dtype, array, i, 0x7fc00000);
    } else {
      double v = ((double *)array)[i];
      if (v != v) put_bits(dtype, array, i, 0x7ff8000000000000);
    }
  }
}

static void *buffer(size_t bytes) {
  void *p = malloc(bytes ? bytes : 1);
  if (!p) {
    fputs("harness: out of memory\n", stderr);
    exit(2);
  }
  return p;
}
static void *copy_of(const void *from, size_t bytes) {
  void *p = buffer(bytes);
  memcpy(p, from, bytes);
  return p;
}

typedef struct {
  size_t n;
  void *a, *b, *p[FA_MAX_PARAMS];
} Inputs;

/* The first n results, from buffers of exactly n elements; in place where in_place is set. */
static void *run(fa_kernel *kernel, int dtype, int kind, int mode, size_t params, const Inputs *in, size_t n,
                 int in_place) {
  const size_t bytes = n * sizes[dtype];
  void *a = copy_of(in->a, bytes), *b = kind == FA_FORWARD ? NULL : copy_of(in->b, bytes);
  void *p[FA_MAX_PARAMS] = {0};
  for (size_t j = 0; j < params; j++) p[j] = copy_of(in->p[j], mode == FA_UNIFORM ? sizes[dtype] : bytes);
  void *out = in_place ? a : buffer(bytes);
  kernel(out, a, b, (const void *const *)p, n);
  equal_nans(dtype, out, n);
  if (!in_place) free(a);
  free(b);
  for (size_t j = 0; j < params; j++) free(p[j]);
  return out;
}

static int failures;
static void expect_same(const void *got, const void *want, size_t bytes, const char *label, const char *what,
                        size_t n) {
  if (!memcmp(got, want, bytes)) return;
  failures++;
  fprintf(stderr, "harness: %s: %s of length %zu differs\n", label, what, n);
}

static void one(const fa_isa *isa, int dtype, size_t id, int kind, size_t scale, Inputs *in) {
  const fa_info *info = &fa_registry[id];
  const fa_table *table = isa->table[dtype];
  void *uniform = NULL;
  for (size_t j = 0; j < info->n_params; j++) {
    for (size_t i = 0; i < in->n; i++) put(dtype, in->p[j], i, info->params[j].value * scales[scale]);
  }
  for (int mode = 0; mode < FA_MODES; mode++) {
    fa_kernel *kernel = table->kernel[id][kind][mode];
    char label[120];
    if (!kernel) continue;
    snprintf(label, sizeof label, "%s %s %s %s %g", info->name, kind_names[kind], mode_names[mode], dtype_names[dtype],
             scales[scale]);
    void *whole = run(kernel, dtype, kind, mode, info->n_params, in, in->n, 0);
    for (size_t n = 0; n <= 4 * table->lanes + 1; n++) {
      for (int in_place = 0; in_place < 2; in_place++) {
        void *part = run(kernel, dtype, kind, mode, info->n_params, in, n, in_place);
        expect_same(part, whole, n * sizes[dtype], label, in_place ? "a run in place" : "a run", n);
        free(part);
      }
    }
    if (uniform) expect_same(whole, uniform, in->n * sizes[dtype], label, "the varying kernel", in->n);
    printf("%s %zu\n", label, in->n);
    fwrite(whole, sizes[dtype], in->n, stdout);
    if (uniform) free(uniform);
    uniform = whole;
  }
  free(uniform);
}

#include "families.h"

int main(int argc, char **argv) {
  const fa_isa *isa = argc > 1 ? fa_select(argv[1]) : NULL;
  size_t n = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 20011; /* no multiple of any vector */
  if (!isa) {
    fprintf(stderr, "usage: harness ISA [COUNT]; ISA one of:");
    for (const fa_isa *i = fa_isas; i->name; i++)
      fprintf(stderr, " %s%s", i->name, i->available() ? "" : " (not here)");
    fputc('\n', stderr);
    return 2;
  }
  for (int dtype = 0; dtype < FA_DTYPES; dtype++) {
    void *x = buffer(n * sizes[dtype]), *g = buffer(n * sizes[dtype]), *y = buffer(n * sizes[dtype]);
    void *p[FA_MAX_PARAMS];
    fill(dtype, x, n);
    fill_gradient(dtype, g, x, n);
    for (size_t j = 0; j < FA_MAX_PARAMS; j++) p[j] = buffer(n * sizes[dtype]);
    for (size_t id = 0; id < FA_COUNT; id++) {
      for (size_t scale = 0; scale < (fa_registry[id].n_params ? SCALES : 1); scale++) {
        Inputs in = {n, x, NULL, {p[0], p[1], p[2], p[3]}};
        one(isa, dtype, id, FA_FORWARD, scale, &in);
        in = (Inputs){n, g, x, {p[0], p[1], p[2], p[3]}};
        one(isa, dtype, id, FA_BACKWARD, scale, &in);
        if (fa_registry[id].from_y) { /* y is what the forward pass gives */
          isa->table[dtype]->kernel[id][FA_FORWARD][FA_UNIFORM](y, x, NULL, (const void *const *)p, n);
          in.b = y;
          one(isa, dtype, id, FA_BACKWARD_Y, scale, &in);
        }
      }
    }
    void *in[] = {g, x, y, x};
    families(isa->table[dtype], dtype, in, n);
    for (size_t j = 0; j < FA_MAX_PARAMS; j++) free(p[j]);
    free(x), free(g), free(y);
  }
  return failures ? 1 : 0;
}
