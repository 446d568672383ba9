"""The half of `verify` about the functions that are not elementwise: random rows, against the exact results.

The arrays of a batch follow from its fields, so that every process can make them. The instruction set is chosen when
fastact is imported; so each other one than that in use computes its results in a process of its own. All are compared
with one reference, which is what takes the time.
"""

from __future__ import annotations

import contextlib
import inspect
import multiprocessing
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import _core
from ._cases import GATES
from ._reference_functions import FUNCTION_REFERENCES, Exact, Expected, Floats, FunctionReference, Meter, Pass
from ._registry import FUNCTIONS, ROWS
from ._verify import Job, Progress, Result, chosen_points

KINDS = ("forward", "backward", "backward_y", "parameters")
LENGTHS = (1, 2, 3, 10, 17, 64, 100, 1025, 3000)
LONG = 131072
_FEW = (3, 17, 100, 1025)  # with other keywords than the first
_SPREADS = {"sparse": (0, 1e-3, 0.1, 0.5, 1, 3, 100), "rows": (0, 0.1, 1, 10, 80, 1000, 1e4)}
_OFFSETS = {"sparse": (0, 1, -7, 1000), "rows": (0, 50, -150, 300, -3000)}
_UNITS = 4  # of a maxout layer
_WORTH_A_POOL = 30_000  # elements by mpmath


@dataclass(frozen=True)
class Batch:
    """Rows of one length for one pass, with some keywords."""

    name: str
    kind: str
    dtype: str
    keywords: tuple[tuple[str, Any], ...]
    length: int
    rows: int

    @property
    def entry(self) -> FunctionReference:
        """The reference of the function."""
        return FUNCTION_REFERENCES[self.name]

    @property
    def reference(self) -> Pass:
        """That of the pass."""
        return self.entry.passes[self.kind]

    @property
    def slow(self) -> bool:
        """Is the reference mpmath's?"""
        return self.dtype == "float64" or self.reference.precise

    @property
    def axes(self) -> tuple[int | None, ...]:
        """The axes to compute along. Random numbers go by index, so they are others along another axis."""
        if not _has_axis(self.entry):
            return (None,)
        return (-1,) if "seed" in dict(self.keywords) else (-1, 0)

    def arrays(self) -> dict[str, Any]:
        """What the pass takes, with the rows along the last axis, and the keywords."""
        rng = np.random.default_rng(zlib.crc32(repr(self).encode()))
        keywords = dict(self.keywords)
        made = _INPUTS[self.entry.function](self, rng, **keywords)
        wanted = self.reference.arguments
        dtype = np.dtype(self.dtype)
        arrays = {k: v.astype(dtype) if v.dtype.kind == "f" else v for k, v in made.items() if k in wanted}
        return {**keywords, **arrays}

    def outputs(self, isa: str) -> list[list[np.ndarray]]:
        """For each axis the results, turned back to the last one."""
        if _core.instruction_sets()["in_use"] != isa:
            raise RuntimeError(f"{isa} is asked for, {_core.instruction_sets()['in_use']} is in use")
        suffix = "" if self.kind == "forward" or self.reference.run else "_backward"
        public = getattr(_core, self.entry.function + suffix)
        takes = inspect.signature(public).parameters
        given, found = self.arrays(), []
        for axis in self.axes:
            turn = _turned if axis == 0 else np.asarray
            here = {k: turn(v) if isinstance(v, np.ndarray) else v for k, v in given.items()}
            if self.reference.run:
                got = self.reference.run(public, here, axis)
            else:
                named = {k: v for k, v in here.items() if k in takes}
                along = {} if axis is None else {"axis": axis}
                row = FUNCTIONS[self.entry.function]
                missing = {"value": None} if "value" in takes and "value" not in named else {}
                got = (row.backward if suffix else row.forward)(**named, **along, **missing)
            found.append([turn(a) for a in (got if isinstance(got, tuple) else (got,))])
        return found

    def place(self, axis: int | None, index: tuple[int, ...]) -> str:
        """Where a result is; of gates, the inputs."""
        words = [f"{key}={value!r}" for key, value in self.keywords]
        if self.name in GATES:
            inputs = self.arrays()
            return ", ".join(words + [f"{key} = {inputs[key][index]!s}" for key in self.reference.arguments])
        words += [] if axis is None else [f"axis={axis}"]
        return ", ".join([*words, f"{self.rows} x {self.length}, element {list(map(int, index))}"])


