"""Every operation of vec.h against a model of its contract, on every instruction set that can be run or emulated."""

from fractions import Fraction

import numpy as np
import pytest
import toolchain
from toolchain import FUSED, TARGETS

COUNT = 4096
CASES = [
    (name, isa, bits)
    for name, target in TARGETS.items()
    if name != "clang"
    for isa in target.sets
    for bits in toolchain.BITS
]
NAMES = """set load add sub mul div neg fma fnma residual sqrt abs copysign max min lt gt le nan ne and select where any
           all flip pow2 raise exponent scale2 half_octave lookup"""
TABLE = [3, -0.0, 7, -1.5, 100, 0.25, 1, -9]  # vec_test.c's


def rounded(exact, dtype):
    """A Fraction to the nearest value of the dtype, ties to even: the definition, for the model below."""
    info = np.finfo(dtype)
    if exact == 0:
        return dtype(0)
    exponent = abs(exact.numerator).bit_length() - exact.denominator.bit_length()
    if abs(exact) < Fraction(2) ** exponent:
        exponent -= 1
    unit = Fraction(2) ** (max(exponent, int(info.minexp)) - int(info.nmant))
    value = round(exact / unit) * unit
    if abs(value) > Fraction(float(info.max)):
        return dtype(np.copysign(np.inf, float(np.sign(value.numerator))))
    result = dtype(float(value))
    return result if value else dtype(-0.0 if exact < 0 else 0.0)


def fused(a, b, c):
    dtype = type(a)
    if np.isfinite([a, b, c]).all():
        exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
        return rounded(exact, dtype) if exact else a * b + c
    if np.isfinite([a, b]).all():
        return c
    return a * b + c


def scaled(y, n):
    return rounded(Fraction(float(y)) * Fraction(2) ** int(n), type(y)) if y else y


def each(function, *arrays):
    with np.errstate(all="ignore"):
        return np.array([function(*values) for values in zip(*arrays, strict=True)], arrays[0].dtype)


def general(dtype, random):
    """Special values against each other, then anything at all."""
    info = np.finfo(dtype)
    special = [0, 1, 1.5, 2 / 3, info.tiny, info.smallest_subnormal, info.tiny * 0.75, info.max, np.inf, np.nan]
    special = np.array([*special, *np.negative(special)], dtype)
    a, b = (grid.ravel() for grid in np.meshgrid(special, special))
    c = random.permutation(b)

    def fill(first):
        rest = random.normal(size=COUNT - first.size) * 2.0 ** random.integers(-20, 20, COUNT - first.size)
        return np.concatenate([first, rest]).astype(dtype)

    a, b, c = fill(a), fill(b), fill(c)
    a[-64:], b[-64:] = -np.abs(a[-64:]), 1  # less in every lane of a vector
    return a, b, c


def run(name, isa, bits, folder, inputs):
    target = TARGETS[name].require()
    program = toolchain.vec_test(target, isa, bits, folder)
    if not target.runner and name != "simde" and not toolchain.cpu_has(isa, folder):
        pytest.skip(f"{name}: this processor has no {isa}")
    data = target.run(program, str(COUNT), data=b"".join(np.ascontiguousarray(a).tobytes() for a in inputs))
    results, at, dtype = {}, 0, inputs[0].dtype
    while at < len(data):
        end = data.index(b"\n", at)
        operation, lanes = data[at:end].split()
        results[operation.decode()] = np.frombuffer(data, dtype, COUNT, end + 1)
        at = end + 1 + COUNT * dtype.itemsize
    assert list(results) == NAMES.split()
    return results, int(lanes)


def check(operation, got, wanted, inputs):
    bits = f"u{got.dtype.itemsize}"
    same = (got.view(bits) == wanted.view(bits)) | (np.isnan(got) & np.isnan(wanted))
    i = np.flatnonzero(~same)
    where = i[:1].repeat(len(inputs))
    assert not i.size, (
        f"{operation}: {i.size} wrong, first for {[a[j] for a, j in zip(inputs, where, strict=True)]}: "
        f"{got[i[0]]!r}, not {wanted[i[0]]!r}"
    )


@pytest.mark.parametrize(("name", "isa", "bits"), CASES)
def test_operations(c_folder, name, isa, bits):
    dtype = np.dtype(f"f{bits // 8}").type
    a, b, c = inputs = general(dtype, np.random.default_rng(bits))
    got, lanes = run(name, isa, bits, c_folder, inputs)
    with np.errstate(all="ignore"):
        fma = each(fused, a, b, c) if isa in FUSED else a * b + c
        fnma = each(fused, -a, b, c) if isa in FUSED else c - a * b
        model = {
            "set": a.reshape(-1, lanes)[:, :1].repeat(lanes, 1).ravel(),
            "load": a,
            "add": a + b,
            "sub": a - b,
            "mul": a * b,
            "div": a / b,
            "neg": -a,
            "fma": fma,
            "fnma": fnma,
            "sqrt": np.sqrt(a),
            "abs": np.abs(a),
            "copysign": np.copysign(a, b),
            "max": np.where(a > b, a, b),  # so a NaN in either gives b, and so do equal zeros
            "min": np.where(a < b, a, b),
            "lt": (a < b).astype(dtype),
            "gt": (a > b).astype(dtype),
            "le": (a <= b).astype(dtype),
            "nan": (np.isnan(a) | np.isnan(b)).astype(dtype),
            "ne": (a != b).astype(dtype),
            "and": ((a < b) & (b < c)).astype(dtype),
            "select": np.where(a < b, b, c),
            "where": np.where(a < b, c, dtype(0)),
            "any": (a < b).reshape(-1, lanes).any(1).repeat(lanes).astype(dtype),
            "all": (a < b).reshape(-1, lanes).all(1).repeat(lanes).astype(dtype),
            "flip": np.where(b < c, -a, a),
        }
    for operation, wanted in model.items():
        check(operation, got[operation], wanted, inputs)
    nan = np.isnan(a) | np.isnan(b)
    assert nan.sum() > 50
    check("max with NaN", got["max"][nan], b[nan], (a[nan], b[nan]))


