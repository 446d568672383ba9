"""What the fuzzer calls: for each family a function that makes a random call, and says what its results should be."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import fastact
from fastact._reference_functions import FUNCTION_REFERENCES, Exact, Meter
from fastact._registry import ROWS
from fastact._verify import Job, meter_of

KINDS = ("forward", "backward", "backward_y")
LENGTHS = (1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 65, 100, 130, 257, 1000, 4100)
INTEGERS = ("i1", "u1", "i2", "i4", "u4", "i8", "u8")


@dataclass
class Call:
    """One call of a public function, with plain arrays, and how it may be varied without another result."""

    name: str
    inputs: dict[str, np.ndarray]
    run: Callable[[Mapping[str, Any], Mapping[str, Any]], Any]
    """Of inputs and outs, which may be some or none of them: the results by name."""
    outs: dict[str, tuple[tuple[int, ...], np.dtype]] = field(default_factory=dict)
    together: bool = False
    """All of the outs, or none of them."""
    contiguous: tuple[str, ...] = ()
    """The outs that must be."""
    casts: bool = False
    """Outs may have another dtype."""
    keeps: str = ""
    """The input that says which elements of out are written; then out must be given."""
    judge: Callable[[Mapping[str, np.ndarray]], list[str]] | None = None
    """Of the results: what is wrong with them."""


class Draw:
    """Random choices for one call."""

    def __init__(self, rng, measured=None):
        self.rng = rng
        self.measured = rng.random() < 0.2 if measured is None else measured
        self.dtype = np.dtype(rng.choice(["f2", "f4", "f8"], p=[0.2, 0.4, 0.4]))
        self.spoiled = not self.measured and rng.random() < 0.4
        self.most = 60 if self.measured else int(rng.choice([64, 3000, 20000], p=[0.4, 0.3, 0.3]))

    @property
    def casts(self):
        """Of float16 what was computed in float32 goes to a wider out."""
        return self.dtype != np.float16

    def chance(self, p):
        return self.rng.random() < p

    def one(self, values):
        return values[int(self.rng.integers(len(values)))]

    def shape(self, least=0, ndim=None):
        """Up to four dimensions with at most so many elements, some of length 1 or 0."""
        if ndim is None:
            ndim = int(self.rng.choice([0, 1, 2, 3, 4], p=[0.04, 0.26, 0.3, 0.25, 0.15]))
        left, shape, least = self.most, [], max(least, self.measured)
        for _ in range(max(ndim, least)):
            n = self.one([n for n in LENGTHS if n <= max(left, 1)])
            n = 1 if self.chance(0.08) else 0 if not self.measured and self.chance(0.01) else n
            shape.append(n)
            left //= max(n, 1)
        return tuple(self.rng.permutation(shape).tolist())

    def values(self, shape, scale=None):
        """Numbers, and if `spoiled` every special one among them."""
        dtype, n = self.dtype, math.prod(shape)
        info = np.finfo(dtype)
        scale = self.one([0.1, 1, 3, 30]) if scale is None else scale
        v = self.rng.normal(size=n) * scale
        if self.spoiled and n:
            special = [0, -0.0, np.inf, -np.inf, np.nan, info.tiny, -info.tiny, info.smallest_subnormal, info.tiny / 2,
                       -info.smallest_subnormal, info.max, -info.max, 1, -1, 3, -3, 6, 0.5, -0.5]  # fmt: skip
            at = self.rng.random(n) < self.one([0.02, 0.3])
            v[at] = self.rng.choice(special, int(at.sum()))
        return v.astype(dtype).reshape(shape)

    def array(self, shape, scale=None, repeated=0.15):
        """Values, sometimes repeated along some axes."""
        if shape and self.chance(repeated):
            small = tuple(1 if self.chance(0.5) else n for n in shape)
            return np.broadcast_to(self.values(small, scale), shape)
        return self.values(shape, scale)

    def gradient(self, shape):
        return np.ones(shape, self.dtype) if self.measured else self.array(shape)

    def parameter_shape(self, shape):
        """One that broadcasts."""
        given = tuple(1 if self.chance(0.4) else n for n in shape)
        return given[int(self.rng.integers(len(shape) + 1)) :] if shape else ()

    def any_axis(self, ndim, several=True):
        if several and self.chance(0.15):
            axes = self.rng.permutation(ndim)[: 1 + int(self.rng.integers(ndim))].tolist()
            return None if self.chance(0.3) else tuple(axes)
        return int(self.rng.integers(-ndim, ndim))


def public(name):
    """Looked up when it is called, so that a test can put something else there."""
    return getattr(fastact, name)


def out_of(outs, name="out"):
    return {name: outs[name]} if name in outs else {}


def judged(entry, kind, dtype, arrays, got, result=None):
    """What is beyond the bounds of a function that is not elementwise, by its reference in mpmath."""
    reference, m, found = FUNCTION_REFERENCES[entry].passes[kind], Exact(400), []
    dtype = np.dtype(dtype).name
    with np.errstate(all="ignore"):
        expected = reference.evaluate(m, dtype, arrays)
        kinds = reference.results or (kind,) * len(expected)
        for e, g, k in zip(expected, got, kinds, strict=False):
            bound = FUNCTION_REFERENCES[entry].bound(dtype, k)
            if bound is None or g is None:
                continue
            errors = Meter(m, e, dtype).errors(np.asarray(g).reshape(np.shape(e.value)))
            if errors.size and not errors.max() <= bound:
                at = np.unravel_index(int(np.argmax(errors)), errors.shape)
                exact = float(np.asarray(e.value)[at])
                value = np.asarray(g).reshape(errors.shape)[at]
                found.append(f"{entry} {k}: {errors.max():.3g} ULP > {bound}: {value!r}, not {exact!r}")
    return found


def lines(a, axis):
    """The rows along an axis, as a matrix."""
    a = np.moveaxis(np.asarray(a), axis, -1)
    return a.reshape(-1, a.shape[-1])


# --- elementwise ------------------------------------------------------------------------------------------------------


def legal(row, kind, dtype):
    """Parameters that keep their rules in this dtype."""
    from fastact._reference import REFERENCES

    tiny, most = float(np.finfo(dtype).tiny), float(np.finfo(dtype).max)
    sets = [p for p in REFERENCES[row.name].test_params if all(v == 0 or tiny < abs(v) < most for v in p)]
    sets = [tuple(float(dtype.type(p)) for p in params) for params in sets]
    return [p for p in sets if kind != "backward_y" or row.takes_y(*p)] or [tuple(p.default for p in row.params)]


def elementwise(d):
    row = d.one(list(ROWS.values()))
    kind = d.one([k for k in KINDS if k != "backward_y" or row.from_y])
    sets = legal(row, kind, d.dtype)
    shape, params = d.shape(), d.one(sets)
    inputs = {"x": d.array(shape, repeated=0.15 * (not d.measured))}
    if kind == "backward_y":
        with fastact.threads(1):
            inputs["x"] = np.asarray(row.forward(np.array(inputs["x"]), *params))
    if kind != "forward":
        inputs = {"grad": d.gradient(shape), **inputs}
    names = [p.name for p in row.params]
    arrays = bool(names) and not d.measured and d.chance(0.2)
    if arrays:
        given = d.parameter_shape(shape)
        which = d.rng.integers(len(sets), size=given)
        for i, name in enumerate(names):
            inputs[name] = np.array([p[i] for p in sets])[which].astype(d.dtype)
    masked = kind == "forward" and not d.measured and d.chance(0.08)
    if masked:
        inputs["where"] = d.rng.random(d.parameter_shape(shape)) < 0.6

    def run(v, outs):
        given = [v[name] for name in names] if arrays else params
        keywords = {**out_of(outs), **row.keywords(), **({"where": v["where"]} if masked else {})}
        if kind == "forward":
            return {"out": public(row.function)(v["x"], *given, **keywords)}
        f = public(f"{row.function}_backward")
        if kind == "backward":
            return {"out": f(v["grad"], v["x"], *given, **keywords)}
        return {"out": f(v["grad"], None, *given, y=v["x"], **keywords)}

    def judge(results):
        return judged_elementwise(row, kind, d.dtype, params, np.asarray(inputs["x"]), results["out"])

    return Call(f"{row.name} {kind} {d.dtype}{' arrays' if arrays else ''}", inputs, run, {"out": (shape, d.dtype)},
                casts=d.casts and not masked, keeps="where" if masked else "", judge=judge)  # fmt: skip


def judged_elementwise(row, kind, dtype, params, x, got):
    """Against mpmath at the points that are numbers; a NaN must be one still."""
    if dtype == np.float16 and params:
        return []  # they are rounded to float16
    x, got = np.ravel(x), np.ravel(got)
    numbers = ~np.isnan(x)
    found = [] if np.isnan(got[~numbers]).all() else [f"{row.name} {kind}: a NaN became a number"]
    if not numbers.any():
        return found
    narrow = dtype == np.float16
    job = Job(row.name, kind, "float64" if not narrow else "float32", params, ())
    meter = meter_of(job, x[numbers].astype(job.dtype))
    bound = row.bounds[dtype.name if not narrow else "float32", kind]
    if narrow:  # correctly rounded, but for what is beside the middle of two
        exact = meter.high + meter.low
        wanted = np.ldexp(exact, meter.exponents)
        unit = np.spacing(np.abs(np.clip(wanted, -65504, 65504)).astype(np.float16)).astype(float)
        near = np.clip(got[numbers].astype(float), -65536, 65536)
        errors = np.abs(near - np.clip(wanted, -65536, 65536)) / unit
        errors = np.where(meter.forgiven == np.inf, 0, np.where(np.isnan(errors), np.inf, errors))
        bound = 0.51 + bound * 2.0**-12
    else:
        if dtype == np.float32:
            exact_job = Job(row.name, kind, "float32", params, ())
            meter = meter_of(exact_job, x[numbers])
        errors = meter.errors(got[numbers])
    if not errors.max() <= bound:
        i = int(np.argmax(errors))
        found.append(f"{row.name}{params} {kind} at {x[numbers][i]!r}: {errors[i]:.3g} ULP > {bound}: "
                     f"{got[numbers][i]!r}, not {float(np.ldexp(meter.high, meter.exponents)[i])!r}")  # fmt: skip
    return found


# --- gates ------------------------------------------------------------------------------------------------------------


def gates(d):
    name = d.one(["glu", "swiglu", "geglu", "geglu_tanh", "geglu_sigmoid", "reglu", "bilinear", "seglu"])
    kind = d.one(KINDS if name == "glu" else KINDS[:2])
    function, _, variant = name.partition("_")
    keywords = {"approximate": variant} if variant else {}
    shape = d.shape()
    first = "y" if kind == "backward_y" else "value"
    inputs = {first: d.array(shape), "gate": d.array(shape)}
    if kind != "forward":
        inputs = {"grad": d.gradient(shape), **inputs}

    def run(v, outs):
        if kind == "forward":
            return {"out": public(function)(v["value"], v["gate"], **out_of(outs), **keywords)}
        pair = {"out": (outs["out"], outs["second"])} if outs else {}
        if kind == "backward_y":
            got = public("glu_backward")(v["grad"], None, v["gate"], y=v["y"], **pair)
        else:
            got = public(f"{function}_backward")(v["grad"], v["value"], v["gate"], **pair, **keywords)
        return {"out": got[0], "second": got[1]}

    def judge(results):
        if d.dtype == np.float16:
            return []
        return judged(name, kind, d.dtype, inputs, list(results.values()))

    outs = {"out": (shape, d.dtype)} if kind == "forward" else dict.fromkeys(("out", "second"), (shape, d.dtype))
    return Call(f"{name} {kind} {d.dtype}", inputs, run, outs, together=True, casts=d.casts, judge=judge)


# --- along an axis ----------------------------------------------------------------------------------------------------

SOFTMAXES = ("softmax", "softmin", "log_softmax")


def rows(d):
    """softmax and its kin."""
    name = d.one([*SOFTMAXES, "hardmax", "sparsemax", "entmax15", "gumbel_softmax"])
    kind = "forward" if name == "hardmax" else d.one(KINDS[:2])
    shape = d.shape(1)
    axis = d.any_axis(len(shape), several=not d.measured)
    keywords = {"axis": axis}
    hot = name in SOFTMAXES or name == "gumbel_softmax"
    temperature = d.one([1.0, 1.0, 0.7, 0.01, 30.0]) if hot else None
    if hot and temperature != 1:
        keywords["temperature"] = temperature
    x = d.array(shape, repeated=0)
    inputs = {"x": x}
    seed = {"seed": 5, **({"hard": True} if d.chance(0.2) else {})} if name == "gumbel_softmax" else {}
    masked = ""
    if kind == "forward":
        keywords.update(seed)
        if name not in ("hardmax", "gumbel_softmax") and not d.measured and d.chance(0.25):
            inputs["where"] = d.rng.random(d.parameter_shape(shape)) < d.one([0.2, 0.8])
            masked = " where"
        elif name in SOFTMAXES and len(shape) > 1 and not d.measured and d.chance(0.15):
            axis = keywords["axis"] = -1
            keywords["causal"], masked = True, " causal"
    else:
        with fastact.threads(1):
            forward = {k: v for k, v in seed.items() if k != "hard"}
            y = np.asarray(public(name)(x, **keywords, **forward))
        inputs = {"grad": d.array(shape), "y": y}

    def run(v, outs):
        more = {**keywords, **out_of(outs), **({"where": v["where"]} if "where" in v else {})}
        if kind == "forward":
            return {"out": public(name)(v["x"], **more)}
        return {"out": public(f"{name}_backward")(v["grad"], v["y"], **more)}

    def judge(results):
        if masked or d.dtype == np.float16 or "hard" in keywords or 0 in shape:
            return []
        arrays = {k: lines(v, axis) for k, v in inputs.items()}
        more = {k: v for k, v in keywords.items() if k in ("temperature", "seed")}
        if "seed" in more and axis not in (-1, len(shape) - 1):
            return []
        return judged(name, kind, d.dtype, {**arrays, **more}, [lines(results["out"], axis)])

    label = f"{name} {kind} {d.dtype}{masked}{' temperature' if 'temperature' in keywords else ''}"
    return Call(label, inputs, run, {"out": (shape, d.dtype)}, judge=judge)


def logsumexp(d):
    kind = d.one(KINDS[:2])
    shape = d.shape(1)
    axis = d.any_axis(len(shape), several=not d.measured)
    axes = [i % len(shape) for i in ((axis,) if isinstance(axis, int) else axis or range(len(shape)))]
    keep = kind == "backward" or d.chance(0.5)
    reduced = tuple(1 if i in axes else n for i, n in enumerate(shape) if keep or i not in axes)
    keywords = {"axis": axis, **({"keepdims": True} if keep and kind == "forward" else {})}
    # of a softmax that is subnormal the gradient has no bound
    inputs = {"x": d.array(shape, 1 if d.measured else None, repeated=0)}
    masked = not d.measured and d.chance(0.25)
    if masked:
        inputs["where"] = d.rng.random(d.parameter_shape(shape)) < 0.8
    scaled = kind == "forward" and not d.measured and d.chance(0.15)
    if scaled:
        inputs["b"] = d.array(shape)
    if kind == "backward":
        inputs = {"grad": d.array(reduced, repeated=0), **inputs}

    def run(v, outs):
        more = {**keywords, **out_of(outs), **{k: v[k] for k in ("where", "b") if k in v}}
        if kind == "forward":
            return {"out": public("logsumexp")(v["x"], **more)}
        return {"out": public("logsumexp_backward")(v["grad"], v["x"], **more)}

    def judge(results):
        if d.dtype == np.float16 or 0 in shape:
            return []
        arrays = {"x": lines(inputs["x"], axis)}
        if kind == "backward":
            arrays["grad"] = lines(inputs["grad"], axis)
            return judged("logsumexp", kind, d.dtype, arrays, [lines(results["out"], axis)])
        return judged("logsumexp", kind, d.dtype, arrays, [np.reshape(results["out"], (-1, 1))])

    label = f"logsumexp {kind} {d.dtype}{' where' if masked else ''}{' b' if scaled else ''}"
    return Call(label, inputs, run, {"out": (reduced if kind == "forward" else shape, d.dtype)}, judge=judge)


# --- pieces -----------------------------------------------------------------------------------------------------------


def maxout(d):
    kind = d.one(KINDS[:2])
    shape = list(d.shape(1))
    axis = int(d.rng.integers(len(shape)))
    pieces = d.one([1, 2, 3, 4, 5, 12, 256, 257, 300] if not d.measured else [1, 2, 3])
    shape[axis] = max(1, shape[axis] // pieces) if shape[axis] else 0
    few = tuple(shape)
    shape[axis] *= pieces
    many, place = tuple(shape), np.dtype(np.uint8 if pieces <= 256 else np.uint16)
    axis -= len(shape) * d.chance(0.5)
    indexed = d.chance(0.5)
    if kind == "forward":
        inputs = {"z": d.array(many)}
    else:
        inputs = {"grad": d.array(few), "index": d.rng.integers(0, pieces, few).astype(place)}

    def run(v, outs):
        if kind == "backward":
            return {"out": public("maxout_backward")(v["grad"], v["index"], pieces, axis, **out_of(outs))}
        if not indexed:
            return {"out": public("maxout")(v["z"], pieces, axis, **out_of(outs))}
        pair = {"out": (outs["out"], outs["index"])} if outs else {}
        y, index = public("maxout")(v["z"], pieces, axis, return_index=True, **pair)
        return {"out": y, "index": index}

    def judge(results):
        if d.dtype == np.float16:
            return []
        arrays = {k: lines(v, axis) for k, v in inputs.items()}
        return judged("maxout", kind, d.dtype, {**arrays, "pieces": pieces}, [lines(results["out"], axis)])

    outs = {"out": (many if kind == "backward" else few, d.dtype)}
    if kind == "forward" and indexed:
        outs["index"] = few, place
    return Call(f"maxout {kind} {d.dtype}", inputs, run, outs, together=True, contiguous=("index",),
                casts=d.casts and "index" not in outs, judge=judge)  # fmt: skip


def maxout_linear(d):
    """Of small integers, whose products and sums are exact in any order."""
    features, units, pieces = d.one([1, 3, 20]), d.one([1, 2, 9]), d.one([1, 2, 3])
    lead = d.one([(), (4,), (3, 5), (0,)])

    def integers(*shape):
        return d.rng.integers(-4, 5, shape).astype(d.dtype)

    inputs = {"x": integers(*lead, features), "weight": integers(features, units * pieces),
              "bias": integers(units * pieces)}  # fmt: skip
    kind = d.one(KINDS[:2])
    if kind == "backward":
        inputs["bias"] = integers(*lead, units)
        inputs["index"] = d.rng.integers(0, pieces, (*lead, units)).astype(np.uint8)

    def run(v, outs):
        if kind == "forward":
            return {"out": public("maxout_linear")(v["x"], v["weight"], v["bias"], pieces=pieces, **out_of(outs))}
        got = public("maxout_linear_backward")(v["bias"], v["x"], v["weight"], v["index"], pieces)
        return dict(zip("abc", got, strict=True))

    outs = {"out": ((*lead, units), d.dtype)} if kind == "forward" else {}
    return Call(f"maxout_linear {kind} {d.dtype}", inputs, run, outs, casts=d.casts)


def crelu(d):
    kind = d.one(KINDS[:2])
    shape = d.shape(1)
    axis = int(d.rng.integers(-len(shape), len(shape)))
    twice = tuple(2 * n if i == axis % len(shape) else n for i, n in enumerate(shape))
    if kind == "forward":
        inputs = {"x": d.array(shape)}
    else:
        x = d.array(shape)
        y = np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)], axis)
        inputs = {"grad": d.array(twice), "y": y}

    def run(v, outs):
        if kind == "forward":
            return {"out": public("crelu")(v["x"], axis, **out_of(outs))}
        return {"out": public("crelu_backward")(v["grad"], v["y"], axis, **out_of(outs))}

    def judge(results):
        if d.dtype == np.float16:
            return []
        arrays = {k: lines(v, axis) for k, v in inputs.items()}
        return judged("crelu", kind, d.dtype, arrays, [lines(results["out"], axis)])

    outs = {"out": (twice if kind == "forward" else shape, d.dtype)}
    return Call(f"crelu {kind} {d.dtype}", inputs, run, outs, casts=d.casts, judge=judge)


# --- with parameters --------------------------------------------------------------------------------------------------


def prelu(d):
    kind = d.one(KINDS)
    shape = d.shape(ndim=2) if d.measured else d.shape(1)
    axis = 1 if d.measured else int(d.rng.integers(-len(shape), len(shape)))
    form = "axis" if d.measured else d.one(["number", "axis", "axis", "broadcast"])
    inputs = {"x": d.array(shape)}
    if kind != "forward":
        inputs = {"grad": d.gradient(shape), **inputs}
    if form != "number":
        given = (shape[axis],) if form == "axis" else d.parameter_shape(shape)
        weight = d.rng.uniform(0.1, 2, given) * (1 if kind == "backward_y" else d.rng.choice([1, -1], given))
        inputs["weight"] = weight.astype(d.dtype)
        if form == "broadcast" and len(given) == 1:
            axis = len(shape) - 1
    given = np.shape(inputs.get("weight", 0.25))

    def run(v, outs):
        weight = v.get("weight", 0.25)
        if kind == "forward":
            return {"out": public("prelu")(v["x"], weight, axis, **out_of(outs))}
        pair = {"out": v["grad"], "x": v["x"]}
        more = {**out_of(outs), **out_of(outs, "out_weight")}
        if kind == "backward":
            got = public("prelu_backward")(pair["out"], pair["x"], weight, axis, **more)
        else:
            got = public("prelu_backward")(pair["out"], None, weight, axis, y=pair["x"], **more)
        return {"out": got[0], "out_weight": got[1]}

    def judge(results):
        if d.dtype == np.float16 or kind == "backward_y":
            return []
        return judged("prelu", kind, d.dtype, inputs, list(results.values()))

    outs = {"out": (shape, d.dtype)}
    if kind != "forward":
        outs["out_weight"] = given, d.dtype
    return Call(f"prelu {kind} {d.dtype}", inputs, run, outs, casts=d.casts, judge=judge)


def parameters(d):
    """Gradients of parameters alone."""
    shape = d.shape(1)
    given = () if d.chance(0.3) else d.parameter_shape(shape)
    inputs = {"grad": d.array(shape), "x": d.array(shape)}
    if d.chance(0.5):
        inputs["beta"] = d.rng.uniform(-2, 2, given).astype(d.dtype)

        def run(v, outs):
            return {"out": public("swish_parameters_backward")(v["grad"], v["x"], v["beta"], **out_of(outs))}

        return Call(f"swish_parameters {d.dtype}", inputs, run, {"out": (given, d.dtype)})
    other = () if d.chance(0.5) else d.parameter_shape(shape)
    inputs["alpha_p"], inputs["alpha_n"] = np.full(given, 0.8, d.dtype), np.full(other, 0.8, d.dtype)
    if d.chance(0.2):
        inputs["eps"] = np.full(d.parameter_shape(shape), -1e-3, d.dtype)

    def run_xielu(v, outs):
        given = [v[name] for name in ("grad", "x", "alpha_p", "alpha_n")]
        got = public("xielu_parameters_backward")(*given, 0.5, v.get("eps", -1e-6))
        return dict(zip(("p", "n"), got, strict=True))

    return Call(f"xielu_parameters {d.dtype}", inputs, run_xielu)


def bias_activation(d):
    name = d.one(["relu", "gelu"] if d.measured else ["relu", "gelu", "tanh", "silu", "leaky_relu", "identity"])
    kind = d.one(KINDS[:2]) if not ROWS[name].from_y or d.measured else d.one(KINDS)
    shape = d.shape(ndim=2) if d.measured else d.shape(1)
    axis = -1 if d.measured else int(d.rng.integers(-len(shape), len(shape)))
    inputs = {"x": d.array(shape)}
    if kind == "forward":
        inputs["bias"] = d.values((shape[axis],))
    else:
        inputs = {"grad": d.gradient(shape), **inputs}
    axis_used = axis if len(shape) > 1 or axis else -1

    def run(v, outs):
        if kind == "forward":
            return {"out": public("bias_activation")(v["x"], v["bias"], name, axis=axis_used, **out_of(outs))}
        more = {**out_of(outs), **out_of(outs, "out_bias"), ("y" if kind == "backward_y" else "z"): v["x"]}
        got = public("bias_activation_backward")(v["grad"], name, axis=axis_used, **more)
        return {"out": got[0], "out_bias": got[1]}

    def judge(results):
        if d.dtype == np.float16 or 0 in shape:
            return []
        arrays = dict(inputs)
        if kind == "backward":
            arrays = {"grad": inputs["grad"], "z": inputs["x"]}
        return judged(f"bias_activation_{name}", kind, d.dtype, arrays, list(results.values()))

    outs = {"out": (shape, d.dtype)}
    if kind != "forward":
        outs["out_bias"] = (shape[axis],), d.dtype
    return Call(f"bias_activation {name} {kind} {d.dtype}", inputs, run, outs, casts=d.casts, judge=judge)


def rrelu(d):
    kind, shape = d.one(KINDS), d.shape()
    seed = d.one([0, 5, 2**64 - 1])
    training = d.chance(0.8)
    inputs = {"x": d.array(shape)}
    if kind != "forward":
        inputs = {"grad": d.gradient(shape), **inputs}

    def run(v, outs):
        more = {"seed": seed, "training": training, **out_of(outs)}
        if kind == "forward":
            return {"out": public("rrelu")(v["x"], **more)}
        if kind == "backward":
            return {"out": public("rrelu_backward")(v["grad"], v["x"], **more)}
        return {"out": public("rrelu_backward")(v["grad"], y=v["x"], **more)}

    def judge(results):
        if d.dtype == np.float16 or kind == "backward_y" or not training:
            return []
        return judged("rrelu", kind, d.dtype, {**inputs, "seed": seed}, [results["out"]])

    return Call(f"rrelu {kind} {d.dtype}", inputs, run, {"out": (shape, d.dtype)}, casts=d.casts, judge=judge)


# --- losses -----------------------------------------------------------------------------------------------------------


def softmax_cross_entropy(d):
    shape = d.shape(1)
    axis = int(d.rng.integers(-len(shape), len(shape)))
    shape = tuple(n or 1 for n in shape)  # of no classes there is no loss
    rest = tuple(n for i, n in enumerate(shape) if i != axis % len(shape))
    classes = d.chance(0.6) or d.measured
    smoothing = d.one([0.0, 0.0, 0.1, 1.0]) if not d.measured else d.one([0.0, 0.1])
    keywords = {"reduction": "none" if d.measured else d.one(["mean", "sum", "none"]), "label_smoothing": smoothing}
    inputs = {"logits": d.array(shape)}
    if classes:
        kind = d.one(INTEGERS)
        most = min(shape[axis], np.iinfo(kind).max)
        labels = d.rng.integers(0, most, rest)
        if not d.measured and d.chance(0.3):
            ignore = d.one([0, most - 1, -100 if kind[0] == "i" else 77])
            keywords["ignore_index"] = ignore
            labels = np.where(d.rng.random(rest) < 0.3, ignore, labels)
        inputs["labels"] = labels.astype(kind)
    else:
        given = tuple(1 if d.chance(0.1) else n for n in shape)
        t = d.rng.random(given) * (d.rng.random(given) < 0.7)
        inputs["labels"] = t.astype(d.one(["f4", "f8"]) if d.chance(0.2) else d.dtype)

    def run(v, outs):
        loss = public("softmax_cross_entropy")(v["logits"], v["labels"], axis, **keywords, **out_of(outs, "out_grad"))
        return {"loss": loss, **out_of(outs, "out_grad")}

    def judge(results):
        if d.dtype == np.float16 or "ignore_index" in keywords:
            return []
        arrays = {"logits": lines(inputs["logits"], axis), "labels": inputs["labels"].astype(int).ravel(),
                  "label_smoothing": smoothing}  # fmt: skip
        found = judged("softmax_cross_entropy", "forward", d.dtype, arrays, [np.ravel(results["loss"])])
        return found + judged("softmax_cross_entropy", "backward", d.dtype, arrays, [lines(results["out_grad"], axis)])

    label = f"softmax_cross_entropy {'labels' if classes else 'shares'} {d.dtype}"
    return Call(label, inputs, run, {"out_grad": (shape, d.dtype)}, judge=judge)


def sigmoid_cross_entropy(d):
    shape = d.shape()
    inputs = {"logits": d.array(shape)}
    given = tuple(1 if not d.measured and d.chance(0.1) else n for n in shape)
    inputs["targets"] = d.rng.choice([0, 0.25, 0.7, 1], given).astype(d.dtype)
    reduction = "none" if d.measured else d.one(["mean", "sum", "none"])

    def run(v, outs):
        f = public("sigmoid_cross_entropy")
        loss = f(v["logits"], v["targets"], reduction=reduction, **out_of(outs, "out_grad"))
        return {"loss": loss, **out_of(outs, "out_grad")}

    def judge(results):
        if d.dtype == np.float16:
            return []
        found = judged("sigmoid_cross_entropy", "forward", d.dtype, inputs, [results["loss"]])
        return found + judged("sigmoid_cross_entropy", "backward", d.dtype, inputs, [results["out_grad"]])

    return Call(f"sigmoid_cross_entropy {d.dtype}", inputs, run, {"out_grad": (shape, d.dtype)}, judge=judge)


#: what is called, and how often
OPERATIONS = {
    elementwise: 4, gates: 2, rows: 4, logsumexp: 1, maxout: 2, maxout_linear: 0.5, crelu: 1, prelu: 2, parameters: 1,
    bias_activation: 2, rrelu: 1, softmax_cross_entropy: 2, sigmoid_cross_entropy: 1,
}  # fmt: skip
