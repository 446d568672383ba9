# Activations with learned parameters, and biases: see _channels.pxi for how they run.

def prelu(x, weight, /, axis=1, *, out=None):
    """Parametric rectified linear unit.

    Elementwise:

        x if x > 0 else weight * x

    Parameters
    ----------
    x : array_like
        Input of any shape: float16, float32 or float64; integers and bools promote.
    weight : float or array_like
        The slope below 0: a number or an array of one element; one for each index of `axis`, in one dimension; or, in
        more than one dimension, an array that broadcasts to the shape of x (Keras' shared axes). It never changes the
        dtype of the result.
    axis : int, default 1
        The axis of the channels, for a weight of one dimension. For a one-dimensional x 1 is its only axis, as in
        PyTorch.
    out : ndarray, optional
        Where to write the result: an array of the result's shape. `out=x` works in place and allocates nothing. Without
        it a new array is made.

    Returns
    -------
    ndarray or scalar
        `out`, if given. Else new, of the dtype of x: float16, float32 or float64; integers and lists promote as for
        `numpy.tanh`, scalars give a scalar.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or float64 array. Nothing
        has been written then.
    ValueError
        A weight whose shape does not fit; an `out` that is read-only or of another shape than x. Nothing has been
        written then.

    See Also
    --------
    prelu_backward : the gradients with respect to x and to weight
    leaky_relu : the same with weights that broadcast

    Notes
    -----
    The backward pass takes x, or, if every weight is > 0, y, the output of this function; so working in place (`out=x`)
    is possible in training too.

    Error: at most 0.5 ULP.

    Source: He, Zhang, Ren & Sun 2015, Delving deep into rectifiers: surpassing human-level performance on ImageNet
    classification, ICCV.
    """
    cdef Job job
    cdef Channels channels
    cdef object dtype = None, a = x
    if not ready(<PyObject *>x):
        if is_foreign(x) or isinstance(x, np.ma.MaskedArray):
            return prelu_of_container(x, weight, axis, out)
        a, _, dtype = as_inputs("prelu", ("x",), x, None)
    weights = as_weight("prelu", "weight", weight, axis, <PyObject *>a, &channels)
    target = as_target("prelu", out, a, None)
    if channels.n * channels.c * channels.inner == 0:
        return delivered(target, out, dtype)
    if weights is not None and share(<PyObject *>weights, <PyObject *>target):
        weights = weights.copy()
    to = target
    if channels.reordered:
        order = channels_last(a, np.shape(weight))
        a, to = a.transpose(order), target.transpose(order)
    start_job(&job, EACH, <PyObject *>to, <PyObject *>a, NULL)
    job.kernel[:] = in_use.table[job.dtype].kernel[<int>FA_ID_leaky_relu][FA_FORWARD]
    set_weight(&job, <PyObject *>weights, &channels)
    run_each(&job, LIGHT)
    return delivered(target, out, dtype)


cdef object prelu_of_container(object x, object weight, object axis, object out):
    """leaky_relu with the weights in a shape that broadcasts."""
    if is_foreign(weight) and not is_chunked(weight):
        raise not_handled("prelu", "weight", weight)  # it would go along an axis of its own choice
    check_foreign("prelu", ("x",), [x], 2)
    weight = as_param("prelu", "weight", weight)
    if type(weight) is not float and weight.ndim == 1 and weight.size == 1:
        weight = weight.reshape(())  # x may have no dimension at all
    if type(weight) is not float and weight.ndim == 1:
        ndim = len(x.shape)
        axis = 0 if axis == 1 and ndim == 1 else axis
        if not -ndim <= axis < ndim:
            raise ValueError(f"prelu: axis = {axis} is out of range for an array of {ndim} dimensions")
        if x.shape[axis] != weight.size:
            raise ValueError(f"prelu: weight has shape {weight.shape}, which is not ({x.shape[axis]},), the length of "
                             f"axis {axis}")
        weight = weight.reshape((-1,) + (1,) * (ndim - 1 - axis % ndim))
    return slow(FA_ID_leaky_relu, FA_FORWARD, x, None, (weight,), out, True, "prelu")


