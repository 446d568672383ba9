"""A neural network in NumPy whose passes all work in place, beside the same network in plain NumPy.

    pip install "fastact[examples]"
    python examples/digits_mlp.py --activation gelu

Both learn scikit-learn's handwritten digits, from the same weights and the same batches, and share everything but three
functions: the activation of a layer, its gradient, and the gradient of the loss. `IN_PLACE` has them with fastact, each
result written over an array that is no longer needed or into one that the layer keeps; `PLAIN` as NumPy has them.
"""

import argparse
import timeit
import tracemalloc
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import expit, ndtr

import fastact

ACTIVATIONS = ("relu", "tanh", "gelu", "swish", "prelu", "maxout")
SIZES = (64, 128, 128, 10)  # pixels, units of two hidden layers, digits
PIECES = 3  # of a unit of maxout
BATCH, RATE, MOMENTUM = 32, 0.06, 0.9


# --- with fastact -----------------------------------------------------------------------------------------------------


def activate(layer, z):
    """h, the activation of z + bias; layer.kept is what its gradient will be had from."""
    match layer.activation:
        case "identity" | "relu" | "tanh":  # from h, which takes the place of z
            layer.kept = fastact.bias_activation(z, layer.bias, layer.activation, out=z)
            return layer.kept
        case "gelu" | "swish":  # from z + bias, so h goes elsewhere
            layer.kept = fastact.bias_activation(z, layer.bias, "identity", out=z)
            return getattr(fastact, layer.activation)(z, out=layer.h)
        case "prelu":
            layer.kept = fastact.bias_activation(z, layer.bias, "identity", out=z)
            return fastact.prelu(z, layer.slope, out=layer.h)
        case "maxout":  # from the numbers of the winning pieces, a byte each
            fastact.bias_activation(z, layer.bias, "identity", out=z)
            h, layer.kept = fastact.maxout(z, PIECES, out=(layer.h, layer.winner), return_index=True)
            return h


def gradient(layer, grad):
    """The gradient of z from that of h, mostly in its place; layer.d_bias and layer.d_slope."""
    match layer.activation:
        case "identity" | "relu" | "tanh":
            fastact.bias_activation_backward(grad, layer.activation, y=layer.kept, out=grad, out_bias=layer.d_bias)
        case "gelu" | "swish":
            fastact.bias_activation_backward(grad, layer.activation, z=layer.kept, out=grad, out_bias=layer.d_bias)
        case "prelu":
            fastact.prelu_backward(grad, layer.kept, layer.slope, out=grad, out_weight=layer.d_slope)
            fastact.bias_activation_backward(grad, "identity", y=grad, out=grad, out_bias=layer.d_bias)
        case "maxout":  # as wide as z, in whose place it goes
            grad = fastact.maxout_backward(grad, layer.kept, PIECES, out=layer.z)
            fastact.bias_activation_backward(grad, "identity", y=grad, out=grad, out_bias=layer.d_bias)
    return grad


def loss_gradient(logits, labels):
    """The gradient of the softmax cross entropy, in place of the logits."""
    fastact.softmax_cross_entropy(logits, labels, out_grad=logits)
    return logits


# --- in plain NumPy ---------------------------------------------------------------------------------------------------


def plain_activate(layer, z):
    z = layer.kept = z + layer.bias
    match layer.activation:
        case "identity":
            return z
        case "relu":
            return np.maximum(z, 0)
        case "tanh":
            layer.kept = np.tanh(z)
            return layer.kept
        case "gelu":
            return z * ndtr(z)
        case "swish":
            return z * expit(z)
        case "prelu":
            return np.where(z > 0, z, layer.slope * z)
        case "maxout":
            pieces = z.reshape(len(z), -1, PIECES)
            layer.kept = pieces.argmax(2, keepdims=True)
            return pieces.max(2)


def plain_gradient(layer, grad):
    kept = layer.kept
    match layer.activation:
        case "relu":
            grad = grad * (kept > 0)
        case "tanh":
            grad = grad * (1 - kept**2)
        case "gelu":
            grad = grad * (ndtr(kept) + kept * np.exp(-(kept**2) / 2) / np.float32(np.sqrt(2 * np.pi)))
        case "swish":
            s = expit(kept)
            grad = grad * s * (1 + kept * (1 - s))
        case "prelu":
            layer.d_slope[:] = np.sum(grad * np.minimum(kept, 0), axis=0)
            grad = np.where(kept > 0, grad, grad * layer.slope)
        case "maxout":
            pieces = np.zeros((*grad.shape, PIECES), np.float32)
            np.put_along_axis(pieces, kept, grad[:, :, np.newaxis], 2)
            grad = pieces.reshape(len(grad), -1)
    layer.d_bias[:] = grad.sum(axis=0)
    return grad


def plain_loss_gradient(logits, labels):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


class Passes(NamedTuple):
    """What the two networks differ in."""

    activate: Callable
    gradient: Callable
    loss_gradient: Callable


IN_PLACE = Passes(activate, gradient, loss_gradient)
PLAIN = Passes(plain_activate, plain_gradient, plain_loss_gradient)