@pytest.mark.parametrize(("name", "isa", "bits"), CASES)
def test_residual(c_folder, name, isa, bits):
    """c near a * b, as compensation has it: then c - a b fits, and must be exact."""
    dtype, random = np.dtype(f"f{bits // 8}").type, np.random.default_rng(bits)
    a, b = (
        (random.choice([-1, 1], COUNT) * random.uniform(1, 2, COUNT) * 2.0 ** random.integers(-25, 60, COUNT)).astype(
            dtype
        )
        for _ in "ab"
    )
    c = a * b
    for _ in range(3):
        c = np.nextafter(c, random.choice([-np.inf, np.inf], COUNT).astype(dtype))
    c[: COUNT // 2] = (a * b)[: COUNT // 2]
    got, _ = run(name, isa, bits, c_folder, (a, b, c))
    exact = [Fraction(float(z)) - Fraction(float(x)) * Fraction(float(y)) for x, y, z in zip(a, b, c, strict=True)]
    check("residual", got["residual"], np.array([rounded(e, dtype) for e in exact], dtype), (a, b, c))
    edge = dtype(2.0 ** (99 if bits == 32 else 989))
    a[:], b[:] = edge * dtype(1.3), dtype(1.7) * random.choice([1, -1, 2**-10, 2**10], COUNT).astype(dtype)
    c = a * b
    got, _ = run(name, isa, bits, c_folder, (a, b, c))
    exact = [Fraction(float(z)) - Fraction(float(x)) * Fraction(float(y)) for x, y, z in zip(a, b, c, strict=True)]
    check("residual of large numbers", got["residual"], np.array([rounded(e, dtype) for e in exact], dtype), (a, b, c))


@pytest.mark.parametrize(("name", "isa", "bits"), CASES)
def test_powers_of_two(c_folder, name, isa, bits):
    """v_pow2 and v_raise over all normal numbers, v_pow2 about 0 below; v_scale2 to 0 in the end, rounded once."""
    dtype, random = np.dtype(f"f{bits // 8}").type, np.random.default_rng(bits)
    info = np.finfo(dtype)
    n = random.integers(int(info.minexp), int(info.maxexp), COUNT)
    n[:2] = info.minexp, info.maxexp - 1
    k = random.integers(-400, 400, COUNT).astype(dtype)
    got, _ = run(name, isa, bits, c_folder, (np.ones(COUNT, dtype), n.astype(dtype), k))
    for operation in "pow2", "raise":
        check(operation, got[operation], np.ldexp(np.ones(COUNT, dtype), n).astype(dtype), (n, k))
    x = np.ldexp(random.uniform(1, 2, COUNT).astype(dtype), n)
    x[:4] = info.tiny, info.max, np.nextafter(dtype(2), dtype(0)), 2
    got, _ = run(name, isa, bits, c_folder, (x, x, x))
    check("exponent", got["exponent"], (np.frexp(x)[1] - 1).astype(dtype), (x,))
    lowest = -220 if bits == 32 else -1800  # V_NMIN
    n = random.integers(lowest, int(info.minexp), COUNT)
    got, _ = run(name, isa, bits, c_folder, (np.ones(COUNT, dtype), n.astype(dtype), np.ones(COUNT, dtype)))
    assert (got["pow2"] >= 0).all()
    assert (got["pow2"] < 2 * info.tiny).all()
    n = random.integers(lowest, int(info.maxexp), COUNT)
    n[: COUNT // 2] = random.integers(int(info.minexp) - int(info.nmant) - 22, int(info.minexp) + 22, COUNT // 2)
    n[:2] = lowest, info.maxexp - 1
    y = random.choice([-1, 1], COUNT) * random.uniform(1, 2, COUNT) * 2.0 ** random.integers(-20, 20, COUNT)
    y = np.where(random.random(COUNT) < 0.25, np.round(y * 8) / 8, y).astype(dtype)  # ties
    y[2:4] = 0, -0.0
    got, _ = run(name, isa, bits, c_folder, (y, n.astype(dtype), y))
    check("scale2", got["scale2"], each(scaled, y, n.astype(dtype)), (y, n))


@pytest.mark.parametrize(("name", "isa", "bits"), CASES)
def test_lookup(c_folder, name, isa, bits):
    """All eight elements, by V_MAGIC + n for n of either sign, and by the half octaves of all normal numbers."""
    dtype, random = np.dtype(f"f{bits // 8}").type, np.random.default_rng(bits)
    info, table = np.finfo(dtype), np.array(TABLE, dtype)
    n = random.integers(-(2**20), 2**20, COUNT)
    exponent = random.integers(int(info.minexp), int(info.maxexp), COUNT)
    x = np.ldexp(random.uniform(1, 2, COUNT).astype(dtype), exponent)
    x[:4] = info.tiny, info.max, 1.5, np.nextafter(dtype(1.5), dtype(0))
    got, _ = run(name, isa, bits, c_folder, (x, n.astype(dtype), x))
    check("lookup", got["lookup"], table[n % 8], (n,))
    fraction, exponent = np.frexp(x)
    k = 2 * (exponent - 1) + (fraction >= 0.75) + 6
    check("half_octave", got["half_octave"], table[k % 8], (x,))
