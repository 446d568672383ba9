"""What the peers that compile expressions (numexpr, numba, JAX) are given: one table for all of them.

`EXPRESSIONS` holds a formula of each elementwise function, of its gradient from x, and from y where it has one, in what
the three have in common: arithmetic, comparisons, `where` and functions called by the names of C. Each peer evaluates
them by its own means; where JAX has the function itself, `NAMED_BY_JAX` says how its users call it, and its gradients
are those that it derives. `PROGRAMS` holds the functions that are not elementwise: assignments in order, in which max
and sum go along the axis, total over all the others, and mean over everything. The formulas are those that a good user
would write: fast, and right where inputs usually are; the error of each is measured (asv_bench/peers.py).

Names are those of the statements in `_peers` and `_cases`: x the input, g the gradient, s = f(x), v the value of a
gate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ._cases import GATES, Case
from ._peers import (
    _2_PER_ROOT_PI,
    _CUBIC,
    _L,
    _LA,
    _LOG2,
    _MU,
    _PER_SIGMA,
    _ROOT_2_PER_PI,
    _ROOT_HALF,
    _TANH_A,
    _TANH_B,
)


@dataclass(frozen=True)
class Formula:
    """f(x); g f'(x); the same from s = f(x)."""

    forward: str
    backward: str
    backward_y: str = ""


def _logistic(u: str) -> str:
    return f"(1 / (1 + exp(-({u}))))"


def _softplus(u: str) -> str:
    return f"(maximum({u}, 0) + log1p(exp(-abs({u}))))"


def _clipped(u: str, low: float, high: float) -> str:
    return f"minimum(maximum({u}, {low}), {high})"


def _band(low: float, high: float, g: str = "g") -> tuple[str, str]:
    """g inside, from x and from y."""
    x, s = (f"where(({v} > {low}) & ({v} < {high}), {g}, 0)" for v in "xs")
    return x, s


def _swish(u: str, slope: str = "") -> Formula:
    """x sigma(u); u = slope x"""
    s = _logistic(u)
    return Formula(f"x / (1 + exp(-({u})))", f"g * {s} * (1 + {u} * (1 - {s}))")


def _scaled_tanh(a: float, b: float) -> Formula:
    t = f"tanh({b} * x)"
    return Formula(f"{a} * {t}", f"{a * b} * g * (1 - {t} * {t})", f"g * ({a * b} - {b / a} * s * s)")


_S, _SP = _logistic("x"), _softplus("x")
_ELU = "where(x > 0, x, expm1(x))"
_CUBE, _CUBE_SLOPE = (
    f"(x * ({2 * _ROOT_2_PER_PI} + {2 * _CUBIC} * x * x))",
    f"({2 * _ROOT_2_PER_PI} + {6 * _CUBIC} * x * x)",
)
_M = "exp(minimum(x, 20))"  # from there on tanh(softplus(x)) is 1
_MISH_N = f"({_M} * ({_M} + 2))"
_MISH_T = f"{_MISH_N} / ({_MISH_N} + 2)"
_UNIT = _clipped("0.5 * x + 0.5", 0, 1)
_NDTR = f"(0.5 * erfc({-_ROOT_HALF} * x))"
_GELU, _GELU_SLOPE = f"(x * {_NDTR})", f"({_NDTR} + {_ROOT_2_PER_PI / 2} * x * exp(-0.5 * x * x))"
_SQUARE = "(1 + x * x)"
_Q = "(1 + exp(-2 * x))"
_Z = f"((x - {_MU}) * {_PER_SIGMA})"
_T, _E = "tanh(x)", f"tanh({_M})"
_SPARSE_PLUS = Formula(
    "where(x > 1, x, where(x > -1, 0.25 * (x + 1) * (x + 1), 0))", f"g * {_UNIT}", "g * minimum(sqrt(s), 1)"
)
_HARDSHRINK = ("where(abs(x) > 0.5, {0}, 0)", "where(s == 0, 0, g)")
_SIGMOID_CLIPPED = {
    name: Formula(_clipped(f"{slope} * x + 0.5", 0, 1), _band(-0.5 / slope, 0.5 / slope, f"{slope} * g")[0],
                  _band(0, 1, f"{slope} * g")[1])
    for name, slope in (("hardsigmoid", 1 / 6), ("hard_sigmoid", 0.2), ("sparse_sigmoid", 0.5))
}  # fmt: skip

