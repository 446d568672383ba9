"""Random calls of every public function, over arrays of any layout, each compared with a plain call.

    python tests/fuzz/run.py --seconds 60 --seed 0

A trial makes a call of one family, lays its arrays out anyhow in memory that is watched, and lets outs be new, an
input, or lie across inputs or among their elements. Then

- the results have the bits that copies in C order give on one thread, whatever the number of threads is and from
  however few elements on they share an array;
- nothing but the outs has been written: neither inputs, nor what lies between elements, nor before, nor behind; half
  of the arrays lie beside pages that must not be touched;
- outs that share memory are refused before anything is written;
- no floating-point warning is raised;
- results of small calls are within the bounds of the registry, by the references of `python -m fastact verify`.

Each instruction set gets a process of its own and its share of the time. A failure prints the line that repeats it.
"""

from __future__ import annotations

import argparse
import contextlib
import mmap
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import fastact
from fastact import _core
from fuzz.known import KNOWN
from fuzz.memory import LAYOUTS, Place, Pool, extent, named_steps, random_steps
from fuzz.operations import OPERATIONS, Draw

OUTS = ("none", "new", "same", "across", "among", "turned")


class TrialError(Exception):
    """What a trial has found."""

    def __init__(self, number, name, what):
        super().__init__(f"trial {number}: {name}: {what}")
        self.number, self.name, self.what = number, name, what


@contextlib.contextmanager
def threads_from(n):
    """Arrays of n elements on are cut among threads."""
    before = _core._get_parallel_from()
    for cost in before:
        _core._set_parallel_from(cost, n)
    try:
        yield
    finally:
        for cost, was in before.items():
            _core._set_parallel_from(cost, was)


