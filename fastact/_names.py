"""What other frameworks call the functions, their names for the parameters and their defaults: data, and the search.

`TABLE[framework][spellings]` is the name in the registry, or (row, {their parameter: ours}, {our parameter: their
default}); where the inputs have another order there, {their input: ours} in that order comes next; and where they have
a parameter that we lack, {their parameter: its only value here}. Spellings of one thing stand together, separated by
spaces. One with dots is meant by the paths that have its words, so that "ops.gelu" is keras.ops.gelu and
keras.ops.nn.gelu. docs/names.md is printed from it.
"""

from typing import NamedTuple

from ._registry import FUNCTIONS, registry, remember

_DIM = {"dim": "axis"}
_WHOLE = {"axis": None}
_ALPHA_BETA = {"alpha": "slope", "beta": "offset"}
_SLOPE_02 = {"slope": 0.2, "offset": 0.5}

TABLE = {
    "torch": {
        "Identity": "identity",
        "ReLU relu": "relu",
        "ReLU6 relu6": "relu6",
        "LeakyReLU leaky_relu": "leaky_relu",
        "Threshold threshold": "threshold",
        "ELU elu": "elu",
        "SELU selu": "selu",
        "CELU celu": "celu",
        "Sigmoid sigmoid expit": "sigmoid",
        "LogSigmoid logsigmoid": "logsigmoid",
        "Tanh tanh": "tanh",
        "Softplus softplus": "softplus",
        "Softsign softsign": "softsign",
        "SiLU silu": "silu",
        "Mish mish": "mish",
        "GELU gelu": "gelu",
        "Hardtanh hardtanh": "hardtanh",
        "Hardsigmoid hardsigmoid": "hardsigmoid",
        "Hardswish hardswish": "hardswish",
        "Hardshrink hardshrink": "hardshrink",
        "Softshrink softshrink": "softshrink",
        "Tanhshrink tanhshrink": "tanhshrink",
        "clip clamp": "clip",
        "exp": "exponential",
        "sin": "sine",
        "logit": "logit",
        "log_ndtr": "log_ndtr",
        "erf": "erf",
        "GLU glu": "glu",
        "PReLU": ("prelu", {"init": "weight"}, {}),
        "prelu": "prelu",
        "RReLU": "rrelu",
        "rrelu": ("rrelu", {}, {"training": False}),
        "Softmax softmax": ("softmax", _DIM, {}),
        "Softmin softmin": ("softmin", _DIM, {}),
        "LogSoftmax log_softmax": ("log_softmax", _DIM, {}),
        "logsumexp": ("logsumexp", {**_DIM, "keepdim": "keepdims"}, {}),
        "CrossEntropyLoss cross_entropy": ("softmax_cross_entropy", {}, {"axis": 1, "ignore_index": -100}),
        "BCEWithLogitsLoss binary_cross_entropy_with_logits": "sigmoid_cross_entropy",
    },
    "keras": {
        "linear": "identity",
        "relu ReLU": "general_relu",
        "relu6": "relu6",
        "leaky_relu": ("leaky_relu", {}, {"negative_slope": 0.2}),
        "LeakyReLU": ("leaky_relu", {}, {"negative_slope": 0.3}),
        "threshold": ("threshold", {"default_value": "value"}, {}),
        "elu ELU": "elu",
        "selu": "selu",
        "celu": "celu",
        "sigmoid": "sigmoid",
        "log_sigmoid": "logsigmoid",
        "hard_sigmoid": "hardsigmoid",
        "tanh": "tanh",
        "hard_tanh": "hardtanh",
        "softplus": "softplus",
        "softsign": "softsign",
        "silu swish": "silu",
        "hard_silu hard_swish": "hardswish",
        "mish": "mish",
        "gelu": "gelu",
        "ops.gelu": "gelu_tanh",  # its default is approximate=True
        "exponential": "exponential",
        "soft_shrink": ("softshrink", {"threshold": "lambd"}, {}),
        "hard_shrink": ("hardshrink", {"threshold": "lambd"}, {}),
        "tanh_shrink": "tanhshrink",
        "squareplus": "squareplus",
        "sparse_plus": "sparse_plus",
        "sparse_sigmoid": "sparse_sigmoid",
        "erf": "erf",
        "glu": "glu",
        "PReLU": ("prelu", {}, {"weight": 0.0, "axis": -1}),
        "softmax Softmax": "softmax",
        "sparsemax": "sparsemax",
        "log_softmax": "log_softmax",
        "logsumexp": ("logsumexp", {}, _WHOLE),
    },
    "keras2": {
        "linear": "identity",
        "relu": ("general_relu", {"alpha": "negative_slope"}, {}),
        "ReLU": "general_relu",
        "LeakyReLU": ("leaky_relu", {"alpha": "negative_slope"}, {"negative_slope": 0.3}),
        "ThresholdedReLU": "thresholded_relu",
        "elu ELU": "elu",
        "selu": "selu",
        "sigmoid": "sigmoid",
        "hard_sigmoid": ("hard_sigmoid", {}, _SLOPE_02),
        "tanh": "tanh",
        "softplus": "softplus",
        "softsign": "softsign",
        "swish": "silu",
        "mish": "mish",
        "gelu": "gelu",
        "exponential": "exponential",
        "PReLU": ("prelu", {}, {"weight": 0.0, "axis": -1}),
        "softmax Softmax": "softmax",
    },
    "tf": {
        "identity": "identity",
        "relu": "relu",
        "relu6": "relu6",
        "leaky_relu": ("leaky_relu", {"alpha": "negative_slope"}, {"negative_slope": 0.2}),
        "elu": "elu",
        "selu": "selu",
        "sigmoid": "sigmoid",
        "log_sigmoid": "logsigmoid",
        "tanh": "tanh",
        "softplus": "softplus",
        "softsign": "softsign",
        "silu swish": "swish",
        "gelu": "gelu",
        "exp": "exponential",
        "sin": "sine",
        "erf": "erf",
        "clip_by_value": ("clip", {"clip_value_min": "min", "clip_value_max": "max"}, {}),
        "crelu": "crelu",
        "softmax": "softmax",
        "log_softmax": "log_softmax",
        "reduce_logsumexp": ("logsumexp", {}, _WHOLE),
    },
    "tfa": {
        "gelu": "gelu_tanh",
        "hardshrink": "hardshrink",
        "softshrink": "softshrink",
        "tanhshrink": "tanhshrink",
        "lisht": "lisht",
        "mish": "mish",
        "snake": ("snake", {"frequency": "alpha"}, {}),
        "rrelu": ("rrelu", {}, {"training": False}),
        "Maxout": "maxout",
    },
    "jax": {
        "identity": "identity",
        "relu": "relu",
        "relu6": "relu6",
        "leaky_relu": "leaky_relu",
        "elu": "elu",
        "selu": "selu",
        "celu": "celu",
        "sigmoid": "sigmoid",
        "log_sigmoid": "logsigmoid",
        "hard_sigmoid": "hardsigmoid",
        "tanh": "tanh",
        "hard_tanh": "hardtanh",
        "softplus": "softplus",
        "soft_sign": "softsign",
        "silu swish": "silu",
        "hard_silu hard_swish": "hardswish",
        "mish": "mish",
        "gelu": "gelu_tanh",
        "squareplus": "squareplus",
        "sparse_plus": "sparse_plus",
        "sparse_sigmoid": "sparse_sigmoid",
        "log1mexp": "log1mexp",
        "exp": "exponential",
        "sin": "sine",
        "erf": "erf",
        "logit": "logit",
        "log_ndtr": "log_ndtr",
        "glu": "glu",
        "softmax": "softmax",
        "log_softmax": "log_softmax",
        "logsumexp": ("logsumexp", {}, _WHOLE),
    },
    "onnx": {
        "Identity": "identity",
        "Relu": "relu",
        "LeakyRelu": ("leaky_relu", {"alpha": "negative_slope"}, {}),
        "ThresholdedRelu": ("thresholded_relu", {"alpha": "theta"}, {}),
        "Elu": "elu",
        "Selu": "selu",
        "Celu": "celu",
        "Sigmoid": "sigmoid",
        "HardSigmoid": ("hard_sigmoid", _ALPHA_BETA, _SLOPE_02),
        "Tanh": "tanh",
        "ScaledTanh": "scaled_tanh",
        "Softplus": "softplus",
        "Softsign": "softsign",
        "Swish": ("swish", {"alpha": "beta"}, {}),
        "HardSwish": "hardswish",
        "Mish": "mish",
        "Gelu": "gelu",
        "QuickGelu": ("swish", {"alpha": "beta"}, {"beta": 1.702}),
        "FastGelu": "gelu_tanh",
        "Shrink": "shrink",
        "Clip": "clip",
        "Exp": "exponential",
        "Sin": "sine",
        "Erf": "erf",
        "SwiGLU": ("swiglu", {}, {}, {"A": "gate", "B": "value"}, {"alpha": 1.0}),
        "PRelu": ("prelu", {}, {"axis": -1}),
        "Softmax": "softmax",
        "LogSoftmax": "log_softmax",
        "Hardmax": "hardmax",
        "SoftmaxCrossEntropyLoss": ("softmax_cross_entropy", {}, {"axis": 1}),
        "ReduceLogSumExp": ("logsumexp", {"axes": "axis"}, {"axis": None, "keepdims": True}),
    },
    "onednn": {
        "relu": ("leaky_relu", {"alpha": "negative_slope"}, {"negative_slope": 0.0}),
        "elu": "elu",
        "logistic": "sigmoid",
        "hardsigmoid": ("hard_sigmoid", _ALPHA_BETA, {}),
        "tanh": "tanh",
        "soft_relu": ("softplus", {"alpha": "beta"}, {}),
        "swish": ("swish", {"alpha": "beta"}, {}),
        "hardswish": "hardswish",
        "mish": "mish",
        "gelu_erf": "gelu",
        "gelu_tanh": "gelu_tanh",
        "clip clip_v2": ("clip", {"alpha": "min", "beta": "max"}, {}),
        "exp": "exponential",
    },
    "sklearn": {
        "identity": "identity",
        "relu": "relu",
        "logistic": "sigmoid",
        "tanh": "tanh",
        "softmax": ("softmax", {}, {"axis": 1}),
    },
    "scipy": {
        "expit": "sigmoid",
        "log_expit": "logsigmoid",
        "logit": "logit",
        "log_ndtr": "log_ndtr",
        "erf": "erf",
        "softplus": "softplus",
        "softmax": ("softmax", {}, _WHOLE),
        "log_softmax": ("log_softmax", {}, _WHOLE),
        "logsumexp": ("logsumexp", {}, _WHOLE),
    },
    "hf": {
        "linear": "identity",
        "relu": "relu",
        "relu2": "relu_squared",
        "relu6": "relu6",
        "leaky_relu": "leaky_relu",
        "sigmoid": "sigmoid",
        "tanh": "tanh",
        "silu swish": "silu",
        "mish": "mish",
        "gelu gelu_python": "gelu",
        "gelu_new gelu_fast gelu_accurate gelu_pytorch_tanh gelu_python_tanh": "gelu_tanh",
        "quick_gelu": "quick_gelu",
        "gelu_10": "clipped_gelu",
        "laplace": "laplace",
        "xielu": ("xielu", {"alpha_p_init": "alpha_p", "alpha_n_init": "alpha_n"}, {}),
    },
    "mlx": {
        "Identity": "identity",
        "ReLU relu": "relu",
        "ReLU2 relu2": "relu_squared",
        "ReLU6 relu6": "relu6",
        "LeakyReLU leaky_relu": "leaky_relu",
        "ELU elu": "elu",
        "SELU selu": "selu",
        "CELU celu": "celu",
        "Sigmoid sigmoid": "sigmoid",
        "LogSigmoid log_sigmoid": "logsigmoid",
        "Tanh tanh": "tanh",
        "HardTanh hard_tanh": "hardtanh",
        "Softplus softplus": "softplus",
        "Softsign softsign": "softsign",
        "SiLU silu": "silu",
        "Hardswish hardswish": "hardswish",
        "Mish mish": "mish",
        "GELU gelu": "gelu",
        "gelu_approx": "gelu_tanh",
        "gelu_fast_approx": "gelu_sigmoid",
        "HardShrink hard_shrink": "hardshrink",
        "Softshrink softshrink": "softshrink",
        "GLU glu": "glu",
        "PReLU": ("prelu", {"init": "weight"}, {"axis": -1}),
        "Softmax softmax": "softmax",
        "core.softmax": ("softmax", {}, _WHOLE),
        "Softmin softmin": "softmin",
        "LogSoftmax log_softmax": "log_softmax",
        "cross_entropy": ("softmax_cross_entropy", {}, {"reduction": "none"}),
    },
    "timm": {
        "identity": "identity",
        "relu": "relu",
        "relu6": "relu6",
        "leaky_relu": "leaky_relu",
        "elu": "elu",
        "selu": "selu",
        "celu": "celu",
        "Sigmoid sigmoid": "sigmoid",
        "Tanh tanh": "tanh",
        "Swish swish silu": "silu",
        "Mish mish": "mish",
        "GELU gelu": "gelu",
        "GELUTanh gelu_tanh": "gelu_tanh",
        "QuickGELU quick_gelu": "quick_gelu",
        "HardSigmoid hard_sigmoid hardsigmoid": "hardsigmoid",
        "HardSwish hard_swish hardswish": "hardswish",
        "HardMish hard_mish": "hard_mish",
        "PReLU prelu": ("prelu", {"init": "weight"}, {}),
    },
    "nnlib": {
        "relu": "relu",
        "relu6": "relu6",
        "leakyrelu": ("leaky_relu", {"a": "negative_slope"}, {}),
        "trelu": "thresholded_relu",
        "elu": ("elu", {"α": "alpha"}, {}),
        "selu": "selu",
        "celu": ("celu", {"α": "alpha"}, {}),
        "σ sigmoid sigmoid_fast": "sigmoid",
        "logσ logsigmoid": "logsigmoid",
        "hardσ hardsigmoid": "hardsigmoid",
        "tanh_fast": "tanh",
        "hardtanh": "hardtanh",
        "softplus": "softplus",
        "softsign": "softsign",
        "swish": "silu",
        "hardswish": "hardswish",
        "mish": "mish",
        "gelu gelu_tanh gelu_sigmoid": "gelu_tanh",
        "gelu_erf": "gelu",
        "lisht": "lisht",
        "logcosh": "logcosh",
        "softshrink": ("softshrink", {"λ": "lambd"}, {}),
        "tanhshrink": "tanhshrink",
        "glu": "glu",
        "rrelu": ("rrelu", {"l": "lower", "u": "upper"}, {}),
        "softmax": ("softmax", {"dims": "axis"}, {"axis": 0}),
        "logsoftmax": ("log_softmax", {"dims": "axis"}, {"axis": 0}),
        "logsumexp": ("logsumexp", {"dims": "axis"}, _WHOLE),
    },
    "paddle": {
        "relu": "relu",
        "relu6": "relu6",
        "leaky_relu": "leaky_relu",
        "thresholded_relu": ("threshold", {}, {"threshold": 1.0, "value": 0.0}),
        "elu": "elu",
        "selu": "selu",
        "celu": "celu",
        "sigmoid": "sigmoid",
        "log_sigmoid": "logsigmoid",
        "hardsigmoid": ("hard_sigmoid", {}, {"slope": 0.1666667}),
        "tanh": "tanh",
        "hardtanh": ("hardtanh", {"min": "min_val", "max": "max_val"}, {}),
        "stanh": "stanh",
        "softplus": "softplus",
        "softsign": "softsign",
        "silu swish": "silu",
        "hardswish": "hardswish",
        "mish": "mish",
        "gelu": "gelu",
        "hardshrink": ("hardshrink", {"threshold": "lambd"}, {}),
        "softshrink": ("softshrink", {"threshold": "lambd"}, {}),
        "tanhshrink": "tanhshrink",
        "glu": "glu",
        "prelu": "prelu",
        "rrelu": "rrelu",
        "maxout": ("maxout", {"groups": "pieces"}, {"axis": 1}),
        "softmax": "softmax",
        "log_softmax": "log_softmax",
    },
}  # fmt: skip

