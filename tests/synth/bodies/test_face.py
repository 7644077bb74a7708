"""Faces on bodies: pictures lie on the features they show, one a triangle, at every level of detail."""

import numpy as np

from scenes.cloth import PRINTS, make_cloth_textures
from scenes.faces import FACE_PRINTS, LOWER, NEUTRAL, SCALPS, UPPER
from scenes.randomness import make_rng
from synth.bodies import make_body, sample_body_shape
from synth.bodies.detail import ALL_LEVELS
from synth.bodies.dress import dress_body
from synth.bodies.face import Face, lay_face, paint_face
from synth.bodies.model import load_model
from synth.bodies.outfit import SKIN
from synth.bodies.surface import make_surface

FIRST = PRINTS.index(FACE_PRINTS[0])


def people(count, seed, *, child=False):
    rng = make_rng(seed, 0, "test/faces")
    return [make_body(sample_body_shape(rng=rng, child=child), handedness="right") for _ in range(count)]


def test_every_level_has_the_same_pictures_and_no_triangle_two():
    for body in [*people(4, 4), *people(1, 5, child=True)]:
        kinds = []
        for number in ALL_LEVELS:
            level = body.level(number)
            shown = level.layer <= -2 - FIRST
            names = {PRINTS[-2 - layer] for layer in np.unique(level.layer[shown])} & set(FACE_PRINTS)
            kinds.append(names - {"eyes"})  # the coarsest have their eyes in the other pictures
            assert len(names & set(UPPER)) == len(names & set(LOWER)) == 1
            assert len(names & set(SCALPS)) <= 1
            assert (np.ptp(level.layer[level.faces][shown[level.faces].any(axis=1)], axis=1) == 0).all()
        assert all(kind == kinds[0] for kind in kinds)


def test_features_lie_where_the_body_has_them():
    model, textures = load_model(), make_cloth_textures() / 255.0
    numbers = (PRINTS.index(name) for name in ("upper_bold_dark_smooth", "lower_full_none_smooth"))
    face = Face(np.full(3, 0.7), *numbers, PRINTS.index("scalp_plain_dark"), 0, 0.0)
    for body in [*people(2, 7), *people(1, 8, child=True)]:
        weights = np.zeros((model.vertex_count, len(body.skeleton.parents)))
        weights[np.arange(model.vertex_count)[:, None], model.bone_index] += model.bone_weight
        bare = make_surface(body.rest_m, model.faces[0], weights, face.tone)
        bare = lay_face(paint_face(model, _placed(bare, model), body.skeleton, face), face)

        def seen(vertices, print_name, bare=bare, body=body):
            """Colours of a picture at vertices of the bare body."""
            here = bare.print == PRINTS.index(print_name)
            away = np.abs(bare.position_m[here][None] - body.rest_m[vertices][:, None]).max(axis=2)
            assert (away.min(axis=1) == 0.0).all()
            pixel = (bare.uv[here][away.argmin(axis=1)] * 256).astype(int)
            return textures[PRINTS.index(print_name)][pixel[:, 1], pixel[:, 0]]

        rims, up = np.flatnonzero(model.opening), model.around_head[model.opening, 1]
        assert (seen(rims[up > 0.001], "upper_bold_dark_smooth") < 0.9 * NEUTRAL).all()  # lashes
        assert (seen(rims[up < -0.05], "lower_full_none_smooth")[:, 1:] < 0.9 * NEUTRAL).all()  # lips
        # The eyeballs' outlines lie around one iris.
        balls = bare.uv[bare.print == PRINTS.index("eyes")]
        middle = (balls.min(axis=0) + balls.max(axis=0)) / 2
        np.testing.assert_allclose(middle, 0.25, atol=0.01)
        assert np.ptp(balls, axis=0).max() < 0.5
        column, row = (middle * 256).astype(int)
        assert textures[PRINTS.index("eyes"), row, column].max() < 0.45


def _placed(surface, model):
    """A surface with places around the mean head."""
    return type(surface)(**{**vars(surface), "uv": model.around_head})


def test_what_is_drawn_does_not_depend_on_the_level():
    for body in people(4, 9):
        after = set()
        for level in ALL_LEVELS:
            rng = make_rng(1, 0, "test/dress")
            dress_body(
                load_model(), body.skeleton, body.rest_m, body.shape, "walking", "left",
                level=level, uniform=None, big_coat=False, coat_on_arm=False, rng=rng,
            )  # fmt: skip
            after.add(rng.random())
        assert len(after) == 1


def test_cameras_show_every_skin_by_its_own_tones():
    """In a shop's light the darkest is no black shape, the palest no white one, each darker than the last."""
    linear = ((SKIN + 0.055) / 1.055) ** 2.4
    shown = 1.57 * (0.75 * linear) ** 1.3  # three quarters of white paper's light reach a face
    shown = np.where(shown < 0.05, 10.0 * shown**2, shown - 0.025)  # a camera's toe
    code = 255.0 * (1.055 * shown ** (1 / 2.4) - 0.055)
    assert (np.diff(code, axis=0) < 0.0).all()
    assert (code.max(axis=1) > 75.0).all()
    assert (code.min(axis=1) > 25.0).all()
    assert (code.max(axis=1) < 225.0).all()
