# Functions of whole rows: softmax, log_softmax, softmin, logsumexp and their gradients. Included by _core.pyx.
#
# `lay_out` finds strips: rows whose elements are neighbours in memory, or rows side by side. What is neither is copied
# first. Masks, tuples of axes, other dtypes and lists are for `rows_slow`, which ends in `rows_fast`, too.

cdef extern from "fastact.h" nogil:
    enum:
        FA_LINE
        FA_TILE
        FA_ROW_BLOCK
        FA_ROW_UNITS
        FA_ROW_STAT
        FA_OUT
        FA_A
        FA_B
        FA_RESULT
        FA_ROW_OPERANDS
        FA_SOFTMAX
        FA_LOG_SOFTMAX
        FA_LOGSUMEXP
        FA_SOFTMAX_BACKWARD
        FA_LOG_SOFTMAX_BACKWARD
        FA_LOGSUMEXP_BACKWARD
        FA_HARDMAX
        FA_ROW_PHASES

cdef enum:
    WHERE = FA_ROW_OPERANDS  # after out, a, b and the results

# A call. The dimensions beside the axis stand outermost first; along the last one strips follow one another.
cdef struct Rows:
    fa_rows strips
    int dtype
    int ndim
    Py_ssize_t shape[MAX_DIMS]
    Py_ssize_t step[WHERE + 1][MAX_DIMS]
    Py_ssize_t lines  # strips along the last dimension
    Py_ssize_t count  # strips


