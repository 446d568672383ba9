# cython: language_level=3, freethreading_compatible=True
# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""The core: the public functions, the way a call takes, and the NumPy ufuncs, over the C kernels of src_c.

A call first tries `fast`: exact ndarrays of native float32 or float64, of one shape, with scalar parameters. Numbers,
lists and arrays of integers become that. Everything else goes to `slow`, which checks what NumPy would not say clearly
and hands over to the ufunc.

Module globals that a call reads are written once, at import; the exceptions are the thread limit (an atomic int in
_core.h) and what only tests and measurements write (in _schedule.pxi).
"""

import operator
import os
from collections.abc import Iterable, Mapping

import numpy as np

from cpython.object cimport PyObject
from cython.parallel cimport prange
from libc.float cimport DBL_MIN, FLT_MIN
from libc.math cimport INFINITY, fabs, fma
from libc.stdint cimport int64_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport llabs
from libc.string cimport memcmp
cimport numpy as cnp

cnp.import_array()
cnp.import_ufunc()

cdef extern from "fastact.h" nogil:
    enum:
        FA_F32
        FA_F64
        FA_DTYPES
        FA_FORWARD
        FA_BACKWARD
        FA_BACKWARD_Y
        FA_KINDS
        FA_UNIFORM
        FA_VARYING
        FA_MODES
        FA_MAX_PARAMS
        FA_COUNT
    ctypedef void fa_kernel(void *out, const void *a, const void *b, const void *const *p, size_t n) noexcept nogil
    ctypedef void fa_strided(fa_kernel *const *kernel, size_t inputs, size_t params, char *const *args,
                             const cnp.npy_intp *steps, size_t n) noexcept nogil
    ctypedef struct fa_rows:
        int function
        char *data[4]
        cnp.npy_intp step[4]
        cnp.npy_intp next[4]
        const unsigned char *where
        cnp.npy_intp where_step, where_next, where_across
        size_t length, across, width, count
        cnp.npy_intp causal
        double scale, scale_low
        int negate
        int64_t ignore
        double smoothing
    ctypedef void fa_rows_kernel(const fa_rows *rows) noexcept nogil
    ctypedef void fa_rows_part(const fa_rows *rows, void *stats, size_t first, size_t last, int phase) noexcept nogil
    enum:
        FA_GATES
        FA_MAX_OPERANDS
    ctypedef void fa_many(void *const *operand, size_t n) noexcept nogil
    ctypedef void fa_many_strided(fa_many *kernel, size_t outs, size_t operands, char *const *args,
                                  const cnp.npy_intp *steps, size_t n) noexcept nogil
    ctypedef void fa_maxout(void *out, void *index, int wide, const void *z, size_t pieces, size_t units,
                            size_t inner, size_t step) noexcept nogil
    ctypedef void fa_maxout_backward(void *dz, const void *grad, const void *index, int wide, size_t pieces,
                                     size_t units, size_t inner, size_t step) noexcept nogil
    enum:
        FA_SUMS
        FA_CHANCES
    ctypedef void fa_sum(void *out, const void *a, const void *b, const void *p, void *hi, void *lo, size_t rows,
                         size_t columns, const Py_ssize_t *step) noexcept nogil
    ctypedef void fa_merge(void *hi, void *lo, const void *hi_2, const void *lo_2, size_t n) noexcept nogil
    ctypedef void fa_chance(void *out, const void *a, const void *b, const void *p, uint64_t seed, uint64_t first,
                            size_t n) noexcept nogil
    ctypedef void fa_losses(void *loss, void *grad, const void *x, const void *t, const void *scale,
                            size_t n) noexcept nogil
    ctypedef void fa_philox(uint32_t *words, const uint32_t *counter, const uint32_t *key) noexcept nogil
    ctypedef struct fa_table:
        size_t lanes
        fa_kernel *kernel[FA_COUNT][FA_KINDS][FA_MODES]
        fa_rows_kernel *rows
        fa_rows_part *row_part
        fa_strided *strided
        fa_strided *strided_half
        fa_many *gate[FA_GATES][FA_KINDS]
        fa_many_strided *gate_strided
        fa_many_strided *gate_strided_half
        fa_maxout *maxout
        fa_maxout_backward *maxout_backward
        fa_many *crelu
        fa_many *crelu_backward
        fa_sum *sum[FA_SUMS][FA_MODES]
        fa_merge *merge
        fa_kernel *add[FA_MODES]
        fa_chance *chance[FA_CHANCES]
        fa_losses *sigmoid_losses
        fa_philox *philox
    ctypedef struct fa_isa:
        const char *name
        const fa_table *table[FA_DTYPES]
        int (*available)() noexcept
    const fa_isa fa_isas[]
    const fa_isa *fa_select(const char *name)
    ctypedef struct fa_param:
        const char *name
        double value
        const char *rule
        const char *rule_y
    ctypedef struct fa_variant:
        const char *function
        const char *value
    ctypedef struct fa_info:
        const char *name
        fa_variant variant_of
        size_t n_params
        fa_param params[FA_MAX_PARAMS]
        int from_y
        const char *cost
        double bound[FA_DTYPES][FA_KINDS]
        const char *formula
        const char *derivative
        const char *derivative_y
        const char *range
        const char *kinks
        const char *summary
        const char *source
    const fa_info fa_registry[FA_COUNT]

cdef extern from "_core.h" nogil:
    float[:, ::1] fa_view_float(char *pointer, Py_ssize_t rows, Py_ssize_t columns, Py_ssize_t row_step) noexcept
    double[:, ::1] fa_view_double(char *pointer, Py_ssize_t rows, Py_ssize_t columns, Py_ssize_t row_step) noexcept
    int fa_limited(int own) noexcept
    int fa_get_limit() noexcept
    void fa_set_limit(int n) noexcept
    int64_t fa_now() noexcept
    unsigned fa_get_control() noexcept
    void fa_set_control(unsigned control) noexcept
    bint fa_stays_serial(int kind) noexcept
    void fa_learn(int kind, int64_t serial, int64_t total, int64_t now) noexcept
    void fa_watch_fork() noexcept
    void fa_start_threads() noexcept
    int fa_omp_max_threads() noexcept
    int fa_omp_num_procs() noexcept
    const bint FA_HAS_TEAM
    const int fa_openmp_version
    const char *fa_openmp_file() noexcept
    const char *FA_COMPILER
    const char *FASTACT_VERSION
    void fa_quiet() noexcept

cdef extern from "numpy/arrayobject.h" nogil:
    enum:
        MAX_DIMS "NPY_MAXDIMS"

cdef extern from "numpy/arrayscalars.h":
    pass

cdef extern from *:
    """
    /* a number whose float() is its value: Python's or NumPy's, but not a string, a complex or an array, nor a
     * timedelta64, which is an Integer to NumPy */
    static inline int fa_is_real_scalar(PyObject *o) {
        return PyFloat_Check(o) || PyLong_Check(o) || PyArray_IsScalar(o, Floating) || PyArray_IsScalar(o, Bool) ||
               (PyArray_IsScalar(o, Integer) && !PyArray_IsScalar(o, Timedelta));
    }
    /* the same with its value; not an int beyond a double */
    static inline int fa_is_real(PyObject *o, double *value) {
        if (PyFloat_CheckExact(o)) {
            *value = PyFloat_AS_DOUBLE(o);
            return 1;
        }
        if (!fa_is_real_scalar(o)) return 0;
        *value = PyFloat_AsDouble(o);
        if (*value == -1 && PyErr_Occurred()) {
            PyErr_Clear();
            return 0;
        }
        return 1;
    }
    /* the value of what np.tanh makes a float64 of, exact types only: float, int (of 64 bits), np.float64 */
    static inline int fa_is_double(PyObject *o, double *value) {
        int overflow = 0;
        if (PyFloat_CheckExact(o) || Py_TYPE(o) == &PyDoubleArrType_Type) {
            *value = PyFloat_AS_DOUBLE(o);
            return 1;
        }
        if (!PyLong_CheckExact(o)) return 0;
        *value = (double)PyLong_AsLongLongAndOverflow(o, &overflow);
        return !overflow;
    }
    static inline int fa_is_float(PyObject *o, float *value) {
        if (Py_TYPE(o) != &PyFloatArrType_Type) return 0;
        *value = PyArrayScalar_VAL(o, Float);
        return 1;
    }
    static inline PyObject *fa_scalar(void *value, int type) {
        PyArray_Descr *descr = PyArray_DescrFromType(type);
        PyObject *scalar = PyArray_Scalar(value, descr, NULL);
        Py_DECREF(descr);
        return scalar;
    }
    static inline PyObject *fa_from_list(PyObject *o) { return PyArray_FromAny(o, NULL, 0, 0, 0, NULL); }
    static inline PyObject *fa_cast(PyObject *a, int type) {
        int fortran = !PyArray_IS_C_CONTIGUOUS((PyArrayObject *)a);
        return PyArray_CastToType((PyArrayObject *)a, PyArray_DescrFromType(type), fortran);
    }
    /* a new array like `a`: contiguous, which is quicker, or with the order of its dimensions */
    static inline PyObject *fa_new(PyObject *o, int fortran) {
        PyArrayObject *a = (PyArrayObject *)o;
        return PyArray_EMPTY(PyArray_NDIM(a), PyArray_DIMS(a), PyArray_TYPE(a), fortran);
    }
    /* one element for each row along an axis, which is kept with length 1 or not */
    static inline PyObject *fa_new_rows(PyObject *o, int axis, int type, int kept) {
        PyArrayObject *a = (PyArrayObject *)o;
        npy_intp shape[NPY_MAXDIMS];
        int i, n = 0;
        for (i = 0; i < PyArray_NDIM(a); i++)
            if (i != axis || kept) shape[n++] = i == axis ? 1 : PyArray_DIM(a, i);
        return PyArray_EMPTY(n, shape, type, 0);
    }
    static inline PyObject *fa_new_like(PyObject *a) {
        return PyArray_NewLikeArray((PyArrayObject *)a, NPY_KEEPORDER, NULL, 0);
    }
    """
    bint fa_is_real_scalar(object o)
    bint fa_is_real(object o, double *value)
    bint fa_is_double(object o, double *value)
    bint fa_is_float(object o, float *value)
    object fa_scalar(void *value, int type)
    object fa_from_list(object o)
    object fa_cast(object a, int type)
    cnp.ndarray fa_new(PyObject *a, bint fortran)
    cnp.ndarray fa_new_rows(PyObject *a, int axis, int type, bint kept)
    cnp.ndarray fa_new_like(PyObject *a)

# NumPy's own macros, on PyObject * so that nothing is reference counted on the way
cdef extern from *:
    """
    #define FA_ARRAY(o) ((PyArrayObject *)(o))
    #define fa_is_array(o) PyArray_CheckExact(o)
    #define fa_ndim(o) PyArray_NDIM(FA_ARRAY(o))
    #define fa_type(o) PyArray_TYPE(FA_ARRAY(o))
    #define fa_flags(o) PyArray_FLAGS(FA_ARRAY(o))
    #define fa_native(o) PyArray_ISNOTSWAPPED(FA_ARRAY(o))
    #define fa_data(o) PyArray_BYTES(FA_ARRAY(o))
    #define fa_shape(o) PyArray_DIMS(FA_ARRAY(o))
    #define fa_steps(o) PyArray_STRIDES(FA_ARRAY(o))
    """
    bint fa_is_array(PyObject *o) noexcept nogil
    int fa_ndim(PyObject *a) noexcept nogil
    int fa_type(PyObject *a) noexcept nogil
    int fa_flags(PyObject *a) noexcept nogil
    bint fa_native(PyObject *a) noexcept nogil
    char *fa_data(PyObject *a) noexcept nogil
    Py_ssize_t *fa_shape(PyObject *a) noexcept nogil
    Py_ssize_t *fa_steps(PyObject *a) noexcept nogil

ctypedef fused real:
    float
    double

# ------------------------------------------------------------------------------------------------ the registry, for C

# rules for parameters, as small numbers
cdef enum:
    ANY
    POSITIVE
    NONNEGATIVE
    NONZERO
    ABOVE_PREVIOUS
    BELOW_PREVIOUS

cdef enum:
    LIGHT
    EXP
    HEAVY

RULES = ("ANY", "POSITIVE", "NONNEGATIVE", "NONZERO", "ABOVE_PREVIOUS", "BELOW_PREVIOUS")
COSTS = ("LIGHT", "EXP", "HEAVY")

cdef int rules[FA_COUNT][2][FA_MAX_PARAMS]  # [row][with y=?][parameter]
cdef int costs[FA_COUNT]
cdef bint copies[FA_COUNT]  # the forward pass returns its input
cdef const fa_isa *in_use
cdef fa_kernel *kernels[FA_DTYPES][FA_COUNT][FA_KINDS]

# A call on fewer elements than this runs with the GIL held: handing it over takes as long as the work.
cdef enum:
    KEEP_GIL_BELOW = 2048


# ------------------------------------------------------------------------------------------------ the fast path

cdef enum:
    OPERANDS = 5  # out, a, b; of a gated function two outs and up to three inputs

# The operands, outs first, with the dimensions that matter, outermost first, in the order of the first out's memory.
cdef struct Layout:
    int outs
    int operands
    int ndim
    Py_ssize_t shape[MAX_DIMS]
    Py_ssize_t step[OPERANDS][MAX_DIMS]
    char *data[OPERANDS]


cdef struct Work:
    fa_kernel *kernel
    const void *p[FA_MAX_PARAMS]
    fa_strided *strided  # these three only where rows are not contiguous
    int inputs
    int params
    fa_many *many  # the kernel of a function of several outs or inputs, else NULL; then these two count
    fa_many_strided *many_strided


cdef inline object fast(int row, int kind, PyObject *a, PyObject *b, PyObject *out, const double *params):
    """The result, or None if this call is not for the fast path: nothing has been written then. b, out may be NULL."""
    cdef int ndim, flags, i, itemsize, dtype
    cdef Py_ssize_t n = 1, nbytes, distance
    cdef Py_ssize_t *shape
    cdef char *to
    cdef float narrow[FA_MAX_PARAMS]
    cdef char *data[3]
    cdef Work work
    cdef object result

    if not fa_is_array(a) or not fa_native(a):
        return None
    ndim = fa_ndim(a)
    if fa_type(a) == cnp.NPY_FLOAT:
        dtype, itemsize = FA_F32, 4
    elif fa_type(a) == cnp.NPY_DOUBLE:
        dtype, itemsize = FA_F64, 8
    else:
        return None
    flags = fa_flags(a)
    shape = fa_shape(a)
    if b:
        if not alike(b, a):
            return None
        flags &= fa_flags(b)
    if out:
        if out != a and out != b and not alike(out, a):
            return None
        if not fa_flags(out) & cnp.NPY_ARRAY_WRITEABLE:
            return None
        flags &= fa_flags(out)
    if not flags & cnp.NPY_ARRAY_ALIGNED or not ndim:
        return None
    if out == a and kind == FA_FORWARD and copies[row]:
        return <object>out

    work.kernel = kernels[dtype][row][kind]
    work.many = NULL
    if not point_to(params, row, dtype, narrow, work.p):
        return None

    for i in range(ndim):
        n *= shape[i]
    if not flags & (cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_F_CONTIGUOUS):
        return fast_rows(row, kind, dtype, itemsize, a, b, out, n, &work)

    if out:
        to = fa_data(out)
        nbytes = n * itemsize
        # exactly the same memory, or none in common
        distance = to - fa_data(a)
        if distance and -nbytes < distance < nbytes:
            return None
        if b:
            distance = to - fa_data(b)
            if distance and -nbytes < distance < nbytes:
                return None
        result = <object>out
    else:
        result = fa_new(a, not flags & cnp.NPY_ARRAY_C_CONTIGUOUS)
        to = fa_data(<PyObject *>result)
    if n < KEEP_GIL_BELOW:
        work.kernel(to, fa_data(a), fa_data(b) if b else NULL, work.p, n)
    else:
        data[0], data[1], data[2] = to, fa_data(a), fa_data(b if b else a)
        run_contiguous(costs[row], dtype, data, 3, n, &work)
    return result


cdef inline bint point_to(const double *params, int row, int dtype, float *narrow, const void **p) noexcept:
    """Pointers to the parameters in the dtype; False if one became 0 or infinite: `slow` says whether that breaks a
    rule."""
    cdef int i
    for i in range(<int>fa_registry[row].n_params):
        if dtype == FA_F32:
            narrow[i] = <float>params[i]
            if changed(narrow[i], params[i]):
                return False
            p[i] = &narrow[i]
        else:
            p[i] = &params[i]
    return True


cdef inline bint changed(float narrow, double wide) noexcept nogil:
    """Did a number become 0, or infinite, in float32?"""
    return (narrow == 0) != (wide == 0) or (fabs(narrow) == INFINITY) != (fabs(wide) == INFINITY)


cdef inline bint alike(PyObject *b, PyObject *a) noexcept:
    """Is b an exact ndarray of the shape and the dtype of a?"""
    return (
        fa_is_array(b)
        and fa_type(b) == fa_type(a)
        and fa_native(b)
        and fa_ndim(b) == fa_ndim(a)
        # without dimensions there is no memory to compare
        and (fa_ndim(a) == 0 or not memcmp(fa_shape(b), fa_shape(a), fa_ndim(a) * sizeof(Py_ssize_t)))
    )


cdef object fast_rows(int row, int kind, int dtype, int itemsize, PyObject *a, PyObject *b, PyObject *out,
                      Py_ssize_t n, Work *work):
    """`fast` for arrays that are not contiguous: on all threads where rows are, in any order of the dimensions."""
    cdef PyObject *operand[3]
    cdef object result
    # a new array in the order of a
    result = <object>out if out else fa_new_like(a)
    if n == 0:
        return result
    operand[0], operand[1], operand[2] = <PyObject *>result, a, (b if b else a)
    work.inputs = 1 if kind == FA_FORWARD else 2
    work.params = <int>fa_registry[row].n_params
    work.strided = in_use.table[dtype].strided
    return result if walk(operand, 1, 3, costs[row], dtype, itemsize, n, work) else None


cdef bint walk(PyObject **operand, int outs, int operands, int cost, int dtype, int itemsize, Py_ssize_t n,
               Work *work) except -1:
    """Do the work, over arrays of any strides; False if it cannot be done in this way."""
    cdef Layout layout
    layout.outs, layout.operands = outs, operands
    plan(&layout, operand)
    if not walkable(&layout, itemsize):
        return False
    if contiguous_rows(&layout, itemsize):
        run_rows(cost, dtype, &layout, n, work)
    else:
        with nogil:
            run_strided(&layout, work)
    return True


cdef inline int itemsize_of(int dtype) noexcept nogil:
    return 4 if dtype == FA_F32 else 8


cdef void plan(Layout *layout, PyObject **operand) noexcept:
    """Dimensions of length 1 left out, the others sorted by the steps of out, neighbours merged where all allow it."""
    cdef Py_ssize_t *shape = fa_shape(operand[0])
    cdef Py_ssize_t *steps[OPERANDS]
    cdef int i, k, ndim = 0
    for k in range(layout.operands):
        layout.data[k] = fa_data(operand[k])
        steps[k] = fa_steps(operand[k])
    for i in range(fa_ndim(operand[0])):
        if shape[i] != 1:
            insert_dim(layout.shape, layout.step, layout.operands, ndim, shape[i], steps, i, 0)
            ndim += 1
    layout.ndim = merge_dims(layout.shape, layout.step, layout.operands, ndim)


cdef inline void insert_dim(Py_ssize_t *shape, Py_ssize_t (*step)[MAX_DIMS], int operands, int n, Py_ssize_t length,
                            Py_ssize_t **steps, int dim, int lead) noexcept:
    """After the n there are, or before those with smaller steps of the operand `lead`, unless that is negative.
    Operands whose steps are NULL have none."""
    cdef int k
    while lead >= 0 and n > 0 and llabs(step[lead][n - 1]) < llabs(steps[lead][dim]):
        shape[n] = shape[n - 1]
        for k in range(operands):
            step[k][n] = step[k][n - 1]
        n -= 1
    shape[n] = length
    for k in range(operands):
        step[k][n] = steps[k][dim] if steps[k] else 0


cdef inline int merge_dims(Py_ssize_t *shape, Py_ssize_t (*step)[MAX_DIMS], int operands, int n) noexcept:
    """Neighbours become one where all operands allow it; how many there are then."""
    cdef int i, j = 0, k
    cdef bint merge
    for i in range(1, n):
        merge = True
        for k in range(operands):
            merge = merge and step[k][j] == step[k][i] * shape[i]
        if merge:
            shape[j] *= shape[i]
        else:
            j += 1
            shape[j] = shape[i]
        for k in range(operands):
            step[k][j] = step[k][i]
    return j + 1 if n else 0


cdef bint walkable(Layout *layout, int itemsize) noexcept:
    """Is no element of an out there twice, is each exactly an input or apart from it, and are they apart?"""
    cdef int i, k, m, inner = layout.ndim - 1
    cdef Py_ssize_t extent
    cdef uintptr_t low[OPERANDS]
    cdef uintptr_t high[OPERANDS]
    cdef bint same
    if inner < 0:
        return False
    for k in range(layout.operands):
        low[k] = high[k] = <uintptr_t>layout.data[k]
        for i in range(layout.ndim):
            if layout.step[k][i] < 0:
                low[k] += <uintptr_t>((layout.shape[i] - 1) * layout.step[k][i])
            else:
                high[k] += <uintptr_t>((layout.shape[i] - 1) * layout.step[k][i])
        high[k] += itemsize
    for m in range(layout.outs):
        extent = itemsize
        for i in range(inner, -1, -1):
            if llabs(layout.step[m][i]) < extent:
                return False
            extent = llabs(layout.step[m][i]) * layout.shape[i]
        for k in range(m + 1, layout.operands):
            if low[k] >= high[m] or low[m] >= high[k]:
                continue
            same = True
            for i in range(layout.ndim):
                same = same and layout.step[k][i] == layout.step[m][i]
            if not same or (k < layout.outs or layout.data[k] != layout.data[m]) and not beside(layout, m, k, itemsize):
                return False
    return True


cdef bint beside(const Layout *layout, int m, int k, int itemsize) noexcept:
    """Do these two, of the same steps, take turns in memory, as the halves of the rows of one array do?"""
    cdef int i, j
    cdef Py_ssize_t step, extent = itemsize, offset
    cdef bint repeats
    for i in range(layout.ndim - 1, -1, -1):
        step = llabs(layout.step[m][i])
        repeats = step > 0
        for j in range(i):
            repeats = repeats and layout.step[m][j] % step == 0
        if repeats:
            offset = llabs(layout.data[k] - layout.data[m]) % step
            if extent <= offset <= step - extent:
                return True
        extent += (layout.shape[i] - 1) * step
    return False


# Shorter rows are gathered into blocks: in place, the tail of a vector for each takes 20 ns (silu, AVX-512), the
# gathering 1 ns an element.
cdef enum:
    SHORT_ROW = 16


cdef bint contiguous_rows(const Layout *layout, int itemsize) noexcept nogil:
    cdef int k, inner = layout.ndim - 1
    for k in range(layout.operands):
        if layout.step[k][inner] != itemsize:
            return False
    return layout.shape[inner] >= SHORT_ROW


cdef inline bint advance(const Layout *layout, int outer, Py_ssize_t *index, char **data) noexcept nogil:
    """To the next index of the first `outer` dimensions; False after the last."""
    cdef int i, k
    for i in range(outer - 1, -1, -1):
        index[i] += 1
        for k in range(layout.operands):
            data[k] += layout.step[k][i]
        if index[i] < layout.shape[i]:
            return True
        for k in range(layout.operands):
            data[k] -= layout.step[k][i] * layout.shape[i]
        index[i] = 0
    return False


cdef void run_strided(Layout *layout, Work *work) noexcept nogil:
    """The last dimension at a time, or the longest one if the last is short; on one thread."""
    cdef Py_ssize_t index[MAX_DIMS]
    cdef char *args[OPERANDS + FA_MAX_PARAMS]  # inputs, parameters, out: as in a ufunc
    cdef cnp.npy_intp steps[OPERANDS + FA_MAX_PARAMS]
    cdef cnp.npy_intp gate_steps[OPERANDS]
    cdef fa_kernel *kernel[FA_MODES]
    cdef int i, k, inner = layout.ndim - 1, longest = inner, operands = work.inputs + work.params
    for i in range(inner):
        if layout.shape[i] > layout.shape[longest]:
            longest = i
    if layout.shape[inner] < SHORT_ROW:
        layout.shape[inner], layout.shape[longest] = layout.shape[longest], layout.shape[inner]
        for k in range(layout.operands):
            layout.step[k][inner], layout.step[k][longest] = layout.step[k][longest], layout.step[k][inner]
    for i in range(inner):
        index[i] = 0
    kernel[FA_UNIFORM] = work.kernel
    kernel[FA_VARYING] = NULL
    for i in range(work.params):
        args[work.inputs + i] = <char *>work.p[i]
        steps[work.inputs + i] = 0
    for k in range(work.inputs):
        steps[k] = layout.step[k + 1][inner]
    steps[operands] = layout.step[0][inner]
    for k in range(layout.operands):
        gate_steps[k] = layout.step[k][inner]
    while True:
        if work.many:
            work.many_strided(work.many, layout.outs, layout.operands, layout.data, gate_steps, layout.shape[inner])
        else:
            for k in range(work.inputs):
                args[k] = layout.data[k + 1]
            args[operands] = layout.data[0]
            work.strided(kernel, work.inputs, work.params, args, steps, layout.shape[inner])
        if not advance(layout, inner, index, layout.data):
            return


# Elements that lie in rows, and what is done with them.
cdef struct Elements:
    const Layout *layout
    const Work *work
    int dtype
    Py_ssize_t n


cdef int run_contiguous(int cost, int dtype, char **data, int operands, Py_ssize_t n, const Work *work) except -1:
    """Of contiguous arrays: one row."""
    cdef Layout layout
    cdef int k
    layout.operands, layout.ndim, layout.shape[0] = operands, 1, n
    for k in range(operands):
        layout.data[k], layout.step[k][0] = data[k], itemsize_of(dtype)
    return run_rows(cost, dtype, &layout, n, work)


cdef int run_rows(int cost, int dtype, const Layout *layout, Py_ssize_t n, const Work *work) except -1:
    """On as many threads as pay, without the GIL."""
    cdef Elements elements
    elements.layout, elements.work, elements.dtype, elements.n = layout, work, dtype, n
    return run_shared(elements_share, &elements, cost, dtype, n, n)


cdef void elements_share(void *work, int i, int shares) noexcept nogil:
    """The last two dimensions at a time, for every index of those before."""
    cdef Elements *elements = <Elements *>work
    cdef const Layout *layout = elements.layout
    cdef Py_ssize_t index[MAX_DIMS]
    cdef Py_ssize_t row_step[OPERANDS]
    cdef char *data[OPERANDS]
    cdef int d, k, outer = max(layout.ndim - 2, 0), itemsize = itemsize_of(elements.dtype)
    cdef Py_ssize_t columns = layout.shape[layout.ndim - 1], rows = layout.shape[outer] if layout.ndim > 1 else 1
    cdef Py_ssize_t start = cut(layout.data[0], itemsize, elements.n, shares, i)
    cdef Py_ssize_t stop = cut(layout.data[0], itemsize, elements.n, shares, i + 1)
    cdef Py_ssize_t block = rows * columns, at, m, rest
    if start == stop:
        return
    at, rest = start % block, start // block
    for k in range(layout.operands):
        data[k], row_step[k] = layout.data[k], layout.step[k][outer]
    for d in range(outer - 1, -1, -1):
        index[d] = rest % layout.shape[d]
        rest //= layout.shape[d]
        for k in range(layout.operands):
            data[k] += index[d] * layout.step[k][d]
    while True:
        m = min(block - at, stop - start)
        run_block(elements.dtype, data, layout.operands, rows, columns, row_step, at, at + m, elements.work)
        start += m
        if start == stop:
            return
        at = 0
        advance(layout, outer, index, data)


cdef void run_block(int dtype, char **data, int operands, Py_ssize_t rows, Py_ssize_t columns,
                    const Py_ssize_t *row_step, Py_ssize_t start, Py_ssize_t stop, const Work *work) noexcept nogil:
    """Elements start to stop, counted along the rows. Views that a kernel does not have are the first once more."""
    cdef char *at[OPERANDS]
    cdef Py_ssize_t step[OPERANDS]
    cdef int k, j
    for k in range(OPERANDS):
        j = k if k < operands else 0
        at[k], step[k] = data[j], row_step[j]
    if dtype == FA_F32:
        run_piece[float](
            fa_view_float(at[0], rows, columns, step[0]),
            fa_view_float(at[1], rows, columns, step[1]),
            fa_view_float(at[2], rows, columns, step[2]),
            fa_view_float(at[3], rows, columns, step[3]),
            fa_view_float(at[4], rows, columns, step[4]),
            start, stop, work,
        )
    else:
        run_piece[double](
            fa_view_double(at[0], rows, columns, step[0]),
            fa_view_double(at[1], rows, columns, step[1]),
            fa_view_double(at[2], rows, columns, step[2]),
            fa_view_double(at[3], rows, columns, step[3]),
            fa_view_double(at[4], rows, columns, step[4]),
            start, stop, work,
        )


cdef inline Py_ssize_t cut(const char *out, Py_ssize_t itemsize, Py_ssize_t n, int shares, int i) noexcept nogil:
    """Where share i begins: at a cache line of out, so that no two threads write to the same line."""
    cdef Py_ssize_t line = 64 // itemsize
    cdef Py_ssize_t ahead = <Py_ssize_t>(<uintptr_t>out % 64 // itemsize)  # elements into its line
    cdef Py_ssize_t share = ((ahead + n + shares - 1) // shares + line - 1) // line * line
    return min(max(i * share - ahead, 0), n)


cdef inline void run_piece(real[:, ::1] a, real[:, ::1] b, real[:, ::1] c, real[:, ::1] d, real[:, ::1] e,
                           Py_ssize_t start, Py_ssize_t stop, const Work *work) noexcept nogil:
    """Out, a and b of an activation, or the operands of a function of several outs or inputs."""
    cdef Py_ssize_t columns = a.shape[1]
    cdef Py_ssize_t i = start // columns, j = start % columns, m
    cdef void *operand[OPERANDS]
    while start < stop:
        m = min(columns - j, stop - start)
        if work.many:
            operand[:] = [&a[i, j], &b[i, j], &c[i, j], &d[i, j], &e[i, j]]
            work.many(operand, m)
        else:
            work.kernel(&a[i, j], &b[i, j], &c[i, j], work.p, m)
        start += m
        i += 1
        j = 0


# ------------------------------------------------------------------------------------------------ a call

cdef inline object call(int row, int kind, object a, object b, object p0, object p1, object p2, object p3, object out,
                        object where):
    """Every public function: b is None for the forward pass, p0 to p3 where the row has no such parameter."""
    cdef PyObject **given = [<PyObject *>p0, <PyObject *>p1, <PyObject *>p2, <PyObject *>p3]
    cdef double params[FA_MAX_PARAMS]
    cdef object result
    if where is True and scalars(row, kind, given, params):
        result = fast(row, kind, <PyObject *>a, <PyObject *>b if kind != FA_FORWARD else NULL,
                      <PyObject *>out if out is not None else NULL, params)
        if result is not None:
            return result
        if out is None:
            result = fast_number(row, kind, a, b, params)
            if result is not None:
                return result
        result = fast_converted(row, kind, a, b, out, params)
        if result is not None:
            return result
    return slow(row, kind, a, b, (p0, p1, p2, p3), out, where, None)


cdef object fast_number(int row, int kind, object a, object b, const double *params):
    """A NumPy scalar for numbers of the commonest types, None for anything else."""
    cdef double[2] wide
    cdef float[2] single
    cdef float[FA_MAX_PARAMS] narrow
    cdef const void *p[FA_MAX_PARAMS]
    if fa_is_double(a, &wide[0]) and (kind == FA_FORWARD or fa_is_double(b, &wide[1])):
        point_to(params, row, FA_F64, narrow, p)
        kernels[FA_F64][row][kind](wide, wide, wide + 1, p, 1)
        return fa_scalar(wide, cnp.NPY_DOUBLE)
    if fa_is_float(a, &single[0]) and (kind == FA_FORWARD or fa_is_float(b, &single[1])):
        if not point_to(params, row, FA_F32, narrow, p):
            return None
        kernels[FA_F32][row][kind](single, single, single + 1, p, 1)
        return fa_scalar(single, cnp.NPY_FLOAT)
    return None


cdef object fast_converted(int row, int kind, object a, object b, object out, const double *params):
    """`fast` for lists and for arrays of integers, in place in the array that the first becomes."""
    cdef object x = float_array(a, out), y = None
    if x is None:
        return None
    if kind != FA_FORWARD:
        y = float_array(b, out)
        if y is None:
            return None
    if x is a and y is b:
        return None  # `fast` has refused them
    if out is None and x is not a:
        out = x
    return fast(row, kind, <PyObject *>x, <PyObject *>y if kind != FA_FORWARD else NULL,
                <PyObject *>out if out is not None else NULL, params)


cdef object float_array(object value, object out):
    """A float32 or float64 array, new unless it is `value`; None for what `slow` must see."""
    cdef int given, order = cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_F_CONTIGUOUS
    if type(value) in (list, tuple):
        try:
            value = fa_from_list(value)
        except ValueError:
            return None
    elif not fa_is_array(<PyObject *>value):
        return None
    elif out is not None and fa_type(<PyObject *>value) < cnp.NPY_FLOAT:
        return None  # NumPy casts by the piece, without an array for the whole
    given = fa_type(<PyObject *>value)
    if given in (cnp.NPY_FLOAT, cnp.NPY_DOUBLE):
        return value
    if not fa_ndim(<PyObject *>value) or not fa_flags(<PyObject *>value) & order:
        return None
    if given in (cnp.NPY_SHORT, cnp.NPY_USHORT):
        return fa_cast(value, cnp.NPY_FLOAT)
    return fa_cast(value, cnp.NPY_DOUBLE) if cnp.NPY_INT <= given <= cnp.NPY_ULONGLONG else None


cdef object backward(int row, object grad, object x, object y, object p0, object p1, object p2, object p3, object out):
    if y is None:
        if x is not None:
            return call(row, FA_BACKWARD, grad, x, p0, p1, p2, p3, out, True)
    elif x is None:
        return call(row, FA_BACKWARD_Y, grad, y, p0, p1, p2, p3, out, True)
    raise TypeError(
        f"{function_name(row, FA_BACKWARD)}: give exactly one of x (the input of the forward pass) and y= "
        f"(its output), not {'neither' if x is None else 'both'}"
    )


cdef inline bint scalars(int row, int kind, PyObject **given, double *params) noexcept:
    """Are the parameters plain numbers that keep the rules? Then here they are as C doubles."""
    cdef int i
    for i in range(<int>fa_registry[row].n_params):
        if not fa_is_real(<object>given[i], &params[i]):
            return False
        if not keeps(row, kind, i, params[i], params[max(i - 1, 0)]):
            return False
    return True


cdef double LEAST = 2.0 ** -126  # of a divisor that is not looked at more closely: 1 / LEAST is finite in float32


cdef inline bint keeps(int row, int kind, int i, double value, double previous) noexcept:
    """Does parameter i keep its rule, and with y= the second one?"""
    return keeps_rule(rules[row][0][i], value, previous) and (
        kind != FA_BACKWARD_Y or keeps_rule(rules[row][1][i], value, previous))


cdef inline bint keeps_rule(int rule, double value, double previous) noexcept:
    """NaN keeps every rule. A divisor below LEAST is left to check_rules, which knows the dtype."""
    if rule == ANY:
        return True
    if rule == POSITIVE:
        return value != value or LEAST <= value < INFINITY
    if rule == NONNEGATIVE:
        return not value < 0
    if rule == NONZERO:
        return value != value or LEAST <= fabs(value) < INFINITY
    return not (value < previous if rule == ABOVE_PREVIOUS else value > previous)


# ------------------------------------------------------------------------------------------------ the slow path

# dtype that is accepted -> dtype of the result: what np.tanh makes of it
LOOPS = {char: np.dtype(loop) for loop, chars in {"e": "e?bB", "f": "fhH", "d": "diIlLqQ"}.items() for char in chars}
ACCEPTED = "accepted are float16, float32, float64, integers and bool"
# rule -> (is it broken?, what it asks, why); {previous} is the parameter before with its value
BROKEN = {
    "POSITIVE": (
        lambda v, previous: (v < np.finfo(v.dtype).tiny) | (v == INFINITY),
        "must be > 0, finite, and not subnormal",
        "x is divided by it and must keep its sign",
    ),
    "NONNEGATIVE": (lambda v, previous: v < 0, "must be >= 0", "the function is not defined for it"),
    "NONZERO": (
        lambda v, previous: (abs(v) < np.finfo(v.dtype).tiny) | (abs(v) == INFINITY),
        "must not be 0, must be finite, and not subnormal",
        "the result is divided by it",
    ),
    "ABOVE_PREVIOUS": (lambda v, previous: v < previous, "must not be below {previous}", "the interval would be empty"),
    "BELOW_PREVIOUS": (
        lambda v, previous: v > previous,
        "must not be above {previous}",
        "it would lie among the inputs that pass",
    ),
}
cdef object array_ufunc = np.ndarray.__array_ufunc__
cdef list ufunc_table = []  # [row * FA_KINDS + kind]


cdef str function_name(int row, int kind):
    """The public function, as errors call it."""
    cdef const char *name = fa_registry[row].variant_of.function
    if name == NULL:
        name = fa_registry[row].name
    return name.decode() if kind == FA_FORWARD else name.decode() + "_backward"


cdef object bad_choice(function, name, value, choices):
    return ValueError(f"{function}: {name} = {value!r} must be one of {', '.join(map(repr, choices))}")


cdef object slow(int row, int kind, object a, object b, tuple given, object out, object where, str name):
    """NumPy's machinery, after the checks that it would not word clearly; name: the function, if it has another."""
    cdef str function = function_name(row, kind) if name is None else name
    cdef size_t i, n_params = fa_registry[row].n_params
    ufunc = ufunc_table[row * FA_KINDS + kind]
    if type(out) is tuple and len(out) == 1:
        out = out[0]
    if kind == FA_FORWARD:
        names, operands = ("x",), [a]
    else:
        names, operands = ("grad", "y" if kind == FA_BACKWARD_Y else "x"), [a, b]
    param_names = [fa_registry[row].params[i].name.decode() for i in range(n_params)]
    params = [as_param(function, name, value) for name, value in zip(param_names, given)]
    options = {}
    if out is not None:
        options["out"] = out
    if where is not True:
        options["where"] = where

    for value in (*operands, *params, out):
        if is_foreign(value):
            check_foreign(function, names, operands, len(operands) + len(params))
            if is_foreign(where) and not is_chunked(where):
                raise not_handled(function, "where", where)  # its owner would take it as it lies in memory
            dtype = foreign_dtype(operands)
            check_rules(row, kind, function, param_names, params, dtype or LOOPS["d"])
            if dtype is not None:
                params = [cast_param(value, computed_in(dtype)) for value in params]
            return ufunc(*operands, *params, **options)

    operands = [as_operand(function, name, value) for name, value in zip(names, operands)]
    if kind == FA_FORWARD and isinstance(operands[0], np.ndarray):
        dtype = LOOPS[operands[0].dtype.char]
    else:
        dtype = common_dtype(operands)
    check_rules(row, kind, function, param_names, params, dtype)
    if out is not None or len(operands) + len(params) > 1 or where is not True:
        if where is not True:
            where = options["where"] = as_where(function, where)
        shape = common_shape(function, dict(zip((*names, *param_names, "where"), (*operands, *params, where))))
        if out is not None:
            check_out(function, out, shape)
            if kind == FA_FORWARD and copies[row] and out is a:
                return out
    if not params and has_dtype(dtype, operands) and (out is None or has_dtype(dtype, [out])):
        return ufunc(*operands, dtype=dtype, **options)
    options["dtype"] = dtype
    if params and dtype.char == "e":
        del options["dtype"]
        options["signature"] = (dtype,) * len(operands) + (computed_in(dtype),) * len(params) + (dtype,)
    # quiet: what is cast may overflow, as a float64 parameter does that becomes float32
    with np.errstate(all="ignore"):
        return ufunc(*operands, *params, **options)


