"""Arrays of other libraries: the elementwise functions and the gates reach their own implementation through the ufunc,
and type, laziness and labels are kept; the others give the right answer or an error that says what to write instead."""

import inspect
import re

import numpy as np
import pytest
from support import assert_same, defaults, each_row, gradients, mixed, python, swapped, unaligned

import fastact
from fastact import _core
from fastact._registry import ROWS

X, G = mixed(np.float32, 60).reshape(6, 10), gradients(np.float32, 60).reshape(6, 10)


def passes(row, x, grad):
    """(what, got, wanted) of the passes on containers of X and G."""
    yield "forward", row.forward(x), row.forward(X)
    yield "backward", row.backward(grad, x), row.backward(G, X)
    if row.params:
        yield "with parameters", row.forward(x, *defaults(row)), row.forward(X)
    if row.from_y:
        y = row.forward(x)
        yield "backward_y", row.backward(grad, y=y), row.backward(G, y=row.forward(X))


@each_row
def test_subclass(row):
    class Labelled(np.ndarray):
        pass

    for what, got, wanted in passes(row, X.view(Labelled), G.view(Labelled)):
        assert type(got) is Labelled, what
        assert_same(np.asarray(got), wanted, what)
    out = X.copy().view(Labelled)
    assert row.forward(out, out=out) is out
    assert_same(np.asarray(out), row.forward(X))


@each_row
def test_masked(row):
    mask = np.arange(60).reshape(6, 10) % 7 == 0
    for what, got, wanted in passes(row, np.ma.array(X, mask=mask), np.ma.array(G, mask=mask)):
        assert isinstance(got, np.ma.MaskedArray), what
        assert (got.mask >= mask).all()
        keep = ~np.ma.getmaskarray(got)
        assert_same(got.data[keep], wanted[keep], what)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_matrix_and_memmap(tmp_path):
    got = fastact.tanh(np.matrix([[1.0, 2.0]]))
    assert isinstance(got, np.matrix)
    mapped = np.memmap(tmp_path / "x", np.float32, "w+", shape=(500,))
    mapped[:] = np.linspace(-3, 3, 500)
    wanted = fastact.gelu(np.array(mapped))
    assert fastact.gelu(mapped, out=mapped) is mapped
    assert_same(np.array(mapped), wanted)


@each_row
def test_pandas(row):
    pandas = pytest.importorskip("pandas")
    frame = {"index": list("abcdef"), "columns": [f"c{i}" for i in range(10)]}
    for what, got, wanted in passes(row, pandas.DataFrame(X, **frame), pandas.DataFrame(G, **frame)):
        assert isinstance(got, pandas.DataFrame), what
        assert list(got.index) == list("abcdef")
        assert_same(got.to_numpy(), wanted, what)
    series = pandas.Series(X[0], index=range(10, 20), name="s")
    got = row.forward(series)
    assert isinstance(got, pandas.Series)
    assert got.name == "s"
    assert_same(got.to_numpy(), row.forward(X[0]))


@each_row
def test_xarray(row):
    xarray = pytest.importorskip("xarray")
    x, g = (xarray.DataArray(v, dims=("t", "c"), coords={"t": range(6)}) for v in (X, G))
    for what, got, wanted in passes(row, x, g):
        assert isinstance(got, xarray.DataArray), what
        assert got.dims == ("t", "c")
        assert_same(got.to_numpy(), wanted, what)


@each_row
def test_dask(row):
    """Lazy: nothing is computed at the call, and the dtype is known before."""
    dask = pytest.importorskip("dask.array")
    for what, got, wanted in passes(row, dask.from_array(X, chunks=(4, 3)), dask.from_array(G, chunks=(4, 3))):
        assert isinstance(got, dask.Array), what
        assert got.dtype == np.float32
        assert got.chunks == ((4, 2), (3, 3, 3, 1))
        assert_same(got.compute(scheduler="threads"), wanted, what)


def test_dask_is_lazy():
    dask = pytest.importorskip("dask.array")
    touched = []

    def load(block_info=None):
        touched.append(1)
        return np.ones((2, 2), np.float32)

    lazy = dask.map_blocks(load, chunks=((2,), (2,)), dtype=np.float32, meta=np.empty((0, 0), np.float32))
    touched.clear()
    y = fastact.elu(lazy, 0.5)
    dx = fastact.elu_backward(lazy, y=y)
    assert not touched
    assert dx.compute().shape == (2, 2)
    assert touched
    with pytest.raises(ValueError, match="alpha"):
        fastact.elu_backward(lazy, None, -1.0, y=lazy)