# --- the network ------------------------------------------------------------------------------------------------------


class Layer:
    """The parameters of a layer, their gradients, and the arrays that a batch passes through."""

    def __init__(self, random, inputs, units, activation):
        self.activation, self.units = activation, units
        columns = units * PIECES if activation == "maxout" else units
        self.weight = random.normal(0, np.sqrt(2 / inputs), (inputs, columns)).astype(np.float32)
        self.bias = np.zeros(columns, np.float32)
        self.d_weight, self.d_bias = np.zeros_like(self.weight), np.zeros_like(self.bias)
        learned = [(self.weight, self.d_weight), (self.bias, self.d_bias)]
        if activation == "prelu":
            self.slope, self.d_slope = np.full(units, 0.25, np.float32), np.zeros(units, np.float32)
            learned.append((self.slope, self.d_slope))
        self.learned = [(p, d_p, np.zeros_like(p)) for p, d_p in learned]

    def make_room(self, rows):
        """The arrays for batches of so many rows."""
        inputs, columns = self.weight.shape
        self.z = np.empty((rows, columns), np.float32)
        self.h = np.zeros((rows, self.units), np.float32)
        self.winner = np.empty(self.h.shape, np.uint8)
        self.d_x = np.empty((rows, inputs), np.float32)

    def descend(self, rate):
        """Gradient descent with momentum."""
        for p, d_p, velocity in self.learned:
            d_p *= rate
            velocity *= MOMENTUM
            velocity -= d_p
            p += velocity


class Network:
    """A multilayer perceptron."""

    def __init__(self, activation, passes, sizes=SIZES):
        random = np.random.default_rng(0)
        activations = [activation] * (len(sizes) - 2) + ["identity"]
        self.layers = [Layer(random, *each) for each in zip(sizes, sizes[1:], activations, strict=False)]
        self.passes = passes
        self.rows = 0

    def logits(self, x):
        if len(x) != self.rows:
            self.rows = len(x)
            for layer in self.layers:
                layer.make_room(len(x))
        for layer in self.layers:
            layer.x = x
            x = self.passes.activate(layer, np.matmul(x, layer.weight, out=layer.z))
        return x

    def step(self, x, labels, rate):
        grad = self.passes.loss_gradient(self.logits(x), labels)
        for layer in reversed(self.layers):
            grad = self.passes.gradient(layer, grad)
            np.matmul(layer.x.T, grad, out=layer.d_weight)
            if layer is not self.layers[0]:
                grad = np.matmul(grad, layer.weight.T, out=layer.d_x)
        for layer in self.layers:
            layer.descend(rate)

    def train(self, x, labels, epochs):
        random = np.random.default_rng(1)
        for epoch in range(epochs):
            rate = RATE * (1 - epoch / epochs)
            order = random.permutation(len(x))
            for start in range(0, len(x) - BATCH + 1, BATCH):
                rows = order[start : start + BATCH]
                self.step(x[rows], labels[rows], rate)


# --- what it brings ---------------------------------------------------------------------------------------------------


def seconds_of(networks, *batch):
    """The time of a step of each network, the best of many, in turns."""
    times = [[timeit.timeit(lambda n=n: n.step(*batch), number=20) / 20 for n in networks] for _ in range(20)]
    return np.min(times, axis=0)


def peak(function, *arguments):
    """Bytes that a call allocates at its peak."""
    function(*arguments)
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    function(*arguments)
    return tracemalloc.get_traced_memory()[1] - before


def bytes_of(network, *batch):
    """Of a step, and of the activation or its gradient in it that allocates most."""
    tracemalloc.start()
    step, ones, passes = peak(network.step, *batch), [], network.passes
    for layer in network.layers:
        ones += peak(passes.activate, layer, layer.z), peak(passes.gradient, layer, layer.h)
    tracemalloc.stop()
    return step, max(ones)


def main():
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
    from threadpoolctl import threadpool_limits

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--activation", nargs="+", choices=ACTIVATIONS, default=ACTIVATIONS, help="all, if not given")
    parser.add_argument("--epochs", type=int, default=20)
    options = parser.parse_args()

    threadpool_limits(1)  # the products are too small for a second thread
    x, y = load_digits(return_X_y=True)
    x, x_test, y, y_test = train_test_split((x / 16).astype(np.float32), y, stratify=y, random_state=0)
    batch = x[:BATCH], y[:BATCH], RATE
    print("activation  passes     right   a step   bytes a step   bytes an activation")
    for activation in options.activation:
        networks = {"fastact": Network(activation, IN_PLACE), "NumPy": Network(activation, PLAIN)}
        right = {}
        for name, network in networks.items():
            network.train(x, y, options.epochs)
            right[name] = np.mean(network.logits(x_test).argmax(axis=1) == y_test)
        for (name, network), seconds in zip(networks.items(), seconds_of(networks.values(), *batch), strict=True):
            step, one = bytes_of(network, *batch)
            print(f"{activation:11} {name:8} {right[name]:7.1%} {seconds * 1e6:5.0f} us {step:14,} {one:21,}")


if __name__ == "__main__":
    main()
