"""The dashboard, published from results that are made up here, and read in a browser that reaches only this machine."""

import contextlib
import importlib.util
import itertools
import json
import math
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MACHINE = {
    "machine": "bench",
    "arch": "x86_64",
    "cpu": "A processor",
    "num_cpu": "2",
    "os": "Linux",
    "ram": "8589934592",
}
SIZES = ["1024", "65536", "1048576"]
DTYPES = ["'float32'", "'float64'"]
ELEMENTWISE = {"dtype": DTYPES, "size": SIZES, "threads": ["1"]}
ROWS = {"dtype": DTYPES, "shape": ["'64x1000'"], "axis": ["-1"], "threads": ["1"]}
#: function -> ratio to each library in 64 Ki elements
RATIOS = {
    "gelu": (ELEMENTWISE, {"scipy_forward": 0.2, "scipy_backward": 0.1, "memory_inplace": 4.0}),
    "relu": (ELEMENTWISE, {"numpy_forward": 1.02, "numpy_backward": 0.3, "memory_inplace": 1.0}),
    "silu": (ELEMENTWISE, {"numpy_forward": 0.07, "numpy_inplace": 0.05, "memory_inplace": 1.5}),
    "softmax": (ROWS, {"numpy_forward": 1.6, "scipy_forward": 0.05, "numpy_backward": 0.4}),
}
COMMITS = 4


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "asv_bench" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


quick, dashboard = load("quick"), load("dashboard")


def git(folder, *arguments):
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def benchmarks():
    """name -> (unit, params, value for the given params)"""
    made = {}
    for function, (params, ratios) in RATIOS.items():
        for name, ratio in ratios.items():
            library = name.partition("_")[0]

            def value(given, ratio=ratio):
                return ratio * (1 if given.get("size") != "1024" else 2) * (1 if given["dtype"] == DTYPES[0] else 1.1)

            made[f"ratio.{function}.track_ratio_{name}"] = (f"fastact / {library}", params, value)
        if "memory_inplace" in ratios:
            made[f"memory.{function}.track_bytes_inplace"] = ("bytes", params, lambda given: 0)
        ulp = {"dtype": DTYPES}
        made[f"accuracy.{function}.track_ulp_forward"] = (
            "ULP",
            ulp,
            lambda given: 1.5 if "32" in given["dtype"] else 2,
        )
        made[f"speed.{function}.time_forward"] = ("seconds", params, lambda given: 1e-5)
    made["speed.never.time_forward"] = ("seconds", {}, lambda given: 1)
    made["environment.track_numpy"] = ("number", {}, lambda given: 2.0406)
    return made


#: what is slower at the last commit, and what was not measured there
SLOWER, LEFT_OUT = "ratio.silu.track_ratio_numpy_inplace", "ratio.gelu.track_ratio_scipy_backward"


def write_results(folder, commits, machine="bench", times=1):
    """As asv writes them, all times multiplied. relu is skipped at the first commit."""
    about, results = {}, {commit: {} for commit in commits}
    for name, (unit, params, value) in benchmarks().items():
        names, lists = list(params), list(params.values())
        about[name] = {"name": name, "param_names": names, "params": lists, "unit": unit, "version": "1"}
        about[name] |= {"type": "track", "timeout": 60, "code": ""}
        for i, commit in enumerate(commits):
            values = [value(dict(zip(names, given, strict=True))) for given in itertools.product(*lists)]
            if unit.startswith("fastact") or unit == "seconds":
                factor = 1.5 if name == SLOWER and i == len(commits) - 1 else 1 + 0.01 * (i % 2)
                values = [math.nan if "relu" in name and i == 0 else v * factor * times for v in values]
            if "never" not in name and (name != LEFT_OUT or i < len(commits) - 1):
                results[commit][name] = [values, lists, "1"]
    about_machine = {**MACHINE, "machine": machine}
    place = folder / "results" / machine
    place.mkdir(parents=True)
    (place / "machine.json").write_text(json.dumps({**about_machine, "version": 1}))
    (folder / "results" / "benchmarks.json").write_text(json.dumps({**about, "version": 2}))
    for i, commit in enumerate(commits):
        text = {
            "commit_hash": commit,
            "env_name": "existing",
            "date": 1_750_000_000_000 + i * 86_400_000,
            "params": {**about_machine, "python": "3.12"},
            "python": "3.12",
            "requirements": {},
            "env_vars": {},
            "result_columns": ["result", "params", "version"],
            "results": results[commit],
            "durations": {},
            "version": 2,
        }
        (place / f"{commit[:8]}-existing.json").write_text(json.dumps(text))


