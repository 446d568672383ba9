# Gated functions, value * f(gate): two arrays in; their gradients: three in and two out.

cdef extern from "fastact.h" nogil:
    enum fa_gate_id:
        FA_GATE_glu
        FA_GATE_swiglu
        FA_GATE_geglu
        FA_GATE_geglu_tanh
        FA_GATE_geglu_sigmoid
        FA_GATE_reglu
        FA_GATE_bilinear
        FA_GATE_seglu

cdef extern from *:
    """
    #define GATE(name, f, ...) FA_ID_##f,
    static const int fa_gate_row[] = {
    #include "gates.def"
    };
    #undef GATE
    #define GATE(name, ...) #name,
    static const char *const fa_gate_name[] = {
    #include "gates.def"
    };
    #undef GATE
    """
    const int fa_gate_row[]  # of f
    const char *const fa_gate_name[]


# ------------------------------------------------------------------------------------------------ the fast path

cdef object fast_gate(int which, int kind, PyObject **operand, object out):
    """The result, or None if this call is not for the fast path: nothing has been written then.

    operand: the outs, NULL for new ones, then the inputs. out: what the caller gave.
    """
    cdef int outs = 1 if kind == FA_FORWARD else 2
    cdef int operands = 2 * outs + 1
    cdef PyObject *a = operand[outs]
    cdef int dtype, itemsize, flags, k, row = fa_gate_row[which]
    cdef bint contiguous
    cdef Py_ssize_t n = 1
    cdef char *data[OPERANDS]
    cdef Work work
    cdef object first = None, second = None

    if not fa_is_array(a) or not fa_native(a):
        return None
    if fa_type(a) == cnp.NPY_FLOAT:
        dtype, itemsize = FA_F32, 4
    elif fa_type(a) == cnp.NPY_DOUBLE:
        dtype, itemsize = FA_F64, 8
    else:
        return None
    flags = fa_flags(a)
    for k in range(operands):
        if operand[k] == NULL or operand[k] == a:
            continue
        if not alike(operand[k], a):
            return None
        flags &= fa_flags(operand[k])
    for k in range(outs):
        if operand[k] and not fa_flags(operand[k]) & cnp.NPY_ARRAY_WRITEABLE:
            return None
    if not flags & cnp.NPY_ARRAY_ALIGNED or not fa_ndim(a):
        return None
    for k in range(fa_ndim(a)):
        n *= fa_shape(a)[k]
    contiguous = flags & (cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_F_CONTIGUOUS)
    if out is not None:
        if contiguous and not apart(operand, outs, operands, n * itemsize):
            return None
    else:
        first = new_like(a, contiguous, flags)
        operand[0] = <PyObject *>first
        if outs == 2:
            second = new_like(a, contiguous, flags)
            operand[1] = <PyObject *>second

    work.many = in_use.table[dtype].gate[which][kind]
    if not contiguous:
        work.kernel, work.inputs, work.params = NULL, 0, 0
        work.many_strided = in_use.table[dtype].gate_strided
        if n and not walk(operand, outs, operands, costs[row], dtype, itemsize, n, &work):
            return None
    else:
        for k in range(operands):
            data[k] = fa_data(operand[k])
        if n < KEEP_GIL_BELOW:
            work.many(<void **>data, n)
        else:
            run_contiguous(costs[row], dtype, data, operands, n, &work)
    if out is not None:
        return out
    return first if outs == 1 else (first, second)


cdef inline object new_like(PyObject *a, bint contiguous, int flags):
    return fa_new(a, not flags & cnp.NPY_ARRAY_C_CONTIGUOUS) if contiguous else fa_new_like(a)


cdef bint apart(PyObject **operand, int outs, int operands, Py_ssize_t nbytes) noexcept:
    """Contiguous ones: is each out exactly an input or apart from it, and are the outs apart?"""
    cdef int k, m
    cdef Py_ssize_t distance
    for m in range(outs):
        for k in range(m + 1, operands):
            distance = fa_data(operand[m]) - fa_data(operand[k])
            if -nbytes < distance < nbytes and (distance or k < outs):
                return False
    return True


# ------------------------------------------------------------------------------------------------ a call

cdef inline object gate_forward(int which, object value, object gate, object out):
    cdef PyObject *operand[OPERANDS]
    operand[0] = NULL if out is None else <PyObject *>out
    operand[1], operand[2] = <PyObject *>value, <PyObject *>gate
    result = fast_gate(which, FA_FORWARD, operand, out)
    return slow_gate(which, FA_FORWARD, value, gate, None, out) if result is None else result


