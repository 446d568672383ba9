"""hardmax, sparsemax, entmax15 and gumbel_softmax: error, edges, layouts, masks, threads, memory, messages."""

import itertools
import tracemalloc

import mpmath
import numpy as np
import pytest
from support import ISAS, assert_same, assert_same_in_each_class, child, each_dtype, errors_of

import fastact
from fastact import _core
from fastact._reference_functions import FUNCTION_REFERENCES, Exact, gumbel_noise

EXACT = Exact(400)

POWER = {"sparsemax": 1, "entmax15": 2}
LAYOUTS = {
    "last": ((7, 33), -1),
    "first": ((33, 7), 0),
    "middle": ((3, 33, 5), 1),
    "wide": ((5, 400), 0),
    "long": ((2, 2500), -1),
    "long first": ((2500, 3), 0),
    "longer than a list": ((2, 20000), -1),
    "one": ((9,), 0),
    "tuple": ((3, 4, 5), (0, 2)),
    "all": ((3, 4, 5), None),
}
each_forward = pytest.mark.parametrize("name", ["hardmax", *POWER])
each_sparse = pytest.mark.parametrize("name", POWER)
each_layout = pytest.mark.parametrize(("shape", "axis"), LAYOUTS.values(), ids=LAYOUTS)


def row_error(name, x):
    return errors_of(name, "forward", getattr(fastact, name)(x), x=x[None])[0].max()


@each_dtype
@each_sparse
@pytest.mark.parametrize("length", [1, 2, 3, 10, 17, 64, 100, 400])
def test_error(length, name, dtype):
    """At most 1 ULP against exact arithmetic for every spread and offset."""
    random = np.random.default_rng(length)
    for spread, offset in itertools.product((0, 1e-3, 0.1, 0.5, 1, 3, 100), (0, 1, -7, 1000)):
        if length == 400 and offset:
            continue
        x = (random.standard_normal(length) * spread + offset).astype(dtype)
        assert row_error(name, x) <= 1, (spread, offset)


@each_dtype
@each_sparse
def test_error_of_hard_rows(name, dtype):
    """Many steps, ties, elements next to tau, and those whose differences are not exact."""
    random = np.random.default_rng(1)
    rows = [
        -np.logspace(-30, 1, 200, base=2),
        np.concatenate([[0], -1 / np.cumprod(np.arange(1.0, 25))]),
        np.array([1, 0.5, 0.5, 0.5, 0, 0, 0]),
        np.array([0.5, -0.5, -0.5, -1, -1.5]),
        random.integers(-3, 3, 400),
        np.array([1e-10, -0.3, -0.7, 0.1, -np.inf]),
        np.array([1e30, 1e30, -1e30, 3]),
        np.zeros(1000),
    ]
    for x in rows:
        x = x.astype(dtype)
        assert row_error(name, x) <= 1, x
    for trial in range(60):
        x = (random.standard_normal(12) * 0.4 + (trial % 3)).astype(dtype)
        forward = FUNCTION_REFERENCES[name].passes["forward"]
        largest = forward.evaluate(EXACT, np.dtype(dtype).name, {"x": x[None]})[0].value.max()
        near = dtype(float(x.max() - POWER[name] * largest ** (EXACT.mpf(1) / POWER[name])))  # tau
        for _ in range(trial % 4):
            near = np.nextafter(near, dtype(np.inf))
        x = np.append(x, [near, np.nextafter(near, dtype(-np.inf))]).astype(dtype)
        assert row_error(name, x) <= 1, x


@each_dtype
@each_sparse
def test_large(name, dtype):
    """A sum of 1, also of a million elements in the support."""
    for n, spread in ((10**6, 1e-7), (10**6, 1), (100_000, 0.01)):
        x = (np.random.default_rng(0).standard_normal(n) * spread).astype(dtype)
        y = getattr(fastact, name)(x).astype(np.float64)
        assert abs(y.sum() - 1) < 4 * np.finfo(dtype).eps
        z = x.astype(np.float64) / POWER[name] - y.astype(np.float64) ** (1 / POWER[name])
        on = y > 0
        assert np.ptp(z[on]) < 4 * np.finfo(dtype).eps
        assert not on.all() or spread < 1
        assert (x[~on] / POWER[name] <= z[on].mean() + 1e-6).all()


