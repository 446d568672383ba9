"""Gated functions: value * f(gate), and both gradients in one pass."""

import itertools

import numpy as np
import pytest
from support import (
    DTYPES,
    ISAS,
    PAIRS,
    assert_same,
    each_dtype,
    each_isa,
    gradients,
    lanes,
    mixed,
    peak_of,
    threads_from,
)

import fastact
from fastact import _core
from fastact._reference_functions import FUNCTION_REFERENCES, Exact, Floats, Meter
from fastact._verify_functions import Batch

#: kernel -> row of the activation, public function, approximate=, bounds in ULP of the forward and the backward pass
GATES = {
    "glu": ("sigmoid", "glu", None, 4, 5),
    "swiglu": ("silu", "swiglu", None, 4, 5),
    "geglu": ("gelu", "geglu", "none", 4, 5),
    "geglu_tanh": ("gelu_tanh", "geglu", "tanh", 4, 5),
    "geglu_sigmoid": ("gelu_sigmoid", "geglu", "sigmoid", 4, 5),
    "reglu": ("relu", "reglu", None, 0.5, 0.5),
    "bilinear": ("identity", "bilinear", None, 0.5, 0.5),
    "seglu": ("selu", "seglu", None, 4, 5),
}
KINDS = ("forward", "backward", "backward_y")
PASSES = [(name, kind) for name in GATES for kind in KINDS if kind != "backward_y" or name == "glu"]
each_gate = pytest.mark.parametrize("name", GATES)
each_pass = pytest.mark.parametrize(("name", "kind"), PASSES, ids="-".join)
IN_USE = _core.instruction_sets()["in_use"]


def keywords(name):
    approximate = GATES[name][2]
    return {"approximate": approximate} if approximate else {}


def call(name, kind, inputs, out=None):
    """The public function; the outs as a tuple."""
    if kind == "forward":
        got = getattr(fastact, GATES[name][1])(*inputs, out=None if out is None else out[0], **keywords(name))
        assert out is None or got is out[0]
        return (got,)
    back = getattr(fastact, GATES[name][1] + "_backward")
    if kind == "backward_y":
        grad, y, gate = inputs
        return back(grad, None, gate, y=y, out=out)
    return back(*inputs, out=out, **keywords(name))


def kernel(isa, name, kind, inputs, outs=None):
    outs = tuple(np.empty_like(inputs[0]) for _ in range(1 + (kind != "forward"))) if outs is None else outs
    _core.run_gate_kernel(isa, name, kind, outs, inputs)
    return outs


def operands(kind, dtype, n, seed=0):
    value, gate = mixed(dtype, n, seed), mixed(dtype, n, seed + 7)
    return (value, gate) if kind == "forward" else (gradients(dtype, n), value, gate)


def same(got, wanted, what=""):
    for one, other in zip(got, wanted, strict=True):
        assert_same(one, other, what)


# --- values ---------------------------------------------------------------------------------------------------------


@each_dtype
@each_gate
def test_error_bounds(name, dtype):
    """By the references and the meter of `verify`, on every instruction set."""
    m = Floats() if dtype is np.float32 else Exact()
    for kind, one in FUNCTION_REFERENCES[name].passes.items():
        given = Batch(name, kind, np.dtype(dtype).name, (), 40_000 if dtype is np.float32 else 300, 1).arrays()
        with np.errstate(all="ignore"):
            expected = one.evaluate(m, np.dtype(dtype).name, given)
            meters = [Meter(m, e, np.dtype(dtype).name) for e in expected]
        for isa in ISAS:
            for meter, got in zip(meters, kernel(isa, name, kind, [given[k] for k in one.arguments]), strict=True):
                with np.errstate(all="ignore"):
                    errors = meter.errors(got)
                assert errors.max() <= GATES[name][3 if kind == "forward" else 4], (
                    isa,
                    kind,
                    given["gate"][errors.argmax()],
                )


