# Functions of rows with most elements 0, and softmax with noise. Included by _core.pyx after _rows.pxi, which has what
# they share with softmax, and _chance.pxi.

cdef extern from "fastact.h" nogil:
    enum:
        FA_SPARSEMAX
        FA_ENTMAX15
        FA_SPARSEMAX_BACKWARD
        FA_ENTMAX15_BACKWARD
        FA_CHANCE_gumbel


def hardmax(x, /, axis=-1, *, out=None):
    """Hardmax: 1 at the largest element along an axis, 0 elsewhere.

        1 if it is the first of the largest else 0

    Parameters
    ----------
    x : array_like
        The input: float16, float32, float64, or what NumPy makes one of those.
    axis : int, tuple of ints or None, default -1
        Along which to look; None for the whole array. Of several axes the first is that of the array in C order.
    out : ndarray, optional
        Where to write the result, of the shape and dtype of the result; `out=x` works in place and allocates nothing.

    Returns
    -------
    ndarray
        Of the shape and dtype of x. A row with NaN gives NaN; a row of nothing but -inf gives 1 at its first element.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; masked arrays and tables; an `out` of another dtype.
    ValueError
        An axis out of range; an `out` that is read-only or of another shape than x.

    See Also
    --------
    softmax, sparsemax, gumbel_softmax

    Notes
    -----
    The result is exact. There is no backward pass: the gradient is 0 wherever there is one. Whoever takes another, such
    as that of softmax (a straight-through estimator), calls `softmax_backward`.

    Source: Hardmax of ONNX.
    """
    return rows_call(FA_HARDMAX, "hardmax", x, None, axis, 1.0, False, None, False, out)


def sparsemax(x, /, axis=-1, *, where=None, out=None):
    """Sparsemax: the nearest probabilities to x along an axis, of which many are 0.

        max(x - tau, 0)

    with the tau for which the sum is 1.

    Parameters
    ----------
    x : array_like
        The input: float16, float32, float64, or what NumPy makes one of those.
    axis : int, tuple of ints or None, default -1
        Along which to sum; None for the whole array.
    where : array_like of bool, optional
        Which elements count; broadcasts to the shape of x. The others give 0.
    out : ndarray, optional
        Where to write the result, of the shape and dtype of the result; `out=x` works in place and allocates nothing.

    Returns
    -------
    ndarray
        Of the shape and dtype of x. A row without any element, or of nothing but -inf, gives 0 everywhere; a row with
        NaN or +inf gives NaN.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; masked arrays and tables; an `out` of another dtype.
    ValueError
        An axis out of range, shapes that do not fit, a read-only `out`.

    See Also
    --------
    sparsemax_backward, entmax15, softmax

    Notes
    -----
    The backward pass needs the output only. Error: at most 1 ULP of results from 2**-22 (float64: 2**-50) times the
    largest one on, and below it 1 ULP of that. tau and the differences are sums of two numbers, so that little is lost
    just above tau, too. It is found by Michelot's iteration, which starts with the elements less than 1 below the
    largest, and drops those below tau until there are none: no sort, no memory. The same bits for any number of threads
    and any layout in memory. A lazy Dask array gives one if the axis is a single chunk.

    Source: Martins & Astudillo 2016, From softmax to sparsemax: a sparse model of attention and multi-label
    classification, ICML; Michelot 1986, A finite algorithm for finding the projection of a point onto the canonical
    simplex of R^n.
    """
    return rows_call(FA_SPARSEMAX, "sparsemax", x, None, axis, 1.0, False, where, False, out)


def sparsemax_backward(grad, y, /, axis=-1, *, out=None):
    """Gradient of `sparsemax` from its output.

        grad - mean(grad where y > 0) if y > 0 else 0

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output.
    y : array_like
        Output of the forward pass, of the shape of grad.
    axis : int, tuple of ints or None, default -1
        As in the forward pass.
    out : ndarray, optional
        Where to write the result; `out=grad` and `out=y` work in place and allocate nothing.

    Returns
    -------
    ndarray
        Of the shape of grad. NaN where y is.

    Raises
    ------
    TypeError, ValueError
        As `sparsemax`; grad and y of different shapes.

    Notes
    -----
    Error: at most 2 ULP of the larger of |grad| and mean(|grad| where y > 0).
    """
    return rows_call(FA_SPARSEMAX_BACKWARD, "sparsemax_backward", grad, y, axis, 1.0, False, None, False, out)


