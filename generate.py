"""Makes from the registry, src_c/activations.def and functions.def, what Cython, type checkers and Python need to see
written out. The functions of functions.def are written by hand, in fastact/*.pxi: their arguments are read there.

    python generate.py            writes the stubs, fastact/*.pyi, and fastact/_functions.py (they are committed)
    python generate.py --check    exit code 1 if they are stale

The build calls `write_defs` for the public functions of fastact/_core.pyx (they are not committed).
"""

import ast
import json
import math
import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
REGISTRY = ROOT / "src_c" / "activations.def"
FUNCTIONS = ROOT / "src_c" / "functions.def"
GATES = ROOT / "src_c" / "gates.def"
PACKAGE = ROOT / "fastact"

HEAD = "# Made by generate.py from src_c/activations.def: edit there.\n"
HEAD_ALL = "# Made by generate.py from src_c/*.def and fastact/*.pxi: edit there.\n"
HEAD_FUNCTIONS = "# Made by generate.py from src_c/functions.def: edit there.\n"
DTYPES = "float32", "float64"
KINDS = "forward", "backward", "backward_y"
KINDS_OF_FUNCTIONS = "forward", "backward", "parameters"
MAX_PARAMS = 4  # FA_MAX_PARAMS


@dataclass(frozen=True)
class Param:
    name: str
    default: float
    rule: str
    rule_y: str


@dataclass(frozen=True)
class Row:
    name: str
    params: tuple
    from_y: bool
    function: str  # the public function: its own, or the one it is a variant of
    variant: str | None  # the value of approximate=, for a variant
    bounds: dict  # (dtype, kind) -> ULP
    formula: str
    derivative: str
    derivative_y: str
    range: str
    kinks: str
    summary: str
    source: str


def read_calls(path, macro):
    """The macro calls of a .def file. Each is a Python expression once the comments are gone."""
    text = re.sub(r"/\*.*?\*/", "", Path(path).read_text(), flags=re.DOTALL)
    rows = re.split(rf"^{macro}\(", text, flags=re.MULTILINE)[1:]
    return [ast.parse(f"{macro}({row.strip()}", mode="eval").body for row in rows]


def read_registry(path=REGISTRY):
    """The rows, in order."""
    return [read_row(call) for call in read_calls(path, "ACT")]


def read_row(call):
    name, _, params, reads, _, base, bounds32, bounds64, *texts = call.args
    bounds = {
        (dtype, kind): number(bound)
        for dtype, row in zip(DTYPES, (bounds32, bounds64), strict=True)
        for kind, bound in zip(KINDS, row.args, strict=True)
    }
    variant = base.args if isinstance(base, ast.Call) else None
    return Row(
        name.id,
        tuple(Param(p.args[0].id, number(p.args[1]), p.args[2].id, p.args[3].id) for p in getattr(params, "args", [])),
        reads.id == "READS_X_OR_Y",
        variant[0].id if variant else name.id,
        variant[1].value if variant else None,
        bounds,
        *(text.value for text in texts),
    )


def read_functions(path=FUNCTIONS):
    """What src_c/functions.def says of the functions that are not elementwise, as dicts."""
    found = []
    for call in read_calls(path, "FUNCTION"):
        name, family, signature, reads, bounds32, bounds64, *texts = call.args
        bounds = {
            (dtype, kind): number(bound)
            for dtype, row in zip(DTYPES, (bounds32, bounds64), strict=True)
            for kind, bound in zip(KINDS_OF_FUNCTIONS, row.args, strict=False)
        }
        fields = dict(
            zip(("formula", "derivative", "range", "summary", "source"), [t.value for t in texts], strict=True)
        )
        found.append(
            {
                "name": name.id,
                "family": family.id.lower(),
                "signature": signature.value,
                "reads": reads.value,
                "bounds": {key: bound for key, bound in bounds.items() if bound >= 0},
                **fields,
            }
        )
    return found