def test_values_by_hand():
    s = 0.7310585786300049  # sigmoid(1)
    for name, wanted in [("glu", s), ("swiglu", s), ("geglu", 0.8413447460685429), ("reglu", 1.0), ("bilinear", 1.0),
                         ("seglu", 1.0507009873554805)]:  # fmt: skip
        assert getattr(fastact, name)(3.0, 1.0) == pytest.approx(3 * wanted, rel=1e-15)
    for name in GATES:
        for gate in (1.0, -0.5, 0.75):
            step = 1e-6
            up, down = (call(name, "forward", (3.0, gate + d))[0] for d in (step, -step))
            grad_value, grad_gate = call(name, "backward", (2.0, 3.0, gate))
            assert grad_value == pytest.approx(2 * call(name, "forward", (1.0, gate))[0], rel=1e-14)
            assert grad_gate == pytest.approx(2 * (up - down) / (2 * step), rel=1e-7, abs=1e-9)
    for variant in ("none", "tanh", "sigmoid"):
        got = fastact.geglu(2.0, 0.7, approximate=variant)
        assert got == pytest.approx(2 * fastact.gelu(0.7, approximate=variant), rel=1e-15)
    for bad in ("Tanh", None, True):
        with pytest.raises(ValueError, match=r"^geglu: approximate.*none.*tanh.*sigmoid"):
            fastact.geglu(1.0, 1.0, approximate=bad)
        with pytest.raises(ValueError, match=r"^geglu_backward: approximate"):
            fastact.geglu_backward(1.0, 1.0, 1.0, approximate=bad)


@each_dtype
@each_gate
def test_the_product_of_the_activation(name, dtype):
    """Bit for bit value * f(gate); of the gradients, those that are not written together."""
    row = GATES[name][0]
    grad, value, gate = operands("backward", dtype, 3000)
    f, slope = np.empty_like(gate), np.empty_like(gate)
    _core.run_kernel(IN_USE, row, "forward", f, gate)
    with np.errstate(all="ignore"):
        assert_same(call(name, "forward", (value, gate))[0], value * f)
        if name == "swiglu":
            return
        _core.run_kernel(IN_USE, row, "backward", slope, grad * value, gate)
        same(call(name, "backward", (grad, value, gate)), (grad * f, slope))


@each_dtype
@each_pass
def test_nan_and_infinities(name, kind, dtype):
    n = 1 if kind == "forward" else 2
    values = np.array([np.nan, np.inf, -np.inf, 0, 1, -1, 100, -100], dtype)
    grids = np.meshgrid(*[values] * (n + 1))
    inputs = tuple(np.ascontiguousarray(g.ravel()) for g in grids)
    with np.errstate(all="raise"):
        got = call(name, kind, inputs)
    grad, value, gate = (None, *inputs) if n == 1 else inputs
    if n == 1:
        assert np.isnan(got[0][np.isnan(value) | np.isnan(gate)]).all()
        plus = gate == np.inf
        with np.errstate(all="ignore"):
            wanted = value if name == "glu" else value * gate
        assert_same(got[0][plus], wanted[plus])
    else:
        assert np.isnan(got[0][np.isnan(grad) | np.isnan(gate)]).all()
        assert np.isnan(got[1][np.isnan(grad) | np.isnan(value) | np.isnan(gate)]).all()
        if name == "reglu":  # 0 where the derivative is, whatever is multiplied
            with np.errstate(all="ignore"):
                off = (gate <= 0) & ~np.isnan(grad * value)
            assert (got[1][off] == 0).all()


# --- glu from its output --------------------------------------------------------------------------------------------


@each_dtype
def test_glu_from_y(dtype):
    grad, value, gate = operands("backward", dtype, 500)
    keep = np.isfinite(value) & np.isfinite(gate) & (abs(gate) < 30) & (abs(value) < 1e10) & (abs(value) > 1e-10)
    grad, value, gate = grad[keep], value[keep], gate[keep]
    y = fastact.glu(value, gate)
    for got, wanted in zip(fastact.glu_backward(grad, None, gate, y=y), fastact.glu_backward(grad, value, gate),
                           strict=True):  # fmt: skip
        np.testing.assert_allclose(got, wanted, rtol=20 * np.finfo(dtype).eps)
    # in place all through: value holds y, then the gradients take both places
    v, x = value.copy(), gate.copy()
    fastact.glu(v, x, out=v)
    assert_same(v, y)
    wanted = fastact.glu_backward(grad, None, gate, y=y)
    fastact.glu_backward(grad, None, x, y=v, out=(v, x))
    same((v, x), wanted)
    for arguments in ((grad, None, gate), (grad, value, gate, y)):
        with pytest.raises(TypeError, match=r"^glu_backward: give exactly one of value .* and y="):
            fastact.glu_backward(*arguments[:3], y=arguments[3] if arguments[3:] else None)


