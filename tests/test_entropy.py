"""Cross entropies: error of loss and gradient, layouts, labels, reductions, threads, memory, messages."""

import itertools

import mpmath
import numpy as np
import pytest
from support import (
    DTYPES,
    ISAS,
    assert_same,
    assert_same_in_each_class,
    child,
    each_dtype,
    every_other,
    peak_of,
    swapped,
    threads_from,
    turned,
    unaligned,
)

import fastact

softmax_loss, sigmoid_loss = fastact.softmax_cross_entropy, fastact.sigmoid_cross_entropy
#: how far float64 NumPy is to be trusted, of results of the size of 1
PLAIN = {np.float32: 2e-6, np.float64: 1e-13}
KINDS = ("classes", "shares")


def inputs(shape, axis=-1, dtype=np.float32, spread=3, seed=0):
    """Logits, labels that are classes, labels that are probabilities."""
    random = np.random.default_rng(seed)
    x = (random.standard_normal(shape) * spread).astype(dtype)
    classes = random.integers(0, shape[axis], np.delete(shape, axis))
    shares = random.random(shape)
    return x, classes, (shares / shares.sum(axis, keepdims=True)).astype(dtype)


def targets(labels, x, axis=-1, smoothing=0.0):
    """What the labels say of each logit, in float64."""
    t = np.asarray(labels, np.float64)
    if labels.dtype.kind in "iu":
        t = np.moveaxis(np.eye(x.shape[axis])[labels], -1, axis)
    return (1 - smoothing) * t + smoothing / x.shape[axis]


def plain(x, t, axis=-1):
    """Losses and gradients of their sum, in float64 by NumPy."""
    x = np.asarray(x, np.float64)
    log = x - x.max(axis, keepdims=True)
    log = log - np.log(np.exp(log).sum(axis, keepdims=True))
    return -np.where(t == 0, 0, t * log).sum(axis), t.sum(axis, keepdims=True) * np.exp(log) - t


def ulps(got, exact, unit_of=None):
    """|got - exact| in units in the last place of exact, or of what is given."""
    info, size = np.finfo(got.dtype), abs(exact if unit_of is None else unit_of)
    if size == 0:
        return 0.0 if got == 0 else np.inf
    exponent = max(int(mpmath.floor(mpmath.log(size, 2))), int(info.minexp))
    return float(abs(mpmath.mpf(float(got)) - exact) / mpmath.mpf(2) ** (exponent - int(info.nmant)))


def exact_rows(x, t):
    """log(sum) - x for each logit, and the softmax; of one row in 200 bits."""
    x = [mpmath.mpf(float(v)) for v in x]
    most = max(x)
    e = [mpmath.exp(v - most) for v in x]
    rest = mpmath.fsum(v for v, at in zip(e, x, strict=True) if at != most) + (x.count(most) - 1)
    log, mass = mpmath.log1p(rest), mpmath.fsum(t)
    loss = mpmath.fsum(a * (log + (most - v)) for a, v in zip(t, x, strict=True) if a)
    return loss, [mass * v / (1 + rest) for v in e]


@each_dtype
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [1, 2, 3, 10, 65, 1000, 3000])
def test_error(length, kind, dtype):
    """Loss at most 4 ULP, gradient at most 8 ULP of its largest term, for every spread and smoothing."""
    random = np.random.default_rng(length)
    for spread, smoothing in itertools.product((0, 0.1, 3, 30, 700), (0.0, 0.1)):
        if length > 1000 and (spread != 3 or not smoothing):
            continue
        x, classes, shares = inputs((3, length), dtype=dtype, spread=spread, seed=length)
        classes[0] = x[0].argmax()
        labels = classes if kind == "classes" else shares
        grad = np.empty_like(x)
        loss = softmax_loss(x, labels, reduction="none", label_smoothing=smoothing, out_grad=grad)
        assert_same(softmax_loss(x, labels, reduction="none", label_smoothing=smoothing), loss)
        assert loss.dtype == dtype
        with mpmath.workprec(200):
            eps = mpmath.mpf(smoothing)
            for i in range(3):
                t = [
                    mpmath.mpf(int(k == classes[i]) if kind == "classes" else float(shares[i, k]))
                    for k in range(length)
                ]
                t = [(1 - eps) * v + eps / length for v in t]
                wanted, p = exact_rows(x[i], t)
                assert ulps(loss[i], wanted) <= 4, (spread, smoothing)
                for k in {0, length - 1, int(classes[i]), *random.integers(0, length, 9).tolist()}:
                    assert ulps(grad[i, k], p[k] - t[k], max(p[k], t[k])) <= 8, (spread, smoothing)


