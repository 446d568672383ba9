"""The fuzzer of tests/fuzz: it finds nothing in what is there, and it finds what is put there."""

import ctypes
import os
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from fuzz import operations
from fuzz.run import TrialError, sweep, trial
from support import TESTS, python

import fastact

RUN = str(TESTS / "fuzz" / "run.py")


def test_nothing_is_found():
    """A short run, the same each time, with every instruction set; CONTRIBUTING.md has the command for a long one."""
    done = python(RUN, "--count", "1200", "--seed", "1", timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_family_is_called():
    names = set()
    for number in range(400):
        names.add(trial(3, number).split()[0])
    known = {f.__name__ for f in operations.OPERATIONS}
    assert len(names) > 60
    for name in ("glu", "softmax", "entmax15", "logsumexp", "maxout", "crelu", "prelu", "bias_activation", "rrelu",
                 "swish_parameters", "softmax_cross_entropy", "sigmoid_cross_entropy"):  # fmt: skip
        assert name in names, known


def found(monkeypatch, operation, name, spoilt, **options):
    """What the fuzzer says of a function that is not as it should be."""
    monkeypatch.setattr(fastact, name, spoilt(getattr(fastact, name)))
    for number in range(1500):
        try:
            trial(5, number, [operation], **options)
        except TrialError as error:
            return str(error)
    pytest.fail("nothing was found")


def beyond(array, n_bytes):
    """Changes a byte beside an array."""
    low, high = np.lib.array_utils.byte_bounds(array)
    at = ctypes.c_uint8.from_address(high + n_bytes - 1 if n_bytes > 0 else low + n_bytes)
    at.value ^= 1


def test_a_wrong_bit_is_found(monkeypatch):
    """In one layout only."""

    def spoilt(softmax):
        def wrong(x, *arguments, **keywords):
            y = softmax(x, *arguments, **keywords)
            return y if x.flags.c_contiguous or y is x else np.nextafter(y, 9, out=keywords.get("out"))

        return wrong

    assert "differ, element" in found(monkeypatch, operations.rows, "softmax", spoilt)


@pytest.mark.parametrize("n_bytes", [1, -1])
def test_a_byte_beside_is_found(monkeypatch, n_bytes):
    def spoilt(crelu):
        def wrong(x, axis, out=None):
            y = crelu(x, axis, out=out)
            if out is not None and out.size:
                beyond(out, n_bytes)
            return y

        return wrong

    assert "bytes beside the outs are written" in found(monkeypatch, operations.crelu, "crelu", spoilt)


def test_a_changed_input_is_found(monkeypatch):
    def spoilt(glu):
        def wrong(value, gate, out=None):
            y = glu(value, gate, out=out)
            if out is None and gate.size:
                ctypes.c_uint8.from_address(np.lib.array_utils.byte_bounds(gate)[0]).value ^= 1
            return y

        return wrong

    assert "bytes beside the outs are written" in found(monkeypatch, operations.gates, "glu", spoilt)


def test_a_wrong_result_is_found(monkeypatch):
    """The same in every layout, beyond the bound by an ULP or two."""

    def spoilt(sigmoid_loss):
        def wrong(*arguments, **keywords):
            return sigmoid_loss(*arguments, **keywords) * (1 + np.float32(2**-20))

        return wrong

    assert "ULP > 4" in found(monkeypatch, operations.sigmoid_cross_entropy, "sigmoid_cross_entropy", spoilt)


def test_outs_that_share_memory_are_found(monkeypatch):
    def spoilt(prelu_backward):
        def wrong(*arguments, out=None, out_weight=None, **keywords):
            got = prelu_backward(*arguments, **keywords)
            for to, value in zip((out, out_weight), got, strict=True):
                if to is not None:
                    to[...] = value
            return tuple(v if to is None else to for to, v in zip((out, out_weight), got, strict=True))

        return wrong

    assert "accepts outs that share" in found(monkeypatch, operations.prelu, "prelu_backward", spoilt)


def test_a_warning_is_found(monkeypatch):
    def spoilt(rrelu):
        def wrong(x, **keywords):
            np.log(np.zeros(1))
            return rrelu(x, **keywords)

        return wrong

    assert "FloatingPointError" in found(monkeypatch, operations.rrelu, "rrelu", spoilt)


def test_the_sweep_goes_through_every_layout(monkeypatch):
    seen = set()

    def spoilt(prelu):
        def watched(x, *arguments, **keywords):
            seen.add((x.ndim, x.strides, x.flags.aligned))
            return prelu(x, *arguments, **keywords)

        return watched

    monkeypatch.setattr(fastact, "prelu", spoilt(fastact.prelu))
    sweep(repeats=4, operations=[operations.prelu])
    assert any(not aligned for *_, aligned in seen)
    assert any(min(steps, default=0) < 0 for _, steps, _ in seen)
    assert any(0 in steps for _, steps, _ in seen)
    assert len(seen) > 30


def test_a_crash_is_told(tmp_path):
    """With the line that repeats it; what crashes it is put into each process by its sitecustomize."""
    (tmp_path / "sitecustomize.py").write_text(
        "import ctypes, fastact\nfastact.crelu = lambda *a, **k: ctypes.string_at(0)\n"
    )
    paths = os.pathsep.join([str(tmp_path), str(Path(fastact.__file__).parents[1]), *filter(None, sys.path)])
    done = python(RUN, "--count", "50", "--seed", "7", "--only", "crelu", PYTHONPATH=paths)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "ends the process: -11" in done.stdout
    assert "python tests/fuzz/run.py --seed 7 --only crelu --isa " in done.stdout
    line = next(line for line in done.stdout.splitlines() if "--trial" in line)
    again = python(RUN, *line.split()[2:], PYTHONPATH=paths)
    assert again.returncode == 1
    assert "ends the process: -11" in again.stdout


def test_nothing_is_left_over():
    """Thresholds and filters are as they were."""
    before = fastact._core._get_parallel_from(), warnings.filters[:]
    trial(0, 1)
    assert (fastact._core._get_parallel_from(), warnings.filters[:]) == before
