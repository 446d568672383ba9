"""The public interface: dtypes, shapes, parameters, errors and what they say, warnings, memory."""

import inspect
import pickle
import re
import warnings

import numpy as np
import pytest
from support import (
    DTYPES,
    ISAS,
    PASSES,
    REFERENCES,
    arguments,
    assert_same,
    defaults,
    each_dtype,
    each_pass,
    each_row,
    gradients,
    legal,
    mixed,
    peak_of,
    run,
    run_isa,
)

import fastact
from fastact import _core, ufuncs
from fastact._registry import ROWS

PUBLIC = [row for row in ROWS.values() if row.variant is None]
each_public = pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in PUBLIC])
IN_USE = _core.instruction_sets()["in_use"]


def call(row, kind, a, b=None, *params, out=None):
    return run(row, kind, a, b, params, out=out)


# --- dtypes and shapes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dtype", ["?", "b", "B", "h", "H", "i", "I", "l", "L", "q", "e", "f", "d", ">f4", ">f8", "<f4", ">i2"]
)
@each_pass
def test_dtypes_promote_as_tanh_does(row, kind, dtype):
    x = np.array([0, 1, 1, 0]).astype(dtype)
    wanted = np.tanh(x).dtype
    got = call(row, kind, x, x)
    assert got.dtype == wanted
    assert got.dtype.isnative
    floats = x.astype(wanted)
    assert_same(got, call(row, kind, floats, floats), dtype)


@each_pass
def test_lists_and_scalars(row, kind):
    """As np.tanh has it: lists are float64, a scalar gives a scalar of its dtype, 0-d arrays too."""
    wanted = call(row, kind, np.array([0.5, -1.5]), np.array([0.5, -0.25]))
    assert_same(call(row, kind, [0.5, -1.5], [0.5, -0.25]), wanted)
    assert_same(call(row, kind, (0.5, -1.5), (0.5, -0.25)), wanted)
    for scalar in (
        0.5,
        np.float64(0.5),
        np.float32(0.5),
        np.float16(0.5),
        np.array(0.5, np.float32),
        1,
        True,
        np.int8(1),
    ):
        got = call(row, kind, scalar, scalar)
        assert type(got) is type(np.tanh(scalar)), scalar
    out = np.array(0.0)
    assert call(row, kind, 0.5, 0.5, out=out) is out
    assert out[()] == call(row, kind, 0.5, 0.5)


@pytest.mark.parametrize(
    "shape", [(0,), (3, 0), (0, 4), (), (1,), (2, 3), (1, 1, 1, 1, 1, 1, 2), (1,) * 31 + (2,)], ids=str
)
@each_dtype
@each_pass
def test_shapes(row, kind, shape, dtype):
    x = np.full(shape, 0.5, dtype)
    got = call(row, kind, x, x)
    assert got.shape == shape
    assert got.dtype == dtype
    out = np.empty(shape, dtype)
    assert call(row, kind, x, x, out=out) is out
    assert_same(out, np.broadcast_to(got, shape).astype(dtype) if shape else np.array(got))


@pytest.mark.parametrize("ndim", [33, 40, 64])
@each_pass
def test_many_dimensions(row, kind, ndim):
    """NumPy has up to 64: the same shape, two that broadcast, parameters with as many, and where."""
    a, b = np.full((1,) * (ndim - 1) + (3,), 0.5, np.float32), np.full((2,) + (1,) * (ndim - 1), 0.25, np.float32)
    both = (2,) + (1,) * (ndim - 2) + (3,)
    assert call(row, kind, a, a).shape == a.shape
    for dtype in (np.float16, np.float32):
        if kind != "forward":
            got = call(row, kind, a.astype(dtype), b.astype(dtype))
            wanted = call(row, kind, *(np.broadcast_to(v.astype(dtype), both).reshape(2, 3) for v in (a, b)))
            assert_same(got.reshape(2, 3), wanted)
            assert got.shape == both
        if row.params:
            params = tuple(np.full(b.shape, p) for p in defaults(row))
            assert call(row, kind, a.astype(dtype), a.astype(dtype), *params).shape == both
    if kind == "forward":
        out = np.zeros(both, np.float32)
        function = getattr(fastact, row.function)
        function(np.broadcast_to(a, both), out=out, where=np.ones(b.shape, bool), **row.keywords())
        assert (out == row.forward(np.float32(0.5))).all()
    other = np.ones((1,) * (ndim - 1) + (2,), np.float32)
    with pytest.raises(ValueError, match=rf"^{row.function}.*do not broadcast"):
        getattr(fastact, row.function)(a, where=other > 0) if kind == "forward" else call(row, kind, a, other)


def test_many_dimensions_elsewhere():
    for ndim in (33, 40, 64):
        x = np.linspace(-1, 1, 6, dtype=np.float32).reshape((2,) + (1,) * (ndim - 2) + (3,))
        row, flat = x[:1], x.reshape(2, 3)
        for function in (fastact.swiglu, fastact.geglu, fastact.glu):
            assert_same(function(x, row).reshape(2, 3), function(flat, flat[:1]))
        for got, wanted in zip(
            fastact.reglu_backward(x, row, x), fastact.reglu_backward(flat, flat[:1], flat), strict=True
        ):
            assert_same(got.reshape(2, 3), wanted)
        assert_same(fastact.prelu(x, 0.5).reshape(2, 3), fastact.prelu(flat, 0.5))
        weight = np.array([0.5, 0.25, 2], np.float32)
        assert_same(fastact.prelu(x, weight, axis=-1).reshape(2, 3), fastact.prelu(flat, weight))
        assert_same(fastact.rrelu(x, seed=1).reshape(2, 3), fastact.rrelu(flat, seed=1))
        assert_same(
            fastact.rrelu_backward(x, row, seed=1).reshape(2, 3), fastact.rrelu_backward(flat, flat[:1], seed=1)
        )
        assert fastact.swish_parameters_backward(x, row) == fastact.swish_parameters_backward(flat, flat[:1])
        assert_same(fastact.softmax(x).reshape(2, 3), fastact.softmax(flat))
        assert_same(fastact.log_softmax(x, axis=0).reshape(2, 3), fastact.log_softmax(flat, axis=0))
        assert_same(fastact.logsumexp(x).reshape(2), fastact.logsumexp(flat))
        for axis in ((), (0, ndim - 1), None, ndim - 1):
            few = axis if axis in ((), None) else (0, 1) if isinstance(axis, tuple) else 1
            assert_same(fastact.softmax(x, axis=axis).reshape(2, 3), fastact.softmax(flat, axis=few))
            for keepdims in (False, True):
                got = fastact.logsumexp(x, axis=axis, keepdims=keepdims)
                assert got.ndim == (ndim if keepdims or axis == () else np.sum(x, axis=axis).ndim)
                assert_same(np.ravel(got), np.ravel(fastact.logsumexp(flat, axis=few)))
        assert_same(fastact.crelu(x).reshape(2, 6), fastact.crelu(flat))
        assert_same(fastact.maxout(x, 3).reshape(2), fastact.maxout(flat, 3).reshape(2))
        assert_same(
            fastact.bias_activation(x, weight, "relu").reshape(2, 3), fastact.bias_activation(flat, weight, "relu")
        )


