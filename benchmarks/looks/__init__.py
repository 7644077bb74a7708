"""What benchmarks/realism.py is made of: frames of any revision, and a classifier of two samples."""