def make_suite(folder):
    """A repository with a suite and nothing measured, and its commits."""
    if not shutil.which("git"):
        pytest.skip("the dashboard: no git")
    (folder / "asv_bench").mkdir()
    (folder / "asv_bench" / "benchmarks").mkdir()
    config = {"version": 1, "project": "fastact", "repo": "..", "branches": ["HEAD"], "benchmark_dir": "benchmarks"}
    (folder / "asv_bench" / "asv.conf.json").write_text(json.dumps({**config, "environment_type": "virtualenv"}))
    git(folder, "init", "-q")
    commits = []
    for i in range(COMMITS):
        (folder / "number").write_text(str(i))
        git(folder, "add", "number")
        git(folder, "commit", "-q", "-m", f"number {i}")
        commits.append(git(folder, "rev-parse", "HEAD"))
    return dashboard.Suite(folder / "asv_bench" / "asv.conf.json"), commits


CACHE = ROOT / "asv_bench" / ".cache"


def need_the_files():
    """Of asv's page: they come from the cache of the checkout, or into it."""
    if not shutil.which("npm") and not CACHE.is_dir():
        pytest.skip("the dashboard: no npm")


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """Published."""
    need_the_files()
    made, commits = make_suite(tmp_path_factory.mktemp("dashboard"))
    write_results(made.config.parent, commits)
    dashboard.publish(made, CACHE)
    return made


# --- what the pages load ----------------------------------------------------------------------------------------------


def test_pages_load_only_what_is_beside_them(suite):
    pages = list(suite.html.glob("*.html"))
    assert {p.name for p in pages} >= {"index.html", "summary.html", "error.html"}
    for page in pages:
        assert dashboard.external(page.read_text()) == []
    index = (suite.html / "index.html").read_text()
    for name in ("jquery-3.3.1.min.js", "jquery.flot.min.js", "stupidtable.min.js", "bootstrap.min.css"):
        assert f'"vendor/{name}" integrity="sha' in index
        assert (suite.html / "vendor" / name).is_file()
    for style in suite.html.rglob("*.css"):
        assert not re.search(r"@import|url\(\s*['\"]?(\w+:)?//", style.read_text()), style.name
    assert not re.search(
        r"https?://", "".join((suite.html / f"summary.{e}").read_text() for e in ("html", "css", "js"))
    )


def test_vendored_files_have_the_hashes_that_asv_names(suite):
    from asv.commands import publish

    page = (Path(publish.__file__).parent.parent / "www" / "index.html").read_text()
    named = dashboard.external(page)
    assert len(named) == len(dashboard.VENDOR)
    for address, integrity in named:
        data = (suite.html / "vendor" / address.rpartition("/")[2]).read_bytes()
        assert dashboard.has_hash(data, integrity)
        assert not dashboard.has_hash(data + b"\n", integrity)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<script src="https://a/b.js" integrity="sha256-x">', [("https://a/b.js", "sha256-x")]),
        ('<LINK REL=stylesheet HREF="//a/b.css">', [("//a/b.css", "")]),
        ("<img src='HTTP://a/b.png'>", [("HTTP://a/b.png", "")]),
        ('<script src="b.js"></script><a href="https://a/">a</a><img src="data:image/png,">', []),
    ],
)
def test_external(page, found):
    assert dashboard.external(page) == found