def read_gates(path=GATES):
    """The ufuncs of the gated functions."""
    for call in read_calls(path, "GATE"):
        name, reads = call.args[0].id, call.args[3].id
        yield from (name, f"{name}_backward", *([f"{name}_backward_y"] if reads == "READS_VALUE_OR_Y" else []))


def number(node):
    """A number of the registry, as info.c has it."""
    return float(eval(compile(ast.Expression(node), "activations.def", "eval"), {"NONE": -1, "INFINITE": math.inf}))


def literal(value):
    """A number as Python and Cython read it."""
    return repr(value) if math.isfinite(value) else f'float("{value}")'


# ---------------------------------------------------------------------------------------------------- docstrings

RULES = {
    "ANY": "any value",
    "POSITIVE": "> 0",
    "NONNEGATIVE": ">= 0",
    "NONZERO": "not 0",
    "ABOVE_PREVIOUS": "not below `{previous}`",
    "BELOW_PREVIOUS": "not above `{previous}`",
}

TEXTS = {
    "x": "Input of any shape: float16, float32 or float64; integers and bools promote.",
    "grad": "Gradient of the loss with respect to the output. Broadcasts with the other array.",
    "x alone": "Input of the forward pass.",
    "x or y": "Input of the forward pass. Exactly one of `x` and `y` is given.",
    "y": "Output of the forward pass, instead of `x`.",
    "param": """A number, or an array that broadcasts; it never changes the dtype of the result, and beside float16 it
        is a float32. A NaN gives NaN wherever the result depends on it.""",
    "approximate": "Which of the formulas above.",
    "out": """Where to write the result: an array of the result's shape. `out={inputs}` works in place and allocates
        nothing. Without it a new array is made. The result has the dtype of the input, and is cast to that of
        `out`.""",
    "where": "Where it is False, the result keeps what `out` held.",
    "result": """`out`, if given. Else new, of the dtype of the input: float16, float32 or float64; integers and lists
        promote as for `numpy.tanh`, scalars give a scalar.""",
    "TypeError": """Complex, object, string or long double input; an `out` that is not a float16, float32 or float64
        array""",
    "ValueError": "An `out` that is read-only or of another shape than the result",
    "unwritten": "Nothing has been written then.",
    "zeros": """Stated for grad = 1; within 0.5 of a zero of the derivative 2^-24 (float32) or 2^-52 (float64)
        absolute is allowed instead.""",
    "keep x": "The derivative cannot be had from the output: keep x, that is, do not run the forward pass in place.",
    "keep either": """Keep either buffer. After a forward pass in place only y is left; nothing is lost then, except
        where y itself has been rounded onto a kink.""",
    "keep x for accuracy": """Keep x for full accuracy. After a forward pass in place only y is left: with `y=` the
        result is as accurate for the y that it gets, but that y has been rounded. Where the function saturates, the
        derivative then has an absolute error of about one ulp of the limit of y, and its relative accuracy is lost.""",
    "forward in place": """The backward pass, `{name}_backward`, takes x, or y, the output of this function; so
        working in place (`out=x`) is possible in training too.""",
    "forward keeps x": """The backward pass, `{name}_backward`, needs x: in training do not work in place.""",
}


