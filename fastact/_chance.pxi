# Activations with a random number for each element: see _channels.pxi for how they run, and
# src_c/loops/random.h for the numbers.

from operator import index


def draw_seed(generator, /):
    """A seed for a function with random numbers, drawn from a NumPy generator.

    Parameters
    ----------
    generator : numpy.random.Generator
        It gives 64 bits.

    Returns
    -------
    int
        0 <= seed < 2**64.

    Raises
    ------
    TypeError
        No `numpy.random.Generator`.

    See Also
    --------
    rrelu : takes the seed
    """
    if not isinstance(generator, np.random.Generator):
        raise TypeError(f"draw_seed: generator must be a numpy.random.Generator, not {type(generator).__name__}")
    return int(generator.integers(0, 2**64 - 1, dtype=np.uint64, endpoint=True))


cdef uint64_t as_seed(str function, object seed, bint forward) except? 1:
    if type(seed) is int:
        try:
            return seed
        except OverflowError:
            raise ValueError(f"{function}: seed = {seed} must be from 0 to 2**64 - 1") from None
    if seed is None:
        raise TypeError(f"{function}: seed is missing; give an int from 0 to 2**64 - 1, or training=False")
    if isinstance(seed, np.random.Generator):
        if not forward:
            raise TypeError(f"{function}: seed must be the int that the forward pass had, a Generator draws another; "
                            "draw it with fastact.draw_seed(generator) before, and give it to both")
        seed = draw_seed(seed)
    try:
        return as_seed(function, index(seed), forward)
    except TypeError:
        raise TypeError(f"{function}: seed must be an int{' or a numpy.random.Generator' if forward else ''}, not "
                        f"{type(seed).__name__}") from None


cdef struct Limits:
    double wide[2]
    float single[2]


cdef int as_limits(str function, object lower, object upper, bint from_y, Limits *limits) except -1:
    cdef int i
    for i, name, value in ((0, "lower", lower), (1, "upper", upper)):
        limits.wide[i] = real_number(function, name, value)
        limits.single[i] = <float>limits.wide[i]
        if not fabs(limits.wide[i]) < INFINITY:
            raise ValueError(f"{function}: {name} = {limits.wide[i]} must be finite")
    if limits.wide[0] > limits.wide[1]:
        raise ValueError(f"{function}: lower = {limits.wide[0]} must not be above upper = {limits.wide[1]}")
    if from_y and limits.wide[0] < 0:
        raise ValueError(f"{function}: lower = {limits.wide[0]} must be >= 0 with y=, because x cannot be told from y")
    return 0


cdef object run_rrelu(str function, int which, object a, object b, Limits *limits, uint64_t seed, object out,
                      object dtype):
    cdef Job job
    cdef Py_ssize_t n = cnp.PyArray_SIZE(a)
    cdef int i
    for i in range(2 if fa_type(<PyObject *>a) == cnp.NPY_FLOAT else 0):
        if fabs(limits.single[i]) == INFINITY:
            raise ValueError(f"{function}: {('lower', 'upper')[i]} = {limits.wide[i]} must be finite in float32")
    target = as_target(function, out, a, b)
    if n:
        start_job(&job, RANDOM, <PyObject *>target, <PyObject *>a, <PyObject *>b if b is not None else NULL)
        job.weight = <char *>&limits.single if job.dtype == FA_F32 else <char *>&limits.wide
        job.p[0] = job.weight
        job.chance = in_use.table[job.dtype].chance[which]
        job.seed = seed
        cut_up(&job, 1, 1, n)
        run_each(&job, EXP)
    return delivered(target, out, dtype)


def rrelu(x, /, lower=0.125, upper=1.0 / 3.0, *, seed=None, training=True, out=None):
    """Randomized leaky rectified linear unit.

    Elementwise:

        x if x >= 0 else slope * x

    where each element has a slope of its own, uniform between lower and upper; if not `training` all have
    (lower + upper) / 2.

    Parameters
    ----------
    x : array_like
        Input of any shape: float16, float32 or float64; integers and bools promote.
    lower : float, default 0.125
        The least slope.
    upper : float, default 0.3333333333333333
        The greatest slope.
    seed : int or numpy.random.Generator
        0 <= seed < 2**64: with the same seed, shape and dtype each element gets the same slope again. From a Generator
        `draw_seed` takes a seed that nobody knows afterwards: for a forward pass alone.
    training : bool, default True
        Without it no seed is needed.
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
        Complex, object, string or long double input; an `out` that is not a float16, float32 or float64 array; in
        training no seed. Nothing has been written then.
    ValueError
        lower > upper, or one of them is not finite; a seed out of range; an `out` that is read-only or of another shape
        than x. Nothing has been written then.

    See Also
    --------
    rrelu_backward : the gradient
    draw_seed : a seed for both passes

    Notes
    -----
    The backward pass, `rrelu_backward`, takes the same seed and x, or y, the output of this function; so working in
    place (`out=x`) is possible in training too. The slopes are not stored but computed again.

    The numbers are those of Philox 4x32-10, with the seed as its key and the index of the element, in C order of the
    shape, as its counter: threads, strides and the processor change nothing. u has 23 bits (float32; float16 is
    computed so) or 52 (float64) and is an odd multiple of 2^-24 or 2^-53; the slope is lower + (upper - lower) u,
    rounded (once where the machine has fused multiply-add, else twice).

    Error: at most 0.5 ULP for that slope.

    Source: Xu, Wang, Chen & Li 2015, Empirical evaluation of rectified activations in convolutional network,
    arXiv:1505.00853; Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy as 1, 2, 3, SC.
    """
    cdef Limits limits
    as_limits("rrelu", lower, upper, False, &limits)
    if not training:
        return rrelu_of_middle("rrelu", FA_FORWARD, x, None, &limits, out)
    a, _, dtype = as_inputs("rrelu", ("x",), x, None)
    return run_rrelu("rrelu", FA_CHANCE_rrelu, a, None, &limits, as_seed("rrelu", seed, True), out, dtype)


