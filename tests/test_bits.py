"""The results have the bits of the table, `bits.json`, on every instruction set that runs here."""

import json

import bits
import pytest
from support import each_isa


@pytest.fixture(scope="module")
def table():
    return json.loads(bits.TABLE.read_text())


@each_isa
def test_bits(isa, table):
    own = {key: value for key, value in table[bits.class_of(isa)].items() if "exhaustive" not in key}
    assert bits.differing(bits.in_process(isa), own) == []


def test_a_bit_that_differs_is_found(monkeypatch, table):
    """The last bit of one result in the middle."""
    name, run = "gelu forward float32", bits.run_isa

    def spoiled(isa, row, kind, a, b, params):
        got = run(isa, row, kind, a, b, params)
        if row.name == "gelu" and kind == "forward" and got.dtype == "f4":
            got.view("u4")[got.size // 2] ^= 1
        return got

    isa = bits.ISAS[-1]
    monkeypatch.setattr(bits, "PASSES", [p for p in bits.PASSES if p[0].name in ("gelu", "relu")])
    for function, wrong in ((run, []), (spoiled, [name])):
        monkeypatch.setattr(bits, "run_isa", function)
        found = bits.hashes_of(bits.elementwise(isa))
        own = {key: table[bits.class_of(isa)][key] for key in found}
        assert bits.differing(found, own) == wrong