cdef inline object computed_in(object dtype):
    """That of the arithmetic, and of the parameters: they are never rounded to 16 bits."""
    return LOOPS["f"] if dtype.char == "e" else dtype


cdef bint has_dtype(object dtype, list values):
    for value in values:
        if not isinstance(value, (np.ndarray, np.generic)) or value.dtype != dtype:
            return False
    return True


cdef object common_dtype(list operands):
    """Of the result, for what `as_operand` gives."""
    return LOOPS[np.result_type(*[
        value if isinstance(value, (np.ndarray, np.generic, float, int)) else np.asarray(value).dtype
        for value in operands
    ]).char]


cdef tuple common_shape(str function, dict values):
    shapes = {
        name: tuple(value.shape) if hasattr(value, "shape") else np.shape(value) if hasattr(value, "__array__") else ()
        for name, value in values.items()
    }
    distinct = {shape for shape in shapes.values() if shape}
    if len(distinct) < 2:
        return distinct.pop() if distinct else ()
    shape = broadcast(distinct)
    if shape is None:
        given = ", ".join([f"{name} {shape}" for name, shape in shapes.items() if shape])
        raise ValueError(f"{function}: these shapes do not broadcast: {given}")
    return shape


cdef tuple broadcast(object shapes):
    """The shape that they broadcast to, or None. np.broadcast_shapes stops at 32 dimensions."""
    ndim = max([len(shape) for shape in shapes])
    lengths = []
    for column in zip(*[(1,) * (ndim - len(shape)) + shape for shape in shapes]):
        others = {n for n in column if n != 1}
        if len(others) > 1:
            return None
        lengths.append(others.pop() if others else 1)
    return tuple(lengths)


