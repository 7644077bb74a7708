"""The files of a store: floor plan, cameras, planogram, catalogue and a picture of each product.

In: a `Store`. Out, in a folder: floor_plan.json, floor_plan.svg, cameras.json, cameras_calibrated.json,
planogram.parquet, catalogue.parquet and catalogue/<sku>.png. The same store gives the same bytes.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image

from scenes.cameras.projection import project_points
from scenes.furniture.fire_exits import EXIT_SIGNS, FIRE_EXITS
from scenes.furniture.prop_meshes import MATS
from scenes.plan.props import PROP_KINDS
from scenes.room import SIGNS
from scenes.world import CLASS_NAMES, INSTANCE_STRUCTURE, Camera, Store
from synth.dataset.files import storage_errors, write_bytes, write_json, write_table
from synth.dataset.floor_plan_svg import make_floor_plan_svg
from synth.schema import CATALOGUE, PLANOGRAM

_WORLD = "right-handed, +X along the front wall, +Y into the shop, +Z up, floor at z = 0, metres"
_LENS = {
    "pinhole": "distortion-free pinhole",
    "brown_conrady": "distortion (k1, k2, p1, p2, k3) as cv2.projectPoints takes it",
    "kannala_brandt": "distortion (k1, k2, k3, k4) as cv2.fisheye.projectPoints takes it",
}
_PROJECTION = {
    "pinhole": "a = x / z, b = y / z; depth = z",
    "brown_conrady": (
        "p = x / z, q = y / z, r2 = p^2 + q^2, g = 1 + k1 r2 + k2 r2^2 + k3 r2^3; "
        "a = p g + 2 p1 p q + p2 (r2 + 2 p^2), b = q g + p1 (r2 + 2 q^2) + 2 p2 p q; depth = z"
    ),
    "kannala_brandt": (
        "s = sqrt(x^2 + y^2), t = atan2(s, z), d = t (1 + k1 t^2 + k2 t^4 + k3 t^6 + k4 t^8); "
        "a = d x / s, b = d y / s; depth = sqrt(x^2 + y^2 + z^2)"
    ),
}
_PLATE_FRAME = (
    "origin at the middle of the front edge, +X right for who faces the shelf, +Y into the shelf, +Z up"
)


def write_store(store: Store, folder: Path) -> None:
    """Write the files of a store.

    Args:
        store: What to write.
        folder: Made where it is missing.

    Raises:
        StorageError: The disk refuses.
    """
    with storage_errors(folder):
        pictures = folder / "catalogue"
        pictures.mkdir(parents=True, exist_ok=True)
        write_json(folder / "floor_plan.json", describe_floor_plan(store), indent=None)
        write_bytes(folder / "floor_plan.svg", make_floor_plan_svg(store).encode())
        write_json(folder / "cameras.json", [describe_camera(camera) for camera in store.cameras])
        write_json(
            folder / "cameras_calibrated.json", [describe_calibration(camera) for camera in store.calibrated]
        )
        write_table(folder / "planogram.parquet", make_planogram_table(store), PLANOGRAM)
        write_table(folder / "catalogue.parquet", make_catalogue_table(store), CATALOGUE)
        for sku, picture in zip(store.catalogue.sku, store.catalogue.picture, strict=True):
            Image.fromarray(picture).save(pictures / f"{sku}.png", compress_level=4)


def describe_floor_plan(store: Store) -> dict[str, Any]:
    """Return what floor_plan.json says."""
    layout, planogram = store.layout, store.planogram
    walkable = layout.walkable
    return {
        "store_id": store.store_id,
        "format": layout.format,
        "units": "metres",
        "world_frame": _WORLD,
        "size_m": _numbers(layout.size_m),
        "outline": _numbers(layout.room.exterior.coords[:-1]),
        "walkable": {
            "exterior": _numbers(walkable.exterior.coords[:-1]),
            "holes": [_numbers(ring.coords[:-1]) for ring in walkable.interiors],
        },
        "fixtures": [
            {
                "name": fixture.name,
                "kind": fixture.kind,
                "instance_id": fixture.instance_id,
                "footprint_m": _numbers(fixture.footprint_m),
                "height_m": fixture.height_m,
            }
            for fixture in layout.fixtures
        ],
        "instances": [
            {"instance_id": instance_id, "class": name}
            for instance_id, name in sorted(name_instances(store).items())
        ],
        "doors": [
            {
                "kind": door.kind,
                "point_m": _numbers(door.point_m),
                "outward": _numbers(door.outward),
                "width_m": door.width_m,
                "opens": door.opens,
                "leaves": [
                    {
                        "instance_id": leaf.instance_id,
                        "edge_m": _numbers(leaf.edge_m),
                        "slides_m": _numbers(leaf.slides_m),
                    }
                    for leaf in store.leaves
                    if leaf.door == number
                ],
            }
            for number, door in enumerate(layout.ways)
        ],
        "case_doors": [
            {
                "instance_id": door.instance_id,
                "fixture": layout.fixtures[door.fixture].name,
                "hinge_m": _numbers(door.hinge_m),
                "along": _numbers(door.along),
                "outward": _numbers(door.outward),
                "width_m": round(float(door.width_m), 6),
                "swing_rad": round(float(door.swing_rad), 9),
                "handle_m": _numbers(door.handle_m),
                "slots": list(door.slots),
            }
            for door in store.case_doors
        ],
        "lamps": [
            {
                "position_m": _numbers(lamp.position_m),
                "size_m": _numbers(lamp.size_m),
                "color": _numbers(lamp.color),
            }
            for lamp in store.lamps
        ],
        "spots": [
            {
                "position_m": _numbers(spot.position_m),
                "toward": _numbers(spot.toward),
                "half_angle_rad": round(spot.half_angle_rad, 6),
                "color": _numbers(spot.color),
            }
            for spot in store.spots
        ],
        "plate_frame": _PLATE_FRAME,
        "plates": [
            {
                "id": plate,
                "fixture": layout.fixtures[fixture].name,
                "size_m": _numbers(size),
                "world_from_plate": _numbers(pose),
            }
            for plate, (fixture, size, pose) in enumerate(
                zip(planogram.plate_fixture, planogram.plate_size_m, planogram.plate_m, strict=True)
            )
        ],
    }


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


def describe_camera(camera: Camera) -> dict[str, Any]:
    """Return a camera's entry of cameras.json: calibration, conventions, and one worked example."""
    example = camera.world_from_cam[:3, 3] + camera.world_from_cam[:3, :3] @ [0.25, -0.1, 2.0]
    point_px, depth_m = project_points(camera, example)
    u, v, depth = (round(float(value), 6) for value in (*point_px, depth_m))
    return {
        "camera_id": camera.camera_id,
        "width_px": camera.width_px,
        "height_px": camera.height_px,
        "model": camera.model,
        "intrinsics": _numbers(camera.intrinsics, digits=9),
        "distortion": list(camera.distortion),
        "max_angle_rad": round(camera.max_angle_rad, 9),
        "world_from_cam": _numbers(camera.world_from_cam, digits=12),
        "turns": [
            {"frame": frame, "world_from_cam": _numbers(pose, digits=12)} for frame, pose in camera.turns
        ],
        "axes": f"OpenCV: +X right, +Y down, +Z forward; pixel centres at 0.5; {_LENS[camera.model]}",
        "world_frame": _WORLD,
        "projection": (
            f"(x, y, z) = (inverse(world_from_cam) @ (X, Y, Z, 1))[:3]; {_PROJECTION[camera.model]}; "
            "(u, v) = (fx * a + cx, fy * b + cy)"
        ),
        "example": {"world_m": _numbers(example), "u_px": u, "v_px": v, "depth_m": depth},
    }