cdef inline object gate_backward(int which, int kind, object grad, object value, object gate, object out):
    cdef PyObject *operand[OPERANDS]
    operand[0] = operand[1] = NULL
    if out is not None:
        if type(out) is not tuple or len(<tuple>out) != 2:
            out = pair_of_outs(which, out)
        operand[0], operand[1] = <PyObject *>(<tuple>out)[0], <PyObject *>(<tuple>out)[1]
    operand[2], operand[3], operand[4] = <PyObject *>grad, <PyObject *>value, <PyObject *>gate
    result = fast_gate(which, kind, operand, out)
    return slow_gate(which, kind, grad, value, gate, out) if result is None else result


cdef tuple pair_of_outs(int which, object out):
    if type(out) is list and len(out) == 2:
        return tuple(out)
    function = gate_function(which, FA_BACKWARD)
    what = f"{type(out).__name__} of {len(out)}" if type(out) in (list, tuple) else type(out).__name__
    raise TypeError(f"{function}: out must be a pair of arrays, (grad_value, grad_gate), not {what}")


cdef int geglu_variant(str function, object approximate) except -1:
    if isinstance(approximate, str):
        if approximate == "none":
            return FA_GATE_geglu
        if approximate == "tanh":
            return FA_GATE_geglu_tanh
        if approximate == "sigmoid":
            return FA_GATE_geglu_sigmoid
    raise bad_choice(function, "approximate", approximate, ("none", "tanh", "sigmoid"))


# ------------------------------------------------------------------------------------------------ the slow path

cdef list gate_ufunc_table = []  # [which * FA_KINDS + kind]


cdef str gate_function(int which, int kind):
    """The public function, as errors call it."""
    name = fa_gate_name[which].decode().split("_")[0]
    return name if kind == FA_FORWARD else name + "_backward"


cdef object slow_gate(int which, int kind, object a, object b, object c, object out):
    """NumPy's machinery, after the checks that it would not word clearly."""
    function = gate_function(which, kind)
    ufunc = gate_ufunc_table[which * FA_KINDS + kind]
    if kind == FA_FORWARD:
        names, operands = ("value", "gate"), [a, b]
        if type(out) is tuple and len(out) == 1:
            out = out[0]
        outs = () if out is None else (out,)
    else:
        names, operands = ("grad", "y" if kind == FA_BACKWARD_Y else "value", "gate"), [a, b, c]
        outs = () if out is None else out
    for value in (*operands, *outs):
        if is_foreign(value):
            check_foreign(function, names, operands, len(operands))
            if kind == FA_FORWARD:
                return ufunc(*operands, out=out) if outs else ufunc(*operands)
            if outs:
                raise TypeError(f"{function}: out= is for NumPy arrays only, not beside a {type(value).__name__}")
            return foreign_gradients(which, kind, a, b, c)
    operands = [as_operand(function, name, value) for name, value in zip(names, operands)]
    dtype = common_dtype(operands)
    shape = common_shape(function, dict(zip(names, operands)))
    for array in outs:
        check_out(function, array, shape)
    if len(outs) == 2 and share(<PyObject *>outs[0], <PyObject *>outs[1]):
        raise ValueError(f"{function}: the two arrays of out share memory")
    # quiet: what is cast may overflow
    with np.errstate(all="ignore"):
        result = ufunc(*operands, dtype=dtype, out=outs) if outs else ufunc(*operands, dtype=dtype)
    return result if out is None else out


cdef tuple foreign_gradients(int which, int kind, object grad, object value, object gate):
    """One ufunc after the other: Dask and xarray have none with two outputs."""
    forward = gate_ufunc_table[which * FA_KINDS]
    product = gate_ufunc_table[FA_GATE_bilinear * FA_KINDS](grad, value)
    if kind == FA_BACKWARD_Y:  # value f'(gate) = y sigmoid(-gate)
        second = forward(product, np.negative(gate))
    else:
        second = ufunc_table[fa_gate_row[which] * FA_KINDS + FA_BACKWARD](product, gate)
    first = forward(grad, gate)
    if type(first) is not type(second) or getattr(first, "shape", ()) != getattr(second, "shape", ()):
        first = np.multiply(first, np.logical_or(second, True))  # value has not had its say: its type and its shape
    return first, second


