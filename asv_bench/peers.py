"""fastact beside NumPy, SciPy, numexpr, numba, JAX, PyTorch and ONNX Runtime: every cell, the errors, and a page of it.

    python asv_bench/peers.py install [FOLDER]     an environment with peers.txt and this fastact (asv_bench/.venv)
    .../bin/python -P asv_bench/peers.py run       measures what docs/performance.json has not yet; may be stopped
    .../bin/python -P asv_bench/peers.py write     makes docs/performance.md and .svg of it, and README's table

What a library is timed with stands in fastact/_peers.py, _cases.py, _expressions.py and _compilers.py; how, in
fastact/_bench.py. Each number of threads has a process of its own, since JAX cannot change it. The parts of a run are
in the order of importance; whatever was measured when it is stopped is kept, and the next `run` goes on from there.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
import venv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "fastact"))  # of which only this module needs nothing that is installed
import _output  # noqa: E402

RESULTS = ROOT / "docs" / "performance.json"
TITLES = {"numpy": "NumPy", "scipy": "SciPy", "numexpr": "numexpr", "numba": "numba", "jax": "JAX",
          "torch": "PyTorch", "onnxruntime": "ONNX Runtime"}  # fmt: skip
NOISE = 0.95
SIZES, SHAPES = (1 << 10, 1 << 16, 1 << 20), ((64, 1000), (1024, 1024))
CALL, LARGE = 16, 1 << 22  # those of FIRST have these too
SHORT, LONG = (1, 10), (16, 65536)
ROOFLINE = (1 << 16, 1 << 20, 1 << 24)
PASSES = {"forward": "forward", "inplace": "in place", "backward": "backward", "parameters": "of parameters",
          "backward_y": "backward from y"}  # fmt: skip
FIRST = ("relu", "gelu", "gelu_tanh", "silu", "sigmoid", "tanh", "softmax", "log_softmax", "softmax_cross_entropy",
         "swiglu", "glu", "geglu", "logsumexp", "softplus", "elu", "leaky_relu", "mish", "hardswish", "prelu", "selu",
         "celu", "relu6", "logsigmoid", "softsign", "swish", "hardtanh", "hardsigmoid", "identity")  # fmt: skip
USED_MOST = {True: "Elementwise, those used most", False: "Rows, gates, losses, prelu: those used most"}
COSTS = {
    "LIGHT": "Others, of a few operations",
    "EXP": "Others, at about the cost of one exponential",
    "HEAVY": "Others, at the cost of more than one exponential",
}
FAMILIES = {"gate": "Other gates", "rows": "Others along an axis", "loss": "Other losses",
            "learned": "With learned parameters", "pieces": "Pieces", "chance": "With random numbers"}  # fmt: skip
IN_ORDER = (*USED_MOST.values(), *COSTS.values(), *FAMILIES.values())
DTYPES = ("float32", "float64")
#: the kinds of errors that a cell of a pass has; in place is the forward pass with another output
ERRORS = {"forward": ("forward",), "inplace": ("forward",), "backward": ("backward", "parameters"),
          "backward_y": ("backward_y",)}  # fmt: skip

#: why a peer is faster: functions, passes, peers (empty: any), and the reason; the first that fits
_FORWARD = "forward inplace"
NOTES: tuple[tuple[str, str, str, str], ...] = (
    (
        "identity",
        "backward backward_y",
        "",
        "ours reads x or y too, so that a NaN in it comes through; the peer copies the gradient",
    ),
    (
        "gelu clipped_gelu geglu bias_activation_gelu",
        _FORWARD,
        "torch",
        "oneDNN's approximation in float32, wrong by 10^7 ULP below x = -5 (see the errors)",
    ),
    (
        "silu swiglu bias_activation_silu",
        _FORWARD,
        "onnxruntime",
        "its approximation has no accuracy below x = -17 (see the errors)",
    ),
    ("swish quick_gelu gelu_sigmoid", _FORWARD, "torch", "its sigmoid has no tail (see the errors)"),
    (
        "logsigmoid",
        "backward_y",
        "torch",
        "it reads a second buffer that its forward pass has kept; ours computes the exponential again",
    ),
    (
        "scaled_tanh stanh",
        _FORWARD,
        "numpy",
        "ours keeps beta x to twice the precision, so that the bound holds for every beta",
    ),
    (
        "log1mexp logit tanhexp",
        _FORWARD,
        "numpy",
        "ours holds its bound in the tails, the composition does not (see the errors)",
    ),
    (
        "isru isrlu",
        "forward inplace backward",
        "numba jax",
        "the formula as it is written reaches 1.99 ULP; ours corrects what the root loses, for any alpha",
    ),
    (
        "squareplus bent_identity",
        _FORWARD,
        "numba jax",
        "the formula as it is written cancels for negative or small x (see the errors); ours divides too",
    ),
    (
        "smelu",
        _FORWARD,
        "numba",
        "its loop is compiled for beta = 1; ours divides by beta, and carries the square to twice the precision",
    ),
    (
        "relu relu6 relu_squared hardtanh clip hardsigmoid hard_sigmoid hardswish hard_mish hardshrink softshrink "
        "shrink threshold thresholded_relu sparse_sigmoid sparse_plus smelu leaky_relu general_relu nlrelu",
        "backward backward_y",
        "numba",
        "a NaN in x or y comes through ours, which takes two operations more; and 64 Ki floats stay on one thread",
    ),
    ("rrelu", "backward backward_y", "", "it reads the slopes that its forward pass has kept; ours draws them again"),
    ("maxout_linear", "", "onnxruntime jax", "its matrix product; ours is that of NumPy's BLAS"),
    (
        "bias_activation_relu",
        _FORWARD,
        "",
        "ours adds the bias and activates in two loops over a piece that stays in the cache",
    ),
    ("shrink", _FORWARD, "numba", "its loop is compiled for bias = 0, as the hardshrink that this is"),
    (
        "softmax softmin log_softmax logsumexp",
        "backward",
        "jax",
        "its forward pass has kept exp(x - max), an array more; ours computes the exponentials again",
    ),
    ("leaky_relu", "backward_y", "jax", "it reads a mask, a byte an element, that its forward pass has kept"),
    (
        "prelu bias_activation_relu bias_activation_gelu bias_activation_silu",
        "backward backward_y",
        "numba torch",
        "ours adds over the other axes in a tree that does not depend on the number of threads",
    ),
    (
        "softmax softmin log_softmax gumbel_softmax",
        "",
        "torch numba",
        "of rows side by side the exact sum, a tree, is a good part of the work (src_c/README.md)",
    ),
)


# --- the environment --------------------------------------------------------------------------------------------------


def install(folder: Path) -> int:
    """Make it, with what is pinned in peers.txt and the fastact of this checkout."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python" if os.name != "nt" else folder / "Scripts" / "python.exe"
    pip = [str(python), "-m", "pip", "install", "--progress-bar", "off", "--retries", "1"]
    for wanted in (["-r", str(Path(__file__).with_name("peers.txt"))], [str(ROOT)]):
        code = subprocess.call([*pip, *wanted])
        if code:
            return code
    print(f"now: {python} -P {Path(__file__)} run", file=sys.stderr)
    return 0


