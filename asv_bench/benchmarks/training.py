"""The time of a training step of the network in examples/digits_mlp.py: with gelu, in place, a batch of 32."""

from . import common, network

_METHOD = 1


def _timer():
    return common.timing.timer_of(("step()", {"step": network.step(network.SMALL, 32)}))


time_step = common.timed(_timer, "step of examples/digits_mlp.py", _METHOD)
time_step.__name__ = "time_step"
