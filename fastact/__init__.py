"""Activation functions of neural networks for NumPy arrays: forward and backward, in place, with stated error bounds.

    >>> import fastact
    >>> fastact.gelu(x, out=x)                       # in place; without out= a new array
    >>> fastact.silu_backward(grad, x, out=grad)     # grad times the derivative at x
    >>> fastact.tanh_backward(grad, y=y, out=grad)   # the same from the output, where that suffices

`fastact.ufuncs` has the NumPy ufuncs, `show_config` tells what was built and what is in use, and `python -m fastact`
measures speed (`bench`) and error (`verify`) on this machine.
"""

import os as _os

# A region of the OpenMP runtime of GCC ends when its last thread has arrived, and waits for it spinning. Where another
# library's thread holds the core (OpenBLAS keeps it for milliseconds after a matrix product), that takes as long: 8 ms
# for a product and a tanh of 0.5 ms. Spinning for some 20 us is enough. The runtime reads this when it is loaded.
_spin = "GOMP_SPINCOUNT"
_short = not {_spin, "OMP_WAIT_POLICY"} & _os.environ.keys()
if _short:
    _os.environ[_spin] = "5000"
try:
    from . import _core
except ImportError:
    from importlib.util import find_spec
    from pathlib import Path

    source = Path(__file__).with_name("_core.pyx")
    if find_spec(f"{__name__}._core") or not source.exists():
        raise
    raise ImportError(
        f"{source.parent} is fastact's source tree, and the compiled core is not in it. To use an installed fastact, "
        "run Python from another folder, or with -P (python -P -m fastact); to use the source tree, build the core in "
        "it: pip install -e ."
    ) from None
finally:
    if _short:
        del _os.environ[_spin]

from . import ufuncs as ufuncs
from ._config import show_config as show_config
from ._core import *  # noqa: F403 - the public functions, made from the registry
from ._core import __version__ as __version__
from ._core import get_num_threads as get_num_threads
from ._threads import set_num_threads as set_num_threads
from ._threads import threads as threads

__all__ = sorted([*_core.__all__, "get_num_threads", "set_num_threads", "show_config", "threads", "ufuncs"])

for _name in __all__:  # where they are public, not where they are made
    if hasattr(globals()[_name], "__module__"):
        globals()[_name].__module__ = __name__
del _name
