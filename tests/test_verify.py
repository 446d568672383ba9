"""`verify` of what is not elementwise: errors within the bounds, references and a meter that are right."""

import functools
import inspect
import json

import numpy as np
import pytest
from support import ISAS, python

from fastact import _core, _verify
from fastact import _verify_functions as functions
from fastact._reference_functions import FUNCTION_REFERENCES, Exact, Expected, Floats, Meter
from fastact._registry import FUNCTIONS

IN_USE = _core.instruction_sets()["in_use"]
EXACT = Exact(300)
each_name = pytest.mark.parametrize("name", FUNCTION_REFERENCES)
#: without a bound, since NumPy multiplies
UNBOUND = {"maxout_linear"}


def measure(names, dtypes=("float32", "float64"), isas=(IN_USE,), points=60, lengths=(1, 3, 10, 100)):
    return functions.measure(names, dtypes, isas, points=points, lengths=lengths, workers=1, progress=False)


def batch(name, kind, dtype="float64", length=7, rows=3):
    keywords = FUNCTION_REFERENCES[name].keywords[0]
    return functions.Batch(name, kind, dtype, tuple(keywords.items()), length, rows)


def test_every_function_has_a_reference():
    assert {entry.function for entry in FUNCTION_REFERENCES.values()} == set(FUNCTIONS)
    assert set(_verify.NAMES) == {*_verify.ROWS, *FUNCTION_REFERENCES}
    for name, entry in FUNCTION_REFERENCES.items():
        assert "forward" in entry.passes
        back = entry.passes.get("backward")
        assert bool(back) == (hasattr(_core, f"{entry.function}_backward") or bool(back and back.run)), name
        for dtype in ("float32", "float64"):
            for kind in ("forward", "backward"):
                if kind in entry.passes:
                    assert (entry.bound(dtype, kind) is None) == (name in UNBOUND), (name, kind)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_errors(dtype):
    """Of all functions, on every instruction set: within the bounds."""
    if dtype == "float32":
        results = measure(FUNCTION_REFERENCES, [dtype], ISAS, 600, functions.LENGTHS)
    else:
        results = measure(FUNCTION_REFERENCES, [dtype], ISAS, 60)
    assert {r.name for r in results} == set(FUNCTION_REFERENCES)
    assert {r.isa for r in results} == set(ISAS)
    assert all(r.points > 50 for r in results)
    assert not [r for r in results if not r.ok]
    inexact = {r.name for r in results if r.ulp > 0.1}
    assert inexact >= {"glu", "softmax", "log_softmax", "logsumexp", "sparsemax", "entmax15", "prelu", "rrelu"}
    assert not inexact & {"hardmax", "maxout", "crelu"}


@pytest.mark.slow
def test_long_rows():
    results = measure(["softmax", "log_softmax", "logsumexp"], ["float32"], lengths=[functions.LONG])
    assert len(results) == 6
    assert all(r.ok for r in results)
    assert all(r.points == 4 * functions.LONG for r in results if (r.name, r.kind) != ("logsumexp", "forward"))


# --- the references ---------------------------------------------------------------------------------------------------


def inputs(one):
    """As the reference takes them, in 300 bits."""
    return {k: EXACT.array(v) if isinstance(v, np.ndarray) and v.dtype.kind == "f" else v
            for k, v in one.arrays().items()}  # fmt: skip


def called(name, kind, given):
    """A pass of the reference."""
    exact = FUNCTION_REFERENCES[name].passes[kind].exact
    names = inspect.signature(exact).parameters
    return [e.value for e in exact(EXACT, **{k: v for k, v in {"dtype": "float64", **given}.items() if k in names})]


@pytest.mark.parametrize("name", [name for name, entry in FUNCTION_REFERENCES.items()
                                  if "backward" in entry.passes and entry.activation is None])  # fmt: skip
