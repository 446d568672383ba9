"""Nothing is missing: each row has functions, ufuncs, stubs, reference and documentation; commands and examples run."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import ISAS, each_row, python, unsanitized

import fastact
from fastact import _core, ufuncs
from fastact._reference import REFERENCES
from fastact._registry import FUNCTIONS, ROWS

ROOT = Path(__file__).resolve().parent.parent
DEFINITIONS = (ROOT / "src_c" / "activations.def").read_text()
PUBLIC = {row.function for row in ROWS.values()}
HELPERS = {
    "Activation", "ActivationProperties", "BoundActivation", "BoundFunction", "Function", "Registry", "draw_seed",
    "get", "get_num_threads", "registry", "set_num_threads", "show_config", "swish_parameters_backward", "threads",
    "ufuncs", "xielu_parameters_backward",
}  # fmt: skip
#: the derivative is 0; the gradient comes with the loss
NO_BACKWARD = {"hardmax", "sigmoid_cross_entropy", "softmax_cross_entropy"}


def test_rows_of_the_file_are_those_of_the_package():
    """Read once more, independently: every ACT( outside a comment, and every row is a Python expression."""
    text = re.sub(r"/\*.*?\*/", "", DEFINITIONS, flags=re.DOTALL)
    calls = [node.value for node in ast.parse(text).body]
    assert all(call.func.id == "ACT" and len(call.args) == 15 for call in calls)
    assert [call.args[0].id for call in calls] == list(ROWS)
    for call, row in zip(calls, ROWS.values(), strict=True):
        assert call.args[1].value == len(row.params)
        assert call.args[4].id == row.cost
        assert [a.value for a in call.args[8:]] == [
            row.formula,
            row.derivative,
            row.derivative_y,
            row.range,
            row.kinks,
            row.summary,
            row.source,
        ]


def test_functions_of_the_file_are_those_of_the_package():
    """Read once more, independently: a FUNCTION for each public function that is not elementwise."""
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "src_c" / "functions.def").read_text(), flags=re.DOTALL)
    calls = [node.value for node in ast.parse(text).body]
    assert all(call.func.id == "FUNCTION" and len(call.args) == 11 for call in calls)
    assert [call.args[0].id for call in calls] == list(FUNCTIONS)
    for call, row in zip(calls, FUNCTIONS.values(), strict=True):
        assert call.args[1].id.lower() == row.family
        assert [a.value for i, a in enumerate(call.args) if i in (2, 3, 6, 7, 8, 9, 10)] == [
            row.signature, row.reads, row.formula, row.derivative, row.range, row.summary, row.source,
        ]  # fmt: skip
        for dtype, bounds in zip(("float32", "float64"), call.args[4:6], strict=True):
            given = [getattr(bound, "value", None) for bound in bounds.args] + [None] * (3 - len(bounds.args))
            assert given == [row.bounds.get((dtype, kind)) for kind in ("forward", "backward", "parameters")]


def test_gates_have_ufuncs():
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "src_c" / "gates.def").read_text(), flags=re.DOTALL)
    value, gate = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    names = set()
    for name, reads in re.findall(r"GATE\((\w+), .*, (\w+)\)", text):
        suffixes = ("", "_backward", "_backward_y") if reads == "READS_VALUE_OR_Y" else ("", "_backward")
        names |= {name + suffix for suffix in suffixes}
        assert getattr(ufuncs, name).nin == 2
        assert getattr(ufuncs, f"{name}_backward").nout == 2
    assert names == set(_core.gate_ufuncs())
    assert names <= set(ufuncs.__all__)
    assert set(ufuncs.__all__) == {*_core.ufuncs(), *names}
    assert (ufuncs.swiglu(value, gate) == fastact.swiglu(value, gate)).all()


def test_the_nineteen_of_the_first_release():
    assert {
        "identity", "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "sigmoid", "logsigmoid", "tanh", "softplus",
        "softsign", "silu", "swish", "mish", "gelu", "hardtanh", "hardsigmoid", "hardswish",
    } <= PUBLIC  # fmt: skip


@each_row
def test_each_row_is_everywhere(row):
    assert row.name in REFERENCES
    assert callable(getattr(fastact, row.function))
    assert callable(getattr(fastact, f"{row.function}_backward"))
    for suffix in ("", "_backward", *(["_backward_y"] if row.from_y else [])):
        assert isinstance(getattr(ufuncs, row.name + suffix), np.ufunc)
    assert row.summary.endswith(".")
    assert row.cost in ("LIGHT", "EXP", "HEAVY")
    x = np.array([0.5])
    for isa in ISAS:
        out = np.empty(1)
        _core.run_kernel(isa, row.name, "forward", out, x, None, tuple(p.default for p in row.params))
        assert out[0] == pytest.approx(row.forward(x)[0], rel=1e-14)


def test_public_names():
    both = PUBLIC | set(FUNCTIONS)
    names = both | {f"{name}_backward" for name in both - NO_BACKWARD} | HELPERS
    assert set(fastact.__all__) == names
    assert list(fastact.__all__) == sorted(fastact.__all__)
    public = {name for name in dir(fastact) if not name.startswith("_")}
    assert public <= names, public - names
    for name in fastact.__all__:
        assert len(getattr(fastact, name).__doc__) > 60, name


def test_stubs_list_everything():
    """Every public name, and nothing that is not there."""
    for module, stub in ((fastact, "__init__.pyi"), (ufuncs, "ufuncs.pyi"), (_core, "_core.pyi")):
        declared = set()
        for node in ast.parse((ROOT / "fastact" / stub).read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                declared.add(node.name)
            elif isinstance(node, ast.AnnAssign):
                declared.add(node.target.id)
            elif isinstance(node, ast.ImportFrom) and node.module is None:
                declared.update(alias.name for alias in node.names)
        assert set(getattr(module, "__all__", [])) <= declared, stub
        for name in declared:
            assert name.startswith("_") or hasattr(module, name), (stub, name)


def test_committed_stubs_are_fresh():
    done = subprocess.run([sys.executable, str(ROOT / "generate.py"), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_stale_stubs_are_noticed(tmp_path):
    files = [
        p for pattern in ("*.pyi", "*.pxi", "_functions.py", "_output.py") for p in (ROOT / "fastact").glob(pattern)
    ]
    for path in (ROOT / "generate.py", *(ROOT / "src_c").glob("*.def"), *files):
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(exist_ok=True)
        (tmp_path / path.relative_to(ROOT)).write_text(path.read_text())

    def check():
        command = [sys.executable, "generate.py", "--check"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert check().returncode == 0
    for name, old, new, stale in (
        ("src_c/activations.def", "ACT(relu6, 0", "ACT(relu7, 0", "__init__.pyi"),
        ("src_c/functions.def", "value * silu(gate)", "silu(gate)", "_functions.py"),
        ("src_c/gates.def", "GATE(reglu", "GATE(rigluh", "ufuncs.pyi"),
        ("fastact/_rows.pxi", "def softmax(x, /, axis=-1", "def softmax(x, /, axis=-2", "__init__.pyi"),
    ):
        path = tmp_path / name
        kept = path.read_text()
        assert old in kept
        path.write_text(kept.replace(old, new))
        done = check()
        assert done.returncode == 1
        assert stale in done.stdout
        path.write_text(kept)
    assert check().returncode == 0


def test_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", fastact.__version__)
    assert f'version = "{fastact.__version__}"' in (ROOT / "pyproject.toml").read_text()


@unsanitized
def test_installed_size():
    """Less than 9.5 MB, and typed; a tree that is built in place has the sources of Cython beside it."""
    folder = Path(fastact.__file__).parent
    files = [p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    files = [p for p in files if p.suffix not in (".pyx", ".pxi")]
    assert sum(p.stat().st_size for p in files) < 9_500_000
    assert (folder / "py.typed").exists()


def test_show_config(capsys):
    assert fastact.show_config() is None
    printed = capsys.readouterr().out
    config = fastact.show_config("dicts")
    assert {"version", "instruction_sets", "compiler", "openmp", "threads", "python", "numpy"} <= set(config)
    for word in (fastact.__version__, *config["instruction_sets"]["built"], config["compiler"], np.__version__):
        assert word in printed
    with pytest.raises(ValueError, match=r"show_config.*mode.*stdout.*dicts"):
        fastact.show_config("yaml")


def test_documentation_names_every_function():
    """README and the pages of docs/ speak of each public function and helper."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(page.read_text() for page in pages)
    missing = [name for name in sorted(PUBLIC | set(FUNCTIONS) | HELPERS) if not re.search(rf"\b{name}\b", text)]
    assert not missing
    table = pages[0].read_text().split("\n## The functions\n")[1].split("\n## ")[0]
    assert not (PUBLIC | set(FUNCTIONS)) - set(re.findall(r"`(\w+)[`(]", table))


def test_source_map_is_true():
    """The files that src_c/README.md names exist, and those that exist are named."""
    text = (ROOT / "src_c" / "README.md").read_text()
    for path in (ROOT / "src_c").rglob("*.[chd]*"):
        name = path.relative_to(ROOT / "src_c").as_posix()
        assert path.name in text or name.split("/")[0] + "/" in text, f"src_c/README.md does not mention {name}"


# --- the command line -----------------------------------------------------------------------------------------------


def command(*arguments, **options):
    return python("-m", "fastact", *arguments, **options)


def test_info():
    done = command("info")
    assert done.returncode == 0, done.stderr
    for word in (fastact.__version__, _core.instruction_sets()["in_use"]):
        assert word in done.stdout


def test_verify():
    done = command("verify", "relu", "sigmoid", "--points", "200", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert {(r["name"], r["kind"], r["dtype"]) for r in rows} == {
        (name, kind, dtype)
        for name in ("relu", "sigmoid")
        for kind in ("forward", "backward", "backward_y")
        for dtype in ("float32", "float64")
    }
    done = command("verify", "tanh", "--dtype", "float64", "--points", "200")
    assert done.returncode == 0, done.stderr
    assert "tanh" in done.stdout


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_verify_fails_where_a_bound_is_broken(dtype):
    script = (
        "import sys; from fastact import _registry, __main__\n"
        "row = _registry.ROWS['sigmoid']\n"
        f"object.__setattr__(row, 'bounds', {{**row.bounds, ('{dtype}', 'forward'): 0.25}})\n"
        f"sys.argv = ['fastact', 'verify', 'sigmoid', '--dtype', '{dtype}', '--points', '200']\n"
        "sys.exit(__main__.main())\n"
    )
    done = python("-c", script)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
    assert "sigmoid" in done.stdout


def test_unknown_names_are_refused():
    for subcommand in ("verify", "bench"):
        done = command(subcommand, "nonsense")
        assert done.returncode == 2
        assert "nonsense" in done.stderr
        assert "sigmoid" in done.stderr, "the choices are listed"
    assert command("no such command").returncode == 2
