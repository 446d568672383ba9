"""The suite in asv_bench/: every function is in it under its own name, on its own data, and it sees what it is for."""

import inspect
import json
import math
import os
import re
import subprocess
import sys
import types
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import fastact
from fastact import _verify
from fastact._cases import CASES
from fastact._reference import NumPy
from fastact._registry import FUNCTIONS, ROWS

pytest.importorskip("asv")
threadpoolctl = pytest.importorskip("threadpoolctl")

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT / "asv_bench"
INSTALLED = Path(fastact.__file__).parent.parent
MODULES = ("speed", "references", "ratio", "memory", "accuracy", "special", "calls")
#: a benchmark of each of these for every function
COMPLETE = {"speed": "time_forward", "special": "track_ratio_nan", "calls": "time_call"}
#: a number or a row of them as the result, scratch, or no out=
ALLOCATE = {
    "maxout_linear": ("forward", "backward"),
    "sigmoid_cross_entropy": ("inplace", "backward"),
    "softmax_cross_entropy": ("inplace", "backward"),
}


@pytest.fixture(scope="module")
def suite():
    """The modules of the suite, by name, in the quick profile."""
    limits = threadpoolctl.threadpool_limits(1)
    before, path = os.environ.get("FASTACT_BENCH"), sys.path[:]
    os.environ["FASTACT_BENCH"] = "quick"
    sys.path.insert(0, str(SUITE))
    try:
        names = (*MODULES, "common", "checkout", "environment", "network")
        yield types.SimpleNamespace(**{name: import_module(f"benchmarks.{name}") for name in names})
    finally:
        sys.path[:] = path
        if before is None:
            del os.environ["FASTACT_BENCH"]
        else:
            os.environ["FASTACT_BENCH"] = before
        limits.restore_original_limits()


def command(name):
    """A module of asv_bench/ itself."""
    path = sys.path[:]
    sys.path.insert(0, str(SUITE))
    try:
        return import_module(name)
    finally:
        sys.path[:] = path


@pytest.fixture(scope="module")
def quick():
    return command("quick")


def parameters(found):
    """Those of the first cell."""
    return tuple(values[0] for values in found.params)


def methods(found):
    return {key: value for key, value in vars(found).items() if hasattr(value, "setup")}


def run(method, *params):
    """As asv does it."""
    method.setup(*params)
    result = method(None, *params)
    return method.timer() if result is None else result


def spy(monkeypatch, name, change=None):
    """Record the calls of a function of the package as (arguments, keywords); `change` may alter the result."""
    function, calls = getattr(fastact, name), []

    def spied(*arguments, **keywords):
        calls.append(([a.copy() if isinstance(a, np.ndarray) else a for a in arguments], keywords))
        result = function(*arguments, **keywords)
        return change(result) if change else result

    spied.__signature__ = inspect.signature(function)
    monkeypatch.setattr(fastact, name, spied)
    return calls


# --- every function, under its own name -------------------------------------------------------------------------------


def test_registry_of_the_checkout(suite):
    """What the suite reads from src_c/ is what the core tells."""
    theirs = suite.checkout.load("_registry")
    assert list(theirs.ROWS) == list(ROWS)
    assert list(theirs.FUNCTIONS) == list(FUNCTIONS)
    for name, row in ROWS.items():
        other = theirs.ROWS[name]
        for field in ("function", "variant", "from_y", "bounds", "range", "kinks", "parameters"):
            assert getattr(other, field) == getattr(row, field), (name, field)
    assert list(suite.common.CASES) == list(CASES)