def _has_axis(entry: FunctionReference) -> bool:
    return "axis" in inspect.signature(getattr(_core, entry.function)).parameters


def _turned(a: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(a.T) if a.ndim == 2 else a


# --- inputs: a function of batch, generator and keywords, with everything that some pass takes ------------------------


def _logits(batch: Batch, rng: Any, kind: str, temperature: float = 1.0) -> np.ndarray:
    """Rows of every spread and offset."""
    spread, offset = (rng.choice(values[kind], (batch.rows, 1)) for values in (_SPREADS, _OFFSETS))
    return rng.standard_normal((batch.rows, batch.length)) * spread * max(1.0, temperature) + offset


def _extreme(x: np.ndarray, rng: Any, temperature: float) -> np.ndarray:
    """Every fourth row moved so far that its elements are some spacings apart; in every third one huge masks."""
    info = np.finfo(x.dtype)
    last = float(np.log10(info.max / max(1.0, temperature))) - 2
    at = rng.choice([-1, 1], (len(x), 1)) * 10 ** rng.uniform(3, last, (len(x), 1)) * temperature
    with np.errstate(over="ignore"):
        at = np.clip(at, info.min / 2, info.max / 2).astype(x.dtype)
    moved = at + np.spacing(at) * rng.integers(-9, 9, x.shape).astype(x.dtype)
    x = np.where(np.arange(len(x))[:, None] % 4 == 1, moved, x)
    huge = rng.choice([info.min, -1e30, -1e20, -info.max / 3], x.shape).astype(x.dtype)
    masked = (rng.uniform(size=x.shape) < 0.3) & (np.arange(len(x))[:, None] % 3 == 1)
    return np.where(masked, huge, x)


def _rows(batch: Batch, rng: Any, temperature: float = 1.0, **_: Any) -> dict[str, np.ndarray]:
    x = _logits(batch, rng, "rows", temperature).astype(batch.dtype)
    if batch.name != "gumbel_softmax":  # whose noise would be nothing beside them
        x = _extreme(x, rng, temperature)
    z = (-x if batch.name == "softmin" else x).astype(np.float64)
    with np.errstate(over="ignore"):
        e = np.exp((z - z.max(-1, keepdims=True)) / temperature)
    y = e / e.sum(-1, keepdims=True)
    with np.errstate(divide="ignore"):
        y = np.maximum(np.log(y), -1e4) if batch.name == "log_softmax" else y
    length = 1 if batch.name == "logsumexp" else batch.length
    return {"x": x, "y": y, "grad": rng.standard_normal((batch.rows, length))}


def _sparse(batch: Batch, rng: Any, **_: Any) -> dict[str, np.ndarray]:
    shape = batch.rows, batch.length
    y = rng.uniform(size=shape) * (rng.uniform(size=shape) < rng.uniform(size=(batch.rows, 1)))
    y[:, 0] += y.sum(-1) == 0  # something of each row
    return {"x": _logits(batch, rng, "sparse"), "y": y / y.sum(-1, keepdims=True), "grad": rng.standard_normal(shape)}


def _labelled(batch: Batch, rng: Any, **_: Any) -> dict[str, np.ndarray]:
    logits = _logits(batch, rng, "rows")
    targets = rng.choice([0, 0.25, 0.7, 1], logits.shape)
    return {"logits": logits, "labels": rng.integers(0, batch.length, batch.rows), "targets": targets}


def _gates(batch: Batch, rng: Any, **_: Any) -> dict[str, np.ndarray]:
    """Gates dense where the function lives and ends, factors of any size that is no power of two."""
    activation = GATES[batch.name]
    gate = chosen_points(Job(activation, "backward", batch.dtype, (), ()), batch.length)
    width = {"gelu": 15, "gelu_tanh": 15}.get(activation, 90)
    gate = np.concatenate([gate[np.isfinite(gate)], rng.uniform(-width, width, batch.length // 2)])
    grad, value, y = (rng.choice([-1, 1], gate.size) * 2 ** rng.uniform(-6, 6, gate.size) for _ in range(3))
    return {"value": value, "gate": gate, "grad": grad, "y": y}


def _channels(batch: Batch, rng: Any, **_: Any) -> dict[str, np.ndarray]:
    shape = batch.rows, batch.length
    x, grad, z = (rng.standard_normal(shape) * 2 ** rng.uniform(-4, 2, shape) for _ in range(3))
    activation = batch.entry.activation
    if activation and ROWS[activation].bounds[batch.dtype, "backward"]:  # a power of two, so that this bound holds
        grad = np.sign(grad) * 2.0 ** rng.integers(-3, 4, shape)
    weight = rng.uniform(0.01, 2, batch.length) * (
        1 if batch.kind == "backward_y" else rng.choice([-1, 1], batch.length)
    )
    return {"x": x, "y": x, "z": z, "grad": grad, "weight": weight, "bias": rng.standard_normal(batch.length)}


def _pieces(batch: Batch, rng: Any, pieces: int = 2, **_: Any) -> dict[str, np.ndarray]:
    z = rng.standard_normal((batch.rows, batch.length * pieces)).astype(batch.dtype)
    grad = rng.standard_normal((batch.rows, batch.length))
    return {"z": z, "grad": grad, "index": rng.integers(0, pieces, grad.shape, np.uint8)}


def _layer(batch: Batch, rng: Any, pieces: int = 2, **_: Any) -> dict[str, np.ndarray]:
    return {
        "x": rng.standard_normal((batch.rows, batch.length)),
        "weight": rng.standard_normal((batch.length, _UNITS * pieces)),
        "bias": rng.standard_normal(_UNITS * pieces),
        "grad": rng.standard_normal((batch.rows, _UNITS)),
        "index": rng.integers(0, pieces, (batch.rows, _UNITS), np.uint8),
    }


def _signs(batch: Batch, rng: Any, **_: Any) -> dict[str, np.ndarray]:
    x, grad = (rng.standard_normal((batch.rows, n * batch.length)) for n in (1, 2))
    return {"x": x, "y": np.maximum(np.concatenate([x, -x], -1), 0), "grad": grad}


def _plain(batch: Batch, rng: Any, **_: Any) -> dict[str, np.ndarray]:
    x, grad = (rng.standard_normal((batch.rows, batch.length)) for _ in range(2))
    return {"x": x, "grad": grad}


_INPUTS: dict[str, Callable[..., dict[str, np.ndarray]]] = {
    **dict.fromkeys(("softmax", "softmin", "log_softmax", "logsumexp", "gumbel_softmax", "hardmax"), _rows),
    **dict.fromkeys(("sparsemax", "entmax15"), _sparse),
    **{FUNCTION_REFERENCES[name].function: _gates for name in GATES},
    **dict.fromkeys(("prelu", "bias_activation"), _channels),
    "maxout": _pieces,
    "maxout_linear": _layer,
    "crelu": _signs,
    "rrelu": _plain,
    **dict.fromkeys(("softmax_cross_entropy", "sigmoid_cross_entropy"), _labelled),
}


def batches(names: Iterable[str], dtypes: Iterable[str], points: int, lengths: Iterable[int]) -> Iterator[Batch]:
    """Some `points` elements of each length; the longest rows where there is an axis."""
    for dtype in dtypes:
        for name in names:
            entry = FUNCTION_REFERENCES[name]
            for kind in entry.passes:
                for i, keywords in enumerate(entry.keywords):
                    given = dtype, tuple(keywords.items())
                    if name in GATES:
                        yield Batch(name, kind, *given, points, 1)
                        continue
                    for length in lengths:
                        if (i and length not in _FEW) or (length == LONG and not _has_axis(entry)):
                            continue
                        yield Batch(name, kind, *given, length, max(2, min(points // length, 300)))


# --- measuring --------------------------------------------------------------------------------------------------------


def _outputs(task: tuple[Batch, str]) -> list[list[np.ndarray]]:
    batch, isa = task
    return batch.outputs(isa)


@contextlib.contextmanager
def _running(isa: str) -> Iterator[Callable[..., Iterable[Any]]]:
    """map, in a process with this instruction set."""
    if isa == _core.instruction_sets()["in_use"]:
        yield map
        return
    before = os.environ.get("FASTACT_ISA")
    os.environ["FASTACT_ISA"] = isa
    try:
        pool = multiprocessing.get_context("spawn").Pool(1)
    finally:
        if before is None:
            del os.environ["FASTACT_ISA"]
        else:
            os.environ["FASTACT_ISA"] = before
    with pool:
        yield pool.map


def expected_of(batch: Batch) -> list[tuple[Expected, Meter]]:
    """What each result should be, and what measures it."""
    m = Exact(400 if batch.reference.precise else 160) if batch.slow else Floats()
    with np.errstate(all="ignore"):
        expected = batch.reference.evaluate(m, batch.dtype, batch.arrays())
        return [(wanted, Meter(m, wanted, batch.dtype)) for wanted in expected]


def _compare(task: tuple[Batch, dict[str, list[list[np.ndarray]]]]) -> list[Result]:
    """The largest error of each kind of result, on each instruction set."""
    batch, found = task
    expected = expected_of(batch)
    kinds = batch.reference.results or (batch.kind,) * len(expected)
    results: dict[tuple[str, str], Result] = {}
    for isa, along in found.items():
        for axis, outputs in zip(batch.axes, along, strict=True):
            for kind, (wanted, meter), got in zip(kinds, expected, outputs[: len(kinds)], strict=True):
                bound = batch.entry.bound(batch.dtype, kind)
                new = Result(batch.name, kind, batch.dtype, isa, bound)
                result = results.setdefault((kind, isa), new)
                result.unit = batch.reference.unit_of(kind)
                with np.errstate(all="ignore"):
                    errors = meter.errors(got.reshape(np.shape(wanted.value)))
                at = np.unravel_index(int(np.argmax(errors)), errors.shape)
                exact = float(np.asarray(wanted.value)[at])
                if result.merge(float(errors[at]), 0.0, (), float(got.reshape(errors.shape)[at]), exact):
                    result.place = batch.place(axis, at)
                result.points += errors.size
    return list(results.values())


def measure(
    names: Iterable[str],
    dtypes: Iterable[str],
    isas: Iterable[str],
    *,
    points: int,
    lengths: Iterable[int] = LENGTHS,
    workers: int,
    progress: bool,
) -> list[Result]:
    """The errors of these functions: a result for each pass, dtype and instruction set, the worst over all batches."""
    work = list(batches(names, dtypes, points, tuple(lengths)))
    if not work:
        return []
    found: list[dict[str, Any]] = [{} for _ in work]
    for isa in isas:
        with _running(isa) as run:
            for outputs, got in zip(found, run(_outputs, [(batch, isa) for batch in work]), strict=True):
                outputs[isa] = got
    costs = [batch.rows * batch.length * (30 if batch.slow else 1) for batch in work]
    bar = Progress(sum(costs))
    total: dict[tuple[str, str, str, str], Result] = {}

    def collect(parts: Iterable[list[Result]]) -> None:
        for batch, cost, results in zip(work, costs, parts, strict=True):
            for r in results:
                whole = total.setdefault((r.name, r.dtype, r.kind, r.isa), r)
                if whole is not r:
                    if whole.merge(r.ulp, r.worst, r.params, r.got, r.exact):
                        whole.place = r.place
                    whole.points += r.points
            if progress:
                bar.label = f"{batch.dtype} {batch.name} {batch.kind}"
                bar(cost)

    tasks = list(zip(work, found, strict=True))
    if workers > 1 and sum(batch.rows * batch.length for batch in work if batch.slow) > _WORTH_A_POOL:
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            collect(pool.imap(_compare, tasks))
    else:
        collect(map(_compare, tasks))
    if progress:
        bar.close()
    return list(total.values())