def test_overriding_type():
    """__array_ufunc__ decides, for inputs and for out; None says no."""

    class Recorder:
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return ufunc.__name__, method, len(inputs), sorted(kwargs)

    class Refuses:
        __array_ufunc__ = None

    assert fastact.softplus(Recorder(), 2.0) == ("softplus", "__call__", 2, [])
    assert fastact.gelu_backward(np.ones(3), Recorder()) == ("gelu_backward", "__call__", 2, [])
    assert fastact.gelu(Recorder(), approximate="tanh")[0] == "gelu_tanh"
    assert fastact.tanh_backward(1.0, y=Recorder())[0] == "tanh_backward_y"
    assert fastact.relu(np.ones(3), out=Recorder())[3] == ["out"]
    with pytest.raises(TypeError):
        fastact.relu(Refuses())


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("alpha", [0.3, 1, np.float64(0.3), np.array(0.3), np.full(10, 0.3)], ids=repr)
def test_parameters_keep_the_dtype(dtype, alpha):
    """Whatever a library makes of a Python number beside its arrays; dask stays dask."""
    pandas, xarray, dask = map(pytest.importorskip, ("pandas", "xarray", "dask.array"))
    x = X.clip(-9, 9).astype(dtype)
    wanted = fastact.elu(x, alpha)
    lazy = dask.from_array(x, chunks=(4, 3))
    for make in (pandas.DataFrame, xarray.DataArray, lambda v: xarray.DataArray(lazy), lambda v: lazy):
        for got in (fastact.elu(make(x), alpha), fastact.elu_backward(np.ones_like(x), make(x), alpha)):
            assert type(got) is type(make(x))
            assert set(np.ravel(getattr(got, "dtypes", getattr(got, "dtype", None)))) == {np.dtype(dtype)}
        assert_same(np.asarray(fastact.elu(make(x), alpha)), wanted)
    series = fastact.elu(pandas.Series(x[0]), alpha)
    assert series.dtype == dtype
    assert_same(series.to_numpy(), wanted[0])


def test_parameters_beside_other_dtypes():
    pandas, xarray = map(pytest.importorskip, ("pandas", "xarray"))
    assert fastact.elu(pandas.Series([1.0, None], dtype="Float32"), 0.5).dtype == "Float32"
    assert fastact.elu(pandas.Series([1, 2], dtype="int16"), 0.5).dtype == np.float32
    assert fastact.elu(pandas.Series([1, 2]), 0.5).dtype == np.float64
    mixed_columns = {"a": np.ones(2, np.float32), "b": np.ones(2)}
    assert set(fastact.elu(pandas.DataFrame(mixed_columns), 0.5).dtypes) == {np.dtype(np.float64)}
    table = fastact.elu(xarray.Dataset({name: ("i", v) for name, v in mixed_columns.items()}), 0.5)
    assert [table[name].dtype for name in "ab"] == [np.float32, np.float64]
    with pytest.raises(ValueError, match=r"^softplus: beta = .* in float32"):
        fastact.softplus(pandas.Series(mixed_columns["a"]), 1e-60)


# --- what is not elementwise ------------------------------------------------------------------------------------------

