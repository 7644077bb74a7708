"""Pieces of a body's surface: what skin, clothes, hair, shoes and the bag are made of.

In and out: `Surface`s in the rest pose, with the bones that move each vertex. All functions return new
surfaces; nothing is changed in place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, diags
from scipy.spatial import cKDTree

_OVER_M, _NEAR_M = 0.008, 0.06  # how far over cloth things lie, and from how far away it lifts them
SQUARE = 1 / 3  # exponent of the sine and cosine in rounded boxes: 1 would be an ellipsoid, 0 a box


@dataclass(frozen=True)
class Surface:
    """Triangles in the rest pose. V vertices, F faces, B bones.

    Attributes:
        position_m: (V, 3) float64.
        faces: (F, 3) int64, counter-clockwise from outside.
        weights: (V, B) float64 skinning weights, rows sum to 1.
        color: (V, 3) float64 sRGB, 0 to 1.
        bag: (V,) bool, vertices of the shopping bag (a class of its own in the labels).
        uv: (V, 2) float64, place in a print.
        print: (V,) int64, number of a print of scenes/cloth.py, -1 for none.
        material: (V,) int64, index into BASE_MATERIALS of scenes/surfaces.py.
    """

    position_m: np.ndarray
    faces: np.ndarray
    weights: np.ndarray
    color: np.ndarray
    bag: np.ndarray
    uv: np.ndarray
    print: np.ndarray
    material: np.ndarray

    @property
    def vertex_count(self) -> int:
        """V."""
        return len(self.position_m)


def make_surface(
    position_m: np.ndarray, faces: np.ndarray, weights: np.ndarray, color: np.ndarray, *, bag: bool = False
) -> Surface:
    """Make a surface; `color` may be one colour (3,) or one a vertex (V, 3)."""
    count = len(position_m)
    colors = np.broadcast_to(np.asarray(color, dtype=np.float64), (count, 3)).copy()
    return Surface(
        position_m,
        faces.astype(np.int64),
        weights,
        colors,
        np.full(count, bag),
        np.zeros((count, 2)),
        np.full(count, -1),
        np.zeros(count, dtype=np.int64),
    )


def keep_faces(surface: Surface, keep: np.ndarray) -> Surface:
    """Keep some faces (F,) bool and the vertices that they use."""
    faces = surface.faces[keep]
    used = np.zeros(surface.vertex_count, dtype=bool)
    used[faces.ravel()] = True
    number = np.cumsum(used) - 1

    def take(values: np.ndarray) -> np.ndarray:
        return values[used]

    return _rebuild(surface, number[faces], take, take)


def cut(surface: Surface, level: np.ndarray) -> Surface:
    """Keep the part where `level` (V,) is positive; edges follow the line level = 0 exactly.

    Triangles that the line crosses are split, so that a hem is as straight as its level function.
    """
    level = np.where(np.abs(level) < 1e-7, 1e-7, level)
    positive = level[surface.faces] > 0.0
    inside = positive.sum(axis=1)
    whole = surface.faces[inside == 3]
    one, two = surface.faces[inside == 1], surface.faces[inside == 2]
    # Turn the faces so that the odd corner comes first, keeping their orientation.
    one = _odd_first(one, positive[inside == 1])
    two = _odd_first(two, ~positive[inside == 2])
    edges = np.concatenate([one[:, [0, 1]], one[:, [0, 2]], two[:, [0, 1]], two[:, [0, 2]]])
    pairs, inverse = _unite(edges)
    share = level[pairs[:, 0]] / (level[pairs[:, 0]] - level[pairs[:, 1]])
    number = surface.vertex_count + inverse
    a, b, c, d = np.split(number, np.cumsum([len(one), len(one), len(two)]))
    faces = np.concatenate(
        [
            whole,
            np.stack([one[:, 0], a, b], axis=1),
            np.stack([c, two[:, 1], two[:, 2]], axis=1),
            np.stack([c, two[:, 2], d], axis=1),
        ]
    )

    used = np.zeros(surface.vertex_count, dtype=bool)
    used[faces[faces < surface.vertex_count]] = True
    kept, start, end, way = np.flatnonzero(used), pairs[:, 0], pairs[:, 1], share[:, None]

    def blend(values: np.ndarray) -> np.ndarray:
        first = values.take(start, axis=0)
        between = first + way * (values.take(end, axis=0) - first)
        return np.concatenate([values.take(kept, axis=0), between])

    def copy(values: np.ndarray) -> np.ndarray:
        return values.take(np.concatenate([kept, start]))

    place = np.cumsum(np.concatenate([used, np.ones(len(pairs), dtype=bool)])) - 1
    return _rebuild(surface, place[faces], blend, copy)


def _rebuild(
    surface: Surface,
    faces: np.ndarray,
    blend: Callable[[np.ndarray], np.ndarray],
    copy: Callable[[np.ndarray], np.ndarray],
) -> Surface:
    """A surface of other faces: of its vertices' values numbers are blended, and kinds copied."""
    return Surface(
        blend(surface.position_m),
        faces,
        blend(surface.weights),
        blend(surface.color),
        copy(surface.bag),
        blend(surface.uv),
        copy(surface.print),
        copy(surface.material),
    )


