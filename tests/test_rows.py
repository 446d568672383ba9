"""softmax and its family: error, edges, layouts, masks, threads, instruction sets, memory, messages."""

import functools
import itertools

import numpy as np
import pytest
from support import (
    DTYPES,
    ISAS,
    assert_same,
    assert_same_in_each_class,
    child,
    each_dtype,
    errors_of,
    every_other,
    peak_of,
    swapped,
    threads_from,
    turned,
    unaligned,
)

import fastact

PAIRS = {"softmax": "softmax_backward", "softmin": "softmin_backward", "log_softmax": "log_softmax_backward"}
#: how far float64 NumPy is to be trusted
PLAIN = {np.float32: 5e-7, np.float64: 1e-12}
LAYOUTS = {
    "last": ((7, 33), -1),
    "first": ((33, 7), 0),
    "middle": ((3, 33, 5), 1),
    "wide": ((5, 400), 0),
    "long": ((2, 2500), -1),
    "long first": ((2500, 3), 0),
    "one": ((9,), 0),
    "tuple": ((3, 4, 5), (0, 2)),
    "all": ((3, 4, 5), None),
}
each_forward = pytest.mark.parametrize("name", PAIRS)
each_layout = pytest.mark.parametrize(("shape", "axis"), LAYOUTS.values(), ids=LAYOUTS)


def plain(name, x, axis, where=None):
    """In float64 by NumPy, for what is not about the last digits."""
    x = np.asarray(x, np.float64)
    x = -x if name == "softmin" else x
    counts = np.ones(x.shape, bool) if where is None else np.broadcast_to(where, x.shape)
    most = np.max(np.where(counts, x, -np.inf), axis=axis, keepdims=True, initial=-1e300)
    e = np.where(counts, np.exp(np.where(counts, x - most, 0)), 0)
    total = e.sum(axis=axis, keepdims=True)
    with np.errstate(all="ignore"):
        if name == "log_softmax":
            return np.where(counts, x - most - np.log(total), -np.inf)
        return np.where(total > 0, e / total, 0)


@each_dtype
@pytest.mark.parametrize("length", [1, 2, 3, 10, 17, 64, 100, 1025, 3000])
def test_error(length, dtype):
    """At most 4 ULP for every spread and offset; of logsumexp of the larger of it and the maximum."""
    random = np.random.default_rng(length)
    cases = itertools.product((0, 0.1, 1, 10, 80, 1000, 1e4), (0, 50, -150, 300, -3000))
    cases = [(s, o) for s, o in cases if length <= 1000 or (s in (1, 80) and not o)]
    x = np.array([random.standard_normal(length) * spread + offset for spread, offset in cases]).astype(dtype)
    for name in (*PAIRS, "logsumexp"):
        (errors,) = errors_of(name, "forward", np.array([getattr(fastact, name)(row) for row in x]), x=x)
        assert errors.max() <= 4, (name, cases[errors.max(-1).argmax()])


@each_dtype
@pytest.mark.parametrize("temperature", [0.1, 0.7, 3.0, 1e4])
def test_error_with_temperature(temperature, dtype):
    random = np.random.default_rng(3)
    x = np.array([random.standard_normal(50) * spread * temperature + offset
                  for spread, offset in ((1, 0), (30, -100), (3, 1000))]).astype(dtype)  # fmt: skip
    for name in PAIRS:
        got = getattr(fastact, name)(x, -1, temperature)
        assert errors_of(name, "forward", got, x=x, temperature=temperature)[0].max() <= 4, name


def test_digits_that_others_lose():
    assert fastact.log_softmax(np.array([0.0, -40.0]))[0] == -np.exp(-40.0)
    assert fastact.logsumexp(np.array([0.0, -40.0])) == np.exp(-40.0)
    assert fastact.log_softmax(np.array([0, -20], np.float32))[0] == -np.exp(np.float32(-20))
    assert fastact.logsumexp(np.float32([0] + [-np.inf] * 100000)) == 0
    # a vocabulary: the sum of the results is 1
    x = np.random.default_rng(0).standard_normal((2, 1 << 17)).astype(np.float32)
    for row in fastact.softmax(x):
        assert abs(row.astype(np.float64).sum() - 1) <= 4 * 2.0**-24


@each_dtype
@each_forward
def test_backward_error(name, dtype):
    """At most 8 ULP of the larger of the two terms, the sum in one of them taken of magnitudes; also where it is 0."""
    random = np.random.default_rng(5)
    for length, spread in itertools.product((1, 2, 10, 65, 3000), (0, 0.1, 3, 30)):
        x, grad = (random.standard_normal((2, length)) * scale for scale in (spread, 1))
        grad[1] -= grad[1].mean()
        grad[1, : length // 4] *= 1e-4
        x, grad = x.astype(dtype), grad.astype(dtype)
        y = getattr(fastact, name)(x)
        got = getattr(fastact, PAIRS[name])(grad, y)
        assert errors_of(name, "backward", got, grad=grad, y=y)[0].max() <= 8, (length, spread)


#: the same array, otherwise in memory
CHANGES = (np.copy, every_other, turned, unaligned, swapped)


@each_dtype
@each_layout
@each_forward
def test_layouts(name, shape, axis, dtype):
    """Against NumPy; in place, transposed, in Fortran order and with steps: the same bits."""
    random = np.random.default_rng(1)
    x, grad = random.standard_normal(shape).astype(dtype) * 3, random.standard_normal(shape).astype(dtype)
    forward, backward = getattr(fastact, name), getattr(fastact, PAIRS[name])
    y = forward(x, axis)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, plain(name, x, axis), rtol=PLAIN[dtype], atol=1e-15)
    d = backward(grad, y, axis)
    y64, g64 = y.astype(np.float64), grad.astype(np.float64)
    if name == "log_softmax":
        wanted = g64 - np.exp(y64) * g64.sum(axis=axis, keepdims=True)
    else:
        wanted = y64 * (g64 - (g64 * y64).sum(axis=axis, keepdims=True)) * (-1 if name == "softmin" else 1)
    np.testing.assert_allclose(d, wanted, rtol=0, atol=400 * np.finfo(dtype).eps)

    for change in CHANGES:
        a, g, v = change(x), change(grad), change(y)
        assert_same(np.ascontiguousarray(forward(a, axis)).astype(dtype), y)
        assert_same(np.ascontiguousarray(backward(g, v, axis)).astype(dtype), d)
        if a.dtype.isnative:
            assert forward(a, axis, out=a) is a
            assert_same(np.ascontiguousarray(a), y)
            assert backward(g, v, axis, out=g) is g
            assert_same(np.ascontiguousarray(g), d)
            g = change(grad)
            assert backward(g, v, axis, out=v) is v
            assert_same(np.ascontiguousarray(v), d)