@pytest.mark.parametrize("module", MODULES)
def test_every_function_is_measured(suite, module):
    classes = {name: found for name, found in vars(getattr(suite, module)).items() if name in CASES}
    for name, found in classes.items():
        assert found.__name__ == name
        assert methods(found), name
        assert len(found.param_names) == len(found.params), name
        assert COMPLETE.get(module) in (None, *methods(found)), name
    if module in COMPLETE:
        assert list(classes) == list(CASES)
    elif module in ("memory", "accuracy"):
        assert {CASES[name].function for name in classes} == {case.function for case in CASES.values()}
        assert set(ROWS) <= set(classes)
    else:
        libraries = ("numpy", "scipy", "memory") if module == "ratio" else ("numpy", "scipy")
        texts = suite.common.text_of
        wanted = {n for n, case in CASES.items() for k in case.kinds for lib in libraries if texts(case, k, lib)}
        assert set(classes) == wanted


@pytest.mark.parametrize("module", ["ratio", "memory", "accuracy"])
def test_the_summary_knows_every_name(suite, module):
    """Each benchmark is in one of its columns, under its function."""
    dashboard = command("dashboard")
    found = {name: found for name, found in vars(getattr(suite, module)).items() if name in CASES}
    assert found
    for name, methods_of in ((name, methods(each)) for name, each in found.items()):
        for key in methods_of:
            matches = [column.fullmatch(f"{module}.{name}.{key}") for column in dashboard.COLUMNS]
            ((function, against, kind),) = (match.groups() for match in matches if match)
            assert function == name
            assert key.endswith(f"_{against}_{kind}")
            assert kind in CASES[name].kinds
            assert kind in dashboard.KINDS
            assert against in dashboard.AGAINST


def test_parameters(suite):
    assert suite.speed.gelu.param_names == ["dtype", "size", "threads"]
    assert suite.speed.softmax.param_names == ["dtype", "shape", "axis", "threads"]
    assert suite.speed.gelu.params == [["float32"], [1 << 16], [1]]
    for case in CASES.values():  # every cell of every profile is one that the function can have
        for profile in suite.common.PROFILES.values():
            for shape in (*profile.shapes, "1x10", "256x1024"):
                for axis in profile.axes if case.layout.axes and shape != "1x10" else [-1]:
                    assert case.layout.fits(tuple(map(int, shape.split("x"))), axis), (case.name, shape, axis)


@pytest.mark.parametrize("name", CASES)
def test_measures_what_it_is_called(suite, monkeypatch, name):
    """Each pass calls the function of its name, and of elementwise functions the results are those of the reference."""
    case, found = CASES[name], getattr(suite.speed, name)
    assert list(methods(found)) == [f"time_{kind}" for kind in case.kinds]
    gradient = f"{case.function}_backward"
    for kind in case.kinds:
        with monkeypatch.context() as patch:
            seen = {f: spy(patch, f) for f in (case.function, gradient) if hasattr(fastact, f)}
            place = suite.common.Place.of(name, kind, *parameters(found))
            arrays = suite.common.Arrays(place, ["fastact"])
            for calls in seen.values():
                calls.clear()
            assert run(methods(found)[f"time_{kind}"], *parameters(found)) > 0
            text = case.text("fastact", kind)
            called = gradient if re.search(r"\bdf\(", text) else case.function
            assert len(seen[called]) > 1, (kind, text)
            _, keywords = seen[called][-1]
            if name in ROWS:
                assert keywords.get("approximate") == ROWS[name].variant
                check_values(place, arrays)


def check_values(place, arrays):
    """Of an elementwise function: the statement's result on the data of the suite."""
    text, names = arrays.statement("fastact")
    if place.kind == "inplace":
        np.copyto(arrays.arrays["z"], arrays.arrays["x"])
    exec(text, names)
    kind = "forward" if place.kind == "inplace" else place.kind
    job = _verify.job_of(place.name, kind, place.dtype)
    source = arrays.arrays["s" if kind == "backward_y" else "x"].astype(float)
    with np.errstate(all="ignore"):
        wanted = job.reference.evaluate(NumPy(), kind, source, *job.params)
    factor = arrays.arrays["g"].astype(float) if kind != "forward" else 1.0
    size = np.maximum(np.abs(wanted * factor), 1e-2)
    assert (np.abs(names["y"] - wanted * factor) <= 1e-5 * size).all(), place