def paragraph(text, indent=0):
    indent = " " * indent
    words = " ".join(text.split())
    return textwrap.fill(words, 95, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def item(head, text):
    return f"{head}\n{paragraph(text, 4)}"


def section(title, *parts):
    return "\n".join([title, "-" * len(title), *parts])


def formulas(head, rows, attribute):
    """Under `head`, the formula of each row with the choice that selects it."""
    lines = [f"    {getattr(r, attribute)}" + (f"    (approximate={choice(r)!r})" if rows[1:] else "") for r in rows]
    return "\n".join([head, "", *lines])


def choice(row):
    return row.variant or "none"


def constant_in_y(row):
    """Is the derivative a constant on each side of its kinks, as far as y goes?"""
    branches = re.sub(" if .*? else ", " ", row.derivative_y)
    return not re.search(r"\by\b", branches)


def params_doc(rows, backward):
    row = rows[0]
    docs = []
    for i, param in enumerate(row.params):
        rule = RULES[param.rule].format(previous=row.params[i - 1].name)
        if backward and row.from_y and param.rule_y != "ANY":
            rule += f"; with `y=` {RULES[param.rule_y]}"
        head = f"{param.name} : float or array_like, default {param.default!r}"
        docs.append(item(head, f"{rule[0].upper()}{rule[1:]}. {TEXTS['param']}"))
    if rows[1:]:
        choices = ", ".join(f'"{choice(r)}"' for r in rows)
        docs.append(item(f'approximate : {{{choices}}}, default "none"', TEXTS["approximate"]))
    return docs


def errors_doc(rows, backward):
    row = rows[0]
    types, values = [TEXTS["TypeError"]], [TEXTS["ValueError"]]
    if backward and row.from_y:
        types.append("both of `x` and `y`, or neither")
    if backward or row.params:
        values.append("shapes that do not broadcast")
    if row.params:
        values.append("a parameter that breaks its rule")
    if rows[1:]:
        values.append("an unknown `approximate`")
    return section(
        "Raises",
        item("TypeError", f"{'; '.join(types)}. {TEXTS['unwritten']}"),
        item("ValueError", f"{'; '.join(values)}. {TEXTS['unwritten']}"),
    )


def bounds_doc(rows, kinds):
    both = {"forward": "", "backward": "from x ", "backward_y": "from y "}
    given = both if rows[0].from_y else dict.fromkeys(KINDS, "")
    parts = []
    for row in rows:
        for kind in kinds:
            low, high = (row.bounds[dtype, kind] for dtype in DTYPES)
            if low < 0:
                continue
            number = f"{low:g}" if low == high else f"{low:g} (float32), {high:g} (float64)"
            text = f"at most {number} ULP" if low or high else "none, the result is exact"
            parts.append(given[kind] + (f"with approximate={choice(row)!r} " if rows[1:] else "") + text)
    text = f"Error: {'; '.join(parts)}."
    return f"{text} {TEXTS['zeros']}" if kinds != KINDS[:1] and "at most" in text else text


def notes_doc(rows, backward):
    row = rows[0]
    if backward:
        keep = "keep x" if not row.from_y else "keep either" if constant_in_y(row) else "keep x for accuracy"
    else:
        keep = "forward in place" if row.from_y else "forward keeps x"
    notes = [TEXTS[keep].format(name=row.name), bounds_doc(rows, KINDS[1:] if backward else KINDS[:1])]
    sources = dict.fromkeys(r.source for r in rows if r.source)
    if sources:
        notes.append(f"Source: {'; '.join(sources)}.")
    return section("Notes", "\n\n".join(map(paragraph, notes)))


def forward_doc(rows):
    row = rows[0]
    return "\n\n".join(
        [
            row.summary,
            formulas("Elementwise:", rows, "formula"),
            section(
                "Parameters",
                item("x : array_like", TEXTS["x"]),
                *params_doc(rows, False),
                item("out : ndarray, optional", TEXTS["out"].format(inputs="x")),
                item("where : array_like of bool, optional", TEXTS["where"]),
            ),
            section("Returns", item("ndarray or scalar", TEXTS["result"])),
            errors_doc(rows, False),
            section("See Also", f"{row.name}_backward : the gradient"),
            notes_doc(rows, False),
        ]
    )


def backward_doc(rows):
    row = rows[0]
    y = row.from_y
    return "\n\n".join(
        [
            f"Gradient of `{row.name}` with respect to its input.",
            formulas("Elementwise `grad` times", rows, "derivative"),
            *([formulas("or, from the output y, `grad` times", rows, "derivative_y")] if y else []),
            section(
                "Parameters",
                item("grad : array_like", TEXTS["grad"]),
                item(*(("x : array_like, optional", TEXTS["x or y"]) if y else ("x : array_like", TEXTS["x alone"]))),
                *params_doc(rows, True),
                *([item("y : array_like, optional", TEXTS["y"])] if y else []),
                item("out : ndarray, optional", TEXTS["out"].format(inputs="grad")),
            ),
            section("Returns", item("ndarray or scalar", TEXTS["result"])),
            errors_doc(rows, True),
            section("See Also", f"{row.name} : the forward pass"),
            notes_doc(rows, True),
        ]
    )


# ---------------------------------------------------------------------------------------------------- functions


def families(rows):
    """The public functions: each with its own row first, then its variants."""
    return {row.name: [r for r in rows if r.function == row.name] for row in rows if row.variant is None}


def signatures(rows):
    """(name, arguments before the parameters, those after the star) of the forward and the backward function."""
    row = rows[0]
    approximate = ['approximate="none"'] if rows[1:] else []
    y = ["y=None"] if row.from_y else []
    yield "forward", row.name, ["x"], [*approximate, "out=None", "where=True"]
    yield "backward", f"{row.name}_backward", ["grad", "x=None" if row.from_y else "x"], [*approximate, *y, "out=None"]


def write_defs(path):
    """The public functions, for the end of _core.pyx."""
    rows = read_registry()
    lines = [HEAD, 'cdef extern from "fastact.h":', "    enum fa_id:"]
    lines += [f"        FA_ID_{row.name}" for row in rows]
    for name, family in families(rows).items():
        for kind, function, inputs, keywords in signatures(family):
            row = family[0]
            params = [f"{p.name}={literal(p.default)}" for p in row.params]
            doc = textwrap.indent((forward_doc if kind == "forward" else backward_doc)(family), "    ")
            lines += ["", "", f"def {function}({', '.join([*inputs, '/', *params, '*', *keywords])}):"]
            lines += [f'    """{doc.strip()}', '    """']
            which = f"FA_ID_{name}"
            if family[1:]:
                which = "which"
                choices = tuple(map(choice, family))
                lines.append("    cdef int which")
                error = f"bad_choice({function!r}, 'approximate', approximate, {choices!r})"
                lines += ["    if not isinstance(approximate, str):", f"        raise {error}"]
                for word, r in zip(["if"] + ["elif"] * len(family), family, strict=False):
                    lines += [f"    {word} approximate == {choice(r)!r}:", f"        which = FA_ID_{r.name}"]
                lines += ["    else:", f"        raise {error}"]
            values = ", ".join(([p.name for p in row.params] + ["None"] * MAX_PARAMS)[:MAX_PARAMS])
            if kind == "forward":
                lines.append(f"    return call({which}, FA_FORWARD, x, None, {values}, out, where)")
            elif row.from_y:
                lines.append(f"    return backward({which}, grad, x, y, {values}, out)")
            else:
                lines.append(f"    return call({which}, FA_BACKWARD, grad, x, {values}, out, True)")
    names = [function for family in families(rows).values() for _, function, _, _ in signatures(family)]
    lines += ["", "", f"RULE_TEXTS = {RULES!r}", f"__all__ = {names!r}", ""]
    write_if_changed(Path(path), re.sub("[ \t]+\n", "\n", "\n".join(lines)))


# ---------------------------------------------------------------------------------------------------- stubs

HELPERS = (  # what fastact/__init__.py adds to the functions
    "Activation", "ActivationProperties", "BoundActivation", "BoundFunction", "Function", "Registry", "get",
    "get_num_threads", "registry", "set_num_threads", "show_config", "threads", "ufuncs",
)  # fmt: skip
INIT = """
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, TypedDict, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import ufuncs as ufuncs

_Float = TypeVar("_Float", np.float16, np.float32, np.float64)
_Out = TypeVar("_Out")
_Callable = TypeVar("_Callable", bound=Callable[..., Any])

class _InstructionSets(TypedDict):
    built: tuple[str, ...]
    available: tuple[str, ...]
    in_use: str

class _OpenMP(TypedDict):
    enabled: bool
    runtime: str
    version: str

class _Threads(TypedDict):
    limit: int
    source: str

class _Config(TypedDict):
    version: str
    instruction_sets: _InstructionSets
    compiler: str
    openmp: _OpenMP
    threads: _Threads
    python: str
    numpy: str

class threads:  # noqa: N801
    def __init__(self, n: int) -> None: ...
    def __enter__(self) -> threads: ...
    def __exit__(self, *exception: object) -> None: ...

class ActivationProperties(NamedTuple):
    monotone: bool
    continuous: bool
    differentiable: bool
    smooth: bool
    zero_centred: bool
    saturates_left: bool
    saturates_right: bool
    minimum: tuple[float, float] | None

class _Param:
    @property
    def name(self) -> str: ...
    @property
    def default(self) -> float: ...
    @property
    def rule(self) -> str: ...
    @property
    def rule_y(self) -> str: ...

class Activation:
    name: Final[str]
    function: Final[str]
    variant: Final[str | None]
    params: Final[tuple[_Param, ...]]
    from_y: Final[bool]
    cost: Final[str]
    bounds: Final[Mapping[tuple[str, str], float]]
    formula: Final[str]
    derivative: Final[str]
    derivative_y: Final[str]
    range: Final[str]
    kinks: Final[str]
    summary: Final[str]
    source: Final[str]
    def __init__(
        self,
        name: str,
        function: str,
        variant: str | None,
        params: tuple[_Param, ...],
        from_y: bool,
        cost: str,
        bounds: Mapping[tuple[str, str], float],
        formula: str,
        derivative: str,
        derivative_y: str,
        range: str,  # noqa: A002
        kinks: str,
        summary: str,
        source: str,
    ) -> None: ...
    @property
    def parameters(self) -> dict[str, float]: ...
    @property
    def accepts(self) -> dict[str, str]: ...
    @property
    def reads(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def family(self) -> str: ...
    @property
    def signature(self) -> str: ...
    def takes_y(self, *params: float) -> bool: ...
    def range_of(self, *params: float) -> tuple[float, float]: ...
    def kinks_of(self, *params: float) -> tuple[float, ...]: ...
    def properties(self, *params: float) -> ActivationProperties: ...
    def keywords(self) -> dict[str, str]: ...
    def forward(self, x: Any, *params: ArrayLike, out: Any = None) -> Any: ...
    def backward(self, grad: Any, x: Any = None, *params: ArrayLike, y: Any = None, out: Any = None) -> Any: ...

class Function:
    name: Final[str]
    family: Final[str]
    signature: Final[str]
    reads: Final[str]
    bounds: Final[Mapping[tuple[str, str], float]]
    formula: Final[str]
    derivative: Final[str]
    range: Final[str]
    summary: Final[str]
    source: Final[str]
    def __init__(
        self,
        name: str,
        family: str,
        signature: str,
        reads: str,
        bounds: Mapping[tuple[str, str], float],
        formula: str,
        derivative: str,
        range: str,  # noqa: A002
        summary: str,
        source: str,
    ) -> None: ...
    @property
    def parameters(self) -> dict[str, Any]: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    def forward(self, *inputs: Any, **keywords: Any) -> Any: ...
    def backward(self, *inputs: Any, **keywords: Any) -> Any: ...

class BoundActivation:
    activation: Final[Activation]
    values: Final[tuple[float, ...]]
    def __init__(self, activation: Activation, values: tuple[float, ...] = ()) -> None: ...
    def __call__(self, x: Any, out: Any = None) -> Any: ...
    def forward(self, x: Any, out: Any = None) -> Any: ...
    def backward(self, grad: Any, x: Any = None, *, y: Any = None, out: Any = None) -> Any: ...
    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> dict[str, float]: ...
    @property
    def formula(self) -> str: ...
    @property
    def reads(self) -> str: ...
    @property
    def properties(self) -> ActivationProperties: ...

class BoundFunction:
    function: Final[Function]
    values: Final[tuple[tuple[str, Any], ...]]
    spelling: Final[str]
    def __init__(self, function: Function, values: tuple[tuple[str, Any], ...] = (), spelling: str = "") -> None: ...
    def __call__(self, *inputs: Any, **keywords: Any) -> Any: ...
    def forward(self, *inputs: Any, **keywords: Any) -> Any: ...
    def backward(self, *inputs: Any, **keywords: Any) -> Any: ...
    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> dict[str, Any]: ...
    @property
    def formula(self) -> str: ...
    @property
    def reads(self) -> str: ...

class Registry(Mapping[str, Activation | Function]):
    @property
    def elementwise(self) -> Mapping[str, Activation]: ...
    def __getitem__(self, name: str) -> Activation | Function: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...

registry: Registry

@overload
def get(name: Activation | None, /, **parameters: float | str | None) -> BoundActivation: ...
@overload
def get(name: Function, /, **parameters: Any) -> BoundFunction: ...
@overload
def get(name: str, /, **parameters: Any) -> BoundActivation | BoundFunction: ...
@overload
def get(name: _Callable, /) -> _Callable: ...
def set_num_threads(n: int, /) -> None: ...
def get_num_threads() -> int: ...
@overload
def show_config(mode: Literal["stdout"] = "stdout") -> None: ...
@overload
def show_config(mode: Literal["dicts"]) -> _Config: ...

__version__: str
"""
UFUNCS = """
import numpy as np

"""
CORE = """
from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

"""
CORE_TAIL = """
class _InstructionSets(TypedDict):
    built: tuple[str, ...]
    available: tuple[str, ...]
    in_use: str

__version__: str
compiler: str
RULE_TEXTS: dict[str, str]

def instruction_sets() -> _InstructionSets: ...
def registry() -> list[dict[str, Any]]: ...
def ufuncs() -> dict[str, np.ufunc]: ...
def gate_ufuncs() -> dict[str, np.ufunc]: ...
def run_kernel(
    isa: str,
    row_name: str,
    kind: str,
    out: NDArray[Any],
    a: NDArray[Any],
    b: NDArray[Any] | None = None,
    params: Sequence[float | NDArray[Any]] = (),
) -> None: ...
def openmp_info() -> dict[str, Any]: ...
def omp_max_threads() -> int: ...
def get_num_threads() -> int: ...
def get_limit() -> int: ...
def set_limit(n: int) -> None: ...
def get_override() -> int: ...
def enter_block(n: int, frame: Any = None) -> Any: ...
def leave_block(block: Any) -> None: ...
def omp_num_procs() -> int: ...
def _set_back_off(on: bool) -> bool: ...
def _get_parallel_from() -> dict[str, int]: ...
def _set_parallel_from(cost: str, n: int) -> None: ...
"""


def overload(rows, function, inputs, keywords, array, out, result):
    """One overload. array: the type of the inputs; out: "given", "none" or "any"."""

    def argument(text):
        name, _, default = text.partition("=")
        if name == "out":
            return {"given": "out: _Out", "none": "out: None = None", "any": "out: Any = None"}[out]
        if name == "where":
            return "where: ArrayLike = True"
        if name == "approximate":
            choices = ", ".join(f'"{choice(r)}"' for r in rows)
            return f'approximate: Literal[{choices}] = "none"'
        return f"{name}: {array}" + (" | None = None" if default else "")

    params = [f"{p.name}: ArrayLike = {literal(p.default)}" for p in rows[0].params]
    arguments = [*map(argument, inputs), "/", *params, "*", *map(argument, keywords)]
    line = f"def {function}({', '.join(arguments)}) -> {result}: ..."
    if len(line) <= 120:
        return line
    return f"def {function}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f") -> {result}: ..."


