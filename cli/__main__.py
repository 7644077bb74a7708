"""`python -m cli` is `shopsynth`, for an environment whose scripts are not on the path."""

from cli.main import main

main()
