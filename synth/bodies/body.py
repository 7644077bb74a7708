"""One dressed person: made once per shopper, posed once per frame.

In: a BodyShape and a handedness. Out: a Body, and from it and a Motion the world Mesh of each frame
(linear blend skinning, smooth normals). Vertex count and faces of a level of detail never change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, INSTANCE_PERSON, Mesh
from synth.bodies.accessories import find_mouth
from synth.bodies.bag import BULGE, THICK
from synth.bodies.detail import LEVELS
from synth.bodies.dress import SOLE_M, dress_body
from synth.bodies.gear import RIGID, make_gear
from synth.bodies.gear_parts import Gear
from synth.bodies.giving import give_way
from synth.bodies.model import compute_rest, load_model
from synth.bodies.regions import find_regions
from synth.bodies.shape import make_phenotypes
from synth.bodies.skeleton import SIDES, Skeleton, make_skeleton
from synth.bodies.surface import Surface, incidence
from synth.records import BodyShape, Motion, ShopperPlan, choose_bag_side

SHOP_COLOR = (206, 42, 46)
_SKIRT_SHARE = 0.5  # of a skirt's weights that the legs have at least


@dataclass(frozen=True)
class Level:
    """A dressed person in the rest pose at one level of detail.

    Attributes:
        faces: (F, 3) int32.
        weights: (V, B) sparse skinning weights.
        offset_m: (V, B * 3) sparse: weight times the rest position relative to each bone's joint.
        corner_sum: (V, F) sparse, sums face normals into vertex normals.
        color: (V, 3) uint8 sRGB.
        class_id: (V,) uint8, person or bag.
        uv: (V, 2) float32, place in a print.
        layer: (V,) int32, -1 for plain cloth, -2 - k for print k of `scenes.cloth`.
        material: (V,) int32, index into BASE_MATERIALS.
        yields: (Y,) int, vertices of skirts, which give way to forearms.
        gear: what is rigid: (number of its pose in `Motion.gear_pose`, the thing).
    """

    faces: np.ndarray
    weights: csr_matrix
    offset_m: csr_matrix
    corner_sum: csr_matrix
    color: np.ndarray
    class_id: np.ndarray
    uv: np.ndarray
    layer: np.ndarray
    material: np.ndarray
    yields: np.ndarray
    gear: tuple[tuple[int, Gear], ...]


@dataclass(frozen=True)
class Body:
    """A dressed person.

    Attributes:
        shape, handedness: what it was made from.
        skeleton: rest joints.
        mobility: one of MOBILITIES; phone: whether they have one in hand; umbrella: one of UMBRELLAS.
        big_coat: whether they wear a long, loose coat; coat_on_arm: whether they carry one over the arm.
        basket: whether they carry a shopping basket there.
        shop_color: sRGB, 0 to 255, of the shop's baskets and the handles of its trolleys.
        uniform: seeds the uniform that staff wear, None for clothes of their own.
        rest_m: (V, 3) rest vertices of the bare body, from which the levels of detail are dressed when they
            are first asked for.
    """

    shape: BodyShape
    handedness: str
    skeleton: Skeleton
    mobility: str
    phone: bool
    umbrella: str
    big_coat: bool
    coat_on_arm: bool
    basket: bool
    shop_color: tuple[int, int, int]
    uniform: int | None
    rest_m: np.ndarray
    _levels: dict[int, Level] = field(default_factory=dict, repr=False, compare=False)

    def level(self, number: int) -> Level:
        """One level of detail: CLOSE, 0, or a coarser one (see synth/bodies/detail.py)."""
        if number not in self._levels:
            bare = make_skeleton(load_model(), self.rest_m, self._bare_joints(), self.shape.stature_m)
            rng = make_rng(self.shape.look_seed, 0, "body/dress")
            surface = dress_body(
                load_model(),
                bare,
                self.rest_m,
                self.shape,
                self.mobility,
                self.bag_side,
                level=number,
                uniform=self.uniform,
                big_coat=self.big_coat,
                coat_on_arm=self.coat_on_arm,
                rng=rng,
            )
            self._levels[number] = _assemble(self.skeleton, surface, self._make_gear(number))
        return self._levels[number]

    @property
    def bag_side(self) -> str:
        """See `choose_bag_side`."""
        return choose_bag_side(self.handedness, self.mobility, self.umbrella, self.coat_on_arm or self.basket)

    @cached_property
    def bag_reach_m(self) -> float:
        """How far aside of the pelvis the outer face of their bag hangs."""
        regions = find_regions(self.rest_m, load_model().weights, self.skeleton)
        return abs(float(find_mouth(regions, self.bag_side)[1])) + BULGE * THICK * self.shape.stature_m

    @property
    def has_on_forearm(self) -> bool:
        """Whether something hangs over the forearm of the hand that does not reach."""
        return self.umbrella == "forearm" or self.coat_on_arm or self.basket

    @property
    def bag_color(self) -> np.ndarray:
        """(3,) sRGB, 0 to 1."""
        coarse = self.level(LEVELS - 1)
        return coarse.color[coarse.class_id == CLASS_ID["bag"]][0] / 255.0

    def _make_gear(self, level: int) -> tuple[tuple[int, Gear], ...]:
        """What this person rides, pushes, leans on and holds."""
        own = make_rng(self.shape.look_seed, 0, "body/gear").uniform(0.15, 0.6, 3)
        color = np.array(self.shop_color) / 255.0 if self.basket or self.mobility == "trolley" else own
        kinds = [(0, self.mobility)] if self.mobility in RIGID else []
        if self.umbrella:
            kinds.append((0, "umbrella"))
        if self.basket:
            kinds.append((0, "basket"))
        if self.phone:
            kinds.append((1, "phone"))
        return tuple((slot, make_gear(kind, self.shape.stature_m, color, level)) for slot, kind in kinds)

    def _bare_joints(self) -> np.ndarray:
        return self.skeleton.joint_m - np.array([0.0, 0.0, SOLE_M])


def make_bodies(plans: Sequence[ShopperPlan], shop_color: tuple[int, int, int] = SHOP_COLOR) -> list[Body]:
    """Make everybody of a clip; its staff wear one uniform, its trolleys and baskets have the shop's colour.

    That is sRGB, 0 to 255, see `Store.accent`.
    """
    staff = [plan.body.look_seed for plan in plans if plan.role == "staff"]
    return [
        make_body(
            plan.body,
            handedness=plan.handedness,
            mobility=plan.mobility,
            phone=plan.phone,
            umbrella=plan.umbrella,
            big_coat=plan.big_coat,
            coat_on_arm=plan.coat_on_arm,
            basket=plan.basket,
            shop_color=shop_color,
            uniform=staff[0] if plan.role == "staff" else None,
        )
        for plan in plans
    ]


def make_body(
    shape: BodyShape,
    *,
    handedness: str,
    mobility: str = "walking",
    phone: bool = False,
    umbrella: str = "",
    big_coat: bool = False,
    coat_on_arm: bool = False,
    basket: bool = False,
    shop_color: tuple[int, int, int] = SHOP_COLOR,
    uniform: int | None = None,
) -> Body:
    """Make a person: body, clothes, hair, shoes and bag, all from the shape's numbers.

    Args:
        shape: From `sample_body_shape`.
        handedness: ``"left"`` or ``"right"``, the hand that reaches.
        mobility: One of MOBILITIES.
        phone: Whether they have a phone in hand.
        umbrella: One of UMBRELLAS.
        big_coat: Whether they wear a long, loose coat.
        coat_on_arm: Whether they carry one over the arm.
        basket: Whether they carry a shopping basket there.
        shop_color: sRGB, 0 to 255, of the shop's baskets and the handles of its trolleys.
        uniform: Seeds a uniform, None for clothes of their own.
    """
    model = load_model()
    vertices, joints = compute_rest(model, make_phenotypes(shape))
    scale = shape.stature_m / float(np.ptp(vertices[:, 2]))
    vertices, joints = vertices * scale, joints * scale
    raised = np.array([0.0, 0.0, SOLE_M])
    skeleton = make_skeleton(model, vertices + raised, joints + raised, shape.stature_m)
    wears = mobility, phone, umbrella, big_coat, coat_on_arm, basket, shop_color, uniform
    return Body(shape, handedness, skeleton, *wears, vertices)


def _assemble(skeleton: Skeleton, surface: Surface, gear: tuple[tuple[int, Gear], ...]) -> Level:
    """Precompute what posing needs, at most four bones a vertex."""
    bones = len(skeleton.parents)
    keep = _find_strongest(surface.weights, 4)
    weight = np.take_along_axis(surface.weights, keep, axis=1)
    weight /= weight.sum(axis=1, keepdims=True)
    count = surface.vertex_count
    rows = np.repeat(np.arange(count), 4)
    weights = csr_matrix((weight.ravel(), (rows, keep.ravel())), shape=(count, bones))
    relative = (surface.position_m[:, None] - skeleton.joint_m[keep]) * weight[..., None]
    columns = keep[..., None] * 3 + np.arange(3)
    offset = csr_matrix(
        (relative.ravel(), (np.repeat(np.arange(count), 12), columns.ravel())), shape=(count, bones * 3)
    )
    faces = surface.faces.astype(np.int32)
    return Level(
        faces,
        weights.astype(np.float32),
        offset.astype(np.float32),
        _welded_incidence(surface.position_m, faces).astype(np.float32),
        color=np.clip(np.round(surface.color * 255.0), 0, 255).astype(np.uint8),
        class_id=np.where(surface.bag, CLASS_ID["bag"], CLASS_ID["person"]).astype(np.uint8),
        uv=surface.uv.astype(np.float32),
        layer=np.where(surface.print < 0, -1, -2 - surface.print).astype(np.int32),
        material=surface.material.astype(np.int32),
        yields=_find_skirt(surface, skeleton),
        gear=gear,
    )


def _find_skirt(surface: Surface, skeleton: Skeleton) -> np.ndarray:
    """The vertices (Y,) of cloth that hangs around both legs, none of a top's."""
    legs = [skeleton.index[f"{side}_{bone}"] for side in SIDES for bone in ("hip", "knee")]
    hangs = surface.material == MATERIAL["hanging cloth"]
    hangs &= surface.weights[:, legs].sum(axis=1) > _SKIRT_SHARE
    middle_m = (skeleton.at("left_hip")[2] + skeleton.at("left_knee")[2]) / 2.0
    short = surface.position_m[hangs, 2].min(initial=np.inf) > middle_m  # the hem of a top
    return np.flatnonzero(hangs & ~short)


