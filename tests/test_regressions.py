"""asv_bench/regressions.py: its judgement on made-up rounds, its exit status, and real commits, slower and equal."""

import importlib.util
import itertools
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import python

from fastact import _core

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ROOT / "asv_bench" / "regressions.py"
SPEC = importlib.util.spec_from_file_location("regressions", COMMAND)
regressions = sys.modules[SPEC.name] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(regressions)

nan, inf = math.nan, math.inf


# --- the judgement ----------------------------------------------------------------------------------------------------


def judged(values, keys, rounds=2, threshold=1.2):
    """The verdicts, where values(side, key, i) is what the i-th turn of a commit gives."""
    turns = {side: itertools.count() for side in regressions.SIDES}

    def measure(side, chosen):
        i = next(turns[side])
        return {key: values(side, key, i) for key in chosen}

    return regressions.Judge(measure, threshold, rounds).judge(keys)


def verdict(base, head, **options):
    """Of one ratio, with these values one after the other, the last again and again."""
    given = {"base": base, "head": head}
    ratios = judged(lambda side, key, i: given[side][min(i, len(given[side]) - 1)], ["a"], **options)
    return ratios["a"].verdict


def noisy(seed, percent, slower=()):
    random = np.random.default_rng(seed)

    def values(side, key, i):
        real = 1.5 if side == "head" and key in slower else 1
        return real * math.exp(random.normal() * percent / 100)

    return values


KEYS = [f"ratio.f{i}.track_ratio_numpy_forward('float32')" for i in range(100)]


@pytest.mark.parametrize("percent", [1, 5, 10])
def test_noise_is_not_reported_and_what_is_planted_is(percent):
    for seed in range(20):
        ratios = judged(noisy(seed, percent, KEYS[:3]), KEYS)
        assert [key for key in KEYS if ratios[key].verdict == "slower"] == KEYS[:3], seed


def test_two_modes_are_noise():
    """A ratio that is now 1, now 1.3, from process to process, as the memory falls."""
    for seed in range(20):
        random = np.random.default_rng(seed)
        ratios = judged(lambda side, key, i, random=random: random.choice([1, 1.3]), KEYS)
        assert not [key for key in KEYS if ratios[key].verdict == "slower"], seed


def test_drift_is_not_reported_and_hides_nothing():
    """Everything slower and slower: rounds differ by more than the commits."""
    drift = itertools.accumulate(itertools.repeat(1.03), float.__mul__)
    ratios = judged(lambda side, key, i: next(drift) * (1.5 if (side, key) == ("head", "a") else 1), ["a", "b"])
    assert ratios["a"].verdict == "slower"
    assert ratios["b"].verdict in ("same", "unconfirmed")


@pytest.mark.parametrize("disturbed", range(9))
@pytest.mark.parametrize("side", regressions.SIDES)
@pytest.mark.parametrize("factor", [0.3, 3])
def test_one_disturbed_round(disturbed, side, factor):
    rounds = {s: [factor if (s, i) == (side, disturbed) else 1 for i in range(20)] for s in regressions.SIDES}
    assert verdict(rounds["base"], rounds["head"]) in ("same", "unconfirmed")
    assert verdict(rounds["base"], [1.5 * v for v in rounds["head"]]) == "slower"


@pytest.mark.parametrize(
    ("base", "head", "wanted"),
    [
        ([1], [1], "same"),
        ([1], [1.08], "same"),
        ([1], [1.15], "unconfirmed"),  # suspicious, but not over the threshold
        ([1], [1.25], "slower"),
        ([1], [0.7], "faster"),
        ([1, 0.65], [0.7], "same"),  # not in every round
        ([1], [nan], "removed"),
        ([nan], [1], "new"),
        ([nan], [nan], "absent"),
        ([1], [None], "failed"),
        ([None], [1], "failed"),
        ([None], [None], "failed"),
        ([nan], [None], "failed"),
        ([None], [nan], "failed"),
        ([1], [inf], "failed"),
        ([1], [0.0], "failed"),
        ([1], [-1], "failed"),
        ([None, 1], [1], "same"),  # once
        ([1], [None, 1.5], "slower"),
        ([1], [1.5, 1.5, None], "failed"),  # suspicious, and then not to be measured
        ([1], [1.5, 1.5, None, 1.5], "slower"),
        ([1], [1.5, 1.5, 1.5, nan, 1.5], "slower"),
    ],
)
def test_verdict(base, head, wanted):
    assert verdict(base, head) == wanted