def test_names_of_asv(suite):
    """The pages show the statements, and a version is made of them."""
    method = suite.ratio.gelu.track_ratio_scipy_forward
    for part in (CASES["gelu"].text("fastact", "forward"), CASES["gelu"].text("scipy", "forward")):
        assert part in method.pretty_source
    assert method.unit == "fastact / scipy"
    assert method.version != suite.ratio.gelu.track_ratio_scipy_backward.version
    assert suite.common.version("text", 1) != suite.common.version("text", 2)
    assert suite.common.version("text", 1) != suite.common.version("other", 1)


def test_what_is_shared_is_in_every_version(suite, monkeypatch):
    """One number in common.py says that all are measured in another way."""

    def made():
        return {make: make(lambda: None, "text", 1).version for make in (suite.common.timed, benchmark)}

    def benchmark(prepare, source, method):
        return suite.common.benchmark(prepare, suite.common.ratio, source, method)

    before = made()
    assert made() == before
    monkeypatch.setattr(suite.common, "_METHOD", suite.common._METHOD + 1)
    after = made()
    assert all(after[make] != version for make, version in before.items())


# --- the data ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1 << 10, 1 << 16])
def test_in_place_starts_from_the_original_data(suite, monkeypatch, size):
    """Each call has it, not the result of the one before; of the other libraries too."""
    source = suite.common.Arrays(suite.common.Place("tanh", "inplace", "float32", (size,), None), []).arrays["x"].copy()
    calls = spy(monkeypatch, "tanh")
    method = suite.speed.tanh.time_inplace
    run(method, "float32", size, 1)
    run(method, "float32", size, 1)
    assert len(calls) > 3
    for arguments, keywords in calls:
        assert keywords["out"].shape == (size,)
        np.testing.assert_array_equal(arguments[0], source)
    seen = []
    real = np.tanh
    monkeypatch.setattr(np, "tanh", lambda x, out: (seen.append(x.copy()), real(x, out=out)))
    run(suite.references.tanh.time_numpy_inplace, "float32", size, 1)
    assert len(seen) > 2
    for x in seen:
        np.testing.assert_array_equal(x, source)


def test_data_are_the_same_for_every_library(suite):
    place = suite.common.Place("gelu", "backward", "float32", (1 << 10,), None)
    one, other = suite.common.Arrays(place, ["fastact"]), suite.common.Arrays(place, ["scipy"])
    assert set(one.arrays) < set(other.arrays)  # SciPy's statement needs scratch
    for name in ("x", "g"):
        np.testing.assert_array_equal(one.arrays[name], other.arrays[name])
        np.testing.assert_array_equal(one.arrays[name], suite.common.Arrays(place, ["fastact"]).arrays[name])


def test_arena(suite):
    """Arrays that do not overlap, on cache lines, in one block."""
    arena = suite.checkout.load("_cases").Arena([4000, 70000, 8])
    arrays = [arena.empty((n,), np.dtype(np.float32)) for n in (1000, 17500, 2)]
    for i, a in enumerate(arrays):
        assert a.ctypes.data % 64 == 0
        a.fill(i)
    assert [set(a.tolist()) for a in arrays] == [{0}, {1}, {2}]


# --- what is seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_bytes(suite, name):
    """0 in place, but for what stands above."""
    found = getattr(suite.memory, name)
    allocated = {key: run(method, *parameters(found)) for key, method in methods(found).items()}
    assert allocated
    some = {f"track_bytes_{kind}" for kind in ALLOCATE.get(name, ())}
    assert {key for key, count in allocated.items() if count} == some, allocated


def test_bytes_of_a_call_that_allocates(suite, monkeypatch):
    spy(monkeypatch, "relu", lambda result: result + 1)
    assert run(suite.memory.relu.track_bytes_inplace, *parameters(suite.memory.relu)) >= 4 << 18