@dataclass(frozen=True)
class Argument:
    name: str
    text: str  # its type, as the docstring says it
    default: object  # or Ellipsis
    kind: str  # what it stands before: "/" or "", or behind: "*", or is: "*arguments"


#: how docstrings say a type -> as a type checker reads it
TYPES = {
    "array_like": "ArrayLike",
    "array_like or None": "ArrayLike | None",
    "array_like of bool": "ArrayLike | None",
    "float or array_like": "ArrayLike",
    "float": "float",
    "int": "int",
    "bool": "bool",
    "int, tuple of ints or None": "int | tuple[int, ...] | None",
    "int or numpy.random.Generator": "int | np.random.Generator | None",
    "numpy.random.Generator": "np.random.Generator",
    "ndarray": "Any",
    "pair of ndarray": "Any",
    "ndarray of uint8 or uint16": "NDArray[Any]",
    "str, Activation or BoundActivation": "str | Activation | BoundActivation",
}


def hand_written():
    """The public functions of fastact/*.pxi: name -> (its arguments, how many results it has; 0: that depends)."""
    found, public = {}, []
    for path in sorted(PACKAGE.glob("_*.pxi")):
        text = path.read_text()
        for names in re.findall(r"^__all__ \+= (\[.*?\])", text, re.MULTILINE | re.DOTALL):
            public += ast.literal_eval(names)
        definition = r'^def (\w+)\((.*?)\):\n    """(.*?)"""'
        for name, signature, doc in re.findall(definition, text, re.MULTILINE | re.DOTALL):
            found[name] = signature, doc
    docs = {name: doc for name, (_, doc) in found.items()}
    return {name: (read_arguments(name, found[name][0], docs), results(docs[name])) for name in public}