cdef bint is_foreign(object value):
    """Does it want to handle ufuncs itself? (dask, xarray, pandas, sparse)"""
    if value is None or fa_is_array(<PyObject *>value) or fa_is_real_scalar(value):
        return False
    return getattr(type(value), "__array_ufunc__", array_ufunc) is not array_ufunc


cdef set dtypes_of(object value):
    """Of a pandas or xarray table there is one for each column."""
    dtypes = getattr(value, "dtypes", None)
    if isinstance(dtypes, Mapping):
        return set(dtypes.values())
    if dtypes is None or not isinstance(dtypes, Iterable):
        return {getattr(value, "dtype", None)}
    return set(dtypes)


cdef object check_foreign(str function, tuple names, list operands, int count):
    """What its owner would refuse less clearly; count: of the arguments of the ufunc."""
    for name, value in zip(names, operands):
        for dtype in dtypes_of(value) if is_foreign(value) else ():
            if isinstance(dtype, np.dtype) and dtype.char not in LOOPS:
                raise TypeError(f"{function}: {name} has dtype {dtype}; {ACCEPTED}")
            if count > 1 and hasattr(dtype, "numpy_dtype") and hasattr(value, "columns"):
                raise TypeError(f"{function}: {name} has dtype {dtype}, of which pandas makes objects here; pass "
                                f"{name}.astype({dtype.numpy_dtype.name!r})")