EXPRESSIONS: dict[str, Formula] = {
    "identity": Formula("x", "g", "g"),
    "relu": Formula("maximum(x, 0)", "where(x > 0, g, 0)", "where(s > 0, g, 0)"),
    "relu6": Formula(_clipped("x", 0, 6), *_band(0, 6)),
    "leaky_relu": Formula("maximum(x, 0.01 * x)", "where(x > 0, g, 0.01 * g)", "where(s > 0, g, 0.01 * g)"),
    "elu": Formula(_ELU, "where(x > 0, g, g * exp(x))", "where(s > 0, g, g * (s + 1))"),
    "celu": Formula(_ELU, "where(x > 0, g, g * exp(x))", "where(s > 0, g, g * (s + 1))"),
    "selu": Formula(
        f"where(x > 0, {_L} * x, {_LA} * expm1(x))",
        f"g * where(x > 0, {_L}, {_LA} * exp(x))",
        f"g * where(s > 0, {_L}, s + {_LA})",
    ),
    "sigmoid": Formula("1 / (1 + exp(-x))", f"g * {_S} * (1 - {_S})", "g * s * (1 - s)"),
    "logsigmoid": Formula("minimum(x, 0) - log1p(exp(-abs(x)))", "g / (1 + exp(x))", "-g * expm1(s)"),
    "tanh": Formula(_T, f"g * (1 - {_T} * {_T})", "g * (1 - s * s)"),
    "softplus": Formula(_SP, "g / (1 + exp(-x))", "-g * expm1(-s)"),
    "softsign": Formula("x / (1 + abs(x))", "g / ((1 + abs(x)) * (1 + abs(x)))", "g * (1 - abs(s)) * (1 - abs(s))"),
    "silu": _swish("x"),
    "swish": _swish("1.702 * x"),
    "mish": Formula(f"x * {_MISH_T}", f"g * ({_MISH_T} + x * (1 - {_MISH_T} * {_MISH_T}) * {_M} / (1 + {_M}))"),
    "gelu": Formula(_GELU, f"g * {_GELU_SLOPE}"),
    "gelu_tanh": Formula(
        f"x / (1 + exp(-{_CUBE}))",
        f"g * {_logistic(_CUBE)} * (1 + x * (1 - {_logistic(_CUBE)}) * {_CUBE_SLOPE})",
    ),
    "hardtanh": Formula(_clipped("x", -1, 1), *_band(-1, 1)),
    **_SIGMOID_CLIPPED,
    "hardswish": Formula(
        f"{1 / 6} * x * {_clipped('x + 3', 0, 6)}",
        f"where(x > -3, where(x < 3, g * ({1 / 3} * x + 0.5), g), 0)",
    ),
    "threshold": Formula("where(x > 0.5, x, -0.25)", "where(x > 0.5, g, 0)", "where(s > 0.5, g, 0)"),
    "thresholded_relu": Formula("where(x > 1, x, 0)", "where(x > 1, g, 0)", "where(s > 1, g, 0)"),
    "general_relu": Formula(
        "where(x > 0.5, minimum(x, 6), 0.1 * (x - 0.5))", "where(x > 0.5, where(x < 6, g, 0), 0.1 * g)"
    ),
    "hardshrink": Formula(_HARDSHRINK[0].format("x"), _HARDSHRINK[0].format("g"), _HARDSHRINK[1]),
    "softshrink": Formula(f"x - {_clipped('x', -0.5, 0.5)}", _HARDSHRINK[0].format("g"), _HARDSHRINK[1]),
    "shrink": Formula(_HARDSHRINK[0].format("x"), _HARDSHRINK[0].format("g")),
    "clip": Formula(_clipped("x", -1.5, 2), *_band(-1.5, 2)),
    "sparse_plus": _SPARSE_PLUS,
    "smelu": _SPARSE_PLUS,  # the same with beta = 1
    "relu_squared": Formula("maximum(x, 0) * maximum(x, 0)", "2 * g * maximum(x, 0)", "2 * g * sqrt(s)"),
    "hard_mish": Formula(f"0.5 * x * {_clipped('x + 2', 0, 2)}", "where(x > -2, g * minimum(x + 1, 1), 0)"),
    "squareplus": Formula(
        "0.5 * (x + sqrt(x * x + 4))", "0.5 * g * (1 + x / sqrt(x * x + 4))", "g * s * s / (s * s + 1)"
    ),
    "isru": Formula(f"x / sqrt{_SQUARE}", f"g / ({_SQUARE} * sqrt{_SQUARE})", "g * (1 - s * s) * sqrt(1 - s * s)"),
    "isrlu": Formula(
        f"where(x < 0, x / sqrt{_SQUARE}, x)",
        f"where(x < 0, g / ({_SQUARE} * sqrt{_SQUARE}), g)",
        "where(s < 0, g * (1 - s * s) * sqrt(1 - s * s), g)",
    ),
    "bent_identity": Formula(f"x + 0.5 * (sqrt{_SQUARE} - 1)", f"g * (1 + 0.5 * x / sqrt{_SQUARE})"),
    "exponential": Formula("exp(x)", "g * exp(x)", "g * s"),
    "gaussian": Formula("exp(-x * x)", "-2 * g * x * exp(-x * x)"),
    "elish": Formula(f"{_ELU} * {_S}", f"g * {_S} * where(x > 0, 1 + x * (1 - {_S}), exp(x) + expm1(x) * (1 - {_S}))"),
    "hard_elish": Formula(
        f"{_ELU} * {_UNIT}",
        "g * where(x <= -1, 0, where(x >= 1, 1, where(x > 0, x + 0.5, 0.5 * (exp(x) * (x + 2) - 1))))",
    ),
    "xielu": Formula(
        "0.5 * x + where(x > 0, 0.8 * x * x, 0.8 * (expm1(minimum(x, -0.000001)) - x))",
        "g * (0.5 + where(x > 0, 1.6 * x, 0.8 * expm1(minimum(x, -0.000001))))",
    ),
    "quick_gelu": _swish("1.702 * x"),
    "gelu_sigmoid": _swish("1.702 * x"),
    "eswish": Formula("1.75 * x / (1 + exp(-x))", f"1.75 * {_swish('x').backward}"),
    "lisht": Formula(f"x * {_T}", f"g * ({_T} + x * (1 - {_T} * {_T}))"),
    "tanhshrink": Formula(f"x - {_T}", f"g * {_T} * {_T}"),
    "scaled_tanh": _scaled_tanh(*_TANH_A),
    "stanh": _scaled_tanh(*_TANH_B),
    "tanhexp": Formula(f"x * {_E}", f"g * ({_E} + x * {_M} * (1 - {_E} * {_E}))"),
    "nlrelu": Formula("log1p(maximum(x, 0))", "where(x > 0, g / (1 + x), 0)", "where(s > 0, g * exp(-s), 0)"),
    "logit": Formula("log(x / (1 - x))", "g / (x * (1 - x))", "g * (2 + exp(s) + exp(-s))"),
    "logcosh": Formula(f"abs(x) + log1p(exp(-2 * abs(x))) - {_LOG2}", f"g * {_T}"),
    "log1mexp": Formula("log1p(-exp(-x))", "g / expm1(x)", "g * expm1(-s)"),
    "sqrt_softplus": Formula(
        f"sqrt{_SP}", f"0.5 * g / ((1 + exp(-x)) * sqrt{_SP})", "where(s > 0, -0.5 * g * expm1(-s * s) / s, 0)"
    ),
    "log_ndtr": Formula(f"log{_NDTR}", f"{_ROOT_2_PER_PI / 2} * g * exp(-0.5 * x * x) / {_NDTR}"),
    "softclip": Formula(
        f"0.02 * ({_softplus('(50 * x)')} - {_softplus('(50 * x - 50)')})",
        f"g * ({_logistic('50 * x')} - {_logistic('50 * x - 50')})",
    ),
    "aria2": Formula(f"1 / ({_Q} * sqrt{_Q})", f"3 * g * exp(-2 * x) / ({_Q} * {_Q} * sqrt{_Q})"),
    "sine": Formula("sin(x)", "g * cos(x)"),
    "snake": Formula("x + sin(x) * sin(x)", "g * (1 + sin(2 * x))"),
    "erf": Formula("erf(x)", f"{_2_PER_ROOT_PI} * g * exp(-x * x)"),
    "laplace": Formula(
        f"0.5 * erfc({-_ROOT_HALF} * {_Z})", f"{_PER_SIGMA * _ROOT_2_PER_PI / 2} * g * exp(-0.5 * {_Z} * {_Z})"
    ),
    "clipped_gelu": Formula(_clipped(_GELU, -10, 10), f"where(x < 10, g * {_GELU_SLOPE}, 0)"),
    "serf": Formula(f"x * erf{_SP}", f"g * (erf{_SP} + {_2_PER_ROOT_PI} * x * {_S} * exp(-{_SP} * {_SP}))"),
    "phish": Formula(f"x * tanh{_GELU}", f"g * (tanh{_GELU} + x * (1 - tanh{_GELU} * tanh{_GELU}) * {_GELU_SLOPE})"),
}

