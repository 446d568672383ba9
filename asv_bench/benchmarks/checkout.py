"""Modules of fastact from the checkout that holds this suite, over the functions of the fastact that is installed.

asv knows a result by its name and by where its parameters stand in their lists. So both must be the same whatever
commit is installed: cases, statements, data and references come from here, only what is measured comes from there.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import astuple, fields
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_NAME = "fastact_checkout"


def _generator() -> ModuleType:
    """generate.py, which reads the registry."""
    name = f"{_NAME}.generate"
    spec = importlib.util.spec_from_file_location(name, ROOT / "generate.py")
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


class _Core(ModuleType):
    """In the place of the compiled core."""

    @staticmethod
    def registry() -> list[dict[str, Any]]:
        """The rows of src_c/activations.def, as the core tells them."""
        rows = []
        for row in _generator().read_registry():
            told = {field.name: getattr(row, field.name) for field in fields(row)}
            bounds = {key: bound for key, bound in row.bounds.items() if bound >= 0}
            rows.append({**told, "params": tuple(map(astuple, row.params)), "bounds": bounds, "cost": ""})
        return rows

    @staticmethod
    def instruction_sets() -> dict[str, Any]:
        """What is in use."""
        import fastact

        return fastact.show_config(mode="dicts")["instruction_sets"]

    def __getattr__(self, name: str) -> Any:
        """A public function of the fastact that is installed."""
        if name.startswith("_"):  # what Python asks every module for
            raise AttributeError(name)
        import fastact

        return getattr(fastact, name)


def _package() -> None:
    package = ModuleType(_NAME)
    package.__path__ = [str(ROOT / "fastact")]
    core = _Core(f"{_NAME}._core")
    package._core = core
    sys.modules.update({_NAME: package, core.__name__: core})


def load(name: str) -> ModuleType:
    """A module of the checkout's fastact/."""
    if _NAME not in sys.modules:
        _package()
    return importlib.import_module(f"{_NAME}.{name}")