def test_threshold_and_rounds():
    assert verdict([1], [1.5], threshold=1.6) == "unconfirmed"
    assert verdict([1], [1.7], threshold=1.6) == "slower"
    assert verdict([1], [1.06], threshold=1.05) == "slower"
    assert verdict([1], [1.5], rounds=1) == "slower"
    seen = []
    judged(lambda side, key, i: seen.append(side) or 1, ["a"], rounds=3)
    assert seen == ["base", "head", "head", "base", "base", "head"]


def test_only_what_is_suspicious_is_measured_again():
    seen = []
    judged(lambda side, key, i: seen.append(key) or (1.5 if (side, key) == ("head", "a") else 1), ["a", "b"])
    assert seen.count("b") == 2 * 2
    assert seen.count("a") == 2 * (2 + regressions.Judge.FOR)
    seen.clear()
    judged(lambda side, key, i: seen.append(key) or (1.5 if (side, i) == ("head", 0) else 1), ["a"])
    assert len(seen) == 2 * (2 + 2)  # two rounds acquit


def test_ratio_within_fastact_is_listed_and_no_failure():
    """`special` grows if only ordinary data became faster, too. What `ratio` says of the same function holds."""
    special, ratio = "special.relu.track_ratio_nan('float32')", "ratio.relu.track_ratio_numpy_forward('float32')"
    for ordinary, wanted, code in [(0.5, "faster", 0), (1, "same", 0), (1.5, "slower", 1)]:
        head = {special: 2, ratio: ordinary}
        ratios = judged(lambda side, key, i, head=head: head[key] if side == "head" else 1, [special, ratio])
        assert {key: found.verdict for key, found in ratios.items()} == {special: "grew", ratio: wanted}
        assert regressions.status(ratios) == code
        assert regressions.status({special: ratios[special]}) == 0
        rows = regressions.rows_of(ratios, {key: {"dtype": "float32"} for key in ratios})
        text = regressions.report(rows, {"base": "main", "head": "HEAD"}, 1.2)
        assert "only ordinary data faster; no failure (1):\n" in text
        assert "special.relu.track_ratio_nan" in text
        assert "1 grew" in text.splitlines()[-1]
    lost = judged(lambda side, key, i: None if side == "head" else 1, [special])
    assert regressions.status(lost) == 2  # what cannot be measured is an error, as of any other


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        (["same", "faster", "grew", "unconfirmed", "new", "removed", "absent"], 0),
        (["grew"], 0),
        (["grew", "slower"], 1),
        (["grew", "failed"], 2),
        (["same", "slower"], 1),
        (["slower", "failed"], 1),
        (["same", "failed"], 2),
        (["new", "removed", "absent"], 2),
        (["absent"], 2),
        ([], 2),
    ],
)
def test_status(verdicts, wanted):
    ratios = {str(i): regressions.Ratio(verdict=verdict) for i, verdict in enumerate(verdicts)}
    assert regressions.status(ratios) == wanted


