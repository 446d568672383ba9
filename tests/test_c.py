"""The kernels as plain C, without Python: warnings, symbols, sanitizers, the same bits from all instruction sets."""

import os
import re
import subprocess

import numpy as np
import pytest
import toolchain
from toolchain import AARCH64, FUSED, GCC, SRC, TARGETS, WARNINGS

pytestmark = pytest.mark.slow

EVERYWHERE = [(name, isa) for name, target in TARGETS.items() for isa in target.sets]
#: all but the back ends, of which vec.h includes one
HEADERS = sorted(path.relative_to(SRC).as_posix() for path in SRC.rglob("*.h") if path.parent.name != "vec")


def read_results(data):
    """{label: array} from what harness.c and vec_test.c write: a line of text, then the numbers."""
    results, at = {}, 0
    while at < len(data):
        end = data.index(b"\n", at)
        *label, count = data[at:end].decode().split()
        dtype, count, at = np.dtype(label[3]), int(count), end + 1
        results[" ".join(label)] = np.frombuffer(data, dtype, count, at)
        at += count * dtype.itemsize
    return results


@pytest.fixture(scope="session")
def results(c_folder):
    kept = {}

    def of(name, isa):
        if (name, isa) not in kept:
            target = TARGETS[name].require()
            program = toolchain.harness(target, c_folder)
            if not target.runner and name != "simde" and not toolchain.cpu_has(isa, c_folder):
                pytest.skip(f"{name}: this processor has no {isa}")
            kept[name, isa] = target.run(program, isa)
        return kept[name, isa]

    return of


def sources_of(name, isa):
    """Those with which the bits must be the same: the first is the one to compare with."""
    fused = isa in FUSED
    return ("gcc", "avx2" if toolchain.X86 else "neon") if fused else ("gcc", "portable")


@pytest.mark.parametrize(("name", "isa"), EVERYWHERE)
def test_same_bits(results, name, isa):
    """avx2 = avx512 = neon and portable = sse2, by any compiler, on any machine; harness.c checks lengths too."""
    got, wanted = results(name, isa), results(*sources_of(name, isa))
    if got == wanted:
        return
    got, wanted = read_results(got), read_results(wanted)
    assert list(got) == list(wanted)
    message = []
    for label, value in got.items():
        bits = f"u{value.itemsize}"
        differ = np.flatnonzero(value.view(bits) != wanted[label].view(bits))
        if differ.size:
            i = differ[0]
            one, other = float(value[i]).hex(), float(wanted[label][i]).hex()
            message.append(f"{label}: {differ.size} differ, element {i}: {one}, not {other}")
    pytest.fail(f"{name} {isa} against {sources_of(name, isa)}:\n" + "\n".join(message[:30]))


def test_harness_is_worth_comparing(results):
    """The inputs reach every kind of result: a harness that compared nothing but zeros would pass any test."""
    every = read_results(results("gcc", "portable"))
    for dtype in ("float32", "float64"):
        info = np.finfo(dtype)
        tail = every[f"sigmoid forward uniform {dtype} 1"]
        assert np.isnan(tail).sum() > 0
        assert ((tail > 0) & (tail < info.tiny)).sum() > 100
        assert ((tail > 0.01) & (tail < 0.99)).sum() > 1000
        assert (every[f"silu backward uniform {dtype} 1"] < 0).sum() > 1000
    assert len(every) > 200


def test_compilers_are_warned_by_nothing(c_folder):
    """The kernels are compiled with -Werror by every test here; this is for the sources that come in parts."""
    for name in ("gcc", "clang"):
        if name == "clang":
            TARGETS[name].require()
        for source in ("dispatch.c", "info.c"):
            toolchain.cc(TARGETS[name], ["-std=c11", *WARNINGS, "-c", str(SRC / source), "-o", str(c_folder / "x.o")])


@pytest.mark.parametrize("standard", ["c99", "c11", "c17"])
def test_header_stands_alone(c_folder, standard):
    text = '#include "fastact.h"\nint main(void) { return fa_select("no such set") != NULL; }\n'
    source = c_folder / f"{standard}.c"
    source.write_text(text)
    flags = [f"-std={standard}", "-pedantic", *WARNINGS, f"-I{SRC}", "-c", str(source), "-o", str(c_folder / "y.o")]
    toolchain.cc(GCC, flags)


@pytest.mark.parametrize(("tile", "most"), [(1024, 60 << 10), (64, 16 << 10)])
def test_stack_of_rows(c_folder, tile, most):
    """What src_c/README.md says of FA_TILE, for the widest vectors, which take most."""
    isa = GCC.sets[-1]
    if not toolchain.cpu_has(isa, c_folder):
        pytest.skip(f"this processor has no {isa}")
    lines = GCC.run(toolchain.rows_stack(isa, tile, c_folder)).decode().splitlines()
    assert len(lines) > 50
    for line in lines:
        assert int(line.split()[-1]) <= most, line


