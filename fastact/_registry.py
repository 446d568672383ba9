"""The registry, src_c/activations.def, as Python sees it: read from the compiled core, so it is what was built."""

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
    summary: str
    source: str

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
