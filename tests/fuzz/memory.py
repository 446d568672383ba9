"""Arrays of every layout, in memory that is watched: guard bytes around them, or pages that must not be touched."""

import ctypes
import mmap

import numpy as np

GUARD = 0xFF  # as a float NaN: what is read from between the elements shows in the results
MARGIN = 192  # bytes on both sides
LIBC = ctypes.CDLL(None, use_errno=True)


def fenced(n_bytes):
    """(whole, usable): pages that may be used, between two that may not."""
    page = mmap.PAGESIZE
    size = -(-n_bytes // page) * page
    area = mmap.mmap(-1, size + 2 * page)
    start = ctypes.addressof(ctypes.c_char.from_buffer(area))
    for place in (start, start + page + size):
        if LIBC.mprotect(ctypes.c_void_p(place), page, 0):
            raise OSError(ctypes.get_errno(), "mprotect")
    return area, np.frombuffer(area, np.uint8, size, page)


class Pool:
    """Fenced areas for the operands of a call."""

    def __init__(self, count=10, n_bytes=1 << 20):
        self.areas = [fenced(n_bytes) for _ in range(count)]
        self.used = 0

    def take(self, n_bytes):
        """Usable bytes, or None if there are no such."""
        if self.used == len(self.areas) or n_bytes > len(self.areas[self.used][1]):
            return None
        self.used += 1
        return self.areas[self.used - 1][1]


class Place:
    """The memory of one operand, or of some that share it."""

    def __init__(self, n_bytes, rng, pool=None, misaligned=0):
        area, self.pages = None, ""
        if pool is not None:
            area = pool.take(n_bytes + 64)
        if area is None:
            lead = MARGIN + 8 * int(rng.integers(0, 9))
            self.bytes = np.full(lead + n_bytes + misaligned + MARGIN, GUARD, np.uint8)
            lead -= self.bytes.ctypes.data % 8  # aligned, whatever the allocation is
            self.first = lead + misaligned
        else:
            at_end = bool(rng.integers(0, 2))
            self.pages = "before a page" if at_end else "behind a page"
            room = min(len(area), n_bytes + MARGIN)
            self.bytes = area[len(area) - room :] if at_end else area[:room]
            self.bytes[:] = GUARD
            # a size that is no multiple of the alignment cannot end with the page
            start = (len(area) - n_bytes) // 8 * 8 - (len(area) - room) if at_end else 0
            self.first = start if not misaligned else start - 8 + misaligned if at_end else misaligned
        self.before = None

    def view(self, shape, dtype, steps, shift=0):
        """The array of these steps; shift: bytes between its lowest element and the beginning."""
        low = -sum(min(0, (n - 1) * step) for n, step in zip(shape, steps, strict=True) if n > 0)
        return np.ndarray(shape, dtype, self.bytes, self.first + shift + (low if 0 not in shape else 0), steps)

    def twin(self, array, memory):
        """The view of other memory that array is of this one."""
        offset = array.ctypes.data - self.bytes.ctypes.data
        return np.ndarray(array.shape, array.dtype, memory, offset, array.strides)


def extent(shape, steps, itemsize):
    """How many bytes from the lowest to the highest."""
    return 0 if 0 in shape else sum(abs(step) * (n - 1) for n, step in zip(shape, steps, strict=True)) + itemsize


def steps_of(shape, itemsize, order, first=1, gaps=(), signs=(), repeated=()):
    """Steps with the axes in this order, outermost first. first: of the innermost in elements; gaps: elements more."""
    steps, step = [0] * len(shape), first * itemsize
    for at, axis in enumerate(reversed(order)):
        if axis in repeated:
            continue
        steps[axis] = step * (signs[axis] if signs else 1)
        step = step * max(shape[axis], 1) + (gaps[at] * itemsize if gaps else 0)
    return tuple(steps)


def random_steps(rng, shape, itemsize, repeated=(), first=None):
    """Any order, any sign, with gaps or without."""
    ndim = len(shape)
    axes = list(range(ndim))
    order = [axes, axes[::-1], rng.permutation(ndim).tolist()][rng.choice(3, p=[0.5, 0.2, 0.3])]
    if first is None:
        first = int(rng.choice([1, 1, 1, 2, 3]))
    gaps = rng.choice([0, 0, 0, 1, 5], ndim).tolist() if rng.random() < 0.5 else ()
    signs = rng.choice([1, -1], ndim).tolist() if rng.random() < 0.4 else ()
    return steps_of(shape, itemsize, order, first, gaps, signs, repeated)


def named_steps(name, shape, itemsize):
    """(steps, misaligned) of the layouts that a sweep goes through; None if it is no layout for this shape."""
    axes = list(range(len(shape)))
    plain = steps_of(shape, itemsize, axes)
    if name in ("C", "offset", "unaligned"):
        return plain, {"C": 0, "offset": itemsize, "unaligned": 1}[name]
    if name == "Fortran":
        return steps_of(shape, itemsize, axes[::-1]), 0
    if name == "turned":
        return steps_of(shape, itemsize, axes[1:] + axes[:1]), 0
    if name == "backwards":
        return steps_of(shape, itemsize, axes, signs=[-1] * len(axes)), 0
    if name == "rows backwards":
        return steps_of(shape, itemsize, axes, signs=[-1] * (len(axes) - 1) + [1] * bool(axes)), 0
    if name == "columns backwards":
        return steps_of(shape, itemsize, axes, signs=[1] * (len(axes) - 1) + [-1] * bool(axes)), 0
    if name == "every other":
        return steps_of(shape, itemsize, axes, first=2), 0
    if name == "rows apart":
        return steps_of(shape, itemsize, axes, gaps=[3] + [0] * len(axes)), 0
    raise ValueError(name)


LAYOUTS = ("C", "offset", "unaligned", "Fortran", "turned", "backwards", "rows backwards", "columns backwards",
           "every other", "rows apart")  # fmt: skip
