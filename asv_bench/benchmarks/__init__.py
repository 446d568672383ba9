"""The benchmarks of fastact, for asv; README.md beside this folder is the map."""
