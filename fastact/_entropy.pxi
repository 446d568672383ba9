# Cross entropy: the loss of logits, and its gradient in the same pass. Included by _core.pyx after _rows.pxi, which
# runs that of a softmax, and _channels.pxi, which runs that of a sigmoid and adds up losses.

cdef extern from "fastact.h" nogil:
    enum:
        FA_CROSS_ENTROPY
        FA_CROSS_ENTROPY_GRADIENT

cdef enum:  # what becomes of the losses
    KEEP
    ADD_UP
    AVERAGE


cdef int as_reduction(str function, object reduction) except -1:
    if isinstance(reduction, str):
        if reduction == "mean":
            return AVERAGE
        if reduction == "sum":
            return ADD_UP
        if reduction == "none":
            return KEEP
    raise bad_choice(function, "reduction", reduction, ("mean", "sum", "none"))


cdef object reduced(Job *job, int reduction, Py_ssize_t count):
    """What a job adds up to, or that over count. A job without elements is not started: its dtype is known, no more."""
    cdef double few[16]
    cdef double total = 0
    cdef float single
    if job.n:
        memset(few, 0, sizeof(few))
        job.sum[:] = in_use.table[job.dtype].sum[FA_SUM_total]
        total_up(job, EXP, few, sizeof(few))
        if job.dtype == FA_F32:
            total = sum_of(<float *>job.hi, <float *>job.lo)
        else:
            total = sum_of(<double *>job.hi, <double *>job.lo)
        if job.hi != <char *>few:
            free(job.hi)
    if reduction == AVERAGE:
        total /= count
    single = <float>total
    return fa_scalar(&single, cnp.NPY_FLOAT) if job.dtype == FA_F32 else fa_scalar(&total, cnp.NPY_DOUBLE)


cdef inline double sum_of(const real *hi, const real *lo) noexcept nogil:
    cdef double total = hi[0]
    return total + lo[0] if total - total == 0 else total


cdef int check_grad(str function, object out_grad, tuple shape, object dtype) except -1:
    if out_grad is not None:
        check_out(function, out_grad, shape, "out_grad")
        if out_grad.dtype.char != dtype.char:
            raise TypeError(f"{function}: out_grad has dtype {out_grad.dtype}; the gradient has {dtype}")
    return 0


cdef object as_targets(str function, str name, object array, tuple shape, object dtype):
    """In the shape and the dtype of the logits. Only dimensions of length 1 are repeated: where one is missing, that is
    taken for a mistake."""
    if array.ndim != len(shape) or any([m not in (1, n) for m, n in zip(array.shape, shape)]):
        raise ValueError(f"{function}: {name} has shape {array.shape} and dtype {array.dtype}; for logits of shape "
                         f"{shape} it must have that shape, or 1 in place of a length")
    with np.errstate(all="ignore"):
        array = np.require(array, dtype, "A")
    return array if array.shape == shape else np.broadcast_to(array, shape)


# ------------------------------------------------------------------------------------------------ of a softmax

cdef struct Ignored:
    bint some
    int64_t label


cdef Py_ssize_t count_labels(str function, PyObject *labels, Py_ssize_t length, const Ignored *ignored,
                             bint wrapped) except -1:
    """How many labels are not ignored; an error if one of them is out of range. They are contiguous int64.

    wrapped: they were uint64, so that those below 0 are too large, and no such is ignored.
    """
    cdef const int64_t *label = <const int64_t *>fa_data(labels)
    cdef Py_ssize_t i, n = cnp.PyArray_SIZE(<cnp.ndarray>labels), out = 0, skipped = 0
    cdef object shown
    cdef bint skip, some = ignored.some and not (wrapped and ignored.label < 0)
    for i in range(n):
        skip = some and label[i] == ignored.label
        skipped += skip
        out += (<uint64_t>label[i] >= <uint64_t>length) & (not skip)
    if out:
        for i in range(n):
            if not 0 <= label[i] < length and not (some and label[i] == ignored.label):
                shown = <uint64_t>label[i]
                if not wrapped:
                    shown = label[i]
                raise ValueError(f"{function}: label {shown} is none of the {length} classes, 0 to {length - 1}")
    return n - skipped