# --- buffers --------------------------------------------------------------------------------------------------------


@each_isa
@each_dtype
@each_pass
def test_lengths_and_misalignments(name, kind, dtype, isa):
    vector = lanes(isa, dtype)
    longest = 4 * vector + 1
    inputs = operands(kind, dtype, longest)
    whole = kernel(isa, name, kind, inputs)
    canary = dtype(-77.25)
    rooms = [np.empty(longest + 2 * vector + 2, dtype) for _ in whole]
    sources = [np.empty(longest + vector, dtype) for _ in inputs]
    for n in range(longest + 1):
        offset = (3 * n) % vector
        outs, given = [], []
        for k, room in enumerate(rooms):
            room.fill(canary)
            outs.append(room[1 + (offset + k) % vector :][:n])
        for k, (source, values) in enumerate(zip(sources, inputs, strict=True)):
            at = source[(offset + 5 * k) % vector :][:n]
            at[:] = values[:n]
            given.append(at)
        kernel(isa, name, kind, given, outs)
        for k, (room, wanted) in enumerate(zip(rooms, whole, strict=True)):
            start = 1 + (offset + k) % vector
            assert_same(room[start : start + n], wanted[:n], f"length {n}")
            assert (room[:start] == canary).all()
            assert (room[start + n :] == canary).all()


@each_isa
@each_dtype
@each_pass
def test_in_place(name, kind, dtype, isa):
    inputs = operands(kind, dtype, 517)
    wanted = kernel(isa, name, kind, inputs)
    for chosen in itertools.permutations(range(len(inputs)), len(wanted)):
        given = [a.copy() for a in inputs]
        outs = [given[k] for k in chosen]
        same(kernel(isa, name, kind, given, outs), wanted, chosen)
        if isa == IN_USE:
            given = tuple(a.copy() for a in inputs)
            outs = tuple(given[k] for k in chosen)
            got = call(name, kind, given, outs)
            assert all(a is b for a, b in zip(got, outs, strict=True))
            same(outs, wanted, chosen)


@pytest.mark.parametrize("pair", PAIRS, ids=" = ".join)
@each_dtype
@each_pass
def test_same_bits_for_instruction_sets(name, kind, dtype, pair):
    inputs = operands(kind, dtype, 30_001)
    same(kernel(pair[0], name, kind, inputs), kernel(pair[1], name, kind, inputs))


@pytest.fixture
def many_threads():
    with threads_from(512):
        yield


@each_dtype
@each_pass
def test_threads_change_nothing(name, kind, dtype, many_threads):
    for n in (1, 1023, 4096, 10_007):
        inputs = operands(kind, dtype, n)
        wanted = kernel(IN_USE, name, kind, inputs)
        packed = np.concatenate([a.reshape(1, -1) for a in inputs]) if n % 2 else None
        for threads in (1, 2, 3, 5):
            with fastact.threads(threads):
                same(call(name, kind, inputs), wanted, f"{n}, {threads} threads")
                if packed is not None:
                    same(call(name, kind, tuple(packed)), wanted)
                given = tuple(a.copy() for a in inputs)
                same(call(name, kind, given, given[-len(wanted) :]), wanted, "in place")


def layouts(v):
    """The same values in memory of every kind."""

    def spread(index, shape):
        room = np.zeros(shape, v.dtype)
        room[index] = v
        return room[index]

    yield v.copy()
    yield np.asfortranarray(v)
    yield spread(np.s_[:, :, ::2], (6, 8, 40))
    yield spread(np.s_[:, :, 20:], (6, 8, 40))
    yield spread(np.s_[::2, 1:9], (12, 10, 20))
    yield spread(np.s_[::-1, ::-1, ::-1], (6, 8, 20))
    yield np.ascontiguousarray(v.transpose(2, 0, 1)).transpose(1, 2, 0)
    yield v.astype(v.dtype.newbyteorder())