@each_dtype
def test_hardmax(dtype):
    random = np.random.default_rng(0)
    for shape, axis in LAYOUTS.values():
        x = random.integers(-4, 4, shape).astype(dtype)
        got = fastact.hardmax(x, axis)
        assert got.dtype == x.dtype
        axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis % x.ndim,)
        order = [i for i in range(x.ndim) if i not in axes] + list(axes)
        flat = x.transpose(order).reshape(*[x.shape[i] for i in order[: x.ndim - len(axes)]], -1)
        wanted = np.zeros_like(flat)
        np.put_along_axis(wanted, flat.argmax(-1)[..., None], 1, -1)
        assert_same(got.transpose(order).reshape(flat.shape), wanted)


@each_dtype
@each_forward
def test_special_rows(name, dtype):
    f = getattr(fastact, name)
    inf, nan = np.inf, np.nan
    alone = 1.0 if name == "hardmax" else 0.0
    cases = [
        ([0, 1, nan, 5], [nan] * 4),
        ([nan, nan], [nan] * 2),
        ([-inf, -inf, -inf], [alone, 0, 0]),
        ([-inf], [alone]),
        ([0, -inf, -5, -inf], [1, 0, 0, 0]),
        ([0, 3, inf, inf], [0, 0, 1, 0] if name == "hardmax" else [nan] * 4),
        ([np.finfo(dtype).max, -np.finfo(dtype).max], [1, 0]),
        ([0.0, -0.0], [1, 0] if name == "hardmax" else [0.5, 0.5]),
        ([5], [1]),
    ]
    with np.errstate(all="raise"):
        for x, wanted in cases:
            for repeat in (1, 30):
                row = np.array(x + [-inf] * (repeat - 1) * 7, dtype)
                want = np.array(wanted + [nan if nan in wanted else 0] * (repeat - 1) * 7, dtype)
                assert_same(f(row), want, f"{name} {x}")
                assert_same(f(np.repeat(row[:, None], 20, 1), 0), np.repeat(want[:, None], 20, 1), f"{name} {x} across")


@each_dtype
@each_forward
def test_rows_do_not_mix(name, dtype):
    """A row that is special leaves its neighbours alone."""
    x = np.random.default_rng(0).standard_normal((40, 90)).astype(dtype)
    clean = getattr(fastact, name)(x)
    x[3, 5] = np.nan
    x[4, 80] = np.inf
    x[17] = -np.inf
    for got in (getattr(fastact, name)(x), getattr(fastact, name)(np.ascontiguousarray(x.T), 0).T):
        rest = np.delete(np.arange(40), [3, 4, 17])
        assert_same(got[rest], clean[rest])
        assert np.isnan(got[3]).all()


@each_dtype
@each_layout
@each_forward
def test_layouts(name, shape, axis, dtype):
    """Every axis and stride has the bits of a contiguous row; in place has those of out of place."""
    f = getattr(fastact, name)
    x = np.random.default_rng(3).standard_normal(shape).astype(dtype)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis % x.ndim,)
    order = [i for i in range(x.ndim) if i not in axes] + list(axes)
    flat = np.ascontiguousarray(x.transpose(order)).reshape(*[x.shape[i] for i in order[: x.ndim - len(axes)]], -1)
    wanted = f(flat).reshape([x.shape[i] for i in order]).transpose(np.argsort(order))
    assert_same(f(x, axis), wanted)
    strided = np.zeros([2 * n for n in shape], dtype)[tuple(slice(None, None, 2) for _ in shape)]
    strided[...] = x
    for given in (strided, np.asfortranarray(x), x[..., ::-1][..., ::-1], x.astype(x.dtype.newbyteorder())):
        assert_same(f(given, axis), wanted)
    for place in (x.copy(), np.array(x, order="F"), strided):
        assert f(place, axis, out=place) is place
        assert_same(place, wanted)
    out = np.full(shape, 7, dtype)
    assert f(x, axis, out=out) is out
    assert_same(out, wanted)


