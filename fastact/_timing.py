"""How `bench` and the suite in ``asv_bench/`` measure: statements, the loops around them, turns; bytes.

Nothing here runs at import, so that the suite can load it from a checkout beside any fastact that is installed.
A change of how times are taken raises `_METHOD` in asv_bench/benchmarks/common.py.
"""

from __future__ import annotations

import time
import timeit
import tracemalloc
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from . import _core
from ._cases import Case
from ._peers import Peer, Statement, words

#: elements from which the time of one call is long enough to be taken alone
ALONE = 1 << 16

Timer = Callable[[int], float]  # number of calls -> seconds
Refill = tuple[np.ndarray, np.ndarray]  # the buffer, and what it is filled with


class Fastact:
    """This package, as a peer of the others."""

    name = "fastact"

    @staticmethod
    def functions(case: Case) -> dict[str, Any]:
        """The names of a statement that are its functions."""
        return {"f": getattr(_core, case.function), "df": getattr(_core, f"{case.function}_backward", None)}

    @staticmethod
    def statement(case: Case, kind: str, names: dict[str, Any]) -> Statement | None:
        """For this pass."""
        text = case.text("fastact", kind)
        return (text, {**names, **Fastact.functions(case)}) if text else None

    @staticmethod
    def save(case: Case, names: dict[str, Any]) -> None:
        """What the backward passes read."""
        exec(case.saved, {**names, **Fastact.functions(case)})


class Multiply:
    """The memory limit: an in-place multiply, with threads by slices (or PyTorch's, which has the better threads)."""

    name = "multiply"
    text = "np.multiply(x, 1.0000001, out=x)"

    def __init__(self, peers: Sequence[Peer] = ()) -> None:
        self.torch = next((peer for peer in peers if peer.name == "torch"), None)
        self.count, self.pool = 1, None

    def threads(self, n: int) -> None:
        """Use n threads from now on."""
        if self.pool:
            self.pool.shutdown()
        self.count, self.pool = n, ThreadPoolExecutor(n) if n > 1 and not self.torch else None

    def statement(self, case: Case, kind: str, names: dict[str, Any]) -> Statement | None:
        """For this pass, if it is in place."""
        if kind != "inplace" or case.layout.target is None:
            return None
        x = names[case.layout.target]
        if self.count == 1:
            return self.text, {"np": np, "x": x}
        if self.torch:
            text = "x.mul_(1.0000001)"
            return text, self.torch.names(text, {"x": x})
        parts = np.array_split(x if len(x) >= self.count else x.T, self.count)
        pool = self.pool
        return "list(run(scale, parts))", {
            "run": pool.map,
            "scale": lambda part: np.multiply(part, 1.0000001, out=part),
            "parts": parts,
        }


def timer_of(statement: Statement, refill: Refill | None = None) -> Timer:
    """The time of a number of calls, each on a fresh buffer if there is one to refill."""
    text, names, *before = statement
    timer = timeit.Timer(text, *before, globals=names)
    timer.timeit(1)
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


def timer_of_pool(statements: Sequence[Statement], refills: Sequence[Refill]) -> Timer:
    """The same for calls too short to be timed alone: one text, on each of several fresh buffers."""
    text, names = statements[0]
    keys = [key for key in sorted(words(text) & names.keys()) if any(s[1][key] is not names[key] for s in statements)]
    pool = [tuple(given[key] for key in keys) for _, given in statements]
    timer = timeit.Timer(f"for {', '.join(keys)}, in pool: {text}", globals={**names, "pool": pool})
    timer.timeit(1)

    def fresh(number: int) -> float:
        total, times = 0.0, -(-number // len(pool))
        for _ in range(times):
            for buffer, source in refills:
                np.copyto(buffer, source)
            total += timer.timeit(1)
        return total * number / (times * len(pool))

    return fresh


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


def peak_of(invoke: Callable[[], Any]) -> int:
    """Bytes that a call allocates at its peak: the least of three, the interpreter has allocations of its own."""
    for _ in range(3):
        invoke()
    peaks = []
    tracemalloc.start()
    try:
        invoke()
        for _ in range(3):
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            invoke()
            peaks.append(tracemalloc.get_traced_memory()[1] - before)
        return min(peaks)
    finally:
        tracemalloc.stop()
