"""Pictures of faces: neutral at their edges, features where the head has them."""

import numpy as np

from scenes.faces import (
    ACROSS_M,
    FACE_PRINTS,
    HAIRS,
    HIGH_M,
    LOWER,
    NEUTRAL,
    SCALP_HIGH_M,
    SCALP_TOP_M,
    SCALPS,
    TOP_M,
    UPPER,
    find_hairline,
    make_face_print,
)


def at(picture, across_m, up_m):
    """What a face's picture shows about a place on the head."""
    row, column = (TOP_M - up_m) / HIGH_M, 0.5 + across_m / (2 * ACROSS_M)
    row, column = int(row * len(picture)), int(column * len(picture))
    return picture[row - 1 : row + 2, column - 5 : column + 6].mean(axis=(0, 1))


def test_pictures_of_faces_end_in_skin_without_one():
    for name in (*UPPER, *LOWER):
        picture = make_face_print(name)
        for edge in (picture[0], picture[-1], picture[:, 0], picture[:, -1]):
            np.testing.assert_allclose(edge, NEUTRAL, atol=1e-3)
    assert len({make_face_print(name).tobytes() for name in FACE_PRINTS}) == len(FACE_PRINTS)


def test_lips_are_redder_and_brows_as_dark_as_their_hair():
    lips = at(make_face_print("lower_natural_none_smooth"), 0.0, -0.069)
    assert lips[0] > 0.86 * NEUTRAL
    assert 0.70 * NEUTRAL < lips[1:].max() < 0.86 * NEUTRAL
    for side in (-1, 1):
        brow = [
            at(make_face_print(f"upper_bold_{hair}_smooth"), side * 0.028, 0.020).mean()
            for hair in ("dark", "brown", "fair", "pale")
        ]
        assert brow[0] < 0.7 * NEUTRAL
        assert (np.diff(brow) > 0.05).all()


def test_scalps_are_skin_below_the_hairline_and_hair_above_it():
    up = SCALP_TOP_M - SCALP_HIGH_M * (np.arange(256) + 0.5) / 256
    for name in SCALPS:
        picture = make_face_print(name)
        for angle, columns in ((0.0, slice(3, 20)), (np.pi, slice(236, 253))):
            edge, line = find_hairline(np.array([angle]))[0], picture[:, columns].mean(axis=1)
            np.testing.assert_allclose(line[up < edge - 0.012], NEUTRAL, atol=0.01)
            hair = line[up > edge + 0.02].mean(axis=0)
            np.testing.assert_allclose(hair, HAIRS[name.split("_")[-1]], rtol=0.12)