@each_dtype
@each_pass
def test_layouts(name, kind, dtype, many_threads):
    inputs = tuple(a.reshape(6, 8, 20) for a in operands(kind, dtype, 960))
    wanted = tuple(a.reshape(6, 8, 20) for a in kernel(IN_USE, name, kind, tuple(a.ravel() for a in inputs)))
    choices = [list(layouts(a)) for a in inputs]
    for i in range(8):
        given = tuple(choice[(i * (1 + k)) % 8] for k, choice in enumerate(choices))
        got = call(name, kind, given)
        assert all(a.dtype == dtype for a in got)
        same(got, wanted, i)
        for j in range(8):
            outs = tuple(list(layouts(np.zeros_like(w)))[(j + 3 * k) % 8] for k, w in enumerate(wanted))
            call(name, kind, given, outs)
            same(tuple(a.astype(dtype) for a in outs), wanted, (i, j))


def halves(packed, axis=-1):
    return tuple(np.split(packed, 2, axis=axis))


@pytest.mark.parametrize("shape", [(40, 64), (3, 5, 200), (1, 32), (7, 2)], ids=str)
@each_dtype
@each_pass
def test_halves_of_one_array(name, kind, dtype, shape, many_threads):
    """In place in both halves of one array, and from one packed array to another: without a copy."""
    packed = mixed(dtype, int(np.prod(shape))).reshape(shape)
    value, gate = (np.ascontiguousarray(half) for half in halves(packed))
    extra = () if kind == "forward" else (gradients(dtype, value.size).reshape(value.shape),)
    flat = tuple(a.ravel() for a in (*extra, value, gate))
    wanted = tuple(a.reshape(value.shape) for a in kernel(IN_USE, name, kind, flat))
    same(call(name, kind, (*extra, *halves(packed))), wanted)
    other = np.full_like(packed, 7)
    outs = halves(other)[: len(wanted)]
    given = (*extra, *halves(packed))
    same(call(name, kind, given, outs), wanted)
    assert peak_of(lambda: call(name, kind, given, outs)) <= 400, "an array has been made"  # `call` makes tuples
    for order in (slice(None), slice(None, None, -1)):
        again = packed.copy()
        given = (*extra, *halves(again))
        outs = halves(again)[order][: len(wanted)]
        same(call(name, kind, given, outs), wanted)
        if kind == "forward":
            kept = gate if order == slice(None) else value
            assert_same(halves(again)[1 if order == slice(None) else 0], kept)


@each_dtype
def test_nothing_is_allocated(dtype):
    """Contiguous or in halves, on any number of threads."""
    packed, grad = np.ones((500, 128), dtype), np.ones((500, 64), dtype)
    value, gate = halves(packed)
    v, x, pair = value.copy(), gate.copy(), (value, gate)
    flat = (v, x)
    nothing = peak_of(lambda: None)
    assert peak_of(lambda: fastact.glu(value, gate, out=value)) <= nothing
    assert peak_of(lambda: fastact.glu(v, x, out=x)) <= nothing
    assert peak_of(lambda: fastact.swiglu_backward(grad, v, x, out=flat)) <= nothing
    assert peak_of(lambda: fastact.glu_backward(grad, None, gate, y=value, out=pair)) <= nothing
    assert peak_of(lambda: fastact.geglu_backward(grad, value, gate, approximate="tanh", out=pair)) <= nothing
    assert peak_of(lambda: fastact.glu(v, x)) >= v.nbytes