# ------------------------------------------------------------------------------------------------ ufuncs

cdef struct GateLoop:
    fa_many *kernel
    fa_many_strided *strided
    int outs
    int operands
    Py_ssize_t itemsize  # 0 for float16: always through `strided`

cdef GateLoop gate_loops[FA_GATES][FA_KINDS][3]
cdef void *gate_loop_data[FA_GATES][FA_KINDS][3]
cdef cnp.PyUFuncGenericFunction[3] gate_loop_functions


cdef void gate_loop(char **args, const cnp.npy_intp *dims, const cnp.npy_intp *steps, void *data) noexcept nogil:
    cdef GateLoop *loop = <GateLoop *>data
    cdef char *operand[OPERANDS]
    cdef cnp.npy_intp step[OPERANDS]
    cdef bint contiguous = loop.itemsize
    cdef int k, j
    for k in range(loop.operands):
        j = (k + loop.operands - loop.outs) % loop.operands  # NumPy has the outs last
        operand[k], step[k] = args[j], steps[j]
        contiguous = contiguous and step[k] == loop.itemsize
    if contiguous:
        loop.kernel(<void **>operand, dims[0])
    else:
        loop.strided(loop.kernel, loop.outs, loop.operands, operand, step, dims[0])
    fa_quiet()


cdef object make_gate_ufunc(int which, int kind):
    cdef GateLoop *loop
    cdef int i, d, outs = 1 if kind == FA_FORWARD else 2
    cdef int operands = 2 * outs + 1
    if in_use.table[FA_F32].gate[which][kind] == NULL:
        return None
    for i in range(3):  # e, f, d
        d = FA_F64 if i == 2 else FA_F32
        loop = &gate_loops[which][kind][i]
        loop.kernel = in_use.table[d].gate[which][kind]
        loop.strided = in_use.table[d].gate_strided_half if i == 0 else in_use.table[d].gate_strided
        loop.outs, loop.operands = outs, operands
        loop.itemsize = (0, 4, 8)[i]
        gate_loop_data[which][kind][i] = loop
        gate_loop_functions[i] = <cnp.PyUFuncGenericFunction>gate_loop
        for d in range(operands):
            loop_types[operands][i * operands + d] = (<int>cnp.NPY_FLOAT16, <int>cnp.NPY_FLOAT, <int>cnp.NPY_DOUBLE)[i]
    name = fa_gate_name[which] + (b"", b"_backward", b"_backward_y")[kind]
    args = ("value, gate", "grad, value, gate", "grad, y, gate")[kind]
    text = f"""{'Gated function' if kind == FA_FORWARD else 'Gradients of a gated function'}, see `fastact.{
        gate_function(which, kind)}`.

Operands: {args}. Never multithreaded.
""".encode()
    ufunc_texts.append((name, text))
    return cnp.PyUFunc_FromFuncAndData(gate_loop_functions, gate_loop_data[which][kind], loop_types[operands], 3,
                                       operands - outs, outs, cnp.PyUFunc_None, name, text, 0)


def gate_ufuncs():
    """{name: ufunc}, to stand in `fastact.ufuncs`."""
    return {ufunc.__name__: ufunc for ufunc in gate_ufunc_table if ufunc is not None}


def run_gate_kernel(isa, name, kind, outs, inputs):
    """One kernel of one instruction set, directly, on one thread; arrays as for `run_kernel`."""
    cdef const fa_isa *chosen = fa_select(isa.encode())
    cdef int which = [fa_gate_name[i] for i in range(FA_GATES)].index(name.encode()), k = KINDS.index(kind), i
    cdef char *operand[OPERANDS]
    arrays = [*outs, *inputs]
    if chosen == NULL:
        raise ValueError(f"instruction set {isa!r} is not available; these are: {instruction_sets()['available']}")
    if [len(outs), len(inputs)] != ([1, 2] if k == FA_FORWARD else [2, 3]):
        raise ValueError("one out and two inputs, or two and three")
    for array in arrays:
        if not alike(<PyObject *>array, <PyObject *>arrays[0]) or array.ndim != 1 or not array.flags.c_contiguous:
            raise ValueError("all arrays must be one-dimensional, contiguous, of one length and one dtype")
    cdef fa_many *kernel = chosen.table[DTYPES.index(arrays[0].dtype.name)].gate[which][k]
    if kernel == NULL:
        raise ValueError(f"{name} has no kernel {kind}")
    for i in range(len(arrays)):
        operand[i] = fa_data(<PyObject *>arrays[i])
    cdef size_t n = len(arrays[0])
    with nogil:
        kernel(<void **>operand, n)


