"""Builds of the C sources for the tests: with the flags of setup.py, by every compiler, for every machine at hand."""

import ast
import functools
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src_c"
HERE = Path(__file__).resolve().parent / "c"
WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]
BITS = (32, 64)
X86 = platform.machine().lower() in ("x86_64", "amd64")
AARCH64 = platform.machine().lower() in ("aarch64", "arm64")
#: instruction sets with a fused multiply-add give one result, the others another
FUSED = ("avx2", "avx512", "neon")


@functools.cache
def setup_table():
    """The constants of setup.py (flags, instruction sets), without running the rest of it."""
    names = {}
    for node in ast.parse((ROOT / "setup.py").read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id.isupper() and not isinstance(node.value, ast.Call):
            exec(compile(ast.Module([node], []), "setup.py", "exec"), {"os": os}, names)
    return names


@dataclass(frozen=True)
class Target:
    """One way to build and run: compiler, extra flags, how the program is started, which instruction sets."""

    name: str
    compiler: str
    sets: tuple[str, ...]
    flags: tuple[str, ...] = ()
    set_flags: tuple[str, ...] | None = None  # in place of those of setup.py
    link: tuple[str, ...] = ("-lm",)
    runner: tuple[str, ...] = ()
    needs: str = ""  # a header that must be there

    def flags_for(self, isa):
        if self.set_flags is not None:
            return list(self.set_flags)
        return setup_table()["X86" if X86 and not self.runner else "ARM"][isa]

    def require(self):
        """Skips the test, with the reason, where a tool is missing."""
        for tool in (self.compiler, *self.runner[:1]):
            if not shutil.which(tool):
                pytest.skip(f"{self.name}: no {tool}")
        if self.needs and not compiles(self.compiler, f"#include <{self.needs}>\n", *(self.set_flags or ())):
            pytest.skip(f"{self.name}: no {self.needs}")
        return self

    def run(self, program, *arguments, data=b""):
        done = subprocess.run([*self.runner, str(program), *arguments], input=data, capture_output=True, timeout=240)
        assert done.returncode == 0, f"{program} {arguments}: {done.returncode}\n{done.stderr.decode()[:4000]}"
        return done.stdout


def native_sets():
    if X86:
        return tuple(setup_table()["X86"])
    return tuple(setup_table()["ARM"]) if AARCH64 else ("portable",)


SANITIZE = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
GCC = Target("gcc", "gcc", native_sets())
CLANG = Target("clang", "clang", native_sets())
SANITIZED = Target("sanitizers", "gcc", native_sets()[:2], SANITIZE, (), (*SANITIZE, "-lm"))
TARGETS = {"gcc": GCC, "clang": CLANG, "sanitizers": SANITIZED}
if X86:
    include = ("-include", str(HERE / "simde_avx512.h"), "-Wno-psabi")
    # gcc 12 gives an array that has left its scope away while the address of an element is still used (its bug 90348):
    # lanes of one intrinsic overwrote another's
    options = ("-O1", "-fstack-reuse=none")
    TARGETS["simde"] = Target(
        "simde", "gcc", ("avx512",), options, ("-mavx2", "-mfma", *include), needs="simde/x86/avx512.h"
    )
    TARGETS["aarch64"] = Target(
        "aarch64",
        "aarch64-linux-gnu-gcc",
        ("portable", "neon"),
        link=("-static", "-lm"),
        runner=("qemu-aarch64-static",),
        needs="stdio.h",
    )


def compiles(compiler, text, *flags):
    flags = [f for f in flags if f.startswith("-m")]
    done = subprocess.run([compiler, "-xc", "-fsyntax-only", *flags, "-"], input=text.encode(), capture_output=True)
    return done.returncode == 0


def cc(target, arguments):
    done = subprocess.run([target.compiler, *arguments], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{target.compiler} {' '.join(arguments)}\n{done.stderr[:6000]}"


@functools.cache
def kernels(target, folder):
    """Objects of the kernels of all instruction sets of the target, compiled with all warnings as errors."""
    objects = []
    for isa in target.sets:
        for bits in BITS:
            out = folder / f"{target.name}.{isa}.{bits}.o"
            flags = [*setup_table()["KERNEL_FLAGS"], *target.flags, *target.flags_for(isa)]
            cc(target, [*flags, *WARNINGS, f"-DFA_ISA={isa}", f"-DFA_REAL={bits}", f"-I{SRC}",
                        "-c", str(SRC / "kernels.c"), "-o", str(out)])  # fmt: skip
            objects.append(out)
    return objects


@functools.cache
def harness(target, folder):
    objects = kernels(target, folder)
    out = folder / f"{target.name}.harness"
    built = " ".join(f"FA_X({isa})" for isa in target.sets)
    sources = [str(SRC / "dispatch.c"), str(SRC / "info.c"), str(HERE / "harness.c")]
    cc(target, ["-std=c11", "-O2", *WARNINGS, "-Wno-unused-function", *target.flags, f"-I{SRC}", f"-DFA_BUILT={built}",
                *sources, *map(str, objects), *target.link, "-o", str(out)])  # fmt: skip
    return out


@functools.cache
def rows_stack(isa, tile, folder):
    """What prints the stack of the functions along an axis, for kernels with this FA_TILE."""
    out, flags = folder / f"{isa}.{tile}.rows", [f"-DFA_TILE={tile}", f"-I{SRC}"]
    objects = [folder / f"{isa}.{tile}.{bits}.o" for bits in BITS]
    for bits, path in zip(BITS, objects, strict=True):
        cc(GCC, [*setup_table()["KERNEL_FLAGS"], *GCC.flags_for(isa), *WARNINGS, f"-DFA_ISA={isa}", f"-DFA_REAL={bits}",
                 *flags, "-c", str(SRC / "kernels.c"), "-o", str(path)])  # fmt: skip
    cc(GCC, ["-std=gnu11", *flags, f"-DFA_BUILT=FA_X({isa})", str(SRC / "dispatch.c"), str(HERE / "rows_stack.c"),
             *map(str, objects), "-o", str(out)])  # fmt: skip
    return out


@functools.cache
def vec_test(target, isa, bits, folder):
    out = folder / f"{target.name}.{isa}.{bits}.vec"
    flags = [*setup_table()["KERNEL_FLAGS"], *target.flags, *target.flags_for(isa)]
    cc(target, [*flags, *WARNINGS, f"-DFA_ISA={isa}", f"-DFA_REAL={bits}", f"-I{SRC}", str(HERE / "vec_test.c"),
                *target.link, "-o", str(out)])  # fmt: skip
    return out


@functools.cache
def cpu_has(isa, folder):
    """Does this processor run it? The harness, which asks dispatch.c, says."""
    done = subprocess.run([harness(GCC, folder), "?"], capture_output=True, text=True)
    return f" {isa} (not here)" not in f"{done.stderr} "
