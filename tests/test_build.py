"""FASTACT_BUILD, the choice of what setup.py builds; tests/test_regressions.py has real builds with it."""

import ast
import os
import shutil
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


@pytest.mark.parametrize("bits", toolchain.BITS)
@pytest.mark.parametrize(
    ("compiler", "isa", "flags"),
    [
        ("gcc", "avx512", ["-march=sapphirerapids"]),
        ("gcc", "portable", ["-march=sapphirerapids"]),
        ("aarch64-linux-gnu-gcc", "neon", ["-mcpu=cortex-a76"]),
        ("aarch64-linux-gnu-gcc", "neon", ["-mcpu=neoverse-n1"]),
        ("arm-none-eabi-gcc", "portable", ["-mcpu=cortex-m55", "-mfloat-abi=hard"]),
    ],
)
def test_processors_with_half_precision(compiler, isa, flags, bits):
    """gcc says FLT_EVAL_METHOD = 16 for them in gnu mode, and it is no x87: they build like the others."""
    if not shutil.which(compiler):
        pytest.skip(f"no {compiler}")
    if "sapphirerapids" in flags[0] and not toolchain.X86:
        pytest.skip("gcc is not one for x86-64")
    command = [compiler, *flags, "-std=gnu11", "-fsyntax-only", "-ffp-contract=off", f"-DFA_ISA={isa}"]
    done = subprocess.run(
        [*command, f"-DFA_REAL={bits}", str(toolchain.SRC / "kernels.c")], capture_output=True, text=True
    )
    if "for '-mcpu='" in done.stderr or "for '-march='" in done.stderr or "bad value" in done.stderr:
        pytest.skip(f"{compiler} does not know {flags[0]}")
    assert done.returncode == 0, done.stderr[:2000]


def test_x87_is_still_refused():
    """Where every operation may be rounded twice, or not at all, the bounds do not hold."""
    if not toolchain.X86 or not shutil.which("gcc"):
        pytest.skip("no gcc for x86")
    source = str(toolchain.SRC / "kernels.c")
    for flags in (["-mfpmath=387"], ["-ffast-math"]):
        command = ["gcc", "-std=gnu11", "-fsyntax-only", "-DFA_ISA=portable", "-DFA_REAL=32", *flags, source]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode != 0
        assert "no -ffast-math, no x87" in done.stderr