@each_dtype
@each_layout
def test_logsumexp(shape, axis, dtype):
    scipy_special = pytest.importorskip("scipy.special")
    random = np.random.default_rng(2)
    x, b = random.standard_normal(shape).astype(dtype) * 3, random.standard_normal(shape).astype(dtype)
    where = random.random(shape) < 0.5
    close = {"rtol": 8 * np.finfo(dtype).eps, "atol": 8 * np.finfo(dtype).eps}
    for keepdims in (False, True):
        got = fastact.logsumexp(x, axis, keepdims=keepdims)
        np.testing.assert_allclose(got, scipy_special.logsumexp(x.astype(float), axis, keepdims=keepdims), **close)
        for change, other in itertools.product(CHANGES, (np.copy, turned)):
            out = change(np.zeros_like(np.asarray(got)))
            assert fastact.logsumexp(other(x), axis, keepdims=keepdims, out=out) is out
            assert_same(np.ascontiguousarray(out, dtype).reshape(out.shape), np.asarray(got))
        if np.ndim(got):  # within x, which is still to be read
            a = x.copy()
            out = a.ravel()[-got.size :].reshape(got.shape)
            assert fastact.logsumexp(a, axis, keepdims=keepdims, out=out) is out
            assert_same(out, got)
        masked = fastact.logsumexp(x, axis, keepdims=keepdims, where=where)
        wanted = scipy_special.logsumexp(np.where(where, x.astype(float), -np.inf), axis, keepdims=keepdims)
        np.testing.assert_allclose(masked, wanted, **close)
    log, sign = fastact.logsumexp(x, axis, b=b, return_sign=True)
    wanted, wanted_sign = scipy_special.logsumexp(x.astype(float), axis, b=b.astype(float), return_sign=True)
    assert_same(np.asarray(sign, np.float64), np.asarray(wanted_sign, np.float64))
    np.testing.assert_allclose(log, wanted, rtol=1e-4 if dtype is np.float32 else 1e-12, atol=1e-5)


@each_dtype
@each_layout
def test_logsumexp_backward(shape, axis, dtype):
    random = np.random.default_rng(3)
    x, where = random.standard_normal(shape).astype(dtype), random.random(shape) < 0.7
    y = fastact.logsumexp(x, axis, keepdims=True)
    grad = random.standard_normal(np.shape(y)).astype(dtype)
    wanted = fastact.softmax(x, axis) * grad
    assert_same(fastact.logsumexp_backward(grad, x, y, axis), wanted)
    assert_same(fastact.logsumexp_backward(np.squeeze(grad, axis), x, y, axis), wanted)
    assert_same(
        fastact.logsumexp_backward(grad, x, None, axis, where=where), fastact.softmax(x, axis, where=where) * grad
    )
    np.testing.assert_allclose(wanted, np.exp(x - y) * grad, rtol=1e-5)
    with pytest.raises(ValueError, match=r"^logsumexp_backward: grad has shape"):
        fastact.logsumexp_backward(np.ones(77), x, y, axis)
    for change, other in itertools.product(CHANGES, CHANGES):
        for g in (other(grad), other(np.squeeze(grad, axis))):
            a = change(x)
            d = fastact.logsumexp_backward(g, a, y, axis)
            assert_same(np.ascontiguousarray(d, dtype), wanted)
            out = change(np.zeros_like(x))
            assert fastact.logsumexp_backward(g, a, y, axis, out=out) is out
            assert_same(np.ascontiguousarray(out, dtype), wanted)
            assert fastact.logsumexp_backward(g, a, y, axis, out=a) is a
            assert_same(np.ascontiguousarray(a, dtype), wanted)
    assert fastact.logsumexp_backward(grad, x, y, axis, where=where, out=x) is x
    assert (x[~where] == 0).all()


@each_dtype
@pytest.mark.parametrize("axis", [0, -1])
def test_logsumexp_backward_of_any_gradient(axis, dtype):
    """Infinite, NaN, 0, broadcast, of another dtype, within x or out; rows of nothing but -inf."""
    x = np.random.default_rng(3).standard_normal((40, 37)).astype(dtype) * 50
    x[np.s_[:, 3] if axis == 0 else 3] = -np.inf
    x[2, 5], x[4, 6], x[7, 8] = np.inf, np.nan, -np.inf
    grad = np.random.default_rng(4).standard_normal(x.shape[1 - axis % 2]).astype(dtype)
    grad[[0, 1, 2, 3, 4]] = np.inf, np.nan, -0.0, -2, 1e30

    def wanted(g):
        g = np.broadcast_to(np.expand_dims(g, axis), [1 if i == axis % 2 else n for i, n in enumerate(x.shape)])
        with np.errstate(all="ignore"):
            return (fastact.softmax(x, axis) * g.astype(dtype)).astype(dtype)

    got = fastact.logsumexp_backward(grad, x, None, axis)
    assert_same(got, wanted(grad))
    assert_same(np.take(got, 3, 1 - axis % 2), np.full(x.shape[axis], -0.0, dtype))
    one = np.broadcast_to(dtype(3), grad.shape)
    assert_same(fastact.logsumexp_backward(one, x, None, axis), wanted(one))
    whole = np.arange(len(grad)) - 3
    assert_same(fastact.logsumexp_backward(whole.astype(np.int8), x, None, axis), wanted(whole))
    wide = np.float64 if dtype is np.float32 else np.float32
    d = fastact.logsumexp_backward(grad.astype(wide), x, None, axis)
    assert d.dtype == np.float64
    assert_same(d, fastact.logsumexp_backward(grad.astype(wide).astype(float), x.astype(float), None, axis))
    # in x, which is written over, and in out
    some = np.random.default_rng(5).standard_normal((40, 37)).astype(dtype)
    for index in (np.s_[:, 0], np.s_[:, 1:2]) if axis == -1 else (np.s_[0], np.s_[1:2]):
        a = some.copy()
        d = fastact.logsumexp_backward(a[index].copy(), a, None, axis)
        assert_same(fastact.logsumexp_backward(a[index], a, None, axis), d)
        out = a.copy()
        assert fastact.logsumexp_backward(out[index], a, None, axis, out=out) is out
        assert_same(out, d)
        assert fastact.logsumexp_backward(a[index], a, None, axis, out=a) is a
        assert_same(a, d)
    half = some.astype(np.float16)
    d = fastact.logsumexp_backward(half[0], half, None, 0)
    assert_same(d, fastact.logsumexp_backward(half[0].astype(np.float32), half.astype(np.float32), None, 0).astype("e"))