def test_backward_is_the_gradient_of_forward(name):
    """sum(grad * forward), differentiated by differences in 300 bits, for each input; not of what rounds a sum."""
    entry = FUNCTION_REFERENCES[name]
    given = inputs(batch(name, "forward"))
    back = inputs(batch(name, "backward"))
    if "gate" in given:  # of moderate size, for the differences
        random = np.random.default_rng(1)
        given |= {k: EXACT.array(random.standard_normal(12) * 3) for k in ("value", "gate")}
    elif np.ndim(given.get("x")) == 2:
        given["x"] = EXACT.array(np.clip(given["x"].astype(float), -1e4, 1e4))
    y = called(name, "forward", given)[0]
    known = {**back, **given, "y": y}
    if "index" in known:
        z = given["z"] if "z" in given else given["x"].dot(given["weight"]) + given["bias"]
        pieces = given["pieces"]
        known["index"] = z.reshape(*z.shape[:-1], -1, pieces).argmax(-1)
    loss = FUNCTIONS[entry.function].family == "loss"
    known["grad"] = grad = EXACT.array(np.random.default_rng(0).standard_normal(y.shape)) * (not loss) + loss
    differentiated = [n for n in ("value", "x", "z", "logits", "gate", "weight", "bias") if n in given]
    slopes = called(name, "backward", known)
    step = EXACT.power_of_2(-90)
    for argument, slope in zip(differentiated, slopes, strict=False):
        a = given[argument]
        for index in list(np.ndindex(a.shape))[:12]:
            ends = []
            for sign in (1, -1):
                moved = a.copy()
                moved[index] += sign * step
                ends.append((grad * called(name, "forward", {**given, argument: moved})[0]).sum())
            assert abs((ends[0] - ends[1]) / (2 * step) - slope.reshape(a.shape)[index]) < 1e-20, (argument, index)
    if "backward_y" in entry.passes:
        from_y = called(name, "backward_y", {**known, "weight": abs(known["weight"])} if "weight" in known else known)
        if "weight" not in known:
            for one, other in zip(from_y, slopes, strict=False):
                assert (abs(one - other) < 1e-20).all()


@each_name
def test_reference_in_numpy_is_precise(name):
    """The float64 version, by which float32 is judged, against that in mpmath: to 1e-5 ULP of float32."""
    for kind, one in FUNCTION_REFERENCES[name].passes.items():
        if one.precise:
            continue
        for length in (1, 3, 40):
            at = batch(name, kind, "float32", length, 40)
            with np.errstate(all="ignore"):
                rough = one.evaluate(Floats(), "float32", at.arrays())
            exact = one.evaluate(Exact(), "float32", at.arrays())
            for a, b in zip(rough, exact, strict=True):
                unit = Floats().ulp(np.maximum(abs(b.value), b.scale).astype(float), "float32")
                free, other = (np.broadcast_to(np.asarray(e.forgiven, float), unit.shape) for e in (b, a))
                near = 1e-5 * unit + np.where(free < np.inf, 1e-6 * free, np.inf)  # near a zero less is asked
                assert (abs(a.value - b.value).astype(float) <= near).all(), (kind, length)
                assert np.allclose(free, other, rtol=1e-9)


def test_known_values():
    """By hand."""
    m = EXACT

    def value(name, kind="forward", **given):
        made = {k: m.array(v) if isinstance(v, list) else v for k, v in given.items()}
        return [float(v) for v in np.ravel(called(name, kind, made)[0])]

    third = [1 / 3] * 3
    assert value("softmax", x=[[2.0, 2.0, 2.0]]) == third
    assert value("softmin", x=[[0.0, np.log(3)]]) == pytest.approx([0.75, 0.25], rel=1e-15)
    assert value("log_softmax", x=[[0.0, -40.0]]) == [-np.exp(-40.0), -40.0]
    assert value("logsumexp", x=[[0.0, -40.0]]) == [np.exp(-40.0)]
    assert value("hardmax", x=[[1.0, 3.0, 3.0]]) == [0, 1, 0]
    assert value("sparsemax", x=[[1.0, 0.5, -3.0]]) == [0.75, 0.25, 0]
    assert value("sparsemax", x=[[7.0, 7.0, 7.0]]) == third
    assert value("entmax15", x=[[0.0, 0.0]]) == [0.5, 0.5]
    assert value("maxout", z=[[1.0, 5.0, -2.0, -3.0]], pieces=2) == [5, -2]
    assert value("crelu", x=[[1.0, -2.0]]) == [1, 0, 0, 2]
    assert value("prelu", x=[[-4.0, 4.0]], weight=[0.5, 0.5]) == [-2, 4]
    assert value("reglu", value=[3.0, 3.0], gate=[2.0, -2.0]) == [6, 0]


# --- the meter --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("m", [Floats(), Exact()], ids=["float64", "mpmath"])
def test_ulp(m):
    """Distances, of powers of two, subnormals, infinity; the scale, and what is forgiven."""
    one = np.float32(1)
    for got, expected, ulp in [
        (one, Expected(1.0), 0),
        (np.nextafter(one, np.float32(2)), Expected(1.0), 1),
        (np.nextafter(one, np.float32(0)), Expected(1.0), 0.5),
        (one, Expected(1 + 2.0**-25), 0.25),
        (np.float32(1e-45), Expected(0.0), 1),
        (np.float32(0), Expected(2.0**-150), 0.5),
        (np.float32(np.inf), Expected(2.0**130), 0),
        (np.float32(np.inf), Expected(2.0**127), 2.0**23),
        (np.finfo(np.float32).max, Expected(2.0**130), 1),
        (np.float32(2.0**-20), Expected(0.0, scale=1.0), 8),
        (np.float32(2.0**-20), Expected(0.0, scale=1.0, forgiven=2.0**-21), 4),
        (np.float32(2.0**-20), Expected(0.0, forgiven=2.0**-20), 0),
        (np.float32(np.nan), Expected(1.0), np.inf),
        (np.float32(np.nan), Expected(1.0, forgiven=np.inf), 0),
        (one, Expected(50.0, forgiven=np.inf), 0),
    ]:
        wide = Expected(m.array([expected.value]), expected.scale, np.array([expected.forgiven]))
        assert Meter(m, wide, "float32").errors(np.array([got]))[0] == ulp, (got, expected)
    if isinstance(m, Exact):
        for got, value, ulp in [(5e-324, 0.0, 1), (1.0, 1 - 2.0**-53, 1), (1.0, 1 + 2.0**-52, 1)]:
            assert Meter(m, Expected(m.array([value])), "float64").errors(np.array([got]))[0] == ulp


