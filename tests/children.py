"""Programs that the tests run in processes of their own, because they may crash, hang, or spoil the one they run in.

python children.py NAME [ARGUMENTS]
"""

import contextlib
import ctypes
import hashlib
import itertools
import mmap
import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
from fuzz.memory import fenced


def guard_pages(isa):
    """Every kernel, right before and right after memory that must not be touched: a read too far is a crash."""
    from support import DTYPES, PASSES, defaults, lanes

    from fastact import _core

    areas = [fenced(mmap.PAGESIZE) for _ in range(7)]  # out, x, b, and up to four parameters
    for dtype in DTYPES:
        size = np.dtype(dtype).itemsize
        for row, kind in PASSES:
            for n in range(3 * lanes(isa, dtype) + 2):
                for at_end in (False, True):
                    arrays = [a[len(a) - n * size :] if at_end else a[: n * size] for _, a in areas]
                    out, x, b, *params = (a.view(dtype) for a in arrays)
                    for array, value in zip((x, b, *params), (0.5, 0.25, *defaults(row)), strict=False):
                        array[:] = value
                    second = None if kind == "forward" else b
                    _core.run_kernel(isa, row.name, kind, out, x, second, defaults(row))
                    if row.params and n:
                        _core.run_kernel(isa, row.name, kind, out, x, second, tuple(params[: len(row.params)]))
                    _core.run_kernel(isa, row.name, kind, x, x, second, defaults(row))
    print("no page touched")


def guard_every_family():
    """Every family, with every layout of each operand, beside pages that must not be touched."""
    from fuzz.run import sweep

    print("no page touched in", sweep(repeats=6), "calls")


def sums_beside_pages():
    """Gradients of biases and of parameters, losses: with outs that end, and begin, with a page."""
    import fastact

    for dtype in (np.float32, np.float64):
        size = np.dtype(dtype).itemsize
        for shape in ((300, 5), (9, 7), (40, 3, 4), (1, 6)):
            n = int(np.prod(shape))
            grad, x = np.random.default_rng(0).normal(size=(2, *shape)).astype(dtype)
            wanted = fastact.bias_activation_backward(grad, "gelu", z=x, axis=1)
            for at_end in (False, True):
                for signs in itertools.product((1, -1), repeat=len(shape)):
                    area = fenced(n * size)[1]
                    area = area[len(area) - n * size :] if at_end else area[: n * size]
                    out = area.view(dtype).reshape(shape)[tuple(slice(None, None, s) for s in signs)]
                    got = fastact.bias_activation_backward(grad, "gelu", z=x, axis=1, out=out)
                    assert got[0] is out
                    for one, other in zip(got, wanted, strict=True):
                        assert np.array_equal(one, other)
                    out[...] = x
                    each, eps = np.full(shape[1:], 0.8), np.full(shape, -1e-6)
                    fastact.xielu_parameters_backward(grad, out, 0.8, each, 0.5, eps)
                    fastact.sigmoid_cross_entropy(out, grad)
                    fastact.softmax_cross_entropy(out, abs(grad))
    print("no page touched")


def index_race():
    """maxout_backward beside a thread that spoils the index; what lies around out must stay as it is."""
    import fastact

    units, pieces = 1 << 16, 5
    index, grad = np.zeros(units, np.uint8), np.ones(units, np.float32)
    room = np.full(units * pieces + 600, 7, np.float32)
    out = room[300:-300]
    stop = False

    def spoil():
        while not stop:
            index[-1:] = 255
            index[-1:] = 0

    thread = threading.Thread(target=spoil)
    thread.start()
    sys.setswitchinterval(1e-5)
    for _ in range(3000):
        with contextlib.suppress(ValueError):
            fastact.maxout_backward(grad, index, pieces, out=out)
    stop = True
    thread.join()
    assert (room[:300] == 7).all()
    assert (room[-300:] == 7).all()
    print("nothing written outside")


def small_stacks():
    """Everything that runs along channels, on threads whose stacks OMP_STACKSIZE makes small."""
    import fastact
    from fastact import _core

    for cost in ("LIGHT", "EXP", "HEAVY"):
        _core._set_parallel_from(cost, 64)
    fastact.set_num_threads(3)
    for dtype in (np.float32, np.float64):
        for shape in ((300, 140), (70, 3000), (40, 6, 9, 5)):
            x, grad = (np.random.default_rng(seed).normal(size=shape).astype(dtype)[..., ::-1] for seed in (0, 1))
            weight = np.full(shape[1], 0.25, dtype)
            fastact.prelu(x, weight)
            fastact.prelu_backward(grad, x, weight)
            fastact.swish_parameters_backward(grad, x, weight.reshape(-1, *(1,) * (len(shape) - 2)))
            fastact.bias_activation(x, weight, "gelu", axis=1)
            fastact.bias_activation_backward(grad, "gelu", z=x, axis=1)
            fastact.rrelu(x, seed=1)
            fastact.sigmoid_cross_entropy(x, abs(grad), out_grad=x)
    print("ran")