@each_pass
def test_overlap(name, kind):
    """Partly overlapping buffers: as if the inputs had been copied first; two outs that overlap: refused."""
    for n, shift in itertools.product((50, 5000), (1, 7, -3)):
        inputs = operands(kind, np.float32, n)
        wanted = tuple(a.copy() for a in call(name, kind, inputs))
        for k in range(len(inputs)):
            room = np.zeros(n + 20, np.float32)
            given = list(inputs)
            given[k] = room[10 : 10 + n]
            given[k][:] = inputs[k]
            outs = (room[10 + shift : 10 + shift + n], np.empty(n, np.float32))[: len(wanted)]
            same(call(name, kind, tuple(given), outs), wanted, (n, shift, k))
    if kind != "forward":
        room = np.full(100, 7, np.float32)
        inputs = operands(kind, np.float32, 50)
        for outs in ((room[:50], room[:50]), (room[:50], room[3:53]), (room[:50], room[49::-1]),
                     (room[::2], room[:50])):  # fmt: skip
            with pytest.raises(ValueError, match=rf"^{GATES[name][1]}_backward: the two arrays of out share memory"):
                call(name, kind, inputs, outs)
        assert (room == 7).all()
        call(name, kind, inputs, (room[::2], room[1::2]))


# --- the interface --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["?", "b", "B", "h", "H", "i", "I", "l", "L", "q", "e", "f", "d", ">f4", ">f8"])
@each_pass
def test_dtypes(name, kind, dtype):
    x = np.array([0, 1, 1, 0, 1]).astype(dtype)
    wanted = np.tanh(x).dtype
    n = 2 if kind == "forward" else 3
    got = call(name, kind, (x,) * n)
    assert all(a.dtype == wanted and a.dtype.isnative for a in got)
    same(got, call(name, kind, (x.astype(wanted),) * n))


@each_pass
def test_float16_is_rounded_once(name, kind):
    inputs = tuple(np.clip(a, -60, 60).astype(np.float16) for a in operands(kind, np.float32, 400))
    wide = call(name, kind, tuple(a.astype(np.float32) for a in inputs))
    with np.errstate(all="ignore"):
        same(call(name, kind, inputs), tuple(a.astype(np.float16) for a in wide))


@each_pass
def test_shapes_and_broadcasting(name, kind):
    n = 2 if kind == "forward" else 3
    for shape in [(0,), (3, 0), (), (1,), (2, 3), (1,) * 31 + (2,)]:
        for dtype in DTYPES:
            x = np.full(shape, 0.5, dtype)
            got = call(name, kind, (x,) * n)
            assert all(a.shape == shape and a.dtype == dtype for a in got)
            outs = tuple(np.empty(shape, dtype) for _ in got)
            call(name, kind, (x,) * n, outs)
            same(tuple(map(np.atleast_1d, outs)), tuple(map(np.atleast_1d, got)))
    inputs = [a.reshape(3, 4) for a in operands(kind, np.float32, 12)]
    for k in range(n):
        given = list(inputs)
        given[k] = inputs[k][0]
        full = list(inputs)
        full[k] = np.broadcast_to(inputs[k][0], (3, 4)).copy()
        same(call(name, kind, tuple(given)), call(name, kind, tuple(full)))
        outs = tuple(np.empty((3, 4), np.float32) for _ in range(n - 1))
        same(call(name, kind, tuple(given), outs), call(name, kind, tuple(full)))
    assert type(call(name, kind, (0.5,) * n)[0]) is np.float64
    same(call(name, kind, ([0.5, 1],) * n), call(name, kind, (np.array([0.5, 1.0]),) * n))
    bad = [np.ones((2, 3)), np.ones((2, 4)), np.ones((2, 4))][:n]
    with pytest.raises(ValueError, match=r"do not broadcast: .*\(2, 3\).*\(2, 4\)"):
        call(name, kind, tuple(bad))


BAD = [np.ones(3, complex), np.array([1, None, 2], object), np.array(["a", "b", "c"]), np.ones(3, np.longdouble),
       np.ones(3, "m8[s]"), "1.0", None, object()]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda v: getattr(getattr(v, "dtype", None), "str", type(v).__name__))
