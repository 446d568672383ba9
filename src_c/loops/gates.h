/* gates.h - the loops of the gated functions. */
#pragma once
#include "../act/gates.h"
#include "elementwise.h"

/* Whole vectors, then what is left through padded ones. Everything is loaded before anything is stored: an out may be an
 * input. */
#define GATE_LOOP(symbol, VALUE)                                                                                       \
  static void symbol(void *const *operand, size_t n) {                                                                 \
    T *out = operand[0];                                                                                               \
    const T *value = operand[1], *gate = operand[2];                                                                   \
    size_t i = 0;                                                                                                      \
    for (; i + VN <= n; i += VN) v_store(out + i, VALUE(FULL(value), FULL(gate)));                                     \
    if (i < n) v_store_n(out + i, VALUE(PART(value), PART(gate)), n - i);                                              \
  }
#define GATE_GRAD_LOOP(symbol, VALUE)                                                                                  \
  static void symbol(void *const *operand, size_t n) {                                                                 \
    T *grad_value = operand[0], *grad_gate = operand[1];                                                               \
    const T *grad = operand[2], *value = operand[3], *gate = operand[4];                                               \
    size_t i = 0;                                                                                                      \
    for (; i + VN <= n; i += VN) {                                                                                     \
      GateGrad d = VALUE(FULL(grad), FULL(value), FULL(gate));                                                         \
      v_store(grad_value + i, d.value), v_store(grad_gate + i, d.gate);                                                \
    }                                                                                                                  \
    if (i < n) {                                                                                                       \
      GateGrad d = VALUE(PART(grad), PART(value), PART(gate));                                                         \
      v_store_n(grad_value + i, d.value, n - i), v_store_n(grad_gate + i, d.gate, n - i);                              \
    }                                                                                                                  \
  }
#define GATE(name, ...)                                                                                                \
  GATE_LOOP(name##_gate_forward, name##_gate) GATE_GRAD_LOOP(name##_gate_backward, name##_gate_grad)
#include "../gates.def"
#undef GATE
GATE_GRAD_LOOP(glu_gate_backward_y, glu_gate_grad_y)

/* Any strides, as STRIDED. */
#define GATE_STRIDED(symbol, gather, scatter)                                                                          \
  static void symbol(fa_many *kernel, size_t outs, size_t operands, char *const *args, const ptrdiff_t *steps,         \
                     size_t n) {                                                                                       \
    T block[FA_MAX_OPERANDS][BLOCK];                                                                                   \
    void *operand[FA_MAX_OPERANDS];                                                                                    \
    for (size_t j = 0; j < operands; j++) operand[j] = block[j];                                                       \
    for (size_t i = 0; i < n; i += BLOCK) {                                                                            \
      size_t m = n - i < BLOCK ? n - i : BLOCK;                                                                        \
      for (size_t j = outs; j < operands; j++) gather(block[j], args[j] + (ptrdiff_t)i * steps[j], steps[j], m);       \
      kernel(operand, m);                                                                                              \
      for (size_t j = 0; j < outs; j++) scatter(args[j] + (ptrdiff_t)i * steps[j], steps[j], block[j], m);             \
    }                                                                                                                  \
  }
GATE_STRIDED(gate_strided, gather, scatter)
#if FA_REAL == 32
GATE_STRIDED(gate_strided_half, gather_half, scatter_half)
#endif
