"""The examples run, and what they print is what README says of them."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
from support import python

ROOT = Path(__file__).resolve().parent.parent
ACTIVATIONS = ("relu", "tanh", "gelu", "swish", "prelu", "maxout")

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def digits():
    spec = importlib.util.spec_from_file_location("digits_mlp", ROOT / "examples" / "digits_mlp.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_sklearn_mlp():
    done = python(str(ROOT / "examples" / "sklearn_mlp.py"), timeout=240, OPENBLAS_NUM_THREADS="1")
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("relu", "tanh", "logistic"):
        assert name in done.stdout


@pytest.mark.slow
def test_digits_mlp():
    """Over 97 % right with each activation, as in plain NumPy; the bytes are those of README."""
    done = python(str(ROOT / "examples" / "digits_mlp.py"), "--epochs", "15")
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    pattern = r"^(\w+) +(\w+) +([\d.]+)% +\d+ us +([\d,]+) +([\d,]+)$"
    lines = re.findall(pattern, done.stdout, re.MULTILINE)
    rows = {line[:2]: [float(number.replace(",", "")) for number in line[2:]] for line in lines}
    assert list(rows) == [(activation, name) for activation in ACTIVATIONS for name in ("fastact", "NumPy")]
    promised = r"allocate 0 bytes, and a step less than (\d+) bytes, plain NumPy's ([\d,]+) to ([\d,]+)\."
    promised = re.search(promised, (ROOT / "README.md").read_text())
    most, low, high = (int(number.replace(",", "")) for number in promised.groups())
    for activation in ACTIVATIONS:
        right, step, one = rows[activation, "fastact"]
        right_plain, step_plain, _ = rows[activation, "NumPy"]
        assert right > 97, activation
        assert abs(right - right_plain) < 1, activation
        assert one == 0, activation
        assert step < most, activation
        assert 0.9 * low < step_plain < 1.1 * high, activation


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_digits_mlp_gradients(digits, activation):
    """Those of the network in place are those of plain NumPy, after one step and after the next."""
    random = np.random.default_rng(0)
    x, labels = random.random((32, 64), np.float32), random.integers(0, 10, 32)
    one, other = digits.Network(activation, digits.IN_PLACE), digits.Network(activation, digits.PLAIN)
    for _ in range(2):
        for network in (one, other):
            network.step(x, labels, 0.05)
        for layer, plain in zip(one.layers, other.layers, strict=True):
            for got, wanted in zip(layer.learned, plain.learned, strict=True):
                for a, b in zip(got, wanted, strict=True):
                    np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5 * np.abs(b).max())
