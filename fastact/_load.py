"""Loads the compiled core; says so if there is none."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path


def load() -> None:
    """Import the core."""
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


load()
