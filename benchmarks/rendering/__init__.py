"""The contenders of benchmarks/render.py, one a module, and the scene that they share."""
