"""What `bench` times: for each function its arrays, its passes, and the statement of each library for each pass.

A statement is timed as it stands (``timeit``), on arrays that are allocated and touched beforehand. Where a function
has no `out=` in its library, its allocation is part of its time. Of the elementwise functions the statements stand in
`_peers`; here are those of the others, which work along `axis` of an array of a shape, and what makes cells of both.

Their names, beside the x, y, g, s, t, u, m of `_peers` and more scratch (h, k, e, n): r, c, i results along the axis,
gr a gradient of such, sr saved by a forward pass; o, j indices; p, q packed arrays, whose halves are the value and the
gate v, x and their gradients dv, dx; weight, weight_1 = weight - 1 and b a weight and a bias as they broadcast, w1, b1
the same in one dimension, d1 the gradient, others the axes that they do not have; dx, dw, db gradients. f and df are
fastact's function and its gradient.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._peers import DOMAINS, NUMPY, ONNX, PARAMS, SCIPY, TORCH, TORCH_FROM_Y, Node, Pair, words
from ._registry import FUNCTIONS, ROWS, Activation

KINDS = ("forward", "inplace", "backward", "backward_y")
Shape = tuple[int, ...]
Axis = int | None
Texts = dict[str, str]  # pass -> statement


# --- the arrays -------------------------------------------------------------------------------------------------------


def _reduced(shape: Shape, axis: int) -> Shape:
    """With 1 at the axis."""
    return tuple(1 if i == axis % len(shape) else n for i, n in enumerate(shape))


def _scaled(shape: Shape, axis: int, times: float) -> Shape:
    return tuple(int(n * times) if i == axis % len(shape) else n for i, n in enumerate(shape))


def _along(n: int, shape: Shape, axis: int) -> Shape:
    """The shape in which n numbers broadcast along the axis."""
    return tuple(n if i == axis % len(shape) else 1 for i in range(len(shape)))


@dataclass(frozen=True)
class Layout:
    """The arrays of a family of functions: of `shapes` those that are named are allocated, and `views` made of `needs`.

    A shape may have a dtype beside it, where that is not the one that is timed. `source` is the array that an in-place
    pass destroys, `target` the name by which it writes there. `axes`: does it work along one?
    """

    shapes: Callable[[Shape, Axis], Mapping[str, Any]]
    views: Callable[[dict[str, np.ndarray], Shape, Axis], dict[str, Any]] = lambda a, shape, axis: {}
    needs: tuple[str, ...] = ()
    fits: Callable[[Shape, Axis], bool] = lambda shape, axis: True
    axes: bool = True
    source: str = "x"
    target: str | None = "x"


def _row_shapes(shape: Shape, axis: Axis) -> dict[str, Any]:
    few = _reduced(shape, axis)
    return {
        **dict.fromkeys(("x", "y", "g", "s", "t", "u", "h", "e", "n"), shape),
        **dict.fromkeys(("r", "c", "gr", "sr"), few),
        "m": (shape, bool),
        "o": (shape, np.int64),
        "i": (few, np.int64),
        "rank": _along(shape[axis], shape, axis),
    }


def _fill_rows(a: dict[str, np.ndarray], shape: Shape, axis: Axis) -> dict[str, Any]:
    if "rank" in a:
        a["rank"].flat = np.arange(1, shape[axis] + 1)
    return {"rng": np.random.default_rng(0)}


ROWS_ALONG = Layout(_row_shapes, _fill_rows)
REDUCTION = Layout(_row_shapes, _fill_rows, target=None)


def _gate_shapes(shape: Shape, axis: Axis) -> dict[str, Any]:
    packed = _scaled(shape, axis, 2)
    return {
        **dict.fromkeys(("p", "q"), packed),
        **dict.fromkeys(("y", "g", "s", "t", "u", "h", "k"), shape),
        **dict.fromkeys(("m", "w"), (shape, bool)),
    }


def _halves(a: dict[str, np.ndarray], shape: Shape, axis: Axis) -> dict[str, Any]:
    (v, x), (dv, dx) = (np.split(a[name], 2, axis) for name in "pq")
    return {"v": v, "x": x, "dv": dv, "dx": dx}


GATE = Layout(_gate_shapes, _halves, ("p", "q"), source="p", target="v")


def _channel_shapes(shape: Shape, axis: Axis) -> dict[str, Any]:
    return {
        **dict.fromkeys(("x", "y", "g", "s", "t", "u", "h"), shape),
        **dict.fromkeys(("m", "w"), (shape, bool)),
        **dict.fromkeys(("w1", "b1", "d1"), (shape[axis],)),
    }


def _channels(a: dict[str, np.ndarray], shape: Shape, axis: Axis) -> dict[str, Any]:
    wide = _along(shape[axis], shape, axis)
    views = {"weight": a["w1"].reshape(wide), "b": a["b1"].reshape(wide)}
    others = tuple(i for i in range(len(shape)) if i != axis % len(shape))
    return {**views, "weight_1": views["weight"] - 1, "others": others}


CHANNELS = Layout(_channel_shapes, _channels, ("w1", "b1"))
PIECES, UNITS = 2, 16  # of maxout, and of the layer of maxout_linear


def _piece_shapes(shape: Shape, axis: Axis) -> dict[str, Any]:
    few = _scaled(shape, axis, 1 / PIECES)
    return {"x": shape, "dx": shape, "y": few, "g": few, "o": (few, np.int64), "j": (few, np.uint8)}


def _grouped(a: dict[str, np.ndarray], shape: Shape, axis: Axis) -> dict[str, Any]:
    """The pieces on an axis of their own, `at`; g and o with that axis too."""
    at = axis % len(shape) + 1
    cut = (*shape[: at - 1], shape[at - 1] // PIECES, PIECES, *shape[at:])
    views = {f"{name}_pieces": a[name].reshape(cut) for name in ("x", "dx")}
    return {**views, **{f"{name}_at": np.expand_dims(a[name], at) for name in "go"}, "at": at}


MAXOUT = Layout(
    _piece_shapes,
    _grouped,
    ("x", "dx", "g", "o"),
    lambda shape, axis: shape[axis] % PIECES == 0,
    target=None,
)


def _layer_shapes(shape: Shape, axis: Axis) -> dict[str, Any]:
    rows, width = shape
    few, all_pieces = (rows, UNITS), (rows, UNITS * PIECES)
    return {
        **dict.fromkeys(("x", "dx"), shape),
        **dict.fromkeys(("y", "g"), few),
        **dict.fromkeys(("a", "da"), all_pieces),
        **dict.fromkeys(("w1", "dw"), (width, UNITS * PIECES)),
        **dict.fromkeys(("b1", "db"), (UNITS * PIECES,)),
        "o": (few, np.int64),
        "j": (few, np.uint8),
    }


def _layer(a: dict[str, np.ndarray], shape: Shape, axis: Axis) -> dict[str, Any]:
    cut = (shape[0], UNITS, PIECES)
    views = {f"{name}_pieces": a[name].reshape(cut) for name in ("a", "da")}
    return {**views, **{f"{name}_at": a[name][..., None] for name in "go"}}


LAYER = Layout(
    _layer_shapes,
    _layer,
    ("a", "da", "g", "o"),
    lambda shape, axis: len(shape) == 2,
    axes=False,
    target=None,
)


def _crelu_shapes(shape: Shape, axis: Axis) -> dict[str, Any]:
    both = _scaled(shape, axis, 2)
    return {**dict.fromkeys(("x", "dx", "t"), shape), "m": (shape, bool), **dict.fromkeys(("y", "g", "s"), both)}


CRELU = Layout(
    _crelu_shapes,
    lambda a, shape, axis: {
        f"{name}{half}": view for name in "ygs" for half, view in zip((1, 2), np.split(a[name], 2, axis), strict=True)
    },
    ("y", "g", "s"),
    target=None,
)


def _loss_shapes(shape: Shape, axis: Axis) -> dict[str, Any]:
    labels = tuple(n for i, n in enumerate(shape) if i != axis % len(shape))
    return {**_row_shapes(shape, axis), "labels": (labels, np.int64), "one": ()}


def _classes_second(a: dict[str, np.ndarray], shape: Shape, axis: Axis) -> dict[str, Any]:
    """As PyTorch wants them: two dimensions, the classes the second of them."""
    a["labels"].flat = np.arange(a["labels"].size) % shape[axis]
    turned = {f"{name}_classes": a[name] if axis % 2 else a[name].T for name in "xyt" if name in a}
    return {**turned, "labels_at": np.expand_dims(a["labels"], axis), "count": a["labels"].size}


LOSS = Layout(_loss_shapes, _classes_second, ("labels", "one"), lambda shape, axis: len(shape) == 2)


def _plain(a: dict[str, np.ndarray], shape: Shape, axis: Axis) -> dict[str, Any]:
    if "targets" in a:
        a["targets"].flat = np.arange(a["targets"].size) % 2
    return {"rng": np.random.default_rng(0), "count": math.prod(shape)}


PLAIN = Layout(
    lambda shape, axis: {**dict.fromkeys(("x", "y", "g", "s", "t", "u", "n", "targets"), shape), "one": ()},
    _plain,
    axes=False,
)
ELEMENTWISE = Layout(
    lambda shape, axis: {
        **dict.fromkeys("xygstu", shape),
        **dict.fromkeys("mw", (shape, bool)),
        "e": shape,  # what PyTorch's log_sigmoid keeps
    },
    axes=False,
)


# --- cells ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A function with the parameters that it is timed with: library -> pass -> statement, and the arrays for these."""

    name: str
    function: str
    texts: Mapping[str, Texts]
    layout: Layout
    nodes: Callable[[Shape, Axis], Iterable[Node]] | None = None
    """The forward pass as an ONNX graph; the last node writes the result."""
    saved: str = ""
    """What fastact runs beforehand, to have what its backward pass reads."""
    domain: tuple[float, float] | None = None

    def text(self, library: str, kind: str) -> str | None:
        """The statement. An in-place pass, if it has no other, is the forward one with y = x, where x is read no more
        once y has been written."""
        texts = self.texts.get(library, {})
        if kind != "inplace" or kind in texts:
            return texts.get(kind) or None
        target, parts = self.layout.target, texts.get("forward", "").split(";")
        first = next((i for i, part in enumerate(parts) if "y" in words(part)), None)
        if target is None or first is None or any(target in words(part) for part in parts[first + 1 :]):
            return None
        return texts["forward"]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The passes that fastact has."""
        return tuple(kind for kind in KINDS if self.text("fastact", kind))

    @property
    def used(self) -> frozenset[str]:
        """The arrays to allocate: those that a statement names, and those that views are made of."""
        texts = [text for passes in self.texts.values() for text in passes.values()]
        return frozenset(words("; ".join([self.saved, *texts]))) | {self.layout.source, *self.layout.needs}

    def moved(self, kind: str, names: Mapping[str, Any]) -> int:
        """The bytes that this pass of fastact must read or write."""
        arrays = words(self.text("fastact", kind) or "") & names.keys()
        return sum(names[name].nbytes for name in arrays if isinstance(names[name], np.ndarray))


_PAGE, _HUGE = 4096, 1 << 21


class Arena:
    """Memory for arrays, of pages that NumPy asks to be huge: which sets of the cache an array falls into then does not
    depend on where the system finds its pages, which alone makes a time 20 % longer or shorter from process to process.

    Arrays are aligned to cache lines, at different distances from a page lest they compete for the same sets.
    """

    def __init__(self, sizes: Iterable[int]) -> None:
        room = sum(size + 5 * _PAGE for size in sizes)
        self.raw = np.zeros(max(room, 2 * _HUGE) + _HUGE, np.uint8)
        self.at, self.count = -self.raw.ctypes.data % _HUGE, 0

    def empty(self, shape: Shape, dtype: np.dtype) -> np.ndarray:
        """The next one."""
        start = self.at + -(self.at + self.raw.ctypes.data) % _PAGE + 320 * (self.count % 32)
        size = math.prod(shape) * dtype.itemsize
        self.at, self.count = start + size, self.count + 1
        return self.raw[start : self.at].view(dtype).reshape(shape)


def buffers(
    case: Case, dtype: np.dtype, shape: Shape, axis: Axis, used: frozenset[str] | None = None
) -> dict[str, np.ndarray]:
    """The arrays of a case, or those that are used: inputs normal, x with sigma 3 (wrapped into the domain if there is
    one), the rest 1."""
    shapes = case.layout.shapes(shape, axis)
    rng, used = np.random.default_rng(0), case.used if used is None else used
    wanted = {}
    for name, given in shapes.items():
        if name in used:
            size, kind = given if given and isinstance(given[0], tuple) else (given, dtype)
            wanted[name] = size, np.dtype(kind)
    wanted["z"] = wanted[case.layout.source]
    arena = Arena(math.prod(size) * kind.itemsize for size, kind in wanted.values())
    found = {name: arena.empty(*each) for name, each in wanted.items()}
    for name in wanted.keys() - {"z"}:  # that is filled before each call
        found[name].fill(1)
    scales = {"x": 3, "p": 3, "g": 1, "gr": 1, "b1": 1}
    for name, scale in scales.items():
        if name in found:
            block = rng.normal(size=min(found[name].size, 1 << 18)).astype(dtype) * dtype.type(scale)
            if name == "x" and case.domain:
                block = case.domain[0] + block % (case.domain[1] - case.domain[0])
            found[name].reshape(-1)[:] = np.resize(block, found[name].size)
    if "w1" in found:
        found["w1"].flat = rng.uniform(0.1, 0.5, found["w1"].size)
    if "e" in found and case.layout is ELEMENTWISE:
        np.exp(-np.abs(found["x"]), out=found["e"])
    return found


def names_of(case: Case, kind: str, arrays: dict[str, np.ndarray], shape: Shape, axis: Axis) -> dict[str, Any]:
    """What the statements of a pass may use; in place, z takes the place of what is destroyed."""
    if kind == "inplace":
        arrays = {**arrays, case.layout.source: arrays["z"]}
        if case.layout.target == case.layout.source:
            arrays["y"] = arrays["z"]
    names = {**arrays, **case.layout.views(arrays, shape, axis), "np": np, "axis": axis}
    if kind == "inplace":
        names["y"] = names[case.layout.target]
    return names


# --- the elementwise functions ----------------------------------------------------------------------------------------


def _passes(pair: Pair) -> Texts:
    """A backward pass that reads what its forward pass saved, s or e, is a peer of our pass from y, not from x."""
    forward, backward = pair
    found = {"forward": forward} if forward else {}
    if backward:
        found["backward_y" if words(backward) & {"s", "e"} else "backward"] = backward
    return found


def _ours(row: Activation) -> Texts:
    keywords = f", approximate={row.variant!r}" if row.variant else ""
    params = "".join(f", {p}" for p in PARAMS.get(row.name, ()))
    texts = {"forward": f"f(x{params}, out=y{keywords})", "backward": f"df(g, x{params}, out=y{keywords})"}
    if row.from_y:
        texts["backward_y"] = f"df(g{params and ', None' + params}, y=s, out=y{keywords})"
    return texts


def _elementwise(row: Activation) -> Case:
    ours = _ours(row)
    texts = {"fastact": ours}
    for library, table in (("numpy", NUMPY), ("scipy", SCIPY), ("torch", TORCH)):
        if row.name in table:
            texts[library] = _passes(table[row.name])
    if row.name in TORCH_FROM_Y:
        texts["torch"]["backward_y"] = TORCH_FROM_Y[row.name]
    node = ONNX.get(row.name)
    return Case(
        row.name,
        row.function,
        texts,
        ELEMENTWISE,
        (lambda shape, axis: [node]) if node else None,
        saved=ours["forward"].replace("out=y", "out=s"),
        domain=DOMAINS.get(row.name),
    )


# --- those along an axis ----------------------------------------------------------------------------------------------

_SOFTMAX_OF = (
    "{0}.max(axis, keepdims=True, out=r); np.subtract({0}, r, out=y); np.exp(y, out=y);"
    " y.sum(axis, keepdims=True, out=r); np.divide(y, r, out=y)"
)
_SOFTMAX_BACKWARD = (
    "np.multiply(g, s, out=y); y.sum(axis, keepdims=True, out=r); np.subtract(g, r, out=y); np.multiply(y, s, out=y)"
)
_SOFTMAX_BACKWARD_TORCH = "aten._softmax_backward_data.out(g, s, axis, x.dtype, grad_input=y)"
_LOGSUMEXP = (
    "x.max(axis, keepdims=True, out=r); np.subtract(x, r, out=t); np.exp(t, out=t); t.sum(axis, keepdims=True, out=c);"
    " np.log(c, out=c)"
)
_OURS = {"forward": "f(x, axis, out=y)", "backward": "df(g, s, axis, out=y)"}
_SAVED = "f(x, axis, out=s)"


def _node(operator: str, *inputs: str, **attributes: Any) -> Node:
    return Node(operator, inputs or ("x",), attributes=attributes)


def _applied(activation: str, source: str, result: str) -> Node:
    """The node of an elementwise function, between these names."""
    node = ONNX[activation]
    return Node(node.operator, (source, *node.inputs[1:]), (result,), node.attributes, node.domain)


def _along_axis(operator: str) -> Callable[[Shape, Axis], list[Node]]:
    return lambda shape, axis: [_node(operator, axis=axis % len(shape))]


# the elements of the support are found by sorting
_SORTED = "np.negative({0}, out=t); t.sort(axis); np.negative(t, out=t); np.cumsum(t, axis, out=u)"
_SORTED_TORCH = "torch.sort({0}, axis, True, out=(t, o)); torch.cumsum(t, axis, out=u)"
_THRESHOLDS = (  # of entmax15, into u: mean - sqrt(max((1 - k (mean of squares - mean^2)) / k, 0)), k the rank
    "np.multiply(t, t, out=e); np.cumsum(e, axis, out=e); np.divide(u, rank, out=u); np.divide(e, rank, out=e);"
    " np.multiply(u, u, out=n); np.subtract(e, n, out=e); np.multiply(e, rank, out=e); np.subtract(1, e, out=e);"
    " np.divide(e, rank, out=e); np.maximum(e, 0, out=e); np.sqrt(e, out=e); np.subtract(u, e, out=u)"
)
_THRESHOLDS_TORCH = (
    "torch.square(t, out=n); torch.cumsum(n, axis, out=e); u.div_(rank); e.div_(rank); torch.square(u, out=n);"
    " e.sub_(n); e.mul_(rank); e.neg_(); e.add_(1); e.div_(rank); e.clamp_min_(0); e.sqrt_(); u.sub_(e)"
)

_ROWS = [
    Case(
        "softmax",
        "softmax",
        {
            "fastact": _OURS,
            "numpy": {"forward": _SOFTMAX_OF.format("x"), "backward": _SOFTMAX_BACKWARD},
            "scipy": {"forward": "special.softmax(x, axis)"},
            "torch": {"forward": "torch._softmax(x, axis, False, out=y)", "backward": _SOFTMAX_BACKWARD_TORCH},
        },
        ROWS_ALONG,
        _along_axis("Softmax"),
        _SAVED,
    ),
    Case(
        "softmin",
        "softmin",
        {
            "fastact": _OURS,
            "numpy": {
                "forward": "x.min(axis, keepdims=True, out=r); np.subtract(r, x, out=y); np.exp(y, out=y);"
                " y.sum(axis, keepdims=True, out=r); np.divide(y, r, out=y)",
                "backward": f"{_SOFTMAX_BACKWARD}; np.negative(y, out=y)",
            },
            "scipy": {"forward": "np.negative(x, out=t); special.softmax(t, axis)"},
            "torch": {
                "forward": "torch.neg(x, out=t); torch._softmax(t, axis, False, out=y)",
                "backward": f"{_SOFTMAX_BACKWARD_TORCH}; y.neg_()",
            },
        },
        ROWS_ALONG,
        lambda shape, axis: [Node("Neg", ("x",), ("a0",)), _node("Softmax", "a0", axis=axis % len(shape))],
        _SAVED,
    ),
    Case(
        "log_softmax",
        "log_softmax",
        {
            "fastact": _OURS,
            "numpy": {
                "forward": "x.max(axis, keepdims=True, out=r); np.subtract(x, r, out=y); np.exp(y, out=t);"
                " t.sum(axis, keepdims=True, out=r); np.log(r, out=r); np.subtract(y, r, out=y)",
                "backward": "g.sum(axis, keepdims=True, out=r); np.exp(s, out=y); np.multiply(y, r, out=y);"
                " np.subtract(g, y, out=y)",
            },
            "scipy": {"forward": "special.log_softmax(x, axis)"},
            "torch": {
                "forward": "torch._log_softmax(x, axis, False, out=y)",
                "backward": "aten._log_softmax_backward_data.out(g, s, axis, x.dtype, out=y)",
            },
        },
        ROWS_ALONG,
        _along_axis("LogSoftmax"),
        _SAVED,
    ),
    Case(
        "logsumexp",
        "logsumexp",
        {
            "fastact": {"forward": "f(x, axis, keepdims=True, out=r)", "backward": "df(gr, x, sr, axis, out=y)"},
            "numpy": {
                "forward": f"{_LOGSUMEXP}; np.add(r, c, out=r)",
                "backward": "np.subtract(x, sr, out=y); np.exp(y, out=y); np.multiply(y, gr, out=y)",
            },
            "scipy": {"forward": "special.logsumexp(x, axis, keepdims=True)"},
            "torch": {
                "forward": "torch.logsumexp(x, axis, True, out=r)",
                "backward": "torch.sub(x, sr, out=y); y.exp_(); y.mul_(gr)",
            },
        },
        REDUCTION,
        lambda shape, axis: [Node("ReduceLogSumExp", ("x", [axis % len(shape)]), ("r",), {"keepdims": 1})],
        "f(x, axis, keepdims=True, out=sr)",
    ),
    Case(
        "hardmax",
        "hardmax",
        {
            "fastact": {"forward": _OURS["forward"]},
            "numpy": {
                "forward": "np.argmax(x, axis, keepdims=True, out=i); y.fill(0); np.put_along_axis(y, i, 1, axis)"
            },
            "torch": {"forward": "torch.argmax(x, axis, True, out=i); y.zero_(); y.scatter_(axis, i, 1)"},
        },
        ROWS_ALONG,
        _along_axis("Hardmax"),
    ),
    Case(
        "sparsemax",
        "sparsemax",
        {
            "fastact": _OURS,
            "numpy": {
                "forward": f"{_SORTED.format('x')}; np.subtract(u, 1, out=u); np.multiply(t, rank, out=t);"
                " np.greater(t, u, out=m); m.sum(axis, keepdims=True, out=i);"
                " np.divide(np.take_along_axis(u, i - 1, axis), i, out=c); np.subtract(x, c, out=y);"
                " np.maximum(y, 0, out=y)",
                "backward": "np.greater(s, 0, out=m); np.multiply(g, m, out=y); y.sum(axis, keepdims=True, out=r);"
                " m.sum(axis, keepdims=True, out=i); np.divide(r, i, out=r); np.subtract(g, r, out=y);"
                " np.multiply(y, m, out=y)",
            },
            "torch": {
                "forward": f"{_SORTED_TORCH.format('x')}; u.sub_(1); t.mul_(rank); torch.gt(t, u, out=m);"
                " torch.sum(m, axis, True, out=i); torch.gather(u, axis, i - 1, out=c); c.div_(i);"
                " torch.sub(x, c, out=y); y.clamp_min_(0)",
                "backward": "torch.gt(s, 0, out=m); torch.mul(g, m, out=y); torch.sum(y, axis, True, out=r);"
                " torch.sum(m, axis, True, out=i); r.div_(i); torch.sub(g, r, out=y); y.mul_(m)",
            },
        },
        ROWS_ALONG,
        saved=_SAVED,
    ),
    Case(
        "entmax15",
        "entmax15",
        {
            "fastact": _OURS,
            "numpy": {
                "forward": "x.max(axis, keepdims=True, out=r); np.subtract(x, r, out=h); np.multiply(h, 0.5, out=h);"
                f" {_SORTED.format('h')}; {_THRESHOLDS}; np.less_equal(u, t, out=m);"
                " m.sum(axis, keepdims=True, out=i); np.subtract(h, np.take_along_axis(u, i - 1, axis), out=y);"
                " np.maximum(y, 0, out=y); np.multiply(y, y, out=y)",
                "backward": "np.sqrt(s, out=t); np.multiply(g, t, out=y); y.sum(axis, keepdims=True, out=r);"
                " t.sum(axis, keepdims=True, out=c); np.divide(r, c, out=r); np.subtract(g, r, out=y);"
                " np.multiply(y, t, out=y)",
            },
            "torch": {
                "forward": "torch.amax(x, axis, True, out=r); torch.sub(x, r, out=h); h.mul_(0.5);"
                f" {_SORTED_TORCH.format('h')}; {_THRESHOLDS_TORCH}; torch.le(u, t, out=m);"
                " torch.sum(m, axis, True, out=i); torch.gather(u, axis, i - 1, out=c); torch.sub(h, c, out=y);"
                " y.clamp_min_(0); y.square_()",
                "backward": "torch.sqrt(s, out=t); torch.mul(g, t, out=y); torch.sum(y, axis, True, out=r);"
                " torch.sum(t, axis, True, out=c); r.div_(c); torch.sub(g, r, out=y); y.mul_(t)",
            },
        },
        ROWS_ALONG,
        saved=_SAVED,
    ),
    Case(
        "gumbel_softmax",
        "gumbel_softmax",
        {
            "fastact": {"forward": "f(x, axis, seed=1, out=y)", "backward": _OURS["backward"]},
            "numpy": {
                "forward": "rng.random(dtype=t.dtype, out=t); np.log(t, out=t); np.negative(t, out=t);"
                f" np.log(t, out=t); np.subtract(x, t, out=t); {_SOFTMAX_OF.format('t')}",
                "backward": _SOFTMAX_BACKWARD,
            },
            "torch": {
                "forward": "t.exponential_(); t.log_(); torch.sub(x, t, out=t); torch._softmax(t, axis, False, out=y)",
                "backward": _SOFTMAX_BACKWARD_TORCH,
            },
        },
        ROWS_ALONG,
        saved="f(x, axis, seed=1, out=s)",
    ),
]

# --- gates: the statements of the activation, with a product around them ----------------------------------------------

_TABLES = {"numpy": NUMPY, "scipy": SCIPY, "torch": TORCH}
_TIMES, _PLUS, _SUM = (
    {"numpy": numpy, "scipy": numpy, "torch": torch}
    for numpy, torch in (
        ("np.multiply({0}, {1}, out={2})", "torch.mul({0}, {1}, out={2})"),
        ("np.add({0}, {1}, out={2})", "torch.add({0}, {1}, out={2})"),
        ("y.sum(others, out=d1)", "torch.sum(y, others, out=d1)"),
    )
)


def _renamed(text: str, **names: str) -> str:
    return re.sub(r"(?<![\w.])[a-z](?!\w|=)", lambda match: names.get(match[0], match[0]), text)


def _gated(library: str, activation: str) -> Texts:
    """y = v h, h = f(x); backward dv = g h, dx = k f'(x), k = g v."""
    forward, backward = _TABLES[library].get(activation, (None, None))
    times = _TIMES[library]
    if forward is None:
        return {}
    inner = _renamed(forward, y="h")
    texts = {"forward": f"{inner}; {times.format('v', 'h', 'y')}"}
    if backward:
        outer = _renamed(backward, g="k", s="h", y="dx")
        both = f"{times.format('g', 'h', 'dv')}; {times.format('g', 'v', 'k')}"
        texts["backward"] = f"{inner}; {both}; {outer}"
    return texts


