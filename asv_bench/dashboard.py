"""The dashboard of the suite, on this machine and without a network.

    python asv_bench/dashboard.py            run, publish, serve
    python asv_bench/dashboard.py run        the suite, for the commit checked out; further options are asv run's
    python asv_bench/dashboard.py publish    asv's pages and the summary, from the results so far
    python asv_bench/dashboard.py serve      on 127.0.0.1

The profile is the suite's, FASTACT_BENCH. The installed fastact is what is measured, with the Python that runs this.

asv's page takes its JavaScript from elsewhere, and names the hash that each file must have (subresource integrity).
Here the files come from packages, are used only if they have that hash, and are kept in `.cache/`: the first `publish`
needs npm and the package registries, later ones nothing. What the page needs is read from the page; VENDOR says only
where a file of that name can be had. Two libraries are in no package in the form that the page asks for. They are
minified again, by the minifier that made them then: the hash says that not a byte differs.
"""

from __future__ import annotations

import argparse
import base64
import concurrent.futures
import contextlib
import errno
import functools
import hashlib
import html.parser
import http.server
import importlib.util
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE))  # which `python -P` leaves out
from quick import LAUNCH, _output  # noqa: E402

#: how many of the last commits a sparkline shows
HISTORY = 40
PORT = 8080


class DashboardError(Exception):
    """Something that the user can mend; the text says what."""


# --- the files that asv's page loads ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Minifier:
    """A package of npm, and the expression that makes the file from `code`, the text of the source."""

    package: str
    expression: str


UGLIFY = Minifier("uglify-js@2.4.16", "require('uglify-js').minify(code, {fromString: true, warnings: false}).code")
CLOSURE = Minifier(
    "google-closure-compiler-js@20160822.0.1",
    "require('google-closure-compiler-js').compile({jsCode: [{src: code}], languageIn: 'ES3', languageOut: 'ES3',"
    " env: 'BROWSER', rewritePolyfills: false, warningLevel: 'QUIET'}).compiledCode + '\\n'",
)


@dataclass(frozen=True)
class Source:
    """Where a file is: a package of npm (NAME@VERSION) or of PyPI (NAME==VERSION), the path in it, what minifies it."""

    package: str
    path: str
    minifier: Minifier | None = None


#: end of an address in asv's page -> source
VENDOR = {
    "/jquery-3.3.1.min.js": Source("jquery@3.3.1", "dist/jquery.min.js"),
    "/flot/0.8.3/jquery.flot.min.js": Source("flot@0.8.3", "jquery.flot.js", UGLIFY),
    "/flot/0.8.3/jquery.flot.time.min.js": Source("flot@0.8.3", "jquery.flot.time.js", UGLIFY),
    "/flot/0.8.3/jquery.flot.selection.min.js": Source("flot@0.8.3", "jquery.flot.selection.js", UGLIFY),
    "/flot/0.8.3/jquery.flot.categories.min.js": Source("flot@0.8.3", "jquery.flot.categories.js", UGLIFY),
    "/flot-orderbars@1.0.0/js/jquery.flot.orderBars.js": Source("flot-orderbars@1.0.0", "js/jquery.flot.orderBars.js"),
    # of this version no package of its own is left; asv once shipped its source
    "/stupidtable/1.0.1/stupidtable.min.js": Source("asv==0.5.1", "asv/www/vendor/stupidtable.js", CLOSURE),
    "/blueimp-md5/2.19.0/js/md5.min.js": Source("blueimp-md5@2.19.0", "js/md5.min.js"),
    "/bootstrap@3.1.1/dist/js/bootstrap.min.js": Source("bootstrap@3.1.1", "dist/js/bootstrap.min.js"),
    "/bootstrap@3.1.1/dist/css/bootstrap.min.css": Source("bootstrap@3.1.1", "dist/css/bootstrap.min.css"),
}


class _Loads(html.parser.HTMLParser):
    """Collects what a page loads by itself, as (address, integrity); a link that is only followed is not."""

    ATTRIBUTES = ("src", "srcset", "poster", "data", "background")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in (*self.ATTRIBUTES, *(["href"] if tag == "link" else [])):
            if given.get(name):
                self.found.append((str(given[name]), given.get("integrity") or ""))


def external(page: str) -> list[tuple[str, str]]:
    """(address, integrity) of all that the page loads from another host."""
    return [found for found in _Loads(page).found if re.match(r"\s*([a-z][a-z0-9+.-]*:)?//", found[0], re.IGNORECASE)]


