"""`bench`: every function is in it, all libraries compute the same in each of its cells; the command, its options.
And asv_bench/peers.py, which measures all of it and makes the page.
"""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import python

from fastact import _accuracy, _bench, _cases, _core, _peers
from fastact._accuracy import outputs_of, results_of
from fastact._bench import Places
from fastact._cases import CASES, FUNCTION_CASES, GATES, KINDS
from fastact._expressions import EXPRESSIONS, JAX_BACKWARD, NAMED_BY_JAX, PROGRAMS, in_jax, program
from fastact._registry import FUNCTIONS, ROWS

SCRIPT = Path(__file__).resolve().parents[1] / "asv_bench" / "peers.py"
PEERS = {peer.name: peer for peer in _peers.installed()}
RANDOM = {("rrelu", "forward"), ("rrelu", "inplace"), ("gumbel_softmax", "forward"), ("gumbel_softmax", "inplace")}
#: how far the statements of the peers may be off, as a share of the largest result; of numbers written out to 9 digits
NEAR = {np.float32: 2e-4, np.float64: 1e-7}


def places(case):
    return Places([1000], [(6, 10)], [0, -1]).of(case)


def run(case, kind, library, arrays, shape, axis):
    """Its outputs, of fresh inputs."""
    names = _bench.names_of(case, kind, arrays, shape, axis)
    if kind == "inplace":
        np.copyto(arrays["z"], arrays[case.layout.source])
    outputs = outputs_of(case, kind)
    if kind != "inplace":
        for name in outputs:
            if name in names:
                names[name].fill(np.nan)
        if "q" in names:
            names["q"].fill(np.nan)
    statement = library.statement(case, kind, names)
    return statement and results_of(statement, outputs, names)


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


#: numba compiles each pass for seconds: all functions in float32, one of each kind in float64
IN_BOTH = {"relu", "gelu", "tanh", "softplus", "erf", "softmax", "log_softmax", "logsumexp", "swiglu", "prelu",
           "softmax_cross_entropy", "sigmoid_cross_entropy", "crelu"}  # fmt: skip
COMPARED = [
    pytest.param(name, dtype, library, id=f"{name}-{np.dtype(dtype).name}-{library}")
    for name in CASES
    for dtype in (np.float32, np.float64)
    for library in PEERS
    if library != "numba" or dtype == np.float32 or name in IN_BOTH
]


@pytest.mark.parametrize(("name", "dtype", "library"), COMPARED)
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


#: what numexpr and numba do not have, forward and backward, and why: a gap is a decision
NO_ERF = {"erf", "gelu", "log_ndtr", "laplace", "clipped_gelu", "serf", "phish", "geglu", "bias_activation_gelu"}
SORTED = {"sparsemax", "entmax15", "hardmax"}  # no expressions: sorted by NumPy, or the place of the largest
NO_PROGRAM = SORTED | {"maxout", "maxout_linear"}  # a maximum of slices, a matrix product: NumPy's
WITHOUT_ERF = {("erf", "backward"), ("laplace", "backward")}  # the gradients of NO_ERF that do without it


def test_what_the_compilers_lack():
    """Every function has its expression, and is in JAX, but for those that are named here."""
    assert set(EXPRESSIONS) == set(ROWS)
    assert set(CASES) >= IN_BOTH
    assert {case.name for case in CASES.values() if not program(case, "forward")} == NO_PROGRAM
    assert all(in_jax(case) for case in CASES.values())
    for name, case in CASES.items():
        for kind in case.kinds:
            has = program(case, kind) is not None
            # gates and prelu go back from x and the weight only
            only_x = kind == "backward_y" and (name in GATES or name in ("prelu", "rrelu"))
            assert has == (name not in NO_PROGRAM and not only_x and not (name == "crelu" and kind == "inplace")), (
                name, kind)  # fmt: skip
    assert set(PROGRAMS) | set(GATES) | set(NAMED_BY_JAX) | set(JAX_BACKWARD) <= set(CASES)


