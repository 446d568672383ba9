# Made by generate.py from src_c/activations.def: edit there.

from typing import Any, Literal, TypedDict, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import ufuncs as ufuncs

_Float = TypeVar("_Float", np.float16, np.float32, np.float64)
_Out = TypeVar("_Out")

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

def set_num_threads(n: int, /) -> None: ...
def get_num_threads() -> int: ...
@overload
def show_config(mode: Literal["stdout"] = "stdout") -> None: ...
@overload
def show_config(mode: Literal["dicts"]) -> _Config: ...

__version__: str

__all__ = [
    "bent_identity",
    "bent_identity_backward",
    "celu",
    "celu_backward",
    "clip",
    "clip_backward",
    "elu",
    "elu_backward",
    "gelu",
    "gelu_backward",
    "general_relu",
    "general_relu_backward",
    "get_num_threads",
    "hard_mish",
    "hard_mish_backward",
    "hard_sigmoid",
    "hard_sigmoid_backward",
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
    "leaky_relu",
    "leaky_relu_backward",
    "logsigmoid",
    "logsigmoid_backward",
    "mish",
    "mish_backward",
    "relu",
    "relu6",
    "relu6_backward",
    "relu_backward",
    "relu_squared",
    "relu_squared_backward",
    "selu",
    "selu_backward",
    "set_num_threads",
    "show_config",
    "shrink",
    "shrink_backward",
    "sigmoid",
    "sigmoid_backward",
    "silu",
    "silu_backward",
    "smelu",
    "smelu_backward",
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
    "squareplus",
    "squareplus_backward",
    "swish",
    "swish_backward",
    "tanh",
    "tanh_backward",
    "threads",
    "threshold",
    "threshold_backward",
    "thresholded_relu",
    "thresholded_relu_backward",
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