class Scene:
    """The operands of a call in memory."""

    def __init__(self, call, rng, pool, layout=None, out=None):
        self.call, self.rng, self.pool, self.layout = call, rng, pool, layout
        self.places, self.inputs, self.outs, self.words = [], {}, {}, []
        modes = self.modes(out)
        partners = {name: mode for name, mode in modes.items() if mode[1]}
        for name, value in call.inputs.items():
            sharing = [(o, mode) for o, (mode, partner) in partners.items() if partner == name]
            self.input(name, value, sharing)
        for name, (mode, partner) in modes.items():
            if not partner and mode != "none":
                self.new_out(name)

    def modes(self, out):
        """For each out where it is to lie, and beside or upon which input."""
        call, rng = self.call, self.rng
        names = list(call.outs)
        if not names:
            return {}
        first = out or OUTS[rng.choice(len(OUTS), p=[0.25, 0.35, 0.2, 0.1, 0.06, 0.04])]
        if first == "none" and call.keeps:
            first = "new"
        found = {}
        for i, name in enumerate(names):
            mode = first if i == 0 or call.together or out else OUTS[rng.choice(3, p=[0.3, 0.6, 0.1])]
            if call.together and i and mode not in ("none", "new"):
                mode = str(rng.choice(["new", mode]))
            partner = ""
            shape, dtype = call.outs[name]
            if mode in ("same", "across", "among", "turned"):
                fit = [k for k, v in call.inputs.items() if self.fits(v, shape, dtype)]
                if mode == "across" and rng.random() < 0.3:
                    fit = list(call.inputs)
                fit = [k for k in fit if k not in [p for _, p in found.values()]]
                mode, partner = (mode, str(rng.choice(fit))) if fit and name not in call.contiguous else ("new", "")
            found[name] = mode, partner
        return found

    @staticmethod
    def fits(v, shape, dtype):
        repeated = any(step == 0 and n > 1 for step, n in zip(v.strides, v.shape, strict=True))
        return v.shape == shape and v.dtype == dtype and not repeated

    def place(self, n_bytes, misaligned=0):
        pool = self.pool if self.pool is not None and (self.layout or self.rng.random() < 0.5) else None
        self.places.append(Place(n_bytes, self.rng, pool, misaligned))
        return self.places[-1]

    def steps(self, shape, itemsize, repeated=(), first=None):
        """(steps, bytes by which it is not aligned)"""
        if self.layout and not repeated and first is None:
            return named_steps(self.layout, shape, itemsize)
        misaligned = int(self.rng.integers(1, itemsize)) if itemsize > 1 and self.rng.random() < 0.04 else 0
        return random_steps(self.rng, shape, itemsize, repeated, first), misaligned

    def input(self, name, value, sharing):
        """Lays an input out, and the outs that share its memory."""
        shape, dtype, rng = value.shape, value.dtype, self.rng
        if dtype.itemsize > 1 and not self.layout and rng.random() < 0.04 and not sharing:
            dtype = dtype.newbyteorder()
        repeated = tuple(i for i, (n, step) in enumerate(zip(shape, value.strides, strict=True)) if step == 0 and n > 1)
        among = any(mode == "among" for _, mode in sharing)
        steps, misaligned = self.steps(shape, dtype.itemsize, repeated, 2 if among else None)
        room = extent(shape, steps, dtype.itemsize)
        there = []
        for o, mode in sharing:
            out_shape, out_dtype = self.call.outs[o]
            shift = 0
            if mode == "across" and (out_shape != shape or out_dtype != dtype or repeated):
                out_steps = random_steps(rng, out_shape, out_dtype.itemsize)
            elif mode == "across":
                out_steps, shift = steps, int(rng.integers(1, 4)) * dtype.itemsize
                if rng.random() < 0.3:
                    out_steps = tuple(-s for s in steps)
            elif mode == "among":
                out_steps, shift = steps, dtype.itemsize
            else:
                out_steps = steps
            there.append((o, mode, out_shape, out_dtype, out_steps, shift))
            room = max(room, extent(out_shape, out_steps, out_dtype.itemsize) + shift)
        place = self.place(room, misaligned)
        view = place.view(shape, dtype, steps)
        np.copyto(view, value) if not repeated else self.fill_repeated(view, value)
        if rng.random() < 0.3 and not sharing and not repeated:
            view.flags.writeable = False
        self.inputs[name] = view
        self.words.append(f"{name} {dtype} {shape} steps {steps}{self.where(place, misaligned)}")
        for o, mode, out_shape, out_dtype, out_steps, shift in there:
            if mode == "same":
                self.outs[o] = view
            elif mode == "turned":
                turned = view.transpose(rng.permutation(len(shape)))
                if turned.shape != shape:
                    turned = view[::-1]
                self.outs[o] = turned
            else:
                self.outs[o] = place.view(out_shape, out_dtype, out_steps, shift)
            steps_of_out = self.outs[o].strides
            self.words.append(f"{o} {mode} {name}: {out_dtype} {out_shape} steps {steps_of_out}, {shift} bytes on")

    @staticmethod
    def fill_repeated(view, value):
        at = tuple(slice(0, 1) if s == 0 else slice(None) for s in view.strides)
        view[at] = value[at]

    @staticmethod
    def where(place, misaligned):
        return (f" {place.pages}" if place.pages else "") + (f" misaligned by {misaligned}" if misaligned else "")

    def new_out(self, name):
        """An out by itself; or, rarely, within another out."""
        shape, dtype = self.call.outs[name]
        if self.call.casts and not self.layout and self.rng.random() < 0.06:
            dtype = np.dtype(str(self.rng.choice(["f2", "f4", "f8"])))
        contiguous = name in self.call.contiguous
        if not self.layout and not contiguous and self.rng.random() < 0.04:
            dtype = dtype.newbyteorder()
        steps, misaligned = self.steps(shape, dtype.itemsize)
        if contiguous:
            steps, misaligned = np.empty(shape, dtype).strides, 0
        if self.outs and not self.layout and self.rng.random() < 0.15:
            other = next(iter(self.outs.values()))
            for place in self.places:
                there = np.may_share_memory(place.bytes, other) and not contiguous and other.dtype == dtype
                if there and extent(shape, steps, dtype.itemsize) + 72 + place.first <= len(place.bytes):
                    self.outs[name] = place.view(shape, dtype, steps)
                    self.words.append(f"{name} {dtype} {shape} steps {steps} upon another out")
                    return
        place = self.place(extent(shape, steps, dtype.itemsize), misaligned)
        self.outs[name] = place.view(shape, dtype, steps)
        self.words.append(f"{name} new {dtype} {shape} steps {steps}{self.where(place, misaligned)}")


def native(a):
    return np.array(a, a.dtype.newbyteorder("="), order="C")


