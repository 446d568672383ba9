"""Errors within the bounds of the registry on every instruction set, by `verify`'s own meter; and the meter, the
references and the formulas that the documentation shows against each other."""

import math
import re

import mpmath
import numpy as np
import pytest
from support import ISAS, KINDS, PASSES, each_dtype, each_row, run_isa
from toolchain import FUSED

from fastact import _core, _verify
from fastact._reference import REFERENCES, Mpmath, NumPy
from fastact._registry import ROWS

EXACT = Mpmath(300)


def broken(results):
    return [
        f"{r.name}{r.params} {r.kind} {r.dtype} {r.isa}: {r.ulp:.4g} ULP at {r.worst!r}:"
        f" {r.got!r}, not {r.exact!r}; bound {r.bound}"
        for r in results
        if not r.ok
    ]


@each_row
def test_float32(row):
    """Every 4099th of all bit patterns, and points chosen to hurt."""
    results = _verify.measure([row.name], ["float32"], ISAS, stride=4099, extra=1 << 15, workers=2, progress=False)
    assert len(results) == len(ISAS) * (2 + row.from_y)
    assert all(r.points > 10_000 for r in results)
    assert not broken(results)


@each_row
def test_float64(row):
    results = _verify.measure([row.name], ["float64"], ISAS, points=2500, workers=1, progress=False)
    assert len(results) == len(ISAS) * (2 + row.from_y)
    assert all(r.points > 500 for r in results)
    assert not broken(results)


def extreme_params(row, kind, dtype):
    """Parameters from the smallest normal number to a quarter of the largest, of both signs, that keep the rules."""
    info, random = np.finfo(dtype), np.random.default_rng(17)
    top = info.maxexp
    exponents = [
        -top + 3,
        -3 * top // 4,
        -top // 2,
        -top // 3,
        -20,
        -3,
        2,
        20,
        top // 3,
        top // 2,
        3 * top // 4,
        top - 2,
    ]
    sizes = [float(dtype(math.ldexp(random.uniform(1, 2), k))) for k in exponents]
    values = [*sizes, *(-v for v in sizes), 0.0]
    default = [float(dtype(p.default)) for p in row.params]
    sets = [(*default[:i], v, *default[i + 1 :]) for i in range(len(default)) for v in values]
    sets += [tuple(random.choice(values, len(default)).tolist()) for _ in range(30 * (len(default) > 1))]
    for params in sets:
        rules = [p.rule for p in row.params] + [p.rule_y for p in row.params] * (kind == "backward_y")
        previous = (params[0], *params[:-1]) * 2
        if all(
            {"ANY": True, "POSITIVE": v > 0, "NONNEGATIVE": v >= 0, "NONZERO": v != 0, "ABOVE_PREVIOUS": v >= p,
             "BELOW_PREVIOUS": v <= p}[rule]
            for rule, v, p in zip(rules, params * 2, previous, strict=False)
        ):  # fmt: skip
            yield params


@each_dtype
@pytest.mark.parametrize(("row", "kind"), [pytest.param(r, k, id=f"{r.name}-{k}") for r, k in PASSES if r.params])
def test_extreme_parameters(row, kind, dtype):
    """No NaN, no wrong sign, no overflow on the way, the bound, for parameters of any size; an ULP more beyond 2^990
    where v_residual is not exact, see vec.h."""
    info, random, reference = np.finfo(dtype), np.random.default_rng(23), REFERENCES[row.name]
    beyond = EXACT.mpf(2) ** info.maxexp
    bound = row.bounds[np.dtype(dtype).name, kind]
    if row.name in ("scaled_tanh", "stanh") and kind == "backward_y":
        bound += 1  # five roundings, which add up for some mantissas: 4.5 ULP
    for params in extreme_params(row, kind, dtype):
        if row.name == "aria2" and params[0] > 4:
            continue  # the registry says so
        if row.name == "squareplus" and params == (0.0,):
            continue  # the relu, which tests/test_edges.py compares it with
        scales = {s for p in params if p for s in (1.0, 1 / p, p, math.sqrt(abs(p)), 1 / math.sqrt(abs(p)))} | {1.0}
        with np.errstate(all="ignore"):
            x = np.array([s * c * sign for s in scales for c in (0.01, 0.3, 1, 17) for sign in (1, -1)]).astype(dtype)
        x = np.append(
            x, np.ldexp(random.uniform(1, 2, 4), random.integers(info.minexp, info.maxexp - 1, 4)).astype(dtype)
        )
        x = np.unique(x[np.isfinite(x)])
        if kind == "backward_y":
            x = run_isa(ISAS[-1], row, "forward", x, None, params)
            x = np.unique(x[np.isfinite(x)])
        wanted = [reference.evaluate(EXACT, kind, EXACT.mpf(float(v)), *map(EXACT.mpf, params)) for v in x]
        a, b = (x, None) if kind == "forward" else (np.ones_like(x), x)
        zeros = reference.zeros(kind, *params)
        for isa in ISAS:
            got = run_isa(isa, row, kind, a, b, params)
            for v, g, e in zip(x, got, wanted, strict=True):
                if e != e:
                    assert np.isnan(g), (isa, params, v, g)
                    continue
                assert not np.isnan(g), (isa, params, v, g, e)
                e = max(-beyond, min(beyond, e))
                unit = EXACT.mpf(float(np.spacing(dtype(min(abs(float(e)), float(info.max) / 2)))))
                unit *= 2 if abs(e) >= beyond / 2 else 1
                shown = EXACT.mpf(float(g)) if np.isfinite(g) else beyond * (1 if g > 0 else -1)
                error = abs(shown - e)
                near = any(abs(float(v) - z) <= 0.5 for z in zeros)
                allowed = max(bound, 0.501) + (dtype is np.float64 and isa not in FUSED and max(params) > 2.0**990)
                if row.name == "xielu" and v < 0:  # two terms that may cancel to the last digit
                    scale = EXACT.mpf(abs(params[1])) + abs(params[2])
                    unit = max(unit, float(info.eps) * scale * max(1, -float(v)))
                if not (near and error <= info.eps):
                    assert error <= allowed * unit, (isa, params, v, g, float(e), float(error / unit))


