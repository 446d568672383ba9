"""The registry as Python sees it: src_c/activations.def read from the compiled core, so it is what was built, and
src_c/functions.def from what generate.py made of it, since the core does not hold it.
"""

import functools
import inspect
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from . import _core, _functions

# Any, because type checkers take the signature of the cache for that of the function
remember: Any = functools.lru_cache(maxsize=256)


@dataclass(frozen=True)
class Param:
    """A parameter: its default and the rules for it (see src_c/activations.def)."""

    name: str
    default: float
    rule: str
    rule_y: str


class ActivationProperties(NamedTuple):
    """What people choose an activation by, found by evaluating it.

    Attributes
    ----------
    monotone : bool
        It never falls, or never rises.
    continuous : bool
        It has no jump.
    differentiable : bool
        Its derivative has no jump either.
    smooth : bool
        It is differentiable and has no kinks: one formula everywhere.
    zero_centred : bool
        It has outputs of both signs.
    saturates_left, saturates_right : bool
        Its derivative tends to 0 towards -inf, +inf.
    minimum : tuple of float or None
        (x, y) of its least value, if that is reached between higher ones; of several the one nearest to 0.
    """

    monotone: bool
    continuous: bool
    differentiable: bool
    smooth: bool
    zero_centred: bool
    saturates_left: bool
    saturates_right: bool
    minimum: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class Activation:
    """One activation of the registry; `fastact.registry` holds them all.

    `gelu_tanh` is an activation of its own, with `function` "gelu" and `variant` "tanh".

    Attributes
    ----------
    name : str
        Its name in the registry and in `fastact.ufuncs`.
    function : str
        The public function that computes it.
    variant : str or None
        The value of that function's `approximate`, if it is not the first.
    params : tuple
        Its parameters: name, default, and the rules for a value; `parameters` and `accepts` tell the same in words.
    from_y : bool
        Can the gradient be had from the output?
    cost : str
        Of one element: "LIGHT", "EXP" or "HEAVY".
    bounds : mapping
        Largest error in ULP by (dtype, "forward" | "backward" | "backward_y").
    formula, derivative, derivative_y : str
        The function, its derivative in x, and in y ("" if there is none).
    range, kinks : str
        The outputs, and the arguments at which a piece ends, as expressions in the parameters: see `range_of`
        and `kinks_of`.
    summary, source : str
        What it is, and where it comes from.
    """

    name: str
    function: str
    variant: str | None
    params: tuple[Param, ...]
    from_y: bool
    cost: str
    bounds: Mapping[tuple[str, str], float]
    formula: str
    derivative: str
    derivative_y: str
    range: str
    kinks: str
    summary: str
    source: str

    def __reduce__(self):
        return _named, (self.name,)

    @property
    def parameters(self):
        """The parameters and their defaults, as a dict."""
        return {p.name: p.default for p in self.params}

    @property
    def accepts(self):
        """The values that each parameter may have, in words, as a dict."""
        texts = {}
        for i, p in enumerate(self.params):
            texts[p.name] = _core.RULE_TEXTS[p.rule].format(previous=self.params[i - 1].name)
            if self.from_y and p.rule_y != "ANY":
                texts[p.name] += "; with y= " + _core.RULE_TEXTS[p.rule_y].format(previous=self.params[i - 1].name)
        return texts

    @property
    def reads(self):
        """What the backward pass can start from: "x", or "x or y"."""
        return "x or y" if self.from_y else "x"

    @property
    def aliases(self):
        """All the spellings of it that `fastact.get` knows."""
        from . import _names

        return _names.aliases(self.name)

    @property
    def family(self):
        """ "elementwise", as that of every `Activation`; the other families are those of `Function`."""
        return "elementwise"

    @property
    def signature(self):
        """How its public function is called."""
        return self.function + str(_signature(getattr(_core, self.function)))

    def _evaluate(self, text, params):
        """An expression of the registry, with these parameters."""
        return eval(
            text, {"__builtins__": {}, "inf": math.inf}, dict(zip(self.parameters, self._all(params), strict=True))
        )

    def _all(self, params):
        """The parameters, with defaults for those that are not given."""
        return *params, *(p.default for p in self.params[len(params) :])

    def takes_y(self, *params):
        """Can the gradient be had from the output with these parameters?"""
        if not self.from_y:
            return False
        try:
            self.backward(1.0, None, *params, y=0.5)  # the core knows the rules
        except ValueError:
            return False
        return True

    def range_of(self, *params):
        """(lowest, highest) output with these parameters, or with the defaults."""
        low, high = self._evaluate(re.sub(r"[\[(]([^][()]*)[])]", r"(\1)", self.range), params)
        return float(low), float(high)

    def kinks_of(self, *params):
        """The finite arguments at which a piece ends, with these parameters, or with the defaults."""
        kinks = self._evaluate(f"({self.kinks}{',' if self.kinks else ''})", params)
        return tuple(float(kink) for kink in kinks if math.isfinite(kink))

    def properties(self, *params):
        """What people choose an activation by, with these parameters, or with the defaults.

        Found by evaluating it in float64 on some 16 000 points, once for each set of parameters.

        Returns
        -------
        ActivationProperties
        """
        return _properties(self, tuple(map(float, self._all(params))))

    def keywords(self):
        """The keywords that select this variant of the public function."""
        return {} if self.variant is None else {"approximate": self.variant}

    def forward(self, x, *params, out=None):
        """The public function, for this row.

        Parameters
        ----------
        x : array_like
            The input.
        *params : float or array_like
            In the order of `parameters`; the defaults for those left out.
        out : ndarray, optional
            Where to write the result; `out=x` works in place.

        Returns
        -------
        ndarray or scalar
        """
        return getattr(_core, self.function)(x, *params, out=out, **self.keywords())

    def backward(self, grad, x=None, *params, y=None, out=None):
        """The public function's gradient, for this row.

        Parameters
        ----------
        grad : array_like
            Gradient of the loss with respect to the output.
        x : array_like, optional
            The input of the forward pass.
        *params : float or array_like
            As in `forward`.
        y : array_like, optional
            The output of the forward pass instead of x, only where `from_y`.
        out : ndarray, optional
            Where to write the result; `out=grad` works in place.

        Returns
        -------
        ndarray or scalar
        """
        keywords = self.keywords() if y is None else {"y": y, **self.keywords()}
        return getattr(_core, f"{self.function}_backward")(grad, x, *params, out=out, **keywords)


