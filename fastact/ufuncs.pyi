# Made by generate.py from src_c/activations.def: edit there.

import numpy as np

celu: np.ufunc
celu_backward: np.ufunc
celu_backward_y: np.ufunc
elu: np.ufunc
elu_backward: np.ufunc
elu_backward_y: np.ufunc
gelu: np.ufunc
gelu_backward: np.ufunc
gelu_tanh: np.ufunc
gelu_tanh_backward: np.ufunc
hardsigmoid: np.ufunc
hardsigmoid_backward: np.ufunc
hardsigmoid_backward_y: np.ufunc
hardswish: np.ufunc
hardswish_backward: np.ufunc
hardtanh: np.ufunc
hardtanh_backward: np.ufunc
hardtanh_backward_y: np.ufunc
identity: np.ufunc
identity_backward: np.ufunc
identity_backward_y: np.ufunc
leaky_relu: np.ufunc
leaky_relu_backward: np.ufunc
leaky_relu_backward_y: np.ufunc
logsigmoid: np.ufunc
logsigmoid_backward: np.ufunc
logsigmoid_backward_y: np.ufunc
mish: np.ufunc
mish_backward: np.ufunc
relu: np.ufunc
relu6: np.ufunc
relu6_backward: np.ufunc
relu6_backward_y: np.ufunc
relu_backward: np.ufunc
relu_backward_y: np.ufunc
selu: np.ufunc
selu_backward: np.ufunc
selu_backward_y: np.ufunc
sigmoid: np.ufunc
sigmoid_backward: np.ufunc
sigmoid_backward_y: np.ufunc
silu: np.ufunc
silu_backward: np.ufunc
softplus: np.ufunc
softplus_backward: np.ufunc
softplus_backward_y: np.ufunc
softsign: np.ufunc
softsign_backward: np.ufunc
softsign_backward_y: np.ufunc
swish: np.ufunc
swish_backward: np.ufunc
tanh: np.ufunc
tanh_backward: np.ufunc
tanh_backward_y: np.ufunc

__all__ = [
    "celu",
    "celu_backward",
    "celu_backward_y",
    "elu",
    "elu_backward",
    "elu_backward_y",
    "gelu",
    "gelu_backward",
    "gelu_tanh",
    "gelu_tanh_backward",
    "hardsigmoid",
    "hardsigmoid_backward",
    "hardsigmoid_backward_y",
    "hardswish",
    "hardswish_backward",
    "hardtanh",
    "hardtanh_backward",
    "hardtanh_backward_y",
    "identity",
    "identity_backward",
    "identity_backward_y",
    "leaky_relu",
    "leaky_relu_backward",
    "leaky_relu_backward_y",
    "logsigmoid",
    "logsigmoid_backward",
    "logsigmoid_backward_y",
    "mish",
    "mish_backward",
    "relu",
    "relu6",
    "relu6_backward",
    "relu6_backward_y",
    "relu_backward",
    "relu_backward_y",
    "selu",
    "selu_backward",
    "selu_backward_y",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_backward_y",
    "silu",
    "silu_backward",
    "softplus",
    "softplus_backward",
    "softplus_backward_y",
    "softsign",
    "softsign_backward",
    "softsign_backward_y",
    "swish",
    "swish_backward",
    "tanh",
    "tanh_backward",
    "tanh_backward_y",
]
