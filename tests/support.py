"""What the tests share: the rows of the registry, how to call them, inputs that hurt, exact comparison."""

import contextlib
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from fastact import _core
from fastact._reference import REFERENCES
from fastact._reference_functions import FUNCTION_REFERENCES, Exact, Meter
from fastact._registry import ROWS
from fastact._timing import peak_of as peak_of

TESTS = Path(__file__).resolve().parent
KINDS = ("forward", "backward", "backward_y")
DTYPES = (np.float32, np.float64)
ISAS = _core.instruction_sets()["available"]
PASSES = [(row, kind) for row in ROWS.values() for kind in KINDS if kind != "backward_y" or row.from_y]
#: bytes of a vector; an instruction set that is not here is taken for the widest
VECTOR = {"portable": 1, "sse2": 16, "neon": 16, "avx2": 32}

#: is this a run under AddressSanitizer (CONTRIBUTING.md)?
SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")
unsanitized = pytest.mark.skipif(SANITIZED, reason="AddressSanitizer adds to the memory that is measured")

each_row = pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
each_pass = pytest.mark.parametrize(("row", "kind"), [pytest.param(r, k, id=f"{r.name}-{k}") for r, k in PASSES])
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=["float32", "float64"])
each_isa = pytest.mark.parametrize("isa", ISAS)
#: classes of instruction sets: within each all results have the same bits
CLASSES = (("portable", "sse2"), ("avx2", "avx512", "neon"))
PAIRS = [pair for isas in CLASSES for pair in pairwise(isas) if set(pair) <= set(ISAS)]


def lanes(isa, dtype):
    return max(1, VECTOR.get(isa, 64) // np.dtype(dtype).itemsize)


def defaults(row):
    return tuple(p.default for p in row.params)


def legal(row, kind):
    """The parameters to test a pass with: those of the reference, without the ones that its rules forbid."""
    chosen = []
    for params in REFERENCES[row.name].test_params:
        rules = [p.rule for p in row.params] + [p.rule_y for p in row.params if kind == "backward_y"]
        values = [*params] * (2 if kind == "backward_y" else 1)
        if all(allowed(rule, value, params) for rule, value in zip(rules, values, strict=True)):
            chosen.append(params)
    return chosen


def allowed(rule, value, params):
    return {"ANY": True, "POSITIVE": value > 0, "NONNEGATIVE": value >= 0, "NONZERO": value != 0,
            "ABOVE_PREVIOUS": tuple(sorted(params)) == tuple(params),
            "BELOW_PREVIOUS": tuple(sorted(params, reverse=True)) == tuple(params)}[rule]  # fmt: skip


def mixed(dtype, n=1000, seed=0):
    """Values where the functions live and where they end, and every special one, in an order that mixes them."""
    random, info = np.random.default_rng(seed), np.finfo(dtype)
    tail = -np.log(float(info.smallest_subnormal))
    least = info.smallest_subnormal
    special = [0, -0.0, np.inf, -np.inf, np.nan, info.tiny, -info.tiny, least, -least,
               info.max, -info.max, 1, -1, 3, -3, 6, -1.5, 0.5, -0.5, info.tiny / 2, 1e4, -1e4]  # fmt: skip
    values = np.concatenate(
        [special, random.normal(size=n) * 3, random.uniform(-tail, tail, n), random.uniform(-tail, 0, n)]
    )
    return np.resize(random.permutation(values[: max(n, len(special))]), n).astype(dtype)


def gradients(dtype, n=1000, seed=1):
    g = np.random.default_rng(seed).normal(size=n)
    g[::3] = 1
    return g.astype(dtype)


def arguments(row, kind, x, grad, params=None):
    """(a, b, params) for a kernel: b is the x, or the y, of the backward pass."""
    params = defaults(row) if params is None else params
    if kind == "forward":
        return x, None, params
    return grad, (x if kind == "backward" else run(row, "forward", x, None, params)), params


def run(row, kind, a, b, params=(), out=None):
    """The public function."""
    if kind == "forward":
        return row.forward(a, *params, out=out)
    if kind == "backward":
        return row.backward(a, b, *params, out=out)
    return row.backward(a, None, *params, y=b, out=out)


def run_isa(isa, row, kind, a, b, params=(), out=None):
    """The kernel of an instruction set."""
    out = np.empty_like(a) if out is None else out
    _core.run_kernel(isa, row.name, kind, out, a, b, params)
    return out


def differences(got, wanted):
    """Indices where the bits differ; one NaN is as good as another."""
    got, wanted = np.atleast_1d(got), np.atleast_1d(wanted)
    assert got.dtype == wanted.dtype
    assert got.shape == wanted.shape
    bits = f"u{got.itemsize}"
    same = np.ascontiguousarray(got).view(bits) == np.ascontiguousarray(wanted).view(bits)
    return np.argwhere(~(same | (np.isnan(got) & np.isnan(wanted))))


def assert_same(got, wanted, what=""):
    bad = differences(got, wanted)
    if bad.size:
        i = tuple(bad[0])
        one, other = np.atleast_1d(got)[i], np.atleast_1d(wanted)[i]
        pytest.fail(f"{what}: {len(bad)} of {np.size(got)} differ, element {i}: {one!r}, not {other!r}")


def errors_of(name, kind, got, **arrays):
    """The errors in ULP of the results of a function that is not elementwise, by its reference in mpmath, as rows."""
    m, got = Exact(400), got if isinstance(got, tuple) else (got,)
    dtype = got[0].dtype.name
    expected = FUNCTION_REFERENCES[name].passes[kind].evaluate(m, dtype, arrays)
    return [Meter(m, e, dtype).errors(g.reshape(np.shape(e.value))) for e, g in zip(expected, got, strict=True)]


def python(*arguments, timeout=120, cwd=None, **environment):
    """A fresh interpreter, away from the source folder. Returns the finished process."""
    env = {k: v for k, v in os.environ.items() if k not in ("FASTACT_ISA", "FASTACT_NUM_THREADS", "OMP_NUM_THREADS")}
    cwd = cwd or os.environ.get("TMPDIR", "/tmp")
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=timeout,
                          env={**env, **environment}, cwd=cwd)  # fmt: skip


def child(name, *arguments, **options):
    """Runs a function of children.py in a process of its own; it must come to its end."""
    done = python("-X", "faulthandler", str(TESTS / "children.py"), name, *arguments, **options)
    assert done.returncode == 0, f"{name} {arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@contextlib.contextmanager
def threads_from(n):
    """Arrays of n elements on are cut among threads, whether that pays or not."""
    before, backed_off = _core._get_parallel_from(), _core._set_back_off(False)
    for cost in before:
        _core._set_parallel_from(cost, n)
    yield
    _core._set_back_off(backed_off)
    for cost, was in before.items():
        _core._set_parallel_from(cost, was)


def assert_same_in_each_class(found):
    """found: what each instruction set gave."""
    for one, other in PAIRS:
        assert found[one] == found[other], (one, other, found)


# the same array, otherwise in memory


def every_other(a):
    big = np.zeros([2 * n for n in a.shape], a.dtype)
    view = big[(..., *(slice(None, None, 2) for _ in a.shape))]
    view[...] = a
    return view


def turned(a):
    return np.array(a.T, order="C").T


def unaligned(a):
    room = np.zeros(a.nbytes + 1, np.uint8)[1:].view(a.dtype)
    room[...] = a.ravel()
    return room.reshape(a.shape)


def swapped(a):
    return a.astype(a.dtype.newbyteorder())
