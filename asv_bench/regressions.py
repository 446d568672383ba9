"""Compare two commits by the suite's ratios (`track_ratio`), and fail if one of them became slower.

    python asv_bench/regressions.py BASE [HEAD]

Each commit is built once into a folder of its own, which later comparisons use again; the working tree is not touched.
The suite is that of this checkout for both commits. asv runs it on them in turns (base, head, head, base, ...), and
what then looks slower is measured again until that is confirmed or not (see `Judge`).

Exit status: 0 nothing became slower; 1 something did; 2 it could not be measured: no such revision, a build or a
benchmark that fails, nothing that matches, nothing that both commits have.

The ratios of `special` are measured and listed, but do not make the status 1: each is the time on special data over
that on ordinary data, both of the same commit, so it grows too if only ordinary data became faster, and it does not
tell that from a slow-down on special data. Those of `ratio` are over another library's time, or that of a multiply.

Every turn has results of its own in a scratch folder. In asv's own a turn would replace the one before it, and a short
profile, or a build of one instruction set, would stand among the results that the dashboard shows as the history.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import itertools
import json
import math
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "fastact"))  # of which only this module needs nothing that is installed
import _output  # noqa: E402

SIDES = ("base", "head")
JUDGED = re.compile(r"\.track_ratio")
WITHIN = re.compile(r"special\.")  # ratios of two times of fastact: growing is no proof of a slow-down
PROFILE = ("FASTACT_BENCH", "quick")  # of the suite, where the environment does not say another
LAUNCH = ["--launch-method", "forkserver"] if sys.platform == "linux" else []  # saves 0.2 s of each benchmark

Value = float | None  # what a benchmark gave in one turn: None is failed, NaN is skipped
Round = tuple[Value, Value]  # of the base and of the head


class CannotMeasureError(Exception):
    """Exit status 2, with this message."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- the judgement ----------------------------------------------------------------------------------------------------


def number(value: Value) -> bool:
    return value is not None and math.isfinite(value) and value > 0


@dataclass
class Ratio:
    """A benchmark with its parameters: what it gave round by round, and the verdict."""

    first: list[Round] = field(default_factory=list)
    """The rounds that everything has."""
    again: list[Round] = field(default_factory=list)
    """Those that decide, if the first ones looked slower."""
    verdict: str = ""

    @property
    def pairs(self) -> list[tuple[float, float]]:
        """Of the rounds that decide, those that gave both numbers."""
        return [pair for pair in self.again or self.first if number(pair[0]) and number(pair[1])]  # type: ignore[misc]

    def of(self, side: str) -> float | None:
        """The median."""
        values = [pair[SIDES.index(side)] for pair in self.pairs or self.first]
        values = [value for value in values if number(value)]
        return median(values) if values else None

    @property
    def times(self) -> float | None:
        """How many times slower the head was than the base in the same round, the median."""
        return median(head / base for base, head in self.pairs) if self.pairs else None


