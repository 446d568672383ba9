"""Gradients of learned parameters, against the reference summed exactly."""

import math

import numpy as np
import pytest
from support import each_dtype

import fastact
from fastact._reference import Mpmath

EXACT = Mpmath(200)


def slopes(x, eps):
    """d xielu / d alpha_p and d alpha_n, exactly."""
    for v in map(EXACT.mpf, x.ravel().tolist()):
        yield (v * v, EXACT.mpf(0)) if v > 0 else (EXACT.mpf(0), EXACT.expm1(min(v, EXACT.mpf(eps))) - v)


def data(shape, dtype, seed=3):
    random = np.random.default_rng(seed)
    return random.normal(size=shape).astype(dtype), (random.normal(size=shape) * 2).astype(dtype)


@each_dtype
def test_scalar_parameters(dtype):
    grad, x = data((7, 31), dtype)
    eps = float(dtype(-1e-6))
    got = fastact.xielu_parameters_backward(grad, x, eps=eps)
    for i, value in enumerate(got):
        assert type(value) is dtype
        exact = math.fsum(float(s[i]) * float(g) for s, g in zip(slopes(x, eps), grad.ravel(), strict=True))
        size = math.fsum(abs(float(s[i]) * float(g)) for s, g in zip(slopes(x, eps), grad.ravel(), strict=True))
        assert abs(float(value) - exact) <= 4 * np.finfo(dtype).eps * size


@each_dtype
def test_parameters_with_a_shape(dtype):
    """Summed over what shares a value: columns, rows, nothing; and the same in float64 as by hand."""
    grad, x = data((5, 6), dtype)
    whole = [fastact.xielu(x, 1.0, 0.0, 0.0), fastact.xielu(x, 0.0, 1.0, 0.0)]
    for shape, axis in (((6,), 0), ((5, 1), 1), ((1, 6), 0), ((5, 6), None)):
        got = fastact.xielu_parameters_backward(grad, x, np.full(shape, 0.8), np.full(shape, 0.3))
        for value, terms in zip(got, whole, strict=True):
            wanted = terms.astype(float) * grad
            wanted = wanted if axis is None else wanted.sum(axis)
            assert value.shape == shape
            assert value.dtype == dtype
            np.testing.assert_allclose(value, wanted.reshape(shape), rtol=4 * np.finfo(dtype).eps, atol=1e-6)


def test_is_the_derivative():
    """By differences of the function itself, which is linear in both."""
    grad, x = data(200, np.float64)
    loss = [np.dot(grad, fastact.xielu(x, 0.8 + p, 0.8 + n)) for p, n in ((0, 0), (0.25, 0), (0, 0.25))]
    got = fastact.xielu_parameters_backward(grad, x)
    np.testing.assert_allclose(got, [(loss[1] - loss[0]) / 0.25, (loss[2] - loss[0]) / 0.25], rtol=1e-10)


def test_any_number_of_threads():
    grad, x = data(1_000_003, np.float32)
    found = set()
    for n in (1, 2, 5):
        with fastact.threads(n):
            found.add(tuple(map(float, fastact.xielu_parameters_backward(grad, x))))
    assert len(found) == 1


def test_layouts_and_dtypes():
    grad, x = data((40, 50), np.float64)
    wanted = fastact.xielu_parameters_backward(grad, x)
    assert wanted == fastact.xielu_parameters_backward(np.asfortranarray(grad), np.asfortranarray(x)) or np.allclose(
        wanted, fastact.xielu_parameters_backward(np.asfortranarray(grad), np.asfortranarray(x)), rtol=1e-14
    )
    np.testing.assert_allclose(fastact.xielu_parameters_backward(grad[::2].tolist(), x[::2]),
                               fastact.xielu_parameters_backward(grad[::2], x[::2]), rtol=1e-15)  # fmt: skip
    half = fastact.xielu_parameters_backward(grad.astype(np.float16), x.astype(np.float16))
    assert half[0].dtype == np.float16
    assert fastact.xielu_parameters_backward(np.ones(0), np.ones(0)) == (0, 0)
    assert all(np.isnan(v) for v in fastact.xielu_parameters_backward(np.array([np.nan]), np.array([np.nan])))


def test_errors():
    with pytest.raises(TypeError, match=r"xielu"):
        fastact.xielu_parameters_backward(np.ones(3, complex), np.ones(3))
    with pytest.raises(ValueError, match=r"xielu_parameters_backward.*grad \(3,\).*x \(4,\)"):
        fastact.xielu_parameters_backward(np.ones(3), np.ones(4))
    for shape in ((2,), (2, 3)):
        with pytest.raises(ValueError, match=r"xielu_parameters_backward.*alpha_n"):
            fastact.xielu_parameters_backward(np.ones(3), np.ones(3), 0.8, np.ones(shape))