def test_bytes_are_those_of_a_call_in_place(suite, monkeypatch):
    """A backward pass over the gradient, that of a gate over both inputs."""
    over = []
    monkeypatch.setattr(fastact, "relu_backward", lambda grad, x, out: over.append(out is grad))
    monkeypatch.setattr(fastact, "glu_backward", lambda grad, v, x, out: over.append(out[0] is v and out[1] is x))
    for found in (suite.memory.relu, suite.memory.glu):
        run(found.track_bytes_backward, *parameters(found))
    assert len(over) > 2
    assert all(over)


@pytest.mark.parametrize("name", ["gelu_tanh", "tanh", "logit", "clip", "softmax", "geglu_tanh", "prelu", "maxout"])
def test_ulp(suite, monkeypatch, name):
    """Within the bounds of the registry; a result that is off by a millionth is seen."""
    found = getattr(suite.accuracy, name)
    assert found.param_names == ["dtype"]
    for kind in suite.accuracy.kinds(CASES[name]):
        method, function = methods(found)[f"track_ulp_{kind}"], CASES[name].function
        for dtype in ("float32", "float64"):
            cache = {(name, kind, dtype): suite.accuracy.exact(name, kind, dtype)}
            ulp = run(method, cache, dtype)
            assert ulp <= 5, (kind, dtype)

            def spoil(result):
                for a in result if isinstance(result, tuple) else (result,):
                    a *= a.dtype.type(1 + 1e-6)
                return result

            with monkeypatch.context() as patch:
                spy(patch, function if kind == "forward" else f"{function}_backward", spoil)
                assert run(method, {**cache}, dtype) > ulp + 3, (kind, dtype)


def test_ulp_of_a_missing_result(suite):
    """A function that returns fewer results than are measured has no error either."""
    _, meters = suite.accuracy.exact("softmax", "forward", "float32")
    with pytest.raises(ValueError, match="shorter"):
        suite.accuracy._largest(([[]], meters))


def test_ulp_of_no_result(suite, monkeypatch):
    """A function that writes nothing has no small error."""
    cache = {("relu", "forward", "float32"): suite.accuracy.exact("relu", "forward", "float32")}
    monkeypatch.setattr(fastact, "relu", lambda x, out: out)
    assert run(suite.accuracy.relu.track_ulp_forward, cache, "float32") == math.inf


def test_special_data(suite, monkeypatch):
    """A call that is slow on NaNs is seen; the data are what they are called."""

    def slow(x, out):
        for _ in range(20 if np.isnan(x[:100]).any() else 1):
            np.abs(x, out=out)  # which takes no longer for subnormals, on any processor

    monkeypatch.setattr(fastact, "relu", slow)
    special = suite.special.relu
    assert run(special.track_ratio_nan, *parameters(special)) > 4
    assert run(special.track_ratio_subnormal, *parameters(special)) < 4
    a = np.ones(1000, np.float32)
    suite.special._fill(a, "inf")
    assert 400 < np.isposinf(a).sum() + np.isneginf(a).sum() < 600
    assert np.isneginf(a).any()
    a = np.ones(1000, np.float32)
    suite.special._fill(a, "subnormal")
    assert 400 < ((a != 0) & (np.abs(a) < np.finfo(np.float32).tiny)).sum() < 600


def test_ratio(suite):
    """Smaller is better, and a disturbance of most turns does not show."""
    turn = iter(range(10**6))

    def ours(number):
        return number * 1e-5 * (1 if next(turn) % 4 == 0 else 30)

    assert suite.common.ratio({"ours": ours, "theirs": lambda number: number * 2e-5}) == pytest.approx(0.5)


def test_training_step(suite):
    """A step changes the weights."""
    step = suite.network.step(suite.network.SMALL, 32)
    layers = inspect.getclosurevars(step).nonlocals["network"].layers
    weights = [layer.weight for layer in layers]
    before = [w.copy() for w in weights]
    step()
    for w, old in zip(weights, before, strict=True):
        assert (w != old).any()