def spoil(monkeypatch, public, change):
    """A public function whose results have been changed."""
    true = getattr(_core, public)

    @functools.wraps(true)
    def wrong(*args, **keywords):
        got = true(*args, **keywords)
        return tuple(map(change, got)) if isinstance(got, tuple) else change(got)

    monkeypatch.setattr(_core, public, wrong)


@each_name
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_meter_sees_a_wrong_element(monkeypatch, name, dtype):
    """One result of all, off by 50 ULP and more, by a half where roundings are forgiven; a NaN."""
    entry = FUNCTION_REFERENCES[name]
    share = 0.5 if entry.passes["forward"].unit.startswith("the result, beyond") else 100 * np.finfo(dtype).eps

    def off(a):
        a = np.array(a)
        flat = a.reshape(-1)
        if flat.dtype.kind == "f":
            i = np.argsort(abs(flat))[flat.size * 3 // 4]  # neither 0 nor infinite
            flat[i] = flat[i] * (1 - share) if flat[i] else np.nan
        return a

    for kind in entry.passes:
        if kind == "backward_y" or entry.passes[kind].run:
            continue
        public = entry.function + ("" if kind == "forward" else "_backward")
        with monkeypatch.context() as patch:
            spoil(patch, public, off)
            results = {r.kind: r for r in measure([name], [dtype])}
        assert results[kind].ulp > 20, (kind, results[kind])
        assert results[kind].ok == (name in UNBOUND)
        assert results[kind].got != results[kind].exact
        if "parameters" in results and kind == "backward":
            assert not results["parameters"].ok
        other = "forward" if kind == "backward" else "backward"
        assert other not in results or results[other].ok


def test_other_instruction_sets_are_asked():
    """In a process of their own; and an unknown one is an error, not the one in use."""
    one = batch("softmax", "forward", "float32", 9, 4)
    for isa in ISAS:
        if isa == IN_USE:
            continue
        with functions._running(isa) as run:
            (got,) = run(functions._outputs, [(one, isa)])
        assert got[0][0].shape == (4, 9)
        with pytest.raises(RuntimeError, match=f"{isa} is asked for, {IN_USE} is in use"):
            one.outputs(isa)
        break


def test_batches_are_the_same_in_every_process():
    one = "Batch('softmax', 'forward', 'float64', (), 5, 2).arrays()"
    text = f"from fastact._verify_functions import Batch; print(repr({one}))"
    assert python("-c", text).stdout.strip() == repr(eval(one, {"Batch": functions.Batch}))


# --- the command ------------------------------------------------------------------------------------------------------


def test_command():
    done = python("-m", "fastact", "verify", "hardmax", "geglu", "relu", "maxout_linear", "--dtype", "float32",
                  "--points", "100", "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout, parse_constant=lambda text: pytest.fail(f"{text} is not JSON"))
    assert {(r["name"], r["kind"]) for r in rows} == {
        *(("relu", kind) for kind in ("forward", "backward", "backward_y")),
        ("hardmax", "forward"),
        *((name, kind) for name in ("geglu", "geglu_tanh", "geglu_sigmoid", "maxout_linear")
          for kind in ("forward", "backward")),
    }  # fmt: skip
    assert all(r["ok"] for r in rows)
    assert {r["bound"] for r in rows if r["name"] == "maxout_linear"} == {None}
    done = python("-m", "fastact", "verify", "logsumexp", "--dtype", "float32", "--points", "50", "--markdown")
    assert done.returncode == 0
    assert r"| logsumexp | forward | the larger of \|max(x)\| and the result |" in done.stdout


def test_command_fails_where_a_bound_is_broken():
    script = (
        "import sys; from fastact import _registry, __main__\n"
        "row = _registry.FUNCTIONS['softmax']\n"
        "object.__setattr__(row, 'bounds', {**row.bounds, ('float32', 'backward'): 0.25})\n"
        "sys.argv = ['fastact', 'verify', 'softmax', '--dtype', 'float32', '--points', '100']\n"
        "sys.exit(__main__.main())\n"
    )
    done = python("-c", script)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
    assert "1 broken: softmax backward float32" in done.stdout
