"""A clip.json in which nothing happened, for tests to add to: every key of the writer's contract."""

from typing import Any

BLANK_CLIP: dict[str, Any] = {
    "counts": {},
    "joint_names": [],
    "people": [],
    "leans": [],
    "labels_read": [],
    "bags": [],
    "coats": [],
    "lamp_faults": [],
    "glass_fog": [],
    "passing": [],
    "case_doors": [],
    "door_leaves": [],
    "scale_faults": [],
    "camera_faults": [],
    "evidence": {},
    "refiner": None,
}
