"""Hashes of what every function returns for fixed inputs: the proof that a change has kept all bits.

`tests/bits.json` has one hash for each function, pass and dtype, for instruction sets with a fused multiply-add and for
those without: within each of these classes all results have the same bits.

    python tests/bits.py                compare, list what differs, exit with 1 if anything does
    python tests/bits.py --exhaustive   also compare all 2^32 float32 of ten functions (some 10 minutes)
    python tests/bits.py --write        write the table, after a change that is meant to change bits

Inputs come from the raw integers of a bit generator, whose stream NumPy guarantees, by operations that IEEE 754 defines
to the last bit. So the table holds on every machine.
"""

import argparse
import dataclasses
import functools
import hashlib
import itertools
import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from support import CLASSES, DTYPES, FUNCTION_REFERENCES, ISAS, PASSES, ROWS, defaults, legal, run_isa

import fastact
from fastact._verify_functions import Batch, _running

TABLE = Path(__file__).with_name("bits.json")
EXHAUSTIVE = ("relu", "gelu", "gelu_tanh", "silu", "sigmoid", "tanh", "elu", "softplus", "mish", "hardswish")
#: rows and their length; the last are longer than what stays in a cache, and are cut into units
SHAPES = ((7, 1), (9, 3), (70, 10), (33, 17), (5, 100), (66, 64), (3, 1025), (2, 140_000))
MASKED = ("softmax", "softmin", "log_softmax", "logsumexp", "sparsemax", "entmax15")


class Numbers:
    """Random numbers that are the same on every machine."""

    def __init__(self, name: str) -> None:
        self.bits = np.random.PCG64(zlib.crc32(name.encode()))

    def integers(self, limit: int, shape: Any) -> np.ndarray:
        return (self.bits.random_raw(int(np.prod(shape))) % np.uint64(limit)).astype(np.int64).reshape(shape)

    def uniform(self, shape: Any) -> np.ndarray:
        return np.ldexp((self.bits.random_raw(int(np.prod(shape))) >> np.uint64(11)).astype(float), -53).reshape(shape)

    def wide(self, shape: Any) -> np.ndarray:
        """Symmetric about 0, of magnitudes from 2^-6 to 2^5."""
        return np.ldexp(self.uniform(shape) - 0.5, self.integers(12, shape) - 5)


def hashes_of(results: Iterable[tuple[str, np.ndarray]]) -> dict[str, str]:
    """By name, of all results of this name; one NaN is as good as another."""
    digests: dict[str, Any] = {}
    for name, given in results:
        result = np.array(given)
        if result.dtype.kind == "f":
            result[np.isnan(result)] = np.nan
        digests.setdefault(name, hashlib.blake2b(digest_size=8)).update(np.ascontiguousarray(result))
    return {name: digest.hexdigest() for name, digest in digests.items()}