NAMED_BY_JAX = {
    "relu": "nn.relu(x)",
    "relu6": "nn.relu6(x)",
    "leaky_relu": "nn.leaky_relu(x, 0.01)",
    "elu": "nn.elu(x)",
    "celu": "nn.celu(x)",
    "selu": "nn.selu(x)",
    "sigmoid": "nn.sigmoid(x)",
    "logsigmoid": "nn.log_sigmoid(x)",
    "tanh": "jnp.tanh(x)",
    "softplus": "nn.softplus(x)",
    "softsign": "nn.soft_sign(x)",
    "silu": "nn.silu(x)",
    "swish": "x * nn.sigmoid(1.702 * x)",
    "quick_gelu": "x * nn.sigmoid(1.702 * x)",
    "gelu_sigmoid": "x * nn.sigmoid(1.702 * x)",
    "eswish": "1.75 * nn.silu(x)",
    "mish": "nn.mish(x)",
    "gelu": "nn.gelu(x, approximate=False)",
    "gelu_tanh": "nn.gelu(x, approximate=True)",
    "clipped_gelu": "jnp.clip(nn.gelu(x, approximate=False), -10, 10)",
    "phish": "x * jnp.tanh(nn.gelu(x, approximate=False))",
    "serf": "x * special.erf(nn.softplus(x))",
    "hardtanh": "nn.hard_tanh(x)",
    "hardsigmoid": "nn.hard_sigmoid(x)",
    "hardswish": "nn.hard_swish(x)",
    "sparse_plus": "nn.sparse_plus(x)",
    "sparse_sigmoid": "nn.sparse_sigmoid(x)",
    "squareplus": "nn.squareplus(x, 4)",
    "clip": "jnp.clip(x, -1.5, 2)",
    "log1mexp": "nn.log1mexp(x)",
    "logit": "special.logit(x)",
    "log_ndtr": "special.log_ndtr(x)",
    "erf": "special.erf(x)",
    "softmax": "nn.softmax(x, axis)",
    "softmin": "nn.softmax(-x, axis)",
    "log_softmax": "nn.log_softmax(x, axis)",
    "logsumexp": "nn.logsumexp(x, axis, keepdims=True)",
    "hardmax": "nn.one_hot(jnp.argmax(x, axis), x.shape[axis], dtype=x.dtype, axis=axis)",
    "gumbel_softmax": "nn.softmax(x + random.gumbel(key, x.shape, x.dtype), axis)",
    "rrelu": "jnp.where(x < 0, x * random.uniform(key, x.shape, x.dtype, 0.125, 1 / 3), x)",
    "glu": "nn.glu(p, axis)",
    "prelu": "jnp.where(x > 0, x, wide(w1) * x)",
    "maxout": "jnp.max(x.reshape(cut), at)",
    "maxout_linear": "jnp.max((x @ w1 + b1).reshape(cut), -1)",
    "crelu": "jnp.concatenate([nn.relu(x), nn.relu(-x)], axis)",
    "softmax_cross_entropy": "jnp.mean(nn.logsumexp(x, axis) - jnp.take_along_axis(x, labels_at, axis).squeeze(axis))",
    "sigmoid_cross_entropy": "jnp.mean(jnp.maximum(x, 0) - x * targets + jnp.log1p(jnp.exp(-jnp.abs(x))))",
    # from the sorted row: the threshold, then what is above it
    "sparsemax": "jnp.maximum(x - jnp.max((jnp.cumsum(jnp.flip(jnp.sort(x, axis), axis), axis) - 1) / rank, axis,"
    " keepdims=True), 0)",
    "entmax15": "entmax15(x)",
}