def differing(got, wanted):
    """Where the bits are not the same; a NaN is as good as another."""
    got, wanted = native(np.asarray(got)), np.asarray(wanted)
    bits = f"u{got.itemsize}"
    same = np.atleast_1d(got).view(bits) == np.ascontiguousarray(np.atleast_1d(wanted)).view(bits)
    if got.dtype.kind == "f":
        same |= np.atleast_1d(np.isnan(got) & np.isnan(wanted))
    return np.argwhere(~same)


def trial(seed, number, operations=None, pool=None, *, layout=None, out=None, measured=None):
    """One call; raises `TrialError`. The number of faults that are known, and its name, are returned."""
    rng = np.random.default_rng([seed, number])
    names = [*(operations or OPERATIONS)]
    weights = np.array([OPERATIONS[f] for f in names], float)
    draw = Draw(rng, measured)
    if pool is not None:
        pool.used = 0
    with np.errstate(all="ignore"):
        call = names[rng.choice(len(names), p=weights / weights.sum())](draw)
        scene = Scene(call, rng, pool, layout, out)
    threads, start = int(rng.integers(1, 6)), int(rng.choice([2, 16, 64, 512, 4096]))
    words = f"{'; '.join(scene.words)}; {threads} threads from {start}"

    def fail(what):
        for name, message, _ in KNOWN:
            if re.search(name, call.name) and re.search(message, what):
                raise _KnownError
        raise TrialError(number, call.name, f"{what}\n    {words}")

    with warnings.catch_warnings(), contextlib.suppress(_KnownError):
        warnings.simplefilter("error")
        check(call, scene, draw, threads, start, fail)
    return call.name


class _KnownError(Exception):
    pass


def check(call, scene, draw, threads, start, fail):
    """Makes the call plainly and as the scene has it."""
    plain = {name: native(view) for name, view in scene.inputs.items()}
    given = {name: native(view) for name, view in scene.outs.items()}
    fresh = {}
    for name, (shape, dtype) in call.outs.items():
        if call.keeps:
            fresh[name] = given[name]
        elif name == "out_grad":
            fresh[name] = np.zeros(shape, dtype)
    try:
        with fastact.threads(1), np.errstate(all="raise"):
            wanted = {k: np.asarray(v) for k, v in call.run(plain, fresh).items()}
    except Exception as error:
        fail(f"the plain call raises {error!r}")
    outs = list(scene.outs.values())
    shared = len(outs) == 2 and np.shares_memory(*outs)
    before = [place.bytes.copy() for place in scene.places]
    flags = [view.flags.writeable for view in scene.outs.values()]
    for view in scene.outs.values():
        view.flags.writeable = True
    try:
        with fastact.threads(threads), threads_from(start), np.errstate(all="raise"):
            found = call.run(scene.inputs, scene.outs)
    except Exception as error:
        if not shared or not isinstance(error, ValueError):
            fail(f"raises {error!r}")
        if any((place.bytes != was).any() for place, was in zip(scene.places, before, strict=True)):
            fail("raises, and has written")
        return
    del flags
    if shared:
        fail("accepts outs that share memory")
    for name, got in found.items():
        if name in scene.outs and got is not scene.outs[name]:
            fail(f"{name} is not what is returned")
        want = wanted[name]
        if name in scene.outs and want.dtype != np.asarray(got).dtype:
            with np.errstate(all="ignore"):
                want = want.astype(got.dtype.newbyteorder("="))
        elif np.asarray(got).dtype != want.dtype:
            fail(f"{name} has dtype {np.asarray(got).dtype}, not {want.dtype}")
        if np.shape(got) != want.shape:
            fail(f"{name} has shape {np.shape(got)}, not {want.shape}")
        differ = differing(got, want)
        if len(differ):
            at = tuple(differ[0])
            one, other = np.atleast_1d(got)[at], np.atleast_1d(want)[at]
            fail(f"{name}: {len(differ)} of {want.size} differ, element {at}: {one!r}, not {other!r}")
    for place, was in zip(scene.places, before, strict=True):
        for view in scene.outs.values():
            if np.may_share_memory(view, place.bytes):
                place.twin(view, was)[...] = view
        touched = np.flatnonzero(place.bytes != was)
        if len(touched):
            fail(f"{len(touched)} bytes beside the outs are written, the first at {touched[0] - place.first}")
    if draw.measured and call.judge and sum(v.size for v in plain.values()) < 400:
        with np.errstate(all="ignore"):
            wrong = call.judge(wanted)
        if wrong:
            fail("; ".join(wrong))