class Judge:
    """Finds which ratios became slower.

    1. A few rounds of everything. What is slower than the threshold in one of them, or than half the threshold (its
       square root) by their median, is suspicious.
    2. What is suspicious is measured again. Only the new rounds count, as the first ones were chosen for looking bad. A
       round is for a slow-down if the head was slower than half the threshold in it: base and head of one round are
       near in time, so what changes between rounds does no harm. `FOR` rounds for it and none against confirm it, or,
       with one against, two more; if their median is over the threshold, it is reported. A second one against acquits.

    3. What is so confirmed is slower, but a ratio `WITHIN` fastact only "grew".

    So noise would have to fall on the same side many times in a row, and one disturbed round hides nothing.
    """

    FOR, AGAINST = 6, 1
    LONGEST = 2 * (FOR + AGAINST)  # rounds; with values missing from half of them it has failed

    def __init__(self, measure: Callable[[str, list[str]], Mapping[str, Value]], threshold: float, rounds: int) -> None:
        self.measure, self.threshold, self.rounds = measure, threshold, rounds
        self.half = math.sqrt(threshold)
        self.sides = itertools.cycle((SIDES, SIDES[::-1]))

    def judge(self, keys: Iterable[str]) -> dict[str, Ratio]:
        ratios = {key: Ratio() for key in keys}
        for turn in range(self.rounds):
            say(f"round {turn + 1} of {self.rounds}: {len(ratios)} ratios")
            for key, pair in self.round(ratios).items():
                ratios[key].first.append(pair)
        for ratio in ratios.values():
            ratio.verdict = self.screened(ratio.first)
        while doubtful := [key for key, ratio in ratios.items() if ratio.verdict == "suspicious"]:
            say(f"measured again: {len(doubtful)} that may be slower")
            for key, pair in self.round(doubtful).items():
                ratios[key].again.append(pair)
                ratios[key].verdict = self.confirmed(ratios[key])
        for key, ratio in ratios.items():
            if ratio.verdict == "slower" and WITHIN.match(key):
                ratio.verdict = "grew"
        return ratios

    def round(self, keys: Iterable[str]) -> dict[str, Round]:
        values = {side: self.measure(side, list(keys)) for side in next(self.sides)}
        return {key: (values["base"].get(key), values["head"].get(key)) for key in keys}

    def screened(self, rounds: list[Round]) -> str:
        by_side = list(zip(*rounds, strict=True))
        skipped = [all(value is not None and math.isnan(value) for value in values) for values in by_side]
        if all(skipped):
            return "absent"
        if any(skipped):
            if not any(map(number, by_side[skipped.index(False)])):
                return "failed"
            return "new" if skipped[0] else "removed"
        pairs = [pair for pair in rounds if number(pair[0]) and number(pair[1])]
        if not pairs:
            return "failed"
        times = [head / base for base, head in pairs]
        if max(times) >= self.threshold or median(times) >= self.half:
            return "suspicious"
        return "faster" if max(times) * self.threshold <= 1 else "same"

    def confirmed(self, ratio: Ratio) -> str:
        against = sum(head < self.half * base for base, head in ratio.pairs)
        if against > self.AGAINST:
            return "unconfirmed"
        if len(ratio.pairs) >= self.FOR + 2 * against:
            return "slower" if ratio.times >= self.threshold else "unconfirmed"
        return "failed" if len(ratio.again) >= self.LONGEST else "suspicious"


def status(ratios: Mapping[str, Ratio]) -> int:
    """The exit status."""
    verdicts = {ratio.verdict for ratio in ratios.values()}
    if "slower" in verdicts:
        return 1
    measured = verdicts & {"same", "faster", "grew", "unconfirmed"}
    return 2 if "failed" in verdicts or not measured else 0


# --- the report -------------------------------------------------------------------------------------------------------

HEADINGS = {
    "slower": "slower",
    "grew": "special data slower, or only ordinary data faster; no failure",
    "unconfirmed": "looked slower at first, not confirmed",
    "faster": "looks faster, not measured again",
    "failed": "FAILED",
    "new": "only the head has it",
    "removed": "only the base has it",
}


def rows_of(ratios: Mapping[str, Ratio], params: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """One of each ratio, the slowest first."""
    rows = [
        {
            "benchmark": key.partition("(")[0],
            "params": dict(params[key]),
            "verdict": ratio.verdict,
            **{side: ratio.of(side) for side in SIDES},
            "times_slower": ratio.times,
            "rounds": [[v if number(v) else None for v in pair] for pair in ratio.first + ratio.again],
        }
        for key, ratio in ratios.items()
    ]
    return sorted(rows, key=lambda row: (-(row["times_slower"] or 0), row["benchmark"], str(row["params"])))


def table(rows: list[dict[str, Any]]) -> str:
    def short(value: float | None) -> str:
        return "" if value is None else f"{value:.3g}"

    lines = [("benchmark", "parameters", "base", "head", "times slower", "rounds")]
    for row in rows:
        params = " ".join(f"{name}={value}" for name, value in row["params"].items())
        numbers = [short(row[name]) for name in (*SIDES, "times_slower")]
        lines.append((row["benchmark"], params, *numbers, str(len(row["rounds"]))))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    cells = ([c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))]
             for line in lines)  # fmt: skip
    return "\n".join("  " + "  ".join(line).rstrip() for line in cells)