@pytest.mark.parametrize("library", [name for name in ("numexpr", "numba", "jax") if name in PEERS])
def test_no_empty_cell(library):
    """Where a peer has the function, each of its passes is there."""
    peer, missing = PEERS[library], set()
    peer.threads(getattr(peer, "count", 1))
    for name, case in CASES.items():
        (shape, axis), *_ = places(case)
        arrays = _cases.buffers(case, np.dtype(np.float32), shape, axis)
        with np.errstate(all="ignore"):
            _bench.Fastact.save(case, _bench.names_of(case, "backward", arrays, shape, axis))
        for kind in case.kinds:
            names = _bench.names_of(case, kind, arrays, shape, axis)
            if (library == "numba" and program(case, kind) is None) or peer.statement(case, kind, names) is None:
                missing.add((name, kind))
    lacks = {(name, kind) for name, case in CASES.items() for kind in case.kinds if program(case, kind) is None}
    if library == "jax":  # in place the result of a gate has half the size
        assert missing == {(name, "inplace") for name in GATES}
    elif library == "numba":
        assert missing == lacks
    else:
        no_erf = {(name, kind) for name in NO_ERF for kind in CASES[name].kinds} - WITHOUT_ERF
        assert missing == lacks | no_erf


@pytest.mark.skipif("jax" not in PEERS, reason="JAX is not installed")
def test_jax_has_its_number_of_threads_only():
    """Where another one is asked for, it has no statement, rather than one with other threads."""
    peer, case = PEERS["jax"], CASES["relu"]
    arrays = _cases.buffers(case, np.dtype(np.float32), (100,), None)
    names = _bench.names_of(case, "forward", arrays, (100,), None)
    peer.threads(peer.count + 1)
    assert peer.statement(case, "forward", names) is None
    peer.threads(peer.count)
    assert peer.statement(case, "forward", names)


@pytest.mark.skipif("numba" not in PEERS, reason="numba is not installed")
@pytest.mark.parametrize(("name", "axis"), [("silu", None), ("softmax", -1), ("softmax", 0), ("prelu", 0),
                                            ("prelu", -1), ("softmax_cross_entropy", 0)])  # fmt: skip
def test_numba_with_threads(name, axis):
    """Its parallel loops compute the same."""
    case, peer, shape = CASES[name], PEERS["numba"], (600, 700)
    shape = shape if axis is not None else (5000,)
    for kind in ("forward", "backward"):
        arrays = _cases.buffers(case, np.dtype(np.float64), shape, axis)
        with np.errstate(all="ignore"):
            _bench.Fastact.save(case, _bench.names_of(case, "backward", arrays, shape, axis))
        ours = run(case, kind, _bench.Fastact(), arrays, shape, axis)
        peer.threads(2)
        theirs = run(case, kind, peer, arrays, shape, axis)
        peer.threads(1)
        assert (theirs is None) == (peer.numba.config.NUMBA_NUM_THREADS < 2)
        for out, wanted in ours.items():
            if theirs:
                np.testing.assert_allclose(theirs[out].reshape(wanted.shape), wanted, 1e-7, 1e-10)


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


# --- the errors of the statements -------------------------------------------------------------------------------------

#: each library has other random numbers; the product of matrices is NumPy's; it has no reference
NO_ERRORS = {("gumbel_softmax", "forward")} | {
    (name, kind) for name in ("rrelu", "maxout_linear", "bias_activation_silu") for kind in CASES[name].kinds
}


def test_every_pass_has_its_errors():
    passes = {(name, kind) for name, case in CASES.items() for kind in case.kinds if kind != "inplace"}
    measured = {(name, kind) for name in CASES for kind in _accuracy.kinds_of(name)}
    assert measured <= passes
    from_y = {("bias_activation_relu", "backward_y")}  # the reference goes back from z
    assert passes - measured == passes & NO_ERRORS | from_y


