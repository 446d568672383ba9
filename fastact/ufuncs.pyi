# Made by generate.py from src_c/*.def and fastact/*.pxi: edit there.

import numpy as np

aria2: np.ufunc
aria2_backward: np.ufunc
bent_identity: np.ufunc
bent_identity_backward: np.ufunc
bilinear: np.ufunc
bilinear_backward: np.ufunc
celu: np.ufunc
celu_backward: np.ufunc
celu_backward_y: np.ufunc
clip: np.ufunc
clip_backward: np.ufunc
clip_backward_y: np.ufunc
clipped_gelu: np.ufunc
clipped_gelu_backward: np.ufunc
elish: np.ufunc
elish_backward: np.ufunc
elu: np.ufunc
elu_backward: np.ufunc
elu_backward_y: np.ufunc
erf: np.ufunc
erf_backward: np.ufunc
eswish: np.ufunc
eswish_backward: np.ufunc
exponential: np.ufunc
exponential_backward: np.ufunc
exponential_backward_y: np.ufunc
gaussian: np.ufunc
gaussian_backward: np.ufunc
geglu: np.ufunc
geglu_backward: np.ufunc
geglu_sigmoid: np.ufunc
geglu_sigmoid_backward: np.ufunc
geglu_tanh: np.ufunc
geglu_tanh_backward: np.ufunc
gelu: np.ufunc
gelu_backward: np.ufunc
gelu_sigmoid: np.ufunc
gelu_sigmoid_backward: np.ufunc
gelu_tanh: np.ufunc
gelu_tanh_backward: np.ufunc
general_relu: np.ufunc
general_relu_backward: np.ufunc
glu: np.ufunc
glu_backward: np.ufunc
glu_backward_y: np.ufunc
hard_elish: np.ufunc
hard_elish_backward: np.ufunc
hard_mish: np.ufunc
hard_mish_backward: np.ufunc
hard_sigmoid: np.ufunc
hard_sigmoid_backward: np.ufunc
hard_sigmoid_backward_y: np.ufunc
hardshrink: np.ufunc
hardshrink_backward: np.ufunc
hardshrink_backward_y: np.ufunc
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
isrlu: np.ufunc
isrlu_backward: np.ufunc
isrlu_backward_y: np.ufunc
isru: np.ufunc
isru_backward: np.ufunc
isru_backward_y: np.ufunc
laplace: np.ufunc
laplace_backward: np.ufunc
leaky_relu: np.ufunc
leaky_relu_backward: np.ufunc
leaky_relu_backward_y: np.ufunc
lisht: np.ufunc
lisht_backward: np.ufunc
log1mexp: np.ufunc
log1mexp_backward: np.ufunc
log1mexp_backward_y: np.ufunc
log_ndtr: np.ufunc
log_ndtr_backward: np.ufunc
logcosh: np.ufunc
logcosh_backward: np.ufunc
logit: np.ufunc
logit_backward: np.ufunc
logit_backward_y: np.ufunc
logsigmoid: np.ufunc
logsigmoid_backward: np.ufunc
logsigmoid_backward_y: np.ufunc
mish: np.ufunc
mish_backward: np.ufunc
nlrelu: np.ufunc
nlrelu_backward: np.ufunc
nlrelu_backward_y: np.ufunc
phish: np.ufunc
phish_backward: np.ufunc
quick_gelu: np.ufunc
quick_gelu_backward: np.ufunc
reglu: np.ufunc
reglu_backward: np.ufunc
relu: np.ufunc
relu6: np.ufunc
relu6_backward: np.ufunc
relu6_backward_y: np.ufunc
relu_backward: np.ufunc
relu_backward_y: np.ufunc
relu_squared: np.ufunc
relu_squared_backward: np.ufunc
relu_squared_backward_y: np.ufunc
scaled_tanh: np.ufunc
scaled_tanh_backward: np.ufunc
scaled_tanh_backward_y: np.ufunc
seglu: np.ufunc
seglu_backward: np.ufunc
selu: np.ufunc
selu_backward: np.ufunc
selu_backward_y: np.ufunc
serf: np.ufunc
serf_backward: np.ufunc
shrink: np.ufunc
shrink_backward: np.ufunc
sigmoid: np.ufunc
sigmoid_backward: np.ufunc
sigmoid_backward_y: np.ufunc
silu: np.ufunc
silu_backward: np.ufunc
sine: np.ufunc
sine_backward: np.ufunc
smelu: np.ufunc
smelu_backward: np.ufunc
smelu_backward_y: np.ufunc
snake: np.ufunc
snake_backward: np.ufunc
softclip: np.ufunc
softclip_backward: np.ufunc
softplus: np.ufunc
softplus_backward: np.ufunc
softplus_backward_y: np.ufunc
softshrink: np.ufunc
softshrink_backward: np.ufunc
softshrink_backward_y: np.ufunc
softsign: np.ufunc
softsign_backward: np.ufunc
softsign_backward_y: np.ufunc
sparse_plus: np.ufunc
sparse_plus_backward: np.ufunc
sparse_plus_backward_y: np.ufunc
sparse_sigmoid: np.ufunc
sparse_sigmoid_backward: np.ufunc
sparse_sigmoid_backward_y: np.ufunc
sqrt_softplus: np.ufunc
sqrt_softplus_backward: np.ufunc
sqrt_softplus_backward_y: np.ufunc
squareplus: np.ufunc
squareplus_backward: np.ufunc
squareplus_backward_y: np.ufunc
stanh: np.ufunc
stanh_backward: np.ufunc
stanh_backward_y: np.ufunc
swiglu: np.ufunc
swiglu_backward: np.ufunc
swish: np.ufunc
swish_backward: np.ufunc
tanh: np.ufunc
tanh_backward: np.ufunc
tanh_backward_y: np.ufunc
tanhexp: np.ufunc
tanhexp_backward: np.ufunc
tanhshrink: np.ufunc
tanhshrink_backward: np.ufunc
threshold: np.ufunc
threshold_backward: np.ufunc
threshold_backward_y: np.ufunc
thresholded_relu: np.ufunc
thresholded_relu_backward: np.ufunc
thresholded_relu_backward_y: np.ufunc
xielu: np.ufunc
xielu_backward: np.ufunc

