# Made by generate.py from src_c/*.def and fastact/*.pxi: edit there.

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, TypedDict, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import ufuncs as ufuncs

_Float = TypeVar("_Float", np.float16, np.float32, np.float64)
_Out = TypeVar("_Out")
_Callable = TypeVar("_Callable", bound=Callable[..., Any])

class _InstructionSets(TypedDict):
    built: tuple[str, ...]
    available: tuple[str, ...]
    in_use: str

class _OpenMP(TypedDict):
    enabled: bool
    runtime: str
    version: str

class _Threads(TypedDict):
    limit: int
    source: str

class _Config(TypedDict):
    version: str
    instruction_sets: _InstructionSets
    compiler: str
    openmp: _OpenMP
    threads: _Threads
    python: str
    numpy: str

class threads:  # noqa: N801
    def __init__(self, n: int) -> None: ...
    def __enter__(self) -> threads: ...
    def __exit__(self, *exception: object) -> None: ...

class ActivationProperties(NamedTuple):
    monotone: bool
    continuous: bool
    differentiable: bool
    smooth: bool
    zero_centred: bool
    saturates_left: bool
    saturates_right: bool
    minimum: tuple[float, float] | None

class _Param:
    @property
    def name(self) -> str: ...
    @property
    def default(self) -> float: ...
    @property
    def rule(self) -> str: ...
    @property
    def rule_y(self) -> str: ...