# --- results: one document, and a journal beside it while a run is going on -------------------------------------------

LISTS = ("cells", "errors", "speeds", "limits")


def key_of(kind: str, record: dict[str, Any]) -> tuple[Any, ...]:
    """By what a record is known."""
    fields = {"cells": ("name", "kind", "dtype", "shape", "axis", "threads"), "errors": ("name", "kind", "dtype"),
              "speeds": ("name", "kind", "size"), "limits": ("name", "size")}[kind]  # fmt: skip
    return (kind, *(tuple(v) if isinstance(v := record[field], list | tuple) else v for field in fields))


class Results:
    """What was measured; `add` writes a line at once, `save` makes a document of all."""

    def __init__(self, path: Path) -> None:
        self.path, self.journal = path, path.with_suffix(".partial.jsonl")
        self.head: dict[str, Any] = {}
        self.records: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}
        self.load()

    def load(self) -> None:
        """The document, and what came later."""
        if self.path.exists():
            document = json.loads(self.path.read_text())
            self.head = {key: value for key, value in document.items() if key not in LISTS}
            for kind in LISTS:
                for record in document[kind]:
                    self.records[key_of(kind, record)] = kind, record
        if self.journal.exists():
            for line in self.journal.read_text().splitlines():
                try:
                    kind, record = json.loads(line)
                except ValueError:  # the last line of a process that was killed
                    continue
                if kind == "head":
                    self.head = record
                else:
                    self.records[key_of(kind, record)] = kind, record

    def add(self, kind: str, record: dict[str, Any]) -> None:
        """One record."""
        with self.journal.open("a") as file:
            file.write(json.dumps([kind, record]) + "\n")

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The records of a list."""
        return [record for k, record in self.records.values() if k == kind]

    def save(self) -> None:
        """One document, a record a line; the journal is gone then."""
        self.load()
        parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in self.head.items()]
        parts += [f'"{kind}": [\n' + ",\n".join(map(json.dumps, self.of(kind))) + "\n]" for kind in LISTS]
        new = self.path.with_suffix(".new")
        new.write_text("{\n" + ",\n".join(parts) + "\n}\n")
        new.replace(self.path)
        self.journal.unlink(missing_ok=True)

    def clear(self) -> None:
        """Nothing was measured."""
        self.path.unlink(missing_ok=True)
        self.journal.unlink(missing_ok=True)
        self.head, self.records = {}, {}


# --- measuring --------------------------------------------------------------------------------------------------------


def _short(v: float) -> float | None:
    """Four digits; JSON has no infinity."""
    return float(f"{v:.4g}") if math.isfinite(v) else None


#: what all records of a document have in common; where one of these differs, they cannot be continued
SAME = ("versions", "processor", "instruction_set", "commit", "short")


def _shown(args: argparse.Namespace) -> str:
    """The command on the page: what says what is measured, not where to and how long."""
    threads = ",".join(map(str, args.threads))
    short = ["--short"] if args.short else []
    return " ".join(["python -P asv_bench/peers.py run", *args.names, *short, "--threads", threads])


def _head(command: str, short: bool) -> dict[str, Any]:
    """Machine, date, versions."""
    from fastact import _bench, _peers

    machine = _bench._machine()
    versions = {peer.name: peer.version for peer in _peers.installed()}
    found = subprocess.run(["git", "-C", str(ROOT), "log", "-1", "--format=%h"], capture_output=True, text=True)
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": command,
        "short": short,
        "commit": found.stdout.strip(),
        "processor": machine["processor"],
        "instruction_set": machine["instruction set"],
        "processors": machine["threads"],
        "load": machine.get("load", 0.0),
        "python": machine["python"],
        "versions": {"fastact": machine["fastact"], **versions},
    }


def cells_of(names: Iterable[str], threads: int, short: bool) -> list[Any]:
    """What `measure` times of these functions."""
    from fastact import _bench
    from fastact._cases import KINDS

    cells = []
    for name in names:
        sizes = SIZES[1:2] if short else (CALL, *SIZES, LARGE) if name in FIRST else SIZES
        shapes = SHAPES[:1] if short else (SHORT, *SHAPES, LONG) if name in FIRST else SHAPES
        axes = [-1] if short else [-1, 0]
        places = _bench.Places(list(sizes), list(shapes), axes)
        cells += _bench.plan([name], [*DTYPES], places, [threads], list(KINDS), threads == 1)
    return cells


class Watched:
    """A peer of which is known what it said last, so that one whose statement fails is told from one without it."""

    def __init__(self, peer: Any) -> None:
        self.peer, self.name = peer, peer.name
        self.last: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.peer, name)

    def statement(self, *given: Any) -> Any:
        """That of the peer."""
        self.last = self.peer.statement(*given)
        return self.last

    def error(self) -> str:
        """Of the last statement, run once more."""
        from fastact import _timing

        try:
            _timing.timer_of(self.last)
        except Exception as error:
            return _text(error)
        return "not the second time"


def _text(error: Exception) -> str:
    """A line."""
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _peers_here(threads: int) -> list[Any]:
    from fastact import _peers

    peers = _peers.installed()
    for peer in peers:
        peer.threads(threads)
    return peers


def measure_cells(results: Results, names: list[str], threads: int, short: bool, until: float) -> None:
    """The cells that there are not yet."""
    from fastact import _bench

    wanted = []
    for cell in cells_of(names, threads, short):
        record = {key: getattr(cell, key) for key in ("name", "kind", "dtype", "shape", "axis", "threads")}
        if key_of("cells", record) not in results.records:
            wanted.append(cell)
    effort = _bench.Effort(0.001, 5) if short else _bench.Effort(0.002, 7)
    peers = [Watched(peer) for peer in _peers_here(threads)]
    for cell in _bench.bench(wanted, peers, effort):
        record = {key: getattr(cell, key) for key in ("name", "kind", "dtype", "shape", "axis", "threads", "bytes")}
        for key in ("ns", "ratio"):
            record[key] = {peer: _short(value) for peer, value in getattr(cell, key).items()}
        failed = {peer.name: peer.error() for peer in peers if peer.last and peer.name not in cell.ns}
        results.add("cells", {**record, **({"failed": failed} if failed else {})})
        for peer in peers:
            peer.last = None  # it holds the arrays
        if time.time() > until:
            return


def measure_errors(results: Results, names: list[str], until: float) -> None:
    """The largest errors in ULP of each pass, by the statements that are timed."""
    import numpy as np

    from fastact import _accuracy, _bench
    from fastact._verify import Progress

    libraries = [_bench.Fastact(), *_peers_here(1)]
    wanted = [(name, kind, dtype) for name in names for kind in _accuracy.kinds_of(name) for dtype in DTYPES
              if ("errors", name, kind, dtype) not in results.records]  # fmt: skip
    bar = Progress(len(wanted))
    for name, kind, dtype in wanted:
        failed: dict[str, str] = {}
        with np.errstate(all="ignore"):
            sample = _accuracy.sample_of(name, kind, dtype)
            found: dict[str, dict[str, list[float | None]]] = {of: {} for of in sample.bounds}
            for library in libraries:
                try:
                    errors = sample.errors(library) or {}
                except _bench._CANNOT as error:
                    failed[library.name] = _text(error)
                    continue
                for of, pair in errors.items():
                    found[of][library.name] = [_short(v) for v in pair]
        for of, ulp in found.items():
            record = {"name": name, "kind": of, "dtype": dtype, "bound": sample.bounds[of], "ulp": ulp}
            results.add("errors", {**record, **({"failed": failed} if failed else {})})
        bar.label = f"errors of {name} {kind} {dtype}"
        bar(1)
        if time.time() > until:
            return
    bar.close()


def measure_roofline(results: Results, names: list[str], until: float) -> None:
    """Bytes a second of each function, of a copy and of an in-place multiply; float32, one thread."""
    import numpy as np

    from fastact import _bench, _timing
    from fastact._registry import ROWS

    effort = _bench.Effort(0.003, 7)
    for size in ROOFLINE:
        if ("limits", "copy", size) not in results.records:
            x, y = (_bench.buffers(_bench.CASES["relu"], np.dtype(np.float32), (size,), None)[key] for key in "xy")
            names_here = {"np": np, "x": x, "y": y}
            statements = {"copy": "np.copyto(y, x)", "multiply": "np.multiply(x, 1.0000001, out=x)"}
            timers = {key: _timing.timer_of((text, names_here)) for key, text in statements.items()}
            for key, times in _timing.interleave(timers, effort.seconds, 15).items():
                results.add("limits", {"name": key, "size": size, "gbs": _short(2 * x.nbytes / min(times) / 1e9)})
    cells = _bench.plan([name for name in names if name in ROWS], ["float32"], _bench.Places(list(ROOFLINE), [], []),
                        [1], ["forward", "backward"], True)  # fmt: skip
    cells = [cell for cell in cells if ("speeds", cell.name, cell.kind, cell.n) not in results.records]
    for cell in _bench.bench(cells, [], effort):
        results.add("speeds", {"name": cell.name, "kind": cell.kind, "size": cell.n, "gbs": _short(cell.gbs)})
        if time.time() > until:
            return


def parts_of(names: list[str], threads: list[int]) -> list[tuple[str, list[str], int]]:
    """What is measured in a process of its own, in order: what, of which functions, with how many threads."""
    from fastact._registry import ROWS

    first = [name for name in FIRST if name in names]
    rest = [name for name in names if name not in FIRST]
    plain, others = ([n for n in rest if (n in ROWS) is is_plain] for is_plain in (True, False))
    found = [("cells", first, n) for n in threads]
    found += [("errors", names, 1), ("roofline", names, 1)]
    found += [("cells", part, n) for part in (plain, others) for n in threads]
    return [part for part in found if part[1]]


def run(args: argparse.Namespace) -> int:
    """Each part in a process of its own."""
    from fastact._cases import CASES

    for name in args.names:
        if name not in CASES:
            print(f"peers.py: no function {name!r}; there are {', '.join(CASES)}", file=sys.stderr)
            return 2
    results = Results(args.results)
    if args.fresh:
        results.clear()
    head = _head(_shown(args), args.short)
    differ = [key for key in SAME if results.head.get(key) != head[key]] if results.records else []
    if differ:
        print(f"peers.py: {args.results} cannot be continued: "
              + "; ".join(f"{key.replace('_', ' ')} was {results.head.get(key)}, is {head[key]}" for key in differ)
              + "; --fresh begins anew", file=sys.stderr)  # fmt: skip
        return 2
    if head["load"] > 0.5:
        print(f"Other programs are running (load {head['load']}): the times will be off.", file=sys.stderr)
    head["load"] = max(head["load"], results.head.get("load", 0.0))
    if results.journal.exists():
        results.save()  # a killed process may have left half a line: the next would be glued to it
    results.add("head", head)
    until = time.time() + 60 * args.minutes if args.minutes else math.inf
    parts = parts_of([name for name in CASES if not args.names or name in args.names], args.threads)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    code = 0
    child = None
    try:
        for i, (what, names, threads) in enumerate(parts, 1):
            if time.time() > until:
                print("The time is up; run again to go on.", file=sys.stderr)
                break
            print(f"part {i} of {len(parts)}: {what}, {len(names)} functions, threads: {threads}", file=sys.stderr)
            # JAX's pool has the size that it is made with
            environment = {**os.environ, "NPROC": str(threads)}
            command = [sys.executable, "-P", __file__, "measure", what, *names, "--threads", str(threads), "--until",
                       str(until), "--results", str(args.results), *(["--short"] if args.short else [])]  # fmt: skip
            child = subprocess.Popen(command, env=environment)
            code = child.wait()
            if code:
                break
    except KeyboardInterrupt:
        if child:
            child.terminate()
            child.wait()
        print("Stopped; run again to go on.", file=sys.stderr)
        code = 130
    results.save()
    return code


def measure(args: argparse.Namespace) -> int:
    """One part; called by `run`."""
    results, until = Results(args.results), float(args.until)
    try:
        if args.what == "cells":
            measure_cells(results, args.names, args.threads[0], args.short, until)
        elif args.what == "errors":
            measure_errors(results, args.names, until)
        else:
            measure_roofline(results, args.names, until)
    except KeyboardInterrupt:
        return 130
    return 0


# --- the page ---------------------------------------------------------------------------------------------------------


def speed_against(cell: dict[str, Any], peer: str) -> float:
    """The peer's time over ours, as far as both measures agree that it is not 1: by the best times, by the turns."""
    both = cell["ratio"][peer], cell["ns"][peer] / cell["ns"]["fastact"]
    if max(both) < 1:
        return max(both)
    return min(both) if min(both) > 1 else 1.0


