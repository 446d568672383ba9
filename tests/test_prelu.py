"""prelu, biases, gradients of parameters: values, sums in a fixed order, layouts, what is refused."""

from pathlib import Path

import numpy as np
import pytest
from support import (
    DTYPES,
    ISAS,
    assert_same,
    assert_same_in_each_class,
    child,
    each_dtype,
    mixed,
    peak_of,
    python,
    threads_from,
)

import fastact

SHAPES = [(7, 5), (33, 3, 4), (5, 70), (3, 2, 300), (2, 3, 40000), (4, 8, 5, 5), (700, 3), (2, 5000), (40, 64, 9, 9),
          (1, 6, 70), (300, 1), (6, 1, 80), (5, 3, 1), (12,), (1100, 130)]  # fmt: skip


@pytest.fixture
def many_threads():
    with threads_from(64):
        yield


def data(shape, dtype, seed=0):
    random = np.random.default_rng(seed)
    channels = shape[1] if len(shape) > 1 else shape[0]
    return (random.normal(size=shape).astype(dtype), random.normal(size=shape).astype(dtype),
            random.uniform(0.1, 0.5, channels).astype(dtype))  # fmt: skip


def spread(weight, ndim):
    """In a shape that broadcasts along axis 1."""
    return np.reshape(weight, (-1,) + (1,) * max(ndim - 2, 0))


def exact_sum(terms, shape):
    """In long double; and the sum of the magnitudes."""
    padded = (1,) * (terms.ndim - len(shape)) + shape
    axes = tuple(i for i, n in enumerate(padded) if n == 1)
    return terms.sum(axis=axes).reshape(shape), abs(terms).sum(axis=axes).reshape(shape)


def assert_sum(got, terms, ulps):
    total, size = exact_sum(terms, np.shape(got))
    error = abs(got - total) / np.spacing(np.maximum(size, np.finfo(got.dtype).tiny).astype(got.dtype))
    assert (error <= ulps).all(), float(error.max())


def layouts(v):
    yield v.copy()
    yield v.copy("F")
    room = np.zeros((*v.shape[:-1], 2 * v.shape[-1]), v.dtype)
    room[..., : v.shape[-1]] = v
    yield room[..., : v.shape[-1]]  # rows are contiguous
    room[..., ::2] = v
    yield room[..., ::2]
    yield v[::-1].copy()[::-1]


# --- prelu ----------------------------------------------------------------------------------------------------------


@each_dtype
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_prelu(shape, dtype, many_threads):
    """The bits of leaky_relu; the sums against long double; the same for threads and layouts, in place, from y."""
    x, grad, weight = data(shape, dtype)
    wide = spread(weight, len(shape))
    wanted, slope = fastact.leaky_relu(x, wide), fastact.leaky_relu_backward(grad, x, wide)
    with fastact.threads(1):
        d_x, d_weight = fastact.prelu_backward(grad, x, weight)
    assert d_weight.shape == weight.shape
    assert d_weight.dtype == dtype
    assert_same(d_x, slope)
    terms = grad.astype(np.longdouble) * np.minimum(x, 0)
    assert_sum(d_weight.reshape(wide.shape), terms, 2)
    for threads in (1, 2, 3):
        with fastact.threads(threads):
            for a, g in zip(layouts(x), layouts(grad), strict=True):
                assert_same(fastact.prelu(a, weight), wanted)
                got = fastact.prelu_backward(g, a, weight)
                assert_same(got[0], slope)
                assert_same(got[1], d_weight, "the sum has another order")
                out = g.copy()
                into, d_into = fastact.prelu_backward(out, a, weight, out=out, out_weight=np.empty_like(weight))
                assert into is out
                assert_same(out, slope)
                assert_same(d_into, d_weight)
                assert fastact.prelu_backward(g, a, weight, out=a)[0] is a
                assert_same(np.asarray(a), slope)
            y = x.copy()
            assert fastact.prelu(y, weight, out=y) is y
            assert_same(y, wanted)
            from_y = fastact.prelu_backward(grad, None, weight, y=y)
            assert_same(from_y[0], slope)
            assert_sum(from_y[1].reshape(wide.shape), terms, 3)


