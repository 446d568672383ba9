"""What is read and written: nothing outside the buffers, the same in place, each result from its own element only."""

import itertools

import numpy as np
import pytest
from support import (
    PAIRS,
    PASSES,
    TESTS,
    arguments,
    assert_same,
    child,
    defaults,
    each_dtype,
    each_isa,
    each_pass,
    gradients,
    lanes,
    legal,
    mixed,
    python,
    run,
    run_isa,
    threads_from,
)

import fastact
from fastact import _core


@pytest.fixture
def many_threads(monkeypatch):
    """Small arrays are cut among threads too."""
    with threads_from(512):
        yield


def operands(row, kind, dtype, n, params=None):
    return arguments(row, kind, mixed(dtype, n), gradients(dtype, n), params)


@each_isa
@each_dtype
@each_pass
def test_lengths_and_misalignments(row, kind, dtype, isa):
    """Every length up to four vectors and one, at every offset, in place too: the same bits, nothing written around."""
    vector = lanes(isa, dtype)
    longest = 4 * vector + 1
    a, b, params = operands(row, kind, dtype, longest)
    whole = run_isa(isa, row, kind, a, b, params)
    canary = dtype(-77.25)
    room = longest + 3 * vector + 2
    place, first, second = (np.empty(room, dtype) for _ in range(3))
    for n in range(longest + 1):
        for offset in range(vector):
            at, at_a, at_b = 1 + offset, (5 * offset + n) % vector, (3 * offset + 1) % vector
            place.fill(canary)
            out = place[at : at + n]
            x = out if (n + offset) % 2 else first[at_a : at_a + n]
            x[:] = a[:n]
            y = None
            if b is not None:
                y = second[at_b : at_b + n]
                y[:] = b[:n]
            _core.run_kernel(isa, row.name, kind, out, x, y, params)
            if out.tobytes() != whole[:n].tobytes():
                assert_same(out, whole[:n], f"length {n}, offset {offset}")
            assert (place[:at] == canary).all(), (n, offset)
            assert (place[at + n :] == canary).all(), (n, offset)


@each_isa
def test_no_page_beyond_is_touched(isa):
    assert "no page touched" in child("guard_pages", isa)


@each_isa
def test_no_page_beyond_is_touched_by_any_family(isa):
    """The public functions of all families, every operand in every layout right beside such pages."""
    assert "no page touched" in child("guard_every_family", FASTACT_ISA=isa, timeout=300)


def test_a_page_beyond_is_noticed():
    """The test above can fail."""
    assert python(str(TESTS / "children.py"), "read_too_far").returncode < 0


@each_isa
@each_dtype
@each_pass
def test_in_place_kernels(row, kind, dtype, isa):
    """out may be any one of the inputs: x, the gradient, the kept buffer."""
    for params in legal(row, kind):
        a, b, _ = operands(row, kind, dtype, 517, params)
        wanted = run_isa(isa, row, kind, a, b, params)
        x = a.copy()
        assert_same(run_isa(isa, row, kind, x, b, params, out=x), wanted, "out = first input")
        if b is not None:
            x = b.copy()
            assert_same(run_isa(isa, row, kind, a, x, params, out=x), wanted, "out = second input")


@each_isa
@each_dtype
@each_pass
def test_varying_parameters(row, kind, dtype, isa):
    """One parameter an element gives what the same one for all gives; out may be the array of parameters too."""
    sets = [p for p in legal(row, kind) if p]
    if not sets:
        assert not row.params
        return
    n = 301
    for params in sets:
        a, b, _ = operands(row, kind, dtype, n, params)
        arrays = tuple(np.full(n, p, dtype) for p in params)
        wanted = run_isa(isa, row, kind, a, b, tuple(float(v[0]) for v in arrays))
        assert_same(run_isa(isa, row, kind, a, b, arrays), wanted, params)
        assert_same(run_isa(isa, row, kind, a, b, arrays, out=arrays[0]), wanted, params)


@each_isa
@each_dtype
@each_pass
def test_independent_of_neighbours_and_position(row, kind, dtype, isa):
    n = 4 * lanes(isa, dtype) + 3
    a, b, params = operands(row, kind, dtype, n)
    wanted = run_isa(isa, row, kind, a, b, params)
    info = np.finfo(dtype)
    for other in (np.nan, np.inf, -np.inf, 0, info.smallest_subnormal, -info.tiny / 2, info.max, -info.max):
        for parity in (0, 1):
            spoiled = [None if v is None else v.copy() for v in (a, b)]
            for v in spoiled:
                if v is not None:
                    v[parity::2] = other
            got = run_isa(isa, row, kind, *spoiled, params)
            assert_same(got[1 - parity :: 2], wanted[1 - parity :: 2], f"beside {other}")
    for shift in range(1, lanes(isa, dtype) + 1):
        moved = [None if v is None else np.roll(v, shift) for v in (a, b)]
        assert_same(run_isa(isa, row, kind, *moved, params), np.roll(wanted, shift), f"moved by {shift}")