# where JAX cannot derive it: the noise is ours, or the derivative of a root is infinite; custom_vjp is for such
JAX_BACKWARD = {
    "gumbel_softmax": "s * (g - jnp.sum(g * s, axis, keepdims=True))",
    "rrelu": "g * n",
    "entmax15": "jnp.sqrt(s) * (g - jnp.sum(g * jnp.sqrt(s), axis, keepdims=True)"
    " / jnp.sum(jnp.sqrt(s), axis, keepdims=True))",
}

_SOFTMAX_BACKWARD = "y = g * s; r = sum(y); y = y - s * r"
# pick takes the number at the label of a row, mark subtracts there
_MARKED = (
    "r = max(x); p = pick(x); y = exp(x - r); c = sum(y); p = log(c) + r - p; c = 1 / (count * c); y = y * c;"
    " y = mark(1 / count); loss = mean(p)"
)
_BINARY_LOSS = "loss = mean(maximum(x, 0) - x * targets + log1p(exp(-abs(x))))"
_BINARY_BOTH = f"{_BINARY_LOSS}; y = ({_S} - targets) * (1 / count)"
PROGRAMS: dict[str, dict[str, str]] = {
    "softmax": {"forward": "r = max(x); y = exp(x - r); c = sum(y); y = y / c", "backward": _SOFTMAX_BACKWARD},
    "softmin": {
        "forward": "r = max(-x); y = exp(-x - r); c = sum(y); y = y / c",
        "backward": "y = g * s; r = sum(y); y = s * r - y",
    },
    "log_softmax": {
        "forward": "r = max(x); c = sum(exp(x - r)); c = r + log(c); y = x - c",
        "backward": "r = sum(g); y = g - exp(s) * r",
    },
    "logsumexp": {"forward": "r = max(x); c = sum(exp(x - r)); r = r + log(c)", "backward": "y = exp(x - sr) * gr"},
    "gumbel_softmax": {
        "forward": "t = uniform(); t = x - log(-log(t)); r = max(t); y = exp(t - r); c = sum(y); y = y / c",
        "backward": _SOFTMAX_BACKWARD,
    },
    "rrelu": {
        "forward": f"t = uniform(); y = where(x > 0, x, (0.125 + {5 / 24} * t) * x)",
        "backward": "y = g * n",
    },
    "prelu": {
        "forward": "y = where(x > 0, x, weight * x)",
        "backward": "y = where(x > 0, g, weight * g); d1 = total(where(x > 0, 0, g * x))",
    },
    "crelu": {
        "forward": "y1 = maximum(x, 0); y2 = maximum(-x, 0)",
        "inplace": "",
        "backward": "dx = where(s1 > 0, g1, 0) - where(s2 > 0, g2, 0)",
    },
    "softmax_cross_entropy": {
        "forward": "r = max(x); c = sum(exp(x - r)); p = pick(x); p = r + log(c) - p; loss = mean(p)",
        "backward": _MARKED,
        "inplace": _MARKED,
    },
    "sigmoid_cross_entropy": {"forward": _BINARY_LOSS, "backward": _BINARY_BOTH, "inplace": _BINARY_BOTH},
}