def peers_of(cell: dict[str, Any]) -> list[str]:
    """The libraries that have this cell."""
    return [peer for peer in TITLES if peer in cell["ratio"]]


def failures(record: dict[str, Any]) -> dict[str, str]:
    """The libraries that have a statement that does not run, and what was said."""
    return record.get("failed", {})


def fastest(cell: dict[str, Any]) -> str | None:
    """The fastest peer."""
    return min(peers_of(cell), key=lambda peer: cell["ratio"][peer], default=None)


def lost(cell: dict[str, Any]) -> list[str]:
    """The peers that are faster by more than the noise."""
    return [peer for peer in peers_of(cell) if speed_against(cell, peer) < NOISE]


def note(name: str, kind: str, peer: str) -> str:
    """From NOTES."""
    for names, kinds, peers, text in NOTES:
        if name in names.split() and (not kinds or kind in kinds.split()) and (not peers or peer in peers.split()):
            return text
    return ""


def _ulp(v: float | None) -> str:
    if v is None:
        return "no number"
    return f"{v:.2f}" if v < 100 else re.sub(r"e\+0*", "e", f"{v:.0e}")


def _pair(errors: list[float | None] | None) -> str:
    """Those of ordinary inputs and of all, or the one that both are."""
    return " / ".join(dict.fromkeys(map(_ulp, errors or [])))


