"""How exact the statements are that `bench` times: of each pass a fixed sample, and what measures results on it.

Every library runs the statement that is timed, as it stands, on the arrays of a sample; the exact results are those of
`verify`, and so is the measure: ULP of the result, or, where terms cancel, of the largest of them. The inputs of
elementwise functions and gates are equal steps and points chosen to hurt, but no kinks where there is a derivative to
take; those of the others are rows like the ones that are timed.

What goes back from the result y is given a y, and measured against the derivative there. A library that goes back from
something else, which its own forward pass has saved, has no statement for that: of which numbers it would be the exact
derivative, is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._cases import CASES, GATE, Case, buffers, names_of
from ._peers import Statement, words
from ._reference import NumPy
from ._reference_functions import FUNCTION_REFERENCES, Exact, Expected, Floats, Meter
from ._registry import ROWS
from ._timing import Fastact
from ._verify import Job, chosen_points, job_of, meter_of
from ._verify_functions import Batch

__all__ = ["LEAST", "NEAR", "Sample", "kinds_of", "outputs_of", "results_of", "sample_of"]

LEAST, NEAR = 1e-6, 10.0  # inputs of an ordinary size: what they give is told apart from what all inputs give
#: the arguments of the references, as the statements call them; maxout's z is its x, the sum's gradient its own
_NAMES = {"value": "v", "gate": "x", "grad": "g", "y": "s", "z": "h", "weight": "w1", "logits": "x", "index": "j"}
_NAMES_OF = {"logsumexp": {"grad": "gr"}, "maxout": {"z": "x"}, "bias_activation": {"bias": "b1"}}
#: of random numbers each library has others; the product of matrices is the library's, or NumPy's
_WITHOUT = {("gumbel_softmax", "forward"), ("rrelu", "forward"), ("rrelu", "backward"), ("maxout_linear", "forward"),
            ("maxout_linear", "backward")}  # fmt: skip
#: points chosen to hurt and equal steps of elementwise functions; chosen points of gates; rows of the others
_HURTING = {"float32": (1 << 14, 20001), "float64": (500, 501)}
_GATES = {"float32": 1 << 13, "float64": 256}
_ROWS = {"float32": (64, 1024), "float64": (16, 256)}  # a mean over a power of two is exact


# --- what a statement computes ----------------------------------------------------------------------------------------


def outputs_of(case: Case, kind: str) -> list[str]:
    """The names under which the statements of a pass leave its results."""
    text = case.text("fastact", kind) or ""
    found = [name for group in re.findall(r"out\w*=(\w+|\([\w, ]+\))", text) for name in re.findall(r"\w+", group)]
    return found + ["loss"] * text.startswith("loss") or ["dx", "dw", "db"]


def results_of(statement: Statement, outputs: list[str], names: dict[str, Any]) -> dict[str, np.ndarray]:
    """What a statement leaves in its outputs, in float64; or, where these are NaN as before, what its last expression
    returns, as it does where something runs before it. `names` has the arrays of the case."""
    text, given, *before = statement
    scope = dict(given)
    exec("".join(before), scope)
    *first, last = text.split("; ")
    exec("; ".join(first), scope)
    try:
        code = compile(last, "statement", "eval")
    except SyntaxError:  # an assignment
        exec(last, scope)
        value = None
    else:
        value = eval(code, scope)
    found = {name: _numbers(scope.get(name, names.get(name, np.nan))) for name in outputs}
    if value is not None and (before or all(np.isnan(a).all() for a in found.values())):
        if outputs == ["dv", "dx"] and not isinstance(value, tuple):  # of a packed array
            value = tuple(np.split(np.asarray(value), 2, names["axis"]))
        values = value if isinstance(value, tuple) else (value,)
        found = dict(zip(outputs, map(_numbers, values), strict=True))
    if np.isnan(found.get("loss", 0)).any():
        found["loss"] = _numbers(names["one"])  # where a graph writes it
    return found


def _numbers(value: Any) -> np.ndarray:
    return np.array(value.numpy() if hasattr(value, "numpy") else value, float)


def _elsewhere(text: str) -> bool:
    """Does a statement go back from something that is not s, or its halves s1 and s2?"""
    return not words(text) & {"s", "s1", "s2"} and bool(words(text) & {"x", "e", "pull"})


# --- samples ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """The arrays of a pass, and what measures its results."""

    case: Case
    kind: str
    names: dict[str, Any]
    """Of the statements."""
    meters: list[tuple[str, float | None, Meter]]
    """For each output the kind of result, with its bound."""
    near: Any
    """Which results are of inputs of an ordinary size, and which of finite ones; True: all."""
    finite: Any
    from_y: bool
    """Is it the result of the forward pass that the exact values follow from?"""

    def errors(self, library: Any) -> dict[str, tuple[float, float]] | None:
        """For each kind of result the largest error in ULP: of inputs of an ordinary size, of all finite ones; None if
        the library has no such statement. A NaN where there is a number is an infinite error, any other less than that.
        """
        outputs = outputs_of(self.case, self.kind)
        for name in {*outputs, "q"} & self.names.keys():
            self.names[name].fill(np.nan)
        statement = library.statement(self.case, self.kind, self.names)
        if not statement or (self.from_y and _elsewhere(statement[0])):
            return None
        results = results_of(statement, outputs, self.names)
        found: dict[str, tuple[float, float]] = {}
        for (kind, _, meter), name in zip(self.meters, outputs, strict=False):  # a loss behind its gradient
            got = results[name].reshape(meter.high.shape)
            ulp = meter.errors(got)
            ulp = np.where(np.isnan(got), ulp, np.minimum(ulp, 1e300))
            near, every = (float(ulp[mask].max(initial=0)) for mask in (self.near, self.finite))
            before = found.get(kind, (0.0, 0.0))
            found[kind] = max(before[0], near), max(before[1], every)
        return found

    @property
    def bounds(self) -> dict[str, float | None]:
        """That of each kind of result."""
        return {kind: bound for kind, bound, _ in self.meters}


def kinds_of(name: str) -> list[str]:
    """The passes of which there is a sample. In place is forward with another output."""
    entry = FUNCTION_REFERENCES.get(name)
    there = CASES[name].kinds if name in ROWS else entry.passes if entry else ()
    return [kind for kind in CASES[name].kinds if kind != "inplace" and kind in there and (name, kind) not in _WITHOUT]


def sample_of(name: str, kind: str, dtype: str) -> Sample:
    """That of a pass; always the same one. Evaluate under ``np.errstate(all="ignore")``."""
    return _elementwise(name, kind, dtype) if name in ROWS else _function(name, kind, dtype)


def _elementwise(name: str, kind: str, dtype: str) -> Sample:
    """With a gradient of 1."""
    job, (hurting, steps) = job_of(name, kind, dtype), _HURTING[dtype]
    low, high = (min(max(end, -NEAR), NEAR) for end in job.domain)
    points = np.union1d(chosen_points(job, hurting), np.linspace(low, high, steps).astype(dtype))
    case, shape, source = CASES[name], points.shape, "s" if kind == "backward_y" else "x"
    names = names_of(case, kind, buffers(case, np.dtype(dtype), shape, None), shape, None)
    if "g" in names:
        names["g"].fill(1)
    names[source][:] = points
    meters = [(kind, ROWS[name].bounds[dtype, kind], meter_of(job, points))]
    there = np.isfinite(points) & ~_at_kinks(job, points)
    return Sample(case, kind, names, meters, _ordinary(points) & there, there, source == "s")


def _at_kinks(job: Job, points: np.ndarray) -> np.ndarray:
    """Where there is no derivative, and each library has its own."""
    kinks = np.array(ROWS[job.name].kinks_of(*job.params) if job.kind != "forward" else ())
    if job.kind == "backward_y":
        kinks = np.array([job.reference.forward(NumPy(), k, *job.params) for k in kinks], float)
    return np.isin(points, kinks.astype(points.dtype))


def _ordinary(points: np.ndarray) -> np.ndarray:
    return (np.abs(points) >= LEAST) & (np.abs(points) <= NEAR)


def _function(name: str, kind: str, dtype: str) -> Sample:
    case, entry = CASES[name], FUNCTION_REFERENCES[name]
    reference, keywords = entry.passes[kind], dict(entry.keywords[0])
    given: dict[str, np.ndarray] = {}
    shape, axis = _ROWS[dtype], -1
    if case.layout is GATE:  # several rows, so that the halves of the packed array lie as in what is timed
        found = Batch(name, kind, dtype, tuple(keywords.items()), _GATES[dtype], 1).arrays()
        given = {key: a[: a.size // 16 * 16].reshape(16, -1) for key, a in found.items() if isinstance(a, np.ndarray)}
        shape = next(iter(given.values())).shape
    arrays = buffers(case, np.dtype(dtype), shape, axis)
    names = names_of(case, kind, arrays, shape, axis)
    called = {**_NAMES, **_NAMES_OF.get(entry.function, {})}
    for key, a in given.items():
        np.copyto(names[called.get(key, key)], a)
    Fastact.save(case, names)
    wanted = {key: called.get(key, key) for key in reference.arguments if key not in keywords}
    wanted = {key: there for key, there in wanted.items() if there in names}  # the others have defaults
    m = Exact(400 if reference.precise else 160) if dtype == "float64" or reference.precise else Floats()
    expected = reference.evaluate(m, dtype, {**keywords, **{key: names[there] for key, there in wanted.items()}})
    if "cross_entropy" in name:  # of the mean
        expected = [_mean(kind, one, names["count"]) for one in expected]
    kinds = reference.results or (kind,) * len(expected)
    meters = [(k, entry.bound(dtype, k), Meter(m, one, dtype)) for k, one in zip(kinds, expected, strict=True)]
    near = _ordinary(names["x"]) if case.layout is GATE else True
    return Sample(case, kind, names, meters, near, True, "s" in wanted.values())


def _mean(kind: str, one: Expected, count: int) -> Expected:
    """The mean of the losses, or the gradient of it."""
    if kind == "forward":
        return Expected(one.value.sum(keepdims=True) / count)
    return Expected(one.value / count, one.scale / count, one.forgiven / count)