cdef object foreign_dtype(list operands):
    """The dtype of the result, None if that cannot be told: an operand says none, or a table has several."""
    known = []
    for value in operands:
        if isinstance(value, (float, int)):
            known.append(value)
            continue
        if type(value) in (list, tuple):
            value = np.asarray(value)
        # pandas' nullable types hold arrays of a NumPy type
        dtypes = {getattr(dtype, "numpy_dtype", dtype) for dtype in dtypes_of(value)}
        if len(dtypes) != 1 or not all([isinstance(dtype, np.dtype) for dtype in dtypes]):
            return None
        known += dtypes
    try:
        return LOOPS.get(np.result_type(*known).char)
    except TypeError:
        return None


cdef object cast_param(object value, object dtype):
    """A parameter that does not change the dtype, whatever a container makes of Python's numbers."""
    with np.errstate(all="ignore"):
        if type(value) is float:
            return dtype.type(value)
        return value.astype(dtype) if hasattr(value, "astype") else value


cdef object as_operand(str function, str name, object value):
    """What the ufunc gets: lists become arrays; Python's numbers stay, they do not decide the dtype."""
    if fa_is_array(<PyObject *>value) and value.dtype.char in LOOPS:
        return value
    array = as_numbers(function, name, value)
    return value if type(value) in (float, int, bool) or hasattr(value, "__array_wrap__") else array


