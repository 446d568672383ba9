"""fastact.get: every framework's names, defaults and parameters; what it returns; what it refuses."""

import pickle

import numpy as np
import pytest
from support import assert_same, each_row

import fastact
from fastact import _names
from fastact._registry import FUNCTIONS, ROWS

TABLE = [
    (framework, spelling, entry)
    for framework, table in _names.TABLE.items()
    for spellings, entry in table.items()
    for spelling in spellings.split()
]
#: what is asked -> row, parameters that differ from its defaults
ASKED = {
    "leaky_relu": ("leaky_relu", {}),
    "LeakyReLU": ("leaky_relu", {}),
    "torch:LeakyReLU": ("leaky_relu", {}),
    "jax:leaky_relu": ("leaky_relu", {}),
    "onnx:LeakyRelu": ("leaky_relu", {}),
    "keras:leaky_relu": ("leaky_relu", {"negative_slope": 0.2}),
    "tf:leaky_relu": ("leaky_relu", {"negative_slope": 0.2}),
    "tf.nn.leaky_relu": ("leaky_relu", {"negative_slope": 0.2}),
    "keras:LeakyReLU": ("leaky_relu", {"negative_slope": 0.3}),
    "keras2:LeakyReLU": ("leaky_relu", {"negative_slope": 0.3}),
    "onednn:relu": ("leaky_relu", {"negative_slope": 0.0}),
    "keras2:hard_sigmoid": ("hard_sigmoid", {"slope": 0.2, "offset": 0.5}),
    "onnx:HardSigmoid": ("hard_sigmoid", {"slope": 0.2, "offset": 0.5}),
    "keras:hard_sigmoid": ("hardsigmoid", {}),
    "hardsigmoid": ("hardsigmoid", {}),
    "keras:relu": ("general_relu", {}),
    "relu": ("relu", {}),
    "gelu": ("gelu", {}),
    "nn.GELU": ("gelu", {}),
    "torch.nn.functional.gelu": ("gelu", {}),
    "F.gelu": ("gelu", {}),
    "gelu_erf": ("gelu", {}),
    "jax:gelu": ("gelu_tanh", {}),
    "jax.nn.gelu": ("gelu_tanh", {}),
    "tfa:gelu": ("gelu_tanh", {}),
    "keras.activations.gelu": ("gelu", {}),
    "keras.ops.gelu": ("gelu_tanh", {}),
    "keras.ops.nn.gelu": ("gelu_tanh", {}),
    "keras.src.ops.nn.gelu": ("gelu_tanh", {}),
    "keras:ops.gelu": ("gelu_tanh", {}),
    "keras:gelu": ("gelu", {}),
    "keras.src.activations.activations.gelu": ("gelu", {}),
    "keras.ops.leaky_relu": ("leaky_relu", {"negative_slope": 0.2}),
    "keras.ops.nn.leaky_relu": ("leaky_relu", {"negative_slope": 0.2}),
    "keras.layers.LeakyReLU": ("leaky_relu", {"negative_slope": 0.3}),
    "keras.ops.hard_sigmoid": ("hardsigmoid", {}),
    "keras2.activations.gelu": ("gelu", {}),
    "tf.nn.gelu": ("gelu", {}),
    "tfa.activations.gelu": ("gelu_tanh", {}),
    "mlx.nn.gelu": ("gelu", {}),
    "onnx:Gelu": ("gelu", {}),
    "paddle.nn.functional.gelu": ("gelu", {}),
    "nnlib:gelu": ("gelu_tanh", {}),
    "timm:gelu": ("gelu", {}),
    "hf:gelu": ("gelu", {}),
    "scipy.special.expit": ("sigmoid", {}),
    "gelu_new": ("gelu_tanh", {}),
    "gelu_pytorch_tanh": ("gelu_tanh", {}),
    "hf:gelu_fast": ("gelu_tanh", {}),
    "mlx:gelu_fast_approx": ("gelu_sigmoid", {}),
    "nnlib:gelu_sigmoid": ("gelu_tanh", {}),
    "quick_gelu": ("quick_gelu", {}),
    "onnx:QuickGelu": ("swish", {"beta": 1.702}),
    "relu2": ("relu_squared", {}),
    "gelu_10": ("clipped_gelu", {}),
    "hf:laplace": ("laplace", {}),
    "hard_silu": ("hardswish", {}),
    "HardSwish": ("hardswish", {}),
    "hardswish": ("hardswish", {}),
    "hard_tanh": ("hardtanh", {}),
    "logistic": ("sigmoid", {}),
    "expit": ("sigmoid", {}),
    "log_expit": ("logsigmoid", {}),
    "σ": ("sigmoid", {}),
    "linear": ("identity", {}),
    "soft_sign": ("softsign", {}),
    "swish": ("swish", {}),
    "keras:swish": ("silu", {}),
    "onnx:ThresholdedRelu": ("thresholded_relu", {}),
    "paddle:thresholded_relu": ("threshold", {"threshold": 1.0, "value": 0.0}),
    "onnx:Shrink": ("shrink", {}),
    "jax:squareplus": ("squareplus", {}),
}
#: framework:name, its parameters, row, ours
RENAMED = [
    ("onnx:LeakyRelu", {"alpha": 0.3}, "leaky_relu", {"negative_slope": 0.3}),
    ("tf:leaky_relu", {"alpha": 0.3}, "leaky_relu", {"negative_slope": 0.3}),
    ("keras:leaky_relu", {"negative_slope": 0.3}, "leaky_relu", {"negative_slope": 0.3}),
    ("onnx:Swish", {"alpha": 1.5}, "swish", {"beta": 1.5}),
    ("onednn:soft_relu", {"alpha": 2}, "softplus", {"beta": 2.0}),
    ("paddle:hardtanh", {"min": -2, "max": 2}, "hardtanh", {"min_val": -2.0, "max_val": 2.0}),
    ("onnx:HardSigmoid", {"alpha": 0.25}, "hard_sigmoid", {"slope": 0.25, "offset": 0.5}),
    ("keras:relu", {"max_value": 6, "negative_slope": None}, "general_relu",
     {"negative_slope": 0.0, "max_value": 6.0, "threshold": 0.0}),
    ("keras:relu", {"max_value": None}, "general_relu",
     {"negative_slope": 0.0, "max_value": np.inf, "threshold": 0.0}),
    ("keras2:relu", {"alpha": 0.1}, "general_relu",
     {"negative_slope": 0.1, "max_value": np.inf, "threshold": 0.0}),
    ("keras:soft_shrink", {"threshold": 0.25}, "softshrink", {"lambd": 0.25}),
    ("hf:xielu", {"alpha_p_init": 1, "eps": -1e-5}, "xielu",
     {"alpha_p": 1.0, "alpha_n": 0.8, "beta": 0.5, "eps": -1e-5}),
    ("tfa:snake", {"frequency": 2}, "snake", {"alpha": 2.0}),
]  # fmt: skip