def read_too_far():
    """What `guard_pages` must be able to see."""
    _, usable = fenced(mmap.PAGESIZE)
    address = usable.__array_interface__["data"][0]
    ctypes.string_at(address + len(usable) - 1, 2)


def fork():
    """A forked child of a process that has used threads works, serially, and comes to its end; so does its child."""
    import fastact
    from fastact import _core

    _core._set_back_off(False)
    for cost in ("LIGHT", "EXP", "HEAVY"):
        _core._set_parallel_from(cost, 1000)
    fastact.set_num_threads(3)
    x = np.linspace(-5, 5, 100_001, dtype=np.float32)
    wanted = fastact.gelu(x)
    print("threads in the parent:", fastact.get_num_threads(), flush=True)

    def work(depth):
        child = os.fork()
        if not child:
            ok = fastact.get_num_threads() == 1 and np.array_equal(fastact.gelu(x), wanted)
            with fastact.threads(2):
                ok = ok and np.array_equal(fastact.gelu_backward(x, x), fastact.gelu_backward(x, x))
            if depth and ok:
                ok = work(depth - 1)
            os._exit(0 if ok else 1)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return status == 0
            time.sleep(0.01)
        os.kill(child, 9)
        return False

    assert work(1), "a child failed or hung"
    assert np.array_equal(fastact.gelu(x), wanted)
    assert fastact.get_num_threads() == 3, "the parent keeps its threads"

    import multiprocessing

    with multiprocessing.get_context("fork").Pool(2) as pool:
        for got in pool.map_async(fastact.gelu, [x] * 4).get(timeout=60):
            assert np.array_equal(got, wanted)
    print("forked")


def no_thread_at_import():
    """The import starts none, neither does a small call; a large one may."""
    import fastact

    def count():
        return len(os.listdir("/proc/self/task"))

    before = count()
    import numpy  # noqa: F401 - its BLAS has threads

    base = count()
    fastact.gelu(np.zeros(100, np.float32))
    assert count() == base == before, (before, base, count())
    print("none")


def flush_to_zero(library):
    """Another library's flush-to-zero: results that are normal numbers, from normal ones, stay within their bounds."""
    set_mxcsr = ctypes.CDLL(library).set_mxcsr
    from support import DTYPES, ISAS, legal, run_isa

    from fastact._reference import REFERENCES
    from fastact._registry import ROWS

    x64 = np.concatenate(
        [np.linspace(-800, 800, 100_001), np.geomspace(1e-30, 1e30, 4001), -np.geomspace(1e-30, 1e30, 4001)]
    )
    x64 = np.concatenate([x64, np.linspace(-110, 110, 50_001), np.linspace(-40, 40, 50_001)])
    worst = []
    for dtype in DTYPES:
        info, x = np.finfo(dtype), x64.astype(dtype)
        ones = np.ones_like(x)
        for row in ROWS.values():
            for kind in ("forward", "backward"):
                for params in legal(row, kind)[:2]:
                    for isa in ISAS:
                        arguments = (x, None) if kind == "forward" else (ones, x)
                        plain = run_isa(isa, row, kind, *arguments, params)
                        set_mxcsr(0x9FC0)  # flush to zero, denormals are zeros
                        got = run_isa(isa, row, kind, *arguments, params)
                        set_mxcsr(0x1F80)
                        normal = (abs(plain) > 4 * info.tiny) & np.isfinite(plain)
                        for zero in REFERENCES[row.name].zeros(kind, *params):
                            normal &= abs(x - zero) > 0.5
                        ulp = abs(got[normal] - plain[normal]) / np.spacing(abs(plain[normal]))
                        if not ulp.max() <= 2 * row.bounds[np.dtype(dtype).name, kind]:
                            i = ulp.argmax()
                            worst.append(
                                f"{isa} {row.name}{params} {kind} {dtype.__name__}: {ulp.max():.3g} ULP"
                                f" at {x[normal][i]!r}: {got[normal][i]!r}, not {plain[normal][i]!r}"
                            )
    assert not worst, "\n".join(worst)
    print("within bounds")


