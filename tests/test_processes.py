"""Threads, forks, environment variables, processor state: in a process of its own where it could spoil this one."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import toolchain
from support import ISAS, assert_same, child, python

import fastact
from fastact import _core, _threads

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc and fork as Linux has them")
SERIAL = not _core.openmp_info()["enabled"]


# --- limits on threads ----------------------------------------------------------------------------------------------


@pytest.fixture
def restore():
    before = _core.get_num_threads()
    yield
    fastact.set_num_threads(before)


@pytest.mark.skipif(SERIAL, reason="built without OpenMP")
def test_set_and_get(restore):
    for n in (1, 2, 3, np.int64(2)):
        fastact.set_num_threads(n)
        assert fastact.get_num_threads() == n
        assert fastact.show_config("dicts")["threads"] == {"limit": n, "source": "set_num_threads"}


@pytest.mark.skipif(SERIAL, reason="built without OpenMP")
def test_context_manager(restore):
    fastact.set_num_threads(2)
    with fastact.threads(3):
        assert fastact.get_num_threads() == 3
        with fastact.threads(1) as inner:
            assert fastact.get_num_threads() == 1
            with inner:
                assert fastact.get_num_threads() == 1
        assert fastact.get_num_threads() == 3
        seen = []
        other = threading.Thread(target=lambda: seen.append(fastact.get_num_threads()))
        other.start()
        other.join()
        assert seen == [2], "it holds for its own thread only"
    with pytest.raises(KeyError), fastact.threads(1):
        raise KeyError
    assert fastact.get_num_threads() == 2


@pytest.mark.parametrize("function", [fastact.set_num_threads, fastact.threads])
def test_bad_numbers_of_threads(function):
    before = fastact.get_num_threads()
    for bad in (0, -1, -(2**70)):
        with pytest.raises(ValueError, match=r"n = .* must be >= 1"):
            function(bad)
    for bad in ("2", 1.5, None, [1]):
        with pytest.raises(TypeError, match="n must be an integer"):
            function(bad)
    assert fastact.get_num_threads() == before


@pytest.mark.skipif(SERIAL, reason="built without OpenMP")
def test_threadpoolctl(restore):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    x = np.linspace(-4, 4, 300_000, dtype=np.float32)
    wanted = fastact.gelu(x)
    script = (
        "import fastact, threadpoolctl\n"
        "fastact.set_num_threads(3)\n"
        "assert fastact.get_num_threads() == 3\n"
        "with threadpoolctl.threadpool_limits(2, 'openmp'):\n"
        "    assert fastact.get_num_threads() == 2, fastact.get_num_threads()\n"
        "    with threadpoolctl.threadpool_limits(1):\n"
        "        assert fastact.get_num_threads() == 1\n"
        "assert fastact.get_num_threads() == 3\n"
    )
    done = python("-c", script, OMP_NUM_THREADS="4")
    assert done.returncode == 0, done.stderr
    with threadpoolctl.threadpool_limits(1):
        assert_same(fastact.gelu(x), wanted)
    assert any(lib["user_api"] == "openmp" for lib in threadpoolctl.threadpool_info())


NUM = "import fastact; c = fastact.show_config('dicts')['threads']; print(c['limit'], c['source'])"


@pytest.mark.skipif(SERIAL, reason="built without OpenMP")
@pytest.mark.parametrize(
    ("variables", "limit", "source"),
    [
        ({"FASTACT_NUM_THREADS": "3"}, "3", "FASTACT_NUM_THREADS"),
        ({"FASTACT_NUM_THREADS": "1", "OMP_NUM_THREADS": "4"}, "1", "FASTACT_NUM_THREADS"),
        ({"OMP_NUM_THREADS": "3"}, "3", "OMP_NUM_THREADS"),
    ],
)
def test_environment_sets_threads(variables, limit, source):
    done = python("-c", NUM, **variables)
    assert done.stdout.split(maxsplit=1) == [limit, source + "\n"], done.stderr


@pytest.mark.parametrize("bad", ["0", "-2", "many", "1.5"])
def test_bad_environment_warns_and_is_ignored(bad):
    plain, done = python("-c", NUM), python("-c", NUM, FASTACT_NUM_THREADS=bad)
    assert done.returncode == 0
    assert done.stdout == plain.stdout
    assert "FASTACT_NUM_THREADS" in done.stderr
    assert bad in done.stderr


@LINUX
def test_affinity_limits_threads():
    one = f"import os; os.sched_setaffinity(0, [{min(os.sched_getaffinity(0))}]); {NUM}"
    assert python("-c", one).stdout.split()[0] == "1"


V1 = "cpu,cpuacct/d/cpu.cfs_"


@pytest.mark.parametrize(
    ("process", "files", "quota"),
    [
        ("0::/\n", {"cpu.max": "150000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "max 100000\n"}, float("inf")),
        ("0::/\n", {}, float("inf")),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000\n", "a/cpu.max": "300000 100000\n", "cpu.max": "900000 100000"}, 3),
        ("0::/a/b\n", {"a/b/cpu.max": "50000 100000\n", "a/cpu.max": "300000 100000\n"}, 1),
        ("0::/host/path/not/here\n", {"cpu.max": "400000 100000\n"}, 4),
        ("4:cpu,cpuacct:/d\n0::/\n", {f"{V1}quota_us": "250000", f"{V1}period_us": "100000"}, 3),
        ("4:cpu,cpuacct:/d\n", {f"{V1}quota_us": "-1", f"{V1}period_us": "100000"}, float("inf")),
        ("3:memory:/\n", {"memory/cpu.max": "100000 100000"}, float("inf")),
        ("0::/\n", {"cpu.max": "garbage"}, float("inf")),
        ("0::/\n", {"cpu.max": "0 0"}, float("inf")),
    ],
)  # fmt: skip
def test_cgroup_quota(tmp_path, process, files, quota):
    (tmp_path / "cgroup").write_text(process)
    for name, text in files.items():
        path = tmp_path / "fs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert _threads.cgroup_quota(str(tmp_path / "cgroup"), str(tmp_path / "fs")) == quota
    assert _threads.cgroup_quota(str(tmp_path / "missing"), str(tmp_path / "fs")) == float("inf")


# --- processes -----------------------------------------------------------------------------------------------------


@LINUX
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork():
    assert "forked" in child("fork", OMP_NUM_THREADS="4")


@LINUX
def test_no_thread_at_import():
    assert "none" in child("no_thread_at_import", OPENBLAS_NUM_THREADS="1")


@pytest.mark.slow
def test_many_python_threads():
    assert "agreed" in child("python_threads")


SHOW = "import fastact; print(fastact.show_config('dicts')['instruction_sets']['in_use'])"


@pytest.mark.parametrize("isa", _core.instruction_sets()["built"])
def test_instruction_set_is_chosen(isa):
    done = python("-c", SHOW, FASTACT_ISA=isa)
    if isa in ISAS:
        assert done.stdout.strip() == isa, done.stderr
    else:
        assert done.returncode != 0
        assert "ImportError" in done.stderr


@pytest.mark.parametrize("isa", ["avx1024", "AVX2", "neon" if toolchain.X86 else "sse2"])
def test_unknown_instruction_set(isa):
    done = python("-c", SHOW, FASTACT_ISA=isa)
    assert done.returncode != 0
    message = done.stderr.splitlines()[-1]
    assert "ImportError" in message
    for word in (isa, "FASTACT_ISA", *_core.instruction_sets()["built"]):
        assert word in message, message


@pytest.mark.parametrize("isa", ISAS)
def test_instruction_set_is_used(isa, tmp_path):
    """The public functions with FASTACT_ISA give that set's bits: large, small, strided, float16."""
    script = (
        "import sys, numpy as np, fastact\n"
        "x = np.linspace(-9, 9, 50001).astype(sys.argv[2])\n"
        "np.savez(sys.argv[1], big=fastact.gelu(x), small=fastact.gelu(x[:9]), strided=fastact.gelu(x[::3]))\n"
    )
    for dtype in ("float32", "float64"):
        done = python("-c", script, str(tmp_path / "x.npz"), dtype, FASTACT_ISA=isa)
        assert done.returncode == 0, done.stderr
        x = np.linspace(-9, 9, 50001).astype(dtype)
        wanted = np.empty_like(x)
        _core.run_kernel(isa, "gelu", "forward", wanted, x, None, ())
        with np.load(tmp_path / "x.npz") as got:
            assert_same(got["big"], wanted)
            assert_same(got["small"], wanted[:9])
            assert_same(got["strided"], wanted[::3])