def test_digits_that_others_lose():
    x = np.array([[0.0, -40.0], [0.0, 40.0]])
    assert_same(softmax_loss(x, np.array([0, 1]), reduction="none"), np.exp([-40.0, -40.0]))
    assert_same(softmax_loss(np.float32([100, -3e38]), 1), np.float32(3e38))
    assert_same(sigmoid_loss(np.array([40.0, -40.0]), np.array([1.0, 0.0]), reduction="none"), np.exp([-40.0, -40.0]))
    grad = np.array([40.0, -40.0])
    sigmoid_loss(grad, np.array([1, 0]), reduction="sum", out_grad=grad)
    assert_same(grad, np.exp([-40.0, -40.0]) * [-1, 1])


@pytest.mark.parametrize("length", [131072, 300000])
@pytest.mark.parametrize("kind", KINDS)
def test_vocabulary(kind, length):
    """A row of more classes than stay in a first-level cache, and of more than a softmax takes in one go."""
    x, classes, shares = inputs((2, length), spread=5)
    labels, grad = classes if kind == "classes" else shares, np.empty_like(x)
    t = np.zeros(x.shape) if kind == "classes" else shares.astype(float)
    if kind == "classes":
        t[np.arange(2), classes] = 1
    t = 0.9 * t + 0.1 / length
    loss = softmax_loss(x, labels, reduction="none", label_smoothing=0.1, out_grad=grad)
    wanted, slope = plain(x, t)
    np.testing.assert_allclose(loss, wanted, rtol=4 * 2.0**-24)
    largest = np.maximum(np.abs(slope + t), t)
    assert (np.abs(grad - slope) <= 8 * np.spacing(largest.astype(np.float32))).all()


SHAPES = [((7, 33), -1), ((33, 7), 0), ((3, 33, 5), 1), ((5, 400), 0), ((2, 2500), -1), ((2500, 3), 0), ((9,), 0),
          ((4, 1), 1), ((1, 4), 0), ((2, 3, 4, 5), 2)]  # fmt: skip


@each_dtype
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_layouts(shape, axis, kind, dtype):
    """Against NumPy; in place, transposed, with steps and other byte order: the same bits."""
    x, classes, shares = inputs(shape, axis, dtype)
    labels = classes if kind == "classes" else shares
    t = targets(labels, x, axis, 0.1)
    wanted, slope = plain(x, t, axis)
    options = {"reduction": "none", "label_smoothing": 0.1}
    grad = np.full_like(x, np.nan)
    loss = softmax_loss(x, labels, axis, out_grad=grad, **options)
    assert np.shape(loss) == tuple(np.delete(shape, axis))
    np.testing.assert_allclose(loss, wanted, rtol=PLAIN[dtype], atol=PLAIN[dtype])
    np.testing.assert_allclose(grad, slope, rtol=0, atol=PLAIN[dtype])
    assert_same(softmax_loss(x, labels, axis, **options), loss)

    def backwards(a):
        return a[::-1].copy()[::-1]

    for change in (np.copy, every_other, backwards, turned, unaligned, swapped):
        z, given = change(x), change(labels) if labels.ndim else labels
        assert_same(softmax_loss(z, given, axis, **options), loss)
        into = change(np.zeros_like(x))
        if into.dtype.isnative:
            assert_same(softmax_loss(z, given, axis, out_grad=into, **options), loss)
            assert_same(np.ascontiguousarray(into), grad)
            assert_same(softmax_loss(z, given, axis, out_grad=z, **options), loss)
            assert_same(np.ascontiguousarray(z), grad)


@each_dtype
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("axis", [-1, 0])
def test_reductions(axis, kind, dtype):
    """Sums are right to the last digits, and the gradient is that of the reduced loss."""
    x, classes, shares = inputs((3001, 700)[:: -1 if axis == 0 else 1], axis, dtype)
    labels = classes if kind == "classes" else shares
    grads = {name: np.empty_like(x) for name in ("none", "sum", "mean")}
    found = {name: softmax_loss(x, labels, axis, reduction=name, out_grad=grads[name]) for name in grads}
    assert isinstance(found["sum"], dtype)
    with mpmath.workprec(200):
        total = mpmath.fsum(found["none"].tolist())
        assert ulps(found["sum"], total) <= 1
        assert ulps(found["mean"], total / 3001) <= 1.5
    assert softmax_loss(x, labels, axis) == found["mean"]
    assert_same(grads["sum"], grads["none"])
    unit = np.maximum(np.abs(grads["sum"] + targets(labels, x, axis)), targets(labels, x, axis)) / 3001
    assert (np.abs(grads["mean"] - grads["sum"].astype(float) / 3001) <= 4 * np.finfo(dtype).eps * unit).all()


