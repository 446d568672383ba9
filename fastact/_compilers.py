"""The peers that compile expressions: numexpr, numba and JAX, each as its own users call it at its best.

numexpr: an expression is compiled once, and called with `out=`; constants have the dtype of the arrays, lest these be
promoted, and so float32 has where(a > b, a, b), since maximum is in float64 only. Along an axis the sums and maxima are
NumPy's, which are faster than its own. The wheels have no Intel VML.

numba: loops that write into out, compiled beforehand with fastmath (less what makes a division by an infinite
exponential a NaN: arcp, afn, ninf) and error_model="numpy", with several threads parallel=True; what follows a sum or a
maximum stands in the same loop over the rows, as one would write it. The wheels of llvmlite are built without Intel
SVML, so an exponential is a call of the C library for each number.

JAX: `jax.jit` of the function that JAX has, or of the expression; arrays are on the device beforehand, double precision
is enabled, a call ends with block_until_ready(). A gradient is the jitted vjp: from the input, or, beside a pass of
fastact that reads what the forward pass has saved, from the residuals that JAX saves. In place the input is donated.
JAX's pool of threads has the size that it is made with: the number of processors, or the environment variable NPROC;
for another number of threads it has no statement.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._cases import CHANNELS, ELEMENTWISE, GATE, PIECES, PLAIN, Case
from ._expressions import JAX_BACKWARD, in_jax, program
from ._peers import Peer, Statement, words
from ._processors import processors
from ._registry import remember

_BROADCAST = {"weight", "b"}  # one number for each place on the axis, the sums go over the other one
_FASTMATH = {"nnan", "nsz", "reassoc", "contract"}
_BLOCK = 512  # columns of a loop


@dataclass(frozen=True)
class Step:
    """One assignment: target = value, or target = reduction(value)."""

    target: str
    reduction: str
    value: str

    @property
    def names(self) -> set[str]:
        """What it reads."""
        return words(self.value)


@remember
def steps_of(text: str) -> tuple[Step, ...]:
    """Those of a program."""
    found = []
    for part in text.split("; "):
        target, _, value = part.partition(" = ")
        match = re.fullmatch(r"(max|sum|total|mean|pick|mark|uniform)\((.*)\)", value)
        found.append(Step(target, *(match.groups() if match else ("", value))))
    return tuple(found)


class _Names(ast.NodeTransformer):
    """Numbers become names, so that they can be given a dtype."""

    def __init__(self, values: dict[str, float]) -> None:
        self.values, self.constants = values, {}

    def constant(self, value: float) -> ast.Name:
        """Its name."""
        return ast.Name(self.constants.setdefault(float(value), f"constant{len(self.constants)}"))

    def visit_Constant(self, node: ast.Constant) -> ast.Name:
        return self.constant(node.value)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            return self.constant(-node.operand.value)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return self.constant(self.values[node.id]) if node.id in self.values else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        try:  # of numbers alone
            return self.constant(eval(ast.unparse(node), {}, dict(self.values)))
        except NameError:
            return self.generic_visit(node)


class _Comparisons(ast.NodeTransformer):
    """maximum(a, b) as where(a > b, a, b): numexpr has it in float64 only."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        order = {"minimum": ast.Lt, "maximum": ast.Gt}.get(node.func.id)
        if order:
            a, b = node.args
            return ast.Call(ast.Name("where"), [ast.Compare(a, [order()], [b]), a, b], [])
        return node