def control_word(library):
    """With flush to zero, or rounded upwards, calls of every schedule give the same bits on one thread and on three."""
    from support import threads_from

    import fastact

    set_mxcsr = ctypes.CDLL(library).set_mxcsr
    random = np.random.default_rng(0)
    tiny = (random.normal(size=(64, 256)) * 1e-38).astype(np.float32)
    x, weight = random.normal(size=(64, 256)).astype(np.float32) * 30, random.normal(size=256).astype(np.float32)
    labels, index = random.integers(0, 256, 64), np.zeros((64, 64), np.uint8)
    cases = [
        lambda: fastact.gelu(tiny),
        lambda: fastact.sigmoid(-3 * np.abs(x)),
        lambda: fastact.swiglu(tiny, x),
        lambda: fastact.softmax(x),
        lambda: fastact.softmax(x, 0),
        lambda: fastact.softmax(x.reshape(1, -1)),
        lambda: fastact.sparsemax(x),
        lambda: fastact.softmax_cross_entropy(x, labels, out_grad=np.empty_like(x)),
        lambda: fastact.prelu_backward(tiny, x, weight)[0],
        lambda: fastact.prelu_backward(tiny, x, weight)[1],
        lambda: fastact.bias_activation(tiny, weight * np.float32(1e-38), "elu"),
        lambda: fastact.maxout_backward(tiny.reshape(64, -1)[:, :64], index, 4),
        lambda: fastact.crelu(tiny),
        lambda: fastact.rrelu(tiny, seed=3),
    ]
    differ = set()
    with threads_from(2):
        for control in (0x9FC0, 0x5F80):
            for i, case in enumerate(cases):
                found = []
                for n in (1, 3):
                    with fastact.threads(n):
                        set_mxcsr(control)
                        try:
                            found.append(case())
                        finally:
                            set_mxcsr(0x1F80)
                assert np.array_equal(*[np.asarray(one).view(np.uint32) for one in found]), (hex(control), i)
                if not np.array_equal(found[0], case()):
                    differ.add(control)
    assert differ == {0x9FC0, 0x5F80}, "the control word changes nothing here"
    print("the same")


def stack_of_helpers():
    """The most bytes of a helper's stack that calls of every schedule have touched."""
    from support import threads_from

    import fastact

    def stacks():
        """Mappings with a guard page before them, of the size of a helper's stack: address -> bytes in memory."""
        found, size = {}, None
        for line in Path("/proc/self/smaps").read_text().splitlines():
            first = line.split()[0]
            if "-" in first and not first.endswith(":"):
                start, end = (int(part, 16) for part in first.split("-"))
                size = end - start
            elif first == "Rss:" and size == 256 << 10:
                found[start] = int(line.split()[1]) << 10
        return found

    before = set(stacks())
    random = np.random.default_rng(0)
    with threads_from(2), fastact.threads(2):
        for dtype in (np.float32, np.float64):
            x = random.normal(size=(256, 1100)).astype(dtype)
            weight, labels, seed = np.full(1100, 0.25, dtype), random.integers(0, 1100, 256), 7
            wide, turned = np.ascontiguousarray(x.T), x[:, ::2]
            for _ in range(20):
                for name in ("gelu", "mish", "sine", "phish", "tanhexp"):
                    f, df = getattr(fastact, name), getattr(fastact, f"{name}_backward")
                    f(x), df(x, x), f(turned), df(turned, turned)
                for name in ("softmax", "log_softmax", "sparsemax", "entmax15"):
                    f, df = getattr(fastact, name), getattr(fastact, f"{name}_backward")
                    for axis in (0, 1):
                        y = f(x, axis)
                        df(x, y, axis)
                        f(wide, axis)
                    f(x, where=x > 0)
                fastact.softmax(x.reshape(1, -1))
                fastact.logsumexp(x, 0)
                fastact.swiglu_backward(x, x, x)
                for axis, t in ((1, labels), (0, random.integers(0, 256, 1100))):
                    fastact.softmax_cross_entropy(x, t, axis, out_grad=np.empty_like(x))
                fastact.sigmoid_cross_entropy(turned, turned > 0, out_grad=np.empty_like(turned))
                fastact.prelu_backward(x, x, weight), fastact.prelu_backward(turned, turned, weight[::2])
                fastact.prelu_backward(wide, wide, weight, 0)
                fastact.bias_activation_backward(turned, "gelu", z=turned)
                fastact.maxout(x, 4, return_index=True)
                fastact.crelu(x)
                fastact.rrelu(turned, seed=seed), fastact.gumbel_softmax(x, seed=seed)
    print(max(size for start, size in stacks().items() if start not in before))


