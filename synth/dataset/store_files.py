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
from scenes.goods.heaps import find_heaps
from scenes.world import Camera, Store
from synth.dataset.files import storage_errors, write_bytes, write_json, write_table
from synth.dataset.floor_plan import WORLD_FRAME, describe_floor_plan, list_numbers
from synth.dataset.floor_plan_svg import make_floor_plan_svg
from synth.schema import CATALOGUE, PLANOGRAM

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
        "intrinsics": list_numbers(camera.intrinsics, digits=9),
        "distortion": list(camera.distortion),
        "max_angle_rad": round(camera.max_angle_rad, 9),
        "world_from_cam": list_numbers(camera.world_from_cam, digits=12),
        "turns": [
            {"frame": frame, "world_from_cam": list_numbers(pose, digits=12)} for frame, pose in camera.turns
        ],
        "axes": f"OpenCV: +X right, +Y down, +Z forward; pixel centres at 0.5; {_LENS[camera.model]}",
        "world_frame": WORLD_FRAME,
        "projection": (
            f"(x, y, z) = (inverse(world_from_cam) @ (X, Y, Z, 1))[:3]; {_PROJECTION[camera.model]}; "
            "(u, v) = (fx * a + cx, fy * b + cy)"
        ),
        "example": {"world_m": list_numbers(example), "u_px": u, "v_px": v, "depth_m": depth},
    }


def describe_calibration(camera: Camera) -> dict[str, Any]:
    """Return a camera's entry of cameras_calibrated.json: the calibration that a user would have."""
    return {
        "camera_id": camera.camera_id,
        "model": camera.model,
        "intrinsics": list_numbers(camera.intrinsics, digits=9),
        "distortion": list(camera.distortion),
        "world_from_cam": list_numbers(camera.world_from_cam, digits=12),
    }


def _list_placements(store: Store) -> list[str]:
    """Say how the items of each slot are placed."""
    planogram = store.planogram
    placement = np.where(find_heaps(planogram, store.catalogue), "heaped", "standing").astype("<U8")
    placement[list(planogram.hanging)], placement[list(planogram.lying)] = "hanging", "lying"
    return [str(one) for one in placement]


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
            "placement": _list_placements(store),
            "layers": planogram.most_layers().astype(np.int32),
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
