"""The largest error in ULP on a fixed sample, by the references of `python -m fastact verify`.

The sample of an elementwise function is chosen to hurt: kinks, zeros, tails, subnormals, infinities; that of the others
is random rows. The exact results (mpmath; for float32 float64) are computed once, in setup_cache.
"""

import numpy as np

from . import checkout, common

_verify, _functions = checkout.load("_verify"), checkout.load("_verify_functions")
_registry = checkout.load("_registry")
_METHOD = 1
_POINTS = 200  # some corners of each function come on top
_ROWS, _LENGTH = 6, 50
DTYPES = ("float32", "float64")


def _batch(name, kind, dtype):
    keywords = tuple(_functions.FUNCTION_REFERENCES[name].keywords[0].items())
    shape = (_ROWS * _LENGTH, 1) if name in _functions.GATES else (_LENGTH, _ROWS)
    return _functions.Batch(name, kind, dtype, keywords, *shape)


def exact(name, kind, dtype):
    """The sample of a pass, and what measures its results."""
    if name in _registry.ROWS:
        job = _verify.job_of(name, kind, dtype)
        points = _verify.chosen_points(job, _POINTS)
        return points, [_verify.meter_of(job, points)]
    batch = _batch(name, kind, dtype)
    return batch, [meter for _, meter in _functions.expected_of(batch)]


def kinds(case):
    """The passes that have a reference."""
    entry = _functions.FUNCTION_REFERENCES.get(case.name)
    return [kind for kind in case.kinds if kind != "inplace" and (case.name in _registry.ROWS or kind in entry.passes)]


def _elementwise(case, kind, points):
    """By the statement that is timed, with a gradient of 1."""
    out = np.full_like(points, np.nan)
    names = {"x": points, "s": points, "g": np.ones_like(points), "y": out}
    text, names = common.timing.Fastact.statement(case, kind, names)
    with np.errstate(all="ignore"):
        exec(text, names)
    return [[out]]


def _largest(state):
    outputs, meters = state
    with np.errstate(all="ignore"):
        errors = [
            meter.errors(got.reshape(meter.high.shape)).max()
            for results in outputs
            for meter, got in zip(meters, results[: len(meters)], strict=True)
        ]
    return float(max(errors))


def _ulp(case, kind):
    def prepare(cache, dtype):
        common.require(common.Place(case.name, kind, dtype, (), None))
        sample, meters = cache[case.name, kind, dtype]
        if case.name in _registry.ROWS:
            return _elementwise(case, kind, sample), meters
        isa = checkout.load("_core").instruction_sets()["in_use"]
        return sample.outputs(isa), meters

    return common.benchmark(prepare, _largest, common.source_of(case, kind, "fastact"), _METHOD, unit="ULP")


def setup_cache():
    """The exact results."""
    measured = [case for case in common.CASES.values() if case.name in _REFERENCED]
    return {
        (case.name, kind, dtype): exact(case.name, kind, dtype)
        for case in measured
        for kind in kinds(case)
        for dtype in DTYPES
    }


setup_cache.timeout = 900
_REFERENCED = {*_registry.ROWS, *_functions.FUNCTION_REFERENCES}

common.make(
    globals(),
    lambda case: {f"track_ulp_{kind}": _ulp(case, kind) for kind in kinds(case)} if case.name in _REFERENCED else {},
    param_names=["dtype"],
    params=[[*DTYPES]],
)
