"""Panes of glass, and the doors that they are in."""

from dataclasses import dataclass

import numpy as np

from scenes.world.surfaces import Mesh


@dataclass(frozen=True)
class Pane:
    """A rectangular pane of glass, seen from the side that it reflects to.

    Attributes:
        kind: ``"cooled"`` (the door of a fridge or freezer, which fogs), ``"window"`` or ``"panel"`` (of a
            gate).
        corner_m: (3,) its lower left corner.
        right_m, up_m: (3,) its lower and its left edge.
        instance_id: The door or the part of the room that it belongs to.
    """

    kind: str
    corner_m: np.ndarray
    right_m: np.ndarray
    up_m: np.ndarray
    instance_id: int


@dataclass(frozen=True)
class SlidingLeaf:
    """One of the two leaves of a door that opens by itself.

    Attributes:
        mesh: As it is when shut, in world coordinates; an instance of its own, its pane left out.
        door: Index into the layout's doors.
        pane: Index of its pane into the store's panes.
        edge_m: (2, 2) both ends of its lower edge when shut.
        slides_m: (2,) how far it is moved when open, along the wall.
    """

    mesh: Mesh
    door: int
    pane: int
    edge_m: np.ndarray
    slides_m: np.ndarray

    @property
    def instance_id(self) -> int:
        """The instance that its frame is."""
        return int(self.mesh.instance_id[0])

    def pose(self, share: float | np.ndarray) -> np.ndarray:
        """Return (..., 4, 4) how it has moved since it was shut, opened by shares (...) of its way."""
        share = np.asarray(share, np.float64)
        pose = np.zeros((*share.shape, 4, 4)) + np.eye(4)
        pose[..., :2, 3] = share[..., None] * self.slides_m
        return pose


@dataclass(frozen=True)
class CaseDoor:
    """A glass door of a piece of cooled furniture, hung on one of its sides.

    Attributes:
        mesh: As it is when shut, in world coordinates; an instance of its own, its pane left out.
        fixture: Index into the layout's fixtures.
        pane: Index of its pane into the store's panes.
        hinge_m: (3,) where its axis, which is upright, meets the floor.
        along: (3,) unit vector from the hinge to the edge that opens, when shut.
        outward: (3,) horizontal unit vector out of the furniture.
        width_m: From the hinge to that edge.
        swing_rad: How far it opens, about +Z: negative where the hinge is on the left, seen from before it.
        handle_m: (2, 3) lower and upper end of its handle, when shut.
        slots: Indices of the slots behind it.
    """

    mesh: Mesh
    fixture: int
    pane: int
    hinge_m: np.ndarray
    along: np.ndarray
    outward: np.ndarray
    width_m: float
    swing_rad: float
    handle_m: np.ndarray
    slots: tuple[int, ...]

    @property
    def instance_id(self) -> int:
        """The instance that its frame is."""
        return int(self.mesh.instance_id[0])

    def pose(self, share: float | np.ndarray) -> np.ndarray:
        """Return (..., 4, 4) how it has moved since it was shut, opened by shares (...) of its swing."""
        angle = self.swing_rad * np.asarray(share, np.float64)
        pose = np.zeros((*angle.shape, 4, 4))
        pose[..., [0, 1], [0, 1]] = np.cos(angle)[..., None]
        pose[..., 1, 0], pose[..., 0, 1] = np.sin(angle), -np.sin(angle)
        pose[..., [2, 3], [2, 3]] = 1.0
        pose[..., :3, 3] = self.hinge_m - np.einsum("...ij,j->...i", pose[..., :3, :3], self.hinge_m)
        return pose