@each_dtype
@pytest.mark.parametrize("axis", [-1, 0])
def test_ignored_rows(axis, dtype):
    x, classes, _ = inputs((40, 37), axis, dtype)
    for ignore in (-100, 3, -1, 36):
        labels = classes.copy()
        labels[::3] = ignore
        some = labels != ignore
        kept = (slice(None), some) if axis == 0 else some
        for smoothing, name in itertools.product((0.0, 0.2), ("none", "sum", "mean")):
            options = {"label_smoothing": smoothing, "reduction": name}
            grad, short = np.full_like(x, np.nan), np.ascontiguousarray(x[kept])
            loss = softmax_loss(x, labels, axis, ignore_index=ignore, out_grad=grad, **options)
            wanted = softmax_loss(short, labels[some], axis, out_grad=short, **options)
            if name == "none":
                assert (loss[~some] == 0).all()
                loss = loss[some]
            np.testing.assert_allclose(loss, wanted, rtol=2 * np.finfo(dtype).eps)
            assert_same(np.ascontiguousarray(grad[kept]), short)
            assert (np.moveaxis(grad, axis, -1)[~some] == 0).all()
    # whatever their logits are
    spoilt, labels, grad = np.moveaxis(x.copy(), axis, -1), classes.copy(), np.full_like(x, np.nan)
    labels[:6] = -100
    loss = softmax_loss(x, labels, axis, ignore_index=-100, label_smoothing=0.1)
    for row, value in zip(spoilt, (np.nan, np.inf, -np.inf, np.finfo(dtype).max), strict=False):
        row[:] = value
    spoilt[4, 5], spoilt[5, 5] = np.nan, np.inf
    spoilt = np.ascontiguousarray(np.moveaxis(spoilt, -1, axis))
    assert_same(softmax_loss(spoilt, labels, axis, ignore_index=-100, label_smoothing=0.1, out_grad=grad), loss)
    assert (np.moveaxis(grad, axis, -1)[:6] == 0).all()
    assert np.isfinite(grad).all()
    nobody = np.full(classes.shape, -100)
    grad = np.full_like(x, np.nan)
    assert np.isnan(softmax_loss(x, nobody, axis, ignore_index=-100, out_grad=grad))
    assert (grad == 0).all()
    assert softmax_loss(x, nobody, axis, reduction="sum", ignore_index=-100) == 0
    # of labels that are probabilities there is nothing to ignore
    t = np.eye(x.shape[axis], dtype=dtype)[classes]
    t = t if axis else np.ascontiguousarray(t.T)
    assert_same(softmax_loss(x, t, axis, ignore_index=3), softmax_loss(x, classes, axis))


@each_dtype
@pytest.mark.parametrize("axis", [-1, 0])
@pytest.mark.parametrize("kind", KINDS)
def test_edges(kind, axis, dtype):
    """Masked classes, rows of nothing but -inf, infinities and NaN; beside them a row that must not notice."""
    inf, nan, big = np.inf, np.nan, np.finfo(dtype).max
    cases = [  # logits, label, loss, gradient
        ([1, -inf, 1], 0, np.log(2), [-0.5, 0, 0.5]),
        ([1, -inf, 1], 1, inf, [0.5, -1, 0.5]),
        ([-inf, 0, -inf], 1, 0, [0, 0, 0]),
        ([-inf, -inf, -inf], 1, inf, [0, -1, 0]),
        ([inf, 0, 0], 0, nan, [nan, nan, nan]),
        ([inf, 0, 0], 1, nan, [nan, nan, nan]),
        ([0, nan, 0], 0, nan, [nan, nan, nan]),
        ([nan, nan, nan], 2, nan, [nan, nan, nan]),
        ([big, -big, -big], 0, 0, [0, 0, 0]),
        ([big, -big, 0], 1, inf, [1, -1, 0]),
        ([big, -big, 0], 2, big, [1, 0, -1]),
        ([0, 0, 0], 2, np.log(3), [1 / 3, 1 / 3, -2 / 3]),
    ]
    x = np.array([row for row, *_ in cases], dtype)
    labels = np.array([label for _, label, *_ in cases])
    t = np.eye(3, dtype=dtype)[labels]
    x, t = (x, t) if axis else (np.ascontiguousarray(x.T), np.ascontiguousarray(t.T))
    grad = np.empty_like(x)
    with np.errstate(all="raise"):
        loss = softmax_loss(x, labels if kind == "classes" else t, axis, reduction="none", out_grad=grad)
    np.testing.assert_allclose(loss, dtype([loss for *_, loss, _ in cases]), rtol=3 * np.finfo(dtype).eps)
    slopes = np.array([slope for *_, slope in cases], dtype)
    np.testing.assert_allclose(grad if axis else grad.T, slopes, rtol=3 * np.finfo(dtype).eps)