@each_dtype
def test_shapes_of_weight(dtype, many_threads):
    """Scalars, one element, Keras' shared axes, axes that are not neighbours, other axes."""
    shape = (6, 5, 7, 4)
    x, grad, _ = data(shape, dtype)
    terms = grad.astype(np.longdouble) * np.minimum(x, 0)
    for given in [(), (1,), (1, 1), (5, 1, 1), (5, 7, 4), (1, 1, 4), (5, 1, 4), (7, 1), (6, 1, 7, 1), (6, 5, 7, 4),
                  (6, 1, 1, 1)]:  # fmt: skip
        weight = np.random.default_rng(1).uniform(0.1, 0.5, given).astype(dtype)
        for value in (weight, weight.astype(np.float64), weight.copy("F")):
            assert_same(fastact.prelu(x, value), fastact.leaky_relu(x, weight))
            d_x, d_weight = fastact.prelu_backward(grad, x, value)
            assert_same(d_x, fastact.leaky_relu_backward(grad, x, weight))
            assert d_weight.shape == given
            assert d_weight.dtype == dtype
            assert_sum(d_weight, terms, 2)
    for axis in (0, 1, 2, 3, -1, -2):
        weight = np.random.default_rng(1).uniform(0.1, 0.5, shape[axis]).astype(dtype)
        wide = weight.reshape((-1,) + (1,) * (3 - axis % 4))
        assert_same(fastact.prelu(x, weight, axis), fastact.leaky_relu(x, wide))
        d_x, d_weight = fastact.prelu_backward(grad, x, weight, axis)
        assert_sum(d_weight.reshape(wide.shape), terms, 2)
    assert type(fastact.prelu_backward(grad, x)[1]) is dtype


def test_keeps_sums_of_many_right():
    """Ten million terms, equal ones too: where float32 added in order is off by thousands of ULP."""
    n = 10_000_019
    x, grad = np.full(n, -1, np.float32), np.full(n, 0.1, np.float32)
    got = fastact.prelu_backward(grad, x, 0.25)[1]
    assert abs(float(got) + n * float(np.float32(0.1))) <= np.spacing(np.float32(n / 10))
    grad = np.random.default_rng(0).uniform(0, 1, n).astype(np.float32)
    got = fastact.prelu_backward(grad, x, 0.25)[1]
    assert abs(float(got) + grad.sum(dtype=np.float64)) <= np.spacing(np.float32(n / 2))


@each_dtype
def test_special_values(dtype):
    x = np.array([0, -0.0, np.inf, -np.inf, np.nan, 1, -1, -np.finfo(dtype).smallest_subnormal], dtype)
    got = fastact.prelu(x, 0.25)
    assert_same(got, np.array([0, -0.0, np.inf, -np.inf, np.nan, 1, -0.25, -0.0], dtype))
    ones = np.ones_like(x)
    d_x, _ = fastact.prelu_backward(ones, x, 0.25)
    assert_same(d_x, np.array([0.25, 0.25, 1, 0.25, np.nan, 1, 0.25, 0.25], dtype))
    each = fastact.prelu_backward(ones, x, np.full(8, 0.25))[1]
    assert_same(each, np.array([0, 0, 0, -np.inf, np.nan, 0, -1, x[-1]], dtype))
    inf = np.full(8, np.inf, dtype)
    assert fastact.prelu_backward(inf, np.full(8, 2, dtype), 0.25)[1] == 0
    assert fastact.prelu_backward(inf, np.full(8, -2, dtype), 0.25)[1] == -np.inf
    assert np.isnan(fastact.prelu_backward(np.array([np.nan]), np.array([2.0]), 0.25)[1])


@each_dtype
def test_lengths_and_guards(dtype):
    """Every length up to four vectors and one, with the bytes around it."""
    x, grad, weight = data((70,), dtype)
    for n in range(70):
        out, sums = np.full(n + 40, 7, dtype), np.full(n + 40, 7, dtype)
        into, d_weight = fastact.prelu_backward(grad[:n], x[:n], weight[:n], 0, out=out[20 : 20 + n],
                                                out_weight=sums[20 : 20 + n])  # fmt: skip
        assert_same(into, fastact.leaky_relu_backward(grad[:n], x[:n], weight[:n]))
        assert_same(d_weight, grad[:n] * np.minimum(x[:n], 0) + 0)
        for room in (out, sums):
            assert (room[:20] == 7).all()
            assert (room[20 + n :] == 7).all()
        fastact.prelu(x[:n], 0.25, out=out[20 : 20 + n])
        assert_same(out[20 : 20 + n], fastact.leaky_relu(x[:n], 0.25))
        assert (out[20 + n :] == 7).all()