def read_arguments(name, signature, docs):
    """The arguments of a def, with the types that its docstring says, or the docstring that it refers to."""
    arguments, doc = ast.parse(f"def {name}({signature}): ...").body[0].args, docs[name]
    refers = re.search(r"Parameters.*? (?:are )?those of `(\w+)`", doc)
    described = "".join(text.split("Returns\n")[0] for text in (docs[refers[1]] if refers else "", doc))
    texts = dict(re.findall(r"^    (\*?\w+) : (.*?)(?:, default .*|, optional)?$", described, re.MULTILINE))
    before = [*arguments.posonlyargs, *arguments.args]
    defaults = [...] * (len(before) - len(arguments.defaults)) + [value_of(node) for node in arguments.defaults]
    found = []
    for i, (node, default) in enumerate(zip(before, defaults, strict=True)):
        kind = "/" if i < len(arguments.posonlyargs) else ""
        found.append(Argument(node.arg, texts[node.arg], default, kind))
    if arguments.vararg:
        found.append(Argument(arguments.vararg.arg, texts["*" + arguments.vararg.arg], ..., "*arguments"))
    for node, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Argument(node.arg, texts[node.arg], value_of(default), "*"))
    return found


def value_of(node):
    """A default: a literal, or a quotient of two."""
    return eval(compile(ast.Expression(node), "default", "eval"), {})