@each_dtype
@each_layout
@each_sparse
def test_backward(name, shape, axis, dtype):
    """The formula in float64; every layout, in place in either operand."""
    random = np.random.default_rng(4)
    x, grad = (random.standard_normal(shape).astype(dtype) for _ in range(2))
    y = getattr(fastact, name)(x, axis)
    f = getattr(fastact, name + "_backward")
    s = np.sqrt(y.astype(np.longdouble)) if name == "entmax15" else (y > 0).astype(np.longdouble)
    mean = (grad * s).sum(axis=axis, keepdims=True) / s.sum(axis=axis, keepdims=True)
    wanted = s * (grad - mean)
    got = f(grad, y, axis)
    unit = np.spacing(np.maximum(s * abs(grad), s * abs(mean)).astype(dtype)).astype(np.longdouble)
    assert (abs(got - wanted) <= (4 if name == "entmax15" else 2) * unit).all()
    assert (got[y == 0] == 0).all()
    for g, z in ((np.asfortranarray(grad), y), (grad, np.asfortranarray(y)), (grad[..., ::-1][..., ::-1], y)):
        assert_same(f(g, z, axis), got)
    for k in range(2):
        operands = [grad.copy(), y.copy()]
        assert f(*operands, axis, out=operands[k]) is operands[k]
        assert_same(operands[k], got)


@each_sparse
def test_backward_is_the_gradient(name):
    """Central differences, where the support does not change."""
    random = np.random.default_rng(0)
    x, grad, step = random.standard_normal(9), random.standard_normal(9), 1e-6
    f = getattr(fastact, name)
    numeric = [(grad @ (f(x + step * e) - f(x - step * e))) / (2 * step) for e in np.eye(9)]
    assert np.allclose(getattr(fastact, name + "_backward")(grad, f(x)), numeric, atol=1e-8)


@each_dtype
@each_sparse
def test_backward_special(name, dtype):
    f = getattr(fastact, name + "_backward")
    with np.errstate(all="raise"):
        assert_same(f(np.ones(3, dtype), np.full(3, np.nan, dtype)), np.full(3, np.nan, dtype))
        assert_same(f(np.ones(3, dtype), np.zeros(3, dtype)), np.zeros(3, dtype))
        assert_same(f(np.array([5, np.nan], dtype), np.array([1, 0], dtype)), np.zeros(2, dtype))
        assert np.isnan(f(np.array([np.nan, 1], dtype), np.array([0.5, 0.5], dtype))).all()


@each_sparse
def test_gradient_beside_the_support(name):
    """Whatever it is where y is 0, it has no part in the result."""
    for dtype in (np.float32, np.float64):
        random = np.random.default_rng(0)
        y = getattr(fastact, name)(random.standard_normal((9, 60)).astype(dtype))
        grad = random.standard_normal(y.shape).astype(dtype)
        f = getattr(fastact, name + "_backward")
        wanted = f(np.where(y > 0, grad, 0), y)
        for spoil in (np.nan, np.inf, -np.inf, np.finfo(dtype).max):
            dirty = np.where(y > 0, grad, dtype(spoil))
            assert_same(f(dirty, y), wanted)
            assert_same(f(dirty.T.copy(), y.T.copy(), 0).T.copy(), wanted)


@pytest.mark.slow
@each_sparse
def test_long_rows(name):
    """More elements in the support than a float32 can count; equal ones, and a slope."""
    power, length = POWER[name], 10_000_000
    for n in (length, (1 << 24) + 3):
        assert getattr(fastact, name)(np.zeros(n, np.float32))[-1] == np.float32(1 / n)
    x = np.random.default_rng(0).random(length).astype(np.float32) * np.float32(1e-7)
    z, tau = (x.astype(np.longdouble) - x.max()) / power, np.longdouble(-1)
    for _ in range(60):
        over = np.maximum(z - tau, 0)
        step = ((over**power).sum() - 1) / (power * over ** (power - 1) * (over > 0)).sum()
        tau += step
        if abs(step) <= 1e-14 * abs(tau):
            break
    wanted = np.maximum(z - tau, 0) ** power
    ulp = np.spacing(np.maximum(wanted, wanted.max() * 2.0**-22).astype(np.float32))
    assert (np.abs(getattr(fastact, name)(x) - wanted) <= ulp).all()


