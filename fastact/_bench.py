"""``python -m fastact bench``: speed on this machine, against NumPy, SciPy, numexpr, numba, JAX, PyTorch, ONNX Runtime.

One line is one function, pass, dtype, shape, axis and number of threads: nanoseconds per element and GB/s of fastact,
then for each peer its time and how many times fastact's that is. Only the bytes that must move are counted: of an
elementwise function an array in and one out, for a backward pass two in. The implementations of a line take turns in
short slices; a time is the smallest, a ratio the median over the turns. SLOWER marks a line where a peer beats fastact
by more than 5 %, by both measures.

Elementwise functions are timed on arrays of --sizes elements, the others on arrays of --shapes, along each --axis; the
shape is that of x: for gates that of the value and of the gate, which are the halves of one packed array.

Passes: forward (out= a second buffer), inplace (forward with out=x; the buffer is refilled before each call; from 64 Ki
elements on, with np.multiply(x, c, out=x), the limit that memory sets), backward (into buffers of its own, from x, or
from y where a function goes back from that only), and backward_y (from y, where it can do both). A loss has no gradient
of its own: its backward pass gives loss and gradient in one call. A peer's backward pass that reads what its forward
pass saved stands beside backward_y, if there is one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
import timeit
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import numpy as np

from . import __version__, _busy, _core, get_num_threads
from ._cases import CASES, ELEMENTWISE, KINDS, Axis, Case, Shape, buffers, names_of
from ._peers import Peer, Statement, installed
from ._registry import ROWS
from ._threads import threads as threads_limit
from ._timing import ALONE, Fastact, Multiply, interleave, timer_of
from ._verify import Progress

#: what can be named on the command line: each case, and the public function that it is of
NAMES = {name: case.function for name, case in CASES.items()}
SHAPES: tuple[Shape, ...] = ((1, 10), (64, 1000), (1024, 1024), (4096, 1024), (16, 65536), (8, 131072))
_UNITS = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}
_NOISE = 0.95


# --- one cell ---------------------------------------------------------------------------------------------------------


@dataclass
class Cell:
    """One line: the times in ns per element, and the ratios peer / fastact."""

    name: str
    kind: str
    dtype: str
    shape: Shape
    axis: Axis
    threads: int
    bytes: int = 0
    ns: dict[str, float] = field(default_factory=dict)
    ratio: dict[str, float] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @property
    def gbs(self) -> float:
        """GB/s of fastact."""
        return self.bytes / (self.n * self.ns["fastact"])

    @property
    def slower(self) -> bool:
        """Does a peer beat fastact by more than the noise?"""
        peers = [peer for peer in self.ratio if peer != "multiply"]
        return any(max(self.ratio[peer], self.ns[peer] / self.ns["fastact"]) < _NOISE for peer in peers)


@dataclass(frozen=True)
class Effort:
    """How long to measure a cell."""

    seconds: float
    rounds: int


def arrays_of(cell: Cell) -> dict[str, np.ndarray]:
    """The buffers of a cell, with what its backward passes read."""
    case = CASES[cell.name]
    arrays = buffers(case, np.dtype(cell.dtype), cell.shape, cell.axis)
    with np.errstate(all="ignore"):
        Fastact.save(case, names_of(case, "backward", arrays, cell.shape, cell.axis))
    return arrays


def statements(cell: Cell, libraries: list[Any], arrays: dict[str, np.ndarray]) -> dict[str, Statement]:
    """library -> text and names of what a cell times; in place, x is arrays["z"], to be refilled before each call."""
    case = CASES[cell.name]
    names = names_of(case, cell.kind, arrays, cell.shape, cell.axis)
    found = {library.name: library.statement(case, cell.kind, names) for library in libraries}
    return {name: statement for name, statement in found.items() if statement}


# of a peer that has not this dtype, or not this shape
_CANNOT = (RuntimeError, TypeError, ValueError, AttributeError, NotImplementedError)


def measure_cell(cell: Cell, libraries: list[Any], arrays: dict[str, np.ndarray], effort: Effort) -> Cell:
    """Fill in one cell; libraries that do not have it are left out, fastact is not."""
    case = CASES[cell.name]
    refill = (arrays["z"], arrays[case.layout.source]) if cell.kind == "inplace" else None
    timers = {}
    for name, statement in statements(cell, libraries, arrays).items():
        if refill:
            np.copyto(*refill)
        try:
            timers[name] = timer_of(statement, refill)
        except _CANNOT:
            if name == "fastact":
                raise
    times = interleave(timers, effort.seconds, effort.rounds, 0.001 if cell.threads > 1 else 0.0)
    ours = times["fastact"]
    cell.bytes = case.moved(cell.kind, names_of(case, cell.kind, arrays, cell.shape, cell.axis))
    for name, theirs in times.items():
        cell.ns[name] = min(theirs) / cell.n * 1e9
        if name != "fastact":
            cell.ratio[name] = median(b / a for a, b in zip(ours, theirs, strict=True))
    return cell


@dataclass(frozen=True)
class Places:
    """Where to measure: the numbers of elements of elementwise functions, the shapes of the others, and their axes."""

    sizes: list[int]
    shapes: list[Shape]
    axes: list[int]

    def of(self, case: Case) -> Iterator[tuple[Shape, Axis]]:
        """For this function; not those that it cannot have."""
        if case.layout is ELEMENTWISE:
            yield from (((n,), None) for n in self.sizes)
            return
        for shape in self.shapes:
            for axis in self.axes if case.layout.axes else [None]:
                if case.layout.fits(shape, axis):
                    yield shape, axis


def plan(
    names: list[str], dtypes: list[str], places: Places, thread_counts: list[int], kinds: list[str], small: bool
) -> list[Cell]:
    """The cells, in the order of the table; `small`: those too that no one would share among threads."""
    return [
        Cell(name, kind, dtype, shape, axis, count)
        for dtype in dtypes
        for name in names
        for shape, axis in places.of(CASES[name])
        for count in thread_counts
        if small or count == 1 or math.prod(shape) >= ALONE
        for kind in kinds
        if kind in CASES[name].kinds and (kind != "inplace" or math.prod(shape) >= ALONE)
    ]


def bench(cells: list[Cell], peers: list[Peer], effort: Effort, *, progress: bool = True) -> Iterator[Cell]:
    """Measure the cells."""
    ours, multiply = Fastact(), Multiply(peers)
    bar = Progress(len(cells))
    key, arrays = None, {}
    for cell in cells:
        wanted = cell.name, cell.dtype, cell.shape, cell.axis
        if key != wanted:
            key, arrays = wanted, {}  # the old ones are freed first
            arrays = arrays_of(cell)
        for peer in [*peers, multiply]:
            peer.threads(cell.threads)
        with threads_limit(cell.threads), np.errstate(all="ignore"):
            done = measure_cell(cell, [ours, *peers, multiply], arrays, effort)
        bar.label = f"{cell.name} {cell.kind} {cell.dtype} {_shape(cell.shape)}"
        if progress:
            bar(1)
        yield done
    if progress:
        bar.close()


# --- from how many elements on do threads pay? ------------------------------------------------------------------------


def crossover(dtypes: list[str], count: int, effort: Effort) -> list[dict[str, Any]]:
    """For each cost class and dtype, the n from which `count` threads beat one by 10 %, forward and backward."""
    saved, backed_off = _core._get_parallel_from(), _core._set_back_off(False)
    found = []
    try:
        for cost in saved:
            rows = [name for name, row in ROWS.items() if row.cost == cost]
            for dtype in dtypes:
                line: dict[str, Any] = {"cost": cost, "dtype": dtype, "n": {}}
                for kind in ("forward", "backward"):
                    line["n"] |= _crossover_of(cost, rows, kind, np.dtype(dtype), count, effort)
                values = sorted(line["n"].values())
                line["typical"], line["largest"] = values[len(values) // 2], values[-1]
                found.append(line)
    finally:
        _core._set_back_off(backed_off)
        for cost, n in saved.items():
            _core._set_parallel_from(cost, n)
    return found


def _crossover_of(cost: str, rows: list[str], kind: str, dtype: np.dtype, count: int, effort: Effort) -> dict[str, int]:
    """The smallest tried n of each row from which more threads are faster, at this and at the next two sizes."""
    tried = [int(2 ** (k / 2)) & ~63 for k in range(20, 42)]
    found: dict[str, int] = {}
    for name in rows:
        gains: list[tuple[int, bool]] = []
        for n in tried:
            case = CASES[name]
            arrays = buffers(case, dtype, (n,), None)
            text, names = Fastact().statement(case, kind, names_of(case, kind, arrays, (n,), None))
            _core._set_parallel_from(cost, 2)
            timer = timeit.Timer(text, globals=names)
            number = max(3, int(effort.seconds / max(min(timer.repeat(3, 3)) / 3, 1e-7)))
            ratios = []
            for _ in range(effort.rounds):
                pair = []
                for many in (1, count):
                    with threads_limit(many):
                        timer.timeit(2)
                        pair.append(timer.timeit(number))
                ratios.append(pair[1] / pair[0])
            gains.append((n, median(ratios) < 0.9))
            if len(gains) >= 3 and all(gain for _, gain in gains[-3:]):
                found[f"{name} {kind}"] = gains[-3][0]
                break
        else:
            found[f"{name} {kind}"] = tried[-1]
    return found


# --- printing ---------------------------------------------------------------------------------------------------------


def _shape(shape: Shape) -> str:
    return "x".join(map(str, shape)) if len(shape) > 1 else _size(shape[0])


def _size(n: int) -> str:
    for unit in reversed(_UNITS):
        if n >= _UNITS[unit] and n % _UNITS[unit] == 0:
            return f"{n // _UNITS[unit]}{unit}"
    return str(n)


def _parse_size(text: str) -> int:
    unit = next((u for u in _UNITS if text.endswith(u)), "")
    try:
        n = int(text.removesuffix(unit)) * _UNITS.get(unit, 1)
    except ValueError:
        n = 0
    if n < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 16, 64Ki or 4Mi")
    return n


def _parse_shape(text: str) -> Shape:
    parts = text.split("x")
    if len(parts) < 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not a shape such as 64x1000")
    return tuple(map(_parse_size, parts))


def _parse_axis(text: str) -> int:
    if text in ("0", "-1"):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is none of the axes 0 and -1")


def _parse_count(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")


def _list_of(parse: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    return lambda text: list(dict.fromkeys(parse(part.strip()) for part in text.split(",") if part.strip()))


def _kind(text: str) -> str:
    if text not in KINDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not one of {', '.join(KINDS)}")
    return text


def _machine() -> dict[str, Any]:
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), model)
    except OSError:
        pass
    load = {"load": round(os.getloadavg()[0], 2)} if hasattr(os, "getloadavg") else {}
    return {
        "processor": model,
        "architecture": platform.machine(),
        "threads": get_num_threads(),
        "instruction set": _core.instruction_sets()["in_use"],
        "fastact": __version__,
        "python": platform.python_version(),
        **load,
    }


def _line(cell: Cell, columns: list[str]) -> str:
    axis = "" if cell.axis is None else cell.axis
    text = f"{cell.name:21} {cell.kind:11}{cell.dtype:8}{_shape(cell.shape):>9}{axis:>5}{cell.threads:3}"
    text += f" {cell.ns['fastact']:8.3f}{cell.gbs:7.1f}"
    for peer in columns:
        ns = cell.ns.get(peer)
        text += f" |{ns:9.3f}{cell.ratio[peer]:7.2f}x" if ns is not None else f" |{'':17}"
    return (text + ("  SLOWER" if cell.slower else "")).rstrip()


def _header(columns: list[str]) -> str:
    text = f"{'function':21} {'pass':11}{'dtype':8}{'shape':>9}{'axis':>5}{'t':>3} {'fastact':>8}{'GB/s':>7}"
    return text + "".join(f" |{name:>9}{'/ours':>8}" for name in columns)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``python -m fastact bench``."""
    every = get_num_threads()
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions; default: all")
    parser.add_argument("--dtype", choices=("float32", "float64", "both"), help="default: float32")
    parser.add_argument(
        "--sizes",
        type=_list_of(_parse_size),
        help="of elementwise functions, as 16,1Ki,64Ki,4Mi (default: 1Ki,64Ki; if functions are named also 4Mi)",
    )
    parser.add_argument(
        "--shapes",
        type=_list_of(_parse_shape),
        help="of the others, as 1x10,64x1000 (default: 64x1000,1024x1024; if functions are named also 1x10,16x65536)",
    )
    parser.add_argument(
        "--axis",
        type=_list_of(_parse_axis),
        help="of the others: 0, -1 or 0,-1 (default: -1; for functions that are named, both)",
    )
    parser.add_argument(
        "--threads", type=_list_of(_parse_count), help=f"as 1,2 (default: 1 and all there are, {every})"
    )
    parser.add_argument("--kinds", type=_list_of(_kind), help=f"of {', '.join(KINDS)} (default: the first three)")
    parser.add_argument("--rounds", type=_parse_count, help="turns of each cell (default: 5, with --full 9)")
    parser.add_argument("--isa", help="instruction set; this restarts Python with FASTACT_ISA")
    parser.add_argument(
        "--peers",
        type=_list_of(str),
        help="of numpy, scipy, numexpr, numba, jax, torch, onnxruntime (default: all installed)",
    )
    parser.add_argument(
        "--full", action="store_true", help="both dtypes, every size, shape, axis and pass, longer slices"
    )
    parser.add_argument("--crossover", action="store_true", help="measure from how many elements on threads pay")
    parser.add_argument(
        "--busy",
        type=int,
        metavar="K",
        help="measure what threads cost beside K busy processes (0: on an idle machine)",
    )
    parser.add_argument(
        "--gap",
        type=_list_of(int),
        help="with --busy: microseconds between calls (default: 0; with --busy 0 0,100,500)",
    )
    parser.add_argument(
        "--beside", choices=("torch", "onnxruntime"), help="with --busy: its threads are in use in this process, too"
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="with --busy: for each line (default: 2)")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _restart(isa: str) -> int:
    """The instruction set is chosen at import, so another one takes another process."""
    import subprocess

    sets = _core.instruction_sets()["available"]
    if isa not in sets:
        print(
            f"fastact bench: no instruction set {isa!r} on this machine; there are {', '.join(sets)}", file=sys.stderr
        )
        return 2
    return subprocess.call([sys.executable, "-m", "fastact", *sys.argv[1:]], env={**os.environ, "FASTACT_ISA": isa})


