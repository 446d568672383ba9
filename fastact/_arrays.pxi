# Arrays, numbers and axes as they come in, and results as they go out. Included by _core.pyx.

cdef inline bint ready(PyObject *value) noexcept:
    """An exact array that the kernels can read as it is?"""
    return (
        fa_is_array(value)
        and fa_native(value)
        and fa_type(value) in (cnp.NPY_FLOAT, cnp.NPY_DOUBLE)
        and fa_flags(value) & cnp.NPY_ARRAY_ALIGNED
    )


cdef object as_ndarray(str function, str name, object value):
    """An exact ndarray of an accepted dtype; what would lose something as one is refused."""
    if fa_is_array(<PyObject *>value) and value.dtype.char in LOOPS:
        return value
    if is_foreign(value) or isinstance(value, np.ndarray) and type(value) not in (np.ndarray, np.memmap):
        raise not_handled(function, name, value)
    return np.asarray(as_numbers(function, name, value))


cdef object as_numbers(str function, str name, object value):
    """An array of an accepted dtype."""
    array = as_array(function, name, value)
    if array.dtype.char in LOOPS:
        return array
    if array.ndim or array.dtype != object or isinstance(value, np.ndarray):
        raise TypeError(f"{function}: {name} has dtype {array.dtype}; {ACCEPTED}")
    what = "None" if value is None else f"a {type(value).__name__}"
    instead = f"pass {name}.toarray()" if hasattr(value, "toarray") else ACCEPTED
    raise TypeError(f"{function}: {name} is {what}, not an array of numbers; {instead}")


cdef object as_array(str function, str name, object value):
    try:
        return np.asanyarray(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{function}: {name} is no array: {error}") from None


cdef object not_handled(str function, str name, object value):
    """What to write instead."""
    what, instead = type(value).__name__, f"np.asarray({name})"
    if isinstance(value, np.ma.MaskedArray):
        instead = f"{name}.filled(...), since a mask would be lost"
    elif is_chunked(value):
        what, instead = "Dask array", f"{name}.compute()"
    elif hasattr(value, "to_numpy"):
        instead = f"{name}.to_numpy()"
    return TypeError(f"{function}: {name} is a {what}, which is not handled; pass {instead}")


cdef object delivered(object target, object out, object dtype):
    """out, or the new array in the dtype that was asked for: that is the dtype of the result, whatever out has."""
    if dtype is not None and dtype.char == "e" and out is not None and fa_type(<PyObject *>out) != cnp.NPY_FLOAT16:
        with np.errstate(all="ignore"):
            out[...] = target.astype(dtype)
        return out
    if target is out:
        return out
    if out is None and (dtype is None or dtype == target.dtype):
        return target if fa_ndim(<PyObject *>target) else target[()]
    with np.errstate(all="ignore"):
        if out is None:
            return target.astype(dtype)[()]
        out[...] = target  # takes the mask away where out has one
    return out


cdef Py_ssize_t integer(str function, str name, object value) except? -1:
    if type(value) is not int:
        try:
            value = operator.index(value)
        except TypeError:
            raise TypeError(f"{function}: {name} must be an integer, not {type(value).__name__}") from None
    try:
        return value
    except OverflowError:
        raise ValueError(f"{function}: {name} = {value} is too large") from None


cdef int checked_axis(str function, object axis, int ndim) except -1:
    cdef Py_ssize_t i = integer(function, "axis", axis)
    if not -ndim <= i < ndim:
        raise ValueError(f"{function}: axis = {i} is none of the {ndim} axes")
    return <int>(i + ndim if i < 0 else i)
