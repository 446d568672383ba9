# How the functions with a parameter for each channel run, the gradients of learned parameters, and those with a random
# number for each element.
#
# All of them see an array as n x c x inner elements in C order, with one parameter for each of the c. Work is cut into
# tasks whose sizes depend on the shape alone, a task into strips that fit the first-level cache. Where an operand is
# contiguous a strip is worked on where it lies, else it is gathered first; so strides change neither the order of a sum
# nor the number that an element gets.

from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

cdef extern from "fastact.h" nogil:
    enum:
        FA_SUM_prelu
        FA_SUM_swish_beta
        FA_SUM_xielu_alpha_p
        FA_SUM_xielu_alpha_n
        FA_SUM_total
        FA_CHANCE_uniform
        FA_CHANCE_rrelu
        FA_CHANCE_rrelu_backward

cdef enum:
    TREE = 8  # rows of a tree, see loops/channel_sums.h
    LANES_BYTES = 64
    # Doubles, or twice as many floats, that are gathered of each operand, or that two kernels go over, before the next:
    # a multiple of a tree of rows of 64 bytes, so that sums do not depend on it. Two such strips are on the stack.
    STRIP = 1024
    TASK = 1 << 15  # elements of a task, about
    NARROW = 64  # shorter rows are summed down, not along
    WIDE = 256  # narrower matrices have several rows in one
    COLUMNS = 4096  # of a task
    CHANNELS = 32  # of a task whose sums go along rows
    OUT = 0
    A = 1
    B = 2

cdef enum:  # what a strip is put through
    EACH  # kernel(a, b), its parameter being that of the channel
    BIAS  # kernel(a + parameter)
    SUMS  # sum, which may write out
    BIAS_SUMS  # kernel(a, b), then the sums of it
    RANDOM
    LOSSES  # losses(a, b), which may write out, then the sums of them unless they are kept

cdef struct Operand:
    char *data
    bint whole  # contiguous in C order
    Py_ssize_t step[MAX_DIMS]

cdef struct Job:
    int what
    int dtype
    Py_ssize_t itemsize
    int inputs
    bint writes
    Operand operand[3]
    int ndim
    Py_ssize_t shape[MAX_DIMS]
    # n x c x inner, and how it is cut
    Py_ssize_t n, c, inner
    bint down  # as a matrix of `rows` rows and `last` elements more; else each row of l elements by itself
    Py_ssize_t width, rows, last
    Py_ssize_t group, groups, pieces, blocks, tasks
    Py_ssize_t slots, columns  # the sums are slots x columns pairs
    char *hi
    char *lo
    # what is run
    fa_kernel *kernel[FA_MODES]
    fa_kernel *add[FA_MODES]
    fa_sum *sum[FA_MODES]
    fa_merge *merge
    const void *p[FA_MAX_PARAMS]
    char *weight  # NULL: there is no parameter
    fa_chance *chance
    uint64_t seed
    fa_losses *losses
    char *kept  # where the losses go, in C order, or NULL


cdef inline Py_ssize_t parts(Py_ssize_t n, Py_ssize_t size) noexcept nogil:
    """Into how many parts of this size?"""
    return (n + size - 1) // size