def entmax15(x, /, axis=-1, *, where=None, out=None):
    """1.5-entmax: between softmax and sparsemax; smooth, with many elements 0.

        max(x / 2 - tau, 0)**2

    with the tau for which the sum is 1.

    Parameters
    ----------
    x : array_like
        The input: float16, float32, float64, or what NumPy makes one of those.
    axis : int, tuple of ints or None, default -1
        Along which to sum; None for the whole array.
    where : array_like of bool, optional
        Which elements count; broadcasts to the shape of x. The others give 0.
    out : ndarray, optional
        Where to write the result, of the shape and dtype of the result; `out=x` works in place and allocates nothing.

    Returns
    -------
    ndarray
        Of the shape and dtype of x. A row without any element, or of nothing but -inf, gives 0 everywhere; a row with
        NaN or +inf gives NaN.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; masked arrays and tables; an `out` of another dtype.
    ValueError
        An axis out of range, shapes that do not fit, a read-only `out`.

    See Also
    --------
    entmax15_backward, sparsemax, softmax

    Notes
    -----
    The backward pass needs the output only. Error: at most 1 ULP of results from 2**-32 (float64: 2**-64) times the
    largest one on, and below it 1 ULP of that. tau is found by Newton's iteration and the quadratic equation of the
    support: no sort, no memory. The same bits for any number of threads and any layout in memory. A lazy Dask array
    gives one if the axis is a single chunk.

    Source: Peters, Niculae & Martins 2019, Sparse sequence-to-sequence models, ACL.
    """
    return rows_call(FA_ENTMAX15, "entmax15", x, None, axis, 1.0, False, where, False, out)


def entmax15_backward(grad, y, /, axis=-1, *, out=None):
    """Gradient of `entmax15` from its output.

    With s = sqrt(y)

        s * (grad - sum(grad * s) / sum(s))

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output.
    y : array_like
        Output of the forward pass, of the shape of grad.
    axis : int, tuple of ints or None, default -1
        As in the forward pass.
    out : ndarray, optional
        Where to write the result; `out=grad` and `out=y` work in place and allocate nothing.

    Returns
    -------
    ndarray
        Of the shape of grad. NaN where y is.

    Raises
    ------
    TypeError, ValueError
        As `entmax15`; grad and y of different shapes.

    Notes
    -----
    Error: at most 4 ULP of the larger of |s grad| and s sum(|grad s|) / sum(s).
    """
    return rows_call(FA_ENTMAX15_BACKWARD, "entmax15_backward", grad, y, axis, 1.0, False, None, False, out)


