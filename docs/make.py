"""Makes the pages about the functions: docs/activations/, one page each, and a picture where there is a curve; names.md
and accuracy.md; and README's table of errors.

    python docs/make.py                         pages and pictures (matplotlib: the extra "docs")
    python docs/make.py --check                 exit code 1 if a page or that table is stale, or a picture is missing
    python docs/make.py --accuracy FILE...      first takes over what `python -m fastact verify --json` printed

Facts come from the registry and from evaluation, the prose from docs/notes.md, measured errors from docs/accuracy.json.
"""

import inspect
import json
import re
import sys
from pathlib import Path

import fastact
from fastact import _names, _output, _verify
from fastact._reference_functions import FUNCTION_REFERENCES

DOCS = Path(__file__).resolve().parent
PAGES = DOCS / "activations"
README = DOCS.parent / "README.md"
sys.path.append(str(DOCS.parent))  # behind the installed package
import generate  # noqa: E402

MADE = "<!-- made by docs/make.py: edit docs/notes.md or src_c/activations.def -->\n"
MADE_FUNCTION = MADE.replace("activations.def", "functions.def, fastact/*.pxi")
KINDS = {"forward": "forward", "backward": "backward", "parameters": "gradients of parameters"}
PASSES = {"forward": "forward", "backward": "backward from x", "backward_y": "backward from y"}
ACCURACY = (
    MADE
    + """
# Errors, measured

ULP = |got - exact| / ulp(exact), exact unrounded; backward with grad = 1. Bounds in parentheses.
Within 0.5 of a zero of the derivative an absolute error of 2^-24 = 6.0e-08 (float32), 2^-52 =
2.2e-16 (float64) is within the bound; the last column is the largest such error (from x, or, where
the derivative as a function of y has a zero, as y + alpha has at -alpha, from y).

The instruction sets form two classes with the same bits within each, which the tests check: `avx2`, `avx512`, `neon`
(fused multiply-add) and `portable`, `sse2` (without). So one of each class is measured here."""
)
ACCURACY_OF = {
    "float32": """`python -m fastact verify --exhaustive --dtype float32 --isa avx512,sse2 --json`: all 2^32 inputs
with the default parameters, and other parameters by a sweep. The reference is computed in float64.""",
    "float64": """`python -m fastact verify --dtype float64 --points 200000 --isa avx512,sse2 --json` for the
functions of the first release, `--points 20000` for the later ones: points chosen to hurt (tails,
kinks, zeros of the derivative, subnormals, every exponent), at least {points:,} for each pass. The
reference is mpmath's.""",
}
ACCURACY_OF_FUNCTIONS = """## Functions that are not elementwise

`python -m fastact verify NAMES --long --isa avx512,sse2 --json`: rows of 1 to 3000 elements, and of 131072, spreads
from 0 to 1e4, offsets to -3000, along the last axis and the first; gates on points chosen to hurt; at least {points:,}
results each. The reference is computed in float64 for float32 (in mpmath for `sparsemax` and `entmax15`), by mpmath for
float64. There is no bound where the product is NumPy's."""
FROM_OUTPUT = """## What the rounding of y costs

`python -m fastact verify --from-output --json`, float32. A pass from y is as accurate for the y
that it gets as the tables above say; but y was rounded by the forward pass. This is the error of
the derivative from that y against the exact one at x: absolute, and relative where the derivative
is a normal number. Where the function saturates the relative accuracy is lost."""
README_ERRORS = """Largest error in ULP over all 2^32 float32 inputs (from y: over the range of the function), AVX-512:
`python -m fastact verify --exhaustive --dtype float32`. The bounds are 2 forward and 4 backward, for float64 too.
[docs/accuracy.md](docs/accuracy.md) has all functions, the worst inputs, the other class of instruction sets, and
float64; and softmax and the others that are not elementwise, measured on random rows of up to 131072 elements.

"""
FAMILIES = {
    "gate": "Gated: value times a function of a gate",
    "learned": "With learned parameters",
    "chance": "With random numbers",
    "pieces": "Several numbers in or out for one",
    "rows": "Along an axis",
    "loss": "Losses",
}
COSTS = {"LIGHT": "a few operations", "EXP": "about one exponential", "HEAVY": "more than one exponential"}


def families():
    """public function -> its rows, of the elementwise ones"""
    return generate.families(fastact.registry.elementwise.values())


def others():
    """The functions that are not elementwise."""
    return {name: row for name, row in fastact.registry.items() if row.family != "elementwise"}


def notes():
    """section of docs/notes.md -> its text"""
    parts = re.split(r"^## (\S+)\n", (DOCS / "notes.md").read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], (text.strip() for text in parts[2::2]), strict=True))


def measurements():
    """The results that were taken over, in the order of the registry; those of functions that are gone left out."""
    path = DOCS / "accuracy.json"
    return in_order(json.loads(path.read_text()) if path.exists() else [])


