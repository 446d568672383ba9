"""How a command ends when what it prints cannot be written.

The reader of a pipe that has gone away (``bench | head -1``) ends it quietly, with the status that a shell gives to a
program that SIGPIPE ended; a full disk or a closed output ends it with one line on stderr. What cannot be written to
stderr is dropped: the work goes on.

The scripts of asv_bench/ load this file by its path, without fastact; and

    python -P fastact/_output.py MODULE ARGUMENTS

is ``python -m MODULE ARGUMENTS`` that ends in this way.
"""

import os
import sys

BROKEN_PIPE = 128 + 13
"""The exit status."""


class _Stream:
    """A text stream that calls `lost` with the error when it cannot be written; from then on it writes to nowhere."""

    def __init__(self, stream, lost):
        self._stream, self._lost = stream, lost

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        return self._try(self._stream.write, text)

    def writelines(self, lines):
        return self._try(self._stream.writelines, lines)

    def flush(self):
        return self._try(self._stream.flush)

    def _try(self, call, *arguments):
        try:
            return call(*arguments)
        except OSError as error:
            # or Python would try to write the rest of the buffer as it ends, and complain
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)
            self._lost(error)


def _reopened(descriptor):
    """The stream of a descriptor that was closed when Python started, where it has None: as good as closed.

    The descriptor is taken, so that no file that is opened later gets what others write to it.
    """
    null = os.open(os.devnull, os.O_RDONLY)
    if null != descriptor:
        os.dup2(null, descriptor)
        os.close(null)
    return os.fdopen(descriptor, "w", buffering=1, closefd=False)


def run(name, main, *arguments, status=1):
    """The exit status of ``main(*arguments)``; `status`, if its output could not be written."""

    def end(error):
        if isinstance(error, BrokenPipeError):
            raise SystemExit(BROKEN_PIPE)
        print(f"{name}: the output cannot be written: {error.strerror}", file=sys.stderr)
        raise SystemExit(status)  # which no handler of errors takes for one of its own

    sys.stderr = _Stream(sys.stderr or _reopened(2), lambda error: None)
    sys.stdout = _Stream(sys.stdout or _reopened(1), end)
    try:
        code = main(*arguments)
    except SystemExit as ended:
        code = ended.code
    try:
        sys.stdout.flush()
    except SystemExit as ended:
        code = ended.code
    return code


def _module(name, *arguments):
    import runpy

    sys.argv = [name, *arguments]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], _module, *sys.argv[1:]))
