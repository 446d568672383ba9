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

# Any, because type checkers take the signature of the cache for that of the function
_remember: Any = functools.lru_cache


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
    def one_plus_sin_twice(z):
        """1 + sin(2 z) = (sin(z) + cos(z))^2. Where the sum cancels: sqrt(2) sin(z + pi / 4 - n pi), pi in parts."""
        import numpy as np

        total = np.asarray(np.sin(z) + np.cos(z))
        close = np.abs(total) < 2.0**-10
        if close.any():
            z = np.asarray(z)[close]
            q = np.rint(z / np.pi + 0.25) - 0.25
            rest = z
            for part in ("0x1.921fb54000000p+1", "0x1.10b4610000000p-29", "0x1.a62633145c06ep-57"):
                rest = rest - q * float.fromhex(part)  # exact but for the last
            wide = z.astype(np.longdouble)
            total[close] = np.where(np.abs(z) < 2.0**20, np.sqrt(2) * np.sin(rest), np.sin(wide) + np.cos(wide))
        return total * total

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
        self.one_plus_sin_twice = lambda z: (context.sin(z) + context.cos(z)) ** 2
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


def _lambda(m):
    return m.decimal("1.0507009873554804934193349852946")


def _lambda_alpha(m):
    return _lambda(m) * m.decimal("1.6732632423543772848170429916717")


def _step(m, inside):
    """1 where it holds, else 0"""
    return m.where(inside, 1.0, 0.0)


def _ramp(m, x, width=1):
    """0 below -width, 1 above width, a line between"""
    return (m.minimum(m.maximum(x, -width), width) + width) / (2 * width)


def _line_inside(m, x, slope, offset):
    """Is 0 < slope x + offset < 1? The product of two float32 is exact in float64, and nothing is added to it here."""
    return (slope * x > -offset) & (slope * x < 1 - offset)


def _isru(m, x, alpha):
    return x / m.sqrt(1 + alpha * x * x)


def _isru_derivative(m, x, alpha):
    s = 1 + alpha * x * x
    return 1 / s / m.sqrt(s)


def _isru_derivative_y(m, y, alpha):
    s = m.maximum(1 - alpha * y * y, 0)
    return s * m.sqrt(s)


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


@_remember
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


def _unit(m, x):
    """x clipped to [0, 1]"""
    return m.minimum(m.maximum(x, 0), 1)


def _logit(m, x):
    """log(x / (1 - x)), from the smaller of x and 1 - x; near 1/2 as log1p of (2 x - 1) / (1 - x), which is exact"""
    low = m.minimum(_unit(m, x), 1 - _unit(m, x))
    middle = m.maximum(low, 0.25)
    near, far = m.log1p((2 * middle - 1) / (1 - middle)), m.log(low) - m.log1p(-low)
    value = m.where(low > 0.25, near, far)
    return m.where((x < 0) | (x > 1), m.nan, m.where(x < 0.5, value, -value))


def _logcosh(m, x):
    """log1p(2 sinh^2(x / 2)), and |x| + log1p(exp(-2 |x|)) - log 2 away from 0"""
    small = m.minimum(abs(x), 1)
    sinh = (m.expm1(small / 2) - m.expm1(-small / 2)) / 2
    far = abs(x) + (m.log1p(m.exp(-2 * abs(x))) - m.log(m.decimal("2")))
    return m.where(abs(x) < 1, m.log1p(2 * sinh * sinh), far)


def _log1mexp(m, x):
    """log(-expm1(-x)), and log1p(-exp(-x)) away from 0; the arguments of both are kept where they are real"""
    near = m.log(-m.expm1(-m.minimum(m.maximum(x, 0), 1)))
    return m.where(x < 0, m.nan, m.where(x < 0.7, near, m.log1p(-m.exp(-m.maximum(x, 0.5)))))


def _inverse_expm1(m, x):
    """exp(-x) / (1 - exp(-x)) for x >= 0"""
    return m.exp(-x) / m.maximum(-m.expm1(-x), m.decimal("1e-400"))


