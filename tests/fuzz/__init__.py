"""Random calls of every public function, compared with plain ones: see run.py."""
