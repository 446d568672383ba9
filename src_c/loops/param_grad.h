/* param_grad.h - what the gradients of learned parameters are sums of. g is the gradient, x the input, of one element. */
#pragma once
#include "../act/exp.h"
#include "../act/sigmoid.h"
#include "channel_sums.h"

/* prelu(x) = x for x > 0, else weight x, is leaky_relu; so its gradient with respect to the weight is g min(x, 0). The
 * gradients share their two comparisons. */
FA_INLINE V prelu_grad(V g, V x, V weight) {
  V dx = g * v_select(v_gt(x, v_set(0)), v_set(1), weight);
  return v_select(v_nan(g, x), g + x, dx);
}
FA_INLINE V prelu_weight_term(V g, V x) {
  return v_select(v_nan(g, x), g + x, v_select(v_gt(x, v_set(0)), v_set(0), g * x));
}

/* x sigma(beta x): g x^2 sigma'(beta x). The slope's tail comes first: x^2 may overflow, 0 times it must be 0. */
FA_INLINE V swish_beta_term(V g, V x, V beta) {
  V bounded = within(x, -FINITE);
  return g * (bounded * (bounded * sigmoid_slope_of(logistic(sloped_within(bounded, beta, EXP_MIN)), 1)));
}

/* xielu is alpha_p times one function of x and alpha_n times another */
FA_INLINE V xielu_alpha_p_term(V g, V x, V eps) { return g * xielu(x, v_set(1), v_set(0), v_set(0), eps); }
FA_INLINE V xielu_alpha_n_term(V g, V x, V eps) { return g * xielu(x, v_set(0), v_set(1), v_set(0), eps); }

#define NOTHING (void)0
SUM(prelu, EIGHT, v_store_part(to, prelu_grad(g, x, p), m), prelu_weight_term(g, x))
SUM(swish_beta, ONCE, NOTHING, swish_beta_term(g, x, p))
SUM(xielu_alpha_p, ONCE, NOTHING, xielu_alpha_p_term(g, x, p))
SUM(xielu_alpha_n, ONCE, NOTHING, xielu_alpha_n_term(g, x, p))
SUM(total, EIGHT, NOTHING, g)

/* x + bias */
FA_INLINE V add_bias(V x, V bias) { return x + bias; }
