# How a call is shared among threads: how many may be used, whether they pay, and the one parallel loop. Included by
# _core.pyx. docs/threads.md has the measurements.

import sys
from contextvars import ContextVar

from cpython.contextvars cimport get_value

# Rows of these costs are worth a second thread from so many elements on, [cost][float32, float64]: no less than the
# largest crossover that `python -m fastact bench --crossover` prints for the class (131072, 46336; 16384, 5760; 5760,
# 2880 on two cores of Zen 5, where waking a sleeping thread takes another 20 us).
cdef Py_ssize_t[3][2] parallel_from
parallel_from[LIGHT][:] = [1 << 17, 3 << 14]
parallel_from[EXP][:] = [1 << 15, 1 << 14]
parallel_from[HEAVY][:] = [1 << 14, 1 << 13]
cdef bint backs_off = True


def _set_parallel_from(cost, Py_ssize_t n):
    """From how many float32 elements (half of it for float64) rows of this cost use threads. For measurements."""
    if n < 2:
        raise ValueError(f"n = {n} must be >= 2")
    parallel_from[COSTS.index(cost)][:] = [n, max(2, n // 2)]


def _get_parallel_from():
    """What `_set_parallel_from` sets."""
    return {cost: parallel_from[i][0] for i, cost in enumerate(COSTS)}


def _set_back_off(bint on):
    """Whether calls stay serial where threads did not pay. For tests and measurements. Returns what it was."""
    global backs_off
    was, backs_off = backs_off, on
    return was


def _learn(int kind, int64_t serial, int64_t total, int64_t now):
    """Tell this thread of a region. For tests."""
    fa_learn(kind, serial, total, now)


def _stays_serial(int kind):
    """Does the next call of this kind of work? For tests."""
    return bool(fa_stays_serial(kind))


# ------------------------------------------------------------------------------------------------ the limit

cdef class Block:
    """A `with fastact.threads(n)` that has been entered."""
    cdef readonly int n
    cdef object frame  # that entered it
    cdef public bint over

    def __init__(self, int n, frame):
        self.n, self.frame = n, frame


#: the blocks that are open in a context, the outermost first
blocks = ContextVar("fastact.threads", default=())
cdef bint any_block = False  # has there ever been one?


def enter_block(int n, frame=None):
    """Limit the threads of this context, and return what `leave_block` takes. frame: default is the caller's."""
    global any_block
    any_block = True
    block = Block(n, sys._getframe() if frame is None else frame)
    blocks.set((*blocks.get(), block))
    return block


def leave_block(Block block):
    """Blocks may end in any order, and in another context than that which began them."""
    if block in blocks.get():
        blocks.set(tuple([other for other in blocks.get() if other is not block]))
    else:
        block.over = True


cdef int limit_of_blocks() except -1:
    """That of the innermost block, 0 if there is none. Of several that are open those count whose code is running: a
    suspended generator may have left others. Allocates nothing."""
    cdef tuple opened = <tuple>get_value(blocks)
    cdef Py_ssize_t i, n = len(opened)
    cdef Block block
    if n > 1:
        frame = sys._getframe()
        while frame is not None:
            for i in range(n - 1, -1, -1):
                block = <Block>opened[i]
                if block.frame is frame and not block.over:
                    return block.n
            frame = frame.f_back
    for i in range(n - 1, -1, -1):
        block = <Block>opened[i]
        if not block.over:
            return block.n
    return 0


cdef int thread_limit() except -1:
    cdef int own = limit_of_blocks() if any_block else 0
    return fa_limited(own if own else fa_get_limit())


# ------------------------------------------------------------------------------------------------ a call

cdef struct Schedule:
    int threads
    int kind  # of work, for what is learned
    # of all the regions of a call, in ns: what they took, and would have taken on one thread
    int64_t start, own, serial, total

# Share i of a piece of work that is cut into so many.
ctypedef void (*Share)(void *work, int i, int shares) noexcept nogil


cdef int schedule(Schedule *s, int cost, int dtype, Py_ssize_t n) except -1:
    """How many threads for n elements of this cost?"""
    cdef Py_ssize_t threshold = parallel_from[cost][dtype], size = n // threshold
    s.threads, s.serial, s.total = 1, 0, 0
    if not size:
        return 0
    # at least half a threshold for each thread
    s.threads = <int>min(<Py_ssize_t>thread_limit(), n // (threshold // 2))
    if s.threads == 1 or not backs_off:
        return 0
    s.kind = 0
    while size > 1 and s.kind < 15:
        size //= 2
        s.kind += 1
    s.kind += 16 * cost
    if fa_stays_serial(s.kind):
        s.threads = 1
    return 0


cdef void parallel(Schedule *s, Share share, void *work, int shares) noexcept nogil:
    """A region: all shares of the work, on as many threads."""
    cdef int i
    cdef unsigned control
    if shares == 1:
        share(work, 0, 1)
        return
    control = fa_get_control()
    s.start = fa_now()
    for i in prange(shares, num_threads=shares, schedule="static"):
        run_share(s, share, work, i, shares, control)
    s.total += fa_now() - s.start
    s.serial += shares * s.own


cdef void run_share(Schedule *s, Share share, void *work, int i, int shares, unsigned control) noexcept nogil:
    """With the caller's rounding and treatment of subnormal numbers. The time of one share is taken without that of
    waking helpers, which a serial call does not need."""
    cdef unsigned own = fa_get_control()
    cdef int64_t start = fa_now() if i == 0 else 0
    if own != control:
        fa_set_control(control)
    share(work, i, shares)
    if own != control:
        fa_set_control(own)
    if i == 0:
        s.own = fa_now() - start


cdef inline void settle(const Schedule *s) noexcept nogil:
    """After the last region of a call."""
    if s.total and backs_off:
        fa_learn(s.kind, s.serial, s.total, fa_now())


cdef int run_shared(Share share, void *work, int cost, int dtype, Py_ssize_t n, Py_ssize_t most) except -1:
    """A call of one region, without the GIL: n elements of this cost, in at most so many shares."""
    cdef Schedule s
    schedule(&s, cost, dtype, n)
    with nogil:
        parallel(&s, share, work, <int>min(<Py_ssize_t>s.threads, most))
        settle(&s)
    return 0
