"""What a run was measured with, as numbers, so that a step in a curve finds its cause here: 2.0406 is version 2.4.6.

The same in words goes to stderr, once: `asv run --show-stderr` shows it if it uses the fork server, `asv -v run` else.
"""

import os
import platform
import re
import sys
from importlib import metadata

from . import common


def _config():
    return common.public("show_config")(mode="dicts")


def describe():
    """In words; what cannot be had, why not, since the names of the benchmarks do not depend on it."""
    found = {"profile": common.PROFILE_NAME, "Python": platform.python_version()}
    for name in ("numpy", "scipy", "mpmath"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not there"
    try:
        told = _config()
        found["fastact"], found["compiler"] = told["version"], told["compiler"]
        found["instruction set"], found["threads"] = told["instruction_sets"]["in_use"], told["threads"]["limit"]
    except Exception as error:
        found["fastact"] = f"not told: {error!r}"
    return found


def number(text):
    """Of a version: 2.0406 of 2.4.6."""
    parts = [int(part) for part in re.findall(r"\d+", re.search(r"\d+(\.\d+)*", text)[0])[:3]]
    return sum(part / 100**i for i, part in enumerate(parts))


def track_numpy():
    return number(metadata.version("numpy"))


def track_scipy():
    return number(metadata.version("scipy"))


def track_python():
    return number(platform.python_version())


def track_compiler():
    """That of fastact's C."""
    return number(_config()["compiler"])


#: those of each architecture, from the plainest to the widest, as in setup.py
_INSTRUCTION_SETS = (("portable", "sse2", "avx2", "avx512"), ("portable", "neon"))


def track_instruction_set():
    """Its place among those of its architecture, whichever of them were built: 0 is the plainest."""
    used = _config()["instruction_sets"]["in_use"]
    places = [sets.index(used) for sets in _INSTRUCTION_SETS if used in sets]
    if not places:
        raise ValueError(f"instruction set {used!r} is not in {_INSTRUCTION_SETS}")
    return places[0]


def track_threads():
    """How many there are."""
    return common.processors()


for _function in (track_numpy, track_scipy, track_python, track_compiler, track_instruction_set, track_threads):
    _function.version = "2" if _function is track_instruction_set else "1"
    _function.unit = "threads" if _function is track_threads else "number"


def _tell():
    print(", ".join(f"{key} {value}" for key, value in describe().items()), file=sys.stderr, flush=True)


if sys.argv[1:2] == ["discover"]:
    _tell()
elif sys.argv[1:2] == ["run_server"]:
    _child = os.fork()  # its children's threads would suffer if fastact were imported here
    if _child == 0:
        try:
            _tell()
        finally:
            os._exit(0)
    os.waitpid(_child, 0)
