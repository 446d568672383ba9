/* crelu.h - concatenated relu, the two halves of a row side by side, and its gradient. */
#pragma once
#include "../loops/elementwise.h"

/* crelu(x) = relu(x), relu(-x); dx = g1 where y1 > 0, -g2 where y2 > 0 */
static void crelu(void *const *operand, size_t n) {
  T *positive = operand[0], *negative = operand[1];
  const T *x = operand[2];
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    V v = FULL(x);
    v_store(positive + i, relu(v)), v_store(negative + i, relu(-v));
  }
  if (i < n) {
    V v = PART(x);
    v_store_n(positive + i, relu(v), n - i), v_store_n(negative + i, relu(-v), n - i);
  }
}
FA_INLINE V crelu_grad_y(V g1, V g2, V y1, V y2) { return relu_grad_y(g1, y1) - relu_grad_y(g2, y2); }
static void crelu_backward(void *const *operand, size_t n) {
  T *out = operand[0];
  const T *g1 = operand[1], *g2 = operand[2], *y1 = operand[3], *y2 = operand[4];
  size_t i = 0;
  for (; i + VN <= n; i += VN) v_store(out + i, crelu_grad_y(FULL(g1), FULL(g2), FULL(y1), FULL(y2)));
  if (i < n) v_store_n(out + i, crelu_grad_y(PART(g1), PART(g2), PART(y1), PART(y2)), n - i);
}