cdef object rrelu_of_middle(str function, int kind, object a, object b, Limits *limits, object out):
    """leaky_relu with the mean slope, under this name."""
    cdef double slope = limits.wide[0] + (limits.wide[1] - limits.wide[0]) / 2
    cdef double params[FA_MAX_PARAMS]
    params[0] = slope
    result = fast(FA_ID_leaky_relu, kind, <PyObject *>a, or_null(b), or_null(out), params)
    return result if result is not None else slow(FA_ID_leaky_relu, kind, a, b, (slope,), out, True, function)


def rrelu_backward(grad, x=None, /, lower=0.125, upper=1.0 / 3.0, *, y=None, seed=None, training=True, out=None):
    """Gradient of `rrelu` with respect to its input.

    Elementwise `grad` times

        1 if x > 0 else slope

    or, from the output y, `grad` times

        1 if y > 0 else slope

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output. Broadcasts with the other array.
    x : array_like, optional
        Input of the forward pass. Exactly one of `x` and `y` is given.
    lower : float, default 0.125
        As for `rrelu`. With `y` >= 0.
    upper : float, default 0.3333333333333333
        As for `rrelu`.
    y : array_like, optional
        Output of the forward pass, instead of `x`.
    seed : int
        That of the forward pass; a Generator would draw another one.
    training : bool, default True
        As for `rrelu`.
    out : ndarray, optional
        Where to write the result: an array of the result's shape. `out=grad` works in place and allocates nothing.
        Without it a new array is made.

    Returns
    -------
    ndarray or scalar
        `out`, if given. Else new, of the dtype of the input: float16, float32 or float64; integers and lists promote as
        for `numpy.tanh`, scalars give a scalar.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or float64 array; both of
        `x` and `y`, or neither; in training no seed, or a Generator. Nothing has been written then.
    ValueError
        lower > upper, or one of them is not finite; lower < 0 with y; a seed out of range; shapes that do not
        broadcast; an `out` that is read-only or of another shape than the result. Nothing has been written then.

    See Also
    --------
    rrelu : the forward pass

    Notes
    -----
    Keep either buffer. The slopes are those of the forward pass if seed, shape and dtype are: where grad and x have
    different shapes, the index of an element is that in the shape of the result.

    Error: at most 0.5 ULP for that slope.

    Source: Xu, Wang, Chen & Li 2015, Empirical evaluation of rectified activations in convolutional network,
    arXiv:1505.00853.
    """
    cdef Limits limits
    cdef bint from_y = y is not None
    if from_y == (x is not None):
        raise one_of_x_and_y("rrelu_backward", x)
    as_limits("rrelu_backward", lower, upper, from_y, &limits)
    if not training:
        kind = FA_BACKWARD_Y if from_y else FA_BACKWARD
        return rrelu_of_middle("rrelu_backward", kind, grad, y if from_y else x, &limits, out)
    a, b, dtype = as_inputs("rrelu_backward", ("grad", "y" if from_y else "x"), grad, y if from_y else x)
    return run_rrelu("rrelu_backward", FA_CHANCE_rrelu_backward, a, b, &limits, as_seed("rrelu_backward", seed, False),
                     out, dtype)


def _uniform(seed, Py_ssize_t n, dtype=np.float32, first=0):
    """The random numbers of n elements from index `first` on, in (0, 1). For tests."""
    cdef Limits limits
    cdef uint64_t key = seed, start = first
    limits.wide[:] = [0, 1]
    limits.single[:] = [0, 1]
    out = np.empty(n, dtype)
    cdef int which = DTYPES.index(out.dtype.name)
    cdef char *to = fa_data(<PyObject *>out)
    cdef const void *p = <void *>&limits.single if which == FA_F32 else <void *>&limits.wide
    with nogil:
        in_use.table[which].chance[FA_CHANCE_uniform](to, to, to, p, key, start, n)
    return out


def _philox(isa, counter, key, dtype="float32"):
    """The four words that the generator of an instruction set makes of four words and a key of two. For tests."""
    cdef const fa_isa *which = fa_select(isa.encode())
    cdef uint32_t words[4]
    cdef uint32_t counters[4]
    cdef uint32_t keys[2]
    cdef int i
    if which == NULL:
        raise ValueError(f"instruction set {isa!r} is not available; these are: {instruction_sets()['available']}")
    for i in range(4):
        counters[i] = counter[i]
    for i in range(2):
        keys[i] = key[i]
    which.table[<int>DTYPES.index(dtype)].philox(words, counters, keys)
    return [words[i] for i in range(4)]


__all__ += ["draw_seed", "rrelu", "rrelu_backward"]