for _which in range(FA_GATES):
    for _kind in range(FA_KINDS):
        gate_ufunc_table.append(make_gate_ufunc(_which, _kind))
del _which, _kind


# ------------------------------------------------------------------------------------------------ for Python

def glu(value, gate, /, *, out=None):
    """Gated linear unit.

    Elementwise:

        value / (1 + exp(-gate))

    Parameters
    ----------
    value : array_like
        Any shape: float16, float32 or float64; integers and bools promote. Broadcasts with `gate`.
    gate : array_like
        What decides how much of `value` passes. The halves of one array, `np.split(x, 2,
        axis=-1)`, are taken as they are, without a copy.
    out : ndarray, optional
        Where to write the result: an array of the result's shape. `out=value` and `out=gate` work
        in place and allocate nothing. Without it a new array is made.

    Returns
    -------
    ndarray or scalar
        `out`, if given. Else new: float16, float32 or float64, of the dtype that `value` and
        `gate` promote to; integers and lists promote as for `numpy.tanh`, scalars give a scalar.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or
        float64 array. Nothing has been written then.
    ValueError
        An `out` that is read-only or of another shape than the result; shapes that do not
        broadcast. Nothing has been written then.

    See Also
    --------
    glu_backward : the gradients

    Notes
    -----
    The backward pass, `glu_backward`, needs `gate`, and `value` or y, the output of this function:
    so `out=value` is possible in training too.

    A plain product: an infinite `value` times an f(gate) of 0 is NaN, as it is in IEEE arithmetic. Of one packed array
    PyTorch, JAX and Keras take the second half for the gate, as `value, gate = np.split(x, 2, axis=-1)` does; ONNX's
    SwiGLU takes its first input.

    Error: at most 4 ULP where f(gate) is 0 or not subnormal; where it is, its last bit counts
    `value` times. f is the factor of `value`.

    Source: Dauphin, Fan, Auli & Grangier 2017, Language modeling with gated convolutional
    networks, ICML.
    """
    return gate_forward(FA_GATE_glu, value, gate, out)


def glu_backward(grad, value, gate, /, *, y=None, out=None):
    """Gradients of `glu` with respect to `value` and `gate`.

    Elementwise `grad` times

        1 / (1 + exp(-gate))    (grad_value)
        value * exp(-gate) / (1 + exp(-gate))**2    (grad_gate)

    or, from the output y, `grad` times

        1 / (1 + exp(-gate))    (grad_value)
        y / (1 + exp(gate))    (grad_gate)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output.
    value : array_like or None
        Input of the forward pass. Exactly one of `value` and `y` is given, the other is None.
    gate : array_like
        Input of the forward pass.
    y : array_like, optional
        Output of the forward pass, instead of `value`.
    out : pair of ndarray, optional
        Where to write the two: arrays of the result's shape that share no memory. Each may be
        exactly one of the inputs: `out=(value, gate)`, or `out=(y, gate)`, works in place and
        allocates nothing. Without it new arrays are made.

    Returns
    -------
    grad_value, grad_gate : ndarray or scalar
        `out`, if given. Else new, of the dtype that the inputs promote to. Both have the shape
        that the inputs broadcast to: sum over the axes along which one was repeated.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a pair of float16,
        float32 or float64 arrays; both of `value` and `y`, or neither. Nothing has been written
        then.
    ValueError
        An out that is read-only or of another shape than the result; shapes that do not broadcast;
        outs that share memory. Nothing has been written then.

    See Also
    --------
    glu : the forward pass

    Notes
    -----
    Keep `value` for full accuracy: y has been rounded, and where sigmoid(gate) is 0 it no longer
    tells `value`.

    Both are products from left to right: grad * value may overflow before the derivative makes it
    small again.

    Error: at most 5 ULP each, where f(gate) and its derivative are 0 or not subnormal and
    nothing overflows on the way; within 0.5 of a zero of the derivative 2^-24 (float32) or 2^-52
    (float64) times grad * value is allowed instead. f is as for the forward pass.

    Source: Dauphin, Fan, Auli & Grangier 2017, Language modeling with gated convolutional
    networks, ICML.
    """
    if y is None:
        if value is not None:
            return gate_backward(FA_GATE_glu, FA_BACKWARD, grad, value, gate, out)
    elif value is None:
        return gate_backward(FA_GATE_glu, FA_BACKWARD_Y, grad, y, gate, out)
    raise TypeError(
        "glu_backward: give exactly one of value (the input of the forward pass) and y= (its output), "
        f"not {'neither' if value is None else 'both'}"
    )


