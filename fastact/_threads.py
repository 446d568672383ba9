"""How many threads a call may use: the limits that come from outside, and the functions that set one."""

import operator
import os
import sys
import warnings
from pathlib import Path

from . import _core
from ._processors import processors


def set_num_threads(n, /):
    """Limit the threads of every call of this process.

    Parameters
    ----------
    n : int
        At least 1. Small arrays use fewer, down to one.

    Raises
    ------
    TypeError, ValueError
        `n` is not an integer, or below 1.

    See Also
    --------
    threads : the same for one block of code in one thread.

    Notes
    -----
    A forked child stays on one thread whatever is set: it has none of the threads that its parent's OpenMP started.
    """
    global process_source
    _core.set_limit(checked("set_num_threads", n))
    process_source = "set_num_threads"


class threads:  # noqa: N801 - used like a function
    """Context manager: limit the threads of the calls that are made in the block.

    Parameters
    ----------
    n : int
        At least 1.

    Raises
    ------
    TypeError, ValueError
        `n` is not an integer, or below 1.

    Notes
    -----
    The limit belongs to the context (`contextvars`) that enters the block: other threads and other coroutines keep
    theirs, and a task that is started in the block inherits it. Of several open blocks the innermost one counts whose
    code is running; one that a suspended generator has left open counts only where no other does, and no longer than
    the generator lives.

    Examples
    --------
    >>> with fastact.threads(1):
    ...     fastact.gelu(x, out=x)
    """

    def __init__(self, n):
        self.n = checked("threads", n)
        self.entered = []  # a stack: one object may be entered again inside its own block

    def __enter__(self):
        self.entered.append(_core.enter_block(self.n, sys._getframe(1)))
        return self

    def __exit__(self, *exception):
        _core.leave_block(self.entered.pop())


def checked(function, n):
    try:
        n = operator.index(n)
    except TypeError:
        raise TypeError(f"{function}: n must be an integer, not {type(n).__name__}") from None
    if n < 1:
        raise ValueError(f"{function}: n = {n} must be >= 1")
    return min(n, 2**31 - 1)


def initial_limit():
    """(limit, where it comes from)"""
    text = os.environ.get("FASTACT_NUM_THREADS", "").strip()
    if text.isdecimal() and int(text) >= 1:
        return min(int(text), 2**31 - 1), "FASTACT_NUM_THREADS"
    if text:
        warnings.warn(f"FASTACT_NUM_THREADS={text!r} is ignored: it must be an integer >= 1", stacklevel=3)
    if os.environ.get("OMP_NUM_THREADS", "").strip():
        return _core.omp_max_threads(), "OMP_NUM_THREADS"
    # OpenMP may have bound this thread to one processor when it was loaded; it knows how many there were
    limits = {
        "processors": max(processors(), _core.omp_num_procs()),
        "cgroup quota": cgroup_quota(),
        "OpenMP": _core.omp_max_threads(),
    }
    name = min(limits, key=limits.get)
    return limits[name], name


def cgroup_quota(process="/proc/self/cgroup", mounts="/sys/fs/cgroup"):
    """Processors that the CPU quota of a container amounts to, rounded up; infinity where there is none.

    Version 2 has "quota period" in cpu.max, version 1 two files; each ancestor may have a tighter one.
    """
    try:
        lines = Path(process).read_text().splitlines()
    except OSError:
        return float("inf")
    quota = float("inf")
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = Path(mounts, controllers)
        folder = root / path.lstrip("/")
        # inside a container the path may be the host's and not exist; its own limits then stand at the root
        for place in (folder, *folder.parents):
            quota = min(quota, quota_of(place, controllers))
            if place == root:
                break
    return quota


def quota_of(folder, controllers):
    try:
        if controllers:
            limit, period = ((folder / f"cpu.cfs_{what}_us").read_text() for what in ("quota", "period"))
        else:
            limit, period = (folder / "cpu.max").read_text().split()
        if limit == "max" or int(limit) <= 0 or int(period) <= 0:
            return float("inf")
        return -(-int(limit) // int(period))
    except (OSError, ValueError):
        return float("inf")


def limit_source():
    """Where the limit in force comes from."""
    if not _core.openmp_info()["enabled"]:
        return "built without OpenMP"
    own = _core.get_override() or _core.get_limit()
    if _core.get_num_threads() < own:
        return "OpenMP's limit or a fork"
    return "threads" if _core.get_override() else process_source


process_limit, process_source = initial_limit()
_core.set_limit(process_limit)