def prelu_backward(grad, x=None, weight=0.25, /, axis=1, *, y=None, out=None, out_weight=None):
    """Gradients of `prelu` with respect to x and to weight.

    `grad` times

        1 if x > 0 else weight      (x)
        min(x, 0)                   (weight, summed over all the elements that share one)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output. Broadcasts with the other array.
    x : array_like, optional
        Input of the forward pass. Exactly one of `x` and `y` is given.
    weight : float or array_like, default 0.25
        As for `prelu`. With `y` all > 0.
    axis : int, default 1
        As for `prelu`.
    y : array_like, optional
        Output of the forward pass, instead of `x`.
    out : ndarray, optional
        Where to write the gradient of x. `out=grad` works in place and allocates nothing.
    out_weight : ndarray, optional
        Where to write the gradient of weight, an array of its shape.

    Returns
    -------
    grad_x, grad_weight : ndarray or scalar
        The second of the shape of weight. Both have the dtype of the input.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or float64 array; both of
        `x` and `y`, or neither. Nothing has been written then.
    ValueError
        Shapes that do not fit; an `out` that is read-only or of another shape than its gradient; outs that share
        memory; with `y` a weight that is not > 0. Nothing has been written then.

    See Also
    --------
    prelu : the forward pass

    Notes
    -----
    One pass over the arrays. The sums have an order that the shape alone fixes: the same bits for any number of threads
    and any strides.

    Error: of the gradient of x at most 0.5 ULP; of that of weight at most 2 ULP of the sum of the magnitudes of its
    terms, from y 2.5.

    Source: He, Zhang, Ren & Sun 2015, Delving deep into rectifiers: surpassing human-level performance on ImageNet
    classification, ICCV.
    """
    cdef Job job
    cdef Channels channels
    cdef object dtype, a, b
    cdef bint from_y = y is not None
    if from_y == (x is not None):
        raise one_of_x_and_y("prelu_backward", x)
    if type(weight) is tuple:
        weight = list(weight)  # below a tuple is a shape
    a, b, dtype = as_inputs("prelu_backward", ("grad", "y" if from_y else "x"), grad, y if from_y else x)
    weights = as_weight("prelu_backward", "weight", weight, axis, <PyObject *>a, &channels)
    if from_y:
        check_divisors("prelu_backward", "weight", weights, <PyObject *>a, &channels)
    target = as_target("prelu_backward", out, a, b)
    if out_weight is not None:
        check_sums_out("prelu_backward", "out_weight", out_weight, weight, out)
    if weights is not None and (share(<PyObject *>weights, <PyObject *>target) or (
            out_weight is not None and share(<PyObject *>weights, <PyObject *>out_weight))):
        weights = weights.copy()
    to = target
    if channels.reordered:
        order = channels_last(a, np.shape(weight))
        a, b, to = a.transpose(order), b.transpose(order), target.transpose(order)
    start_job(&job, SUMS, <PyObject *>to, <PyObject *>a, <PyObject *>b)
    if channels.n * channels.c * channels.inner:
        set_weight(&job, <PyObject *>weights, &channels)
        job.sum[:] = in_use.table[job.dtype].sum[FA_SUM_prelu]
    sums = run_sums(&job, LIGHT, &channels, a, weight, dtype, out_weight, from_y)
    return delivered(target, out, dtype), sums


cdef int check_divisors(str function, str name, object weights, PyObject *a, Channels *channels) except -1:
    """Weights that y is divided by: positive, finite, not subnormal in the dtype of a, or NaN."""
    cdef float *single = &channels.single
    cdef double *wide = &channels.wide
    cdef double value, least = FLT_MIN if fa_type(a) == cnp.NPY_FLOAT else DBL_MIN
    cdef Py_ssize_t i, n = 1
    if weights is not None:
        n = cnp.PyArray_SIZE(weights)
        single, wide = <float *>fa_data(<PyObject *>weights), <double *>fa_data(<PyObject *>weights)
    for i in range(n):
        value = single[i] if fa_type(a) == cnp.NPY_FLOAT else wide[i]
        if value < least or value == INFINITY:
            bad = (<object>a).dtype.type(value)
            raise ValueError(f"{function}: {name} = {bad} {BROKEN['POSITIVE'][1]} with y=, because x = y / {name} "
                             "below 0")
    return 0


cdef object one_of_x_and_y(str function, object x, str x_name="x (the input of the forward pass)"):
    return TypeError(f"{function}: give exactly one of {x_name} and y= (its output), not "
                     f"{'neither' if x is None else 'both'}")

# ------------------------------------------------------------------------------------------------ other parameters