@pytest.mark.slow
def test_long_softmax():
    """The largest elements are counted exactly, too."""
    length = (1 << 25) + 77
    x = np.zeros(length, np.float32)
    assert fastact.softmax(x)[0] == np.float32(1 / length)
    assert fastact.logsumexp(x) == np.float32(np.log(length))


@each_dtype
@each_layout
@each_sparse
def test_where(name, shape, axis, dtype):
    """What does not count is as good as -inf, also with NaN in it."""
    f = getattr(fastact, name)
    random = np.random.default_rng(5)
    x = random.standard_normal(shape).astype(dtype)
    mask = random.random(shape) < 0.6
    wanted = f(np.where(mask, x, dtype(-np.inf)), axis)
    dirty = np.where(mask, x, dtype(np.nan))
    for given, where in ((dirty, mask), (np.asfortranarray(dirty), mask), (dirty, np.asfortranarray(mask))):
        assert_same(f(given, axis, where=where), wanted)
    place = dirty.copy()
    assert_same(f(place, axis, where=mask, out=place), wanted)
    assert not f(x, axis, where=False).any()
    assert_same(f(x, axis, where=True), f(x, axis))
    assert_same(f(x, axis, where=mask[..., :1]), f(np.where(mask[..., :1], x, dtype(-np.inf)), axis))


