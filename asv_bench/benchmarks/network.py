"""The network of examples/digits_mlp.py on made-up data."""

import importlib.util
import sys

import numpy as np

from . import checkout, common

SMALL, LARGE = (64, 128, 128, 10), (256, 1024, 1024, 10)
_NEEDS = ("bias_activation", "bias_activation_backward", "gelu", "softmax_cross_entropy", "set_num_threads")


def _example():
    name = "digits_mlp"
    spec = importlib.util.spec_from_file_location(name, checkout.ROOT / "examples" / f"{name}.py")
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def step(sizes, rows, passes="IN_PLACE"):
    """A call that trains the network with gelu on one batch, always the same; it has been called once."""
    for needed in _NEEDS:
        common.public(needed)
    common.public("set_num_threads")(1)
    example = _example()
    network = example.Network("gelu", getattr(example, passes), sizes)
    random = np.random.default_rng(0)
    x, labels = random.random((rows, sizes[0]), np.float32), random.integers(0, sizes[-1], rows)

    def call():
        network.step(x, labels, 1e-3)

    call()
    return call