@each_dtype
def test_masked_classes_need_no_probability(dtype):
    x, _, t = inputs((5, 40), dtype=dtype)
    masked = np.arange(40) % 3 == 0
    t[:, masked] = 0
    t /= t.sum(-1, keepdims=True)
    few, few_t = np.ascontiguousarray(x[:, ~masked]), np.ascontiguousarray(t[:, ~masked])
    x[:, masked] = -np.inf
    grad, few_grad = np.empty_like(x), np.empty_like(few)
    loss = softmax_loss(x, t, reduction="none", out_grad=grad)
    wanted = softmax_loss(few, few_t, reduction="none", out_grad=few_grad)
    np.testing.assert_allclose(loss, wanted, rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_allclose(grad[:, ~masked], few_grad, rtol=0, atol=2 * np.finfo(dtype).eps)
    assert (grad[:, masked] == 0).all()
    assert (softmax_loss(x, t, reduction="none", label_smoothing=0.1) == np.inf).all()


@each_dtype
def test_targets_of_any_sum(dtype):
    """Not probabilities: the loss is linear in them; a row without any has the loss 0."""
    x, _, t = inputs((6, 20), dtype=dtype)
    t *= np.array([[0], [1e-30], [0.5], [3], [1000], [-1]], dtype)
    grad = np.empty_like(x)
    loss = softmax_loss(x, t, reduction="none", out_grad=grad)
    wanted, slope = plain(x, t.astype(float))
    np.testing.assert_allclose(loss, wanted, rtol=PLAIN[dtype])
    np.testing.assert_allclose(grad, slope, rtol=0, atol=0.1 * PLAIN[dtype] * np.abs(t).sum(-1, keepdims=True).max())
    assert loss[0] == 0
    assert (grad[0] == 0).all()
    t[2, 3] = np.nan
    assert np.isnan(softmax_loss(x, t, reduction="none"))[[1, 2, 3]].tolist() == [False, True, False]


@each_dtype
def test_labels_that_int64_does_not_hold(dtype):
    """They are no classes, and none of them is the one that is ignored."""
    x = np.zeros((3, 4), dtype)
    for label in (2**64 - 100, 2**63, 2**64 - 1, 2**63 - 1):
        for labels in (np.array([0, label, 1], np.uint64), np.array([0, label, 1], ">u8"), [label, label, label],
                       np.array([0, 9, label, 9, 1, 9], np.uint64)[::2]):  # fmt: skip
            for ignore in (None, -100, -1, 2**63 - 1):
                if ignore == label:
                    continue
                grad = np.full_like(x, 7)
                with pytest.raises(ValueError, match=rf"^softmax_cross_entropy: label {label} is none of the 4"):
                    softmax_loss(x, labels, ignore_index=ignore, out_grad=grad)
                assert (grad == 7).all()
    labels = np.array([0, 3, 1], np.uint64)
    assert_same(softmax_loss(x, labels, ignore_index=-100), softmax_loss(x, [0, 3, 1]))
    assert_same(softmax_loss(x, labels, ignore_index=3), softmax_loss(x, [0, 3, 1], ignore_index=3))
    for ignore in (2**63, 2**64 - 100, -(2**63) - 1, np.uint64(2**64 - 100)):
        with pytest.raises(ValueError, match=r"^softmax_cross_entropy: ignore_index = -?\d+ "):
            softmax_loss(x, labels, ignore_index=ignore)


@each_dtype
def test_labels_among_gradients(dtype):
    """Labels and gradients that take turns in memory share nothing; those that share some are as if copied first."""
    x, classes, _ = inputs((20, 6), dtype=dtype)
    wanted = np.empty_like(x)
    loss = softmax_loss(x, classes, out_grad=wanted)
    for step, first in ((2, 1), (1, 0)):
        room = np.zeros((20, 6 * step), np.int64 if dtype == np.float64 else np.int32)
        grad, labels = room.view(dtype)[:, ::step], room[:, first]
        labels[:] = classes
        assert_same(softmax_loss(x, labels, out_grad=grad), loss)
        assert_same(np.ascontiguousarray(grad), wanted)


def test_shapes_and_types():
    x, classes, shares = inputs((6, 10), dtype=np.float64)
    loss = softmax_loss(x, classes)
    assert type(loss) is np.float64
    for dtype in (np.int8, np.uint8, np.int16, np.int32, np.uint32, np.uint64, ">i8"):
        assert_same(softmax_loss(x, classes.astype(dtype)), loss)
    assert_same(softmax_loss(x.tolist(), classes.tolist()), loss)
    assert_same(softmax_loss(x[0], int(classes[0])), softmax_loss(x[:1], classes[:1]))
    assert type(softmax_loss(x[0], 3, reduction="none")) is np.float64
    assert type(softmax_loss(x.astype(np.float32), classes)) is np.float32
    assert softmax_loss(np.arange(12).reshape(3, 4), [0, 1, 2]).dtype == np.float64
    # the dtype is that of the logits
    single, grad = x.astype(np.float32), np.empty((6, 10), np.float32)
    assert_same(softmax_loss(single, shares, out_grad=grad), softmax_loss(single, shares.astype(np.float32)))
    assert_same(softmax_loss(x, np.eye(10)[classes]), loss)
    # one distribution for all rows
    one = np.ascontiguousarray(shares[:1])
    assert_same(softmax_loss(x, one), softmax_loss(x, np.repeat(one, 6, 0)))
    same = np.full((6, 1), 0.1)
    assert_same(softmax_loss(x, same), softmax_loss(x, np.repeat(same, 10, 1)))
    # half precision is computed in float32
    half = x.astype(np.float16)
    wide, grad = half.astype(np.float32), half.copy()
    assert_same(softmax_loss(half, classes, out_grad=grad), np.float16(softmax_loss(wide, classes)))
    softmax_loss(wide, classes, out_grad=wide)
    assert_same(grad, wide.astype(np.float16))
    # another byte order, in place too
    for f, labels in ((softmax_loss, classes), (softmax_loss, shares), (sigmoid_loss, shares)):
        wanted = np.empty_like(x)
        loss = f(x, labels, out_grad=wanted)
        for z in (x, x.astype(x.dtype.newbyteorder())):
            grad = np.zeros_like(x, x.dtype.newbyteorder())
            assert_same(f(z, labels, out_grad=grad), loss)
            assert_same(grad.astype(float), wanted)
        assert_same(f(z, labels, out_grad=z), loss)
        assert_same(z.astype(float), wanted)
    # nothing
    for name, value in (("sum", 0.0), ("mean", np.nan)):
        assert_same(softmax_loss(x[:0], classes[:0], reduction=name, out_grad=x[:0]), np.float64(value))
    assert softmax_loss(x[:0], classes[:0], reduction="none").shape == (0,)
    assert_same(softmax_loss(x[:, :1], classes * 0, reduction="none", label_smoothing=0.3), np.zeros(6))


def test_label_smoothing():
    x, classes, shares = inputs((6, 10), dtype=np.float64)
    for labels, smoothing in itertools.product((classes, shares), (0, 1, 0.25, np.float32(0.5))):
        wanted = softmax_loss(x, targets(labels, x, smoothing=float(smoothing)))
        np.testing.assert_allclose(softmax_loss(x, labels, label_smoothing=smoothing), wanted, rtol=1e-14)


def test_overlap():
    """out_grad over what is still to be read: over the labels, or beside the logits."""
    x, classes, shares = inputs((20, 30), dtype=np.float64)
    wanted = np.empty_like(x)
    loss = softmax_loss(x, shares, out_grad=wanted)
    assert_same(softmax_loss(x, shares, out_grad=shares), loss)
    assert_same(shares, wanted)
    room = np.zeros(601)
    a, b = room[:-1].reshape(20, 30), room[1:].reshape(20, 30)
    a[...] = x
    loss = softmax_loss(x, classes, out_grad=wanted)
    assert_same(softmax_loss(a, classes, out_grad=b), loss)
    assert_same(b, wanted)
    over = np.empty((20, 30))
    within = over.view(np.int64).reshape(-1)[:20]
    within[...] = classes
    assert_same(softmax_loss(x, within, out_grad=over), loss)
    assert_same(over, wanted)


class TestErrors:
    x = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32)
    t = np.full((3, 4), 0.25, np.float32)

    @pytest.mark.parametrize(
        ("error", "match", "call"),
        [
            (ValueError, r"label 4 is none of the 4 classes, 0 to 3", lambda f, x: f(x, [0, 1, 4], out_grad=x)),
            (ValueError, r"label -1 is none of the 4 classes", lambda f, x: f(x, np.array([0, -1, 2]), out_grad=x)),
            (ValueError, r"label -1 is none", lambda f, x: f(x, [0, -1, 7], ignore_index=-100, out_grad=x)),
            (ValueError, r"label 7 is none", lambda f, x: f(x, [0, -1, 7], ignore_index=-1, out_grad=x)),
            (ValueError, r"label 3 is none of the 3", lambda f, x: f(x, np.uint8([0, 1, 2, 3]), 0, out_grad=x)),
            (ValueError, r"labels has shape \(4,\).*need \(3,\)", lambda f, x: f(x, [0, 1, 2, 3], out_grad=x)),
            (ValueError, r"labels has shape \(3, 1\).*need \(3,\)", lambda f, x: f(x, [[0], [1], [2]], out_grad=x)),
            (ValueError, r"labels has shape \(\)", lambda f, x: f(x, 1, out_grad=x)),
            (ValueError, r"labels has shape \(3,\) and dtype float64", lambda f, x: f(x, [0.0, 1, 2], out_grad=x)),
            (ValueError, r"labels has shape \(3, 5\)", lambda f, x: f(x, np.ones((3, 5)), out_grad=x)),
            (ValueError, r"labels has shape \(\)", lambda f, x: f(x, 0.5, out_grad=x)),
            (TypeError, r"labels has dtype bool", lambda f, x: f(x, np.ones((3, 4), bool), out_grad=x)),
            (TypeError, r"labels has dtype complex", lambda f, x: f(x, np.ones(3) * 1j, out_grad=x)),
            (TypeError, r"labels has dtype <U1", lambda f, x: f(x, list("abc"), out_grad=x)),
            (TypeError, r"labels is a MaskedArray", lambda f, x: f(x, np.ma.array([0, 1, 2]), out_grad=x)),
            (TypeError, r"logits is a MaskedArray", lambda f, x: f(np.ma.array(x), [0, 1, 2], out_grad=x)),
            (TypeError, r"logits has dtype complex", lambda f, x: f(x * 1j, [0, 1, 2], out_grad=x)),
            (ValueError, r"axis = 2 is none of the 2", lambda f, x: f(x, [0, 1, 2], 2, out_grad=x)),
            (TypeError, r"axis must be an integer", lambda f, x: f(x, [0, 1, 2], None, out_grad=x)),
            (TypeError, r"axis must be an integer", lambda f, x: f(x, [0, 1, 2], (0, 1), out_grad=x)),
            (ValueError, r"axis = -1 is none of the 0", lambda f, x: f(1.0, 0)),
            (ValueError, r"the axis has length 0", lambda f, x: f(x[:, :0], np.ones((3, 0), np.float32))),
            (ValueError, r"label 0 is none of the 0 classes", lambda f, x: f(x[:, :0], [0, 0, 0])),
            (
                ValueError,
                r"reduction = 'all' must be one of",
                lambda f, x: f(x, [0, 1, 2], reduction="all", out_grad=x),
            ),
            (ValueError, r"reduction = None must be", lambda f, x: f(x, [0, 1, 2], reduction=None, out_grad=x)),
            (ValueError, r"smoothing = nan must", lambda f, x: f(x, [0, 1, 2], label_smoothing=np.nan, out_grad=x)),
            (ValueError, r"smoothing = 1.5 must", lambda f, x: f(x, [0, 1, 2], label_smoothing=1.5, out_grad=x)),
            (ValueError, r"smoothing = -0.1 must", lambda f, x: f(x, [0, 1, 2], label_smoothing=-0.1, out_grad=x)),
            (TypeError, r"smoothing must be a real", lambda f, x: f(x, [0, 1, 2], label_smoothing="0", out_grad=x)),
            (TypeError, r"ignore_index must be an int", lambda f, x: f(x, [0, 1, 2], ignore_index=1.5, out_grad=x)),
            (
                ValueError,
                r"ignore_index = .* too large",
                lambda f, x: f(x, [0, 1, 2], ignore_index=1 << 70, out_grad=x),
            ),
            (ValueError, r"out_grad has shape \(2, 4\)", lambda f, x: f(x, [0, 1, 2], out_grad=x[:2])),
            (TypeError, r"out_grad has dtype float64", lambda f, x: f(x, [0, 1, 2], out_grad=np.empty((3, 4)))),
            (TypeError, r"out_grad has dtype int64", lambda f, x: f(x, [0, 1, 2], out_grad=np.empty((3, 4), int))),
            (TypeError, r"out_grad must be an array", lambda f, x: f(x, [0, 1, 2], out_grad=[])),
        ],
    )
    def test_message(self, error, match, call):
        x = self.x.copy()
        with pytest.raises(error, match=r"^softmax_cross_entropy: .*" + match):
            call(softmax_loss, x)
        assert_same(x, self.x)

    @pytest.mark.parametrize(
        ("error", "match", "call"),
        [
            (ValueError, r"targets has shape \(4,\)", lambda f, x, t: f(x, t[0], out_grad=x)),
            (ValueError, r"targets has shape \(2, 4\)", lambda f, x, t: f(x, t[:2], out_grad=x)),
            (ValueError, r"targets has shape \(\)", lambda f, x, t: f(x, 0.5, out_grad=x)),
            (TypeError, r"targets has dtype complex", lambda f, x, t: f(x, t * 1j, out_grad=x)),
            (TypeError, r"targets is a MaskedArray", lambda f, x, t: f(x, np.ma.array(t), out_grad=x)),
            (TypeError, r"logits has dtype <U1", lambda f, x, t: f(["a"], t, out_grad=x)),
            (ValueError, r"reduction = 'all'", lambda f, x, t: f(x, t, reduction="all", out_grad=x)),
            (ValueError, r"out_grad has shape", lambda f, x, t: f(x, t, out_grad=x[:2])),
            (TypeError, r"out_grad has dtype float64", lambda f, x, t: f(x, t, out_grad=np.empty((3, 4)))),
            (TypeError, r"out_grad must be an array", lambda f, x, t: f(x, t, out_grad=0)),
        ],
    )
    def test_message_of_sigmoid(self, error, match, call):
        x, t = self.x.copy(), self.t.copy()
        with pytest.raises(error, match=r"^sigmoid_cross_entropy: " + match):
            call(sigmoid_loss, x, t)
        assert_same(x, self.x)
        assert_same(t, self.t)

    def test_read_only(self):
        frozen = self.x.copy()
        frozen.flags.writeable = False
        with pytest.raises(ValueError, match=r"^softmax_cross_entropy: out_grad is read-only"):
            softmax_loss(self.x, [0, 1, 2], out_grad=frozen)
        with pytest.raises(ValueError, match=r"^sigmoid_cross_entropy: out_grad is read-only"):
            sigmoid_loss(self.x, self.t, out_grad=frozen)
        assert_same(frozen, self.x)

    def test_containers(self):
        pandas, dask = pytest.importorskip("pandas"), pytest.importorskip("dask.array")
        with pytest.raises(TypeError, match=r"logits is a DataFrame.*logits\.to_numpy\(\)"):
            softmax_loss(pandas.DataFrame(self.x), [0, 1, 2])
        with pytest.raises(TypeError, match=r"targets is a Series.*targets\.to_numpy\(\)"):
            sigmoid_loss(self.x[0], pandas.Series(self.t[0]))
        with pytest.raises(TypeError, match=r"logits is a Dask array.*logits\.compute\(\)"):
            softmax_loss(dask.from_array(self.x), [0, 1, 2])


