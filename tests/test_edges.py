"""The edges that DESIGN decides once: NaN, infinities, kinks, signed zeros, subnormal numbers, the largest ones."""

import math

import numpy as np
import pytest
from support import PASSES, assert_same, defaults, each_dtype, each_isa, each_pass, each_row, legal, run_isa

from fastact._reference import REFERENCES, Mpmath
from fastact._registry import ROWS

EXACT = Mpmath(200)
LAMBDA, LAMBDA_ALPHA = 1.0507009873554805, 1.7580993408473769

#: f(-inf), f(inf), f'(-inf), f'(inf), written down by hand; rows that are not here are held to the reference alone
LIMITS = {
    "identity": (-math.inf, math.inf, 1, 1),
    "relu": (0, math.inf, 0, 1),
    "relu6": (0, 6, 0, 0),
    "leaky_relu": (-math.inf, math.inf, 0.01, 1),
    "elu": (-1, math.inf, 0, 1),
    "selu": (-LAMBDA_ALPHA, math.inf, 0, LAMBDA),
    "celu": (-1, math.inf, 0, 1),
    "sigmoid": (0, 1, 0, 0),
    "logsigmoid": (-math.inf, 0, 1, 0),
    "tanh": (-1, 1, 0, 0),
    "softplus": (0, math.inf, 0, 1),
    "softsign": (-1, 1, 0, 0),
    "silu": (0, math.inf, 0, 1),
    "swish": (0, math.inf, 0, 1),
    "mish": (0, math.inf, 0, 1),
    "gelu": (0, math.inf, 0, 1),
    "gelu_tanh": (0, math.inf, 0, 1),
    "hardtanh": (-1, 1, 0, 0),
    "hardsigmoid": (0, 1, 0, 0),
    "hardswish": (0, math.inf, 0, 1),
}

#: (row, parameters): {x: derivative}, PyTorch's
KINKS = {
    ("relu", ()): {0: 0},
    ("relu6", ()): {0: 0, 6: 0},
    ("leaky_relu", (0.01,)): {0: 0.01},
    ("leaky_relu", (0.3,)): {0: 0.3},
    ("elu", (1.0,)): {0: 1},
    ("elu", (0.5,)): {0: 0.5},
    ("selu", ()): {0: LAMBDA_ALPHA},
    ("celu", (1.0,)): {0: 1},
    ("hardtanh", (-1.0, 1.0)): {-1: 0, 1: 0},
    ("hardtanh", (-0.5, 2.0)): {-0.5: 0, 2: 0},
    ("hardsigmoid", ()): {-3: 0, 3: 0},
    ("hardswish", ()): {-3: 0, 3: 1},
}


def one(isa, row, kind, dtype, a, b=None, params=None):
    params = defaults(row) if params is None else params
    b = None if b is None else np.array([b], dtype)
    return run_isa(isa, row, kind, np.array([a], dtype), b, params)[0]


@each_isa
@each_dtype
@each_pass
def test_nan(row, kind, dtype, isa):
    """NaN in x, in y and in the gradient, on both sides of every kink."""
    for params in legal(row, kind):
        points = np.array([-np.inf, -1e30, -4, -0.5, -0.0, 0, 0.5, 1, 4, 1e30, np.inf, np.nan], dtype)
        nan = np.full_like(points, np.nan)
        cases = [(nan, None)] if kind == "forward" else [(points, nan), (nan, points), (nan, nan)]
        for a, b in cases:
            out = run_isa(isa, row, kind, a, b, params)
            assert np.isnan(out).all(), (params, a, b, out)


def exact_limit(row, kind, params, sign, dtype):
    reference = REFERENCES[row.name]
    function = reference.forward if kind == "forward" else reference.derivative
    value = function(EXACT, sign * EXACT.INFINITE, *(EXACT.mpf(float(dtype(p))) for p in params))
    if abs(value) > float(np.finfo(dtype).max):
        return dtype(math.copysign(math.inf, value))
    return dtype(float(value))  # NaN where there is no limit


