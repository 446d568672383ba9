"""The command line: ``python -m fastact bench | verify | plot | info``."""

from __future__ import annotations

import argparse
import json
import sys

from . import __version__, _bench, _output, _plot, _verify, show_config


def _chosen(names: list[str], there: dict[str, str]) -> list[str]:
    """The entries of `there` that are meant, by their own name or by that of their public function; default: all."""
    found: list[str] = []
    for name in names or there:
        entries = [entry for entry, function in there.items() if name in (entry, function)]
        if not entries:
            raise LookupError(f"no function called {name!r}; there are {', '.join(there)}")
        found += [entry for entry in entries if entry not in found]
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fastact", description="Activation functions for NumPy arrays.")
    parser.add_argument("--version", action="version", version=f"fastact {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="bench | verify | plot | info")
    for command, module, text in (
        ("bench", _bench, "time every function against NumPy, SciPy, JAX, PyTorch and others, as far as installed"),
        ("verify", _verify, "measure the error of every function; exit code 1 where a bound is broken"),
        ("plot", _plot, "draw the curve of a function and of its derivative"),
    ):
        sub = commands.add_parser(
            command,
            help=text,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(sub)
        sub.set_defaults(module=module)
    info = commands.add_parser("info", help="print version, instruction sets, compiler, OpenMP and threads")
    info.add_argument("--json", action="store_true", help="as JSON")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.command == "info":
        if args.json:
            print(json.dumps(show_config(mode="dicts"), indent=1))
        else:
            show_config()
        return 0
    try:
        plot = args.command == "plot"
        names = _plot.bind(args.names, args.param) if plot else _chosen(args.names, args.module.NAMES)
    except LookupError as error:
        parser.error(str(error))
    try:
        return args.module.main(args, names)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(_output.run("fastact", main))