def swiglu(value, gate, /, *, out=None):
    """Gated linear unit with the silu for the sigmoid.

    Elementwise:

        value * gate / (1 + exp(-gate))

    Parameters
    ----------
    value : array_like
        Any shape: float16, float32 or float64; integers and bools promote. Broadcasts with `gate`.
    gate : array_like
        What decides how much of `value` passes. The halves of one array, `np.split(x, 2,
        axis=-1)`, are taken as they are, without a copy.
    out : ndarray, optional
        Where to write the result: an array of the result's shape. `out=value` and `out=gate` work
        in place and allocate nothing. Without it a new array is made.

    Returns
    -------
    ndarray or scalar
        `out`, if given. Else new: float16, float32 or float64, of the dtype that `value` and
        `gate` promote to; integers and lists promote as for `numpy.tanh`, scalars give a scalar.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or
        float64 array. Nothing has been written then.
    ValueError
        An `out` that is read-only or of another shape than the result; shapes that do not
        broadcast. Nothing has been written then.

    See Also
    --------
    swiglu_backward : the gradients

    Notes
    -----
    The backward pass, `swiglu_backward`, needs `value` and `gate`: in training do not work in
    place.

    A plain product: an infinite `value` times an f(gate) of 0 is NaN, as it is in IEEE arithmetic. Of one packed array
    PyTorch, JAX and Keras take the second half for the gate, as `value, gate = np.split(x, 2, axis=-1)` does; ONNX's
    SwiGLU takes its first input.

    Error: at most 4 ULP where f(gate) is 0 or not subnormal; where it is, its last bit
    counts `value` times. f is the factor of `value`.

    Source: Shazeer 2020, GLU variants improve Transformer, arXiv:2002.05202.
    """
    return gate_forward(FA_GATE_swiglu, value, gate, out)


def swiglu_backward(grad, value, gate, /, *, out=None):
    """Gradients of `swiglu` with respect to `value` and `gate`.

    Elementwise `grad` times

        silu(gate)    (grad_value)
        value * silu'(gate)    (grad_gate)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output.
    value : array_like
        Input of the forward pass.
    gate : array_like
        Input of the forward pass.
    out : pair of ndarray, optional
        Where to write the two: arrays of the result's shape that share no memory. Each may be
        exactly one of the inputs: `out=(value, gate)` works in place and allocates nothing.
        Without it new arrays are made.

    Returns
    -------
    grad_value, grad_gate : ndarray or scalar
        `out`, if given. Else new, of the dtype that the inputs promote to. Both have the shape
        that the inputs broadcast to: sum over the axes along which one was repeated.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a pair of float16,
        float32 or float64 arrays. Nothing has been written then.
    ValueError
        An out that is read-only or of another shape than the result; shapes that do not broadcast;
        outs that share memory. Nothing has been written then.

    See Also
    --------
    swiglu : the forward pass

    Notes
    -----
    Both are products from left to right: grad * value may overflow before the derivative makes it
    small again.

    Error: at most 5 ULP each, where f(gate) and its derivative are 0 or not subnormal and
    nothing overflows on the way; within 0.5 of a zero of the derivative 2^-24 (float32) or 2^-52
    (float64) times grad * value is allowed instead. f is as for the forward pass.

    Source: Shazeer 2020, GLU variants improve Transformer, arXiv:2002.05202.
    """
    return gate_backward(FA_GATE_swiglu, FA_BACKWARD, grad, value, gate, out)