cdef object as_param(str function, str name, object value):
    """A Python float, an array, or what handles ufuncs itself."""
    if fa_is_real_scalar(value):
        return real_number(function, name, value)
    if is_foreign(value):
        return value
    array = as_array(function, name, value)
    if array.dtype == object and not isinstance(value, np.ndarray) and all([fa_is_real_scalar(v) for v in array.flat]):
        array = np.array([real_number(function, name, v) for v in array.flat]).reshape(array.shape)  # large ints
    if array.dtype.kind not in "biuf":
        what = f"an array of dtype {array.dtype}" if isinstance(value, np.ndarray) else repr(value)
        raise TypeError(f"{function}: {name} must be a real number or an array of them, not {what}")
    return array if array.ndim else float(array)


cdef double real_number(str function, str name, object value) except? -1:
    """A number, Python's or NumPy's, as a double."""
    cdef double number
    if fa_is_real(value, &number):
        return number
    if not fa_is_real_scalar(value):
        raise TypeError(f"{function}: {name} must be a real number, not {value!r}")
    raise ValueError(f"{function}: {name} is an int of {value.bit_length()} bits; accepted are numbers that a float64 "
                     "can hold, up to 1.8e308")


cdef object as_where(str function, object where):
    if isinstance(where, np.ma.MaskedArray):
        raise not_handled(function, "where", where)
    where = as_array(function, "where", where)
    if where.dtype != np.bool_:
        raise TypeError(f"{function}: where has dtype {where.dtype}; accepted is bool")
    return where