def test_report():
    values = {"a": 1.5, "b": 1.7, "c": 1, "d": 0.5, "e": nan, "f": None}
    ratios = judged(lambda side, key, i: values[key] if side == "head" else 1, list(values))
    rows = regressions.rows_of(ratios, {key: {"dtype": "float32", "size": "65536"} for key in values})
    assert [row["benchmark"] for row in rows[:4]] == ["b", "a", "c", "d"]
    text = regressions.report(rows, {"base": "main (1234)", "head": "HEAD (5678)"}, 1.2)
    lines = [line.split() for line in text.splitlines()]
    again = str(2 + regressions.Judge.FOR)
    assert lines[0] == ["slower", "(2):"]
    assert lines[2] == ["b", "dtype=float32", "size=65536", "1", "1.7", "1.7", again]
    assert lines[3] == ["a", "dtype=float32", "size=65536", "1", "1.5", "1.5", again]
    assert "2 slower, 1 faster, 1 failed, 1 removed, 1 same" in text.splitlines()[-1]
    for heading in ("looks faster, not measured again (1):", "FAILED (1):", "only the base has it (1):"):
        assert heading in text
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


def test_selection():
    """A few arguments choose some hundred of two thousand names, and no other, of which some begin or end like them."""
    names = [f"ratio.f{i}.track_ratio_numpy_forward('float{d}', '64x1000')" for i in range(1000) for d in (32, 64)]
    names += [f"x{name}" for name in names[:9]] + [f"{name}, 1" for name in names[:9]] + ["ratio.f1.track_ratio_mem"]
    keys = [*names[1:1300:2], "ratio.f1.track_ratio_mem"]
    given = regressions.selection(keys)
    assert set(given[::2]) == {"--bench"}
    assert len(given) == 2 * 4
    assert max(map(len, given)) < 30_000  # Linux takes 131,071 characters
    assert [name for name in names if any(re.search(pattern, name) for pattern in given[1::2])] == keys
    assert regressions.selection(keys[:1]) == ["--bench", f"^(?:{re.escape(keys[0])})$"]


# --- real commits -----------------------------------------------------------------------------------------------------

ISA = _core.instruction_sets()["in_use"]
PLACE = Path("src_c", "act", "sigmoid.h")
BEFORE = "  return c * v_fma(inverse, inverse * excess, inverse);\n"
#: three divisions, one after the other, that come to 0: the compiler cannot know that y > 0
AFTER = """\
  V y = c * v_fma(inverse, inverse * excess, inverse);
  return y + v_min(v_set(0), 1 / (1 + 1 / (1 + 1 / (1 + y))));
"""
BENCH = r"^ratio\.(sigmoid\.track_ratio_(numpy|scipy)|relu\.track_ratio_numpy)"
FEW = r"^ratio\.(sigmoid\.track_ratio_numpy_(forward|inplace)|relu\.track_ratio_numpy_forward)"
PLANTED = re.compile(r"ratio\.sigmoid\.track_ratio_\w+_(forward|inplace)")
#: verdicts on what is not slower; noise turns one into another, as other tests may load every core meanwhile
IN_NOISE = {"same", "faster", "unconfirmed"}
NOT_SOURCE = (
    ".git",
    ".venv",
    "build",
    "dist",
    "env",
    "html",
    "results",
    "*.egg-info",
    "*.so",
    "__pycache__",
    ".*_cache",
)