def test_dtypes_and_scalars():
    x, grad, weight = data((6, 5), np.float32)
    half = fastact.prelu(x.astype(np.float16), weight)
    assert half.dtype == np.float16
    assert_same(half, fastact.prelu(x.astype(np.float16).astype(np.float32), weight).astype(np.float16))
    assert [v.dtype for v in fastact.prelu_backward(grad.astype(np.float16), x.astype(np.float16), weight)] == [
        np.float16
    ] * 2
    assert_same(fastact.prelu([[1, -2]], [0.5, 0.25]), np.array([[1, -0.5]]))
    assert type(fastact.prelu(-2.0, 0.25)) is np.float64
    assert fastact.prelu(np.float32(-2), 0.25).dtype == np.float32
    assert_same(fastact.prelu(x.astype(">f4"), weight), fastact.prelu(x, weight))
    assert_same(fastact.prelu_backward(1.0, x, weight)[0], fastact.prelu_backward(np.ones_like(x), x, weight)[0])
    for kind in (tuple, list):
        assert_same(fastact.prelu(x, kind(weight)), fastact.prelu(x, weight))
        assert_same(fastact.prelu_backward(grad, x, kind(weight))[1], fastact.prelu_backward(grad, x, weight)[1])
        assert_same(
            fastact.swish_parameters_backward(grad, x, kind(weight)), fastact.swish_parameters_backward(grad, x, weight)
        )
    wide = np.empty((6, 5))
    assert fastact.prelu(x, weight, out=wide) is wide
    assert_same(wide, fastact.prelu(x, weight).astype(np.float64))
    for shape in ((0,), (3, 0), (0, 4)):
        empty = np.zeros(shape, np.float32)
        assert fastact.prelu(empty, 0.25).shape == shape
        d_x, d_weight = fastact.prelu_backward(empty, empty, np.zeros(shape[-1:], np.float32), -1)
        assert d_x.shape == shape
        assert_same(d_weight, np.zeros(shape[-1:], np.float32))


def test_overlaps():
    """As if copied first: out beside x, weight under out."""
    room = mixed(np.float32, 300)
    x, out = room[:200].copy(), None
    wanted = fastact.prelu(x, 0.25)
    out = room[3:203]
    assert_same(fastact.prelu(room[:200], 0.25, out=out), wanted)
    square = data((20, 20), np.float32)[0]
    wanted = fastact.prelu(square, square[0].copy())
    assert_same(fastact.prelu(square, square[0], out=square), wanted)
    with pytest.raises(ValueError, match="out_weight overlaps out"):
        fastact.prelu_backward(square, square, square[0], out=square, out_weight=square[0])


def test_outs_that_share_memory():
    """Refused before anything is written, also where out cannot be written to directly; columns that take turns are
    apart."""
    for dtype in DTYPES:
        x, grad, weight = data((30, 4), dtype)
        d_x, d_weight = fastact.prelu_backward(grad, x, weight)
        z_x, z_bias = fastact.bias_activation_backward(grad, "gelu", z=x)
        for wide in (dtype, np.float16, np.dtype(dtype).newbyteorder()):
            room = np.full((30, 8), 7, wide)
            out, apart, shared = room[:, ::2], room[0, 1::2], room[0, ::2]
            for function, call in (
                ("prelu_backward", lambda out, sums: fastact.prelu_backward(grad, x, weight, out=out, out_weight=sums)),  # noqa: B023
                ("bias_activation_backward",
                 lambda out, sums: fastact.bias_activation_backward(grad, "gelu", z=x, out=out, out_bias=sums)),  # noqa: B023
            ):  # fmt: skip
                room[...] = 7
                with pytest.raises(ValueError, match=rf"^{function}: out_\w+ overlaps out"):
                    call(out, shared)
                assert (room == 7).all()
                call(out, apart)
                for got, wanted in ((out, d_x), (apart, d_weight)) if function[0] == "p" else (
                        (out, z_x), (apart, z_bias)):  # fmt: skip
                    assert_same(got.astype(wide).astype(np.float16), wanted.astype(wide).astype(np.float16))
                assert (room[:, 1::2][1:] == 7).all()
        # what is read may lie where the sums go
        spoiled = grad.copy()
        assert_same(fastact.prelu_backward(spoiled, x, weight, out_weight=spoiled[3])[1], d_weight)
        beta = weight.copy()
        wanted = fastact.swish_parameters_backward(grad, x, beta)
        assert fastact.swish_parameters_backward(grad, x, beta, out=beta) is beta
        assert_same(beta, wanted)
        spoiled = x.copy()
        assert_same(fastact.swish_parameters_backward(grad, spoiled, weight, out=spoiled[2]), wanted)