def test_the_table_names_rows_that_exist():
    missing = {
        row for *_, entry in TABLE if (row := entry if isinstance(entry, str) else entry[0]) not in fastact.registry
    }
    assert not missing


def test_the_table_is_sound():
    """Parameters that exist, one meaning for each spelling of a framework, frameworks that are described."""
    assert _names.TABLE.keys() == _names.FRAMEWORKS.keys()
    assert len({(framework, spelling) for framework, spelling, _ in TABLE}) == len(TABLE)
    for framework, spelling, entry in TABLE:
        row, theirs, defaults, *more = (entry, {}, {}) if isinstance(entry, str) else entry
        parameters = fastact.registry[row].parameters
        for inputs in more[:1]:
            assert sorted(inputs.values()) == sorted(fastact.registry[row].reads.split(", ")), (framework, spelling)
            assert len(inputs) == 2, "their gradients change places"
        for only in more[1:]:
            assert not only.keys() & {*parameters, *theirs}, (framework, spelling)
        assert set(theirs.values()) <= parameters.keys(), (framework, spelling)
        assert defaults.keys() <= parameters.keys(), (framework, spelling)
        assert fastact.get(f"{framework}:{spelling}").name == row


@each_row
def test_own_names_mean_themselves(row):
    bound = fastact.get(row.name)
    assert bound.activation is row
    assert bound.parameters == row.parameters
    assert fastact.get(row) == bound
    assert eval(repr(bound), {"fastact": fastact, "inf": np.inf}) == bound
    for spelling in row.aliases:
        assert fastact.get(spelling).activation is row, spelling


