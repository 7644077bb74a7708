"""Panes of glass: they change colours as optics says, and no label."""

from dataclasses import replace

import numpy as np
import pytest
from OpenGL import GL

from scenes.errors import RenderError
from scenes.world import INSTANCE_PERSON, CaseDoor, Pane
from synth.render import Renderer
from synth.render.glass import sort_panes
from tests.synth.render.small_shop import (
    FLOOR,
    look_at,
    make_box,
    make_scene,
    make_store,
    project,
    with_structure,
)

# In the plane x = 3, seen from the lower x.
CORNER, RIGHT, UP = np.array([3.0, 2.6, 0.4]), np.array([0.0, -2.2, 0.0]), np.array([0.0, 0.0, 1.6])
PANE = Pane("cooled", CORNER, RIGHT, UP, FLOOR)
EYE = np.array([0.6, 1.2, 1.3])
BARE = replace(
    make_store(), cameras=(look_at(EYE, (3.0, 1.6, 1.1)), look_at(np.array([3.8, 0.3, 1.6]), (3.4, 2, 1)))
)
GLAZED = replace(BARE, panes=(PANE,))
LABELS = ("depth_m", "normal", "albedo", "material", "instance_id", "class_id", "motion_px")


def make_person(x):
    return make_box((x, 1.3, 0.0), (x + 0.3, 1.7, 1.7), instance=INSTANCE_PERSON, kind="person")


def view(store, *, fog=(), person=None, camera=0):
    scene = replace(make_scene([make_person(person)] if person else []), fog=np.array(fog, np.float32))
    with Renderer(store, dynamic_items=(), supersampling=2) as renderer:
        return renderer.render(scene, camera)


def find_glazed(camera):
    """The pixels whose ray crosses the pane before anything else does, edges left out."""
    rows, columns = np.mgrid[: camera.height_px, : camera.width_px]
    pixel = np.stack([columns + 0.5, rows + 0.5, np.ones(rows.shape)], axis=-1)
    ray = pixel @ np.linalg.inv(camera.intrinsics).T @ camera.world_from_cam[:3, :3].T
    depth = (CORNER[0] - EYE[0]) / ray[..., 0]
    hit = EYE + ray * depth[..., None]
    along, up = (hit - CORNER) @ RIGHT / (RIGHT @ RIGHT), (hit - CORNER) @ UP / (UP @ UP)
    return (
        (np.abs(along - 0.5) < 0.48) & (np.abs(up - 0.5) < 0.48),
        (np.abs(along - 0.5) > 0.52) | (np.abs(up - 0.5) > 0.52),
        depth,
    )


@pytest.mark.parametrize("person", [None, 2.0, 3.2])
def test_labels_look_through_glass(person):
    """Every label is the same to the bit with the glass and without, fogged as it may be."""
    bare, glazed = view(BARE, person=person), view(GLAZED, fog=(1.0,), person=person)
    for name in LABELS:
        assert getattr(bare, name).tobytes() == getattr(glazed, name).tobytes(), name
    assert bare.silhouette_px == glazed.silhouette_px


@pytest.mark.parametrize("fog", [0.0, 1.0])
def test_glass_changes_only_what_is_behind_it(fog):
    """Colours change where a pane is in the way, and neither beside it nor on people before it."""
    bare, glazed = view(BARE, person=2.0), view(GLAZED, fog=(fog,), person=2.0)
    inside, outside, depth = find_glazed(BARE.cameras[0])
    before = bare.depth_m < depth - 0.05
    assert inside.sum() > 3000
    assert (before & inside).sum() > 500
    changed = (bare.rgb != glazed.rgb).any(axis=-1)
    person = np.pad(before, 2, mode="edge")  # edges of the person are mixed with what is behind
    kept = np.all(
        [np.roll(person, (i, j), (0, 1))[2:-2, 2:-2] for i in (-2, 0, 2) for j in (-2, 0, 2)], axis=0
    )
    assert not changed[outside].any()
    assert not changed[kept].any()
    clear = inside & (bare.depth_m > depth + 0.05)
    assert changed[clear].mean() > (0.9 if fog else 0.5)