# --- other commits ----------------------------------------------------------------------------------------------------

OLD = """
import numpy as np

def relu(x, /, *, out=None):
    return np.maximum(x, 0, out=out)

def relu_backward(grad, x=None, /, *, y=None, out=None):
    return np.multiply(grad, (x if y is None else y) > 0, out=out)

def tanh(x, /, *, out=None):
    raise TypeError("this one is broken")

def set_num_threads(n):
    pass
"""


def test_skips_what_is_not_there(suite, monkeypatch):
    monkeypatch.delattr(fastact, "gelu_backward")
    run(suite.speed.gelu.time_forward, *parameters(suite.speed.gelu))
    for module in (suite.speed, suite.ratio, suite.memory):
        for key, method in methods(module.gelu).items():
            if key.endswith("backward"):
                with pytest.raises(NotImplementedError, match="no gelu_backward"):
                    run(method, *parameters(module.gelu))
    run(suite.references.gelu.time_scipy_forward, *parameters(suite.references.gelu))


def test_skips_a_variant_that_is_not_there(suite, monkeypatch):
    """As it was before gelu had it; what else goes wrong in it is no reason to skip."""
    real = fastact.gelu

    def gelu(x, *, approximate="none", out=None):
        if approximate == "sigmoid":
            raise ValueError(f"gelu: approximate = {approximate!r} must be one of 'none', 'tanh'")
        if approximate == "tanh":
            raise ValueError("no")
        return real(x, approximate=approximate, out=out)

    monkeypatch.setattr(fastact, "gelu", gelu)
    speed = suite.speed
    run(speed.gelu.time_forward, *parameters(speed.gelu))
    with pytest.raises(NotImplementedError, match="no gelu_sigmoid"):
        run(speed.gelu_sigmoid.time_forward, *parameters(speed.gelu_sigmoid))
    with pytest.raises(ValueError, match=r"^no$"):
        run(speed.gelu_tanh.time_forward, *parameters(speed.gelu_tanh))
    monkeypatch.setattr(fastact, "gelu", lambda x, *, out=None: real(x, out=out))
    with pytest.raises(NotImplementedError, match="unexpected keyword argument 'approximate'"):
        run(speed.gelu_tanh.time_forward, *parameters(speed.gelu_tanh))


def test_an_old_commit(quick, tmp_path):
    """The names and parameters do not depend on what is installed; what an old one lacks is skipped, what fails in it
    fails, the rest is measured; and so by asv itself."""
    old = tmp_path / "old"
    (old / "fastact").mkdir(parents=True)
    (old / "fastact" / "__init__.py").write_text(OLD)
    lists = []
    for name, path in (("now", INSTALLED), ("then", old)):
        folder = tmp_path / name
        folder.mkdir()
        patterns = [r"speed\.(relu|tanh|softmax)\.", r"ratio\.relu\.track_ratio_numpy", "special.relu.track_ratio_nan"]
        code, output, results = quick.run(folder, patterns, ASV_PYTHONPATH=str(path), HOME=str(tmp_path))
        lists.append((folder / "results" / "benchmarks.json").read_text())
        kinds = {
            key: "failed" if values == [None] else "skipped" if math.isnan(values[0]) else "measured"
            for key, values in results.items()
        }
        assert len(kinds) == 4 + 4 + 3 + 3 + 1, output
        if name == "now":
            assert set(kinds.values()) == {"measured"}, output
            assert code == 0
            assert 0 < results["speed.relu.time_forward"][0] < 1
            assert 0 < results["ratio.relu.track_ratio_numpy_forward"][0] < 100
            assert "instruction set" in output
            continue
        assert code != 0
        for key, kind in kinds.items():
            if ".relu." in key:
                assert kind == "measured", key
            elif ".softmax." in key or ".time_backward" in key:
                assert kind == "skipped", key
            else:
                assert kind == "failed", key
        assert any("this one is broken" in block for block in quick.failures(output))
    assert lists[0] == lists[1]
    assert len(json.loads(lists[0])) > 1500