@remember
def _signature(public):
    return inspect.signature(public)


def _call(public, inputs, keywords, bound):
    """Call it, with those of the `bound` parameters that it has and that are not given; all may be given by name."""
    arguments = _signature(public).parameters
    given = [*arguments][: len(inputs)]
    bound = {name: value for name, value in bound.items() if name in arguments and name not in given}
    keywords, inputs = {**bound, **keywords}, [*inputs]
    positional = [p for p in arguments.values() if p.kind is p.POSITIONAL_ONLY]
    while any(p.name in keywords for p in positional[len(inputs) :]):
        p = positional[len(inputs)]
        if p.name not in keywords and p.default is p.empty:
            raise TypeError(f"{public.__name__}: {p.name} is missing")
        inputs.append(keywords.pop(p.name, p.default))
    return public(*inputs, **keywords)


#: the parameters that are inputs and have a usual value nevertheless, PyTorch's for a weight that is still to learn,
#: and the one whose None says something
_USUAL = {"prelu": {"weight": 0.25}, "softmax_cross_entropy": {"ignore_index": None}}


@dataclass(frozen=True, eq=False)
class Function:
    """One function that is not elementwise; `fastact.registry` holds them beside the activations.

    Attributes
    ----------
    name : str
        Its name, that of the public function.
    family : str
        "gate": two inputs, one of which gates the other; "pieces": results of another shape; "learned": with learned
        parameters; "chance": with random numbers; "rows": each result depends on a whole row; "loss": how far
        logits are from what they should be.
    signature : str
        How it is called.
    reads : str
        What the backward pass starts from.
    bounds : mapping
        Largest error in ULP by (dtype, "forward" | "backward" | "parameters"), where there is one; the last is that of
        gradients of learned parameters. The docstrings say of what.
    formula, derivative : str
        The function; and what the backward pass computes, or what it multiplies the gradient by.
    range : str
        The outputs.
    summary, source : str
        What it is, and where it comes from.
    """

    name: str
    family: str
    signature: str
    reads: str
    bounds: Mapping[tuple[str, str], float]
    formula: str
    derivative: str
    range: str
    summary: str
    source: str

    def __reduce__(self):
        return _named, (self.name,)

    @property
    def parameters(self):
        """What can be chosen beside the inputs, with the defaults, as a dict; ... where there is none."""
        arguments = _signature(getattr(_core, self.name)).parameters.values()
        named = [p for p in arguments if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        chosen = {p.name: p.default for p in named if p.default not in (None, p.empty)}
        asked = {p.name: ... for p in named if p.name == "pieces"}
        return {**_USUAL.get(self.name, {}), **asked, **chosen}

    @property
    def aliases(self):
        """All the spellings of it that `fastact.get` knows."""
        from . import _names

        return _names.aliases(self.name)

    def _run(self, inputs, keywords, bound, suffix=""):
        public = getattr(_core, self.name + suffix, None)
        if public is None:
            raise TypeError(f"{self.name} has no backward pass; its gradient is {self.derivative}")
        return _call(public, inputs, keywords, bound)

    def forward(self, *inputs, **keywords):
        """The public function, with its arguments; all of them may be given by name."""
        return self._run(inputs, keywords, {})

    def backward(self, *inputs, **keywords):
        """The public function's gradient, with its arguments; all of them may be given by name."""
        return self._run(inputs, keywords, {}, "_backward")


def _named(name):
    """For pickle: the one row of this name."""
    return registry[name]


class Registry(Mapping):
    """All functions by name, read-only.

    >>> fastact.registry["elu"].derivative
    '1 if x > 0 else alpha * exp(x)'
    >>> fastact.registry["softmax"].family
    'rows'
    >>> [name for name, a in fastact.registry.elementwise.items() if a.from_y and a.properties().smooth]

    A value is a `fastact.Activation`, or, for what is not one number in, one number out, a `fastact.Function`.

    Attributes
    ----------
    elementwise : mapping
        The activations alone.
    """

    @property
    def elementwise(self):
        """The activations alone, by name."""
        return MappingProxyType(ROWS)

    def __getitem__(self, name):
        return ROWS[name] if name in ROWS else FUNCTIONS[name]

    def __iter__(self):
        return iter((*ROWS, *FUNCTIONS))

    def __len__(self):
        return len(ROWS) + len(FUNCTIONS)

    def __repr__(self):
        return f"<registry of {len(self)} functions: {', '.join(self)}>"


def _row(fields):
    params, bounds = tuple(Param(*p) for p in fields["params"]), MappingProxyType(fields["bounds"])
    return Activation(**{**fields, "params": params, "bounds": bounds})


ROWS = {fields["name"]: _row(fields) for fields in _core.registry()}
FUNCTIONS = {
    fields["name"]: Function(**{**fields, "bounds": MappingProxyType(fields["bounds"])}) for fields in _functions.ROWS
}
registry: Any = Registry()  # the stubs tell type checkers, by its public name


# --- properties, found by evaluation ----------------------------------------------------------------------------------


@remember
def _properties(activation, params):
    kinks = np.array(sorted({k for k in activation.kinks_of(*params) if math.isfinite(k)}))
    far = np.geomspace(1e-3, 1e8, 2001)
    beside = np.nextafter(kinks, -np.inf), np.nextafter(kinks, np.inf)
    x = np.unique(np.concatenate([-far, far, np.linspace(-30, 30, 12001), kinks, *beside]))

    def forward(x):
        return activation.forward(x, *params)

    def derivative(x):
        return activation.backward(1.0, x, *params)

    with np.errstate(all="ignore"):
        x = x[~np.isnan(forward(x))]  # where it is defined
        y = forward(x)
        step, rounding = np.diff(y), 1e-12 * np.maximum(np.abs(y[1:]), np.abs(y[:-1]))
        continuous = not _jumps(forward, x)
        differentiable = continuous and not _jumps(derivative, x)
        return ActivationProperties(
            monotone=not ((step > rounding).any() and (step < -rounding).any()),
            continuous=continuous,
            differentiable=differentiable,
            smooth=differentiable and not kinks.size,
            zero_centred=bool((y < 0).any() and (y > 0).any()),
            saturates_left=bool(derivative(-np.inf) == 0),
            saturates_right=bool(derivative(np.inf) == 0),
            minimum=_minimum(forward, derivative, x, kinks),
        )


def _jumps(f, x):
    """Is there a jump between two of these points? Intervals with a large difference are cut to their larger half."""

    def large(low, high):
        a, b = f(low), f(high)
        return np.isfinite(a) & np.isfinite(b) & (np.abs(b - a) > 1e-5 * (1 + np.abs(a)))

    low, high = x[:-1], x[1:]
    for _ in range(1075):
        found = large(low, high)
        low, high = low[found], high[found]
        middle = low + (high - low) / 2
        if not found.any() or ((middle <= low) | (middle >= high)).all():
            break
        left = np.abs(f(middle) - f(low)) > np.abs(f(high) - f(middle))
        low, high = np.where(left, low, middle), np.where(left, middle, high)
    return bool(low.size)


def _minimum(forward, derivative, x, kinks):
    """The lowest of the points at which the derivative goes from - to +, if the function is not lower at its ends."""
    slope = derivative(x)
    x, slope = x[slope != 0], slope[slope != 0]
    turns = np.flatnonzero((slope[:-1] < 0) & (slope[1:] > 0))
    low, high = x[turns], x[turns + 1]
    for _ in range(100):
        middle = low + (high - low) / 2
        falls = derivative(middle) < 0
        low, high = np.where(falls, middle, low), np.where(falls, high, middle)
    for kink in kinks:
        high[np.abs(high - kink) < 1e-12] = kink
    y = forward(high)
    if not y.size or min(forward(np.array([-np.inf, np.inf, *x[[0, -1]]])).tolist()) < y.min():
        return None
    lowest = high[y <= y.min() + 1e-12 * (1 + abs(y.min()))]
    best = lowest[np.lexsort((-lowest, np.abs(lowest)))[0]] + 0.0
    return float(best), float(forward(best))