@each_pass
def test_inputs_that_are_no_numbers(name, kind, bad):
    names = ["value", "gate"] if kind == "forward" else ["grad", "y" if kind == "backward_y" else "value", "gate"]
    for k, argument in enumerate(names):
        if bad is None and argument in ("y", "value") and name == "glu" and kind != "forward":
            continue
        given = [np.ones(3)] * len(names)
        given[k] = bad
        outs = tuple(np.full(3, 7.0) for _ in range(len(names) - 1))
        with pytest.raises(TypeError, match=rf"^{GATES[name][1]}(_backward)?: {argument} (has dtype|is) .*float32"):
            call(name, kind, tuple(given), outs)
        assert all((a == 7).all() for a in outs)


@each_pass
def test_out_that_cannot_be(name, kind):
    n = 1 if kind == "forward" else 2
    inputs = (np.ones((2, 3), np.float32),) * (n + 1)
    readonly = np.full((2, 3), 7, np.float32)
    readonly.flags.writeable = False
    for bad, exception, said in [(np.full((2, 3), 7), TypeError, "int64"), ([1.0], TypeError, "list"),
                                 (readonly, ValueError, "read-only"), (np.full((3, 2), 7.0), ValueError, r"\(3, 2\)"),
                                 (np.full((2, 3), 7, complex), TypeError, "complex128")]:  # fmt: skip
        for k in range(n):
            outs = [np.full((2, 3), 7, np.float32) for _ in range(n)]
            outs[k] = bad
            with pytest.raises(exception, match=rf"{GATES[name][1]}(_backward)?: out .*{said}"):
                call(name, kind, inputs, tuple(outs))
            assert all((np.asarray(a) == 7).all() for a in outs if a is not bad)
    if n == 2:
        for bad in (np.ones((2, 2, 3)), (np.ones((2, 3)),), (np.ones((2, 3)),) * 3, 7.0):
            with pytest.raises(TypeError, match=r"_backward: out must be a pair of arrays"):
                call(name, kind, inputs, bad)
    wide = tuple(np.empty((2, 3)) for _ in range(n))
    same(call(name, kind, inputs, wide), tuple(a.astype(np.float64) for a in call(name, kind, inputs)))


@each_pass
def test_containers(name, kind):
    pandas, xarray, dask = map(pytest.importorskip, ("pandas", "xarray", "dask.array"))
    inputs = tuple(a.reshape(6, 10) for a in operands(kind, np.float32, 60))
    inputs = tuple(np.where(np.isfinite(a), np.clip(a, -50, 50), np.float32(1)) for a in inputs)
    wanted = call(name, kind, inputs)
    masked = call(name, kind, tuple(np.ma.array(a, mask=np.arange(60).reshape(6, 10) % 7 == k)
                                    for k, a in enumerate(inputs)))  # fmt: skip
    for got, exact in zip(masked, wanted, strict=True):
        assert isinstance(got, np.ma.MaskedArray)
        hidden = np.ma.getmaskarray(got)
        assert hidden[np.arange(60).reshape(6, 10) % 7 == 1].all()
        assert_same(got.data[~hidden], exact[~hidden])
    for make in (lambda a: pandas.DataFrame(a, index=list("abcdef")), lambda a: dask.from_array(a, chunks=(4, 3)),
                 lambda a: xarray.DataArray(a, dims=("t", "c"))):  # fmt: skip
        made = tuple(map(make, inputs))
        got = call(name, kind, made)
        for one, exact in zip(got, wanted, strict=True):
            assert type(one) is type(made[0])
            np.testing.assert_allclose(np.asarray(one), exact, rtol=1e-6, atol=1e-37)
        if kind != "forward":
            with pytest.raises(TypeError, match=r"_backward: out= is for NumPy arrays only, not beside a "):
                call(name, kind, made, tuple(np.empty((6, 10), np.float32) for _ in got))


@each_pass
def test_ufuncs(name, kind):
    ufunc = _core.gate_ufuncs()[name + {"forward": "", "backward": "_backward", "backward_y": "_backward_y"}[kind]]
    inputs = operands(kind, np.float64, 100)
    got = ufunc(*inputs)
    same(got if kind != "forward" else (got,), call(name, kind, inputs))
    with np.errstate(all="raise"):
        ufunc(*[a[::3] for a in inputs])
