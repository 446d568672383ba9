"""fastact.registry: what it says of each activation is complete, read-only, and true."""

import dataclasses
import inspect
import math
import pickle
from collections.abc import Mapping

import numpy as np
import pytest
from support import defaults, each_row

import fastact
from fastact import _registry
from fastact._registry import FUNCTIONS, ROWS

each_function = pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in FUNCTIONS.items()])
#: name -> (monotone, continuous, differentiable, smooth, zero_centred, saturates_left, saturates_right), by hand
KNOWN = {
    "identity": (1, 1, 1, 1, 1, 0, 0),
    "relu": (1, 1, 0, 0, 0, 1, 0),
    "relu6": (1, 1, 0, 0, 0, 1, 1),
    "leaky_relu": (1, 1, 0, 0, 1, 0, 0),
    "elu": (1, 1, 1, 0, 1, 1, 0),
    "selu": (1, 1, 0, 0, 1, 1, 0),
    "celu": (1, 1, 1, 0, 1, 1, 0),
    "sigmoid": (1, 1, 1, 1, 0, 1, 1),
    "logsigmoid": (1, 1, 1, 1, 0, 0, 1),
    "tanh": (1, 1, 1, 1, 1, 1, 1),
    "softplus": (1, 1, 1, 1, 0, 1, 0),
    "silu": (0, 1, 1, 1, 1, 1, 0),
    "mish": (0, 1, 1, 1, 1, 1, 0),
    "gelu": (0, 1, 1, 1, 1, 1, 0),
    "hardtanh": (1, 1, 0, 0, 1, 1, 1),
    "hardsigmoid": (1, 1, 0, 0, 0, 1, 1),
    "hardswish": (0, 1, 0, 0, 1, 1, 0),
    "hardshrink": (1, 0, 0, 0, 1, 0, 0),
    "softshrink": (1, 1, 0, 0, 1, 0, 0),
    "thresholded_relu": (1, 0, 0, 0, 0, 1, 0),
    "relu_squared": (1, 1, 1, 0, 0, 1, 0),
    "exponential": (1, 1, 1, 1, 0, 1, 0),
    "gaussian": (0, 1, 1, 1, 0, 1, 1),
    "erf": (1, 1, 1, 1, 1, 1, 1),
    "squareplus": (1, 1, 1, 1, 0, 1, 0),
    "sine": (0, 1, 1, 1, 1, 0, 0),
    "snake": (1, 1, 1, 1, 1, 0, 0),
    "tanhshrink": (1, 1, 1, 1, 1, 0, 0),
}
#: name -> (x, y), from the derivative's zero in closed form, or with 30 digits
MINIMA = {
    "silu": (-1.2784645427610738, -0.2784645427610738),
    "swish": (-1.2784645427610738, -0.2784645427610738),
    "mish": (-1.1924312145154952, -0.30884341301725037),
    "gelu": (-0.7517915246935645, -0.16997120747990369),
    "gelu_tanh": (-0.7524614220710162, -0.1700407505712541),
    "quick_gelu": (-1.2784645427610738 / 1.702, -0.2784645427610738 / 1.702),
    "elish": (-math.asinh(1), 2 * math.sqrt(2) - 3),
    "hardswish": (-1.5, -0.375),
    "hard_mish": (-1.0, -0.5),
    "lisht": (0.0, 0.0),
    "logcosh": (0.0, 0.0),
    "sine": (-math.pi / 2, -1.0),
}


@each_row
def test_known_properties(row):
    found = row.properties()
    if row.name in KNOWN:
        assert tuple(found[:-1]) == tuple(map(bool, KNOWN[row.name])), found
    if row.name in MINIMA:
        assert found.minimum == pytest.approx(MINIMA[row.name], rel=1e-9)
    elif found.monotone:
        assert found.minimum is None


@each_row
def test_properties_fit_together(row):
    """With the range of the row, with each other, and with a look from elsewhere."""
    p, (low, high) = row.properties(), row.range_of()
    assert all(type(value) is bool for value in p[:-1])
    assert p.differentiable >= p.smooth
    assert p.continuous >= p.differentiable
    if p.zero_centred:
        assert low < 0 < high
    if p.minimum:
        x, y = p.minimum
        assert all(type(value) is float for value in p.minimum)
        assert row.forward(x) == y
        assert min(row.forward(x - 0.01), row.forward(x + 0.01)) > y
        random = np.random.default_rng(0).normal(size=10000) * 5
        assert np.nanmin(row.forward(random)) >= y - 1e-12
        if np.isfinite(low):
            assert y >= low - 1e-9
    assert p is row.properties(*defaults(row)), "found once"