@each_row
def test_bounds_are_the_promised_ones(row):
    """2 ULP forward, 4 backward; the tables of the registry cannot be widened unnoticed."""
    for (dtype, kind), bound in row.bounds.items():
        assert dtype in ("float32", "float64")
        assert 0 <= bound <= (2 if kind == "forward" else 4), (row.name, dtype, kind)
    assert {kind for _, kind in row.bounds} == set(KINDS[: 2 + row.from_y])


@pytest.mark.parametrize("kind", ["forward", "backward"])
@each_row
def test_float16(row, kind):
    """Half precision over all 65536 inputs: computed in float32 and rounded once, so half an ULP and a little."""
    x = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    params = [float(np.float32(p.default)) for p in row.params]
    got = row.forward(x) if kind == "forward" else row.backward(np.ones_like(x), x)
    assert got.dtype == np.float16
    assert np.isnan(got[np.isnan(x)]).all()
    x, got = x[~np.isnan(x)], got[~np.isnan(x)]
    with np.errstate(all="ignore"):
        wide = np.clip(x.astype(float), -NumPy().INFINITE, NumPy().INFINITE)
        exact = np.clip(REFERENCES[row.name].evaluate(NumPy(), kind, wide, *params), -65536, 65536) + 0 * wide
        assert (np.isnan(got) == np.isnan(exact)).all()
        x, got, exact = x[~np.isnan(exact)], got[~np.isnan(exact)], exact[~np.isnan(exact)]
        unit = np.maximum(2.0 ** (np.floor(np.log2(np.maximum(abs(exact), 2.0**-30))) - 10), 2.0**-24)
        error = abs(np.clip(got.astype(float), -65536, 65536) - exact) / unit
        for zero in REFERENCES[row.name].zeros(kind, *params):  # where float32 itself has an absolute error
            error -= np.where(abs(x - zero) <= 0.5, 2.0**-24 / unit, 0)
    assert error.max() <= 0.51, (x[error.argmax()], got[error.argmax()], exact[error.argmax()])


# --- the meter ------------------------------------------------------------------------------------------------


def fake(monkeypatch, change):
    """Kernels that return the reference, correctly rounded and then changed."""

    def run_kernel(isa, name, kind, out, a, b=None, params=()):
        v = a if kind == "forward" else b
        if v.dtype == np.float32:
            with np.errstate(all="ignore"):
                wide = np.clip(v.astype(float), -NumPy().INFINITE, NumPy().INFINITE)
                exact = REFERENCES[name].evaluate(NumPy(), kind, wide, *params)
                out[:] = change(np.broadcast_to(exact, v.shape).astype(np.float32), v)
        else:
            m = Mpmath(300)
            exact = []
            for x in v.tolist():
                finite = m.mpf(x) if np.isfinite(x) else m.INFINITE * (1 if x > 0 else -1)
                value = REFERENCES[name].evaluate(m, kind, finite, *map(m.mpf, params))
                exact.append(x if np.isnan(x) else float(value))
            out[:] = change(np.array(exact), v)

    monkeypatch.setattr(_verify._core, "run_kernel", run_kernel)


def largest(name, dtype, kind):
    options = {"stride": 100_003, "extra": 4096} if dtype is np.float32 else {"points": 1000}
    results = _verify.measure([name], [np.dtype(dtype).name], ["portable"], workers=1, progress=False, **options)
    return next(r for r in results if r.kind == kind)