random = np.random.default_rng(0)
WEIGHT = random.normal(size=(6, 9)).astype(np.float32)
#: the operands of CALLS by their names, where the call does not say otherwise
OPERANDS = {
    **{name: random.normal(size=(4, 6)).astype(np.float32) for name in ("x", "z", "grad", "value", "gate", "logits")},
    **dict.fromkeys(("weight", "bias", "beta", "alpha_p"), np.linspace(0.1, 0.6, 6, dtype=np.float32)),
    "y": fastact.softmax(X[:4, :6].clip(-9, 9)),
    "b": np.linspace(0.1, 0.6, 24, dtype=np.float32).reshape(4, 6),
}
GATES = ("glu", "swiglu", "geglu", "reglu", "bilinear", "seglu")
ROW_FUNCTIONS = ("softmax", "softmin", "log_softmax", "hardmax", "sparsemax", "entmax15", "logsumexp")
CALLS = {
    **{f"{name}(value, gate)": {} for name in GATES},
    **{f"{name}_backward(grad, value, gate)": {} for name in GATES},
    "glu_backward(grad, None, gate, y=y)": {},
    "maxout(z, 3)": {},
    "maxout_backward(grad, index, 3)": {"grad": X[:4, :2], "index": np.arange(8, dtype=np.uint8).reshape(4, 2) % 3},
    "maxout_linear(x, weight, bias, 3)": {"weight": WEIGHT, "bias": WEIGHT[0]},
    "maxout_linear_backward(grad, x, weight, index, 3)": {
        "grad": X[:4, :3], "weight": WEIGHT, "index": np.arange(12, dtype=np.uint8).reshape(4, 3) % 3},
    "crelu(x)": {},
    "crelu_backward(grad, y)": {},
    "prelu(x, weight)": {},
    "prelu_backward(grad, x, weight)": {},
    "prelu_backward(grad, None, weight, y=y)": {},
    "swish_parameters_backward(grad, x, beta)": {},
    "xielu_parameters_backward(grad, x, alpha_p, alpha_p)": {},
    "bias_activation(x, bias, 'gelu')": {},
    "bias_activation_backward(grad, 'gelu', z=z)": {},
    "bias_activation_backward(grad, 'tanh', y=y)": {},
    "rrelu(x, seed=1)": {},
    "rrelu(x, training=False)": {},
    "rrelu_backward(grad, x, seed=1)": {},
    "rrelu_backward(grad, x, training=False)": {},
    **{f"{name}(x{axis})": {} for name in ROW_FUNCTIONS for axis in ("", ", axis=0")},
    **{f"{name}_backward(grad, y)": {} for name in (*ROW_FUNCTIONS[:3], "sparsemax", "entmax15", "gumbel_softmax")},
    "logsumexp(x, b=b)": {},
    "logsumexp(x, keepdims=True)": {},
    "logsumexp(x, axis=None)": {},
    "logsumexp_backward(grad, x)": {"grad": X[:4, 0]},
    "gumbel_softmax(x, seed=1)": {},
    "softmax_cross_entropy(logits, labels)": {"labels": np.arange(4)},
    "softmax_cross_entropy(logits, labels, reduction='none')": {"labels": OPERANDS["y"]},
    "sigmoid_cross_entropy(logits, targets, reduction='none')": {"targets": OPERANDS["y"]},
}  # fmt: skip


def operands(call):
    """{name: array} of what a call is given, new ones."""
    known = {**OPERANDS, **CALLS[call]}
    names = [name for name in re.findall(r"\b\w+\b(?!=)", call.split("(", 1)[1]) if name in known]
    return {name: np.nan_to_num(known[name], posinf=9, neginf=-9) for name in names}


def run(call, arrays):
    return eval(call, {**vars(fastact), **arrays})


def each(result):
    """The arrays of a result, plain ones: computed, without labels, masks filled."""
    for value in result if isinstance(result, tuple) else (result,):
        value = value.compute() if hasattr(value, "compute") else value
        yield value.filled(0) if isinstance(value, np.ma.MaskedArray) else np.asarray(value)


def containers():
    pandas, xarray, dask = map(pytest.importorskip, ("pandas", "xarray", "dask.array"))
    dims = {1: ("c",), 2: ("t", "c")}
    return {
        "pandas": lambda a: (pandas.DataFrame if a.ndim == 2 else pandas.Series)(a),
        "xarray": lambda a: xarray.DataArray(a, dims=dims[a.ndim]),
        "xarray of dask": lambda a: xarray.DataArray(dask.from_array(a), dims=dims[a.ndim]),
        "dask": lambda a: dask.from_array(a, chunks=a.shape),
        "dask, many chunks": lambda a: dask.from_array(a, chunks=3),
        "masked": lambda a: np.ma.array(a, mask=np.zeros(a.shape, bool)),
        "matrix": lambda a: a.view(np.matrix) if a.ndim == 2 else a,
    }


def as_told(message, arrays):
    """The operands after what an error says to pass."""
    function, instead = re.fullmatch(r"(\w+): .*; pass (\S.*?\))(?:, (?:since|which) .*)?", message).groups()
    name = next(word for word in re.findall(r"\w+", instead) if word in arrays)
    import dask.array

    value = eval(instead.replace("...", "0"), {**arrays, "dask": dask, "np": np})
    return function, {**arrays, name: value}


