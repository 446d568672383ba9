"""The build: C kernels once per (instruction set, dtype), then the Cython core that picks among them at run time."""

import glob
import os
import platform
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, LinkError, OptionError

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # build isolation does not
import generate

# Every instruction set, the plainest first: the last one that the processor has is the one used. One that is new here
# needs its vocabulary, src_c/vec/<name>.h, and its test in src_c/dispatch.c. As every
# x86-64 has sse2, portable is only tested there; both are to be small rather than a little faster.
X86 = {
    "portable": ["-Os"],
    "sse2": ["-O2", "-msse2"],
    "avx2": ["-mavx2", "-mfma"],
    "avx512": ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mavx2", "-mfma", "-mprefer-vector-width=512"],
}
ARM = {"portable": [], "neon": []}
INSTRUCTION_SETS = {"x86_64": X86, "amd64": X86, "aarch64": ARM, "arm64": ARM}
OTHER_MACHINE = {"portable": []}
CHOICE = "FASTACT_BUILD"  # the environment variable that names those to build, instead of all

C_FLAGS = ["-std=gnu11", "-O3", "-g0", "-fPIC", "-fvisibility=hidden"]
SANITIZE = "FASTACT_SANITIZE"  # the environment variable for a build that stops at what C leaves undefined
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-g", "-O1"]
KERNEL_FLAGS = [*C_FLAGS, "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]
TILE = "1024"  # FA_TILE: fast along strided axes, for 60 KB of stack

# How to ask for OpenMP: compiler flags, linker flags. The second is Apple's clang with libomp beside it.
OPENMP = [(["-fopenmp"], ["-fopenmp"]), (["-Xpreprocessor", "-fopenmp"], ["-lomp"])]
OPENMP_MSVC = [(["/openmp"], [])]
OPENMP_PROGRAM = "#include <omp.h>\nint main(void) { return omp_get_max_threads() < 1; }\n"

CYTHON_DIR = os.path.join("build", "cython")


def loudly(text):
    print(f"\n*** fastact: {text}\n", file=sys.stderr, flush=True)


def machine_table():
    return INSTRUCTION_SETS.get(platform.machine().lower(), OTHER_MACHINE)


def chosen(table):
    """The instruction sets to build: those that FASTACT_BUILD names, else all."""
    names = set(os.environ.get(CHOICE, "").replace(",", " ").split())
    if unknown := sorted(names - table.keys()):
        raise OptionError(
            f"{CHOICE}={os.environ[CHOICE]}: unknown here: {', '.join(unknown)}; there are {', '.join(table)}"
        )
    return {isa: flags for isa, flags in table.items() if isa in names or not names}


class BuildExt(build_ext):
    """Adds the kernels' objects, and OpenMP where there is any, to the one extension."""

    def finalize_options(self):
        chosen(machine_table())  # an error now, not after Cython's work
        generate.write_defs(os.path.join(CYTHON_DIR, "_functions.pxi"))
        self.distribution.ext_modules[:] = cythonize(
            self.distribution.ext_modules, build_dir=CYTHON_DIR, include_path=[CYTHON_DIR, "fastact"], force=self.force
        )
        super().finalize_options()

    def build_extension(self, ext):
        self.msvc = self.compiler.compiler_type == "msvc"
        if self.msvc:
            loudly("MSVC lacks the vector types that the kernels are written in; use gcc or clang-cl. Trying portable.")
        ext.extra_compile_args += [] if self.msvc else C_FLAGS
        compile_args, link_args = self.openmp()
        ext.extra_compile_args += compile_args
        self.sanitizers = SANITIZERS if os.environ.get(SANITIZE) else []
        ext.extra_link_args += [*link_args, *self.sanitizers]
        ext.define_macros.append(("FASTACT_VERSION", f'"{self.distribution.get_version()}"'))
        ext.extra_objects += self.objects(ext)
        ext.depends += ext.extra_objects  # or another choice of instruction sets would be taken for up to date
        ext.sources = []
        super().build_extension(ext)

    def compile(self, source, folder, flags, macros, include_dirs=None):
        """The object of one source, in a folder of its own: the same source is compiled many times."""
        folder = os.path.join(self.build_temp, folder)
        return self.compiler.compile(
            [source],
            output_dir=folder,
            macros=macros,
            include_dirs=include_dirs,
            extra_postargs=[*flags, *self.sanitizers],
        )

    def objects(self, ext):
        """The core and the kernels, as many at a time as there are processors."""
        table = chosen(OTHER_MACHINE if self.msvc else machine_table())
        flags = [] if self.msvc else KERNEL_FLAGS
        refused = {isa for isa in table if table[isa] and not self.accepts(table[isa])}
        for isa in refused:
            loudly(f"the compiler refuses {' '.join(table[isa])}: built WITHOUT {isa}")
        built = [isa for isa in table if isa not in refused]
        if not built:
            raise CompileError(f"the compiler refuses every instruction set of {CHOICE}={os.environ[CHOICE]}")

        # what takes longest first
        jobs = [(source, "core", ext.extra_compile_args, ext.define_macros, ext.include_dirs) for source in ext.sources]
        for isa, bits in [(isa, bits) for isa in reversed(built) for bits in (32, 64)]:
            macros = [("FA_ISA", isa), ("FA_REAL", str(bits)), ("FA_TILE", TILE)]
            jobs.append((os.path.join("src_c", "kernels.c"), f"{isa}_{bits}", flags + table[isa], macros))
        jobs.append((os.path.join("fastact", "_team.c"), "core", ext.extra_compile_args, []))
        macros = [("FA_BUILT", " ".join(f"FA_X({isa})" for isa in built))]
        jobs += [(os.path.join("src_c", source), "common", flags, macros) for source in ("dispatch.c", "info.c")]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return [name for names in pool.map(lambda job: self.compile(*job), jobs) for name in names]

    def accepts(self, flags):
        return self.builds("int main(void) { return 0; }\n", flags, None)

    def openmp(self):
        for compile_args, link_args in OPENMP_MSVC if self.msvc else OPENMP:
            if self.builds(OPENMP_PROGRAM, compile_args, link_args):
                return compile_args, link_args
        loudly("no OpenMP with this compiler: built SERIAL, every call runs on one thread")
        return [], []

    def builds(self, program, compile_args, link_args):
        """Does this program compile and, unless link_args is None, link?"""
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "probe.c")
            with open(source, "w") as file:
                file.write(program)
            try:
                objects = self.compiler.compile([source], output_dir=folder, extra_postargs=compile_args)
                if link_args is not None:
                    self.compiler.link_executable(objects, "probe", output_dir=folder, extra_postargs=link_args)
            except (CompileError, LinkError):
                return False
        return True


setup(
    ext_modules=[
        Extension(
            "fastact._core",
            ["fastact/_core.pyx"],
            include_dirs=["fastact", "src_c", np.get_include()],
            define_macros=[("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION"), ("FA_TILE", TILE)],
            depends=[
                "setup.py",
                *glob.glob("fastact/*.[ch]"),
                *glob.glob("fastact/*.pxi"),
                *glob.glob("src_c/**/*.*", recursive=True),
            ],
        )
    ],
    cmdclass={"build_ext": BuildExt},
)