def report(rows: list[dict[str, Any]], names: Mapping[str, str], threshold: float) -> str:
    parts = []
    for verdict, heading in HEADINGS.items():
        if found := [row for row in rows if row["verdict"] == verdict]:
            parts.append(f"{heading} ({len(found)}):\n{table(found[::-1] if verdict == 'faster' else found)}")
    count = Counter(row["verdict"] for row in rows)
    said = ", ".join(f"{count[verdict]} {verdict}" for verdict in (*HEADINGS, "same", "absent") if count[verdict])
    parts.append(f"{names['base']} -> {names['head']}, threshold {threshold:g}: {said}")
    return "\n\n".join(parts)


# --- the commits and their builds -------------------------------------------------------------------------------------

#: at the top of the tree, what no build depends on
NOT_BUILT = re.compile(r"\..*|.*\.md|asv_bench|docs|examples|tests")
#: what a build depends on beside the tree
BUILD_VARIABLES = ("FASTACT_BUILD", "CC", "CFLAGS", "CPPFLAGS", "LDFLAGS")


def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """With all that it prints."""
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options
    )


def output(command: list[str], **options: Any) -> str:
    """What it prints. If it fails, that is the error."""
    done = run(command, **options)
    if done.returncode:
        raise CannotMeasureError(f"{shlex.join(command[:6])} ... failed:\n{tail(done.stdout)}")
    return done.stdout


def tail(text: str, lines: int = 40) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def git(*arguments: str) -> str:
    return output(["git", "-C", str(ROOT), *arguments]).strip()


def commit_of(revision: str) -> str:
    try:
        return git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").splitlines()[-1]
    except CannotMeasureError as error:
        raise CannotMeasureError(f"{revision!r} is no commit of {ROOT}: {error}") from None


def named(revision: str, commit: str) -> str:
    return commit[:12] if commit.startswith(revision) else f"{revision} ({commit[:12]})"


def tools_of(commit: str) -> list[str | None]:
    """The versions of what building needs, as the commit's pyproject.toml says; None where it is not here."""
    project = tomllib.loads(git("show", f"{commit}:pyproject.toml"))
    return [installed(requirement) for requirement in project.get("build-system", {}).get("requires", [])]


