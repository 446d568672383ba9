"""What `bench` compares with: for each function and peer, the statement that a good user of that peer would write.

Every statement is timed as it stands (``timeit``), with these names: x the input, y the output buffer, g the gradient,
s = f(x) saved by a forward pass, e = exp(-|x|), t and u float buffers, m and w boolean ones - all allocated and touched
beforehand. A peer that is not installed is left out, and so is a statement that does not run (an operator without
float64, say). The statements of the functions that are not elementwise are in `_cases`, what numexpr, numba and JAX
are given in `_expressions` and `_compilers`.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ._cases import Case

# The parameters that are timed, where the defaults would make the row another one: swish(beta=1) is silu.
PARAMS: dict[str, tuple[float, ...]] = {
    "swish": (1.702,),
    "threshold": (0.5, -0.25),
    "hard_sigmoid": (0.2, 0.5),
    "general_relu": (0.1, 6.0, 0.5),
    "clip": (-1.5, 2.0),
}
# Where a function is not defined on the whole line: the interval that its inputs come from.
DOMAINS = {"logit": (0.01, 0.99), "log1mexp": (0.01, 8.0)}
_L, _LA = 1.0507009873554805, 1.7580993408473769
_TANH_A, _TANH_B = (1.7159, 2 / 3), (1.7159, 0.67)  # outer and inner scale of scaled_tanh, stanh
_MU, _PER_SIGMA = 0.707107, 1 / 0.282095  # of laplace
_LOG2, _ROOT_HALF = math.log(2), math.sqrt(0.5)
_2_PER_ROOT_PI, _ROOT_2_PER_PI = 2 / math.sqrt(math.pi), math.sqrt(2 / math.pi)
_CUBIC = 0.044715 * _ROOT_2_PER_PI  # of gelu_tanh's argument

_SIGMOID_Y = "np.negative(x, out=y); np.exp(y, out=y); np.add(y, 1, out=y)"  # 1 + e^-x
_SOFTPLUS_OF = "np.abs({0}, out=t); np.negative(t, out=t); np.exp(t, out=t); np.log1p(t, out=t)"
_SOFTPLUS_T = _SOFTPLUS_OF.format("x")
_SOFTPLUS = f"{_SOFTPLUS_T}; np.maximum(x, 0, out=y); np.add(y, t, out=y)"
_ELU_TO = "np.minimum(x, 0, out={0}); np.expm1({0}, out={0}); np.maximum(x, {0}, out={0})"
_ELU = _ELU_TO.format("y")
_ELU_BACKWARD = "np.minimum(x, 0, out=y); np.exp(y, out=y); np.multiply(g, y, out=y)"
_ELU_SLOPE_T = "np.minimum(t, 0, out=t); np.add(t, 1, out=t)"  # of t = elu(x)
# Masks are multiplied with: on random signs a where= takes twenty times as long.
_ABOVE = "np.greater(x, {0}, out=m); np.multiply(g, m, out=y)"
_IN_BAND = "np.greater(x, {0}, out=m); np.less(x, {1}, out=w); np.logical_and(m, w, out=m)"
_BAND = f"{_IN_BAND}; np.multiply(g, m, out=y)"
_OUTSIDE = "np.abs(x, out=t); np.greater(t, 0.5, out=m); np.multiply({0}, m, out=y)"
_HARDSHRINK = (_OUTSIDE.format("x"), _OUTSIDE.format("g"))
_HARD_SIGMOID = "np.multiply(x, {0}, out=y); np.add(y, 0.5, out=y); np.clip(y, 0, 1, out=y)"
_SPARSE_PLUS = (
    "np.clip(x, -1, 1, out=y); np.add(y, 1, out=y); np.multiply(y, y, out=y); np.multiply(y, 0.25, out=y);"
    " np.maximum(x, y, out=y)",
    f"{_HARD_SIGMOID.format(0.5)}; np.multiply(y, g, out=y)",
)
_SWISH = (
    "np.multiply(x, -1.702, out=y); np.exp(y, out=y); np.add(y, 1, out=y); np.divide(x, y, out=y)",
    "np.multiply(x, 1.702, out=u); np.negative(u, out=y); np.exp(y, out=y); np.add(y, 1, out=y);"
    " np.reciprocal(y, out=y); np.subtract(1, y, out=t); np.multiply(t, u, out=t);"
    " np.add(t, 1, out=t); np.multiply(y, t, out=y); np.multiply(y, g, out=y)",
)
_SILU_BACKWARD = (
    f"{_SIGMOID_Y}; np.reciprocal(y, out=y); np.subtract(1, y, out=t); np.multiply(t, x, out=t);"
    " np.add(t, 1, out=t); np.multiply(y, t, out=y); np.multiply(y, g, out=y)"
)
_ROOT = "np.multiply({0}, {0}, out=y); np.add(y, {1}, out=y); np.sqrt(y, out={2})"  # y = v^2 + b, and its root
_GAUSSIAN = "np.multiply(x, x, out=y); np.negative(y, out=y); np.exp(y, out=y)"


def _scaled_tanh(a: float, b: float) -> tuple[str, str]:
    """a tanh(b x); a b (1 - (s / a)^2)."""
    return (
        f"np.multiply(x, {b}, out=y); np.tanh(y, out=y); np.multiply(y, {a}, out=y)",
        f"np.multiply(s, s, out=y); np.multiply(y, {-b / a}, out=y); np.add(y, {a * b}, out=y);"
        " np.multiply(g, y, out=y)",
    )


_MISH_T = (  # t = tanh(log(1 + e^x)), y = e^x
    "np.exp(x, out=y); np.add(y, 2, out=t); np.multiply(t, y, out=t); np.add(t, 2, out=u); np.divide(t, u, out=t)"
)
_GELU_U = (  # tanh of its argument
    f"np.multiply(x, x, out={{0}}); np.multiply({{0}}, {_CUBIC}, out={{0}});"
    f" np.add({{0}}, {_ROOT_2_PER_PI}, out={{0}}); np.multiply({{0}}, x, out={{0}}); np.tanh({{0}}, out={{0}})"
)

Pair = tuple[str | None, str | None]  # forward, backward


def words(text: str) -> set[str]:
    """The names in a statement, keywords apart."""
    return set(re.findall(r"\b[A-Za-z_]\w*\b(?!=)", text))


NUMPY: dict[str, Pair] = {
    "identity": ("np.copyto(y, x)", "np.copyto(y, g)"),
    "relu": ("np.maximum(x, 0, out=y)", _ABOVE.format(0)),
    "relu6": ("np.clip(x, 0, 6, out=y)", _BAND.format(0, 6)),
    "leaky_relu": (
        "np.multiply(x, 0.01, out=y); np.maximum(x, y, out=y)",
        f"{_ABOVE.format(0)}; np.multiply(y, 0.99, out=y); np.multiply(g, 0.01, out=t); np.add(y, t, out=y)",
    ),
    "elu": (_ELU, _ELU_BACKWARD),
    "celu": (_ELU, _ELU_BACKWARD),
    "selu": (
        f"np.minimum(x, 0, out=y); np.expm1(y, out=y); np.multiply(y, {_LA}, out=y); np.maximum(x, 0, out=t);"
        f" np.multiply(t, {_L}, out=t); np.add(y, t, out=y)",
        f"np.minimum(x, 0, out=y); np.exp(y, out=y); np.multiply(y, {_LA}, out=y); np.greater(x, 0, out=m);"
        f" np.multiply(y, m, out=t); np.multiply(t, {_L / _LA - 1}, out=t); np.add(y, t, out=y);"
        " np.multiply(g, y, out=y)",
    ),
    "sigmoid": (
        f"{_SIGMOID_Y}; np.reciprocal(y, out=y)",
        "np.subtract(1, s, out=y); np.multiply(y, s, out=y); np.multiply(y, g, out=y)",
    ),
    "logsigmoid": (
        f"{_SOFTPLUS_T}; np.minimum(x, 0, out=y); np.subtract(y, t, out=y)",
        "np.exp(x, out=y); np.add(y, 1, out=y); np.divide(g, y, out=y)",
    ),
    "tanh": ("np.tanh(x, out=y)", "np.multiply(s, s, out=y); np.subtract(1, y, out=y); np.multiply(g, y, out=y)"),
    "softplus": (
        _SOFTPLUS,
        f"{_SIGMOID_Y}; np.divide(g, y, out=y)",
    ),
    "softsign": (
        "np.abs(x, out=t); np.add(t, 1, out=t); np.divide(x, t, out=y)",
        "np.abs(x, out=t); np.add(t, 1, out=t); np.multiply(t, t, out=t); np.divide(g, t, out=y)",
    ),
    "silu": (f"{_SIGMOID_Y}; np.divide(x, y, out=y)", _SILU_BACKWARD),
    "swish": _SWISH,
    "mish": (
        f"{_MISH_T}; np.multiply(x, t, out=y)",
        f"{_MISH_T}; np.add(y, 1, out=u); np.divide(y, u, out=y); np.multiply(y, x, out=y); np.multiply(t, t, out=u);"
        " np.subtract(1, u, out=u); np.multiply(y, u, out=y); np.add(y, t, out=y); np.multiply(y, g, out=y)",
    ),
    "gelu_tanh": (
        f"{_GELU_U.format('y')}; np.add(y, 1, out=y); np.multiply(y, x, out=y); np.multiply(y, 0.5, out=y)",
        # (1 + T + x (1 - T^2) (c + 3 c 0.044715 x^2)) / 2
        f"{_GELU_U.format('t')}; np.multiply(x, x, out=y); np.multiply(y, {3 * _CUBIC}, out=y);"
        f" np.add(y, {_ROOT_2_PER_PI}, out=y); np.multiply(y, x, out=y); np.multiply(t, t, out=u);"
        " np.subtract(1, u, out=u); np.multiply(y, u, out=y); np.add(y, t, out=y); np.add(y, 1, out=y);"
        " np.multiply(y, g, out=y); np.multiply(y, 0.5, out=y)",
    ),
    "hardtanh": ("np.clip(x, -1, 1, out=y)", _BAND.format(-1, 1)),
    "hardsigmoid": (_HARD_SIGMOID.format(1 / 6), f"{_BAND.format(-3, 3)}; np.multiply(y, 1 / 6, out=y)"),
    "hardswish": (
        "np.add(x, 3, out=y); np.clip(y, 0, 6, out=y); np.multiply(y, x, out=y); np.multiply(y, 1 / 6, out=y)",
        f"np.multiply(x, 1 / 3, out=y); np.add(y, 0.5, out=y); {_IN_BAND.format(-3, 3)}; np.multiply(y, m, out=y);"
        " np.greater_equal(x, 3, out=m); np.add(y, m, out=y); np.multiply(y, g, out=y)",
    ),
    "threshold": (
        "np.greater(x, 0.5, out=m); np.add(x, 0.25, out=y); np.multiply(y, m, out=y); np.subtract(y, 0.25, out=y)",
        _ABOVE.format(0.5),
    ),
    "thresholded_relu": ("np.greater(x, 1, out=m); np.multiply(x, m, out=y)", _ABOVE.format(1)),
    "hardshrink": _HARDSHRINK,
    "softshrink": ("np.clip(x, -0.5, 0.5, out=y); np.subtract(x, y, out=y)", _HARDSHRINK[1]),
    "shrink": _HARDSHRINK,
    "hard_sigmoid": (_HARD_SIGMOID.format(0.2), f"{_BAND.format(-2.5, 2.5)}; np.multiply(y, 0.2, out=y)"),
    "general_relu": (
        "np.subtract(x, 0.5, out=y); np.multiply(y, 0.1, out=y); np.minimum(y, 0, out=y);"
        " np.greater(x, 0.5, out=m); np.multiply(x, m, out=t); np.add(y, t, out=y); np.minimum(y, 6, out=y)",
        f"{_BAND.format(0.5, 6)}; np.less_equal(x, 0.5, out=m); np.multiply(g, m, out=t); np.multiply(t, 0.1, out=t);"
        " np.add(y, t, out=y)",
    ),
    "clip": ("np.clip(x, -1.5, 2, out=y)", _BAND.format(-1.5, 2)),
    "sparse_plus": _SPARSE_PLUS,
    "smelu": _SPARSE_PLUS,  # the same with beta = 1
    "sparse_sigmoid": (_HARD_SIGMOID.format(0.5), f"{_BAND.format(-1, 1)}; np.multiply(y, 0.5, out=y)"),
    "relu_squared": (
        "np.maximum(x, 0, out=y); np.multiply(y, y, out=y)",
        "np.maximum(x, 0, out=y); np.multiply(y, g, out=y); np.multiply(y, 2, out=y)",
    ),
    "hard_mish": (
        "np.add(x, 2, out=y); np.clip(y, 0, 2, out=y); np.multiply(y, x, out=y); np.multiply(y, 0.5, out=y)",
        "np.add(x, 1, out=y); np.minimum(y, 1, out=y); np.greater(x, -2, out=m);"
        " np.multiply(y, m, out=y); np.multiply(y, g, out=y)",
    ),
    "squareplus": (
        f"{_ROOT.format('x', 4, 'y')}; np.add(y, x, out=y); np.multiply(y, 0.5, out=y)",
        f"{_ROOT.format('x', 4, 'y')}; np.divide(x, y, out=y); np.add(y, 1, out=y); np.multiply(y, g, out=y);"
        " np.multiply(y, 0.5, out=y)",
    ),
    "isru": (
        f"{_ROOT.format('x', 1, 'y')}; np.divide(x, y, out=y)",
        f"{_ROOT.format('x', 1, 't')}; np.multiply(y, t, out=y); np.divide(g, y, out=y)",
    ),
    "isrlu": (
        f"np.minimum(x, 0, out=t); {_ROOT.format('t', 1, 'y')}; np.divide(t, y, out=y); np.maximum(x, y, out=y)",
        f"np.minimum(x, 0, out=t); {_ROOT.format('t', 1, 't')}; np.multiply(y, t, out=y); np.divide(g, y, out=y)",
    ),
    "bent_identity": (
        f"{_ROOT.format('x', 1, 'y')}; np.subtract(y, 1, out=y); np.multiply(y, 0.5, out=y); np.add(y, x, out=y)",
        f"{_ROOT.format('x', 1, 'y')}; np.divide(x, y, out=y); np.multiply(y, 0.5, out=y); np.add(y, 1, out=y);"
        " np.multiply(y, g, out=y)",
    ),
    "exponential": ("np.exp(x, out=y)", "np.multiply(g, s, out=y)"),
    "gaussian": (
        _GAUSSIAN,
        f"{_GAUSSIAN}; np.multiply(y, x, out=y); np.multiply(y, -2, out=y); np.multiply(y, g, out=y)",
    ),
    "elish": (  # elu(x) sigmoid(x)
        f"{_ELU_TO.format('t')}; {_SIGMOID_Y}; np.divide(t, y, out=y)",
        f"{_ELU_TO.format('t')}; {_SIGMOID_Y}; np.reciprocal(y, out=y); np.subtract(1, y, out=u);"
        f" np.multiply(u, t, out=u); {_ELU_SLOPE_T}; np.add(t, u, out=t); np.multiply(y, t, out=y);"
        " np.multiply(y, g, out=y)",
    ),
    "hard_elish": (
        f"{_ELU_TO.format('t')}; {_HARD_SIGMOID.format(0.5)}; np.multiply(y, t, out=y)",
        f"{_ELU_TO.format('t')}; {_IN_BAND.format(-1, 1)}; np.multiply(t, m, out=u); np.multiply(u, 0.5, out=u);"
        f" {_ELU_SLOPE_T}; {_HARD_SIGMOID.format(0.5)}; np.multiply(y, t, out=y); np.add(y, u, out=y);"
        " np.multiply(y, g, out=y)",
    ),
    "xielu": (
        "np.minimum(x, -1e-6, out=t); np.expm1(t, out=t); np.subtract(t, x, out=t); np.multiply(t, 0.8, out=t);"
        " np.less_equal(x, 0, out=m); np.multiply(t, m, out=t); np.maximum(x, 0, out=y); np.multiply(y, y, out=y);"
        " np.multiply(y, 0.8, out=y); np.add(y, t, out=y); np.multiply(x, 0.5, out=t); np.add(y, t, out=y)",
        "np.minimum(x, -1e-6, out=t); np.expm1(t, out=t); np.multiply(t, 0.8, out=t); np.less_equal(x, 0, out=m);"
        " np.multiply(t, m, out=t); np.maximum(x, 0, out=y); np.multiply(y, 1.6, out=y); np.add(y, t, out=y);"
        " np.add(y, 0.5, out=y); np.multiply(y, g, out=y)",
    ),
    "quick_gelu": _SWISH,
    "gelu_sigmoid": _SWISH,
    "eswish": (
        f"{_SIGMOID_Y}; np.divide(x, y, out=y); np.multiply(y, 1.75, out=y)",
        f"{_SILU_BACKWARD}; np.multiply(y, 1.75, out=y)",
    ),
    "lisht": (
        "np.tanh(x, out=y); np.multiply(x, y, out=y)",
        "np.tanh(x, out=t); np.multiply(t, t, out=y); np.subtract(1, y, out=y); np.multiply(y, x, out=y);"
        " np.add(y, t, out=y); np.multiply(y, g, out=y)",
    ),
    "tanhshrink": (
        "np.tanh(x, out=y); np.subtract(x, y, out=y)",
        "np.tanh(x, out=y); np.multiply(y, y, out=y); np.multiply(y, g, out=y)",
    ),
    "scaled_tanh": _scaled_tanh(*_TANH_A),
    "stanh": _scaled_tanh(*_TANH_B),
    "tanhexp": (
        "np.exp(x, out=y); np.tanh(y, out=y); np.multiply(x, y, out=y)",
        "np.exp(x, out=t); np.tanh(t, out=y); np.multiply(y, y, out=u); np.subtract(1, u, out=u);"
        " np.multiply(u, t, out=u); np.multiply(u, x, out=u); np.add(y, u, out=y); np.multiply(y, g, out=y)",
    ),
    "logit": (
        "np.subtract(1, x, out=y); np.divide(x, y, out=y); np.log(y, out=y)",
        "np.subtract(1, x, out=y); np.multiply(y, x, out=y); np.divide(g, y, out=y)",
    ),
    "log1mexp": (
        "np.negative(x, out=y); np.exp(y, out=y); np.negative(y, out=y); np.log1p(y, out=y)",
        "np.expm1(x, out=y); np.divide(g, y, out=y)",
    ),
    "nlrelu": (
        "np.maximum(x, 0, out=y); np.log1p(y, out=y)",
        "np.maximum(x, 0, out=y); np.add(y, 1, out=y); np.divide(g, y, out=y); np.greater(x, 0, out=m);"
        " np.multiply(y, m, out=y)",
    ),
    "logcosh": (
        "np.abs(x, out=t); np.multiply(t, -2, out=y); np.exp(y, out=y); np.log1p(y, out=y); np.add(y, t, out=y);"
        f" np.subtract(y, {_LOG2}, out=y)",
        "np.tanh(x, out=y); np.multiply(y, g, out=y)",
    ),
    "softclip": (  # (softplus(50 x) - softplus(50 x - 50)) / 50
        f"np.multiply(x, 50, out=u); np.maximum(u, 0, out=y); {_SOFTPLUS_OF.format('u')}; np.add(y, t, out=y);"
        f" np.subtract(u, 50, out=u); {_SOFTPLUS_OF.format('u')}; np.subtract(y, t, out=y);"
        " np.maximum(u, 0, out=u); np.subtract(y, u, out=y); np.multiply(y, 0.02, out=y)",
        "np.multiply(x, -50, out=t); np.exp(t, out=y); np.add(y, 1, out=y); np.reciprocal(y, out=y);"
        " np.add(t, 50, out=t); np.exp(t, out=t); np.add(t, 1, out=t); np.reciprocal(t, out=t);"
        " np.subtract(y, t, out=y); np.multiply(y, g, out=y)",
    ),
    "aria2": (
        "np.multiply(x, -2, out=y); np.exp(y, out=y); np.add(y, 1, out=y); np.power(y, -1.5, out=y)",
        "np.multiply(x, -2, out=t); np.exp(t, out=t); np.add(t, 1, out=y); np.power(y, -2.5, out=y);"
        " np.multiply(y, t, out=y); np.multiply(y, 3, out=y); np.multiply(y, g, out=y)",
    ),
    "sqrt_softplus": (
        f"{_SOFTPLUS}; np.sqrt(y, out=y)",
        f"{_SOFTPLUS}; np.sqrt(y, out=u); {_SIGMOID_Y}; np.multiply(y, u, out=y); np.multiply(y, 2, out=y);"
        " np.divide(g, y, out=y)",
    ),
    "erf": (None, f"{_GAUSSIAN}; np.multiply(y, {_2_PER_ROOT_PI}, out=y); np.multiply(y, g, out=y)"),
    "laplace": (
        None,
        f"np.subtract(x, {_MU}, out=y); np.multiply(y, {_PER_SIGMA}, out=y); np.multiply(y, y, out=y);"
        " np.multiply(y, -0.5, out=y); np.exp(y, out=y);"
        f" np.multiply(y, {_PER_SIGMA * _ROOT_2_PER_PI / 2}, out=y); np.multiply(y, g, out=y)",
    ),
    "sine": ("np.sin(x, out=y)", "np.cos(x, out=y); np.multiply(y, g, out=y)"),
    "snake": (
        "np.sin(x, out=y); np.multiply(y, y, out=y); np.add(y, x, out=y)",
        "np.multiply(x, 2, out=y); np.sin(y, out=y); np.add(y, 1, out=y); np.multiply(y, g, out=y)",
    ),
}

_SWISH_SCIPY = ("np.multiply(x, 1.702, out=y); special.expit(y, out=y); np.multiply(x, y, out=y)", None)
_GELU_SCIPY = "special.ndtr(x, out=y); np.multiply(x, y, out=y)"
_GELU_SLOPE_SCIPY = (  # of y = ndtr(x)
    "np.multiply(x, x, out=t); np.multiply(t, -0.5, out=t); np.exp(t, out=t); np.multiply(t, x, out=t);"
    f" np.multiply(t, {_ROOT_2_PER_PI / 2}, out=t); np.add(y, t, out=y)"
)

SCIPY: dict[str, Pair] = {
    "sigmoid": ("special.expit(x, out=y)", None),
    "logsigmoid": (
        "special.log_expit(x, out=y)",
        "np.negative(x, out=y); special.expit(y, out=y); np.multiply(g, y, out=y)",
    ),
    "softplus": ("special.softplus(x, out=y)", "special.expit(x, out=y); np.multiply(g, y, out=y)"),
    "silu": ("special.expit(x, out=y); np.multiply(x, y, out=y)", None),
    "gelu": (_GELU_SCIPY, f"special.ndtr(x, out=y); {_GELU_SLOPE_SCIPY}; np.multiply(y, g, out=y)"),
    "swish": _SWISH_SCIPY,
    "quick_gelu": _SWISH_SCIPY,
    "gelu_sigmoid": _SWISH_SCIPY,
    "eswish": ("special.expit(x, out=y); np.multiply(x, y, out=y); np.multiply(y, 1.75, out=y)", None),
    "logit": ("special.logit(x, out=y)", None),
    "logcosh": (  # x + softplus(-2 x) - log(2)
        f"np.multiply(x, -2, out=y); special.softplus(y, out=y); np.add(y, x, out=y); np.subtract(y, {_LOG2}, out=y)",
        None,
    ),
    "softclip": (
        "np.multiply(x, 50, out=u); special.softplus(u, out=y); np.subtract(u, 50, out=u);"
        " special.softplus(u, out=t); np.subtract(y, t, out=y); np.multiply(y, 0.02, out=y)",
        "np.multiply(x, 50, out=t); special.expit(t, out=y); np.subtract(t, 50, out=t); special.expit(t, out=t);"
        " np.subtract(y, t, out=y); np.multiply(y, g, out=y)",
    ),
    "aria2": ("np.multiply(x, 2, out=y); special.expit(y, out=y); np.power(y, 1.5, out=y)", None),
    "sqrt_softplus": (
        "special.softplus(x, out=y); np.sqrt(y, out=y)",
        "special.softplus(x, out=t); np.sqrt(t, out=t); special.expit(x, out=y); np.divide(y, t, out=y);"
        " np.multiply(y, 0.5, out=y); np.multiply(y, g, out=y)",
    ),
    "log_ndtr": (
        "special.log_ndtr(x, out=y)",
        f"np.multiply(x, {-_ROOT_HALF}, out=y); special.erfcx(y, out=y); np.divide(g, y, out=y);"
        f" np.multiply(y, {_ROOT_2_PER_PI}, out=y)",
    ),
    "erf": ("special.erf(x, out=y)", None),
    "laplace": (
        f"np.subtract(x, {_MU}, out=y); np.multiply(y, {_PER_SIGMA}, out=y); special.ndtr(y, out=y)",
        None,
    ),
    "clipped_gelu": (
        f"{_GELU_SCIPY}; np.clip(y, -10, 10, out=y)",
        f"special.ndtr(x, out=y); {_GELU_SLOPE_SCIPY}; np.multiply(y, g, out=y);"
        " np.less(x, 10, out=m); np.multiply(y, m, out=y)",
    ),
    "serf": (
        "special.softplus(x, out=y); special.erf(y, out=y); np.multiply(x, y, out=y)",
        "special.softplus(x, out=t); special.erf(t, out=y); np.multiply(t, t, out=t); np.negative(t, out=t);"
        f" np.exp(t, out=t); np.multiply(t, x, out=t); np.multiply(t, {_2_PER_ROOT_PI}, out=t);"
        " special.expit(x, out=u); np.multiply(t, u, out=t); np.add(y, t, out=y); np.multiply(y, g, out=y)",
    ),
    "phish": (
        f"{_GELU_SCIPY}; np.tanh(y, out=y); np.multiply(x, y, out=y)",
        f"special.ndtr(x, out=y); np.multiply(x, y, out=u); np.tanh(u, out=u); {_GELU_SLOPE_SCIPY};"
        " np.multiply(u, u, out=t); np.subtract(1, t, out=t); np.multiply(y, t, out=y); np.multiply(y, x, out=y);"
        " np.add(y, u, out=y); np.multiply(y, g, out=y)",
    ),
}

_ELU_TORCH = (
    "nn.elu(x, 1.0, 1.0, 1.0, out=y)",
    "aten.elu_backward.grad_input(g, 1.0, 1.0, 1.0, False, x, grad_input=y)",
)
_HARDSHRINK_TORCH = (
    "torch.hardshrink(x, 0.5, out=y)",
    "aten.hardshrink_backward.grad_input(g, x, 0.5, grad_input=y)",
)
_SWISH_TORCH = (
    "torch.mul(x, 1.702, out=y); y.sigmoid_(); y.mul_(x)",
    "torch.mul(x, 1.702, out=t); aten.silu_backward.grad_input(g, t, grad_input=y)",
)
_HARD_SIGMOID_TORCH = "torch.mul(x, {0}, out={1}); {1}.add_(0.5); {1}.clamp_(0, 1)"
_SPARSE_PLUS_TORCH = (
    "torch.clamp(x, -1, 1, out=y); y.add_(1); y.square_(); y.mul_(0.25); torch.maximum(x, y, out=y)",
    f"{_HARD_SIGMOID_TORCH.format(0.5, 'y')}; y.mul_(g)",
)
_BAND_TORCH = "aten.hardtanh_backward.grad_input(g, x, {0}, {1}, grad_input=y)"
_ROOT_TORCH = "torch.square({0}, out=y); y.add_({1})"
_GAUSSIAN_TORCH = "torch.square(x, out=y); y.neg_(); y.exp_()"
# back through a product v elu(x): y = g v elu'(x), u = g elu(x)
_ELU_TIMES_TORCH = (
    "torch.mul(g, t, out=u); aten.elu_backward.grad_input(u, 1.0, 1.0, 1.0, False, x, grad_input=y);"
    " nn.elu(x, out=u); u.mul_(g)"
)


def _scaled_tanh_torch(a: float, b: float) -> Pair:
    return (
        f"torch.mul(x, {b}, out=y); y.tanh_(); y.mul_({a})",
        f"torch.square(s, out=y); y.mul_({-b / a}); y.add_({a * b}); y.mul_(g)",
    )


TORCH: dict[str, Pair] = {
    "identity": ("y.copy_(x)", "y.copy_(g)"),
    "relu": ("torch.clamp_min(x, 0, out=y)", "aten.threshold_backward.grad_input(g, x, 0, grad_input=y)"),
    "relu6": ("nn.hardtanh(x, 0, 6, out=y)", "aten.hardtanh_backward.grad_input(g, x, 0, 6, grad_input=y)"),
    "leaky_relu": (
        "nn.leaky_relu(x, 0.01, out=y)",
        "aten.leaky_relu_backward.grad_input(g, x, 0.01, False, grad_input=y)",
    ),
    "elu": _ELU_TORCH,
    "celu": _ELU_TORCH,
    "selu": (
        f"nn.elu(x, {_LA / _L}, {_L}, 1.0, out=y)",
        f"aten.elu_backward.grad_input(g, {_LA / _L}, {_L}, 1.0, False, x, grad_input=y)",
    ),
    "sigmoid": ("torch.sigmoid(x, out=y)", "aten.sigmoid_backward.grad_input(g, s, grad_input=y)"),
    "logsigmoid": ("nn.log_sigmoid(x, out=y)", "aten.log_sigmoid_backward.grad_input(g, x, e, grad_input=y)"),
    "tanh": ("torch.tanh(x, out=y)", "aten.tanh_backward.grad_input(g, s, grad_input=y)"),
    "softplus": ("nn.softplus(x, 1, 20, out=y)", "aten.softplus_backward.grad_input(g, x, 1, 20, grad_input=y)"),
    "softsign": (
        "torch.abs(x, out=t); t.add_(1); torch.div(x, t, out=y)",
        "torch.abs(x, out=t); t.add_(1); t.square_(); torch.div(g, t, out=y)",
    ),
    "silu": ("nn.silu(x, out=y)", "aten.silu_backward.grad_input(g, x, grad_input=y)"),
    "swish": _SWISH_TORCH,
    "mish": ("nn.mish(x, out=y)", "aten.mish_backward(g, x)"),
    "gelu": ("nn.gelu(x, out=y)", "aten.gelu_backward.grad_input(g, x, grad_input=y)"),
    "gelu_tanh": (
        "nn.gelu(x, approximate='tanh', out=y)",
        "aten.gelu_backward.grad_input(g, x, approximate='tanh', grad_input=y)",
    ),
    "hardtanh": ("nn.hardtanh(x, -1, 1, out=y)", "aten.hardtanh_backward.grad_input(g, x, -1, 1, grad_input=y)"),
    "hardsigmoid": ("nn.hardsigmoid(x, out=y)", "aten.hardsigmoid_backward.grad_input(g, x, grad_input=y)"),
    "hardswish": ("nn.hardswish(x, out=y)", "aten.hardswish_backward(g, x)"),
    "threshold": (
        "torch.threshold(x, 0.5, -0.25, out=y)",
        "aten.threshold_backward.grad_input(g, x, 0.5, grad_input=y)",
    ),
    "thresholded_relu": (
        "torch.threshold(x, 1, 0, out=y)",
        "aten.threshold_backward.grad_input(g, x, 1, grad_input=y)",
    ),
    "hardshrink": _HARDSHRINK_TORCH,
    "softshrink": (
        "nn.softshrink(x, 0.5, out=y)",
        "aten.softshrink_backward.grad_input(g, x, 0.5, grad_input=y)",
    ),
    "shrink": _HARDSHRINK_TORCH,
    "hard_sigmoid": (_HARD_SIGMOID_TORCH.format(0.2, "y"), f"{_BAND_TORCH.format(-2.5, 2.5)}; y.mul_(0.2)"),
    "general_relu": (
        "torch.sub(x, 0.5, out=t); t.mul_(0.1); torch.gt(x, 0.5, out=m); torch.where(m, x, t, out=y); y.clamp_max_(6)",
        "torch.sub(x, 0.5, out=t); aten.leaky_relu_backward.grad_input(g, t, 0.1, False, grad_input=y);"
        " aten.hardtanh_backward.grad_input(y, x, -torch.inf, 6, grad_input=y)",
    ),
    "clip": ("torch.clamp(x, -1.5, 2, out=y)", _BAND_TORCH.format(-1.5, 2)),
    "sparse_plus": _SPARSE_PLUS_TORCH,
    "smelu": _SPARSE_PLUS_TORCH,
    "sparse_sigmoid": (_HARD_SIGMOID_TORCH.format(0.5, "y"), f"{_BAND_TORCH.format(-1, 1)}; y.mul_(0.5)"),
    "relu_squared": (
        "torch.clamp_min(x, 0, out=y); y.square_()",
        "torch.clamp_min(x, 0, out=y); y.mul_(g); y.mul_(2)",
    ),
    "hard_mish": (
        "torch.add(x, 2, out=y); y.clamp_(0, 2); y.mul_(x); y.mul_(0.5)",
        "torch.add(x, 1, out=t); t.clamp_max_(1); t.mul_(g);"
        " aten.threshold_backward.grad_input(t, x, -2, grad_input=y)",
    ),
    "squareplus": (
        f"{_ROOT_TORCH.format('x', 4)}; y.sqrt_(); y.add_(x); y.mul_(0.5)",
        f"{_ROOT_TORCH.format('x', 4)}; y.rsqrt_(); y.mul_(x); y.add_(1); y.mul_(g); y.mul_(0.5)",
    ),
    "isru": (
        f"{_ROOT_TORCH.format('x', 1)}; y.rsqrt_(); y.mul_(x)",
        f"{_ROOT_TORCH.format('x', 1)}; y.rsqrt_(); y.pow_(3); y.mul_(g)",
    ),
    "isrlu": (
        f"torch.clamp_max(x, 0, out=t); {_ROOT_TORCH.format('t', 1)}; y.rsqrt_(); y.mul_(t);"
        " torch.maximum(x, y, out=y)",
        f"torch.clamp_max(x, 0, out=t); {_ROOT_TORCH.format('t', 1)}; y.rsqrt_(); y.pow_(3); y.mul_(g)",
    ),
    "bent_identity": (
        f"{_ROOT_TORCH.format('x', 1)}; y.sqrt_(); y.sub_(1); y.mul_(0.5); y.add_(x)",
        f"{_ROOT_TORCH.format('x', 1)}; y.rsqrt_(); y.mul_(x); y.mul_(0.5); y.add_(1); y.mul_(g)",
    ),
    "exponential": ("torch.exp(x, out=y)", "torch.mul(g, s, out=y)"),
    "gaussian": (_GAUSSIAN_TORCH, f"{_GAUSSIAN_TORCH}; y.mul_(x); y.mul_(-2); y.mul_(g)"),
    "elish": (
        "nn.elu(x, out=y); torch.sigmoid(x, out=t); y.mul_(t)",
        f"torch.sigmoid(x, out=t); {_ELU_TIMES_TORCH}; aten.sigmoid_backward.grad_input(u, t, grad_input=u); y.add_(u)",
    ),
    "hard_elish": (
        f"nn.elu(x, out=y); {_HARD_SIGMOID_TORCH.format(0.5, 't')}; y.mul_(t)",
        f"{_HARD_SIGMOID_TORCH.format(0.5, 't')}; {_ELU_TIMES_TORCH};"
        " aten.hardtanh_backward.grad_input(u, x, -1, 1, grad_input=u); y.add_(u, alpha=0.5)",
    ),
    "xielu": (
        "torch.clamp_max(x, -1e-6, out=t); t.expm1_(); t.sub_(x); t.mul_(0.8); torch.square(x, out=u); u.mul_(0.8);"
        " torch.gt(x, 0, out=m); torch.where(m, u, t, out=y); y.add_(x, alpha=0.5)",
        "torch.clamp_max(x, -1e-6, out=t); t.expm1_(); t.mul_(0.8); torch.mul(x, 1.6, out=u);"
        " torch.gt(x, 0, out=m); torch.where(m, u, t, out=y); y.add_(0.5); y.mul_(g)",
    ),
    "quick_gelu": _SWISH_TORCH,
    "gelu_sigmoid": _SWISH_TORCH,
    "eswish": (
        "nn.silu(x, out=y); y.mul_(1.75)",
        "aten.silu_backward.grad_input(g, x, grad_input=y); y.mul_(1.75)",
    ),
    "lisht": (
        "torch.tanh(x, out=y); y.mul_(x)",
        "torch.tanh(x, out=t); aten.tanh_backward.grad_input(x, t, grad_input=y); y.add_(t); y.mul_(g)",
    ),
    "tanhshrink": (
        "torch.tanh(x, out=y); torch.sub(x, y, out=y)",
        "torch.tanh(x, out=y); y.square_(); y.mul_(g)",
    ),
    "scaled_tanh": _scaled_tanh_torch(*_TANH_A),
    "stanh": _scaled_tanh_torch(*_TANH_B),
    "tanhexp": (
        "torch.exp(x, out=y); y.tanh_(); y.mul_(x)",
        "torch.exp(x, out=t); torch.tanh(t, out=y); t.mul_(x); aten.tanh_backward.grad_input(t, y, grad_input=t);"
        " y.add_(t); y.mul_(g)",
    ),
    "logit": ("torch.logit(x, out=y)", "aten.logit_backward.grad_input(g, x, None, grad_input=y)"),
    "log1mexp": (
        "torch.neg(x, out=y); y.exp_(); y.neg_(); y.log1p_()",
        "torch.expm1(x, out=y); torch.div(g, y, out=y)",
    ),
    "nlrelu": (
        "torch.clamp_min(x, 0, out=y); y.log1p_()",
        "torch.clamp_min(x, 0, out=t); t.add_(1); torch.div(g, t, out=t);"
        " aten.threshold_backward.grad_input(t, x, 0, grad_input=y)",
    ),
    "logcosh": (
        f"torch.mul(x, -2, out=t); nn.softplus(t, 1, 20, out=y); y.add_(x); y.sub_({_LOG2})",
        "torch.tanh(x, out=y); y.mul_(g)",
    ),
    "softclip": (
        "nn.softplus(x, 50, 20, out=y); torch.sub(x, 1, out=t); nn.softplus(t, 50, 20, out=u); y.sub_(u)",
        "torch.mul(x, 50, out=y); torch.sub(y, 50, out=t); y.sigmoid_(); t.sigmoid_(); y.sub_(t); y.mul_(g)",
    ),
    "aria2": (
        "torch.mul(x, 2, out=y); y.sigmoid_(); y.pow_(1.5)",
        "torch.mul(x, 2, out=t); t.sigmoid_(); torch.pow(t, 1.5, out=y); t.neg_(); t.add_(1); y.mul_(t); y.mul_(3);"
        " y.mul_(g)",
    ),
    "sqrt_softplus": (
        "nn.softplus(x, 1, 20, out=y); y.sqrt_()",
        "nn.softplus(x, 1, 20, out=t); t.sqrt_(); t.mul_(2); torch.div(g, t, out=t);"
        " aten.softplus_backward.grad_input(t, x, 1, 20, grad_input=y)",
    ),
    "log_ndtr": (
        "torch.special.log_ndtr(x, out=y)",
        f"torch.mul(x, {-_ROOT_HALF}, out=y); torch.special.erfcx(y, out=y); torch.div(g, y, out=y);"
        f" y.mul_({_ROOT_2_PER_PI})",
    ),
    "erf": ("torch.erf(x, out=y)", f"{_GAUSSIAN_TORCH}; y.mul_({_2_PER_ROOT_PI}); y.mul_(g)"),
    "laplace": (
        f"torch.sub(x, {_MU}, out=y); y.mul_({_PER_SIGMA * _ROOT_HALF}); y.erf_(); y.add_(1); y.mul_(0.5)",
        f"torch.sub(x, {_MU}, out=y); y.mul_({_PER_SIGMA}); y.square_(); y.mul_(-0.5); y.exp_();"
        f" y.mul_({_PER_SIGMA * _ROOT_2_PER_PI / 2}); y.mul_(g)",
    ),
    "clipped_gelu": (
        "nn.gelu(x, out=y); y.clamp_(-10, 10)",
        "nn.gelu(x, out=t); aten.hardtanh_backward.grad_input(g, t, -10, 10, grad_input=u);"
        " aten.gelu_backward.grad_input(u, x, grad_input=y)",
    ),
    "serf": (
        "nn.softplus(x, 1, 20, out=y); y.erf_(); y.mul_(x)",
        "nn.softplus(x, 1, 20, out=t); torch.erf(t, out=y); t.square_(); t.neg_(); t.exp_(); t.mul_(x);"
        f" t.mul_({_2_PER_ROOT_PI}); aten.softplus_backward.grad_input(t, x, 1, 20, grad_input=u); y.add_(u);"
        " y.mul_(g)",
    ),
    "phish": (
        "nn.gelu(x, out=y); y.tanh_(); y.mul_(x)",
        "nn.gelu(x, out=t); t.tanh_(); aten.tanh_backward.grad_input(x, t, grad_input=u);"
        " aten.gelu_backward.grad_input(u, x, grad_input=y); y.add_(t); y.mul_(g)",
    ),
    "sine": ("torch.sin(x, out=y)", "torch.cos(x, out=y); y.mul_(g)"),
    "snake": (
        "torch.sin(x, out=y); y.square_(); y.add_(x)",
        "torch.mul(x, 2, out=y); y.sin_(); y.add_(1); y.mul_(g)",
    ),
}
# where PyTorch itself goes back from the output
TORCH_FROM_Y = {
    "elu": "aten.elu_backward.grad_input(g, 1.0, 1.0, 1.0, True, s, grad_input=y)",
    "celu": "aten.elu_backward.grad_input(g, 1.0, 1.0, 1.0, True, s, grad_input=y)",
    "selu": f"aten.elu_backward.grad_input(g, {_LA / _L}, {_L}, 1.0, True, s, grad_input=y)",
    "leaky_relu": "aten.leaky_relu_backward.grad_input(g, s, 0.01, True, grad_input=y)",
    "relu": "aten.threshold_backward.grad_input(g, s, 0, grad_input=y)",
}

_MICROSOFT = "com.microsoft"


@dataclass(frozen=True)
class Node:
    """Of an ONNX graph: an operator between names. An input may be a constant: a number, or a list of integers."""

    operator: str
    inputs: tuple[Any, ...] = ("x",)
    outputs: tuple[str, ...] = ("y",)
    attributes: dict[str, float | int | str] = field(default_factory=dict)
    domain: str = ""


ONNX: dict[str, Node] = {
    "identity": Node("Identity"),
    "relu": Node("Relu"),
    "relu6": Node("Clip", ("x", 0.0, 6.0)),
    "leaky_relu": Node("LeakyRelu", attributes={"alpha": 0.01}),
    "elu": Node("Elu", attributes={"alpha": 1.0}),
    "selu": Node("Selu"),
    "celu": Node("Celu", attributes={"alpha": 1.0}),
    "sigmoid": Node("Sigmoid"),
    "tanh": Node("Tanh"),
    "softplus": Node("Softplus"),
    "softsign": Node("Softsign"),
    "silu": Node("QuickGelu", attributes={"alpha": 1.0}, domain=_MICROSOFT),
    "swish": Node("QuickGelu", attributes={"alpha": 1.702}, domain=_MICROSOFT),
    "mish": Node("Mish"),
    "gelu": Node("Gelu", attributes={"approximate": "none"}),
    "gelu_tanh": Node("Gelu", attributes={"approximate": "tanh"}),
    "hardtanh": Node("Clip", ("x", -1.0, 1.0)),
    "hardsigmoid": Node("HardSigmoid", attributes={"alpha": 1 / 6, "beta": 0.5}),
    "hardswish": Node("HardSwish"),
    "thresholded_relu": Node("ThresholdedRelu", attributes={"alpha": 1.0}),
    "hardshrink": Node("Shrink", attributes={"lambd": 0.5, "bias": 0.0}),
    "softshrink": Node("Shrink", attributes={"lambd": 0.5, "bias": 0.5}),
    "shrink": Node("Shrink", attributes={"lambd": 0.5, "bias": 0.0}),
    "hard_sigmoid": Node("HardSigmoid", attributes={"alpha": 0.2, "beta": 0.5}),
    "sparse_sigmoid": Node("HardSigmoid", attributes={"alpha": 0.5, "beta": 0.5}),
    "clip": Node("Clip", ("x", -1.5, 2.0)),
    "exponential": Node("Exp"),
    "quick_gelu": Node("QuickGelu", attributes={"alpha": 1.702}, domain=_MICROSOFT),
    "gelu_sigmoid": Node("QuickGelu", attributes={"alpha": 1.702}, domain=_MICROSOFT),
    "erf": Node("Erf"),
    "sine": Node("Sin"),
}


# --- ONNX models, without the onnx package ----------------------------------------------------------------------------


def _varint(n: int) -> bytes:
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes([*out, n])


def _message(*fields: tuple[int, int | float | str | bytes]) -> bytes:
    """A protocol buffer: numbers are varints, floats 32 bits, the rest is preceded by its length."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += _varint(number << 3) + _varint(value)
        elif isinstance(value, float):
            out += _varint(number << 3 | 5) + struct.pack("<f", value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += _varint(number << 3 | 2) + _varint(len(data)) + data
    return out


_CODES = {"float32": 1, "float64": 11, "int64": 7}


def _attribute(key: str, value: float | int | str) -> bytes:
    kind, number = {float: (2, 1), int: (3, 2), str: (4, 3)}[type(value)]
    return _message((1, key), (kind, value), (20, number))


def _tensor(key: str, a: np.ndarray) -> bytes:
    """A name with dtype and shape."""
    shape = _message(*((1, _message((1, n))) for n in a.shape))
    return _message((1, key), (2, _message((1, _message((1, _CODES[a.dtype.name]), (2, shape))))))


def onnx_model(nodes: Iterable[Node], dtype: np.dtype, names: dict[str, Any]) -> tuple[bytes, list[str], str]:
    """A model of these nodes, the names of its inputs, and that of its output; `names` has the arrays of both."""
    messages, constants, made, needed = [], [], set(), {}
    for node in nodes:
        inputs = []
        for source in node.inputs:
            if not isinstance(source, str):
                value = np.array(source, np.int64 if isinstance(source, list) else dtype)
                source = f"constant{len(constants)}"
                dims = [(1, n) for n in value.shape]
                constants.append((5, _message(*dims, (2, _CODES[value.dtype.name]), (8, source), (9, value.tobytes()))))
            elif source not in made:
                needed[source] = names[source]
            inputs.append((1, source))
        attributes = [(5, _attribute(key, value)) for key, value in node.attributes.items()]
        outputs = [(2, key) for key in node.outputs]
        messages.append((1, _message(*inputs, *outputs, (4, node.operator), *attributes, (7, node.domain))))
        made |= set(node.outputs)
        result = node.outputs[0]
    ends = [(11, _tensor(key, a)) for key, a in needed.items()] + [(12, _tensor(result, names[result]))]
    graph = _message(*messages, (2, "graph"), *constants, *ends)
    opsets = [(8, _message((1, ""), (2, 22))), (8, _message((1, _MICROSOFT), (2, 1)))]
    return _message((1, 10), (7, graph), *opsets), list(needed), result


# --- the peers that are installed -------------------------------------------------------------------------------------

# the text, the names that it uses, and perhaps what runs before it, not timed
Statement = tuple[str, dict[str, Any]] | tuple[str, dict[str, Any], str]


class Peer:
    """A library: `statement` for a pass of a case, with the names that its text may use; `threads` says how many."""

    name = "numpy"
    module = "numpy"

    def __init__(self) -> None:
        self.version = np.__version__

    def threads(self, n: int) -> None:
        """Use n threads from now on."""

    def names(self, text: str, names: dict[str, Any]) -> dict[str, Any]:
        """What the statement may use."""
        return names

    def statement(self, case: Case, kind: str, names: dict[str, Any]) -> Statement | None:
        """For this pass, or None if the library has none."""
        text = case.text(self.name, kind)
        return (text, self.names(text, names)) if text else None


class SciPy(Peer):
    """scipy.special"""

    name = module = "scipy"

    def __init__(self) -> None:
        import scipy
        from scipy import special

        self.version, self.special = scipy.__version__, special

    def names(self, text: str, names: dict[str, Any]) -> dict[str, Any]:
        return {**names, "special": self.special}


class Torch(Peer):
    """PyTorch on tensors that share the buffers."""

    name = module = "torch"

    def __init__(self) -> None:
        import torch

        torch.set_grad_enabled(False)
        self.torch, self.version = torch, torch.__version__.split("+")[0]

    def threads(self, n: int) -> None:
        self.torch.set_num_threads(n)

    def names(self, text: str, names: dict[str, Any]) -> dict[str, Any]:
        torch, tensors = self.torch, {}  # one tensor for one array, also where it has two names

        def tensor(value: Any) -> Any:
            if not isinstance(value, np.ndarray):
                return value
            return tensors.setdefault(id(value), torch.from_numpy(value))

        used = {key: tensor(names[key]) for key in words(text) & names.keys()}
        return {**used, "torch": torch, "nn": torch._C._nn, "aten": torch.ops.aten}


class OnnxRuntime(Peer):
    """ONNX Runtime, bound to the buffers; forward only."""

    name, module = "onnxruntime", "onnxruntime"

    def __init__(self) -> None:
        import onnxruntime

        onnxruntime.set_default_logger_severity(4)
        self.ort, self.version, self.count = onnxruntime, onnxruntime.__version__, 1

    def threads(self, n: int) -> None:
        self.count = n

    def statement(self, case: Case, kind: str, names: dict[str, Any]) -> Statement | None:
        if kind != "forward" or case.nodes is None:
            return None
        dtype = names["x"].dtype
        model, inputs, output = onnx_model(case.nodes(names["x"].shape, names["axis"]), dtype, names)
        if not all(names[key].flags.c_contiguous for key in (*inputs, output)):
            return None
        options = self.ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self.count, 1
        options.log_severity_level = 4
        # its threads would otherwise spin while the next implementation is timed
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            session = self.ort.InferenceSession(model, options, ["CPUExecutionProvider"])
        except Exception:  # an operator without this dtype: its exceptions have no common base
            return None
        binding = session.io_binding()
        for bind, keys in ((binding.bind_input, inputs), (binding.bind_output, [output])):
            for key in keys:
                a = names[key]
                bind(key, "cpu", 0, a.dtype.type, a.shape, a.ctypes.data)
        return "run(binding)", {"run": session.run_with_iobinding, "binding": binding}


def installed(names: Iterable[str] | None = None) -> list[Peer]:
    """The peers there are, or those asked for; LookupError where one of these is not there."""
    from ._compilers import COMPILERS  # which need this module

    kinds = (Peer, SciPy, *COMPILERS, Torch, OnnxRuntime)
    there = {kind.name: kind for kind in kinds if find_spec(kind.module)}
    for name in names or ():
        if name not in there:
            raise LookupError(f"no peer called {name!r} here; there are {', '.join(there)}")
    return [there[name]() for name in names or there]