@pytest.mark.parametrize("name", ASKED)
def test_spellings(name):
    row, parameters = ASKED[name]
    bound = fastact.get(name)
    assert bound.name == row
    assert bound.parameters == {**ROWS[row].parameters, **parameters}


@pytest.mark.parametrize(("name", "theirs", "row", "ours"), RENAMED)
def test_their_parameters(name, theirs, row, ours):
    bound = fastact.get(name, **theirs)
    assert bound.name == row
    assert bound.parameters == ours


def test_approximate():
    for name in ("gelu", "torch:GELU", "jax:gelu", "keras:gelu", "onnx:Gelu"):
        for value, row in (("none", "gelu"), ("tanh", "gelu_tanh"), (True, "gelu_tanh"), (False, "gelu")):
            assert fastact.get(name, approximate=value).name == row
    assert fastact.get("jax:gelu", approximate=None).name == "gelu_tanh"
    with pytest.raises(ValueError, match=r"approximate = 'erf' must be .* none, tanh"):
        fastact.get("gelu", approximate="erf")
    with pytest.raises(TypeError, match="no parameter 'approximate'"):
        fastact.get("relu", approximate="tanh")


def test_none_and_callables():
    assert fastact.get(None).name == "identity"
    for f in (np.tanh, fastact.relu, fastact.get("elu"), len):
        assert fastact.get(f) is f
    with pytest.raises(TypeError, match=r"takes no parameters, got alpha"):
        fastact.get(np.tanh, alpha=1)
    with pytest.raises(TypeError, match=r"name must be .* not int"):
        fastact.get(3)


def test_unknown_names():
    for name, near in (
        ("gelo", "gelu"),
        ("sigmoyd", "sigmoid"),
        ("keras:gleu", "keras:gelu"),
        ("leeky_relu", "leaky_relu"),
    ):
        with pytest.raises(ValueError, match=f"unknown function '{name}'; did you mean .*{near}"):
            fastact.get(name)
    with pytest.raises(ValueError, match=r"unknown function 'qqqqqqqq'$"):
        fastact.get("qqqqqqqq")
    with pytest.raises(ValueError, match=r"unknown framework 'kears' in 'kears:relu'; there are torch, keras, "):
        fastact.get("kears:relu")
    for name in ("", ":", "torch:", "torch.", ".", "nn.gelu", "tf.keras.activations.gelu"):
        with pytest.raises(ValueError, match="unknown"):
            fastact.get(name)


def test_names_that_mean_different_things():
    with pytest.raises(ValueError, match="means different things; say onnx:HardSigmoid or timm:HardSigmoid"):
        fastact.get("HardSigmoid")