def test_properties_follow_the_parameters():
    leaky, elu, celu, hardtanh, swish, softplus = map(
        ROWS.get, ("leaky_relu", "elu", "celu", "hardtanh", "swish", "softplus")
    )
    assert leaky.properties(-1.0).minimum == (0.0, 0.0)
    assert not leaky.properties(-1.0).monotone
    assert not leaky.properties(-1.0).zero_centred
    assert leaky.properties(0.0).saturates_left
    assert not elu.properties(2.0).differentiable
    assert celu.properties(2.0).differentiable
    assert not hardtanh.properties(0.5, 200.0).zero_centred
    assert hardtanh.properties(-100.0, 200.0).zero_centred
    assert swish.properties(-1.0).minimum is None, "it falls without end on the left"
    assert swish.properties(0.01).minimum == pytest.approx((-127.84645427610738, -27.84645427610738))
    assert softplus.properties(-1.0).saturates_right
    with pytest.raises(ValueError, match="alpha"):
        celu.properties(-1.0)


def test_jumps_are_found_without_being_listed():
    """Between the points of the grid, too; a steep function has none."""
    x = np.linspace(-3, 3, 50)
    assert _registry._jumps(lambda x: np.where(x < 1.2345, 0.0, 0.01), x)
    assert _registry._jumps(np.sign, x)
    for f in (np.tanh, np.sin, lambda x: np.tanh(1e6 * x), lambda x: np.exp(300 * x), np.log):
        with np.errstate(all="ignore"):
            assert not _registry._jumps(f, x)


@each_row
def test_a_row_is_complete(row):
    assert isinstance(row, fastact.Activation)
    assert row.parameters == {p.name: p.default for p in row.params}
    assert row.accepts.keys() == row.parameters.keys()
    assert all(row.accepts.values())
    assert row.reads == ("x or y" if row.from_y else "x")
    assert row.family == "elementwise"
    assert row.signature == row.function + str(inspect.signature(getattr(fastact, row.function)))
    assert row.name in row.aliases
    assert len(set(row.aliases)) == len(row.aliases)
    for text in (row.formula, row.derivative, row.range, row.summary):
        assert text
    assert bool(row.derivative_y) == row.from_y
    assert row.range_of() == row.range_of(*defaults(row))
    assert row.kinks_of() == row.kinks_of(*defaults(row))
    assert pickle.loads(pickle.dumps(row)) is row
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.name = "other"
    with pytest.raises(TypeError):
        row.bounds["float32", "forward"] = 0
    x = np.linspace(0.1, 0.9, 5)
    assert row.forward(x, out=x) is x
    grad = np.ones(5)
    assert row.backward(grad, x, out=grad) is grad


def test_the_mapping():
    assert isinstance(fastact.registry, Mapping)
    assert list(fastact.registry) == [*ROWS, *FUNCTIONS]
    assert fastact.registry["relu"] is ROWS["relu"]
    assert fastact.registry["softmax"] is FUNCTIONS["softmax"]
    assert len(fastact.registry) == len(ROWS) + len(FUNCTIONS)
    assert not set(ROWS) & set(FUNCTIONS)
    assert "gelu" in repr(fastact.registry)
    assert "softmax" in repr(fastact.registry)
    assert dict(fastact.registry.elementwise) == ROWS
    with pytest.raises(TypeError):
        fastact.registry.elementwise["relu"] = ROWS["elu"]
    assert "nonsense" not in fastact.registry
    with pytest.raises(KeyError):
        fastact.registry["nonsense"]
    with pytest.raises(TypeError):
        fastact.registry["relu"] = ROWS["elu"]


def test_rules_in_words():
    assert ROWS["hardtanh"].accepts == {"min_val": "any value", "max_val": "not below `min_val`"}
    assert ROWS["leaky_relu"].accepts == {"negative_slope": "any value; with y= >= 0"}


# --- functions that are not elementwise -------------------------------------------------------------------------------


