"""``python -m fastact plot``: the curve of an activation and of its derivative, as a picture.

NAME is any name that `fastact.get` knows; several are drawn side by side. --param alpha=0.5 sets a parameter of those
that have it. The picture is NAME.svg (NAME_NAME.svg of several) in the current folder, unless -o names a file, whose
suffix says the format (.svg, .png, .pdf, and what else matplotlib can write; without one .svg is added), or a folder.
The path of the picture is printed. Needs matplotlib (the extra "plot").
"""

import itertools
import math
import os
import re
import sys
from pathlib import Path

import numpy as np

from ._get import BoundActivation, get

POINTS = 121
STYLES = {"auto": ("#808080", None), "light": ("#222222", "#ffffff"), "dark": ("#dddddd", "#1b1f24")}  # ink, paper
CURVES = "#2f81d8", "#e07b28"  # readable on white and on black
_TALLEST = 6.5


def interval(bound):
    """The arguments worth a look: about -5 to 5, with the kinks, within the domain."""
    kinks = [k for k in bound.activation.kinks_of(*bound.values) if math.isfinite(k)]
    low, high = min([-5.0, *(1.4 * k for k in kinks)]), max([5.0, *(1.4 * k for k in kinks)])
    x = np.linspace(low, high, 4001)
    inside = x[~np.isnan(bound.forward(x))]
    return (float(inside[0]), float(inside[-1])) if inside.size else (low, high)


def curves(bound, low, high):
    """x, value, derivative, as lists of pieces that end at the kinks."""
    kinks = {k for k in bound.activation.kinks_of(*bound.values) if low < k < high}
    ends = sorted({low, high} | kinks)
    pieces = []
    for a, b in itertools.pairwise(ends):
        x = np.linspace(a, b, max(2, round(POINTS * (b - a) / (high - low))))
        x[0], x[-1] = np.nextafter(a, b), np.nextafter(b, a)
        pieces.append((x, bound.forward(x), bound.backward(1.0, x)))
    return pieces


def _thin(x, y):
    """Without the points that lie on the line between their neighbours."""
    keep = np.ones(len(x), bool)
    step = np.diff(y) / np.diff(x)
    keep[1:-1] = np.abs(np.diff(step)) > 1e-6
    return x[keep], y[keep]


def draw(axes, bound, limits=None, style="auto", title=None):
    """Draw the value and the derivative of a `BoundActivation` into matplotlib axes."""
    ink, _ = STYLES[style]
    low, high = limits or interval(bound)
    pieces = curves(bound, low, high)
    for which, (colour, dashes, label) in enumerate(
        zip(CURVES, ("-", (0, (4, 2))), ("value", "derivative"), strict=True), start=1
    ):
        for i, piece in enumerate(pieces):
            finite = np.isfinite(piece[which])
            x, y = _thin(piece[0][finite], piece[which][finite])
            axes.plot(x, y, color=colour, linestyle=dashes, linewidth=1.8, label=None if i else label)
    values = np.concatenate([np.concatenate(piece[1:]) for piece in pieces])
    values = values[np.isfinite(values)]
    if values.size:
        bottom, top = (max(values.min(), -_TALLEST), min(values.max(), _TALLEST)) if limits is None else (
            values.min(), values.max())  # fmt: skip
        margin = 0.06 * (top - bottom) or 0.5
        axes.set_ylim(bottom - margin, top + margin)
    axes.set_xlim(low, high)
    axes.set_title(title or bound.name, color=ink, fontsize=11)
    axes.axhline(0, color=ink, linewidth=0.6)
    axes.axvline(0, color=ink, linewidth=0.6)
    axes.locator_params(nbins=6)
    axes.tick_params(colors=ink, labelsize=8, length=2)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.legend(frameon=False, fontsize=8, labelcolor=ink)


