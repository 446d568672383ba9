/* gate.h - gated functions, value * f(gate), and their loops; gates.def names f for each. Once inlined, f and f' share what
 * they have in common: the compiler sees to it where both begin with the same operations. Where they do not, or could share
 * more, the two are written together here. */
typedef struct {
  V value, gate; /* the gradients of the two */
} GateGrad;

/* both from one exponential */
FA_INLINE GateGrad glu_gate_grad(V g, V value, V x) {
  Logistic l = logistic_of(within(x, EXP_MIN));
  return (GateGrad){g * sigmoid_of(l), g * value * sigmoid_slope_of(l, 1)};
}

/* silu(x) = x / d, silu'(x) = (u + (1 + x) v (1 + p)) / d^2, from one 1 / d; the sum is rounded less often than slope_top,
 * which with two more factors came to 5.01 ULP */
FA_INLINE GateGrad swiglu_gate_grad(V g, V value, V x) {
  V low = v_max(v_set(EXP_MIN), x), bounded = v_min(v_set(-EXP_MIN), low);
  Logistic l = logistic_of(bounded);
  V inverse = 1 / l.d, rest = v_fma(inverse, l.excess, v_residual(v_set(1), inverse, l.d));
  V f = v_scale2(low * v_fma(inverse, rest, inverse), l.n_u);
  V y = v_fma((1 + bounded) * l.v, 1 + l.p, l.u) * inverse * inverse;
  return (GateGrad){g * f, g * value * v_scale2(v_fma(y, rest + rest, y), l.n_u)};
}

/* selu from the e^x of selu_grad; bit for bit selu */
FA_INLINE GateGrad seglu_gate_grad(V g, V value, V x) {
  V a = v_max(v_set(EXP_MIN_WIDE), x), n = exp_round(a), s = v_pow2(n);
  DD p = expm1_reduced_dd(exp_reduce(a, n) + NO_LOW);
  V hi = v_fma(s, p.hi, s - 1);
  DD em = {hi, v_fma(s, p.lo, v_fma(s, p.hi, (s - 1) - hi))};
  return (GateGrad){g * selu_of(em, x), selu_grad(g * value, x)};
}

#define GRAD_TOGETHER(name, f)
#define GRAD_APART(name, f)                                                                                            \
  FA_INLINE GateGrad name##_gate_grad(V g, V value, V gate) {                                                          \
    return (GateGrad){g * f(gate), f##_grad(g * value, gate)};                                                         \
  }
#define GATE(name, f, grad, reads)                                                                                     \
  FA_INLINE V name##_gate(V value, V gate) { return value * f(gate); }                                                 \
  GRAD_##grad(name, f)
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
