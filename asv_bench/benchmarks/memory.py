"""Bytes that a call allocates at its peak, as tracemalloc sees them (Python's and NumPy's): 0 where it works in place.

A forward pass writes over x, a backward pass over the gradient. Where the result has another shape, or is no array, it
goes where the statement of `speed` puts it. `training` is the peak of a process that trains.
"""

from . import common, network

_METHOD = 1
_SIZES, _SHAPES = [1 << 18], ["256x1024"]  # enough for threads


def _bytes(case, kind):
    def prepare(*params):
        place = common.Place.of(case.name, kind, *params)
        common.require(place)
        return common.Arrays(place, ["fastact"]).call("fastact")

    return common.benchmark(
        prepare, common.timing.peak_of, common.source_of(case, kind, "fastact"), _METHOD, unit="bytes"
    )


def _kinds(case):
    """In place where it can be."""
    return [kind for kind in case.kinds if kind != "forward" or "inplace" not in case.kinds]


common.make(
    globals(),
    lambda case: {f"track_bytes_{kind}": _bytes(case, kind) for kind in _kinds(case)},
    threads=common.PROFILE.threads,
    sizes=_SIZES,
    shapes=_SHAPES,
)


class training:  # noqa: N801 - it is the name on the pages
    """The network of examples/digits_mlp.py."""

    timeout, version = common.TIMEOUT, "1"

    def setup(self):
        self.step = network.step(network.LARGE, 1024)

    def peakmem_step(self):
        """A step of 1024 rows through two layers of 1024 units."""
        self.step()