@each_isa
@each_dtype
@each_row
def test_infinities(row, dtype, isa):
    for kind in ("forward", "backward"):
        for params in legal(row, kind):
            for sign in (-1, 1):
                x = sign * np.inf
                got = one(isa, row, kind, dtype, *((x,) if kind == "forward" else (1, x)), params=params)
                wanted = exact_limit(row, kind, params, sign, dtype)
                ulp = 0 if wanted in (0, 1) or not np.isfinite(wanted) else np.spacing(abs(wanted))
                same = np.isnan(got) if np.isnan(wanted) else got == wanted
                assert same or abs(got - wanted) <= ulp, (kind, params, x, got, wanted)


@each_isa
@each_dtype
@pytest.mark.parametrize("name", LIMITS)
def test_limits_by_hand(name, dtype, isa):
    row = ROWS[name]
    got = [one(isa, row, "forward", dtype, x) for x in (-np.inf, np.inf)]
    got += [one(isa, row, "backward", dtype, 1, x) for x in (-np.inf, np.inf)]
    wanted = np.array(LIMITS[name], dtype)
    np.testing.assert_allclose(got, wanted, rtol=np.finfo(dtype).eps, atol=0)


@each_isa
@each_dtype
@each_row
def test_largest(row, dtype, isa):
    """No overflow on the way where the result has none: as close to the limit as the reference is."""
    largest = np.finfo(dtype).max
    for kind in ("forward", "backward"):
        for params in legal(row, kind):
            for x in (largest, -largest):
                got = one(isa, row, kind, dtype, *((x,) if kind == "forward" else (1, x)), params=params)
                exact = REFERENCES[row.name].evaluate(
                    EXACT, kind, EXACT.mpf(float(x)), *(EXACT.mpf(float(dtype(p))) for p in params)
                )
                assert np.isnan(got) == (exact != exact), (kind, params, x, got)
                if abs(exact) > float(largest) * (1 + float(np.finfo(dtype).eps)):
                    assert got == np.copysign(np.inf, float(exact / abs(exact))), (kind, params, x, got)
                elif abs(exact) < float(largest) * (1 - 4 * float(np.finfo(dtype).eps)):
                    error = abs(EXACT.mpf(float(got)) - exact)
                    assert error <= 4 * EXACT.mpf(float(np.spacing(abs(dtype(float(exact)))))), (kind, params, x, got)


@each_isa
@each_dtype
@pytest.mark.parametrize(("name", "params"), KINKS)
def test_kinks(name, params, dtype, isa):
    row = ROWS[name]
    for x, slope in KINKS[name, params].items():
        wanted = dtype(slope)
        for at in (x, -x) if x == 0 else (x,):  # both zeros
            assert one(isa, row, "backward", dtype, 1, at, params) == wanted, at
            if row.from_y:
                y = one(isa, row, "forward", dtype, at, params=params)
                got = one(isa, row, "backward_y", dtype, 1, y, params)
                assert got == wanted or abs(got - wanted) <= np.spacing(wanted), (at, y, got)
        assert one(isa, row, "backward", dtype, -2.5, x, params) == dtype(-2.5) * wanted


@each_isa
@each_dtype
@each_row
def test_beside_kinks(row, dtype, isa):
    """One step to either side of each kink the derivative is that of its piece."""
    for params in legal(row, "backward"):
        rounded = [dtype(p) for p in params]
        for kink in row.kinks_of(*rounded):
            for to in (-np.inf, np.inf):
                x = np.nextafter(dtype(kink), dtype(to))
                got = one(isa, row, "backward", dtype, 1, x, params)
                exact = REFERENCES[row.name].derivative(
                    EXACT, EXACT.mpf(float(x)), *(EXACT.mpf(float(p)) for p in rounded)
                )
                unit = EXACT.mpf(float(np.spacing(abs(dtype(float(exact))))))
                assert abs(EXACT.mpf(float(got)) - exact) <= 4 * unit, (x, params)