def has_hash(data: bytes, integrity: str) -> bool:
    """Does it have one of the hashes of the strongest kind that are named, as a browser asks?"""
    named = [item.partition("?")[0].partition("-") for item in integrity.split()]
    for kind in ("sha512", "sha384", "sha256"):
        digests = [digest for name, _, digest in named if name == kind]
        if digests:
            return base64.b64encode(hashlib.new(kind, data).digest()).decode() in digests
    return False


def _call(command: list[str], what: str, **options: Any) -> bytes:
    done = subprocess.run(command, capture_output=True, check=False, **options)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise DashboardError(f"{what} failed ({' '.join(command)}):\n" + "\n".join(lines[-12:]))
    return done.stdout


def _from_npm(packages: set[str], folder: Path) -> None:
    for tool in ("npm", "node"):
        if shutil.which(tool) is None:
            raise DashboardError(f"{tool} is not installed: the first publish takes from npm what asv's page loads")
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--no-package-lock", "--loglevel=error")
    _call(["npm", "install", f"--prefix={folder}", *options, *sorted(packages)], "npm", cwd=folder)


def _from_pypi(packages: set[str], folder: Path) -> None:
    # pip asks a source package for its metadata, and takes a setuptools of its own for it: the one here may be too old
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary=:all:", f"--dest={folder}"]
    _call([*command, *sorted(packages)], "pip")


def _read(source: Source, folder: Path) -> bytes:
    name, at, version = source.package.rpartition("@")
    try:
        if at:
            return (folder / "node_modules" / name / source.path).read_bytes()
        name, _, version = source.package.partition("==")
        with tarfile.open(folder / f"{name}-{version}.tar.gz") as archive:
            member = archive.extractfile(f"{name}-{version}/{source.path}")
            assert member is not None
            return member.read()
    except (OSError, KeyError) as error:
        raise DashboardError(f"{source.package} has no {source.path}: {error}") from error


def fetch(sources: Iterable[Source]) -> dict[Source, bytes]:
    """The files, from their packages, minified where the page wants them so; not yet compared with any hash."""
    sources = set(sources)
    npm = {s.package for s in sources if "==" not in s.package} | {s.minifier.package for s in sources if s.minifier}
    pypi = {s.package for s in sources if "==" in s.package}
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor() as pool:
        folder = Path(name)
        wanted = [(_from_npm, npm), (_from_pypi, pypi)]
        for future in [pool.submit(get, packages, folder) for get, packages in wanted if packages]:
            future.result()
        files = {source: _read(source, folder) for source in sources}
        for source, data in files.items():
            if source.minifier:
                made = source.minifier.expression
                script = f"const code = require('fs').readFileSync(0, 'utf8'); process.stdout.write({made})"
                files[source] = _call(["node", "-e", script], source.minifier.package, cwd=folder, input=data)
    return files


def vendor(folder: Path, cache: Path) -> None:
    """Makes index.html in the folder load its files from vendor/ beside it; or raises, and has written nothing."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    wanted = external(page)
    missing = {}
    for address, integrity in wanted:
        sources = [source for end, source in VENDOR.items() if urllib.parse.urlsplit(address).path.endswith(end)]
        if not integrity:
            raise DashboardError(f"asv's page loads {address} and names no hash for it: it is not used")
        if len(sources) != 1:
            raise DashboardError(
                f"asv's page loads {address}, of which VENDOR in {Path(__file__).name} does not know a package"
            )
        if not _cached(cache, address, integrity):
            missing[address] = sources[0]
    fetched = fetch(missing.values()) if missing else {}
    for address, integrity in wanted:
        if address in missing and not has_hash(fetched[missing[address]], integrity):
            source = missing[address]
            raise DashboardError(
                f"{source.path} of {source.package} is not the file that asv's page asks for: {integrity}"
            )
    for address, _ in wanted:
        page = page.replace(f'"{address}"', f'"vendor/{_name(address)}"')
    if external(page):
        raise DashboardError(
            f"asv's page still loads {external(page)[0][0]}: it is written in a way that is not understood"
        )
    cache.mkdir(parents=True, exist_ok=True)
    for address, source in missing.items():
        (cache / _name(address)).write_bytes(fetched[source])
    (folder / "vendor").mkdir(exist_ok=True)
    for address, _ in wanted:
        shutil.copyfile(cache / _name(address), folder / "vendor" / _name(address))
    (folder / "index.html").write_text(page, encoding="utf-8")


def _name(address: str) -> str:
    return urllib.parse.urlsplit(address).path.rpartition("/")[2]


def _cached(cache: Path, address: str, integrity: str) -> bool:
    file = cache / _name(address)
    return file.is_file() and has_hash(file.read_bytes(), integrity)


def drop_unmeasured(folder: Path) -> None:
    """Takes benchmarks without results out of asv's index: its grid would ask for their graphs, which are not there."""
    from asv.graph import Graph

    index = _load(folder / "index.json")
    index["benchmarks"] = {
        name: about
        for name, about in index["benchmarks"].items()
        if (folder / f"{Graph.get_file_path({'summary': ''}, name)}.json").is_file()
    }
    (folder / "index.json").write_text(json.dumps(index, separators=(",", ":")), encoding="utf-8")


