"""scikit-learn's multilayer perceptron on fastact: its tables of activations hold in-place functions.

    pip install fastact scikit-learn
    python examples/sklearn_mlp.py

`fastact_in_sklearn()` replaces relu, tanh and logistic, and their derivatives, in sklearn.neural_network._base for
the length of a `with` block. scikit-learn calls f(X), which overwrites X, and derivative(Z, delta), which multiplies
delta by the derivative at the output Z: the `y=` form of a backward pass.
"""

from __future__ import annotations

import time
import timeit
import warnings
from contextlib import contextmanager, nullcontext

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.neural_network._base import ACTIVATIONS, DERIVATIVES

import fastact

FUNCTIONS = {
    "relu": (fastact.relu, fastact.relu_backward),
    "tanh": (fastact.tanh, fastact.tanh_backward),
    "logistic": (fastact.sigmoid, fastact.sigmoid_backward),
}


@contextmanager
def fastact_in_sklearn():
    """Let scikit-learn's neural networks use fastact; the tables are restored at the end, also after an error."""
    saved = dict(ACTIVATIONS), dict(DERIVATIVES)
    for name, (forward, backward) in FUNCTIONS.items():
        ACTIVATIONS[name] = lambda x, forward=forward: forward(x, out=x)
        DERIVATIVES[name] = lambda y, delta, backward=backward: backward(delta, y=y, out=delta)
    try:
        yield
    finally:
        ACTIVATIONS.update(saved[0])
        DERIVATIVES.update(saved[1])


def fit_and_predict(activation, data):
    """Train on the digits; the probabilities on the test half, and the seconds of fit and of predict."""
    x_train, x_test, y_train, _ = data
    model = MLPClassifier((512, 512), activation=activation, max_iter=8, random_state=0)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a few epochs are enough to compare
        model.fit(x_train, y_train)
    fit = time.perf_counter() - start
    many = np.tile(x_test, (10, 1))
    predict = min(timeit.repeat(lambda: model.predict_proba(many), number=1, repeat=7))
    return model.predict_proba(x_test), fit, predict


def main():
    """Compare the two for each activation."""
    x, y = load_digits(return_X_y=True)
    data = train_test_split((x / 16).astype(np.float32), y, random_state=0)
    fit_and_predict("relu", data)  # first calls load libraries
    print(f"{'':10}{'scikit-learn':>22}{'with fastact':>22}")
    print(f"{'':10}{'fit':>11}{'predict':>11}{'fit':>11}{'predict':>11}   predictions")
    for activation in FUNCTIONS:
        columns, results = "", []
        for context in (nullcontext(), fastact_in_sklearn()):
            with context:
                probabilities, fit, predict = fit_and_predict(activation, data)
            results.append(probabilities)
            columns += f"{fit:9.2f} s{predict * 1e3:8.1f} ms"
        before, after = results
        same = np.mean(before.argmax(1) == after.argmax(1))
        right = np.mean(after.argmax(1) == data[3])
        apart = np.abs(before - after).max()
        print(f"{activation:10}{columns}   {same:.1%} the same, {right:.1%} right, probabilities within {apart:.0e}")


if __name__ == "__main__":
    main()