def _find_strongest(weights: np.ndarray, count: int) -> np.ndarray:
    """The bones (V, count) of the greatest weights (V, B), greatest first."""
    left, row = weights.copy(), np.arange(len(weights))
    found = np.empty((len(weights), count), dtype=np.int64)
    for k in range(count):
        found[:, k] = left.argmax(axis=1)
        left[row, found[:, k]] = -1.0
    return found


def _welded_incidence(position_m: np.ndarray, faces: np.ndarray) -> csr_matrix:
    """Like `incidence`, but vertices at the same place (where colours meet) share their normal."""
    cell = np.round(position_m * 1e5).astype(np.int64)
    cell -= cell.min(axis=0)
    deep = cell.max(axis=0) + 1
    _, place = np.unique((cell[:, 0] * deep[1] + cell[:, 1]) * deep[2] + cell[:, 2], return_inverse=True)
    return incidence(place[faces], int(place.max()) + 1)[place]


def skin(shown: Level, rotation: np.ndarray, joint_m: np.ndarray) -> np.ndarray:
    """Place the vertices (V, 3) of a level by the rotations (B, 3, 3) and joints (B, 3) of its bones."""
    # v = sum_b w_b (R_b (v_rest - j_rest_b) + j_b), all bones in one sparse product.
    columns = rotation.transpose(0, 2, 1).reshape(-1, 3)
    return shown.offset_m @ columns + shown.weights @ joint_m