def geglu(value, gate, /, *, approximate="none", out=None):
    """Gated linear unit with the gelu for the sigmoid.

    Elementwise:

        value * gelu(gate)

    Parameters
    ----------
    value : array_like
        Any shape: float16, float32 or float64; integers and bools promote. Broadcasts with `gate`.
    gate : array_like
        What decides how much of `value` passes. The halves of one array, `np.split(x, 2,
        axis=-1)`, are taken as they are, without a copy.
    approximate : {"none", "tanh", "sigmoid"}, default "none"
        Which gelu, as for `gelu`.
    out : ndarray, optional
        Where to write the result: an array of the result's shape. `out=value` and `out=gate` work
        in place and allocate nothing. Without it a new array is made.

    Returns
    -------
    ndarray or scalar
        `out`, if given. Else new: float16, float32 or float64, of the dtype that `value` and
        `gate` promote to; integers and lists promote as for `numpy.tanh`, scalars give a scalar.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or
        float64 array. Nothing has been written then.
    ValueError
        An `out` that is read-only or of another shape than the result; shapes that do not
        broadcast; an unknown `approximate`. Nothing has been written then.

    See Also
    --------
    geglu_backward : the gradients

    Notes
    -----
    The backward pass, `geglu_backward`, needs `value` and `gate`: in training do not work in
    place.

    A plain product: an infinite `value` times an f(gate) of 0 is NaN, as it is in IEEE arithmetic. Of one packed array
    PyTorch, JAX and Keras take the second half for the gate, as `value, gate = np.split(x, 2, axis=-1)` does; ONNX's
    SwiGLU takes its first input.

    Error: at most 4 ULP where f(gate) is 0 or not subnormal; where it is, its last bit
    counts `value` times. f is the factor of `value`.

    Source: Shazeer 2020, GLU variants improve Transformer, arXiv:2002.05202.
    """
    return gate_forward(geglu_variant("geglu", approximate), value, gate, out)


def geglu_backward(grad, value, gate, /, *, approximate="none", out=None):
    """Gradients of `geglu` with respect to `value` and `gate`.

    Elementwise `grad` times

        gelu(gate)    (grad_value)
        value * gelu'(gate)    (grad_gate)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output.
    value : array_like
        Input of the forward pass.
    gate : array_like
        Input of the forward pass.
    approximate : {"none", "tanh", "sigmoid"}, default "none"
        Which gelu, as for `gelu`.
    out : pair of ndarray, optional
        Where to write the two: arrays of the result's shape that share no memory. Each may be
        exactly one of the inputs: `out=(value, gate)` works in place and allocates nothing.
        Without it new arrays are made.

    Returns
    -------
    grad_value, grad_gate : ndarray or scalar
        `out`, if given. Else new, of the dtype that the inputs promote to. Both have the shape
        that the inputs broadcast to: sum over the axes along which one was repeated.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a pair of float16,
        float32 or float64 arrays. Nothing has been written then.
    ValueError
        An out that is read-only or of another shape than the result; shapes that do not broadcast;
        outs that share memory; an unknown `approximate`. Nothing has been written then.

    See Also
    --------
    geglu : the forward pass

    Notes
    -----
    Both are products from left to right: grad * value may overflow before the derivative makes it
    small again.

    Error: at most 5 ULP each, where f(gate) and its derivative are 0 or not subnormal and
    nothing overflows on the way; within 0.5 of a zero of the derivative 2^-24 (float32) or 2^-52
    (float64) times grad * value is allowed instead. f is as for the forward pass.

    Source: Shazeer 2020, GLU variants improve Transformer, arXiv:2002.05202.
    """
    return gate_backward(geglu_variant("geglu_backward", approximate), FA_BACKWARD, grad, value, gate, out)


def reglu(value, gate, /, *, out=None):
    """Gated linear unit with the relu for the sigmoid.

    Elementwise:

        value * max(gate, 0)

    Parameters
    ----------
    value : array_like
        Any shape: float16, float32 or float64; integers and bools promote. Broadcasts with `gate`.
    gate : array_like
        What decides how much of `value` passes. The halves of one array, `np.split(x, 2,
        axis=-1)`, are taken as they are, without a copy.
    out : ndarray, optional
        Where to write the result: an array of the result's shape. `out=value` and `out=gate` work
        in place and allocate nothing. Without it a new array is made.

    Returns
    -------
    ndarray or scalar
        `out`, if given. Else new: float16, float32 or float64, of the dtype that `value` and
        `gate` promote to; integers and lists promote as for `numpy.tanh`, scalars give a scalar.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or
        float64 array. Nothing has been written then.
    ValueError
        An `out` that is read-only or of another shape than the result; shapes that do not
        broadcast. Nothing has been written then.

    See Also
    --------
    reglu_backward : the gradients

    Notes
    -----
    The backward pass, `reglu_backward`, needs `value` and `gate`: in training do not work in
    place.

    A plain product: an infinite `value` times an f(gate) of 0 is NaN, as it is in IEEE arithmetic. Of one packed array
    PyTorch, JAX and Keras take the second half for the gate, as `value, gate = np.split(x, 2, axis=-1)` does; ONNX's
    SwiGLU takes its first input.

    Error: at most 0.5 ULP.

    Source: Shazeer 2020, GLU variants improve Transformer, arXiv:2002.05202.
    """
    return gate_forward(FA_GATE_reglu, value, gate, out)


