"""``python -m fastact verify``: the error of every function, forward and backward, in units in the last place.

ULP = |got - exact| / ulp(exact), exact unrounded, the ulp of a subnormal or of 0 being the smallest subnormal. Passes
are measured with a gradient of 1; a backward pass from y against the derivative as a function of the y given. Within
0.5 of a zero of the derivative, where no relative error can be promised, an absolute error of 2^-24 (float32) or 2^-52
(float64) is within the bound: "near zero" is the largest absolute error there, and the ULP cover the other points. An
infinite result counts as 2^128 (2^1024), and a NaN in must be a NaN out. A function that crosses 0 where no formula
keeps its relative accuracy is measured as a derivative is near its zero.

float32 is compared with a reference in float64: a sweep over the bit patterns, or all 2^32 of them. float64 is compared
with mpmath on points chosen to hurt: tails, kinks, zeros of the derivative, subnormals, every exponent.

The functions that are not elementwise are measured on random rows of 1 to 3000 elements, with spreads from 0 to 1e4 and
far from 0 too, along the last axis and along the first. Where terms cancel, the ULP are those of the sum of their
magnitudes: "ULP of" says so.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from . import _core
from ._peers import PARAMS
from ._processors import processors
from ._reference import REFERENCES, Mpmath, NumPy, Reference
from ._reference_functions import ABSOLUTE, FUNCTION_REFERENCES, Exact, Expected, Floats, Meter, evaluated
from ._registry import ROWS

KINDS = ("forward", "backward", "backward_y")
#: what can be named on the command line, and the public function that it is of
NAMES = {name: row.function for name, row in ROWS.items()} | {
    name: entry.function for name, entry in FUNCTION_REFERENCES.items()
}
EXHAUSTIVE_HELP = "float32: all 2^32 inputs, with the default parameters, on all cores"
_CHUNK = 1 << 13  # float64 buffers of it stay in the second-level cache, and malloc does not map pages for them
_PIECE = 1 << 23  # bit patterns of one task
_WORTH_A_POOL = 100_000_000
_BLOCK = 1024  # points of one mpmath task
_WINDOW = 0.5
_LABEL = {"forward": "forward", "backward": "backward from x", "backward_y": "backward from y"}
_LABEL_OF_FUNCTION = {**_LABEL, "backward": "backward", "parameters": "of parameters"}


# --- results ----------------------------------------------------------------------------------------------------------


@dataclass
class Result:
    """The largest error of one pass, and where it is."""

    name: str
    kind: str
    dtype: str
    isa: str
    bound: float | None
    ulp: float = 0.0
    worst: float = 0.0
    params: tuple[float, ...] = ()
    got: float = 0.0
    exact: float = 0.0
    near_zero: float = 0.0
    points: int = 0
    place: str = ""
    unit: str = "the result"

    @property
    def ok(self) -> bool:
        """Within the bound of the registry, if there is one?"""
        return self.bound is None or self.ulp <= self.bound

    def merge(self, ulp: float, worst: float, params: tuple[float, ...], got: float, exact: float) -> bool:
        """Keep the larger error; a NaN where there must be none is the largest. Was it this one?"""
        ulp = math.inf if math.isnan(ulp) else ulp
        larger = ulp > self.ulp
        if larger:
            self.ulp, self.worst, self.params, self.got, self.exact = ulp, worst, params, got, exact
        return larger


@dataclass(frozen=True)
class Job:
    """One pass with one set of parameters, on every instruction set asked for."""

    name: str
    kind: str
    dtype: str
    params: tuple[float, ...]
    isas: tuple[str, ...]
    exhaustive: bool = False

    @property
    def reference(self) -> Reference:
        """The entry of the table."""
        return REFERENCES[self.name]

    @property
    def domain(self) -> tuple[float, float]:
        """The arguments to try: the range of the function for a pass from y."""
        return ROWS[self.name].range_of(*self.params) if self.kind == "backward_y" else (-math.inf, math.inf)

    def zeros(self) -> tuple[float, ...]:
        """Where an absolute error is measured."""
        return self.reference.zeros(self.kind, *self.params)

    def corners(self, m) -> tuple[float, ...]:
        """Arguments worth a close look: kinks and zeros of the derivative."""
        kinks = ROWS[self.name].kinks_of(*self.params) + self.reference.corners(*self.params)
        if self.kind == "backward_y":
            with np.errstate(all="ignore"):
                kinks = tuple(float(self.reference.forward(m, np.float64(k), *self.params)) for k in kinks)
        return tuple(c for c in (*kinks, *self.zeros(), *self.domain) if math.isfinite(c))

    def kernel(self, isa: str, out, v, ones) -> None:
        """Run it on the arguments v."""
        a, b = (v, None) if self.kind == "forward" else (ones[: len(v)], v)
        _core.run_kernel(isa, self.name, self.kind, out, a, b, self.params)

    def results(self) -> dict[str, Result]:
        """Empty results, one for each instruction set."""
        bound = ROWS[self.name].bounds[self.dtype, self.kind]
        return {isa: Result(self.name, self.kind, self.dtype, isa, bound) for isa in self.isas}


def job_of(name: str, kind: str, dtype: str) -> Job:
    """A pass with the parameters that it is timed with, as this dtype has them; on no instruction set."""
    params = PARAMS.get(name) or [p.default for p in ROWS[name].params]
    return Job(name, kind, dtype, tuple(float(np.dtype(dtype).type(p)) for p in params), ())


def jobs(
    names: Iterable[str], dtypes: Iterable[str], isas: tuple[str, ...], exhaustive: bool, all_params: bool
) -> list[Job]:
    """All the passes of these rows, with each of the reference's parameters."""
    found = []
    for dtype in dtypes:
        scalar = np.dtype(dtype).type
        for name in names:
            row = ROWS[name]
            for kind in KINDS:
                if (dtype, kind) not in row.bounds:
                    continue
                for i, params in enumerate(REFERENCES[name].test_params):
                    if kind != "backward_y" or row.takes_y(*params):
                        rounded = tuple(float(scalar(p)) for p in params)
                        whole = exhaustive and dtype == "float32" and (i == 0 or all_params)
                        found.append(Job(name, kind, dtype, rounded, isas, whole))
    return found