@pytest.mark.parametrize("name", [name for name in CASES if _accuracy.kinds_of(name)])
def test_errors_are_within_the_bounds(name):
    """Ours; and NumPy's are numbers, of the same outputs."""
    for kind in _accuracy.kinds_of(name):
        for dtype in ("float32", "float64") if name in IN_BOTH else ("float32",):
            with np.errstate(all="ignore"):
                sample = _accuracy.sample_of(name, kind, dtype)
                ours, numpy = (sample.errors(library) for library in (_bench.Fastact(), PEERS["numpy"]))
            assert set(ours) == set(sample.bounds)
            for of, (near, every) in ours.items():
                assert near <= every, (kind, dtype)
                assert sample.bounds[of] is None or every <= sample.bounds[of], (kind, dtype, of, every)
            if numpy:
                assert set(numpy) == set(ours)


class Spoiled(_bench.Fastact):
    """Ours, and then something is done to the results."""

    def __init__(self, text):
        self.text = text

    def statement(self, case, kind, names):
        text, given = _bench.Fastact.statement(case, kind, names)
        return f"{text}; {self.text}", {**names, **given}


@pytest.mark.parametrize(
    ("name", "kind", "result", "spoilt"),
    [
        ("tanh", "forward", "y", "forward"),
        ("tanh", "backward", "y", "backward"),
        ("tanh", "backward_y", "y", "backward_y"),
        ("softmax", "backward", "y", "backward"),
        ("logsumexp", "forward", "r", "forward"),
        ("logsumexp", "backward", "y", "backward"),
        ("swiglu", "forward", "y", "forward"),
        ("swiglu", "backward", "dv", "backward"),
        ("swiglu", "backward", "dx", "backward"),
        ("prelu", "backward", "y", "backward"),
        ("prelu", "backward", "d1", "parameters"),
        ("softmax_cross_entropy", "forward", "loss", "forward"),
        ("softmax_cross_entropy", "backward", "y", "backward"),
        ("sigmoid_cross_entropy", "backward", "y", "backward"),
        ("crelu", "backward", "dx", "backward"),
    ],
)
def test_errors_are_seen(name, kind, result, spoilt):
    """Of every kind of result, and of no other: a part in 100 000, and a result that is NaN."""
    for text, least in [(f"{result} *= 1 + 1e-5", 50), (f"{result} *= np.nan", 1e5)]:
        with np.errstate(all="ignore"):
            found = _accuracy.sample_of(name, kind, "float32").errors(Spoiled(text))
        assert spoilt in found
        for of, (near, every) in found.items():
            assert (near > least) == (every > least) == (of == spoilt), (text, of, near, every)


def test_errors_of_ordinary_inputs_are_told_apart():
    sample = _accuracy.sample_of("tanh", "forward", "float32")
    for text, near in [("np.copyto(y, 0, where=np.abs(x) < 1e-7)", 2), ("np.copyto(y, 0, where=x == 10)", 1e7)]:
        found = sample.errors(Spoiled(text))["forward"]
        assert found[1] > 1e6
        assert (found[0] > 1e6) == (near > 1e6)


def test_derivatives_at_kinks_are_no_errors():
    """Each library has its own, at x = 1 and at y = 1; beside them it is an error."""
    for kind, source in (("backward", "x"), ("backward_y", "s")):
        sample = _accuracy.sample_of("hardtanh", kind, "float32")
        for at, wrong in ((1, False), (1 - 2**-24, True)):
            near, every = sample.errors(Spoiled(f"y[abs({source}) == {at}] = 0.5"))[kind]
            assert near == every
            assert (near > 1e6) == wrong, (kind, at, near)


class FromElsewhere(_peers.Peer):
    """Its backward pass reads what its forward pass has saved, which is not the result."""

    def statement(self, case, kind, names):
        return "np.copyto(y, x)", names