def reglu_backward(grad, value, gate, /, *, out=None):
    """Gradients of `reglu` with respect to `value` and `gate`.

    Elementwise `grad` times

        max(gate, 0)    (grad_value)
        value if gate > 0 else 0    (grad_gate)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output.
    value : array_like
        Input of the forward pass.
    gate : array_like
        Input of the forward pass.
    out : pair of ndarray, optional
        Where to write the two: arrays of the result's shape that share no memory. Each may be
        exactly one of the inputs: `out=(value, gate)` works in place and allocates nothing.
        Without it new arrays are made.

    Returns
    -------
    grad_value, grad_gate : ndarray or scalar
        `out`, if given. Else new, of the dtype that the inputs promote to. Both have the shape
        that the inputs broadcast to: sum over the axes along which one was repeated.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a pair of float16,
        float32 or float64 arrays. Nothing has been written then.
    ValueError
        An out that is read-only or of another shape than the result; shapes that do not broadcast;
        outs that share memory. Nothing has been written then.

    See Also
    --------
    reglu : the forward pass

    Notes
    -----
    Both are products from left to right: grad * value may overflow before the derivative makes it
    small again.

    Error: at most 0.5 ULP each, where nothing overflows on the way.

    Source: Shazeer 2020, GLU variants improve Transformer, arXiv:2002.05202.
    """
    return gate_backward(FA_GATE_reglu, FA_BACKWARD, grad, value, gate, out)


def bilinear(value, gate, /, *, out=None):
    """Gated linear unit without an activation.

    Elementwise:

        value * gate

    Parameters
    ----------
    value : array_like
        Any shape: float16, float32 or float64; integers and bools promote. Broadcasts with `gate`.
    gate : array_like
        What decides how much of `value` passes. The halves of one array, `np.split(x, 2,
        axis=-1)`, are taken as they are, without a copy.
    out : ndarray, optional
        Where to write the result: an array of the result's shape. `out=value` and `out=gate` work
        in place and allocate nothing. Without it a new array is made.

    Returns
    -------
    ndarray or scalar
        `out`, if given. Else new: float16, float32 or float64, of the dtype that `value` and
        `gate` promote to; integers and lists promote as for `numpy.tanh`, scalars give a scalar.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or
        float64 array. Nothing has been written then.
    ValueError
        An `out` that is read-only or of another shape than the result; shapes that do not
        broadcast. Nothing has been written then.

    See Also
    --------
    bilinear_backward : the gradients

    Notes
    -----
    The backward pass, `bilinear_backward`, needs `value` and `gate`: in training do not work in
    place.

    A plain product: an infinite `value` times an f(gate) of 0 is NaN, as it is in IEEE arithmetic. Of one packed array
    PyTorch, JAX and Keras take the second half for the gate, as `value, gate = np.split(x, 2, axis=-1)` does; ONNX's
    SwiGLU takes its first input.

    Error: at most 0.5 ULP.

    Source: Shazeer 2020, GLU variants improve Transformer, arXiv:2002.05202.
    """
    return gate_forward(FA_GATE_bilinear, value, gate, out)


def bilinear_backward(grad, value, gate, /, *, out=None):
    """Gradients of `bilinear` with respect to `value` and `gate`.

    Elementwise `grad` times

        gate    (grad_value)
        value    (grad_gate)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output.
    value : array_like
        Input of the forward pass.
    gate : array_like
        Input of the forward pass.
    out : pair of ndarray, optional
        Where to write the two: arrays of the result's shape that share no memory. Each may be
        exactly one of the inputs: `out=(value, gate)` works in place and allocates nothing.
        Without it new arrays are made.

    Returns
    -------
    grad_value, grad_gate : ndarray or scalar
        `out`, if given. Else new, of the dtype that the inputs promote to. Both have the shape
        that the inputs broadcast to: sum over the axes along which one was repeated.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a pair of float16,
        float32 or float64 arrays. Nothing has been written then.
    ValueError
        An out that is read-only or of another shape than the result; shapes that do not broadcast;
        outs that share memory. Nothing has been written then.

    See Also
    --------
    bilinear : the forward pass

    Notes
    -----
    Both are products from left to right: grad * value may overflow before the derivative makes it
    small again.

    Error: at most 0.5 ULP each, where nothing overflows on the way.

    Source: Shazeer 2020, GLU variants improve Transformer, arXiv:2002.05202.
    """
    return gate_backward(FA_GATE_bilinear, FA_BACKWARD, grad, value, gate, out)