def stepped(steps):
    def change(value, v):
        with np.errstate(all="ignore"):
            for _ in range(steps):
                value = np.nextafter(value, value.dtype.type(np.inf))
        return value

    return change


@each_dtype
@pytest.mark.parametrize(("name", "kind"), [("sigmoid", "forward"), ("softplus", "backward"), ("elu", "forward")])
def test_meter_counts_steps(monkeypatch, dtype, name, kind):
    """Kernels that are wrong by so many steps: the meter says so, no more and no less."""
    for steps in (0, 1, 3, 40):
        fake(monkeypatch, stepped(steps))
        result = largest(name, dtype, kind)
        # steps beyond the next power of two are twice as large
        assert steps - 0.55 <= result.ulp <= 2 * steps + 0.55, (steps, result)
        assert result.ok == (result.ulp <= result.bound)


@each_dtype
def test_meter_sees_single_errors(monkeypatch, dtype):
    """One wrong special case is enough: a NaN lost or made, an infinity, a subnormal number taken for 0, one kink."""
    tiny = np.finfo(dtype).tiny

    def at(condition, value):
        return lambda y, v: np.where(condition(v), dtype(value), y)

    cases = {
        "NaN lost": at(np.isnan, 0),
        "NaN made": at(lambda v: v == np.inf, np.nan),
        "infinity lost": at(lambda v: v == np.inf, 1),
        "largest lost": at(lambda v: v == np.finfo(dtype).max, np.inf),
        "subnormals lost": at(lambda v: abs(v) < tiny, 0),
        "wrong at 1": at(lambda v: v == 0, tiny),
    }
    for what, change in cases.items():
        fake(monkeypatch, change)
        result = largest("identity", dtype, "forward")
        assert not result.ok, what
    fake(monkeypatch, lambda y, v: y)
    assert largest("identity", dtype, "forward").ulp == 0


def test_ulp_of_subnormals_and_powers_of_two():
    m = Mpmath()
    beyond = m.mpf(2) ** 1024
    for got, exact, ulp in [
        (1.0, m.mpf(1), 0),
        (1.0, 1 + m.mpf(2) ** -53, 0.5),
        (1.0, 1 - m.mpf(2) ** -54, 0.5),  # below a power of two the spacing is half
        (5e-324, m.mpf(0), 1),
        (0.0, m.mpf(5e-324) / 2, 0.5),
        (1e-310, m.mpf(1e-310) + m.mpf(5e-324), 1),
        (np.inf, m.mpf(2) ** 1024, 0),
        (1.7976931348623157e308, m.mpf(2) ** 1030, 1),
        (-3.0, m.mpf(3), 6 * 2.0**51),
    ]:
        assert _verify._ulp64(got, exact, beyond) == ulp, (got, exact)


def test_zero_of_derivative_is_excused_only_there(monkeypatch):
    """2^-24 absolute within 0.5 of the zero; the same absolute error elsewhere breaks the bound."""
    zero = REFERENCES["silu"].zeros("backward")[0]

    def off(place):
        return lambda y, v: y + np.float32(2.0**-25) * (abs(v - np.float32(place)) < 0.4)

    fake(monkeypatch, off(zero))
    assert largest("silu", np.float32, "backward").ok
    fake(monkeypatch, off(-12))
    assert not largest("silu", np.float32, "backward").ok
    fake(monkeypatch, lambda y, v: y + np.float32(2.0**-23) * (abs(v - np.float32(zero)) < 0.01))
    assert not largest("silu", np.float32, "backward").ok


# --- the references -------------------------------------------------------------------------------------------------


def points(row, params):
    random = np.random.default_rng(7)
    chosen = [1e-4, -1e-4, 25.5, -40.25]
    x = np.concatenate([random.normal(size=40) * 3, random.uniform(-30, 30, 20), random.uniform(size=10), chosen])
    for kink in row.kinks_of(*params):
        x = x[abs(x - kink) > 1e-5]
    return [EXACT.mpf(float(v)) for v in x]


@each_row
def test_reference_derivative_is_the_derivative(row):
    """Of the forward reference, numerically, in 300 bits; and that from y is the same."""
    assert row.name in REFERENCES
    reference = REFERENCES[row.name]
    step = EXACT.mpf(2) ** -90
    for params in reference.test_params:
        exact = [EXACT.mpf(p) for p in params]
        for x in points(row, params):
            if reference.forward(EXACT, x, *exact) != reference.forward(EXACT, x, *exact):
                continue  # the function has no value there
            slope = (reference.forward(EXACT, x + step, *exact) - reference.forward(EXACT, x - step, *exact)) / (
                2 * step
            )
            derivative = reference.derivative(EXACT, x, *exact)
            assert abs(slope - derivative) <= 1e-20 * max(1, abs(derivative)), (params, float(x))
            if row.from_y and all(p >= 0 for p in params[:1]):
                y = reference.forward(EXACT, x, *exact)
                from_y = reference.derivative_y(EXACT, y, *exact)
                assert abs(from_y - derivative) <= 1e-20 * max(1, abs(derivative)), (params, float(x))
    assert (reference.derivative_y is not None) == row.from_y
    assert reference.test_params[0] == tuple(p.default for p in row.params)