@each_function
def test_a_function_is_complete(row):
    """And says of its signature what is true of the public function."""
    assert isinstance(row, fastact.Function)
    assert row.family in ("gate", "pieces", "learned", "chance", "rows", "loss")
    assert row.signature == row.name + str(inspect.signature(getattr(fastact, row.name)))
    for text in (row.reads, row.formula, row.derivative, row.range):
        assert text
    assert row.summary.endswith(".")
    assert row.name in row.aliases
    kinds = ("forward", "backward", "parameters")
    assert set(row.bounds) <= {(dtype, kind) for dtype in ("float32", "float64") for kind in kinds}
    assert all(0 <= bound <= 8 for bound in row.bounds.values())
    assert pickle.loads(pickle.dumps(row)) is row
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.name = "other"
    with pytest.raises(TypeError):
        row.bounds["float32", "forward"] = 0
    with pytest.raises(TypeError):
        row.forward()


def test_families():
    families = {family: [n for n, r in FUNCTIONS.items() if r.family == family] for family in ("gate", "rows")}
    assert families == {
        "gate": ["glu", "swiglu", "geglu", "reglu", "bilinear", "seglu"],
        "rows": [
            "softmax",
            "softmin",
            "log_softmax",
            "logsumexp",
            "hardmax",
            "sparsemax",
            "entmax15",
            "gumbel_softmax",
        ],
    }
    assert FUNCTIONS["glu"].bounds["float32", "backward"] == 5
    assert FUNCTIONS["bias_activation"].bounds == {("float32", "parameters"): 1.5, ("float64", "parameters"): 1.5}
    assert FUNCTIONS["maxout_linear"].bounds == {}


#: name -> inputs, keywords, what backward takes after grad
CALLS = {
    "maxout": (1, {"pieces": 2, "axis": 0}, None),
    "crelu": (1, {"axis": 0}, "y"),
    "prelu": (1, {"weight": 0.5}, "x"),
    "rrelu": (1, {"seed": 5}, "x"),
    "softmax": (1, {"axis": 0, "temperature": 2.0}, "y"),
    "softmin": (1, {"axis": None}, "y"),
    "log_softmax": (1, {"axis": 0}, "y"),
    "logsumexp": (1, {"axis": 0, "keepdims": True}, None),
    **dict.fromkeys(("glu", "swiglu", "reglu", "bilinear", "seglu"), (2, {}, "x")),
    "geglu": (2, {"approximate": "tanh"}, "x"),
}


@pytest.mark.parametrize("name", CALLS)
def test_functions_are_called(name):
    """By position and by name, as the public function gives it."""
    count, keywords, reads = CALLS[name]
    inputs = [np.random.default_rng(i).normal(size=(4, 6)) for i in range(count)]
    row, arguments = FUNCTIONS[name], inspect.signature(getattr(fastact, name)).parameters
    by_name = dict(zip(arguments, inputs, strict=False))
    y = row.forward(*inputs, **keywords)
    positional = inputs + [keywords[n] for n in arguments if n == "weight"]
    others = {n: v for n, v in keywords.items() if n != "weight"}
    np.testing.assert_array_equal(y, getattr(fastact, name)(*positional, **others))
    np.testing.assert_array_equal(y, row.forward(**by_name, **keywords))
    if reads:
        known = {"grad": np.ones_like(y), **({"y": y} if reads == "y" else by_name), **keywords}
        function = getattr(fastact, f"{name}_backward")
        first = [n for n in ("grad", "value", "gate", "x" if reads == "x" else "y", "weight") if n in known]
        wanted = function(*[known[n] for n in first], **others)
        got = row.backward(**known)
        for one, other in zip(*[r if isinstance(r, tuple) else (r,) for r in (got, wanted)], strict=True):
            np.testing.assert_array_equal(one, other)


def test_what_a_call_lacks():
    with pytest.raises(TypeError, match=r"prelu: x is missing"):
        FUNCTIONS["prelu"].forward(weight=0.5)
    assert FUNCTIONS["prelu"].parameters == {"weight": 0.25, "axis": 1}
    assert FUNCTIONS["maxout"].parameters == {"pieces": ..., "axis": -1, "return_index": False}
    assert FUNCTIONS["glu"].parameters == {}
    for name, row in FUNCTIONS.items():
        if not hasattr(fastact, f"{name}_backward"):
            with pytest.raises(TypeError, match=f"{name} has no backward pass"):
                row.backward(1.0)