def _sqrt_log1pexp_parts(m, x):
    """w = e^-|x|; e^(x / 2) and sqrt(log(1 + e^x) / e^x) for x < 0, 1 and sqrt(log(1 + e^x)) above"""
    w = m.exp(-abs(x))
    ratio = m.where(w > 1e-30, m.log1p(w) / m.maximum(w, 1e-30), 1.0)
    root = m.sqrt(m.where(x < 0, ratio, m.maximum(x, 0) + m.log1p(w)))
    return w, m.exp(m.minimum(x, 0) / 2), m.where(x < m.INFINITE, root, m.INFINITE)


def _sqrt_log1pexp(m, x):
    _, factor, root = _sqrt_log1pexp_parts(m, x)
    return factor * root


def _sqrt_log1pexp_derivative(m, x):
    """sigma(x) / (2 y) with e^x / e^(x / 2) = e^(x / 2)"""
    w, factor, root = _sqrt_log1pexp_parts(m, x)
    return factor / ((1 + w) * (2 * root))


def _mills(m, x):
    """Phi(x) exp(x^2 / 2) sqrt(2 pi) for x < -20, by its continued fraction, which converges fast there"""
    t, tail = m.maximum(-x, 20), 0
    for k in range(60, 0, -1):
        tail = k / (t + tail)
    return 1 / (t + tail)


def _log_ndtr(m, x):
    """log(erfc(-x / sqrt(2)) / 2), log1p above 0, and far below 0 from the continued fraction"""
    middle = m.minimum(m.maximum(x, -20), 0)
    near = m.log(m.erfc(-middle / m.sqrt(2)) / 2)
    far = m.log(_mills(m, x) / m.sqrt(2 * m.pi)) - x * x / 2
    above = m.log1p(-m.erfc(m.maximum(x, 0) / m.sqrt(2)) / 2)
    return m.where(x > 0, above, m.where(x < -20, far, near))


def _log_ndtr_derivative(m, x):
    middle = m.maximum(x, -20)
    near = m.exp(-middle * middle / 2) / m.sqrt(2 * m.pi) / (m.erfc(-middle / m.sqrt(2)) / 2)
    return m.where(x < -20, 1 / _mills(m, x), near)


def _softclip(m, x, alpha):
    """log1p(u (1 - v) / (1 + u v)) / alpha for the smaller of x and 1 - x, u = e^(alpha x), v = e^-alpha"""
    t = m.minimum(x, 1 - x)
    u, uv = m.exp(m.minimum(alpha * t, 100)), m.exp(alpha * (t - 1))
    low = m.where(alpha * t > 100, t, m.log1p(-m.expm1(-alpha) * u / (1 + uv)) / alpha)
    return m.where(x > 0.5, 1 - low, low)


def _aria2(m, x, alpha, beta):
    return m.exp(-alpha * _log1pexp(m, -beta * x))


def _aria2_derivative(m, x, alpha, beta):
    """alpha beta e^-z (1 + e^-z)^(-alpha - 1)"""
    z = beta * x
    return alpha * beta * m.exp(-(alpha * _log1pexp(m, -z) + _log1pexp(m, z)))


def _normal(m, z):
    """The density of the normal law"""
    return m.exp(-z * z / 2) / m.sqrt(2 * m.pi)


def _gelu_between(m, x, low, high):
    """low < gelu(x) < high, gelu(x) = max(x, 0) - tail; the tail is positive even where float64 has 0 for it"""
    line, tail = m.maximum(x, 0), abs(x) * m.erfc(abs(x) / m.sqrt(2)) / 2
    return ((line - low > tail) | (line - low > 0) & (tail == 0)) & ((line - high < tail) | (line == high) & (x > 0))


def _serf_derivative(m, x):
    s = _log1pexp(m, x)
    bell = 2 * m.exp(-(m.minimum(s, 2.0**30) ** 2)) / m.sqrt(m.pi)
    return m.erf(s) + x * _logistic(m, x)[0] * bell


def _phish_derivative(m, x):
    g = x * m.erfc(-x / m.sqrt(2)) / 2
    w = m.exp(-2 * abs(g))  # 1 - tanh^2 = 4 w / (1 + w)^2
    return m.tanh(g) + x * _gelu_derivative(m, x) * 4 * w / ((1 + w) * (1 + w))


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


