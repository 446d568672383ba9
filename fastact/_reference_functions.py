"""What the functions that are not elementwise should return: the reference of tests and ``python -m fastact verify``.

One entry of `FUNCTION_REFERENCES` per row of ``src_c/functions.def``, and per variant of it. The functions of an entry
are written for arrays in a namespace `m`, NumPy's in float64 (the reference for float32) or mpmath's, with the axis as
the last one; their arguments have the names that the public functions give them. They are written apart from the
kernels.

    forward(m, x, ...)     backward(m, grad, ...)     each gives an `Expected` for each result
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ._reference import REFERENCES, Mpmath, NumPy
from ._registry import FUNCTIONS, ROWS

__all__ = [
    "FUNCTION_REFERENCES",
    "Exact",
    "Expected",
    "Floats",
    "FunctionReference",
    "Meter",
    "Pass",
    "evaluated",
    "philox",
    "uniform",
]

#: within 0.5 of a zero of a derivative, this times its factor is forgiven
ABSOLUTE = {"float32": 2.0**-24, "float64": 2.0**-52}


class Expected(NamedTuple):
    """What a result should be. Its error counts in ULP of the larger of it and `scale`, less what is `forgiven`."""

    value: Any
    scale: Any = 0.0
    forgiven: Any = 0.0


class Floats(NumPy):
    """The namespace of float64 arrays, to judge float32 by."""

    @staticmethod
    def power_of_2(n: int) -> float:
        """2^n"""
        return 2.0**n

    @staticmethod
    def array(a: Any) -> np.ndarray:
        """What is exact in it."""
        return np.asarray(a, np.float64)

    @staticmethod
    def exponents(a: Any) -> np.ndarray:
        """The powers of two that are not above |a|; those of 0 are the lowest."""
        return np.where(a == 0, -(1 << 20), np.frexp(np.abs(a))[1] - 1)

    @staticmethod
    def divided(a: Any, exponents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """a / 2^exponents as the sum of two floats."""
        return np.ldexp(a, -exponents), np.zeros(np.shape(a))

    def ulp(self, a: Any, dtype: str) -> np.ndarray:
        """The distance of the numbers of this dtype at a."""
        return np.ldexp(1.0, _ulp_exponents(self, a, dtype))


class Exact(Mpmath):
    """The namespace of arrays of mpmath numbers."""

    def __init__(self, bits: int = 160) -> None:
        super().__init__(bits)
        self.scalar = Mpmath(bits)
        for name in ("exp", "expm1", "log", "log1p", "sqrt"):
            setattr(self, name, np.frompyfunc(getattr(self.scalar, name), 1, 1))
        self.maximum, self.minimum = np.maximum, np.minimum

    def power_of_2(self, n: int) -> Any:
        """2^n"""
        return self.mpf(2) ** int(n)

    def array(self, a: Any) -> np.ndarray:
        """What is exact in it."""
        return np.frompyfunc(lambda v: self.mpf(float(v)), 1, 1)(np.asarray(a))

    @staticmethod
    def where(condition: Any, a: Any, b: Any) -> np.ndarray:
        """The choice, element by element."""
        return np.where(np.asarray(condition, bool), a, b)

    def exponents(self, a: Any) -> np.ndarray:
        """The powers of two that are not above |a|; those of 0 are the lowest."""

        def exponent(v: Any) -> int:
            _, man, exponent, bits = self.mpf(v)._mpf_
            return max(exponent + bits - 1, -(1 << 20)) if man else -(1 << 20)

        return np.frompyfunc(exponent, 1, 1)(a).astype(int)

    def divided(self, a: Any, exponents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """a / 2^exponents as the sum of two floats."""
        quotient = a / np.frompyfunc(self.power_of_2, 1, 1)(exponents)
        high = quotient.astype(np.float64)
        return high, (quotient - self.array(high)).astype(np.float64)

    def ulp(self, a: Any, dtype: str) -> np.ndarray:
        """The distance of the numbers of this dtype at a."""
        return np.frompyfunc(self.power_of_2, 1, 1)(_ulp_exponents(self, a, dtype))


def _ulp_exponents(m: Any, a: Any, dtype: str) -> np.ndarray:
    """The powers of two that the ulps at a are."""
    info = np.finfo(dtype)
    return np.clip(m.exponents(a), info.minexp, info.maxexp - 1) - info.nmant


class Meter:
    """Measures results in this dtype against what is expected, all in units of their ulps."""

    def __init__(self, m: Any, expected: Expected, dtype: str) -> None:
        self.beyond = np.finfo(dtype).maxexp
        size = m.power_of_2(self.beyond)
        value = m.minimum(m.maximum(m.array(0.0) + expected.value, -size), size)
        self.exponents = np.asarray(_ulp_exponents(m, m.maximum(np.abs(value), expected.scale), dtype))
        self.high, self.low = m.divided(value, self.exponents)
        free = np.broadcast_to(np.asarray(expected.forgiven == np.inf, bool), np.shape(value))
        forgiven = m.divided(m.where(free, 0 * value, expected.forgiven + 0 * value), self.exponents)[0]
        self.forgiven = np.where(free, np.inf, forgiven)

    def errors(self, got: np.ndarray) -> np.ndarray:
        """In ULP; an infinite number counts as the power of two behind the largest one."""
        infinite = np.isinf(got)
        found = np.ldexp(np.where(infinite, np.sign(got), got).astype(np.float64),
                         np.where(infinite, self.beyond, 0) - self.exponents)  # fmt: skip
        error = np.abs((found - self.high) - self.low)
        error = np.where(error <= self.forgiven, 0.0, error - np.minimum(self.forgiven, 2.0**1000))
        return np.where(np.isnan(error), np.where(self.forgiven == np.inf, 0.0, np.inf), error)


# --- along an axis ----------------------------------------------------------------------------------------------------


def _sum(a: Any) -> Any:
    return a.sum(axis=-1, keepdims=True)


def _parts(m: Any, x: Any, temperature: float = 1.0) -> tuple[Any, Any, Any, Any]:
    """The maximum, z = (x - max) / temperature, e^z, and the sum of these less 1, to which nothing of size 1 has been
    added. The difference comes first: of quotients it would carry their roundings."""
    top = x.max(axis=-1, keepdims=True)
    first = x == top
    z = (x - top) / m.array(temperature)
    e = m.exp(z)
    return top, z, e, _sum(m.where(first, 0 * e, e)) + (_sum(first.astype(int)) - 1)


def _softmax(m, x, temperature=1.0):
    _, _, e, rest = _parts(m, x, temperature)
    return [Expected(e / (1 + rest))]


def _softmin(m, x, temperature=1.0):
    return _softmax(m, -x, temperature)


def _log_softmax(m, x, temperature=1.0):
    _, z, _, rest = _parts(m, x, temperature)
    return [Expected(z - m.log1p(rest))]


def _logsumexp(m, x):
    top, _, _, rest = _parts(m, x)
    return [Expected(top + m.log1p(rest), np.abs(top))]


def _softmax_backward(m, grad, y, temperature=1.0):
    t, terms = m.array(temperature), grad * y
    scale = m.maximum(np.abs(terms), y * _sum(np.abs(terms)))
    return [Expected(y * (grad - _sum(terms)) / t, scale / t)]


def _softmin_backward(m, grad, y, temperature=1.0):
    return _softmax_backward(m, -grad, y, temperature)


def _log_softmax_backward(m, grad, y, temperature=1.0):
    t, p = m.array(temperature), m.exp(y)
    scale = m.maximum(np.abs(grad), p * _sum(np.abs(grad)))
    return [Expected((grad - p * _sum(grad)) / t, scale / t)]


def _logsumexp_backward(m, grad, x):
    return [Expected(grad * _softmax(m, x)[0].value)]


def _hardmax(m, x):
    first = np.arange(x.shape[-1]) == np.expand_dims(x.argmax(axis=-1), -1)
    return [Expected(m.where(first, m.array(1), m.array(0)))]


def _thresholds(m, x, power):
    """For each row z = x / power less its maximum, and tau: by sorting. Only what is less than 1 below counts."""
    z = (x - x.max(axis=-1, keepdims=True)) / power
    taus = []
    for row in z:
        total, squares, tau = m.mpf(0), m.mpf(0), None
        for count, v in enumerate(sorted((v for v in row if v > -1), reverse=True), 1):
            total, squares = total + v, squares + v * v
            inside = total * total - count * (squares - 1)
            if power == 2 and inside < 0:
                break
            new = (total - 1) / count if power == 1 else (total - m.scalar.sqrt(inside)) / count
            if count > 1 and new >= v:
                break
            tau = new
        taus.append(tau)
    return z, np.array(taus, object)[:, None]


def _sparse(power, least):
    """sparsemax (1) and entmax15 (2); results below 2^least of the largest count as that."""

    def forward(m, x, dtype):
        z, tau = _thresholds(m, x, power)
        y = m.maximum(z - tau, 0) ** power
        return [Expected(y, y.max(axis=-1, keepdims=True) * m.power_of_2(least[dtype]))]

    return forward


def _sparsemax_backward(m, grad, y):
    on = m.where(y > 0, m.array(1), m.array(0))
    mean = _sum(on * grad) / _sum(on)
    return [Expected(on * (grad - mean), m.maximum(on * np.abs(grad), on * (_sum(on * np.abs(grad)) / _sum(on))))]


def _entmax15_backward(m, grad, y):
    s = m.sqrt(y)
    mean, size = _sum(s * grad) / _sum(s), _sum(s * np.abs(grad)) / _sum(s)
    return [Expected(s * (grad - mean), s * m.maximum(np.abs(grad), size))]


# --- random numbers ---------------------------------------------------------------------------------------------------


def philox(counter: Any, key: Any) -> list[int]:
    """Philox 4x32, 10 rounds, from the paper (Salmon, Moraes, Dror & Shaw 2011)."""
    mask = 0xFFFFFFFF
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [b >> 32 ^ c[1] ^ k[0], b & mask, a >> 32 ^ c[3] ^ k[1], a & mask]
        k = [(k[0] + 0x9E3779B9) & mask, (k[1] + 0xBB67AE85) & mask]
    return c


def uniform(seed: int, element: int, dtype: Any) -> float:
    """The number of an element, as src_c/loops/random.h says."""
    key = seed & 0xFFFFFFFF, seed >> 32
    block, rest = divmod(element, 64)
    if np.dtype(dtype) == np.float32:
        counter = 16 * block + rest % 16
        word = philox([counter & 0xFFFFFFFF, counter >> 32, 0, 0], key)[rest // 16]
        return (2 * (word >> 9) + 1) / 2**24
    counter, half = 32 * block + rest // 16 * 8 + rest % 8, rest % 16 // 8
    words = philox([counter & 0xFFFFFFFF, counter >> 32, 0, 0], key)[2 * half : 2 * half + 2]
    return (2 * ((words[0] | words[1] << 32) >> 12) + 1) / 2**53


def _numbers(m, seed, shape, dtype):
    u = np.array([uniform(seed, i, dtype) for i in range(int(np.prod(shape)))])
    return m.array(u).reshape(shape)


def gumbel_noise(m, seed, shape, dtype):
    """-log(-log(u)) for the numbers of these elements."""
    return -m.log(-m.log(_numbers(m, seed, shape, dtype)))


def _gumbel_softmax(m, x, seed, dtype, temperature=1.0):
    """The noise may be off by an ULP, of 1 / 64 where it is smaller; then x + noise is rounded."""
    noise = gumbel_noise(m, seed, x.shape, dtype)
    z = x + noise
    off = (m.ulp(m.maximum(np.abs(noise), 2.0**-6), dtype) + m.ulp(z, dtype) / 2) / m.array(temperature)
    y = _softmax(m, z, temperature)[0].value
    return [Expected(y, forgiven=y * (off + _sum(y * off)))]


def _slopes(m, shape, seed, dtype):
    """Their exact values, and how far their roundings may move them."""
    lower, upper = (np.dtype(dtype).type(v) for v in (1 / 8, 1 / 3))
    slope = m.array(lower) + m.array(upper - lower) * _numbers(m, seed, shape, dtype)
    return slope, m.ulp(slope, dtype)


def _rrelu(m, x, seed, dtype):
    slope, off = _slopes(m, x.shape, seed, dtype)
    below = x < 0
    return [Expected(m.where(below, slope * x, x), forgiven=m.where(below, off * np.abs(x), 0 * x))]


def _rrelu_backward(m, grad, x, seed, dtype):
    slope, off = _slopes(m, x.shape, seed, dtype)
    above = x > 0
    return [Expected(m.where(above, grad, slope * grad), forgiven=m.where(above, 0 * x, off * np.abs(grad)))]


# --- gates ------------------------------------------------------------------------------------------------------------


def evaluated(m, activation, kind, v, *params):
    """A pass of an elementwise function on an array of this namespace."""

    def f(space, e):
        return REFERENCES[activation].evaluate(space, kind, e, *params)

    return np.asarray(f(m, v) if isinstance(m, Floats) else np.frompyfunc(lambda e: f(m.scalar, e), 1, 1)(v))


def _near(x, zeros):
    """Within 0.5 of one of them."""
    inside = np.zeros(x.shape, bool)
    for zero in zeros:
        inside |= np.asarray(np.abs(x - zero) <= 0.5, bool)
    return inside


def _product(m, factor, value, dtype, near=False):
    """factor * value: without a bound where the value is subnormal or infinite, with an absolute one near its zero."""
    info, size = np.finfo(dtype), np.abs(value)
    nothing = size <= float(info.smallest_subnormal) * m.power_of_2(-40)
    fine = np.asarray(((size >= float(info.tiny)) | nothing) & (size <= float(info.max)), bool)
    forgiven = np.where(near, np.abs(factor) * ABSOLUTE[dtype], 0 * factor)
    return Expected(factor * value, forgiven=np.where(fine, forgiven, np.inf))


def _gate(activation):
    """value * f(gate), and both gradients."""
    zeros = REFERENCES[activation].zeros("backward")

    def forward(m, value, gate, dtype):
        return [_product(m, value, evaluated(m, activation, "forward", gate), dtype)]

    def backward(m, grad, value, gate, dtype):
        f, slope = (evaluated(m, activation, kind, gate) for kind in ("forward", "backward"))
        return [_product(m, grad, f, dtype), _product(m, grad * value, slope, dtype, _near(gate, zeros))]

    return forward, backward


def _glu_backward_y(m, grad, y, gate, dtype):
    f, rest = (evaluated(m, "sigmoid", "forward", v) for v in (gate, -gate))
    return [_product(m, grad, f, dtype), _product(m, grad * y, rest, dtype)]


# --- with learned parameters ------------------------------------------------------------------------------------------


def _prelu(m, x, weight):
    return [Expected(m.where(x > 0, x, weight * x))]


def _prelu_backward(m, grad, x, weight):
    terms = grad * m.where(x > 0, 0 * x, x)
    return [Expected(m.where(x > 0, grad, weight * grad)), Expected(terms.sum(0), np.abs(terms).sum(0))]


def _prelu_backward_y(m, grad, y, weight):
    return _prelu_backward(m, grad, y, weight)[:1]


def _biased(activation):
    """f(z), z = x + bias as it was rounded; the gradient at z, and its sum."""
    zeros = REFERENCES[activation].zeros("backward")

    def forward(m, x, bias, dtype):
        z = m.array(np.add(x, bias).astype(dtype))
        return [Expected(evaluated(m, activation, "forward", z))]

    def backward(m, grad, z, dtype):
        d = grad * evaluated(m, activation, "backward", z)
        forgiven = np.where(_near(z, zeros), np.abs(grad) * ABSOLUTE[dtype], 0 * grad)
        return [Expected(d, forgiven=forgiven), Expected(d.sum(0), np.abs(d).sum(0), forgiven.sum(0))]

    return forward, backward


# --- pieces -----------------------------------------------------------------------------------------------------------


def _groups(z, pieces):
    return z.reshape(*z.shape[:-1], z.shape[-1] // pieces, pieces)


def _maxout(m, z, pieces):
    return [Expected(_groups(z, pieces).max(-1))]


def _spread(m, grad, index, pieces):
    """The gradient at the winners, 0 elsewhere."""
    winner = np.arange(pieces) == np.asarray(index)[..., None]
    return m.where(winner, grad[..., None], m.array(0)).reshape(*grad.shape[:-1], -1)


def _maxout_backward(m, grad, index, pieces):
    return [Expected(_spread(m, grad, index, pieces))]


def _products(a, b):
    """a @ b, and the sum of the magnitudes of the terms."""
    return np.dot(a, b), np.dot(np.abs(a), np.abs(b))


def _maxout_linear(m, x, weight, bias, pieces):
    product, size = _products(x, weight)
    return [Expected(_groups(product + bias, pieces).max(-1), _groups(size + np.abs(bias), pieces).max(-1))]


def _maxout_linear_backward(m, grad, x, weight, index, pieces):
    d = _spread(m, grad, index, pieces)
    return [Expected(*_products(d, weight.T)), Expected(*_products(x.T, d)), Expected(d.sum(0), np.abs(d).sum(0))]


def _crelu(m, x):
    return [Expected(np.concatenate([m.maximum(x, 0 * x), m.maximum(-x, 0 * x)], -1))]


def _crelu_backward(m, grad, y):
    (g1, g2), (y1, y2) = (np.split(a, 2, -1) for a in (grad, y))
    return [Expected(m.where(y1 > 0, g1, 0 * g1) - m.where(y2 > 0, g2, 0 * g2))]


# --- losses -----------------------------------------------------------------------------------------------------------


def _smoothed(m, logits, labels, label_smoothing):
    """1 for the label, 0 for the others, a part of it shared out."""
    hit, part = np.arange(logits.shape[-1]) == labels[:, None], m.array(label_smoothing)
    return m.where(hit, m.array(1), m.array(0)) * (1 - part) + part / logits.shape[-1]


def _softmax_cross_entropy(m, logits, labels, label_smoothing=0.0):
    top, _, _, rest = _parts(m, logits)
    t = _smoothed(m, logits, labels, label_smoothing)
    return [Expected((t * ((top - logits) + m.log1p(rest))).sum(-1))]


def _softmax_cross_entropy_gradient(m, logits, labels, label_smoothing=0.0):
    p, t = _softmax(m, logits)[0].value, _smoothed(m, logits, labels, label_smoothing)
    return [Expected(p - t, m.maximum(p, t))]


def _sigmoid_parts(m, logits, targets):
    """e^-|x|, and the target of the less likely class."""
    return m.exp(-np.abs(logits)), m.where(logits > 0, 1 - targets, targets)


def _sigmoid_cross_entropy(m, logits, targets):
    w, other = _sigmoid_parts(m, logits, targets)
    return [Expected(m.log1p(w) + other * np.abs(logits))]


def _sigmoid_cross_entropy_gradient(m, logits, targets):
    w, other = _sigmoid_parts(m, logits, targets)
    p = w / (1 + w)
    return [Expected(m.where(logits > 0, other - p, p - other), m.maximum(p, other))]


# --- the entries ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pass:
    """A pass of a function: the reference, and what its errors are ULP of."""

    exact: Callable[..., list[Expected]]
    unit: str = "the result"
    results: tuple[str, ...] = ()
    """The kind of each result, where that is not the pass itself: "parameters" for the gradient of one."""
    precise: bool = False
    """In mpmath for float32, too."""
    run: Callable[..., Any] | None = None
    """How it is called: run(function, arrays, axis), where that is not by the names of the arguments."""

    def unit_of(self, kind: str) -> str:
        """For a kind of result."""
        return _SIZES if kind == "parameters" else self.unit

    @property
    def arguments(self) -> list[str]:
        """The names of what it is called with."""
        names = list(inspect.signature(self.exact).parameters)[1:]
        return [name for name in names if name != "dtype"]

    def evaluate(self, m: Any, dtype: str, arrays: Mapping[str, Any]) -> list[Expected]:
        """Of arrays in this dtype, and other arguments."""
        names = inspect.signature(self.exact).parameters
        given = {}
        for name, value in arrays.items():
            if name in names:
                exact = isinstance(value, np.ndarray) and value.dtype.kind == "f"
                given[name] = m.array(value) if exact and name not in _AS_THEY_ARE else value
        return self.exact(m, **given, **({"dtype": dtype} if "dtype" in names else {}))


_AS_THEY_ARE = {"bias"}  # of which a sum is rounded first


@dataclass(frozen=True)
class FunctionReference:
    """One function, or a variant of it."""

    passes: Mapping[str, Pass]
    function: str
    keywords: tuple[Mapping[str, Any], ...] = ({},)
    """To verify with, the defaults first."""
    activation: str | None = None
    """Whose bounds it has beside its own."""

    def bound(self, dtype: str, kind: str) -> float | None:
        """The largest error of a kind of result; None where there is no bound."""
        own = FUNCTIONS[self.function].bounds.get((dtype, kind.removesuffix("_y")))
        if self.activation is None:
            return own
        theirs = ROWS[self.activation].bounds[dtype, "backward" if kind == "parameters" else kind]
        return theirs + (own or 0.0)


_TEMPERATURES = ({}, *({"temperature": t} for t in (0.7, 1e4, 3e-10, 1e18)))
_TERMS = "the larger of |y grad| and |y| sum(|grad y|)"
_SIZES = "the sum of the magnitudes of its terms"


def _rows(name, forward, backward=None, unit="the result", backward_unit=_TERMS, keywords=({},), precise=False):
    passes = {"forward": Pass(forward, unit, precise=precise)}
    if backward:
        passes["backward"] = Pass(backward, backward_unit)
    return name, FunctionReference(passes, name, keywords)


def _gate_entry(name, activation):
    function, _, variant = name.partition("_")
    forward, backward = _gate(activation)
    passes = {"forward": Pass(forward), "backward": Pass(backward)}
    if name == "glu":
        passes["backward_y"] = Pass(_glu_backward_y)
    return name, FunctionReference(passes, function, ({"approximate": variant},) if variant else ({},))


def _bias_entry(activation):
    forward, backward = _biased(activation)
    passes = {
        "forward": Pass(forward),
        "backward": Pass(backward, results=("backward", "parameters")),
    }
    name = "bias_activation"
    return f"{name}_{activation}", FunctionReference(passes, name, ({"name": activation},), activation)


def _gradient_of_loss(function, given, axis):
    """What a loss writes beside its sum."""
    keywords = {**given, "reduction": "sum", **({} if axis is None else {"axis": axis})}
    inputs = [keywords.pop(name) for name in ("logits", "labels", "targets") if name in given]
    out = np.empty_like(inputs[0])
    function(*inputs, **keywords, out_grad=out)
    return out


def _loss(name, forward, gradient, unit, *more):
    none = {"reduction": "none"}
    passes = {"forward": Pass(forward), "backward": Pass(gradient, unit, run=_gradient_of_loss)}
    return name, FunctionReference(passes, name, (none, *({**none, **keywords} for keywords in more)))


_LEAST = {"float32": -22, "float64": -50}, {"float32": -32, "float64": -64}
_ALL = dict(
    [
        _gate_entry("glu", "sigmoid"),
        _gate_entry("swiglu", "silu"),
        _gate_entry("geglu", "gelu"),
        _gate_entry("geglu_tanh", "gelu_tanh"),
        _gate_entry("geglu_sigmoid", "gelu_sigmoid"),
        _gate_entry("reglu", "relu"),
        _gate_entry("bilinear", "identity"),
        _gate_entry("seglu", "selu"),
        _rows("softmax", _softmax, _softmax_backward, keywords=_TEMPERATURES),
        _rows("softmin", _softmin, _softmin_backward, keywords=_TEMPERATURES),
        _rows(
            "log_softmax",
            _log_softmax,
            _log_softmax_backward,
            backward_unit="the larger of |grad| and exp(y) sum(|grad|)",
            keywords=_TEMPERATURES,
        ),
        _rows(
            "logsumexp",
            _logsumexp,
            _logsumexp_backward,
            "the larger of |max(x)| and the result",
            "the result",
            ({"keepdims": True},),
        ),
        _rows("hardmax", _hardmax),
        _rows(
            "sparsemax",
            _sparse(1, _LEAST[0]),
            _sparsemax_backward,
            "the larger of the result and 2^-22 (float64: 2^-50) of the largest",
            "the larger of |grad| and mean(|grad| where y > 0)",
            precise=True,
        ),
        _rows(
            "entmax15",
            _sparse(2, _LEAST[1]),
            _entmax15_backward,
            "the larger of the result and 2^-32 (float64: 2^-64) of the largest",
            "the larger of |s grad| and s sum(|grad s|) / sum(s), s = sqrt(y)",
            precise=True,
        ),
        _rows(
            "gumbel_softmax",
            _gumbel_softmax,
            _softmax_backward,
            "the result, beyond the roundings of the noise and of x + noise",
            keywords=({"seed": 5}, {"seed": 2**63 + 1, "temperature": 0.5}),
        ),
        (
            "prelu",
            FunctionReference(
                {
                    "forward": Pass(_prelu),
                    "backward": Pass(_prelu_backward, results=("backward", "parameters")),
                    "backward_y": Pass(_prelu_backward_y, results=("backward_y",)),
                },
                "prelu",
            ),
        ),
        _bias_entry("relu"),
        _bias_entry("gelu"),
        (
            "rrelu",
            FunctionReference(
                {
                    "forward": Pass(_rrelu, "the result, beyond the roundings of the slope"),
                    "backward": Pass(_rrelu_backward, "the result, beyond the roundings of the slope"),
                },
                "rrelu",
                ({"seed": 5}, {"seed": 2**64 - 1}),
            ),
        ),
        (
            "maxout",
            FunctionReference(
                {"forward": Pass(_maxout), "backward": Pass(_maxout_backward)}, "maxout", ({"pieces": 2}, {"pieces": 3})
            ),
        ),
        (
            "maxout_linear",
            FunctionReference(
                {"forward": Pass(_maxout_linear, _SIZES), "backward": Pass(_maxout_linear_backward, _SIZES)},
                "maxout_linear",
                ({"pieces": 3},),
            ),
        ),
        ("crelu", FunctionReference({"forward": Pass(_crelu), "backward": Pass(_crelu_backward)}, "crelu")),
        _loss(
            "softmax_cross_entropy",
            _softmax_cross_entropy,
            _softmax_cross_entropy_gradient,
            "the larger of t and softmax(logits)",
            {"label_smoothing": 0.1},
        ),
        _loss(
            "sigmoid_cross_entropy",
            _sigmoid_cross_entropy,
            _sigmoid_cross_entropy_gradient,
            "the larger of its two terms",
        ),
    ]
)
FUNCTION_REFERENCES: dict[str, FunctionReference] = {
    name: entry for name, entry in _ALL.items() if entry.function in FUNCTIONS
}
