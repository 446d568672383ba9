"""FASTACT_BUILD, the choice of what setup.py builds; tests/test_regressions.py has real builds with it."""

import ast
import os
import subprocess
import sys

import pytest
import toolchain


@pytest.mark.parametrize("names", ["avx1024", "AVX2", "portable,neon,sse2", "portable;", "all"])
def test_unknown_instruction_set(names, tmp_path):
    """An error that says what there is, before anything is written."""
    done = subprocess.run(
        [sys.executable, "setup.py", "-q", "build_ext", "--build-lib", str(tmp_path), "--build-temp", str(tmp_path)],
        capture_output=True, text=True, cwd=toolchain.ROOT, env={**os.environ, "FASTACT_BUILD": names}, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    message = done.stderr.strip().splitlines()[-1]
    for word in (f"FASTACT_BUILD={names}", *toolchain.native_sets()):
        assert word in message, message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (None, ["portable", "sse2", "avx2"]),
        ("", ["portable", "sse2", "avx2"]),
        ("sse2", ["sse2"]),
        ("avx2,portable", ["portable", "avx2"]),  # in the order of the table: the last that there is will be used
        (" avx2 , sse2, ", ["sse2", "avx2"]),
    ],
)
def test_choice(names, wanted, monkeypatch):
    table = {"portable": [], "sse2": ["-msse2"], "avx2": ["-mavx2"]}
    source = ast.parse((toolchain.ROOT / "setup.py").read_text())
    function = next(node for node in source.body if isinstance(node, ast.FunctionDef) and node.name == "chosen")
    names_of_setup = {**toolchain.setup_table(), "os": os}
    exec(compile(ast.Module([function], []), "setup.py", "exec"), names_of_setup)
    monkeypatch.delenv("FASTACT_BUILD", raising=False)
    if names is not None:
        monkeypatch.setenv("FASTACT_BUILD", names)
    assert names_of_setup["chosen"](table) == {name: table[name] for name in wanted}
    assert list(names_of_setup["chosen"](table)) == wanted