# --- of a sigmoid -----------------------------------------------------------------------------------------------------


@each_dtype
def test_error_of_sigmoid(dtype):
    """Loss at most 4 ULP, gradient at most 8 ULP of the larger of its terms; of itself for targets of 0 and 1."""
    random = np.random.default_rng(1)
    edge = -np.log(float(np.finfo(dtype).smallest_subnormal))
    x = np.concatenate([random.standard_normal(150) * 5, random.uniform(-edge, edge, 150), [0.0, -0.0, 1e30, -1e30],
                        np.geomspace(1e-30, 100, 40), -np.geomspace(1e-30, 100, 40)]).astype(dtype)  # fmt: skip
    for t in (0.0, 1.0, 0.5, 0.9, 1e-6, None):
        target = random.random(x.size).astype(dtype) if t is None else np.full(x.shape, t, dtype)
        grad = np.empty_like(x)
        loss = sigmoid_loss(x, target, reduction="none", out_grad=grad)
        with mpmath.workprec(2000 if t in (0, 1) else 300):
            for i, v in enumerate(x.tolist()):
                a, b = mpmath.mpf(abs(v)), mpmath.mpf(float(target[i]))
                w = 1 - b if v > 0 else b
                q = mpmath.exp(-a) / (1 + mpmath.exp(-a))
                assert ulps(loss[i], mpmath.log1p(mpmath.exp(-a)) + w * a) <= 4, (v, t)
                slope = (w - q) * (1 if v > 0 else -1)
                assert ulps(grad[i], slope, slope if t in (0, 1) else max(w, q)) <= 8, (v, t)


