"""The benchmarks of fastact, for asv; README.md beside this folder is the map."""

import os

# before NumPy is imported: products of matrices on one thread, so that what is measured is not their threads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
