"""What was built, and what is in use."""

import platform

import numpy as np

from . import _core, _threads


def show_config(mode="stdout"):
    """Tell the version, instruction sets, compiler, OpenMP and threads.

    Parameters
    ----------
    mode : {"stdout", "dicts"}, default "stdout"
        Print, or return a dict.

    Returns
    -------
    dict or None
        With mode="dicts": version, instruction_sets (built, available, in_use), compiler,
        openmp (enabled, runtime, version), threads (limit, source), python, numpy.

    Raises
    ------
    ValueError
        Another mode.
    """
    if mode not in ("stdout", "dicts"):
        raise ValueError(f"show_config: mode = {mode!r} must be one of 'stdout', 'dicts'")
    config = {
        "version": _core.__version__,
        "instruction_sets": _core.instruction_sets(),
        "compiler": _core.compiler,
        "openmp": _core.openmp_info(),
        "threads": {"limit": _core.get_num_threads(), "source": _threads.limit_source()},
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    if mode == "dicts":
        return config
    for key, value in config.items():
        print(key.replace("_", " ") + ":" + ("" if isinstance(value, dict) else f" {value}"))
        for name, part in value.items() if isinstance(value, dict) else ():
            print(f"  {name.replace('_', ' ')}: {', '.join(part) if isinstance(part, tuple) else part}")
    return None
