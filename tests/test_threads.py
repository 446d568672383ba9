"""How calls are shared among threads: limits, whose threads they are, whether they pay.

test_processes.py has the limits that come from outside, test_buffers.py that threads change no bit.
"""

import asyncio
import contextlib
import itertools
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
import toolchain
from support import assert_same, child, python, threads_from, unsanitized

import fastact
from fastact import _busy, _core

SERIAL = not _core.openmp_info()["enabled"]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc and affinity as Linux has them")
pytestmark = pytest.mark.skipif(SERIAL, reason="built without OpenMP")
OWN = pytest.mark.skipif(_core.openmp_info()["threads"] != "fastact", reason="the threads are the OpenMP runtime's")
#: work of a kind that no function of this process does
KIND = 47


# --- blocks ---------------------------------------------------------------------------------------------------------


def limited(n, seen=None):
    """A generator that stays in a block."""
    with fastact.threads(n):
        while True:
            if seen is not None:
                seen.append(fastact.get_num_threads())
            yield fastact.get_num_threads()


def test_suspended_generators():
    """Each sees its own limit, whatever order they run and end in; none leaves anything behind."""
    before = fastact.get_num_threads()
    for order in itertools.permutations(range(3)):
        generators = [limited(n + 5) for n in range(3)]
        for _ in range(2):
            for i, generator in enumerate(generators):
                assert next(generator) == i + 5
        for i in order:
            generators[i].close()
        assert fastact.get_num_threads() == before
    forgotten = limited(7)
    next(forgotten)
    del forgotten
    assert fastact.get_num_threads() == before
    assert _core.get_override() == 0


def test_a_running_block_comes_before_a_suspended_one():
    generator = limited(9)
    with fastact.threads(4):
        next(generator)
        assert fastact.get_num_threads() == 4
        with fastact.threads(3):
            assert fastact.get_num_threads() == 3
            assert next(generator) == 9
            assert fastact.get_num_threads() == 3
    generator.close()


def test_context_managers_around_a_block():
    """As libraries write them: the generator is suspended while its block is meant to hold."""

    @contextlib.contextmanager
    def single():
        with fastact.threads(1):
            yield

    with single():
        assert fastact.get_num_threads() == 1
    with contextlib.ExitStack() as stack:
        stack.enter_context(fastact.threads(6))
        assert fastact.get_num_threads() == 6
    assert _core.get_override() == 0


def test_coroutines():
    """Tasks keep their limits over every switch; one inherits that of the block that starts it."""

    async def work(n):
        with fastact.threads(n):
            for _ in range(5):
                await asyncio.sleep(0)
                assert fastact.get_num_threads() == n
        await asyncio.sleep(0)
        return _core.get_override()

    async def all_of_them():
        with fastact.threads(2):
            inner = [asyncio.create_task(work(n)) for n in (3, 4, 5)]
            assert fastact.get_num_threads() == 2
            return await asyncio.gather(*inner)

    assert asyncio.run(all_of_them()) == [2, 2, 2]
    assert _core.get_override() == 0


def test_a_block_that_ends_elsewhere():
    """A generator that another thread, with a context of its own, brings to its end."""
    generator = limited(8)
    next(generator)
    other = threading.Thread(target=generator.close)
    other.start()
    other.join()
    assert _core.get_override() == 0


# --- how many -------------------------------------------------------------------------------------------------------


def test_the_number_is_capped():
    """A number that no machine has is neither an error nor that many threads."""
    for text in ("100000", "99999999999"):
        script = (
            "import numpy as np, fastact\n"
            "x = np.linspace(-4, 4, 1 << 21, dtype='f4')\n"
            "assert np.array_equal(fastact.gelu(x)[:1000], fastact.gelu(x[:1000]))\n"
            "print(fastact.get_num_threads())\n"
        )
        done = python("-c", script, FASTACT_NUM_THREADS=text)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "256\n"


STARVED = """
import resource, numpy as np, fastact
from fastact import _core
x = np.linspace(-4, 4, 1 << 20, dtype="f4").reshape(64, -1)
fastact.set_num_threads(1)
wanted = [fastact.gelu(x[:, :10]), fastact.softmax(x[:1])]
fastact.set_num_threads(8)
out = np.empty_like(x)
grown = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (grown + (100 << 10), resource.RLIM_INFINITY))
_core._set_back_off(False)
for _ in range(3):
    fastact.gelu(x, out=out)
assert np.array_equal(out[:, :10], wanted[0])
fastact.softmax(x, out=out)
assert np.array_equal(out[:1], wanted[1])
print("no thread, no harm")
"""


@LINUX
@OWN
def test_threads_that_cannot_be_made():
    """Without room for a stack the caller does the work alone."""
    done = python("-c", STARVED)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "no thread, no harm\n"


NUM = "import fastact; print(fastact.get_num_threads())"