def pose_mesh(
    body: Body,
    motion: Motion,
    frame: int,
    shopper: int,
    *,
    level: int = 0,
    bag_of: Body | None = None,
    no_bag: bool = False,
) -> Mesh:
    """The person's mesh at one frame, in world coordinates.

    Args:
        body: From `make_body`.
        motion: From `synth.motion.compute_motion`.
        frame: Index into motion.time_s.
        shopper: Index of the shopper; its instance id is INSTANCE_PERSON + shopper.
        level: Level of detail.
        bag_of: Whose bag is on their shoulder, None for their own.
        no_bag: Whether there is none: it keeps its vertices, shrunk to a point.
    """
    shown = body.level(level)
    bones = len(body.skeleton.parents)
    joint = motion.joint_position_m[frame, shopper, :bones]
    position = skin(shown, motion.joint_rotation[frame, shopper], joint)
    if len(shown.yields):
        position[shown.yields] = _give_way(body, position[shown.yields], joint)
    faces = shown.faces
    first, second, third = position[faces[:, 0]], position[faces[:, 1]], position[faces[:, 2]]
    normal = shown.corner_sum @ np.cross(second - first, third - first)
    length = np.sqrt(np.einsum("ij,ij->i", normal, normal))
    normal[length < 1e-12] = (0.0, 0.0, 1.0)
    normal /= np.where(length < 1e-12, 1.0, length)[:, None]
    count, color = len(position), shown.color
    if no_bag:
        position[shown.class_id == CLASS_ID["bag"]] = joint[0]
    if bag_of is not None:
        color = _dye_bag(shown, bag_of.bag_color)
    mesh = Mesh(
        position_m=position,
        normal=normal,
        uv=shown.uv,
        layer=shown.layer,
        color=color,
        material=shown.material,
        instance_id=np.full(count, INSTANCE_PERSON + shopper, dtype=np.int32),
        class_id=shown.class_id,
        faces=faces,
    )
    for slot, gear in shown.gear:
        mesh = _add_gear(mesh, gear, motion.gear_pose[frame, shopper, slot])
    return mesh


