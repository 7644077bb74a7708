"""Two boards with plates, three items on the lower one, and scales without flaws."""

import numpy as np

from scenes.scenario import ClipSpec, Scenario, SensorsSpec
from scenes.world import Catalogue, Planogram, Store, StoreLayout, Textures
from synth.records import Event, Simulation, Trajectories

IDEAL = {
    "gain_error": 0.0,
    "crosstalk": 0.0,
    "creep": 0.0,
    "hysteresis_g": 0.0,
    "press_g": 0.0,
    "vibration_g": 0.0,
    "temperature_g_per_k": 0.0,
}
QUIET = SensorsSpec(noise_g=0.0, drift_g_per_min=0.0, resolution_g=0.01, **IDEAL)
MASS_KG = np.array([0.5, 1.2])
SIZE_M = np.array([[0.08, 0.06, 0.2], [0.16, 0.1, 0.2]])


def make_scenario(**sections):
    return Scenario(
        name="test",
        seed=5,
        index=0,
        **{"clip": ClipSpec(duration_s=6.0), "sensors": SensorsSpec(**IDEAL)} | sections,
    )


def translation(x, y, z, yaw=0.0):
    pose = np.eye(4)
    pose[:2, :2] = [[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]]
    pose[:3, 3] = x, y, z
    return pose


def make_shelves(fixtures=1, plates=10):
    """Boards at z = 0.5 and 1.0 with 0.1 m plates from x = 0; a slot a board; three items below."""
    plate_m, plate_fixture = [], []
    slot_m, slot_plates, slot_fixture = [], [], []
    for fixture in range(fixtures):
        for z in (0.5, 1.0):
            slot_plates.append(tuple(range(len(plate_m), len(plate_m) + plates)))
            plate_m += [translation(0.05 + 0.1 * n, 2.0 * fixture, z) for n in range(plates)]
            plate_fixture += [fixture] * plates
            slot_m.append(translation(0.05 * plates, 2.0 * fixture, z))
            slot_fixture.append(fixture)
    slots = len(slot_m)
    ones = np.ones(slots)
    planogram = Planogram(
        world_from_slot=np.stack(slot_m),
        width_m=ones,
        depth_m=0.41 * ones,
        height_m=0.4 * ones,
        product=np.zeros(slots, int),
        count=np.array([3] + [0] * (slots - 1)),
        fixture=np.array(slot_fixture),
        shelf=np.arange(slots) % 2,
        facing=np.zeros(slots, int),
        plate_m=np.stack(plate_m),
        plate_size_m=np.tile([0.1, 0.41], (len(plate_m), 1)),
        plate_fixture=np.array(plate_fixture),
        slot_plates=tuple(slot_plates),
    )
    catalogue = Catalogue(
        "EUR",
        ("a", "b"),
        ("A", "B"),
        ("x", "x"),
        ("box", "box"),
        SIZE_M,
        MASS_KG,
        np.array([100, 250]),
        np.array([0.5, 0.5]),
        np.array([-1, -1]),
        np.array([-1, -1]),
        (),
        (),
        ("each", "each"),
        ("", ""),
    )
    poses = [translation(0.05, 0.05, 0.5), translation(0.30, 0.1, 0.5), translation(0.63, 0.1, 0.5)]
    return Store(
        store_id="test",
        layout=StoreLayout("kiosk", np.array([5.0, 5.0, 3.0]), None, (), ()),
        catalogue=catalogue,
        planogram=planogram,
        lamps=(),
        cameras=(),
        structure=None,
        textures=Textures.of(np.zeros((0, 256, 256, 3), np.uint8)),
        materials=(),
        item_slot=np.zeros(3, int),
        item_product=np.array([0, 1, 0]),
        world_from_item=np.stack(poses),
        ambient_color=np.ones(3),
    )


def make_event(number, time_s, kind, item, origin, target, pose=None):
    return Event(number, time_s, kind, "T", item, "a", origin, target, 1, "right", np.zeros(3), pose)


def make_simulation(*events):
    nobody = Trajectories(10.0, np.arange(3) / 10, np.zeros((3, 0, 2)), *np.zeros((3, 3, 0), bool))
    return Simulation((), nobody, (), tuple(events), ())
