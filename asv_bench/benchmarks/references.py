"""The time of NumPy's and SciPy's statements for the same passes on the same data."""

from . import common

_METHOD = 1


def _time(case, kind, library):
    def prepare(*params):
        place = common.Place.of(case.name, kind, *params)
        if case.saved and kind.startswith("backward"):
            common.require(place)
        return common.Arrays(place, [library]).timers()[library]

    return common.timed(prepare, common.source_of(case, kind, library), _METHOD)


common.make(
    globals(),
    lambda case: {
        f"time_{library}_{kind}": _time(case, kind, library)
        for library in ("numpy", "scipy")
        for kind in case.kinds
        if case.text(library, kind)
    },
)