@each_dtype
@pytest.mark.parametrize("shape", [(7,), (3, 50), (40, 30, 3), (5000,), (300, 301)])
def test_layouts_of_sigmoid(shape, dtype):
    random = np.random.default_rng(2)
    x, t = random.standard_normal((2, *shape)).astype(dtype)
    wide = x.astype(float), t.astype(float)
    each = np.logaddexp(0, wide[0]) - wide[0] * wide[1]
    slope = 1 / (1 + np.exp(-wide[0])) - wide[1]
    grads = {name: np.empty_like(x) for name in ("none", "sum", "mean")}
    found = {name: sigmoid_loss(x, t, reduction=name, out_grad=grads[name]) for name in grads}
    np.testing.assert_allclose(found["none"], each, rtol=0, atol=10 * PLAIN[dtype])
    np.testing.assert_allclose(grads["none"], slope, rtol=0, atol=10 * PLAIN[dtype])
    assert_same(grads["sum"], grads["none"])
    np.testing.assert_allclose(grads["mean"], grads["sum"] / x.size, rtol=2 * np.finfo(dtype).eps)
    total, unit = found["none"].astype(float).sum(), np.spacing(dtype(np.abs(found["none"]).sum()))
    assert isinstance(found["sum"], dtype)
    assert abs(found["sum"] - total) <= 2 * unit
    assert abs(found["mean"] - total / x.size) <= 3 * unit / x.size

    for change in (np.copy, every_other, turned, lambda a: a[::-1].copy()[::-1]):
        for name in grads:
            z, s = change(x), change(t)
            assert_same(sigmoid_loss(z, s, reduction=name), found[name])
            assert_same(sigmoid_loss(z, s, reduction=name, out_grad=z), found[name])
            assert_same(np.ascontiguousarray(z), grads[name])
            z = change(x)
            assert_same(sigmoid_loss(z, s, reduction=name, out_grad=s), found[name])
            assert_same(np.ascontiguousarray(s), grads[name])
    room = np.zeros(x.size + 1, dtype)
    a, b = room[:-1].reshape(shape), room[1:].reshape(shape)
    a[...] = x
    assert_same(sigmoid_loss(a, t, out_grad=b), found["mean"])
    assert_same(np.ascontiguousarray(b), grads["mean"])