# A job, ranges of bit patterns (first, stop, stride, where; float32 only), and chosen points.
Task = tuple[Job, list[tuple[int, int, int, str]], np.ndarray]


# --- points -----------------------------------------------------------------------------------------------------------


def chosen_points(job: Job, n: int, seed: int = 1) -> np.ndarray:
    """About n arguments chosen to hurt, sorted, within the domain; infinities included."""
    dtype = np.dtype(job.dtype)
    info = np.finfo(dtype)
    lowest = {"float32": -149, "float64": -1074}[job.dtype]
    tail = {"float32": 110.0, "float64": 760.0}[job.dtype]  # e^-tail rounds to 0
    rng = np.random.default_rng(seed)
    low, high = job.domain
    corners = np.array((*job.corners(NumPy()), 0.0))
    scales = [1.0] + [1 / abs(p) for p in job.params[:1] if p] + [abs(p) for p in job.params[:1] if p]

    def sign(count):
        return rng.choice([-1.0, 1.0], count)

    def near(count):  # corner +- 2^-k, so that every distance is met
        distance = np.ldexp(rng.uniform(1, 2, count), rng.integers(-70, 1, count))
        return rng.choice(corners, count) + sign(count) * distance

    k = max(n // 20, 1)
    exponents = rng.integers(lowest, info.maxexp, 4 * k)
    with np.errstate(all="ignore"):
        steps = [np.float64(c) + np.arange(-16, 17) * np.spacing(np.abs(c)) for c in corners.astype(dtype)]
    parts = [
        *steps,
        near(4 * k),
        sign(4 * k) * np.ldexp(rng.uniform(1, 2, 4 * k), exponents),
        sign(k) * rng.integers(0, 1 << 20, k) * 2.0**lowest,
        rng.uniform(-1, 1, 2 * k),
        rng.normal(size=3 * k) * 3,
        rng.uniform(-math.sqrt(2 * tail), math.sqrt(2 * tail), 3 * k),  # the Gaussian tails
        rng.uniform(-tail, tail, 2 * k) * rng.choice(scales, 2 * k),
        -np.linspace(0.93 * tail, tail, k) * rng.choice(scales, k),  # where results are subnormal
        np.array([0.0, -0.0, info.max, -info.max, info.tiny, -info.tiny, 2.0**lowest, -(2.0**lowest), np.inf, -np.inf]),
    ]
    for end in (low, high):
        if math.isfinite(end):
            parts.append(rng.uniform(-1, 1, 2 * k) + end)
    with np.errstate(all="ignore"):
        points = np.unique(np.concatenate(parts).astype(dtype))
        points = np.where((points < low) | (points > high), -points, points)
        return np.unique(points[(points >= low) & (points <= high)])


def _in_window(v: np.ndarray, zeros: tuple[float, ...]) -> np.ndarray:
    inside = np.zeros(v.shape, bool)
    for zero in zeros:
        inside |= np.abs(v - zero) <= _WINDOW
    return inside


# --- float32, against NumPy in float64 --------------------------------------------------------------------------------

_PLAIN, _NEAR_ZERO, _NAN = "plain", "near zero", "nan"
_INFINITY = 0x7F800000


def _magnitude(v: float) -> int:
    """The bit pattern of |v|; it grows with |v|."""
    return int(np.float32(abs(v)).view(np.uint32))


def _segments(job: Job) -> Iterator[tuple[int, int, str]]:
    """The domain as ranges of bit patterns, cut at the windows around the zeros of the derivative; then the NaNs."""
    low, high = job.domain
    for sign, reach in ((0, high), (1 << 31, -low)):
        end = _magnitude(max(reach, 0.0))
        windows = []
        for zero in job.zeros():
            centre = -zero if sign else zero
            if centre + _WINDOW >= 0:
                windows.append((_magnitude(max(centre - _WINDOW, 0.0)), min(_magnitude(centre + _WINDOW), end)))
        start = 0
        for first, last in sorted(windows):
            first = max(first, start)
            if first <= last:
                if start < first:
                    yield sign + start, sign + first, _PLAIN
                yield sign + first, sign + last + 1, _NEAR_ZERO
                start = last + 1
        if start <= end:
            yield sign + start, sign + end + 1, _PLAIN
        yield sign + _INFINITY + 1, sign + (1 << 31), _NAN


def _tasks32(job: Job, stride: int, extra: int) -> Iterator[Task]:
    """The sweep in one piece, or an exhaustive run in many."""
    if not job.exhaustive:
        yield job, [(first, stop, stride, where) for first, stop, where in _segments(job)], chosen_points(job, extra)
        return
    for first, stop, where in _segments(job):
        for start in range(first, stop, _PIECE):
            yield job, [(start, min(start + _PIECE, stop), 1, where)], np.empty(0, np.float32)


_EXPONENT = np.uint64(0x7FF << 52)
_LEAST = np.uint64((1023 - 126) << 52)
_INVERSE = np.uint64((2 * 1023 + 23) << 52)  # less the exponent bits of v: those of 1 / ulp(v)
_BEYOND = 2.0**128


class _Sweeper:
    """The buffers, and the loop over one chunk."""

    def __init__(self, job: Job) -> None:
        self.job, self.m, self.results = job, NumPy(), job.results()
        self.index = np.arange(_CHUNK, dtype=np.uint32)
        self.ones = np.ones(_CHUNK, np.float32)
        self.bits = np.empty(_CHUNK, np.uint32)
        self.out = np.empty(_CHUNK, np.float32)
        self.wide, self.exact, self.error = (np.empty(_CHUNK) for _ in range(3))
        self.scale = np.empty(_CHUNK, np.uint64)

    def pattern(self, start: int, count: int, stride: int) -> np.ndarray:
        """`count` floats from the bit pattern `start` on."""
        bits = self.bits[:count]
        np.multiply(self.index[:count], np.uint32(stride), out=bits)
        np.add(bits, np.uint32(start), out=bits)
        return bits.view(np.float32)

    def nan(self, x: np.ndarray) -> None:
        """Every result must be a NaN."""
        out = self.out[: len(x)]
        for isa, result in self.results.items():
            self.job.kernel(isa, out, x, self.ones)
            bad = ~np.isnan(out)
            if bad.any():
                result.merge(math.inf, math.nan, self.job.params, float(out[np.argmax(bad)]), math.nan)

    def chunk(self, x: np.ndarray, where: str) -> None:
        """Keep the largest error of these points."""
        n, job, m = len(x), self.job, self.m
        out, error, scale = self.out[:n], self.error[:n], self.scale[:n]
        wide, exact = self.wide[:n], self.exact[:n]
        np.copyto(wide, x)
        if not np.isfinite(x).all():
            np.clip(wide, -m.INFINITE, m.INFINITE, out=wide)
        np.clip(job.reference.evaluate(m, job.kind, wide, *job.params), -_BEYOND, _BEYOND, out=exact)
        np.bitwise_and(exact.view(np.uint64), _EXPONENT, out=scale)
        np.maximum(scale, _LEAST, out=scale)
        np.subtract(_INVERSE, scale, out=scale)
        for isa, result in self.results.items():
            job.kernel(isa, out, x, self.ones)
            np.copyto(error, out)
            np.clip(error, -_BEYOND, _BEYOND, out=error)
            np.subtract(error, exact, out=error)
            np.abs(error, out=error)
            if np.isnan(exact.sum()):  # where the function has no value, a NaN is right
                error[np.isnan(exact) & np.isnan(out)] = 0
            if where == _NEAR_ZERO:
                result.near_zero = max(result.near_zero, float(np.fmax.reduce(error)))
                np.multiply(error, ~(error <= ABSOLUTE["float32"]), out=error)
            np.multiply(error, scale.view(np.float64), out=error)
            largest = float(error.max())
            if not largest <= result.ulp:
                i = int(np.argmax(error))
                wanted = float(exact[i])
                wanted = math.copysign(math.inf, wanted) if abs(wanted) >= _BEYOND else wanted
                result.merge(largest, float(x[i]), job.params, float(out[i]), wanted)
            result.points += n


def _measure32(task: Task) -> dict[str, Result]:
    job, ranges, points = task
    sweeper = _Sweeper(job)
    with np.errstate(all="ignore"):
        for first, stop, stride, where in ranges:
            for start in range(first, stop, _CHUNK * stride):
                x = sweeper.pattern(start, min(_CHUNK, -(-(stop - start) // stride)), stride)
                if where == _NAN:
                    sweeper.nan(x)
                else:
                    sweeper.chunk(x, where)
        inside = _in_window(points.astype(np.float64), job.zeros())
        for part, where in ((points[~inside], _PLAIN), (points[inside], _NEAR_ZERO)):
            for start in range(0, len(part), _CHUNK):
                sweeper.chunk(part[start : start + _CHUNK], where)
    return sweeper.results


# --- float64, against mpmath ------------------------------------------------------------------------------------------


def _ulp64(got: float, exact, beyond) -> float:
    """The error of got in ULP of the mpmath number `exact`; beyond = 2^1024."""
    if math.isnan(got) or exact != exact:
        return 0.0 if math.isnan(got) and exact != exact else math.inf
    _, man, exponent, bits = exact._mpf_
    spacing = min(max(exponent + bits - 53, -1074), 971) if man else -1074
    wanted = max(min(exact, beyond), -beyond)
    found = (beyond if got > 0 else -beyond) if math.isinf(got) else got
    return float(abs(wanted - found) * exact.context.ldexp(1, -spacing))


def _tasks64(job: Job, count: int) -> Iterator[Task]:
    points = chosen_points(job, count)
    for i in range(0, len(points), _BLOCK):
        yield job, [], points[i : i + _BLOCK]


def _measure64(task: Task) -> dict[str, Result]:
    """Every instruction set on the same points, so that mpmath works once."""
    job, _, points = task
    m, results = Mpmath(), job.results()
    beyond = m.mpf(2) ** 1024
    params = [m.mpf(p) for p in job.params]
    x = [m.INFINITE * (1 if p > 0 else -1) if math.isinf(p) else m.mpf(p) for p in points.tolist()]
    exact = [m.mpf(job.reference.evaluate(m, job.kind, v, *params)) for v in x]
    inside = _in_window(points, job.zeros())
    out, ones = np.empty_like(points), np.ones_like(points)
    nan = np.full(3, np.nan)
    for isa, result in results.items():
        job.kernel(isa, out, points, ones)
        for i, (got, want) in enumerate(zip(out.tolist(), exact, strict=True)):
            if inside[i] and math.isfinite(got) and want == want:
                error = float(abs(want - got))
                result.near_zero = max(result.near_zero, error)
                if error <= ABSOLUTE["float64"]:
                    continue
            ulp = _ulp64(got, want, beyond)
            if ulp > result.ulp:
                result.merge(ulp, float(points[i]), job.params, got, float(want))
        blank = np.empty(3)
        job.kernel(isa, blank, nan, np.ones(3))
        if not np.isnan(blank).all():
            result.merge(math.inf, math.nan, job.params, float(blank[0]), math.nan)
        result.points = len(points)
    return results


def meter_of(job: Job, points: np.ndarray) -> Meter:
    """What measures the results of a pass at these points, each by the same reference; where that has no value, there
    is no error."""
    m = Exact() if job.dtype == "float64" else Floats()
    infinite = np.isinf(points)
    v = m.array(np.where(infinite, np.sign(points), points))
    v = v * m.where(infinite, m.INFINITE, m.array(1.0))
    params = [m.mpf(p) if isinstance(m, Exact) else p for p in job.params]
    with np.errstate(all="ignore"):
        value = evaluated(m, job.name, job.kind, v, *params)
        forgiven = np.where(_in_window(points.astype(np.float64), job.zeros()), ABSOLUTE[job.dtype], 0.0)
        return Meter(m, Expected(value, forgiven=np.where(value == value, forgiven, np.inf)), job.dtype)


# --- all of it --------------------------------------------------------------------------------------------------------


@dataclass
class Progress:
    """A bar with the time left, on stderr, if that is a terminal; else a line for each tenth if it lasts."""

    total: int
    done: int = 0
    label: str = ""
    started: float = field(default_factory=time.monotonic)
    shown: float = 0.0
    tenth: int = 0

    def __call__(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.shown < 0.2 and self.done < self.total:
            return
        self.shown = now
        share = min(self.done / max(self.total, 1), 1.0)
        passed = now - self.started
        left = passed / share - passed if share else 0.0
        text = f"{share:6.1%}  {int(left) // 60}:{int(left) % 60:02d} left  {self.label}"
        if sys.stderr.isatty():
            bar = "#" * int(share * 30)
            print(f"\r[{bar:30}] {text:60}", end="", file=sys.stderr, flush=True)
        elif passed > 30 and int(share * 10) > self.tenth:
            self.tenth = int(share * 10)
            print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Clear the line."""
        if sys.stderr.isatty():
            print("\r" + " " * 95 + "\r", end="", file=sys.stderr, flush=True)


def _cost(task: Task) -> int:
    """For the time left: a point of mpmath takes about as long as 2000 of NumPy."""
    job, ranges, points = task
    patterns = sum((stop - first) // stride for first, stop, stride, _ in ranges)
    return patterns + len(points) * (2000 if job.dtype == "float64" else 1)


def _measure(task: Task) -> dict[str, Result]:
    return _measure32(task) if task[0].dtype == "float32" else _measure64(task)


def measure(
    names: Iterable[str] | None = None,
    dtypes: Iterable[str] = ("float32", "float64"),
    isas: Iterable[str] | None = None,
    *,
    exhaustive: bool = False,
    all_params: bool = False,
    stride: int = 1021,
    extra: int = 1 << 16,
    points: int = 4000,
    long: bool = False,
    workers: int | None = None,
    progress: bool = True,
) -> list[Result]:
    """The errors of these functions: a result for each pass, dtype and instruction set, the worst over the parameters.

    stride and extra are those of the float32 sweep: the distance between bit patterns, and the number of chosen points
    beside them; points is the number of float64 points for a function, a pass and a set of parameters, and of elements
    for each length of rows; long is whether to have rows of 131072 too.
    """
    from . import _verify_functions  # which needs this half

    names, dtypes = list(names or NAMES), list(dtypes)
    isas = tuple(isas or (_core.instruction_sets()["in_use"],))
    workers = workers or processors()
    tasks: list[Task] = []
    for job in jobs([name for name in names if name in ROWS], dtypes, isas, exhaustive, all_params):
        tasks += _tasks32(job, stride, extra) if job.dtype == "float32" else _tasks64(job, points)
    costs = [_cost(task) for task in tasks]
    bar = Progress(sum(costs))
    total: dict[tuple[str, str, str, str], Result] = {}

    def collect(results: Iterable[dict[str, Result]]) -> None:
        for task, cost, part in zip(tasks, costs, results, strict=True):
            for isa, r in part.items():
                whole = total.setdefault((r.name, r.dtype, r.kind, isa), Result(r.name, r.kind, r.dtype, isa, r.bound))
                whole.merge(r.ulp, r.worst, r.params, r.got, r.exact)
                whole.near_zero = max(whole.near_zero, r.near_zero)
                whole.points += r.points
            if progress:
                bar.label = f"{task[0].dtype} {task[0].name} {_LABEL[task[0].kind]}"
                bar(cost)

    # processes, not threads: NumPy releases its lock, but takes it back 20 times a chunk
    if workers > 1 and sum(costs) > _WORTH_A_POOL:
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            collect(pool.imap(_measure, tasks))
    else:
        collect(map(_measure, tasks))
    if progress:
        bar.close()
    others = [name for name in names if name not in ROWS]
    lengths = _verify_functions.LENGTHS + (_verify_functions.LONG,) * long
    options = {"points": points, "lengths": lengths, "workers": workers, "progress": progress}
    return [*total.values(), *_verify_functions.measure(others, dtypes, isas, **options)]


# --- what going back from the output costs ----------------------------------------------------------------------------


def from_output(names: Iterable[str], isa: str, stride: int = 1021) -> Iterator[dict[str, Any]]:
    """The derivative from y = f(x) as float32 has it, against the exact one at x: the largest errors.

    The pass from y is accurate for the y it gets; this is what the rounding of y adds. With the default parameters;
    relative errors of normal numbers only.
    """
    m = NumPy()
    bits = np.arange(0, 1 << 32, stride, dtype=np.uint64).astype(np.uint32)
    x = np.concatenate([bits.view(np.float32), np.linspace(-20, 20, 400_001, dtype=np.float32)])
    x = x[np.isfinite(x)]
    ones, y, got = np.ones_like(x), np.empty_like(x), np.empty_like(x)
    for name in names:
        row, reference = ROWS[name], REFERENCES[name]
        if not row.from_y:
            continue
        params = tuple(float(np.float32(p.default)) for p in row.params)
        _core.run_kernel(isa, name, "forward", y, x, None, params)
        _core.run_kernel(isa, name, "backward_y", got, ones, y, params)
        with np.errstate(all="ignore"):
            exact = reference.derivative(m, x.astype(float), *params) + 0 * x.astype(float)
            error = np.abs(got - exact)
            inside = (np.abs(exact) <= np.finfo(np.float32).max) & np.isfinite(y)
            normal = inside & (np.abs(exact) >= np.finfo(np.float32).tiny)
            relative, error = np.where(normal, error / np.abs(exact), 0), np.where(inside, error, 0)
        i, j = int(error.argmax()), int(relative.argmax())
        yield {
            "name": name,
            "absolute": float(error[i]),
            "absolute_at": float(x[i]),
            "relative": float(relative[j]),
            "relative_at": float(x[j]),
        }


def _table_from_output(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "| function | largest absolute error | at x | largest relative error | at x |"
    yield "|---|---:|---:|---:|---:|"
    for r in rows:
        yield (
            f"| {r['name']} | {r['absolute']:.1e} | {r['absolute_at']:.6g} |"
            f" {r['relative']:.1e} | {r['relative_at']:.6g} |"
        )


# --- printing ---------------------------------------------------------------------------------------------------------


def _number(v: float, digits: int = 9) -> str:
    return f"{v:.{digits}g}"


def _at(r: Result) -> str:
    if not r.ulp or r.place:
        return r.place
    digits = 9 if r.dtype == "float32" else 17
    params = "".join(f", {p.name} = {v:.6g}" for p, v in zip(ROWS[r.name].params, r.params, strict=False))
    return f"{'y' if r.kind == 'backward_y' else 'x'} = {_number(r.worst, digits)}{params}"


def _bound(r: Result) -> str:
    return "none" if r.bound is None else f"{r.bound:g}"


def _table(results: list[Result]) -> Iterator[str]:
    several = len({r.isa for r in results}) > 1
    width = max(12, *(len(r.name) for r in results))
    head = f"{'function':{width}} {'dtype':8}" + (f"{'isa':9}" if several else "")
    yield f"{head}{'pass':16}{'ULP':>8} {'bound':>6} {'':8}{'near zero':>10}  worst input, got and exact"
    for r in results:
        isa = f"{r.isa:9}" if several else ""
        near = f"{r.near_zero:10.1e}" if r.near_zero else f"{'':10}"
        digits = 9 if r.dtype == "float32" else 17
        where = f"{_at(r)}: {_number(r.got, digits)}, {_number(r.exact, digits + 3)}" if r.ulp else ""
        where += f" [ULP of {r.unit}]" if r.unit != "the result" else ""
        state = "ok" if r.ok else "BROKEN"
        label = (_LABEL if r.name in ROWS else _LABEL_OF_FUNCTION)[r.kind]
        line = f"{r.name:{width}} {r.dtype:8}{isa}{label:16}{r.ulp:8.3f} {_bound(r):>6}  {state:6} {near}  {where}"
        yield line.rstrip()


def _cell(r: Result | None) -> str:
    return f"{r.ulp:.2f} ({_bound(r)})" + ("" if r.ok else " BROKEN") if r else ""


def _markdown(results: list[Result]) -> Iterator[str]:
    """The tables of the documentation: one line for each function, one table for each dtype and instruction set."""
    for dtype, isa in dict.fromkeys((r.dtype, r.isa) for r in results):
        passes = {(r.name, r.kind): r for r in results if (r.dtype, r.isa) == (dtype, isa)}
        names = [name for name in dict.fromkeys(name for name, _ in passes) if name in ROWS]
        if not names:
            continue
        yield f"\n{dtype}, {isa}: largest error in ULP (bound), and the input that has it\n"
        yield "| function | forward | | backward from x | | backward from y | | absolute, near a zero |"
        yield "|---|---:|---|---:|---|---:|---|---:|"
        for name in names:
            cells = [name]
            for kind in KINDS:
                r = passes.get((name, kind))
                cells += [_cell(r), _at(r) if r else ""]
            near = max(r.near_zero for (n, _), r in passes.items() if n == name)
            cells.append(f"{near:.1e}" if near else "")
            yield "| " + " | ".join(cells) + " |"
    yield from _markdown_of_functions([r for r in results if r.name not in ROWS])


def _markdown_of_functions(results: list[Result]) -> Iterator[str]:
    """One line for each pass of a function, with a column for each dtype and instruction set."""
    columns = list(dict.fromkeys((r.dtype, r.isa) for r in results))
    if not columns:
        return
    yield "\nLargest error in ULP (bound) of the functions that are not elementwise\n"
    yield "| function | pass | ULP of | " + " | ".join(f"{dtype}, {isa}" for dtype, isa in columns) + " |"
    yield "|---|---|---|" + "---:|" * len(columns)
    found = {(r.name, r.kind, r.dtype, r.isa): r for r in results}
    for name, kind in dict.fromkeys((r.name, r.kind) for r in results):
        cells = [found.get((name, kind, *column)) for column in columns]
        unit = next(r.unit for r in cells if r)
        texts = [name, _LABEL_OF_FUNCTION[kind], unit.replace("|", r"\|"), *map(_cell, cells)]
        yield "| " + " | ".join(texts) + " |"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``python -m fastact verify``."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions; default: all")
    parser.add_argument("--dtype", choices=("float32", "float64", "both"), default="both")
    parser.add_argument("--exhaustive", action="store_true", help=EXHAUSTIVE_HELP)
    parser.add_argument("--all-parameters", action="store_true", help="exhaustive with the other parameters too")
    parser.add_argument("--isa", help='instruction set, several with commas, or "all"; default: the one in use')
    parser.add_argument(
        "--points",
        type=int,
        default=4000,
        help="float64 points for each pass, elements for each length of rows (default %(default)s)",
    )
    parser.add_argument("--long", action="store_true", help="rows of 131072 elements too")
    parser.add_argument(
        "--from-output",
        action="store_true",
        help="what the rounding of y costs the passes from y, in a table (float32)",
    )
    parser.add_argument("--workers", type=int, default=None, help="threads and processes; default: every core")
    style = parser.add_mutually_exclusive_group()
    style.add_argument("--json", action="store_true", help="one JSON document on stdout")
    style.add_argument("--markdown", action="store_true", help="the tables of the documentation")


def main(args: argparse.Namespace, names: list[str]) -> int:
    """Run it; 1 where a bound is broken."""
    missing = [module for module in ("mpmath", "scipy") if not _importable(module)]
    if missing:
        print(
            f"fastact verify needs {' and '.join(missing)} for its references: pip install 'fastact[verify]'",
            file=sys.stderr,
        )
        return 2
    sets = _core.instruction_sets()
    isas = tuple(sets["available"]) if args.isa == "all" else tuple((args.isa or sets["in_use"]).split(","))
    for isa in isas:
        if isa not in sets["available"]:
            here = ", ".join(sets["available"])
            print(f"fastact verify: no instruction set {isa!r} on this machine; there are {here}", file=sys.stderr)
            return 2
    if args.from_output:
        costs = from_output([name for name in names if name in ROWS], isas[-1])
        for line in [json.dumps(list(costs), indent=1)] if args.json else _table_from_output(costs):
            print(line)
        return 0
    dtypes = ("float32", "float64") if args.dtype == "both" else (args.dtype,)
    results = measure(
        names,
        dtypes,
        isas,
        exhaustive=args.exhaustive,
        all_params=args.all_parameters,
        points=args.points,
        long=args.long,
        workers=args.workers,
    )
    broken = [r for r in results if not r.ok]
    if args.json:
        rows: list[dict[str, Any]] = [{**asdict(r), "ok": r.ok} for r in results]
        print(json.dumps(rows, indent=1))
        return 1 if broken else 0
    for line in _markdown(results) if args.markdown else _table(results):
        print(line)
    print(f"\n{len(results)} passes, {len(broken)} broken" + (": " if broken else ""), end="")
    print(", ".join(f"{r.name} {r.kind} {r.dtype} {r.isa}" for r in broken))
    return 1 if broken else 0


def _importable(module: str) -> bool:
    from importlib.util import find_spec

    return find_spec(module) is not None