def seglu(value, gate, /, *, out=None):
    """Gated linear unit with the selu for the sigmoid.

    Elementwise:

        value * selu(gate)

    Parameters
    ----------
    value : array_like
        Any shape: float16, float32 or float64; integers and bools promote. Broadcasts with `gate`.
    gate : array_like
        What decides how much of `value` passes. The halves of one array, `np.split(x, 2,
        axis=-1)`, are taken as they are, without a copy.
    out : ndarray, optional
        Where to write the result: an array of the result's shape. `out=value` and `out=gate` work
        in place and allocate nothing. Without it a new array is made.

    Returns
    -------
    ndarray or scalar
        `out`, if given. Else new: float16, float32 or float64, of the dtype that `value` and
        `gate` promote to; integers and lists promote as for `numpy.tanh`, scalars give a scalar.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a float16, float32 or
        float64 array. Nothing has been written then.
    ValueError
        An `out` that is read-only or of another shape than the result; shapes that do not
        broadcast. Nothing has been written then.

    See Also
    --------
    seglu_backward : the gradients

    Notes
    -----
    The backward pass, `seglu_backward`, needs `value` and `gate`: in training do not work in
    place.

    A plain product: an infinite `value` times an f(gate) of 0 is NaN, as it is in IEEE arithmetic. Of one packed array
    PyTorch, JAX and Keras take the second half for the gate, as `value, gate = np.split(x, 2, axis=-1)` does; ONNX's
    SwiGLU takes its first input.

    Error: at most 4 ULP where f(gate) is 0 or not subnormal; where it is, its last bit
    counts `value` times. f is the factor of `value`.

    Source: Shazeer 2020 has the others, arXiv:2002.05202; selu: Klambauer, Unterthiner, Mayr &
    Hochreiter 2017, NeurIPS.
    """
    return gate_forward(FA_GATE_seglu, value, gate, out)


def seglu_backward(grad, value, gate, /, *, out=None):
    """Gradients of `seglu` with respect to `value` and `gate`.

    Elementwise `grad` times

        selu(gate)    (grad_value)
        value * selu'(gate)    (grad_gate)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output.
    value : array_like
        Input of the forward pass.
    gate : array_like
        Input of the forward pass.
    out : pair of ndarray, optional
        Where to write the two: arrays of the result's shape that share no memory. Each may be
        exactly one of the inputs: `out=(value, gate)` works in place and allocates nothing.
        Without it new arrays are made.

    Returns
    -------
    grad_value, grad_gate : ndarray or scalar
        `out`, if given. Else new, of the dtype that the inputs promote to. Both have the shape
        that the inputs broadcast to: sum over the axes along which one was repeated.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; an `out` that is not a pair of float16,
        float32 or float64 arrays. Nothing has been written then.
    ValueError
        An out that is read-only or of another shape than the result; shapes that do not broadcast;
        outs that share memory. Nothing has been written then.

    See Also
    --------
    seglu : the forward pass

    Notes
    -----
    Both are products from left to right: grad * value may overflow before the derivative makes it
    small again.

    Error: at most 5 ULP each, where f(gate) and its derivative are 0 or not subnormal and
    nothing overflows on the way; within 0.5 of a zero of the derivative 2^-24 (float32) or 2^-52
    (float64) times grad * value is allowed instead. f is as for the forward pass.

    Source: Shazeer 2020 has the others, arXiv:2002.05202; selu: Klambauer, Unterthiner, Mayr &
    Hochreiter 2017, NeurIPS.
    """
    return gate_backward(FA_GATE_seglu, FA_BACKWARD, grad, value, gate, out)


__all__ += [
    "glu",
    "glu_backward",
    "swiglu",
    "swiglu_backward",
    "geglu",
    "geglu_backward",
    "reglu",
    "reglu_backward",
    "bilinear",
    "bilinear_backward",
    "seglu",
    "seglu_backward",
]