def _gate_nodes(activation: str) -> Callable[[Shape, Axis], list[Node]]:
    def nodes(shape: Shape, axis: Axis) -> list[Node]:
        split = Node("Split", ("p",), ("v0", "x0"), {"axis": axis % len(shape), "num_outputs": 2})
        return [split, _applied(activation, "x0", "h0"), _node("Mul", "v0", "h0")]

    return nodes


_SIGMOID_H = "np.negative(x, out=h); np.exp(h, out=h); np.add(h, 1, out=h); np.reciprocal(h, out=h)"
GATES = {"glu": "sigmoid", "swiglu": "silu", "geglu": "gelu", "geglu_tanh": "gelu_tanh",
          "geglu_sigmoid": "gelu_sigmoid", "reglu": "relu", "bilinear": "identity", "seglu": "selu"}  # fmt: skip
_BETTER: dict[str, dict[str, Texts]] = {  # than the pattern
    "glu": {
        "fastact": {"backward_y": "df(g, None, x, y=s, out=(dv, dx))"},
        "numpy": {
            "forward": "np.negative(x, out=t); np.exp(t, out=t); np.add(t, 1, out=t); np.divide(v, t, out=y)",
            "backward": f"{_SIGMOID_H}; np.multiply(g, h, out=dv); np.subtract(1, h, out=h); np.multiply(h, v, out=h);"
            " np.multiply(h, dv, out=dx)",
        },
        "torch": {
            "forward": "nn.glu(p, axis, out=y)",
            "inplace": "x.sigmoid_(); v.mul_(x)",
            "backward": "aten.glu_backward.grad_input(g, p, axis, grad_input=q)",
        },
    },
    "swiglu": {
        "numpy": {
            "backward": f"{_SIGMOID_H}; np.multiply(x, h, out=t); np.multiply(g, t, out=dv); np.subtract(1, h, out=u);"
            " np.multiply(u, t, out=u); np.add(u, h, out=u); np.multiply(g, v, out=k); np.multiply(u, k, out=dx)"
        },
        "torch": {"inplace": "nn.silu(x, out=x); v.mul_(x)"},
    },
    "bilinear": {
        library: {
            "forward": _TIMES[library].format("v", "x", "y"),
            "backward": f"{_TIMES[library].format('g', 'x', 'dv')}; {_TIMES[library].format('g', 'v', 'dx')}",
        }
        for library in ("numpy", "torch")
    },
}


