"""The edges that DESIGN decides once: NaN, infinities, kinks, signed zeros, subnormal numbers, the largest ones."""

import ctypes
import math
import shutil
import subprocess

import numpy as np
import pytest
from support import PASSES, assert_same, defaults, each_dtype, each_isa, each_pass, each_row, legal, mixed, run_isa
from toolchain import FUSED

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


@each_isa
@each_dtype
def test_squareplus_of_nothing(dtype, isa):
    """b = 0 is the relu, bit for bit, with its derivative at 0; a subnormal b is no division by 0."""
    row, relu = ROWS["squareplus"], ROWS["relu"]
    info = np.finfo(dtype)
    x = np.array([*mixed(dtype, 500), 0.0, info.smallest_subnormal, -info.smallest_subnormal, info.max], dtype)
    for kind in ("forward", "backward", "backward_y"):
        a, b = (x, None) if kind == "forward" else (np.ones_like(x), x)
        for zero in (0.0, -0.0):
            assert_same(
                run_isa(isa, row, kind, a, b, (zero,)) + dtype(0), run_isa(isa, relu, kind, a, b) + dtype(0), kind
            )
    for b in (info.smallest_subnormal, info.tiny / 3, info.tiny):
        got = run_isa(isa, row, "forward", np.array([3, 0, -3], dtype), None, (float(b),))
        assert got[0] == 3
        assert abs(got[1] - np.sqrt(float(b)) / 2) <= np.spacing(got[1])
        assert 0 <= got[2] <= b
    assert np.isinf(run_isa(isa, row, "forward", x[np.isfinite(x)], None, (np.inf,))).all()


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    """(get, set) of the register that rules SSE's arithmetic."""
    folder = tmp_path_factory.mktemp("control")
    (folder / "control.c").write_text(
        "#include <xmmintrin.h>\nunsigned get(void) { return _mm_getcsr(); }\nvoid set(unsigned v) { _mm_setcsr(v); }\n"
    )
    compiler = shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        pytest.skip("no C compiler")
    command = [compiler, "-O1", "-shared", "-fPIC", "control.c", "-o", "control.so"]
    if subprocess.run(command, cwd=folder, capture_output=True).returncode:
        pytest.skip("no register for flush-to-zero on this processor")
    library = ctypes.CDLL(str(folder / "control.so"))
    return library.get, library.set


def flushing_points(dtype):
    """Where results or what leads to them may be subnormal, and everywhere else."""
    random, info = np.random.default_rng(11), np.finfo(dtype)
    tail = -np.log(float(info.smallest_subnormal))
    near = np.ldexp(random.uniform(1, 2, 6000), random.integers(info.minexp - 8, info.minexp + 60, 6000))
    wide = np.ldexp(random.uniform(1, 2, 4000), random.integers(info.minexp, info.maxexp, 4000))
    gelu = np.ldexp(random.uniform(1, 3, 2000), info.minexp)  # half of these is barely normal
    x = np.concatenate([near, wide, gelu, random.uniform(0, tail, 3000), np.linspace(0.7 * tail, tail, 4000)])
    return np.unique(np.concatenate([x, -x, random.normal(size=2000) * 4])).astype(dtype)


@each_isa
@each_dtype
@each_pass
def test_flush_to_zero(row, kind, dtype, isa, control):
    """Set by another library, with denormals-are-zero: a result changes where it, or the input, is subnormal, by one
    smallest normal number at most; elsewhere it stays within the bound."""
    get, set_to = control
    info = np.finfo(dtype)
    tiny, before = dtype(info.tiny), get()
    bound = (2 if kind == "forward" else 4) + 0.01
    for params in legal(row, kind):
        x = flushing_points(dtype)
        if kind == "backward_y":
            x = run_isa(isa, row, "forward", x, None, params)
            x = np.unique(x[np.isfinite(x)])
        a, b = (x, None) if kind == "forward" else (np.ones_like(x), x)
        zeros = np.where(abs(x) < tiny, np.copysign(dtype(0), x), x)
        wanted = run_isa(isa, row, kind, a, b, params)
        of_zero = run_isa(isa, row, kind, *((zeros, None) if kind == "forward" else (a, zeros)), params)
        out = np.empty_like(a)
        set_to(before | 0x8040)
        try:
            run_isa(isa, row, kind, a, b, params, out)
        finally:
            set_to(before)
        got = np.where(abs(out) < tiny, np.copysign(dtype(0), out), out)  # as one who flushes sees it
        allowed = np.zeros(len(x), bool)
        with np.errstate(all="ignore"):
            for one in (wanted, of_zero):
                error = abs(got.astype(np.longdouble) - one.astype(np.longdouble))
                ulp = np.spacing(abs(one)).astype(np.longdouble)
                same = (got == one) | (np.isnan(got) & np.isnan(one)) | (error <= bound * ulp)
                if dtype is np.float64 and isa not in FUSED:  # the parts of an exact product are flushed one by one
                    same |= (abs(one) < 2.0**-980) & (error <= abs(one) * 2.0**-22)
                allowed |= (same | ((abs(one) < 2 * tiny) & (error <= tiny))) & ((one is wanted) | (abs(x) < tiny))
        assert allowed.all(), (params, x[~allowed][:5], wanted[~allowed][:5], got[~allowed][:5], (~allowed).sum())
