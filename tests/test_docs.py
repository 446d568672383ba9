"""The pages of docs/ and the pictures: complete, fresh, small, the same every time; and the plot command."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import python

import fastact
from fastact import _plot
from fastact._registry import FUNCTIONS, ROWS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PUBLIC = {row.function for row in ROWS.values()}
NOTES = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", (DOCS / "notes.md").read_text(), re.MULTILINE | re.DOTALL))
each_function = pytest.mark.parametrize("name", sorted(PUBLIC))


def make(folder, *arguments):
    return subprocess.run(
        [sys.executable, str(folder / "docs" / "make.py"), *arguments], capture_output=True, text=True, cwd=folder
    )


# --- pages ------------------------------------------------------------------------------------------------------------


def test_pages_are_fresh():
    done = make(ROOT, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


@each_function
def test_each_function_has_notes_a_page_and_a_picture(name):
    text = NOTES[name]
    assert re.findall(r"^\*\*(.*?)\*\*", text, re.MULTILINE) == ["Used", "Merits and faults.", "Choose it"], name
    assert len(text.split()) > 40, name
    page = (DOCS / "activations" / f"{name}.md").read_text()
    assert text.strip() in page
    assert f"{name}.svg" in page
    for row in ROWS.values():
        if row.function == name:
            assert row.formula in page
            assert row.derivative in page
            assert row.source in page
    picture = (DOCS / "activations" / f"{name}.svg").read_text()
    assert len(picture) < 15_000
    assert "<dc:date>" not in picture
    assert f"{name}.md" in (DOCS / "activations" / "README.md").read_text()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_not_elementwise_has_notes_and_a_page(name):
    row, text = FUNCTIONS[name], NOTES[name]
    assert re.findall(r"^\*\*(.*?)\*\*", text, re.MULTILINE) == ["Used", "Merits and faults.", "Choose it"], name
    assert len(text.split()) > 40, name
    page = (DOCS / "activations" / f"{name}.md").read_text()
    for part in (
        text.strip(),
        row.formula,
        row.derivative,
        row.reads,
        row.range,
        row.source,
        f"fastact.{row.signature}",
    ):
        assert part in page
    if ("float32", "forward") in row.bounds:
        bounds = [f"{row.bounds[dtype, 'forward']:g}" for dtype in ("float32", "float64")]
        (line,) = re.findall(r"^\| forward \| .*$", page, re.MULTILINE)
        assert f" | {' | '.join(bounds)} |" in line
    assert (f"fastact.{name}_backward(" in page) == hasattr(fastact, f"{name}_backward")
    index = (DOCS / "activations" / "README.md").read_text()
    assert f"- [`{name}`]({name}.md): {row.summary}\n" in index


def test_names_page_lists_functions():
    page = (DOCS / "names.md").read_text()
    for line in (
        "| `torch:PReLU` | `prelu` | `init=0.25` (`weight`), `axis=1` |",
        "| `scipy:softmax` | `softmax` | `axis=None` |",
        "| `onnx:SwiGLU` | `swiglu` | `A` (`gate`), `B` (`value`), `alpha=1` (no other value) |",
    ):
        assert line in page


def test_notes_have_no_section_too_many():
    assert set(NOTES) == PUBLIC | set(FUNCTIONS)


def test_names_in_the_prose_exist():
    """What stands in backticks in notes and in the page about choosing is a public name."""
    known = set(fastact.__all__)
    for text in ((DOCS / "notes.md").read_text(), (DOCS / "choosing.md").read_text().replace("```", "")):
        for word in re.findall(r"`([a-z_0-9]+)`", text):
            assert word in known, word


def test_links_lead_somewhere():
    for page in DOCS.rglob("*.md"):
        for target in re.findall(r'(?:\]\(|src="|href=")([^)"#:]+)[)"#]', page.read_text()):
            assert (page.parent / target).exists(), (page, target)


MARKDOWN = (*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "src_c" / "README.md", ROOT / "asv_bench" / "README.md")


@pytest.mark.parametrize("page", [path.relative_to(ROOT) for path in MARKDOWN], ids=str)
def test_no_star_is_lost_in_markdown(page):
    """Two of them make what stands between slanted, and are gone; those that stand alone need a backslash."""
    code = re.compile(r"<!--.*?-->|^ *```.*?^ *```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
    text = code.sub("", (ROOT / page).read_text())
    for line in text.splitlines():
        assert not re.search(r"(?<![\\*])(?:(?<=\S)\*|\*(?=[^\s*]))(?!\*)", line), line


def test_readme_says_what_goes_backward_from_x_only():
    text = (ROOT / "README.md").read_text()
    told = {}
    for line in re.findall(r"^\| .*\|$", text.partition("| family |")[2].partition("\n\n")[0], re.MULTILINE):
        _, family, functions, _ = line.split("|")
        for name, star in re.findall(r"`(\w+)(?:\([^`]*\))?`(\\\*)?", functions):
            told[name] = "x" if star or family.strip().endswith("\\*") else "x or y"
    assert told.keys() >= PUBLIC
    for row in ROWS.values():
        if row.name == row.function:
            assert (told[row.name] == "x or y") == row.from_y, row.name


@pytest.mark.parametrize("linter", ["ruff check", "ruff format", "cython-lint", "clang-format"])
def test_linters_as_contributing_says(linter):
    (line,) = re.findall(r"^\| linters \| (.*) \|$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    (command,) = (command for command in re.findall(r"`([^`]+)`", line) if linter in command)
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    if not shutil.which(linter.split()[0], path=tools):
        pytest.skip(f"no {linter.split()[0]}")
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PATH": tools}
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(DOCS, tmp_path / "docs")
    for name in ("generate.py", "README.md", "src_c/activations.def"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_stale_pages_are_noticed(tree):
    assert make(tree, "--check").returncode == 0
    page, picture = tree / "docs" / "activations" / "relu.md", tree / "docs" / "activations" / "elu.svg"
    notes, readme = tree / "docs" / "notes.md", tree / "README.md"
    line = next(line for line in readme.read_text().split("<!-- error -->")[1].splitlines() if "`hardswish`" in line)
    for path, change in (
        (readme, lambda: readme.write_text(readme.read_text().replace(line, "| `hardswish` | 1.41 | 1.00 |  |"))),
        (readme, lambda: readme.write_text(readme.read_text().replace(line + "\n", ""))),
        (page, lambda: page.write_text(page.read_text() + "more\n")),
        (page, page.unlink),
        (picture, picture.unlink),
        (notes, lambda: notes.write_text(notes.read_text().replace("die", "fade"))),
        (tree / "docs" / "activations" / "nonsense.md", (tree / "docs" / "activations" / "nonsense.md").touch),
    ):
        kept = path.read_bytes() if path.exists() else None
        change()
        done = make(tree, "--check")
        assert done.returncode == 1
        assert "stale: " in done.stdout
        path.write_bytes(kept) if kept is not None else path.unlink()
    assert make(tree, "--check").returncode == 0


def test_measured_errors_come_into_the_pages(tree, tmp_path):
    """What `verify --json` prints is taken over, in place of what was there for the same passes."""
    pytest.importorskip("matplotlib")
    before = json.loads((tree / "docs" / "accuracy.json").read_text())
    done = python(
        "-m", "fastact", "verify", "relu", "softsign", "crelu", "--isa", "portable", "--points", "200", "--json"
    )
    results = json.loads(done.stdout)
    for result in results:
        if result["name"] == "relu" and result["kind"] == "forward" and result["dtype"] == "float32":
            result["ulp"] = 0.125
    (tmp_path / "new.json").write_text(json.dumps(results))
    costs = python("-m", "fastact", "verify", "softsign", "--from-output", "--json").stdout
    (tmp_path / "costs.json").write_text(costs)
    done = make(tree, "--accuracy", str(tmp_path / "new.json"), str(tmp_path / "costs.json"))
    assert done.returncode == 0, done.stderr
    assert make(tree, "--check").returncode == 0
    assert "| 0.12 |" in (tree / "docs" / "activations" / "relu.md").read_text()
    assert (tree / "README.md").read_text() == (ROOT / "README.md").read_text(), "it is of another instruction set"
    page = (tree / "docs" / "accuracy.md").read_text()
    assert "float32, portable" in page
    assert "| relu | 0.12 (0) BROKEN |" in page
    assert "| softsign | 1.1e-07 |" in page
    assert re.search(r"^\| crelu \| forward \| the result \| .*0\.00 \(0\)", page, re.MULTILINE)
    assert "| forward | the result | 0 | 0 | 0.00 | 0.00 |" in (tree / "docs" / "activations" / "crelu.md").read_text()
    after = json.loads((tree / "docs" / "accuracy.json").read_text())
    assert len(after) == len(before) + len(results) + (0 if any("ulp" not in r for r in before) else 1)
    again = make(tree, "--accuracy", str(tmp_path / "new.json"))
    assert again.returncode == 0
    assert json.loads((tree / "docs" / "accuracy.json").read_text()) == after


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ROWS)
def test_curves(name):
    """Finite somewhere, derivative and value fit together, pieces end at the kinks."""
    bound = fastact.get(name)
    low, high = _plot.interval(bound)
    assert low < high
    pieces = _plot.curves(bound, low, high)
    for x, value, slope in pieces:
        assert len(x) == len(value) == len(slope)
        assert not np.isnan(value[1:-1]).any()
        if len(x) > 10:
            inner = np.gradient(value, x)[3:-3]
            error = np.abs(inner - slope[3:-3])
            assert np.median(error) < 0.05 * (1 + np.median(np.abs(slope)))


def test_pictures_are_reproducible_and_small(tmp_path):
    pytest.importorskip("matplotlib")
    one, two = tmp_path / "one.svg", tmp_path / "two.svg"
    for path in (one, two):
        _plot.save(path, [fastact.get("gelu")])
    assert one.read_bytes() == two.read_bytes()
    text = one.read_text()
    assert len(text) < 15_000
    assert ">gelu</text>" in text, "text stays text"


def command(*arguments, **options):
    return python("-m", "fastact", "plot", *map(str, arguments), **options)


def test_plot_command(tmp_path):
    pytest.importorskip("matplotlib")
    (tmp_path / "folder").mkdir()
    for arguments, name, head in (
        (["gelu"], "gelu.svg", b"<?xml"),
        (["elu", "celu", "--param", "alpha=0.5", "--style", "dark", "-o", "two.png"], "two.png", b"\x89PNG"),
        (["keras:leaky_relu", "--range", "-1", "1", "--style", "light"], "keras_leaky_relu.svg", b"<?xml"),
        (["gelu", "-o", "folder"], "folder/gelu.svg", b"<?xml"),
        (["gelu", "elu", "-o", "folder/"], "folder/gelu_elu.svg", b"<?xml"),
        (["gelu", "-o", "."], "gelu.svg", b"<?xml"),
        (["gelu", "-o", "none"], "none.svg", b"<?xml"),
        (["gelu", "-o", "folder/LOUD.SVG"], "folder/LOUD.SVG", b"<?xml"),
        (["gelu", "-o", "a.pdf"], "a.pdf", b"%PDF"),
    ):
        before = set(tmp_path.rglob("*"))
        done = command(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == name
        assert set(tmp_path.rglob("*")) - before <= {tmp_path / name}, "what was written is what is printed"
        assert (tmp_path / name).read_bytes().startswith(head)
    assert "keras:leaky_relu(negative_slope=0.2)" in (tmp_path / "keras_leaky_relu.svg").read_text()


def test_plot_refuses(tmp_path):
    pytest.importorskip("matplotlib")
    for arguments, message in (
        (["gelo"], "did you mean gelu"),
        (["elu", "--param", "alpha"], "must be like alpha=0.5"),
        (["softmax"], "softmax has no curve"),
        (["elu", "softmax", "--param", "alpha=1"], "softmax has no curve"),
        (["elu", "--param", "beta=1"], "no parameter beta; parameters are elu: alpha"),
        (["celu", "--param", "alpha=-1"], "alpha"),
        (["elu", "--range", "1", "1"], "is empty"),
        (["elu", "-o", "elu.xyz"], "-o elu.xyz: .xyz is not a format of matplotlib; there are "),
        (["elu", "-o", "v1.2"], "-o v1.2: .2 is not a format"),
        (["elu", "-o", "nowhere/"], "there is no folder nowhere/"),
        (["elu", "-o", "no/such/folder.svg"], "no/such"),
    ):
        done = command(*arguments, cwd=tmp_path)
        assert done.returncode == 2, arguments
        assert message in done.stderr
        assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_plot_says_what_it_needs(tmp_path):
    (tmp_path / "matplotlib.py").write_text("raise ImportError")
    done = command("gelu", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == 'fastact plot needs matplotlib: pip install "fastact[plot]"\n'


def test_import_is_light():
    """What only commands need is not imported with the package."""
    heavy = ("matplotlib", "difflib", "argparse", "fastact._plot")
    script = f"import sys, fastact; print([m for m in {heavy} if m in sys.modules])"
    bare = python("-c", script.replace("fastact;", "numpy;"))
    assert python("-c", script).stdout == bare.stdout