#: what the tables are of
FRAMEWORKS = {
    "torch": "PyTorch: torch.nn, torch.nn.functional, torch.special",
    "keras": "Keras 3: keras.activations, keras.layers, keras.ops",
    "keras2": "Keras 2 (tf_keras): activations, layers",
    "tf": "TensorFlow: tf.nn, tf.math",
    "tfa": "TensorFlow Addons: tfa.activations, tfa.layers",
    "jax": "JAX: jax.nn, jax.numpy, jax.scipy.special",
    "onnx": "ONNX operators, and ONNX Runtime's own",
    "onednn": "oneDNN: eltwise algorithms",
    "sklearn": "scikit-learn: MLPClassifier, MLPRegressor, and the output of the former",
    "scipy": "SciPy: scipy.special",
    "hf": "Hugging Face Transformers: ACT2FN",
    "mlx": "MLX: mlx.nn, and mlx.core.softmax",
    "timm": "timm: create_act",
    "nnlib": "NNlib.jl, Flux",
    "paddle": "PaddlePaddle: paddle.nn.functional",
}
#: parameters of functions that are not elementwise which all that have these functions have
_SHOWN = "axis", "pieces", "weight", "lower", "upper"
#: how a dotted path may begin
_HEADS = {"nn": "torch", "F": "torch", **{name: name for name in FRAMEWORKS}}


