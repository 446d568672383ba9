# Made by generate.py from src_c/*.def and fastact/*.pxi: edit there.

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from . import aria2 as aria2
from . import aria2_backward as aria2_backward
from . import bent_identity as bent_identity
from . import bent_identity_backward as bent_identity_backward
from . import bias_activation as bias_activation
from . import bias_activation_backward as bias_activation_backward
from . import bilinear as bilinear
from . import bilinear_backward as bilinear_backward
from . import celu as celu
from . import celu_backward as celu_backward
from . import clip as clip
from . import clip_backward as clip_backward
from . import clipped_gelu as clipped_gelu
from . import clipped_gelu_backward as clipped_gelu_backward
from . import crelu as crelu
from . import crelu_backward as crelu_backward
from . import draw_seed as draw_seed
from . import elish as elish
from . import elish_backward as elish_backward
from . import elu as elu
from . import elu_backward as elu_backward
from . import entmax15 as entmax15
from . import entmax15_backward as entmax15_backward
from . import erf as erf
from . import erf_backward as erf_backward
from . import eswish as eswish
from . import eswish_backward as eswish_backward
from . import exponential as exponential
from . import exponential_backward as exponential_backward
from . import gaussian as gaussian
from . import gaussian_backward as gaussian_backward
from . import geglu as geglu
from . import geglu_backward as geglu_backward
from . import gelu as gelu
from . import gelu_backward as gelu_backward
from . import general_relu as general_relu
from . import general_relu_backward as general_relu_backward
from . import glu as glu
from . import glu_backward as glu_backward
from . import gumbel_softmax as gumbel_softmax
from . import gumbel_softmax_backward as gumbel_softmax_backward
from . import hard_elish as hard_elish
from . import hard_elish_backward as hard_elish_backward
from . import hard_mish as hard_mish
from . import hard_mish_backward as hard_mish_backward
from . import hard_sigmoid as hard_sigmoid
from . import hard_sigmoid_backward as hard_sigmoid_backward
from . import hardmax as hardmax
from . import hardshrink as hardshrink
from . import hardshrink_backward as hardshrink_backward
from . import hardsigmoid as hardsigmoid
from . import hardsigmoid_backward as hardsigmoid_backward
from . import hardswish as hardswish
from . import hardswish_backward as hardswish_backward
from . import hardtanh as hardtanh
from . import hardtanh_backward as hardtanh_backward
from . import identity as identity
from . import identity_backward as identity_backward
from . import isrlu as isrlu
from . import isrlu_backward as isrlu_backward
from . import isru as isru
from . import isru_backward as isru_backward
from . import laplace as laplace
from . import laplace_backward as laplace_backward
from . import leaky_relu as leaky_relu
from . import leaky_relu_backward as leaky_relu_backward
from . import lisht as lisht
from . import lisht_backward as lisht_backward
from . import log1mexp as log1mexp
from . import log1mexp_backward as log1mexp_backward
from . import log_ndtr as log_ndtr
from . import log_ndtr_backward as log_ndtr_backward
from . import log_softmax as log_softmax
from . import log_softmax_backward as log_softmax_backward
from . import logcosh as logcosh
from . import logcosh_backward as logcosh_backward
from . import logit as logit
from . import logit_backward as logit_backward
from . import logsigmoid as logsigmoid
from . import logsigmoid_backward as logsigmoid_backward
from . import logsumexp as logsumexp
from . import logsumexp_backward as logsumexp_backward
from . import maxout as maxout
from . import maxout_backward as maxout_backward
from . import maxout_linear as maxout_linear
from . import maxout_linear_backward as maxout_linear_backward
from . import mish as mish
from . import mish_backward as mish_backward
from . import nlrelu as nlrelu
from . import nlrelu_backward as nlrelu_backward
from . import phish as phish
from . import phish_backward as phish_backward
from . import prelu as prelu
from . import prelu_backward as prelu_backward
from . import quick_gelu as quick_gelu
from . import quick_gelu_backward as quick_gelu_backward
from . import reglu as reglu
from . import reglu_backward as reglu_backward
from . import relu as relu
from . import relu6 as relu6
from . import relu6_backward as relu6_backward
from . import relu_backward as relu_backward
from . import relu_squared as relu_squared
from . import relu_squared_backward as relu_squared_backward
from . import rrelu as rrelu
from . import rrelu_backward as rrelu_backward
from . import scaled_tanh as scaled_tanh
from . import scaled_tanh_backward as scaled_tanh_backward
from . import seglu as seglu
from . import seglu_backward as seglu_backward
from . import selu as selu
from . import selu_backward as selu_backward
from . import serf as serf
from . import serf_backward as serf_backward
from . import shrink as shrink
from . import shrink_backward as shrink_backward
from . import sigmoid as sigmoid
from . import sigmoid_backward as sigmoid_backward
from . import sigmoid_cross_entropy as sigmoid_cross_entropy
from . import silu as silu
from . import silu_backward as silu_backward
from . import sine as sine
from . import sine_backward as sine_backward
from . import smelu as smelu
from . import smelu_backward as smelu_backward
from . import snake as snake
from . import snake_backward as snake_backward
from . import softclip as softclip
from . import softclip_backward as softclip_backward
from . import softmax as softmax
from . import softmax_backward as softmax_backward
from . import softmax_cross_entropy as softmax_cross_entropy
from . import softmin as softmin
from . import softmin_backward as softmin_backward
from . import softplus as softplus
from . import softplus_backward as softplus_backward
from . import softshrink as softshrink
from . import softshrink_backward as softshrink_backward
from . import softsign as softsign
from . import softsign_backward as softsign_backward
from . import sparse_plus as sparse_plus
from . import sparse_plus_backward as sparse_plus_backward
from . import sparse_sigmoid as sparse_sigmoid
from . import sparse_sigmoid_backward as sparse_sigmoid_backward
from . import sparsemax as sparsemax
from . import sparsemax_backward as sparsemax_backward
from . import sqrt_softplus as sqrt_softplus
from . import sqrt_softplus_backward as sqrt_softplus_backward
from . import squareplus as squareplus
from . import squareplus_backward as squareplus_backward
from . import stanh as stanh
from . import stanh_backward as stanh_backward
from . import swiglu as swiglu
from . import swiglu_backward as swiglu_backward
from . import swish as swish
from . import swish_backward as swish_backward
from . import swish_parameters_backward as swish_parameters_backward
from . import tanh as tanh
from . import tanh_backward as tanh_backward
from . import tanhexp as tanhexp
from . import tanhexp_backward as tanhexp_backward
from . import tanhshrink as tanhshrink
from . import tanhshrink_backward as tanhshrink_backward
from . import threshold as threshold
from . import threshold_backward as threshold_backward
from . import thresholded_relu as thresholded_relu
from . import thresholded_relu_backward as thresholded_relu_backward
from . import xielu as xielu
from . import xielu_backward as xielu_backward
from . import xielu_parameters_backward as xielu_parameters_backward

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
def gate_ufuncs() -> dict[str, np.ufunc]: ...
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
def enter_block(n: int, frame: Any = None) -> Any: ...
def leave_block(block: Any) -> None: ...
def omp_num_procs() -> int: ...
def _set_back_off(on: bool) -> bool: ...
def _get_parallel_from() -> dict[str, int]: ...
def _set_parallel_from(cost: str, n: int) -> None: ...

__all__ = [
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
    "threshold",
    "threshold_backward",
    "thresholded_relu",
    "thresholded_relu_backward",
    "xielu",
    "xielu_backward",
    "xielu_parameters_backward",
]