def test_every_function_is_called():
    elementwise = {row.function for row in ROWS.values()}
    elementwise |= {f"{name}_backward" for name in elementwise}
    assert {call.split("(")[0] for call in CALLS} == set(_core.__all__) - elementwise - {"draw_seed"}


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize(
    "container", ["pandas", "xarray", "xarray of dask", "dask", "dask, many chunks", "masked", "matrix"]
)
@pytest.mark.parametrize("call", CALLS)
def test_right_or_told(call, container):
    """Each operand in a container, then all: the right answer, or an error, and what that says to pass is right."""
    make, arrays = containers()[container], operands(call)
    wanted = list(each(run(call, arrays)))
    for names in [[name] for name in arrays] + [list(arrays)] * (len(arrays) > 1):
        given = {name: make(array) if name in names else array for name, array in arrays.items()}
        for _ in range(2 * len(arrays) + 1):
            try:
                result = run(call, given)
                break
            except TypeError as error:
                function, given = as_told(str(error), given)
                assert function == call.split("(")[0]
        if isinstance(result, tuple):
            assert type(result[0]) is type(result[1])
        for got, exact in zip(each(result), wanted, strict=True):
            np.testing.assert_allclose(got, exact, rtol=3e-6, atol=1e-7)
            assert got.dtype == exact.dtype