def results(doc):
    """How many results a docstring speaks of; 0 if that depends on the arguments."""
    found = re.search(r"Returns\n    -+\n(.*?)(?:\n\n|\Z)", doc, re.DOTALL)
    heads = re.findall(r"^    (\S.*)$", found[1], re.MULTILINE) if found else [""]
    if len(heads) > 1 or "pair of them" in heads[0]:
        return 0
    names, colon, _ = heads[0].partition(" : ")
    return len(names.split(", ")) if colon else 1


def annotation(argument):
    """The type of an argument."""
    if argument.text.startswith("{"):
        return f"Literal[{argument.text.strip('{}')}]"
    text = TYPES[argument.text]
    optional = argument.default is None and not text.endswith(("| None", "Any"))
    return text + " | None" * optional


def definition(name, arguments, result, change=lambda argument: None):
    """A def of a stub. `change` may say otherwise what an argument is."""
    parts, kinds = [], [argument.kind for argument in arguments]
    for i, argument in enumerate(arguments):
        if argument.kind == "*" and not {"*", "*arguments"} & set(kinds[:i]):
            parts.append("*")
        default = "" if argument.default is ... else f" = {argument.default!r}"
        star = "*" * (argument.kind == "*arguments")
        parts.append(change(argument) or f"{star}{argument.name}: {annotation(argument)}{default}".replace("'", '"'))
        if argument.kind == "/" and "/" not in kinds[i + 1 :]:
            parts.append("/")
    line = f"def {name}({', '.join(parts)}) -> {result}: ..."
    if len(line) <= 120:
        return line
    return f"def {name}(\n" + "".join(f"    {part},\n" for part in parts) + f") -> {result}: ..."


