"""The contenders of benchmarks/peers.py: each draws the same scene, in a process of its own."""