@LINUX
@pytest.mark.parametrize(
    "variables",
    [{"OMP_PROC_BIND": "close"}, {"OMP_PROC_BIND": "true", "OMP_PLACES": "cores"}, {"OMP_PLACES": "threads"},
     {"GOMP_CPU_AFFINITY": "{all}"}],
    ids=str,
)  # fmt: skip
def test_affinity_of_openmp_is_no_limit(variables):
    """OpenMP binds this thread to a processor when it is loaded; the others are still there."""
    processors = sorted(os.sched_getaffinity(0))
    text = ",".join(map(str, processors))
    variables = {key: value.replace("{all}", text) for key, value in variables.items()}
    assert python("-c", NUM, **variables).stdout == python("-c", NUM).stdout
    # and the helpers run there, not where the caller is bound
    script = (
        "import os, numpy as np, fastact\n"
        "fastact.set_num_threads(2)\n"
        "from fastact import _core; _core._set_back_off(False)\n"
        "before = set(os.listdir('/proc/self/task'))\n"
        "x = np.zeros(1 << 20, 'f4')\n"
        "for _ in range(3): fastact.gelu(x, out=x)\n"
        "helpers = set(os.listdir('/proc/self/task')) - before\n"
        "print(*set().union(*[os.sched_getaffinity(int(t)) for t in helpers]), '/', *os.sched_getaffinity(0))\n"
    )
    done = python("-c", script, OPENBLAS_NUM_THREADS="1", **variables)
    assert done.returncode == 0, done.stderr
    if len(processors) > 1 and _core.openmp_info()["threads"] == "fastact":
        helpers, caller = (set(map(int, part.split())) for part in done.stdout.split("/"))
        assert helpers
        assert len(caller) > 1 or not helpers & caller


# --- whose threads --------------------------------------------------------------------------------------------------


@LINUX
@OWN
def test_regions_are_not_those_of_the_shared_runtime():
    """libgomp is asked for limits only: its threads, and how long they spin, are other libraries' affair."""
    nm = subprocess.run(["nm", "-D", "--undefined-only", _core.__file__], capture_output=True, text=True)
    if nm.returncode:
        pytest.skip("no nm")
    used = {line.split()[-1].split("@")[0] for line in nm.stdout.splitlines()}
    assert {name for name in used if name.startswith("GOMP")} == set()
    assert "omp_get_max_threads" in used
    script = (
        "import os\n"
        "before = dict(os.environ)\n"
        "seen = []\n"
        "import sys\n"
        "sys.addaudithook(lambda event, a: seen.append(a) if event == 'os.putenv' and b'OMP' in a[0] else None)\n"
        "import fastact\n"
        "assert dict(os.environ) == before and not seen, seen\n"
    )
    done = python("-c", script)
    assert done.returncode == 0, done.stderr


