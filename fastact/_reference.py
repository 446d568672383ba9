"""What every activation should return: the reference that tests and ``python -m fastact verify`` measure against.

The third of the three edits that add an activation: one entry of `REFERENCES` per row of ``src_c/activations.def``.
The functions of an entry are written for a namespace `m` that is either mpmath (scalars, any precision) or NumPy in
float64 (whole arrays; the reference for float32). They are written apart from the kernels, and none loses digits in
float64: tails come from exp(-|x|), expm1, log1p and erfc, so the NumPy version is good to 1e-13 relative, down to
float32's last subnormal, zeros of the derivative excepted.

    forward(m, x, *params)     derivative(m, x, *params)     derivative_y(m, y, *params), of the output y, or None

An infinite argument is asked for as `m.INFINITE`, which is finite but so large that every limit is reached. Where a
function has no value, the reference is `m.nan`; both sides of a `where` are evaluated, so each must be real.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["REFERENCES", "Mpmath", "NumPy", "Reference"]


class NumPy:
    """The namespace of float64 arrays. Evaluate under ``np.errstate(all="ignore")``."""

    def __init__(self) -> None:
        import numpy as np

        self.exp, self.expm1, self.log, self.log1p, self.sqrt = np.exp, np.expm1, np.log, np.log1p, np.sqrt
        self.tanh, self.sin, self.cos = np.tanh, np.sin, np.cos
        self.where, self.maximum, self.minimum = np.where, np.maximum, np.minimum
        self.pi, self.nan, self.INFINITE = np.pi, np.nan, 2.0**300  # its cube is still a number

    @staticmethod
    def erfc(x):
        """The complementary error function, which NumPy lacks."""
        from scipy.special import erfc

        return erfc(x)

    @staticmethod
    def erf(x):
        """The error function, which NumPy lacks."""
        from scipy.special import erf

        return erf(x)

    @staticmethod
    def decimal(text: str) -> float:
        """A decimal constant as a number of this namespace."""
        return float(text)


class Mpmath:
    """The namespace of mpmath scalars with `bits` of precision, a context of its own."""

    def __init__(self, bits: int = 160) -> None:
        import mpmath

        context = mpmath.mp.clone()
        context.prec = bits
        self.exp, self.expm1, self.log, self.log1p = context.exp, context.expm1, context.log, context.log1p
        self.tanh, self.sin, self.cos, self.erf = context.tanh, context.sin, context.cos, context.erf
        self.sqrt, self.decimal, self.mpf = context.sqrt, context.mpf, context.mpf
        # mpmath without gmpy2 overflows for huge arguments; erfc(1e4) is 10^-43429453
        self.erfc = lambda x: context.erfc(max(min(x, 10**4), -(10**4)))
        self.maximum, self.minimum = max, min
        self.pi, self.nan, self.INFINITE = +context.pi, context.nan, context.ldexp(1, 1100)

    def where(self, condition, a, b):
        """The scalar choice, in this precision; both sides have been evaluated, as NumPy does it."""
        return self.mpf(a if condition else b)


# --- the pieces that several functions share --------------------------------------------------------------------------


def _logistic(m, z):
    """sigma(z) and 1 - sigma(z) = sigma(-z), neither by subtraction."""
    w = m.exp(-abs(z))
    large = 1 / (1 + w)
    small = w * large
    return m.where(z < 0, small, large), m.where(z < 0, large, small)


def _times_logistic_derivative(m, x, u, slope):
    """d(x sigma(u))/dx, slope = du/dx."""
    s, rest = _logistic(m, u)
    return s * (1 + x * slope * rest)


def _log1pexp(m, z):
    """log(1 + e^z)"""
    return m.maximum(z, 0) + m.log1p(m.exp(-abs(z)))


def _bump(m, z):
    """e^z / (1 + e^z)^2, the same for z and -z"""
    w = m.exp(-abs(z))
    return w / ((1 + w) * (1 + w))


def _gelu_tanh_argument(m, x):
    """u and du/dx with gelu_tanh(x) = x sigma(u)"""
    c, cubic = m.sqrt(8 / m.pi), m.decimal("0.044715")
    square = x * x
    return c * (x * (1 + cubic * square)), c * (1 + 3 * cubic * square)


def _gelu_tanh_derivative(m, x):
    return _times_logistic_derivative(m, x, *_gelu_tanh_argument(m, x))


def _mish_gate(m, x):
    """t = tanh(log(1 + e^x)) = a / (a + b) and 1 - t^2 = b (2 a + b) / (a + b)^2, multiplied by e^(-2x) where x >= 0"""
    w = m.exp(-abs(x))
    a, b = m.where(x < 0, w * (w + 2), 1 + 2 * w), m.where(x < 0, 2, 2 * w * w)
    inverse = 1 / (a + b)
    return a * inverse, b * (2 * a + b) * inverse * inverse


def _mish_derivative(m, x):
    t, rest = _mish_gate(m, x)
    return t + x * _logistic(m, x)[0] * rest


def _gelu_derivative(m, x):
    return m.erfc(-x / m.sqrt(2)) / 2 + x * m.exp(-x * x / 2) / m.sqrt(2 * m.pi)


def _elish(m, x):
    s = _logistic(m, x)[0]
    return m.where(x < 0, m.expm1(m.minimum(x, 0)), x) * s


def _elish_derivative(m, x):
    """Below 0 the product rule on (e^x - 1) sigma(x): sigma(x) (e^x - (1 - e^x) sigma(-x))"""
    s, rest = _logistic(m, x)
    bounded = m.minimum(x, 0)
    return m.where(x < 0, s * (m.exp(bounded) + m.expm1(bounded) * rest), s * (1 + x * rest))


def _hard_elish_derivative(m, x):
    inner = m.maximum(m.minimum(x, 0), -1)
    below = (m.exp(inner) * (inner + 2) - 1) / 2
    return m.where(x <= -1, 0.0, m.where(x >= 1, 1.0, m.where(x < 0, below, x + 0.5)))


def _exp_less_line(m, t):
    """e^t - 1 - t for t <= 0, by its series where that would cancel"""
    near = m.maximum(t, -0.5)
    term, total = near * near / 2, 0
    for k in range(3, 60):
        total = total + term
        term = term * near / k
    return m.where(t > -0.5, total, m.expm1(t) - t)


def _xielu(m, x, alpha_p, alpha_n, beta, eps):
    t = m.minimum(m.minimum(x, eps), 0)
    up, down = m.maximum(x, 0), m.minimum(x, 0)
    curve = alpha_n * _exp_less_line(m, t) + beta * t
    far = alpha_n * m.expm1(t) + (beta - alpha_n) * down
    return m.where(x > 0, up * (alpha_p * up + beta), m.where((x < eps) & (x > -30), curve, far))


def _xielu_derivative(m, x, alpha_p, alpha_n, beta, eps):
    up, down = m.maximum(x, 0), m.minimum(x, 0)
    curve = m.where(x > -1, alpha_n * m.expm1(down) + beta, alpha_n * m.exp(down) + (beta - alpha_n))
    return m.where(x > 0, 2 * alpha_p * up + beta, m.where(x < eps, curve, beta - alpha_n))


@functools.lru_cache
def _xielu_zeros(alpha_p, alpha_n, beta, eps):
    """The zeros of xielu below 0, by bisection"""

    def f(x):
        return alpha_n * math.expm1(min(x, eps)) + (beta - alpha_n) * x

    grid = [-(10 ** (k / 16)) for k in range(-112, 193)]
    zeros = []
    for high, low in itertools.pairwise(grid):
        if f(high) * f(low) < 0:
            rising = f(high) > 0
            for _ in range(100):
                middle = (low + high) / 2
                low, high = (low, middle) if (f(middle) > 0) == rising else (middle, high)
            zeros.append(high)
    return tuple(zeros)


def _xielu_stationary(alpha_p, alpha_n, beta, eps):
    """The zeros of its derivative"""
    zeros = []
    if alpha_p and -beta / alpha_p > 0:
        zeros.append(-beta / (2 * alpha_p))
    if alpha_n and 0 < 1 - beta / alpha_n < 1:
        zeros.append(math.log1p(-beta / alpha_n))
    return tuple(zeros)


def _quick_gelu_argument(m, x):
    return m.decimal("1.702") * x


def _tanhshrink(m, x):
    """x - tanh x; near 0 (x cosh x - sinh x) / cosh x, the numerator by its series"""
    near = m.maximum(m.minimum(x, 1), -1)
    square = near * near
    term, total = near * square / 3, 0  # x cosh x - sinh x = sum of 2 k x^(2 k + 1) / (2 k + 1)!
    for k in range(1, 45):
        total = total + term
        term = term * square / (2 * k * (2 * k + 3))
    return m.where(abs(x) < 1, total / ((m.exp(near) + m.exp(-near)) / 2), x - m.tanh(x))


def _tanhexp_derivative(m, x):
    bounded = m.minimum(x, 20)
    w = m.exp(bounded)
    return m.tanh(w) + 4 * bounded * w * _bump(m, 2 * w)


def _lambda(m):
    return m.decimal("1.0507009873554804934193349852946")


def _lambda_alpha(m):
    return _lambda(m) * m.decimal("1.6732632423543772848170429916717")


def _step(m, inside):
    """1 where it holds, else 0"""
    return m.where(inside, 1.0, 0.0)


@dataclass(frozen=True)
class Reference:
    """One activation, to be evaluated in any namespace, and what one needs to know to test it."""

    forward: Callable[..., Any]
    derivative: Callable[..., Any]
    derivative_y: Callable[..., Any] | None = None
    zeros_x: Callable[..., tuple[float, ...]] = field(default=lambda *params: ())
    """x at which the derivative is 0 without being 0 around it, so that its relative error has no bound."""
    zeros_y: Callable[..., tuple[float, ...]] = field(default=lambda *params: ())
    """The same for derivative_y."""
    zeros_forward: Callable[..., tuple[float, ...]] = field(default=lambda *params: ())
    """x at which the function is 0 and no formula makes that a relative accuracy."""
    test_params: tuple[tuple[float, ...], ...] = ((),)
    """Parameters to verify with, the defaults first; to be rounded to the dtype under test."""
    corners: Callable[..., tuple[float, ...]] = field(default=lambda *params: ())
    """x that deserve a close look beside the kinks and zeros."""

    def evaluate(self, m, kind: str, v, *params):
        """The exact result of a pass: "forward", "backward" (v is x, the gradient 1) or "backward_y" (v is y)."""
        f = {"forward": self.forward, "backward": self.derivative, "backward_y": self.derivative_y}[kind]
        return f(m, v, *params)

    def zeros(self, kind: str, *params: float) -> tuple[float, ...]:
        """Where an absolute error is measured in this pass, in terms of its argument (x or y)."""
        zeros = {"forward": self.zeros_forward, "backward": self.zeros_x, "backward_y": self.zeros_y}[kind]
        return zeros(*params)


_ELU = {
    "test_params": ((1.0,), (0.5,), (1.7,), (-0.7,)),
    "zeros_y": lambda alpha: (-alpha,),
}
_QUICK_GELU = Reference(
    lambda m, x: x * _logistic(m, _quick_gelu_argument(m, x))[0],
    lambda m, x: _times_logistic_derivative(m, x, _quick_gelu_argument(m, x), m.decimal("1.702")),
    zeros_x=lambda: (-0.7511542554412889,),
)
_LAMBDA_ALPHA = 1.7580993408473769

REFERENCES: dict[str, Reference] = {
    "identity": Reference(
        lambda m, x: x,
        lambda m, x: 1 + 0 * x,
        lambda m, y: 1 + 0 * y,
    ),
    "relu": Reference(
        lambda m, x: m.maximum(x, 0),
        lambda m, x: _step(m, x > 0),
        lambda m, y: _step(m, y > 0),
    ),
    "relu6": Reference(
        lambda m, x: m.minimum(m.maximum(x, 0), 6),
        lambda m, x: _step(m, (x > 0) & (x < 6)),
        lambda m, y: _step(m, (y > 0) & (y < 6)),
    ),
    "leaky_relu": Reference(
        lambda m, x, slope: m.where(x > 0, x, slope * x),
        lambda m, x, slope: m.where(x > 0, 1.0, slope),
        lambda m, y, slope: m.where(y > 0, 1.0, slope),
        test_params=((0.01,), (0.2,), (0.0,), (2.0,), (-0.3,)),
    ),
    "elu": Reference(
        lambda m, x, alpha: m.where(x > 0, x, alpha * m.expm1(m.minimum(x, 0))),
        lambda m, x, alpha: m.where(x > 0, 1.0, alpha * m.exp(m.minimum(x, 0))),
        lambda m, y, alpha: m.where(y > 0, 1.0, y + alpha),
        **_ELU,
    ),
    "selu": Reference(
        lambda m, x: m.where(x > 0, _lambda(m) * x, _lambda_alpha(m) * m.expm1(m.minimum(x, 0))),
        lambda m, x: m.where(x > 0, _lambda(m), _lambda_alpha(m) * m.exp(m.minimum(x, 0))),
        lambda m, y: m.where(y > 0, _lambda(m), y + _lambda_alpha(m)),
        zeros_y=lambda: (-_LAMBDA_ALPHA,),
    ),
    "celu": Reference(
        lambda m, x, alpha: m.where(x > 0, x, alpha * m.expm1(m.minimum(x, 0) / alpha)),
        lambda m, x, alpha: m.where(x > 0, 1.0, m.exp(m.minimum(x, 0) / alpha)),
        lambda m, y, alpha: m.where(y > 0, 1.0, (y + alpha) / alpha),
        **{**_ELU, "test_params": ((1.0,), (0.5,), (2.5,))},
    ),
    "sigmoid": Reference(
        lambda m, x: _logistic(m, x)[0],
        lambda m, x: _bump(m, x),
        lambda m, y: y * (1 - y),
    ),
    "logsigmoid": Reference(
        lambda m, x: -_log1pexp(m, -x),
        lambda m, x: _logistic(m, x)[1],
        lambda m, y: -m.expm1(y),
    ),
    "tanh": Reference(
        lambda m, x: m.tanh(x),
        lambda m, x: 4 * _bump(m, 2 * x),
        lambda m, y: (1 - y) * (1 + y),
    ),
    "softplus": Reference(
        lambda m, x, beta: _log1pexp(m, beta * x) / beta,
        lambda m, x, beta: _logistic(m, beta * x)[0],
        lambda m, y, beta: -m.expm1(-beta * y),
        test_params=((1.0,), (0.3,), (2.5,), (-1.5,)),
    ),
    "softsign": Reference(
        lambda m, x: x / (1 + abs(x)),
        lambda m, x: 1 / ((1 + abs(x)) * (1 + abs(x))),
        lambda m, y: (1 - abs(y)) * (1 - abs(y)),
    ),
    "silu": Reference(
        lambda m, x: x * _logistic(m, x)[0],
        lambda m, x: _times_logistic_derivative(m, x, x, 1),
        zeros_x=lambda: (-1.2784645427610738,),
    ),
    "swish": Reference(
        lambda m, x, beta: x * _logistic(m, beta * x)[0],
        lambda m, x, beta: _times_logistic_derivative(m, x, beta * x, beta),
        zeros_x=lambda beta: (-1.2784645427610738 / beta,) if beta else (),
        test_params=((1.0,), (1.702,), (-0.7,), (0.0,)),
    ),
    "mish": Reference(
        lambda m, x: x * _mish_gate(m, x)[0],
        _mish_derivative,
        zeros_x=lambda: (-1.1924312145154952,),
    ),
    "gelu": Reference(
        lambda m, x: x * m.erfc(-x / m.sqrt(2)) / 2,
        _gelu_derivative,
        zeros_x=lambda: (-0.7517915246935645,),
    ),
    "gelu_tanh": Reference(
        lambda m, x: x * _logistic(m, _gelu_tanh_argument(m, x)[0])[0],
        _gelu_tanh_derivative,
        zeros_x=lambda: (-0.7524614220710162,),
    ),
    "hardtanh": Reference(
        lambda m, x, low, high: m.minimum(m.maximum(x, low), high),
        lambda m, x, low, high: _step(m, (x > low) & (x < high)),
        lambda m, y, low, high: _step(m, (y > low) & (y < high)),
        test_params=((-1.0, 1.0), (-0.3, 2.5)),
    ),
    "hardsigmoid": Reference(
        lambda m, x: m.minimum(m.maximum(x + 3, 0), 6) / 6,
        lambda m, x: _step(m, (x > -3) & (x < 3)) / 6,
        lambda m, y: _step(m, (y > 0) & (y < 1)) / 6,
    ),
    "hardswish": Reference(
        lambda m, x: x * m.minimum(m.maximum(x + 3, 0), 6) / 6,
        lambda m, x: m.where(x <= -3, 0.0, m.where(x >= 3, 1.0, (2 * x + 3) / 6)),
        zeros_x=lambda: (-1.5,),
    ),
    "exponential": Reference(
        lambda m, x: m.exp(m.minimum(x, 2000)),
        lambda m, x: m.exp(m.minimum(x, 2000)),
        lambda m, y: y,
    ),
    "gaussian": Reference(
        lambda m, x: m.exp(-x * x),
        lambda m, x: -2 * x * m.exp(-x * x),
    ),
    "elish": Reference(_elish, _elish_derivative, zeros_x=lambda: (-0.881373587019543,)),
    "hard_elish": Reference(
        lambda m, x: m.where(x < 0, m.expm1(m.minimum(x, 0)), x) * m.minimum(m.maximum((x + 1) / 2, 0), 1),
        _hard_elish_derivative,
        zeros_x=lambda: (-0.4428544010023886,),
    ),
    "xielu": Reference(
        _xielu,
        _xielu_derivative,
        zeros_x=_xielu_stationary,
        zeros_forward=_xielu_zeros,
        test_params=(
            (0.8, 0.8, 0.5, -1e-6),
            (0.3, 1.2, 0.0, 0.0),
            (0.0, 0.5, 0.5, -1e-6),
            (1.5, -0.7, -0.4, -0.5),
            (-0.4, 2.5, 1.9, -3.0),
        ),
        corners=lambda alpha_p, alpha_n, beta, eps: (-1.0,) + ((-beta / alpha_p,) if alpha_p else ()),
    ),
    "quick_gelu": _QUICK_GELU,
    "gelu_sigmoid": _QUICK_GELU,
    "eswish": Reference(
        lambda m, x, beta: beta * (x * _logistic(m, x)[0]),
        lambda m, x, beta: beta * _times_logistic_derivative(m, x, x, 1),
        zeros_x=lambda beta: (-1.2784645427610738,),
        test_params=((1.75,), (1.0,), (-0.3,), (1e-6,), (0.0,)),
    ),
    "lisht": Reference(
        lambda m, x: x * m.tanh(x),
        lambda m, x: m.tanh(x) + 4 * x * _bump(m, 2 * x),
    ),
    "tanhshrink": Reference(
        _tanhshrink,
        lambda m, x: m.tanh(x) * m.tanh(x),
        corners=lambda: (0.75, -0.75),
    ),
    "scaled_tanh": Reference(
        lambda m, x, alpha, beta: alpha * m.tanh(beta * x),
        lambda m, x, alpha, beta: 4 * alpha * beta * _bump(m, 2 * beta * x),
        lambda m, y, alpha, beta: beta * (alpha - y) * (alpha + y) / alpha,
        test_params=((1.7159, 0.6666666666666666), (-0.6, 3.0), (1e6, 1e-3), (1e-3, -50.0)),
    ),
    "stanh": Reference(
        lambda m, x, a, b: b * m.tanh(a * x),
        lambda m, x, a, b: 4 * a * b * _bump(m, 2 * a * x),
        lambda m, y, a, b: a * (b - y) * (b + y) / b,
        test_params=((0.67, 1.7159), (-2.0, 0.3)),
    ),
    "tanhexp": Reference(
        lambda m, x: x * m.tanh(m.exp(m.minimum(x, 20))),
        _tanhexp_derivative,
        zeros_x=lambda: (-1.0788600584646241,),
    ),
}