def broken(results: Results, cell: dict[str, Any], peer: str) -> str:
    """How far off the peer's results of this pass are, if farther than ours may be."""
    for kind in ERRORS[cell["kind"]]:
        _, record = results.records.get(("errors", cell["name"], kind, cell["dtype"]), ("", {}))
        errors = record.get("ulp", {}).get(peer)
        if not errors or record["bound"] is None:
            continue
        if any(v is None or v > record["bound"] for v in errors):
            of = " of parameters" if kind == "parameters" else ""
            return f"error{of} {_pair(errors)} ULP, ours at most {record['bound']:g}"
    return ""


def reasons(results: Results, cell: dict[str, Any], peer: str) -> list[str]:
    """Why the peer is faster in this cell, as far as that is known: from NOTES, and from the errors."""
    return [*filter(None, (note(cell["name"], cell["kind"], peer), broken(results, cell, peer)))]


def unexplained(results: Results) -> dict[tuple[str, str, str], list[str]]:
    """Function, pass, peer of the lost cells without a reason; the dtypes of each."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for cell in results.of("cells"):
        for peer in lost(cell):
            if not reasons(results, cell, peer):
                found[cell["name"], cell["kind"], peer].add(cell["dtype"])
    return {key: sorted(found[key]) for key in sorted(found)}


def _size(n: int) -> str:
    for unit, size in (("Mi", 1 << 20), ("Ki", 1 << 10)):
        if n >= size and n % size == 0:
            return f"{n // size} {unit}"
    return str(n)


def place_of(cell: dict[str, Any]) -> str:
    """Shape, axis, threads, in words."""
    shape = " x ".join(map(str, cell["shape"])) if len(cell["shape"]) > 1 else _size(cell["shape"][0])
    axis = "" if cell["axis"] is None else f" axis {cell['axis']}"
    threads = f", {cell['threads']} threads" if cell["threads"] > 1 else ""
    return shape + axis + threads


def _ns(v: float) -> str:
    return f"{v:.3f}" if v < 0.1 else f"{v:.2f}" if v < 10 else f"{v:.0f}"


def _times(v: float) -> str:
    return f"{v:.2f}" if v < 9.95 else f"{v:.0f}"


def _entry(cell: dict[str, Any] | None) -> str:
    """Of the large tables."""
    if cell is None:
        return ""
    text, peer = _ns(cell["ns"]["fastact"]), fastest(cell)
    if peer:
        text += f" · {_times(cell['ratio'][peer])} {TITLES[peer]}"
    text = f"**{text}**" if lost(cell) else text
    return ", ".join([text, *(f"{TITLES[peer]} fails" for peer in failures(cell))])


def _table(head: list[str], rows: Iterable[list[str]], left: int = 1) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * left + "---:|" * (len(head) - left)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _family(name: str) -> str:
    from fastact._cases import CASES
    from fastact._registry import FUNCTIONS, ROWS

    if name in FIRST:
        return USED_MOST[name in ROWS]
    return COSTS[ROWS[name].cost] if name in ROWS else FAMILIES[FUNCTIONS[CASES[name].function].family]


def _versions(head: dict[str, Any]) -> str:
    return ", ".join(f"{TITLES.get(name, name)} {version}" for name, version in head["versions"].items())


def _introduction(results: Results) -> Iterator[str]:
    from fastact._cases import CASES

    head, cells = results.head, results.of("cells")
    beaten = [cell for cell in cells if lost(cell)]
    yield "<!-- made by asv_bench/peers.py write: edit that, or measure again -->"
    yield "# Speed beside the peers"
    yield ""
    yield f"`{head['command']}`, {head['date']}, commit {head['commit']}:"
    yield f"{head['processor']}, {head['instruction_set']}, {head['processors']} processors,"
    yield f"load at most {head['load']} at its starts; Python {head['python']}, {_versions(head)}."
    yield ""
    yield """Every function, pass, dtype, size and number of threads, beside each library that has the function or of