cdef object check_out(str function, object out, tuple shape, str name="out"):
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{function}: {name} must be an array, not {type(out).__name__}")
    if out.dtype.char not in "efd":
        raise TypeError(f"{function}: {name} has dtype {out.dtype}; accepted are float16, float32 and float64")
    if out.shape != shape:
        raise ValueError(f"{function}: {name} has shape {out.shape}; the result has {shape}")
    if not out.flags.writeable:
        raise ValueError(f"{function}: {name} is read-only")


cdef object check_rules(int row, int kind, str function, list names, list params, object dtype):
    """Of what is given, and of what it becomes in the dtype that is computed in: float32 for a call on float16. Lazy
    arrays cannot be checked."""
    cdef Py_ssize_t i
    cdef bint any_rule = False
    for i in range(len(params)):
        any_rule = any_rule or rules[row][0][i] != ANY or (kind == FA_BACKWARD_Y and rules[row][1][i] != ANY)
    if not any_rule:
        return
    dtype = computed_in(dtype)
    for i in range(len(params)):
        value, previous = params[i], params[i - 1 if i else 0]
        if type(value) is not float or type(previous) is not float or not keeps(row, kind, i, value, previous):
            break
        if dtype.char == "f" and changed(<float><double>value, value):
            break
    else:
        return
    values = [np.asarray(np.nan if is_lazy(value) else value) for value in params]
    values = [value if value.dtype.kind == "f" else value.astype(np.float64) for value in values]
    with np.errstate(all="ignore"):
        rounded = [np.asarray(value).astype(dtype) for value in values]
    for with_y in range(1 + (kind == FA_BACKWARD_Y)):
        for i, name in enumerate(names):
            rule = RULES[rules[row][with_y][i]]
            if rule not in BROKEN:
                continue
            broken, asked, why = BROKEN[rule]
            if with_y:
                asked, why = asked + " with y=", "x cannot be told from y"
            for these, where in (values, ""), (rounded, f" in {dtype}"):
                value, previous = these[i], these[i - 1 if i else 0]
                bad = np.asarray(broken(value, previous))
                if bad.any():
                    value, previous = np.broadcast_to(value, bad.shape), np.broadcast_to(previous, bad.shape)
                    asked = asked.format(previous=f"{names[i - 1 if i else 0]} = {previous[bad][0]}")
                    raise ValueError(f"{function}: {name} = {value[bad][0]}{where} {asked}, because {why}")