def in_order(results):
    """By the rows of the registry."""
    order = list(_verify.NAMES)
    return sorted((r for r in results if r["name"] in order), key=lambda r: order.index(r["name"]))


def take_over(files):
    """Put what `verify --json` printed into docs/accuracy.json, in place of older results of the same passes."""

    def key(r):
        return tuple(r.get(field) for field in ("name", "kind", "dtype", "isa"))

    results = {key(r): r for r in measurements()}
    for file in files:
        results |= {key(r): r for r in json.loads(Path(file).read_text())}
    lines = ",\n".join(map(json.dumps, in_order(results.values())))
    (DOCS / "accuracy.json").write_text(f"[\n{lines}\n]\n")


def measured():
    """(row, pass, dtype) -> ULP"""
    worst = {}
    for result in measurements():
        if "ulp" in result:
            key = result["name"], result["kind"], result["dtype"]
            worst[key] = max(worst.get(key, 0.0), result["ulp"])
    return worst


def accuracy_page():
    """docs/accuracy.md"""
    results = [_verify.Result(**{k: v for k, v in r.items() if k != "ok"}) for r in measurements() if "ulp" in r]
    plain = [r for r in results if r.name in fastact.registry.elementwise]
    others = [r for r in results if r.name not in fastact.registry.elementwise]
    lines = [ACCURACY]
    for dtype, intro in ACCURACY_OF.items():
        these = [r for r in plain if r.dtype == dtype]
        if not these:
            continue
        fewer = dict.fromkeys(
            r.name for r in these if dtype == "float32" and r.kind != "backward_y" and r.points < 1 << 31
        )
        lines += ["", f"## {dtype}", "", intro.format(points=min(r.points for r in these))]
        if fewer:
            lines += ["", f"Swept, not exhausted: {', '.join(fewer)}."]
        lines += _verify._markdown(these)
    if others:
        lines += ["", ACCURACY_OF_FUNCTIONS.format(points=min(r.points for r in others)), *_verify._markdown(others)]
    return "\n".join(
        [*lines, "", FROM_OUTPUT, "", *_verify._table_from_output(r for r in measurements() if "ulp" not in r), ""]
    )