@each_dtype
@pytest.mark.parametrize("length", [1, 2, 10, 17, 1025])
def test_logsumexp_backward_error(length, dtype):
    """At most 5 ULP of the result, also where y is so large that its rounding would show."""
    random = np.random.default_rng(length)
    cases = list(itertools.product((0.1, 1, 10), (0, 50, -3000, 1e4, 1e6)))
    x = np.array([random.standard_normal(length) * spread + offset for spread, offset in cases]).astype(dtype)
    grad = random.standard_normal((len(x), 1)).astype(dtype)
    got = fastact.logsumexp_backward(grad, x, fastact.logsumexp(x, keepdims=True))
    (errors,) = errors_of("logsumexp", "backward", got, x=x, grad=grad)
    assert errors.max() <= 5, cases[errors.max(-1).argmax()]


@each_dtype
@pytest.mark.parametrize("axis", [-1, 0])
@each_forward
def test_masks(name, axis, dtype):
    random = np.random.default_rng(4)
    x = random.standard_normal((40, 37)).astype(dtype) * 5
    forward = getattr(fastact, name)
    for where in (random.random(x.shape) < 0.6, random.random(37) < 0.5, random.random((40, 1)) < 0.5, False):
        wanted = plain(name, x, axis, where)
        got = forward(x, axis, where=where)
        np.testing.assert_allclose(got, wanted, rtol=PLAIN[dtype], atol=1e-15)
        # what does not count is not looked at
        spoilt = np.where(where, x, dtype(np.nan))
        assert_same(forward(spoilt, axis, where=where), got)
        assert forward(spoilt, axis, where=where, out=spoilt) is spoilt
        assert_same(spoilt, got)
    empty = dtype(-np.inf) if name == "log_softmax" else dtype(0)
    assert_same(forward(x, axis, where=np.zeros(x.shape, bool)), np.full(x.shape, empty))


@each_dtype
@pytest.mark.parametrize("shape", [(5, 5), (3, 7), (9, 4), (2, 3, 6, 6), (1200, 1200)])
@each_forward
def test_causal(name, shape, dtype):
    x = np.random.default_rng(6).standard_normal(shape).astype(dtype)
    forward = getattr(fastact, name)
    tri = np.tri(*shape[-2:], dtype=bool)
    wanted = forward(x, where=tri)
    assert_same(forward(x, causal=True), wanted)
    assert_same(forward(np.asfortranarray(x), causal=True), wanted)
    other = np.random.default_rng(7).random(shape[-1]) < 0.7
    assert_same(forward(x, causal=True, where=other), forward(x, where=tri & other))
    assert forward(x, causal=True, out=x) is x
    assert_same(x, wanted)