def hand_written_stub(name, arguments, count):
    """The lines of the stub: three overloads where there is one array, whose dtype is that of the input."""
    if count != 1 or arguments[-1].name != "out" or name.endswith("_parameters_backward"):  # a sum: of another shape
        simple = "tuple[" + ", ".join(["Any"] * count) + "]" if count > 1 else "int" if name == "draw_seed" else "Any"
        return [definition(name, arguments, simple)]
    choices = {"given": "out: _Out", "typed": "out: None = None", "any": "out: Any = None"}
    kinds = {"given": ("", "_Out"), "typed": ("NDArray[_Float]", "NDArray[_Float]"), "any": ("Any", "Any")}
    lines = []
    for which, (array, result) in kinds.items():

        def change(argument, which=which, array=array):
            if argument.name == "out":
                return choices[which]
            if array and argument.text == "array_like" and argument.name != "bias":  # that has no say in the dtype
                return f"{argument.name}: {array}" + (" | None = None" if argument.default is None else "")
            return None

        lines += ["@overload", definition(name, arguments, result, change)]
    return lines


def functions_module():
    """fastact/_functions.py: src_c/functions.def for Python, which the compiled core does not hold."""
    lines = [HEAD_FUNCTIONS.rstrip(), "# ruff: noqa: E501", '"""The rows of src_c/functions.def."""', ""]
    lines += ["ROWS = ["]
    for fields in read_functions():
        lines.append("    {")
        for key, value in fields.items():
            if key == "bounds":
                lines += ['        "bounds": {']
                lines += [f'            ("{dtype}", "{kind}"): {bound!r},' for (dtype, kind), bound in value.items()]
                lines += ["        },"]
            else:
                lines.append(f"        {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)},")
        lines.append("    },")
    return "\n".join([*lines, "]", ""]).replace('"bounds": {\n        },', '"bounds": {},')