def _print_crossover(args: argparse.Namespace, head: dict[str, Any]) -> int:
    dtypes = [args.dtype] if args.dtype in ("float32", "float64") else ["float32", "float64"]
    count = max(args.threads or [get_num_threads()])
    if count < 2:
        print("fastact bench: --crossover needs at least two threads", file=sys.stderr)
        return 2
    lines = crossover(dtypes, count, Effort(0.001, 5))
    if args.json:
        print(json.dumps({"machine": head, "threads": count, "crossover": lines}, indent=1))
        return 0
    print(f"The n from which {count} threads beat one by 10 %:")
    print(f"{'cost':8}{'dtype':9}{'median':>9}{'largest':>9}  each")
    for line in lines:
        each = ", ".join(f"{name} {n}" for name, n in line["n"].items())
        print(f"{line['cost']:8}{line['dtype']:9}{line['typical']:9}{line['largest']:9}  {each}")
    return 0


def _misplaced(args: argparse.Namespace, names: list[str]) -> str | None:
    """An option that is for none of the functions."""
    plain = {CASES[name].layout is ELEMENTWISE for name in names}
    if plain == {False} and args.sizes:
        return f"--sizes is for elementwise functions; {names[0]} takes --shapes"
    for option, value in (("--shapes", args.shapes), ("--axis", args.axis)):
        if plain == {True} and value:
            return f"{option} is for functions along an axis; {names[0]} takes --sizes"
    return None