cdef object parameter_sum(int which, int cost, object a, object b, object weights, Channels *channels,
                          object given, object dtype, object out):
    """The sums of one kind of term, for the parameters `given`. They are written after everything has been read."""
    cdef Job job
    if channels.reordered:
        order = channels_last(a, np.shape(given))
        a = a.transpose(order)
        b = b.transpose(order) if b is not None else None
    start_job(&job, SUMS, NULL, <PyObject *>a, <PyObject *>b if b is not None else NULL)
    if channels.n * channels.c * channels.inner:
        if which == FA_SUM_total:
            cut_up(&job, channels.n, channels.c, channels.inner)
        else:
            set_weight(&job, <PyObject *>weights, channels)
        job.sum[:] = in_use.table[job.dtype].sum[which]
    return run_sums(&job, cost, channels, a, given, dtype, out, False)


def swish_parameters_backward(grad, x, /, beta=1.0, *, out=None):
    """Gradient of `swish` with respect to beta.

    The sum of `grad` times

        x**2 * sigmoid(beta * x) * (1 - sigmoid(beta * x))

    over all the elements that share a beta.

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output. Broadcasts with x.
    x : array_like
        Input of the forward pass.
    beta : float or array_like, default 1.0
        As for `swish`: a number, or an array that broadcasts to the shape of x.
    out : ndarray, optional
        Where to write the result: an array of the shape of beta.

    Returns
    -------
    ndarray or scalar
        Of the shape of beta, in the dtype that `swish_backward(grad, x)` would have.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or float64 array. Nothing
        has been written then.
    ValueError
        Shapes that do not broadcast; an `out` that is read-only or of another shape than beta. Nothing has been written
        then.

    See Also
    --------
    swish_backward : the gradient with respect to x

    Notes
    -----
    The order of the sum is fixed by the shape alone: the same bits for any number of threads and any strides.

    Error: at most 4 ULP of the sum of the magnitudes of the terms.

    Source: Ramachandran, Zoph & Le 2017, Searching for activation functions, arXiv:1710.05941.
    """
    cdef Channels channels
    name = "swish_parameters_backward"
    if type(beta) is tuple:
        beta = list(beta)  # below a tuple is a shape
    a, b, dtype = as_inputs(name, ("grad", "x"), grad, x)
    weights = as_weight(name, "beta", beta, None, <PyObject *>a, &channels)
    if out is not None:
        check_out(name, out, np.shape(beta))
    return parameter_sum(FA_SUM_swish_beta, EXP, a, b, weights, &channels, beta, dtype, out)


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
        `xielu_backward(grad, x)` would have. In Hugging Face's model alpha_p = softplus(p) and
        alpha_n = beta + softplus(n): multiply by sigmoid(p) and sigmoid(n) for the gradients of p and n.

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
    The order of the sums is fixed by the shape alone: the same bits for any number of threads and any strides. An eps
    with a shape takes an array of the result's shape.

    Error: at most 4 ULP of the sum of the magnitudes of the terms.

    Source: Huang & Schlag 2024, Deriving activation functions using integration, arXiv:2411.13010.
    """
    cdef Channels channels
    cdef int which
    name = "xielu_parameters_backward"
    eps = as_param(name, "eps", eps)
    a, b, dtype = as_inputs(name, ("grad", "x"), grad, x)
    if type(eps) is not float:
        shape = common_shape(name, {"grad": a, "x": b, "eps": eps})
        a, b = np.broadcast_to(a, shape), np.broadcast_to(b, shape)
    found = []
    for parameter, value, which, ones in (
        ("alpha_p", alpha_p, FA_SUM_xielu_alpha_p, (1.0, 0.0)),
        ("alpha_n", alpha_n, FA_SUM_xielu_alpha_n, (0.0, 1.0)),
    ):
        shape = np.shape(as_param(name, parameter, value))
        by_shape(name, parameter, shape, a.shape, &channels)
        if type(eps) is float:
            channels.wide = eps
            channels.single = <float>channels.wide
            weights = np.full(channels.c, eps, a.dtype) if channels.c > 1 else None
            found.append(parameter_sum(which, EXP, a, b, weights, &channels, shape, dtype, None))
        else:
            with np.errstate(all="ignore"):
                terms = xielu(b, *ones, 0.0, eps) * a
            found.append(parameter_sum(FA_SUM_total, EXP, terms, None, None, &channels, shape, dtype, None))
    return tuple(found)


# ------------------------------------------------------------------------------------------------ bias and activation

cdef dict rows_by_name = {fa_registry[i].name.decode(): i for i in range(FA_COUNT)}

cdef struct Activation:
    int row
    double wide[FA_MAX_PARAMS]
    float single[FA_MAX_PARAMS]


cdef int find_activation(str function, object name, tuple given, int kind, object dtype, Activation *found) except -1:
    """The row and the parameters of an activation, by name or as `fastact.get` returned it."""
    cdef int i, count
    cdef bint kept = True
    values = ()
    row = rows_by_name.get(name) if type(name) is str else None
    if row is None:
        from ._get import BoundActivation, BoundFunction, get
        bound = name if isinstance(name, (BoundActivation, BoundFunction)) else get(name)
        if isinstance(bound, BoundFunction):
            raise TypeError(f"{function}: {bound.name} is not elementwise; name must be an activation that is")
        if not isinstance(bound, BoundActivation):
            raise TypeError(f"{function}: name must be a str or what fastact.get returns, not {type(name).__name__}")
        row, values = rows_by_name[bound.activation.name], bound.values
    found.row = row
    count = <int>fa_registry[found.row].n_params
    if len(given) > count:
        raise TypeError(f"{function}: {name!r} has {count} parameters, not {len(given)}")
    for i in range(count):
        if i < len(given):
            found.wide[i] = real_number(function, fa_registry[found.row].params[i].name.decode(), given[i])
        else:
            found.wide[i] = values[i] if values else fa_registry[found.row].params[i].value
        found.single[i] = <float>found.wide[i]
        kept = kept and keeps(found.row, kind, i, found.wide[i], found.wide[max(i - 1, 0)])
        kept = kept and not changed(found.single[i], found.wide[i])
    if not kept:
        names = [fa_registry[found.row].params[i].name.decode() for i in range(count)]
        check_rules(found.row, kind, function, names, [found.wide[i] for i in range(count)], dtype)
    return 0


cdef void use_activation(Job *job, Activation *found, int kind) noexcept:
    cdef int i
    job.kernel[FA_UNIFORM] = kernels[job.dtype][found.row][kind]
    for i in range(FA_MAX_PARAMS):
        job.p[i] = <void *>&found.single[i] if job.dtype == FA_F32 else <void *>&found.wide[i]


def bias_activation(x, bias, name, /, *parameters, axis=-1, out=None):
    """An activation of x + bias, in one pass.

    Elementwise:

        f(x + bias)

    where f is the activation `name`, and bias has one number for each index of `axis`.

    Parameters
    ----------
    x : array_like
        Input of any shape: float16, float32 or float64; integers and bools promote.
    bias : array_like
        One number for each index of `axis`. It never changes the dtype of the result.
    name : str, Activation or BoundActivation
        The activation: a name that `fastact.get` knows, or what it returned.
    *parameters : float
        Its parameters, instead of the defaults.
    axis : int, default -1
        The axis of the channels: -1 for (N, C), 1 for (N, C, H, W).
    out : ndarray, optional
        Where to write the result: an array of the result's shape. `out=x` works in place and allocates nothing. Without
        it a new array is made.

    Returns
    -------
    ndarray
        `out`, if given. Else new, of the dtype of x: float16, float32 or float64; integers and lists promote as for
        `numpy.tanh`.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or float64 array; too many
        parameters. Nothing has been written then.
    ValueError
        A bias whose shape does not fit; an unknown name; a parameter that breaks its rule; an `out` that is read-only
        or of another shape than x. Nothing has been written then.

    See Also
    --------
    bias_activation_backward : the gradients with respect to x and to bias

    Notes
    -----
    The backward pass takes x + bias, or the output where that suffices for the activation.

    Error: that of the activation, for the sum x + bias rounded.
    """
    cdef Job job
    cdef Channels channels
    cdef Activation found
    cdef object dtype, a
    a, _, dtype = as_inputs("bias_activation", ("x",), x, None)
    find_activation("bias_activation", name, parameters, FA_FORWARD, dtype or a.dtype, &found)
    if not fa_ndim(<PyObject *>a):
        raise ValueError("bias_activation: x has no axis for a bias; it is 0-dimensional")
    weights = as_bias(bias, axis, <PyObject *>a, &channels)
    target = as_target("bias_activation", out, a, None)
    if channels.n * channels.c * channels.inner:
        if share(<PyObject *>weights, <PyObject *>target):
            weights = weights.copy()
        start_job(&job, BIAS, <PyObject *>target, <PyObject *>a, NULL)
        memcpy(job.add, in_use.table[job.dtype].add, sizeof(job.add))
        use_activation(&job, &found, FA_FORWARD)
        set_weight(&job, <PyObject *>weights, &channels)
        run_each(&job, costs[found.row])
    return delivered(target, out, dtype)


cdef object as_bias(object bias, object axis, PyObject *a, Channels *channels):
    """The bias as a contiguous array of the dtype of a."""
    if not ready(<PyObject *>bias):
        bias = as_ndarray("bias_activation", "bias", bias)
    if fa_ndim(<PyObject *>bias) != 1:
        raise ValueError(f"bias_activation: bias has shape {bias.shape}; it must have one dimension")
    by_axis("bias_activation", "bias", bias, axis, a, channels)
    cdef PyObject *given = <PyObject *>bias
    if not ready(given) or fa_type(given) != fa_type(a) or not fa_flags(given) & cnp.NPY_ARRAY_C_CONTIGUOUS:
        with np.errstate(all="ignore"):
            bias = np.require(bias, (<object>a).dtype, "CA")
    return bias


def bias_activation_backward(grad, name, /, *parameters, z=None, y=None, axis=-1, out=None, out_bias=None):
    """Gradients of `bias_activation` with respect to x and to bias, in one pass.

    `grad` times

        f'(z)       (x, where z = x + bias)
        f'(z)       (bias, summed over all the elements that share one)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output. Broadcasts with the other array.
    name : str, Activation or BoundActivation
        As for `bias_activation`.
    *parameters : float
        As for `bias_activation`.
    z : array_like, optional
        x + bias. Exactly one of `z` and `y` is given.
    y : array_like, optional
        Output of the forward pass, instead of `z`, for the activations whose gradient can be had from it.
    axis : int, default -1
        As for `bias_activation`.
    out : ndarray, optional
        Where to write the gradient of x. `out=grad` works in place and allocates nothing.
    out_bias : ndarray, optional
        Where to write the gradient of bias, an array of one dimension.

    Returns
    -------
    grad_x, grad_bias : ndarray
        Both of the dtype of the input.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or float64 array; both of
        `z` and `y`, or neither; y for an activation that needs z. Nothing has been written then.
    ValueError
        Shapes that do not broadcast; an unknown name; a parameter that breaks its rule; an `out` that is read-only or
        of another shape than its gradient; outs that share memory. Nothing has been written then.

    See Also
    --------
    bias_activation : the forward pass

    Notes
    -----
    The order of the sum is fixed by the shape alone: the same bits for any number of threads and any strides.

    Error: of the gradient of x that of the activation; of that of bias at most 1.5 ULP of the sum of the magnitudes of
    the gradients of x, as they were rounded.
    """
    cdef Job job
    cdef Channels channels
    cdef Activation found
    cdef object dtype, a, b
    cdef int kind = FA_BACKWARD if y is None else FA_BACKWARD_Y
    function = "bias_activation_backward"
    if (y is None) == (z is None):
        raise one_of_x_and_y(function, z, "z= (x + bias)")
    a, b, dtype = as_inputs(function, ("grad", "z" if y is None else "y"), grad, z if y is None else y)
    find_activation(function, name, parameters, kind, dtype or a.dtype, &found)
    if kind == FA_BACKWARD_Y and not fa_registry[found.row].from_y:
        raise TypeError(f"{function}: the gradient of {name!r} cannot be had from y; give z")
    if not fa_ndim(<PyObject *>a):
        raise ValueError(f"{function}: grad has no axis for a bias; it is 0-dimensional")
    channels.reordered = False
    by_axis(function, "bias", None, axis, <PyObject *>a, &channels)
    target = as_target(function, out, a, b)
    given = out_bias
    if out_bias is None or not fa_is_array(<PyObject *>out_bias) or fa_ndim(<PyObject *>out_bias) != 1 or (
            fa_shape(<PyObject *>out_bias)[0] != channels.c):
        given = (channels.c,)
    if out_bias is not None:
        check_sums_out(function, "out_bias", out_bias, given, out)
    start_job(&job, BIAS_SUMS, <PyObject *>target, <PyObject *>a, <PyObject *>b)
    if channels.n * channels.c * channels.inner:
        use_activation(&job, &found, kind)
        job.sum[:] = in_use.table[job.dtype].sum[FA_SUM_total]
        cut_up(&job, channels.n, channels.c, channels.inner)
    sums = run_sums(&job, costs[found.row], &channels, a, given, dtype, out_bias, False)
    return delivered(target, out, dtype), sums


__all__ += [
    "prelu", "prelu_backward", "swish_parameters_backward", "xielu_parameters_backward",
    "bias_activation", "bias_activation_backward",
]