@pytest.mark.parametrize("bits", toolchain.BITS)
@pytest.mark.parametrize("header", HEADERS)
def test_a_header_compiles_alone(header, bits):
    """It includes what it uses."""
    flags = ["-std=gnu11", "-Werror=implicit-function-declaration", "-DFA_ISA=portable", f"-DFA_REAL={bits}"]
    toolchain.cc(GCC, [*flags, f"-I{SRC}", "-fsyntax-only", "-include", header, "-xc", os.devnull])


@pytest.mark.parametrize("isa", GCC.sets)
def test_no_foreign_symbols(c_folder, isa):
    """src_c needs no libm, no malloc, no stdio: embedded builds have none."""
    GCC.require()
    for path in toolchain.kernels(GCC, c_folder):
        if f".{isa}." not in path.name:
            continue
        done = subprocess.run(["nm", "--undefined-only", str(path)], capture_output=True, text=True, check=True)
        foreign = {line.split()[-1] for line in done.stdout.splitlines() if line.strip()}
        assert foreign <= {"memcpy", "memset", "strcmp", "_GLOBAL_OFFSET_TABLE_"}, path.name
        done = subprocess.run(["nm", "--defined-only", "-g", str(path)], capture_output=True, text=True, check=True)
        assert [line.split()[-1] for line in done.stdout.splitlines()] == [f"fa_table_{isa}_{path.name.split('.')[2]}"]


PROGRAM = """
#include "fastact.h"
#include <stdio.h>

int main(void) {
  const fa_isa *isa = fa_select(NULL);
  float x[3] = {-1, 0, 3};
  double z[3] = {0.25, 1, 4};
  isa->table[FA_F32]->kernel[FA_ID_gelu][FA_FORWARD][FA_UNIFORM](x, x, NULL, NULL, 3);
  isa->table[FA_F64]->kernel[FA_ID_bent_identity][FA_FORWARD][FA_UNIFORM](z, z, NULL, NULL, 3); /* has a square root */
  printf("%s %.9g %.9g %.9g %.17g %.17g %.17g\\n", isa->name, x[0], x[1], x[2], z[0], z[1], z[2]);
  return 0;
}
"""
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", (SRC / "README.md").read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in ("gcc", "clang", "aarch64") if name in TARGETS])
def test_the_commands_of_the_readme(name, tmp_path):
    """They compile, link without libm, and what they make runs: the first block everywhere, the second on aarch64."""
    target = TARGETS[name].require()
    arm = AARCH64 or name == "aarch64"
    script = "".join(BLOCKS[: 2 if arm else 1])
    assert script.count(" -O3 ") == 1
    assert script.count("main.c") == (2 if arm else 1)
    script = script.replace(" -O3 ", " -O1 ")  # which takes a third of the time, and needs the same symbols
    (tmp_path / "main.c").write_text(PROGRAM)
    (tmp_path / "src_c").symlink_to(SRC)
    (tmp_path / "bin").mkdir()
    static = "-static " if name == "aarch64" else ""  # for qemu, which has no libraries of that machine
    (tmp_path / "bin" / "cc").write_text(f'#!/bin/sh\nexec {target.compiler} {static}"$@"\n')
    (tmp_path / "bin" / "cc").chmod(0o755)
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    done = subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, env={**os.environ, "PATH": path},
                          capture_output=True, text=True, timeout=600)  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    isa, *numbers = target.run(tmp_path / "main").decode().split()
    assert isa == ("neon" if arm else "portable")
    gelu = [-0.158655254, 0, 2.99595031]
    bent = [((z * z + 1) ** 0.5 - 1) / 2 + z for z in (0.25, 1, 4)]
    np.testing.assert_allclose([float(n) for n in numbers[:3]], gelu, rtol=3e-7)
    np.testing.assert_allclose([float(n) for n in numbers[3:]], bent, rtol=1e-15)


def test_the_commands_of_the_readme_have_the_flags_of_setup():
    """Those that the results, and what the objects need, depend on."""
    (flags,) = re.findall(r'^flags="(.*)"$', BLOCKS[0], re.MULTILINE)
    needed = [flag for flag in toolchain.setup_table()["KERNEL_FLAGS"] if flag.startswith(("-std", "-O", "-f"))]
    assert flags.split() == [flag for flag in needed if flag not in ("-fPIC", "-fvisibility=hidden")]
