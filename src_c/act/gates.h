/* gates.h - gated functions, value * f(gate); gates.def names f for each. Once inlined, f and f' share what
 * they have in common: the compiler sees to it where both begin with the same operations. Where they do not, or could share
 * more, the two are written together here. */
#pragma once
#include "gelu.h"
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
#include "../gates.def"
#undef GATE

/* glu from its output y = value sigma(x): y sigma(-x), sigma(-x) = v (1 + p) / d */
FA_INLINE GateGrad glu_gate_grad_y(V g, V y, V gate) {
  Logistic l = logistic_of(within(gate, EXP_MIN));
  V inverse = 1 / l.d, q = v_fma(inverse, inverse * l.excess, inverse);
  V rest = v_scale2(v_fma(q, l.p, q), v_min(v_set(0), l.n));
  return (GateGrad){g * v_scale2(q, l.n_u), g * y * rest};
}