LAYOUTS = {
    "byte order": swapped,
    "unaligned": unaligned,
    "steps": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "backwards": lambda a: np.flip(np.flip(a).copy()),
    "columns": lambda a: a.copy(order="F"),
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("call", CALLS)
def test_layouts(call, layout):
    """Each operand lying otherwise in memory, then out: the same bits."""
    arrays = operands(call)
    wanted = list(each(run(call, arrays)))
    for name in arrays:
        for got, exact in zip(each(run(call, {**arrays, name: LAYOUTS[layout](arrays[name])})), wanted, strict=True):
            assert_same(got, exact, name)
    takes = inspect.signature(getattr(fastact, call.split("(")[0])).parameters
    if layout == "read-only" or not wanted[0].ndim or "out" not in takes:
        return
    pair = call.startswith(tuple(f"{name}_backward" for name in GATES))
    outs = [LAYOUTS[layout](np.full_like(exact, 7)) for exact in wanted[: 1 + pair]]
    run(f"{call[:-1]}, out=out)", {**arrays, "out": tuple(outs) if pair else outs[0]})
    for out, exact in zip(outs, wanted, strict=False):
        assert_same(out.astype(np.float32), exact, "out")


@pytest.mark.parametrize("call", CALLS)
def test_not_arrays(call):
    arrays = operands(call)
    function = call.split("(")[0]
    for name in arrays:
        for bad in (None, "text", {"a": 1}, np.ones((4, 6), complex), np.full((4, 6), None), [[1.0, 2.0], [3.0]]):
            if bad is None and (function, name) in (("maxout_linear", "bias"), ("logsumexp", "b")):
                continue  # it can be left out
            with pytest.raises((TypeError, ValueError), match=rf"^(leaky_relu(_backward)?|{function}): "):
                run(call, {**arrays, name: bad})


def test_weights_go_along_the_axis():
    """Of two axes as long as each other."""
    xarray, dask = pytest.importorskip("xarray"), pytest.importorskip("dask.array")
    x, weight = random.normal(size=(4, 6, 6)), np.linspace(0.1, 0.6, 6)
    for make in (dask.from_array, np.ma.array):
        for weights in (weight, make(weight)):
            assert_same(np.asarray(fastact.prelu(make(x), weights)), fastact.prelu(x, weight))
            assert_same(np.asarray(fastact.prelu(make(x), weights, -1)), fastact.prelu(x, weight, -1))
    named = xarray.DataArray(x, dims=("n", "c", "w"))
    assert_same(fastact.prelu(named, weight).to_numpy(), fastact.prelu(x, weight))
    with pytest.raises(TypeError, match=r"^prelu: weight is a DataArray.*pass weight.to_numpy\(\)"):
        fastact.prelu(named, xarray.DataArray(weight, dims="w"))


@pytest.mark.filterwarnings("ignore:'where' used without 'out'")
def test_where_of_other_libraries():
    pandas, xarray, dask = map(pytest.importorskip, ("pandas", "xarray", "dask.array"))
    x, where = random.normal(size=(6, 6)), np.tri(6, dtype=bool)
    square = xarray.DataArray(x, dims=("t", "c"))
    for given, mask in (
        (pandas.DataFrame(x), pandas.DataFrame(where)),
        (square, xarray.DataArray(where.T, dims=("c", "t"))),
        (x, np.ma.array(where, mask=where)),
    ):
        with pytest.raises(TypeError, match=r"^relu: where is a .*; pass where\.(to_numpy|filled)"):
            fastact.relu(given, where=mask)
    with pytest.raises(TypeError, match=r"^softmax: where is a MaskedArray.*filled"):
        fastact.softmax(x, where=np.ma.array(where, mask=where))
    wanted = fastact.relu(x, where=where, out=np.zeros_like(x))
    assert_same(fastact.relu(square, where=where).to_numpy()[where], wanted[where])
    lazy = fastact.relu(dask.from_array(x, chunks=2), where=dask.from_array(where, chunks=3))
    assert_same(lazy.compute()[where], wanted[where])


def test_dtypes_of_tables():
    pandas = pytest.importorskip("pandas")
    objects, nullable = pandas.DataFrame(X.astype(object)), pandas.DataFrame(X).convert_dtypes()
    with pytest.raises(TypeError, match=r"^elu: x has dtype object; accepted are"):
        fastact.elu(objects)
    with pytest.raises(TypeError, match=r"^swiglu_backward: gate has dtype object; accepted are"):
        fastact.swiglu_backward(X, X, objects)
    assert_same(fastact.relu(nullable).to_numpy(np.float32), fastact.relu(X))
    for call, name in ((lambda t: fastact.elu(t), "x"), (lambda t: fastact.glu(X, t), "gate")):
        with pytest.raises(TypeError) as error:
            call(nullable)
        instead = re.search(r"; pass (.*)$", str(error.value))[1]
        assert_same(call(eval(instead, {name: nullable})).to_numpy(), call(X))


def test_array_wrap():
    """Tensors and their like have __array__ and __array_wrap__, but no __array_ufunc__."""

    class Tensor:
        def __init__(self, array):
            self.array = array

        def __array__(self, dtype=None, copy=None):
            return np.array(self.array, dtype)

        def __array_wrap__(self, array, context=None, return_scalar=False):
            return Tensor(array)

    x = X[:2].clip(-9, 9)
    for call in (fastact.gelu, lambda v: fastact.elu(v, 0.5), lambda v: fastact.gelu_backward(v, x),
                 lambda v: fastact.swiglu(x, v), lambda v: fastact.gelu_backward(x, v)):  # fmt: skip
        got = call(Tensor(x))
        assert isinstance(got, Tensor)
        assert_same(got.array, call(x))
    assert_same(fastact.gelu(Tensor(x), out=np.empty_like(x)), fastact.gelu(x))
    assert_same(fastact.softmax(Tensor(x)), fastact.softmax(x))


def test_sparse_arrays():
    sparse = pytest.importorskip("scipy.sparse").csr_array(np.eye(3))
    for call in (fastact.gelu, fastact.softmax, lambda x: fastact.glu(x, x)):
        with pytest.raises(
            TypeError, match=r"^\w+: \w+ is a csr_array, not an array of numbers; pass \w+\.toarray\(\)"
        ):
            call(sparse)


def test_masks_of_out():
    """What is written is not hidden."""
    x = X[:, :9].clip(-9, 9)
    for call in (lambda out: fastact.maxout(x, 3, out=out), lambda out: fastact.rrelu(x[:, :3], seed=1, out=out),
                 lambda out: fastact.softmax(x[:, :3], out=out)):  # fmt: skip
        out = np.ma.array(np.zeros((6, 3), np.float32), mask=True)
        assert call(out) is out
        assert not np.ma.getmaskarray(out).any()
        assert_same(out.data, call(None))


def test_index_of_another_byte_order():
    index = np.full((4, 2), 7, np.dtype(np.uint16).newbyteorder())
    with pytest.raises(ValueError, match=r"^maxout: index is .* byte order"):
        fastact.maxout(np.ones((4, 600)), 300, out=(np.empty((4, 2)), index), return_index=True)
    assert (index == 7).all()


@pytest.mark.parametrize(
    ("name", "message"),
    [("softmax", "softmax is not elementwise"), ("torch:PReLU", "prelu is not elementwise"), (3, "get: name must be"),
     (np.tanh, "name must be a str or what fastact.get returns, not ufunc")],
)  # fmt: skip
def test_bias_with_what_is_no_activation(name, message):
    with pytest.raises(TypeError, match=message):
        fastact.bias_activation(np.ones((2, 3)), np.ones(3), name)


# --- Dask -------------------------------------------------------------------------------------------------------------


def test_dask_rows():
    dask = pytest.importorskip("dask.array")
    x = random.normal(size=(4, 6, 10)).astype(np.float32)
    lazy = dask.from_array(x, chunks=(2, 6, 10))
    for axis in (-1, 1, (1, 2), (-1, -2)):
        for name in ROW_FUNCTIONS:
            for keywords in ({}, {"keepdims": True}) if name == "logsumexp" else ({},):
                got, wanted = (getattr(fastact, name)(v, axis=axis, **keywords) for v in (lazy, x))
                assert isinstance(got, dask.Array)
                assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype)
                assert_same(got.compute(scheduler="sync"), wanted, name)
    y = fastact.softmax(lazy, axis=None if lazy.npartitions == 1 else -1)
    with pytest.raises(
        ValueError, match=r"^softmax_backward: grad has shape .* in \(2, 1, 1\) chunks, y .* in \(4, 1, 1\)"
    ):
        fastact.softmax_backward(lazy, y.rechunk({0: 1}))
    with pytest.raises(ValueError, match=r"^softmax: temperature = 0"):
        fastact.softmax(lazy, temperature=0)
    with pytest.raises(ValueError, match=r"^softmax: axis = 3"):
        fastact.softmax(lazy, 3)
    with pytest.raises(TypeError, match=r"^softmax: x has dtype complex64"):
        fastact.softmax(lazy * 1j)
    with pytest.raises(TypeError, match=r"^softmax: of a Dask array, out, where and causal .* x\.map_blocks"):
        fastact.softmax(lazy, where=x > 0)


