"""CONTRIBUTING.md is true: its three edits, made in a copy of the tree, give a function, tested and documented."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
SECTION = TEXT.split("## Adding an activation")[1].split("\n## ")[0]


def edits():
    """The fenced blocks of the section, without their indentation: C functions, row, reference."""
    blocks = re.findall(r"^ +```(c|python)\n(.*?)^ +```$", SECTION, re.DOTALL | re.MULTILINE)
    functions, row, reference = (re.sub(r"(?m)^ {3}", "", text) for _, text in blocks)
    return functions, row, reference


def append(path, text):
    path.write_text(path.read_text().rstrip("\n") + "\n" + text)


def test_paths_and_commands_exist():
    for path in re.findall(r"`((?:src_c|fastact|tests|docs)/[\w./]*|[\w]+\.py|\.ci/run)`", TEXT):
        assert "<" in path or (ROOT / path).exists(), path
    options = subprocess.run(
        [sys.executable, "-m", "fastact", "verify", "--help"], capture_output=True, text=True, cwd=ROOT / "tests"
    ).stdout
    options += subprocess.run(
        [sys.executable, "-m", "fastact", "bench", "--help"], capture_output=True, text=True, cwd=ROOT / "tests"
    ).stdout
    for option in re.findall(r"python -m fastact (?:verify|bench)[^`\n]*?(--\w+)", TEXT):
        assert option in options, option


@pytest.mark.slow
def test_adding_an_activation(tmp_path):
    tree, site = tmp_path / "tree", tmp_path / "site"
    ignore = shutil.ignore_patterns(".git", ".venv", "build", "dist", "*.egg-info", "*.so", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, tree, ignore=ignore)
    functions, row, reference = edits()
    append(tree / "src_c" / "act" / "piecewise.h", functions)
    append(tree / "src_c" / "activations.def", row)
    table = tree / "fastact" / "_reference.py"
    head, tail = table.read_text().rsplit("\n}", 1)
    table.write_text(f"{head}\n{reference}}}{tail}")
    append(tree / "README.md", "\n`square_relu`\n")

    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "FASTACT"))}

    def run(*command, where=tmp_path):
        done = subprocess.run(
            [sys.executable, *command], capture_output=True, text=True, cwd=where, env=env, timeout=400
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    run("generate.py", where=tree)
    run("-m", "pip", "install", "-q", "--no-deps", *isolation(), "--target", str(site), str(tree))
    env["PYTHONPATH"] = str(site)

    script = (
        "import fastact, numpy as np, inspect\n"
        f"assert fastact.__file__.startswith({str(site)!r}), fastact.__file__\n"
        "from fastact._registry import ROWS\n"
        "x = np.array([-2, 0, 3], np.float32)\n"
        "assert fastact.square_relu(x).tolist() == [0, 0, 9]\n"
        "assert fastact.square_relu_backward(np.ones_like(x), x, out=x).tolist() == [0, 0, 6]\n"
        "assert isinstance(fastact.ufuncs.square_relu, np.ufunc)\n"
        "assert isinstance(fastact.ufuncs.square_relu_backward, np.ufunc)\n"
        "assert 'square_relu' in ROWS and 'square_relu' in fastact.__all__\n"
        "assert 'Primer' in fastact.square_relu.__doc__\n"
        "assert list(inspect.signature(fastact.square_relu).parameters) == ['x', 'out', 'where']\n"
    )
    run("-c", script)
    assert "def square_relu_backward(" in (tree / "fastact" / "__init__.pyi").read_text()
    assert "square_relu" in run("-m", "fastact", "verify", "square_relu", "--isa", "all", "--points", "500")
    tests = [str(tree / "tests" / f"test_{name}.py") for name in ("accuracy", "api", "buffers", "edges", "complete")]
    chosen = "square_relu or test_public_names or stubs or rows_of_the_file"
    out = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, *tests, where=tree)
    passed = int(re.search(r"(\d+) passed", out)[1])
    assert passed > 100, out


def isolation():
    """The build's tools are there in a test environment; else pip fetches them."""
    try:
        import Cython
        import setuptools

        new_enough = int(setuptools.__version__.split(".")[0]) >= 77 and Cython.__version__ >= "3.1"
    except ImportError:
        new_enough = False
    return ["--no-build-isolation"] if new_enough else []