cdef fa_rows strips_from(const Rows *rows, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    """The strips from the first on, as many of them as follow one another along the last dimension."""
    cdef fa_rows strips = rows.strips
    cdef Py_ssize_t rest = first // rows.lines, line = first % rows.lines, index
    cdef int i, k
    strips.count = min(rows.lines - line, last - first)
    if strips.across:
        strips.across -= line * strips.width
    if strips.causal >= 0:
        strips.causal += line
    for i in range(rows.ndim - 2, -1, -1):
        index = rest % rows.shape[i]
        rest //= rows.shape[i]
        for k in range(FA_ROW_OPERANDS):
            strips.data[k] += index * rows.step[k][i]
        if strips.where:
            strips.where += index * rows.step[WHERE][i]
    for k in range(FA_ROW_OPERANDS):
        strips.data[k] += line * strips.next[k]
    if strips.where:
        strips.where += line * strips.where_next
    return strips


cdef void rows_piece(const Rows *rows, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    cdef fa_rows strips
    while first < last:
        strips = strips_from(rows, first, last)
        first += <Py_ssize_t>strips.count
        in_use.table[rows.dtype].rows(&strips)


cdef void rows_share(void *work, int i, int shares) noexcept nogil:
    cdef const Rows *rows = <const Rows *>work
    rows_piece(rows, rows.count * i // shares, rows.count * (i + 1) // shares)


cdef void rows_all(const Rows *rows, Schedule *s) noexcept nogil:
    """Strips are shared among the threads where there are many, the units of each row where there are few."""
    cdef Py_ssize_t i, units = 0, count = rows.count
    if not rows.strips.across and rows.strips.function < FA_HARDMAX:
        units = <Py_ssize_t>rows.strips.length * itemsize_of(rows.dtype) // FA_ROW_BLOCK
    if s.threads == 1 or count % s.threads == 0 or count >= 8 * s.threads or units < 2 * s.threads:
        parallel(s, rows_share, <void *>rows, <int>min(<Py_ssize_t>s.threads, count))
    else:
        for i in range(count):
            row_split(rows, i, s)


# One row that several threads work on.
cdef struct RowPart:
    fa_rows strips
    fa_rows_part *part
    void *stats
    Py_ssize_t units
    int phase


cdef void row_share(void *work, int i, int shares) noexcept nogil:
    cdef RowPart *row = <RowPart *>work
    row.part(&row.strips, row.stats, row.units * i // shares, row.units * (i + 1) // shares, row.phase)


cdef void row_split(const Rows *rows, Py_ssize_t number, Schedule *s) noexcept nogil:
    """One row on all threads."""
    cdef RowPart row
    cdef char space[FA_ROW_UNITS * FA_ROW_STAT + FA_LINE]
    cdef Py_ssize_t nbytes
    row.strips = strips_from(rows, number, number + 1)
    row.part = in_use.table[rows.dtype].row_part
    row.stats = <void *>((<uintptr_t>space + FA_LINE - 1) // FA_LINE * FA_LINE)
    nbytes = <Py_ssize_t>row.strips.length * itemsize_of(rows.dtype)
    row.units = min(<Py_ssize_t>FA_ROW_UNITS, (nbytes + FA_ROW_BLOCK - 1) // FA_ROW_BLOCK)
    for row.phase in range(FA_ROW_PHASES):
        parallel(s, row_share, &row, s.threads)


cdef bint lay_out(Rows *rows, PyObject **operand, int axis, bint causal, int threads) noexcept:
    """Strips for out, a, b, the results and where (any but a may be NULL; the results, and labels in place of where,
    may be without the axis). False if there are none: elements are neighbours neither along the axis nor beside it."""
    cdef int ndim = fa_ndim(operand[FA_A]), itemsize = itemsize_of(rows.dtype)
    cdef int i, j, k, n = 0, lead = FA_OUT if operand[FA_OUT] else FA_A
    cdef Py_ssize_t *shape = fa_shape(operand[FA_A])
    cdef Py_ssize_t *steps[WHERE + 1]
    cdef Py_ssize_t room[WHERE + 1 - FA_RESULT][MAX_DIMS]
    cdef bint row = True
    for k in range(WHERE + 1):
        steps[k] = fa_steps(operand[k]) if operand[k] else NULL
        if operand[k] and fa_ndim(operand[k]) < ndim:
            steps[k] = with_axis(room[k - FA_RESULT], steps[k], axis, ndim)
    for k in range(FA_ROW_OPERANDS):
        rows.strips.data[k] = fa_data(operand[k] if operand[k] else operand[FA_A])
        rows.strips.step[k] = steps[k][axis] if steps[k] else 0
        if steps[k] and shape[axis] != 1 and k != FA_RESULT:
            row = row and steps[k][axis] == itemsize
    rows.strips.where = <const unsigned char *>(fa_data(operand[WHERE]) if operand[WHERE] else NULL)
    rows.strips.where_step = steps[WHERE][axis] if steps[WHERE] else 0
    rows.strips.length = shape[axis]
    rows.strips.causal = 0 if causal else -1
    if causal and not row:
        return False
    # the other dimensions, sorted by the steps of out (without one, of a); those of a causal matrix as they are
    for i in range(ndim):
        if i != axis and (shape[i] != 1 or causal):
            insert_dim(rows.shape, rows.step, WHERE + 1, n, shape[i], steps, i, -1 if causal else lead)
            n += 1
    if n == 0:
        n = 1
        rows.shape[0] = 1
        for k in range(WHERE + 1):
            rows.step[k][0] = itemsize
    rows.ndim = n if causal else merge_dims(rows.shape, rows.step, WHERE + 1, n)
    j = rows.ndim - 1
    rows.lines = rows.shape[j]
    if shape[axis] == 1 and rows.lines > 1 and not causal:  # side by side if they can be
        row = False
        for k in range(FA_ROW_OPERANDS):
            row = row or (steps[k] and rows.step[k][j] != itemsize)
    rows.strips.across = 0
    rows.strips.width = 1
    rows.strips.where_across = rows.step[WHERE][j]
    if not row:
        # a strip has a tile of rows, or less if that makes one for each thread
        rows.strips.across = rows.lines
        rows.strips.width = FA_TILE // itemsize
        if rows.lines < threads * <Py_ssize_t>rows.strips.width:
            i = FA_LINE // itemsize
            rows.strips.width = max((rows.lines // threads + i - 1) // i, 1) * i
        rows.lines = (rows.lines + rows.strips.width - 1) // rows.strips.width
        for k in range(FA_ROW_OPERANDS):
            if steps[k] and rows.step[k][j] != itemsize:
                return False
    for k in range(FA_ROW_OPERANDS):
        rows.strips.next[k] = rows.step[k][j] * <Py_ssize_t>rows.strips.width
    rows.strips.where_next = rows.strips.where_across * <Py_ssize_t>rows.strips.width
    rows.count = rows.lines
    for i in range(rows.ndim - 1):
        rows.count *= rows.shape[i]
    return True


cdef Py_ssize_t *with_axis(Py_ssize_t *to, const Py_ssize_t *steps, int axis, int ndim) noexcept:
    """The steps of an array of ndim - 1 dimensions, with one more along the axis."""
    cdef int i
    for i in range(ndim):
        to[i] = 0 if i == axis else steps[i - (i > axis)]
    return to


cdef inline PyObject *or_null(object value) noexcept:
    return <PyObject *>value if value is not None else NULL


cdef bint of_rows(PyObject *array, PyObject *a, int axis) noexcept:
    """Does the array have an element for each row of a: is it without the axis, or of length 1 there?"""
    cdef int i, lost = fa_ndim(a) - fa_ndim(array)
    if lost != 0 and lost != 1:
        return False
    for i in range(fa_ndim(a)):
        if i != axis:
            if fa_shape(array)[i - (lost if i > axis else 0)] != fa_shape(a)[i]:
                return False
        elif not lost and fa_shape(array)[i] != 1:
            return False
    return True


cdef object rows_fast(Rows *rows, PyObject *a, PyObject *b, PyObject *out, PyObject *where, PyObject *grad, int axis,
                      bint causal, bint keepdims):
    """The result, or None if the operands are not of the simple kind: nothing has been written then.

    b, out, where and grad, which has an element for each row, may be NULL; axis is in range. The result of logsumexp
    has it if `keepdims`.
    """
    cdef PyObject *operand[WHERE + 1]
    cdef object result
    cdef Py_ssize_t n
    if not ready(a) or not fa_ndim(a) or (b and not (ready(b) and alike(b, a))):
        return None
    if out and not (ready(out) and fa_type(out) == fa_type(a) and fa_flags(out) & cnp.NPY_ARRAY_WRITEABLE):
        return None
    if grad and not (ready(grad) and fa_type(grad) == fa_type(a) and of_rows(grad, a, axis)):
        return None
    rows.dtype = FA_F32 if fa_type(a) == cnp.NPY_FLOAT else FA_F64
    n = cnp.PyArray_SIZE(<cnp.ndarray>a)
    operand[FA_OUT], operand[FA_A], operand[FA_B], operand[FA_RESULT], operand[WHERE] = NULL, a, b, grad, where
    if rows.strips.function == FA_LOGSUMEXP:
        if out and (fa_ndim(out) != fa_ndim(a) - (not keepdims) or not of_rows(out, a, axis) or touch(out, a)):
            return None
        result = <object>out if out else fa_new_rows(a, axis, fa_type(a), keepdims)
        operand[FA_RESULT] = <PyObject *>result
        if not n:
            result.fill(-INFINITY)
            return result
        if out and not rows_apart(rows.dtype, out, NULL, NULL):
            return None
    else:
        if out and (not alike(out, a) or grad and touch(out, grad)):
            return None
        result = <object>out if out else fa_new_like(a)
        operand[FA_OUT] = <PyObject *>result
        if not n:
            return result
        if out and not rows_apart(rows.dtype, out, a, b):
            return None
    return result if run_rows_of(rows, operand, axis, causal, n) else None


cdef bint rows_apart(int dtype, PyObject *out, PyObject *a, PyObject *b) noexcept:
    """Is no element of out there twice, is it exactly a (or b) or apart from it? a and b may be NULL."""
    cdef Layout layout
    cdef PyObject *given[3]
    given[0], given[1], given[2] = out, a, b
    layout.outs, layout.operands = 1, 1 + (a != NULL) + (b != NULL)
    plan(&layout, given)
    return not layout.ndim or walkable(&layout, itemsize_of(dtype))


cdef bint run_rows_of(Rows *rows, PyObject **operand, int axis, bint causal, Py_ssize_t n) except -1:
    """Do the work; False if there is no simple layout: nothing has been written then."""
    cdef Schedule s
    s.threads = 1
    if n >= KEEP_GIL_BELOW:
        if rows.strips.function == FA_SOFTMAX_BACKWARD:
            schedule(&s, LIGHT, rows.dtype, 2 * n)  # which reads twice
        else:
            schedule(&s, EXP, rows.dtype, n)
    if not lay_out(rows, operand, axis, causal, s.threads):
        return False
    if n >= KEEP_GIL_BELOW:
        with nogil:
            rows_all(rows, &s)
            settle(&s)
    elif rows.ndim == 1:
        rows.strips.count = rows.count
        in_use.table[rows.dtype].rows(&rows.strips)
    else:
        rows_piece(rows, 0, rows.count)
    fa_quiet()
    return True


cdef object rows_simple(Rows *rows, object a, object b, object axis, object out, object grad, bint keepdims):
    """The result of arrays that need no conversion, without a mask or a temperature; else None."""
    cdef int at, ndim
    rows.strips.scale, rows.strips.scale_low = 1, 0
    if type(axis) is not int or not ready(<PyObject *>a):
        return None
    ndim = fa_ndim(<PyObject *>a)
    at = axis
    if not -ndim <= at < ndim:
        return None
    at = at + ndim if at < 0 else at
    return rows_fast(rows, <PyObject *>a, or_null(b), or_null(out), NULL, or_null(grad), at, False, keepdims)


cdef object rows_call(int op, str function, object a, object b, object axis, object temperature, bint negate,
                      object where, object causal, object out):
    """Every function whose result has the shape of its first operand; those that go backward have a second one."""
    cdef Rows rows
    cdef object result
    if b is None and op in (FA_SOFTMAX_BACKWARD, FA_LOG_SOFTMAX_BACKWARD, FA_SPARSEMAX_BACKWARD, FA_ENTMAX15_BACKWARD):
        as_ndarray(function, "y", b)
    rows.strips.function = op
    rows.strips.negate = negate
    if where is None and causal is False and type(temperature) is float and <double>temperature == 1:
        result = rows_simple(&rows, a, b, axis, out, None, True)
        if result is not None:
            return result
    return rows_slow(&rows, function, a, b, axis, temperature, where, causal, out, None, True)


cdef object rows_slow(Rows *rows, str function, object a, object b, object axis, object temperature, object where,
                      object causal, object out, object grad, bint keepdims):
    """Everything that is checked and converted: then the array has the axis last and is of the simple kind.

    grad: None, or an array of the shape of a with the axes of length 1, apart from out.
    """
    cdef object mask = None
    cdef tuple shape
    cdef int i
    cdef bint reduces = rows.strips.function == FA_LOGSUMEXP
    lazy = rows_lazy(rows, function, a, b, axis, temperature, where, causal, out, reduces, keepdims)
    if lazy is not None:
        return lazy
    a = as_ndarray(function, "x" if b is None else "grad", a)
    dtype = LOOPS[a.dtype.char]
    if b is not None:
        b = as_ndarray(function, "y", b)
        dtype = LOOPS[np.result_type(a, b).char]
        if a.shape != b.shape:
            raise ValueError(f"{function}: grad has shape {a.shape} and y {b.shape}; they must be the same")
    set_scale(rows, function, temperature, dtype)
    ndim = a.ndim
    axes = as_axes(function, axis, ndim)
    shape = a.shape
    if out is not None:
        if type(out) is tuple and len(out) == 1:
            out = out[0]
        check_out(function, out, tuple([
            m if i not in axes else 1 for i, m in enumerate(shape) if keepdims or i not in axes
        ]) if reduces else shape)
        if out.dtype.char != dtype.char:
            raise TypeError(f"{function}: out has dtype {out.dtype}; the result has {dtype}")
    if causal is not False:
        if causal is not True:
            raise TypeError(f"{function}: causal must be True or False, not {causal!r}")
        if axes != (ndim - 1,) or ndim < 2:
            raise ValueError(f"{function}: causal=True is for axis = -1 of an array with two dimensions at least")
    if where is not None and where is not True:
        where = as_where(function, where)
        if out is not None and np.may_share_memory(where, out):  # which is written first
            where = where.copy()
        try:
            mask = np.broadcast_to(where, shape)
        except ValueError:
            text = f"{function}: where has shape {where.shape}, which does not broadcast to {shape}"
            raise ValueError(text) from None
    work = np.dtype(np.float32) if dtype == np.float16 else dtype
    # the axes last, as one; a copy only where there is no other way
    order = tuple([i for i in range(ndim) if i not in axes]) + axes
    kept = rest = tuple([shape[i] for i in order[:ndim - len(axes)]])
    if len(rest) == MAX_DIMS:
        rest = (rest[0] * rest[1], *rest[2:])  # leaves room for the axis that axis = () makes
    length = 1
    for i in axes:
        length *= shape[i]
    lined = (*rest, length)
    with np.errstate(all="ignore"):
        x = np.asarray(np.transpose(a, order), work).reshape(lined)
        each = None if grad is None else np.require(np.transpose(grad, order).reshape(rest), work, "A")
    y = None if b is None else np.asarray(np.transpose(b, order), work).reshape(lined)
    if mask is not None:
        mask = np.transpose(mask, order).reshape(lined)
    if causal is True and (mask is not None or x.strides[x.ndim - 1] != x.itemsize):
        tri = np.tri(lined[len(lined) - 2], length, dtype=np.bool_)
        mask = np.broadcast_to(tri if mask is None else tri & mask, lined)
        causal = False
    if reduces and mask is not None:
        x, mask = np.where(mask, x, x.dtype.type(INFINITY if rows.strips.negate else -INFINITY)), None
    target = None
    if out is not None and not reduces and out.dtype == work:
        target = np.transpose(out, order).reshape(lined)
        if not np.shares_memory(target, out):
            target = None
    result = rows_try(rows, x, y, target, mask, each, causal is True)
    if result is None:
        # no simple layout, or partial overlap
        x, y = np.array(x, order="C"), None if y is None else np.array(y, order="C")
        result = rows_try(rows, x, y, None, mask, each, causal is True)
    if result is target and target is not None:
        return out
    if reduces:
        result = result.reshape(kept)
        if keepdims:
            result = np.expand_dims(result, axes)
    else:
        result = result.reshape([shape[i] for i in order]).transpose(np.argsort(order))
    if out is not None:
        with np.errstate(all="ignore"):
            out[...] = result
        return out
    if result.dtype != dtype:
        with np.errstate(all="ignore"):
            result = result.astype(dtype)
    return result if result.ndim else result[()]


cdef object rows_try(Rows *rows, object x, object y, object out, object mask, object grad, bint causal):
    return rows_fast(rows, <PyObject *>x, or_null(y), or_null(out), or_null(mask), or_null(grad), x.ndim - 1, causal,
                     False)


cdef int set_scale(Rows *rows, str function, object temperature, object dtype) except -1:
    cdef double t, scale
    t = real_number(function, "temperature", temperature)
    if not (2.0 ** -60 <= t <= 2.0 ** 60):
        raise ValueError(f"{function}: temperature = {temperature} must be > 0, and between 2**-60 and 2**60")
    scale = 1 / t
    rows.strips.scale_low = fma(-t, scale, 1) / t
    if dtype != np.float64:
        rows.strips.scale_low += scale - <float>scale
        scale = <float>scale
    rows.strips.scale = scale
    return 0


cdef tuple as_axes(str function, object axis, int ndim):
    """The axes, in range, in the order of the array."""
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    axes = []
    for value in given:
        at = integer(function, "axis", value)
        if not -max(ndim, 1) <= at < max(ndim, 1):
            raise ValueError(f"{function}: axis = {axis} is none of the {ndim} axes")
        if ndim:
            axes.append(at % ndim)
    if len(set(axes)) != len(axes):
        raise ValueError(f"{function}: axis = {axis} names an axis twice")
    return tuple(sorted(axes))


cdef object rows_lazy(Rows *rows, str function, object a, object b, object axis, object temperature, object where,
                      object causal, object out, bint reduces, bint keepdims):
    """A lazy Dask array where the axis is one chunk; None for what is not from Dask."""
    if not is_chunked(a) and not is_chunked(b):
        return None
    arrays = {"x": a} if b is None else {"grad": a, "y": b}
    for name, value in arrays.items():
        if not is_chunked(value):
            other = "y" if name == "grad" else "grad"
            raise TypeError(f"{function}: {name} is no Dask array, as {other} is; pass dask.array.from_array({name}, "
                            f"chunks={other}.chunks)")
        if value.dtype.char not in LOOPS:
            raise TypeError(f"{function}: {name} has dtype {value.dtype}; {ACCEPTED}")
    dtype = LOOPS[np.result_type(*[value.dtype for value in arrays.values()]).char]
    set_scale(rows, function, temperature, dtype)
    axes = as_axes(function, axis, a.ndim)
    if out is not None or where is not None or causal is not False:
        raise TypeError(f"{function}: of a Dask array, out, where and causal are not supported; use x.map_blocks")
    for name, value in arrays.items():
        for i in axes:
            n = len(value.chunks[i]) if value.ndim == a.ndim else 1
            if n > 1:
                raise TypeError(f"{function}: axis {i} of {name} has {n} chunks; pass {name}.rechunk({{{i}: -1}}), "
                                "which has one")
        if value.ndim != a.ndim or value.numblocks != a.numblocks:
            raise ValueError(f"{function}: grad has shape {a.shape} in {a.numblocks} chunks, y {b.shape} in "
                             f"{b.numblocks}; they must be the same")
    options = {"axis": axes}
    if reduces:
        options["keepdims"] = keepdims
    elif rows.strips.function < FA_HARDMAX:
        options["temperature"] = temperature
    chunks = [(1,) if reduces and i in axes else sizes for i, sizes in enumerate(a.chunks)]
    dropped = axes if reduces and not keepdims else ()
    return a.map_blocks(
        _chunk, *list(arrays.values())[1:], function={"logsumexp_backward": "softmax"}.get(function, function),
        options=options, dtype=dtype,
        chunks=tuple([sizes for i, sizes in enumerate(chunks) if i not in dropped]), drop_axis=list(dropped),
        meta=np.empty((0,) * (a.ndim - len(dropped)), dtype),
    )


def _chunk(*arrays, function, options):
    """A public function of a chunk of a lazy array: on one thread, since Dask has others for other chunks."""
    block = enter_block(1)
    try:
        return np.asarray(globals()[function](*arrays, **options))
    finally:
        leave_block(block)


def softmax(x, /, axis=-1, temperature=1.0, *, where=None, causal=False, out=None):
    """Softmax: exponentials that sum to 1 along an axis.

    With z = x / temperature

        exp(z) / sum(exp(z))

    Parameters
    ----------
    x : array_like
        The input: float16, float32, float64, or what NumPy makes one of those.
    axis : int, tuple of ints or None, default -1
        Along which to sum; None for the whole array (the default of SciPy).
    temperature : float, default 1.0
        x is divided by it: between 2**-60 and 2**60.
    where : array_like of bool, optional
        Which elements count; broadcasts to the shape of x. The others give 0, whatever they or their row hold.
    causal : bool, default False
        With the last two axes as a matrix, row i has its first i + 1 elements only: as `where=np.tri(...)`, at half the
        work.
    out : ndarray, optional
        Where to write the result, of the shape and dtype of the result; `out=x` works in place and allocates nothing.

    Returns
    -------
    ndarray
        Of the shape of x. A row without any element, or of nothing but -inf, gives 0 everywhere; a row with NaN or +inf
        gives NaN.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; masked arrays and tables; an `out` of another dtype.
    ValueError
        An axis out of range, a temperature that is not positive, shapes that do not fit, a read-only `out`.

    See Also
    --------
    softmax_backward, log_softmax, softmin

    Notes
    -----
    The backward pass needs the output only. Error: at most 4 ULP; the rounding of x - max(x), which others carry
    through the exponential, is avoided. The same bits for any number of threads and any layout in memory. A lazy Dask
    array gives one if the axis is a single chunk.

    Source: Bridle 1990, Probabilistic interpretation of feedforward classification network outputs.
    """
    return rows_call(FA_SOFTMAX, "softmax", x, None, axis, temperature, False, where, causal, out)


def softmax_backward(grad, y, /, axis=-1, temperature=1.0, *, out=None):
    """Gradient of `softmax`, and with the same arguments of nothing else, from its output.

        y * (grad - sum(grad * y)) / temperature

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output.
    y : array_like
        Output of the forward pass, of the shape of grad. Elements that a mask left out are 0 (-inf in that of
        `log_softmax`) and get 0, whatever grad is there.
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
        As `softmax`; grad and y of different shapes.

    Notes
    -----
    Error: at most 8 ULP of the larger of |y grad| and y sum(|grad y|).
    """
    return rows_call(FA_SOFTMAX_BACKWARD, "softmax_backward", grad, y, axis, temperature, False, None, False, out)


def softmin(x, /, axis=-1, temperature=1.0, *, where=None, causal=False, out=None):
    """Softmax of -x.

    With z = -x / temperature

        exp(z) / sum(exp(z))

    Parameters, results and errors are those of `softmax`.

    See Also
    --------
    softmin_backward, softmax
    """
    return rows_call(FA_SOFTMAX, "softmin", x, None, axis, temperature, True, where, causal, out)


def softmin_backward(grad, y, /, axis=-1, temperature=1.0, *, out=None):
    """Gradient of `softmin` from its output.

        -y * (grad - sum(grad * y)) / temperature

    Parameters, results and errors are those of `softmax_backward`.
    """
    return rows_call(FA_SOFTMAX_BACKWARD, "softmin_backward", grad, y, axis, temperature, True, None, False, out)


def log_softmax(x, /, axis=-1, temperature=1.0, *, where=None, causal=False, out=None):
    """Logarithm of `softmax`, with all digits also where the softmax is next to 1.

    With z = x / temperature

        z - log(sum(exp(z)))

    Parameters are those of `softmax`.

    Returns
    -------
    ndarray
        Of the shape of x; -inf for elements that `where` or `causal` leaves out.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    See Also
    --------
    log_softmax_backward, logsumexp

    Notes
    -----
    The backward pass needs the output only. Error: at most 4 ULP. The largest elements are left out of the sum and
    counted, so that what is added to the largest is not lost: log_softmax([0, -40]) is [-4.2e-18, -40].
    """
    return rows_call(FA_LOG_SOFTMAX, "log_softmax", x, None, axis, temperature, False, where, causal, out)


def log_softmax_backward(grad, y, /, axis=-1, temperature=1.0, *, out=None):
    """Gradient of `log_softmax` from its output.

        (grad - exp(y) * sum(grad)) / temperature

    Parameters, results and errors are those of `softmax_backward`; the error is at most 8 ULP of the larger of |grad|
    and exp(y) sum(|grad|).
    """
    function = "log_softmax_backward"
    return rows_call(FA_LOG_SOFTMAX_BACKWARD, function, grad, y, axis, temperature, False, None, False, out)


def logsumexp(x, /, axis=-1, *, b=None, keepdims=False, return_sign=False, where=None, out=None):
    """Logarithm of the sum of exponentials.

        log(sum(b * exp(x)))

    Parameters
    ----------
    x : array_like
        The input.
    axis : int, tuple of ints or None, default -1
        Along which to sum; None for the whole array (the default of SciPy).
    b : array_like, optional
        Factors of the exponentials; broadcasts with x. Where it is 0 the element does not count. A Python number leaves
        the dtype as x has it.
    keepdims : bool, default False
        Keep the axis, with length 1.
    return_sign : bool, default False
        Return the logarithm of the absolute value of the sum, and its sign. Without it a negative sum gives NaN.
    where : array_like of bool, optional
        Which elements count; broadcasts to the shape of x.
    out : ndarray, optional
        Where to write the (first) result, of its shape and dtype. Without b and return_sign nothing else is allocated.

    Returns
    -------
    ndarray or scalar, or a pair of them
        -inf for a row without any element.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    See Also
    --------
    logsumexp_backward, log_softmax

    Notes
    -----
    The backward pass needs the input. Error: at most 4 ULP of the larger of |max(x)| and the result;
    logsumexp([0, -40]) is 4.2e-18. With b or return_sign NumPy computes it in float64, which takes memory: at most 4
    ULP of the larger of |x| where |b| exp(x) is largest and the result, and, as terms of both signs may cancel,
    2**-51 * sum(|b| exp(x)) / |sum(b exp(x))|; but where the largest terms have equal x and their b add up to 0
    exactly, nothing is lost. A lazy Dask array gives one if the axis is a single chunk, without b and return_sign.
    """
    cdef Rows rows
    cdef object result
    rows.strips.function = FA_LOGSUMEXP
    rows.strips.negate = False
    if b is not None or return_sign:
        return logsumexp_weighted(x, axis, b, bool(keepdims), bool(return_sign), where, out)
    if where is None:
        result = rows_simple(&rows, x, None, axis, out, None, keepdims)
        if result is not None:
            return result if out is not None or fa_ndim(<PyObject *>result) else result[()]
    return rows_slow(&rows, "logsumexp", x, None, axis, 1.0, where, False, out, None, keepdims)


cdef object logsumexp_weighted(object x, object axis, object b, bint keepdims, bint return_sign, object where,
                               object out):
    """With b or a sign: checked and converted; then `signed_log` does the work in float64."""
    cdef str function = "logsumexp"
    cdef bint weak = b is None or type(b) in (bool, int, float)  # which leaves the dtype as it is
    x = as_ndarray(function, "x", x)
    dtype = LOOPS[x.dtype.char]
    b = as_ndarray(function, "b", 1.0 if b is None else b)
    if not weak:
        dtype = LOOPS[np.result_type(dtype, b).char]
    try:
        x, b = np.broadcast_arrays(x, b)
    except ValueError:
        raise ValueError(f"{function}: these shapes do not broadcast: x {x.shape}, b {b.shape}") from None
    shape = x.shape
    counts = True if where is None or where is True else as_where(function, where)
    try:
        counts = np.broadcast_to(counts, shape)
    except ValueError:
        raise ValueError(f"{function}: where has shape {counts.shape}, which does not broadcast to {shape}") from None
    axes = as_axes(function, axis, x.ndim)
    kept = tuple([1 if i in axes else n for i, n in enumerate(shape)])
    given = kept if keepdims else tuple([n for i, n in enumerate(shape) if i not in axes])
    if out is not None:
        out = out[0] if type(out) is tuple and len(out) == 1 else out
        check_out(function, out, given)
        if out.dtype.char != dtype.char:
            raise TypeError(f"{function}: out has dtype {out.dtype}; the result has {dtype}")
    order = tuple([i for i in range(len(shape)) if i not in axes]) + axes
    rows = [1, 1]
    for i, n in enumerate(shape):
        rows[i in axes] *= n
    with np.errstate(all="ignore"):
        x, b, counts = [np.transpose(a, order).reshape(rows) for a in (x, b, counts)]
        log, sign = signed_log(x.astype(np.float64), b.astype(np.float64), counts)
        if not return_sign:
            log = np.where(sign < 0, np.nan, log)
        log, sign = [a.astype(dtype).reshape(given)[()] for a in (log, sign)]
    if out is not None:
        out[...] = log
        log = out
    return (log, sign) if return_sign else log


cdef object signed_log(object x, object b, object counts):
    """log|sum| and the sign of the sums of b exp(x) over rows, for float64 matrices.

    The terms are taken relative to the exponential of the largest, and added up as pairs, so that only what the
    terms themselves are off by remains. Where the largest cancel each other exactly the next ones are taken.
    """
    counts = counts & (b != 0)
    x, b = np.where(counts, x, -INFINITY), np.where(counts, b, 0)
    log, sign = np.full(len(x), -INFINITY), np.zeros(len(x))
    endless = (x == INFINITY) | (np.isinf(b) & (x > -INFINITY))
    plus, minus = [(endless & one).any(-1) for one in (b > 0, b < 0)]
    odd = (np.isnan(x) | np.isnan(b) | (np.isinf(b) & (x == -INFINITY))).any(-1) | (plus & minus)
    log[plus | minus] = INFINITY
    sign[plus], sign[minus] = 1, -1
    log[odd] = sign[odd] = np.nan
    m, k = np.frexp(b)
    near = x > -INFINITY
    rows = np.flatnonzero(~(plus | minus | odd) & near.any(-1))
    while rows.size:
        here, there, power = x[rows], near[rows], k[rows]
        size = np.where(there, here + power * LN2, -INFINITY).argmax(-1)[:, None]
        top, shift = np.take_along_axis(here, size, -1), np.take_along_axis(power, size, -1)
        shift = np.where(np.abs(shift) > 900, shift, 0)  # b of any size
        d = np.where(there, here - top, 0)
        back = here - d
        low = np.where(there, (here - (d + back)) + (back - top), 0)  # what the difference lost
        far = ~there | (d < -3000)
        d, low = np.where(far, 0, d), np.where(far, 0, low)
        n = np.rint(d / LN2)
        e = np.exp(((d - n * LN2_HIGH) - n * LN2_LOW) + low)
        terms = np.where(far, 0, np.ldexp(m[rows] * e, power + n.astype(power.dtype) - shift))
        high, low = pair_sums(terms)
        total = high + low
        log[rows] = (top + (shift * LN2 + (np.log(np.abs(total)) + ((high - total) + low) / total)))[:, 0]
        sign[rows] = np.sign(total)[:, 0]
        first = there & (here == top)
        high, low = pair_sums(np.where(first, terms, 0))
        gone = ((high == 0) & (low == 0))[:, 0]
        log[rows[gone]], sign[rows[gone]] = -INFINITY, 0
        near[rows[gone]] &= ~first[gone]
        rows = rows[gone]
        rows = rows[near[rows].any(-1)]
    return log, sign


cdef object pair_sums(object terms):
    """The sums of rows as high + low, halves added to halves without error."""
    low = np.zeros_like(terms)
    while terms.shape[1] > 1:
        n = terms.shape[1]
        if n % 2:
            terms, low = [np.pad(a, ((0, 0), (0, 1))) for a in (terms, low)]
        a, b = terms[:, :(n + 1) // 2], terms[:, (n + 1) // 2:]
        terms = a + b
        part = terms - a
        low = low[:, :(n + 1) // 2] + low[:, (n + 1) // 2:] + ((a - (terms - part)) + (b - part))
    return terms, low


# ln 2, and in two parts of which the first has 20 bits to spare
cdef double LN2 = 0.6931471805599453, LN2_HIGH = 6.93147180369123816490e-01, LN2_LOW = 1.90821492927058770002e-10


def logsumexp_backward(grad, x, y=None, /, axis=-1, *, where=None, out=None):
    """Gradient of `logsumexp` without b, from its input.

        grad * exp(x - y)

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output; with or without the axis as a dimension of length 1.
    x : array_like
        Input of the forward pass.
    y : array_like, optional
        Output of the forward pass. Not read: exp(x - y) would carry the rounding of x - y; the softmax of x does not.
    axis : int, tuple of ints or None, default -1
        As in the forward pass.
    where : array_like of bool, optional
        As in the forward pass; the elements that are left out get 0.
    out : ndarray, optional
        Where to write the result; `out=x` works in place and allocates nothing.

    Returns
    -------
    ndarray
        Of the shape of x. A row of nothing but -inf has the gradient 0.

    Raises
    ------
    TypeError, ValueError
        As `softmax`; a grad that has not the shape of the output.

    Notes
    -----
    Error: at most 5 ULP, unless the softmax of x is subnormal: that is what is multiplied by grad, in the same pass.
    The same bits for any number of threads and any layout in memory.
    """
    cdef Rows rows
    function = "logsumexp_backward"
    rows.strips.function = FA_LOGSUMEXP_BACKWARD
    rows.strips.negate = False
    if where is None and fa_is_array(<PyObject *>grad):
        result = rows_simple(&rows, x, None, axis, out, grad, True)
        if result is not None:
            return result
    lazy = is_chunked(x)
    x = x if lazy else as_ndarray(function, "x", x)
    grad = grad if lazy and is_chunked(grad) else as_ndarray(function, "grad", grad)
    axes = as_axes(function, axis, x.ndim)
    kept = tuple([1 if i in axes else n for i, n in enumerate(x.shape)])
    if grad.shape != kept:
        if grad.shape != tuple([n for i, n in enumerate(x.shape) if i not in axes]):
            raise ValueError(f"{function}: grad has shape {grad.shape}; the output has {kept}, or that without 1")
        grad = grad.reshape(kept)
    dtype = LOOPS[np.result_type(x, grad).char]
    if out is not None:
        check_out(function, out, x.shape)
        if np.may_share_memory(out, grad):
            grad = grad.copy()
    if x.dtype != dtype:
        x = x.astype(dtype)
    if lazy:
        return rows_call(FA_SOFTMAX, function, x, None, axis, 1.0, False, where, False, out) * grad
    return rows_slow(&rows, function, x, None, axis, 1.0, where, False, out, grad, True)


__all__ += [
    "log_softmax", "log_softmax_backward", "logsumexp", "logsumexp_backward", "softmax", "softmax_backward", "softmin",
    "softmin_backward",
]