def _odd_first(faces: np.ndarray, odd: np.ndarray) -> np.ndarray:
    """Rotate each face so that its one corner marked in `odd` (F, 3) comes first."""
    first = odd.argmax(axis=1)
    return np.take_along_axis(faces, (first[:, None] + np.arange(3)) % 3, axis=1)


def find_section(surface: Surface, level: np.ndarray) -> np.ndarray:
    """Points (N, 3) where the surface's edges cross level = 0 of (V,) values."""
    edges = np.concatenate([surface.faces[:, [0, 1]], surface.faces[:, [1, 2]], surface.faces[:, [2, 0]]])
    start, end = edges[(level[edges] > 0.0).sum(axis=1) == 1].T
    share = level[start] / (level[start] - level[end])
    return surface.position_m[start] + share[:, None] * (surface.position_m[end] - surface.position_m[start])


def make_tube_faces(rows: int, around: int) -> np.ndarray:
    """Faces (2 (rows - 1) around, 3) of a tube: rings of vertices, numbered ring by ring.

    >>> make_tube_faces(2, 3).tolist()
    [[0, 3, 4], [1, 4, 5], [2, 5, 3], [0, 4, 1], [1, 5, 2], [2, 3, 0]]
    """
    number = np.arange(rows * around).reshape(rows, around)
    a, b = number[:-1], number[1:]
    c, d = np.roll(b, -1, axis=1), np.roll(a, -1, axis=1)
    return np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])


def close_tube(position_m: np.ndarray, rings: int, around: int) -> Surface:
    """A tube of rings (rings * around, 3) with its ends closed, faces outward; white, without weights."""
    ends = np.stack([position_m[:around].mean(axis=0), position_m[-around:].mean(axis=0)])
    count, here = len(position_m), np.arange(around)
    after, last = (here + 1) % around, (rings - 1) * around
    caps = [
        np.stack([after, np.full(around, count), here], 1),
        np.stack([last + here, np.full(around, count + 1), last + after], 1),
    ]
    faces = np.concatenate([make_tube_faces(rings, around), *caps])
    position_m = np.concatenate([position_m, ends])
    return orient(make_surface(position_m, faces, np.zeros((count + 2, 1)), np.ones(3)))


def make_cord(line_m: np.ndarray, up: Sequence[float], half_m: tuple[float, float]) -> Surface:
    """A cord along a line (P, 3) with four edges, `half_m` aside and toward `up` (3,); as `close_tube`.

    >>> cord = make_cord(np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0]]), [0.0, 0.0, 1.0], (0.2, 0.1))
    >>> np.ptp(cord.position_m, axis=0).round(6).tolist()
    [2.0, 0.4, 0.2]
    """
    way = _scale(np.gradient(line_m, axis=0))
    aside = _scale(np.cross(way, up))
    wide, thick = half_m[0] * aside, half_m[1] * np.cross(aside, way)
    ring = [line_m + wide, line_m + thick, line_m - wide, line_m - thick]
    return close_tube(np.stack(ring, axis=1).reshape(-1, 3), len(line_m), 4)