cdef void cut_up(Job *job, Py_ssize_t n, Py_ssize_t c, Py_ssize_t inner) noexcept nogil:
    """The tasks, from the shape alone. No dimension is 0."""
    cdef Py_ssize_t repeat, most
    if c == 1:
        n, inner = 1, n * inner
    job.n, job.c, job.inner = n, c, inner
    job.rows = job.last = 0
    job.blocks = 1
    # down, the parameters are written out for each column, which must be little beside the array
    job.down = c > 1 and (inner == 1 or (inner < NARROW and (n >= 8 or c * inner <= TASK)))
    if job.down:
        repeat = min(max(WIDE // (c * inner), <Py_ssize_t>1), n)
        job.width = c * inner * repeat
        job.rows, job.last = n // repeat, n % repeat * c * inner
        most = min(max(2 * TASK // job.width, <Py_ssize_t>1), <Py_ssize_t>64)
        job.group = parts(max(TASK // job.width, parts(job.rows, most)), TREE) * TREE
        job.groups = parts(job.rows, job.group)
        job.pieces = parts(job.width, COLUMNS)
        job.slots, job.columns = job.groups, job.width
    else:
        job.width = inner
        job.blocks = parts(c, CHANNELS)
        job.pieces = parts(inner, TASK)
        job.group = max(TASK // (min(c, <Py_ssize_t>CHANNELS) * min(inner, <Py_ssize_t>TASK)), <Py_ssize_t>1)
        job.groups = parts(n, job.group)
        job.slots, job.columns = job.groups * job.pieces, c
    job.tasks = job.groups * job.blocks * job.pieces


cdef bint spread_weight(const Job *job) noexcept nogil:
    """Is a parameter needed for each column, not each channel?"""
    return job.weight != NULL and job.down and job.width > job.c


cdef inline char *weight_at(const Job *job, Py_ssize_t i) noexcept nogil:
    return job.weight + i * job.itemsize if job.weight else NULL


cdef int run_job(Job *job, int cost) except -1:
    cdef Py_ssize_t n = job.n * job.c * job.inner
    if n < KEEP_GIL_BELOW:
        tasks_share(job, 0, 1)
        return 0
    return run_shared(tasks_share, job, cost, job.dtype, n, job.tasks)


cdef void tasks_share(void *work, int i, int shares) noexcept nogil:
    cdef const Job *job = <const Job *>work
    cdef Py_ssize_t t
    for t in range(job.tasks * i // shares, job.tasks * (i + 1) // shares):
        run_task(job, t)


cdef void run_task(const Job *job, Py_ssize_t t) noexcept nogil:
    cdef Py_ssize_t piece = t % job.pieces, block = t // job.pieces % job.blocks, g = t // job.pieces // job.blocks
    cdef Py_ssize_t start = g * job.group, stop = start + job.group, item = job.itemsize
    cdef Py_ssize_t first, size, r, channel, last_channel, slot, half
    # these are most of what a worker needs of its stack, with the 8 KiB of a kernel
    cdef double gathered[2][STRIP]  # of a, in whose place out is computed, and of b
    cdef double hi[CHANNELS * 8]
    cdef double lo[CHANNELS * 8]
    cdef char *h = <char *>hi
    cdef char *o = <char *>lo
    if job.down:
        first = piece * COLUMNS
        size = min(job.width - first, <Py_ssize_t>COLUMNS)
        slot = (g * job.width + first) * item
        stop = min(stop, job.rows)
        while start < stop:
            strips(job, start * job.width + first, min(stop - start, <Py_ssize_t>TREE), size, weight_at(job, first),
                   job.hi + slot, job.lo + slot, gathered)
            start += TREE
        if g == job.groups - 1 and first < job.last:
            strips(job, job.rows * job.width + first, 1, min(job.last - first, size), weight_at(job, first),
                   job.hi + slot, job.lo + slot, gathered)
        return
    first = piece * TASK
    size = min(job.inner - first, <Py_ssize_t>TASK)
    channel = block * CHANNELS
    last_channel = min(channel + CHANNELS, job.c)
    if job.hi:
        memset(hi, 0, sizeof(hi))
        memset(lo, 0, sizeof(lo))
    for r in range(start, min(stop, job.n)):
        for slot in range(channel, last_channel):
            strips(job, (r * job.c + slot) * job.inner + first, 1, size, weight_at(job, slot),
                   h + (slot - channel) * LANES_BYTES, o + (slot - channel) * LANES_BYTES, gathered)
    if job.hi:
        for slot in range(last_channel - channel):
            half = LANES_BYTES // item // 2
            while half:
                job.merge(h, o, h + half * item, o + half * item, half)
                half //= 2
            first = ((g * job.pieces + piece) * job.c + channel + slot) * item
            memcpy(job.hi + first, h, item)
            memcpy(job.lo + first, o, item)
            h += LANES_BYTES
            o += LANES_BYTES


cdef inline void strips(const Job *job, Py_ssize_t first, Py_ssize_t rows, Py_ssize_t columns, char *weight, char *hi,
                        char *lo, double (*gathered)[STRIP]) noexcept nogil:
    """`rows` rows of the matrix, from element `first` on, in strips that fit the cache where that matters."""
    cdef Py_ssize_t j = 0, m, limit = columns
    cdef bint direct = job.operand[OUT].whole and job.operand[A].whole and job.operand[B].whole
    if not direct or job.what in (BIAS, BIAS_SUMS, LOSSES):
        limit = STRIP * 8 // job.itemsize // (TREE if job.down else 1)
    while j < columns:
        m = min(limit, columns - j)
        strip(job, first + j, rows, m, weight, hi, lo, gathered)
        j += m
        if job.down:
            if weight:
                weight += m * job.itemsize
            hi += m * job.itemsize
            lo += m * job.itemsize


cdef void strip(const Job *job, Py_ssize_t first, Py_ssize_t rows, Py_ssize_t columns, char *weight, char *hi,
                char *lo, double (*gathered)[STRIP]) noexcept nogil:
    cdef char *at[3]
    cdef Py_ssize_t step[3]
    cdef Py_ssize_t item = job.itemsize, s
    cdef int k, mode = FA_VARYING if job.down else FA_UNIFORM
    cdef const void *p = weight
    at[A], step[A] = NULL, 0
    for k in range(3):
        if job.operand[k].whole:
            at[k], step[k] = job.operand[k].data + first * item, job.width
            continue
        if k > job.inputs:
            at[k], step[k] = at[A], step[A]
            continue
        at[k], step[k] = <char *>gathered[1 if k == B else 0], columns
        if k != OUT:
            for s in range(rows):
                move(job, k, first + s * job.width, columns, at[k] + s * columns * item, False)
    if job.what == SUMS:
        # what has no parameter reads none; as one, it gets what may be read
        job.sum[mode](at[OUT], at[A], at[B], p if p else at[A], hi, lo, rows, columns, step)
    elif job.what == RANDOM:
        job.chance(at[OUT], at[A], at[B], job.p[0], job.seed, first, columns)
    elif job.what == LOSSES:
        # losses that are not kept are computed in the place of b
        p = job.kept + first * item if job.kept else <char *>gathered[1]
        job.losses(<void *>p, at[OUT] if job.writes else NULL, at[A], at[B], job.p[0], columns)
        if not job.kept:
            job.sum[mode](<void *>p, p, p, p, hi, lo, rows, columns, step)
    else:
        for s in range(rows):
            if job.what == EACH:
                job.kernel[mode](at[OUT] + s * step[OUT] * item, at[A] + s * step[A] * item,
                                 at[B] + s * step[B] * item, &p, columns)
            elif job.what == BIAS:
                job.add[mode](at[OUT] + s * step[OUT] * item, at[A] + s * step[A] * item, NULL, &p, columns)
                job.kernel[FA_UNIFORM](at[OUT] + s * step[OUT] * item, at[OUT] + s * step[OUT] * item, NULL, job.p,
                                       columns)
            else:
                job.kernel[FA_UNIFORM](at[OUT] + s * step[OUT] * item, at[A] + s * step[A] * item,
                                       at[B] + s * step[B] * item, job.p, columns)
        if job.what == BIAS_SUMS:
            step[A] = step[B] = step[OUT]
            job.sum[mode](at[OUT], at[OUT], at[OUT], at[OUT], hi, lo, rows, columns, step)
    if job.writes and not job.operand[OUT].whole:
        for s in range(rows):
            move(job, OUT, first + s * job.width, columns, at[OUT] + s * columns * item, True)


cdef void move(const Job *job, int k, Py_ssize_t first, Py_ssize_t n, char *contiguous, bint back) noexcept nogil:
    """n elements of an operand, in C order from element `first` on, into a contiguous piece or back."""
    cdef Py_ssize_t index[MAX_DIMS]
    cdef const Operand *operand = &job.operand[k]
    cdef Py_ssize_t inner = job.ndim - 1, m, i, step = operand.step[job.ndim - 1], item = job.itemsize
    cdef char *at = operand.data
    cdef int d
    for d in range(job.ndim - 1, -1, -1):
        index[d] = first % job.shape[d]
        first //= job.shape[d]
        at += index[d] * operand.step[d]
    while True:
        m = min(n, job.shape[inner] - index[inner])
        if step == item:
            memcpy(at if back else contiguous, contiguous if back else at, m * item)
        elif item == 4:
            for i in range(m):
                if back:
                    (<float *>(at + i * step))[0] = (<float *>contiguous)[i]
                else:
                    (<float *>contiguous)[i] = (<float *>(at + i * step))[0]
        else:
            for i in range(m):
                if back:
                    (<double *>(at + i * step))[0] = (<double *>contiguous)[i]
                else:
                    (<double *>contiguous)[i] = (<double *>(at + i * step))[0]
        n -= m
        if n == 0:
            return
        contiguous += m * item
        at -= index[inner] * step
        index[inner] = 0
        for d in range(job.ndim - 2, -1, -1):
            index[d] += 1
            at += operand.step[d]
            if index[d] < job.shape[d]:
                break
            at -= operand.step[d] * job.shape[d]
            index[d] = 0


cdef void see(Job *job, PyObject *out, PyObject *a, PyObject *b) noexcept:
    """The operands, NULL for those that there are not; neighbouring dimensions merged where all operands allow it."""
    cdef PyObject **given = [out, a, b]
    cdef Py_ssize_t *shape = fa_shape(a)
    cdef int i, k, j = 0
    cdef bint merged
    job.inputs = 2 if b else 1
    job.writes = out != NULL
    for k in range(3):
        if not given[k]:
            given[k] = a
        job.operand[k].data = fa_data(given[k])
        job.operand[k].whole = fa_flags(given[k]) & cnp.NPY_ARRAY_C_CONTIGUOUS
    job.ndim = 1
    job.shape[0] = 1
    for k in range(3):
        job.operand[k].step[0] = job.itemsize
    for i in range(fa_ndim(a)):
        if shape[i] == 1:
            continue
        merged = True
        for k in range(3):
            merged = merged and job.operand[k].step[j] == fa_steps(given[k])[i] * shape[i]
        if merged:
            job.shape[j] *= shape[i]
        elif job.shape[j] == 1:
            job.shape[j] = shape[i]
        else:
            j += 1
            job.shape[j] = shape[i]
        for k in range(3):
            job.operand[k].step[j] = fa_steps(given[k])[i]
    job.ndim = j + 1


# ------------------------------------------------------------------------------------------------ sums

cdef int total_up(Job *job, int cost, double *few, Py_ssize_t room) except -1:
    """Run a job with sums; then they are job.hi + job.lo, of job.c elements. `few` is memory, zeros, for small ones."""
    cdef Py_ssize_t size = job.slots * job.columns * job.itemsize
    cdef Py_ssize_t weights = job.width * job.itemsize if spread_weight(job) else 0
    cdef char *memory = <char *>few
    cdef char *given = job.weight
    if 2 * size + weights > room:
        memory = <char *>calloc(2 * size + weights, 1)
        if memory == NULL:
            raise MemoryError(f"{2 * size + weights} bytes for sums")
    job.hi, job.lo = memory, memory + size
    if weights:
        job.weight = memory + 2 * size
        spread(job, given, job.weight)
    run_job(job, cost)
    if job.slots * job.columns < KEEP_GIL_BELOW:
        merge_sums(job)
    else:
        with nogil:
            merge_sums(job)
    job.weight = given
    return 0


cdef void merge_sums(const Job *job) noexcept nogil:
    """Those of the tasks, then those of the columns of a channel, in order."""
    cdef Py_ssize_t s, i, j, item = job.itemsize, wide = job.c * job.inner
    for s in range(1, job.slots):
        i = s * job.columns * item
        job.merge(job.hi, job.lo, job.hi + i, job.lo + i, job.columns)
    if not job.down:
        return
    for s in range(1, job.width // wide):
        i = s * wide * item
        job.merge(job.hi, job.lo, job.hi + i, job.lo + i, wide)
    if job.inner == 1:
        return
    for i in range(job.c):
        s = i * job.inner * item
        for j in range(i * job.inner + 1, (i + 1) * job.inner):
            job.merge(job.hi + s, job.lo + s, job.hi + j * item, job.lo + j * item, 1)
        memcpy(job.hi + i * item, job.hi + s, item)
        memcpy(job.lo + i * item, job.lo + s, item)


cdef void spread(const Job *job, const char *given, char *to) noexcept nogil:
    """The parameters of the channels, for each column."""
    cdef Py_ssize_t j, item = job.itemsize
    for j in range(job.width):
        memcpy(to + j * item, given + j // job.inner % job.c * item, item)


cdef void round_sums(const Job *job, real *out, const real *divisor) noexcept nogil:
    """hi + lo, rounded; lo says nothing where hi is infinite. divisor: NULL, or what the sums are divided by."""
    cdef Py_ssize_t i
    cdef real total
    for i in range(job.c):
        total = (<real *>job.hi)[i]
        if total - total == 0:
            total += (<real *>job.lo)[i]
        out[i] = total / divisor[i] if divisor else total


# ------------------------------------------------------------------------------------------------ arrays in and out

cdef object as_inputs(str function, tuple names, object a, object b):
    """(a, b, dtype of the result): arrays that the kernels can read, of one shape; b may be None."""
    if ready(<PyObject *>a) and (
        len(names) == 1 if b is None else alike(<PyObject *>b, <PyObject *>a) and ready(<PyObject *>b)
    ):
        return a, b, None
    given = (a,) if len(names) == 1 else (a, b)
    arrays = [as_ndarray(function, name, value) for name, value in zip(names, given)]
    numbers = [value if type(value) in (float, int, bool) else array for value, array in zip(given, arrays)]
    dtype = LOOPS[np.result_type(*numbers).char]
    work = np.dtype(np.float32) if dtype.char == "e" else dtype
    shape = common_shape(function, dict(zip(names, arrays)))
    with np.errstate(all="ignore"):
        arrays = [np.require(array, work, "A") for array in arrays]
    arrays = [array if array.shape == shape else np.broadcast_to(array, shape) for array in arrays]
    return arrays[0], arrays[1] if len(arrays) > 1 else None, dtype


cdef void bounds_of(PyObject *a, uintptr_t *low, uintptr_t *high) noexcept:
    cdef int i
    low[0] = high[0] = <uintptr_t>fa_data(a)
    for i in range(fa_ndim(a)):
        if fa_shape(a)[i] == 0:
            high[0] = low[0]
            return
        if fa_steps(a)[i] < 0:
            low[0] += <uintptr_t>((fa_shape(a)[i] - 1) * fa_steps(a)[i])
        else:
            high[0] += <uintptr_t>((fa_shape(a)[i] - 1) * fa_steps(a)[i])
    high[0] += cnp.PyArray_ITEMSIZE(<cnp.ndarray>a)


cdef bint touch(PyObject *a, PyObject *b) noexcept:
    """May they have memory in common?"""
    cdef uintptr_t low[2]
    cdef uintptr_t high[2]
    bounds_of(a, &low[0], &high[0])
    bounds_of(b, &low[1], &high[1])
    return low[0] < high[1] and low[1] < high[0]


cdef bint share(PyObject *a, PyObject *b) except -1:
    """Have they memory in common? Where it takes too long to say: may they?"""
    if not touch(a, b):
        return False
    try:
        return np.shares_memory(<object>a, <object>b, max_work=1 << 16)
    except (np.exceptions.TooHardError, OverflowError):
        return True


cdef bint clash(PyObject *out, PyObject *a) except -1:
    """Would writing to out spoil elements of a that are still to be read?"""
    cdef bint same = fa_data(out) == fa_data(a)
    cdef int i
    for i in range(fa_ndim(out)):
        same = same and (fa_steps(out)[i] == fa_steps(a)[i] or fa_shape(out)[i] == 1)
    if same:
        return False
    return share(out, a)


cdef object as_target(str function, object out, object a, object b, str name="out"):
    """Where the kernels write: out, a new array if there is none, or one whose contents go to out later."""
    cdef PyObject *to = <PyObject *>out
    cdef int i
    cdef bint direct
    if out is not None:
        direct = alike(to, <PyObject *>a) and ready(to) and fa_flags(to) & cnp.NPY_ARRAY_WRITEABLE
        if direct:
            for i in range(fa_ndim(to)):
                direct = direct and (fa_steps(to)[i] or fa_shape(to)[i] < 2)
        if direct and not clash(to, <PyObject *>a) and (b is None or not clash(to, <PyObject *>b)):
            return out
        check_out(function, out, (<object>a).shape, name)
    if fa_flags(<PyObject *>a) & cnp.NPY_ARRAY_C_CONTIGUOUS:
        return fa_new(<PyObject *>a, False)
    return fa_new_like(<PyObject *>a)


cdef int check_sums_out(str function, str name, object out, object given, object first) except -1:
    """Of the array that sums go to, one for each of the parameters `given`; first: the other out, or None."""
    cdef PyObject *to = <PyObject *>out
    cdef bint fits = ready(to) and fa_flags(to) & cnp.NPY_ARRAY_WRITEABLE
    if type(given) is tuple:
        fits = fits and out.shape == given
    else:
        fits = fits and fa_is_array(<PyObject *>given) and alike(to, <PyObject *>given)
    if not fits:
        check_out(function, out, given if type(given) is tuple else np.shape(given), name)
    if first is not None and share(to, <PyObject *>first):
        raise ValueError(f"{function}: {name} overlaps out")
    return 0


# ------------------------------------------------------------------------------------------------ one for each channel

cdef struct Channels:
    Py_ssize_t n, c, inner
    bint reordered  # the axes must be, see channels_last
    double wide  # a single parameter
    float single


cdef object by_axis(str function, str name, object value, object axis, PyObject *a, Channels *channels):
    """n, c and l for an array of shape[axis] parameters. axis 1 of a one-dimensional array is its only one."""
    cdef int ndim = fa_ndim(a), i
    cdef Py_ssize_t k
    try:
        k = axis
    except (TypeError, OverflowError):
        raise TypeError(f"{function}: axis must be an int, not {axis!r}") from None
    if k == 1 and ndim == 1:
        k = 0
    if not -ndim <= k < ndim:
        raise ValueError(f"{function}: axis = {axis} is out of range for an array of {ndim} dimensions")
    if k < 0:
        k += ndim
    if value is not None and fa_shape(<PyObject *>value)[0] != fa_shape(a)[k]:
        raise ValueError(f"{function}: {name} has shape {value.shape}, which is not ({fa_shape(a)[k]},), the length of "
                         f"axis {axis}")
    channels.n = channels.inner = 1
    channels.c = fa_shape(a)[k]
    for i in range(k):
        channels.n *= fa_shape(a)[i]
    for i in range(k + 1, ndim):
        channels.inner *= fa_shape(a)[i]


cdef object by_shape(str function, str name, tuple given, tuple shape, Channels *channels):
    """n, c and l for parameters that broadcast."""
    padded = (1,) * (len(shape) - len(given)) + given
    if len(padded) > len(shape) or any([m not in (1, n) for m, n in zip(padded, shape)]):
        raise ValueError(f"{function}: {name} has shape {given}, which does not broadcast to {shape}")
    own = [i for i, m in enumerate(padded) if m != 1]
    first, last = (min(own), max(own)) if own else (len(shape), -1)
    channels.reordered = bool([i for i in range(first, last + 1) if padded[i] != shape[i]])
    channels.n = channels.c = channels.inner = 1
    for i, n in enumerate(shape):
        if padded[i] != 1 or (first < i < last and not channels.reordered):
            channels.c *= n
        elif i < first or channels.reordered:
            channels.n *= n
        else:
            channels.inner *= n


cdef list channels_last(object array, tuple given):
    """The order of the axes in which those of parameters of this shape are the last ones."""
    ahead = array.ndim - len(given)
    own = [ahead + i for i, m in enumerate(given) if m != 1]
    return [i for i in range(array.ndim) if i not in own] + own


cdef object as_weight(str function, str name, object value, object axis, PyObject *a, Channels *channels):
    """The parameters as a contiguous array of the dtype of a, or None for a single one: that is in `channels`.

    axis None: by broadcasting. Else a one-dimensional array goes along the axis.
    """
    cdef PyObject *array
    channels.reordered = False
    channels.n = channels.c = 1
    channels.inner = cnp.PyArray_SIZE(<cnp.ndarray>a)
    if fa_is_real_scalar(value):
        channels.wide = real_number(function, name, value)
        channels.single = <float>channels.wide
        return None
    if not ready(<PyObject *>value):
        if is_foreign(value) or isinstance(value, np.ma.MaskedArray):
            raise not_handled(function, name, value)
        value = as_param(function, name, value)
        if type(value) is float:
            channels.wide = value
            channels.single = <float>channels.wide
            return None
    array = <PyObject *>value
    if fa_ndim(array) == 1 and axis is not None and fa_shape(array)[0] != 1:
        by_axis(function, name, value, axis, a, channels)
    elif cnp.PyArray_SIZE(value) != 1 or fa_ndim(array) > max(fa_ndim(a), 1):
        by_shape(function, name, (<object>value).shape, (<object>a).shape, channels)
    if fa_type(array) != fa_type(a) or not ready(array) or not fa_flags(array) & cnp.NPY_ARRAY_C_CONTIGUOUS:
        with np.errstate(all="ignore"):
            value = np.require(value, (<object>a).dtype, "CA")
    if channels.c == 1:
        channels.single = channels.wide = 0
        if cnp.PyArray_SIZE(value) == 1:
            channels.wide = value.item()
            channels.single = <float>channels.wide
            return None
    return value


cdef void start_job(Job *job, int what, PyObject *out, PyObject *a, PyObject *b) noexcept:
    job.what = what
    job.dtype, job.itemsize = (FA_F32, 4) if fa_type(a) == cnp.NPY_FLOAT else (FA_F64, 8)
    job.merge = in_use.table[job.dtype].merge
    job.hi = job.lo = NULL
    job.weight = NULL
    see(job, out, a, b)


cdef inline void set_weight(Job *job, PyObject *weight, Channels *channels) noexcept:
    if weight != <PyObject *>None:
        job.weight = fa_data(weight)
    else:
        job.weight = <char *>&channels.single if job.dtype == FA_F32 else <char *>&channels.wide
    cut_up(job, channels.n, channels.c, channels.inner)


cdef int run_each(Job *job, int cost) except -1:
    """A job without sums."""
    cdef double few[WIDE * 2]
    cdef char *memory = NULL
    cdef char *given = job.weight
    if spread_weight(job):
        memory = <char *>few
        if job.width * job.itemsize > <Py_ssize_t>sizeof(few):
            memory = <char *>calloc(job.width, job.itemsize)
            if memory == NULL:
                raise MemoryError(f"{job.width * job.itemsize} bytes for parameters")
        spread(job, given, memory)
        job.weight = memory
    run_job(job, cost)
    if memory != NULL and memory != <char *>few:
        free(memory)
    return 0


cdef object run_sums(Job *job, int cost, Channels *channels, object like, object given, object dtype, object out,
                     bint divide):
    """A job with sums; they are returned in the shape of `given`, the parameters, or in out."""
    cdef double few[WIDE]
    cdef Py_ssize_t n = channels.n * channels.c * channels.inner
    cdef void *divisor = NULL
    cdef object target = out
    cdef bint direct = (
        out is not None
        and ready(<PyObject *>out)
        and fa_type(<PyObject *>out) == fa_type(<PyObject *>like)
        and fa_flags(<PyObject *>out) & cnp.NPY_ARRAY_C_CONTIGUOUS
    )
    cdef double number = 0  # of either type
    cdef bint single = out is None and dtype is None and fa_is_real_scalar(given)
    cdef void *to = &number
    if not direct and not single:
        target = np.zeros(given if type(given) is tuple else np.shape(given), (<object>like).dtype)
    if not single:
        to = fa_data(<PyObject *>target)
    if n == 0:
        if not single:
            target[...] = 0
            return delivered(target, out, dtype)
        return fa_scalar(to, fa_type(<PyObject *>like))
    memset(few, 0, sizeof(few))
    if divide:
        divisor = job.weight
    total_up(job, cost, few, sizeof(few))
    if job.dtype == FA_F32:
        round_sums[float](job, <float *>to, <float *>divisor)
    else:
        round_sums[double](job, <double *>to, <double *>divisor)
    if job.hi != <char *>few:
        free(job.hi)
    if single:
        return fa_scalar(to, fa_type(<PyObject *>like))
    return delivered(target, out, dtype)