def test_a_chunk_takes_one_thread():
    assert _core._chunk(function="get_num_threads", options={}) == 1
    with fastact.threads(3), fastact.threads(2):
        assert _core._chunk(function="get_num_threads", options={}) == 1
    with fastact.threads(3), pytest.raises(ValueError, match="axis"):
        _core._chunk(X, function="softmax", options={"axis": 5})
    assert _core.get_override() == 0


CLUSTER = """
import dask.array, numpy as np
from distributed import Client, LocalCluster
import fastact
from fastact._registry import ROWS

if __name__ == "__main__":
    x = np.random.default_rng(0).normal(size=(8, 10)).astype(np.float32)
    lazy, slopes = dask.array.from_array(x, chunks=(4, 10)), np.linspace(0.1, 1, 10)
    calls = [lambda v, row=row: row.forward(v) for row in ROWS.values()]
    calls += [lambda v, row=row: row.backward(v, v) for row in ROWS.values()]
    calls += [
        lambda v: fastact.elu_backward(v, None, 0.5, y=fastact.elu(v, 0.5)),
        lambda v: fastact.prelu(v, slopes),
        lambda v: fastact.swiglu(v, v),
        lambda v: fastact.swiglu_backward(v, v, v)[1],
        lambda v: fastact.softmax(v, temperature=2.0),
        lambda v: fastact.softmax_backward(v, fastact.softmax(v)),
        lambda v: fastact.logsumexp(v),
        lambda v: fastact.logsumexp_backward(fastact.logsumexp(v), v),
        lambda v: fastact.entmax15(v),
    ]
    for options in (
        {"processes": False, "n_workers": 1, "threads_per_worker": 2},
        {"processes": True, "n_workers": 2, "threads_per_worker": 1},
    ):
        with LocalCluster(dashboard_address=None, **options) as cluster, Client(cluster) as client:
            found = dask.compute(*[call(lazy) for call in calls])
            [softmax] = client.gather(client.map(fastact.softmax, [x]))
        for call, got in zip([*calls, fastact.softmax], [*found, softmax], strict=True):
            np.testing.assert_allclose(got, call(x), rtol=3e-6)
        print("agreed with", "processes" if options["processes"] else "threads")
"""


@pytest.mark.slow
def test_distributed(tmp_path):
    """On clusters of this machine; workers that are processes get the functions by name."""
    pytest.importorskip("distributed")
    (tmp_path / "cluster.py").write_text(CLUSTER)
    done = python(str(tmp_path / "cluster.py"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "agreed with threads" in done.stdout
    assert "agreed with processes" in done.stdout