@each_dtype
def test_edges_of_sigmoid(dtype):
    inf, nan = np.inf, np.nan
    x = dtype([inf, inf, -inf, -inf, inf, nan, 0, nan, 0])
    t = dtype([1, 0, 0, 1, 0.5, 0, nan, 1, 0.5])
    grad = np.empty_like(x)
    with np.errstate(all="raise"):
        loss = sigmoid_loss(x, t, reduction="none", out_grad=grad)
    assert_same(loss, dtype([0, inf, 0, inf, inf, nan, nan, nan, np.log(2)]))
    assert_same(np.abs(grad), dtype([0, 1, 0, 1, 0.5, nan, nan, nan, 0]))
    assert sigmoid_loss(x[:5], t[:5]) == inf


def test_shapes_and_types_of_sigmoid():
    x = np.random.default_rng(3).standard_normal((6, 10))
    sure = x > 0.3
    loss = sigmoid_loss(x, sure.astype(float))
    assert type(loss) is np.float64
    for targets in (sure, sure.astype(np.uint8), sure.tolist(), sure.astype(np.float32)):
        assert_same(sigmoid_loss(x, targets), loss)
    assert_same(sigmoid_loss(x.tolist(), sure), loss)
    single = x.astype(np.float32)
    assert type(sigmoid_loss(single, sure.astype(float))) is np.float32
    column = np.linspace(0, 1, 6)[:, None]
    assert_same(sigmoid_loss(x, column), sigmoid_loss(x, np.repeat(column, 10, 1)))
    half = x.astype(np.float16)
    wide, grad = half.astype(np.float32), half.copy()
    assert_same(sigmoid_loss(half, sure, out_grad=grad), np.float16(sigmoid_loss(wide, sure)))
    sigmoid_loss(wide, sure, out_grad=wide)
    assert_same(grad, wide.astype(np.float16))
    assert type(sigmoid_loss(0.5, 1, reduction="none")) is np.float64
    assert sigmoid_loss(np.float32(0.5), True).dtype == np.float32
    for name, value in (("sum", 0.0), ("mean", np.nan)):
        assert_same(sigmoid_loss(x[:0], sure[:0], reduction=name, out_grad=x[:0]), np.float64(value))
    assert sigmoid_loss(x[:0], sure[:0], reduction="none").shape == (0, 10)