which its users would compose it. All compute the same (`tests/test_bench.py`); arrays are allocated, expressions
compiled and threads started beforehand; the implementations of a cell take turns in one process. A time is the
smallest, a ratio the median over the turns. A cell counts as won or lost when both measures say so by more than 5 %.
`python -P -m fastact bench NAME` prints the same of one function.

- numexpr: expressions compiled once, called with `out=`; its wheels have no Intel VML.
- numba: loops compiled beforehand with fastmath (without what breaks infinities) and, with several threads,
  `parallel=True`; its wheels have no Intel SVML, so an exponential is a call of the C library for each number.
- JAX: `jax.jit` of JAX's own function where it has one, inputs on the device, gradients by the jitted vjp; results are
  allocated by each call, since it has no `out=`; in place the input is donated.
- PyTorch: the operators with `out=`, without autograd, on tensors that share the buffers. ONNX Runtime: sessions bound
  to the buffers, forward only.
- What numexpr, numba and JAX lack stands in `tests/test_bench.py`."""
    yield ""
    yield "## Summary"
    yield ""
    measured = {(cell["name"], cell["threads"]) for cell in cells}
    for threads in sorted({cell["threads"] for cell in cells}):
        missing = ", ".join(f"`{name}`" for name in CASES if (name, threads) not in measured)
        if missing:
            yield f"Not measured with {threads} thread{'s' * (threads > 1)}: {missing}."
            yield ""
    even = len(cells) - len(beaten)
    off = sum(all(broken(results, cell, peer) for peer in lost(cell)) for cell in beaten)
    yield f"{len(cells)} cells; in {even} no peer is faster by more than 5 %, in {len(beaten)} one is;"
    yield f"in {off} of these only peers whose error is beyond the bound that ours keeps."
    yield ""
    rows = []
    for peer, title in TITLES.items():
        ratios = [speed_against(cell, peer) for cell in cells if peer in cell["ratio"]]
        if ratios:
            won, gone = sum(r > 1 / NOISE for r in ratios), sum(r < NOISE for r in ratios)
            middle = sorted(cell["ratio"][peer] for cell in cells if peer in cell["ratio"])[len(ratios) // 2]
            rows.append([title, str(len(ratios)), str(won), str(len(ratios) - won - gone), str(gone), _times(middle)])
    yield from _table(
        ["peer", "cells", "fastact faster", "within 5 %", "peer faster", "median of its time / ours"], rows
    )


def _lost(results: Results) -> Iterator[str]:
    """A line for a function, pass and dtype; a peer that is faster is named at each place where it is."""
    grouped: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for cell in results.of("cells"):
        if lost(cell):
            grouped[cell["name"], cell["kind"], cell["dtype"]].append(cell)
    yield "## Lost cells"
    yield ""
    if not grouped:
        yield "None."
        return
    yield """ns an element, ours first, then each peer that is faster by more than 5 %. Where the error of such a peer