# --- the summary ------------------------------------------------------------------------------------------------------

#: benchmark -> the column of the summary: (function, what it is compared with or measured in, pass)
COLUMNS = (
    re.compile(r"ratio\.(\w+)\.track_ratio_(numpy|scipy|memory)_(forward|inplace|backward_y|backward)"),
    re.compile(r"memory\.(\w+)\.track_(bytes)_(forward|inplace|backward_y|backward)"),
    re.compile(r"accuracy\.(\w+)\.track_(ulp)_(forward|inplace|backward_y|backward)"),
)
KINDS = ("forward", "inplace", "backward", "backward_y")
LIBRARIES = ("numpy", "scipy", "memory")
AGAINST = (*LIBRARIES, "bytes", "ulp")


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(f"{value:.4g}")


def _combinations(params: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """As asv counts them: the last changes fastest."""
    if not params:
        yield ()
        return
    for first in params[0]:
        for rest in _combinations(params[1:]):
            yield (first, *rest)


def _size(given: dict[str, str]) -> tuple[int, str]:
    """Elements, and how they are written."""
    if "size" in given:
        n = int(given["size"])
        for unit, name in ((2**20, "Mi"), (2**10, "Ki")):
            if n >= unit and n % unit == 0:
                return n, f"{n // unit} {name}"
        return n, str(n)
    shape = given["shape"].strip("'\"")
    return math.prod(int(n) for n in shape.split("x")), shape.replace("x", " \u00d7 ")


def summarize(folder: Path) -> dict[str, Any]:
    """What the page shows, from what asv has published in the folder.

    A row is a function, a dtype, a size and a number of threads; a cell of it the values of the last commits.
    """
    from asv.graph import Graph

    index = _load(folder / "index.json")
    named = [key for key, values in index["params"].items() if len(values) > 1]
    environments = []
    for params in index["graph_param_list"]:
        measured: set[int] = set()
        versions: dict[str, str] = {}
        rows: dict[tuple[str, ...], dict[str, Any]] = {}
        partial: list[tuple[str, dict[str, str], str, dict[int, float | None]]] = []
        for benchmark, about in index["benchmarks"].items():
            match = next(filter(None, (column.fullmatch(benchmark) for column in COLUMNS)), None)
            file = folder / f"{Graph.get_file_path(params, benchmark)}.json"
            if not file.is_file():
                continue
            if package := re.fullmatch(r"environment\.track_(python|numpy|scipy)", benchmark):
                versions.update((package[1], _version(value)) for _, value in _load(file) if _number(value))
            if match is None:
                continue
            function, against, kind = match.groups()
            history = [(revision, v if isinstance(v, list) else [v]) for revision, v in _load(file)]
            measured.update(revision for revision, _ in history)
            for i, values in enumerate(_combinations(about["params"])):
                given = dict(zip(about["param_names"], values, strict=True))
                cell = {revision: _number(v[i]) for revision, v in history}
                if all(v is None for v in cell.values()):
                    continue
                if against not in LIBRARIES:
                    partial.append((function, given, f"{against}_{kind}", cell))
                    continue
                row = rows.setdefault((function, *given.values()), {"function": function, "given": given, "cells": {}})
                row["cells"][f"{against}_{kind}"] = cell
        # bytes and errors are measured in one size, which stands for all
        for function, given, column, cell in partial:
            wanted = {key: value for key, value in given.items() if key not in ("size", "shape")}
            for row in rows.values():
                if row["function"] == function and wanted.items() <= row["given"].items():
                    row["cells"][column] = cell
        if rows:
            where = {key: "[none]" if params.get(key) is None else str(params[key]) for key in named}
            about = _about(params, index["machines"].get(params.get("machine"), {}), versions)
            shown = sorted(measured)[-HISTORY:]
            commits = [[index["revision_to_hash"][str(r)][:8], index["revision_to_date"][str(r)]] for r in shown]
            environments.append({"where": where, "about": about, "commits": commits, "rows": _rows(rows, shown)})
    if not environments:
        raise DashboardError(
            "no ratio to show: the results are of other benchmarks, or of commits not on asv's branches"
        )
    environments.sort(key=lambda environment: -environment["commits"][-1][1])
    used = {name for environment in environments for row in environment["rows"] for name in row["cells"]}
    return {
        "project": index["project"],
        "columns": [
            {"id": f"{against}_{kind}", "kind": kind, "against": against, "params": _params(index, against, kind)}
            for kind in KINDS
            for against in AGAINST
            if f"{against}_{kind}" in used
        ],
        "environments": environments,
    }


def _rows(rows: dict[tuple[str, ...], dict[str, Any]], shown: list[int]) -> list[dict[str, Any]]:
    """Their cells as lists over these revisions, in order of function and size."""
    for row in rows.values():
        cells = {name: [cell.get(r) for r in shown] for name, cell in row["cells"].items()}
        row["cells"] = {name: cell for name, cell in cells.items() if any(v is not None for v in cell)}
        row["elements"], row["size"] = _size(row["given"])
    kept = [row for row in rows.values() if row["cells"]]
    return sorted(kept, key=lambda row: (row["function"], row["elements"], *row["given"].values()))


def _about(params: dict[str, Any], machine: dict[str, Any], versions: dict[str, str]) -> list[str]:
    """What was measured on, in words."""
    memory = int(machine["ram"]) / 2**30 if str(machine.get("ram", "")).isdigit() else 0
    cores = machine.get("num_cpu")
    python = versions.get("python") or params.get("python") or ""
    said = [
        params.get("machine"),
        machine.get("cpu"),
        f"{cores} cores" if cores else "",
        f"{memory:.0f} GiB" if memory else "",
        machine.get("os"),
        f"Python {python}" if re.fullmatch(r"[0-9.]+", python) else "",  # it may be a path
        *(f"{name} {versions[name.lower()]}" for name in ("NumPy", "SciPy") if name.lower() in versions),
    ]
    return [str(item) for item in said if item]


def _version(number: float) -> str:
    """2.4.6 of 2.0406, as benchmarks/environment.py writes it."""
    digits = round(number * 10000)
    return f"{digits // 10000}.{digits // 100 % 100}.{digits % 100}"


def _params(index: dict[str, Any], against: str, kind: str) -> list[str]:
    """The parameters by which asv's graph of such a benchmark is narrowed down to a row."""
    found: dict[str, None] = {}
    for benchmark, about in index["benchmarks"].items():
        if any((m := column.fullmatch(benchmark)) and m.groups()[1:] == (against, kind) for column in COLUMNS):
            found.update(dict.fromkeys(about["param_names"]))
    return [name for name in found if against in LIBRARIES or name not in ("size", "shape")]


def write_summary(folder: Path) -> None:
    """summary.html with its style and script, and a link to it in asv's page."""
    data = json.dumps(summarize(folder), separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")
    page = (folder / "index.html").read_text(encoding="utf-8")
    place = '<li id="nav-li-" class="active">'
    if place not in page:
        raise DashboardError("asv's page has no navigation bar that is understood: the summary cannot be linked there")
    template = (HERE / "summary" / "summary.html").read_text(encoding="utf-8")
    (folder / "summary.html").write_text(template.replace("{{data}}", data), encoding="utf-8")
    for name in ("summary.css", "summary.js"):
        shutil.copyfile(HERE / "summary" / name, folder / name)
    link = '<li id="nav-li-summary"><a href="summary.html">Summary</a></li>\n\t'
    (folder / "index.html").write_text(page.replace(place, link + place), encoding="utf-8")


# --- the steps --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suite:
    """A suite by its asv.conf.json."""

    config: Path

    @functools.cached_property
    def _settings(self) -> Any:
        if importlib.util.find_spec("asv") is None:
            raise DashboardError("asv is not installed in this Python: pip install asv")
        from asv.config import Config
        from asv.util import UserError

        try:
            return Config.load(str(self.config))
        except (UserError, OSError) as error:
            raise DashboardError(f"{self.config}: {error}") from error

    @property
    def results(self) -> Path:
        return self.config.parent / str(self._settings.results_dir)

    @property
    def html(self) -> Path:
        return self.config.parent / str(self._settings.html_dir)

    def commit(self) -> str:
        """The one that is checked out; without git or a commit, the error says so."""
        if shutil.which("git") is None:
            raise DashboardError("git is not installed: results belong to commits")
        repo = self.config.parent / str(self._settings.repo)
        return _call(["git", "-C", str(repo), "rev-parse", "HEAD"], "git").decode().strip()

    def asv(self, *arguments: str) -> int:
        command = [sys.executable, "-P", _output.__file__, "asv", *arguments, "--config", self.config.name]
        status = subprocess.run(command, cwd=self.config.parent, check=False).returncode
        if status == _output.BROKEN_PIPE:  # nobody reads what is printed here either
            raise SystemExit(status)
        return status


def run(suite: Suite, further: Iterable[str] = ()) -> bool:
    """Measures what is installed, as the commit that is checked out. Did every benchmark work?"""
    commit = suite.commit()
    changed = _call(["git", "-C", str(suite.config.parent), "status", "--porcelain"], "git").decode().strip()
    if changed:
        print(f"dashboard: the tree differs from {commit[:8]}, under which the results are filed", file=sys.stderr)
    if not (Path.home() / ".asv-machine.json").is_file():
        suite.asv("machine", "--yes")
    status = suite.asv("run", "--python=same", f"--set-commit-hash={commit}", *LAUNCH, "--show-stderr", *further)
    if status not in (0, 2):
        raise DashboardError(f"asv run ended with {status}")
    if status == 2:
        print("dashboard: some benchmarks failed, see above", file=sys.stderr)
    return status == 0


def publish(suite: Suite, cache: Path) -> None:
    """Makes the pages anew; if something is wrong, those of before stay."""
    suite.commit()  # without one, asv's own error says less
    if not any(suite.results.glob("*/????????-*.json")):
        raise DashboardError(f"no results in {suite.results}: `{Path(__file__).name} run` makes them")
    with tempfile.TemporaryDirectory(prefix=".new-", dir=suite.config.parent) as name:
        fresh = Path(name) / "html"
        status = suite.asv("publish", f"--html-dir={fresh}")
        if status:
            raise DashboardError(f"asv publish ended with {status}")
        vendor(fresh, cache)
        drop_unmeasured(fresh)
        write_summary(fresh)
        for page in fresh.glob("*.html"):
            if left := external(page.read_text(encoding="utf-8")):
                raise DashboardError(f"{page.name} loads {left[0][0]}")
        old = Path(name) / "old"  # deleted with the folder
        with contextlib.suppress(FileNotFoundError):
            os.rename(suite.html, old)
        try:
            os.rename(fresh, suite.html)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.rename(old, suite.html)
            raise
    print(f"dashboard: {suite.html / 'summary.html'}")


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder; always asked for anew, since a later publish changes them."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    if not (folder / "summary.html").is_file():
        raise DashboardError(f"nothing is published in {folder}: `{Path(__file__).name} publish` does")
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Handler, directory=str(folder)))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise DashboardError(f"port {port} is taken: --port 0 takes a free one") from error
        raise DashboardError(f"port {port}: {error.strerror}") from error
    except OverflowError as error:
        raise DashboardError(f"port {port}: {error}") from error


