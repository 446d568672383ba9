# maxout, the greatest of some neighbours, and crelu, both signs of x: the result has another shape than the input.

cdef extern from *:
    """
    /* are all of these less than pieces? */
    static int fa_all_below(const void *index, int wide, size_t n, size_t pieces) {
        unsigned greatest = 0;
        if (wide) {
            for (size_t i = 0; i < n; i++) {
                unsigned v = ((const unsigned short *)index)[i];
                greatest = v > greatest ? v : greatest;
            }
        } else {
            for (size_t i = 0; i < n; i++) {
                unsigned v = ((const unsigned char *)index)[i];
                greatest = v > greatest ? v : greatest;
            }
        }
        return n == 0 || greatest < pieces;
    }
    static inline PyObject *fa_empty(int ndim, Py_ssize_t *shape, int type) {
        return PyArray_EMPTY(ndim, (npy_intp *)shape, type, 0);
    }
    """
    bint fa_all_below(const void *index, int wide, size_t n, size_t pieces) noexcept nogil
    object fa_empty(int ndim, Py_ssize_t *shape, int type)

cdef enum:
    MOST_PIECES = 1 << 16
    CUT_COLUMNS = 16  # the kernels take fewer as a whole


cdef inline bint is_contiguous(PyObject *a) noexcept:
    """Can the kernels read it as it is?"""
    cdef int asked = cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_ALIGNED
    return (
        fa_is_array(a)
        and fa_type(a) in (cnp.NPY_FLOAT, cnp.NPY_DOUBLE)
        and fa_native(a)
        and fa_flags(a) & asked == asked
    )


cdef object as_dtype(object array, object dtype):
    """Of this dtype; float16 is worked on in float32."""
    if is_contiguous(<PyObject *>array) and array.dtype == dtype:
        return array
    with np.errstate(all="ignore"):
        return array.astype(np.float32 if dtype.char == "e" else dtype, order="C")


cdef inline bint takes(PyObject *out, PyObject *like, int ndim, const Py_ssize_t *shape) noexcept:
    """Can the kernels write there as it is? The shape is checked too."""
    return (
        is_contiguous(out)
        and fa_type(out) == fa_type(like)
        and fa_flags(out) & cnp.NPY_ARRAY_WRITEABLE
        and fa_ndim(out) == ndim
        and not memcmp(fa_shape(out), shape, ndim * sizeof(Py_ssize_t))
    )


cdef inline bint of_shape(object a, object b) noexcept:
    cdef int ndim = fa_ndim(<PyObject *>a)
    return ndim == fa_ndim(<PyObject *>b) and not memcmp(
        fa_shape(<PyObject *>a), fa_shape(<PyObject *>b), ndim * sizeof(Py_ssize_t))


cdef inline bint overlap(PyObject *a, PyObject *b, Py_ssize_t n_a, Py_ssize_t n_b) noexcept:
    """Contiguous ones of so many bytes."""
    return fa_data(a) < fa_data(b) + n_b and fa_data(b) < fa_data(a) + n_a


cdef Py_ssize_t number_of_pieces(str function, object pieces) except -1:
    cdef Py_ssize_t n = integer(function, "pieces", pieces)
    if not 1 <= n <= MOST_PIECES:
        raise ValueError(f"{function}: pieces = {n} must be from 1 to {<int>MOST_PIECES}")
    return n


# What is worked on: `outer` times a unit along the axis, of `inner` elements each.
cdef struct Axes:
    int ndim
    Py_ssize_t outer
    Py_ssize_t length
    Py_ssize_t inner
    Py_ssize_t shape[MAX_DIMS]  # of the result


cdef void look_at(Axes *axes, PyObject *a, int axis) noexcept:
    cdef Py_ssize_t *shape = fa_shape(a)
    cdef int i
    axes.ndim, axes.outer, axes.length, axes.inner = fa_ndim(a), 1, shape[axis], 1
    for i in range(axes.ndim):
        axes.shape[i] = shape[i]
        if i < axis:
            axes.outer *= shape[i]
        elif i > axis:
            axes.inner *= shape[i]


