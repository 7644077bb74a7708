"""Renders a store and what moves in it: RGB and the whole G-buffer, one camera and frame at a time.

How a view comes about:

    once a store          static mesh, its depth along sets of directions of light     static_light.py
    once a lamp state     ceiling map, light volume                                    static_light.py
    once a camera         static G-buffer, the light of all lamps and of failing ones  camera_cache.py
    where goods come, go  that part of them anew                                       camera_cache.py
    where the last goes   the depth, and all of the above, anew                        here
    once a state of fog   what glass reflects and hides in each picture               glass.py
    once a frame          upload of what moves, its shadow maps                        moving.py
    each view             G-buffer of what moves, over a copy of the static depth,     moving.py
                          with the light on people; silhouettes; light on goods        goods_light.py
                          one pass that shades, filters and packs; read-back           camera_cache.py

In: `Store`, `FrameScene`. Out: `View`. The same input gives the same bytes, with the caches or without.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType, TracebackType

import numpy as np
from OpenGL import GL

from scenes.errors import RenderError
from scenes.world import INSTANCE_ITEM, Camera, Store
from synth.records import View
from synth.render import context
from synth.render.buffers import PictureBuffers
from synth.render.camera_cache import CameraCache
from synth.render.casters import find_blocks, make_casters
from synth.render.daylight import Daylit
from synth.render.geometry import make_static_mesh, pack_positions
from synth.render.glass import Glass
from synth.render.light import MATERIALS, Lighting, make_directions
from synth.render.moving import Moving
from synth.render.programs import share_programs
from synth.render.readback import Words, unpack_view
from synth.render.relief import make_relief_array
from synth.render.scene import FrameScene
from synth.render.standing import Standing
from synth.render.static_light import StaticLight
from synth.render.targets import fill_geometry, make_geometry, make_label_array


class Renderer:
    """Draws one store. A context manager; several may exist in a process, one after another or at once.

    Args:
        store: What to draw.
        dynamic_items: item_ids that `FrameScene.mesh` brings; every other item stands still.
        supersampling: Colour samples along a pixel's edge, 1 to 3. Labels are point samples at pixel centres
            in any case.
        dynamic_doors: Numbers of the case doors that it brings; every other one is shut.
        label_masks: Camera index -> (H, W) bool: the pixels in which its silhouettes count; all, if left out.
            Either every camera has one or none.
    """

    def __init__(
        self,
        store: Store,
        *,
        dynamic_items: Collection[int],
        supersampling: int,
        dynamic_doors: Collection[int] = (),
        label_masks: Mapping[int, np.ndarray] = MappingProxyType({}),
    ) -> None:
        if supersampling not in (1, 2, 3):
            raise RenderError(f"supersampling must be 1, 2 or 3, not {supersampling!r}.")
        if len(store.materials) > MATERIALS:
            raise RenderError(
                f"A store has at most {MATERIALS} materials, this one has {len(store.materials)}: share some."
            )
        self._store = store
        self._samples = supersampling
        self._label_masks = label_masks
        context.open_context()
        with context.wrap_errors():
            self._open(dynamic_items, dynamic_doors)

    def _open(self, dynamic_items: Collection[int], dynamic_doors: Collection[int]) -> None:
        """Upload what stays as long as the renderer does."""
        store = self._store
        self._programs = share_programs()
        self._lighting = Lighting(store)
        self._directions = make_directions()
        self._labels = make_label_array(store.textures.pixels)
        self._relief = make_relief_array()
        self._standing = self._upload_static(dynamic_items, dynamic_doors)
        self._dynamic = np.array(sorted(dynamic_items), int)
        self._block_of_item = find_blocks(store)
        self._items_in_block = np.bincount(self._block_of_item[self._block_of_item >= 0])
        self._emptied: frozenset[int] | None = None
        day_tint = self._lighting.tint if self._daylit is None else self._daylit.moving_tint
        self._moving = Moving(
            self._programs,
            self._directions,
            self._lighting,
            self._static_light,
            store.layout.size_m,
            wear_layer=store.wear_layer,
            day_tint=day_tint,
            sun=None if self._daylit is None else self._daylit.sun,
        )
        self._glass = Glass(self._programs, store.panes, store.moving_doors) if store.panes else None
        self._caches: dict[int, CameraCache] = {}
        self._buffers: dict[tuple[int, int], PictureBuffers] = {}
        self._power: bytes | None = None
        self._closed = False

    def _upload_static(self, dynamic_items: Collection[int], dynamic_doors: Collection[int]) -> Standing:
        """Upload the static mesh."""
        mesh = make_static_mesh(self._store, dynamic_items, dynamic_doors)
        size_m, daylight = self._store.layout.size_m, self._store.daylight
        self._daylit = None if daylight is None else Daylit(daylight, self._directions, size_m)
        self._static_light = StaticLight(
            self._programs,
            self._directions,
            size_m,
            daylit=self._daylit,
            cases=self._store.cases,
            spots=self._store.spots,
        )
        materials = self._lighting.make_materials(self._store, np.ones(len(self._store.lamps)))
        maps = {"labels": self._labels, "relief": self._relief}
        return Standing(self._programs, self._store, mesh, **maps, materials=materials)

    def _cast(self, resting: frozenset[int]) -> None:
        """Let no block of goods cast a shadow that is emptied; where that changes, all is lit anew.

        It is seldom that the last of a block is taken while a clip lasts.
        """
        gone = self._dynamic[~np.isin(INSTANCE_ITEM + self._dynamic, list(resting))]
        block = self._block_of_item[gone]
        missing = np.bincount(block[block >= 0], minlength=len(self._items_in_block))
        emptied = frozenset(np.flatnonzero((missing > 0) & (missing == self._items_in_block)).tolist())
        if emptied == self._emptied:
            return
        self._emptied = emptied
        casters = make_casters(self._store, emptied)
        blockers = make_geometry(moving=False)
        faces = np.concatenate([casters.shells, casters.solids])
        fill_geometry(blockers, pack_positions(casters.position_m), faces)
        self._static_light.draw_depth(blockers, len(casters.shells), len(casters.solids))
        blockers.delete()
        self.forget_static()
        self._power = None

    def render(self, scene: FrameScene, camera_index: int) -> View:
        """Render what one camera sees.

        Args:
            scene: What moves, where it is now and was one frame before, and the lamps' power.
            camera_index: Index into the store's cameras.

        Raises:
            RenderError: The renderer is closed, the scene does not fit the store, or OpenGL failed.
        """
        words, silhouette_px = self.render_words(scene, camera_index)
        return unpack_view(words, self._store.cameras[camera_index], scene.frame, silhouette_px)

    def render_words(self, scene: FrameScene, camera_index: int) -> tuple[Words, dict[int, int]]:
        """Render what one camera sees and leave it packed, for who needs some of the pixels only.

        Returns:
            The words that `unpack_view` takes and the silhouettes.

        Raises:
            RenderError: See `render`.
        """
        if self._closed:
            raise RenderError("This renderer is closed; make a new one.")
        context.open_context()
        with context.wrap_errors():
            return self._render(scene, camera_index)

    def _render(self, scene: FrameScene, camera_index: int) -> tuple[Words, dict[int, int]]:
        power = self._check_power(scene.lamp_power)
        self._cast(scene.resting)
        self._moving.load(scene)
        cache, buffers = self._cache(camera_index, power)
        if self._glass is not None:
            state = self._check_fog(scene.fog), self._check_doors(scene.door_share)
            cache.light_glass(power, *state, self._glass, self._lighting, self._static_light)
        self._set_power(power)
        if camera_index in self._label_masks:
            buffers.count_silhouettes_in(self._label_masks[camera_index])
        passing = {} if self._daylit is None else self._daylit.pass_by(scene.passing, self._standing.street)
        maps = (self._labels, self._relief)
        self._moving.draw(cache, buffers, *maps, self._materials, passing)
        self._moving.light_goods(cache, buffers, self._light, self._materials, passing)
        spans = self._moving.compute_spans(cache)
        exposure = self._static_light.exposure
        words = cache.resolve(buffers, self._moving.shadow, self._lighting, exposure, spans, passing)
        return words, self._moving.read_silhouettes()

    def _buffers_for(self, camera: Camera) -> PictureBuffers:
        """Return the buffers that all cameras of this size share."""
        size = (camera.width_px, camera.height_px)
        if size not in self._buffers:
            self._buffers[size] = PictureBuffers(*size, self._samples)
        return self._buffers[size]

    def forget_static(self) -> None:
        """Drop every cached picture of the static world; the next views draw it again."""
        for cache in self._caches.values():
            cache.delete()
        self._caches.clear()

    def forget_camera(self, camera_index: int) -> None:
        """Drop the cached picture of a camera that no frame will ask for soon."""
        cache = self._caches.pop(camera_index, None)
        if cache is not None:
            context.open_context()
            cache.delete()

    def _check_power(self, lamp_power: np.ndarray) -> np.ndarray:
        """Return a lamp state as float32."""
        power = np.asarray(lamp_power, np.float32)
        if power.shape != (len(self._store.lamps),):
            raise RenderError(
                f"lamp_power has shape {power.shape}, the store has {len(self._store.lamps)} lamps: give "
                "one number a lamp, 0 (out) to 1."
            )
        return power

    def _check_fog(self, fog: np.ndarray) -> np.ndarray:
        """Return the fog on the panes as float32; none on any where nothing is said."""
        fog = np.asarray(fog, np.float32)
        panes = len(self._store.panes)
        if fog.shape not in ((0,), (panes,)):
            raise RenderError(
                f"fog has shape {fog.shape}, the store has {panes} panes: give ({panes},), or (0,) for none."
            )
        if not np.all((fog >= 0.0) & (fog <= 1.0)):
            raise RenderError(f"fog is {fog.tolist()}: give each pane a share from 0 (clear) to 1 (white).")
        return fog if len(fog) else np.zeros(panes, np.float32)

    def _check_doors(self, share: np.ndarray) -> np.ndarray:
        """Return how far the moving doors are open as float32; all shut where nothing is said."""
        share = np.asarray(share, np.float32)
        doors = len(self._store.moving_doors)
        if share.shape not in ((0,), (doors,)):
            raise RenderError(
                f"door_share has shape {share.shape}, the store has {doors} doors that move: "
                f"give ({doors},), or (0,) for none that is open."
            )
        return share if len(share) else np.zeros(doors, np.float32)

    def _set_power(self, power: np.ndarray) -> None:
        """Make the light on what moves that of a lamp state."""
        if power.tobytes() == self._power:
            return
        self._power = power.tobytes()
        self._materials = self._lighting.make_materials(self._store, power)
        self._light = self._lighting.illuminate(power)
        self._static_light.update(self._light)
        self._static_light.fill_volume()
        if self._daylit is not None:
            self._static_light.update(self._daylit.illumination)
            self._static_light.fill_volume(self._static_light.day_uniforms)

    def _cache(self, camera_index: int, power: np.ndarray) -> tuple[CameraCache, PictureBuffers]:
        """Return the camera's cached static picture, drawn and lit, and the buffers for its size."""
        if not 0 <= camera_index < len(self._store.cameras):
            raise RenderError(
                f"camera_index {camera_index} is not one of {len(self._store.cameras)} cameras."
            )
        camera = self._store.cameras[camera_index]
        buffers = self._buffers_for(camera)
        if camera_index not in self._caches:
            self._caches[camera_index] = CameraCache(camera, self._samples, self._programs)
        cache = self._caches[camera_index]
        cache.follow(self._standing, self._moving.resting)
        cache.light(power, self._store, self._lighting, self._static_light, buffers)
        return cache, buffers

    def close(self) -> None:
        """Give back what this renderer holds; the process keeps its context."""
        if self._closed:
            return
        context.open_context()
        self.forget_static()
        for buffers in self._buffers.values():
            buffers.delete()
        if self._glass is not None:
            self._glass.delete()
        self._moving.delete()
        self._static_light.delete()
        if self._daylit is not None:
            self._daylit.delete()
        GL.glDeleteTextures([self._labels, self._relief])
        self._standing.delete()
        self._closed = True

    def __enter__(self) -> "Renderer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
