"""What all tests share: the package as installed (never the source folder), a folder for C builds, loud skips."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if not list((ROOT / "fastact").glob("_core.*.so")):  # `python -m pytest` puts the source folder, not built, in front
    sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != ROOT]

import pytest  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: builds a package or starts many processes; -m 'not slow' leaves it out")


def pytest_collection_modifyitems(items):
    """Files with tests that take long come first, so that no processor waits for another at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def c_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("c")


def pytest_terminal_summary(terminalreporter):
    """What was not executed is said once more, at the end, where it is seen."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = sorted({r.longrepr[2].removeprefix("Skipped: ") for r in skipped if isinstance(r.longrepr, tuple)})
    if reasons:
        terminalreporter.section("NOT EXECUTED", sep="!")
        for reason in reasons:
            terminalreporter.write_line(f"NOT EXECUTED: {reason}")