FLOAT16_TO_WIDER = {
    "elu": lambda x, out: fastact.elu(x, 0.1, out=out),
    "gelu": lambda x, out: fastact.gelu(x, out=out),
    "gelu_backward": lambda x, out: fastact.gelu_backward(x, x, out=out),
    "swiglu": lambda x, out: fastact.swiglu(x, x, out=out),
    "prelu": lambda x, out: fastact.prelu(x, 0.3, out=out),
    "prelu_backward": lambda x, out: fastact.prelu_backward(x, x, 0.3, out=out)[0],
    "rrelu": lambda x, out: fastact.rrelu(x, seed=1, out=out),
    "rrelu of the mean": lambda x, out: fastact.rrelu(x, training=False, out=out),
    "rrelu_backward": lambda x, out: fastact.rrelu_backward(x, x, seed=1, out=out),
    "bias_activation": lambda x, out: fastact.bias_activation(x, np.full(5, 0.3), "gelu", out=out),
    "bias_activation_backward": lambda x, out: fastact.bias_activation_backward(x, "gelu", z=x, out=out)[0],
    "crelu": lambda x, out: fastact.crelu(x, out=out),
    "maxout": lambda x, out: fastact.maxout(x, 5, out=out),
    "maxout_linear": lambda x, out: fastact.maxout_linear(x, np.full((5, 4), 0.3, "e"), None, 2, out=out),
}


@pytest.mark.parametrize("out_dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", FLOAT16_TO_WIDER)
def test_float16_into_a_wider_out(name, out_dtype):
    """One rule: the result has the dtype of the input, as that of np.tanh has, and is cast to what `out` has."""
    x = np.linspace(-3, 3, 20).astype(np.float16).reshape(4, 5)
    invoke = FLOAT16_TO_WIDER[name]
    wanted = invoke(x, None)
    assert wanted.dtype == np.float16
    for out in (np.zeros(wanted.shape, out_dtype), np.zeros((*wanted.shape, 2), out_dtype)[..., 0]):
        assert invoke(x, out) is out
        assert_same(out, wanted.astype(out_dtype), name)


@each_pass
def test_new_arrays_have_the_layout_of_the_input(row, kind):
    for x in (np.ones((3, 4), np.float32), np.asfortranarray(np.ones((3, 4), np.float32)), np.ones((2, 3, 4)).T):
        got = call(row, kind, x, x)
        assert got.strides == np.tanh(x).strides
        assert got.flags.owndata


@each_pass
def test_broadcasting(row, kind):
    """grad, x (or y) and the parameters broadcast against each other; dtypes of both promote."""
    if kind == "forward":
        x = mixed(np.float32, 12).reshape(3, 4)
        got = row.forward(np.broadcast_to(x[0], (3, 4)))
        assert_same(got, np.broadcast_to(row.forward(x[0]), (3, 4)))
        return
    grad, x = gradients(np.float32, 12).reshape(3, 4), mixed(np.float32, 4)
    _, b, _ = arguments(row, kind, x, None)
    full = np.broadcast_to(b, (3, 4)).copy()
    assert_same(call(row, kind, grad, b), call(row, kind, grad, full))
    assert_same(call(row, kind, 1.0, b), call(row, kind, np.ones(4, np.float32), b))
    assert_same(call(row, kind, np.float32(1), full), call(row, kind, np.ones((3, 4), np.float32), full))
    got = call(row, kind, grad.astype(np.float64), full)
    assert_same(got, call(row, kind, grad.astype(np.float64), full.astype(np.float64)))
    assert call(row, kind, grad.astype(np.float16), full).dtype == np.float32
    out = np.empty((2, 3, 4), np.float32)
    with pytest.raises(ValueError, match="out"):
        call(row, kind, grad, b, out=out)


@each_pass
def test_out_of_another_dtype(row, kind):
    """Casting is NumPy's: a wider out takes the result, a narrower one too if same_kind; never an integer."""
    x = np.linspace(0.1, 0.9, 40).astype(np.float32)
    a, b, _ = arguments(row, kind, x, x)
    wide = np.empty(40, np.float64)
    assert call(row, kind, a, b, out=wide) is wide
    assert np.isfinite(wide).all()
    np.testing.assert_allclose(wide, call(row, kind, a, b), rtol=1e-6, atol=1e-7)


def test_where():
    """where= leaves the rest of out alone."""
    for row in ROWS.values():
        function = getattr(fastact, row.function)
        x, mask = mixed(np.float32, 50), np.arange(50) % 3 == 0
        out = np.full(50, 7, np.float32)
        assert function(x, out=out, where=mask, **row.keywords()) is out
        assert_same(out, np.where(mask, row.forward(x), np.float32(7)), row.name)
        x2, out = x[:48].reshape(6, 8), np.full((6, 8), 7, np.float32)
        function(x2, out=out, where=mask[:8], **row.keywords())
        assert_same(out, np.where(mask[:8], row.forward(x2), np.float32(7)), row.name)
        with pytest.raises(TypeError, match="where"):
            function(x, where=np.ones(50))
        with pytest.raises(ValueError, match=r"where|broadcast"):
            function(x, where=np.ones(7, bool))


# --- parameters -----------------------------------------------------------------------------------------------------

WITH_PARAMS = pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS.values() if row.params])