def installed(requirement: str) -> str | None:
    """Its version, if this environment has it, and new enough; None too where that is not sure."""
    found = re.fullmatch(r"([\w.-]+)\s*(?:>=\s*([\d.]+))?", requirement.strip())
    if not found:
        return None
    try:
        version = importlib.metadata.version(found[1])
    except importlib.metadata.PackageNotFoundError:
        return None

    def parts(text: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", text)]

    return version if parts(version) >= parts(found[2] or "0") else None


def site_of(commit: str, builds: Path, tools: list[str | None]) -> Path:
    """Where its package is, or will be: the same for commits, compilers and options that give the same build."""
    tree = [line for line in git("ls-tree", commit).splitlines() if not NOT_BUILT.fullmatch(line.partition("\t")[2])]
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    which = shutil.which(compiler[0])
    version = output([which, "--version"]) if which else ""
    options = [os.environ.get(name, "") for name in BUILD_VARIABLES]
    parts = [tree, options, version, tools, sys.version, sysconfig.get_platform()]
    return builds / hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def build(commit: str, builds: Path) -> Path:
    """The folder that holds the package of this commit."""
    tools = tools_of(commit)
    site = site_of(commit, builds, tools)
    if site.exists():
        return site
    start = time.monotonic()
    builds.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=builds, prefix="building-") as folder:
        source, target = Path(folder, "source"), Path(folder, "site")
        archive = Path(folder, "source.tar")
        git("archive", "--format=tar", f"--output={archive}", commit)
        with tarfile.open(archive) as file:
            file.extractall(source, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
        isolation = ["--no-build-isolation"] if all(tools) else []
        pip = [sys.executable, "-P", "-m", "pip", "install", "--no-deps", "--disable-pip-version-check", *isolation]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        try:
            output([*pip, "--target", str(target), str(source)], cwd=folder, env=environment)
        except CannotMeasureError as error:
            raise CannotMeasureError(f"the build of {commit[:12]} failed: {error}") from None
        try:
            target.rename(site)
        except OSError:  # another comparison was faster
            if not site.exists():
                raise
    say(f"built {commit[:12]} in {time.monotonic() - start:.0f} s")
    return site


# --- the suite --------------------------------------------------------------------------------------------------------


def selection(keys: list[str], together: int = 200) -> list[str]:
    """The arguments with which asv runs these and no others.

    asv tries every pattern on every name. Of one pattern for each key it would compile most again for each name, as
    they are more than `re` remembers; and one pattern of all would be longer than an argument should be.
    """
    joined = ("|".join(map(re.escape, keys[i : i + together])) for i in range(0, len(keys), together))
    return [argument for pattern in joined for argument in ("--bench", f"^(?:{pattern})$")]


class Suite:
    """asv, which runs this checkout's benchmarks over either build."""

    def __init__(self, commits: Mapping[str, str], sites: Mapping[str, Path], folder: Path) -> None:
        self.commits, self.folder, self.turns = commits, folder, 0
        self.log = folder / "asv.log"
        self.environments = {side: self.environment(site) for side, site in sites.items()}
        for side, site in sites.items():
            script = "import fastact; print(fastact.__file__)"
            where = output([sys.executable, "-P", "-c", script], cwd=folder, env=self.environments[side])
            if site.resolve() not in Path(where.splitlines()[-1]).resolve().parents:
                raise CannotMeasureError(f"of the {side} not its build in {site} is imported, but {where}")

    @staticmethod
    def environment(site: Path) -> dict[str, str]:
        """Both paths are for asv: without the second it takes the first away."""
        paths = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
        first = {"PYTHONPATH": os.pathsep.join(paths), "ASV_PYTHONPATH": str(site)}
        return {PROFILE[0]: PROFILE[1], **os.environ, **first}

    def asv(self, side: str, *arguments: str) -> tuple[int, str, Path]:
        """Exit status, output and results of an `asv run`."""
        self.turns += 1
        results = self.folder / f"{self.turns:03}-{side}"
        config = results / "asv.conf.json"
        results.mkdir()
        given = {
            "version": 1,
            "project": "fastact",
            "repo": str(ROOT),
            "dvcs": "git",
            "branches": [self.commits["head"]],
            "environment_type": "existing",
            "benchmark_dir": str(ROOT / "asv_bench" / "benchmarks"),
            "results_dir": str(results / "results"),
            "env_dir": str(results / "env"),
            "html_dir": str(results / "html"),
        }
        config.write_text(json.dumps(given))
        asv = [sys.executable, "-P", "-m", "asv"]
        where = ["--config", str(config), "--environment", "existing:same", "--set-commit-hash", self.commits[side]]
        options = {"cwd": results, "env": self.environments[side], "stdin": subprocess.DEVNULL}
        for _ in range(2):
            done = run([*asv, "run", *where, "--show-stderr", *LAUNCH, *arguments], **options)
            with self.log.open("a") as log:
                log.write(done.stdout)
            if "asv machine --yes" not in done.stdout:
                break
            output([*asv, "machine", "--yes", "--config", str(config)], **options)
        return done.returncode, done.stdout, results / "results"

    def discover(self, patterns: list[str]) -> None:
        """Finds the ratios: `keys` are their names as asv's --bench sees them, `params` what these say."""
        code, text, results = self.asv("head", "--bench", "just-discover")
        file = results / "benchmarks.json"
        if code or not file.exists():
            raise CannotMeasureError(f"asv finds no benchmarks:\n{tail(text)}")
        self.params: dict[str, dict[str, str]] = {}
        self.places: dict[str, tuple[str, int]] = {}
        for name, benchmark in json.loads(file.read_text()).items():
            if name == "version" or not JUDGED.search(name):
                continue
            for index, values in enumerate(itertools.product(*benchmark["params"])):
                key = f"{name}({', '.join(values)})" if benchmark["params"] else name
                if not patterns or any(re.search(pattern, key) for pattern in patterns):
                    plain = [value.strip("'") for value in values]
                    self.params[key] = dict(zip(benchmark["param_names"], plain, strict=True))
                    self.places[key] = name, index
        if not self.places:
            raise CannotMeasureError(f"no track_ratio matches {' or '.join(patterns) or 'at all'}")

    def measure(self, side: str, keys: list[str]) -> dict[str, Value]:
        """One turn of a commit."""
        code, text, results = self.asv(side, *selection(keys))
        files = [file for file in results.glob("*/*.json") if file.name != "machine.json"]
        if code not in (0, 2) or len(files) != 1:  # 2: some benchmarks failed
            raise CannotMeasureError(f"asv run failed on the {side} (exit status {code}):\n{tail(text)}")
        data = json.loads(files[0].read_text())
        column = data["result_columns"].index("result")
        values: dict[str, Value] = {}
        for key in keys:
            name, index = self.places[key]
            found = data["results"].get(name, [])[column : column + 1]
            value = found[0][index] if found and found[0] else None  # asv writes null if all are
            values[key] = float(value) if isinstance(value, int | float) else None
        if None in values.values():
            failed = [key for key, value in values.items() if value is None]
            _, mark, rest = text.partition(" failed\n")
            say(f"failed on the {side}: {', '.join(failed)}\n{chr(10).join((mark + rest).splitlines()[:40])}")
        return values


# --- the command ------------------------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    def pattern(text: str) -> str:
        try:
            re.compile(text)
        except re.error as error:
            raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None
        return text

    def above_1(text: str) -> float:
        if not 1 < float(text) < math.inf:
            raise ValueError
        return float(text)

    def positive(text: str) -> int:
        if int(text) < 1:
            raise ValueError
        return int(text)

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "fastact", "builds")
    made = argparse.ArgumentParser(
        "regressions.py",
        description="Compare two commits by the track_ratio benchmarks of this checkout.",
        epilog="Exit status: 0 nothing became slower, 1 something did, 2 it could not be measured. Ratios of special "
        "data to ordinary are listed, but do not count. The environment variables FASTACT_BENCH (profile of the suite, "
        "here quick if it is not set) and FASTACT_BUILD (instruction sets to build) hold as always.",
    )
    made.add_argument("base", help="a commit, by any name that git knows")
    made.add_argument("head", nargs="?", default="HEAD", help="the other; default HEAD")
    made.add_argument("--bench", metavar="REGEX", type=pattern, action="append", default=[],
                      help="only benchmarks whose name with its parameters matches; may be repeated")  # fmt: skip
    made.add_argument("--threshold", metavar="TIMES", type=above_1, default=1.2,
                      help="how many times slower is too slow; default 1.2")  # fmt: skip
    made.add_argument("--rounds", metavar="N", type=positive, default=2,
                      help="rounds of everything, before what looks slower is measured again; default 2")  # fmt: skip
    made.add_argument("--json", metavar="FILE", help="write the result there too; - for the standard output, alone")
    made.add_argument("--builds", metavar="FOLDER", type=Path, default=cache,
                      help="where the builds are kept; default %(default)s")  # fmt: skip
    made.add_argument("--work", metavar="FOLDER", type=Path, help="keep asv's log and results, in this new folder")
    return made