def _give_way(body: Body, cloth_m: np.ndarray, joint_m: np.ndarray) -> np.ndarray:
    """Where a skirt's vertices (Y, 3) are that forearms press in; joints (B, 3)."""
    at = body.skeleton.index
    arms = [(joint_m[at[f"{side}_elbow"]], joint_m[at[f"{side}_middle1"]]) for side in SIDES]
    thighs = [(joint_m[at[f"{side}_hip"]], joint_m[at[f"{side}_knee"]]) for side in SIDES]
    return give_way(cloth_m, arms, thighs, body.shape.stature_m / 1.7)


def _dye_bag(shown: Level, color: np.ndarray) -> np.ndarray:
    """Vertex colours (V, 3) of somebody with a bag of another colour (3,), sRGB 0 to 1."""
    bag = shown.class_id == CLASS_ID["bag"]
    shade = shown.color[bag] / np.maximum(shown.color[bag][0], 1)
    dyed = shown.color.copy()
    dyed[bag] = np.clip(np.round(255.0 * color * shade), 0, 255).astype(np.uint8)
    return dyed


def _add_gear(mesh: Mesh, gear: Gear, pose: np.ndarray) -> Mesh:
    """Put a rigid thing at its pose (4, 4) behind a person's own vertices."""
    count = len(gear.position_m)
    normal = gear.normal @ pose[:3, :3].T
    # What is put away is shrunk to a point: it keeps its vertices.
    normal = normal if normal.any() else gear.normal
    more = {
        "position_m": gear.position_m @ pose[:3, :3].T + pose[:3, 3],
        "normal": normal,
        "uv": np.zeros((count, 2), np.float32),
        "layer": np.full(count, -1, np.int32),
        "color": np.round(gear.color * 255.0).astype(np.uint8),
        "material": np.full(count, gear.material, np.int32),
        "instance_id": np.full(count, mesh.instance_id[0], np.int32),
        "class_id": np.full(count, CLASS_ID["bag"], np.uint8),
    }
    joined = {name: np.concatenate([getattr(mesh, name), value]) for name, value in more.items()}
    return Mesh(faces=np.concatenate([mesh.faces, gear.faces + np.int32(len(mesh.position_m))]), **joined)