@each_dtype
@WITH_PARAMS
def test_parameters_as_arrays(row, dtype):
    """Scalars of every kind, 0-d arrays and arrays that broadcast, by position and by name."""
    function, back = getattr(fastact, row.function), getattr(fastact, f"{row.function}_backward")
    params = tuple(float(np.float32(p)) for p in legal(row, "backward_y" if row.from_y else "backward")[1])
    x, grad = mixed(dtype, 24).reshape(4, 6), gradients(dtype, 24).reshape(4, 6)
    wanted, slope = function(x, *params), back(grad, x, *params)
    kinds = [np.float64, np.float32, np.float16, np.array, lambda p: np.array([p]), lambda p: np.full((4, 1), p),
             lambda p: np.full(6, p, np.float64), lambda p: np.full((4, 6), p, dtype), lambda p: [p] * 6]  # fmt: skip
    for make in kinds:
        made = tuple(make(p) for p in params)
        if make is np.float16:
            exact = tuple(float(p) for p in made)
            wanted16, slope16 = function(x, *exact), back(grad, x, *exact)
        else:
            wanted16, slope16 = wanted, slope
        names = {p.name: v for p, v in zip(row.params, made, strict=True)}
        for got, expected in [(function(x, *made), wanted16), (function(x, **names), wanted16),
                              (back(grad, x, *made), slope16), (back(grad, x, **names), slope16)]:  # fmt: skip
            assert got.dtype == dtype, "a parameter never changes the dtype"
            assert_same(got, expected, make)
        if row.from_y:
            y = function(x, *params)
            assert_same(back(grad, y=y, **names), back(grad, y=y, **dict(zip(names, map(float, made), strict=True)))
                        if np.ndim(made[0]) == 0 else back(grad, None, *params, y=y))  # fmt: skip
    each = tuple(np.resize(np.array([p, p * 1.5, p * 2], dtype), x.shape) for p in params)
    got = function(x, *each)
    for i in np.ndindex(x.shape):
        assert_same(got[i], function(x[i], *(float(v[i]) for v in each)), i)


RULES = {
    "POSITIVE": ([0.0, -1.0, -np.inf], r"> 0"),
    "NONNEGATIVE": ([-0.25, -(2.0**-20), -np.inf], r">= 0"),
    "NONZERO": ([0.0, -0.0], r"0"),
    "ABOVE_PREVIOUS": ([-50.0], r"not be below"),
    "BELOW_PREVIOUS": ([50.0], r"not be above"),
}


@WITH_PARAMS
def test_rules_of_parameters(row):
    """A broken rule says function, parameter, value and why; arrays are checked by element; nothing is written."""
    x = np.ones(6, np.float32)
    checked = 0
    for i, param in enumerate(row.params):
        for rule, name, invoke in [
            (param.rule, row.function, lambda p, out: getattr(fastact, row.function)(x, *p, out=out)),
            (param.rule, f"{row.function}_backward",
             lambda p, out: getattr(fastact, f"{row.function}_backward")(x, x, *p, out=out)),
            (param.rule_y, f"{row.function}_backward",
             lambda p, out: getattr(fastact, f"{row.function}_backward")(x, None, *p, y=x, out=out)),
        ]:  # fmt: skip
            if rule == "ANY":
                continue
            values, why = RULES[rule]
            kept = np.arange(-5.0, 0) if rule == "BELOW_PREVIOUS" else np.arange(1.0, 6)
            for value in values:
                for given in (value, np.float32(value), np.array([*kept, value])):
                    params, out = list(defaults(row)), np.full(6, 7, np.float32)
                    params[i] = given
                    with pytest.raises(ValueError, match=rf"^{name}: ") as error:
                        invoke(params, out)
                    text = str(error.value)
                    assert re.search(rf"\b{param.name}\b", text), text
                    assert why in text, text
                    assert re.search(r"because", text), text
                    assert f"{value!r}" in text, text
                    assert (out == 7).all()
                    checked += 1
    assert checked or all(p.rule == p.rule_y == "ANY" for p in row.params)


@WITH_PARAMS
def test_rules_of_float32(row):
    """A parameter that is allowed, but rounds to one that is not, is refused as well: in the dtype computed in."""
    back, names = getattr(fastact, f"{row.name}_backward"), [p.name for p in row.params]
    inputs = [np.ones(3, np.float32), np.ones((3, 2), np.float32)[:, 0], np.ones(3, np.float16), np.float32(1),
              np.float16(1), np.ones(3, ">f4"), np.ones(3, np.int16)]  # fmt: skip
    for i, param in enumerate(row.params):
        divisor = {"POSITIVE", "NONZERO"}
        if not {param.rule, param.rule_y} & divisor:
            continue
        for value in (1e-60, 1e39, np.float64(1e39), np.array([1.0, 1e39, 1.0])):
            params = list(defaults(row))
            params[i] = value
            if param.rule in divisor:
                row.forward(np.ones(3), *params)
            for x in inputs:
                calls = []
                if param.rule in divisor:
                    out = np.full(3, 7, np.float32) if np.shape(x) else None
                    calls += [(row.forward, (x, *params), {"out": out}), (back, (x, x, *params), {"out": out})]
                if row.from_y:
                    calls += [(back, (x,), {"y": x, **dict(zip(names, params, strict=True))})]
                for function, given, keywords in calls:
                    with pytest.raises(ValueError, match=rf"^{row.name}.*\b{param.name} = .* in float32 "):
                        function(*given, **keywords)
                    assert keywords.get("out") is None or (keywords["out"] == 7).all()


def test_rules_of_float32_elsewhere():
    """Those that do not go through the ufuncs."""
    x = np.ones(3, np.float32)
    for invoke in (lambda x: fastact.bias_activation(x, np.ones(3), "softplus", 1e39),
                   lambda x: fastact.bias_activation_backward(x, "softplus", 1e39, z=x),
                   lambda x: fastact.rrelu(x, 1.0, 1e39, seed=1),
                   lambda x: fastact.rrelu_backward(x, x, 1.0, 1e39, seed=1),
                   lambda x: fastact.prelu_backward(x, None, 1e39, y=x)):  # fmt: skip
        invoke(x.astype(np.float64))
        for narrow in (x, x.astype(np.float16)):
            with pytest.raises(ValueError, match=r"float32|finite"):
                invoke(narrow)


# values that float16 has not, or only roughly: the first that a rule accepts are taken
FINE = (0.10004, 1e5, -0.3, 1e-5, 3.0, -1e5, 0.5, -1e-7)


def fine_params(row, kind):
    """Sets of parameters that float16 would change."""
    for start in range(4):
        params = []
        for i, param in enumerate(row.params):
            for value in (*FINE[start + i :], *FINE):
                trial = [*params, value]
                previous = params[-1] if params else value
                rules = {param.rule, param.rule_y} if kind == "backward_y" else {param.rule}
                broken = {"POSITIVE": value <= 0, "NONNEGATIVE": value < 0, "NONZERO": value == 0,
                          "ABOVE_PREVIOUS": value < previous, "BELOW_PREVIOUS": value > previous}  # fmt: skip
                if not any(broken.get(rule, False) for rule in rules):
                    params = trial
                    break
        assert len(params) == len(row.params)
        yield tuple(params)