def serve(suite: Suite, port: int) -> None:
    with server(suite.html, port) as http_server:
        address = f"http://127.0.0.1:{http_server.server_port}"
        print(f"dashboard: {address}/summary.html, asv's pages: {address}/ (stop with ^C)", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            http_server.serve_forever()


def main(arguments: list[str]) -> int:
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--config", type=Path, help="asv.conf.json (default: the one beside this file)")
    port = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    port.add_argument("--port", type=int, help=f"default {PORT}; 0: a free one")
    usage = str(__doc__).partition("\n\nasv's page takes")[0]
    parser = argparse.ArgumentParser(
        parents=[shared, port], description=usage, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", metavar="run | publish | serve")
    steps.add_parser("run", parents=[shared], help="the suite, for this commit; further options are asv run's")
    steps.add_parser("publish", parents=[shared], help="asv's pages and the summary")
    steps.add_parser("serve", parents=[shared, port], help="on 127.0.0.1")
    options, further = parser.parse_known_args(arguments)
    if further and options.step != "run":
        parser.error(f"unknown: {' '.join(further)}")
    suite = Suite(Path(getattr(options, "config", HERE / "asv.conf.json")).resolve())
    step, worked = options.step, True
    try:
        if step in (None, "run"):
            worked = run(suite, further)
        if step in (None, "publish"):
            publish(suite, suite.config.parent / ".cache")
        if step in (None, "serve"):
            serve(suite, getattr(options, "port", PORT))
    except DashboardError as error:
        print(f"dashboard: {error}", file=sys.stderr)
        return 1
    return 0 if worked else 2


if __name__ == "__main__":
    sys.exit(_output.run("dashboard", main, sys.argv[1:]))
