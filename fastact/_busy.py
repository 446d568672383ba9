"""``python -m fastact bench --busy K``: what threads cost where the machine has something else to do.

K processes that never rest run beside. Calls on all threads and calls on one take turns, in slices of 50 ms; every
call counts, also the one in a thousand that waits for a core. --gap leaves so many microseconds between two calls, in
which this process computes and the threads of the last call fall asleep. --beside has another library use threads of
its own in this process before each slice. SLOWER marks a line whose mean with threads is more than 1.25 times that with
one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from . import _core, get_num_threads
from ._threads import threads

SLICE = 0.05  # seconds
LIMIT = 1.25
#: a process that computes until its parent is gone
BUSY = "import os\np = os.getppid()\nwhile os.getppid() == p:\n    for i in range(1000000): pass"

Call = Callable[[], Any]


def _elementwise(name: str, n: int) -> Call:
    x = np.random.default_rng(0).normal(size=n).astype(np.float32)
    out, function = np.empty_like(x), getattr(_core, name)
    return lambda: function(x, out=out)


def _normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def _softmax() -> Call:
    x = _normal(64, 1000)
    out = np.empty_like(x)
    return lambda: _core.softmax(x, out=out)


def _log_softmax_backward() -> Call:
    y, grad = _core.log_softmax(_normal(1024, 1024)), _normal(1024, 1024, seed=1)
    out = np.empty_like(y)
    return lambda: _core.log_softmax_backward(grad, y, out=out)


def _prelu_backward() -> Call:
    x, grad = _normal(1024, 1024), _normal(1024, 1024, seed=1)
    weight, out = np.full(1024, 0.25, np.float32), np.empty_like(x)
    total = np.empty_like(weight)
    return lambda: _core.prelu_backward(grad, x, weight, out=out, out_weight=total)


def _softmax_cross_entropy() -> Call:
    x, labels = _normal(512, 1000), np.random.default_rng(1).integers(0, 1000, 512)
    out = np.empty_like(x)
    return lambda: _core.softmax_cross_entropy(x, labels, out_grad=out)


def _swiglu_backward() -> Call:
    grad, value, gate = (_normal(512, 512, seed=i) for i in range(3))
    outs = np.empty_like(value), np.empty_like(gate)
    return lambda: _core.swiglu_backward(grad, value, gate, out=outs)


#: what is measured: each schedule, short calls and long ones
CASES: dict[str, Callable[[], Call]] = {
    "sigmoid 32Ki": lambda: _elementwise("sigmoid", 1 << 15),
    "gelu 1Mi": lambda: _elementwise("gelu", 1 << 20),
    "relu 4Mi": lambda: _elementwise("relu", 1 << 22),
    "softmax 64x1000": _softmax,
    "log_softmax_backward 1024x1024": _log_softmax_backward,
    "softmax_cross_entropy 512x1000": _softmax_cross_entropy,
    "prelu_backward 1024x1024": _prelu_backward,
    "swiglu_backward 512x512": _swiglu_backward,
}


@contextlib.contextmanager
def busy_processes(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many, until the block ends."""
    running = [subprocess.Popen([sys.executable, "-S", "-c", BUSY]) for _ in range(count)]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


def _neighbour(name: str | None) -> Call:
    """Something that another library does on all of its threads, which then wait for more."""
    if name is None:
        return lambda: None
    if name == "torch":
        import torch

        tensor = torch.randn(1 << 20)
        return lambda: torch.sigmoid(tensor)
    import onnxruntime

    from ._peers import ONNX, onnx_model

    x = _normal(1 << 20)
    model, _, _ = onnx_model([ONNX["sigmoid"]], x.dtype, {"x": x, "y": x})
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"x": x})


@dataclass
class Line:
    """One row of the table; times in microseconds."""

    case: str
    busy: int
    gap: int
    beside: str
    serial: float
    serial_p99: float
    threads: float
    threads_p99: float
    calls: int

    @property
    def ratio(self) -> float:
        """Of the means."""
        return self.threads / self.serial


def measure(case: str, busy: int, gap: int, beside: str | None, count: int, seconds: float) -> Line:
    """Calls on one thread and on `count`, in turns."""
    call, neighbour = CASES[case](), _neighbour(beside)
    times: dict[int, list[float]] = {1: [], count: []}
    clock = time.perf_counter
    for n in times:
        with threads(n):
            call()
    end, turn = clock() + seconds, 0
    while turn < 2 or clock() < end or turn % 2:
        n = (1, count)[turn % 2]
        with threads(n):
            neighbour()
            stop = clock() + SLICE
            while (start := clock()) < stop:
                call()
                after = clock()
                times[n].append(after - start)
                while clock() < after + gap * 1e-6:
                    pass
        turn += 1
    mean = [1e6 * float(np.mean(times[n])) for n in (1, count)]
    p99 = [1e6 * float(np.percentile(times[n], 99)) for n in (1, count)]
    return Line(case, busy, gap, beside or "", mean[0], p99[0], mean[1], p99[1], len(times[count]))


def main(args: argparse.Namespace, head: dict[str, Any]) -> int:
    """Print the table."""
    count = max(args.threads or [get_num_threads()])
    chosen = [case for case in CASES if not args.names or case.split()[0] in args.names]
    if count < 2 or not chosen:
        print(
            "fastact bench: --busy needs at least two threads"
            if count < 2
            else f"fastact bench: --busy measures {', '.join(case.split()[0] for case in CASES)}",
            file=sys.stderr,
        )
        return 2
    gaps = args.gap if args.gap is not None else [0] if args.busy else [0, 100, 500]
    lines = []
    if not args.json:
        print(f"{args.busy} busy processes, {count} threads; us a call, mean and 99th percentile\n")
        print(f"{'call':33}{'gap':>5}{'1 thread':>10}{'p99':>8}{f'{count} threads':>11}{'p99':>8}{'ratio':>7}")
    with busy_processes(args.busy):
        for case in chosen:
            for gap in gaps:
                line = measure(case, args.busy, gap, args.beside, count, args.seconds)
                lines.append(line)
                if not args.json:
                    mark = "  SLOWER" if line.ratio > LIMIT else ""
                    print(
                        f"{case:33}{gap:5}{line.serial:10.1f}{line.serial_p99:8.0f}{line.threads:11.1f}"
                        f"{line.threads_p99:8.0f}{line.ratio:7.2f}{mark}",
                        flush=True,
                    )
    if args.json:
        rows = [{**asdict(line), "ratio": line.ratio} for line in lines]
        print(json.dumps({"machine": head, "threads": count, "lines": rows}, indent=1))
    return 0