MXCSR = "#include <xmmintrin.h>\nvoid set_mxcsr(unsigned int value) { _mm_setcsr(value); }\n"


@pytest.mark.skipif(not toolchain.X86, reason="MXCSR is x86's")
def test_flush_to_zero_of_others(tmp_path):
    toolchain.GCC.require()
    (tmp_path / "mxcsr.c").write_text(MXCSR)
    library = tmp_path / "mxcsr.so"
    subprocess.run(["gcc", "-shared", "-fPIC", str(tmp_path / "mxcsr.c"), "-o", str(library)], check=True)
    assert "within bounds" in child("flush_to_zero", str(library))


def test_import_is_light():
    """NumPy is all that an import brings."""
    script = "import sys, numpy; before = set(sys.modules); import fastact; print(*sorted(set(sys.modules) - before))"
    brought = python("-c", script).stdout.split()
    assert "fastact._core" in brought
    foreign = {name.split(".")[0] for name in brought} - set(sys.stdlib_module_names) - {"fastact", "numpy"}
    assert not {name for name in foreign if not name.startswith(("_cython", "cython_runtime"))}


def test_source_tree_without_the_core(tmp_path):
    """Says what is missing and what to do; elsewhere, and for any other failure, the error is Python's own."""
    package = tmp_path / "fastact"
    package.mkdir()
    for file in Path(fastact.__file__).parent.glob("*.py"):
        (package / file.name).write_bytes(file.read_bytes())
    source = package / "_core.pyx"

    # without the finder of an editable install, which would bring the core from there
    finders = "[f for f in sys.meta_path if getattr(f, '__module__', '').startswith('_frozen')]"
    script = f"import sys; sys.meta_path[:] = {finders}; sys.path.insert(0, {str(tmp_path)!r}); import fastact"

    def failure():
        done = python("-c", script)
        assert done.returncode
        return done.stderr.splitlines()[-1]

    assert "source tree" not in failure()
    source.touch()
    message = failure()
    assert message.startswith("ImportError")
    for part in ("source tree", str(package), "another folder", "python -P -m fastact", "pip install -e ."):
        assert part in message, message
    (package / "_core.py").write_text("raise ImportError('FASTACT_ISA=no: no such instruction set')\n")
    assert failure() == "ImportError: FASTACT_ISA=no: no such instruction set"
