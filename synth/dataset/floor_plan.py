"""What floor_plan.json says: the outline, what stands and hangs in the shop, its doors and its plates.

In: a `Store`. Out: plain dictionaries with the keys of `synth.schema.FLOOR_PLAN_JSON`.
"""

from typing import Any

import numpy as np

from scenes.furniture.fire_exits import EXIT_SIGNS, FIRE_EXITS
from scenes.furniture.prop_meshes import MATS
from scenes.plan.props import PROP_KINDS
from scenes.plan.windows import list_openings
from scenes.room import SIGNS
from scenes.world import CLASS_NAMES, INSTANCE_STRUCTURE, WALL_NAMES, Store, make_wall_frame

WORLD_FRAME = "right-handed, +X along the front wall, +Y into the shop, +Z up, floor at z = 0, metres"
_PLATE_FRAME = (
    "origin at the middle of the front edge, +X right for who faces the shelf, +Y into the shelf, +Z up"
)


def describe_floor_plan(store: Store) -> dict[str, Any]:
    """Return what floor_plan.json says."""
    layout = store.layout
    walkable = layout.walkable
    return {
        "store_id": store.store_id,
        "format": layout.format,
        "units": "metres",
        "world_frame": WORLD_FRAME,
        "size_m": list_numbers(layout.size_m),
        "outline": list_numbers(layout.room.exterior.coords[:-1]),
        "walkable": {
            "exterior": list_numbers(walkable.exterior.coords[:-1]),
            "holes": [list_numbers(ring.coords[:-1]) for ring in walkable.interiors],
        },
        "fixtures": _list_fixtures(store),
        "instances": [
            {"instance_id": instance_id, "class": name}
            for instance_id, name in sorted(name_instances(store).items())
        ],
        "doors": _list_doors(store),
        "openings": _list_openings(store),
        "case_doors": _list_case_doors(store),
        "lamps": [
            {
                "position_m": list_numbers(lamp.position_m),
                "size_m": list_numbers(lamp.size_m),
                "color": list_numbers(lamp.color),
            }
            for lamp in store.lamps
        ],
        "spots": [
            {
                "position_m": list_numbers(spot.position_m),
                "toward": list_numbers(spot.toward),
                "half_angle_rad": round(spot.half_angle_rad, 6),
                "color": list_numbers(spot.color),
            }
            for spot in store.spots
        ],
        "plate_frame": _PLATE_FRAME,
        "plates": _list_plates(store),
    }


def _list_fixtures(store: Store) -> list[dict[str, Any]]:
    return [
        {
            "name": fixture.name,
            "kind": fixture.kind,
            "instance_id": fixture.instance_id,
            "footprint_m": list_numbers(fixture.footprint_m),
            "height_m": fixture.height_m,
        }
        for fixture in store.layout.fixtures
    ]


def _list_doors(store: Store) -> list[dict[str, Any]]:
    """List the ways in and out, each with the leaves that slide in it."""
    return [
        {
            "kind": door.kind,
            "point_m": list_numbers(door.point_m),
            "outward": list_numbers(door.outward),
            "width_m": door.width_m,
            "opens": door.opens,
            "leaves": [
                {
                    "instance_id": leaf.instance_id,
                    "edge_m": list_numbers(leaf.edge_m),
                    "slides_m": list_numbers(leaf.slides_m),
                }
                for leaf in store.leaves
                if leaf.door == number
            ],
        }
        for number, door in enumerate(store.layout.ways)
    ]


def _list_openings(store: Store) -> list[dict[str, Any]]:
    """List all glass in the walls; that of doors reaches down to the floor."""
    openings = []
    for window in list_openings(store.layout):
        along = np.array([[window.x0_m, 0.0, 0.0, 1.0], [window.x1_m, 0.0, 0.0, 1.0]])
        openings.append(
            {
                "kind": "window" if window.z0_m else "door",
                "wall": WALL_NAMES[window.wall],
                "ends_m": list_numbers((along @ make_wall_frame(store.layout.size_m, window.wall).T)[:, :2]),
                "sill_m": round(window.z0_m, 6),
                "head_m": round(window.z1_m, 6),
            }
        )
    return openings


def _list_case_doors(store: Store) -> list[dict[str, Any]]:
    return [
        {
            "instance_id": door.instance_id,
            "fixture": store.layout.fixtures[door.fixture].name,
            "hinge_m": list_numbers(door.hinge_m),
            "along": list_numbers(door.along),
            "outward": list_numbers(door.outward),
            "width_m": round(float(door.width_m), 6),
            "swing_rad": round(float(door.swing_rad), 9),
            "handle_m": list_numbers(door.handle_m),
            "slots": list(door.slots),
        }
        for door in store.case_doors
    ]


def _list_plates(store: Store) -> list[dict[str, Any]]:
    planogram = store.planogram
    plates = zip(planogram.plate_fixture, planogram.plate_size_m, planogram.plate_m, strict=True)
    return [
        {
            "id": plate,
            "fixture": store.layout.fixtures[fixture].name,
            "size_m": list_numbers(size_m),
            "world_from_plate": list_numbers(world_from_plate),
        }
        for plate, (fixture, size_m, world_from_plate) in enumerate(plates)
    ]


def name_instances(store: Store) -> dict[int, str]:
    """Name whatever is no person and no product by the class of most of its triangles; props are props."""
    structure = store.structure
    corner = structure.faces[:, 0]
    pairs = np.stack([structure.instance_id[corner], structure.class_id[corner].astype(np.int32)], axis=1)
    of, triangles = np.unique(pairs, axis=0, return_counts=True)
    named = {instance: CLASS_NAMES[kind] for instance, kind in of[np.argsort(triangles)].tolist()}
    props = {fixture.instance_id for fixture in store.layout.fixtures if fixture.kind in PROP_KINDS}
    props |= set(range(INSTANCE_STRUCTURE + MATS, INSTANCE_STRUCTURE + SIGNS))
    leaves = (door.instance_id for door in store.moving_doors)
    exits = {
        INSTANCE_STRUCTURE + first + number: name
        for first, name in ((FIRE_EXITS, "fire_exit"), (EXIT_SIGNS, "exit_sign"))
        for number in range(len(store.layout.fire_exits))
    }
    return named | dict.fromkeys(props & set(named), "prop") | dict.fromkeys(leaves, "door") | exits


def list_numbers(values: Any, *, digits: int = 6) -> list:
    """Return nested lists of rounded floats, -0 as 0."""
    return (np.round(np.asarray(values, float), digits) + 0.0).tolist()