def test_a_float16_sum_that_overflows_is_quiet():
    x = np.full(70000, 8, np.float32)
    out = np.zeros((), np.float16)
    with np.errstate(all="raise"):
        fastact.swish_parameters_backward(np.full_like(x, 300), x, 0.01, out=out)
    assert np.isinf(out)


def test_no_page_beyond_is_touched():
    """Sums without a parameter read none, wherever out stands."""
    assert "no page touched" in child("sums_beside_pages")


def test_small_stacks():
    """A worker needs less than 32 KiB, so that it runs where a program gives its threads small stacks."""
    assert "ran" in child("small_stacks", OMP_STACKSIZE="40k", OMP_NUM_THREADS="3")


def test_what_is_refused():
    x, grad, weight = data((4, 3), np.float32)
    for bad in (x.astype(complex), x.astype(object), x.astype(np.longdouble), np.array("a"), None):
        with pytest.raises(TypeError, match=r"^prelu: x .*float32"):
            fastact.prelu(bad, weight)
        if bad is not None:
            with pytest.raises(TypeError, match=r"^prelu_backward: x .*float32"):
                fastact.prelu_backward(grad, bad, weight)
    with pytest.raises(TypeError, match=r"^prelu: weight must be a real number"):
        fastact.prelu(x, "a")
    with pytest.raises(ValueError, match=r"^prelu: weight has shape \(4,\), which is not \(3,\)"):
        fastact.prelu(x, np.ones(4))
    with pytest.raises(ValueError, match=r"^prelu: weight has shape \(2, 3\), which does not broadcast to \(4, 3\)"):
        fastact.prelu(x, np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"^prelu: axis = 2 is out of range"):
        fastact.prelu(x, weight, 2)
    with pytest.raises(TypeError, match=r"^prelu: axis must be an int"):
        fastact.prelu(x, weight, "a")
    before = grad.copy()
    for v in (0.0, -0.5, np.inf, 1e-39):
        shown = v if np.isinf(v) else np.float32(v)
        for given in (np.array([0.25, v, 1]), np.float32([0.25, 1, v]), v, np.float32([v])):
            with pytest.raises(ValueError, match=rf"^prelu_backward: weight = {shown} must be > 0.*y="):
                fastact.prelu_backward(grad, None, given, y=x, out=grad)
    assert_same(grad, before)
    assert np.isnan(fastact.prelu_backward(grad, None, np.float32([0.25, np.nan, 1]), y=-abs(x))[0][:, 1]).all()
    wide, weights = x.astype(float), np.array([0.25, 1e-39, 1])  # a divisor of float64
    assert fastact.prelu_backward(wide, None, weights, y=wide)[0].shape == (4, 3)
    for given in ({}, {"y": x}):
        with pytest.raises(TypeError, match=r"^prelu_backward: give exactly one"):
            fastact.prelu_backward(grad, *([x] if given else []), **given)
    out, readonly = np.full((4, 3), 7, np.float32), np.full((4, 3), 7, np.float32)
    readonly.flags.writeable = False
    for bad, error in ((np.ones((3, 4), np.float32), ValueError), (np.ones((4, 3), int), TypeError),
                       (readonly, ValueError), ([1], TypeError)):  # fmt: skip
        with pytest.raises(error, match=r"^prelu: out "):
            fastact.prelu(x, weight, out=bad)
        with pytest.raises(error, match=r"^prelu_backward: out "):
            fastact.prelu_backward(grad, x, weight, out=bad)
        with pytest.raises(error, match=r"^prelu_backward: out_weight "):
            fastact.prelu_backward(grad, x, weight, out=out, out_weight=bad)
        assert (out == 7).all()
        assert (readonly == 7).all()
    masked = np.ma.array(x, mask=x > 0)
    assert (fastact.prelu(masked, weight).mask == masked.mask).all()
    with pytest.raises(TypeError, match=r"prelu_backward: x is a MaskedArray.*filled"):
        fastact.prelu_backward(grad, masked, weight)


def test_containers():
    pandas, dask = pytest.importorskip("pandas"), pytest.importorskip("dask.array")
    x, grad, weight = data((4, 3), np.float64)
    assert_same(fastact.prelu(dask.from_array(x, chunks=2), weight).compute(), fastact.prelu(x, weight))
    assert_same(fastact.prelu(pandas.DataFrame(x), 0.25).to_numpy(), fastact.prelu(x, 0.25))
    with pytest.raises(TypeError, match=r"grad is a DataFrame.*pass grad.to_numpy"):
        fastact.prelu_backward(pandas.DataFrame(grad), x, weight)


