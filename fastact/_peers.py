"""What `bench` compares with: for each function and peer, the statement that a good user of that peer would write.

Every statement is timed as it stands (``timeit``), with these names: x the input, y the output buffer, g the gradient,
s = f(x) saved by a forward pass, t and u float buffers, m and w boolean ones - all allocated and touched beforehand. A
peer that is not installed is left out, and so is a statement that does not run (an operator without float64, say).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

import numpy as np

# The parameters that are timed, where the defaults would make the row another one: swish(beta=1) is silu.
PARAMS = {"swish": (1.702,)}
_L, _LA = 1.0507009873554805, 1.7580993408473769

_SIGMOID_Y = "np.negative(x, out=y); np.exp(y, out=y); np.add(y, 1, out=y)"  # 1 + e^-x
_SOFTPLUS_T = "np.abs(x, out=t); np.negative(t, out=t); np.exp(t, out=t); np.log1p(t, out=t)"
_ELU = "np.minimum(x, 0, out=y); np.expm1(y, out=y); np.maximum(x, y, out=y)"
_ELU_BACKWARD = "np.minimum(x, 0, out=y); np.exp(y, out=y); np.multiply(g, y, out=y)"
_BAND = "np.greater(x, {0}, out=m); np.less(x, {1}, out=w); np.logical_and(m, w, out=m); np.multiply(g, m, out=y)"
_MISH_T = (  # t = tanh(log(1 + e^x)), y = e^x
    "np.exp(x, out=y); np.add(y, 2, out=t); np.multiply(t, y, out=t); np.add(t, 2, out=u); np.divide(t, u, out=t)"
)
_GELU_U = (  # tanh of its argument
    "np.multiply(x, x, out={0}); np.multiply({0}, 0.035677408136, out={0}); np.add({0}, 0.79788456080, out={0});"
    " np.multiply({0}, x, out={0}); np.tanh({0}, out={0})"
)

NUMPY = {
    "identity": ("np.copyto(y, x)", "np.copyto(y, g)"),
    "relu": ("np.maximum(x, 0, out=y)", "np.greater(x, 0, out=m); np.multiply(g, m, out=y)"),
    "relu6": ("np.maximum(x, 0, out=y); np.minimum(y, 6, out=y)", _BAND.format(0, 6)),
    "leaky_relu": (
        "np.multiply(x, 0.01, out=y); np.maximum(x, y, out=y)",
        "np.greater(x, 0, out=m); np.multiply(g, 0.01, out=y); np.copyto(y, g, where=m)",
    ),
    "elu": (_ELU, _ELU_BACKWARD),
    "celu": (_ELU, _ELU_BACKWARD),
    "selu": (
        f"np.minimum(x, 0, out=y); np.expm1(y, out=y); np.multiply(y, {_LA}, out=y); np.maximum(x, 0, out=t);"
        f" np.multiply(t, {_L}, out=t); np.add(y, t, out=y)",
        f"np.minimum(x, 0, out=y); np.exp(y, out=y); np.multiply(y, {_LA}, out=y); np.greater(x, 0, out=m);"
        f" np.copyto(y, {_L}, where=m); np.multiply(g, y, out=y)",
    ),
    "sigmoid": (
        f"{_SIGMOID_Y}; np.reciprocal(y, out=y)",
        "np.subtract(1, s, out=y); np.multiply(y, s, out=y); np.multiply(y, g, out=y)",
    ),
    "logsigmoid": (
        f"{_SOFTPLUS_T}; np.minimum(x, 0, out=y); np.subtract(y, t, out=y)",
        "np.exp(x, out=y); np.add(y, 1, out=y); np.divide(g, y, out=y)",
    ),
    "tanh": ("np.tanh(x, out=y)", "np.multiply(s, s, out=y); np.subtract(1, y, out=y); np.multiply(g, y, out=y)"),
    "softplus": (
        f"{_SOFTPLUS_T}; np.maximum(x, 0, out=y); np.add(y, t, out=y)",
        f"{_SIGMOID_Y}; np.divide(g, y, out=y)",
    ),
    "softsign": (
        "np.abs(x, out=t); np.add(t, 1, out=t); np.divide(x, t, out=y)",
        "np.abs(x, out=t); np.add(t, 1, out=t); np.multiply(t, t, out=t); np.divide(g, t, out=y)",
    ),
    "silu": (
        f"{_SIGMOID_Y}; np.divide(x, y, out=y)",
        f"{_SIGMOID_Y}; np.reciprocal(y, out=y); np.subtract(1, y, out=t); np.multiply(t, x, out=t);"
        " np.add(t, 1, out=t); np.multiply(y, t, out=y); np.multiply(y, g, out=y)",
    ),
    "swish": (
        "np.multiply(x, -1.702, out=y); np.exp(y, out=y); np.add(y, 1, out=y); np.divide(x, y, out=y)",
        "np.multiply(x, 1.702, out=u); np.negative(u, out=y); np.exp(y, out=y); np.add(y, 1, out=y);"
        " np.reciprocal(y, out=y); np.subtract(1, y, out=t); np.multiply(t, u, out=t);"
        " np.add(t, 1, out=t); np.multiply(y, t, out=y); np.multiply(y, g, out=y)",
    ),
    "mish": (
        f"{_MISH_T}; np.multiply(x, t, out=y)",
        f"{_MISH_T}; np.add(y, 1, out=u); np.divide(y, u, out=y); np.multiply(y, x, out=y); np.multiply(t, t, out=u);"
        " np.subtract(1, u, out=u); np.multiply(y, u, out=y); np.add(y, t, out=y); np.multiply(y, g, out=y)",
    ),
    "gelu_tanh": (
        f"{_GELU_U.format('y')}; np.add(y, 1, out=y); np.multiply(y, x, out=y); np.multiply(y, 0.5, out=y)",
        # (1 + T + x (1 - T^2) (c + 3 c 0.044715 x^2)) / 2
        f"{_GELU_U.format('t')}; np.multiply(x, x, out=y); np.multiply(y, 0.107032224, out=y);"
        " np.add(y, 0.79788456080, out=y); np.multiply(y, x, out=y); np.multiply(t, t, out=u);"
        " np.subtract(1, u, out=u); np.multiply(y, u, out=y); np.add(y, t, out=y); np.add(y, 1, out=y);"
        " np.multiply(y, g, out=y); np.multiply(y, 0.5, out=y)",
    ),
    "hardtanh": ("np.maximum(x, -1, out=y); np.minimum(y, 1, out=y)", _BAND.format(-1, 1)),
    "hardsigmoid": (
        "np.multiply(x, 1 / 6, out=y); np.add(y, 0.5, out=y); np.maximum(y, 0, out=y); np.minimum(y, 1, out=y)",
        f"{_BAND.format(-3, 3)}; np.multiply(y, 1 / 6, out=y)",
    ),
    "hardswish": (
        "np.add(x, 3, out=y); np.maximum(y, 0, out=y); np.minimum(y, 6, out=y); np.multiply(y, x, out=y);"
        " np.multiply(y, 1 / 6, out=y)",
        "np.multiply(x, 1 / 3, out=y); np.add(y, 0.5, out=y); np.copyto(y, 0, where=np.less_equal(x, -3, out=m));"
        " np.copyto(y, 1, where=np.greater_equal(x, 3, out=m)); np.multiply(y, g, out=y)",
    ),
}

SCIPY = {
    "sigmoid": ("special.expit(x, out=y)", None),
    "logsigmoid": (
        "special.log_expit(x, out=y)",
        "np.negative(x, out=y); special.expit(y, out=y); np.multiply(g, y, out=y)",
    ),
    "softplus": ("special.softplus(x, out=y)", "special.expit(x, out=y); np.multiply(g, y, out=y)"),
    "silu": ("special.expit(x, out=y); np.multiply(x, y, out=y)", None),
    "gelu": (
        "special.ndtr(x, out=y); np.multiply(x, y, out=y)",
        "special.ndtr(x, out=y); np.multiply(x, x, out=t); np.multiply(t, -0.5, out=t); np.exp(t, out=t);"
        " np.multiply(t, x, out=t); np.multiply(t, 0.3989422804, out=t); np.add(y, t, out=y); np.multiply(y, g, out=y)",
    ),
}

_ELU_TORCH = (
    "nn.elu(x, 1.0, 1.0, 1.0, out=y)",
    "aten.elu_backward.grad_input(g, 1.0, 1.0, 1.0, False, x, grad_input=y)",
)
TORCH = {
    "identity": ("y.copy_(x)", "y.copy_(g)"),
    "relu": ("torch.clamp_min(x, 0, out=y)", "aten.threshold_backward.grad_input(g, x, 0, grad_input=y)"),
    "relu6": ("nn.hardtanh(x, 0, 6, out=y)", "aten.hardtanh_backward.grad_input(g, x, 0, 6, grad_input=y)"),
    "leaky_relu": (
        "nn.leaky_relu(x, 0.01, out=y)",
        "aten.leaky_relu_backward.grad_input(g, x, 0.01, False, grad_input=y)",
    ),
    "elu": _ELU_TORCH,
    "celu": _ELU_TORCH,
    "selu": (
        f"nn.elu(x, {_LA / _L}, {_L}, 1.0, out=y)",
        f"aten.elu_backward.grad_input(g, {_LA / _L}, {_L}, 1.0, False, x, grad_input=y)",
    ),
    "sigmoid": ("torch.sigmoid(x, out=y)", "aten.sigmoid_backward.grad_input(g, s, grad_input=y)"),
    "logsigmoid": ("nn.log_sigmoid(x, out=y)", "aten.log_sigmoid_backward.grad_input(g, x, e, grad_input=y)"),
    "tanh": ("torch.tanh(x, out=y)", "aten.tanh_backward.grad_input(g, s, grad_input=y)"),
    "softplus": ("nn.softplus(x, 1, 20, out=y)", "aten.softplus_backward.grad_input(g, x, 1, 20, grad_input=y)"),
    "softsign": (
        "torch.abs(x, out=t); t.add_(1); torch.div(x, t, out=y)",
        "torch.abs(x, out=t); t.add_(1); t.square_(); torch.div(g, t, out=y)",
    ),
    "silu": ("nn.silu(x, out=y)", "aten.silu_backward.grad_input(g, x, grad_input=y)"),
    "swish": (
        "torch.mul(x, 1.702, out=y); y.sigmoid_(); y.mul_(x)",
        "torch.mul(x, 1.702, out=t); aten.silu_backward.grad_input(g, t, grad_input=y)",
    ),
    "mish": ("nn.mish(x, out=y)", "aten.mish_backward(g, x)"),
    "gelu": ("nn.gelu(x, out=y)", "aten.gelu_backward.grad_input(g, x, grad_input=y)"),
    "gelu_tanh": (
        "nn.gelu(x, approximate='tanh', out=y)",
        "aten.gelu_backward.grad_input(g, x, approximate='tanh', grad_input=y)",
    ),
    "hardtanh": ("nn.hardtanh(x, -1, 1, out=y)", "aten.hardtanh_backward.grad_input(g, x, -1, 1, grad_input=y)"),
    "hardsigmoid": ("nn.hardsigmoid(x, out=y)", "aten.hardsigmoid_backward.grad_input(g, x, grad_input=y)"),
    "hardswish": ("nn.hardswish(x, out=y)", "aten.hardswish_backward(g, x)"),
}
# where PyTorch itself goes back from the output
TORCH_FROM_Y = {
    "elu": "aten.elu_backward.grad_input(g, 1.0, 1.0, 1.0, True, s, grad_input=y)",
    "celu": "aten.elu_backward.grad_input(g, 1.0, 1.0, 1.0, True, s, grad_input=y)",
    "selu": f"aten.elu_backward.grad_input(g, {_LA / _L}, {_L}, 1.0, True, s, grad_input=y)",
    "leaky_relu": "aten.leaky_relu_backward.grad_input(g, s, 0.01, True, grad_input=y)",
    "relu": "aten.threshold_backward.grad_input(g, s, 0, grad_input=y)",
}

# operator, its domain, attributes, extra constant inputs
_ONNX_DOMAIN, _MICROSOFT = "", "com.microsoft"
ONNX: dict[str, tuple[str, str, dict[str, Any], tuple[float, ...]]] = {
    "identity": ("Identity", _ONNX_DOMAIN, {}, ()),
    "relu": ("Relu", _ONNX_DOMAIN, {}, ()),
    "relu6": ("Clip", _ONNX_DOMAIN, {}, (0.0, 6.0)),
    "leaky_relu": ("LeakyRelu", _ONNX_DOMAIN, {"alpha": 0.01}, ()),
    "elu": ("Elu", _ONNX_DOMAIN, {"alpha": 1.0}, ()),
    "selu": ("Selu", _ONNX_DOMAIN, {}, ()),
    "celu": ("Celu", _ONNX_DOMAIN, {"alpha": 1.0}, ()),
    "sigmoid": ("Sigmoid", _ONNX_DOMAIN, {}, ()),
    "tanh": ("Tanh", _ONNX_DOMAIN, {}, ()),
    "softplus": ("Softplus", _ONNX_DOMAIN, {}, ()),
    "softsign": ("Softsign", _ONNX_DOMAIN, {}, ()),
    "silu": ("QuickGelu", _MICROSOFT, {"alpha": 1.0}, ()),
    "swish": ("QuickGelu", _MICROSOFT, {"alpha": 1.702}, ()),
    "mish": ("Mish", _ONNX_DOMAIN, {}, ()),
    "gelu": ("Gelu", _ONNX_DOMAIN, {"approximate": "none"}, ()),
    "gelu_tanh": ("Gelu", _ONNX_DOMAIN, {"approximate": "tanh"}, ()),
    "hardtanh": ("Clip", _ONNX_DOMAIN, {}, (-1.0, 1.0)),
    "hardsigmoid": ("HardSigmoid", _ONNX_DOMAIN, {"alpha": 1 / 6, "beta": 0.5}, ()),
    "hardswish": ("HardSwish", _ONNX_DOMAIN, {}, ()),
}


# --- a one-node ONNX model, without the onnx package ------------------------------------------------------------------


def _varint(n: int) -> bytes:
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes([*out, n])


def _message(*fields: tuple[int, int | float | str | bytes]) -> bytes:
    """A protocol buffer: numbers are varints, floats 32 bits, the rest is preceded by its length."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += _varint(number << 3) + _varint(value)
        elif isinstance(value, float):
            out += _varint(number << 3 | 5) + struct.pack("<f", value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += _varint(number << 3 | 2) + _varint(len(data)) + data
    return out


def onnx_model(name: str, dtype: np.dtype, n: int) -> bytes:
    """A model with one node, y = operator(x, constants), for n elements."""
    operator, domain, attributes, constants = ONNX[name]
    code = {"float32": 1, "float64": 11}[dtype.name]

    def attribute(key: str, value: float | str) -> bytes:
        typed = [(2, value), (20, 1)] if isinstance(value, float) else [(4, value), (20, 3)]
        return _message((1, key), *typed)

    def tensor(key: str) -> bytes:
        return _message((1, key), (2, _message((1, _message((1, code), (2, _message((1, _message((1, n))))))))))

    names = [f"c{i}" for i in range(len(constants))]
    node = _message(
        *((1, key) for key in ["x", *names]),
        (2, "y"),
        (4, operator),
        *((5, attribute(key, value)) for key, value in attributes.items()),
        (7, domain),
    )
    initializers = [
        (5, _message((2, code), (8, key), (9, dtype.type(c).tobytes())))
        for key, c in zip(names, constants, strict=True)
    ]
    graph = _message((1, node), (2, name), *initializers, (11, tensor("x")), (12, tensor("y")))
    opsets = [(8, _message((1, _ONNX_DOMAIN), (2, 22))), (8, _message((1, _MICROSOFT), (2, 1)))]
    return _message((1, 10), (7, graph), *opsets)


# --- the peers that are installed -------------------------------------------------------------------------------------

# the text, and the names that it uses
Statement = tuple[str, dict[str, Any]]


def statement_of(pair: tuple[str, str | None] | None, kind: str) -> str | None:
    """A backward pass that reads what its forward pass saved, s or e, is a peer of our pass from y, not from x."""
    if pair is None or kind == "forward":
        return pair and pair[0]
    backward = pair[1]
    from_saved = backward is not None and bool(re.search(r"\b[se]\b", backward))
    return backward if from_saved == (kind == "backward_y") else None


class Peer:
    """A library: `statement` for a cell, with the shared buffers; `threads` says how many it may use."""

    name = "numpy"
    module = "numpy"
    scales = False  # does it use threads?

    def __init__(self) -> None:
        self.version = np.__version__

    def threads(self, n: int) -> None:
        """Use n threads from now on."""

    def text(self, row: str, kind: str) -> str | None:
        """The statement."""
        return statement_of(NUMPY.get(row), kind)

    def names(self, buffers: dict[str, np.ndarray]) -> dict[str, Any]:
        """What the statement may use."""
        return {"np": np, **buffers}

    def statement(self, row: str, kind: str, buffers: dict[str, np.ndarray]) -> Statement | None:
        """For this cell, or None. "inplace" is the forward statement with y = x, if it is a single call."""
        text = self.text(row, "forward" if kind == "inplace" else kind)
        if text is None or (kind == "inplace" and ";" in text):
            return None
        return text, self.names(buffers)


class SciPy(Peer):
    """scipy.special"""

    name = module = "scipy"

    def __init__(self) -> None:
        import scipy
        from scipy import special

        self.version, self.special = scipy.__version__, special

    def text(self, row: str, kind: str) -> str | None:
        return statement_of(SCIPY.get(row), kind)

    def names(self, buffers: dict[str, np.ndarray]) -> dict[str, Any]:
        return {"np": np, "special": self.special, **buffers}


class Torch(Peer):
    """PyTorch on tensors that share the buffers."""

    name = module = "torch"
    scales = True

    def __init__(self) -> None:
        import torch

        torch.set_grad_enabled(False)
        self.torch, self.version = torch, torch.__version__.split("+")[0]

    def threads(self, n: int) -> None:
        self.torch.set_num_threads(n)

    def text(self, row: str, kind: str) -> str | None:
        return (kind == "backward_y" and TORCH_FROM_Y.get(row)) or statement_of(TORCH.get(row), kind)

    def names(self, buffers: dict[str, np.ndarray]) -> dict[str, Any]:
        torch = self.torch
        tensors = {key: torch.from_numpy(a) for key, a in buffers.items()}
        if buffers["x"] is buffers["y"]:
            tensors["y"] = tensors["x"]
        saved = torch.from_numpy(np.exp(-np.abs(buffers["x"])))  # log_sigmoid's own buffer
        return {"torch": torch, "nn": torch._C._nn, "aten": torch.ops.aten, "e": saved, **tensors}


class OnnxRuntime(Peer):
    """ONNX Runtime, one node, bound to the buffers; forward only."""

    name, module = "onnxruntime", "onnxruntime"
    scales = True

    def __init__(self) -> None:
        import onnxruntime

        onnxruntime.set_default_logger_severity(4)
        self.ort, self.version, self.count = onnxruntime, onnxruntime.__version__, 1

    def threads(self, n: int) -> None:
        self.count = n

    def statement(self, row: str, kind: str, buffers: dict[str, np.ndarray]) -> Statement | None:
        if kind != "forward" or row not in ONNX:
            return None
        x, y = buffers["x"], buffers["y"]
        options = self.ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self.count, 1
        options.log_severity_level = 4
        # its threads would otherwise spin while the next implementation is timed
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            session = self.ort.InferenceSession(onnx_model(row, x.dtype, x.size), options, ["CPUExecutionProvider"])
        except Exception:  # an operator without this dtype: its exceptions have no common base
            return None
        binding = session.io_binding()
        binding.bind_input("x", "cpu", 0, x.dtype.type, x.shape, x.ctypes.data)
        binding.bind_output("y", "cpu", 0, y.dtype.type, y.shape, y.ctypes.data)
        return "run(binding)", {"run": session.run_with_iobinding, "binding": binding}


def installed(names: Iterable[str] | None = None) -> list[Peer]:
    """The peers there are, or those asked for; LookupError where one of these is not there."""
    there = {kind.name: kind for kind in (Peer, SciPy, Torch, OnnxRuntime) if find_spec(kind.module)}
    for name in names or ():
        if name not in there:
            raise LookupError(f"no peer called {name!r} here; there are {', '.join(there)}")
    return [there[name]() for name in names or there]