def test_parameters_that_are_refused():
    with pytest.raises(TypeError, match=r"'elu' has no parameter 'beta'; it has alpha$"):
        fastact.get("elu", beta=1)
    with pytest.raises(TypeError, match=r"'relu' has no parameter 'alpha'; it has none$"):
        fastact.get("relu", alpha=1)
    with pytest.raises(TypeError, match=r"'onnx:LeakyRelu' has no parameter 'negative_slope'; it has alpha$"):
        fastact.get("onnx:LeakyRelu", negative_slope=1)
    with pytest.raises(TypeError, match=r"no parameter 'beta'; it has approximate$"):
        fastact.get("gelu", beta=1)
    for bad in ("0.1", [0.1], np.ones(2), 1j):
        with pytest.raises(TypeError, match="alpha must be a real number, not"):
            fastact.get("elu", alpha=bad)
    for name, parameter in (("elu", "alpha"), ("softmax", "temperature")):
        with pytest.raises(ValueError, match=f"{name}.*: {parameter} = 10+ is too large"):
            fastact.get(name, **{parameter: 10**400})
    with pytest.raises(ValueError, match="celu: alpha"):
        fastact.get("celu", alpha=-1)
    with pytest.raises(ValueError, match="max_val"):
        fastact.get("hardtanh", min_val=2)


def test_what_is_returned():
    x = np.linspace(-3, 3, 7).astype(np.float32)
    grad = np.full_like(x, 0.5)
    leaky = fastact.get("keras:leaky_relu")
    assert isinstance(leaky, fastact.BoundActivation)
    assert repr(leaky) == "fastact.get('leaky_relu', negative_slope=0.2)"
    assert_same(leaky(x), fastact.leaky_relu(x, 0.2))
    assert_same(leaky.forward(x), fastact.leaky_relu(x, 0.2))
    assert_same(leaky.backward(grad, x), fastact.leaky_relu_backward(grad, x, 0.2))
    assert_same(leaky.backward(grad, y=leaky(x)), fastact.leaky_relu_backward(grad, None, 0.2, y=leaky(x)))
    out = np.empty_like(x)
    assert leaky(x, out=out) is out
    assert leaky.forward(x, out) is out
    assert leaky.backward(grad, x, out=grad) is grad
    assert leaky.formula == ROWS["leaky_relu"].formula
    assert leaky.reads == "x or y"
    assert fastact.get("leaky_relu", negative_slope=-1).reads == "x"
    assert fastact.get("silu").reads == "x"
    assert leaky.properties is ROWS["leaky_relu"].properties(0.2)
    with pytest.raises(TypeError, match=r"gelu_tanh: the gradient cannot be had from y; give x"):
        fastact.get("gelu_new").backward(grad, y=x)
    tanh_form = fastact.get("gelu_new")
    assert_same(tanh_form(x), fastact.gelu(x, approximate="tanh"))
    assert_same(tanh_form.backward(grad, x), fastact.gelu_backward(grad, x, approximate="tanh"))


def test_it_is_a_value():
    leaky = fastact.get("keras:leaky_relu")
    for other in (fastact.get("leaky_relu", negative_slope=0.2), fastact.get("tf:leaky_relu")):
        assert other == leaky
        assert hash(other) == hash(leaky)
    assert leaky != fastact.get("leaky_relu")
    assert leaky != fastact.get("elu", alpha=0.2)
    copy = pickle.loads(pickle.dumps(leaky))
    assert copy == leaky
    assert copy.activation is leaky.activation
    with pytest.raises(AttributeError):
        leaky.values = (1.0,)
    leaky.parameters["negative_slope"] = 7
    assert leaky.parameters == {"negative_slope": 0.2}


def test_float16_and_integers_pass_through():
    assert fastact.get("elu", alpha=0.5)(np.zeros(3, np.float16)).dtype == np.float16
    assert fastact.get("elu", alpha=2).parameters == {"alpha": 2.0}
    assert fastact.get("elu", alpha=np.float32(0.5)) == fastact.get("elu", alpha=0.5)


# --- functions that are not elementwise -------------------------------------------------------------------------------