is beyond the bound of ours, "why" gives both, as they stand under [Errors](#errors): at ordinary x / at all x."""
    yield ""
    order = {name: i for i, name in enumerate(FIRST)}
    rows = []
    for (name, kind, dtype), there in sorted(
        grouped.items(), key=lambda item: (order.get(item[0][0], len(order)), *item[0])
    ):
        places = []
        for cell in there:
            faster = sorted(lost(cell), key=cell["ratio"].get)
            times = ", ".join(f"{TITLES[peer]} {_ns(cell['ns'][peer])}" for peer in faster)
            places.append(f"{place_of(cell)}: {_ns(cell['ns']['fastact'])}, {times}")
        why = [f"{TITLES[peer]}: {'; '.join(reasons(results, there[0], peer)) or 'not known'}" for peer in TITLES
               if any(peer in lost(cell) for cell in there)]  # fmt: skip
        rows.append([f"`{name}` {PASSES[kind]}", dtype, "<br>".join(places), "<br>".join(why)])
    yield from _table(["function, pass", "dtype", "where", "why"], rows, 4)
    unknown = unexplained(results)
    if unknown:
        yield ""
        yield "### Not explained"
        yield ""
        yield "Why the peer is faster is not known:"
        yield ""
        for (name, kind, peer), dtypes in unknown.items():
            yield f"- `{name}` {PASSES[kind]}: {TITLES[peer]}, {' and '.join(dtypes)}"


def _all_cells(cells: list[dict[str, Any]]) -> Iterator[str]:
    """A row for a function, pass and dtype; the columns are the places."""
    yield "## Every cell"
    yield ""
    yield "Our ns an element, then the fastest peer and its time over ours: above 1 it is slower. Lost cells in bold."
    families: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in cells:
        families[_family(cell["name"])].append(cell)
    for family in IN_ORDER:
        there = families.get(family)
        if not there:
            continue
        places = list(dict.fromkeys(map(place_of, sorted(there, key=lambda c: (
            math.prod(c["shape"]), -(c["axis"] or 0), c["threads"])))))  # fmt: skip
        rows: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
        order = {kind: i for i, kind in enumerate(PASSES)}
        for cell in sorted(there, key=lambda c: (c["name"], c["dtype"], order[c["kind"]])):
            rows[cell["name"], cell["kind"], cell["dtype"]][place_of(cell)] = cell
        yield ""
        yield f"<details><summary>{family}: {len(there)} cells, {sum(bool(lost(c)) for c in there)} lost</summary>"
        yield ""
        yield from _table(
            ["function", "pass", "dtype", *places],
            (
                [f"`{n}`", PASSES[k], d, *(_entry(row.get(place)) for place in places)]
                for (n, k, d), row in rows.items()
            ),
            3,
        )
        yield ""
        yield "</details>"


def _errors(results: Results) -> Iterator[str]:
    from fastact._accuracy import LEAST, NEAR

    found = results.of("errors")
    libraries = ["fastact", *(peer for peer in TITLES if any(peer in r["ulp"] or peer in failures(r) for r in found))]
    yield "## Errors"
    yield ""
    yield f"""Of each pass the largest error in ULP, by the statements that are timed, as they stand, on the same inputs
for all; in place is the forward pass (JAX compiles it once more). Exact values and measure are those of
`python -m fastact verify`: where terms cancel, the ULP are those of the larger ones. "Bound" is what ours promises.

- Elementwise functions and gates: of inputs with {LEAST:g} <= |x| <= {NEAR:g} / of all finite ones (one number where
  they are the same), on equal steps and on points chosen to hurt: tails, kinks, every exponent. Derivatives not at the
  kinks of elementwise functions, where each library has its own; their gradient is 1.
- The others: of rows like those that are timed. A loss is the mean over a batch.
- "no number": a NaN where there is a number; "fails": an error instead of a result. An infinity counts as the power of
  two behind the largest number; where the exact result is 0, an ULP is the smallest subnormal number.
- Where a pass goes back from the result, so do those that have an error here, and from the same one. What JAX's passes,
  and PyTorch's of `logsigmoid`, have saved themselves is something else, and they are not measured.
- What a peer's users compose, as with NumPy, numexpr and numba, is no error of that library."""
    families: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in found:
        families[_family(record["name"])].append(record)
    order = {kind: i for i, kind in enumerate(PASSES)}
    for family in IN_ORDER:
        there = families.get(family)
        if not there:
            continue
        yield ""
        yield f"<details><summary>{family}: largest errors in ULP</summary>"
        yield ""
        yield from _table(
            ["function", "pass", "dtype", "bound", *(TITLES.get(name, name) for name in libraries)],
            (
                [
                    f"`{r['name']}`",
                    PASSES[r["kind"]],
                    r["dtype"],
                    "" if r["bound"] is None else f"{r['bound']:g}",
                    *("fails" if name in failures(r) else _pair(r["ulp"].get(name)) for name in libraries),
                ]
                for r in sorted(there, key=lambda r: (r["name"], r["dtype"], order[r["kind"]]))
            ),
            3,
        )
        yield ""
        yield "</details>"


def _roofline(results: Results) -> Iterator[str]:
    limits = {(r["name"], r["size"]): r["gbs"] for r in results.of("limits")}
    if not limits:
        return
    yield "## Beside the limit of memory"
    yield ""
    yield """Bytes that must be read and written, a second; float32, one thread. The lines are what NumPy copies and
what it multiplies in place."""
    yield ""
    yield "![GB/s of each function, beside a copy and an in-place multiply](performance.svg)"
    yield ""
    yield from _table(
        ["GB/s", *map(_size, ROOFLINE)],
        ([title, *(f"{limits[key, n]:.0f}" for n in ROOFLINE)]
         for key, title in (("copy", "copy"), ("multiply", "multiply in place"))),
    )  # fmt: skip


def page(results: Results) -> str:
    """docs/performance.md"""
    cells = results.of("cells")
    parts = [_introduction(results), _lost(results), _all_cells(cells), _errors(results), _roofline(results)]
    return "\n\n".join("\n".join(part) for part in parts).rstrip() + "\n"


def _mark(results: Results) -> str:
    """What the picture keeps of the results that it shows, so that a stale one is seen without drawing it again."""
    shown = json.dumps([results.of("speeds"), results.of("limits")], sort_keys=True)
    return f"results {hashlib.sha256(shown.encode()).hexdigest()[:16]}"


def picture(results: Results) -> None:
    """docs/performance.svg: the same bytes every time, readable on white and on black."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    from fastact import _plot

    speeds: dict[tuple[str, str, int], float] = {
        (r["name"], r["kind"], r["size"]): r["gbs"] for r in results.of("speeds")
    }
    if not speeds:
        return
    limits = {(r["name"], r["size"]): r["gbs"] for r in results.of("limits")}
    ink = _plot.STYLES["auto"][0]
    names = sorted({name for name, _, _ in speeds}, key=lambda name: speeds.get((name, "forward", ROOFLINE[0]), 0))
    settings = {"svg.fonttype": "none", "svg.hashsalt": "fastact", "font.sans-serif": ["DejaVu Sans"]}
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(10, 1.2 + 0.16 * len(names)), layout="constrained")
        for i, size in enumerate(ROOFLINE):
            axes = figure.add_subplot(1, len(ROOFLINE), i + 1, sharex=figure.axes[0] if i else None)
            for kind, colour in zip(("forward", "backward"), _plot.CURVES, strict=True):
                there = [(speeds[name, kind, size], j) for j, name in enumerate(names) if (name, kind, size) in speeds]
                axes.plot(*zip(*there, strict=True), "o", color=colour, markersize=3.5, label=kind)
            for name, dashes in (("copy", "-"), ("multiply", (0, (4, 2)))):
                label = name if name == "copy" else "multiply in place"
                axes.axvline(limits[name, size], color=ink, linewidth=1, linestyle=dashes, label=label)
            axes.set_xscale("log")
            axes.set_title(f"{_size(size)} elements", color=ink, fontsize=10)
            axes.set_xlabel("GB/s", color=ink, fontsize=8)
            axes.set_yticks(range(len(names)), names if i == 0 else [""] * len(names))
            axes.set_ylim(-1, len(names))
            axes.tick_params(which="both", colors=ink, labelsize=7, length=2)
            axes.grid(axis="y", color=ink, linewidth=0.3, alpha=0.4)
            axes.patch.set_visible(False)
            for spine in axes.spines.values():
                spine.set_visible(False)
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=4, frameon=False, fontsize=8, labelcolor=ink)
        path = results.path.with_suffix(".svg")
        metadata = {"Date": None, "Creator": None, "Format": None, "Type": None, "Description": _mark(results)}
        figure.savefig(path, transparent=True, metadata=metadata)
    text = re.sub(r"(\d+\.\d\d)\d+", r"\1", path.read_text())
    path.write_text(re.sub(r"[ \t]+\n", "\n", text))


def readme_table(results: Results) -> str:
    """What stands between the marks in README.md."""
    head = results.head
    cells = {(c["name"], c["kind"]): c for c in results.of("cells")
             if (c["dtype"], tuple(c["shape"]), c["threads"]) == ("float32", (1 << 16,), 1)}  # fmt: skip
    libraries = ["fastact", *(peer for peer in TITLES if any(peer in c["ns"] for c in cells.values()))]
    rows = []
    for name in FIRST:
        forward, backward = cells.get((name, "forward")), cells.get((name, "backward"))
        if forward and backward:
            times = [_ns(forward["ns"][library]) if library in forward["ns"] else "" for library in libraries]
            peer = fastest(backward)
            beside = f"{_ns(backward['ns'][peer])} {TITLES[peer]}" if peer else ""
            rows.append([f"`{name}`", *times, _ns(backward["ns"]["fastact"]), beside])
    all_cells = results.of("cells")
    beaten = sum(bool(lost(cell)) for cell in all_cells)
    calls = [c["ns"]["fastact"] * CALL for c in all_cells if c["kind"] == "forward" and c["shape"] == [CALL]]
    lines = [
        f"{head['processor']}, {head['instruction_set']}; {_versions(head)};",
        "float32, 65536 elements, one thread, into a second buffer, in turns. Backward passes are those from x.",
        "",
        *_table(
            ["ns per element", *(TITLES.get(name, name) for name in libraries), "backward: fastact", "fastest peer"],
            rows,
        ),
        "",
        *([f"A call on {CALL} elements takes {min(calls):.0f} to {max(calls):.0f} ns."] if calls else []),
        "[docs/performance.md](docs/performance.md) has every function, pass, dtype, size and number of threads:",
        f"{len(all_cells)} cells, and first of all the {beaten} in which a peer is faster by more than 5 %, and why.",
    ]
    return "\n".join(lines)


MARKS = "<!-- speed -->\n", "\n<!-- /speed -->"


def readme(results: Results, text: str) -> str:
    """README.md with the table of these results."""
    before, rest = text.split(MARKS[0])
    return before + MARKS[0] + readme_table(results) + MARKS[1] + rest.split(MARKS[1])[1]


def write(args: argparse.Namespace) -> int:
    """The page, the picture, and README's table; or is the page stale?"""
    results = Results(args.results)
    if not results.of("cells"):
        print(f"peers.py: nothing was measured yet: {args.results}", file=sys.stderr)
        return 2
    texts = {args.results.with_suffix(".md"): page(results)}
    if args.results == RESULTS:
        path = ROOT / "README.md"
        texts[path] = readme(results, path.read_text())
    if args.check:
        stale = [path.name for path, text in texts.items() if not path.exists() or path.read_text() != text]
        drawn = args.results.with_suffix(".svg")
        if results.of("speeds") and not (drawn.exists() and _mark(results) in drawn.read_text()):
            stale.append(drawn.name)
        if stale:
            print(f"stale: {', '.join(stale)}; run python asv_bench/peers.py write", file=sys.stderr)
        return int(bool(stale))
    for path, text in texts.items():
        path.write_text(text)
    picture(results)
    print("\n".join([*_introduction(results), "", *_lost(results)]))
    return 0


# --- the command ------------------------------------------------------------------------------------------------------


def _counts(text: str) -> list[int]:
    counts = [int(part) if part.isdecimal() else 0 for part in text.split(",")]
    if min(counts) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1,2")
    return counts


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("install", help="an environment with all peers")
    make.add_argument("folder", nargs="?", type=Path, default=Path(__file__).with_name(".venv"))
    doing = commands.add_parser("run", help="measure what is missing")
    doing.add_argument("names", nargs="*", metavar="NAME", help="functions; default: all")
    doing.add_argument("--short", action="store_true", help="one size, one shape, one axis; shorter slices")
    doing.add_argument("--threads", type=_counts, help="as 1,2 (default: 1 and all there are)")
    doing.add_argument("--minutes", type=float, help="stop after so many; the next run goes on from there")
    doing.add_argument("--fresh", action="store_true", help="forget what was measured before")
    part = commands.add_parser("measure")  # one part of a run
    part.add_argument("what", choices=("cells", "errors", "roofline"))
    part.add_argument("names", nargs="+")
    part.add_argument("--threads", type=_counts)
    part.add_argument("--until")
    part.add_argument("--short", action="store_true")
    made = commands.add_parser("write", help="the page, the picture, README's table")
    made.add_argument("--check", action="store_true", help="exit code 1 if the page is stale")
    for command in (doing, part, made):
        command.add_argument("--results", type=Path, default=RESULTS)
    args = parser.parse_args(arguments)
    if args.command == "install":
        return install(args.folder)
    if args.command == "run":
        import fastact

        args.threads = args.threads or sorted({1, fastact.get_num_threads()})
        return run(args)
    return measure(args) if args.command == "measure" else write(args)


if __name__ == "__main__":
    sys.exit(_output.run("peers.py", main, sys.argv[1:]))