def test_has_hash_takes_the_strongest_kind():
    right = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    weak = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert dashboard.has_hash(b"", right)
    assert dashboard.has_hash(b"", f"sha512-other {right}?ct=text/javascript")
    assert dashboard.has_hash(b"", weak)
    assert not dashboard.has_hash(b"", f"{weak} sha512-other")
    assert not dashboard.has_hash(b"", "md5-1B2M2Y8AsgTpgAmY7PhCfg==")
    assert not dashboard.has_hash(b"", "")


def page_folder(folder, tag):
    (folder / "html").mkdir()
    (folder / "html" / "index.html").write_text(tag)
    return folder / "html"


def refused(folder, cache, tag, match):
    html = page_folder(folder, tag)
    with pytest.raises(dashboard.DashboardError, match=match):
        dashboard.vendor(html, cache)
    assert [p.name for p in html.iterdir()] == ["index.html"]
    assert (html / "index.html").read_text() == tag
    assert not cache.exists()


MD5 = '<script src="https://a.b/blueimp-md5/2.19.0/js/md5.min.js" integrity="{}"></script>'


def test_a_wrong_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(dashboard, "fetch", lambda sources: dict.fromkeys(sources, b"alert(1)"))
    refused(
        tmp_path, tmp_path / "cache", MD5.format("sha256-" + 43 * "A" + "="), "not the file that asv's page asks for"
    )


def test_an_unknown_address_is_refused(tmp_path):
    tag = '<script src="https://a.b/new/1.0/new.min.js" integrity="sha256-AAAA"></script>'
    refused(tmp_path, tmp_path / "cache", tag, r"https://a\.b/new/1\.0/new\.min\.js, of which VENDOR")


def test_an_address_without_a_hash_is_refused(tmp_path):
    refused(tmp_path, tmp_path / "cache", MD5.replace(' integrity="{}"', ""), "names no hash")


def test_a_changed_file_in_the_cache_is_not_used(tmp_path, monkeypatch):
    empty = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    html, cache = page_folder(tmp_path, MD5.format(empty)), tmp_path / "cache"
    cache.mkdir()
    (cache / "md5.min.js").write_bytes(b"alert(1)")
    monkeypatch.setattr(dashboard, "fetch", lambda sources: dict.fromkeys(sources, b""))
    dashboard.vendor(html, cache)
    assert (html / "vendor" / "md5.min.js").read_bytes() == b""
    assert (html / "index.html").read_text() == f'<script src="vendor/md5.min.js" integrity="{empty}"></script>'


def test_a_page_that_is_not_understood_is_refused(tmp_path, monkeypatch):
    """Its address stands in quotes that are not replaced; nothing is written, not even what was fetched."""
    tag = MD5.format("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").replace('"', "'")
    monkeypatch.setattr(dashboard, "fetch", lambda sources: dict.fromkeys(sources, b""))
    refused(tmp_path, tmp_path / "cache", tag, "a way that is not understood")


def test_without_npm_the_first_publish_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    refused(tmp_path, tmp_path / "cache", MD5.format("sha256-AAAA"), "npm is not installed")


def test_the_setuptools_of_this_environment_is_not_asked(tmp_path, monkeypatch):
    """One that is as old as that of Python 3.11, or of Debian, cannot tell pip what a source package is called."""
    called = []
    monkeypatch.setattr(dashboard, "_call", lambda command, *_: called.append(command))
    dashboard._from_pypi({"asv==0.5.1"}, tmp_path)
    ((*command, package),) = called
    assert package == "asv==0.5.1"
    assert "download" in command
    assert "--no-build-isolation" not in command