def python_threads():
    """Calls from many Python threads at once, with limits of their own, give the results of calls one by one."""
    import fastact
    from fastact import _core

    _core._set_back_off(False)
    for cost in ("LIGHT", "EXP", "HEAVY"):
        _core._set_parallel_from(cost, 2000)
    x = np.linspace(-9, 9, 30_001, dtype=np.float32)
    functions = (
        fastact.gelu,
        fastact.tanh,
        fastact.relu,
        fastact.mish,
        lambda v, out=None: fastact.elu(v, 0.5, out=out),
    )
    wanted = [f(x) for f in functions]
    errors = []

    def work(seed):
        random = np.random.default_rng(seed)
        for _ in range(60):
            i, n = random.integers(len(functions)), int(random.integers(1, 4))
            buffer = x.copy()
            with fastact.threads(n):
                inside = fastact.get_num_threads()
                functions[i](buffer, out=buffer)
            if inside != n or not np.array_equal(buffer, wanted[i]):
                errors.append((seed, i, n, inside))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(90)
    assert not any(t.is_alive() for t in threads), "a thread hangs"
    assert not errors, errors[:5]
    print("agreed")


def rows_hash():
    """The bits of the row functions on rows of all kinds, with this process's instruction set."""
    import fastact

    digest = hashlib.sha256()
    for dtype, (n, length) in itertools.product(
        (np.float32, np.float64),
        ((1, 1), (3, 5), (9, 37), (13, 16), (16, 131), (20, 17), (33, 100), (5, 1500), (17, 4099), (1, 200000)),
    ):
        random = np.random.default_rng(length)
        x, grad = (random.standard_normal((2, n, length)) * [[[5]], [[40]]]).astype(dtype)
        x, grad = grad, x  # far apart, so that some results underflow
        where = random.random(x.shape) < 0.7
        for axis, name in itertools.product((-1, 0), ("softmax", "log_softmax", "softmin")):
            forward, backward = getattr(fastact, name), getattr(fastact, f"{name}_backward")
            y = forward(x, axis)
            parts = [y, forward(x, axis, where=where), forward(x, axis, 0.7), backward(grad, y, axis)]
            parts.append(fastact.logsumexp(x, axis))
            parts.append(fastact.logsumexp_backward(np.take(grad, 0, axis), x, None, axis))
            for part in parts:
                digest.update(np.where(np.isnan(part), 0, part).tobytes())
    print(digest.hexdigest())


def sparse_hash():
    """The bits of the row functions with zeros, and of noise, with this process's instruction set."""
    import fastact

    digest = hashlib.sha256()
    for dtype, (n, length) in itertools.product(
        (np.float32, np.float64), ((1, 1), (3, 5), (20, 17), (33, 100), (5, 1500), (3, 20000))
    ):
        random = np.random.default_rng(length)
        for axis, name, spread in itertools.product((-1, 0), ("hardmax", "sparsemax", "entmax15"), (0.01, 0.5, 3)):
            x, grad = (random.standard_normal((2, n, length)) * spread).astype(dtype)
            y = getattr(fastact, name)(x, axis)
            parts = [y, fastact.gumbel_softmax(x, axis, seed=length)]
            if name != "hardmax":
                parts += [getattr(fastact, name)(x, axis, where=random.random(x.shape) < 0.7)]
                parts += [getattr(fastact, f"{name}_backward")(grad, y, axis)]
            for part in parts:
                digest.update(part.tobytes())
    print(digest.hexdigest())


def entropy_hash():
    """The bits of both cross entropies and of their gradients, with this process's instruction set."""
    import fastact

    digest = hashlib.sha256()
    for dtype, (n, length) in itertools.product(
        (np.float32, np.float64),
        ((1, 1), (3, 5), (9, 37), (13, 16), (16, 131), (20, 17), (33, 100), (5, 1500), (17, 4099), (2, 140000)),
    ):
        random = np.random.default_rng(length)
        x = (random.standard_normal((n, length)) * 30).astype(dtype)
        shares = random.random((n, length)).astype(dtype)
        labels = random.integers(0, length, n)
        for t, smoothing, reduction in itertools.product((labels, shares), (0.0, 0.1), ("none", "mean")):
            grad = np.empty_like(x)
            options = {"reduction": reduction, "label_smoothing": smoothing}
            loss = fastact.softmax_cross_entropy(x, t, out_grad=grad, **options)
            digest.update(np.asarray(loss).tobytes() + grad.tobytes())
            down, x_down = np.empty(grad.T.shape, dtype), np.ascontiguousarray(x.T)
            again = fastact.softmax_cross_entropy(x_down, t if t is labels else t.T, 0, out_grad=down, **options)
            assert np.asarray(again).tobytes() == np.asarray(loss).tobytes()
            assert np.ascontiguousarray(down.T).tobytes() == grad.tobytes()
            assert fastact.softmax_cross_entropy(x, t, **options).tobytes() == np.asarray(loss).tobytes()
        for reduction in ("none", "sum"):
            grad = np.empty_like(x)
            loss = fastact.sigmoid_cross_entropy(x, shares, reduction=reduction, out_grad=grad)
            digest.update(np.asarray(loss).tobytes() + grad.tobytes())
    print(digest.hexdigest())


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