def exports(names):
    return "\n__all__ = [\n" + "".join(f'    "{name}",\n' for name in sorted(names)) + "]\n"


def make_stubs():
    """file name -> text"""
    rows = read_registry()
    init, names = [], []
    for family in families(rows).values():
        for _, function, inputs, keywords in signatures(family):
            names.append(function)
            for array, out, result in (
                ("ArrayLike", "given", "_Out"),
                ("NDArray[_Float]", "none", "NDArray[_Float]"),
                ("Any", "any", "Any"),
            ):
                init += ["@overload", overload(family, function, inputs, keywords, array, out, result)]
    for name, (arguments, count) in hand_written().items():
        names.append(name)
        init += hand_written_stub(name, arguments, count)
    suffixes = "", "_backward", "_backward_y"
    ufuncs = [row.name + suffix for row in rows for suffix in suffixes[: 3 if row.from_y else 2]]
    ufuncs = sorted([*ufuncs, *read_gates()])
    public = [*names, *HELPERS]
    imports = "".join(f"from . import {name} as {name}\n" for name in sorted(names))
    return {
        "__init__.pyi": HEAD_ALL + INIT + exports(public) + "\n" + "\n".join(init) + "\n",
        "_core.pyi": HEAD_ALL + CORE + imports + CORE_TAIL + exports(names),
        "ufuncs.pyi": HEAD_ALL + UFUNCS + "".join(f"{name}: np.ufunc\n" for name in ufuncs) + exports(ufuncs),
        "_functions.py": functions_module(),
    }


def read(path):
    return path.read_text() if path.exists() else None


def write_if_changed(path, text):
    if read(path) != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main(arguments):
    stubs = make_stubs()
    if arguments == ["--check"]:
        stale = [name for name, text in stubs.items() if read(PACKAGE / name) != text]
        if stale:
            print("stale: " + ", ".join(stale) + "; run python generate.py")
        return int(bool(stale))
    for name, text in stubs.items():
        write_if_changed(PACKAGE / name, text)
    return 0


if __name__ == "__main__":
    sys.path.append(str(ROOT / "fastact"))  # of which only this module needs nothing that is installed
    import _output

    sys.exit(_output.run("generate.py", main, sys.argv[1:]))
