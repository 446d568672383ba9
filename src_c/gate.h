/* gate.h - gated functions, value * f(gate), and their loops; gates.def names f for each. Once inlined, f and f' share what
 * they have in common: the compiler sees to it where both begin with the same operations. Where they do not, gates.def
 * names a form of f for use beside f' that does. */
typedef struct {
  V value, gate; /* the gradients of the two */
} GateGrad;

/* selu from the e^x of selu_grad: bit for bit selu */
FA_INLINE V selu_beside(V x) {
  V a = v_max(v_set(EXP_MIN_WIDE), x), n = exp_round(a), s = v_pow2(n);
  Pair p = expm1_reduced_pair(exp_reduce(a, n) + NO_LOW);
  V hi = v_fma(s, p.hi, s - 1);
  return selu_of((Pair){hi, v_fma(s, p.lo, v_fma(s, p.hi, (s - 1) - hi))}, x);
}
FA_INLINE V silu_beside(V x) {
  V low = v_max(v_set(EXP_MIN), x);
  Logistic l = logistic_of(v_min(v_set(-EXP_MIN), low));
  V inverse = 1 / l.d, rest = v_fma(inverse, l.excess, v_residual(v_set(1), inverse, l.d));
  return v_scale2(low * v_fma(inverse, rest, inverse), l.n_u);
}

#define GATE(name, f, beside, reads)                                                                                   \
  FA_INLINE V name##_gate(V value, V gate) { return value * f(gate); }                                                 \
  FA_INLINE GateGrad name##_gate_grad(V g, V value, V gate) {                                                          \
    return (GateGrad){g * beside(gate), f##_grad(g * value, gate)};                                                    \
  }
#include "gates.def"
#undef GATE

/* glu from its output y = value sigma(x): y sigma(-x), sigma(-x) = v (1 + p) / d */
FA_INLINE GateGrad glu_gate_grad_y(V g, V y, V gate) {
  Logistic l = logistic_of(within(gate, EXP_MIN));
  V inverse = 1 / l.d, q = v_fma(inverse, inverse * l.excess, inverse);
  V rest = v_scale2(v_fma(q, l.p, q), v_min(v_set(0), l.n));
  return (GateGrad){g * v_scale2(q, l.n_u), g * y * rest};
}

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
#include "gates.def"
#undef GATE
GATE_GRAD_LOOP(glu_gate_backward_y, glu_gate_grad_y)

/* Any strides, as STRIDED. */
#define GATE_STRIDED(symbol, gather, scatter)                                                                          \
  static void symbol(fa_gate *kernel, size_t outs, size_t operands, char *const *args, const ptrdiff_t *steps,         \
                     size_t n) {                                                                                       \
    T block[FA_GATE_OPERANDS][BLOCK];                                                                                  \
    void *operand[FA_GATE_OPERANDS];                                                                                   \
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