def _scale(vectors: np.ndarray) -> np.ndarray:
    """Vectors (N, 3) of unit length."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def make_rounded_box(
    middle: np.ndarray, half: np.ndarray, *, rows: int, around: int, square: float = SQUARE
) -> tuple[np.ndarray, np.ndarray]:
    """Positions (rows * around, 3) and faces of a box with round edges, a superellipsoid; see SQUARE."""
    turns = np.arange(around) * 2.0 * np.pi / around
    theta, phi = np.meshgrid(np.linspace(0.0, np.pi, rows), turns, indexing="ij")
    ball = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=-1)
    shares = np.sign(ball) * np.abs(ball) ** square
    return middle + shares.reshape(-1, 3) * half, make_tube_faces(rows, around)


def compute_normals(position_m: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Area-weighted vertex normals (V, 3), unit length."""
    corner = position_m[faces]
    face = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    count, place = len(position_m), faces.ravel()
    normal = np.stack([np.bincount(place, np.repeat(face[:, k], 3), count) for k in range(3)], axis=1)
    return normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)


def incidence(faces: np.ndarray, vertices: int) -> csr_matrix:
    """(V, F) matrix with 1 where a vertex belongs to a face."""
    rows = faces.ravel()
    columns = np.repeat(np.arange(len(faces)), faces.shape[1])
    return coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(vertices, len(faces))).tocsr()


def adjacency(faces: np.ndarray, vertices: int) -> csr_matrix:
    """(V, V) matrix with 1 between neighbours."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    matrix = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(vertices, vertices)).tocsr()
    matrix.data[:] = 1.0
    return matrix


def refine(surface: Surface, *, wide_m: float = 0.0, among: np.ndarray | None = None) -> Surface:
    """Split faces in four, with new vertices on the curve that the normals of an edge's ends give it.

    Edges of one face only stay straight (the middles of PN triangles; Vlachos et al., 2001), and so do those
    beside faces that stay whole: faces narrower than `wide_m`, and those not `among` (F,) bool.
    """
    corner = surface.position_m[surface.faces]
    split = np.linalg.norm(corner - np.roll(corner, 1, axis=1), axis=2).max(axis=1) >= wide_m
    split = split if among is None else split & among
    if not split.all():
        return join([keep_faces(surface, ~split), refine(keep_faces(surface, split))])
    faces, count = surface.faces, surface.vertex_count
    normal = compute_normals(surface.position_m, faces)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    pairs, inverse = _unite(edges)
    start, end = pairs.T
    way = surface.position_m[end] - surface.position_m[start]
    bend = np.einsum("ij,ij->i", way, normal[end])[:, None] * normal[end]
    bend -= np.einsum("ij,ij->i", way, normal[start])[:, None] * normal[start]
    bend *= (np.bincount(inverse) > 1)[:, None] / 8.0

    def halve(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, (values[start] + values[end]) / 2])

    def copy(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, values[start]])

    a, b, c = faces.T
    ab, bc, ca = count + inverse.reshape(3, -1)
    corners = ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
    finer = np.concatenate([np.stack(corner, axis=1) for corner in corners])
    refined = _rebuild(surface, finer, halve, copy)
    refined.position_m[count:] += bend
    return refined


def rim_edges(faces: np.ndarray) -> np.ndarray:
    """(E, 2) directed edges that belong to one face only."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    _, inverse = _unite(edges)
    return edges[np.bincount(inverse)[inverse] == 1]


def _unite(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges (U, 2) without repeats, lower vertex first, in order; and which of them each of (E, 2) is."""
    low, high = np.sort(edges, axis=1).T
    span = int(edges.max(initial=0)) + 1
    key, inverse = np.unique(low * span + high, return_inverse=True)
    return np.stack([key // span, key % span], axis=1), inverse


def make_mean(faces: np.ndarray, vertices: int) -> csr_matrix:
    """(V, V) matrix that takes values of vertices to the means of their neighbours'."""
    matrix = adjacency(faces, vertices)
    degree = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0)
    return diags(1.0 / degree) @ matrix


def smooth(
    values: np.ndarray,
    faces: np.ndarray,
    rounds: int,
    *,
    hold: np.ndarray | None = None,
    mean: csr_matrix | None = None,
) -> np.ndarray:
    """Average (V, C) or (V,) values with their neighbours' `rounds` times; vertices in `hold` stay.

    `mean` is `make_mean(faces, V)`, for who smooths more than one thing.
    """
    if mean is None:
        mean = make_mean(faces, len(values))
    result = values.astype(np.float64)
    for _ in range(rounds):
        step = 0.5 * result + 0.5 * (mean @ result)
        if hold is not None:
            step[hold] = values[hold]
        result = step
    return result


