"""Random numbers by index: known answers, an independent generator, their distribution; rrelu on top of them."""

import numpy as np
import pytest
from support import assert_same, each_dtype, each_isa, threads_from

import fastact
from fastact import _core
from fastact._reference_functions import philox, uniform

# Random123's kat_vectors for philox4x32, 10 rounds: counter, key, result
KNOWN = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0],
     [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]),
]  # fmt: skip


@each_isa
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_known_answers(isa, dtype):
    for counter, key, wanted in KNOWN:
        assert _core._philox(isa, counter, key, dtype) == wanted == philox(counter, key)


@each_dtype
def test_numbers_by_index(dtype):
    for seed in (0, 12345, 0x0123456789ABCDEF, 2**64 - 1):
        for first in (0, 3, 64, 1000, 2**36 + 5, 2**40):
            got = _core._uniform(seed, 150, dtype, first)
            assert got.tolist() == [uniform(seed, first + i, dtype) for i in range(150)]


@each_dtype
def test_uniform(dtype):
    stats = pytest.importorskip("scipy.stats")
    n = 1 << 20
    for seed in (1, 2, 2**63):
        u = _core._uniform(seed, n, dtype).astype(np.float64)
        assert 0 < u.min() < 1e-4
        assert 1 - 1e-4 < u.max() < 1
        assert stats.kstest(u, "uniform").pvalue > 1e-4
        for lag in (1, 2, 8, 16, 64):
            assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 5 / np.sqrt(n)
            counts = np.histogram2d(u[:-lag], u[lag:], bins=32, range=[[0, 1]] * 2)[0]
            assert stats.chisquare(counts.ravel()).pvalue > 1e-4
    one, other = (_core._uniform(seed, n, dtype) for seed in (1, 2))
    assert abs(np.corrcoef(one, other)[0, 1]) < 5 / np.sqrt(n)
    assert (one == other).mean() < 1e-4


@each_dtype
def test_rrelu(dtype):
    """x, or a slope from the numbers; rounded as documented; backward has the same slopes."""
    x = np.random.default_rng(0).normal(size=(50, 70)).astype(dtype)
    y = fastact.rrelu(x, seed=5)
    d = fastact.rrelu_backward(np.ones_like(x), x, seed=5)
    u = _core._uniform(5, x.size, dtype).reshape(x.shape).astype(np.longdouble)
    lower, upper = dtype(1 / 8), dtype(1 / 3)
    slope = lower + (upper - lower).astype(np.longdouble) * u
    below = x < 0
    assert_same(y[~below], x[~below])
    assert (d[~below] == 1).all()
    assert (abs(d - slope)[below] <= 2 * np.spacing(upper)).all()
    assert (d[below] >= lower).all()
    assert (d[below] <= upper).all()
    assert_same(y[below], (d * x)[below])
    assert_same(fastact.rrelu_backward(np.ones_like(x), y=y, seed=5), d)
    grad = np.random.default_rng(1).normal(size=x.shape).astype(dtype)
    assert_same(fastact.rrelu_backward(grad, x, seed=5), grad * d)
    assert not np.array_equal(fastact.rrelu(x, seed=6), y)
    assert_same(fastact.rrelu(x, 0.25, 0.25, seed=5), fastact.leaky_relu(x, 0.25))
    middle = float(1 / 8 + (1 / 3 - 1 / 8) / 2)
    assert_same(fastact.rrelu(x, training=False), fastact.leaky_relu(x, middle))
    assert_same(fastact.rrelu_backward(grad, x, training=False), fastact.leaky_relu_backward(grad, x, middle))


@each_dtype
def test_rrelu_anywhere(dtype):
    """Threads, strides, in place, other buffers, the place in a longer array: the index decides."""
    with threads_from(64):
        for shape in ((40, 30), (7,), (3, 50_000), (2, 3, 4, 5), (), (1,), (0, 3), (70_001,)):
            x = np.random.default_rng(0).normal(size=shape).astype(dtype)
            wanted = np.asarray(fastact.rrelu(x, seed=9))
            room = np.zeros((*shape[:-1], 2 * shape[-1]), dtype) if shape else x
            for threads in (1, 2, 3):
                with fastact.threads(threads):
                    assert_same(np.asarray(fastact.rrelu(x, seed=9)), wanted)
                    assert_same(np.asarray(fastact.rrelu(np.asfortranarray(x), seed=9)), wanted)
                    for part in (np.s_[..., ::2], np.s_[..., : (shape or (1,))[-1]]):
                        if not shape:
                            continue
                        view = room[part]
                        view[...] = x
                        assert_same(fastact.rrelu(view, seed=9), wanted)
                        assert fastact.rrelu(view, seed=9, out=view) is view
                        assert_same(view.copy(), wanted)
        for n in range(200):
            out = np.full(n + 40, 7, dtype)
            fastact.rrelu(-np.ones(n, dtype), seed=3, out=out[20 : 20 + n])
            assert_same(out[20 : 20 + n], fastact.rrelu(-np.ones(200, dtype), seed=3)[:n])
            assert (out[:20] == 7).all()
            assert (out[20 + n :] == 7).all()