cdef bint is_lazy(object value):
    graph = getattr(value, "__dask_graph__", None)
    return graph is not None and graph() is not None


cdef bint is_chunked(object value):
    """A Dask array itself, not what holds one?"""
    return is_lazy(value) and hasattr(value, "rechunk")


# ------------------------------------------------------------------------------------------------ ufuncs

# What the inner loop of one ufunc and dtype needs.
cdef struct Loop:
    fa_kernel *kernel[FA_MODES]
    fa_strided *strided
    int inputs
    int params
    Py_ssize_t itemsize  # 0 for float16: always through `strided`

cdef Loop loops[FA_COUNT][FA_KINDS][3]
cdef void *loop_data[FA_COUNT][FA_KINDS][3]
cdef cnp.PyUFuncGenericFunction[3] loop_functions
cdef enum:
    MAX_OPERANDS = 7
cdef char loop_types[MAX_OPERANDS + 1][3 * MAX_OPERANDS]  # [operands]: all half, then all float, then all double
cdef char param_types[3][FA_MAX_PARAMS + 1][3 * MAX_OPERANDS]  # [inputs][parameters]: the same, but no half parameter
cdef list ufunc_texts = []  # NumPy keeps pointers into these


cdef void inner_loop(char **args, const cnp.npy_intp *dims, const cnp.npy_intp *steps, void *data) noexcept nogil:
    cdef Loop *loop = <Loop *>data
    cdef int j, operands = loop.inputs + loop.params
    cdef bint contiguous = loop.itemsize and steps[operands] == loop.itemsize
    cdef bint uniform = True, varying = loop.params > 0
    for j in range(loop.inputs):
        contiguous = contiguous and steps[j] == loop.itemsize
    for j in range(loop.inputs, operands):
        uniform = uniform and steps[j] == 0
        varying = varying and steps[j] == loop.itemsize
    if contiguous and (uniform or varying):
        loop.kernel[FA_UNIFORM if uniform else FA_VARYING](
            args[operands],
            args[0],
            args[1] if loop.inputs == 2 else NULL,
            <const void *const *>&args[loop.inputs],
            dims[0],
        )
    else:
        loop.strided(loop.kernel, loop.inputs, loop.params, args, steps, dims[0])
    # NumPy would report them as warnings, and which ones there are depends on the instruction set
    fa_quiet()


cdef object make_ufunc(int row, int kind):
    cdef const fa_info *info = &fa_registry[row]
    cdef Loop *loop
    cdef int i, d
    cdef int inputs = 1 if kind == FA_FORWARD else 2
    if kind == FA_BACKWARD_Y and not info.from_y:
        return None
    for i in range(3):  # e, f, d
        d = FA_F64 if i == 2 else FA_F32
        loop = &loops[row][kind][i]
        loop.kernel[FA_UNIFORM] = in_use.table[d].kernel[row][kind][FA_UNIFORM]
        loop.kernel[FA_VARYING] = in_use.table[d].kernel[row][kind][FA_VARYING]
        loop.strided = in_use.table[d].strided_half if i == 0 else in_use.table[d].strided
        loop.inputs, loop.params = inputs, <int>info.n_params
        loop.itemsize = (0, 4, 8)[i]
        loop_data[row][kind][i] = loop
    params = "".join([", " + info.params[i].name.decode() for i in range(<int>info.n_params)])
    name = info.name + (b"", b"_backward", b"_backward_y")[kind]
    summary, args, formula = (
        (info.summary.decode(), "x", info.formula),
        (f"Gradient of `{info.name.decode()}`, from its input.", "grad, x", info.derivative),
        (f"Gradient of `{info.name.decode()}`, from its output.", "grad, y", info.derivative_y),
    )[kind]
    text = f"""{summary}

Operands: {args}{params}. Elementwise{'' if kind == FA_FORWARD else ' grad times'}:

    {formula.decode()}

The parameters are operands without a default, float32 beside float16 inputs; the rules for them are not checked here.
Never multithreaded.
""".encode()
    ufunc_texts.append((name, text))
    operands = inputs + <int>info.n_params + 1
    cdef char *types = param_types[inputs][<int>info.n_params]
    for i in range(3):
        loop_functions[i] = <cnp.PyUFuncGenericFunction>inner_loop
        for d in range(operands):
            types[i * operands + d] = (<int>cnp.NPY_FLOAT16, <int>cnp.NPY_FLOAT, <int>cnp.NPY_DOUBLE)[i]
            if i == 0 and inputs <= d < operands - 1:
                types[d] = <int>cnp.NPY_FLOAT
    ufunc_texts.append((name, text))
    return cnp.PyUFunc_FromFuncAndData(loop_functions, loop_data[row][kind], types, 3, operands - 1, 1,
                                       cnp.PyUFunc_None, name, text, 0)


