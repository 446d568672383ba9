/* sigmoid_loss.h - cross entropy of a sigmoid: the loss of an element, and its gradient with it. */
#pragma once
#include "../act/sigmoid.h"

/* With L = log(1 + e^-|x|), q = e^-|x| / (1 + e^-|x|), and w = 1 - t for x > 0, else t:
 *   -t log(sigma(x)) - (1 - t) log(sigma(-x)) = L + w |x|       sigma(x) - t = q - w, for x > 0 w - q
 * The terms of the loss are not negative for t in [0, 1]; where t is 0 or 1 nothing cancels in the gradient either. */
typedef struct {
  V loss, grad;
} SigmoidEntropy;
FA_INLINE SigmoidEntropy sigmoid_entropy(V x, V t) {
  M positive = v_gt(x, v_set(0));
  V size = v_abs(x), w = v_select(positive, 1 - t, t);
  Scaled e = exp_scaled(v_max(v_set(EXP_MIN), -size), NO_LOW);
  Log1p l = log1p_of(v_lt(v_set(0), v_set(1)), e);
  V log = v_scale2(l.value.hi + l.value.lo, l.n), q = v_scale2(e.hi / (1 + e.hi * v_pow2(e.n)), e.n), slope = q - w;
  return (SigmoidEntropy){v_select(v_gt(v_abs(w), v_set(0)), v_fma(w, size, log), log + w),
                          v_select(positive, -slope, slope)};
}
FA_INLINE void sigmoid_losses_each(T *loss, T *grad, const T *x, const T *t, V scale, size_t n, int both) {
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    SigmoidEntropy e = sigmoid_entropy(v_load(x + i), v_load(t + i));
    v_store(loss + i, e.loss);
    if (both) v_store(grad + i, scale * e.grad);
  }
  if (i < n) {
    SigmoidEntropy e = sigmoid_entropy(v_load_n(x + i, n - i), v_load_n(t + i, n - i));
    v_store_n(loss + i, e.loss, n - i);
    if (both) v_store_n(grad + i, scale * e.grad, n - i);
  }
}
static void sigmoid_losses(void *loss, void *grad, const void *x, const void *t, const void *scale, size_t n) {
  V by = v_set(*(const T *)scale);
  if (grad)
    sigmoid_losses_each(loss, grad, x, t, by, n, 1);
  else
    sigmoid_losses_each(loss, NULL, x, t, by, n, 0);
}