def _gate(name: str, activation: str) -> Case:
    function, _, variant = name.partition("_")
    keyword = f", approximate={variant!r}" if variant else ""
    ours = {"forward": f"f(v, x, out=y{keyword})", "backward": f"df(g, v, x, out=(dv, dx){keyword})"}
    texts = {"fastact": ours, **{library: _gated(library, activation) for library in _TABLES}}
    texts = {library: {**text, **_BETTER.get(name, {}).get(library, {})} for library, text in texts.items()}
    saved = "f(v, x, out=s)" if "backward_y" in texts["fastact"] else ""
    return Case(name, function, texts, GATE, _gate_nodes(activation) if activation in ONNX else None, saved)


# --- with learned parameters, of pieces, with random numbers ----------------------------------------------------------


def _biased(library: str, activation: str) -> Texts:
    """y = f(h), h = x + b; backward from h, and the sum."""
    forward, backward = _TABLES[library].get(activation, (None, None))
    texts = {}
    if forward:
        texts["forward"] = f"{_PLUS[library].format('x', 'b', 'h')}; {_renamed(forward, x='h')}"
    if backward:
        kind = "backward_y" if words(backward) & {"s"} else "backward"
        texts[kind] = f"{_renamed(backward, x='h')}; {_SUM[library]}"
    return texts


