"""No goods hide what is written over the fixture that they are on, from wherever people and cameras look."""

import itertools

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.plan.formats import FORMATS
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID

EYE_Z_M = (1.5, 1.75, 2.1, 2.8)  # of people who stand, and of cameras
AWAY_M, ASIDE_M = (1.2, 2.5, 5.0), (-1.5, 0.0, 1.5)
WORDS = np.linspace(-0.6, 0.6, 5)  # of half a header's width and height: where its words are


def list_headers(store):
    """Return of each word: the instance of its fixture, its middle, half its width and height as vectors."""
    mesh = store.structure
    first = mesh.faces[:, 0]
    written = np.isin(mesh.material[first], [MATERIAL["sign"], MATERIAL["lit sign"]])
    faces = mesh.faces[written & (mesh.class_id[first] == CLASS_ID["fixture"])]
    corners = mesh.position_m[faces[0::2, 0][:, None] + np.arange(4)].astype(float)
    right = (corners[:, 1] - corners[:, 0]) / 2
    up = (corners[:, 3] - corners[:, 0]) / 2
    return mesh.instance_id[faces[0::2, 0]], corners.mean(1), right, up


def count_hidden(eye, points, from_world, half_m):
    """Count the segments from an eye to points (K, 3) that run through boxes (I, 4, 4), (I, 3), by slabs."""
    start = (from_world @ np.append(eye, 1.0))[:, None, :3]
    way = np.einsum("iab,kb->ika", from_world[:, :3, :3], points - eye)
    with np.errstate(divide="ignore"):
        sides = np.stack([-half_m[:, None] - start, half_m[:, None] - start]) / way
    near, far = sides.min(0).max(-1), sides.max(0).min(-1)
    return int(((near < far) & (far > 0) & (near < 1)).any(0).sum())


@pytest.mark.parametrize("name", FORMATS)
def test_no_goods_hide_the_words_over_their_fixture(name):
    caps = (
        ("store.end_caps=true", "store.gondola_height_m=1.25") if FORMATS[name].islands == "gondola" else ()
    )
    settings = (f"store.format={name}", "store.freezers=0.1", "store.untidy=0.2", *caps)
    store = make_store(sample_scenario(load_config("everyday", settings), seed=0, index=0))
    to_middle = np.zeros((len(store.item_slot), 4, 4)) + np.eye(4)
    to_middle[:, 2, 3] = store.catalogue.size_m[store.item_product, 2] / 2
    from_world = np.linalg.inv(store.world_from_item @ to_middle)
    half_m = store.catalogue.size_m[store.item_product] / 2
    kinds = {one.instance_id: one.kind for one in store.layout.fixtures}
    fixture = np.array(list(kinds))
    of_item = fixture[store.planogram.fixture[store.item_slot]]
    headers = list(zip(*list_headers(store), strict=True))
    assert headers
    assert not caps or "end_cap" in {kinds[instance] for instance, *_ in headers}
    for instance, middle, right, up in headers:
        normal = np.cross(right, up) / np.linalg.norm(np.cross(right, up))
        mine = of_item == instance
        u, v = np.meshgrid(WORDS, WORDS)
        points = middle + np.outer(u.ravel(), right) + np.outer(v.ravel(), up)
        for z, away, aside in itertools.product(EYE_Z_M, AWAY_M, ASIDE_M):
            eye = middle + away * normal + aside * right / np.linalg.norm(right)
            eye[2] = z
            assert count_hidden(eye, points, from_world[mine], half_m[mine]) == 0


def test_an_end_caps_word_is_read_from_both_ends_of_its_row():
    settings = ("store.format=supermarket", "store.end_caps=true", "store.gondola_height_m=1.25")
    store = make_store(sample_scenario(load_config("everyday", settings), seed=0, index=0))
    caps = {one.instance_id for one in store.layout.fixtures if one.kind == "end_cap"}
    mesh = store.structure
    first = mesh.faces[:, 0]
    written = np.isin(mesh.instance_id[first], list(caps)) & (mesh.material[first] == MATERIAL["sign"])
    ways = {instance: [] for instance in caps}
    for a, b, c in mesh.faces[written][0::2]:
        right, up = mesh.position_m[[b, c]] - mesh.position_m[[a, b]]
        along, upward = mesh.uv[[b, c]] - mesh.uv[[a, b]]
        assert along[0] > 0.9  # letters go to the right of who looks at them, and stand upright
        assert upward[1] < 0
        assert up[2] > 0.1
        np.testing.assert_allclose(np.cross(right, up)[2], 0.0, atol=1e-6)
        facing = np.cross(right, up) / np.linalg.norm(np.cross(right, up))
        np.testing.assert_allclose(mesh.normal[[a, b, c]], np.tile(facing, (3, 1)), atol=1e-5)
        ways[mesh.instance_id[a]].append(facing)
    written_on = [np.array(way) for way in ways.values() if way]
    assert len(written_on) >= 2
    for way in written_on:
        np.testing.assert_allclose(way.sum(axis=0), 0.0, atol=1e-5)