def main(args: argparse.Namespace, names: list[str]) -> int:
    """Run it."""
    if args.isa and args.isa != _core.instruction_sets()["in_use"]:
        return _restart(args.isa)
    head = _machine()
    if not args.json:
        print(", ".join(f"{key} {value}" for key, value in head.items()))
        if head.get("load", 0) > 0.5:
            print(f"Other programs are running (load {head['load']:.1f}): times with several threads will be off.")
    if args.crossover:
        return _print_crossover(args, head)
    if args.busy is not None:
        return _busy.main(args, head)
    try:
        peers = installed(args.peers)
    except LookupError as error:
        print(f"fastact bench: {error}", file=sys.stderr)
        return 2
    mistake = _misplaced(args, names)
    if mistake:
        print(f"fastact bench: {mistake}", file=sys.stderr)
        return 2
    head["peers"] = {peer.name: peer.version for peer in peers}
    dtype = args.dtype or ("both" if args.full else "float32")
    dtypes = ["float32", "float64"] if dtype == "both" else [dtype]
    # all functions on large arrays take minutes
    named, full = bool(args.names), args.full
    sizes = args.sizes or [*([16] if full else []), 1 << 10, 1 << 16, *([1 << 22] if named or full else [])]
    shapes = list(SHAPES if full else [SHAPES[i] for i in ((0, 1, 2, 4) if named else (1, 2))])
    places = Places(sizes, args.shapes or shapes, args.axis or ([-1, 0] if named or full else [-1]))
    counts = args.threads or sorted({1, get_num_threads()})
    kinds = args.kinds or list(KINDS if args.full else KINDS[:3])
    effort = Effort(0.004, args.rounds or 9) if args.full else Effort(0.0007, args.rounds or 5)
    small = args.threads is not None or args.full
    cells = plan(names, dtypes, places, counts, kinds, small)
    if not cells:
        print("fastact bench: nothing to measure: no function here has such a pass or shape", file=sys.stderr)
        return 2
    limit = any(cell.kind == "inplace" for cell in cells)
    columns = [peer.name for peer in peers] + (["multiply"] if limit else [])
    if not args.json:
        print(", ".join(f"{name} {version}" for name, version in head["peers"].items()))
        print("ns per element, then times fastact's (above 1: fastact is faster)\n")
        print(_header(columns))
    done = []
    # to a terminal the lines themselves show the progress
    for cell in bench(cells, peers, effort, progress=args.json or not sys.stdout.isatty()):
        done.append(cell)
        if not args.json:
            print(_line(cell, columns), flush=True)
    if args.json:
        rows = [{**asdict(cell), "n": cell.n, "gbs": cell.gbs, "slower": cell.slower} for cell in done]
        print(json.dumps({"machine": head, "cells": rows}, indent=1))
    else:
        slower = sum(cell.slower for cell in done)
        print(f"\n{len(done)} lines, in {slower} of them a peer is faster by more than 5 %")
    return 0
