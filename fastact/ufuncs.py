"""The NumPy ufuncs behind the public functions, for what only a `numpy.ufunc` can do: `outer`, `at`, `dtype=`.

For each activation `name(x, <parameters>)`, `name_backward(grad, x, <parameters>)` and, where the gradient can be had
from the output, `name_backward_y(grad, y, <parameters>)`. Parameters are positional operands without defaults, and
their rules are not checked; otherwise prefer the functions of `fastact`. `gelu` and `gelu_tanh` are two ufuncs here.

For each gated function `name(value, gate)` and `name_backward(grad, value, gate)`, which has two results; for glu also
`glu_backward_y(grad, y, gate)`. They run on one thread.
"""

from . import _core

_all = {**_core.ufuncs(), **_core.gate_ufuncs()}
globals().update(_all)
__all__ = sorted(_all)
