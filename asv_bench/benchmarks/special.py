"""The time of a forward pass on special data over that on ordinary data, in turns: 1 where nothing is slower.

Of the input every second element, at random, is a NaN, an infinity of either sign, or a subnormal number.
"""

import numpy as np

from . import common

_METHOD = 1
_SIZES, _SHAPES = [1 << 16], ["64x1000"]


def _subnormals(random, dtype, n):
    info = np.finfo(dtype)
    return (random.integers(1, 1 << info.nmant, n) * float(info.smallest_subnormal)).astype(dtype)


DATA = {
    "nan": lambda random, dtype, n: np.full(n, np.nan, dtype),
    "inf": lambda random, dtype, n: np.full(n, np.inf, dtype),
    "subnormal": _subnormals,
}


def _fill(a, data):
    random = np.random.default_rng(0)
    chosen = random.random(a.shape) < 0.5
    values = DATA[data](random, a.dtype, int(chosen.sum()))
    a[chosen] = values * random.choice(np.array([-1, 1], a.dtype), values.size)


def _ratio(case, data):
    def prepare(*params):
        place = common.Place.of(case.name, "forward", *params)
        common.require(place)
        special, ordinary = common.Arrays(place, ["fastact"]), common.Arrays(place, ["fastact"])
        _fill(special.arrays[case.layout.source], data)
        return {"special": special.timers()["fastact"], "ordinary": ordinary.timers()["fastact"]}

    source = f"{common.source_of(case, 'forward', 'fastact')}\n# {data} / ordinary"
    return common.benchmark(prepare, common.ratio, source, _METHOD, unit="special / ordinary")


common.make(
    globals(),
    lambda case: {f"track_ratio_{data}": _ratio(case, data) for data in DATA},
    sizes=_SIZES,
    shapes=_SHAPES,
)
