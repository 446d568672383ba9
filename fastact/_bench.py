"""``python -m fastact bench``: speed on this machine, against NumPy, SciPy, PyTorch and ONNX Runtime.

One line is one function, pass, dtype, size and number of threads: nanoseconds per element and GB/s of fastact, then for
each peer its time and how many times fastact's that is. Only the bytes that must move are counted: an array in and one
out, for a backward pass two in. The implementations of a line take turns in short slices; a time is the smallest, a
ratio the median over the turns. SLOWER marks a line where a peer beats fastact by more than 5 %, by both measures.

Passes: forward (out= a second buffer), inplace (forward with out=x; the buffer is refilled before each call; from 64 Ki
elements on, with np.multiply(x, c, out=x), the limit that memory sets), backward (from x, out= a third buffer), and
backward_y (from y). A peer's backward pass that reads what its forward pass saved stands beside backward_y.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import timeit
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import numpy as np

from . import __version__, _core, get_num_threads
from ._peers import DOMAINS, PARAMS, Peer, installed
from ._registry import ROWS, Activation
from ._threads import threads as threads_limit
from ._verify import Progress

KINDS = ("forward", "inplace", "backward", "backward_y")
_UNITS = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}
_INPLACE_FROM = 1 << 16  # below, the time of one call is too short to be taken alone
_NOISE = 0.95


# --- buffers and statements -------------------------------------------------------------------------------------------


def _buffers(dtype: np.dtype, n: int, domain: tuple[float, float] | None = None) -> dict[str, np.ndarray]:
    """Touched, aligned to cache lines, at different distances from a page lest they compete for the same cache sets.

    x is normal with sigma 3, wrapped into the domain if there is one.
    """

    def empty(i: int, dt: Any) -> np.ndarray:
        dt = np.dtype(dt)
        raw = np.zeros(n * dt.itemsize + 8192, np.uint8)
        skip = -raw.ctypes.data % 4096 + 320 * i
        return raw[skip : skip + n * dt.itemsize].view(dt)

    rng = np.random.default_rng(0)
    found = {key: empty(i, dtype) for i, key in enumerate("xygstuz")}
    found |= {key: empty(i, bool) for i, key in enumerate("mw", start=7)}
    for key, scale in (("x", 3), ("g", 1)):
        block = rng.normal(size=min(n, 1 << 18)).astype(dtype) * dtype.type(scale)
        if key == "x" and domain:
            block = domain[0] + block % (domain[1] - domain[0])
        found[key][:] = np.resize(block, n)
    for key in "ystuzmw":
        found[key].fill(1)
    return found


class Fastact:
    """This package, as a peer of the others."""

    name = "fastact"

    @staticmethod
    def text(row: Activation, kind: str) -> str:
        """The statement."""
        keywords = f", approximate={row.variant!r}" if row.variant else ""
        params = "".join(f", {p}" for p in PARAMS.get(row.name, ()))
        if kind == "backward":
            return f"f(g, x{params}, out=y{keywords})"
        if kind == "backward_y":
            return f"f(g{params and ', None' + params}, y=s, out=y{keywords})"
        return f"f(x{params}, out=y{keywords})"

    def statement(self, name: str, kind: str, buffers: dict[str, np.ndarray]) -> tuple[str, dict[str, Any]]:
        """For this cell."""
        row = ROWS[name]
        function = row.function + ("_backward" if kind.startswith("backward") else "")
        return self.text(row, kind), {"f": getattr(_core, function), **buffers}


class Multiply:
    """The memory limit: an in-place multiply, with threads by slices (or PyTorch's, which has the better threads)."""

    name = "multiply"

    def __init__(self, peers: list[Peer]) -> None:
        self.torch = next((peer for peer in peers if peer.name == "torch"), None)
        self.count, self.pool = 1, None

    def threads(self, n: int) -> None:
        """Use n threads from now on."""
        if self.pool:
            self.pool.shutdown()
        self.count, self.pool = n, ThreadPoolExecutor(n) if n > 1 and not self.torch else None

    def statement(self, name: str, kind: str, buffers: dict[str, np.ndarray]) -> tuple[str, dict[str, Any]]:
        """For this cell."""
        x = buffers["x"]
        if self.count == 1:
            return "np.multiply(x, 1.0000001, out=x)", {"np": np, "x": x}
        if self.torch:
            return "x.mul_(1.0000001)", self.torch.names(buffers)
        parts = np.array_split(x, self.count)
        pool = self.pool
        return "list(run(scale, parts))", {
            "run": pool.map,
            "scale": lambda part: np.multiply(part, 1.0000001, out=part),
            "parts": parts,
        }


Timer = Callable[[int], float]  # number of calls -> seconds


def _timer(statement: tuple[str, dict[str, Any]], refill: tuple[np.ndarray, np.ndarray] | None) -> Timer | None:
    """The time of a number of calls, each on a fresh buffer if there is one to refill; None if it does not run."""
    text, names = statement
    timer = timeit.Timer(text, globals=names)
    try:
        timer.timeit(1)
    except (RuntimeError, TypeError, ValueError, AttributeError, NotImplementedError):
        return None
    if refill is None:
        return timer.timeit
    buffer, source = refill

    def fresh(number: int) -> float:
        total = 0.0
        for _ in range(number):
            np.copyto(buffer, source)
            total += timer.timeit(1)
        return total

    return fresh


# --- one cell ---------------------------------------------------------------------------------------------------------


@dataclass
class Cell:
    """One line: the times in ns per element, and the ratios peer / fastact."""

    name: str
    kind: str
    dtype: str
    n: int
    threads: int
    ns: dict[str, float] = field(default_factory=dict)
    ratio: dict[str, float] = field(default_factory=dict)

    @property
    def gbs(self) -> float:
        """GB/s of fastact."""
        arrays = 3 if self.kind.startswith("backward") else 2
        return arrays * np.dtype(self.dtype).itemsize / self.ns["fastact"]

    @property
    def slower(self) -> bool:
        """Does a peer beat fastact by more than the noise?"""
        peers = [peer for peer in self.ratio if peer != "multiply"]
        return any(max(self.ratio[peer], self.ns[peer] / self.ns["fastact"]) < _NOISE for peer in peers)


def interleave(timers: dict[str, Timer], seconds: float, rounds: int, pause: float = 0.0) -> dict[str, list[float]]:
    """Seconds a call, for each implementation and round; slow ones (over 10 slices a call) only every third round."""
    numbers = {}
    for name, timer in timers.items():
        once = max(min(timer(1), timer(1)), 1e-9)
        if once < seconds / 20:
            once = timer(20) / 20
        numbers[name] = max(1, int(seconds / max(once, 1e-9))), once > 10 * seconds
    times: dict[str, list[float]] = {name: [] for name in timers}
    order = list(timers)
    for i in range(rounds):
        for name in order:
            number, slow = numbers[name]
            if slow and i % 3:
                times[name].append(times[name][-1])
                continue
            if pause:  # let the threads of the last one go to sleep, and wake up this one's
                time.sleep(pause)
                timers[name](1)
            times[name].append(timers[name](number) / number)
        order.reverse()
    return times


@dataclass(frozen=True)
class Effort:
    """How long to measure a cell."""

    seconds: float
    rounds: int


def measure_cell(cell: Cell, implementations: list[Any], buffers: dict[str, np.ndarray], effort: Effort) -> Cell | None:
    """Fill in one cell; None where fastact has no such pass."""
    used, refill = buffers, None
    if cell.kind == "inplace":
        used = {**buffers, "x": buffers["z"], "y": buffers["z"]}
        refill = buffers["z"], buffers["x"]
    timers = {}
    for implementation in implementations:
        if refill:
            np.copyto(*refill)
        statement = implementation.statement(cell.name, cell.kind, used)
        timer = _timer(statement, refill) if statement and statement[0] else None
        if timer:
            timers[implementation.name] = timer
    if "fastact" not in timers:
        return None
    times = interleave(timers, effort.seconds, effort.rounds, 0.001 if cell.threads > 1 else 0.0)
    ours = times["fastact"]
    for name, theirs in times.items():
        cell.ns[name] = min(theirs) / cell.n * 1e9
        if name != "fastact":
            cell.ratio[name] = median(b / a for a, b in zip(ours, theirs, strict=True))
    return cell


def bench(
    names: list[str],
    dtypes: list[str],
    sizes: list[int],
    thread_counts: list[int],
    kinds: list[str],
    peers: list[Peer],
    effort: Effort,
    *,
    threads_of_small: bool = True,
    progress: bool = True,
) -> Iterator[Cell]:
    """Measure every cell, in the order of the table; sizes that no one would share among threads only if asked."""
    ours, multiply = Fastact(), Multiply(peers)
    plan = [
        Cell(name, kind, dtype, n, count)
        for dtype in dtypes
        for n in sizes
        for count in thread_counts
        if threads_of_small or count == 1 or n >= _INPLACE_FROM
        for name in names
        for kind in kinds
        if (kind != "backward_y" or ROWS[name].from_y) and (kind != "inplace" or n >= _INPLACE_FROM)
    ]
    bar = Progress(len(plan))
    key, buffers = None, {}
    for cell in plan:
        domain = DOMAINS.get(cell.name)
        if key != (cell.dtype, cell.n, domain):
            key = cell.dtype, cell.n, domain
            buffers = _buffers(np.dtype(cell.dtype), cell.n, domain)
        for peer in [*peers, multiply]:
            peer.threads(cell.threads)
        row = ROWS[cell.name]
        with threads_limit(cell.threads), np.errstate(all="ignore"):
            row.forward(buffers["x"], *PARAMS.get(cell.name, ()), out=buffers["s"])
            group = [ours, *peers, *([multiply] if cell.kind == "inplace" else [])]
            done = measure_cell(cell, group, buffers, effort)
        bar.label = f"{cell.name} {cell.kind} {cell.dtype} {_size(cell.n)}"
        if progress:
            bar(1)
        if done:
            yield done
    if progress:
        bar.close()


# --- from how many elements on do threads pay? ------------------------------------------------------------------------


def crossover(dtypes: list[str], count: int, effort: Effort) -> list[dict[str, Any]]:
    """For each cost class and dtype, the n from which `count` threads beat one by 10 %, forward and backward."""
    saved = _core._get_parallel_from()
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
            buffers = _buffers(dtype, n, DOMAINS.get(name))
            text, names = Fastact().statement(name, kind, buffers)
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


def _parse_count(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads")


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
    text = f"{cell.name:17}{cell.kind:11}{cell.dtype:8}{_size(cell.n):>6}{cell.threads:3}"
    text += f" {cell.ns['fastact']:8.3f}{cell.gbs:7.1f}"
    for peer in columns:
        ns = cell.ns.get(peer)
        text += f" |{ns:9.3f}{cell.ratio[peer]:7.2f}x" if ns is not None else f" |{'':17}"
    return (text + ("  SLOWER" if cell.slower else "")).rstrip()


def _header(columns: list[str]) -> str:
    text = f"{'function':17}{'pass':11}{'dtype':8}{'n':>6}{'t':>3} {'fastact':>8}{'GB/s':>7}"
    return text + "".join(f" |{name:>9}{'/ours':>8}" for name in columns)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``python -m fastact bench``."""
    every = get_num_threads()
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions; default: all")
    parser.add_argument("--dtype", choices=("float32", "float64", "both"), help="default: float32")
    parser.add_argument(
        "--sizes",
        type=_list_of(_parse_size),
        help="elements, as 16,1Ki,64Ki,4Mi (default: 1Ki,64Ki; for functions that are named also 4Mi)",
    )
    parser.add_argument(
        "--threads", type=_list_of(_parse_count), help=f"as 1,2 (default: 1 and all there are, {every})"
    )
    parser.add_argument("--kinds", type=_list_of(_kind), help=f"of {', '.join(KINDS)} (default: the first three)")
    parser.add_argument("--isa", help="instruction set; this restarts Python with FASTACT_ISA")
    parser.add_argument(
        "--peers", type=_list_of(str), help="of numpy, scipy, torch, onnxruntime (default: all installed)"
    )
    parser.add_argument("--full", action="store_true", help="both dtypes, n = 16 to 4Mi, every pass, longer slices")
    parser.add_argument("--crossover", action="store_true", help="measure from how many elements on threads pay")
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
    try:
        peers = installed(args.peers)
    except LookupError as error:
        print(f"fastact bench: {error}", file=sys.stderr)
        return 2
    head["peers"] = {peer.name: peer.version for peer in peers}
    dtype = args.dtype or ("both" if args.full else "float32")
    dtypes = ["float32", "float64"] if dtype == "both" else [dtype]
    # all functions at 4 Mi take minutes
    large = [1 << 22] if args.names or args.full else []
    sizes = args.sizes or [*([16] if args.full else []), 1 << 10, 1 << 16, *large]
    counts = args.threads or sorted({1, get_num_threads()})
    kinds = args.kinds or list(KINDS if args.full else KINDS[:3])
    effort = Effort(0.004, 9) if args.full else Effort(0.0007, 5)
    limit = "inplace" in kinds and max(sizes) >= _INPLACE_FROM
    columns = [peer.name for peer in peers] + (["multiply"] if limit else [])
    if not args.json:
        print(", ".join(f"{name} {version}" for name, version in head["peers"].items()))
        print("ns per element, then times fastact's (above 1: fastact is faster)\n")
        print(_header(columns))
    cells = []
    options = {
        "threads_of_small": args.threads is not None or args.full,
        "progress": args.json or not sys.stdout.isatty(),  # else the lines themselves show it
    }
    for cell in bench(names, dtypes, sizes, counts, kinds, peers, effort, **options):
        cells.append(cell)
        if not args.json:
            print(_line(cell, columns), flush=True)
    if args.json:
        rows = [{**asdict(cell), "gbs": cell.gbs, "slower": cell.slower} for cell in cells]
        print(json.dumps({"machine": head, "cells": rows}, indent=1))
    else:
        slower = sum(cell.slower for cell in cells)
        print(f"\n{len(cells)} lines, in {slower} of them a peer is faster by more than 5 %")
    return 0
