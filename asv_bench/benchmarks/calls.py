"""What a call costs: the time of one on 16 elements, or 10 along an axis; np.tanh's stands beside them."""

from . import common

_METHOD = 1
_SIZES, _SHAPES = [16], ["1x10"]


def _time(case):
    def prepare(*params):
        place = common.Place.of(case.name, "forward", *params)
        common.require(place)
        return common.Arrays(place, ["fastact"]).timers()["fastact"]

    return common.timed(prepare, common.source_of(case, "forward", "fastact"), _METHOD)


def _time_of_numpy():
    def prepare(*params):
        return common.Arrays(common.Place.of("tanh", "forward", *params), ["numpy"]).timers()["numpy"]

    return common.timed(prepare, common.source_of(common.CASES["tanh"], "forward", "numpy"), _METHOD)


common.make(globals(), lambda case: {"time_call": _time(case)}, sizes=_SIZES, shapes=_SHAPES)
_names, _params = common.parameters(common.CASES["tanh"], sizes=_SIZES)
numpy_tanh = type("numpy_tanh", (), {"param_names": _names, "params": _params, "time_call": _time_of_numpy()})