@LINUX
@OWN
def test_helpers_end_with_their_thread():
    script = (
        "import os, threading, time, numpy as np, fastact\n"
        "from fastact import _core\n"
        "_core._set_back_off(False)\n"
        "fastact.set_num_threads(4)\n"
        "x = np.zeros(1 << 18, 'f4')\n"
        "count = lambda: len(os.listdir('/proc/self/task'))\n"
        "def work():\n"
        "    y = x.copy()\n"
        "    for _ in range(5): fastact.gelu(y, out=y)\n"
        "    seen.append(count())\n"
        "before, seen = count(), []\n"
        "for _ in range(50):\n"
        "    threads = [threading.Thread(target=work) for _ in range(3)]\n"
        "    for t in threads: t.start()\n"
        "    for t in threads: t.join()\n"
        "assert max(seen) > before\n"
        "for _ in range(500):\n"
        "    if count() == before: break\n"
        "    time.sleep(0.01)\n"
        "print(count() - before)\n"
    )
    done = python("-c", script, OPENBLAS_NUM_THREADS="1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "0\n"


@LINUX
@OWN
@unsanitized
def test_stack_of_helpers():
    """At most 64 KiB, whatever they compute: what rows side by side need (src_c/README.md), and a little."""
    peak = int(child("stack_of_helpers", OPENBLAS_NUM_THREADS="1").split()[-1])
    assert 8 << 10 < peak <= 64 << 10, peak


@pytest.mark.skipif(not toolchain.X86, reason="MXCSR is x86's")
def test_control_word_reaches_every_thread(tmp_path):
    """Flush to zero, and the direction of rounding, are the caller's for all of a call: threads change no bit."""
    toolchain.GCC.require()
    source, library = tmp_path / "mxcsr.c", tmp_path / "mxcsr.so"
    source.write_text("#include <xmmintrin.h>\nvoid set_mxcsr(unsigned int value) { _mm_setcsr(value); }\n")
    subprocess.run(["gcc", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    assert "the same" in child("control_word", str(library))


# --- every schedule -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("inner", [1, 2, 7, 8, 9, 12, 15, 16, 17, 40])
@pytest.mark.parametrize("units", [1, 2, 3, 5])
def test_maxout_in_few_units(units, inner, dtype):
    """Fewer units than threads: their columns are shared, if a kernel takes part of them."""
    pieces = 40
    z = np.random.default_rng(inner).normal(size=(units * pieces, inner)).astype(dtype)
    grad = np.arange(1, units * inner + 1, dtype=dtype).reshape(units, inner)
    grouped = z.reshape(units, pieces, inner)
    wanted, index = grouped.max(1), grouped.argmax(1).astype(np.uint8)
    back = (np.arange(pieces)[:, None] == index[:, None]) * grad[:, None]
    with threads_from(2):
        for n in (1, 2, 3, 4, 8):
            with fastact.threads(n):
                got, got_index = fastact.maxout(z, pieces, axis=0, return_index=True)
                assert_same(got, wanted, f"{n} threads")
                assert_same(got_index, index, f"{n} threads")
                dz = fastact.maxout_backward(grad, index, pieces, axis=0)
                assert_same(dz, back.reshape(z.shape).astype(dtype), f"{n} threads")


def test_many_small_blocks():
    """Of an array whose rows are contiguous, its dimensions in no order: one region for all of it."""
    x = np.random.default_rng(0).normal(size=(7, 5, 3, 60)).astype(np.float32)
    views = [x[:, :, :, 3:50], x[::2, :, ::-1, :33], x.transpose(1, 0, 2, 3)[..., 5:], x[:, ::-1, :, 1:18]]
    with threads_from(2):
        for n, view in itertools.product((1, 2, 3, 5), views):
            with fastact.threads(n):
                assert_same(fastact.gelu(view), fastact.gelu(view.copy()))
                assert_same(fastact.tanh_backward(view, view), fastact.tanh_backward(view.copy(), view.copy()))
                assert_same(fastact.glu(view, view), fastact.glu(view.copy(), view.copy()))
                out = view.copy()
                whole = np.zeros_like(x)
                target = whole[tuple(slice(0, m) for m in out.shape)] if out.ndim == 4 else out
                if target.shape == out.shape:
                    assert_same(fastact.gelu(out, out=target), fastact.gelu(view.copy()))


# --- whether they pay -----------------------------------------------------------------------------------------------


def calls(serial, region, count):
    """What calls take in all, told what a region of such work would take at each moment."""
    total, regions = 0, 0
    for i in range(count):
        if _core._stays_serial(KIND):
            total += serial
        else:
            took = region(i)
            total, regions = total + took, regions + 1
            _core._learn(KIND, serial, took, total)
    return total, regions


@pytest.fixture(autouse=True)
def _forget():
    """What earlier tests have taught this thread."""
    calls(1000, lambda i: 500, 100_000)


@pytest.mark.parametrize("serial", [10_000, 300_000])
@pytest.mark.parametrize("loss", [1.0, 1.3, 3, 20, 500])
def test_threads_that_never_pay(serial, loss):
    """Whatever a region loses, all calls together lose at most an eighth."""
    total, regions = calls(serial, lambda i: int(serial * loss), 20_000)
    assert total < 1.125 * 20_000 * serial
    assert regions < 4000


def test_threads_that_always_pay():
    total, regions = calls(10_000, lambda i: 5_500, 10_000)
    assert regions == 10_000
    assert total == 55_000_000


def test_a_single_loss_is_forgiven():
    """The first region after a pause wakes a helper that sleeps."""
    _, regions = calls(10_000, lambda i: 30_000 if i % 2 else 5_500, 1000)
    assert regions == 1000


def test_short_calls_wait_for_a_helper_to_wake():
    """Which takes as long as several of them; then they pay."""
    awake = 0

    def region(i):
        nonlocal awake
        awake += 15_000
        return 15_000 if awake < 60_000 else 7_000

    _, regions = calls(12_000, region, 1000)
    assert regions == 1000


def test_threads_that_pay_again():
    """A neighbour that goes away is noticed within a tenth of a second of work."""
    calls(10_000, lambda i: 200_000, 50_000)
    before = 0
    while _core._stays_serial(KIND):
        before += 1
    assert before <= 10_001
    _, regions = calls(10_000, lambda i: 5_500, 10_000)
    assert regions == 10_000


# --- the command ----------------------------------------------------------------------------------------------------


def test_bench_busy():
    done = python("-m", "fastact", "bench", "--busy", "1", "softmax", "--seconds", "0.2", "--threads", "2")
    assert done.returncode == 0, done.stderr
    header, line = done.stdout.splitlines()[-2:]
    assert header.split()[:2] == ["call", "gap"]
    assert line.startswith("softmax 64x1000")
    done = python("-m", "fastact", "bench", "--busy", "0", "sigmoid", "--gap", "50", "--seconds", "0.2",
                  "--threads", "2", "--json")  # fmt: skip
    assert '"gap": 50' in done.stdout
    done = python("-m", "fastact", "bench", "--busy", "0", "mish", "--threads", "2")
    assert done.returncode == 2
    assert "--busy measures sigmoid" in done.stderr
    done = python("-m", "fastact", "bench", "--busy", "0", "--threads", "1")
    assert done.returncode == 2
    assert "two threads" in done.stderr


def test_busy_processes_end():
    with _busy.busy_processes(2) as processes:
        assert [p.poll() for p in processes] == [None, None]
    assert all(p.returncode is not None for p in processes)