def table(head, rows, aligned="---"):
    """A Markdown table; all columns but the first are aligned so."""
    cells = [head, ["---", *[aligned] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", r"\|") for cell in row) + " |" for row in cells)


def label(row, rows):
    """How to tell the variants apart."""
    return f' (`approximate="{generate.choice(row)}"`)' if rows[1:] else ""


def formulas(rows):
    """The formula and the derivatives, one block for each row."""
    parts = []
    for row in rows:
        lines = [f"y  = {row.formula}", f"y' = {row.derivative}"]
        lines += [f"y' = {row.derivative_y}    (from y)"] if row.derivative_y else []
        parts += [
            *([f'`approximate="{generate.choice(row)}"`:'] if rows[1:] else []),
            "```\n" + "\n".join(lines) + "\n```",
        ]
    return "\n\n".join(parts)


def number(value):
    """Short, and the same on every machine."""
    text = f"{value:.7f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def facts(row):
    """(fact, value) about a row with its default parameters."""
    p = row.properties()
    sides = [side for side, saturates in (("left", p.saturates_left), ("right", p.saturates_right)) if saturates]
    smoothness = "smooth" if p.smooth else "yes" if p.differentiable else "no: kinks" if p.continuous else "no: jumps"
    yield "range", f"`{row.range}`"
    yield "kinks", f"`{row.kinks}`" if row.kinks else "none"
    yield "monotone", "yes" if p.monotone else "no"
    yield "continuously differentiable", smoothness
    yield "outputs of both signs", "yes" if p.zero_centred else "no"
    yield "saturates", " and ".join(sides) or "no"
    yield "minimum", "none inside" if p.minimum is None else f"{number(p.minimum[1])} at x = {number(p.minimum[0])}"
    yield "backward pass reads", row.reads
    yield "cost of an element", COSTS[row.cost]


def properties(rows):
    """The table of facts, a column for each row."""
    columns = [dict(facts(row)) for row in rows]
    head = ["", *[generate.choice(row) for row in rows]] if rows[1:] else ["property", "value"]
    return table(head, [[fact, *[column[fact] for column in columns]] for fact in columns[0]])


def parameters(row):
    """The table of parameters, or nothing."""
    if not row.params:
        return []
    rows = [[f"`{name}`", f"{row.parameters[name]:.7g}", text] for name, text in row.accepts.items()]
    return ["## Parameters", table(["name", "default", "accepted"], rows)]


def errors(rows, found):
    """The table of bounds, with what was measured beside them."""
    lines, dtypes = [], ("float32", "float64")
    for row in rows:
        for kind, text in PASSES.items():
            if ("float32", kind) in row.bounds:
                values = [f"{row.bounds[dtype, kind]:g}" for dtype in dtypes]
                values += [
                    f"{ulp:.2f}" if (ulp := found.get((row.name, kind, dtype))) is not None else "" for dtype in dtypes
                ]
                lines.append([text + label(row, rows), *values])
    head = ["largest error in ULP", "float32, bound", "float64, bound", "float32, measured", "float64, measured"]
    width = 5 if any(line[3] or line[4] for line in lines) else 3
    return table(head[:width], [line[:width] for line in lines])


def keep(row):
    """Which buffer the backward pass wants."""
    which = "keep x" if not row.from_y else "keep either" if generate.constant_in_y(row) else "keep x for accuracy"
    return " ".join(generate.TEXTS[which].split())


def spellings(rows):
    """What others call it."""
    found = []
    for row in rows:
        names = [name for name in row.aliases if ":" in name]
        if names:
            found.append(", ".join(f"`{name}`" for name in names) + label(row, rows))
    return (
        ["## Elsewhere", "\n\n".join(found) + "\n\n[All names](../names.md), with their parameters."] if found else []
    )


def calls(name, *more):
    """How the functions that belong to a name are called."""
    names = name, f"{name}_backward", f"{name}_parameters_backward", *more
    return [f"fastact.{n}{inspect.signature(getattr(fastact, n))}" for n in names if hasattr(fastact, n)]


def stated(name):
    """What the docstrings say of the error."""
    for suffix, which in (("", "Forward"), ("_backward", "Backward")):
        doc = inspect.getdoc(getattr(fastact, name + suffix, None)) or ""
        for text in re.findall(r"Error: (.*?)(?:\n\n|\Z)", doc, re.DOTALL)[:1]:
            yield f"{which}: {' '.join(text.split())}"


def errors_of_function(name, found):
    """The table of bounds of a function that is not elementwise, with what was measured beside them."""
    lines = []
    for variant, entry in FUNCTION_REFERENCES.items():
        if entry.function != name:
            continue
        label = f" ({', '.join(f'{k}={v!r}' for k, v in entry.keywords[0].items())})" if variant != name else ""
        for kind in ("forward", "backward", "parameters"):
            bounds = [entry.bound(dtype, kind) for dtype in ("float32", "float64")]
            if any(bound is not None for bound in bounds) and (kind == "forward" or "backward" in entry.passes):
                unit = entry.passes["forward" if kind == "forward" else "backward"].unit_of(kind)
                ulps = [found.get((variant, kind, dtype)) for dtype in ("float32", "float64")]
                lines.append(
                    [KINDS[kind] + label, unit, *(f"{bound:g}" for bound in bounds),
                     *("" if ulp is None else f"{ulp:.2f}" for ulp in ulps)]
                )  # fmt: skip
    head = ["largest error", "in ULP of", "float32, bound", "float64, bound", "float32, measured", "float64, measured"]
    width = 6 if any(line[4] or line[5] for line in lines) else 4
    return table(head[:width], [line[:width] for line in lines]) if lines else ""


def page_of_function(name, row, text, found):
    """The page of a function that is not elementwise."""
    formula = f"forward:  {row.formula}" + (f"\nbackward: {row.derivative}" if row.derivative else "")
    facts = [["range", f"`{row.range}`" if row.range[:1] in "[(" else row.range], ["backward pass reads", row.reads]]
    parts = [
        f"# {name}",
        row.summary,
        "```\n" + formula + "\n```",
        "```python\n" + "\n".join(calls(name, *(["draw_seed"] if "seed" in row.signature else []))) + "\n```",
        "## Properties",
        table(["property", "value"], [["family", FAMILIES[row.family].lower()], *facts]),
        "## Use",
        text,
        "## Error",
        errors_of_function(name, found),
        *stated(name),
        *spellings([row]),
        *(["## Source", row.source + "."] if row.source else []),
    ]
    return MADE_FUNCTION + "\n" + "\n\n".join(filter(None, parts)) + "\n"


def page(name, rows, text, found):
    """The page of one public function."""
    row = rows[0]
    signatures = calls(name)
    sources = [source for source in dict.fromkeys(r.source for r in rows) if source]
    zeros = " ".join(generate.TEXTS["zeros"].split())
    exact = not any(bound for r in rows for bound in r.bounds.values())
    parts = [
        f"# {name}",
        row.summary,
        f'<img src="{name}.svg" alt="{name} and its derivative">',
        formulas(rows),
        "```python\n" + "\n".join(signatures) + "\n```",
        *parameters(row),
        "## Properties",
        "With the default parameters:" if row.params else "",
        properties(rows),
        "## Use",
        text,
        "## Backward pass",
        keep(row),
        "## Error",
        errors(rows, found),
        "" if exact else zeros,
        *spellings(rows),
        *(["## Source", "; ".join(sources) + "."] if sources else []),
    ]
    return MADE + "\n" + "\n\n".join(filter(None, parts)) + "\n"


def index(all_rows):
    """The page with all the pictures, and the functions that have none, by family."""
    lines = [
        MADE,
        "# Activation functions",
        "",
        "Value (blue) and derivative (orange, dashed), with the default parameters.",
    ]
    lines += ["[Which one to choose](../choosing.md); [what others call them](../names.md).", "", "<table>"]
    names = sorted(all_rows)
    for start in range(0, len(names), 4):
        lines.append("<tr>")
        for name in names[start : start + 4]:
            picture = f'<img src="{name}.svg" width="200" alt="">'
            lines.append(f'<td align="center"><a href="{name}.md">{picture}<br><code>{name}</code></a></td>')
        lines.append("</tr>")
    lines.append("</table>")
    for family, title in FAMILIES.items():
        rows = [row for row in others().values() if row.family == family]
        lines += ["", f"## {title}", "", *[f"- [`{row.name}`]({row.name}.md): {row.summary}" for row in rows]]
    return "\n".join([*lines, ""])


def names_page():
    """docs/names.md"""
    intro = """# Names elsewhere

`fastact.get("onnx:HardSigmoid")` is the function that ONNX calls so, with its defaults and its names of the parameters
(ours in parentheses where they differ). Without a framework in front, `fastact.get` takes our own names, PyTorch's, and
those on which all others agree. What it returns is a `BoundActivation`: the function with its parameters, to be called,
to be run backward, compared and pickled; of a function that is not elementwise a `BoundFunction`.

Those take their inputs as ours do, and of their parameters the tables show what they have there. Gated functions take
two arrays: `value, gate = np.split(x, 2, axis)` is what PyTorch, JAX, Keras, MLX and NNlib do with one. ONNX's SwiGLU
has the gate first, and so has `fastact.get("onnx:SwiGLU")`, for the gradients too; without `onnx:` the order is ours.
PyTorch asks for `dim`; here it is -1 unless given. Axes are NumPy's, from 0. `weight` is what the weight of a PReLU
begins with; the learned one is an argument of the call."""
    return MADE + "\n" + intro + "\n" + _names.markdown() + "\n"


def between(text, name):
    """What stands between the marks <!-- name --> and <!-- /name -->."""
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


def readme():
    """README.md with the measured errors of the functions of its table of speeds."""
    text = README.read_text()
    found = {
        (r["name"], r["kind"]): r["ulp"]
        for r in measurements()
        if r.get("isa") == "avx512" and r.get("dtype") == "float32"
    }
    shown = re.findall(r"^\| `(\w+)` ", between(text, "speed"), re.MULTILINE)
    rows = [
        [f"`{name}`", *(f"{found[name, kind]:.2f}" if (name, kind) in found else "" for kind in PASSES)]
        for name in fastact.registry.elementwise
        if name in shown
    ]
    made = README_ERRORS + table(["function", "forward", "backward from x", "from y"], rows, "---:") + "\n"
    return text.replace(between(text, "error"), made)


def texts():
    """path -> text of every page"""
    prose, found = notes(), measured()
    pages = {PAGES / f"{name}.md": page(name, rows, prose.get(name, ""), found) for name, rows in families().items()}
    more = {
        PAGES / f"{name}.md": page_of_function(name, row, prose.get(name, ""), found) for name, row in others().items()
    }
    return {
        **pages,
        **more,
        PAGES / "README.md": index(families()),
        DOCS / "names.md": names_page(),
        DOCS / "accuracy.md": accuracy_page(),
        README: readme(),
    }


def check(pages):
    """What is stale, missing, or left over."""
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text() != text]
    stale += [path for name in families() if not (path := PAGES / f"{name}.svg").exists()]
    expected = {path.name for path in pages} | {f"{name}.svg" for name in families()}
    stale += [path for path in PAGES.glob("*") if path.name not in expected]
    return [str(path.relative_to(DOCS.parent)) for path in stale]


def main(arguments):
    """Write, or check."""
    if arguments[:1] == ["--accuracy"]:
        take_over(arguments[1:])
        arguments = []
    pages = texts()
    if arguments == ["--check"]:
        stale = check(pages)
        if stale:
            print("stale: " + ", ".join(stale) + "; run python docs/make.py")
        return int(bool(stale))
    from fastact import _plot

    PAGES.mkdir(exist_ok=True)
    for path, text in pages.items():
        path.write_text(text)
    for name in families():
        _plot.save(PAGES / f"{name}.svg", [fastact.get(name)])
    return 0


if __name__ == "__main__":
    sys.exit(_output.run("docs/make.py", main, sys.argv[1:]))