def elementwise(isa: str) -> Iterator[tuple[str, np.ndarray]]:
    """Every activation by the kernel of an instruction set, with all the parameters that its reference tests."""
    numbers = Numbers("elementwise")
    single = np.arange(0, 2**32, 65_521, dtype=np.uint64).astype(np.uint32).view(np.float32)
    double = numbers.bits.random_raw(single.size // 2).view(np.float64)
    for dtype, bits in zip(DTYPES, (single, double), strict=True):
        x = np.concatenate([bits.astype(dtype), numbers.wide(single.size).astype(dtype)])
        grad = numbers.wide(x.size).astype(dtype)
        grad[::3] = 1
        for row, kind in PASSES:
            for params in legal(row, kind):
                y = run_isa(isa, row, "forward", x, None, params) if kind == "backward_y" else x
                a, b = (x, None) if kind == "forward" else (grad, y)
                yield f"{row.name} {kind} {np.dtype(dtype)}", run_isa(isa, row, kind, a, b, params)


@dataclasses.dataclass(frozen=True)
class Fixed(Batch):
    """A batch of `python -m fastact verify` with inputs of our own."""

    def arrays(self) -> dict[str, Any]:
        keywords, numbers = dict(self.keywords), Numbers(repr(self))
        pieces, shape = keywords.get("pieces", 2), (self.rows, self.length)
        function = self.entry.function
        made = {
            **{name: numbers.wide(shape) for name in ("x", "value", "gate", "logits", "grad", "targets")},
            "y": numbers.uniform(shape),
            "z": numbers.wide((self.rows, self.length * (pieces if function == "maxout" else 1))),
            "weight": 0.01 + numbers.uniform(self.length),
            "bias": numbers.wide(self.length),
            "labels": numbers.integers(self.length, self.rows),
            "index": numbers.integers(pieces, shape).astype(np.uint8),
        }
        if function == "log_softmax":
            made["y"] *= -120
        if function == "logsumexp":
            made["grad"] = made["grad"][:, :1]
        if function == "crelu":
            made["y"] = np.maximum(numbers.wide((self.rows, 2 * self.length)), 0)
            made["grad"] = numbers.wide((self.rows, 2 * self.length))
        if function == "maxout_linear":  # of small integers, whose products BLAS adds in no order that is known
            units = {"weight": (self.length, 4 * pieces), "bias": (4 * pieces,), "grad": (self.rows, 4), "x": shape}
            made.update({name: numbers.integers(9, given) - 4.0 for name, given in units.items()})
            made["index"] = numbers.integers(pieces, (self.rows, 4)).astype(np.uint8)
        for name in {"x", "logits"} & made.keys() if self.length > 1 and function != "maxout_linear" else ():
            made[name][1, 0], made[name][-1, 1] = np.inf, np.nan
        dtype = np.dtype(self.dtype)
        arrays = {k: v.astype(dtype) if v.dtype.kind == "f" else v for k, v in made.items()}
        return {**keywords, **{name: arrays[name] for name in self.reference.arguments if name in arrays}}


def masked(dtype: str, name: str) -> Iterator[np.ndarray]:
    """What a mask, the causal one too, leaves of rows that are contiguous and of rows that are strided."""
    function = getattr(fastact, name)
    for rows, length in SHAPES[:-1]:
        numbers = Numbers(f"{name} {rows} {length}")
        x, where = numbers.wide((rows, length)).astype(dtype), numbers.uniform((rows, length)) < 0.7
        yield function(x, where=where)
        yield function(np.asfortranarray(x), where=where)
        if name in MASKED[:3]:
            yield function(x, causal=True)
            yield function(np.asfortranarray(x), causal=True)


def others(isa: str) -> Iterator[tuple[str, np.ndarray]]:
    """Every pass of every function that is not elementwise, by the instruction set in use."""
    for dtype in map(str, map(np.dtype, DTYPES)):
        for name, entry in FUNCTION_REFERENCES.items():
            for kind in entry.passes:
                for keywords in entry.keywords:
                    for rows, length in SHAPES:
                        batch = Fixed(name, kind, dtype, tuple(keywords.items()), length, rows)
                        for results in batch.outputs(isa):
                            for result in results:
                                yield f"{name} {kind} {dtype}", result
        for name in MASKED:
            for result in masked(dtype, name):
                yield f"{name} masked {dtype}", result


def exhaustive(isa: str) -> Iterator[tuple[str, np.ndarray]]:
    """All float32 of some functions, forward."""
    for name in EXHAUSTIVE:
        for start in range(0, 2**32, 2**22):
            x = np.arange(start, start + 2**22, dtype=np.uint64).astype(np.uint32).view(np.float32)
            yield f"{name} exhaustive float32", run_isa(isa, ROWS[name], "forward", x, None, defaults(ROWS[name]))


def hashes(isa: str, every: bool = False) -> dict[str, str]:
    """By function, pass and dtype, in a process in which this instruction set is in use."""
    with np.errstate(all="ignore"):
        return hashes_of(itertools.chain(elementwise(isa), others(isa), exhaustive(isa) if every else ()))


def in_process(isa: str, every: bool = False) -> dict[str, str]:
    """The hashes, from a process in which this instruction set is in use."""
    with _running(isa) as run:
        return next(iter(run(functools.partial(hashes, every=every), [isa])))


def class_of(isa: str) -> str:
    """The name of its class in the table."""
    return next(" ".join(isas) for isas in CLASSES if isa in isas)


def differing(found: dict[str, str], table: dict[str, str]) -> list[str]:
    """What is not as in the table, or is missing on one side."""
    return sorted(key for key in found.keys() | table.keys() if found.get(key) != table.get(key))


def main(argv: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table")
    parser.add_argument("--exhaustive", action="store_true", help="all float32 of ten functions, too")
    parser.add_argument("--isa", nargs="*", default=ISAS, choices=ISAS, help="which instruction sets")
    given = parser.parse_args(argv)
    table = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    wrong = 0
    for isa in given.isa:
        found = in_process(isa, given.exhaustive)
        own = table.setdefault(class_of(isa), {})
        if given.write:
            own.update(found)
            continue
        bad = [key for key in differing(found, own) if given.exhaustive or "exhaustive" not in key]
        wrong += len(bad)
        print(f"{isa}: {len(found) - len(bad)} of {len(found)} as in the table", *bad, sep="\n    ", flush=True)
    if given.write:
        TABLE.write_text(json.dumps({name: dict(sorted(own.items())) for name, own in table.items()}, indent=1) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