def test_the_second_publish_needs_neither_npm_nor_network(suite, tmp_path, monkeypatch):
    (tmp_path / "git").symlink_to(shutil.which("git"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dashboard, "fetch", lambda sources: pytest.fail("asks for files"))
    before = (suite.html / "summary.html").read_text()
    dashboard.publish(suite, CACHE)
    assert (suite.html / "summary.html").read_text() == before


# --- what can be wrong ------------------------------------------------------------------------------------------------


def test_no_results(tmp_path):
    made, _ = make_suite(tmp_path)
    with pytest.raises(dashboard.DashboardError, match=r"no results in .*results.*run"):
        dashboard.publish(made, CACHE)
    assert not made.html.exists()


def test_a_failed_publish_leaves_the_pages_of_before(suite, tmp_path, monkeypatch):
    def fail(*_):
        raise dashboard.DashboardError("wrong")

    before = (suite.html / "index.html").stat().st_mtime_ns
    monkeypatch.setattr(dashboard, "vendor", fail)
    with pytest.raises(dashboard.DashboardError, match="wrong"):
        dashboard.publish(suite, CACHE)
    assert (suite.html / "index.html").stat().st_mtime_ns == before
    assert not list(suite.config.parent.glob(".new-*"))


def test_pages_that_cannot_be_put_in_place_leave_those_of_before(suite, monkeypatch):
    """The old ones are moved aside for that, and come back."""
    before, rename, moved = (suite.html / "index.html").stat().st_mtime_ns, os.rename, []

    def failing(source, target):
        moved.append(Path(source).name)
        if moved == ["html", "html"]:
            raise OSError("no")
        rename(source, target)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(OSError, match=r"^no$"):
        dashboard.publish(suite, CACHE)
    assert moved == ["html", "html", "old"]
    assert (suite.html / "index.html").stat().st_mtime_ns == before
    assert not list(suite.config.parent.glob(".new-*"))


def test_help_says_the_steps(capsys):
    with pytest.raises(SystemExit):
        dashboard.main(["--help"])
    said = capsys.readouterr().out
    assert "dashboard.py serve      on 127.0.0.1" in said
    assert "The profile is the suite's" in said
    assert "asv's page takes" not in said


def test_no_git(suite, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dashboard.DashboardError, match="git is not installed"):
        dashboard.publish(suite, CACHE)


def test_no_asv(tmp_path, monkeypatch):
    made, _ = make_suite(tmp_path)
    monkeypatch.setattr(dashboard.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(dashboard.DashboardError, match="asv is not installed"):
        dashboard.publish(made, CACHE)


def test_no_configuration(tmp_path, capsys):
    assert dashboard.main(["publish", "--config", str(tmp_path / "asv.conf.json")]) == 1
    assert "asv.conf.json" in capsys.readouterr().err


def test_port_is_taken(suite, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert dashboard.main(["serve", "--config", str(suite.config), "--port", str(port)]) == 1
    assert f"port {port} is taken: --port 0" in capsys.readouterr().err


def test_nothing_is_published(tmp_path):
    with pytest.raises(dashboard.DashboardError, match="nothing is published"):
        dashboard.server(tmp_path, 0)


def test_only_run_hands_options_on(suite, monkeypatch, capsys):
    called = []
    monkeypatch.setattr(dashboard.Suite, "asv", lambda self, *arguments: called.append(arguments) or 0)
    assert dashboard.main(["run", "--config", str(suite.config), "--bench", "gelu"]) == 0
    commit = git(suite.config.parent, "rev-parse", "HEAD")
    assert called[-1][:3] == ("run", "--python=same", f"--set-commit-hash={commit}")
    assert called[-1][-2:] == ("--bench", "gelu")
    assert "differs" in capsys.readouterr().err  # results and pages are not in this .gitignore
    with pytest.raises(SystemExit):
        dashboard.main(["publish", "--bench", "gelu"])


def test_nobody_reads_what_asv_says(suite):
    """Its traceback is not printed, and its end is that of the command."""
    read, write = os.pipe()
    os.close(read)
    script = [sys.executable, str(ROOT / "asv_bench" / "dashboard.py"), "publish", "--config", str(suite.config)]
    done = subprocess.run(script, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize(("worked", "ended"), [(True, 0), (False, 2)])
def test_without_a_step_all_are_done(suite, monkeypatch, worked, ended):
    done = []
    monkeypatch.setattr(dashboard, "run", lambda suite, further: done.append("run") or worked)
    monkeypatch.setattr(dashboard, "publish", lambda suite, cache: done.append("publish"))
    monkeypatch.setattr(dashboard, "serve", lambda suite, port: done.append(port))
    assert dashboard.main(["--config", str(suite.config), "--port", "1234"]) == ended
    assert done == ["run", "publish", 1234]


@pytest.mark.parametrize(("status", "ended"), [(0, 0), (2, 2), (1, 1)])
def test_failed_benchmarks_are_not_hidden(suite, monkeypatch, status, ended):
    monkeypatch.setattr(dashboard.Suite, "asv", lambda self, *arguments: status if arguments[0] == "run" else 0)
    assert dashboard.main(["run", "--config", str(suite.config)]) == ended


# --- the numbers of the summary ---------------------------------------------------------------------------------------


def test_summary_has_the_measured_numbers(suite):
    data = dashboard.summarize(suite.html)
    (environment,) = data["environments"]
    assert environment["about"] == ["bench", "A processor", "2 cores", "8 GiB", "Linux", "Python 3.12", "NumPy 2.4.6"]
    commits = git(suite.config.parent, "log", "--reverse", "--format=%h", "--abbrev=8").split()
    assert [commit for commit, _ in environment["commits"]] == commits
    assert len(environment["rows"]) == 3 * len(SIZES) * 2 + 2
    rows = {(r["function"], r["given"]["dtype"], r["size"]): r for r in environment["rows"]}
    silu = rows["silu", "'float32'", "64 Ki"]["cells"]
    assert silu["numpy_forward"] == [0.07, 0.0707, 0.07, 0.0707]
    assert silu["numpy_inplace"] == [0.05, 0.0505, 0.05, 0.075]
    assert silu["bytes_inplace"] == [0] * COMMITS
    assert silu["ulp_forward"] == [1.5] * COMMITS
    assert rows["silu", "'float64'", "1 Ki"]["cells"]["numpy_forward"][0] == pytest.approx(0.07 * 2 * 1.1)
    assert rows["relu", "'float32'", "1 Mi"]["cells"]["numpy_forward"] == [None, 1.03, 1.02, 1.03]
    softmax = rows["softmax", "'float64'", "64 \u00d7 1000"]
    assert softmax["elements"] == 64000
    assert softmax["given"] == {"dtype": "'float64'", "shape": "'64x1000'", "axis": "-1", "threads": "1"}
    assert [c["id"] for c in data["columns"]][:4] == ["numpy_forward", "scipy_forward", "ulp_forward", "numpy_inplace"]


def test_summary_of_what_the_suite_measures(tmp_path):
    """Real results of two benchmarks, by asv itself, are in the summary under their function."""
    for needed in ("scipy", "mpmath", "threadpoolctl"):
        pytest.importorskip(needed)
    need_the_files()
    import fastact

    patterns = [
        r"ratio\.relu\.track_ratio_numpy_forward",
        r"memory\.relu\.track_bytes_backward\(",
        "environment.track_numpy",
    ]
    path = str(Path(fastact.__file__).parent.parent)
    code, output, results = quick.run(tmp_path, patterns, ASV_PYTHONPATH=path, HOME=str(tmp_path))
    assert code == 0, output
    assert len(results) == 3, output
    made = dashboard.Suite(tmp_path / "asv.conf.json")
    dashboard.publish(made, CACHE)
    page = (made.html / "summary.html").read_text()
    data = json.loads(re.search(r'<script[^>]*id="data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    (environment,) = data["environments"]
    (row,) = environment["rows"]
    assert row["function"] == "relu"
    assert row["given"] == {"dtype": "'float32'", "size": "65536", "threads": "1"}
    ratio, count = results["ratio.relu.track_ratio_numpy_forward"], results["memory.relu.track_bytes_backward"]
    assert row["cells"] == {"numpy_forward": [pytest.approx(ratio[0], rel=1e-3)], "bytes_backward": count}
    assert any(said.startswith("NumPy ") for said in environment["about"])


# --- in a browser -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def served(suite):
    with dashboard.server(suite.html, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def address(suite):
    with served(suite) as where:
        yield where


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    for tool in ("chromium", "chromedriver"):
        if not shutil.which(tool):
            pytest.skip(f"the dashboard in a browser: no {tool}")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    profile = tmp_path_factory.mktemp("browser")
    for option in ("headless", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "disable-background-networking",
                   "disable-component-update", "disable-sync", "no-first-run", f"user-data-dir={profile}",
                   "host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "window-size=1400,900"):  # fmt: skip
        options.add_argument(f"--{option}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    env = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}  # no AddressSanitizer for the browser
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver"), env=env))
    yield driver
    driver.quit()


def wait(condition, what, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.05)


@pytest.fixture
def console(browser):
    """At the end of the test nothing may have gone wrong in a page."""
    browser.get_log("browser")
    yield
    assert browser.get_log("browser") == []


@pytest.fixture
def page(browser, address, console):
    """Opens a page."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def open_page(path):
        browser.get("about:blank")
        browser.get(f"{address}/{path}")
        return browser

    return open_page


#: how many pixels of the graph have a colour: the grid and the text are grey
COLOURED = """
    let n = 0;
    for (const canvas of document.querySelectorAll("#main-graph canvas.flot-base")) {
      const p = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      for (let i = 0; i < p.length; i += 4) n += p[i + 3] > 99 && Math.abs(p[i] - p[i + 2]) > 40;
    }
    return n;
"""


def test_from_the_list_to_a_graph(page):
    browser = page("index.html#/summarylist")
    link = "a[href^='#ratio.silu.track_ratio_numpy_forward?p-dtype']"
    wait(lambda: browser.find_elements("css selector", link), "asv's list")
    assert browser.execute_script(COLOURED) == 0
    browser.find_elements("css selector", link)[0].click()
    wait(lambda: browser.execute_script(COLOURED) > 100, "a graph with curves")
    assert "track_ratio_numpy_forward" in browser.find_element("id", "title").text


def screen(browser, width, height, mobile):
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def test_from_asv_to_the_summary_and_to_a_graph(page, browser):
    screen(browser, 1400, 4000, False)  # asv draws what is seen
    page("index.html")
    wait(lambda: browser.find_elements("css selector", "#summarygrid-display a"), "asv's grid")
    without = "return $('#summarygrid-display .benchmark-container').not(':has(canvas)').length"
    wait(lambda: browser.execute_script(without) == 0, "a small graph of each benchmark")
    browser.find_element("link text", "Summary").click()
    wait(lambda: cells(browser), "the table")
    assert browser.title == "fastact: summary of the benchmarks"
    cell(browser, "silu", "numpy_inplace", "64 Ki", "float64").click()
    wait(lambda: browser.execute_script(COLOURED) > 100, "a graph with curves")
    chosen = browser.execute_script(
        "return $('#graphdisplay-navigation a.btn.active').toArray().map((a) => a.innerText)"
    )
    assert {"float64", "65536"} <= set(chosen)
    assert not {"float32", "1024"} & set(chosen)
    browser.back()
    wait(lambda: cells(browser), "the table again")


def cells(browser):
    return browser.find_elements("css selector", "tbody tr")


def table(browser):
    """The rows as lists of text."""
    script = (
        "return [...document.querySelectorAll('#scroll tbody tr')].map((r) => [...r.cells].map((c) => c.innerText))"
    )
    return [[" ".join(text.split()) for text in row] for row in browser.execute_script(script)]


def cell(browser, function, column, *labels):
    for row in cells(browser):
        texts = row.text.split("\n")[0]
        if texts.startswith(function) and all(label in row.text for label in labels):
            return row.find_element("css selector", f"a[data-column={column}]")
    raise AssertionError(f"no row {function} {labels}")


def test_sorts(page):
    from selenium.webdriver.common.keys import Keys

    browser = page("summary.html")
    assert [row[0] for row in table(browser)] == sorted(row[0] for row in table(browser))

    def head(column):
        return browser.find_element("css selector", f"button[data-by={column}]")

    def state(column):
        return head(column).find_element("xpath", "..").get_attribute("aria-sort")

    def column():
        values = [a.text.split()[-1] for a in browser.find_elements("css selector", "a[data-column=numpy_forward]")]
        return [float(re.search(r"[\d.]+", v)[0]) for v in values]

    assert state("function") == "ascending"
    head("numpy_forward").click()
    assert state("numpy_forward") == "ascending"
    assert state("function") == "none"
    assert column() == sorted(column())
    assert len(set(column())) > 4
    assert table(browser)[-1][0] == "gelu"  # which has no such number
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert state("numpy_forward") == "descending"
    assert column() == sorted(column(), reverse=True)
    assert table(browser)[-1][0] == "gelu"
    head("size").send_keys(Keys.SPACE)
    assert [row[1] for row in table(browser)][:2] == ["1 Ki", "1 Ki"]
    assert browser.current_url.endswith("#sort=size")


def test_filters(page):
    from selenium.webdriver.support.select import Select

    browser = page("summary.html")
    browser.find_element("id", "text").send_keys("SIL max")
    assert {row[0] for row in table(browser)} == {"silu", "softmax"}
    Select(browser.find_element("id", "dtype")).select_by_visible_text("float64")
    assert len(table(browser)) == 4
    assert browser.find_element("id", "status").text.startswith("4 of 20 rows, float64, 1 thread, by function")
    Select(browser.find_element("id", "only")).select_by_value("lost")
    assert [row[0] for row in table(browser)] == ["softmax"]
    assert "▲ 1.78" in " ".join(table(browser)[0])
    # the choice stands in the address
    browser = page("summary.html#only=worse&against=numpy&unit=speed&size=64+Ki")
    assert {row[0] for row in table(browser)} == {"silu"}
    assert not browser.find_elements("css selector", "[data-by=scipy_forward]")
    assert "14.1\u00d7" in " ".join(table(browser)[0])
    assert "↗" in " ".join(table(browser)[0])


def test_a_cell_says_its_history(page):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    browser = page("summary.html#dtype=float32&size=64+Ki")
    tip = browser.find_element("id", "tip")
    assert not tip.is_displayed()
    link = cell(browser, "silu", "numpy_inplace")
    assert len(link.find_elements("css selector", "svg path")) == 1
    ActionChains(browser).move_to_element(link.find_element("css selector", ".value")).perform()
    assert "silu, in place" in tip.text
    assert "0.075 of the time of NumPy: 13.3 times as fast" in tip.text
    assert len(tip.find_elements("css selector", "tr")) == COMMITS
    svg = link.find_element("css selector", "svg")
    ActionChains(browser).move_to_element_with_offset(svg, -svg.size["width"] // 2 + 1, 0).perform()
    assert "0.050 of the time" in tip.text
    # by keyboard: Tab behind the head of the last column, then the arrows
    browser.find_element("css selector", "thead tr:last-child th:last-child button").send_keys(Keys.TAB)
    assert "gelu, forward" in tip.text
    press = ActionChains(browser).send_keys
    press(Keys.ARROW_RIGHT).perform()
    assert "ULP, the largest error" in tip.text
    press(Keys.ARROW_DOWN).perform()
    assert "relu, forward" in tip.text
    press(Keys.ESCAPE).perform()
    assert not tip.is_displayed()


#: of each text that is seen, the contrast with what is behind it, as WCAG 2 defines it
CONTRAST = """
    const numbers = (c) => c.match(/[\\d.]+/g).map(Number);
    const linear = (v) => (v / 255 <= 0.04045 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    const light = (c) => {
      const [r, g, b] = numbers(c).map(linear);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (e) => {
      const color = getComputedStyle(e).backgroundColor;
      return !/, 0\\)$/.test(color) ? color : e.parentElement ? behind(e.parentElement) : "rgb(255, 255, 255)";
    };
    const found = {};
    for (const e of document.querySelectorAll("body *")) {
      const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      if (!text || !e.checkVisibility() || e.closest("script, option")) continue;
      const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
      const name = e.tagName + "." + (e.closest("td")?.className ?? e.className);
      found[name] = Math.min(found[name] ?? 21, (a + 0.05) / (b + 0.05));
    }
    return found;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(page, scheme):
    browser = page("summary.html")
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    red = browser.execute_script("return getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
    assert (int(red) > 200) == (scheme == "light")
    contrast = browser.execute_script(CONTRAST)
    assert {"SPAN.f1", "SPAN.f4", "SPAN.s1", "SPAN.s4", "SPAN.even"} <= set(contrast)
    assert {name: ratio for name, ratio in contrast.items() if ratio < 4.5} == {}


def test_on_a_phone(page):
    browser = page("summary.html")
    screen(browser, 390, 844, True)
    width = "return [document.documentElement.scrollWidth, innerWidth, document.querySelector('#scroll').clientWidth]"
    page_width, window, inner = browser.execute_script(width)
    assert page_width <= window == 390
    assert inner < 390
    # the name of the function stays in sight when the table is moved
    browser.execute_script("document.querySelector('#scroll').scrollLeft = 300")
    assert browser.execute_script("return document.querySelector('tbody th').getBoundingClientRect().left") < 30
    assert len(table(browser)) == 20


def test_not_measured_at_the_last_commit(page):
    browser = page("summary.html#dtype=float32&size=64+Ki")
    link = cell(browser, "gelu", "scipy_backward")
    assert link.text == "0.10"
    style = "return getComputedStyle(arguments[0].querySelector('.value')).fontStyle"
    assert browser.execute_script(style, link) == "italic"
    assert browser.execute_script(style, cell(browser, "gelu", "scipy_forward")) == "normal"


def test_two_machines(browser, console, tmp_path):
    made, commits = make_suite(tmp_path)
    write_results(made.config.parent, commits)
    write_results(made.config.parent, commits[:2], machine="other", times=2)
    dashboard.publish(made, CACHE)
    with served(made) as where:
        browser.get(f"{where}/summary.html#dtype=float32&size=64+Ki")
        choice = browser.find_element("id", "environment")
        options = [option.text for option in choice.find_elements("css selector", "option")]
        assert options == ["bench, Python 3.12, 2025-06-18", "other, Python 3.12, 2025-06-16"]
        assert cell(browser, "silu", "numpy_inplace").text == "0.075↗"
        choice.send_keys("other")
        about = browser.find_element("id", "about").text
        assert about.startswith(f"Commit {commits[1][:8]} of 2025-06-16, measured on other, A processor")
        link = cell(browser, "silu", "numpy_inplace")
        assert link.text == "0.15↗"
        assert "?machine=other&p-dtype='float32'&p-size=65536&p-threads=1" in link.get_attribute("href")
        link.click()
        wait(lambda: browser.execute_script(COLOURED) > 100, "a graph with curves")


def test_from_a_file(browser, console, suite):
    """The summary needs no server."""
    browser.get((suite.html / "summary.html").as_uri())
    assert len(table(browser)) == 20


def test_command(suite):
    """As a user calls it: the address is printed, the pages are there, ^C ends it."""
    command = [
        sys.executable,
        str(ROOT / "asv_bench" / "dashboard.py"),
        "serve",
        "--config",
        str(suite.config),
        "--port=0",
    ]
    import signal
    import urllib.request

    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background has it ignored
    ) as process:
        try:
            said = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/summary\.html", said)[0]
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert b'id="data"' in answer.read()
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
        finally:
            process.kill()
