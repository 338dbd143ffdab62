"""The benchmark: every figure beside the one that it has to be compared with, in one run."""
