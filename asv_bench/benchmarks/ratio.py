"""fastact's time over that of a library, or over an in-place multiply: in turns, in one process, smaller is better.

What slows the machine down slows both, so these numbers are steadier than times: regressions are found by them.
"""

from . import common

_METHOD = 1


def _ratio(case, kind, library):
    def prepare(*params):
        place = common.Place.of(case.name, kind, *params)
        common.require(place)
        return common.Arrays(place, ["fastact", library]).timers()

    source = common.source_of(case, kind, "fastact", library)
    return common.benchmark(prepare, common.ratio, source, _METHOD, unit=f"fastact / {library}")


common.make(
    globals(),
    lambda case: {
        f"track_ratio_{library}_{kind}": _ratio(case, kind, library)
        for kind in case.kinds
        for library in common.LIBRARIES
        if common.text_of(case, kind, library)
    },
)