def _bias(activation: str) -> Case:
    ours = {
        "forward": f"f(x, b1, '{activation}', axis=axis, out=y)",
        "backward": f"df(g, '{activation}', z=h, axis=axis, out=y, out_bias=d1)",
    }
    if ROWS[activation].from_y:
        ours["backward_y"] = f"df(g, '{activation}', y=s, axis=axis, out=y, out_bias=d1)"
    return Case(
        f"bias_activation_{activation}",
        "bias_activation",
        {"fastact": ours, **{library: _biased(library, activation) for library in _TABLES}},
        CHANNELS,
        lambda shape, axis: [Node("Add", ("x", "b"), ("h0",)), _applied(activation, "h0", "y")],
        f"np.add(x, b, out=h); {ours['forward'].replace('out=y', 'out=s')}",
    )


_OTHERS = [
    Case(
        "prelu",
        "prelu",
        {
            "fastact": {
                "forward": "f(x, w1, axis, out=y)",
                "backward": "df(g, x, w1, axis, out=y, out_weight=d1)",
                "backward_y": "df(g, None, w1, axis, y=s, out=y, out_weight=d1)",
            },
            "numpy": {
                "forward": "np.multiply(x, weight, out=t); np.maximum(x, t, out=y)",
                "backward": "np.less_equal(x, 0, out=m); np.multiply(g, m, out=t); np.multiply(t, weight_1, out=y);"
                " np.add(y, g, out=y); np.multiply(t, x, out=t); t.sum(others, out=d1)",
            },
            "torch": {
                "forward": "aten._prelu_kernel(x, weight)",
                "inplace": "torch.mul(x, weight, out=t); torch.maximum(x, t, out=x)",
                "backward": "y, t = aten._prelu_kernel_backward(g, x, weight); torch.sum(t, others, out=d1)",
            },
        },
        CHANNELS,
        lambda shape, axis: [_node("PRelu", "x", "weight")],
        "f(x, w1, axis, out=s)",
    ),
    _bias("relu"),
    _bias("gelu"),
    _bias("silu"),
    Case(
        "rrelu",
        "rrelu",
        {
            "fastact": {
                "forward": "f(x, seed=1, out=y)",
                "backward": "df(g, x, seed=1, out=y)",
                "backward_y": "df(g, y=s, seed=1, out=y)",
            },
            "numpy": {
                "forward": "rng.random(dtype=t.dtype, out=t); np.multiply(t, 5 / 24, out=t); np.add(t, 0.125, out=t);"
                " np.multiply(t, x, out=t); np.maximum(x, t, out=y)",
                "backward": "np.multiply(g, n, out=y)",
            },
            "torch": {
                "forward": "aten.rrelu_with_noise.out(x, t, 0.125, 1 / 3, True, None, out=y)",
                "backward": "aten.rrelu_with_noise_backward.out(g, x, n, 0.125, 1 / 3, True, False, out=y)",
            },
        },
        PLAIN,
        saved="f(x, seed=1, out=s); np.copyto(y, 1); df(y, x, seed=1, out=n)",
    ),
    Case(
        "maxout",
        "maxout",
        {
            "fastact": {"forward": f"f(x, {PIECES}, axis, out=y)", "backward": f"df(g, j, {PIECES}, axis, out=dx)"},
            "numpy": {
                "forward": "x_pieces.max(at, out=y)",
                "backward": "dx.fill(0); np.put_along_axis(dx_pieces, o_at, g_at, at)",
            },
            "torch": {
                "forward": "torch.amax(x_pieces, at, out=y)",
                "backward": "dx.zero_(); dx_pieces.scatter_(at, o_at, g_at)",
            },
        },
        MAXOUT,
        lambda shape, axis: [Node("ReduceMax", ("x_pieces", [axis % len(shape) + 1]), ("y",), {"keepdims": 0})],
        f"np.copyto(j, f(x, {PIECES}, axis, return_index=True)[1]); np.copyto(o, j)",
    ),
    Case(
        "maxout_linear",
        "maxout_linear",
        {
            "fastact": {"forward": f"f(x, w1, b1, {PIECES}, out=y)", "backward": f"df(g, x, w1, j, {PIECES})"},
            "numpy": {
                "forward": "np.matmul(x, w1, out=a); np.add(a, b1, out=a); a_pieces.max(-1, out=y)",
                "backward": "da.fill(0); np.put_along_axis(da_pieces, o_at, g_at, -1); np.matmul(da, w1.T, out=dx);"
                " np.matmul(x.T, da, out=dw); da.sum(0, out=db)",
            },
            "torch": {
                "forward": "torch.addmm(b1, x, w1, out=a); torch.amax(a_pieces, -1, out=y)",
                "backward": "da.zero_(); da_pieces.scatter_(-1, o_at, g_at); torch.mm(da, w1.T, out=dx);"
                " torch.mm(x.T, da, out=dw); torch.sum(da, 0, out=db)",
            },
        },
        LAYER,
        lambda shape, axis: [
            Node("Gemm", ("x", "w1", "b1"), ("a0",)),
            Node("Reshape", ("a0", [shape[0], UNITS, PIECES]), ("a1",)),
            Node("ReduceMax", ("a1", [2]), ("y",), {"keepdims": 0}),
        ],
        f"np.copyto(j, f(x, w1, b1, {PIECES}, return_index=True)[1]); np.copyto(o, j)",
    ),
    Case(
        "crelu",
        "crelu",
        {
            "fastact": {"forward": "f(x, axis, out=y)", "backward": "df(g, s, axis, out=dx)"},
            "numpy": {
                "forward": "np.maximum(x, 0, out=y1); np.negative(x, out=y2); np.maximum(y2, 0, out=y2)",
                "backward": "np.greater(s1, 0, out=m); np.multiply(g1, m, out=dx); np.greater(s2, 0, out=m);"
                " np.multiply(g2, m, out=t); np.subtract(dx, t, out=dx)",
            },
            "torch": {
                "forward": "torch.clamp_min(x, 0, out=y1); torch.neg(x, out=y2); y2.clamp_min_(0)",
                "backward": "aten.threshold_backward.grad_input(g1, s1, 0, grad_input=dx);"
                " aten.threshold_backward.grad_input(g2, s2, 0, grad_input=t); dx.sub_(t)",
            },
        },
        CRELU,
        lambda shape, axis: [Node("Neg", ("x",), ("a0",)),
                             Node("Concat", ("x", "a0"), ("a1",), {"axis": axis % len(shape)}), _node("Relu", "a1")],
        _SAVED,
    ),
]  # fmt: skip

