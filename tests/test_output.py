"""Commands whose output cannot be written: the reader of a pipe has gone, the disk is full, the output is closed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ISAS

ROOT = Path(__file__).resolve().parent.parent
TINY = ["--sizes", "16", "--threads", "1", "--peers", "numpy", "--rounds", "1"]
#: what prints something, as arguments of Python, and the status with which it ends when that cannot be written
COMMANDS = {
    "bench": (["-m", "fastact", "bench", "relu", *TINY], 1),
    "bench --json": (["-m", "fastact", "bench", "relu", *TINY, "--json"], 1),
    "bench --isa": (["-m", "fastact", "bench", "relu", *TINY, "--isa", ISAS[0]], 1),
    "verify": (["-m", "fastact", "verify", "relu", "--points", "20", "--workers", "1"], 1),
    "verify --from-output": (["-m", "fastact", "verify", "elu", "--from-output"], 1),
    "plot": (["-m", "fastact", "plot", "relu"], 1),
    "info": (["-m", "fastact", "info"], 1),
    "info --json": (["-m", "fastact", "info", "--json"], 1),
    "--help": (["-m", "fastact", "--help"], 1),
    "--version": (["-m", "fastact", "--version"], 1),
    "dashboard.py": ([str(ROOT / "asv_bench" / "dashboard.py"), "--help"], 1),
    "peers.py": ([str(ROOT / "asv_bench" / "peers.py"), "--help"], 1),
    "quick.py": ([str(ROOT / "asv_bench" / "quick.py"), "--help"], 1),
    # 1 is that something became slower
    "regressions.py": ([str(ROOT / "asv_bench" / "regressions.py"), "--help"], 2),
    "another module": (["-P", str(ROOT / "fastact" / "_output.py"), "platform"], 1),
}
each_command = pytest.mark.parametrize("name", COMMANDS)
each_buffer = pytest.mark.parametrize("unbuffered", ["", "1"])


def ended(arguments, redirect, folder, unbuffered=""):
    """Exit status and what was written to stderr, which is a file: it may be closed too."""
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    command = ["sh", "-c", f'exec "$@" {redirect}', "sh", sys.executable, *arguments]
    with open(folder / "stderr", "w+b") as told:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=told, cwd=folder, env=environment, timeout=120)
        told.seek(0)
        return done.returncode, told.read().decode()


def closed_pipe(arguments, folder, unbuffered):
    """The same with a pipe that nobody reads."""
    read, write = os.pipe()
    os.close(read)
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    command = [sys.executable, *arguments]
    try:
        done = subprocess.run(
            command, stdout=write, stderr=subprocess.PIPE, text=True, cwd=folder, env=environment, timeout=120
        )
    finally:
        os.close(write)
    return done.returncode, done.stderr


@each_buffer
@each_command
def test_nobody_reads(name, unbuffered, tmp_path):
    """It ends quietly, with the status of a program that SIGPIPE ended."""
    if name == "plot":
        pytest.importorskip("matplotlib")
    assert closed_pipe(COMMANDS[name][0], tmp_path, unbuffered) == (141, "")


@each_buffer
@each_command
@pytest.mark.parametrize(
    ("redirect", "why"), [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")]
)
def test_a_full_disk_and_a_closed_output(name, unbuffered, redirect, why, tmp_path):
    """One line says so."""
    if name == "plot":
        pytest.importorskip("matplotlib")
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    arguments, status = COMMANDS[name]
    code, told = ended(arguments, redirect, tmp_path, unbuffered)
    assert code == status
    assert told.count("\n") == 1, told
    assert told.endswith(f": the output cannot be written: {why}\n")


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full"])
@pytest.mark.parametrize("name", ["bench", "verify", "info"])
def test_what_cannot_be_written_to_stderr_is_dropped(name, redirect, tmp_path):
    """The progress of `bench` is written there; the work is done all the same."""
    code, _ = ended([*COMMANDS[name][0], *(["--json"] if name != "info" else [])], redirect, tmp_path)
    assert code == 0


def test_a_message_with_both_closed(tmp_path):
    assert ended(["-m", "fastact", "bench", "nonsense"], ">&- 2>&-", tmp_path) == (2, "")


def test_no_other_file_gets_the_output(tmp_path):
    """A descriptor that is closed would be that of the next file that is opened, the picture here."""
    pytest.importorskip("matplotlib")
    for redirect in (">&-", "2>&-", "<&- >&- 2>&-"):
        ended(["-m", "fastact", "plot", "relu", "-o", "a.png"], redirect, tmp_path)
        assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
        assert (tmp_path / "a.png").read_bytes().endswith(b"IEND\xaeB`\x82")


def test_stale_pages_that_nobody_reads_of(tmp_path):
    """docs/make.py prints only what is stale: of a copy without a page."""
    import shutil

    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    (tmp_path / "src_c").mkdir()
    for name in ("generate.py", "README.md", "src_c/activations.def"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "docs" / "names.md").unlink()
    arguments = [str(tmp_path / "docs" / "make.py"), "--check"]
    assert closed_pipe(arguments, tmp_path, "") == (141, "")
    code, told = ended(arguments, ">/dev/full", tmp_path)
    assert (code, told) == (1, "docs/make.py: the output cannot be written: No space left on device\n")
