"""The stage: all that moves, posed for one frame, ready to be rendered by every camera.

In: the store, the simulation, the bodies and their motion. Out: a `FrameScene` a frame: people, and the
items that move in this clip where they then are (on a shelf, on the floor, in a hand, trolley or basket;
what is in a bag or outside is absent), the doors of fridges that open, with the positions of the previous
frame for motion vectors, and the power of each lamp. Everything else is static and belongs to the renderer.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenes.geometry import merge_meshes, place_mesh, transform_mesh
from scenes.scenario import Scenario
from scenes.world import INSTANCE_BAG, INSTANCE_COAT, INSTANCE_ITEM, INSTANCE_PERSON, Mesh, Store
from synth.bodies import Body, pose_mesh
from synth.bodies.bag import hand_height_m
from synth.bodies.detail import LEVELS
from synth.bodies.gear_parts import Gear
from synth.bodies.loose_bag import make_loose_bag
from synth.fogging import GlassFog
from synth.lamp_power import LampPower
from synth.ledger import HANDS, parse_place
from synth.ledger.placement import Stay, compute_stays
from synth.levels import LevelChooser
from synth.loose_coats import LooseCoats
from synth.motion.bags import BagStay, compute_bag_stays
from synth.moving_doors import list_open_doors, read_doors
from synth.passing import PassingShadow
from synth.records import Conditions, Motion, Simulation
from synth.render import FrameScene


class Stage:
    """Poses the moving world frame by frame.

    Frames may be asked in any order; in rising order each person is posed once a frame.

    Attributes:
        dynamic_items: Items that some event moves (in the warm-up or the clip): the renderer must not draw
            them, the stage does.
        dynamic_doors: Numbers of the moving doors that are open at some frame: likewise.
        conditions: What befalls lamps, glass and doors in the clip, and what passes outside.
    """

    def __init__(
        self,
        scenario: Scenario,
        store: Store,
        simulation: Simulation,
        motion: Motion,
        bodies: Sequence[Body],
    ) -> None:
        self._store = store
        self._motion = motion
        self._bodies = bodies
        self._levels = LevelChooser(store.cameras)
        self._lamps = LampPower(scenario, store)
        self._stays = compute_stays(store, simulation)
        self.dynamic_items = frozenset(self._stays)
        self._doors = read_doors(store, simulation, motion.time_s)
        self.dynamic_doors = frozenset(np.flatnonzero(self._doors.any(axis=0)).tolist())
        self._fog = GlassFog(scenario, store, simulation)
        self._outside = PassingShadow(scenario, store)
        self.conditions = Conditions(
            lamp_faults=self._lamps.faults,
            glass_fog=self._fog.openings,
            passing=self._outside.passing,
            **list_open_doors(store, self._doors),
        )
        self._shopper = {plan.trip_code: number for number, plan in enumerate(simulation.plans)}
        self._held = {
            (held.item_id, int(frame)): pose
            for held in motion.held
            for frame, pose in zip(held.frame, held.world_from_item, strict=True)
        }
        self._bags = compute_bag_stays(simulation)
        self._loose: dict[int, Gear] = {}
        self._coats = LooseCoats(simulation, motion, bodies)
        self._posed: dict[int, dict[tuple[int, int, int], Mesh]] = {}

    def item_place(self, item_id: int, time_s: float) -> str:
        """Return the ledger's place of an item at a time, such as ``"slot:12"``."""
        if item_id not in self._stays:
            return f"slot:{self._store.item_slot[item_id]}"
        return self._stay(item_id, time_s).place

    def item_pose(self, item_id: int, frame: int) -> np.ndarray | None:
        """Return the (4, 4) world_from_item of an item at a frame, None while it is in a bag or outside."""
        if item_id not in self._stays:
            return self._store.world_from_item[item_id]
        stay = self._stay(item_id, self._motion.time_s[frame])
        if stay.cart_from_item is not None:
            return self._in_cart(stay, frame)
        if parse_place(stay.place).kind != "hand":
            return stay.pose_at(float(self._motion.time_s[frame]))
        pose = self._held.get((item_id, frame))
        return self._in_palm(stay, frame) if pose is None else pose

    def frame_scene(self, frame: int) -> FrameScene:
        """Pose people and moving items for one frame.

        Returns:
            Their merged mesh in world coordinates: people in the order of the plans, then bags that hang
            on no shoulder, coats that nobody wears, items by item_id, and case doors.
        """
        levels, worn = self._levels.choose(self._motion, frame), self._list_worn(frame)
        near = self._find_near(frame)
        now = self._pose(frame, levels, worn, near)
        # A bag that is hung on or taken off between two frames does not move by that: it is the same mesh.
        before = self._pose(frame - 1, levels, worn, near) if frame > 0 else now
        self._posed = {number: self._posed[number] for number in (frame - 1, frame) if number in self._posed}
        previous = [before.get(key, mesh).position_m for key, mesh in now.items()]
        return FrameScene(
            frame=frame,
            mesh=merge_meshes([self._print(mesh) for mesh in now.values()]),
            previous_position_m=np.concatenate([np.zeros((0, 3), np.float32), *previous]),
            lamp_power=self._lamps.at(float(self._motion.time_s[frame])),
            door_share=self._doors[frame],
            fog=self._fog.at(float(self._motion.time_s[frame])),
            passing=self._outside.at(float(self._motion.time_s[frame])),
            resting=self._find_resting(frame),
        )

    def _find_resting(self, frame: int) -> frozenset[int]:
        """Return the instances of items in slots and of doors that are as they were a frame before."""
        # What rests in the first frame is where it is one later.
        before = frame - 1 if frame else min(1, len(self._motion.time_s) - 1)
        times_s = self._motion.time_s[[before, frame]].tolist()
        resting = set()
        for item_id in self._stays:
            then, now = (self._stay(item_id, time_s) for time_s in times_s)
            if now is then and parse_place(now.place).kind == "slot":
                resting.add(INSTANCE_ITEM + item_id)
        for number in self.dynamic_doors:
            if self._doors[frame, number] == self._doors[before, number]:
                resting.add(self._store.moving_doors[number].instance_id)
        return frozenset(resting)

    def _find_near(self, frame: int) -> frozenset[int]:
        """Return the items that are near a camera and have a mesh for that."""
        near_mesh = self._store.catalogue.near_mesh
        items = [item for item in self._stays if int(self._store.item_product[item]) in near_mesh]
        poses = {item: pose for item in items if (pose := self.item_pose(item, frame)) is not None}
        if not poses:
            return frozenset()
        near = self._store.is_near(
            np.stack([pose[:3, 3] for pose in poses.values()]), self._store.item_product[list(poses)]
        )
        return frozenset(item for item, is_near in zip(poses, near, strict=True) if is_near)

    def _list_worn(self, frame: int) -> dict[int, int]:
        """Return shopper -> whose bag is on their shoulder (-1: none), for those who deal with bags."""
        time_s = float(self._motion.time_s[frame])
        stays = {bag: _stay_at(stays, time_s) for bag, stays in self._bags.items()}
        dealing = {stay.shopper for own in self._bags.values() for stay in own if stay.shopper >= 0}
        worn = {n: -1 if n in self._bags else n for n in dealing}
        worn.update((stay.shopper, bag) for bag, stay in stays.items() if stay.shopper >= 0 and not stay.hand)
        return worn

    def _pose(
        self, frame: int, levels: dict[int, int], worn: dict[int, int], near: frozenset[int]
    ) -> dict[int, Mesh]:
        """Return instance_id -> its mesh, in drawing order; people who are not in `levels` are coarse."""
        posed = self._posed.setdefault(frame, {})
        shown = []
        for shopper in np.flatnonzero(self._motion.present[frame]).tolist():
            bag = worn.get(shopper, shopper)
            key = INSTANCE_PERSON + shopper, levels.get(shopper, LEVELS - 1), bag
            if key not in posed:
                posed[key] = pose_mesh(
                    self._bodies[shopper],
                    self._motion,
                    frame,
                    shopper,
                    level=key[1],
                    bag_of=None if bag in (-1, shopper) else self._bodies[bag],
                    no_bag=bag < 0,
                )
            shown.append(key)
        for bag in self._bags:
            key = INSTANCE_BAG + bag, 0, 0
            pose = None if key in posed else self._bag_pose(bag, frame)
            if pose is not None:
                posed[key] = self._bag_mesh(bag, pose)
            if key in posed:
                shown.append(key)
        for coat in self._coats.numbers:
            key = INSTANCE_COAT + coat, 0, 0
            mesh = None if key in posed else self._coats.mesh(coat, frame)
            if mesh is not None:
                posed[key] = mesh
            if key in posed:
                shown.append(key)
        for item_id in self._stays:
            key = INSTANCE_ITEM + item_id, int(item_id in near), 0
            pose = None if key in posed else self.item_pose(item_id, frame)
            if pose is not None:
                posed[key] = self._item_mesh(item_id, pose, near=item_id in near)
            if key in posed:
                shown.append(key)
        for number in sorted(self.dynamic_doors):
            door = self._store.moving_doors[number]
            key = door.instance_id, 0, 0
            if key not in posed:
                posed[key] = transform_mesh(door.mesh, door.pose(float(self._doors[frame, number])))
            shown.append(key)
        return {key[0]: posed[key] for key in shown}

    def _bag_pose(self, bag: int, frame: int) -> np.ndarray | None:
        """Return the (4, 4) world_from_bag of a bag, None while it hangs on a shoulder or is outside."""
        stay = _stay_at(self._bags[bag], float(self._motion.time_s[frame]))
        if stay.shopper < 0 or not stay.hand or not self._motion.present[frame, stay.shopper]:
            return stay.world_from_bag
        ahead = self._motion.joint_rotation[frame, stay.shopper, 0, :2, 0].astype(float)
        pose = np.eye(4)
        pose[:2, 0] = ahead / np.linalg.norm(ahead)
        pose[:2, 1] = -pose[1, 0], pose[0, 0]
        pose[:3, 3] = self._motion.palm_m[frame, stay.shopper, HANDS.index(stay.hand)]
        pose[2, 3] -= hand_height_m(self._bodies[bag].shape.stature_m)
        pose[2, 3] = max(pose[2, 3], 0.0)
        return pose

    def _bag_mesh(self, bag: int, world_from_bag: np.ndarray) -> Mesh:
        if bag not in self._loose:
            body = self._bodies[bag]
            self._loose[bag] = make_loose_bag(body.shape.stature_m, body.bag_color, 0)
        gear = self._loose[bag]
        count = len(gear.position_m)
        mesh = Mesh(
            position_m=gear.position_m,
            normal=gear.normal,
            uv=np.zeros((count, 2), np.float32),
            layer=np.full(count, -1, np.int32),
            color=np.round(gear.color * 255.0).astype(np.uint8),
            material=np.zeros(count, np.int32),
            instance_id=np.zeros(count, np.int32),
            class_id=np.zeros(count, np.uint8),
            faces=gear.faces,
        )
        return place_mesh(mesh, world_from_bag, instance_id=INSTANCE_BAG + bag, class_name="bag")

    def _print(self, mesh: Mesh) -> Mesh:
        """Give cloth its print's texture layer; in a store without prints all cloth is plain."""
        first = self._store.cloth_layer
        if not (mesh.layer < -1).any():
            return mesh
        return replace(
            mesh, layer=np.where(mesh.layer < -1, first - 2 - mesh.layer if first >= 0 else -1, mesh.layer)
        )

    def _item_mesh(self, item_id: int, world_from_item: np.ndarray, *, near: bool) -> Mesh:
        mesh = self._store.choose_mesh(item_id, near=near)
        return place_mesh(mesh, world_from_item, instance_id=INSTANCE_ITEM + item_id)

    def _stay(self, item_id: int, time_s: float) -> Stay:
        return next(stay for stay in self._stays[item_id] if stay.from_s <= time_s < stay.to_s)

    def _in_cart(self, stay: Stay, frame: int) -> np.ndarray | None:
        """Return where (4, 4) an item in a trolley or basket is, None once whoever has that has left."""
        shopper = self._shopper[parse_place(stay.place).trip_code]
        if not self._motion.present[frame, shopper]:
            return None
        cart_from_item = stay.pose_at(float(self._motion.time_s[frame]))
        return self._motion.gear_pose[frame, shopper, 0].astype(float) @ cart_from_item

    def _in_palm(self, stay: Stay, frame: int) -> np.ndarray:
        """Hold an item upright with its centre in the palm.

        For the frame at the very edge of a grasp, which motion may count to the shelf and the ledger to
        the hand.
        """
        place = parse_place(stay.place)
        palm_m = self._motion.palm_m[frame, self._shopper[place.trip_code], HANDS.index(place.hand)]
        height_m = self._store.catalogue.size_m[self._store.item_product[stay.item_id], 2]
        pose = np.eye(4)
        pose[:3, 3] = palm_m - np.array([0.0, 0.0, height_m / 2])
        return pose


def _stay_at(stays: Sequence[BagStay], time_s: float) -> BagStay:
    return next(stay for stay in stays if stay.from_s <= time_s < stay.to_s)