class Spelling(NamedTuple):
    """What a spelling means: a row of the registry, with other names and defaults of its parameters."""

    row: str
    theirs: dict[str, str] = {}  # noqa: RUF012 - ours -> theirs; never written
    defaults: dict[str, float] = {}  # noqa: RUF012
    inputs: dict[str, str] = {}  # noqa: RUF012 - theirs -> ours, in their order, if that is another than ours
    only: dict[str, float] = {}  # noqa: RUF012 - a parameter of theirs that we lack -> its only value here

    def same_as(self, other):
        """Do both compute the same by default?"""
        return (self.row, self.defaults, self.inputs) == (other.row, other.defaults, other.inputs)


@remember
def tables():
    """framework -> spelling -> Spelling"""
    result = {}
    for framework, table in TABLE.items():
        result[framework] = {}
        for spellings, entry in table.items():
            row, theirs, *more = (entry, {}) if isinstance(entry, str) else entry
            for spelling in spellings.split():
                result[framework][spelling] = Spelling(row, {ours: name for name, ours in theirs.items()}, *more)
    return result


@remember
def plain():
    """spelling without a framework -> what each framework means by it; our own names and PyTorch's mean one thing."""
    result = {name: {"fastact": Spelling(name)} for name in registry}
    for framework, table in tables().items():
        for spelling, meaning in table.items():
            known = result.setdefault(spelling, {})
            if "fastact" not in known and "torch" not in known:
                known[framework] = meaning
    return result


