"""maxout, maxout_linear and crelu."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from support import DTYPES, ISAS, assert_same, child, mixed, peak_of, python, threads_from

import fastact

CASES = [((5, 12), -1), ((6, 12, 33), 1), ((12, 1000), 0), ((3, 12, 5), 1), ((40, 600), -1), ((12,), 0), ((600, 12), 0),
         ((2, 12, 16), 1), ((3, 12, 17), -2), ((0, 12), 1), ((12, 0), 0), ((4, 0), 1), ((2, 12, 3000), 1)]  # fmt: skip
PIECES = (1, 2, 3, 4, 6, 12)


def groups(z, pieces, axis):
    axis %= z.ndim
    return z.reshape(*z.shape[:axis], z.shape[axis] // pieces, pieces, *z.shape[axis + 1 :]), axis + 1


def with_ties(shape, dtype, seed=0):
    """Small integers, so that there are ties, among them of 0 and -0, and some NaNs and infinities."""
    random = np.random.default_rng(seed)
    z = random.integers(-3, 4, shape).astype(dtype) * random.choice([1, 1, -1], shape).astype(dtype)
    for value, share in ((np.nan, 0.05), (np.inf, 0.05), (-np.inf, 0.2)):
        z[random.random(shape) < share] = value
    return z


def reference(z, pieces, axis):
    cut, at = groups(z, pieces, axis)
    index = np.argmax(cut, axis=at)
    return np.take_along_axis(cut, np.expand_dims(index, at), at).squeeze(at), index


def backward_reference(grad, index, pieces, axis):
    at = axis % grad.ndim + 1
    zeros = np.zeros((*grad.shape[:at], pieces, *grad.shape[at:]), grad.dtype)
    np.put_along_axis(zeros, np.expand_dims(index.astype(np.intp), at), np.expand_dims(grad, at), at)
    shape = list(grad.shape)
    shape[axis] *= pieces
    return zeros.reshape(shape)


def check_values(dtype):
    for shape, axis in CASES:
        for pieces in PIECES:
            z = with_ties(shape, dtype, pieces)
            y, index = fastact.maxout(z, pieces, axis, return_index=True)
            assert index.dtype == np.uint8
            wanted, which = reference(z, pieces, axis)
            assert_same(y, wanted, (shape, axis, pieces))
            assert (index == which).all()
            assert_same(fastact.maxout(z, pieces, axis), wanted)
            grad = np.arange(1, y.size + 1).reshape(y.shape).astype(dtype)
            grad.ravel()[::5] = np.nan
            assert_same(fastact.maxout_backward(grad, index, pieces, axis),
                        backward_reference(grad, which, pieces, axis), (shape, axis, pieces))  # fmt: skip
        x = mixed(dtype, int(np.prod(shape))).reshape(shape)
        y = fastact.crelu(x, axis)
        assert_same(y, np.concatenate([fastact.relu(x), fastact.relu(-x)], axis))
        grad = mixed(dtype, y.size, 3).reshape(y.shape)
        first, second = np.split(grad, 2, axis)
        y1, y2 = np.split(y, 2, axis)
        nan = np.isnan(first) | np.isnan(second) | np.isnan(x)
        wanted = np.where(y1 > 0, first, 0) - np.where(y2 > 0, second, 0)
        assert_same(fastact.crelu_backward(grad, y, axis), np.where(nan, dtype(np.nan), wanted))


@pytest.fixture
def many_threads():
    with threads_from(64):
        yield


@pytest.mark.parametrize("dtype", DTYPES)
def test_values(dtype):
    check_values(dtype)


@pytest.mark.parametrize("threads", [2, 3, 5])
@pytest.mark.parametrize("dtype", DTYPES)
def test_threads(dtype, threads, many_threads):
    with fastact.threads(threads):
        check_values(dtype)


@pytest.mark.parametrize("isa", ISAS)
def test_instruction_sets(isa):
    program = "import numpy as np, test_pieces as t; t.check_values(np.float32); t.check_values(np.float64)"
    folders = os.pathsep.join([str(Path(__file__).parent), str(Path(fastact.__file__).parent.parent)])
    done = python("-c", program, FASTACT_ISA=isa, PYTHONPATH=os.pathsep.join([folders, *sys.path]))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("pieces", [256, 257, 1000])
@pytest.mark.parametrize("shape", [(3, 2000), (2000, 3), (2, 2000, 20)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_many_pieces(dtype, shape, pieces):
    """The index is of the smallest type that holds it."""
    axis = int(np.argmax(shape))
    shape = tuple(pieces * 2 if n == 2000 else n for n in shape)
    z = np.random.default_rng(0).permutation(int(np.prod(shape))).reshape(shape).astype(dtype)
    y, index = fastact.maxout(z, pieces, axis, return_index=True)
    wanted, which = reference(z, pieces, axis)
    assert index.dtype == (np.uint8 if pieces <= 256 else np.uint16)
    assert_same(y, wanted)
    assert (index == which).all()
    assert_same(fastact.maxout_backward(y, index, pieces, axis), backward_reference(y, which, pieces, axis))


def test_nan_is_the_winner():
    nan = np.nan
    y, index = fastact.maxout([[1, nan, np.inf], [nan, nan, 1], [1, 2, nan], [-np.inf] * 3], 3, return_index=True)
    assert np.isnan(y[:3]).all()
    assert y[3, 0] == -np.inf
    assert index.ravel().tolist() == [1, 0, 2, 0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_guards(dtype):
    """Nothing is written beside out and index, for every length."""
    for columns in (1, 3, 16, 17):
        for units in range(70):
            z = with_ties((units * 3, columns), dtype, units)
            room, places = np.full(units * columns + 8, 7, dtype), np.full(units * columns + 8, 7, np.uint8)
            y, index = room[4:-4].reshape(units, columns), places[4:-4].reshape(units, columns)
            fastact.maxout(z, 3, 0, out=(y, index), return_index=True)
            wanted, which = reference(z, 3, 0)
            assert_same(y, wanted)
            assert (index == which).all()
            assert (room[:4] == 7).all()
            assert (room[-4:] == 7).all()
            assert (places[:4] == 7).all()
            assert (places[-4:] == 7).all()
            room = np.full(z.size + 8, 7, dtype)
            fastact.maxout_backward(y, index, 3, 0, out=room[4:-4].reshape(z.shape))
            assert_same(room[4:-4].reshape(z.shape), backward_reference(y, which, 3, 0))
            assert (room[:4] == 7).all()
            assert (room[-4:] == 7).all()
            room = np.full(2 * z.size + 8, 7, dtype)
            y = fastact.crelu(z, 0, out=room[4:-4].reshape(6 * units, columns))
            assert (room[:4] == 7).all()
            assert (room[-4:] == 7).all()
            room = np.full(z.size + 8, 7, dtype)
            fastact.crelu_backward(y, y, 0, out=room[4:-4].reshape(z.shape))
            assert (room[:4] == 7).all()
            assert (room[-4:] == 7).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_parts_of_short_rows(dtype, many_threads):
    """Fewer units than threads, and rows shorter than a line of the cache."""
    for inner in (1, 2, 5, 12, 15):
        for pieces in (2, 3, 600):
            z = with_ties((pieces, inner), dtype, inner)
            wanted, which = reference(z, pieces, 0)
            back = backward_reference(wanted, which, pieces, 0)
            for threads in (2, 3, 5):
                with fastact.threads(threads):
                    y, index = fastact.maxout(z, pieces, 0, return_index=True)
                    assert_same(y, wanted)
                    assert (index == which).all()
                    assert_same(fastact.maxout_backward(wanted, index, pieces, 0), back)


def test_index_shares_memory():
    """Refused also where out cannot be written to directly; in turns, they are apart."""
    z = with_ties((40, 6), np.float32)
    wanted, which = reference(z, 2, -1)
    for dtype in (np.float32, np.float64, ">f4"):
        room = np.full(40 * 3 * 16, 7, np.uint8)
        out = room.view(dtype)[: 40 * 3].reshape(40, 3)
        index = room[:120].reshape(40, 3)
        with pytest.raises(ValueError, match=r"^maxout: index shares memory"):
            fastact.maxout(z, 2, out=(out, index), return_index=True)
        assert (room == 7).all()
    room = np.full(120 * 16, 7, np.uint8)
    out, index = room.view(np.float32)[::4].reshape(40, 3), np.zeros((40, 3), np.uint8)
    fastact.maxout(z, 2, out=(out, index), return_index=True)
    assert_same(out, wanted)
    line = np.full((1, 4 * 6), 7, np.uint8)  # one float, then one index
    out, index = line.view(np.float32)[:, ::2][:, :1], line[:, 5:6]
    fastact.maxout(z[:1, :2], 2, out=(out, index), return_index=True)
    assert_same(out, wanted[:1, :1])
    assert index == which[0, 0]


def test_an_index_that_another_thread_changes():
    """Nothing is written outside of out, whatever the index becomes after it was looked at."""
    assert "nothing written outside" in child("index_race")


def test_an_index_that_is_not_aligned():
    """It is read as a copy: uint16 at an odd address is undefined in C, which the sanitized build stops at."""
    z = with_ties((600, 3), np.float32)
    wanted, which = reference(z, 300, 0)
    index = np.zeros(which.size * 2 + 1, np.uint8)[1:].view(np.uint16).reshape(which.shape)
    index[...] = which
    assert not index.flags.aligned
    assert_same(fastact.maxout_backward(wanted, index, 300, 0), backward_reference(wanted, which, 300, 0))


def test_linear():
    random = np.random.default_rng(0)
    for dtype, shape in ((np.float32, (7, 5)), (np.float64, (3, 4, 5)), (np.float64, (5,)), (np.float32, (0, 5))):
        x, weight, bias = (random.normal(size=s).astype(dtype) for s in (shape, (5, 12), (12,)))
        for given in ((x, weight), (x, weight, bias)):
            y, index = fastact.maxout_linear(*given, pieces=3, return_index=True)
            z = x @ weight + (bias if given[2:] else 0)
            wanted, which = reference(z, 3, -1)
            assert_same(y, wanted.astype(dtype))
            assert (index == which).all()
            assert_same(fastact.maxout_linear(*given, pieces=3), y)
            out = np.empty_like(y)
            assert fastact.maxout_linear(*given, pieces=3, out=out) is out
            assert_same(out, y)
        grad = random.normal(size=y.shape).astype(dtype)
        dx, dw, db = fastact.maxout_linear_backward(grad, x, weight, index, 3)
        dz = fastact.maxout_backward(grad, index, 3)
        assert (dx.shape, dw.shape, db.shape) == (x.shape, weight.shape, bias.shape)
        assert dx.dtype == dw.dtype == db.dtype == dtype
        tolerance = 1e-5 if dtype == np.float32 else 1e-13
        np.testing.assert_allclose(dx, dz @ weight.T, atol=tolerance)
        np.testing.assert_allclose(dw, x.reshape(-1, 5).T @ dz.reshape(-1, 12), atol=tolerance)
        np.testing.assert_allclose(db, dz.reshape(-1, 12).sum(axis=0), atol=tolerance)
    half = fastact.maxout_linear(np.ones((2, 5), np.float16), np.ones((5, 6), np.float16), pieces=2)
    assert half.dtype == np.float16
    assert (half == 5).all()
    x, weight = np.ones((2, 5)), np.ones((5, 6))
    for bad, said in [((x, weight, np.ones(5)), "bias"), ((np.ones((2, 4)), weight), r"\(2, 4\)"),
                      ((x, np.ones(5)), r"weight \(5,\)")]:  # fmt: skip
        with pytest.raises(ValueError, match=rf"^maxout_linear: .*{said}"):
            fastact.maxout_linear(*bad, pieces=2)
    with pytest.raises(TypeError, match=r"^maxout_linear: pieces must be an integer, not NoneType"):
        fastact.maxout_linear(x, weight)
    with pytest.raises(ValueError, match=r"^maxout_linear: weight has 6 columns"):
        fastact.maxout_linear(x, weight, pieces=4)
    with pytest.raises(ValueError, match=r"^maxout_linear_backward: index has shape"):
        fastact.maxout_linear_backward(1.0, x, weight, np.zeros((2, 2), np.uint8), 2)


@pytest.mark.parametrize("char", "?bBhHiIlLqQefd")
def test_dtypes(char):
    x = np.array([[0, 1, 1, 0, 1, 1]]).astype(char)
    wanted = np.tanh(x).dtype
    y, index = fastact.maxout(x, 2, return_index=True)
    assert y.dtype == wanted
    assert y.tolist() == [[1, 1, 1]]
    assert fastact.maxout_backward(y, index, 2).dtype == wanted
    assert fastact.maxout_backward(y, index, 2).tolist() == [[0, 1, 1, 0, 1, 0]]
    assert fastact.crelu(x).dtype == wanted
    assert fastact.crelu_backward(fastact.crelu(x), fastact.crelu(x)).dtype == wanted
    swapped = x.astype(np.dtype(wanted).newbyteorder())
    assert fastact.maxout(swapped, 2).dtype == wanted
    assert fastact.maxout(swapped, 2).dtype.isnative
    assert fastact.maxout(swapped, 2).tolist() == [[1, 1, 1]]


@pytest.mark.parametrize("dtype", DTYPES)
def test_layouts_and_outs(dtype):
    """Any strides give the same; so do an out of any strides and one that overlaps the input."""
    z = with_ties((8, 12, 10), dtype)
    for axis in range(3):
        pieces = 2
        wanted, which = reference(z, pieces, axis)
        index = which.astype(np.uint8)
        grad = fastact.maxout(z, pieces, axis)
        back = backward_reference(grad, which, pieces, axis)
        both = np.concatenate([fastact.relu(z), fastact.relu(-z)], axis)
        for given in (np.asfortranarray(z), np.repeat(z, 2, 1)[:, ::2], np.repeat(z, 2, 2)[:, :, ::2],
                      z[::-1].copy()[::-1]):  # fmt: skip
            assert_same(fastact.maxout(given, pieces, axis), wanted)
            assert_same(fastact.crelu(given, axis), both)
        assert_same(fastact.maxout_backward(np.asfortranarray(grad), np.asfortranarray(index), pieces, axis), back)
        out = np.zeros(wanted.shape, dtype, order="F")
        assert fastact.maxout(z, pieces, axis, out=out) is out
        assert_same(out, wanted)
        for other in (np.float16, np.float32, np.float64):
            out = np.zeros(wanted.shape, other)
            assert_same(fastact.maxout(z, pieces, axis, out=out), wanted.astype(other))
        room = z.copy()
        out = room.ravel()[: wanted.size].reshape(wanted.shape)
        assert fastact.maxout(room, pieces, axis, out=out) is out
        assert_same(out, wanted)
        room = np.zeros(2 * z.size, dtype)
        room[: grad.size] = grad.ravel()
        out = room[3 : 3 + z.size].reshape(z.shape)
        fastact.maxout_backward(room[: grad.size].reshape(grad.shape), index, pieces, axis, out=out)
        assert_same(out, back)
        room[: z.size] = z.ravel()
        out = room.reshape(both.shape)
        fastact.crelu(room[: z.size].reshape(z.shape), axis, out=out)
        assert_same(out, both)


def test_what_is_refused():
    z, index = np.ones((2, 6)), np.zeros((2, 3), np.uint8)
    grad, out = np.ones((2, 3)), np.full((2, 3), 7.0)
    readonly = out.copy()
    readonly.flags.writeable = False
    for pieces, error in ((4, ValueError), (0, ValueError), (-1, ValueError), (65537, ValueError), (2**70, ValueError),
                          (2.0, TypeError), ("2", TypeError), (None, TypeError)):  # fmt: skip
        with pytest.raises(error, match=r"^maxout: .*pieces"):
            fastact.maxout(z, pieces, out=out)
        if pieces != 4:
            with pytest.raises(error, match=r"^maxout_backward: .*pieces"):
                fastact.maxout_backward(grad, index, pieces)
    for axis, error in ((2, ValueError), (-3, ValueError), (0.0, TypeError), (None, TypeError)):
        for f in (lambda a: fastact.maxout(z, 2, a), lambda a: fastact.maxout_backward(grad, index, 2, a),
                  lambda a: fastact.crelu(z, a), lambda a: fastact.crelu_backward(z, z, a)):  # fmt: skip
            with pytest.raises(error, match="axis"):
                f(axis)
    for bad, error, said in ((readonly, ValueError, "read-only"), (np.ones((3, 2)), ValueError, r"\(3, 2\)"),
                             (np.ones((2, 3), int), TypeError, "int64"), ([1], TypeError, "list")):  # fmt: skip
        with pytest.raises(error, match=rf"^maxout: .*out.*{said}"):
            fastact.maxout(z, 2, out=bad)
    for bad, error in ((index.astype(np.uint16), TypeError), (index.astype(np.int64), TypeError), ([[0]], TypeError),
                       (index + np.uint8(2), ValueError)):  # fmt: skip
        kept = np.full((2, 6), 7.0)
        with pytest.raises(error, match=r"^maxout_backward: index"):
            fastact.maxout_backward(grad, bad, 2, out=kept)
        assert (kept == 7).all()
    with pytest.raises(ValueError, match=r"grad has shape \(2, 3, 1\)|broadcast"):
        fastact.maxout_backward(grad[..., None], index, 2)
    with pytest.raises(ValueError, match="odd"):
        fastact.crelu_backward(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="broadcast"):
        fastact.crelu_backward(np.ones(4), np.ones(6))
    pair = (out, np.zeros((2, 3), np.uint16))
    with pytest.raises(TypeError, match=r"^maxout: index must be an array of uint8"):
        fastact.maxout(z, 2, out=pair, return_index=True)
    with pytest.raises(ValueError, match=r"^maxout: index shares memory"):
        fastact.maxout(z, 2, out=(out, out.view(np.uint8).ravel()[:6].reshape(2, 3)),
                       return_index=True)  # fmt: skip
    for bad in (np.ones(4, complex), np.array(["a"]), np.ones(4, object), np.ones(4, np.longdouble), None, 1j):
        for f, name in ((lambda v: fastact.maxout(v, 2), "z"), (fastact.crelu, "x"),
                        (lambda v: fastact.maxout_backward(v, index, 2), "grad"),
                        (lambda v: fastact.crelu_backward(np.ones(4), v), "y"),
                        (lambda v: fastact.maxout_linear(v, z, pieces=2), "x")):  # fmt: skip
            with pytest.raises(TypeError, match=rf"^\w+: {name} (has dtype|is None)"):
                f(bad)
    with pytest.raises(ValueError, match="axis"):
        fastact.maxout(1.0, 1)
    with pytest.raises(ValueError, match="axis"):
        fastact.crelu(1.0)
    assert (out == 7).all()


def test_containers_are_refused():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TypeError, match=r"^maxout: z is a MaskedArray.*filled"):
        fastact.maxout(np.ma.array([1.0, 2.0], mask=[0, 1]), 2)
    with pytest.raises(TypeError, match=r"^crelu: x is a Series.*to_numpy"):
        fastact.crelu(pandas.Series([1.0, 2.0]))
    assert fastact.maxout([1, 2, 3, 4], 2).tolist() == [2, 4]


def test_quiet():
    with np.errstate(all="raise"):
        z = np.array([np.nan, np.inf, -np.inf, 1e308, np.float64(5e-324), 0])
        fastact.maxout(z, 2)
        fastact.crelu(z)
        fastact.crelu_backward(z, z)
        fastact.maxout(np.array([1e300, 1]), 2, out=np.empty(1, np.float32))
        fastact.maxout_linear(z[None], np.full((6, 2), 1e308), pieces=2)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("dtype", DTYPES)
def test_nothing_is_allocated(dtype, axis):
    """No array; a pair of results is a tuple."""
    z = np.ones((500, 128), dtype)
    y, index = fastact.maxout(z, 2, axis, return_index=True)
    both, back, pair = fastact.crelu(z, axis), np.empty_like(z), (y, index)
    nothing = peak_of(lambda: None)
    assert peak_of(lambda: fastact.maxout(z, 2, axis, out=y)) <= nothing
    assert peak_of(lambda: fastact.maxout(z, 2, axis, out=pair, return_index=True)) <= nothing + 400
    assert peak_of(lambda: fastact.maxout_backward(y, index, 2, axis, out=back)) <= nothing
    assert peak_of(lambda: fastact.crelu(z, axis, out=both)) <= nothing
    assert peak_of(lambda: fastact.crelu_backward(both, both, axis, out=back)) <= nothing
    assert peak_of(lambda: fastact.maxout(z, 2, axis)) >= y.nbytes
