"""How a contender is driven: a line in, a view rendered, a line out with what it cost."""

import json
import os
import sys
import time
from collections.abc import Callable

import numpy as np

Render = Callable[[int, int], np.ndarray | None]


def serve(render: Render, *, name: str, outputs: str) -> None:
    """Answer ``frame camera [path]`` lines on stdin until they end.

    Args:
        render: (frame, camera) -> the view's (H, W, 3) uint8 picture, all outputs having been fetched; None
            where the picture went to a file.
        name: The contender with its version.
        outputs: What it gives for a view, in words.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not mix with the answers
    render(0, 0)
    answers.write(json.dumps({"name": name, "outputs": outputs}) + "\n")
    answers.flush()
    for line in sys.stdin:
        frame, camera, *path = line.split()
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        picture = render(int(frame), int(camera))
        cost = {"cpu_s": time.process_time() - cpu_s, "wall_s": time.perf_counter() - wall_s}
        if path and picture is not None:
            np.save(path[0], picture)
        answers.write(json.dumps(cost) + "\n")
        answers.flush()