def smooth_along(values: np.ndarray, edges: np.ndarray, rounds: int) -> np.ndarray:
    """Average (V, C) values with their neighbours' along rim edges (E, 2) only, `rounds` times."""
    count = len(values)
    both = np.concatenate([edges, edges[:, ::-1]])
    matrix = coo_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(count, count)).tocsr()
    degree = np.asarray(matrix.sum(axis=1)).ravel()
    mean = diags(1.0 / np.maximum(degree, 1.0)) @ matrix
    result = values.astype(np.float64)
    for _ in range(rounds):
        result = np.where(degree[:, None] > 0, 0.5 * result + 0.5 * (mean @ result), result)
    return result


def lift(position_m: np.ndarray, cloth: Surface) -> np.ndarray:
    """By how much (P, 3) points must move so that what lies over cloth does not sink into it."""
    normal = compute_normals(cloth.position_m, cloth.faces)
    away_m, nearest = cKDTree(cloth.position_m).query(position_m)
    over_m = np.einsum("pj,pj->p", position_m - cloth.position_m[nearest], normal[nearest])
    sunk_m = np.where(away_m < _NEAR_M, np.maximum(_OVER_M - over_m, 0.0), 0.0)
    return sunk_m[:, None] * normal[nearest]


def settle(part: Surface, cloth: Surface, share: np.ndarray) -> np.ndarray:
    """Positions (V, 3) of a part that sinks onto cloth by a share (V,) of how far off that it stands."""
    normal = compute_normals(cloth.position_m, cloth.faces)
    away_m, nearest = cKDTree(cloth.position_m).query(part.position_m)
    over_m = np.einsum("vj,vj->v", part.position_m - cloth.position_m[nearest], normal[nearest])
    spare_m = np.where(away_m < _NEAR_M, np.maximum(over_m - _OVER_M, 0.0), 0.0)
    return part.position_m - smooth((share * spare_m)[:, None] * normal[nearest], part.faces, 4)


def lay_over(part: Surface, cloth: Surface, *, below_m: float) -> np.ndarray:
    """Positions (V, 3) of a part whose points below a height lie over cloth, evenly."""
    position_m, low = part.position_m, part.position_m[:, 2] < below_m
    mean = make_mean(part.faces, part.vertex_count)
    for _ in range(2):
        need = lift(position_m, cloth) * low[:, None]
        even = smooth(need, part.faces, 3, mean=mean)
        longer = np.linalg.norm(even, axis=1) > np.linalg.norm(need, axis=1)
        position_m = position_m + np.where(longer[:, None], even, need)
    return position_m


def join(surfaces: Sequence[Surface]) -> Surface:
    """Put surfaces together into one."""
    offsets = np.cumsum([0] + [s.vertex_count for s in surfaces[:-1]])
    return Surface(
        np.concatenate([s.position_m for s in surfaces]),
        np.concatenate([s.faces + o for s, o in zip(surfaces, offsets, strict=True)]),
        np.concatenate([s.weights for s in surfaces]),
        np.concatenate([s.color for s in surfaces]),
        np.concatenate([s.bag for s in surfaces]),
        np.concatenate([s.uv for s in surfaces]),
        np.concatenate([s.print for s in surfaces]),
        np.concatenate([s.material for s in surfaces]),
    )


def orient(surface: Surface) -> Surface:
    """Turn the faces of a closed surface so that they look outward (its volume is positive)."""
    corner = surface.position_m[surface.faces] - surface.position_m.mean(axis=0)
    volume = np.einsum("ij,ij->", corner[:, 0], np.cross(corner[:, 1], corner[:, 2]))
    return surface if volume > 0 else replace(surface, faces=surface.faces[:, ::-1])


def paint(surface: Surface, color: np.ndarray) -> Surface:
    """Give all vertices one colour (3,), or each its own (V, 3)."""
    return replace(surface, color=np.broadcast_to(np.asarray(color, float), surface.color.shape).copy())