def _agree(meanings):
    first, *others = meanings.values()
    return all(first.same_as(other) for other in others)


def find(name):
    """The Spelling meant by a name, with or without a framework, and the name with the framework, if there is one;
    ValueError if there is none, or more than one."""
    framework, spelling = _split(name)
    if framework:
        if framework not in FRAMEWORKS:
            raise ValueError(f"get: unknown framework {framework!r} in {name!r}; there are {', '.join(FRAMEWORKS)}")
        table = tables()[framework]
        if spelling in table:
            return table[spelling], f"{framework}:{spelling}"
        near = [f"{framework}:{n}" for n in _nearest(spelling, table)]
    else:
        meanings = plain().get(name)
        if meanings and _agree(meanings):
            # with our names of the parameters and our order of the inputs: theirs belong to their prefix
            return next(iter(meanings.values()))._replace(theirs={}, inputs={}, only={}), name
        if meanings:
            raise ValueError(
                f"get: {name!r} means different things; say {' or '.join(f'{f}:{name}' for f in meanings)}"
            )
        near = _nearest(name, plain())
    raise ValueError(f"get: unknown function {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))


def _split(name):
    """(framework or "", spelling) of "keras:relu", "keras.activations.relu" or "relu"."""
    framework, colon, spelling = name.partition(":")
    if colon:
        return framework, spelling
    head, _, rest = name.partition(".")
    *path, spelling = rest.split(".")
    if head not in _HEADS or "keras" in path or (head == "nn" and not spelling[:1].isupper()):
        return "", name  # tf.keras may be Keras 2 or 3, and nn.gelu is Flax's as well
    framework = _HEADS[head]
    return framework, max((known for known in tables()[framework] if _leads_to(rest, known)), key=len, default=spelling)


def _leads_to(path, known):
    """Does the path end as the spelling does, and has its other words on the way, in their order?"""
    *path, last = path.split(".")
    *words, end = known.split(".")
    path = iter(path)
    return last == end and all(word in path for word in words)


def _nearest(name, names):
    """Known names that look like it, best first, each meaning once."""
    import difflib

    lower = {}
    for known in names:
        lower.setdefault(known.lower(), known)
    return [lower[n] for n in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.6)]


