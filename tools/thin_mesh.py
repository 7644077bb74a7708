"""Close and thin a triangle mesh that has several shapes: what bake_bodies.py does to the skin."""

import heapq

import numpy as np


def find_rim(triangles: np.ndarray, vertices: int) -> np.ndarray:
    """Mark the vertices on the open rim of a mesh (the eye sockets, nostrils and the mouth)."""
    edges = np.sort(
        np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1
    )
    unique, count = np.unique(edges, axis=0, return_counts=True)
    rim = np.zeros(vertices, dtype=bool)
    rim[unique[count == 1].ravel()] = True
    return rim


def close_openings(faces: np.ndarray, position: np.ndarray, eyes: np.ndarray) -> np.ndarray:
    """Close mouth and nostrils with fans, so that nobody sees through a head; eyeballs close the sockets."""
    directed = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    pairs = {(int(a), int(b)) for a, b in directed}
    after = {b: a for a, b in pairs if (b, a) not in pairs}
    fans = []
    while after:
        start, vertex = after.popitem()
        loop = [start]
        while vertex != start:
            loop.append(vertex)
            vertex = after.pop(vertex)
        centre = position[loop].mean(axis=0)
        if np.linalg.norm(eyes - centre, axis=1).min() > 0.02:
            # From a corner of the mouth, so that the fan's triangles span it from lip to lip.
            first = int(np.argmax(np.abs(position[loop, 1] - position[loop, 1].mean())))
            loop = loop[first:] + loop[:first]
            fans += [(loop[0], loop[k], loop[k + 1]) for k in range(1, len(loop) - 1)]
    return np.concatenate([faces, np.array(fans, dtype=faces.dtype)])


class HalfEdgeCollapse:
    """Thin a triangle mesh by collapsing vertices into neighbours (Garland and Heckbert 1997).

    The error is summed over several shapes of the same mesh, so that children and heavy people keep
    their surface too. A vertex is never moved: it goes or stays.
    """

    def __init__(self, positions: np.ndarray, faces: np.ndarray, importance: np.ndarray):
        """Take (S, V, 3) shapes, (F, 3) faces and the factor on each vertex's error."""
        self.positions = positions
        self.importance = importance
        self.faces: dict[int, tuple[int, int, int]] = {k: tuple(map(int, f)) for k, f in enumerate(faces)}
        self.around: list[set[int]] = [set() for _ in range(positions.shape[1])]
        corner = positions[:, faces]
        normal = np.cross(corner[:, :, 1] - corner[:, :, 0], corner[:, :, 2] - corner[:, :, 0])
        area = np.linalg.norm(normal, axis=-1, keepdims=True)
        plane = np.concatenate([normal, -np.sum(normal * corner[:, :, 0], -1, keepdims=True)], -1)
        plane /= np.maximum(area, 1e-15)
        quadric = plane[..., :, None] * plane[..., None, :] * area[..., None]
        self.quadric = np.zeros((positions.shape[1], len(positions), 4, 4))
        for k, face in self.faces.items():
            for vertex in face:
                self.around[vertex].add(k)
                self.quadric[vertex] += quadric[:, k]
        self.point = np.concatenate([positions, np.ones(positions.shape[:2] + (1,))], -1).transpose(1, 0, 2)

    def cost(self, gone: int, kept: int) -> float:
        """The error that arises when `gone` becomes `kept`."""
        point = self.point[kept]
        error = np.einsum("si,sij,sj->", point, self.quadric[gone] + self.quadric[kept], point)
        length = np.square(self.point[gone] - point).sum()
        return float((error + 2e-4 * length**1.5) * self.importance[gone])

    def neighbours(self, vertex: int) -> set[int]:
        """Vertices that share a face with `vertex`."""
        return {v for k in self.around[vertex] for v in self.faces[k]} - {vertex}

    def allowed(self, gone: int, kept: int) -> bool:
        """Whether the mesh stays a surface and no triangle turns over in the first shape."""
        shared = self.around[gone] & self.around[kept]
        if len(self.neighbours(gone) & self.neighbours(kept)) != len(shared):
            return False
        for k in self.around[gone] - shared:
            before = self.positions[0, list(self.faces[k])]
            after = self.positions[0, [kept if v == gone else v for v in self.faces[k]]]
            old = np.cross(before[1] - before[0], before[2] - before[0])
            new = np.cross(after[1] - after[0], after[2] - after[0])
            if old @ new < 0.3 * np.linalg.norm(old) * np.linalg.norm(new):
                return False
        return True

    def run(self, target: int, fixed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Collapse until `target` vertices are left; return kept vertices and faces over them."""
        stamp = np.zeros(len(self.around), dtype=int)
        heap: list[tuple[float, int, int, int, int]] = []

        def push(vertex: int) -> None:
            if fixed[vertex]:
                return
            for other in self.neighbours(vertex):
                heap.append((self.cost(vertex, other), vertex, other, stamp[vertex], stamp[other]))

        for vertex in range(len(self.around)):
            push(vertex)
        heapq.heapify(heap)
        alive = sum(bool(a) for a in self.around)
        while alive > target and heap:
            _, gone, kept, at_gone, at_kept = heapq.heappop(heap)
            if stamp[gone] != at_gone or stamp[kept] != at_kept or not self.around[gone]:
                continue
            if not self.allowed(gone, kept):
                continue
            touched = self.neighbours(gone)
            for k in list(self.around[gone]):
                if kept in self.faces[k]:
                    for v in self.faces[k]:
                        self.around[v].discard(k)
                    del self.faces[k]
                else:
                    self.faces[k] = tuple(kept if v == gone else v for v in self.faces[k])
                    self.around[kept].add(k)
            self.around[gone].clear()
            self.quadric[kept] += self.quadric[gone]
            alive -= 1
            for vertex in sorted(touched):
                stamp[vertex] += 1
            for vertex in sorted(touched):
                if fixed[vertex]:
                    continue
                for other in self.neighbours(vertex):
                    heapq.heappush(
                        heap, (self.cost(vertex, other), vertex, other, stamp[vertex], stamp[other])
                    )
        faces = np.array([self.faces[k] for k in sorted(self.faces)])
        kept_vertices = np.unique(faces)
        renumber = np.full(len(self.around), -1)
        renumber[kept_vertices] = np.arange(len(kept_vertices))
        return kept_vertices, renumber[faces]