class Repository:
    """The files of this tree in a repository of their own, with the builds of its commits."""

    def __init__(self, folder):
        self.folder, self.tree = folder, folder / "tree"
        kept = ("PYTHON", "FASTACT", "GIT", "OMP")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(kept)}
        self.environment |= {"FASTACT_BUILD": ISA, "FASTACT_BENCH": "quick", "HOME": str(folder)}
        shutil.copytree(ROOT, self.tree, ignore=shutil.ignore_patterns(*NOT_SOURCE))
        self.git("init", "-q", "-b", "main")
        self.commit("base")

    def git(self, *arguments):
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "core.autocrlf=false"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.tree, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def commit(self, tag):
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "--no-gpg-sign", "-m", tag)
        self.git("tag", tag)

    def edit(self, path, before, after):
        text = (self.tree / path).read_text()
        assert before in text, f"{path} no longer has what this test replaces:\n{before}"
        (self.tree / path).write_text(text.replace(before, after))

    def install_again(self, tag, like):
        """The build of an equal commit in a second place: compiling once more would give the same bytes."""
        script = (
            "import regressions as r, sys; from pathlib import Path; builds, *tags = sys.argv[1:]\n"
            "for c in map(r.commit_of, tags): print(r.site_of(c, Path(builds), r.tools_of(c)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(self.folder / "builds"), tag, like],
            cwd=self.tree / "asv_bench", env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        there, other = done.stdout.splitlines()
        shutil.copytree(other, there)

    def compare(self, *arguments):
        """Exit status, the rows of the report by name, what was printed."""
        found = self.folder / "result.json"
        found.unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, "asv_bench/regressions.py", "--builds", str(self.folder / "builds"), "--json", str(found),
             *arguments],
            cwd=self.tree, env=self.environment, capture_output=True, text=True, timeout=900,
        )  # fmt: skip
        rows = json.loads(found.read_text())["ratios"] if found.exists() else []
        return done.returncode, {row["benchmark"]: row["verdict"] for row in rows}, done.stdout + done.stderr


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    if not shutil.which("git") or not importlib.util.find_spec("asv"):
        pytest.skip("comparing commits: no git, or no asv")
    made = Repository(tmp_path_factory.mktemp("regressions"))
    readme = made.tree / "README.md"
    readme.write_text(readme.read_text() + "\n")
    made.commit("equal")
    setup = made.tree / "setup.py"
    setup.write_text(setup.read_text() + "# the same\n")
    made.commit("again")
    made.git("reset", "-q", "--hard", "equal")
    made.edit(PLACE, BEFORE, AFTER)
    made.commit("slow")
    made.edit("setup.py", "\nsetup(\n", "\nraise RuntimeError('no such luck')\nsetup(\n")  # sooner than an error in C
    made.commit("broken")
    made.git("reset", "-q", "--hard", "equal")
    return made


@pytest.fixture(scope="module")
def sites(repository):
    """Where the packages of two of its commits are."""
    repository.compare("equal", "slow", "--rounds", "1", "--bench", r"^ratio\.relu\.track_ratio_numpy_forward")
    return list((repository.folder / "builds").iterdir())


@pytest.mark.slow
def test_slow_down_is_reported(repository):
    """Three times in a row, once with several ratios beside those that are slower; and none but these is reported."""
    for bench, planted, others in [(BENCH, 3, 3), (FEW, 2, 1), (FEW, 2, 1)]:
        code, verdicts, text = repository.compare("equal", "slow", "--bench", bench)
        assert code == 1, text
        slower = {name for name, verdict in verdicts.items() if verdict == "slower"}
        assert slower == {name for name in verdicts if PLANTED.match(name)}, text
        assert len(slower) >= planted, text
        assert len(verdicts) >= len(slower) + others, text
        for name in slower:
            assert name in text
    assert not repository.git("status", "--porcelain"), "the working tree was touched"


@pytest.mark.slow
def test_builds_are_of_one_instruction_set(sites):
    """Of the one that FASTACT_BUILD names; and there is one of each commit that needs one."""
    assert len(sites) == 2
    script = "import fastact; print(fastact.show_config('dicts')['instruction_sets'])"
    for site in sites:
        done = python("-P", "-c", script, PYTHONPATH=str(site))
        assert done.stdout.strip() == str({"built": (ISA,), "available": (ISA,), "in_use": ISA}), done.stderr