def save(path, bounds, limits=None, style="auto", titles=None):
    """Draw some into one picture. An SVG comes out the same every time, and small."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    columns = math.ceil(math.sqrt(len(bounds)))
    rows = math.ceil(len(bounds) / columns)
    path = Path(path)
    svg = path.suffix.lower() == ".svg"
    settings = {"svg.fonttype": "none", "svg.hashsalt": "fastact", "axes.unicode_minus": False}
    with matplotlib.rc_context({**settings, "font.sans-serif": ["DejaVu Sans"]}):
        figure = Figure(figsize=(4.2 * columns, 2.9 * rows), layout="constrained")
        for i, bound in enumerate(bounds):
            draw(figure.add_subplot(rows, columns, i + 1), bound, limits, style, titles and titles[i])
        paper = STYLES[style][1]
        options = {"transparent": True} if paper is None else {"facecolor": paper}
        for axes in figure.axes:
            axes.patch.set_visible(False)
        if svg:
            options["metadata"] = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(path, dpi=150, **options)
    if svg:
        text = re.sub(r"(\d+\.\d\d)\d+", r"\1", path.read_text())
        path.write_text(re.sub(r"[ \t]+\n", "\n", text))


# --- the command ------------------------------------------------------------------------------------------------------


def add_arguments(parser):
    """The options of the command."""
    parser.add_argument("names", nargs="+", metavar="NAME", help="activations, in any spelling")
    parser.add_argument(
        "--param", action="append", default=[], metavar="NAME=VALUE", help="a parameter; may be repeated"
    )
    parser.add_argument(
        "--range", nargs=2, type=float, metavar=("LO", "HI"), help="arguments; default: chosen for each"
    )
    parser.add_argument(
        "-o", "--output", metavar="PATH", help="the picture (.svg, .png, .pdf), or the folder to write it into"
    )
    parser.add_argument("--style", choices=STYLES, default="auto", help="auto: transparent, readable on both")


def bind(names, texts):
    """The activations, each with those of the parameters that it has; LookupError names what is wrong."""
    parameters = {}
    for text in texts:
        name, equals, value = text.partition("=")
        try:
            parameters[name] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise LookupError(f"--param {text!r} must be like alpha=0.5")
    bounds, used = [], set()
    for name in names:
        try:
            bound = get(name)
            if parameters and isinstance(bound, BoundActivation):
                mine = {}
                for key, value in parameters.items():
                    try:
                        get(name, **{key: None})
                    except TypeError:
                        continue
                    mine[key] = value
                bound, used = get(name, **mine), used | set(mine)
        except ValueError as error:
            raise LookupError(str(error)) from None
        if not isinstance(bound, BoundActivation):
            raise LookupError(f"{name} has no curve: it is not one number in, one number out")
        bounds.append(bound)
    if parameters.keys() - used:
        unknown = ", ".join(sorted(parameters.keys() - used))
        has = "; ".join(f"{name}: {', '.join(b.parameters) or 'none'}" for name, b in zip(names, bounds, strict=True))
        raise LookupError(f"no parameter {unknown}; parameters are {has}")
    return bounds


def _path(names, output):
    """Where the picture goes: into the file that is asked for, or into the folder; ValueError says what is wrong."""
    from matplotlib.figure import Figure

    name = "_".join(re.sub(r"\W", "_", name) for name in names) + ".svg"
    if not output:
        return Path(name)
    path = Path(output)
    if path.is_dir():
        return path / name
    if output.endswith(("/", os.sep)):
        raise ValueError(f"there is no folder {output}")
    if not path.suffix:
        return path.with_name(path.name + ".svg")
    formats = Figure().canvas.get_supported_filetypes()
    if path.suffix[1:].lower() not in formats:
        raise ValueError(
            f"-o {output}: {path.suffix} is not a format of matplotlib; there are {', '.join(sorted(formats))}"
        )
    return path


def main(args, bounds):
    """Draw, and say where."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        print('fastact plot needs matplotlib: pip install "fastact[plot]"', file=sys.stderr)
        return 2
    low, high = args.range or (0, 1)
    if not low < high:
        print(f"fastact plot: --range {low:g} {high:g} is empty", file=sys.stderr)
        return 2
    titles = []
    for name, bound in zip(args.names, bounds, strict=True):
        values = ", ".join(f"{key}={value:g}" for key, value in bound.parameters.items())
        titles.append(f"{name}({values})" if values else name)
    try:
        path = _path(args.names, args.output)
        save(path, bounds, args.range, args.style, titles)
    except (OSError, ValueError, RuntimeError) as error:
        print(f"fastact plot: {error}", file=sys.stderr)
        return 2
    print(path)
    return 0
