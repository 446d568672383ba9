"""`bench`: every function is in it, all libraries compute the same in each of its cells; the command, its options."""

import json
import re

import numpy as np
import pytest
from support import each_dtype, python

from fastact import _bench, _cases, _core, _peers
from fastact._bench import Places
from fastact._cases import CASES, FUNCTION_CASES, KINDS
from fastact._registry import FUNCTIONS, ROWS

PEERS = {peer.name: peer for peer in _peers.installed()}
RANDOM = {("rrelu", "forward"), ("rrelu", "inplace"), ("gumbel_softmax", "forward"), ("gumbel_softmax", "inplace")}
#: how far the statements of the peers may be off, as a share of the largest result; of numbers written out to 9 digits
NEAR = {np.float32: 2e-4, np.float64: 1e-7}
each_case = pytest.mark.parametrize("name", CASES)


def places(case):
    return Places([1000], [(6, 10)], [0, -1]).of(case)


def numbers(value):
    return np.array(value.numpy() if hasattr(value, "numpy") else value, float)


def results(statement, outputs, shared):
    """What a statement leaves in its outputs; or, where it has no out=, what its last expression returns."""
    text, names, *before = statement
    names = dict(names)
    exec("".join(before), names)
    *first, last = (part.strip() for part in text.split(";"))
    exec("; ".join(first), names)
    try:
        code = compile(last, "statement", "eval")
    except SyntaxError:  # an assignment
        exec(last, names)
        value = None
    else:
        value = eval(code, names)
    found = {out: numbers(names.get(out, shared.get(out, np.nan))) for out in outputs}
    if value is not None and (before or any(np.isnan(a).any() for a in found.values())):
        if outputs == ["dv", "dx"] and not isinstance(value, tuple):  # of a packed array
            value = tuple(np.split(np.asarray(value), 2, shared["axis"]))
        found = dict(zip(outputs, map(numbers, value if isinstance(value, tuple) else (value,)), strict=True))
    if np.isnan(found.get("loss", 0)).any():
        found["loss"] = numbers(shared["one"])  # where a graph writes it
    return found


def run(case, kind, library, arrays, shape, axis):
    """Its outputs, of fresh inputs."""
    names = _bench.names_of(case, kind, arrays, shape, axis)
    if kind == "inplace":
        np.copyto(arrays["z"], arrays[case.layout.source])
    text = case.text("fastact", kind)
    outputs = [name for group in re.findall(r"out\w*=(\w+|\([\w, ]+\))", text) for name in re.findall(r"\w+", group)]
    outputs += ["loss"] if text.startswith("loss") else []
    outputs = outputs or ["dx", "dw", "db"]
    if kind != "inplace":
        for name in outputs:
            if name in names:
                names[name].fill(np.nan)
        if "q" in names:
            names["q"].fill(np.nan)
    statement = library.statement(case, kind, names)
    return statement and results(statement, outputs, names)


def test_every_function_is_timed():
    assert set(ROWS) <= set(CASES)
    assert {case.function for case in CASES.values()} >= set(FUNCTIONS)
    assert len({case.name for case in FUNCTION_CASES}) == len(FUNCTION_CASES)
    for name, case in CASES.items():
        backward = hasattr(_core, f"{case.function}_backward")
        assert "forward" in case.kinds, name
        assert backward <= ("backward" in case.kinds), name
        assert set(case.kinds) <= set(KINDS)
        assert list(places(case)), name


@pytest.mark.parametrize("library", PEERS)
@each_dtype
@each_case
def test_libraries_compute_the_same(name, dtype, library):
    """Each pass, along each axis, in place too: the numbers of fastact."""
    case, peer = CASES[name], PEERS[library]
    peer.threads(getattr(peer, "count", 1))
    for shape, axis in places(case):
        arrays = _cases.buffers(case, np.dtype(dtype), shape, axis)
        for kind in case.kinds:
            with np.errstate(all="ignore"):
                _bench.Fastact.save(case, _bench.names_of(case, "backward", arrays, shape, axis))
                ours = run(case, kind, _bench.Fastact(), arrays, shape, axis)
                theirs = run(case, kind, peer, arrays, shape, axis)
            if theirs is None:
                continue
            for out, wanted in ours.items():
                got = theirs[out].reshape(wanted.shape)
                assert np.isfinite(got).all(), (kind, axis, out)
                if (name, kind) not in RANDOM:
                    bound = NEAR[dtype] * max(1, abs(wanted).max())
                    assert abs(got - wanted).max() <= bound, (kind, axis, out, abs(got - wanted).max())


def test_every_peer_statement_runs():
    """Those of the libraries that are not installed are read at least: they name nothing that is not there."""
    known = {"np", "torch", "nn", "aten", "special", "axis", "f", "df", "None", "True", "False", "loss", "a"}
    for case in FUNCTION_CASES:
        for shape, axis in places(case):
            arrays = _cases.buffers(case, np.dtype(np.float32), shape, axis)
            names = _bench.names_of(case, "forward", arrays, shape, axis)
            for library, texts in case.texts.items():
                for kind, text in texts.items():
                    text = re.sub(r"'\w*'|\.\w+|(?<!\w)\d[\w.]*", "", text)
                    assert _peers.words(text) <= known | names.keys(), (case.name, library, kind)