@pytest.mark.parametrize(("row", "kind"), [pytest.param(r, k, id=f"{r.name}-{k}") for r, k in PASSES if r.params])
def test_float16_keeps_parameters(row, kind):
    """Parameters are float32 beside float16: the result is that of float32, rounded once, however they are given."""
    x, grad = mixed(np.float16, 60).reshape(6, 10), gradients(np.float16, 60).reshape(6, 10)
    for params in fine_params(row, kind):
        a, b = (x, None) if kind == "forward" else (grad, x)
        wide = [None if v is None else v.astype(np.float32) for v in (a, b)]
        with np.errstate(all="ignore"):
            wanted = run(row, kind, *wide, params).astype(np.float16)
        made = [params, tuple(np.float32(p) for p in params), tuple(np.array([p]) for p in params),
                tuple(np.full((6, 1), p, np.float32) for p in params), tuple(np.full((6, 10), p) for p in params),
                tuple([p] * 10 for p in params)]  # fmt: skip
        for given in made:
            got = run(row, kind, a, b, given)
            assert got.dtype == np.float16
            assert_same(got, wanted, (params, given))
        assert_same(run(row, kind, a[0, 3], None if b is None else b[0, 3], params), wanted[0, 3], params)
        assert_same(run(row, kind, a[::2, ::-3], None if b is None else b[::2, ::-3], params), wanted[::2, ::-3])
        for out in (np.zeros((6, 10), np.float16), np.zeros((6, 10), np.float32), np.zeros((6, 10), ">f8")):
            assert run(row, kind, a, b, params, out=out) is out
            assert_same(out.astype(np.float16), wanted, out.dtype)
        if kind == "forward":
            out, mask = np.full((6, 10), 7, np.float16), np.arange(10) % 2 == 0
            getattr(fastact, row.function)(x, *params, out=out, where=mask)
            assert_same(out, np.where(mask, wanted, np.float16(7)))
        ufunc = getattr(ufuncs, row.name + {"forward": "", "backward": "_backward", "backward_y": "_backward_y"}[kind])
        operands = [a] if b is None else [a, b]
        for given in (params, made[1], made[3]):
            with np.errstate(all="ignore"):
                got = ufunc(*operands, *given)
            assert got.dtype == np.float16
            assert_same(got, wanted, given)


def test_float16_keeps_parameters_of_containers():
    """pandas, xarray and Dask arrays of float16: as an array."""
    x = np.array([-1e-4, -1, 0, 2, 60000], np.float16)
    wanted = fastact.elu(x, 1e5)
    assert wanted[0] == -10
    done = 0
    for module, make in (
        ("pandas", "Series"),
        ("pandas", "DataFrame"),
        ("xarray", "DataArray"),
        ("dask.array", "from_array"),
    ):
        try:
            container = getattr(__import__(module, fromlist=[make]), make)
        except ImportError:
            continue
        got = fastact.elu(container(x[:, None] if make == "DataFrame" else x), 1e5)
        assert_same(np.asarray(got).reshape(-1), wanted, make)
        done += 1
    if not done:
        pytest.skip("no pandas, no xarray, no dask")


#: values of a parameter, far apart, of those that a rule accepts
SPREAD = (-np.inf, -1e3, -2.0, -0.25, 0.0, 0.3, 1.0, 7.0, 1e3, np.inf)


def accepted(rule, value, previous):
    return {"ANY": True, "POSITIVE": 0 < value < np.inf, "NONNEGATIVE": value >= 0,
            "NONZERO": 0 < abs(value) < np.inf, "ABOVE_PREVIOUS": value >= previous,
            "BELOW_PREVIOUS": value <= previous}[rule]  # fmt: skip


@pytest.mark.parametrize("isa", ISAS)
@each_dtype
@pytest.mark.parametrize(("row", "kind"), [pytest.param(r, k, id=f"{r.name}-{k}") for r, k in PASSES if r.params])
def test_nan_parameters(row, kind, dtype, isa):
    """A NaN parameter gives NaN wherever another value of it would change the result, as a NaN bound of np.clip does;
    one that all elements share, and one for each element."""
    x = np.array(
        [-np.inf, -1e30, -30, -2.5, -1, -0.5, -0.1, -1e-3, -0.0, 0, 1e-3, 0.1, 0.5, 1, 2.5, 30, 1e30, np.inf], dtype
    )
    x = np.resize(x, 75)
    a, b = (x, None) if kind == "forward" else (np.ones_like(x), x)
    for params in legal(row, kind):
        for i, param in enumerate(row.params):
            results = []
            for value in SPREAD:
                rules = [param.rule] + [param.rule_y] * (kind == "backward_y")
                if all(accepted(rule, value, params[max(i - 1, 0)]) for rule in rules):
                    results.append(run_isa(isa, row, kind, a, b, (*params[:i], value, *params[i + 1 :])))
            depends = np.zeros(len(x), bool)
            for result in results:
                depends |= (result != results[0]) & ~(np.isnan(result) & np.isnan(results[0]))
            with_nan = (*params[:i], np.nan, *params[i + 1 :])
            shared = run_isa(isa, row, kind, a, b, with_nan)
            each = run_isa(isa, row, kind, a, b, tuple(np.full(len(x), p, dtype) for p in with_nan))
            assert_same(each, shared, (params, param.name))
            assert np.isnan(shared[depends]).all(), (params, param.name, x[depends & ~np.isnan(shared)])
            some = [np.full(len(x), p, dtype) for p in params]
            some[i][1::2] = np.nan
            mixture, plain = run_isa(isa, row, kind, a, b, tuple(some)), run_isa(isa, row, kind, a, b, params)
            assert_same(mixture[::2], plain[::2], (params, param.name))
            assert_same(mixture[1::2], shared[1::2], (params, param.name))


@pytest.mark.parametrize("dtype", [np.float16, *DTYPES])
def test_nan_bounds_as_in_numpy(dtype):
    x = np.array([-np.inf, -1, 0, 1, np.inf, np.nan], dtype)
    for low, high in ((np.nan, 2), (-2, np.nan), (np.nan, np.nan)):
        wanted = np.clip(x, dtype(low), dtype(high))
        assert np.isnan(wanted).all()
        for function in (fastact.clip, fastact.hardtanh, fastact.clipped_gelu):
            assert_same(function(x, low, high), wanted)
            assert_same(function(x, np.full(6, low), np.full(6, high)), wanted)
            assert np.isnan(function(1.0, low, high))
        for function in (fastact.clip_backward, fastact.hardtanh_backward, fastact.clipped_gelu_backward):
            assert_same(function(x, x, low, high), wanted)