@each_isa
@each_dtype
@each_row
def test_signed_zero(row, dtype, isa):
    """Where the function goes through 0 rising, as odd functions and the identity do, -0 stays -0."""
    reference = REFERENCES[row.name]
    for params in legal(row, "forward"):
        below = reference.forward(EXACT, EXACT.mpf("-1e-9"), *map(EXACT.mpf, params))
        above = reference.forward(EXACT, EXACT.mpf("1e-9"), *map(EXACT.mpf, params))
        at_zero = reference.forward(EXACT, EXACT.mpf(0), *map(EXACT.mpf, params))
        if not below < at_zero == 0 < above:
            continue
        for zero in (0.0, -0.0):
            got = one(isa, row, "forward", dtype, zero, params=params)
            assert got == 0
            assert np.signbit(got) == np.signbit(zero), (params, zero, got)


@each_isa
@each_dtype
@each_row
def test_subnormal_inputs(row, dtype, isa):
    """f(x) = f(0) + f'(0) x to the last bit but one for the smallest numbers there are: none is taken for 0."""
    x = np.array([1, -1, 2, -2, 1000, -1001], dtype) * np.finfo(dtype).smallest_subnormal
    reference = REFERENCES[row.name]
    for params in legal(row, "forward"):
        exact = [
            reference.forward(EXACT, EXACT.mpf(float(v)), *(EXACT.mpf(float(dtype(p))) for p in params)) for v in x
        ]
        got = run_isa(isa, row, "forward", x, None, params)
        for v, g, e in zip(x, got, exact, strict=True):
            assert np.isnan(g) == (e != e), (params, v, g)
            if e != e:
                continue
            unit = EXACT.mpf(float(np.spacing(abs(dtype(float(e))))))
            assert abs(EXACT.mpf(float(g)) - e) <= 2 * unit, (params, v, g)


@each_isa
@each_dtype
@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items() if row.from_y])
def test_x_form_against_y_form(row, dtype, isa):
    """Away from kinks both forms differ only by what the rounding of y costs: an absolute error of some eps."""
    random, eps = np.random.default_rng(5), np.finfo(dtype).eps
    for params in legal(row, "backward_y"):
        x = np.concatenate([random.normal(size=2000) * 4, random.uniform(-60, 60, 1000)]).astype(dtype)
        for kink in row.kinks_of(*params):
            x = x[abs(x - kink) > 1e-3]
        grad = np.ones_like(x)
        y = run_isa(isa, row, "forward", x, None, params)
        from_x, from_y = (run_isa(isa, row, k, grad, v, params) for k, v in (("backward", x), ("backward_y", y)))
        scale = max(1, *map(abs, params), *(1 / abs(p) for p in params if p)) if params else 2
        inside = np.isfinite(y) & np.isfinite(from_x)
        assert (np.isnan(from_y) == np.isnan(from_x)).all()
        from_x, from_y, y = from_x[inside], from_y[inside], y[inside]
        tolerance = (
            8 * eps * (scale + abs(from_x).astype(float) * (1 + abs(y)))
        )  # an exponential of y loses as many digits as y has
        assert (abs(from_y - from_x) <= tolerance).all(), (params, x[inside][abs(from_y - from_x) > tolerance][:5])


@each_isa
@each_dtype
@pytest.mark.parametrize(("row", "kind"), [pytest.param(r, k, id=f"{r.name}-{k}") for r, k in PASSES if k != "forward"])
def test_gradient_multiplies(row, kind, dtype, isa):
    """grad times the derivative: powers of two scale exactly, the sign is that of the product."""
    x = np.linspace(-6, 6, 241).astype(dtype)
    for params in legal(row, kind):
        b = x if kind == "backward" else run_isa(isa, row, "forward", x, None, params)
        unit = run_isa(isa, row, kind, np.ones_like(x), b, params)
        info = np.finfo(dtype)
        inside = (unit == 0) | ((abs(unit) > 1024 * info.tiny) & (abs(unit) < info.max / 1024))
        b, unit = b[inside], unit[inside]
        for factor in (-1, 0.25, 1024):
            got = run_isa(isa, row, kind, np.full_like(unit, factor), b, params)
            assert_same(got + dtype(0), unit * dtype(factor) + dtype(0), f"{row.name}{params} times {factor}")
        zero = run_isa(isa, row, kind, np.zeros_like(unit), b, params)
        assert (zero == 0).all()
