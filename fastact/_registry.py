"""The registry, src_c/activations.def, as Python sees it: read from the compiled core, so it is what was built."""

import math
import re
from dataclasses import dataclass

from . import _core


@dataclass(frozen=True)
class Param:
    """A parameter: its default and the rules for it (see src_c/activations.def)."""

    name: str
    default: float
    rule: str
    rule_y: str


@dataclass(frozen=True)
class Row:
    """One activation. `gelu_tanh` is a row of its own, with function "gelu" and variant "tanh"."""

    name: str
    function: str
    variant: str | None
    params: tuple[Param, ...]
    from_y: bool
    cost: str
    bounds: dict[tuple[str, str], float]  # (dtype, "forward" | "backward" | "backward_y") -> ULP; absent: no such pass
    formula: str
    derivative: str
    derivative_y: str
    range: str
    kinks: str
    summary: str
    source: str

    def _evaluate(self, text, params):
        """An expression of the registry, with these parameters."""
        names = {p.name: value for p, value in zip(self.params, params, strict=True)}
        return eval(text, {"__builtins__": {}, "inf": math.inf}, names)

    def range_of(self, *params):
        """(lowest, highest) output with these parameters."""
        low, high = self._evaluate(re.sub(r"[\[(]([^][()]*)[])]", r"(\1)", self.range), params)
        return float(low), float(high)

    def kinks_of(self, *params):
        """The finite arguments at which a piece ends, with these parameters."""
        kinks = self._evaluate(f"({self.kinks}{',' if self.kinks else ''})", params)
        return tuple(float(kink) for kink in kinks if math.isfinite(kink))

    def keywords(self):
        return {} if self.variant is None else {"approximate": self.variant}

    def forward(self, x, *params, out=None):
        """The public function, for this row."""
        return getattr(_core, self.function)(x, *params, out=out, **self.keywords())

    def backward(self, grad, x=None, *params, y=None, out=None):
        """The public function's gradient, for this row; with y= only where `from_y`."""
        keywords = self.keywords() if y is None else {"y": y, **self.keywords()}
        return getattr(_core, f"{self.function}_backward")(grad, x, *params, out=out, **keywords)


ROWS = {row["name"]: Row(**{**row, "params": tuple(Param(*p) for p in row["params"])}) for row in _core.registry()}