__all__ = [
    "aria2",
    "aria2_backward",
    "bent_identity",
    "bent_identity_backward",
    "bilinear",
    "bilinear_backward",
    "celu",
    "celu_backward",
    "celu_backward_y",
    "clip",
    "clip_backward",
    "clip_backward_y",
    "clipped_gelu",
    "clipped_gelu_backward",
    "elish",
    "elish_backward",
    "elu",
    "elu_backward",
    "elu_backward_y",
    "erf",
    "erf_backward",
    "eswish",
    "eswish_backward",
    "exponential",
    "exponential_backward",
    "exponential_backward_y",
    "gaussian",
    "gaussian_backward",
    "geglu",
    "geglu_backward",
    "geglu_sigmoid",
    "geglu_sigmoid_backward",
    "geglu_tanh",
    "geglu_tanh_backward",
    "gelu",
    "gelu_backward",
    "gelu_sigmoid",
    "gelu_sigmoid_backward",
    "gelu_tanh",
    "gelu_tanh_backward",
    "general_relu",
    "general_relu_backward",
    "glu",
    "glu_backward",
    "glu_backward_y",
    "hard_elish",
    "hard_elish_backward",
    "hard_mish",
    "hard_mish_backward",
    "hard_sigmoid",
    "hard_sigmoid_backward",
    "hard_sigmoid_backward_y",
    "hardshrink",
    "hardshrink_backward",
    "hardshrink_backward_y",
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
    "isrlu",
    "isrlu_backward",
    "isrlu_backward_y",
    "isru",
    "isru_backward",
    "isru_backward_y",
    "laplace",
    "laplace_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "leaky_relu_backward_y",
    "lisht",
    "lisht_backward",
    "log1mexp",
    "log1mexp_backward",
    "log1mexp_backward_y",
    "log_ndtr",
    "log_ndtr_backward",
    "logcosh",
    "logcosh_backward",
    "logit",
    "logit_backward",
    "logit_backward_y",
    "logsigmoid",
    "logsigmoid_backward",
    "logsigmoid_backward_y",
    "mish",
    "mish_backward",
    "nlrelu",
    "nlrelu_backward",
    "nlrelu_backward_y",
    "phish",
    "phish_backward",
    "quick_gelu",
    "quick_gelu_backward",
    "reglu",
    "reglu_backward",
    "relu",
    "relu6",
    "relu6_backward",
    "relu6_backward_y",
    "relu_backward",
    "relu_backward_y",
    "relu_squared",
    "relu_squared_backward",
    "relu_squared_backward_y",
    "scaled_tanh",
    "scaled_tanh_backward",
    "scaled_tanh_backward_y",
    "seglu",
    "seglu_backward",
    "selu",
    "selu_backward",
    "selu_backward_y",
    "serf",
    "serf_backward",
    "shrink",
    "shrink_backward",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_backward_y",
    "silu",
    "silu_backward",
    "sine",
    "sine_backward",
    "smelu",
    "smelu_backward",
    "smelu_backward_y",
    "snake",
    "snake_backward",
    "softclip",
    "softclip_backward",
    "softplus",
    "softplus_backward",
    "softplus_backward_y",
    "softshrink",
    "softshrink_backward",
    "softshrink_backward_y",
    "softsign",
    "softsign_backward",
    "softsign_backward_y",
    "sparse_plus",
    "sparse_plus_backward",
    "sparse_plus_backward_y",
    "sparse_sigmoid",
    "sparse_sigmoid_backward",
    "sparse_sigmoid_backward_y",
    "sqrt_softplus",
    "sqrt_softplus_backward",
    "sqrt_softplus_backward_y",
    "squareplus",
    "squareplus_backward",
    "squareplus_backward_y",
    "stanh",
    "stanh_backward",
    "stanh_backward_y",
    "swiglu",
    "swiglu_backward",
    "swish",
    "swish_backward",
    "tanh",
    "tanh_backward",
    "tanh_backward_y",
    "tanhexp",
    "tanhexp_backward",
    "tanhshrink",
    "tanhshrink_backward",
    "threshold",
    "threshold_backward",
    "threshold_backward_y",
    "thresholded_relu",
    "thresholded_relu_backward",
    "thresholded_relu_backward_y",
    "xielu",
    "xielu_backward",
]