@each_dtype
def test_edges(dtype):
    inf, nan = np.inf, np.nan

    def row(*values):
        return np.array(values, dtype)

    assert_same(fastact.softmax(row(-inf, -inf)), row(0, 0))
    assert_same(fastact.log_softmax(row(-inf, -inf)), row(-inf, -inf))
    assert_same(fastact.logsumexp(row(-inf, -inf)), dtype(-inf))
    assert_same(fastact.logsumexp(row(inf, 1)), dtype(inf))
    assert_same(fastact.softmax(row(inf, 1)), row(nan, nan))
    assert_same(fastact.log_softmax(row(inf, 1)), row(nan, -inf))
    assert_same(fastact.softmax(row(0, -inf)), row(1, 0))
    assert_same(fastact.log_softmax(row(0, -inf)), row(0, -inf))
    for f in (fastact.softmax, fastact.log_softmax, fastact.softmin):
        assert np.isnan(f(row(1, nan, 2))).all()
    assert np.isnan(fastact.logsumexp(row(inf, nan)))
    big = np.finfo(dtype).max
    assert_same(fastact.softmax(row(big, -big, big)), row(0.5, 0, 0.5))
    assert_same(fastact.log_softmax(row(big, -big)), row(0, -inf))
    tiny = np.finfo(dtype).smallest_subnormal
    assert_same(fastact.softmax(row(tiny, -tiny)), row(0.5, 0.5))
    # what underflows is +0
    assert not np.signbit(fastact.softmax(np.linspace(-200, 0, 5000).astype(dtype))).any()
    # down to the last subnormal
    least = -103 if dtype is np.float32 else -744
    assert 0 < fastact.softmax(row(0, least))[1] < np.finfo(dtype).tiny
    # at a distance where the parts of a long row have references of their own
    for n in (1 << 18, 3000):
        long = np.full(n, -700, dtype)
        long[n // 2], long[-1] = 1000, 999
        got, wanted = fastact.softmax(long)[[n // 2, -1, 0]], row(*fastact.softmax(row(1000, 999)), 0)
        np.testing.assert_allclose(got, wanted, rtol=4 * np.finfo(dtype).eps, atol=0)
        assert_same(fastact.logsumexp(long), fastact.logsumexp(row(1000, 999)))


@pytest.mark.parametrize("function", [fastact.softmax, fastact.softmin, fastact.log_softmax])
def test_shapes_and_types(function):
    assert function(np.zeros((0, 3))).shape == (0, 3)
    assert function(np.zeros((3, 0))).shape == (3, 0)
    assert function(2.5) == (0 if function is fastact.log_softmax else 1)
    assert function([1, 2, 3]).dtype == np.float64
    assert function(np.int16([1, 2])).dtype == np.float32
    half = np.random.default_rng(0).standard_normal((3, 50)).astype(np.float16)
    assert_same(function(half), function(half.astype(np.float32)).astype(np.float16))
    out = half.copy()
    assert function(half, out=out) is out
    assert_same(out, function(half))
    with np.errstate(all="raise"):
        function(np.float32([1e30, -1e30, 3e38, np.nan, np.inf, 1e-45]))
    assert fastact.logsumexp(np.zeros((3, 0))).tolist() == [-np.inf] * 3


def test_partial_overlap():
    x = np.random.default_rng(0).standard_normal(1001)
    wanted = fastact.softmax(x[:-1].copy())
    got = fastact.softmax(x[:-1], out=x[1:])
    assert_same(np.ascontiguousarray(got), wanted)


class TestErrors:
    x = np.ones((3, 4), np.float32)

    @pytest.mark.parametrize(
        ("error", "match", "call"),
        [
            (ValueError, r"^softmax: axis = 2 is none", lambda x: fastact.softmax(x, 2)),
            (ValueError, r"^softmax: axis = \(0, 0\) names", lambda x: fastact.softmax(x, (0, 0))),
            (TypeError, r"^softmax: axis must be an integer", lambda x: fastact.softmax(x, 1.5)),
            (ValueError, r"^softmax: temperature = 0", lambda x: fastact.softmax(x, -1, 0)),
            (ValueError, r"^softmax: temperature = nan", lambda x: fastact.softmax(x, -1, np.nan)),
            (TypeError, r"^softmax: temperature must be a real number", lambda x: fastact.softmax(x, -1, "1")),
            (TypeError, r"^log_softmax: x has dtype complex", lambda x: fastact.log_softmax(x * 1j)),
            (
                TypeError,
                r"^softmax: out has dtype float64; the result",
                lambda x: fastact.softmax(x, out=np.empty((3, 4))),
            ),
            (TypeError, r"^softmax: out has dtype int", lambda x: fastact.softmax(x, out=np.empty((3, 4), int))),
            (ValueError, r"^softmax: out has shape", lambda x: fastact.softmax(x, out=x[:2])),
            (ValueError, r"^softmax: where has shape", lambda x: fastact.softmax(x, where=[True, False])),
            (TypeError, r"^softmax: where has dtype", lambda x: fastact.softmax(x, where=[1, 0, 1, 0])),
            (ValueError, r"^softmax: causal=True", lambda x: fastact.softmax(x, 0, causal=True)),
            (TypeError, r"^softmax: causal must", lambda x: fastact.softmax(x, causal=1)),
            (ValueError, r"^softmax_backward: grad has shape", lambda x: fastact.softmax_backward(x, x[:2])),
            (TypeError, r"^softmax: x is a MaskedArray", lambda x: fastact.softmax(np.ma.array(x))),
            (ValueError, r"^logsumexp: these shapes", lambda x: fastact.logsumexp(x, b=[1.0, 2.0])),
            (ValueError, r"^logsumexp: out has shape", lambda x: fastact.logsumexp(x, out=x)),
            (ValueError, r"^logsumexp: out has shape", lambda x: fastact.logsumexp(x, out=x[:, 0], keepdims=True)),
            (ValueError, r"^logsumexp: out has shape", lambda x: fastact.logsumexp(x, out=x[:, :1])),
            (ValueError, r"^logsumexp: out has shape", lambda x: fastact.logsumexp(x, 0, out=x[:, 0])),
            (
                TypeError,
                r"^logsumexp: out has dtype float64; the result",
                lambda x: fastact.logsumexp(x, out=np.ones(3)),
            ),
            (TypeError, r"^logsumexp: out has dtype int64", lambda x: fastact.logsumexp(x, out=np.ones(3, int))),
            (TypeError, r"^logsumexp: out must be an array", lambda x: fastact.logsumexp(x, out=[1, 2, 3])),
            (ValueError, r"^logsumexp_backward: grad has shape \(4,\)", lambda x: fastact.logsumexp_backward(x[0], x)),
            (
                ValueError,
                r"^logsumexp_backward: grad has shape \(3, 4\); the output has \(3, 1\)",
                lambda x: fastact.logsumexp_backward(x, x, out=x),
            ),
            (
                ValueError,
                r"^logsumexp_backward: out has shape",
                lambda x: fastact.logsumexp_backward(x[:, 0], x, out=x[:2]),
            ),
            (
                TypeError,
                r"^logsumexp_backward: out has dtype float32; the result has float64",
                lambda x: fastact.logsumexp_backward(np.ones(3), x, out=x),
            ),
            (ValueError, r"^logsumexp_backward: axis = 2", lambda x: fastact.logsumexp_backward(x[0], x, None, 2)),
            (
                TypeError,
                r"^logsumexp_backward: grad has dtype complex",
                lambda x: fastact.logsumexp_backward(x[0] * 1j, x, None, 0),
            ),
        ],
    )
    def test_message(self, error, match, call):
        before = self.x.copy()
        with pytest.raises(error, match=match):
            call(self.x)
        assert_same(self.x, before)

    def test_read_only(self):
        frozen = self.x.copy()
        frozen.flags.writeable = False
        with pytest.raises(ValueError, match=r"^softmax: out is read-only"):
            fastact.softmax(self.x, out=frozen)
        with pytest.raises(ValueError, match=r"^logsumexp: out is read-only"):
            fastact.logsumexp(self.x, out=frozen[:, 0])
        with pytest.raises(ValueError, match=r"^logsumexp_backward: out is read-only"):
            fastact.logsumexp_backward(self.x[0], self.x, None, 0, out=frozen)
        assert_same(frozen, self.x)

    def test_tables(self):
        pandas = pytest.importorskip("pandas")
        with pytest.raises(TypeError, match=r"^softmax: x is a DataFrame.*x\.to_numpy\(\)"):
            fastact.softmax(pandas.DataFrame(self.x))

    def test_dask(self):
        array = pytest.importorskip("dask.array")
        x = np.random.default_rng(0).standard_normal((40, 30))
        lazy = array.from_array(x, chunks=(10, 30))
        y = fastact.softmax(lazy, -1, 2.0)
        assert isinstance(y, array.Array)
        assert_same(y.compute(), fastact.softmax(x, -1, 2.0))
        d = fastact.softmax_backward(lazy, fastact.softmax(lazy))
        assert_same(d.compute(), fastact.softmax_backward(x, fastact.softmax(x)))
        with pytest.raises(TypeError, match=r"axis 0 of x has 4 chunks.*rechunk"):
            fastact.softmax(lazy, 0)


@pytest.mark.parametrize("columns", [1, 15, 16, 37, 300])
@each_dtype
def test_few_lines(columns, dtype):
    """Rows of up to 16 elements have sums of their own; side by side they give the bits that they give one by one."""
    for length in range(1, 20):
        x, grad = np.random.default_rng(length).standard_normal((2, length, columns)).astype(dtype) * 9
        where = np.random.default_rng(length).random(x.shape) < 0.8
        labels = np.arange(columns) % length
        rows, row_grad, row_where = (np.ascontiguousarray(a.T) for a in (x, grad, where))
        for name, backward in PAIRS.items():
            y, row_y = getattr(fastact, name)(x, 0), getattr(fastact, name)(rows, -1)
            assert_same(y.T, row_y, f"{name} {length}")
            masked = getattr(fastact, name)(rows, -1, where=row_where)
            assert_same(getattr(fastact, name)(x, 0, where=where).T, masked, f"{name} {length}, masked")
            got, row_got = getattr(fastact, backward)(grad, y, 0), getattr(fastact, backward)(row_grad, row_y, -1)
            assert_same(got.T, row_got, f"{backward} {length}")
        assert_same(fastact.logsumexp(x, 0), fastact.logsumexp(rows, -1), f"logsumexp {length}")
        got = fastact.logsumexp_backward(grad[0], x, None, 0), fastact.logsumexp_backward(grad[0], rows)
        assert_same(got[0].T, got[1], f"logsumexp_backward {length}")
        got = (
            fastact.logsumexp_backward(grad[0], x, None, 0, where=where),
            fastact.logsumexp_backward(grad[0], rows, where=row_where),
        )
        assert_same(got[0].T, got[1], f"logsumexp_backward {length}, masked")
        got = [np.empty_like(a) for a in (x, rows)]
        loss = functools.partial(fastact.softmax_cross_entropy, reduction="none")
        losses = loss(x, labels, 0, out_grad=got[0]), loss(rows, labels, -1, out_grad=got[1])
        assert_same(*losses, f"cross entropy {length}")
        assert_same(got[0].T, got[1], f"gradient of the cross entropy {length}")


@pytest.fixture
def many_threads():
    with threads_from(512):
        yield


@pytest.mark.usefixtures("many_threads")
@pytest.mark.parametrize("shape", [(64, 40), (1, 9000), (3, 5000), (5, 70000), (700, 33), (1, 200000), (2, 17, 300)])
@pytest.mark.parametrize("axis", [-1, 0])
@each_forward
def test_threads(name, axis, shape):
    """Rows shared among threads, a row cut among threads: the same bits."""
    x = np.random.default_rng(8).standard_normal(shape).astype(np.float32) * 4
    grad = np.random.default_rng(9).standard_normal(shape).astype(np.float32)
    where = np.random.default_rng(10).random(shape) < 0.8
    got = []
    for n in (1, 2, 3, 5):
        with fastact.threads(n):
            y = getattr(fastact, name)(x, axis)
            got.append((y, getattr(fastact, name)(x, axis, where=where), getattr(fastact, PAIRS[name])(grad, y, axis),
                        fastact.logsumexp(x, axis),
                        fastact.logsumexp_backward(np.take(grad, 0, axis), x, None, axis)))  # fmt: skip
    for other in got[1:]:
        for a, b in zip(got[0], other, strict=True):
            assert_same(a, b)


def test_instruction_sets():
    """Two classes, within each the same bits."""
    assert_same_in_each_class({isa: child("rows_hash", FASTACT_ISA=isa) for isa in ISAS})


@pytest.mark.parametrize("shape", [(3, 10), (64, 4000), (1, 300000)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_no_memory(shape, dtype):
    x, y = np.random.default_rng(0).standard_normal((2, *shape)).astype(dtype)
    where = np.ones(shape, bool)
    calls = [
        lambda: fastact.softmax(x, out=x),
        lambda: fastact.log_softmax(x, out=x),
        lambda: fastact.softmax(x, 0, out=x),
        lambda: fastact.softmax_backward(x, y, out=x),
        lambda: fastact.log_softmax_backward(x, y, 0, out=x),
    ]
    for call in calls:
        assert peak_of(call) < 120
    each, kept = x[:, 0].copy(), x[:1].copy()
    for call in (
        lambda: fastact.logsumexp(x, out=each),
        lambda: fastact.logsumexp(x, 0, keepdims=True, out=kept),
        lambda: fastact.logsumexp(x.T, 0, out=each),
        lambda: fastact.logsumexp_backward(each, x, out=y),
        lambda: fastact.logsumexp_backward(kept, x, None, 0, out=x),
        lambda: fastact.logsumexp_backward(each[:, None], x, out=x),
    ):
        assert peak_of(call) < 120  # a view
    assert peak_of(lambda: fastact.softmax(x, where=where, out=x)) < 5000


# ------------------------------------------------------------------------------------------------ any size, any mask


def in_every_layout(call, x, *others):
    """The result along the last axis of (n, length) arrays, which is the same bits in any layout."""
    wanted = call(x, *others, -1)
    for change in (
        every_other,
        np.asfortranarray,
        lambda a: np.array(a[:, ::-1])[:, ::-1],
        lambda a: a[::-1][::-1].copy(),
    ):
        assert_same(np.ascontiguousarray(call(*map(change, (x, *others)), -1)), wanted)
    turned_back = call(*[np.ascontiguousarray(a.T) for a in (x, *others)], 0).T
    assert_same(np.ascontiguousarray(turned_back), wanted)
    return wanted


TEMPERATURES = [0.7, 1.5, 3.0, 1e-9, 1e10, 1.1 * 2.0**-60, 2.0**60 / 1.1]


@each_dtype
@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("length", [3, 17, 40])
@each_forward
def test_arguments_of_any_size(name, length, temperature, dtype):
    """At most 4 ULP however large x / temperature is, in every layout."""
    random, last = np.random.default_rng(length), float(np.finfo(dtype).max) / 4
    rows = []
    for power in np.linspace(3, np.log10(last), 8):
        at = dtype(min(10.0 ** min(power, 290) * min(temperature, 1e17), last))
        step = max(float(np.spacing(at)), temperature)
        rows.append(float(at) * random.choice([-1, 1]) + step * random.integers(-9, 9, length))
    x = np.array(rows, dtype)
    got = in_every_layout(lambda a, axis: getattr(fastact, name)(a, axis, temperature), x)
    assert errors_of(name, "forward", got, x=x, temperature=temperature)[0].max() <= 4


@each_dtype
@pytest.mark.parametrize("temperature", [1.0, *TEMPERATURES])
@pytest.mark.parametrize("length", [3, 16, 33])
@each_forward
def test_huge_masks(name, length, temperature, dtype):
    """Huge finite numbers, as masks are: the mathematical value, no NaN, nothing negative."""
    random, info = np.random.default_rng(length), np.finfo(dtype)
    huge = [info.min, -1e20, -1e30, info.min / 3, -1e38]
    x = random.standard_normal((len(huge), length)) * min(temperature, 1e10)
    for row, value in zip(x, huge, strict=True):
        row[1:][random.random(length - 1) < 0.5] = value
    x = (-x if name == "softmin" else x).astype(dtype)
    got = in_every_layout(lambda a, axis: getattr(fastact, name)(a, axis, temperature), x)
    assert not np.isnan(got).any()
    assert name == "log_softmax" or (got >= 0).all()
    assert errors_of(name, "forward", got, x=x, temperature=temperature)[0].max() <= 4
    top = np.where(x == x[:, :1], x, info.max if name == "softmin" else info.min)  # one beside all the huge ones
    got = getattr(fastact, name)(top, -1, temperature)
    assert errors_of(name, "forward", got, x=top, temperature=temperature)[0].max() <= 4


@each_dtype
def test_huge_masks_of_long_rows(dtype):
    """Longer than what is summed with one reference."""
    random = np.random.default_rng(0)
    x = random.standard_normal(300_000).astype(dtype)
    x[random.random(x.size) < 0.5] = np.finfo(dtype).min
    x[:3000] = -1e30  # a part of its own
    for temperature in (0.7, 1e-9, 1e10):
        few = x[x > -100].astype(np.longdouble)
        z = (few - few.max()) / np.longdouble(temperature)
        log = z - np.log(np.exp(z).sum())
        y, got = fastact.softmax(x, -1, temperature), fastact.log_softmax(x, -1, temperature)
        assert (y[x < -100] == 0).all()
        np.testing.assert_allclose(got[x > -100], log.astype(dtype), rtol=4 * np.finfo(dtype).eps, atol=0)
        np.testing.assert_allclose(y[x > -100], np.exp(log).astype(dtype), rtol=4 * np.finfo(dtype).eps,
                                   atol=np.finfo(dtype).smallest_subnormal)  # fmt: skip
        far = (x + dtype(1e7 * temperature)) if temperature > 1 else x
        assert not np.isnan(fastact.softmax(far, -1, temperature)).any()
    assert_same(fastact.softmax(np.array([1e10, 0], dtype), -1, 1e-9), np.array([1, 0], dtype))


@each_dtype
def test_gumbel_of_huge_logits(dtype):
    x = np.array([[1, 2, -1e30], [np.finfo(dtype).min, 0, 3], [1e10, 0, -5]], dtype)
    for temperature in (0.7, 1e-9):
        y = fastact.gumbel_softmax(x, -1, temperature, seed=3)
        assert ((y >= 0) & (y <= 1)).all()
        np.testing.assert_allclose(y.sum(-1), 1, rtol=1e-6)


@each_dtype
@pytest.mark.parametrize("spoil", [7, np.nan, np.inf, -np.inf, "max"])
@pytest.mark.parametrize(
    ("length", "temperature"), [(3, 1.0), (16, 0.7), (16, 1.0), (40, 1.0), (1100, 0.7), (5000, 1.0)]
)
@each_forward
def test_gradient_of_what_is_left_out(name, length, temperature, spoil, dtype):
    """It is 0, and has no part in the sums: as if it were not there."""
    random = np.random.default_rng(length)
    x, grad = random.standard_normal((2, 20, length)).astype(dtype)
    where = random.random(x.shape) < 0.6
    where[:, 0], where[3] = True, False
    y = getattr(fastact, name)(x, where=where)
    dirty = np.where(where, grad, np.finfo(dtype).max if spoil == "max" else dtype(spoil))
    backward = getattr(fastact, PAIRS[name])
    got = in_every_layout(lambda g, v, axis: backward(g, v, axis, temperature), dirty, y)
    assert (got[~where] == 0).all()
    for i, there in enumerate(where):
        if there.any():
            kind = "backward"
            alone = got[i][None, there]
            given = {"grad": grad[i][None, there], "y": y[i][None, there], "temperature": temperature}
            if i < 5 and length < 1000:
                assert errors_of(name, kind, alone, **given)[0].max() <= 8
    for k in range(2):
        operands = [dirty.copy(), y.copy()]
        assert backward(*operands, -1, temperature, out=operands[k]) is operands[k]
        assert_same(operands[k], got)


def test_gradient_of_log_softmax_with_a_mask():
    y = fastact.log_softmax([[1.0, 2, 3]], where=[[True, False, True]])
    got = fastact.log_softmax_backward(np.ones((1, 3)), y)
    np.testing.assert_allclose(got, [[0.7615941559557649, 0, -0.7615941559557649]], rtol=1e-14)
    causal = fastact.log_softmax(np.zeros((3, 3)), causal=True)
    grad = np.where(np.tri(3) > 0, 1.0, np.nan)
    np.testing.assert_allclose(fastact.log_softmax_backward(grad, causal), np.zeros((3, 3)), atol=1e-16)
    # a NaN in y comes through, also beside what is left out
    assert np.isnan(fastact.log_softmax_backward(np.ones(3), np.array([np.nan, -np.inf, np.nan]))[[0, 2]]).all()
    assert fastact.log_softmax_backward(np.ones(3), np.array([np.nan, -np.inf, np.nan]))[1] == 0
    assert np.isnan(fastact.softmax_backward(np.ones(3), np.array([np.nan, 0.5, 0.5]))).all()


@pytest.mark.parametrize("length", [3, 10, 40, 300, 20_000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_log_softmax_gradient_where_probabilities_vanish(dtype, length):
    """Of y too small for e^y the gradient is grad, beside rows of ordinary ones, in every layout and in place."""
    random = np.random.default_rng(5)
    x = random.standard_normal((70, length))
    x[::2, 1::2] -= 3000
    y = fastact.log_softmax(x.astype(dtype))
    grad = random.standard_normal(x.shape).astype(dtype)
    sums = grad.sum(1, keepdims=True, dtype=np.longdouble)
    wanted = (grad - np.exp(y.astype(np.longdouble)) * sums).astype(dtype)
    assert ((y < -800) & (wanted == grad)).any(1)[::2].all()
    assert np.isfinite(wanted).all()
    columns = np.asfortranarray(grad), np.asfortranarray(y)
    results = [fastact.log_softmax_backward(grad, y), fastact.log_softmax_backward(*columns)]
    for g, t in ((grad.copy(), y), columns):
        results.append(fastact.log_softmax_backward(g, t, out=g))
    for got in results:
        np.testing.assert_array_equal(got, results[0])
    np.testing.assert_allclose(
        results[0], wanted, rtol=1e-5 if dtype == "float32" else 1e-14, atol=np.finfo(dtype).eps * 50
    )


@each_dtype
@pytest.mark.parametrize("temperature", [0.3, 1e-3, 1e-6, 2e-15])
@pytest.mark.parametrize("length", [5, 40])
def test_gradient_of_subnormal_probabilities(length, temperature, dtype):
    """A small temperature makes a subnormal product normal again: it must not have lost digits."""
    info = np.finfo(dtype)
    least = float(np.log(info.smallest_subnormal, dtype=np.longdouble))
    x = np.random.default_rng(4).uniform(least, least * 0.8, (70, length))
    x[:, 0] = 0
    y = np.exp(x).astype(dtype)
    logarithms = x.astype(dtype)
    grad = np.zeros_like(y)
    grad[:, 0] = -1
    scale = 1 / np.longdouble(temperature)
    cases = [
        (fastact.softmax_backward, y, scale * y * (grad + y[:, :1].astype(np.longdouble))),
        (fastact.log_softmax_backward, logarithms, scale * (grad + np.exp(logarithms.astype(np.longdouble)))),
    ]
    for backward, kept, exact in cases:
        bound = 4 * np.spacing(np.abs(exact[:, 1:]).astype(dtype))
        columns = np.asfortranarray(grad), np.asfortranarray(kept)
        results = [backward(grad, kept, temperature=temperature), backward(*columns, temperature=temperature)]
        results.append(backward(columns[0], columns[1], temperature=temperature, out=columns[0]))
        for got in results:
            np.testing.assert_array_equal(got, results[0])
        assert (np.abs(results[0][:, 1:] - exact[:, 1:]) <= bound).all(), backward.__name__


@pytest.mark.usefixtures("many_threads")
@each_forward
def test_gradient_of_long_masked_rows(name):
    """A row that several threads share."""
    random = np.random.default_rng(2)
    x, grad = random.standard_normal((2, 3, 200_000)).astype(np.float32)
    where = random.random(x.shape) < 0.5
    y = getattr(fastact, name)(x, where=where)
    grad[~where] = np.nan
    results = []
    for n in (1, 2, 3):
        with fastact.threads(n):
            results.append(getattr(fastact, PAIRS[name])(grad, y))
    assert np.isfinite(results[0]).all()
    for other in results[1:]:
        assert_same(other, results[0])


def without(f, x, where, fill):
    """f of each row of what is there alone; where nothing is, all is `fill`."""
    y = np.full(x.shape, fill, x.dtype)
    for i, there in enumerate(where):
        y[i, there] = f(x[i, there])
    return y


@each_dtype
@pytest.mark.parametrize("length", [5, 16, 40, 1100])
@pytest.mark.parametrize("name", [*PAIRS, "sparsemax", "entmax15"])
def test_masks_of_odd_rows(name, length, dtype):
    """As if it were not there: whatever what is left out holds, and whatever is beside it."""
    random = np.random.default_rng(length)
    x = random.standard_normal((24, length)).astype(dtype)
    f, fill = getattr(fastact, name), dtype(-np.inf) if name == "log_softmax" else dtype(0)
    masks = {"where": random.random(x.shape) < 0.5, "causal": np.tri(*x.shape, dtype=bool)}
    for kind, mask in masks.items():
        if kind == "causal" and name not in PAIRS:
            continue
        dirty = x.copy()
        odd = random.choice([np.nan, np.inf, -np.inf, np.finfo(dtype).min, np.finfo(dtype).max], x.shape).astype(dtype)
        dirty[~mask] = odd[~mask]
        dirty[2, 0], dirty[5, 1], dirty[7, 0] = np.nan, np.inf, -np.inf  # of what is there, too
        mask[2, 0], mask[5, 1], mask[7, 0] = True, True, True
        wanted = without(f, dirty, mask, fill)
        if kind == "where":
            got = in_every_layout(lambda a, w, axis: f(a, axis, where=w), dirty, mask)
            place = dirty.copy()
            assert_same(f(place, where=mask, out=place), got)
        else:
            got = f(dirty, causal=True)
            for change in (every_other, np.asfortranarray, lambda a: np.array(a[:, ::-1])[:, ::-1]):
                assert_same(f(change(dirty), causal=True), got)
                place = change(dirty)
                assert f(place, causal=True, out=place) is place
                assert_same(np.ascontiguousarray(place), got)
        close = {"rtol": 8 * np.finfo(dtype).eps, "atol": np.finfo(dtype).tiny}
        np.testing.assert_allclose(got, wanted, **close)
        assert_same(got[~mask], np.full((~mask).sum(), fill))


@each_dtype
def test_masked_logsumexp_backward(dtype):
    """Nothing comes to what is left out, also of a gradient that is not finite."""
    x = np.random.default_rng(0).standard_normal((6, 40)).astype(dtype)
    where = np.random.default_rng(1).random(x.shape) < 0.5
    x[~where], x[3, 0], where[3, 0] = np.nan, np.nan, True
    grad = np.array([1, np.nan, np.inf, 2, -3, 0], dtype)
    for a, w, axis in ((x, where, -1), (x.T.copy(), where.T.copy(), 0)):
        got = fastact.logsumexp_backward(grad, a, None, axis, where=w)
        assert (got[~w] == 0).all()
    assert np.isnan(got[where.T][np.where(where.T)[1] == 1]).all()


@each_dtype
@pytest.mark.parametrize("name", [*PAIRS, "sparsemax", "entmax15", "logsumexp_backward"])
def test_mask_in_the_memory_of_out(name, dtype):
    x = np.random.default_rng(0).standard_normal((8, 8)).astype(dtype)
    f = functools.partial(fastact.logsumexp_backward, np.ones(8, dtype)) if name == "logsumexp_backward" else None
    f = f or getattr(fastact, name)
    for axis in (-1, 0):
        out = x.copy()
        where = out.view(bool)[:, : 8 * x.itemsize : x.itemsize]
        where[...] = np.random.default_rng(1).random((8, 8)) < 0.5
        source = out.copy()
        wanted = f(source, axis=axis, where=where.copy())
        assert f(source, axis=axis, where=where, out=out) is out
        assert_same(out, wanted)


# ------------------------------------------------------------------------------------------------ with factors


def exact_logsumexp(x, b):
    """The logarithm, the sign, and how much of the terms is left."""
    import mpmath

    with mpmath.workprec(6000):
        terms = [mpmath.mpf(float(w)) * mpmath.exp(mpmath.mpf(float(v))) for v, w in zip(x, b, strict=True)]
        total, size = mpmath.fsum(terms), mpmath.fsum(abs(t) for t in terms)
        if not total:
            return -np.inf, 0, 1.0
        return mpmath.log(abs(total)), int(mpmath.sign(total)), float(size / abs(total))


@each_dtype
def test_weighted_logsumexp_error(dtype):
    random, eps = np.random.default_rng(0), np.finfo(dtype).eps
    for trial in range(120):
        n = int(random.integers(1, 12))
        x = (random.standard_normal(n) * random.choice([0.1, 1, 30, 400]) + random.choice([0, 40, -700])).astype(dtype)
        b = (random.standard_normal(n) * 10.0 ** random.uniform(-30, 30, n if trial % 3 else 1)).astype(dtype)
        if trial % 4 == 0:  # the largest cancel each other
            x = np.append(x, [x.max() + 50] * 2).astype(dtype)
            b = np.append(b, [3, -3]).astype(dtype)
        wanted, sign, left = exact_logsumexp(x, b)
        log, got_sign = fastact.logsumexp(x, b=b, return_sign=True)
        assert log.dtype == dtype
        assert got_sign == sign
        here = b != 0
        top = abs(float(x[here][np.argmax(x[here].astype(float) + np.log(np.abs(b[here].astype(float))))]))
        if trial % 4 == 0:
            top = max(top, float(np.abs(x).max()))
        error = abs(float(log - wanted))
        assert error <= 4 * eps * max(top, abs(float(wanted))) + 2.0**-51 * min(left, 2.0**60), (x, b)


def test_weighted_logsumexp_digits():
    f = fastact.logsumexp
    assert f([0.0, -40], b=[1, -1]) == -np.exp(-40.0)
    assert f([1000.0, 1000, 0], b=[1, -1, 1]) == 0
    assert f([1000.0, 1000, 500, 500, 3], b=[1, -1, 2, -2, 1]) == 3
    assert f([3.0, 3], b=[1, -1], return_sign=True) == (-np.inf, 0)
    assert abs(f([0.0, -800], b=[1e-300, 1e300]) - (-109.22447216)) < 1e-6
    x = np.float32([1, 2, 3])
    for b in (2.0, 2, True):
        assert f(x, b=b).dtype == np.float32
    for b in (np.float64(2), np.ones(3), [1.0, 1, 1], np.ones(3, np.int64)):
        assert f(x, b=b).dtype == np.float64
    assert f(x.astype(np.float16), b=np.float16(2)).dtype == np.float16
    for out in (np.full((), 7, np.float32), np.full((), 7, np.int64)):
        with pytest.raises(TypeError, match=r"^logsumexp: out has dtype"):
            f(x, b=np.ones(3), out=out)
        assert out == 7
    with pytest.raises(ValueError, match=r"^logsumexp: out has shape"):
        f(np.ones((2, 3)), b=2.0, out=np.ones(3))
    out = np.ones(2)
    assert f(np.ones((2, 3)), b=2.0, out=out) is out


@each_dtype
def test_weighted_logsumexp_special(dtype):
    """As SciPy has it."""
    scipy_special = pytest.importorskip("scipy.special")
    values = [0.0, 1, -1, np.inf, -np.inf, np.nan]
    with np.errstate(all="ignore"):
        for x0, x1, b0, b1 in itertools.product(values, values, values, values):
            x, b = np.array([x0, x1], dtype), np.array([b0, b1], dtype)
            if any(
                (w == 0 and not np.isfinite(v)) or (np.isinf(w) and v == -np.inf) for v, w in zip(x, b, strict=True)
            ):
                continue  # what does not count here is looked at there; inf * 0
            got = fastact.logsumexp(x, b=b, return_sign=True)
            wanted = scipy_special.logsumexp(x, b=b, return_sign=True)
            np.testing.assert_allclose(got[0], wanted[0], rtol=1e-6, err_msg=f"{x} {b}")
            if not np.isnan(wanted[0]) and np.isfinite(wanted[0]):
                assert got[1] == wanted[1], f"{x} {b}"