cdef tuple shape_of(Axes *axes):
    cdef int i
    return tuple([axes.shape[i] for i in range(axes.ndim)])


# ------------------------------------------------------------------------------------------------ maxout

# z (units, pieces, inner) and what goes with it (units, inner).
cdef struct Groups:
    bint backward  # from `few` and index to `many`, else from `many` to `few` and index
    void *index  # may be NULL for the forward pass
    int wide
    Py_ssize_t pieces
    Py_ssize_t units
    Py_ssize_t inner
    int dtype
    char *few
    char *many
    fa_maxout *forward_kernel
    fa_maxout_backward *backward_kernel


cdef int run_groups(int dtype, char *few, char *many, Groups *groups) except -1:
    cdef Py_ssize_t n = groups.units * groups.pieces * groups.inner
    groups.dtype, groups.few, groups.many = dtype, few, many
    groups.forward_kernel = in_use.table[dtype].maxout
    groups.backward_kernel = in_use.table[dtype].maxout_backward
    if n < KEEP_GIL_BELOW:
        groups_share(groups, 0, 1)
        return 0
    return run_shared(groups_share, groups, LIGHT, dtype, n, n)


cdef void groups_share(void *work, int i, int shares) noexcept nogil:
    """A share of the units; of their columns if there are fewer units than threads and enough columns."""
    cdef Groups *groups = <Groups *>work
    cdef Py_ssize_t pieces = groups.pieces, inner = groups.inner, u = 0, units = groups.units, j = 0, columns = inner
    cdef Py_ssize_t itemsize = itemsize_of(groups.dtype), line = 64 // itemsize, each
    cdef char *index = <char *>groups.index
    cdef char *few = groups.few
    cdef char *many = groups.many
    if units >= shares or inner < CUT_COLUMNS:
        u = units * i // shares
        units = units * (i + 1) // shares - u
    else:
        each = ((inner + shares - 1) // shares + line - 1) // line * line
        j = min(i * each, inner)
        columns = min(each, inner - j)
    if not units or not columns:
        return
    few += (u * inner + j) * itemsize
    many += (u * pieces * inner + j) * itemsize
    if index:
        index += (u * inner + j) * (2 if groups.wide else 1)
    if groups.backward:
        groups.backward_kernel(many, few, index, groups.wide, pieces, units, columns, inner)
    else:
        groups.forward_kernel(few, index, groups.wide, many, pieces, units, columns, inner)


cdef object call_maxout(str function, object z, Py_ssize_t pieces, int axis, object dtype, object out,
                        bint return_index):
    """z is plain; dtype that of the result."""
    cdef Axes axes
    cdef Groups groups
    cdef object to = None, index = None
    cdef Py_ssize_t n, itemsize = 4 if fa_type(<PyObject *>z) == cnp.NPY_FLOAT else 8
    cdef char *few
    cdef char *many = fa_data(<PyObject *>z)
    cdef int d = FA_F32 if itemsize == 4 else FA_F64
    look_at(&axes, <PyObject *>z, axis)
    if axes.length % pieces:
        raise ValueError(f"{function}: the axis has length {axes.length}, which is no multiple of pieces = {pieces}")
    axes.shape[axis] = axes.length // pieces
    groups.backward, groups.index, groups.wide = False, NULL, pieces > 256
    groups.pieces, groups.units, groups.inner = pieces, axes.outer * axes.shape[axis], axes.inner
    n = groups.units * groups.inner
    if return_index and type(out) in (tuple, list):
        if len(out) != 2:
            raise TypeError(f"{function}: out must be an array or a pair of arrays (y, index)")
        out, index = out
        check_index(function, index, pieces, &axes, True)
    if out is not None:
        if takes(<PyObject *>out, <PyObject *>z, axes.ndim, axes.shape):
            if not overlap(<PyObject *>out, <PyObject *>z, n * itemsize, n * pieces * itemsize):
                to = out
        else:
            check_out(function, out, shape_of(&axes))
    if to is None:
        to = fa_empty(axes.ndim, axes.shape, fa_type(<PyObject *>z))
    if return_index:
        if index is None:
            index = fa_empty(axes.ndim, axes.shape, cnp.NPY_UINT16 if groups.wide else cnp.NPY_UINT8)
        elif share(<PyObject *>index, <PyObject *>z) or (out is not None and share(<PyObject *>index, <PyObject *>out)):
            raise ValueError(f"{function}: index shares memory with another array")
        groups.index = fa_data(<PyObject *>index)
    few = fa_data(<PyObject *>to)
    if n:
        run_groups(d, few, many, &groups)
    to = delivered(to, out, dtype)
    return (to, index) if return_index else to


cdef object check_index(str function, object index, Py_ssize_t pieces, Axes *axes, bint written):
    """axes: those of the result, NULL where its shape is that of index."""
    cdef int asked = cnp.NPY_UINT16 if pieces > 256 else cnp.NPY_UINT8, whole = cnp.NPY_ARRAY_CARRAY
    if is_foreign(index) or isinstance(index, np.ndarray) and not fa_is_array(<PyObject *>index):
        raise not_handled(function, "index", index)
    if not fa_is_array(<PyObject *>index) or fa_type(<PyObject *>index) != asked:
        given, wanted = getattr(index, "dtype", type(index).__name__), "uint16" if pieces > 256 else "uint8"
        raise TypeError(f"{function}: index must be an array of {wanted} for pieces = {pieces}, not {given}")
    if axes != NULL and (fa_ndim(<PyObject *>index) != axes.ndim
                         or memcmp(fa_shape(<PyObject *>index), axes.shape, axes.ndim * sizeof(Py_ssize_t))):
        raise ValueError(f"{function}: index has shape {index.shape}; asked is {shape_of(axes)}")
    if written and not (fa_flags(<PyObject *>index) & whole == whole and fa_native(<PyObject *>index)):
        raise ValueError(f"{function}: index is read-only, not contiguous, or in another byte order")


cdef object call_maxout_backward(str function, object grad, object index, Py_ssize_t pieces, object axis, object out):
    """grad has been looked at by `as_ndarray`."""
    cdef Axes axes
    cdef Groups groups
    cdef object to = None, given = grad, dtype = None
    cdef Py_ssize_t n, itemsize
    cdef char *few
    cdef char *many
    cdef int i, d, plain = cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_ALIGNED
    check_index(function, index, pieces, NULL, False)
    if not fa_ndim(<PyObject *>index):
        raise ValueError(f"{function}: index has no axis")
    i = checked_axis(function, axis, fa_ndim(<PyObject *>index))
    if fa_flags(<PyObject *>index) & plain != plain or not fa_native(<PyObject *>index):
        index = index.astype(index.dtype.newbyteorder("="), order="C")
    if not is_contiguous(<PyObject *>grad) or not of_shape(grad, index):
        dtype = LOOPS[grad.dtype.char]
        if common_shape(function, {"grad": grad, "index": index}) != index.shape:
            raise ValueError(f"{function}: grad has shape {grad.shape}, index {index.shape}")
        grad = as_dtype(np.broadcast_to(grad, index.shape), dtype)
    itemsize = 4 if fa_type(<PyObject *>grad) == cnp.NPY_FLOAT else 8
    d = FA_F32 if itemsize == 4 else FA_F64
    look_at(&axes, <PyObject *>index, i)
    groups.backward, groups.index, groups.wide = True, fa_data(<PyObject *>index), pieces > 256
    groups.pieces, groups.units, groups.inner = pieces, axes.outer * axes.length, axes.inner
    n = groups.units * groups.inner
    if not fa_all_below(groups.index, groups.wide, n, pieces):
        raise ValueError(f"{function}: index has values that are not below pieces = {pieces}")
    axes.shape[i] = axes.length * pieces
    if out is not None:
        if takes(<PyObject *>out, <PyObject *>grad, axes.ndim, axes.shape):
            if not overlap(<PyObject *>out, <PyObject *>grad, n * pieces * itemsize, n * itemsize) and not overlap(
                <PyObject *>out, <PyObject *>index, n * pieces * itemsize, n * (2 if groups.wide else 1)
            ):
                to = out
        else:
            check_out(function, out, shape_of(&axes))
    if to is None:
        to = fa_empty(axes.ndim, axes.shape, fa_type(<PyObject *>grad))
    few, many = fa_data(<PyObject *>grad), fa_data(<PyObject *>to)
    if n:
        run_groups(d, few, many, &groups)
    return delivered(to, out, dtype)


# ------------------------------------------------------------------------------------------------ crelu

cdef int run_halves(int dtype, fa_many *kernel, int operands, char **data, const Py_ssize_t *row_step, Py_ssize_t rows,
                    Py_ssize_t columns) except -1:
    cdef Work work
    cdef Layout layout
    cdef Py_ssize_t i
    cdef int k
    if rows * columns < KEEP_GIL_BELOW:
        for i in range(rows):
            kernel(<void **>data, columns)
            for k in range(operands):
                data[k] += row_step[k]
        return 0
    work.many = kernel
    layout.operands, layout.ndim, layout.shape[0], layout.shape[1] = operands, 2, rows, columns
    for k in range(operands):
        layout.data[k], layout.step[k][0], layout.step[k][1] = data[k], row_step[k], itemsize_of(dtype)
    return run_rows(LIGHT, dtype, &layout, rows * columns, &work)


cdef object call_crelu(str function, object a, object b, int axis, object dtype, object out):
    """crelu(a), or its gradient from a and the output b; both are plain and of one shape."""
    cdef Axes axes
    cdef object to = None
    cdef Py_ssize_t half, itemsize = 4 if fa_type(<PyObject *>a) == cnp.NPY_FLOAT else 8
    cdef Py_ssize_t n_in, n_out
    cdef Py_ssize_t[OPERANDS] step
    cdef char *data[OPERANDS]
    cdef fa_many *kernel
    cdef int k, d = FA_F32 if itemsize == 4 else FA_F64
    cdef bint backward = b is not None
    look_at(&axes, <PyObject *>a, axis)
    if backward and axes.length % 2:
        raise ValueError(f"{function}: the axis has length {axes.length}, which is odd")
    axes.shape[axis] = axes.length // 2 if backward else 2 * axes.length
    half = axes.inner * (axes.length // 2 if backward else axes.length)
    n_in, n_out = (2, 1) if backward else (1, 2)
    n_in *= axes.outer * half * itemsize
    n_out *= axes.outer * half * itemsize
    if out is not None:
        if takes(<PyObject *>out, <PyObject *>a, axes.ndim, axes.shape):
            if not overlap(<PyObject *>out, <PyObject *>a, n_out, n_in) and not (
                backward and overlap(<PyObject *>out, <PyObject *>b, n_out, n_in)
            ):
                to = out
        else:
            check_out(function, out, shape_of(&axes))
    if to is None:
        to = fa_empty(axes.ndim, axes.shape, fa_type(<PyObject *>a))
    half *= itemsize
    for k in range(OPERANDS):
        step[k] = 2 * half
    if backward:  # dx, both halves of grad, both of y
        data[0], data[1], data[3] = fa_data(<PyObject *>to), fa_data(<PyObject *>a), fa_data(<PyObject *>b)
        data[2], data[4] = data[1] + half, data[3] + half
        step[0] = half
    else:  # both halves of y, x
        data[0], data[2] = fa_data(<PyObject *>to), fa_data(<PyObject *>a)
        data[1] = data[0] + half
        step[2] = half
    kernel = in_use.table[d].crelu_backward if backward else in_use.table[d].crelu
    half //= itemsize
    if n_out:
        run_halves(d, kernel, 5 if backward else 3, data, step, axes.outer, half)
    return delivered(to, out, dtype)


# ------------------------------------------------------------------------------------------------ for Python

def maxout(z, /, pieces, axis=-1, *, out=None, return_index=False):
    """Maxout: the greatest of `pieces` neighbours along an axis.

    The axis of length units * pieces is cut into `units` groups:

        y[..., u, ...] = max(z[..., u * pieces, ...], ..., z[..., (u + 1) * pieces - 1, ...])

    Parameters
    ----------
    z : array_like
        float16, float32 or float64; integers and bools promote. Arrays that are not contiguous are copied.
    pieces : int
        From 1 to 65536; it divides the length of the axis.
    axis : int, default -1
        The axis that is cut.
    out : ndarray, optional
        Where to write the result: an array of the result's shape; with `return_index` it may be a pair of arrays,
        (y, index). With contiguous ones nothing is allocated.
    return_index : bool, default False
        Also return which of its pieces each result is.

    Returns
    -------
    y : ndarray
        The shape of z with `units` along the axis; `out`, if given.
    index : ndarray of uint8 or uint16
        Only with `return_index`: from 0 to pieces - 1, the first one among equals; uint16 where pieces > 256.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; a masked array or the array of another library; an `out` or an
        index of another dtype. Nothing has been written then.
    ValueError
        A length that `pieces` does not divide, an axis that there is not, an `out` that is read-only or of another
        shape than the result, an index that shares memory with z or y. Nothing has been written then.

    See Also
    --------
    maxout_backward : the gradient
    maxout_linear : with the linear layer before it

    Notes
    -----
    The backward pass needs the index only. A NaN among the pieces is the result, the first one if there are several.

    Error: none, the result is exact.

    Source: Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013, Maxout networks, ICML; Maxout of TensorFlow
    Addons.
    """
    cdef Py_ssize_t n = number_of_pieces("maxout", pieces)
    dtype = None
    if not is_contiguous(<PyObject *>z):
        z = as_ndarray("maxout", "z", z)
        dtype = LOOPS[z.dtype.char]
        z = as_dtype(z, dtype)
    return call_maxout("maxout", z, n, checked_axis("maxout", axis, fa_ndim(<PyObject *>z)), dtype, out, return_index)


def maxout_backward(grad, index, /, pieces, axis=-1, *, out=None):
    """Gradient of `maxout` with respect to its input: `grad` at the winner of each group, 0 elsewhere.

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output. Broadcasts to the shape of index.
    index : ndarray of uint8 or uint16
        What `maxout` returned with `return_index=True`.
    pieces : int
        As for the forward pass.
    axis : int, default -1
        As for the forward pass.
    out : ndarray, optional
        Where to write the result: an array of its shape. With a contiguous one nothing is allocated.

    Returns
    -------
    ndarray
        The shape of index with units * pieces along the axis; `out`, if given.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; a masked array or the array of another library; an index of
        another dtype; an `out` that is not a float16, float32 or float64 array. Nothing has been written then.
    ValueError
        An index that is not below `pieces`, shapes that do not fit, an `out` that is read-only or of another shape
        than the result. Nothing has been written then.

    See Also
    --------
    maxout : the forward pass

    Notes
    -----
    Error: none, the result is exact.

    Source: Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013, Maxout networks, ICML.
    """
    cdef Py_ssize_t n = number_of_pieces("maxout_backward", pieces)
    if not is_contiguous(<PyObject *>grad):
        grad = as_ndarray("maxout_backward", "grad", grad)
    return call_maxout_backward("maxout_backward", grad, index, n, axis, out)


def maxout_linear(x, weight, bias=None, /, pieces=None, *, return_index=False, out=None):
    """A maxout layer: `maxout(x @ weight + bias, pieces)`.

    Parameters
    ----------
    x : array_like
        (..., features)
    weight : array_like
        (features, units * pieces)
    bias : array_like, optional
        (units * pieces,)
    pieces : int
        How many neighbours each unit is the greatest of.
    return_index : bool, default False
        Also return which of its pieces each result is, as `maxout` does.
    out : ndarray, optional
        Where to write the result, as for `maxout`.

    Returns
    -------
    y : ndarray
        (..., units), of the dtype that the inputs promote to; `out`, if given.
    index : ndarray of uint8 or uint16
        Only with `return_index`.

    Raises
    ------
    TypeError, ValueError
        As `maxout`; shapes that do not fit; no `pieces`. Nothing has been written then.

    See Also
    --------
    maxout_linear_backward : the gradients

    Notes
    -----
    The product is NumPy's, by its BLAS, with the error and the threads of that; an array for it is allocated. The
    maximum is exact.

    Source: Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013, Maxout networks, ICML.
    """
    cdef Py_ssize_t n = number_of_pieces("maxout_linear", pieces)
    x, weight = as_ndarray("maxout_linear", "x", x), as_ndarray("maxout_linear", "weight", weight)
    values = [x, weight]
    if bias is not None:
        bias = as_ndarray("maxout_linear", "bias", bias)
        values.append(bias)
    check_linear("maxout_linear", x, weight, n)
    if bias is not None and bias.shape != weight.shape[1:]:
        raise ValueError(f"maxout_linear: bias has shape {bias.shape}; weight asks for {weight.shape[1:]}")
    dtype = LOOPS[np.result_type(*values).char]
    inner = np.dtype(np.float32) if dtype.char == "e" else dtype
    with np.errstate(all="ignore"):
        z = np.matmul(x.astype(inner, copy=False), weight.astype(inner, copy=False))
        if bias is not None:
            np.add(z, bias, out=z, casting="same_kind")
    z = as_dtype(z, inner)
    return call_maxout("maxout_linear", z, n, z.ndim - 1, dtype, out, return_index)


cdef object check_linear(str function, object x, object weight, Py_ssize_t pieces):
    if weight.ndim != 2 or not x.ndim or x.shape[x.ndim - 1] != weight.shape[0]:
        raise ValueError(f"{function}: x has shape {x.shape}, weight {weight.shape}; asked are (..., features) and "
                         "(features, units * pieces)")
    if weight.shape[1] % pieces:
        raise ValueError(f"{function}: weight has {weight.shape[1]} columns, no multiple of pieces = {pieces}")


def maxout_linear_backward(grad, x, weight, index, /, pieces):
    """Gradients of `maxout_linear` with respect to x, weight and bias.

    With dz = maxout_backward(grad, index, pieces) they are dz @ weight.T, x.T @ dz, and the sum of dz.

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output. Broadcasts to the shape of index.
    x : array_like
        Input of the forward pass.
    weight : array_like
        Input of the forward pass.
    index : ndarray of uint8 or uint16
        What `maxout_linear` returned with `return_index=True`.
    pieces : int
        As for the forward pass.

    Returns
    -------
    grad_x, grad_weight, grad_bias : ndarray
        Of the shapes of x, weight and bias, and of the dtype that grad, x and weight promote to.

    Raises
    ------
    TypeError, ValueError
        As `maxout_backward`; shapes that do not fit.

    See Also
    --------
    maxout_linear : the forward pass

    Notes
    -----
    The products and the sum are NumPy's, with the error and the threads of those.

    Source: Goodfellow, Warde-Farley, Mirza, Courville & Bengio 2013, Maxout networks, ICML.
    """
    cdef str function = "maxout_linear_backward"
    cdef Py_ssize_t n = number_of_pieces(function, pieces)
    grad, x, weight = (as_ndarray(function, name, value) for name, value in
                       zip(("grad", "x", "weight"), (grad, x, weight)))
    check_linear(function, x, weight, n)
    check_index(function, index, n, NULL, False)
    shape = (*x.shape[:x.ndim - 1], weight.shape[1] // n)
    if index.shape != shape:
        raise ValueError(f"{function}: index has shape {index.shape}; x and weight ask for {shape}")
    dtype = LOOPS[np.result_type(grad, x, weight).char]
    inner = np.dtype(np.float32) if dtype.char == "e" else dtype
    dz = call_maxout_backward(function, grad.astype(inner, copy=False), index, n, -1, None)
    x, weight = x.astype(inner, copy=False), weight.astype(inner, copy=False)
    rows = dz.reshape(-1, weight.shape[1])
    with np.errstate(all="ignore"):
        found = np.matmul(dz, weight.T), np.matmul(x.reshape(-1, weight.shape[0]).T, rows), np.add.reduce(rows, axis=0)
        return tuple([value.astype(dtype, copy=False) for value in found])


def crelu(x, /, axis=-1, *, out=None):
    """Concatenated rectified linear units: both signs of x.

        concatenate(max(x, 0), max(-x, 0)) along the axis

    Parameters
    ----------
    x : array_like
        float16, float32 or float64; integers and bools promote. Arrays that are not contiguous are copied.
    axis : int, default -1
        The axis that becomes twice as long.
    out : ndarray, optional
        Where to write the result: an array of its shape. With a contiguous one nothing is allocated.

    Returns
    -------
    ndarray
        `out`, if given.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; a masked array or the array of another library; an `out` that is
        not a float16, float32 or float64 array. Nothing has been written then.
    ValueError
        An axis that there is not, an `out` that is read-only or of another shape than the result. Nothing has been
        written then.

    See Also
    --------
    crelu_backward : the gradient

    Notes
    -----
    The backward pass needs the output only.

    Error: none, the result is exact.

    Source: Shang, Sohn, Almeida & Lee 2016, Understanding and improving convolutional neural networks via concatenated
    rectified linear units, ICML; crelu of TensorFlow.
    """
    dtype = None
    if not is_contiguous(<PyObject *>x):
        x = as_ndarray("crelu", "x", x)
        dtype = LOOPS[x.dtype.char]
        x = as_dtype(x, dtype)
    return call_crelu("crelu", x, None, checked_axis("crelu", axis, fa_ndim(<PyObject *>x)), dtype, out)


def crelu_backward(grad, y, /, axis=-1, *, out=None):
    """Gradient of `crelu` with respect to its input.

    With the halves of `grad` and y along the axis

        grad1 where y1 > 0, -grad2 where y2 > 0, 0 elsewhere

    Parameters
    ----------
    grad : array_like
        Gradient of the loss with respect to the output. Broadcasts with y.
    y : array_like
        Output of the forward pass.
    axis : int, default -1
        As for the forward pass.
    out : ndarray, optional
        Where to write the result: an array of its shape. With a contiguous one nothing is allocated.

    Returns
    -------
    ndarray
        Half as long as y along the axis; `out`, if given.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; a masked array or the array of another library; an `out` that is
        not a float16, float32 or float64 array. Nothing has been written then.
    ValueError
        An axis that there is not or that has an odd length, shapes that do not broadcast, an `out` that is read-only
        or of another shape than the result. Nothing has been written then.

    See Also
    --------
    crelu : the forward pass

    Notes
    -----
    Error: none, the result is exact.

    Source: Shang, Sohn, Almeida & Lee 2016, Understanding and improving convolutional neural networks via concatenated
    rectified linear units, ICML.
    """
    dtype = None
    fits = is_contiguous(<PyObject *>grad) and is_contiguous(<PyObject *>y)
    if not (fits and alike(<PyObject *>y, <PyObject *>grad)):
        grad, y = as_ndarray("crelu_backward", "grad", grad), as_ndarray("crelu_backward", "y", y)
        dtype = LOOPS[np.result_type(grad, y).char]
        shape = common_shape("crelu_backward", {"grad": grad, "y": y})
        grad, y = as_dtype(np.broadcast_to(grad, shape), dtype), as_dtype(np.broadcast_to(y, shape), dtype)
    return call_crelu("crelu_backward", grad, y, checked_axis("crelu_backward", axis, fa_ndim(<PyObject *>y)), dtype,
                      out)


__all__ += [
    "maxout",
    "maxout_backward",
    "maxout_linear",
    "maxout_linear_backward",
    "crelu",
    "crelu_backward",
]
