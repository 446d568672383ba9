"""Arrays of other libraries reach their own implementation through the ufunc: type, laziness and labels are kept."""

import numpy as np
import pytest
from support import assert_same, defaults, each_row, gradients, mixed

import fastact

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