class _Branches(ast.NodeTransformer):
    """where(c, a, b) as a choice, of which one side is computed; minimum and maximum as Python's."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func.id
        if name == "where":
            return ast.IfExp(*node.args)
        return ast.Call(ast.Name({"minimum": "min", "maximum": "max"}.get(name, name)), node.args, [])


def _numbers(names: dict[str, Any]) -> dict[str, float]:
    return {key: value for key, value in names.items() if isinstance(value, int | float) and key != "axis"}


def _dtype(names: dict[str, Any]) -> np.dtype:
    return next(a.dtype for a in names.values() if isinstance(a, np.ndarray) and a.dtype.kind == "f")


def _shape(case: Case, names: dict[str, Any]) -> tuple[int, ...]:
    return names["dx" if case.name == "crelu" else "y" if case.layout is GATE else "x"].shape


class Compiler(Peer):
    """A peer that is given programs."""

    def scratch(self, case: Case, steps: tuple[Step, ...], names: dict[str, Any]) -> dict[str, Any]:
        """The names, with buffers for the results that have none."""
        shape, dtype, found = _shape(case, names), _dtype(names), dict(names)
        for step in steps:
            if step.target not in found and step.target != "loss":
                few = step.reduction in ("max", "sum", "pick") or (step.target in "rcp" and not step.reduction)
                size = tuple(1 if few and i == names["axis"] % len(shape) else n for i, n in enumerate(shape))
                found[step.target] = np.empty(size, dtype)
        return found

    def program(self, case: Case, kind: str) -> tuple[Step, ...] | None:
        """The steps of this pass."""
        text = program(case, kind) if case.text("fastact", kind) else None
        return steps_of(text) if text else None

    def statement(self, case: Case, kind: str, names: dict[str, Any]) -> Statement | None:
        raise NotImplementedError


class NumExpr(Compiler):
    """numexpr"""

    name = module = "numexpr"

    def __init__(self) -> None:
        import numexpr

        self.ne, self.version = numexpr, numexpr.__version__

    def threads(self, n: int) -> None:
        self.ne.set_num_threads(n)

    def compiled(self, value: str, names: dict[str, Any], dtype: np.dtype) -> tuple[Any, tuple[str, ...]] | None:
        """A function, and the arrays that it takes."""
        from numexpr import expressions

        typed = _Names(_numbers(names))
        tree = typed.visit(ast.parse(value, mode="eval"))
        text = ast.unparse(_Comparisons().visit(tree) if dtype == np.float32 else tree)
        kind, called = {"float32": (float, "float"), "float64": (np.double, "double")}[dtype.name]
        known = {key: expressions.VariableNode(key, called) for key in words(text) if key in names}
        known |= {name: expressions.ConstantNode(dtype.type(number)) for number, name in typed.constants.items()}
        if not words(text) <= {*known, *expressions.functions}:
            return None  # it has no erf
        node = eval(text, {**expressions.functions, **known})
        function = self.ne.NumExpr(node, [(key, kind) for key in sorted(words(text) & names.keys())])
        return function, function.input_names

    def statement(self, case: Case, kind: str, names: dict[str, Any]) -> Statement | None:
        steps = self.program(case, kind)
        if steps is None:
            return None
        dtype, names = _dtype(names), self.scratch(case, steps, names)
        temporary = np.empty(_shape(case, names), dtype)
        parts, used = [], {}

        def evaluate(value: str, target: str) -> bool:
            made = self.compiled(value, names, dtype)
            if made is None:
                return False
            function, inputs = made
            used[f"e{len(parts)}"] = function
            parts.append(f"e{len(parts)}({', '.join(inputs)}, out={target}, ex_uses_vml=False)")
            return True

        used["temporary"] = temporary
        for step in steps:
            value, target = step.value, step.target
            if step.reduction in ("max", "sum", "total") and value not in names:
                if not evaluate(value, "temporary"):
                    return None
                value = "temporary"
            match step.reduction:
                case "max" | "sum":
                    parts.append(f"{value}.{step.reduction}(axis, keepdims=True, out={target})")
                case "total":
                    parts.append(f"{value}.sum(others, out={target})")
                case "uniform":
                    parts.append(f"rng.random(dtype={target}.dtype, out={target})")
                case "pick":
                    parts.append(f"np.copyto({target}, np.take_along_axis({value}, labels_at, axis))")
                case "mark":
                    at = f"np.take_along_axis({target}, labels_at, axis) - {value}"
                    parts.append(f"np.put_along_axis({target}, labels_at, {at}, axis)")
                case "mean" if value in names:
                    parts.append(f"loss = {value}.mean()")
                case "mean":
                    if not evaluate(value, "temporary"):
                        return None
                    parts.append("loss = temporary.mean()")
                case _:
                    if not evaluate(value, target):
                        return None
        return "; ".join(parts), {**names, **used}


class Numba(Compiler):
    """numba"""

    name = module = "numba"

    def __init__(self) -> None:
        import numba

        self.numba, self.version, self.count = numba, numba.__version__, 1

    def threads(self, n: int) -> None:
        self.count = n
        self.numba.set_num_threads(min(n, self.numba.config.NUMBA_NUM_THREADS))

    def statement(self, case: Case, kind: str, names: dict[str, Any]) -> Statement | None:
        steps = self.program(case, kind)
        if steps is None or self.count > self.numba.config.NUMBA_NUM_THREADS:
            return None
        dtype = _dtype(names)
        if case.layout not in (ELEMENTWISE, PLAIN) and len(_shape(case, names)) != 2:
            return None
        names = self.scratch(case, steps, names)
        used = {step.target for step in steps} | set().union(*(step.names for step in steps))
        used |= {"labels"} if any(step.reduction in ("pick", "mark") for step in steps) else set()
        arrays = {key: names[key] for key in sorted(used) if isinstance(names.get(key), np.ndarray)}
        flat = all(a.shape == _shape(case, names) and a.flags.c_contiguous for a in arrays.values())
        flat = flat and all(step.reduction in ("", "mean", "uniform") for step in steps)
        if flat:
            arrays, axis = {key: a.reshape(-1) for key, a in arrays.items()}, None
        else:
            # what is summed over the other axis goes along that one
            axis = names["axis"] % 2 if case.layout is not CHANNELS else 1 - names["axis"] % 2
        # in place there is one array, not two that might overlap
        there: dict[tuple[int, tuple[int, ...]], str] = {}
        same = tuple((key, there.setdefault((a.ctypes.data, a.strides), key)) for key, a in arrays.items())
        arrays = {key: arrays[key] for key in there.values()}
        values = tuple(sorted(_numbers(names).items()))
        kernel = _kernel(steps, same, axis, dtype, values, self.count > 1)
        text = f"kernel({', '.join(arrays)})"
        last = steps[-1]
        if last.reduction == "mean" and not flat:
            text += f"; loss = {last.value}.mean()"
        elif any(step.reduction == "mean" for step in steps):
            text = f"loss = {text}"
        return text, {**names, **arrays, "kernel": kernel}


@remember
def _kernel(
    steps: tuple[Step, ...],
    same: tuple[tuple[str, str], ...],
    axis: int | None,
    dtype: np.dtype,
    values: tuple[tuple[str, float], ...],
    parallel: bool,
) -> Callable[..., Any]:
    """The loops of a program, compiled at the first call."""
    import math

    import numba

    typed = _Names(dict(values))
    lines = [f"def kernel({', '.join(dict.fromkeys(there for _, there in same))}):"]
    lines += ["    " + line for line in _Loops(steps, dict(same), typed).lines(axis)]
    functions = {name: getattr(math, name) for name in
                 ("exp", "expm1", "log", "log1p", "sqrt", "tanh", "sin", "cos", "erf", "erfc")}  # fmt: skip
    scope = {**functions, "prange": numba.prange, "uniform": np.random.random, "as_dtype": getattr(numba, dtype.name)}
    scope |= {name: dtype.type(number) for number, name in typed.constants.items()}
    exec("\n".join(lines), scope)
    return numba.njit(scope["kernel"], parallel=parallel, fastmath=_FASTMATH, error_model="numpy")


class _Loops:
    """The source of a kernel.

    Steps that do not wait for a sum or a maximum share a loop. Along the last axis a row is worked off after another,
    along the first a block of columns, whose sums lie side by side.
    """

    def __init__(self, steps: tuple[Step, ...], arrays: dict[str, str], typed: _Names) -> None:
        self.steps, self.arrays, self.typed = steps, arrays, typed  # name -> the array that it stands for
        along = ("max", "sum", "pick", "total")
        self.few = {step.target for step in steps if step.reduction in along} | {"gr", "sr"}
        self.few |= {step.target for step in steps if not step.reduction and step.target in self.few | {"r", "c", "p"}}

    def expression(self, text: str, index: dict[str, str]) -> str:
        """Of numba, with names replaced by places."""
        tree = _Branches().visit(self.typed.visit(ast.parse(text, mode="eval")))
        return re.sub(r"(?<![\w.])[a-z]\w*", lambda match: index.get(match[0], match[0]), ast.unparse(tree))

    def groups(self) -> Iterator[list[Step]]:
        """Of steps that share a loop."""
        group: list[Step] = []
        waits: set[str] = set()
        for step in self.steps:
            if step.reduction == "mean" and step.value in self.few:
                continue
            alone = (step.target in self.few and not step.reduction) or step.reduction in ("pick", "mark")
            if group and (alone or step.names & waits):
                yield group
                group, waits = [], set()
            if alone:
                yield [step]
                continue
            group.append(step)
            if step.reduction in ("max", "sum", "total"):
                waits.add(step.target)
        if group:
            yield group

    def lines(self, axis: int | None) -> Iterator[str]:
        """Along which axis?"""
        if axis is None:
            return self.flat()
        return self.rows() if axis == 1 else self.columns()

    def flat(self) -> Iterator[str]:
        """Over all elements."""
        means = [step for step in self.steps if step.reduction == "mean"]
        first = next(iter(self.arrays.values()))
        yield "total = 0.0" if means else "pass"
        yield f"for i in prange({first}.size):"
        place = {key: f"{there}[i]" for key, there in self.arrays.items()}
        index = dict(place)
        yield from ("    " + line for line in self.loads(self.steps, index))
        for step in self.steps:
            if step.reduction == "mean":
                yield f"    total += {self.expression(step.value, index)}"
                continue
            yield f"    {step.target}_ = {self.value(step, index)}"
            yield f"    {place[step.target]} = {step.target}_"
            index[step.target] = f"{step.target}_"
        if means:
            yield f"return total / {first}.size"

    def value(self, step: Step, index: dict[str, str]) -> str:
        """What is assigned."""
        return "as_dtype(uniform())" if step.reduction == "uniform" else self.expression(step.value, index)

    @property
    def whole(self) -> str:
        """An array of the full shape."""
        return next(there for key, there in self.arrays.items() if key not in self.few | _BROADCAST | {"labels", "d1"})

    def inner(self, step: Step, index: dict[str, str], total: str, place: str) -> Iterator[str]:
        """For one element."""
        if step.reduction == "max":
            yield f"{total} = max({total}, {self.expression(step.value, index)})"
        elif step.reduction in ("sum", "total"):
            yield f"{total} += {self.expression(step.value, index)}"
        else:
            yield f"{step.target}_ = {self.value(step, index)}"
            yield f"{place} = {step.target}_"

    def rows(self) -> Iterator[str]:
        """Along the last axis; sums are variables."""
        place = {key: f"{there}[i, j]" for key, there in self.arrays.items()}
        place |= {key: f"{key}[i, 0]" for key in _BROADCAST}
        few = {key: f"{key}_" for key in self.few}
        first = {key: text.replace("j", "0") for key, text in place.items()} | few
        yield f"for i in prange({self.whole}.shape[0]):"
        yield from (f"    {key}_ = {key}[i, 0]" for key in ("gr", "sr") if key in self.arrays)
        for group in self.groups():
            index = {**place, **few}
            head = group[0]
            if head.reduction == "pick":
                yield f"    {head.target}_ = {self.arrays[head.value]}[i, labels[i]]"
            elif head.reduction == "mark":
                yield f"    {self.arrays[head.target]}[i, labels[i]] -= {self.expression(head.value, index)}"
            elif head.target in self.few and not head.reduction:
                yield f"    {head.target}_ = {self.expression(head.value, index)}"
            else:
                yield from (f"    {target}_ = {value}" for target, value in self.begins(group, first))
                yield f"    for j in range({self.whole}.shape[1]):"
                yield from ("        " + line for line in self.loads(group, index))
                for step in group:
                    lines = self.inner(step, index, f"{step.target}_", place[step.target])
                    yield from ("        " + line for line in lines)
                    index[step.target] = f"{step.target}_"
        for key in sorted(self.few & self.arrays.keys() - {"gr", "sr"}):
            yield f"    {key}[{'i' if key == 'd1' else 'i, 0'}] = {key}_"

    @staticmethod
    def loads(group: Sequence[Step], index: dict[str, str]) -> Iterator[str]:
        """What a group reads, lest a branch that reads memory keeps the compiler from vectorising."""
        made: set[str] = set()
        for step in group:
            for key in sorted(step.names & index.keys() - made):
                if "[" in index[key]:
                    yield f"{key}_in = {index[key]}"
                    index[key] = f"{key}_in"
            made.add(step.target)

    def begins(self, group: list[Step], first: dict[str, str]) -> Iterator[tuple[str, str]]:
        """What sums and maxima start from."""
        for step in group:
            if step.reduction == "max":
                yield step.target, self.expression(step.value, first)
            elif step.reduction in ("sum", "total"):
                yield step.target, "as_dtype(0)"

    def columns(self) -> Iterator[str]:
        """Along the first axis, in blocks of columns; sums lie in their arrays."""
        few = {key: f"{key}__[j]" for key in self.few}
        place = {key: f"{there}__[i, j]" for key, there in self.arrays.items()}
        place |= {key: f"{key}__[0, j]" for key in _BROADCAST} | few
        first = {key: text.replace("[i", "[0") for key, text in place.items()}
        yield f"for block in prange(({self.whole}.shape[1] + {_BLOCK - 1}) // {_BLOCK}):"
        yield f"    start = block * {_BLOCK}"
        yield f"    n = min({_BLOCK}, {self.whole}.shape[1] - start)"
        for key in dict.fromkeys(self.arrays.values()):
            at = "" if key in ("d1", "labels") else "0, " if key in self.few else ":, "
            yield f"    {key}__ = {key}[{at}start:start + n]"
        for group in self.groups():
            index = dict(place)
            head = group[0]
            if head.reduction == "pick":
                lines = [f"{few[head.target]} = {self.arrays[head.value]}__[labels__[j], j]"]
            elif head.reduction == "mark":
                lines = [f"{self.arrays[head.target]}__[labels__[j], j] -= {self.expression(head.value, index)}"]
            elif head.target in self.few and not head.reduction:
                lines = [f"{few[head.target]} = {self.expression(head.value, index)}"]
            else:
                lines = [f"{few[target]} = {value}" for target, value in self.begins(group, first)]
            if lines:
                yield "    for j in range(n):"
                yield from ("        " + line for line in lines)
            if head.reduction in ("pick", "mark") or (head.target in self.few and not head.reduction):
                continue
            yield f"    for i in range({self.whole}.shape[0]):"
            yield "        for j in range(n):"
            yield from ("            " + line for line in self.loads(group, index))
            for step in group:
                lines = self.inner(step, index, few.get(step.target, ""), place[step.target])
                yield from ("            " + line for line in lines)
                if step.target not in self.few:
                    index[step.target] = f"{step.target}_"


class Jax(Compiler):
    """JAX"""

    name = module = "jax"

    def __init__(self) -> None:
        import jax

        jax.config.update("jax_platforms", "cpu")
        jax.config.update("jax_enable_x64", True)
        self.jax, self.version, self.wanted = jax, jax.__version__, 1
        self.count = int(os.environ.get("NPROC") or processors())  # of its pool, once and for all

    def threads(self, n: int) -> None:
        self.wanted = n

    def function(self, case: Case, names: dict[str, Any]) -> tuple[Callable[..., Any], list[str]] | None:
        """The function, and the arrays that it is differentiated by."""
        jax, text = self.jax, in_jax(case)
        if text is None:
            return None
        jnp, axis = jax.numpy, names["axis"]
        scope: dict[str, Any] = {"jnp": jnp, "nn": jax.nn, "special": jax.scipy.special, "random": jax.random}
        scope |= {name: getattr(jnp, name) for name in ("where", "maximum", "minimum", "exp", "expm1", "log", "log1p",
                                                        "sqrt", "tanh", "sin", "cos", "abs")}  # fmt: skip
        scope |= {"axis": axis, "key": jax.random.key(1), "at": names.get("at"), "rank": names.get("rank")}
        scope |= {key: jnp.asarray(names[key]) for key in ("targets", "labels_at") if key in names}
        scope |= {"erf": jax.scipy.special.erf, "erfc": jax.scipy.special.erfc}
        scope["wide"] = lambda a: a.reshape(names["b"].shape)
        scope["entmax15"] = lambda x: _entmax15(jnp, x, axis, names["rank"])
        if case.layout is GATE:
            inputs = ["p"]
        else:
            used = words(text)
            inputs = [key for key in ("x", "w1", "b1") if key in used]
        if "cut" in words(text):
            shape = names["x"].shape
            scope["cut"] = names["x_pieces"].shape if "x_pieces" in names else (shape[0], -1, PIECES)
        code = compile(text, "expression", "eval")

        def function(*given: Any) -> Any:
            values = dict(zip(inputs, given, strict=True))
            if case.layout is GATE:
                values |= dict(zip("vx", jnp.split(values["p"], 2, axis), strict=True))
            return eval(code, {**scope, **values})

        return function, inputs

    def statement(self, case: Case, kind: str, names: dict[str, Any]) -> Statement | None:
        found = self.function(case, names) if self.wanted == self.count else None
        if found is None or not case.text("fastact", kind):
            return None
        jax, (function, inputs) = self.jax, found
        arrays = [jax.device_put(names[key]) for key in inputs]
        jitted, scope = jax.jit(function), {f"a{i}": a for i, a in enumerate(arrays)}
        given = ", ".join(scope)
        loss = case.name.endswith("cross_entropy")
        if loss and kind != "forward":

            def function(*given: Any) -> Any:  # what fastact returns: gradient and loss
                return jax.value_and_grad(found[0])(*given)[::-1]

        if kind == "inplace":
            if case.layout is GATE:
                return None  # the result has half the size of what could be donated
            run = jax.jit(function, donate_argnums=0)
            del scope["a0"]
            scope |= {"put": jax.numpy.array, "source": names["x"], "run": run, "block": jax.block_until_ready}
            end = f"block(run({given}))" if loss else f"run({given}).block_until_ready()"
            return end, scope, "a0 = put(source).block_until_ready()"
        if kind == "forward":
            return f"run({given}).block_until_ready()", {"run": jitted, **scope}
        if loss:
            return f"block(run({given}))", {"run": jax.jit(function), "block": jax.block_until_ready, **scope}
        if case.name in JAX_BACKWARD:
            text = JAX_BACKWARD[case.name]
            used = sorted(words(text) & names.keys() - {"axis"})
            code, outer = compile(text, "expression", "eval"), {"jnp": jax.numpy, "axis": names["axis"]}
            run = jax.jit(lambda *given: eval(code, {**outer, **dict(zip(used, given, strict=True))}))
            scope = {name: jax.device_put(names[name]) for name in used}
            return f"run({', '.join(used)}).block_until_ready()", {"run": run, **scope}
        grad = jax.device_put(names["gr" if "gr" in names else "g"])
        if case.layout is ELEMENTWISE and kind == "backward":
            run = jax.jit(lambda g, *given: jax.vjp(function, *given)[1](g))
        else:  # from what the forward pass has saved
            pull = jax.jit(lambda *given: jax.vjp(function, *given)[1])(*arrays)
            run, scope, given = jax.jit(lambda g, pull: pull(g)), {"pull": pull}, "pull"
        only = "[0].block_until_ready()"
        text = f"run(g, {given}){only}" if len(inputs) == 1 else f"block(run(g, {given}))"
        return text, {"run": run, "g": grad, "block": jax.block_until_ready, **scope}


def _entmax15(jnp: Any, x: Any, axis: int, rank: np.ndarray) -> Any:
    """By sorting, as the reference implementation has it."""
    z = (x - x.max(axis, keepdims=True)) / 2
    down = jnp.flip(jnp.sort(z, axis), axis)
    mean, square = jnp.cumsum(down, axis) / rank, jnp.cumsum(down * down, axis) / rank
    tau = mean - jnp.sqrt(jnp.maximum((1 - rank * (square - mean * mean)) / rank, 0))
    support = jnp.sum(tau <= down, axis, keepdims=True)
    return jnp.square(jnp.maximum(z - jnp.take_along_axis(tau, support - 1, axis), 0))


COMPILERS = (NumExpr, Numba, Jax)
