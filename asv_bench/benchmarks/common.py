"""What the modules of the suite share: profiles, lists of parameters, and how a class of benchmarks is made of a case.

The modules make one class for each case of fastact/_cases.py, by its name, with one method for each pass. A method's
`setup` prepares what it measures; in it, NotImplementedError says that the installed fastact has no such function.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import inspect
import math
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from . import checkout

_cases, _peers, timing = (checkout.load(name) for name in ("_cases", "_peers", "_timing"))
CASES, ELEMENTWISE, KINDS = _cases.CASES, _cases.ELEMENTWISE, _cases.KINDS
words, processors = _peers.words, checkout.load("_processors").processors


# --- libraries --------------------------------------------------------------------------------------------------------

#: what fastact is compared with; the last is the limit that memory sets to an in-place pass
LIBRARIES = {"numpy": _peers.Peer, "scipy": _peers.SciPy, "memory": timing.Multiply}


def text_of(case: Any, kind: str, library: str) -> str | None:
    """The statement of a library for a pass."""
    if library == "memory":
        return timing.Multiply.text if kind == "inplace" and case.layout.target else None
    return case.text(library, kind)


def source_of(case: Any, kind: str, *libraries: str) -> str:
    """What the pages show of a benchmark, and its version is made of: the statements."""
    before = [f"# before\n{case.saved}"] if case.saved and kind.startswith("backward") else []
    return "\n".join([*before, *(f"# {library}\n{text_of(case, kind, library)}" for library in libraries)])


# --- profiles ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Profile:
    """The lists of parameters, and how long to measure."""

    dtypes: tuple[str, ...]
    sizes: tuple[int, ...]
    shapes: tuple[str, ...]
    axes: tuple[int, ...]
    threads: tuple[int, ...]
    sample: tuple[float, int]
    """Seconds of a sample of a time, and how many."""
    turn: tuple[float, int]
    """The same of a turn of a ratio."""
    budget: float
    """Seconds after which a benchmark takes no more samples or turns than the fewest."""


_SIZES, _SHAPES = (1 << 10, 1 << 16, 1 << 20, 1 << 24), ("8x128", "64x1000", "1024x1024", "4096x1024")
_ALL = tuple(sorted({1, processors()}))
PROFILES = {
    "quick": Profile(("float32",), _SIZES[1:2], _SHAPES[1:2], (-1,), (1,), (0.0002, 3), (0.0001, 10), 0.02),
    "regular": Profile(("float32", "float64"), _SIZES[:3], _SHAPES[:3], (-1, 0), (1,), (0.001, 9), (0.0002, 60), 0.3),
    "full": Profile(("float32", "float64"), _SIZES, _SHAPES, (-1, 0), _ALL, (0.001, 9), (0.0002, 60), 0.3),
}


def chosen() -> str:
    """The profile that the environment asks for."""
    name = os.environ.get("FASTACT_BENCH", "") or "regular"
    if name not in PROFILES:
        raise ValueError(f"FASTACT_BENCH={name!r} is none of the profiles {', '.join(PROFILES)}")
    return name


PROFILE_NAME = chosen()
PROFILE = PROFILES[PROFILE_NAME]
TIMEOUT = 120
_FEWEST = 5  # turns
#: raise it when `ratio`, `timed`, the buffers of `Arrays` or the loops of fastact/_timing.py measure in another way: it
#: is in every version, as _METHOD of a module is in the versions of that module
_METHOD = 1
_POOL = 8  # buffers of calls too short to be timed alone; they stay in the first-level cache


def preload() -> None:
    """What the children of asv's fork server share. Not fastact where threads are measured: a child that inherits it
    stays on one thread."""
    if sys.argv[1:2] == ["run_server"]:
        modules = ["scipy.special", "mpmath", *(["fastact"] if PROFILE.threads == (1,) else [])]
        for name in modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


preload()
threadpool_limits(1, user_api="blas")  # products of matrices are not what is measured, and their threads spin


# --- what is measured -------------------------------------------------------------------------------------------------


def public(name: str) -> Any:
    """A function of the installed fastact; where this commit has none, what it is for is skipped."""
    import fastact

    if not hasattr(fastact, name):
        raise NotImplementedError(f"this fastact has no {name}")
    return getattr(fastact, name)


@dataclass(frozen=True)
class Place:
    """Where a pass of a case is measured."""

    name: str
    kind: str
    dtype: str
    shape: tuple[int, ...]
    axis: int | None
    threads: int = 1

    @property
    def case(self) -> Any:
        return CASES[self.name]

    @classmethod
    def of(cls, name: str, kind: str, *params: Any) -> Place:
        """From the parameters of a benchmark."""
        if CASES[name].layout is ELEMENTWISE:
            dtype, size, threads = params
            return cls(name, kind, dtype, (size,), None, threads)
        dtype, shape, axis, threads = params
        return cls(name, kind, dtype, tuple(map(int, shape.split("x"))), axis, threads)


def parameters(
    case: Any, threads: Iterable[int] = (1,), sizes: Iterable[int] | None = None, shapes: Iterable[str] | None = None
) -> tuple[list[str], list[list[Any]]]:
    """The names and the lists of the parameters of a case; those of the profile, if not given."""
    dtypes, threads = [*PROFILE.dtypes], [*threads]
    if case.layout is ELEMENTWISE:
        return ["dtype", "size", "threads"], [dtypes, [*(sizes or PROFILE.sizes)], threads]
    axes = [*PROFILE.axes] if case.layout.axes else [-1]
    return ["dtype", "shape", "axis", "threads"], [dtypes, [*(shapes or PROFILE.shapes)], axes, threads]


class Arrays:
    """The buffers of a place, the same for every library and commit, and the statements of some libraries on them."""

    def __init__(self, place: Place, libraries: Iterable[str]) -> None:
        case, self.place = place.case, place
        self.libraries = {name: timing.Fastact if name == "fastact" else LIBRARIES[name]() for name in libraries}
        saves = place.kind.startswith("backward") and bool(case.saved)
        texts = [case.text(name, place.kind) or "" for name in self.libraries]
        used = words("; ".join([case.saved if saves else "", *texts])) | {case.layout.source, *case.layout.needs}
        self.arrays = _cases.buffers(case, np.dtype(place.dtype), place.shape, place.axis, used)
        if saves:
            timing.Fastact.save(case, self.names(self.arrays))

    def names(self, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
        """Those of the statements."""
        return _cases.names_of(self.place.case, self.place.kind, arrays, self.place.shape, self.place.axis)

    def timers(self) -> dict[str, Any]:
        """For each library, the seconds of a number of calls. In place, each call has the original numbers before it,
        never its own result."""
        return {name: self._timer(library) for name, library in self.libraries.items()}

    def call(self, library: str) -> Callable[[], None]:
        """One that runs the statement, a backward pass over the gradient, or over the inputs of a gate."""
        text, names = self.statement(library, over=True)
        exec(f"def call():\n    {text}", names)
        return names["call"]

    def statement(self, library: str, over: bool = False) -> Any:
        """Its text, and the names in it."""
        names = self.names(self.arrays)
        return self.libraries[library].statement(self.place.case, self.place.kind, self._over(names) if over else names)

    def _over(self, names: dict[str, Any]) -> dict[str, Any]:
        over = {"y": "g", "dv": "v", "dx": "x"} if self.place.kind.startswith("backward") else {}
        fits = {a: b for a, b in over.items() if {a, b} <= names.keys() and names[a].shape == names[b].shape}
        return {**names, **{a: names[b] for a, b in fits.items()}}

    def _timer(self, library: Any) -> Any:
        case, kind = self.place.case, self.place.kind
        if kind != "inplace":
            return timing.timer_of(library.statement(case, kind, self.names(self.arrays)))
        source = self.arrays[case.layout.source]
        alone = math.prod(self.place.shape) >= timing.ALONE
        pool = _cases.Arena([source.nbytes] * _POOL)
        targets = [self.arrays["z"]] if alone else [pool.empty(source.shape, source.dtype) for _ in range(_POOL)]
        statements = [library.statement(case, kind, self.names({**self.arrays, "z": z})) for z in targets]
        refills = [(z, source) for z in targets]
        for refill in refills:
            np.copyto(*refill)
        return timing.timer_of(statements[0], refills[0]) if alone else timing.timer_of_pool(statements, refills)


def require(place: Place) -> None:
    """The functions of the installed fastact that a pass calls; the number of threads is set on the way."""
    text = words(place.case.text("fastact", place.kind) + "; " + place.case.saved)
    for name, function in (("f", place.case.function), ("df", f"{place.case.function}_backward")):
        if name in text:
            public(function)
    if place.case.name != place.case.function:
        _require_variant(place.case)
    public("set_num_threads")(place.threads)


def _require_variant(case: Any) -> None:
    """Has it the variant of the function? One that has not refuses the argument that names it."""
    shape, axis = ((4,), None) if case.layout is ELEMENTWISE else ((2, 4), -1)
    text, names = Arrays(Place(case.name, "forward", "float32", shape, axis), ["fastact"]).statement("fastact")
    variant = case.name.removeprefix(f"{case.function}_")
    try:
        exec(text, names)
    except (TypeError, ValueError) as error:
        if f"'{variant}'" in str(error) or "'approximate'" in str(error):
            raise NotImplementedError(f"this fastact has no {case.name}: {error}") from None
        raise


# --- benchmarks -------------------------------------------------------------------------------------------------------


class Clock:
    """asv's `timer`: it advances by what was measured, so that neither Python's calls nor refills are in it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