class Activation:
    name: Final[str]
    function: Final[str]
    variant: Final[str | None]
    params: Final[tuple[_Param, ...]]
    from_y: Final[bool]
    cost: Final[str]
    bounds: Final[Mapping[tuple[str, str], float]]
    formula: Final[str]
    derivative: Final[str]
    derivative_y: Final[str]
    range: Final[str]
    kinks: Final[str]
    summary: Final[str]
    source: Final[str]
    def __init__(
        self,
        name: str,
        function: str,
        variant: str | None,
        params: tuple[_Param, ...],
        from_y: bool,
        cost: str,
        bounds: Mapping[tuple[str, str], float],
        formula: str,
        derivative: str,
        derivative_y: str,
        range: str,  # noqa: A002
        kinks: str,
        summary: str,
        source: str,
    ) -> None: ...
    @property
    def parameters(self) -> dict[str, float]: ...
    @property
    def accepts(self) -> dict[str, str]: ...
    @property
    def reads(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def family(self) -> str: ...
    @property
    def signature(self) -> str: ...
    def takes_y(self, *params: float) -> bool: ...
    def range_of(self, *params: float) -> tuple[float, float]: ...
    def kinks_of(self, *params: float) -> tuple[float, ...]: ...
    def properties(self, *params: float) -> ActivationProperties: ...
    def keywords(self) -> dict[str, str]: ...
    def forward(self, x: Any, *params: ArrayLike, out: Any = None) -> Any: ...
    def backward(self, grad: Any, x: Any = None, *params: ArrayLike, y: Any = None, out: Any = None) -> Any: ...

class Function:
    name: Final[str]
    family: Final[str]
    signature: Final[str]
    reads: Final[str]
    bounds: Final[Mapping[tuple[str, str], float]]
    formula: Final[str]
    derivative: Final[str]
    range: Final[str]
    summary: Final[str]
    source: Final[str]
    def __init__(
        self,
        name: str,
        family: str,
        signature: str,
        reads: str,
        bounds: Mapping[tuple[str, str], float],
        formula: str,
        derivative: str,
        range: str,  # noqa: A002
        summary: str,
        source: str,
    ) -> None: ...
    @property
    def parameters(self) -> dict[str, Any]: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    def forward(self, *inputs: Any, **keywords: Any) -> Any: ...
    def backward(self, *inputs: Any, **keywords: Any) -> Any: ...

class BoundActivation:
    activation: Final[Activation]
    values: Final[tuple[float, ...]]
    def __init__(self, activation: Activation, values: tuple[float, ...] = ()) -> None: ...
    def __call__(self, x: Any, out: Any = None) -> Any: ...
    def forward(self, x: Any, out: Any = None) -> Any: ...
    def backward(self, grad: Any, x: Any = None, *, y: Any = None, out: Any = None) -> Any: ...
    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> dict[str, float]: ...
    @property
    def formula(self) -> str: ...
    @property
    def reads(self) -> str: ...
    @property
    def properties(self) -> ActivationProperties: ...

class BoundFunction:
    function: Final[Function]
    values: Final[tuple[tuple[str, Any], ...]]
    spelling: Final[str]
    def __init__(self, function: Function, values: tuple[tuple[str, Any], ...] = (), spelling: str = "") -> None: ...
    def __call__(self, *inputs: Any, **keywords: Any) -> Any: ...
    def forward(self, *inputs: Any, **keywords: Any) -> Any: ...
    def backward(self, *inputs: Any, **keywords: Any) -> Any: ...
    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> dict[str, Any]: ...
    @property
    def formula(self) -> str: ...
    @property
    def reads(self) -> str: ...

class Registry(Mapping[str, Activation | Function]):
    @property
    def elementwise(self) -> Mapping[str, Activation]: ...
    def __getitem__(self, name: str) -> Activation | Function: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...

registry: Registry

@overload
def get(name: Activation | None, /, **parameters: float | str | None) -> BoundActivation: ...
@overload
def get(name: Function, /, **parameters: Any) -> BoundFunction: ...
@overload
def get(name: str, /, **parameters: Any) -> BoundActivation | BoundFunction: ...
@overload
def get(name: _Callable, /) -> _Callable: ...
def set_num_threads(n: int, /) -> None: ...
def get_num_threads() -> int: ...
@overload
def show_config(mode: Literal["stdout"] = "stdout") -> None: ...
@overload
def show_config(mode: Literal["dicts"]) -> _Config: ...

__version__: str

__all__ = [
    "Activation",
    "ActivationProperties",
    "BoundActivation",
    "BoundFunction",
    "Function",
    "Registry",
    "aria2",
    "aria2_backward",
    "bent_identity",
    "bent_identity_backward",
    "bias_activation",
    "bias_activation_backward",
    "bilinear",
    "bilinear_backward",
    "celu",
    "celu_backward",
    "clip",
    "clip_backward",
    "clipped_gelu",
    "clipped_gelu_backward",
    "crelu",
    "crelu_backward",
    "draw_seed",
    "elish",
    "elish_backward",
    "elu",
    "elu_backward",
    "entmax15",
    "entmax15_backward",
    "erf",
    "erf_backward",
    "eswish",
    "eswish_backward",
    "exponential",
    "exponential_backward",
    "gaussian",
    "gaussian_backward",
    "geglu",
    "geglu_backward",
    "gelu",
    "gelu_backward",
    "general_relu",
    "general_relu_backward",
    "get",
    "get_num_threads",
    "glu",
    "glu_backward",
    "gumbel_softmax",
    "gumbel_softmax_backward",
    "hard_elish",
    "hard_elish_backward",
    "hard_mish",
    "hard_mish_backward",
    "hard_sigmoid",
    "hard_sigmoid_backward",
    "hardmax",
    "hardshrink",
    "hardshrink_backward",
    "hardsigmoid",
    "hardsigmoid_backward",
    "hardswish",
    "hardswish_backward",
    "hardtanh",
    "hardtanh_backward",
    "identity",
    "identity_backward",
    "isrlu",
    "isrlu_backward",
    "isru",
    "isru_backward",
    "laplace",
    "laplace_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "lisht",
    "lisht_backward",
    "log1mexp",
    "log1mexp_backward",
    "log_ndtr",
    "log_ndtr_backward",
    "log_softmax",
    "log_softmax_backward",
    "logcosh",
    "logcosh_backward",
    "logit",
    "logit_backward",
    "logsigmoid",
    "logsigmoid_backward",
    "logsumexp",
    "logsumexp_backward",
    "maxout",
    "maxout_backward",
    "maxout_linear",
    "maxout_linear_backward",
    "mish",
    "mish_backward",
    "nlrelu",
    "nlrelu_backward",
    "phish",
    "phish_backward",
    "prelu",
    "prelu_backward",
    "quick_gelu",
    "quick_gelu_backward",
    "registry",
    "reglu",
    "reglu_backward",
    "relu",
    "relu6",
    "relu6_backward",
    "relu_backward",
    "relu_squared",
    "relu_squared_backward",
    "rrelu",
    "rrelu_backward",
    "scaled_tanh",
    "scaled_tanh_backward",
    "seglu",
    "seglu_backward",
    "selu",
    "selu_backward",
    "serf",
    "serf_backward",
    "set_num_threads",
    "show_config",
    "shrink",
    "shrink_backward",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_cross_entropy",
    "silu",
    "silu_backward",
    "sine",
    "sine_backward",
    "smelu",
    "smelu_backward",
    "snake",
    "snake_backward",
    "softclip",
    "softclip_backward",
    "softmax",
    "softmax_backward",
    "softmax_cross_entropy",
    "softmin",
    "softmin_backward",
    "softplus",
    "softplus_backward",
    "softshrink",
    "softshrink_backward",
    "softsign",
    "softsign_backward",
    "sparse_plus",
    "sparse_plus_backward",
    "sparse_sigmoid",
    "sparse_sigmoid_backward",
    "sparsemax",
    "sparsemax_backward",
    "sqrt_softplus",
    "sqrt_softplus_backward",
    "squareplus",
    "squareplus_backward",
    "stanh",
    "stanh_backward",
    "swiglu",
    "swiglu_backward",
    "swish",
    "swish_backward",
    "swish_parameters_backward",
    "tanh",
    "tanh_backward",
    "tanhexp",
    "tanhexp_backward",
    "tanhshrink",
    "tanhshrink_backward",
    "threads",
    "threshold",
    "threshold_backward",
    "thresholded_relu",
    "thresholded_relu_backward",
    "ufuncs",
    "xielu",
    "xielu_backward",
    "xielu_parameters_backward",
]

@overload
def identity(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def identity(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def identity(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def identity_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def identity_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def identity_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def relu(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def relu(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def relu(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def relu_backward(grad: ArrayLike, x: ArrayLike | None = None, /, *, y: ArrayLike | None = None, out: _Out) -> _Out: ...
@overload
def relu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def relu_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def relu6(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def relu6(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def relu6(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def relu6_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def relu6_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def relu6_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def leaky_relu(x: ArrayLike, /, negative_slope: ArrayLike = 0.01, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def leaky_relu(
    x: NDArray[_Float],
    /,
    negative_slope: ArrayLike = 0.01,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def leaky_relu(x: Any, /, negative_slope: ArrayLike = 0.01, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def leaky_relu_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    negative_slope: ArrayLike = 0.01,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def leaky_relu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    negative_slope: ArrayLike = 0.01,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def leaky_relu_backward(
    grad: Any,
    x: Any | None = None,
    /,
    negative_slope: ArrayLike = 0.01,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def elu(x: ArrayLike, /, alpha: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def elu(
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def elu(x: Any, /, alpha: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def elu_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def elu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def elu_backward(
    grad: Any,
    x: Any | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def selu(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def selu(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def selu(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def selu_backward(grad: ArrayLike, x: ArrayLike | None = None, /, *, y: ArrayLike | None = None, out: _Out) -> _Out: ...
@overload
def selu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def selu_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def celu(x: ArrayLike, /, alpha: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def celu(
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def celu(x: Any, /, alpha: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def celu_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def celu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def celu_backward(
    grad: Any,
    x: Any | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def sigmoid(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def sigmoid(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def sigmoid(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def sigmoid_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def sigmoid_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def sigmoid_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def logsigmoid(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def logsigmoid(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def logsigmoid(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def logsigmoid_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def logsigmoid_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def logsigmoid_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def tanh(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def tanh(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def tanh(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def tanh_backward(grad: ArrayLike, x: ArrayLike | None = None, /, *, y: ArrayLike | None = None, out: _Out) -> _Out: ...
@overload
def tanh_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def tanh_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def softplus(x: ArrayLike, /, beta: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def softplus(
    x: NDArray[_Float],
    /,
    beta: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def softplus(x: Any, /, beta: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def softplus_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    beta: ArrayLike = 1.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def softplus_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    beta: ArrayLike = 1.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def softplus_backward(
    grad: Any,
    x: Any | None = None,
    /,
    beta: ArrayLike = 1.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def softsign(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def softsign(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def softsign(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def softsign_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def softsign_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def softsign_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def silu(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def silu(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def silu(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def silu_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def silu_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def silu_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def swish(x: ArrayLike, /, beta: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def swish(
    x: NDArray[_Float],
    /,
    beta: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def swish(x: Any, /, beta: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def swish_backward(grad: ArrayLike, x: ArrayLike, /, beta: ArrayLike = 1.0, *, out: _Out) -> _Out: ...
@overload
def swish_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    beta: ArrayLike = 1.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def swish_backward(grad: Any, x: Any, /, beta: ArrayLike = 1.0, *, out: Any = None) -> Any: ...
@overload
def mish(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def mish(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def mish(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def mish_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def mish_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def mish_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def gelu(
    x: ArrayLike,
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def gelu(
    x: NDArray[_Float],
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def gelu(
    x: Any,
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def gelu_backward(
    grad: ArrayLike,
    x: ArrayLike,
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: _Out,
) -> _Out: ...
@overload
def gelu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def gelu_backward(
    grad: Any,
    x: Any,
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: Any = None,
) -> Any: ...
@overload
def hardtanh(
    x: ArrayLike,
    /,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def hardtanh(
    x: NDArray[_Float],
    /,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def hardtanh(
    x: Any,
    /,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def hardtanh_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def hardtanh_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def hardtanh_backward(
    grad: Any,
    x: Any | None = None,
    /,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def hardsigmoid(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def hardsigmoid(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def hardsigmoid(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def hardsigmoid_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def hardsigmoid_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def hardsigmoid_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def hardswish(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def hardswish(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def hardswish(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def hardswish_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def hardswish_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def hardswish_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def clip(
    x: ArrayLike,
    /,
    min: ArrayLike = float("-inf"),
    max: ArrayLike = float("inf"),
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def clip(
    x: NDArray[_Float],
    /,
    min: ArrayLike = float("-inf"),
    max: ArrayLike = float("inf"),
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def clip(
    x: Any,
    /,
    min: ArrayLike = float("-inf"),
    max: ArrayLike = float("inf"),
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def clip_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    min: ArrayLike = float("-inf"),
    max: ArrayLike = float("inf"),
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def clip_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    min: ArrayLike = float("-inf"),
    max: ArrayLike = float("inf"),
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def clip_backward(
    grad: Any,
    x: Any | None = None,
    /,
    min: ArrayLike = float("-inf"),
    max: ArrayLike = float("inf"),
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def threshold(
    x: ArrayLike,
    /,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def threshold(
    x: NDArray[_Float],
    /,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def threshold(
    x: Any,
    /,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def threshold_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def threshold_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def threshold_backward(
    grad: Any,
    x: Any | None = None,
    /,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def thresholded_relu(x: ArrayLike, /, theta: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def thresholded_relu(
    x: NDArray[_Float],
    /,
    theta: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def thresholded_relu(x: Any, /, theta: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def thresholded_relu_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    theta: ArrayLike = 1.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def thresholded_relu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    theta: ArrayLike = 1.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def thresholded_relu_backward(
    grad: Any,
    x: Any | None = None,
    /,
    theta: ArrayLike = 1.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def general_relu(
    x: ArrayLike,
    /,
    negative_slope: ArrayLike = 0.0,
    max_value: ArrayLike = float("inf"),
    threshold: ArrayLike = 0.0,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def general_relu(
    x: NDArray[_Float],
    /,
    negative_slope: ArrayLike = 0.0,
    max_value: ArrayLike = float("inf"),
    threshold: ArrayLike = 0.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def general_relu(
    x: Any,
    /,
    negative_slope: ArrayLike = 0.0,
    max_value: ArrayLike = float("inf"),
    threshold: ArrayLike = 0.0,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def general_relu_backward(
    grad: ArrayLike,
    x: ArrayLike,
    /,
    negative_slope: ArrayLike = 0.0,
    max_value: ArrayLike = float("inf"),
    threshold: ArrayLike = 0.0,
    *,
    out: _Out,
) -> _Out: ...
@overload
def general_relu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    negative_slope: ArrayLike = 0.0,
    max_value: ArrayLike = float("inf"),
    threshold: ArrayLike = 0.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def general_relu_backward(
    grad: Any,
    x: Any,
    /,
    negative_slope: ArrayLike = 0.0,
    max_value: ArrayLike = float("inf"),
    threshold: ArrayLike = 0.0,
    *,
    out: Any = None,
) -> Any: ...
@overload
def hardshrink(x: ArrayLike, /, lambd: ArrayLike = 0.5, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def hardshrink(
    x: NDArray[_Float],
    /,
    lambd: ArrayLike = 0.5,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def hardshrink(x: Any, /, lambd: ArrayLike = 0.5, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def hardshrink_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    lambd: ArrayLike = 0.5,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def hardshrink_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    lambd: ArrayLike = 0.5,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def hardshrink_backward(
    grad: Any,
    x: Any | None = None,
    /,
    lambd: ArrayLike = 0.5,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def softshrink(x: ArrayLike, /, lambd: ArrayLike = 0.5, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def softshrink(
    x: NDArray[_Float],
    /,
    lambd: ArrayLike = 0.5,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def softshrink(x: Any, /, lambd: ArrayLike = 0.5, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def softshrink_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    lambd: ArrayLike = 0.5,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def softshrink_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    lambd: ArrayLike = 0.5,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def softshrink_backward(
    grad: Any,
    x: Any | None = None,
    /,
    lambd: ArrayLike = 0.5,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def shrink(
    x: ArrayLike,
    /,
    lambd: ArrayLike = 0.5,
    bias: ArrayLike = 0.0,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def shrink(
    x: NDArray[_Float],
    /,
    lambd: ArrayLike = 0.5,
    bias: ArrayLike = 0.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def shrink(
    x: Any,
    /,
    lambd: ArrayLike = 0.5,
    bias: ArrayLike = 0.0,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def shrink_backward(
    grad: ArrayLike,
    x: ArrayLike,
    /,
    lambd: ArrayLike = 0.5,
    bias: ArrayLike = 0.0,
    *,
    out: _Out,
) -> _Out: ...
@overload
def shrink_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    lambd: ArrayLike = 0.5,
    bias: ArrayLike = 0.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def shrink_backward(grad: Any, x: Any, /, lambd: ArrayLike = 0.5, bias: ArrayLike = 0.0, *, out: Any = None) -> Any: ...
@overload
def hard_sigmoid(
    x: ArrayLike,
    /,
    slope: ArrayLike = 0.16666666666666666,
    offset: ArrayLike = 0.5,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def hard_sigmoid(
    x: NDArray[_Float],
    /,
    slope: ArrayLike = 0.16666666666666666,
    offset: ArrayLike = 0.5,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def hard_sigmoid(
    x: Any,
    /,
    slope: ArrayLike = 0.16666666666666666,
    offset: ArrayLike = 0.5,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def hard_sigmoid_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    slope: ArrayLike = 0.16666666666666666,
    offset: ArrayLike = 0.5,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def hard_sigmoid_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    slope: ArrayLike = 0.16666666666666666,
    offset: ArrayLike = 0.5,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def hard_sigmoid_backward(
    grad: Any,
    x: Any | None = None,
    /,
    slope: ArrayLike = 0.16666666666666666,
    offset: ArrayLike = 0.5,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def sparse_sigmoid(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def sparse_sigmoid(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def sparse_sigmoid(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def sparse_sigmoid_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def sparse_sigmoid_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def sparse_sigmoid_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def sparse_plus(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def sparse_plus(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def sparse_plus(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def sparse_plus_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def sparse_plus_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def sparse_plus_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def relu_squared(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def relu_squared(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def relu_squared(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def relu_squared_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def relu_squared_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def relu_squared_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def hard_mish(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def hard_mish(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def hard_mish(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def hard_mish_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def hard_mish_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def hard_mish_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def smelu(x: ArrayLike, /, beta: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def smelu(
    x: NDArray[_Float],
    /,
    beta: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def smelu(x: Any, /, beta: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def smelu_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    beta: ArrayLike = 1.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def smelu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    beta: ArrayLike = 1.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def smelu_backward(
    grad: Any,
    x: Any | None = None,
    /,
    beta: ArrayLike = 1.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def squareplus(x: ArrayLike, /, b: ArrayLike = 4.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def squareplus(
    x: NDArray[_Float],
    /,
    b: ArrayLike = 4.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def squareplus(x: Any, /, b: ArrayLike = 4.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def squareplus_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    b: ArrayLike = 4.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def squareplus_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    b: ArrayLike = 4.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def squareplus_backward(
    grad: Any,
    x: Any | None = None,
    /,
    b: ArrayLike = 4.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def isru(x: ArrayLike, /, alpha: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def isru(
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def isru(x: Any, /, alpha: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def isru_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def isru_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def isru_backward(
    grad: Any,
    x: Any | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def isrlu(x: ArrayLike, /, alpha: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def isrlu(
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def isrlu(x: Any, /, alpha: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def isrlu_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def isrlu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def isrlu_backward(
    grad: Any,
    x: Any | None = None,
    /,
    alpha: ArrayLike = 1.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def bent_identity(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def bent_identity(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def bent_identity(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def bent_identity_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def bent_identity_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def bent_identity_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def exponential(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def exponential(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def exponential(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def exponential_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def exponential_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def exponential_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def gaussian(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def gaussian(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def gaussian(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def gaussian_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def gaussian_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def gaussian_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def elish(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def elish(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def elish(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def elish_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def elish_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def elish_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def hard_elish(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def hard_elish(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def hard_elish(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def hard_elish_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def hard_elish_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def hard_elish_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def xielu(
    x: ArrayLike,
    /,
    alpha_p: ArrayLike = 0.8,
    alpha_n: ArrayLike = 0.8,
    beta: ArrayLike = 0.5,
    eps: ArrayLike = -1e-06,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def xielu(
    x: NDArray[_Float],
    /,
    alpha_p: ArrayLike = 0.8,
    alpha_n: ArrayLike = 0.8,
    beta: ArrayLike = 0.5,
    eps: ArrayLike = -1e-06,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def xielu(
    x: Any,
    /,
    alpha_p: ArrayLike = 0.8,
    alpha_n: ArrayLike = 0.8,
    beta: ArrayLike = 0.5,
    eps: ArrayLike = -1e-06,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def xielu_backward(
    grad: ArrayLike,
    x: ArrayLike,
    /,
    alpha_p: ArrayLike = 0.8,
    alpha_n: ArrayLike = 0.8,
    beta: ArrayLike = 0.5,
    eps: ArrayLike = -1e-06,
    *,
    out: _Out,
) -> _Out: ...
@overload
def xielu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    alpha_p: ArrayLike = 0.8,
    alpha_n: ArrayLike = 0.8,
    beta: ArrayLike = 0.5,
    eps: ArrayLike = -1e-06,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def xielu_backward(
    grad: Any,
    x: Any,
    /,
    alpha_p: ArrayLike = 0.8,
    alpha_n: ArrayLike = 0.8,
    beta: ArrayLike = 0.5,
    eps: ArrayLike = -1e-06,
    *,
    out: Any = None,
) -> Any: ...
@overload
def quick_gelu(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def quick_gelu(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def quick_gelu(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def quick_gelu_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def quick_gelu_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def quick_gelu_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def eswish(x: ArrayLike, /, beta: ArrayLike = 1.75, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def eswish(
    x: NDArray[_Float],
    /,
    beta: ArrayLike = 1.75,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def eswish(x: Any, /, beta: ArrayLike = 1.75, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def eswish_backward(grad: ArrayLike, x: ArrayLike, /, beta: ArrayLike = 1.75, *, out: _Out) -> _Out: ...
@overload
def eswish_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    beta: ArrayLike = 1.75,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def eswish_backward(grad: Any, x: Any, /, beta: ArrayLike = 1.75, *, out: Any = None) -> Any: ...
@overload
def lisht(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def lisht(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def lisht(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def lisht_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def lisht_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def lisht_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def tanhshrink(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def tanhshrink(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def tanhshrink(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def tanhshrink_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def tanhshrink_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def tanhshrink_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def scaled_tanh(
    x: ArrayLike,
    /,
    alpha: ArrayLike = 1.7159,
    beta: ArrayLike = 0.6666666666666666,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def scaled_tanh(
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 1.7159,
    beta: ArrayLike = 0.6666666666666666,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def scaled_tanh(
    x: Any,
    /,
    alpha: ArrayLike = 1.7159,
    beta: ArrayLike = 0.6666666666666666,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def scaled_tanh_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    alpha: ArrayLike = 1.7159,
    beta: ArrayLike = 0.6666666666666666,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def scaled_tanh_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    alpha: ArrayLike = 1.7159,
    beta: ArrayLike = 0.6666666666666666,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def scaled_tanh_backward(
    grad: Any,
    x: Any | None = None,
    /,
    alpha: ArrayLike = 1.7159,
    beta: ArrayLike = 0.6666666666666666,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def stanh(
    x: ArrayLike,
    /,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def stanh(
    x: NDArray[_Float],
    /,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def stanh(
    x: Any,
    /,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def stanh_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def stanh_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def stanh_backward(
    grad: Any,
    x: Any | None = None,
    /,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def tanhexp(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def tanhexp(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def tanhexp(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def tanhexp_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def tanhexp_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def tanhexp_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def nlrelu(x: ArrayLike, /, beta: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def nlrelu(
    x: NDArray[_Float],
    /,
    beta: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def nlrelu(x: Any, /, beta: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def nlrelu_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    beta: ArrayLike = 1.0,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def nlrelu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    beta: ArrayLike = 1.0,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def nlrelu_backward(
    grad: Any,
    x: Any | None = None,
    /,
    beta: ArrayLike = 1.0,
    *,
    y: Any | None = None,
    out: Any = None,
) -> Any: ...
@overload
def logit(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def logit(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def logit(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def logit_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def logit_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def logit_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def logcosh(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def logcosh(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def logcosh(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def logcosh_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def logcosh_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def logcosh_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def log1mexp(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def log1mexp(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def log1mexp(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def log1mexp_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def log1mexp_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def log1mexp_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def sqrt_softplus(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def sqrt_softplus(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def sqrt_softplus(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def sqrt_softplus_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    *,
    y: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def sqrt_softplus_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    *,
    y: NDArray[_Float] | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def sqrt_softplus_backward(grad: Any, x: Any | None = None, /, *, y: Any | None = None, out: Any = None) -> Any: ...
@overload
def log_ndtr(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def log_ndtr(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def log_ndtr(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def log_ndtr_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def log_ndtr_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def log_ndtr_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def softclip(x: ArrayLike, /, alpha: ArrayLike = 50.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def softclip(
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 50.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def softclip(x: Any, /, alpha: ArrayLike = 50.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def softclip_backward(grad: ArrayLike, x: ArrayLike, /, alpha: ArrayLike = 50.0, *, out: _Out) -> _Out: ...
@overload
def softclip_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 50.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def softclip_backward(grad: Any, x: Any, /, alpha: ArrayLike = 50.0, *, out: Any = None) -> Any: ...
@overload
def aria2(
    x: ArrayLike,
    /,
    alpha: ArrayLike = 1.5,
    beta: ArrayLike = 2.0,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def aria2(
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 1.5,
    beta: ArrayLike = 2.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def aria2(
    x: Any,
    /,
    alpha: ArrayLike = 1.5,
    beta: ArrayLike = 2.0,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def aria2_backward(
    grad: ArrayLike,
    x: ArrayLike,
    /,
    alpha: ArrayLike = 1.5,
    beta: ArrayLike = 2.0,
    *,
    out: _Out,
) -> _Out: ...
@overload
def aria2_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 1.5,
    beta: ArrayLike = 2.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def aria2_backward(grad: Any, x: Any, /, alpha: ArrayLike = 1.5, beta: ArrayLike = 2.0, *, out: Any = None) -> Any: ...
@overload
def sine(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def sine(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def sine(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def sine_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def sine_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def sine_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def snake(x: ArrayLike, /, alpha: ArrayLike = 1.0, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def snake(
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 1.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def snake(x: Any, /, alpha: ArrayLike = 1.0, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def snake_backward(grad: ArrayLike, x: ArrayLike, /, alpha: ArrayLike = 1.0, *, out: _Out) -> _Out: ...
@overload
def snake_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    alpha: ArrayLike = 1.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def snake_backward(grad: Any, x: Any, /, alpha: ArrayLike = 1.0, *, out: Any = None) -> Any: ...
@overload
def erf(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def erf(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def erf(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def erf_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def erf_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def erf_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def laplace(
    x: ArrayLike,
    /,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def laplace(
    x: NDArray[_Float],
    /,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def laplace(
    x: Any,
    /,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def laplace_backward(
    grad: ArrayLike,
    x: ArrayLike,
    /,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    *,
    out: _Out,
) -> _Out: ...
@overload
def laplace_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def laplace_backward(
    grad: Any,
    x: Any,
    /,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    *,
    out: Any = None,
) -> Any: ...
@overload
def clipped_gelu(
    x: ArrayLike,
    /,
    min: ArrayLike = -10.0,
    max: ArrayLike = 10.0,
    *,
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def clipped_gelu(
    x: NDArray[_Float],
    /,
    min: ArrayLike = -10.0,
    max: ArrayLike = 10.0,
    *,
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def clipped_gelu(
    x: Any,
    /,
    min: ArrayLike = -10.0,
    max: ArrayLike = 10.0,
    *,
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def clipped_gelu_backward(
    grad: ArrayLike,
    x: ArrayLike,
    /,
    min: ArrayLike = -10.0,
    max: ArrayLike = 10.0,
    *,
    out: _Out,
) -> _Out: ...
@overload
def clipped_gelu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    min: ArrayLike = -10.0,
    max: ArrayLike = 10.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def clipped_gelu_backward(
    grad: Any,
    x: Any,
    /,
    min: ArrayLike = -10.0,
    max: ArrayLike = 10.0,
    *,
    out: Any = None,
) -> Any: ...
@overload
def serf(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def serf(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def serf(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def serf_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def serf_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def serf_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
@overload
def phish(x: ArrayLike, /, *, out: _Out, where: ArrayLike = True) -> _Out: ...
@overload
def phish(x: NDArray[_Float], /, *, out: None = None, where: ArrayLike = True) -> NDArray[_Float]: ...
@overload
def phish(x: Any, /, *, out: Any = None, where: ArrayLike = True) -> Any: ...
@overload
def phish_backward(grad: ArrayLike, x: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def phish_backward(grad: NDArray[_Float], x: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def phish_backward(grad: Any, x: Any, /, *, out: Any = None) -> Any: ...
def draw_seed(generator: np.random.Generator, /) -> int: ...
@overload
def rrelu(
    x: ArrayLike,
    /,
    lower: float = 0.125,
    upper: float = 0.3333333333333333,
    *,
    seed: int | np.random.Generator | None = None,
    training: bool = True,
    out: _Out,
) -> _Out: ...
@overload
def rrelu(
    x: NDArray[_Float],
    /,
    lower: float = 0.125,
    upper: float = 0.3333333333333333,
    *,
    seed: int | np.random.Generator | None = None,
    training: bool = True,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def rrelu(
    x: Any,
    /,
    lower: float = 0.125,
    upper: float = 0.3333333333333333,
    *,
    seed: int | np.random.Generator | None = None,
    training: bool = True,
    out: Any = None,
) -> Any: ...
@overload
def rrelu_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    /,
    lower: float = 0.125,
    upper: float = 0.3333333333333333,
    *,
    y: ArrayLike | None = None,
    seed: int | None = None,
    training: bool = True,
    out: _Out,
) -> _Out: ...
@overload
def rrelu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float] | None = None,
    /,
    lower: float = 0.125,
    upper: float = 0.3333333333333333,
    *,
    y: NDArray[_Float] | None = None,
    seed: int | None = None,
    training: bool = True,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def rrelu_backward(
    grad: Any,
    x: Any | None = None,
    /,
    lower: float = 0.125,
    upper: float = 0.3333333333333333,
    *,
    y: Any | None = None,
    seed: int | None = None,
    training: bool = True,
    out: Any = None,
) -> Any: ...
def sigmoid_cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    /,
    *,
    reduction: Literal["mean", "sum", "none"] = "mean",
    out_grad: Any = None,
) -> Any: ...
def softmax_cross_entropy(
    logits: ArrayLike,
    labels: ArrayLike,
    /,
    axis: int = -1,
    *,
    reduction: Literal["mean", "sum", "none"] = "mean",
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    out_grad: Any = None,
) -> Any: ...
@overload
def glu(value: ArrayLike, gate: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def glu(value: NDArray[_Float], gate: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def glu(value: Any, gate: Any, /, *, out: Any = None) -> Any: ...
def glu_backward(
    grad: ArrayLike,
    value: ArrayLike | None,
    gate: ArrayLike,
    /,
    *,
    y: ArrayLike | None = None,
    out: Any = None,
) -> tuple[Any, Any]: ...
@overload
def swiglu(value: ArrayLike, gate: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def swiglu(value: NDArray[_Float], gate: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def swiglu(value: Any, gate: Any, /, *, out: Any = None) -> Any: ...
def swiglu_backward(grad: ArrayLike, value: ArrayLike, gate: ArrayLike, /, *, out: Any = None) -> tuple[Any, Any]: ...
@overload
def geglu(
    value: ArrayLike,
    gate: ArrayLike,
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: _Out,
) -> _Out: ...
@overload
def geglu(
    value: NDArray[_Float],
    gate: NDArray[_Float],
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def geglu(
    value: Any,
    gate: Any,
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: Any = None,
) -> Any: ...
def geglu_backward(
    grad: ArrayLike,
    value: ArrayLike,
    gate: ArrayLike,
    /,
    *,
    approximate: Literal["none", "tanh", "sigmoid"] = "none",
    out: Any = None,
) -> tuple[Any, Any]: ...
@overload
def reglu(value: ArrayLike, gate: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def reglu(value: NDArray[_Float], gate: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def reglu(value: Any, gate: Any, /, *, out: Any = None) -> Any: ...
def reglu_backward(grad: ArrayLike, value: ArrayLike, gate: ArrayLike, /, *, out: Any = None) -> tuple[Any, Any]: ...
@overload
def bilinear(value: ArrayLike, gate: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def bilinear(value: NDArray[_Float], gate: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def bilinear(value: Any, gate: Any, /, *, out: Any = None) -> Any: ...
def bilinear_backward(grad: ArrayLike, value: ArrayLike, gate: ArrayLike, /, *, out: Any = None) -> tuple[Any, Any]: ...
@overload
def seglu(value: ArrayLike, gate: ArrayLike, /, *, out: _Out) -> _Out: ...
@overload
def seglu(value: NDArray[_Float], gate: NDArray[_Float], /, *, out: None = None) -> NDArray[_Float]: ...
@overload
def seglu(value: Any, gate: Any, /, *, out: Any = None) -> Any: ...
def seglu_backward(grad: ArrayLike, value: ArrayLike, gate: ArrayLike, /, *, out: Any = None) -> tuple[Any, Any]: ...
@overload
def prelu(x: ArrayLike, weight: ArrayLike, /, axis: int = 1, *, out: _Out) -> _Out: ...
@overload
def prelu(x: NDArray[_Float], weight: ArrayLike, /, axis: int = 1, *, out: None = None) -> NDArray[_Float]: ...
@overload
def prelu(x: Any, weight: ArrayLike, /, axis: int = 1, *, out: Any = None) -> Any: ...
def prelu_backward(
    grad: ArrayLike,
    x: ArrayLike | None = None,
    weight: ArrayLike = 0.25,
    /,
    axis: int = 1,
    *,
    y: ArrayLike | None = None,
    out: Any = None,
    out_weight: Any = None,
) -> tuple[Any, Any]: ...
def swish_parameters_backward(grad: ArrayLike, x: ArrayLike, /, beta: ArrayLike = 1.0, *, out: Any = None) -> Any: ...
def xielu_parameters_backward(
    grad: ArrayLike,
    x: ArrayLike,
    /,
    alpha_p: ArrayLike = 0.8,
    alpha_n: ArrayLike = 0.8,
    beta: ArrayLike = 0.5,
    eps: ArrayLike = -1e-06,
) -> tuple[Any, Any]: ...
@overload
def bias_activation(
    x: ArrayLike,
    bias: ArrayLike,
    name: str | Activation | BoundActivation,
    /,
    *parameters: float,
    axis: int = -1,
    out: _Out,
) -> _Out: ...
@overload
def bias_activation(
    x: NDArray[_Float],
    bias: ArrayLike,
    name: str | Activation | BoundActivation,
    /,
    *parameters: float,
    axis: int = -1,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def bias_activation(
    x: Any,
    bias: ArrayLike,
    name: str | Activation | BoundActivation,
    /,
    *parameters: float,
    axis: int = -1,
    out: Any = None,
) -> Any: ...
def bias_activation_backward(
    grad: ArrayLike,
    name: str | Activation | BoundActivation,
    /,
    *parameters: float,
    z: ArrayLike | None = None,
    y: ArrayLike | None = None,
    axis: int = -1,
    out: Any = None,
    out_bias: Any = None,
) -> tuple[Any, Any]: ...
def maxout(z: ArrayLike, /, pieces: int, axis: int = -1, *, out: Any = None, return_index: bool = False) -> Any: ...
@overload
def maxout_backward(grad: ArrayLike, index: NDArray[Any], /, pieces: int, axis: int = -1, *, out: _Out) -> _Out: ...
@overload
def maxout_backward(
    grad: NDArray[_Float],
    index: NDArray[Any],
    /,
    pieces: int,
    axis: int = -1,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def maxout_backward(grad: Any, index: NDArray[Any], /, pieces: int, axis: int = -1, *, out: Any = None) -> Any: ...
def maxout_linear(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    /,
    pieces: int | None = None,
    *,
    return_index: bool = False,
    out: Any = None,
) -> Any: ...
def maxout_linear_backward(
    grad: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    index: NDArray[Any],
    /,
    pieces: int,
) -> tuple[Any, Any, Any]: ...
@overload
def crelu(x: ArrayLike, /, axis: int = -1, *, out: _Out) -> _Out: ...
@overload
def crelu(x: NDArray[_Float], /, axis: int = -1, *, out: None = None) -> NDArray[_Float]: ...
@overload
def crelu(x: Any, /, axis: int = -1, *, out: Any = None) -> Any: ...
@overload
def crelu_backward(grad: ArrayLike, y: ArrayLike, /, axis: int = -1, *, out: _Out) -> _Out: ...
@overload
def crelu_backward(
    grad: NDArray[_Float],
    y: NDArray[_Float],
    /,
    axis: int = -1,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def crelu_backward(grad: Any, y: Any, /, axis: int = -1, *, out: Any = None) -> Any: ...
@overload
def log_softmax(
    x: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    out: _Out,
) -> _Out: ...
@overload
def log_softmax(
    x: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def log_softmax(
    x: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    out: Any = None,
) -> Any: ...
@overload
def log_softmax_backward(
    grad: ArrayLike,
    y: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: _Out,
) -> _Out: ...
@overload
def log_softmax_backward(
    grad: NDArray[_Float],
    y: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def log_softmax_backward(
    grad: Any,
    y: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: Any = None,
) -> Any: ...
def logsumexp(
    x: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    b: ArrayLike | None = None,
    keepdims: bool = False,
    return_sign: bool = False,
    where: ArrayLike | None = None,
    out: Any = None,
) -> Any: ...
@overload
def logsumexp_backward(
    grad: ArrayLike,
    x: ArrayLike,
    y: ArrayLike | None = None,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    where: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def logsumexp_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    y: NDArray[_Float] | None = None,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    where: ArrayLike | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def logsumexp_backward(
    grad: Any,
    x: Any,
    y: Any | None = None,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    where: ArrayLike | None = None,
    out: Any = None,
) -> Any: ...
@overload
def softmax(
    x: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    out: _Out,
) -> _Out: ...
@overload
def softmax(
    x: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def softmax(
    x: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    out: Any = None,
) -> Any: ...
@overload
def softmax_backward(
    grad: ArrayLike,
    y: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: _Out,
) -> _Out: ...
@overload
def softmax_backward(
    grad: NDArray[_Float],
    y: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def softmax_backward(
    grad: Any,
    y: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: Any = None,
) -> Any: ...
@overload
def softmin(
    x: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    out: _Out,
) -> _Out: ...
@overload
def softmin(
    x: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def softmin(
    x: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    where: ArrayLike | None = None,
    causal: bool = False,
    out: Any = None,
) -> Any: ...
@overload
def softmin_backward(
    grad: ArrayLike,
    y: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: _Out,
) -> _Out: ...
@overload
def softmin_backward(
    grad: NDArray[_Float],
    y: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def softmin_backward(
    grad: Any,
    y: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: Any = None,
) -> Any: ...
@overload
def entmax15(
    x: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    where: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def entmax15(
    x: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    where: ArrayLike | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def entmax15(
    x: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    where: ArrayLike | None = None,
    out: Any = None,
) -> Any: ...
@overload
def entmax15_backward(
    grad: ArrayLike,
    y: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    out: _Out,
) -> _Out: ...
@overload
def entmax15_backward(
    grad: NDArray[_Float],
    y: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def entmax15_backward(grad: Any, y: Any, /, axis: int | tuple[int, ...] | None = -1, *, out: Any = None) -> Any: ...
@overload
def gumbel_softmax(
    x: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    hard: bool = False,
    seed: int | np.random.Generator | None = None,
    out: _Out,
) -> _Out: ...
@overload
def gumbel_softmax(
    x: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    hard: bool = False,
    seed: int | np.random.Generator | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def gumbel_softmax(
    x: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    hard: bool = False,
    seed: int | np.random.Generator | None = None,
    out: Any = None,
) -> Any: ...
@overload
def gumbel_softmax_backward(
    grad: ArrayLike,
    y: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: _Out,
) -> _Out: ...
@overload
def gumbel_softmax_backward(
    grad: NDArray[_Float],
    y: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def gumbel_softmax_backward(
    grad: Any,
    y: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    temperature: float = 1.0,
    *,
    out: Any = None,
) -> Any: ...
@overload
def hardmax(x: ArrayLike, /, axis: int | tuple[int, ...] | None = -1, *, out: _Out) -> _Out: ...
@overload
def hardmax(x: NDArray[_Float], /, axis: int | tuple[int, ...] | None = -1, *, out: None = None) -> NDArray[_Float]: ...
@overload
def hardmax(x: Any, /, axis: int | tuple[int, ...] | None = -1, *, out: Any = None) -> Any: ...
@overload
def sparsemax(
    x: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    where: ArrayLike | None = None,
    out: _Out,
) -> _Out: ...
@overload
def sparsemax(
    x: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    where: ArrayLike | None = None,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def sparsemax(
    x: Any,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    where: ArrayLike | None = None,
    out: Any = None,
) -> Any: ...
@overload
def sparsemax_backward(
    grad: ArrayLike,
    y: ArrayLike,
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    out: _Out,
) -> _Out: ...
@overload
def sparsemax_backward(
    grad: NDArray[_Float],
    y: NDArray[_Float],
    /,
    axis: int | tuple[int, ...] | None = -1,
    *,
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def sparsemax_backward(grad: Any, y: Any, /, axis: int | tuple[int, ...] | None = -1, *, out: Any = None) -> Any: ...