# --- both -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def many_threads():
    with threads_from(512):
        yield


@pytest.mark.usefixtures("many_threads")
@pytest.mark.parametrize("shape", [(64, 40), (1, 9000), (3, 5000), (5, 70000), (700, 33), (1, 200000), (2, 17, 300)])
@pytest.mark.parametrize("axis", [-1, 0])
def test_threads(axis, shape):
    """Rows shared among threads, a row cut among threads: the same bits, also in place."""
    x, classes, shares = inputs(shape, axis)
    classes.flat[0] = -7
    found = []
    for n in (1, 2, 3, 5):
        parts = []
        with fastact.threads(n):
            for labels, smoothing, name in itertools.product((classes, shares), (0.0, 0.1), ("none", "mean")):
                options = {"reduction": name, "label_smoothing": smoothing, "ignore_index": -7}
                grad = x.copy()
                parts += [softmax_loss(x, labels, axis, **options)]
                parts += [softmax_loss(grad, labels, axis, out_grad=grad, **options), grad]
            for name in ("none", "mean"):
                grad = x.copy()
                parts += [sigmoid_loss(grad, shares, reduction=name, out_grad=grad), grad]
        found.append(parts)
    for other in found[1:]:
        for a, b in zip(found[0], other, strict=True):
            assert_same(a, b)


def test_instruction_sets():
    """Two classes, within each the same bits."""
    assert_same_in_each_class({isa: child("entropy_hash", FASTACT_ISA=isa) for isa in ISAS})


@pytest.mark.parametrize("shape", [(3, 10), (64, 4000), (4000, 64), (1, 300000)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_memory(shape, dtype):
    """Of a softmax only the losses are allocated, of a sigmoid nothing but those that are returned."""
    for axis in (-1, 0):
        x, classes, shares = inputs(shape, axis, dtype)
        losses = classes.size * x.itemsize
        for labels in (classes, shares):
            assert peak_of(lambda: softmax_loss(x, labels, axis, out_grad=x)) < losses + 700  # noqa: B023
            assert peak_of(lambda: softmax_loss(x, labels, axis)) < losses + 700  # noqa: B023
    assert peak_of(lambda: sigmoid_loss(x, shares, out_grad=x)) < 700
    assert peak_of(lambda: sigmoid_loss(x, shares, reduction="none", out_grad=x)) < x.nbytes + 700