def gumbel_softmax(x, /, axis=-1, temperature=1.0, *, hard=False, seed=None, out=None):
    """Softmax with Gumbel noise: a sample from the categories whose logits are x, relaxed to something with a gradient.

    With a number u between 0 and 1 for each element, and z = (x - log(-log(u))) / temperature

        exp(z) / sum(exp(z))

    or, if `hard`, 1 at the largest z and 0 elsewhere: with the probabilities softmax(x), whatever the temperature is.

    Parameters
    ----------
    x : array_like
        The logits: float16, float32, float64, or what NumPy makes one of those.
    axis : int, tuple of ints or None, default -1
        Along which the categories lie; None for the whole array.
    temperature : float, default 1.0
        Between 2**-60 and 2**60; the nearer to 0, the nearer is the soft sample to the hard one.
    hard : bool, default False
        Whether to give 1 and 0. The sample is that of the same seed without `hard`.
    seed : int or numpy.random.Generator
        0 <= seed < 2**64: with the same seed, shape and dtype each element gets the same noise again. From a Generator
        `draw_seed` takes a seed that nobody knows afterwards.
    out : ndarray, optional
        Where to write the result, of the shape of the result; `out=x` works in place and allocates nothing.

    Returns
    -------
    ndarray
        Of the shape and dtype of x. Rows with NaN or of nothing but -inf as in `softmax`, if `hard` as in `hardmax`.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; no seed. Nothing has been written then.
    ValueError
        An axis out of range, a temperature that is not positive, a seed out of range; an `out` that is read-only or of
        another shape than x. Nothing has been written then.

    See Also
    --------
    gumbel_softmax_backward : the gradient
    draw_seed : a seed for two calls
    softmax, hardmax

    Notes
    -----
    Keep the soft sample for the backward pass, with `hard`, too, where its gradient stands for the one that there is
    not (straight-through): it is what the same call gives without `hard`.

    The numbers are those of `rrelu`; in float32 the noise is between -2.81 and 16.64, in float64 between -3.61 and
    36.74. It is off by at most 1 ULP, of 1 / 64 where it is nearer to 0 than that; then x plus noise is rounded.

    Error: at most 4 ULP beyond what these roundings do.

    Source: Jang, Gu & Poole 2017, Categorical reparameterization with Gumbel-softmax, ICLR; Maddison, Mnih & Teh 2017,
    The concrete distribution: a continuous relaxation of discrete random variables, ICLR.
    """
    cdef Job job
    cdef Rows rows
    cdef int at, ndim
    cdef object result = None
    if type(hard) is not bool:
        raise TypeError(f"gumbel_softmax: hard must be True or False, not {hard!r}")
    a, _, dtype = as_inputs("gumbel_softmax", ("x",), x, None)
    ndim = fa_ndim(<PyObject *>a)
    set_scale(&rows, "gumbel_softmax", temperature, a.dtype)
    if type(axis) is not int or not -ndim <= axis < ndim:
        as_axes("gumbel_softmax", axis, ndim)
    if seed is None:
        raise TypeError("gumbel_softmax: seed is missing; give an int from 0 to 2**64 - 1")
    target = as_target("gumbel_softmax", out, a, None)
    job.seed = as_seed("gumbel_softmax", seed, True)
    if cnp.PyArray_SIZE(a):
        start_job(&job, RANDOM, <PyObject *>target, <PyObject *>a, NULL)
        job.p[0] = <const void *>NOTHING
        job.chance = in_use.table[job.dtype].chance[FA_CHANCE_gumbel]
        cut_up(&job, 1, 1, cnp.PyArray_SIZE(a))
        run_each(&job, EXP)
        rows.strips.function = FA_HARDMAX if hard else FA_SOFTMAX
        rows.strips.negate = False
        if type(axis) is int and ndim:
            at = axis
            at = at + ndim if at < 0 else at
            result = rows_fast(&rows, <PyObject *>target, NULL, <PyObject *>target, NULL, NULL, at, False, True)
        if result is None:
            rows_call(rows.strips.function, "gumbel_softmax", target, None, axis, temperature, False, None, False,
                      target)
    return delivered(target, out, dtype)


cdef double[2] NOTHING  # the parameters of noise


def gumbel_softmax_backward(grad, y, /, axis=-1, temperature=1.0, *, out=None):
    """Gradient of `gumbel_softmax` from the soft sample.

        y * (grad - sum(grad * y)) / temperature

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output, soft or hard.
    y : array_like
        The soft sample, of the shape of grad: the output of the forward pass, or with `hard` what it gives without it.
    axis : int, tuple of ints or None, default -1
        As in the forward pass.
    temperature : float, default 1.0
        As in the forward pass.
    out : ndarray, optional
        Where to write the result; `out=grad` and `out=y` work in place and allocate nothing.

    Returns
    -------
    ndarray
        Of the shape of grad.

    Raises
    ------
    TypeError, ValueError
        As `softmax_backward`, which this is.

    Notes
    -----
    Error: at most 8 ULP of the larger of |y grad| and y sum(|grad y|).
    """
    return rows_call(FA_SOFTMAX_BACKWARD, "gumbel_softmax_backward", grad, y, axis, temperature, False, None, False,
                     out)


__all__ += [
    "entmax15", "entmax15_backward", "gumbel_softmax", "gumbel_softmax_backward", "hardmax", "sparsemax",
    "sparsemax_backward",
]
