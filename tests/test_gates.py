"""Gated functions: value * f(gate), and both gradients in one pass."""

import itertools
import tracemalloc

import numpy as np
import pytest
from support import DTYPES, ISAS, assert_same, each_dtype, each_isa, gradients, lanes, mixed

import fastact
from fastact import _core
from fastact._reference import REFERENCES, Mpmath, NumPy
from fastact._verify import _ABSOLUTE, Job, _in_window, _ulp64, chosen_points

#: kernel -> row of the activation, public function, approximate=, bounds in ULP of the forward and the backward pass
GATES = {
    "glu": ("sigmoid", "glu", None, 4, 5),
    "swiglu": ("silu", "swiglu", None, 4, 5),
    "geglu": ("gelu", "geglu", "none", 4, 5),
    "geglu_tanh": ("gelu_tanh", "geglu", "tanh", 4, 5),
    "geglu_sigmoid": ("gelu_sigmoid", "geglu", "sigmoid", 4, 5),
    "reglu": ("relu", "reglu", None, 0.5, 1),
    "bilinear": ("identity", "bilinear", None, 0.5, 1),
    "seglu": ("selu", "seglu", None, 4, 5),
}
KINDS = ("forward", "backward", "backward_y")
PASSES = [(name, kind) for name in GATES for kind in KINDS if kind != "backward_y" or name == "glu"]
each_gate = pytest.mark.parametrize("name", GATES)
each_pass = pytest.mark.parametrize(("name", "kind"), PASSES, ids="-".join)
IN_USE = _core.instruction_sets()["in_use"]
PAIRS = [pair for pair in (("portable", "sse2"), ("avx2", "avx512")) if set(pair) <= set(ISAS)]


def keywords(name):
    approximate = GATES[name][2]
    return {"approximate": approximate} if approximate else {}


def call(name, kind, inputs, out=None):
    """The public function; the outs as a tuple."""
    if kind == "forward":
        got = getattr(fastact, GATES[name][1])(*inputs, out=None if out is None else out[0], **keywords(name))
        assert out is None or got is out[0]
        return (got,)
    back = getattr(fastact, GATES[name][1] + "_backward")
    if kind == "backward_y":
        grad, y, gate = inputs
        return back(grad, None, gate, y=y, out=out)
    return back(*inputs, out=out, **keywords(name))


def kernel(isa, name, kind, inputs, outs=None):
    outs = tuple(np.empty_like(inputs[0]) for _ in range(1 + (kind != "forward"))) if outs is None else outs
    _core.run_gate_kernel(isa, name, kind, outs, inputs)
    return outs


def operands(kind, dtype, n, seed=0):
    value, gate = mixed(dtype, n, seed), mixed(dtype, n, seed + 7)
    return (value, gate) if kind == "forward" else (gradients(dtype, n), value, gate)


def same(got, wanted, what=""):
    for one, other in zip(got, wanted, strict=True):
        assert_same(one, other, what)


# --- values ---------------------------------------------------------------------------------------------------------


def measure(name, dtype, n, isas=ISAS, seed=0):
    """The largest errors in ULP, {(isa, what): (error, gate)}, over gates dense where f lives and ends, values random."""
    row = GATES[name][0]
    reference = REFERENCES[row]
    job = Job(row, "backward", np.dtype(dtype).name, (), ())
    gate = chosen_points(job, n).astype(dtype)
    random = np.random.default_rng(seed)
    if dtype == np.float32:
        width = 90 if row not in ("gelu", "gelu_tanh") else 15
        gate = np.concatenate([gate, random.uniform(-width, width, 4 * n).astype(dtype)])
    gate = gate[np.isfinite(gate)]
    grad, value = (
        (random.choice([-1, 1], len(gate)) * 2 ** random.uniform(-6, 6, len(gate))).astype(dtype) for _ in range(2)
    )
    y = kernel(IN_USE, "glu", "forward", (value, gate))[0]
    tiny = np.finfo(dtype).tiny
    if dtype == np.float32:
        m = NumPy()
        g, v, x, w = (a.astype(np.float64) for a in (grad, value, gate, y))
        with np.errstate(all="ignore"):
            f, slope = (np.asarray(reference.evaluate(m, kind, x)) for kind in ("forward", "backward"))
            rest = REFERENCES["sigmoid"].evaluate(m, "forward", -x)
    else:
        m = Mpmath()
        g, v, x, w = ([m.mpf(e) for e in a.tolist()] for a in (grad, value, gate, y))
        f, slope = ([reference.evaluate(m, kind, e) for e in x] for kind in ("forward", "backward"))
        rest = [REFERENCES["sigmoid"].evaluate(m, "forward", -e) for e in x]
        g, v, x, w, f, slope, rest = (np.array(a, object) for a in (g, v, x, w, f, slope, rest))
    # where a factor is subnormal or infinite, or lies by its zero, there is no bound in ULP
    fine_f, fine_slope, fine_rest = (
        (((abs(a) >= tiny) | (a == 0)) & (abs(a) <= np.finfo(dtype).max)).astype(bool) for a in (f, slope, rest)
    )
    window = _in_window(gate.astype(np.float64), job.zeros())
    wanted = {"forward": (v * f, fine_f, None), "grad_value": (g * f, fine_f, None),
              "grad_gate": (g * v * slope, fine_slope, g * v)}  # fmt: skip
    if name == "glu":
        wanted |= {"grad_value from y": (g * f, fine_f, None), "grad_gate from y": (g * w * rest, fine_rest, None)}
    found = {}
    for isa in isas:
        got = dict(zip(wanted, [*kernel(isa, name, "forward", (value, gate)),
                                *kernel(isa, name, "backward", (grad, value, gate))], strict=False))  # fmt: skip
        if name == "glu":
            got |= zip(list(wanted)[3:], kernel(isa, name, "backward_y", (grad, y, gate)), strict=True)
        for what, (exact, fine, scale) in wanted.items():
            if dtype == np.float32:
                exact = np.clip(exact, -(2.0**128), 2.0**128)
                spacing = 2.0 ** np.clip(np.frexp(exact)[1] - 24, -149, 104)
                error = abs(np.clip(got[what].astype(np.float64), -(2.0**128), 2.0**128) - exact) / spacing
            else:
                beyond = m.mpf(2) ** 1024
                error = np.array([_ulp64(a, m.mpf(b), beyond) for a, b in zip(got[what].tolist(), exact, strict=True)])
            ok = ~fine
            if scale is not None:
                absolute = abs(got[what].astype(exact.dtype) - exact) / abs(scale)
                ok |= window & (absolute <= _ABSOLUTE[np.dtype(dtype).name]).astype(bool)
            error[ok] = 0
            i = int(np.argmax(error))
            found[isa, what] = float(error[i]), float(gate[i])
    return found


@each_dtype
@each_gate
def test_error_bounds(name, dtype):
    *_, forward, backward = GATES[name]
    for (isa, what), (error, gate) in measure(name, dtype, 40_000 if dtype == np.float32 else 300).items():
        assert error <= (forward if what == "forward" else backward), (isa, what, error, gate)
