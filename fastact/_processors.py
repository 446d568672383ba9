"""How many processors this process may use. It imports nothing: the suite in asv_bench/ loads it beside a stub of the
core.
"""

import os


def processors() -> int:
    """Those that its affinity leaves; where a system has none, all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