def _replaced(text: str, **names: str) -> str:
    """Names replaced by expressions."""
    return re.sub(r"(?<![\w.])[a-z]\w*", lambda match: names.get(match[0], match[0]), text)


def program(case: Case, kind: str) -> str | None:
    """The assignments of a pass; None where there are none."""
    name = case.name
    if name in PROGRAMS:
        passes = PROGRAMS[name]
        return passes.get(kind, passes["forward"] if kind == "inplace" else "") or None
    if name in EXPRESSIONS:
        formula = EXPRESSIONS[name]
        text = formula.forward if kind == "inplace" else getattr(formula, kind)
        return f"y = {text}" if text else None
    if name in GATES:
        formula = EXPRESSIONS[GATES[name]]
        if kind == "backward_y":
            return None
        if kind != "backward":
            return f"y = v * ({formula.forward})"
        return f"dv = g * ({formula.forward}); dx = {_replaced(formula.backward, g='(g * v)')}"
    if case.function == "bias_activation":
        formula = EXPRESSIONS[name.removeprefix("bias_activation_")]
        if kind in ("forward", "inplace"):
            return f"y = {_replaced(formula.forward, x='(x + b)')}"
        text = getattr(formula, kind)
        return f"y = {_replaced(text, x='h')}; d1 = total(y)" if text else None
    return None


def in_jax(case: Case) -> str | None:
    """The function as JAX's users write it."""
    name = case.name
    if name in NAMED_BY_JAX:
        return NAMED_BY_JAX[name]
    if name in GATES:
        act = GATES[name]
        return f"v * ({in_jax_of(act)})"
    if case.function == "bias_activation":
        return _replaced(in_jax_of(name.removeprefix("bias_activation_")), x="(x + wide(b1))")
    return in_jax_of(name) if name in EXPRESSIONS else None


def in_jax_of(activation: str) -> str:
    """An elementwise one."""
    return NAMED_BY_JAX.get(activation) or EXPRESSIONS[activation].forward