cdef object entropy_fast(Rows *rows, PyObject *a, PyObject *labels, PyObject *out, int axis, int reduction,
                         const Ignored *ignored):
    """The loss, or None if the operands are not of the simple kind: nothing has been written then. out may be NULL."""
    cdef PyObject *operand[WHERE + 1]
    cdef Job job
    cdef Py_ssize_t n, length, count
    cdef bint wrapped
    cdef str function = "softmax_cross_entropy"
    if not ready(a) or (out and not (ready(out) and alike(out, a) and fa_flags(out) & cnp.NPY_ARRAY_WRITEABLE)):
        return None
    if not fa_is_array(labels) or out and share(out, labels):
        return None
    n, length = cnp.PyArray_SIZE(<cnp.ndarray>a), fa_shape(a)[axis]
    operand[FA_OUT], operand[FA_A], operand[FA_B], operand[WHERE] = out, a, NULL, NULL
    if fa_ndim(labels) == fa_ndim(a) - 1:
        if not (cnp.NPY_BYTE <= fa_type(labels) <= cnp.NPY_ULONGLONG and fa_flags(labels) & cnp.NPY_ARRAY_C_CONTIGUOUS
                and fa_flags(labels) & cnp.NPY_ARRAY_ALIGNED and fa_native(labels) and of_rows(labels, a, axis)):
            return None
        indices = <object>labels
        if fa_type(labels) != cnp.NPY_INT64:
            indices = fa_cast(indices, cnp.NPY_INT64)
        wrapped = fa_type(labels) in (cnp.NPY_ULONG, cnp.NPY_ULONGLONG)
        wrapped = wrapped and cnp.PyArray_ITEMSIZE(<cnp.ndarray>labels) == 8
        count = count_labels(function, <PyObject *>indices, length, ignored, wrapped)
        operand[WHERE] = <PyObject *>indices
    else:
        if not ready(labels) or not alike(labels, a):
            return None
        count = n // length if length else 0
        operand[FA_B] = labels
    if not length:
        raise ValueError(f"{function}: the axis has length 0: there are no classes")
    rows.dtype = FA_F32 if fa_type(a) == cnp.NPY_FLOAT else FA_F64
    if n and out and not rows_apart(rows.dtype, out, a, operand[FA_B]):
        return None
    rows.strips.function = FA_CROSS_ENTROPY_GRADIENT if out else FA_CROSS_ENTROPY
    rows.strips.scale = 1.0 / count if reduction == AVERAGE and count else 1.0
    rows.strips.ignore = ignored.label if ignored.some else -1
    losses = fa_new_rows(a, axis, fa_type(a), False)
    operand[FA_RESULT] = <PyObject *>losses
    if n and not run_rows_of(rows, operand, axis, False, n):
        return None
    if reduction == KEEP:
        return losses if fa_ndim(<PyObject *>losses) else losses[()]
    job.dtype, job.n = rows.dtype, 0
    if n:
        start_job(&job, SUMS, NULL, <PyObject *>losses, NULL)
        cut_up(&job, 1, 1, n // length)
    return reduced(&job, reduction, count)


def softmax_cross_entropy(logits, labels, /, axis=-1, *, reduction="mean", label_smoothing=0.0, ignore_index=None,
                          out_grad=None):
    """Cross entropy of the softmax of logits along an axis, and its gradient in the same pass.

    For each row, with targets t: 1 for the class that the label names and 0 for the others, or given as they are

        -sum(t * log_softmax(logits))

    Parameters
    ----------
    logits : array_like
        One number for each class, not normalised: float16, float32, float64, or what NumPy makes one of those.
    labels : array_like
        Integers are the classes, counted from 0, and have the shape of the logits without the axis. Floats are t
        itself, one number for each logit, such as probabilities; they have the shape of the logits, or 1 in place of a
        length, and are taken in the dtype of the logits.
    axis : int, default -1
        Along which the classes lie.
    reduction : {"mean", "sum", "none"}, default "mean"
        What becomes of the losses of the rows: the mean of those that are not ignored, the sum, or all of them.
    label_smoothing : float, default 0.0
        From 0 to 1: t becomes (1 - label_smoothing) * t + label_smoothing / classes.
    ignore_index : int, optional
        Rows with this label have the loss 0 and the gradient 0, and do not count in the mean (PyTorch's default is
        -100). Labels that are floats have none such.
    out_grad : ndarray, optional
        Where to write the gradient with respect to the logits, an array of their shape and dtype; `out_grad=logits`
        works in place. Of "mean" it is softmax(logits) - t, times sum(t), over the number of rows; of "sum", and of
        "none" too, it is not divided.

    Returns
    -------
    scalar or ndarray
        Of the dtype of the logits: the loss; with "none" an array of the shape of the logits without the axis. The mean
        of no rows is NaN.

    Raises
    ------
    TypeError
        Complex, object, string or long double logits; labels that are bool; masked arrays and tables; an out_grad of
        another dtype. Nothing has been written then.
    ValueError
        A label that is none of the classes; an axis out of range or of length 0; shapes that do not fit; a
        label_smoothing that is not from 0 to 1; an ignore_index that int64 does not hold; an unknown reduction; a
        read-only out_grad. Nothing has been written then.

    See Also
    --------
    log_softmax, softmax : without labels
    sigmoid_cross_entropy : for classes that do not exclude each other

    Notes
    -----
    There is no backward function: ask for the gradient with the loss, which costs little more. For losses that are
    weighted row by row take "none", and multiply out_grad by the weights.

    Where t is 0 a logit may be -inf: the class is masked, and adds nothing. The loss of a row of nothing but -inf is
    inf, that of a row with NaN or +inf is NaN.

    Error: at most 4 ULP, if no t is negative: no term is subtracted from another, and the loss of a row that is all but
    certain keeps its digits. The gradient: at most 8 ULP of the larger of t and sum(t) * softmax(logits), smoothed and
    divided. The order of every sum is fixed by the shape: the same bits for any number of threads and any layout in
    memory. Only the losses of the rows are allocated (and int64 labels, if they are not such).

    Source: the log-likelihood of multinomial logistic regression; Szegedy, Vanhoucke, Ioffe, Shlens & Wojna 2016,
    Rethinking the Inception architecture for computer vision, CVPR (smoothing); torch.nn.functional.cross_entropy.
    """
    cdef Rows rows
    cdef Ignored ignored
    cdef int at, ndim, how = as_reduction("softmax_cross_entropy", reduction)
    rows.strips.negate = False
    rows.strips.scale_low = 0
    ignored.some, ignored.label = ignore_index is not None, -1
    if ignored.some:
        ignored.label = integer("softmax_cross_entropy", "ignore_index", ignore_index)
    rows.strips.smoothing = real_number("softmax_cross_entropy", "label_smoothing", label_smoothing)
    if not 0 <= rows.strips.smoothing <= 1:
        raise ValueError(f"softmax_cross_entropy: label_smoothing = {label_smoothing} must be from 0 to 1")
    if type(axis) is int and ready(<PyObject *>logits):
        ndim = fa_ndim(<PyObject *>logits)
        if -ndim <= axis < ndim:
            at = axis
            at = at + ndim if at < 0 else at
            result = entropy_fast(&rows, <PyObject *>logits, <PyObject *>labels, or_null(out_grad), at, how, &ignored)
            if result is not None:
                return result
    return entropy_slow(&rows, logits, labels, axis, how, &ignored, out_grad)


cdef object entropy_slow(Rows *rows, object logits, object labels, object axis, int reduction, Ignored *ignored,
                         object out_grad):
    """Everything that is checked and converted; then it is of the simple kind."""
    cdef str function = "softmax_cross_entropy"
    logits, labels = as_ndarray(function, "logits", logits), as_ndarray(function, "labels", labels)
    dtype = LOOPS[logits.dtype.char]
    work = np.dtype(np.float32) if dtype == np.float16 else dtype
    cdef int at = checked_axis(function, axis, logits.ndim)
    cdef tuple shape = logits.shape, rest = shape[:at] + shape[at + 1:]
    if labels.dtype == np.bool_:
        raise TypeError(f"{function}: labels has dtype bool; integers are classes, floats are probabilities")
    if labels.dtype.kind != "f":
        if labels.shape != rest:
            raise ValueError(f"{function}: labels has shape {labels.shape}; logits of shape {shape} with the classes "
                             f"along axis {axis} need {rest}")
        labels = np.require(labels, np.uint64 if labels.dtype.char in "LQ" else np.int64, "CA")
    else:
        labels = as_targets(function, "labels", labels, shape, work)
    check_grad(function, out_grad, shape, dtype)
    with np.errstate(all="ignore"):
        a = np.require(logits, work, "A")
    target = out_grad
    result = entropy_fast(rows, <PyObject *>a, <PyObject *>labels, or_null(target), at, reduction, ignored)
    if result is None:
        # another dtype, no simple layout, or overlap
        a, labels = np.array(a, order="C"), np.array(labels, order="C")
        target = a if out_grad is not None else None
        result = entropy_fast(rows, <PyObject *>a, <PyObject *>labels, or_null(target), at, reduction, ignored)
    with np.errstate(all="ignore"):
        if target is not out_grad:
            out_grad[...] = target
        return result if result.dtype == dtype else result.astype(dtype)


# ------------------------------------------------------------------------------------------------ of a sigmoid

def sigmoid_cross_entropy(logits, targets, /, *, reduction="mean", out_grad=None):
    """Cross entropy of the sigmoid of logits, element by element, and its gradient in the same pass.

    Elementwise, t being the targets,

        -t * log(sigmoid(logits)) - (1 - t) * log(1 - sigmoid(logits))

    Parameters
    ----------
    logits : array_like
        Of any shape: float16, float32, float64, or what NumPy makes one of those.
    targets : array_like
        Of the shape of the logits, or with 1 in place of a length: the probabilities from 0 to 1; integers and bools
        are converted. They are taken in the dtype of the logits.
    reduction : {"mean", "sum", "none"}, default "mean"
        What becomes of the losses of the elements: their mean, their sum, or all of them.
    out_grad : ndarray, optional
        Where to write the gradient with respect to the logits, an array of their shape and dtype; `out_grad=logits`
        works in place. Of "mean" it is sigmoid(logits) - t over the number of elements; of "sum", and of "none" too, it
        is not divided.

    Returns
    -------
    scalar or ndarray
        Of the dtype of the logits: the loss; with "none" an array of their shape. The mean of no elements is NaN.

    Raises
    ------
    TypeError
        Complex, object, string or long double input; masked arrays and tables; an out_grad of another dtype. Nothing
        has been written then.
    ValueError
        Shapes that do not fit; an unknown reduction; a read-only out_grad. Nothing has been written then.

    See Also
    --------
    logsigmoid, sigmoid : without targets
    softmax_cross_entropy : for classes of which one is right

    Notes
    -----
    There is no backward function: ask for the gradient with the loss, which costs little more. For losses that are
    weighted element by element take "none", and multiply out_grad by the weights.

    With w = 1 - t for a positive logit, else t, the loss is log(1 + exp(-|x|)) + w * |x|, and the gradient the
    difference of w and sigmoid(-|x|): where t is 0 or 1 nothing cancels.

    Error: at most 4 ULP for t from 0 to 1. The gradient: at most 8 ULP where t is 0 or 1, elsewhere at most 8 ULP of
    the larger of t and sigmoid(logits), divided as it is. Sums have an order that is fixed by the shape: the same bits
    for any number of threads. Nothing is allocated except the losses of "none".

    Source: the log-likelihood of logistic regression; torch.nn.functional.binary_cross_entropy_with_logits.
    """
    cdef str function = "sigmoid_cross_entropy"
    cdef Job job
    cdef Py_ssize_t n
    cdef int how = as_reduction(function, reduction)
    cdef double scale = 1
    cdef float single
    a, b, dtype = logits, targets, None
    if not ready(<PyObject *>a) or not ready(<PyObject *>b) or not alike(<PyObject *>b, <PyObject *>a):
        a, b = as_ndarray(function, "logits", a), as_ndarray(function, "targets", b)
        dtype = LOOPS[a.dtype.char]
        work = np.dtype(np.float32) if dtype == np.float16 else dtype
        b = as_targets(function, "targets", b, a.shape, work)
        with np.errstate(all="ignore"):
            a = np.require(a, work, "A")
    target = out_grad
    if out_grad is not None:
        if not alike(<PyObject *>out_grad, <PyObject *>a):
            check_grad(function, out_grad, a.shape, a.dtype if dtype is None else dtype)
        target = as_target(function, out_grad, a, b, "out_grad")
    n = cnp.PyArray_SIZE(a)
    job.dtype, job.n, job.kept = FA_F32 if fa_type(<PyObject *>a) == cnp.NPY_FLOAT else FA_F64, 0, NULL
    if how == KEEP:
        result = fa_new(<PyObject *>a, False)
        job.kept = fa_data(<PyObject *>result)
    elif how == AVERAGE and n:
        scale = 1.0 / n
    if n:
        start_job(&job, LOSSES, or_null(target), <PyObject *>a, <PyObject *>b)
        job.losses = in_use.table[job.dtype].sigmoid_losses
        single = <float>scale
        job.p[0] = <const void *>&single if job.dtype == FA_F32 else <const void *>&scale
        cut_up(&job, 1, 1, n)
        if how == KEEP:
            run_each(&job, EXP)
    if how == KEEP:
        result = delivered(result, None, dtype)
    else:
        result = reduced(&job, how, n)
        if dtype is not None and result.dtype != dtype:
            with np.errstate(all="ignore"):
                result = result.astype(dtype)
    if target is not out_grad:
        delivered(target, out_grad, None)
    return result


__all__ += ["sigmoid_cross_entropy", "softmax_cross_entropy"]