def test_special_values():
    x = np.array([0, -0.0, np.inf, -np.inf, np.nan, 2])
    assert_same(fastact.rrelu(x, seed=1), x)
    d = fastact.rrelu_backward(np.ones(6), x, seed=1)
    assert (d[[0, 1, 3]] < 0.34).all()
    assert (d[[2, 5]] == 1).all()
    assert np.isnan(d[4])
    half = fastact.rrelu(-np.ones(100, np.float16), seed=1)
    assert half.dtype == np.float16
    assert_same(half, fastact.rrelu(-np.ones(100, np.float32), seed=1).astype(np.float16))


def test_seeds():
    x = -np.ones(50)
    generator = np.random.default_rng(3)
    seed = fastact.draw_seed(generator)
    assert isinstance(seed, int)
    assert 0 <= seed < 2**64
    assert_same(fastact.rrelu(x, seed=np.random.default_rng(3)), fastact.rrelu(x, seed=seed))
    assert_same(fastact.rrelu(x, seed=np.uint64(seed)), fastact.rrelu(x, seed=seed))
    assert len({fastact.draw_seed(generator) for _ in range(100)}) == 100
    for error, match, invoke in [
        (TypeError, r"^rrelu: seed is missing", lambda: fastact.rrelu(x)),
        (TypeError, r"^rrelu_backward: seed is missing", lambda: fastact.rrelu_backward(x, x)),
        (TypeError, r"^rrelu_backward: seed must be the int.*draw_seed",
         lambda: fastact.rrelu_backward(x, x, seed=generator)),
        (TypeError, r"^rrelu: seed must be an int", lambda: fastact.rrelu(x, seed=1.5)),
        (ValueError, r"^rrelu: seed = -1 must be from 0", lambda: fastact.rrelu(x, seed=-1)),
        (ValueError, r"^rrelu: seed = 18446744073709551616 must be", lambda: fastact.rrelu(x, seed=2**64)),
        (TypeError, r"^draw_seed", lambda: fastact.draw_seed(3)),
        (ValueError, r"^rrelu: lower = 0.5 must not be above upper = 0.25",
         lambda: fastact.rrelu(x, 0.5, 0.25, seed=1)),
        (ValueError, r"^rrelu: upper = inf must be finite", lambda: fastact.rrelu(x, 0.5, np.inf, seed=1)),
        (ValueError, r"^rrelu: lower = nan must be finite", lambda: fastact.rrelu(x, np.nan, 1.0, training=False)),
        (TypeError, r"^rrelu: lower must be a real number", lambda: fastact.rrelu(x, "a", seed=1)),
        (ValueError, r"^rrelu_backward: lower = -1.0 must be >= 0 with y=",
         lambda: fastact.rrelu_backward(x, None, -1.0, y=x, seed=1)),
        (TypeError, r"^rrelu_backward: give exactly one", lambda: fastact.rrelu_backward(x, seed=1)),
        (TypeError, r"^rrelu: x has dtype complex128", lambda: fastact.rrelu(x.astype(complex), seed=1)),
        (TypeError, r"^rrelu: x is a MaskedArray", lambda: fastact.rrelu(np.ma.array(x), seed=1)),
        (ValueError, r"^rrelu: out has shape", lambda: fastact.rrelu(x, seed=1, out=np.ones(3))),
        (ValueError, r"^rrelu: out has shape", lambda: fastact.rrelu(x, training=False, out=np.ones(3))),
        (TypeError, r"^rrelu: x has dtype complex128", lambda: fastact.rrelu(x.astype(complex), training=False)),
        (TypeError, r"^rrelu: x is None", lambda: fastact.rrelu(None, training=False)),
        (ValueError, r"^rrelu_backward: out has shape",
         lambda: fastact.rrelu_backward(x, x, training=False, out=np.ones(3))),
        (ValueError, r"^rrelu_backward: these shapes do not broadcast: grad \(50,\), y \(3,\)",
         lambda: fastact.rrelu_backward(x, y=x[:3], training=False)),
    ]:  # fmt: skip
        with pytest.raises(error, match=match):
            invoke()