@pytest.mark.parametrize("pair", PAIRS, ids=" = ".join)
@each_dtype
@each_pass
def test_same_bits_for_instruction_sets(row, kind, dtype, pair):
    for params in legal(row, kind):
        a, b, _ = operands(row, kind, dtype, 30_001, params)
        one, other = (run_isa(isa, row, kind, a, b, params) for isa in pair)
        assert_same(one, other, f"{params} {pair}")


@each_dtype
@each_pass
def test_threads_change_nothing(row, kind, dtype, many_threads):
    """1, 2, 3 and 5 threads, in place and not, over lengths that cut badly."""
    isa = _core.instruction_sets()["in_use"]
    for n in (1, 1023, 4096, 10_007):
        a, b, params = operands(row, kind, dtype, n)
        wanted = run_isa(isa, row, kind, a, b, params)
        for threads in (1, 2, 3, 5):
            with fastact.threads(threads):
                assert_same(run(row, kind, a, b, params), wanted, f"{n} with {threads} threads")
                x = a.copy()
                assert run(row, kind, x, b, params, out=x) is x
                assert_same(x, wanted, f"{n} with {threads} threads in place")


def layouts(v):
    """The same values in memory of every kind: each a function from an array of shape (6, 8, 10)."""

    def spread(index, shape):
        room = np.zeros(shape, v.dtype)
        room[index] = v
        return room[index]

    yield "C order", v.copy()
    yield "Fortran order", np.asfortranarray(v)
    yield "transposed", np.ascontiguousarray(v.transpose(2, 0, 1)).transpose(1, 2, 0)
    yield "every second", spread(np.s_[:, :, ::2], (6, 8, 20))
    yield "inner contiguous", spread(np.s_[:, :, 2:12], (6, 8, 16))
    yield "outer cut", spread(np.s_[::2, 1:9], (12, 10, 10))
    yield "backwards", spread(np.s_[::-1, ::-1, ::-1], (6, 8, 10))
    yield "rows backwards", spread(np.s_[:, ::-1], (6, 8, 10))
    yield "swapped bytes", v.astype(v.dtype.newbyteorder())
    unaligned = np.zeros(v.nbytes + 1, np.uint8)[1:].view(v.dtype).reshape(v.shape)
    unaligned[...] = v
    yield "unaligned", unaligned


@each_dtype
@each_pass
def test_layouts(row, kind, dtype, many_threads):
    """Strides, orders, byte orders: with the same bits as a contiguous array, in place and into any other layout."""
    shape = (6, 8, 10)
    a, b, params = operands(row, kind, dtype, 480)
    wanted = run_isa(_core.instruction_sets()["in_use"], row, kind, a, b, params).reshape(shape)
    a, b = a.reshape(shape), None if b is None else b.reshape(shape)
    seconds = itertools.repeat(("", None)) if b is None else itertools.islice(itertools.cycle(layouts(b)), 3, None)
    for (name, x), (other, y) in zip(layouts(a), seconds, strict=False):
        what = f"{name}, {other}"
        got = run(row, kind, x, y, params)
        assert got.dtype == dtype
        assert_same(got, wanted, what)
        for target, out in layouts(np.zeros(shape, dtype)):
            assert run(row, kind, x, y, params, out=out) is out
            assert_same(out.astype(dtype), wanted, f"{what} into {target}")
        assert run(row, kind, x, y, params, out=x) is x
        assert_same(x.astype(dtype), wanted, f"{what} in place")


@each_pass
def test_overlap(row, kind):
    """Buffers that overlap partly: as if the input had been copied first."""
    for n, shift in itertools.product((50, 5000), (1, 7, -3)):
        room = mixed(np.float32, n + 20)
        a, out = room[10 : 10 + n], room[10 + shift : 10 + shift + n]
        _, b, params = operands(row, kind, np.float32, n)
        wanted = run(row, kind, a.copy(), b, params)
        assert_same(run(row, kind, a, b, params, out=out), wanted, f"{n} shifted by {shift}")
    square = mixed(np.float32, 400).reshape(20, 20)
    b = None if b is None else np.resize(b, (20, 20))
    wanted = run(row, kind, square.copy(), b, params)
    assert_same(run(row, kind, square, b, params, out=square.T), wanted, "out = x.T")


@each_isa
@each_dtype
def test_defaults_of_the_registry(isa, dtype):
    """A sanity check of the helpers: the public function without parameters uses those that `defaults` gives."""
    for row, kind in PASSES:
        a, b, params = operands(row, kind, dtype, 40)
        assert params == defaults(row)
        assert_same(run(row, kind, a, b), run(row, kind, a, b, params), row.name)