def ufuncs():
    """{name: ufunc}, what `fastact.ufuncs` holds."""
    suffixes = ("", "_backward", "_backward_y")
    return {
        fa_registry[i // FA_KINDS].name.decode() + suffixes[i % FA_KINDS]: ufunc
        for i, ufunc in enumerate(ufunc_table) if ufunc is not None
    }


# ------------------------------------------------------------------------------------------------ for Python

DTYPES = ("float32", "float64")
KINDS = ("forward", "backward", "backward_y")


def instruction_sets():
    """{"built": names, "available": those that this processor has, "in_use": one of them}"""
    built, available = [], []
    cdef const fa_isa *isa = fa_isas
    while isa.name:
        built.append(isa.name.decode())
        if isa.available():
            available.append(isa.name.decode())
        isa += 1
    return {"built": tuple(built), "available": tuple(available),
            "in_use": in_use.name.decode() if in_use != NULL else None}


def registry():
    """The rows of src_c/activations.def as dicts."""
    rows = []
    cdef const fa_info *info
    cdef size_t i
    cdef int d, k, row
    for row in range(FA_COUNT):
        info = &fa_registry[row]
        params = []
        for i in range(info.n_params):
            param = info.params[i]
            params.append((param.name.decode(), param.value, param.rule.decode(), param.rule_y.decode()))
        variant = info.variant_of.function != NULL
        rows.append({
            "name": info.name.decode(),
            "function": (info.variant_of.function if variant else info.name).decode(),
            "variant": info.variant_of.value.decode() if variant else None,
            "params": tuple(params),
            "from_y": bool(info.from_y),
            "cost": info.cost.decode(),
            "bounds": {(DTYPES[d], KINDS[k]): info.bound[d][k] for d in range(FA_DTYPES) for k in range(FA_KINDS)
                       if info.bound[d][k] >= 0},
            "formula": info.formula.decode(),
            "derivative": info.derivative.decode(),
            "derivative_y": info.derivative_y.decode(),
            "range": info.range.decode(),
            "kinks": info.kinks.decode(),
            "summary": info.summary.decode(),
            "source": info.source.decode(),
        })
    return rows


def run_kernel(isa, row_name, kind, out, a, b=None, params=()):
    """One kernel of one instruction set, directly, on one thread.

    Arrays are one-dimensional, contiguous, float32 or float64, all of one length; params are numbers, or arrays of that
    length. For tests, `bench` and `verify`.
    """
    cdef const fa_isa *which = fa_select(isa.encode())
    cdef int row = 0, k = KINDS.index(kind), d
    cdef const void *p[FA_MAX_PARAMS]
    cdef size_t n = len(out)
    if which == NULL:
        raise ValueError(f"instruction set {isa!r} is not available; these are: {instruction_sets()['available']}")
    while row < FA_COUNT and fa_registry[row].name != <bytes>row_name.encode():
        row += 1
    if row == FA_COUNT:
        raise ValueError(f"no row {row_name!r}")
    if len(params) != <Py_ssize_t>fa_registry[row].n_params:
        raise ValueError(f"{row_name} has {fa_registry[row].n_params} parameters, not {len(params)}")
    if (b is None) != (k == FA_FORWARD):
        raise ValueError("b is for the backward kernels, and they need it")
    varying = [isinstance(value, np.ndarray) for value in params]
    if any(varying) and not all(varying):
        raise ValueError("params must be all numbers or all arrays")
    cdef bint per_element = any(varying)
    values = [value if per_element else np.array([value], out.dtype) for value in params]
    for array in [out, a, *([] if b is None else [b]), *(values if per_element else [])]:
        if not alike(<PyObject *>array, <PyObject *>out) or array.ndim != 1 or not array.flags.c_contiguous:
            raise ValueError("all arrays must be one-dimensional, contiguous, of one length and one dtype")
    if out.dtype.name not in DTYPES or not out.flags.writeable:
        raise ValueError("out must be writeable and float32 or float64")
    d = DTYPES.index(out.dtype.name)
    cdef fa_kernel *kernel = which.table[d].kernel[row][k][FA_VARYING if per_element else FA_UNIFORM]
    if kernel == NULL:
        raise ValueError(f"{row_name} has no kernel {kind}")
    for i, value in enumerate(values):
        p[i] = fa_data(<PyObject *>value)
    cdef char *to = fa_data(<PyObject *>out)
    cdef char *first = fa_data(<PyObject *>a)
    cdef char *second = NULL
    if b is not None:
        second = fa_data(<PyObject *>b)
    with nogil:
        kernel(to, first, second, p, n)


def openmp_info():
    """{"enabled": bool, "runtime": file name, "version": yyyymm of the specification, "threads": who has them}"""
    return {
        "enabled": bool(fa_openmp_version),
        "runtime": os.path.basename(os.fsdecode(fa_openmp_file())),
        "version": str(fa_openmp_version) if fa_openmp_version else "",
        "threads": "fastact" if FA_HAS_TEAM else "runtime",
    }


def omp_num_procs():
    """The processors that OpenMP may use, as they were before it bound this thread to some of them; 1 without it."""
    return fa_omp_num_procs()


def omp_max_threads():
    """What OpenMP would use in this thread; 1 without it."""
    return fa_omp_max_threads()


def get_num_threads():
    """How many threads a call from this thread may use at most.

    Returns
    -------
    int
        The limit of the innermost `threads(n)` block, else that of `set_num_threads`; not above a limit that
        threadpoolctl (or anybody) has set for OpenMP since the import. 1 in a forked child, and where fastact was
        built without OpenMP.
    """
    return thread_limit()


def get_limit():
    """The process's own limit."""
    return fa_get_limit()


def set_limit(int n):
    """The process's own limit."""
    fa_set_limit(n)


def get_override():
    """The limit of the innermost block of this context, 0 if there is none."""
    return limit_of_blocks()


compiler = FA_COMPILER.decode().strip()
__version__ = FASTACT_VERSION.decode()


cdef object start():
    """Everything that is written once."""
    global in_use
    cdef int row, kind, i, d
    name = os.environ.get("FASTACT_ISA", "")
    wanted = os.fsencode(name)
    if name:
        in_use = fa_select(wanted)
    else:
        in_use = fa_select(NULL)
    if in_use == NULL:
        sets = instruction_sets()
        wrong = f"FASTACT_ISA={name}: no such instruction set here" if name else "no instruction set for this processor"
        raise ImportError(
            f"{wrong}; built are {', '.join(sets['built'])}; "
            f"available on this processor are {', '.join(sets['available']) or 'none of them'}"
        )
    for row in range(FA_COUNT):
        copies[row] = fa_registry[row].formula == b"x"
        costs[row] = COSTS.index(fa_registry[row].cost.decode())
        for i in range(<int>fa_registry[row].n_params):
            rules[row][0][i] = RULES.index(fa_registry[row].params[i].rule.decode())
            rules[row][1][i] = RULES.index(fa_registry[row].params[i].rule_y.decode())
        for kind in range(FA_KINDS):
            for d in range(FA_DTYPES):
                kernels[d][row][kind] = in_use.table[d].kernel[row][kind][FA_UNIFORM]
            ufunc_table.append(make_ufunc(row, kind))
    fa_start_threads()
    fa_watch_fork()


start()

include "_schedule.pxi"
include "_functions.pxi"
include "_arrays.pxi"
include "_rows.pxi"
include "_gates.pxi"
include "_pieces.pxi"
include "_channels.pxi"
include "_learned.pxi"
include "_chance.pxi"
include "_sparse.pxi"
include "_entropy.pxi"