@pytest.mark.slow
def test_build_without_a_set_for_the_processor(sites):
    """An ImportError that says so, no crash."""
    if ISA != "avx512" or not shutil.which("qemu-x86_64-static"):
        pytest.skip("a build for another processor: no qemu-x86_64-static, or the build is not of AVX-512")
    done = subprocess.run(
        ["qemu-x86_64-static", "-cpu", "max", sys.executable, "-P", "-c", "import fastact"],  # without AVX-512
        env={**os.environ, "PYTHONPATH": str(sites[0])}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    message = done.stderr.strip().splitlines()[-1]
    assert message == (
        "ImportError: no instruction set for this processor; built are avx512; "
        "available on this processor are none of them"
    )


@pytest.mark.slow
def test_equal_commits_are_not(repository, sites):
    """Three times in a row, of two installations: the commits differ in a comment of what is built."""
    repository.install_again("again", "equal")
    for _ in range(3):
        code, verdicts, text = repository.compare("equal", "again", "--bench", BENCH)
        assert code == 0, text
        assert verdicts, text
        assert set(verdicts.values()) <= IN_NOISE, text
        assert "nothing that is built differs" not in text
        assert not re.search("^built ", text, re.MULTILINE), text


@pytest.mark.slow
def test_speed_up_is_no_failure(repository):
    code, verdicts, text = repository.compare("slow", "equal", "--bench", r"^ratio\.sigmoid\.track_ratio_numpy_forward")
    assert code == 0, text
    assert verdicts, text
    assert set(verdicts.values()) <= IN_NOISE, text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-commit"], "'no-such-commit' is no commit"),
        (["base", "--bench", "nothing like this"], "no track_ratio matches nothing like this"),
        (["base", "--bench", "("], "no regular expression"),
        (["base", "--threshold", "1"], "--threshold"),
        (["base", "--threshold", "nan"], "--threshold"),
        (["base", "--rounds", "0"], "--rounds"),
        (["broken", "base"], "RuntimeError: no such luck"),
    ],
)
def test_what_cannot_be_measured(repository, arguments, message):
    """It is neither a slow-down nor a success."""
    code, verdicts, text = repository.compare(*arguments)
    assert code == 2, text
    assert not verdicts
    assert message in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "bench", "wanted", "message"),
    [
        ("OSError('no such luck')", "relu|sigmoid", 2, "OSError: no such luck"),
        ("NotImplementedError", "relu|sigmoid", 0, "absent"),
        ("NotImplementedError", "relu", 2, "the commits have no ratio in common"),
        ("SyntaxError", "", 2, "asv finds no benchmarks"),
    ],
)
def test_benchmarks_that_fail_or_are_missing(repository, error, bench, wanted, message):
    """The suite is the checkout's, with what is not committed: relu fails, or no commit has it; or it is broken."""
    ratio, before = Path("asv_bench", "benchmarks", "ratio.py"), "        common.require(place)\n"
    after = f"        if case.name == 'relu':\n            raise {error}\n" if bench else "        ???\n"
    repository.edit(ratio, before, after)
    try:
        bench = rf"^ratio\.({bench})\.track_ratio_numpy_forward"
        code, verdicts, text = repository.compare("base", "equal", "--rounds", "1", "--bench", bench)
    finally:
        repository.edit(ratio, after, before)
    assert code == wanted, text
    assert message in text
    assert "nothing that is built differs between these commits" in text  # of which only README.md is another
    assert "what is not committed is not measured" in text
    assert verdicts.get("ratio.sigmoid.track_ratio_numpy_forward") in {None, *IN_NOISE}, text


def test_outside_a_repository(tmp_path):
    """A copy without .git, as a source archive is."""
    folder = tmp_path / "asv_bench"
    folder.mkdir()
    shutil.copy(COMMAND, folder)
    (tmp_path / "fastact").mkdir()
    shutil.copy(ROOT / "fastact" / "_output.py", tmp_path / "fastact")
    done = subprocess.run(
        [sys.executable, str(folder / COMMAND.name), "main"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 2, done.stderr
    assert "'main' is no commit of" in done.stderr


def test_an_error_of_its_own_is_no_slow_down(monkeypatch, capsys):
    monkeypatch.setattr(regressions, "compare", lambda args, folder: 1 / 0)
    assert regressions.main(["base"]) == 2
    assert "ZeroDivisionError" in capsys.readouterr().err