@remember
def aliases(row):
    """The spellings that mean this row, those without a framework first."""
    short = [
        name for name, meanings in plain().items() if _agree(meanings) and next(iter(meanings.values())).row == row
    ]
    long = [f"{f}:{name}" for f, table in tables().items() for name, meaning in table.items() if meaning.row == row]
    return (*short, *long)


def markdown():
    """The tables as a page for docs/names.md."""
    lines = []
    for framework, table in tables().items():
        lines += [
            "",
            f"## {framework}",
            "",
            f"{FRAMEWORKS[framework]}.",
            "",
            "| there | here | parameters there |",
            "|---|---|---|",
        ]
        for spelling, meaning in table.items():
            lines.append(f"| `{framework}:{spelling}` | `{meaning.row}` | {', '.join(_shown(*meaning))} |")
    return "\n".join(lines)


def _shown(row, theirs, defaults, inputs, only):
    """The inputs, if they have another order there, and the parameters: all of an activation; of another function,
    which may have more here, those that matter there."""
    yield from (f"`{name}` (`{ours}`)" for name, ours in inputs.items())
    yield from (f"`{name}={value:.7g}` (no other value)" for name, value in only.items())
    parameters = registry[row].parameters
    if row in FUNCTIONS:
        parameters = {name: parameters[name] for name in parameters if name in (*theirs, *defaults, *_SHOWN)}
    for name, default in parameters.items():
        renamed, value = theirs.get(name, name), defaults.get(name, default)
        text = f"={value:.7g}" if type(value) is float else "" if value is ... else f"={value!r}"
        yield f"`{renamed}{text}`" + (f" (`{name}`)" if renamed != name else "")