#: what is asked -> name, parameters that differ from its defaults
FUNCTIONS_ASKED = {
    "softmax": ("softmax", {}),
    "Softmax": ("softmax", {}),
    "torch:Softmax": ("softmax", {}),
    "keras:softmax": ("softmax", {}),
    "onnx:Softmax": ("softmax", {}),
    "jax.nn.softmax": ("softmax", {}),
    "sklearn:softmax": ("softmax", {"axis": 1}),
    "scipy:softmax": ("softmax", {"axis": None}),
    "scipy.special.log_softmax": ("log_softmax", {"axis": None}),
    "nnlib:softmax": ("softmax", {"axis": 0}),
    "mlx.nn.softmax": ("softmax", {}),
    "mlx.core.softmax": ("softmax", {"axis": None}),
    "LogSoftmax": ("log_softmax", {}),
    "logsoftmax": ("log_softmax", {"axis": 0}),
    "Softmin": ("softmin", {}),
    "logsumexp": ("logsumexp", {}),
    "torch:logsumexp": ("logsumexp", {}),
    "scipy:logsumexp": ("logsumexp", {"axis": None}),
    "onnx:ReduceLogSumExp": ("logsumexp", {"axis": None, "keepdims": True}),
    "GLU": ("glu", {}),
    "keras:glu": ("glu", {}),
    "SwiGLU": ("swiglu", {}),
    "geglu": ("geglu", {}),
    "reglu": ("reglu", {}),
    "PReLU": ("prelu", {}),
    "keras:PReLU": ("prelu", {"weight": 0.0, "axis": -1}),
    "keras2:PReLU": ("prelu", {"weight": 0.0, "axis": -1}),
    "PRelu": ("prelu", {"axis": -1}),
    "RReLU": ("rrelu", {}),
    "torch:rrelu": ("rrelu", {"training": False}),
    "rrelu": ("rrelu", {}),
    "Maxout": ("maxout", {}),
    "paddle:maxout": ("maxout", {"axis": 1}),
    "tf.nn.crelu": ("crelu", {}),
}


@pytest.mark.parametrize("name", FUNCTIONS_ASKED)
def test_spellings_of_functions(name):
    wanted, parameters = FUNCTIONS_ASKED[name]
    bound = fastact.get(name)
    assert isinstance(bound, fastact.BoundFunction)
    assert bound.name == wanted
    defaults = {n: v for n, v in FUNCTIONS[wanted].parameters.items() if v is not ...}
    assert bound.parameters == {**defaults, **parameters}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_values(name):
    bound = fastact.get(name)
    assert fastact.get(FUNCTIONS[name]) == bound
    assert eval(repr(bound), {"fastact": fastact}) == bound
    assert hash(pickle.loads(pickle.dumps(bound))) == hash(bound)
    assert bound.function is FUNCTIONS[name]
    assert bound.formula == FUNCTIONS[name].formula
    assert bound.reads == FUNCTIONS[name].reads
    for spelling in FUNCTIONS[name].aliases:
        assert fastact.get(spelling).function is FUNCTIONS[name], spelling
    with pytest.raises(AttributeError):
        bound.values = ()


def test_functions_with_their_parameters():
    x = np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)
    grad = np.ones_like(x)
    soft = fastact.get("torch:softmax", dim=0, temperature=2)
    y = soft(x)
    assert_same(y, fastact.softmax(x, 0, 2.0))
    assert_same(soft.forward(x, axis=-1, causal=True), fastact.softmax(x, -1, 2.0, causal=True))
    assert_same(soft.forward(x, 1), fastact.softmax(x, 1, 2.0))
    assert_same(soft.backward(grad, y), fastact.softmax_backward(grad, y, 0, 2.0))
    assert soft.forward(x.copy(), out=(out := x.copy())) is out
    assert fastact.get("scipy:softmax")(x).sum() == pytest.approx(1)
    prelu = fastact.get("torch:PReLU", init=0.5)
    assert_same(prelu(x), fastact.prelu(x, 0.5))
    slopes = np.linspace(0.1, 0.6, 6).astype(np.float32)
    assert_same(prelu(x, slopes), fastact.prelu(x, slopes))
    assert_same(prelu(x, weight=slopes), fastact.prelu(x, slopes))
    got, wanted = prelu.backward(grad, y=prelu(x)), fastact.prelu_backward(grad, None, 0.5, y=prelu(x))
    assert_same(got[0], wanted[0])
    assert_same(got[1], wanted[1])
    maxout = fastact.get("paddle:maxout", groups=3, return_index=True)
    y, index = maxout(x)
    assert_same(y, fastact.maxout(x, 3, 1))
    assert_same(maxout.backward(y, index), fastact.maxout_backward(y, index, 3, 1))
    assert_same(fastact.get("maxout")(x, 2), fastact.maxout(x, 2))
    assert_same(fastact.get("geglu", approximate="tanh")(x, x), fastact.geglu(x, x, approximate="tanh"))


