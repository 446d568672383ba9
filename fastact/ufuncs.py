"""The NumPy ufuncs behind the public functions, for what only a `numpy.ufunc` can do: `outer`, `at`, `dtype=`.

For each activation `name(x, <parameters>)`, `name_backward(grad, x, <parameters>)` and, where the gradient can be had
from the output, `name_backward_y(grad, y, <parameters>)`. Parameters are positional operands without defaults, and
their rules are not checked; otherwise prefer the functions of `fastact`. `gelu` and `gelu_tanh` are two ufuncs here.
They run on one thread.
"""

from . import _core

globals().update(_core.ufuncs())
__all__ = sorted(_core.ufuncs())