def compare(args: argparse.Namespace, folder: Path) -> int:
    commits = {side: commit_of(getattr(args, side)) for side in SIDES}
    names = {side: named(getattr(args, side), commits[side]) for side in SIDES}
    if commits["head"] == commit_of("HEAD") and git("--no-optional-locks", "status", "--porcelain", "-uno"):
        say("note: what is not committed is not measured")
    sites = {side: build(commits[side], args.builds.resolve()) for side in SIDES}
    if sites["base"] == sites["head"]:
        say("note: nothing that is built differs between these commits")
    suite = Suite(commits, sites, folder)
    suite.discover(args.bench)
    ratios = Judge(suite.measure, args.threshold, args.rounds).judge(suite.places)
    rows, code = rows_of(ratios, suite.params), status(ratios)
    result = {
        "base": commits["base"],
        "head": commits["head"],
        "threshold": args.threshold,
        "status": code,
        "ratios": rows,
    }
    if args.json == "-":
        print(json.dumps(result, indent=1))
    else:
        print(report(rows, names, args.threshold))
        if args.json:
            Path(args.json).write_text(json.dumps(result, indent=1) + "\n")
    if code == 2:
        failed = any(ratio.verdict == "failed" for ratio in ratios.values())
        say("error: " + ("benchmarks failed" if failed else "the commits have no ratio in common"))
    return code


def main(argv: list[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        if args.work:
            args.work.mkdir(parents=True)
            return compare(args, args.work.resolve())
        with tempfile.TemporaryDirectory(prefix="fastact-regressions-") as folder:
            return compare(args, Path(folder).resolve())
    except CannotMeasureError as error:
        say(f"error: {error}")
    except Exception:  # Python's own status would be 1
        traceback.print_exc()
    return 2


if __name__ == "__main__":
    sys.exit(_output.run("regressions.py", main, status=2))
