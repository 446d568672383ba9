"""Runs every benchmark once or twice, to see that none is broken: the numbers are thrown away.

    python asv_bench/quick.py                 all of them, some minutes
    python asv_bench/quick.py 'speed\\.relu'  those that match

The suite of this tree runs with the fastact that this Python imports. Exit code 1 if one failed or there was none.
"""

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.append(str(ROOT.parent / "fastact"))  # of which only this module needs nothing that is installed
import _output  # noqa: E402

#: the fork server imports the suite once, not for each of thousands of processes; elsewhere as asv does it
LAUNCH = ["--launch-method", "forkserver"] if sys.platform == "linux" else []
_SHOWN = 5  # failures


def configured(folder):
    """asv.conf.json in a folder of its own, where the results go; its repository has one empty commit."""
    git = "git", "-C", str(folder), "-c", "user.name=quick", "-c", "user.email=quick@localhost"
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "nothing"]):
        subprocess.run([*git, *command], check=True)
    settings = json.loads((ROOT / "asv.conf.json").read_text())
    settings |= {"repo": str(folder), "benchmark_dir": str(ROOT / "benchmarks"), "results_dir": "results"}
    path = Path(folder, "asv.conf.json")
    path.write_text(json.dumps(settings))
    return path


def run(folder, patterns=(), **environment):
    """asv on these benchmarks: its exit code, what it printed, and name -> list of results: nan was skipped, None
    failed."""
    asv = [sys.executable, "-m", "asv", "--config", str(configured(folder))]
    env = {**os.environ, "FASTACT_BENCH": "quick", **environment}
    env.setdefault("ASV_PYTHONPATH", env.get("PYTHONPATH", ""))  # asv takes the other one away
    options = {"env": env, "cwd": folder, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    subprocess.run([*asv, "machine", "--yes"], **options)
    chosen = [word for pattern in patterns for word in ("--bench", pattern)]
    how = ["--quick", *LAUNCH, "--python=same", "--set-commit-hash", "HEAD", "--show-stderr"]
    done = subprocess.run([*asv, "run", *how, *chosen], **options)
    results = {}
    for path in Path(folder, "results").glob("*/*-existing*.json"):
        told = json.loads(path.read_text())
        at = told["result_columns"].index("result")
        results |= {name: columns[at] or [None] for name, columns in told["results"].items()}
    return done.returncode, done.stdout, results


def failures(output):
    """What asv printed of the benchmarks that failed."""
    blocks = re.split(r"\n(?=\[ *[\d.]+%\] ··· [\w.]+ )", output)  # of a benchmark, not of a table
    return [block for block in blocks if re.match(r".*failed", block)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("patterns", nargs="*", metavar="REGEX", help="which benchmarks; default: all")
    patterns = parser.parse_args().patterns
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        code, output, results = run(folder, patterns)
    failed = [name for name, values in results.items() if None in values]
    skipped = [name for name, values in results.items() if any(v is not None and math.isnan(v) for v in values)]
    if failed or code or not results:
        found = failures(output)
        print(*found[:_SHOWN], sep="\n") if found else print(output[-4000:])
    for name in failed:
        print("failed:", name)
    seconds = time.monotonic() - started
    print(f"{len(results)} benchmarks in {seconds:.0f} s, {len(failed)} failed, {len(skipped)} skipped")
    return int(bool(failed or code or not results))


if __name__ == "__main__":
    sys.exit(_output.run("quick.py", main))