@WITH_PARAMS
@pytest.mark.parametrize("bad", ["1", 1j, None, [1j], np.array("1"), object, np.timedelta64(1, "s")], ids=repr)
def test_parameters_that_are_no_numbers(row, bad):
    params = [bad, *defaults(row)[1:]]
    for invoke in (lambda: row.forward(np.ones(3), *params), lambda: row.backward(np.ones(3), np.ones(3), *params)):
        with pytest.raises(TypeError, match=rf"{row.function}.*{row.params[0].name}"):
            invoke()


def test_approximate():
    x, g = mixed(np.float32), gradients(np.float32)
    assert_same(fastact.gelu(x, approximate="none"), fastact.gelu(x))
    assert_same(fastact.gelu(x, approximate="tanh"), ufuncs.gelu_tanh(x))
    assert_same(fastact.gelu_backward(g, x, approximate="tanh"), ufuncs.gelu_tanh_backward(g, x))
    assert not np.array_equal(fastact.gelu(x, approximate="tanh"), fastact.gelu(x), equal_nan=True)
    for bad in ("Tanh", "erf", None, True, 1):
        for invoke in (lambda v: fastact.gelu(x, approximate=v), lambda v: fastact.gelu_backward(g, x, approximate=v)):
            with pytest.raises(ValueError, match=r"gelu.*approximate.*none.*tanh"):
                invoke(bad)
    with pytest.raises(TypeError):
        fastact.gelu(x, "tanh")
    assert not hasattr(fastact, "gelu_tanh")


# --- errors ------------------------------------------------------------------------------------------------------

HUGE = 10**400
X = np.linspace(-1, 1, 6).reshape(2, 3)


@pytest.mark.parametrize("dtype", [np.float16, *DTYPES])
@WITH_PARAMS
def test_parameters_beyond_a_double(row, dtype):
    for i, param in enumerate(row.params):
        for value in (HUGE, -HUGE, [HUGE] * 3, np.array(HUGE)):
            params = list(defaults(row))
            params[i] = value
            x, out = X.astype(dtype), np.full((2, 3), 7, dtype)
            error = TypeError if isinstance(value, np.ndarray) else ValueError
            for function, given, keywords in ((row.forward, (x, *params), {"out": out}),
                                              (row.forward, (1.0, *params), {}),
                                              (row.backward, (x, x, *params), {"out": out})):  # fmt: skip
                said = rf"^{row.name}(_backward)?: {param.name} (is an int of 1329 bits; accepted|must be)"
                with pytest.raises(error, match=said):
                    function(*given, **keywords)
            assert (out == 7).all()


@pytest.mark.parametrize(
    ("invoke", "said"),
    [
        (lambda: fastact.bias_activation(X, np.ones(3), "elu", HUGE), "bias_activation: alpha"),
        (lambda: fastact.bias_activation_backward(X, "elu", HUGE, z=X), "bias_activation_backward: alpha"),
        (lambda: fastact.prelu(X, HUGE), "prelu: weight"),
        (lambda: fastact.prelu_backward(X, X, HUGE), "prelu_backward: weight"),
        (lambda: fastact.rrelu(X, HUGE, seed=1), "rrelu: lower"),
        (lambda: fastact.rrelu_backward(X, X, 0.1, HUGE, seed=1), "rrelu_backward: upper"),
        (lambda: fastact.swish_parameters_backward(X, X, HUGE), "swish_parameters_backward: beta"),
        (lambda: fastact.xielu_parameters_backward(X, X, eps=HUGE), "xielu_parameters_backward: eps"),
        (lambda: fastact.xielu_parameters_backward(X, X, HUGE), "xielu_parameters_backward: alpha_p"),
        (lambda: fastact.softmax(X, temperature=HUGE), "softmax: temperature"),
        (lambda: fastact.log_softmax_backward(X, X, temperature=HUGE), "log_softmax_backward: temperature"),
        (lambda: fastact.gumbel_softmax(X, temperature=HUGE, seed=1), "gumbel_softmax: temperature"),
        (lambda: fastact.softmax_cross_entropy(X, np.zeros(2, int), label_smoothing=HUGE),
         "softmax_cross_entropy: label_smoothing"),
    ],
)  # fmt: skip
def test_numbers_beyond_a_double(invoke, said):
    """Every number that an option takes: the function and the argument are named."""
    with pytest.raises(ValueError, match=rf"^{said} is an int of 1329 bits; accepted are numbers"):
        invoke()


@pytest.mark.parametrize("bad", [np.array(["none", "tanh"]), np.ones(2), ["none"], None, 1, b"none"], ids=repr)
def test_choices_that_are_no_strings(bad):
    labels = np.zeros(2, int)
    for invoke, said in ((lambda: fastact.gelu(X, approximate=bad), r"gelu: approximate"),
                         (lambda: fastact.gelu_backward(X, X, approximate=bad), r"gelu_backward: approximate"),
                         (lambda: fastact.geglu(X, X, approximate=bad), r"geglu: approximate"),
                         (lambda: fastact.geglu_backward(X, X, X, approximate=bad), r"geglu_backward: approximate"),
                         (lambda: fastact.softmax_cross_entropy(X, labels, reduction=bad), r"softmax_.*reduction"),
                         (lambda: fastact.sigmoid_cross_entropy(X, X, reduction=bad), r"sigmoid_.*reduction"),
                         ):  # fmt: skip
        with pytest.raises(ValueError, match=rf"(?s)^{said} = .* must be one of '"):
            invoke()


@each_public
def test_where_of_another_shape(row):
    """Also where it is the only other shape, and where it is a list."""
    for where in ([True, False], np.ones(7, bool), [[True]] * 5):
        with pytest.raises(ValueError, match=rf"^{row.name}: .*x \(2, 3\), where \({np.shape(where)[0]},"):
            getattr(fastact, row.name)(X, where=where)


