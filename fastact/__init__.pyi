# Made by generate.py from src_c/activations.def: edit there.

from collections.abc import Callable, Mapping
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
    @property
    def parameters(self) -> dict[str, float]: ...
    @property
    def accepts(self) -> dict[str, str]: ...
    @property
    def reads(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    def range_of(self, *params: float) -> tuple[float, float]: ...
    def kinks_of(self, *params: float) -> tuple[float, ...]: ...
    def properties(self, *params: float) -> ActivationProperties: ...
    def keywords(self) -> dict[str, str]: ...
    def forward(self, x: Any, *params: ArrayLike, out: Any = None) -> Any: ...
    def backward(self, grad: Any, x: Any = None, *params: ArrayLike, y: Any = None, out: Any = None) -> Any: ...

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

registry: Mapping[str, Activation]

@overload
def get(name: str | Activation | None, /, **parameters: float | str | None) -> BoundActivation: ...
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
    "celu",
    "celu_backward",
    "elu",
    "elu_backward",
    "gelu",
    "gelu_backward",
    "get",
    "get_num_threads",
    "hardsigmoid",
    "hardsigmoid_backward",
    "hardswish",
    "hardswish_backward",
    "hardtanh",
    "hardtanh_backward",
    "identity",
    "identity_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "logsigmoid",
    "logsigmoid_backward",
    "mish",
    "mish_backward",
    "registry",
    "relu",
    "relu6",
    "relu6_backward",
    "relu_backward",
    "selu",
    "selu_backward",
    "set_num_threads",
    "show_config",
    "sigmoid",
    "sigmoid_backward",
    "silu",
    "silu_backward",
    "softplus",
    "softplus_backward",
    "softsign",
    "softsign_backward",
    "swish",
    "swish_backward",
    "tanh",
    "tanh_backward",
    "threads",
    "ufuncs",
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
    approximate: Literal["none", "tanh"] = "none",
    out: _Out,
    where: ArrayLike = True,
) -> _Out: ...
@overload
def gelu(
    x: NDArray[_Float],
    /,
    *,
    approximate: Literal["none", "tanh"] = "none",
    out: None = None,
    where: ArrayLike = True,
) -> NDArray[_Float]: ...
@overload
def gelu(
    x: Any,
    /,
    *,
    approximate: Literal["none", "tanh"] = "none",
    out: Any = None,
    where: ArrayLike = True,
) -> Any: ...
@overload
def gelu_backward(
    grad: ArrayLike,
    x: ArrayLike,
    /,
    *,
    approximate: Literal["none", "tanh"] = "none",
    out: _Out,
) -> _Out: ...
@overload
def gelu_backward(
    grad: NDArray[_Float],
    x: NDArray[_Float],
    /,
    *,
    approximate: Literal["none", "tanh"] = "none",
    out: None = None,
) -> NDArray[_Float]: ...
@overload
def gelu_backward(grad: Any, x: Any, /, *, approximate: Literal["none", "tanh"] = "none", out: Any = None) -> Any: ...
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
