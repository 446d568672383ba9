"""Gradients with respect to the parameters of an activation that are learned."""

import math

import numpy as np

from . import _core

_BLOCK = 1 << 16  # elements summed at a time: the same for any number of threads


def xielu_parameters_backward(grad, x, /, alpha_p=0.8, alpha_n=0.8, beta=0.5, eps=-1e-6):
    """Gradients of `xielu` with respect to alpha_p and alpha_n.

    The function is linear in both, so the sums are over `grad` times

        x**2 if x > 0 else 0                        (alpha_p)
        0 if x > 0 else expm1(min(x, eps)) - x      (alpha_n)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output. Broadcasts with x.
    x : array_like
        Input of the forward pass.
    alpha_p : float or array_like, default 0.8
        Only its shape matters.
    alpha_n : float or array_like, default 0.8
        Only its shape matters.
    beta : float or array_like, default 0.5
        Not used; here so that the arguments are those of `xielu`.
    eps : float or array_like, default -1e-06
        As for `xielu`.

    Returns
    -------
    d_alpha_p, d_alpha_n : ndarray or scalar
        Each of the shape of its parameter, summed over all the elements that share a value of it, in the dtype that
        `xielu_backward(grad, x)` would have. They are summed in float64, in an order that does not depend on the number
        of threads. In Hugging Face's model alpha_p = softplus(p) and alpha_n = beta + softplus(n): multiply by
        sigmoid(p) and sigmoid(n) for the gradients of p and n.

    Raises
    ------
    TypeError
        Complex, object, string or long double input, or a parameter that is no number.
    ValueError
        Shapes that do not broadcast, or a parameter that does not broadcast to the shape of the result.

    See Also
    --------
    xielu_backward : the gradient with respect to x

    Notes
    -----
    A scalar parameter takes a block of memory at a time; one with a shape takes an array of the result's shape.

    Source: Huang & Schlag 2024, Deriving activation functions using integration, arXiv:2411.13010.
    """
    name = "xielu_parameters_backward"
    grad, x, eps = np.asarray(grad), np.asarray(x), np.asarray(eps)
    shape = _broadcast(name, {"grad": grad.shape, "x": x.shape, "eps": eps.shape})
    # the dtypes that are accepted, and that of the result, are those of the function itself
    dtype = _core.xielu_backward(grad.ravel()[:1], x.ravel()[:1]).dtype
    found = []
    for parameter, value in (("alpha_p", alpha_p), ("alpha_n", alpha_n)):
        wanted = np.shape(value)
        if _broadcast(name, {parameter: wanted, "the result": shape}) != shape:
            raise ValueError(f"{name}: {parameter} has shape {wanted}, which does not broadcast to {shape}")
        ones = (1.0, 0.0) if parameter == "alpha_p" else (0.0, 1.0)
        if math.prod(wanted) == 1 and not eps.ndim and grad.shape == x.shape:
            total = np.reshape(_sum_of_blocks(grad, x, ones, float(eps)), wanted)
        else:
            total = _sum_to(wanted, np.multiply(_core.xielu(x, *ones, 0.0, eps), grad, dtype=np.float64), shape)
        with np.errstate(all="ignore"):
            found.append(total.astype(dtype)[()])
    return tuple(found)


def _broadcast(name, shapes):
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        given = ", ".join(f"{key} {shape}" for key, shape in shapes.items())
        raise ValueError(f"{name}: these shapes do not broadcast: {given}") from None


def _sum_of_blocks(grad, x, ones, eps):
    """The sum over everything, in float64."""
    grad, x = grad.reshape(-1), x.reshape(-1)
    parts = []
    with np.errstate(all="ignore"):
        for start in range(0, x.size, _BLOCK):
            slope = _core.xielu(x[start : start + _BLOCK], *ones, 0.0, eps)
            parts.append(np.add.reduce(np.multiply(slope, grad[start : start + _BLOCK], dtype=np.float64)))
        return np.add.reduce(np.array(parts, np.float64))


def _sum_to(wanted, terms, shape):
    """The sum of the terms over the axes along which a parameter of the shape `wanted` is repeated."""
    terms = np.broadcast_to(terms, shape)
    padded = (1,) * (len(shape) - len(wanted)) + wanted
    axes = tuple(i for i, (n, m) in enumerate(zip(padded, shape, strict=True)) if n == 1 and m != 1)
    with np.errstate(all="ignore"):
        return np.add.reduce(terms, axis=axes, keepdims=True).reshape(wanted)