def chosen(pattern):
    return [f for f in OPERATIONS if re.search(pattern, f.__name__)]


def run(seed, seconds=None, count=None, operations=None, note=lambda number: None, failed=None):
    """Trials until the time is over, or that many. How many there were.

    note is told their numbers. The first `TrialError` is raised, or goes to `failed`, which may raise it.
    """
    pool, number = Pool(), 0
    end = time.monotonic() + seconds if seconds is not None else None
    while (end is None or time.monotonic() < end) and (count is None or number < count):
        note(number)
        try:
            trial(seed, number, operations, pool)
        except TrialError as failure:
            if failed is None:
                raise
            failed(failure)
        number += 1
    return number


def sweep(seed=0, repeats=1, operations=None):
    """Every family in every named layout, each array beside a page that must not be touched; outs new and in place."""
    pool, number = Pool(16), 0
    for operation in operations or OPERATIONS:
        for layout in LAYOUTS:
            for out in ("none", "new", "same", "among"):
                for _ in range(repeats):
                    trial(seed, number, [operation], pool, layout=layout, out=out, measured=False)
                    number += 1
    return number


def command(options, isa, **more):
    given = {"seed": options.seed, "only": options.only, "isa": isa, **more}
    words = [f"--{key} {value}" for key, value in given.items() if value is not None]
    return f"python tests/fuzz/run.py {' '.join(words)}"


def child(options, isa):
    """In this process, with the instruction set that it has; a file tells which trial it is at."""
    operations = chosen(options.only) if options.only else None
    with open(options.child, "r+b") as file, mmap.mmap(file.fileno(), 8) as at:

        def note(number):
            at[:] = struct.pack("q", number)

        found = {}

        def failed(failure):
            if failure.name not in found:
                print(f"{isa}: {failure}\n    {command(options, isa, trial=failure.number)}", flush=True)
            found[failure.name] = found.get(failure.name, 0) + 1
            if not options.go_on:
                raise failure

        number = 1
        with contextlib.suppress(TrialError):
            if options.trial is None:
                seconds = options.seconds if options.count is None else None
                number = run(options.seed, seconds, options.count, operations, note, failed)
            else:
                note(options.trial)
                try:
                    trial(options.seed, options.trial, operations, Pool())
                except TrialError as failure:
                    failed(failure)
    if not found or options.go_on:
        counts = "".join(f"\n    {count} {name}" for name, count in found.items()) or " nothing"
        print(f"{isa}: {number} trials, seed {options.seed}; found:{counts}", flush=True)
    return 1 if found else 0


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--count", type=int, help="so many trials for each instruction set, however long they take")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", help="the operations whose names match this regular expression")
    parser.add_argument("--isa", help="an instruction set instead of all")
    parser.add_argument("--trial", type=int, help="this one trial")
    parser.add_argument("--go-on", action="store_true", help="after a failure, of which each function shows its first")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    sets = _core.instruction_sets()
    if options.child:
        return child(options, sets["in_use"])
    isas = [options.isa] if options.isa else sets["available"]
    what = f"{options.seconds:g} seconds" if options.count is None else f"{options.count} trials each"
    print(f"seed {options.seed}; {', '.join(isas)}; {what}", flush=True)
    failed = 0
    for isa in isas:
        with tempfile.NamedTemporaryFile() as file:
            file.write(bytes(8))
            file.flush()
            words = [sys.executable, "-X", "faulthandler", str(Path(__file__).resolve()), "--child", file.name]
            words += ["--seconds", str(options.seconds / len(isas)), "--seed", str(options.seed)]
            words += ["--only", options.only] if options.only else []
            words += ["--count", str(options.count)] if options.count is not None else []
            words += ["--go-on"] if options.go_on else []
            words += ["--trial", str(options.trial)] if options.trial is not None else []
            try:
                code = subprocess.run(words, env={**os.environ, "FASTACT_ISA": isa},
                                      timeout=options.seconds + 300).returncode  # fmt: skip
            except subprocess.TimeoutExpired:
                code = "it hangs"
            failed += code != 0
            if code not in (0, 1):
                number = struct.unpack("q", Path(file.name).read_bytes())[0]
                print(f"{isa}: trial {number} ends the process: {code}\n    {command(options, isa, trial=number)}",
                      flush=True)  # fmt: skip
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