def describe_calibration(camera: Camera) -> dict[str, Any]:
    """Return a camera's entry of cameras_calibrated.json: the calibration that a user would have."""
    return {
        "camera_id": camera.camera_id,
        "model": camera.model,
        "intrinsics": _numbers(camera.intrinsics, digits=9),
        "distortion": list(camera.distortion),
        "world_from_cam": _numbers(camera.world_from_cam, digits=12),
    }


def make_planogram_table(store: Store) -> pa.Table:
    """Return the planogram, a row a slot."""
    planogram, slots = store.planogram, len(store.planogram.count)
    names = [fixture.name for fixture in store.layout.fixtures]
    first_item = np.cumsum(planogram.count) - planogram.count
    item_sku = [store.catalogue.sku[product] for product in store.item_product]
    return pa.table(
        {
            "slot": np.arange(slots, dtype=np.int32),
            "product": planogram.product.astype(np.int32),
            "sku": [store.catalogue.sku[product] for product in planogram.product],
            "count": planogram.count.astype(np.int32),
            "first_item_id": first_item.astype(np.int32),
            "item_skus": [
                item_sku[first : first + count]
                for first, count in zip(first_item, planogram.count, strict=True)
            ],
            "fixture": [names[fixture] for fixture in planogram.fixture],
            "shelf": planogram.shelf.astype(np.int32),
            "facing": planogram.facing.astype(np.int32),
            "width_m": planogram.width_m,
            "depth_m": planogram.depth_m,
            "height_m": planogram.height_m,
            "world_from_slot": planogram.world_from_slot.reshape(slots, 16).tolist(),
            "plates": [list(plates) for plates in planogram.slot_plates],
        },
        schema=PLANOGRAM,
    )


def make_catalogue_table(store: Store) -> pa.Table:
    """Return the catalogue, a row a product."""
    catalogue = store.catalogue

    def sku_of(links: np.ndarray) -> list[str]:
        return [catalogue.sku[link] if link >= 0 else "" for link in links]

    return pa.table(
        {
            "sku": catalogue.sku,
            "name": catalogue.name,
            "brand": catalogue.brand,
            "package": catalogue.package,
            "width_m": catalogue.size_m[:, 0],
            "depth_m": catalogue.size_m[:, 1],
            "height_m": catalogue.size_m[:, 2],
            "mass_kg": catalogue.mass_kg,
            "price_minor": catalogue.price_minor,
            "sold_by": catalogue.sold_by,
            "currency": [catalogue.currency] * len(catalogue.sku),
            "popularity": catalogue.popularity,
            "weight_twin": sku_of(catalogue.weight_twin),
            "look_alike": sku_of(catalogue.look_alike),
            "code": catalogue.code,
        },
        schema=CATALOGUE,
    )


def _numbers(values: Any, *, digits: int = 6) -> list:
    """Return nested lists of rounded floats."""
    return (np.round(np.asarray(values, float), digits) + 0.0).tolist()
