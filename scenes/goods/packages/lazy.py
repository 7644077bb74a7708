"""Meshes that are made when they are first asked for: few of a shop's goods need theirs."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from scenes.world import Mesh

Key = TypeVar("Key")


class MeshesOnDemand(Mapping[Key, Mesh]):
    """Meshes by key, made by a call each, at the first time that one is read."""

    def __init__(self, makers: Mapping[Key, Callable[[], Mesh]]):
        self._makers = makers
        self._made: dict[Key, Mesh] = {}

    def __len__(self) -> int:
        return len(self._makers)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._makers)

    def __contains__(self, key: object) -> bool:
        return key in self._makers

    def __getitem__(self, key: Key) -> Mesh:
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]