@each_dtype
def test_no_memory(dtype):
    """Nothing but the objects of the call itself."""
    x, grad, weight = data((64, 32, 10, 10), dtype)
    sums = np.empty_like(weight)
    halves = np.split(data((300, 64), dtype)[0], 2, axis=-1)
    for invoke in (
        lambda: fastact.prelu(x, weight, out=x),
        lambda: fastact.prelu(x, 0.25, out=x),
        lambda: fastact.prelu(halves[0], weight, out=halves[0]),
        lambda: fastact.prelu_backward(grad, x, weight, out=grad, out_weight=sums),
        lambda: fastact.prelu_backward(halves[1], halves[0], weight, out=halves[1], out_weight=sums),
        lambda: fastact.prelu_backward(grad, None, weight, y=x, out=grad, out_weight=sums),
        lambda: fastact.prelu_backward(grad, None, 0.25, y=x, out=grad),
        lambda: fastact.rrelu(x, seed=1, out=x),
        lambda: fastact.rrelu_backward(grad, x, seed=1, out=grad),
        lambda: fastact.bias_activation(x, weight, "gelu", axis=1, out=x),
        lambda: fastact.bias_activation_backward(grad, "gelu", z=x, axis=1, out=grad, out_bias=sums),
    ):
        assert peak_of(invoke) < 400


def test_never_a_warning():
    with np.errstate(all="raise"):
        for dtype in (np.float16, *DTYPES):
            x = mixed(np.float64, 400)
            with np.errstate(all="ignore"):
                x = x.astype(dtype).reshape(20, 20)
            fastact.prelu(x, x[0])
            fastact.prelu_backward(x, x, x[0])
            fastact.rrelu(x, seed=1)
            fastact.bias_activation(x, x[0], "gelu")
            fastact.bias_activation_backward(x, "gelu", z=x)
            fastact.swish_parameters_backward(x, x, x[0])


BITS = """
import numpy as np, fastact, hashlib
r = np.random.default_rng(0)
h = hashlib.sha256()
for dtype in (np.float32, np.float64):
    for shape in ((37, 5), (1000, 130), (9, 4, 333), (40, 8, 5, 5), (3, 100000)):
        x, g = r.normal(size=shape).astype(dtype), r.normal(size=shape).astype(dtype)
        w = r.uniform(0.1, 0.5, shape[1]).astype(dtype)
        wide = w.reshape((-1,) + (1,) * (len(shape) - 2))
        for v in (fastact.prelu(x, w), *fastact.prelu_backward(g, x, w), fastact.prelu_backward(g, x, 0.25)[1],
                  fastact.rrelu(x, seed=7), fastact.rrelu_backward(g, x, seed=7),
                  fastact.swish_parameters_backward(g, x, wide),
                  *fastact.xielu_parameters_backward(g, x, wide, 0.8), fastact.bias_activation(x, w, "gelu", axis=1),
                  *fastact.bias_activation_backward(g, "gelu", z=x, axis=1)):
            h.update(np.ascontiguousarray(v).tobytes())
print(h.hexdigest())
"""


def test_same_bits_for_instruction_sets():
    path = str(Path(fastact.__file__).parents[1])
    found = {isa: python("-c", BITS, FASTACT_ISA=isa, PYTHONPATH=path).stdout for isa in ISAS}
    assert all(found.values())
    assert_same_in_each_class(found)


# --- bias and activation --------------------------------------------------------------------------------------------


@each_dtype
@pytest.mark.parametrize(("shape", "axis"), [((7, 5), -1), ((300, 40), -1), ((4, 6, 9, 11), 1), ((3, 2, 5000), 1),
                                             ((2, 5000), -1), ((40, 8, 5, 5), 1)], ids=str)  # fmt: skip