BAD_INPUTS = [
    np.ones(3, complex),
    np.ones(3, np.complex64),
    np.array([1, None, 2], object),
    np.array(["a", "b", "c"]),
    np.array([b"a", b"b", b"c"]),
    np.ones(3, np.longdouble),
    np.ones(3, "M8[s]"),
    np.ones(3, "m8[s]"),
    np.zeros(3, [("a", float)]),
    1j,
    "1.0",
    None,
    object(),
    {"a": 1},
]
LONG_DOUBLE = np.dtype(np.longdouble).itemsize > 8


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=lambda v: getattr(getattr(v, "dtype", None), "str", repr(type(v))))
@each_pass
def test_inputs_that_are_no_numbers(row, kind, bad):
    """TypeError with the name of the function and of the argument; out is as it was."""
    good = np.ones(3)
    names = {"forward": ["x"], "backward": ["grad", "x"], "backward_y": ["grad", "y"]}[kind]
    for i, name in enumerate(names):
        if bad is None and name in ("x", "y") and kind != "forward":
            continue  # that is: not given
        values = [good, good]
        values[i] = bad
        out = np.full(3, 7.0)
        with pytest.raises(TypeError, match=rf"{row.function}(_backward)?\b.*\b{name}\b") as error:
            call(row, kind, *values, out=out)
        assert re.search(r"float32|float64", str(error.value)), str(error.value)
        assert (out == 7).all()


@each_pass
def test_out_that_cannot_be(row, kind):
    """Refused with a message that names function, argument, what was given and what is accepted; nothing written."""
    x = np.ones((2, 3), np.float32)
    readonly = np.full((2, 3), 7, np.float32)
    readonly.flags.writeable = False
    for out, exception, said in [
        (np.full((2, 3), 7, np.int32), TypeError, ["int32", "float32"]),
        (np.full((2, 3), True), TypeError, ["bool", "float32"]),
        (np.full((2, 3), 7, complex), TypeError, ["complex128", "float32"]),
        (np.full((2, 3), 7, object), TypeError, ["object", "float32"]),
        (np.full((2, 3), 7, np.longdouble), TypeError, [np.dtype(np.longdouble).name, "float32"]),
        ([1.0] * 3, TypeError, ["list"]),
        (7.0, TypeError, ["float"]),
        ("out", TypeError, ["str"]),
        (readonly, ValueError, ["read-only"]),
        (np.full((3, 2), 7, np.float32), ValueError, ["(3, 2)", "(2, 3)"]),
        (np.full((2, 2, 3), 7, np.float32), ValueError, ["(2, 2, 3)", "(2, 3)"]),
        (np.full((), 7, np.float32), ValueError, ["()", "(2, 3)"]),
        (np.full(6, 7, np.float32), ValueError, ["(6,)", "(2, 3)"]),
    ]:  # fmt: skip
        with pytest.raises(exception, match=rf"{row.function}(_backward)?\b.*\bout\b") as error:
            call(row, kind, x, x, out=out)
        for part in said:
            assert part in str(error.value), (part, str(error.value))
        if isinstance(out, np.ndarray):
            assert (out == out.dtype.type(7)).all()


@each_public
def test_shapes_that_do_not_broadcast(row):
    a, b, out = np.ones((2, 3)), np.ones((2, 4)), np.full((2, 3), 7.0)
    back = getattr(fastact, f"{row.name}_backward")
    calls = [lambda: back(a, b, out=out)]
    if row.from_y:
        calls.append(lambda: back(a, y=b, out=out))
    if row.params:
        calls.append(lambda: row.forward(a, *([np.ones((2, 4))] * len(row.params)), out=out))
    for invoke in calls:
        with pytest.raises(ValueError, match=rf"^{row.name}.*\(2, 3\).*\(2, 4\)"):
            invoke()
    assert (out == 7).all()


@each_public
def test_exactly_one_of_x_and_y(row):
    back, g = getattr(fastact, f"{row.name}_backward"), np.ones(3)
    if row.from_y:
        for invoke in (lambda: back(g), lambda: back(g, g, y=g), lambda: back(g, None), lambda: back(g, None, y=None)):
            with pytest.raises(TypeError, match=rf"{row.name}_backward.*\bx\b.*\by\b"):
                invoke()
    else:
        for invoke in (lambda: back(g), lambda: back(g, None), lambda: back(g, y=g), lambda: back(g, g, y=g)):
            with pytest.raises(TypeError):
                invoke()
    with pytest.raises(TypeError):
        back()
    with pytest.raises(TypeError):
        back(grad=g, x=g)
    with pytest.raises(TypeError, match="nonsense"):
        back(g, g, nonsense=1)
    with pytest.raises(TypeError):
        getattr(fastact, row.name)()
    with pytest.raises(TypeError):
        getattr(fastact, row.name)(x=g)


@each_dtype
def test_prelu_of_a_number(dtype):
    """A weight of one element goes with an x without dimensions, as in PyTorch; so does its gradient."""
    x = np.array(-1.0, dtype)
    for weight in (0.25, [0.25], np.array([0.25]), np.array([0.25], dtype), np.array(0.25)):
        for value in (x, x[()], *([-1.0] if dtype is np.float64 else [])):
            got = fastact.prelu(value, weight)
            assert got == -0.25
            assert np.shape(got) == ()
            assert got.dtype == dtype
            for dx, dw in (fastact.prelu_backward(value, value, weight),
                           fastact.prelu_backward(value, None, weight, y=got)):  # fmt: skip
                assert dx == -0.25
                assert np.shape(dx) == ()
                assert np.shape(dw) == np.shape(weight)
                assert np.all(dw == 1)
    with pytest.raises(ValueError, match=r"^prelu: (weight|axis)"):
        fastact.prelu(x, [0.25, 0.5])
    with pytest.raises(ValueError, match=r"^prelu_backward: (weight|axis)"):
        fastact.prelu_backward(x, x, [0.25, 0.5])


# --- what a function shows ------------------------------------------------------------------------------------------


@each_public
def test_signatures(row):
    variants = [r for r in ROWS.values() if r.function == row.name and r.variant]
    p = inspect.Parameter
    params = [p(q.name, p.POSITIONAL_OR_KEYWORD, default=q.default) for q in row.params]
    choice = [p("approximate", p.KEYWORD_ONLY, default="none")] if variants else []
    out = p("out", p.KEYWORD_ONLY, default=None)
    forward = [p("x", p.POSITIONAL_ONLY), *params, *choice, out, p("where", p.KEYWORD_ONLY, default=True)]
    if row.from_y:
        backward = [p("grad", p.POSITIONAL_ONLY), p("x", p.POSITIONAL_ONLY, default=None), *params, *choice,
                    p("y", p.KEYWORD_ONLY, default=None), out]  # fmt: skip
    else:
        backward = [p("grad", p.POSITIONAL_ONLY), p("x", p.POSITIONAL_ONLY), *params, *choice, out]
    for name, wanted in ((row.name, forward), (f"{row.name}_backward", backward)):
        got = inspect.signature(getattr(fastact, name))
        shown = [(q.name, q.kind, q.default) for q in got.parameters.values()]
        assert sorted(shown, key=str) == sorted([(q.name, q.kind, q.default) for q in wanted], key=str), name