def test_what_goes_back_from_elsewhere_has_no_error():
    """Its numbers are not the derivative at the y that the others are given."""
    for name, kind, known in (
        ("tanh", "backward_y", False),
        ("tanh", "backward", True),
        ("softmax", "backward", False),
        ("logsumexp", "backward", True),
    ):
        found = _accuracy.sample_of(name, kind, "float32").errors(FromElsewhere())
        assert (found is not None) == known, (name, kind)
    if "torch" in PEERS:
        for name, known in (("logsigmoid", False), ("tanh", True)):
            found = _accuracy.sample_of(name, "backward_y", "float32").errors(PEERS["torch"])
            assert (found is not None) == known, name


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


# --- asv_bench/peers.py -----------------------------------------------------------------------------------------------


def peers_module():
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("fastact_peers_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def peers(*arguments):
    return subprocess.run([sys.executable, "-P", str(SCRIPT), *map(str, arguments)], capture_output=True, text=True)


CELL = {"name": "relu", "kind": "forward", "dtype": "float32", "shape": [1024], "axis": None, "threads": 1,
        "bytes": 8192, "ns": {"fastact": 2.0, "numpy": 1.0, "torch": 4.0},
        "ratio": {"numpy": 0.5, "torch": 2.0}}  # fmt: skip


@pytest.mark.parametrize(
    ("ns", "ratio", "verdict"),
    [(1.0, 0.5, 0.5), (1.0, 0.97, 0.97), (3.0, 0.5, 1.0), (4.0, 1.5, 1.5), (2.02, 1.5, 1.01)],
)
def test_a_cell_is_lost_by_both_measures(ns, ratio, verdict):
    script = peers_module()
    cell = {**CELL, "ns": {"fastact": 2.0, "numpy": ns}, "ratio": {"numpy": ratio}}
    assert script.speed_against(cell, "numpy") == pytest.approx(verdict)
    assert script.lost(cell) == (["numpy"] if verdict < 0.95 else [])


def test_notes_are_of_functions():
    script = peers_module()
    assert {name for names, *_ in script.NOTES for name in names.split()} <= set(CASES)
    assert {kind for _, kinds, *_ in script.NOTES for kind in kinds.split()} <= set(KINDS)
    assert {peer for _, _, peers, _ in script.NOTES for peer in peers.split()} <= set(script.TITLES)
    assert set(script.FIRST) <= set(CASES)
    assert {kind for kinds in script.ERRORS.values() for kind in kinds} <= set(script.PASSES)
    assert set(PEERS) <= set(script.TITLES)


@pytest.mark.slow
def test_run_goes_on_where_it_stopped_and_write_makes_the_page(tmp_path):
    """What was measured is kept and not measured again; the page shows lost cells, and --check sees a stale one."""
    results = tmp_path / "performance.json"
    options = ("--short", "--threads", "1", "--results", results)
    assert peers("write", "--results", results).returncode == 2
    done = peers("run", "relu", *options)
    assert done.returncode == 0, done.stderr
    first = json.loads(results.read_text())
    cells = {(c["name"], c["kind"], c["dtype"]) for c in first["cells"]}
    assert cells == {("relu", k, d) for k in KINDS for d in ("float32", "float64")}
    assert {"numpy"} <= set(first["versions"])
    errors = {(e["name"], e["kind"], e["dtype"]) for e in first["errors"]}
    assert errors == {("relu", k, d) for k in KINDS if k != "inplace" for d in ("float32", "float64")}
    assert not list(tmp_path.glob("*.jsonl"))
    script = peers_module()
    # a journal that a killed process left, with half a line
    lost = {**CELL, "name": "tanh", "shape": [1 << 16], "dtype": "float64"}
    journal = results.with_suffix(".partial.jsonl")
    journal.write_text(json.dumps(["cells", lost]) + '\n["cells", {"na')
    done = peers("run", "relu", "softmax", *options)
    assert done.returncode == 0, done.stderr
    second = json.loads(results.read_text())
    assert second["cells"][: len(first["cells"])] == first["cells"]
    assert {c["name"] for c in second["cells"]} == {"relu", "tanh", "softmax"}
    assert peers("write", "--check", "--results", results).returncode == 1
    done = peers("write", "--results", results)
    assert done.returncode == 0, done.stderr
    page = results.with_suffix(".md").read_text()
    assert "| `tanh` forward | float64 | 64 Ki: 2.00, NumPy 1.00 |" in page
    assert "**2.00 · 0.50 NumPy**" in page
    assert str(tmp_path) not in page  # the command says what was measured, not where to
    assert "`python -P asv_bench/peers.py run relu softmax --short --threads 1`" in page
    assert peers("write", "--check", "--results", results).returncode == 0
    assert "## Summary" in done.stdout
    assert "| `tanh` forward | float64 | 64 Ki: 2.00, NumPy 1.00 |" in done.stdout
    picture = results.with_suffix(".svg")
    once = picture.read_bytes()
    assert len(once) < 200_000
    script.picture(script.Results(results))
    assert picture.read_bytes() == once
    # a picture of other results
    results.write_text(json.dumps({**second, "speeds": second["speeds"][1:]}))
    done = peers("write", "--check", "--results", results)
    assert (done.returncode, "stale: performance.svg;" in done.stderr) == (1, True)
    # of other versions, another machine, another commit, a short run and a full one: not mixed, and nothing is lost
    others = {"versions": {"fastact": "0"}, "processor": "P", "instruction_set": "I", "commit": "C", "short": False}
    assert set(others) == set(script.SAME)
    for key, other in others.items():
        text = json.dumps({**second, key: other})
        results.write_text(text)
        done = peers("run", "relu", *options)
        assert done.returncode == 2
        assert f"{key.replace('_', ' ')} was {other}, is " in done.stderr
        assert "--fresh begins anew" in done.stderr
        assert results.read_text() == text


def test_readme_table():
    """It stands between the marks, and what stands around them stays."""
    script = peers_module()
    results = script.Results(Path("nowhere.json"))
    head = {"processor": "P", "instruction_set": "avx2", "versions": {"fastact": "1", "numpy": "2"}}
    results.head = head
    for kind in ("forward", "backward"):
        cell = {**CELL, "kind": kind, "shape": [1 << 16]}
        results.records[script.key_of("cells", cell)] = "cells", cell
    text = script.readme(results, "before\n<!-- speed -->\nold\n<!-- /speed -->\nafter")
    assert text.startswith("before\n<!-- speed -->\n")
    assert text.endswith("\n<!-- /speed -->\nafter")
    assert "old" not in text
    assert "| `relu` | 2.00 | 1.00 | 4.00 | 2.00 | 1.00 NumPy |" in text


def explained(script, results, page):
    """Each peer that is faster has its reasons in the table, or stands under a heading of those that have none."""
    table, _, unknown = page.partition("## Lost cells\n")[2].partition("\n## ")[0].partition("### Not explained\n")
    for cell in results.of("cells"):
        name, kind, dtype = cell["name"], cell["kind"], cell["dtype"]
        start = f"| `{name}` {script.PASSES[kind]} | {dtype} | "
        for peer in script.lost(cell):
            (row,) = (line for line in table.splitlines() if line.startswith(start))
            known = script.reasons(results, cell, peer)
            for text in known or ["not known"]:
                why = row.split(" | ")[-1].split(f"{script.TITLES[peer]}: ")[1].split("<br>")[0]
                assert text in why
            start_of_item = f"- `{name}` {script.PASSES[kind]}: {script.TITLES[peer]}, "
            listed = any(line.startswith(start_of_item) and dtype in line for line in unknown.splitlines())
            assert listed == (not known), (name, kind, dtype, peer)
    return True


def test_lost_cells_have_a_reason_or_are_listed():
    """Of all entries of NOTES the first that fits, and the error where it is beyond our bound; where there is neither,
    the page says so."""
    script = peers_module()
    results = script.Results(Path("nowhere.json"))
    lost = {"ns": {"fastact": 2.0, "numpy": 1.0, "torch": 1.0}, "ratio": {"numpy": 0.5, "torch": 0.5}}

    def put(kind, record):
        results.records[script.key_of(kind, record)] = kind, record

    for name, kind in [("relu", "forward"), ("gelu", "forward"), ("elu", "inplace"), ("prelu", "backward")]:
        put("cells", {**CELL, **lost, "name": name, "kind": kind})
    error = {"dtype": "float32", "bound": 1.5}
    for name, kind, ulp in [
        ("gelu", "forward", {"numpy": [1.5, 1.5], "torch": [2e7, 2e7]}),
        ("elu", "forward", {"numpy": [0.5, 3e6], "torch": [None, None]}),
        ("prelu", "backward", {"numpy": [0.5, 0.5], "torch": [0.5, 0.5]}),
        ("prelu", "parameters", {"numpy": [0.5, 0.5], "torch": [1.6, 1.6]}),
    ]:
        put("errors", {**error, "name": name, "kind": kind, "ulp": {"fastact": [1.0, 1.0], **ulp}})
    put("errors", {**error, "name": "relu", "kind": "backward", "ulp": {"numpy": [9.0, 9.0]}})  # of another pass
    put("errors", {**error, "name": "relu", "kind": "forward", "ulp": {"numpy": [9.0, 9.0]}, "dtype": "float64"})
    assert script.unexplained(results) == {
        ("gelu", "forward", "numpy"): ["float32"],
        ("prelu", "backward", "numpy"): ["float32"],
        ("relu", "forward", "numpy"): ["float32"],
        ("relu", "forward", "torch"): ["float32"],
    }
    page = "\n".join(script._lost(results))
    assert explained(script, results, page)
    assert "NumPy: not known<br>PyTorch: oneDNN" in page
    assert "(see the errors); error 2e7 ULP, ours at most 1.5 |" in page
    assert "| NumPy: error 0.50 / 3e6 ULP, ours at most 1.5<br>PyTorch: error no number ULP, ours at most 1.5 |" in page
    assert "in a tree that does not depend on the number of threads; error of parameters 1.60 ULP" in page
    assert "- `relu` forward: PyTorch, float32" in page
    assert "- `gelu` forward: PyTorch" not in page


class Broken(_peers.Peer):
    """NumPy with a mistake in a statement."""

    def statement(self, case, kind, names):
        return "np.maximum(x, s, out=y, nonsense=1)", names


def test_a_statement_that_fails_is_seen(tmp_path, monkeypatch):
    """It is not taken for a function that the library lacks: what it said is kept, and stands on the page."""
    script = peers_module()
    monkeypatch.setattr(_peers, "installed", lambda names=None: [Broken()])
    results = script.Results(tmp_path / "performance.json")
    script.measure_errors(results, ["relu"], np.inf)
    script.measure_cells(results, ["relu"], 1, True, np.inf)
    results.load()
    records = [*results.of("errors"), *results.of("cells")]
    assert len(records) == 2 * 3 + 2 * len(CASES["relu"].kinds)
    for record in records:
        assert set(script.failures(record)) == {"numpy"}
        assert "nonsense" in record["failed"]["numpy"]
    assert sum("| fails |" in line for line in script._errors(results)) == 2 * 3
    assert any("NumPy fails" in line for line in script._all_cells(results.of("cells")))


def test_the_page_is_fresh():
    """docs/performance.md, its picture and README's table are what the results in docs/performance.json make."""
    script = peers_module()
    if not script.RESULTS.exists():
        assert "docs/performance.md" not in (script.ROOT / "README.md").read_text(), "README links to a page without it"
        return
    done = peers("write", "--check")
    assert done.returncode == 0, done.stderr
    results = script.Results(script.RESULTS)
    assert not [record for kind in script.LISTS for record in results.of(kind) if script.failures(record)]
    assert explained(script, results, script.RESULTS.with_suffix(".md").read_text())


def test_peers_refuses():
    done = peers("run", "nonsense")
    assert done.returncode == 2
    assert "no function 'nonsense'" in done.stderr
    done = peers("run", "--threads", "0")
    assert done.returncode == 2
    assert "'0' is not like 1,2" in done.stderr