def test_bias_activation(shape, axis, dtype, many_threads):
    """The bits of f(x + bias), and of f' at it; the sum of the gradients as they are."""
    x, grad, _ = data(shape, dtype)
    bias = np.random.default_rng(2).normal(size=shape[axis]).astype(dtype)
    z = x + bias.reshape((-1,) + (1,) * (len(shape) - 1 - axis % len(shape)))
    for name, params in (("gelu", ()), ("leaky_relu", (0.2,)), ("torch:GELU", ()), ("relu", ()), ("tanh", ()),
                         (fastact.get("elu", alpha=0.5), ()), ("gelu_tanh", ())):  # fmt: skip
        f = fastact.registry[name] if name == "leaky_relu" else fastact.get(name)
        f = fastact.get("leaky_relu", negative_slope=0.2) if params else f
        wanted = f.forward(z)
        d_z = f.backward(grad, z)
        first = None
        for threads in (1, 2, 3):
            with fastact.threads(threads):
                for v, g, here in zip(layouts(x), layouts(grad), layouts(z), strict=True):
                    assert_same(fastact.bias_activation(v, bias, name, *params, axis=axis), wanted)
                    assert fastact.bias_activation(v, bias, name, *params, axis=axis, out=v) is v
                    assert_same(np.asarray(v), wanted)
                    d_x, d_bias = fastact.bias_activation_backward(g, name, *params, z=here, axis=axis, out=g)
                    assert d_x is g
                    assert_same(np.asarray(d_x), d_z)
                    first = d_bias if first is None else first
                    assert_same(d_bias, first)
        moved = np.moveaxis(d_z.astype(np.longdouble), axis, -1)
        assert_sum(first, moved, 1.5)
        if f.reads != "x":
            got = fastact.bias_activation_backward(grad, name, *params, y=wanted, axis=axis)
            assert_same(got[0], f.backward(grad, y=wanted))


def test_bias_activation_refuses():
    x, bias = np.ones((2, 3), np.float32), np.ones(3, np.float32)
    back = fastact.bias_activation_backward
    for error, match, invoke in [
        (ValueError, r"bias has shape \(2,\), which is not \(3,\)",
         lambda: fastact.bias_activation(x, x[:, 0], "relu")),
        (ValueError, r"bias has shape \(2, 3\); it must have one dimension",
         lambda: fastact.bias_activation(x, x, "relu")),
        (ValueError, r"nonsense", lambda: fastact.bias_activation(x, bias, "nonsense")),
        (TypeError, r"^bias_activation: name must be", lambda: fastact.bias_activation(x, bias, np.tanh)),
        (TypeError, r"^bias_activation: 'relu' has 0 parameters, not 1",
         lambda: fastact.bias_activation(x, bias, "relu", 1.0)),
        (TypeError, r"^bias_activation: alpha must be a real number",
         lambda: fastact.bias_activation(x, bias, "elu", x)),
        (ValueError, r"^bias_activation: alpha = 0.0 must be > 0",
         lambda: fastact.bias_activation(x, bias, "celu", 0.0)),
        (ValueError, r"^bias_activation_backward: negative_slope = -1.0 must be >= 0 with y=",
         lambda: back(x, "leaky_relu", -1.0, y=x)),
        (TypeError, r"^bias_activation_backward: the gradient of 'gelu' cannot be had from y",
         lambda: back(x, "gelu", y=x)),
        (TypeError, r"^bias_activation_backward: give exactly one", lambda: back(x, "relu")),
        (TypeError, r"^bias_activation_backward: give exactly one", lambda: back(x, "relu", y=x, z=x)),
        (ValueError, r"0-dimensional", lambda: fastact.bias_activation(1.0, bias, "relu")),
    ]:  # fmt: skip
        with pytest.raises(error, match=match):
            invoke()


# --- swish ----------------------------------------------------------------------------------------------------------


@each_dtype
def test_swish_parameters(dtype):
    x, grad, _ = data((300, 40), dtype)
    x = x * 4
    for beta in (1.0, 0.3, -1.5, np.linspace(-2, 2, 40).astype(dtype), np.linspace(0.5, 2, 300)[:, None].astype(dtype)):
        b, v = np.longdouble(dtype(beta)) if np.ndim(beta) == 0 else beta.astype(np.longdouble), x.astype(np.longdouble)
        slope = np.exp(-abs(b * v)) / (1 + np.exp(-abs(b * v))) ** 2
        got = fastact.swish_parameters_backward(grad, x, beta)
        assert np.shape(got) == np.shape(beta)
        assert_sum(np.asarray(got), grad * v * v * slope, 4)
        out = np.empty(np.shape(beta), dtype)
        assert fastact.swish_parameters_backward(np.asfortranarray(grad), x, beta, out=out) is out
        assert_same(out, np.asarray(got))
    big = np.array([np.inf, -np.inf, np.finfo(dtype).max], dtype)
    assert fastact.swish_parameters_backward(np.ones(3, dtype), big) == 0
    with pytest.raises(ValueError, match=r"swish_parameters_backward: beta has shape \(2,\)"):
        fastact.swish_parameters_backward(grad, x, np.ones(2))