_LAMBDA_ALPHA = 1.7580993408473769


_ISRU = {
    "test_params": ((1.0,), (3.0,), (0.01,)),
    "zeros_y": lambda alpha: (-1 / math.sqrt(alpha), 1 / math.sqrt(alpha)),
}


_QUICK_GELU = Reference(
    lambda m, x: x * _logistic(m, _quick_gelu_argument(m, x))[0],
    lambda m, x: _times_logistic_derivative(m, x, _quick_gelu_argument(m, x), m.decimal("1.702")),
    zeros_x=lambda: (-0.7511542554412889,),
)


_QUARTERS = tuple(n * math.pi / 4 for n in (-7, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 7, 1000001, -99999, 2**31 + 1))


_QUARTERS += (131072.0, 2.0**29, 16367173 * 2.0**72)  # the last: nearer to k pi / 2 than any float


_GELU_KINKS = 2.5149694379556803, 0.6683959705421601  # gelu(x) = 2.5, 0.5

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
        # 2.31, 2.21, 2.03 and 2.10 ULP in float64 without what t R(t) and the end of R's polynomial lost
        corners=lambda: (-0.8070251707288858, -0.831392993167254, -0.745334905701614, -36.871634318089065),
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
    "clip": Reference(
        lambda m, x, low, high: m.minimum(m.maximum(x, low), high),
        lambda m, x, low, high: _step(m, (x > low) & (x < high)),
        lambda m, y, low, high: _step(m, (y > low) & (y < high)),
        test_params=((-math.inf, math.inf), (-0.3, 2.5), (0.0, math.inf)),
    ),
    "threshold": Reference(
        lambda m, x, least, value: m.where(x > least, x, value),
        lambda m, x, least, value: _step(m, x > least),
        lambda m, y, least, value: _step(m, y > least),
        test_params=((0.0, 0.0), (0.5, -0.25), (-1.5, -2.0)),
    ),
    "thresholded_relu": Reference(
        lambda m, x, theta: m.where(x > theta, x, 0.0),
        lambda m, x, theta: _step(m, x > theta),
        lambda m, y, theta: _step(m, y > theta),
        test_params=((1.0,), (0.3,), (0.0,)),
    ),
    "general_relu": Reference(
        lambda m, x, slope, most, least: m.where(x > least, m.minimum(x, most), slope * (m.minimum(x, least) - least)),
        lambda m, x, slope, most, least: m.where(x > least, _step(m, x < most), slope),
        test_params=((0.0, math.inf, 0.0), (0.1, 6.0, 0.5), (0.25, 2.0, -0.75)),
    ),
    "hardshrink": Reference(
        lambda m, x, width: m.where(abs(x) > width, x, 0.0),
        lambda m, x, width: _step(m, abs(x) > width),
        lambda m, y, width: _step(m, abs(y) > 0),
        test_params=((0.5,), (1.3,), (0.0,)),
    ),
    "softshrink": Reference(
        lambda m, x, width: m.where(x > width, x - width, m.where(x < -width, x + width, 0.0)),
        lambda m, x, width: _step(m, abs(x) > width),
        lambda m, y, width: _step(m, abs(y) > 0),
        test_params=((0.5,), (1.3,), (0.0,)),
    ),
    "shrink": Reference(
        lambda m, x, width, bias: m.where(x < -width, x + bias, m.where(x > width, x - bias, 0.0)),
        lambda m, x, width, bias: _step(m, abs(x) > width),
        test_params=((0.5, 0.0), (0.5, 0.5), (1.3, -0.3)),
    ),
    "hard_sigmoid": Reference(
        lambda m, x, slope, offset: m.minimum(m.maximum(slope * x + offset, 0), 1),
        lambda m, x, slope, offset: m.where(_line_inside(m, x, slope, offset), slope, 0.0),
        lambda m, y, slope, offset: m.where((y > 0) & (y < 1), slope, 0.0),
        test_params=((1 / 6, 0.5), (0.2, 0.5), (-0.3, 0.1)),
    ),
    "sparse_sigmoid": Reference(
        lambda m, x: m.minimum(m.maximum((x + 1) / 2, 0), 1),
        lambda m, x: _step(m, (x > -1) & (x < 1)) / 2,
        lambda m, y: _step(m, (y > 0) & (y < 1)) / 2,
    ),
    "sparse_plus": Reference(
        lambda m, x: m.where(x < 1, _ramp(m, x) * _ramp(m, x), x),
        lambda m, x: _ramp(m, x),
        lambda m, y: m.minimum(m.sqrt(y), 1),
    ),
    "relu_squared": Reference(
        lambda m, x: m.maximum(x, 0) * m.maximum(x, 0),
        lambda m, x: 2 * m.maximum(x, 0),
        lambda m, y: m.where(y < m.INFINITE, 2 * m.sqrt(y), m.INFINITE),
    ),
    "hard_mish": Reference(
        lambda m, x: m.where(x > -2, x * m.minimum(m.maximum(x, -2) + 2, 2) / 2, 0.0),
        lambda m, x: m.where(x > -2, m.minimum(x + 1, 1), 0.0),
    ),
    "smelu": Reference(
        lambda m, x, beta: m.where(x < beta, beta * _ramp(m, x, beta) * _ramp(m, x, beta), x),
        lambda m, x, beta: _ramp(m, x, beta),
        lambda m, y, beta: m.minimum(m.sqrt(y / beta), 1),
        test_params=((1.0,), (0.5,), (2.3,)),
    ),
    "squareplus": Reference(
        lambda m, x, b: m.where(x < 0, b / 2 / (m.sqrt(x * x + b) + abs(x)), (m.sqrt(x * x + b) + abs(x)) / 2),
        lambda m, x, b: m.where(
            x < 0,
            b / 2 / ((m.sqrt(x * x + b) + abs(x)) * m.sqrt(x * x + b)),
            (1 + abs(x) / m.sqrt(x * x + b)) / 2,
        ),
        lambda m, y, b: y * y / (y * y + b / 4),
        test_params=((4.0,), (1.0,), (0.1,), (30.0,)),
    ),
    "isru": Reference(_isru, _isru_derivative, _isru_derivative_y, **_ISRU),
    "isrlu": Reference(
        lambda m, x, alpha: m.where(x < 0, _isru(m, x, alpha), x),
        lambda m, x, alpha: m.where(x < 0, _isru_derivative(m, x, alpha), 1.0),
        lambda m, y, alpha: m.where(y < 0, _isru_derivative_y(m, m.minimum(y, 0), alpha), 1.0),
        **{**_ISRU, "zeros_y": lambda alpha: (-1 / math.sqrt(alpha),)},
    ),
    "bent_identity": Reference(
        lambda m, x: x + x * x / (2 * (m.sqrt(x * x + 1) + 1)),
        lambda m, x: 1 + x / (2 * m.sqrt(x * x + 1)),
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
    "nlrelu": Reference(
        lambda m, x, beta: m.where(x < m.INFINITE, m.log1p(beta * m.maximum(x, 0)), m.INFINITE),
        lambda m, x, beta: m.where(x > 0, beta / (1 + beta * m.maximum(x, 0)), 0.0),
        lambda m, y, beta: m.where(y > 0, beta * m.exp(-m.maximum(y, 0)), 0.0),
        test_params=((1.0,), (0.3,), (7.0,), (1e-20,), (1e30,)),
    ),
    "logit": Reference(
        _logit,
        lambda m, x: m.where(
            (x < 0) | (x > 1), m.nan, 1 / m.maximum(_unit(m, x) * (1 - _unit(m, x)), m.decimal("1e-400"))
        ),
        lambda m, y: 2 + m.exp(m.minimum(abs(y), 2000)) + m.exp(-abs(y)),
        corners=lambda: (0.0, 0.25, 0.5, 0.75, 1.0),
    ),
    "logcosh": Reference(
        _logcosh,
        lambda m, x: m.tanh(x),
        corners=lambda: (-0.88, 0.88),
    ),
    "log1mexp": Reference(
        _log1mexp,
        lambda m, x: m.where(x < 0, m.nan, _inverse_expm1(m, m.maximum(x, 0))),
        lambda m, y: m.expm1(m.minimum(-y, 2000)),
        corners=lambda: (0.0, 1.0, 1.733),
    ),
    "sqrt_softplus": Reference(
        lambda m, x: _sqrt_log1pexp(m, x),
        _sqrt_log1pexp_derivative,
        lambda m, y: m.where(y > 0, -m.expm1(-y * y) / (2 * m.maximum(y, m.decimal("1e-400"))), y),
    ),
    "log_ndtr": Reference(
        _log_ndtr,
        _log_ndtr_derivative,
        corners=lambda: (0.55,),
    ),
    "softclip": Reference(
        _softclip,
        lambda m, x, alpha: -m.expm1(-alpha) * _logistic(m, alpha * x)[0] * _logistic(m, alpha * (1 - x))[0],
        test_params=((50.0,), (1.0,), (10.0,), (0.1,), (300.0,)),
        corners=lambda alpha: (0.5, 1.0, 40 / alpha, 1 - 40 / alpha),
    ),
    "aria2": Reference(
        _aria2,
        _aria2_derivative,
        test_params=((1.5, 2.0), (1.0, 1.0), (3.0, 0.7), (0.5, -1.3), (2.0, 0.0)),
    ),
    "sine": Reference(
        lambda m, x: m.where(abs(x) >= m.INFINITE, m.nan, m.sin(x)),
        lambda m, x: m.where(abs(x) >= m.INFINITE, m.nan, m.cos(x)),
        corners=lambda: _QUARTERS,
    ),
    "snake": Reference(
        lambda m, x, alpha: x + m.sin(alpha * x) ** 2 / alpha,
        lambda m, x, alpha: m.where(abs(x) >= m.INFINITE, m.nan, m.one_plus_sin_twice(alpha * x)),
        test_params=((1.0,), (0.3,), (-2.5,), (30.0,), (1e-30,), (-1e15,)),
        corners=lambda alpha: tuple(q / alpha for q in _QUARTERS if abs(q / alpha) < 1e38),
    ),
    "erf": Reference(
        lambda m, x: m.erf(x),
        lambda m, x: 2 * m.exp(-x * x) / m.sqrt(m.pi),
    ),
    "laplace": Reference(
        lambda m, x, mu, sigma: m.erfc((mu - x) / (sigma * m.sqrt(2))) / 2,
        lambda m, x, mu, sigma: _normal(m, (x - mu) / sigma) / sigma,
        test_params=((0.707107, 0.282095), (-3.0, 2.5), (1e10, 1e8), (1e-20, 3e-30), (1e-37, 2e-37), (-3e38, 1e38)),
        corners=lambda mu, sigma: (mu, *(mu + sigma * z for z in (-14.3, -13, -5, -1, 1, 5, 13, 14.3, 19))),
    ),
    "clipped_gelu": Reference(
        lambda m, x, low, high: m.minimum(m.maximum(x * m.erfc(-x / m.sqrt(2)) / 2, low), high),
        lambda m, x, low, high: m.where(_gelu_between(m, x, low, high), _gelu_derivative(m, x), 0.0),
        zeros_x=lambda low, high: (-0.7517915246935645,),
        test_params=((-10.0, 10.0), (-3.0, 2.5), (0.5, 40.0), (2.5, 6.0)),
        corners=lambda low, high: (*(v for v in (low, high) if v > 0), *_GELU_KINKS),
    ),
    "serf": Reference(
        lambda m, x: x * m.erf(_log1pexp(m, x)),
        _serf_derivative,
        zeros_x=lambda: (-1.193059968928188,),
    ),
    "phish": Reference(
        lambda m, x: x * m.tanh(x * m.erfc(-x / m.sqrt(2)) / 2),
        _phish_derivative,
        zeros_x=lambda: (-1.1954312013879125,),
        corners=lambda: (-0.7423149652046721, -0.7391273672907106),  # as gelu's; 2.53 and 2.15 ULP
    ),
}