_prepared: dict[str, Any] = {}


def _same(ones: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    return len(ones) == len(others) and all(a is b for a, b in zip(ones, others, strict=True))


def version(*parts: Any) -> str:
    """Of a benchmark: results of one version are comparable."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def benchmark(
    prepare: Callable[..., Any], measure: Callable[[Any], Any], source: str, method: int, **attributes: Any
) -> Callable[..., Any]:
    """A method for a class: `prepare` makes of the parameters what `measure` takes.

    source is what the dashboard shows; with the numbers of the module's method and of what is shared it is the version.
    """

    def setup(*params: Any) -> None:
        wanted = run, *params
        if not _same(_prepared.get("for", ()), wanted):  # asv calls it again before each sample
            _prepared.clear()  # the arrays of the last benchmark
            with np.errstate(all="ignore"):
                _prepared["it"] = prepare(*params)
            _prepared["for"] = wanted

    def run(*_: Any) -> Any:
        with np.errstate(all="ignore"):
            return measure(_prepared["it"])

    setup.__signature__ = inspect.signature(prepare)  # asv calls a setup without parameters before setup_cache, too
    setup.pretty_source = ""
    run.setup, run.pretty_source, run.version = setup, source, version(source, method, _METHOD)
    for key, value in attributes.items():
        setattr(run, key, value)
    return run


def timed(prepare: Callable[..., Any], source: str, method: int) -> Callable[..., Any]:
    """A `time_` method; `prepare` makes a timer of the parameters."""
    clock = Clock()

    def prepared(*params: Any) -> tuple[Any, int]:
        timer = prepare(*params)
        once = max(timer(1), 1e-9)
        return timer, max(1, int(PROFILE.sample[0] / once))

    def measure(state: tuple[Any, int]) -> None:
        timer, number = state
        clock.seconds += timer(number) / number

    repeat = (2, PROFILE.sample[1], PROFILE.budget)
    return benchmark(prepared, measure, source, method, timer=clock, number=1, repeat=repeat, rounds=1, warmup_time=0)


def ratio(timers: dict[str, Any]) -> float:
    """The time of the first over that of the second, each the mean of its fastest tenth of the turns.

    Where other programs take every second slice of time, the median of the ratios was 14 % apart in six runs (in the
    worst benchmark of nine 78 %), this one 5 % (19 %); on a machine that does nothing else they are equal.
    """
    seconds, turns = PROFILE.turn
    once = sum(max(timer(1), seconds) for timer in timers.values())
    turns = max(_FEWEST, min(turns, int(PROFILE.budget / once)))
    times = timing.interleave(timers, seconds, turns).values()
    ours, theirs = (fmean(sorted(each)[: max(1, turns // 10)]) for each in times)
    return ours / theirs


def make(module: dict[str, Any], methods: Callable[[Any], dict[str, Any]], **given: Any) -> None:
    """Put a class for each case into a module: `methods` gives its benchmarks by name.

    given: what `parameters` takes, or param_names and params themselves.
    """
    for case in CASES.values():
        found = methods(case)
        if found:
            if "params" in given:
                names, params = given["param_names"], given["params"]
            else:
                names, params = parameters(case, **given)
            attributes = {"__module__": module["__name__"], "param_names": names, "params": params, "timeout": TIMEOUT}
            module[case.name] = type(case.name, (), {**attributes, **found})