# --- losses: the backward pass gives value and gradient in one call; in place, the gradient lies in the logits --------

_CROSS_ENTROPY_BOTH = (
    "x.max(axis, keepdims=True, out=r); np.subtract(x, r, out=y);"
    " np.copyto(gr, np.take_along_axis(y, labels_at, axis)); np.exp(y, out=y);"
    " y.sum(axis, keepdims=True, out=c); np.log(c, out=r); np.subtract(r, gr, out=r); loss = r.mean();"
    " np.multiply(c, count, out=c); np.divide(y, c, out=y);"
    " np.put_along_axis(y, labels_at, np.take_along_axis(y, labels_at, axis) - 1 / count, axis)"
)
_CROSS_ENTROPY_BOTH_TORCH = (
    "torch._log_softmax(x, axis, False, out=y);"
    " loss, a = aten.nll_loss_forward(y_classes, labels, None, 1, -100);"
    " aten.nll_loss_backward.grad_input(one, y_classes, labels, None, 1, -100, a, grad_input=t_classes);"
    " aten._log_softmax_backward_data.out(t, y, axis, x.dtype, out=y)"
)
_BINARY = (  # max(x, 0) - x * targets + log1p(exp(-|x|))
    "np.abs(x, out=t); np.negative(t, out=t); np.exp(t, out=t); np.log1p(t, out=t); np.maximum(x, 0, out=u);"
    " np.add(t, u, out=t); np.multiply(x, targets, out=u); np.subtract(t, u, out=t); loss = t.mean()"
)
_BINARY_GRADIENT = "{0}; np.subtract(y, targets, out=y); np.multiply(y, 1 / count, out=y)"  # of a sigmoid in y
_BINARY_BOTH = f"{_BINARY}; " + _BINARY_GRADIENT.format(
    "np.negative(x, out=y); np.exp(y, out=y); np.add(y, 1, out=y); np.reciprocal(y, out=y)"
)
_BINARY_BOTH_SCIPY = f"{_BINARY}; " + _BINARY_GRADIENT.format("special.expit(x, out=y)")
_BINARY_TORCH = "loss = torch.binary_cross_entropy_with_logits(x, targets, None, None, 1)"
_BINARY_BOTH_TORCH = f"{_BINARY_TORCH}; torch.sigmoid(x, out=y); y.sub_(targets); y.mul_(1 / count)"
_LOSSES = [
    Case(
        "softmax_cross_entropy",
        "softmax_cross_entropy",
        {
            "fastact": {
                "forward": "loss = f(x, labels, axis)",
                "backward": "loss = f(x, labels, axis, out_grad=y)",
                "inplace": "loss = f(x, labels, axis, out_grad=y)",
            },
            "numpy": {
                "forward": f"{_LOGSUMEXP}; np.add(c, r, out=c); np.subtract(c, np.take_along_axis(x, labels_at, axis),"
                " out=c); loss = c.mean()",
                "backward": _CROSS_ENTROPY_BOTH,
                "inplace": _CROSS_ENTROPY_BOTH,
            },
            "scipy": {
                "forward": "loss = -np.take_along_axis(special.log_softmax(x, axis), labels_at, axis).mean()",
            },
            "torch": {
                "forward": "loss = nn.cross_entropy_loss(x_classes, labels, None, 1)",
                "backward": _CROSS_ENTROPY_BOTH_TORCH,
                "inplace": _CROSS_ENTROPY_BOTH_TORCH,
            },
        },
        LOSS,
        lambda shape, axis: [Node("SoftmaxCrossEntropyLoss", ("x_classes", "labels"), ("one",), {"reduction": "mean"})],
    ),
    Case(
        "sigmoid_cross_entropy",
        "sigmoid_cross_entropy",
        {
            "fastact": {
                "forward": "loss = f(x, targets)",
                "backward": "loss = f(x, targets, out_grad=y)",
                "inplace": "loss = f(x, targets, out_grad=y)",
            },
            "numpy": {"forward": _BINARY, "backward": _BINARY_BOTH, "inplace": _BINARY_BOTH},
            "scipy": {"backward": _BINARY_BOTH_SCIPY, "inplace": _BINARY_BOTH_SCIPY},
            "torch": {"forward": _BINARY_TORCH, "backward": _BINARY_BOTH_TORCH, "inplace": _BINARY_BOTH_TORCH},
        },
        PLAIN,
    ),
]


# --- all of them ------------------------------------------------------------------------------------------------------

FUNCTION_CASES = [*_ROWS, *(_gate(name, activation) for name, activation in GATES.items()), *_OTHERS, *_LOSSES]
CASES: dict[str, Case] = {name: _elementwise(row) for name, row in ROWS.items()} | {
    case.name: case for case in FUNCTION_CASES if case.function in FUNCTIONS
}