def test_in_place_only_where_x_is_not_read_later():
    """The rule by which a forward statement serves with y = x."""

    def case(text):
        return _cases.Case("name", "name", {"numpy": {"forward": text}}, _cases.ELEMENTWISE)

    assert case("np.exp(x, out=y)").text("numpy", "inplace")
    assert case("np.exp(x, out=t); np.add(x, t, out=y); np.add(y, 1, out=y)").text("numpy", "inplace")
    assert not case("np.exp(x, out=y); np.add(x, y, out=y)").text("numpy", "inplace")
    assert not case("special.softmax(x, axis)").text("numpy", "inplace")
    assert not CASES["logsumexp"].text("numpy", "inplace")


@pytest.mark.parametrize(
    ("name", "shape", "axis"), [("tanh", (100,), None), ("softmax", (6, 10), 0), ("glu", (6, 10), -1)]
)
def test_statements_can_be_had(name, shape, axis):
    """As text and names, for whoever times them by other means."""
    for kind in CASES[name].kinds:
        cell = _bench.Cell(name, kind, "float32", shape, axis, 1)
        arrays = _bench.arrays_of(cell)
        found = _bench.statements(cell, [_bench.Fastact(), PEERS["numpy"]], arrays)
        assert set(found) == ({"fastact", "numpy"} if CASES[name].text("numpy", kind) else {"fastact"})
        for text, names, *_ in found.values():
            if kind == "inplace":
                np.copyto(arrays["z"], arrays[CASES[name].layout.source])
            exec(text, names)


def test_bytes_that_must_move():
    for name, kind, shape, wanted in (
        ("relu", "forward", (1000,), 8000),
        ("relu", "backward", (1000,), 12000),
        ("softmax", "forward", (6, 10), 480),
        ("softmax", "backward", (6, 10), 720),
        ("logsumexp", "forward", (6, 10), 240 + 24),
        ("glu", "forward", (6, 10), 720),
        ("swiglu", "backward", (6, 10), 1200),
        ("maxout", "backward", (6, 10), 120 + 30 + 240),
        ("bias_activation_gelu", "backward", (6, 10), 720 + 40),
    ):
        case = CASES[name]
        axis = -1 if len(shape) > 1 else None
        arrays = _cases.buffers(case, np.dtype(np.float32), shape, axis)
        assert case.moved(kind, _bench.names_of(case, kind, arrays, shape, axis)) == wanted, (name, kind)


def bench(*arguments):
    return python("-m", "fastact", "bench", *arguments)


def test_command():
    """One document with every cell; functions along both axes, of each shape that they can have."""
    done = bench("relu", "softmax", "maxout", "bias_activation", "--sizes", "100", "--shapes", "3x4,1x10,70x1000",
                 "--axis", "0,-1", "--dtype", "both", "--threads", "1", "--peers", "numpy", "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    cells = json.loads(done.stdout)["cells"]
    found = {(c["name"], c["kind"], c["dtype"], tuple(c["shape"]), c["axis"]) for c in cells}
    assert len(found) == len(cells)
    wanted = {("relu", kind, (100,), None) for kind in ("forward", "backward")}
    for name in ("softmax", "bias_activation_relu", "bias_activation_gelu", "bias_activation_silu"):
        wanted |= {(name, kind, shape, axis) for kind in ("forward", "backward")
                   for shape in ((3, 4), (1, 10), (70, 1000)) for axis in (0, -1)}  # fmt: skip
        wanted |= {(name, "inplace", (70, 1000), axis) for axis in (0, -1)}
    wanted |= {("maxout", kind, shape, axis) for kind in ("forward", "backward")
               for shape, axis in (((3, 4), -1), ((1, 10), -1), ((70, 1000), 0), ((70, 1000), -1))}  # fmt: skip
    assert found == {(n, k, d, s, a) for n, k, s, a in wanted for d in ("float32", "float64")}
    for cell in cells:
        assert cell["ns"]["fastact"] > 0
        assert cell["gbs"] > 0
        assert cell["n"] == np.prod(cell["shape"])
        composed = cell["name"] == "bias_activation_gelu"  # NumPy has no erf
        assert ("numpy" in cell["ns"]) != composed, cell
        assert ("multiply" in cell["ns"]) == (cell["kind"] == "inplace")


def test_table():
    done = bench("glu", "tanh", "--sizes", "64", "--shapes", "2x8", "--threads", "1", "--peers", "numpy", "--kinds",
                 "forward,backward_y")  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith(("glu ", "tanh "))]
    assert [line[:5] for line in lines] == [
        *(["glu", kind, "float32", "2x8", axis] for axis in ("-1", "0") for kind in ("forward", "backward_y")),
        ["tanh", "forward", "float32", "64", "1"],
        ["tanh", "backward_y", "float32", "64", "1"],
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["softmax", "--shapes", "64"], "'64' is not a shape such as 64x1000"),
        (["softmax", "--shapes", "64x0"], "'0' is not a size"),
        (["softmax", "--axis", "1"], "'1' is none of the axes 0 and -1"),
        (["softmax", "--sizes", "1Ki"], "--sizes is for elementwise functions; softmax takes --shapes"),
        (["relu", "--shapes", "3x4"], "--shapes is for functions along an axis; relu takes --sizes"),
        (["relu", "--axis", "0"], "--axis is for functions along an axis; relu takes --sizes"),
        (["maxout", "--shapes", "1x3"], "nothing to measure"),
        (["relu", "--kinds", "sideways"], "'sideways' is not one of forward"),
        (["relu", "--peers", "nonsense"], "no peer called 'nonsense'"),
    ],
)
def test_refuses(arguments, message):
    done = bench(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