@pytest.mark.parametrize(
    ("told", "code", "says"),
    [
        ((0, "", {"a.b.time_c": [1.0], "a.b.time_d": [math.nan]}), 0, "2 benchmarks in 0 s, 0 failed, 1 skipped"),
        ((0, "", {"a.b.time_c": [1.0, None]}), 1, "failed: a.b.time_c"),
        ((2, "output", {"a.b.time_c": [1.0]}), 1, "output"),
        ((0, "No benchmarks selected", {}), 1, "No benchmarks selected"),
    ],
)
def test_quick(quick, monkeypatch, capsys, told, code, says):
    """The exit code tells of a failure, of asv's own, and of nothing measured."""
    monkeypatch.setattr(quick, "run", lambda folder, patterns: told)
    monkeypatch.setattr(sys, "argv", ["quick.py"])
    assert quick.main() == code
    assert says in capsys.readouterr().out


# --- profiles, asv ----------------------------------------------------------------------------------------------------


def test_profiles(suite, monkeypatch):
    common = suite.common
    monkeypatch.delenv("FASTACT_BENCH", raising=False)
    assert common.chosen() == "regular"
    monkeypatch.setenv("FASTACT_BENCH", "fast")
    with pytest.raises(ValueError, match=r"FASTACT_BENCH='fast' is none of the profiles quick, regular, full"):
        common.chosen()
    quick, full = common.PROFILES["quick"], common.PROFILES["full"]
    assert [len(values) for values in (quick.sizes, quick.shapes, quick.threads)] == [1, 1, 1]
    assert full.sizes == (1 << 10, 1 << 16, 1 << 20, 1 << 24)
    assert full.dtypes == ("float32", "float64")
    assert full.threads == tuple(sorted({1, common.processors()}))


def asv(*arguments, **environment):
    env = {**os.environ, "ASV_PYTHONPATH": str(INSTALLED), **environment}
    command = [sys.executable, "-m", "asv", *arguments]
    return subprocess.run(command, cwd=SUITE, env=env, capture_output=True, text=True, timeout=120)


def test_check(tmp_path):
    done = asv("check", "--python=same", HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No problems found" in done.stdout
    done = asv("check", "--python=same", HOME=str(tmp_path), FASTACT_BENCH="fast")
    assert done.returncode != 0
    assert "is none of the profiles quick, regular, full" in done.stdout + done.stderr


def test_versions(suite):
    number = suite.environment.number
    assert number("2.4.6") == pytest.approx(2.0406)
    assert number("gcc 12.2.0") == pytest.approx(12.02)
    assert suite.environment.track_numpy() == pytest.approx(number(np.__version__))
    told = suite.environment.describe()
    assert told["instruction set"] == fastact.show_config(mode="dicts")["instruction_sets"]["in_use"]
    assert {"profile", "compiler", "threads", "numpy", "scipy"} <= set(told)


def test_the_number_of_an_instruction_set(suite, monkeypatch):
    """It depends on what is in use, not on what was built; every one that was built has its own."""
    environment = suite.environment

    def number(used, built):
        sets = {"built": built, "in_use": used}
        monkeypatch.setattr(environment, "_config", lambda: {"instruction_sets": sets})
        return environment.track_instruction_set()

    built = fastact.show_config(mode="dicts")["instruction_sets"]["built"]
    numbers = [number(used, (used,)) for used in built]
    assert numbers == [number(used, built) for used in built] == sorted(set(numbers))
    assert (number("avx512", ("avx512",)), number("portable", ("portable",)), number("neon", ("neon",))) == (3, 0, 1)
    with pytest.raises(ValueError, match=r"instruction set 'sse9' is not in"):
        number("sse9", ("sse9",))
