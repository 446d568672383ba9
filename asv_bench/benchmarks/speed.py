"""The time of fastact's functions: each pass, into a second buffer or in place."""

from . import common

_METHOD = 1


def _time(case, kind):
    def prepare(*params):
        place = common.Place.of(case.name, kind, *params)
        common.require(place)
        return common.Arrays(place, ["fastact"]).timers()["fastact"]

    return common.timed(prepare, common.source_of(case, kind, "fastact"), _METHOD)


common.make(
    globals(),
    lambda case: {f"time_{kind}": _time(case, kind) for kind in case.kinds},
    threads=common.PROFILE.threads,
)