@each_public
def test_docstrings(row):
    """Formula, parameters with defaults, dtypes, errors, error bounds, what backward needs, source: all there."""
    variants = [r for r in ROWS.values() if r.function == row.name]
    forward, backward = getattr(fastact, row.name).__doc__, getattr(fastact, f"{row.name}_backward").__doc__
    plain, slope = " ".join(forward.split()), " ".join(backward.split())
    for r in variants:
        assert r.formula in forward
        assert r.derivative in backward
        assert not r.from_y or r.derivative_y in backward
        assert r.source.split(",")[0] in plain
    for title in ("Parameters", "Returns", "Raises", "Notes"):
        assert f"{title}\n" in inspect.cleandoc(forward)
        assert f"{title}\n" in inspect.cleandoc(backward)
    for param in row.params:
        for text in (plain, slope):
            assert re.search(rf"{param.name} : .*default {param.default!r}", text), param
    for word in ("float16", "float32", "float64", "Error: ", "TypeError", "ValueError", "out :"):
        assert word in plain, word
        assert word in slope, word
    assert f"{row.name}_backward" in plain
    assert ("or, from the output y" in slope) == row.from_y
    if not row.from_y:
        assert re.search(r"[Kk]eep x|x must be kept|needs .?x", slope)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # NumPy looks for a ufunc's module in all of them
def test_pickling():
    """By name: functions and ufuncs come back as the same objects."""
    for name in fastact.__all__:
        value = getattr(fastact, name)
        if callable(value):
            assert pickle.loads(pickle.dumps(value)) is value, name
    for name in ufuncs.__all__:
        value = getattr(ufuncs, name)
        assert isinstance(value, np.ufunc)
        assert pickle.loads(pickle.dumps(value)) is value, name


@each_row
def test_ufuncs(row):
    """Real ones: names, operands, loops for e, f and d in that order, the methods, the same bits as the functions."""
    n = len(row.params)
    for suffix, inputs in (("", 1), ("_backward", 2), *([("_backward_y", 2)] if row.from_y else [])):
        ufunc = getattr(ufuncs, row.name + suffix)
        assert isinstance(ufunc, np.ufunc)
        assert ufunc.__name__ == row.name + suffix
        assert (ufunc.nin, ufunc.nout) == (inputs + n, 1)
        assert ufunc.types == [c * inputs + (c if c != "e" else "f") * n + "->" + c for c in "efd"]
        assert len(ufunc.__doc__) > 80
    assert not hasattr(ufuncs, f"{row.name}_backward_y") or row.from_y
    for dtype in (np.float16, *DTYPES):
        x = mixed(dtype, 700)
        params = [(np.float32 if dtype is np.float16 else dtype)(p) for p in defaults(row)]
        got = getattr(ufuncs, row.name)(x, *params)
        assert got.dtype == dtype
        assert_same(got, row.forward(x), "ufunc")
        if dtype is not np.float16:
            assert_same(got, run_isa(IN_USE, row, "forward", x, None, tuple(map(float, params))))
    x = np.linspace(-2, 2, 5)
    if n == 0:
        got = getattr(ufuncs, f"{row.name}_backward").outer(x, x)
        assert_same(got, row.backward(x[:, None], x[None, :]))
        y = x.copy()
        getattr(ufuncs, row.name).at(y, [0, 2])
        assert_same(y[[0, 2]], row.forward(x[[0, 2]]))
        assert_same(y[[1, 3, 4]], x[[1, 3, 4]])


# --- quiet, and without allocation ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, *DTYPES], ids=["float16", "float32", "float64"])
@each_pass
def test_never_a_warning(row, kind, dtype):
    """No floating-point warning, whatever comes in, on any path: direct, strided, broadcast, mixed, half."""
    with np.errstate(all="ignore"):
        x = mixed(dtype, 4000, seed=3)
        grad = np.roll(mixed(dtype, 4000, seed=4), 7)
    info = np.finfo(dtype)
    sets = [
        *legal(row, kind),
        *[tuple(float(dtype(v)) for _ in row.params) for v in (info.tiny, info.max / 4) if row.params],
    ]
    for params in sets:
        divisors = [v for v, p in zip(params, row.params, strict=True) if {p.rule, p.rule_y} & {"POSITIVE", "NONZERO"}]
        if not all(float(info.tiny) <= abs(v) <= float(info.max) for v in divisors):
            continue  # refused in this dtype
        with np.errstate(all="ignore"):
            a, b, _ = arguments(row, kind, x, grad, params)
        with np.errstate(all="raise"), warnings.catch_warnings():
            warnings.simplefilter("error")
            out = run(row, kind, a, b, params)
            assert out.dtype == dtype
            run(row, kind, a[::2], None if b is None else b[::2], params)
            run(row, kind, a.reshape(40, 100).T, None if b is None else b.reshape(40, 100).T, params)
            run(row, kind, a[:1], None if b is None else b[:1], params)
            run(row, kind, a[0], None if b is None else b[0], params)
            run(row, kind, a, None if b is None else b.astype(np.dtype(dtype).newbyteorder()), params)
            np.add(np.ones(3, dtype), 1)  # no flag is left behind for the next one
            run(row, kind, a, b, tuple(np.full(len(a), p) for p in params))


def in_place_calls(row, kind, x, grad):
    """The calls in place of one pass: with defaults, and with a parameter given."""
    function = getattr(fastact, row.function if kind == "forward" else f"{row.function}_backward")
    keywords = row.keywords()
    if kind == "forward":
        yield (lambda: function(x, out=x, approximate="tanh")) if keywords else (lambda: function(x, out=x))
    elif kind == "backward":
        yield (
            (lambda: function(grad, x, out=grad, approximate="tanh"))
            if keywords
            else (lambda: function(grad, x, out=grad))
        )
        yield (lambda: function(grad, x, out=x, approximate="tanh")) if keywords else (lambda: function(grad, x, out=x))
    else:
        yield lambda: function(grad, y=x, out=grad)
        yield lambda: function(grad, y=x, out=x)
    if row.params and kind != "backward_y":
        first = row.params[0].default
        yield (lambda: function(x, first, out=x)) if kind == "forward" else (lambda: function(grad, x, first, out=grad))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("n", [16, 3000, 400_000])
