# Made by generate.py from src_c/activations.def: edit there.

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from . import celu as celu
from . import celu_backward as celu_backward
from . import elu as elu
from . import elu_backward as elu_backward
from . import gelu as gelu
from . import gelu_backward as gelu_backward
from . import hardsigmoid as hardsigmoid
from . import hardsigmoid_backward as hardsigmoid_backward
from . import hardswish as hardswish
from . import hardswish_backward as hardswish_backward
from . import hardtanh as hardtanh
from . import hardtanh_backward as hardtanh_backward
from . import identity as identity
from . import identity_backward as identity_backward
from . import leaky_relu as leaky_relu
from . import leaky_relu_backward as leaky_relu_backward
from . import logsigmoid as logsigmoid
from . import logsigmoid_backward as logsigmoid_backward
from . import mish as mish
from . import mish_backward as mish_backward
from . import relu as relu
from . import relu6 as relu6
from . import relu6_backward as relu6_backward
from . import relu_backward as relu_backward
from . import selu as selu
from . import selu_backward as selu_backward
from . import sigmoid as sigmoid
from . import sigmoid_backward as sigmoid_backward
from . import silu as silu
from . import silu_backward as silu_backward
from . import softplus as softplus
from . import softplus_backward as softplus_backward
from . import softsign as softsign
from . import softsign_backward as softsign_backward
from . import swish as swish
from . import swish_backward as swish_backward
from . import tanh as tanh
from . import tanh_backward as tanh_backward

class _InstructionSets(TypedDict):
    built: tuple[str, ...]
    available: tuple[str, ...]
    in_use: str

__version__: str
compiler: str
RULE_TEXTS: dict[str, str]

def instruction_sets() -> _InstructionSets: ...
def registry() -> list[dict[str, Any]]: ...
def ufuncs() -> dict[str, np.ufunc]: ...
def run_kernel(
    isa: str,
    row_name: str,
    kind: str,
    out: NDArray[Any],
    a: NDArray[Any],
    b: NDArray[Any] | None = None,
    params: Sequence[float | NDArray[Any]] = (),
) -> None: ...
def openmp_info() -> dict[str, Any]: ...
def omp_max_threads() -> int: ...
def get_num_threads() -> int: ...
def get_limit() -> int: ...
def set_limit(n: int) -> None: ...
def get_override() -> int: ...
def set_override(n: int) -> None: ...
def _get_parallel_from() -> dict[str, int]: ...
def _set_parallel_from(cost: str, n: int) -> None: ...

__all__ = [
    "celu",
    "celu_backward",
    "elu",
    "elu_backward",
    "gelu",
    "gelu_backward",
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
    "relu",
    "relu6",
    "relu6_backward",
    "relu_backward",
    "selu",
    "selu_backward",
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
]