def test_lamp_is_mirrored_where_optics_says():
    """The pane is brighter where it mirrors a lamp: on the line to the lamp's image behind the glass."""
    bare, glazed = view(BARE), view(GLAZED)
    lamp_m = BARE.lamps[0].position_m
    image_m = lamp_m * [-1, 1, 1] + [2 * CORNER[0], 0, 0]
    (u, v), *_ = project(BARE.cameras[0], image_m[None])[0]
    hit = EYE + (image_m - EYE) * (CORNER[0] - EYE[0]) / (image_m[0] - EYE[0])
    assert np.allclose((hit - CORNER)[1:] / (RIGHT + UP)[1:], 0.5, atol=0.5)
    gain = glazed.rgb.astype(float).mean(-1) - bare.rgb.astype(float).mean(-1)
    around = gain[int(v) - 12 : int(v) + 13, int(u) - 12 : int(u) + 13]
    there = gain[int(v) - 1 : int(v) + 2, int(u) - 1 : int(u) + 2]
    # A few percent of a lamp's light over the dark behind the pane: about ten codes.
    assert there.mean() > 8
    assert there.mean() > np.median(around) + 8


def test_glass_shows_from_its_front_only():
    """A pane seen from behind, from inside its fridge, is not drawn."""
    assert np.array_equal(view(BARE, camera=1).rgb, view(GLAZED, fog=(1.0,), camera=1).rgb)


@pytest.mark.parametrize("moves", [False, True])
def test_fog_hides_what_is_behind(moves):
    """The denser the fog the less is left of the outline behind it, of what stands and of what moves."""
    (u, v), *_ = project(BARE.cameras[0], np.array([[3.0, 1.5, 1.2]]))[0]
    window = np.s_[int(v) - 20 : int(v) + 20, int(u) - 20 : int(u) + 20]
    store = GLAZED if moves else with_structure(GLAZED, make_person(3.2))
    contrast = []
    for fog in (0.0, 0.4, 0.8, 1.0):
        there = view(store, fog=(fog,), person=3.2 if moves else None).rgb[window].astype(float)
        gone = view(GLAZED, fog=(fog,)).rgb[window]  # the fog's own streaks are in both
        contrast.append(np.abs(np.diff((there - gone).mean(axis=0), axis=0)).max())
    assert contrast == sorted(contrast, reverse=True)
    # What stands has its own shadow on the wall behind it, which is fogged as a wide one.
    assert contrast[-1] < (0.2 if moves else 0.4) * contrast[0]


def test_fog_blurs_what_moves_behind_it():
    """The edge of a person behind a fogged pane is wider than behind a clear one, whatever its contrast."""
    near = replace(GLAZED, cameras=(look_at(np.array([2.3, 1.5, 1.2]), (3.2, 1.3, 1.2)),))
    (u, v), *_ = project(near.cameras[0], np.array([[3.2, 1.3, 1.2]]))[0]
    window = np.s_[int(v) - 3 : int(v) + 4, int(u) - 25 : int(u) + 26]
    steepest = []
    for fog in (0.0, 0.9):
        there, gone = (view(near, fog=(fog,), person=x).rgb[window].astype(float) for x in (3.2, None))
        shade = (there - gone).mean(axis=(0, 2))
        steepest.append(np.abs(np.diff(shade)).max() / np.ptp(shade))
    assert steepest[0] > 0.3
    assert steepest[1] < 0.5 * steepest[0]


def test_an_open_door_takes_its_pane_along():
    """Opened by half a right angle its fog hides what is behind it now, and no longer what was."""
    hinge_m, along, out = CORNER * [1, 1, 0], np.array([0.0, -1.0, 0.0]), np.array([-1.0, 0.0, 0.0])
    leaf = make_person(2.0)
    door = CaseDoor(leaf, 0, 0, hinge_m, along, out, 2.2, -np.pi / 4, np.zeros((2, 3)), ())
    store = replace(GLAZED, case_doors=(door,))
    scene = replace(make_scene([]), fog=np.ones(1, np.float32))
    opened = replace(scene, door_share=np.ones(1, np.float32))
    with Renderer(store, dynamic_items=(), dynamic_doors=(0,), supersampling=2) as renderer:
        shut, wide, again = (renderer.render(s, 0).rgb for s in (scene, opened, scene))
    assert np.array_equal(shut, again)
    assert np.array_equal(shut, view(GLAZED, fog=(1.0,)).rgb)
    points_m = hinge_m + np.array([0.7, 1.6])[:, None] * (door.pose(1.0)[:3, :3] @ along) + [0.0, 0.0, 1.2]
    assert (points_m[:, 0] < CORNER[0] - 0.4).all()
    bare = view(BARE).rgb.astype(int)
    for u, v in project(BARE.cameras[0], points_m)[0].astype(int):
        assert (wide[v, u] != bare[v, u]).any()
    behind = project(BARE.cameras[0], (hinge_m + 2.1 * along + [0.0, 0.0, 1.2])[None])[0][0].astype(int)
    assert np.abs(shut[behind[1], behind[0]] - bare[behind[1], behind[0]]).max() > 3