@each_dtype
@each_sparse
def test_lengths(name, dtype):
    """Nothing beside the rows is touched, and every length has the bits of the same row with -inf behind it."""
    f = getattr(fastact, name)
    for n in range(4 * 64 // np.dtype(dtype).itemsize + 2):
        x = np.random.default_rng(n).standard_normal(n).astype(dtype)
        longer = f(np.append(x, np.full(100, -np.inf, dtype)))[:n] if n else x
        for across in (False, True):
            room = np.full((n + 2, 19) if across else n + 2, 7, dtype)
            if across:
                room[1:-1, 1:-1] = x[:, None]
                f(room[1:-1, 1:-1], 0, out=room[1:-1, 1:-1])
                assert_same(np.ascontiguousarray(room[1:-1, 1:-1]), np.repeat(longer[:, None], 17, 1))
                room[1:-1, 1:-1] = 7
            else:
                room[1:-1] = x
                f(room[1:-1], out=room[1:-1])
                assert_same(room[1:-1].copy(), longer)
                room[1:-1] = 7
            assert (room == 7).all()


@pytest.mark.parametrize("op", ["hardmax", "sparsemax", "entmax15", "backward", "gumbel_softmax"])
def test_threads(op):
    x = np.random.default_rng(0).standard_normal((600, 500)).astype(np.float32)
    y = fastact.sparsemax(x)

    def run(axis):
        if op == "backward":
            return fastact.sparsemax_backward(x, y, axis)
        return getattr(fastact, op)(x, axis, **({"seed": 3} if op == "gumbel_softmax" else {}))

    for axis in (0, 1):
        results = []
        for n in (1, 2, 3):
            with fastact.threads(n):
                results.append(run(axis))
        assert_same(results[1], results[0])
        assert_same(results[2], results[0])


def test_instruction_sets():
    """The same bits in each class."""
    assert_same_in_each_class({isa: child("sparse_hash", FASTACT_ISA=isa) for isa in ISAS})


@each_forward
def test_inputs(name):
    f = getattr(fastact, name)
    assert f([1, 2, 4]).tolist() == [0, 0, 1]
    assert f([1, 2, 4]).dtype == np.float64
    assert f(3.0) == 1
    assert f(np.float32(3)).dtype == np.float32
    half = np.random.default_rng(0).standard_normal((3, 9)).astype(np.float16)
    assert_same(f(half), f(half.astype(np.float32)).astype(np.float16))
    for shape in ((0,), (3, 0), (0, 3)):
        assert f(np.zeros(shape, np.float32)).shape == shape
    for value in (np.array([1j]), np.array(["a"]), np.array([1], np.longdouble), np.ma.array([1.0], mask=[True])):
        with pytest.raises(TypeError, match=f"{name}: x"):
            f(value)
    x = np.ones((3, 4))
    with pytest.raises(ValueError, match="axis"):
        f(x, 2)
    for out, message in ((np.full((4, 3), 7.0), "shape"), (np.full((3, 4), 7, np.float32), "dtype")):
        with pytest.raises((TypeError, ValueError), match=message):
            f(x, out=out)
        assert (out == 7).all()
    locked = np.full((3, 4), 7.0)
    locked.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        f(x, out=locked)
    assert (locked == 7).all()
    if name != "hardmax":
        with pytest.raises(TypeError, match="where"):
            f(x, where=[1, 0, 1, 1])
        with pytest.raises(ValueError, match="where"):
            f(x, where=[True, False])
        with pytest.raises(ValueError, match="shape"):
            getattr(fastact, name + "_backward")(x, x[0])


@each_forward
def test_dask(name):
    dask = pytest.importorskip("dask.array")
    x = np.random.default_rng(0).standard_normal((6, 8))
    lazy = getattr(fastact, name)(dask.from_array(x, chunks=(2, 8)))
    assert_same(lazy.compute(), getattr(fastact, name)(x))


def test_partial_overlap():
    for name in ("hardmax", "sparsemax", "entmax15"):
        room = np.random.default_rng(0).standard_normal(101)
        wanted = getattr(fastact, name)(room[:100].copy())
        getattr(fastact, name)(room[:100], out=room[1:])
        assert_same(room[1:].copy(), wanted)


@each_dtype
def test_no_memory(dtype):
    x = np.random.default_rng(0).standard_normal((64, 64)).astype(dtype)
    y, out = fastact.entmax15(x), np.empty_like(x)
    calls = [
        lambda: fastact.hardmax(x, out=out),
        lambda: fastact.sparsemax(x, out=out),
        lambda: fastact.sparsemax(x, 0, out=out),
        lambda: fastact.entmax15(x, out=out),
        lambda: fastact.sparsemax_backward(x, y, out=out),
        lambda: fastact.entmax15_backward(x, y, out=out),
        lambda: fastact.gumbel_softmax(x, seed=3, out=out),
        lambda: fastact.gumbel_softmax(x, -1, 0.5, hard=True, seed=3, out=out),
    ]
    for i, call in enumerate(calls):
        call()
        tracemalloc.start()
        try:
            call()
            assert tracemalloc.get_traced_memory()[1] == 0, i
        finally:
            tracemalloc.stop()


# ------------------------------------------------------------------------------------------------ with noise


@each_dtype
def test_gumbel_softmax(dtype):
    """Softmax of x plus the noise of its numbers, whatever the axis is; hard is where soft is largest."""
    x = np.random.default_rng(0).standard_normal((30, 7)).astype(dtype)
    z = (x + gumbel_noise(EXACT, 5, x.shape, dtype).astype(float)).astype(dtype)
    near = 60 * np.finfo(dtype).eps
    for axis, temperature in itertools.product((0, 1, -1, None, (0, 1)), (1.0, 0.5, 3)):
        soft = fastact.gumbel_softmax(x, axis, temperature, seed=5)
        assert soft.dtype == dtype
        assert np.allclose(soft, fastact.softmax(z, axis, temperature), rtol=near, atol=0)
        hard = fastact.gumbel_softmax(x, axis, temperature, hard=True, seed=5)
        assert_same(hard, fastact.hardmax(z, axis))
        assert_same(hard, fastact.hardmax(soft, axis))
    grad = np.random.default_rng(1).standard_normal(x.shape).astype(dtype)
    soft = fastact.gumbel_softmax(x, temperature=0.7, seed=5)
    assert_same(
        fastact.gumbel_softmax_backward(grad, soft, temperature=0.7),
        fastact.softmax_backward(grad, soft, temperature=0.7),
    )


@each_dtype
def test_noise_at_both_ends(dtype):
    """In rows of two with one logit far below, the smaller of the results is that of the noise."""
    n = 1 << 20
    u = _core._uniform(9, n, dtype)
    order = np.argsort(u)
    picked = np.concatenate([order[:150], order[-150:]])
    x = np.zeros((n, 2), dtype)[: n // 2]
    x[:, 1] = -40
    soft = fastact.gumbel_softmax(x, seed=9).reshape(-1)
    g = {}
    with mpmath.workprec(100):
        for i in picked:
            for k in (i, i ^ 1):
                g[k] = -mpmath.log(-mpmath.log(mpmath.mpf(float(u[k]))))
            low, high = i | 1, i & ~1
            odds = mpmath.exp(g[low] - 40 - g[high])
            wanted = odds / (1 + odds)
            assert abs(float(soft[low] / wanted) - 1) < 64 * np.finfo(dtype).eps


@each_dtype
def test_gumbel_frequencies(dtype):
    """The hard sample has the probabilities of the softmax."""
    stats = pytest.importorskip("scipy.stats")
    logits = np.array([0.3, -1, 2, 0, -4], dtype)
    n = 200_000
    hard = fastact.gumbel_softmax(np.tile(logits, (n, 1)), hard=True, seed=11, temperature=0.1)
    assert ((hard == 1).sum(1) == 1).all()
    expected = fastact.softmax(logits.astype(np.float64)) * n
    assert stats.chisquare(hard.sum(0, dtype=np.float64), expected).pvalue > 1e-4


@each_dtype
def test_gumbel_layouts(dtype):
    """An element's number is that of its index in C order; in place as out of place."""
    x = np.random.default_rng(2).standard_normal((6, 35, 40)).astype(dtype)
    wanted = fastact.gumbel_softmax(x, 1, 0.5, seed=8)
    wide = np.zeros((12, 35, 80), dtype)[::2, :, ::2]
    wide[...] = x
    for given in (np.asfortranarray(x), wide, x.astype(x.dtype.newbyteorder())):
        assert_same(fastact.gumbel_softmax(given, 1, 0.5, seed=8), wanted)
    for place in (x.copy(), np.array(x, order="F"), wide):
        assert fastact.gumbel_softmax(place, 1, 0.5, seed=8, out=place) is place
        assert_same(place, wanted)
    room = np.append(x.ravel(), dtype(0))
    fastact.gumbel_softmax(room[:-1].reshape(x.shape), 1, 0.5, seed=8, out=room[1:].reshape(x.shape))
    assert_same(room[1:].reshape(x.shape), wanted)


def test_gumbel_inputs():
    f, x = fastact.gumbel_softmax, np.ones((3, 4))
    half = x.astype(np.float16)
    assert_same(f(half, seed=1), f(half.astype(np.float32), seed=1).astype(np.float16))
    assert f([1, 2], seed=1).dtype == np.float64
    assert abs(f(2.0, seed=1) - 1) < 1e-15
    assert f(np.zeros((3, 0)), seed=1).shape == (3, 0)
    assert f(x, seed=np.random.default_rng(0)).shape == (3, 4)
    assert_same(f(x, seed=fastact.draw_seed(np.random.default_rng(0))), f(x, seed=np.random.default_rng(0)))
    with np.errstate(all="raise"):
        assert np.isnan(f(np.array([1, np.nan]), seed=1)).all()
        assert np.allclose(f(np.array([1, -np.inf]), seed=1), [1, 0], rtol=1e-15, atol=0)
    for arguments, kind, message in (
        ({}, TypeError, "seed"),
        ({"seed": 1.5}, TypeError, "seed"),
        ({"seed": -1}, ValueError, "seed"),
        ({"seed": 1, "axis": 2}, ValueError, "axis"),
        ({"seed": 1, "axis": 0.5}, TypeError, "axis"),
        ({"seed": 1, "temperature": 0}, ValueError, "temperature"),
        ({"seed": 1, "temperature": "a"}, TypeError, "temperature"),
        ({"seed": 1, "hard": 1}, TypeError, "hard"),
        ({"seed": 1, "out": np.empty(3)}, ValueError, "shape"),
    ):
        given = x.copy()
        with pytest.raises(kind, match=message):
            f(given, **({"out": given} | arguments))
        assert_same(given, x)
    with pytest.raises(TypeError, match="gumbel_softmax: x"):
        f(np.array([1j]), seed=1)
