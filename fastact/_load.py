"""Loads the compiled core, and with it the OpenMP runtime; says so if there is none."""

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

# A region of the OpenMP runtime of GCC ends when its last thread has arrived, and waits for it spinning. Where another
# library's thread holds the core (OpenBLAS keeps it for milliseconds after a matrix product), that takes as long: 8 ms
# for a product and a tanh of 0.5 ms. Spinning for some 20 us is enough. The runtime reads this when it is loaded.
SPIN = "GOMP_SPINCOUNT"


def load() -> None:
    """Import the core."""
    short = not {SPIN, "OMP_WAIT_POLICY"} & os.environ.keys()
    if short:
        os.environ[SPIN] = "5000"
    try:
        import_module("fastact._core")
    except ImportError:
        source = Path(__file__).with_name("_core.pyx")
        if find_spec("fastact._core") or not source.exists():
            raise
        raise ImportError(
            f"{source.parent} is fastact's source tree, and the compiled core is not in it. To use an installed "
            "fastact, run Python from another folder, or with -P (python -P -m fastact); to use the source tree, "
            "build the core in it: pip install -e ."
        ) from None
    finally:
        if short:
            del os.environ[SPIN]


load()
