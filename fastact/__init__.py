"""Activation functions of neural networks for NumPy arrays: forward and backward, in place, with stated error bounds.

Elementwise activations, and what is not elementwise: gates, maxout and crelu, prelu and biases, rrelu, softmax.

    >>> import fastact
    >>> fastact.gelu(x, out=x)                       # in place; without out= a new array
    >>> fastact.silu_backward(grad, x, out=grad)     # grad times the derivative at x
    >>> fastact.tanh_backward(grad, y=y, out=grad)   # the same from the output, where that suffices

    >>> fastact.get("keras:leaky_relu")              # by name, in any framework's spelling, with its defaults
    >>> fastact.registry["gelu"].properties()        # formula, range, error bounds ... of every function

`fastact.ufuncs` has the NumPy ufuncs, `show_config` tells what was built and what is in use, and `python -m fastact`
measures speed (`bench`) and error (`verify`) on this machine and draws (`plot`).
"""

from . import _load as _load  # isort: skip - first: how the core is loaded
from . import _core
from . import ufuncs as ufuncs
from ._config import show_config as show_config
from ._core import *  # noqa: F403 - the public functions, made from the registry
from ._core import __version__ as __version__
from ._core import get_num_threads as get_num_threads
from ._get import BoundActivation as BoundActivation
from ._get import BoundFunction as BoundFunction
from ._get import get as get
from ._registry import Activation as Activation
from ._registry import ActivationProperties as ActivationProperties
from ._registry import Function as Function
from ._registry import Registry as Registry
from ._registry import registry as registry
from ._threads import set_num_threads as set_num_threads
from ._threads import threads as threads

__all__ = sorted(
    [
        *_core.__all__,
        "Activation",
        "ActivationProperties",
        "BoundActivation",
        "BoundFunction",
        "Function",
        "Registry",
        "get",
        "get_num_threads",
        "registry",
        "set_num_threads",
        "show_config",
        "threads",
        "ufuncs",
    ]
)

for _name in __all__:  # where they are public, not where they are made
    if callable(globals()[_name]):
        globals()[_name].__module__ = __name__
del _name