def test_functions_refuse():
    with pytest.raises(TypeError, match=r"'softmax' has no parameter 'dim'; it has axis, temperature, causal$"):
        fastact.get("softmax", dim=1)
    with pytest.raises(TypeError, match=r"'torch:softmax' has no parameter 'axis'; it has dim"):
        fastact.get("torch:softmax", axis=1)
    with pytest.raises(TypeError, match=r"'glu' has no parameter 'axis'; it has none$"):
        fastact.get("glu", axis=1)
    with pytest.raises(TypeError, match="temperature must be a real number, not str"):
        fastact.get("softmax", temperature="hot")
    with pytest.raises(TypeError, match="causal must be a bool, not int"):
        fastact.get("softmax", causal=1)
    with pytest.raises(ValueError, match="did you mean softmax"):
        fastact.get("softmx")


def test_inputs_in_the_order_of_the_framework():
    """ONNX's SwiGLU has the gate first: swish(A) * B. So do the gradients, and what they are written into."""
    random = np.random.default_rng(0)
    grad, a, b = random.normal(size=(3, 4, 5)).astype(np.float32)
    onnx, ours = fastact.get("onnx:SwiGLU"), fastact.get("swiglu")
    assert onnx == fastact.get("onnx.SwiGLU") == fastact.get("onnx:SwiGLU", alpha=1) != ours
    assert eval(repr(onnx), {"fastact": fastact}) == onnx
    assert pickle.loads(pickle.dumps(onnx)) == onnx
    np.testing.assert_allclose(onnx(a, b), a / (1 + np.exp(-a)) * b, rtol=1e-5)
    wanted = fastact.swiglu(b, a)
    for got in (onnx(a, b), onnx.forward(a, b), onnx(a, B=b), onnx(A=a, B=b), onnx(value=b, gate=a), onnx(a, value=b)):
        assert_same(got, wanted)
    assert_same(fastact.get("SwiGLU")(b, a), wanted)
    grad_value, grad_gate = fastact.swiglu_backward(grad, b, a)
    for got in (onnx.backward(grad, a, b), onnx.backward(grad, A=a, B=b)):
        for one, other in zip(got, (grad_gate, grad_value), strict=True):
            assert_same(one, other)
    outs = np.empty_like(a), np.empty_like(b)
    got = onnx.backward(grad, a, b, out=outs)
    assert got[0] is outs[0]
    assert got[1] is outs[1]
    assert_same(outs[0], grad_gate)
    assert_same(outs[1], grad_value)
    assert onnx(a, b, out=a) is a
    assert_same(a, wanted)
    with pytest.raises(ValueError, match=r"'onnx:SwiGLU': alpha = 2.0 must be 1: swiglu has no other"):
        fastact.get("onnx:SwiGLU", alpha=2.0)
    with pytest.raises(TypeError, match=r"'onnx:SwiGLU' has no parameter 'beta'; it has alpha$"):
        fastact.get("onnx:SwiGLU", beta=1)
    with pytest.raises(TypeError, match=r"onnx:SwiGLU: A is given twice"):
        onnx(a, gate=b)
    with pytest.raises(TypeError, match=r"onnx:SwiGLU: forward takes A, B and no more inputs, got 3"):
        onnx(a, b, a)
    with pytest.raises(TypeError):
        onnx(a)