@each_dtype
@each_pass
def test_in_place_allocates_nothing(row, kind, dtype, n, threads):
    """Zero bytes: small, large, parallel, rows of a larger array; into x, into the gradient, into the kept buffer."""
    quarter = n // 4
    for x, grad in (
        [np.full(n, 0.5, dtype) for _ in range(2)],
        [np.full((quarter, 4), 0.5, dtype, order="F") for _ in range(2)],
        [np.full((4, quarter + 8), 0.5, dtype)[:, :quarter] for _ in range(2)],  # only the rows are contiguous
    ):
        for invoke in in_place_calls(row, kind, x, grad):
            with fastact.threads(threads):
                assert peak_of(invoke) == 0, (x.shape, x.strides)


def test_allocation_is_noticed():
    """The test above can fail."""
    x = np.ones(1000)
    assert peak_of(lambda: fastact.relu(x)) >= 8000
    assert peak_of(lambda: np.tanh(np.asarray(x[::2]), out=x[:500])) > 0


@each_row
def test_exact_results_of_simple_cases(row):
    """A few values by hand, so that a mistake shared by kernels and references would show."""
    by_hand = {
        "identity": {-2: -2, 3: 3}, "relu": {-2: 0, 3: 3}, "relu6": {-1: 0, 4: 4, 9: 6},
        "leaky_relu": {-2: -0.02, 3: 3}, "elu": {-1: -0.6321205588285577, 2: 2},
        "selu": {-1: -1.1113307378125625, 1: 1.0507009873554805}, "celu": {-1: -0.6321205588285577, 2: 2},
        "sigmoid": {0: 0.5, 1: 0.7310585786300049}, "logsigmoid": {0: -0.6931471805599453},
        "tanh": {1: 0.7615941559557649}, "softplus": {0: 0.6931471805599453, 1: 1.3132616875182228},
        "softsign": {1: 0.5, -3: -0.75}, "silu": {1: 0.7310585786300049, -1: -0.2689414213699951},
        "swish": {1: 0.7310585786300049}, "mish": {1: 0.8650983882673103}, "gelu": {1: 0.8413447460685429},
        "gelu_tanh": {1: 0.8411919906082768}, "hardtanh": {-2: -1, 0.5: 0.5, 2: 1},
        "hardsigmoid": {-4: 0, 0: 0.5, 4: 1}, "hardswish": {-4: 0, 1: 2 / 3, 4: 4},
    }  # fmt: skip
    for x, y in by_hand.get(row.name, {}).items():
        assert row.forward(np.float64(x)) == pytest.approx(y, rel=1e-15)
        slope = (row.forward(x + 1e-6) - row.forward(x - 1e-6)) / 2e-6
        assert row.backward(1.0, np.float64(x)) == pytest.approx(slope, abs=1e-8)
    assert row.name in by_hand or row.name in REFERENCES


# --- shortcuts ---------------------------------------------------------------------------------------------------


def test_times_are_no_numbers():
    for bad in (np.timedelta64(1, "s"), np.datetime64(1, "s"), np.ones(3, "m8[s]")):
        for x in (np.ones(3), 1.0, [1.0, 2.0]):
            with pytest.raises(TypeError, match=r"^elu: alpha must be a real number"):
                fastact.elu(x, bad)
            with pytest.raises(TypeError, match=r"^elu_backward: alpha must be a real number"):
                fastact.elu_backward(x, x, bad)


def test_identity_in_place_touches_nothing():
    """A signalling NaN stays one: it has not passed through a register."""
    bits = np.full(100, 0x7FA00001, np.uint32)
    for x in (bits.view(np.float32), bits.view(np.float32)[::3], bits.view(np.float16)):
        assert fastact.identity(x, out=x) is x
    assert (bits == 0x7FA00001).all()
    bits.flags.writeable = False
    for x in (bits.view(np.float32), bits.view(np.float16)):
        with pytest.raises(ValueError, match="read-only"):
            fastact.identity(x, out=x)


@each_pass
def test_numbers_lists_and_integers_take_the_ufuncs_bits(row, kind):
    """They do not go through the ufunc; dtype, layout and bits are as if they did."""
    name = row.name + {"forward": "", "backward": "_backward", "backward_y": "_backward_y"}[kind]
    ufunc, n = getattr(ufuncs, name), 1 + (kind != "forward")
    lists = [[0.5, 1, -2.5], [[1, 2], [0, 3]], [], ((0.25,),), [True, False], [np.float32(2)]]
    arrays = [np.arange(6, dtype=dtype).reshape(2, 3) for dtype in "hHilLqQ"]
    for value in (0.3, 1, -7, 2**62 + 1, np.float64(-0.7), np.float32(0.3), True, 2**63, *lists, *arrays, arrays[2].T):
        dtype = np.tanh(np.zeros(1, np.asarray(value).dtype)).dtype
        work = np.float32 if dtype == np.float16 else dtype  # of the parameters
        signature = (dtype,) * n + (np.dtype(work),) * len(row.params) + (dtype,)
        wanted = ufunc(*[value] * n, *defaults(row), signature=signature)
        got = call(row, kind, *[value] * n)
        assert type(got) is type(wanted)
        assert got.dtype == wanted.dtype
        assert got.strides == wanted.strides
        assert_same(np.asarray(got), np.asarray(wanted), repr(value))
    kept = arrays[3].copy()
    call(row, kind, *[arrays[3]] * n)
    assert (arrays[3] == kept).all()
    if n == 2:
        assert call(row, kind, np.int16(1), 0.5).dtype == np.float64
        assert call(row, kind, np.float32(1), 0.5).dtype == np.float32
        assert call(row, kind, np.ones(2, np.int16), np.ones(2, np.int32)).dtype == np.float64
        assert call(row, kind, np.ones(2, np.int16), np.ones(2, np.float32)).dtype == np.float32


@pytest.mark.parametrize("name", ["celu", "softplus"])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_divisors_are_finite_and_normal(name, dtype):
    """1 / parameter must not overflow: what is refused would give a NaN."""
    f, x, info = getattr(fastact, name), np.linspace(-2, 2, 9).astype(dtype), np.finfo(dtype)
    for bad in (0.0, np.inf, float(info.tiny) / 2, np.array([1.0, 0.0, 1.0] * 3)):
        with pytest.raises(ValueError, match=f"^{name}: .* finite.* not subnormal"):
            f(x, bad)
    for good in (float(info.tiny), float(info.max), 1, np.arange(1, 10)):
        assert not np.isnan(f(x, good)).any()