def test_as_many_doors_as_the_store_has_are_told_of():
    scene = replace(make_scene([]), door_share=np.zeros(2, np.float32))
    with (
        Renderer(GLAZED, dynamic_items=(), supersampling=2) as renderer,
        pytest.raises(RenderError, match=r"door_share has shape \(2,\), the store has 0 doors that move"),
    ):
        renderer.render(scene, 0)


def test_glass_is_the_same_each_time():
    """Fog that comes and goes leaves no trace; two renderers agree to the bit."""
    with Renderer(GLAZED, dynamic_items=(), supersampling=2) as renderer:
        scenes = [replace(make_scene([]), fog=np.array([fog], np.float32)) for fog in (0.0, 0.7, 0.0)]
        pictures = [renderer.render(scene, 0).rgb for scene in scenes]
    assert np.array_equal(pictures[0], pictures[2])
    assert not np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[1], view(GLAZED, fog=(0.7,)).rgb)


def test_fog_of_other_panes_is_refused():
    """Fog must say something of every pane."""
    with pytest.raises(RenderError, match=r"fog has shape \(2,\), the store has 1 panes"):
        view(GLAZED, fog=(0.1, 0.2))


@pytest.mark.parametrize("fog", [-0.1, 1.5, np.nan])
def test_fog_is_a_share(fog):
    """What is no share of white is refused, not cut or wrapped round."""
    with pytest.raises(RenderError, match=r"from 0 \(clear\) to 1 \(white\)"):
        view(GLAZED, fog=(fog,))


def read_layer(store, fog):
    """What glass does to the first camera's picture: light added, and the share that comes through."""
    scene = replace(make_scene([]), fog=np.array(fog, np.float32))
    with Renderer(store, dynamic_items=(), supersampling=1) as renderer:
        renderer.render(scene, 0)
        layer = renderer._caches[0]._glass
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, layer._framebuffer)
        values = []
        for number in range(2):
            GL.glReadBuffer(GL.GL_COLOR_ATTACHMENT0 + number)
            values.append(GL.glReadPixels(0, 0, *layer._size, GL.GL_RGBA, GL.GL_FLOAT))
    return np.array(values, np.float64).reshape(2, *layer._size[::-1], 4)


@pytest.mark.parametrize("front_first", [True, False])
def test_panes_behind_each_other_tint_in_turn(front_first):
    """In whatever order the store lists them: the near one dims what the far one adds."""
    near = Pane("panel", CORNER - [0.9, 0.7, 0.1], RIGHT * 0.3, UP, FLOOR)
    panes = ((near, PANE), (0.0, 0.6)) if front_first else ((PANE, near), (0.6, 0.0))
    alone = [read_layer(replace(BARE, panes=(pane,)), (fog,)) for pane, fog in ((near, 0.0), (PANE, 0.6))]
    seen = read_layer(replace(BARE, panes=panes[0]), panes[1])
    (front, behind), depth = (each[0] for each in alone), [each[1][..., 0] for each in alone]
    both = (front[..., 3] < 1) & (behind[..., 3] < 1)
    assert 500 < both.sum() < (behind[..., 3] < 1).sum() - 500
    added = front[..., :3] + front[..., 3:] * behind[..., :3]
    np.testing.assert_allclose(seen[0][..., :3], added, rtol=2e-3, atol=1e-4)
    np.testing.assert_allclose(seen[0][..., 3], front[..., 3] * behind[..., 3], rtol=2e-3, atol=1e-4)
    np.testing.assert_array_equal(seen[1][..., 0], np.minimum(*depth))
    wrong = behind[..., :3] + behind[..., 3:] * front[..., :3]
    assert np.abs(wrong - added)[both].max() > 0.01


@pytest.mark.parametrize("seed", range(5))
def test_panes_are_sorted_from_far_to_near(seed):
    """A large pane whose middle is nearer than that of a small one before it is drawn first all the same."""
    rng = np.random.default_rng(seed)
    large = np.array([[2.0, -3.0, 0.0], [2.0, 1.0, 0.0], [2.0, 1.0, 2.0], [2.0, -3.0, 2.0]])
    small = np.array([[1.8, -2.9, 0.0], [1.8, -2.7, 0.0], [1.8, -2.7, 0.3], [1.8, -2.9, 0.3]])
    far = large + [3.0, 0.0, 0.0]
    eye = np.array([0.0, 0.0, 1.2])
    assert np.linalg.norm(small.mean(0) - eye) > np.linalg.norm(large.mean(0) - eye)
    given = rng.permutation(3)
    order = sort_panes(np.stack([far, large, small])[given], eye)
    assert given[order].tolist() == [0, 1, 2]
    assert given[sort_panes(np.stack([far, large, small])[given], np.array([9.0, 0, 1]))].tolist() == [
        2,
        1,
        0,
    ]