@each_row
def test_reference_in_numpy_is_precise(row):
    """The float64 version, by which float32 is judged, against the same formula in 300 bits."""
    reference = REFERENCES[row.name]
    for params in reference.test_params:
        for dtype in (np.float32,):
            job = _verify.Job(row.name, "forward", "float32", tuple(float(dtype(p)) for p in params), ISAS)
            x = _verify.chosen_points(job, 600).astype(float)
            x = x[np.isfinite(x)]
        for kind in ("forward", "backward"):
            with np.errstate(all="ignore"):
                got = reference.evaluate(NumPy(), kind, x, *job.params) + 0 * x
            for v, g in zip(x.tolist(), got.tolist(), strict=True):
                exact = reference.evaluate(EXACT, kind, EXACT.mpf(v), *map(EXACT.mpf, job.params))
                if exact != exact:
                    assert g != g, (params, kind, v, g)
                    continue
                if abs(exact) > 2.0**127 or any(abs(v - z) < 0.5 for z in reference.zeros(kind, *job.params)):
                    continue
                assert abs(g - exact) <= 2e-12 * abs(exact) + 2.0**-180, (params, kind, v, g)


def shown(text, x, y, row, params):
    """The value of a formula as the documentation shows it: "s * (1 + x), s = sigmoid(x), u = ..."."""
    mp = mpmath.mp
    functions = "exp expm1 log log1p tanh sinh cosh sin cos sqrt erf erfc pi"
    names = {f: getattr(mp, f) for f in functions.split()}
    names |= {
        "max": max,
        "min": min,
        "abs": abs,
        "x": x,
        "y": y,
        "number": mp.mpf,
        "alpha": mp.mpf("1.6732632423543772848170429916717"),
    }
    names |= {"lambda_": mp.mpf("1.0507009873554804934193349852946"), "sigmoid": lambda z: 1 / (1 + mp.exp(-z))}
    names |= {"softplus": lambda z: mp.log1p(mp.exp(z)), "gelu": lambda z: z * mp.erfc(-z / mp.sqrt(2)) / 2}
    names |= {"gelu_slope": lambda z: mp.erfc(-z / mp.sqrt(2)) / 2 + z * mp.npdf(z)}
    names |= {"clip": lambda z, low, high: max(low, min(z, high))}
    names |= {p.name: mp.mpf(v) for p, v in zip(row.params, params, strict=True)}
    text = re.sub(r"\|(\w+)\|", r"abs(\1)", text.replace("lambda", "lambda_").replace("gelu'", "gelu_slope"))
    text = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r'number("\1")', text)  # decimals exactly, 1/6 too
    text, *definitions = re.split(r", (?=\w+ = )", text)
    for definition in reversed(definitions):
        name, value = definition.split(" = ")
        names[name] = eval(value, {}, names)
        if f"{name}'" in text:
            names[f"d{name}"] = mp.diff(lambda z, value=value: eval(value, {}, {**names, "x": z}), x)
            text = text.replace(f"{name}'", f"d{name}")
    return eval(text, {}, names)


@each_row
def test_documented_formulas(row):
    """What the docstrings print is what is computed: the registry's texts, evaluated, against the references."""
    reference = REFERENCES[row.name]
    with mpmath.workprec(300):
        for params in reference.test_params[:2]:
            exact = [mpmath.mpf(p) for p in params]
            for x in points(row, params):
                x = mpmath.mpf(x)
                y = reference.forward(EXACT, EXACT.mpf(x), *map(EXACT.mpf, exact))
                if y != y:
                    continue  # the function has no value there
                assert abs(shown(row.formula, x, None, row, params) - y) < 1e-25, ("forward", params, x)
                slope = reference.derivative(EXACT, EXACT.mpf(x), *map(EXACT.mpf, exact))
                assert abs(shown(row.derivative, x, None, row, params) - slope) < 1e-20, ("derivative", params, x)
                if row.from_y:
                    got = shown(row.derivative_y, None, mpmath.mpf(y), row, params)
                    assert abs(got - slope) < 1e-25, ("derivative_y", params, x)
    assert (row.derivative_y != "") == row.from_y


def test_in_use_is_the_best():
    sets = _core.instruction_sets()
    assert sets["in_use"] == sets["available"][-1]
    assert set(sets["available"]) <= set(sets["built"])
    assert set(REFERENCES) == set(ROWS)
