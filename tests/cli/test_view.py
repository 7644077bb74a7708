import numpy as np

from cli.view import BACKGROUND, GAP_PX, LABEL_PX, Row, color_masks, make_sheet, shade_depth


def test_sheet_has_a_row_a_camera_and_a_column_an_instant():
    red, green = (np.full((60, 80, 3), color, np.uint8) for color in ((255, 0, 0), (0, 255, 0)))
    rows = [Row("cam0 rgb", [0.0, 1.5], [red, green]), Row("cam1 rgb", [0.0, 1.5], [green, red])]
    sheet = make_sheet(rows, width_px=160)
    assert sheet.size == (GAP_PX + 2 * (160 + GAP_PX), GAP_PX + 2 * (120 + LABEL_PX + GAP_PX))
    top, bottom = GAP_PX + LABEL_PX + 60, GAP_PX + 120 + LABEL_PX + GAP_PX + LABEL_PX + 60
    left, right = GAP_PX + 80, GAP_PX + 160 + GAP_PX + 80
    assert sheet.getpixel((left, top)) == (255, 0, 0)
    assert sheet.getpixel((right, top)) == (0, 255, 0)
    assert sheet.getpixel((left, bottom)) == (0, 255, 0)
    assert sheet.getpixel((0, 0)) == BACKGROUND


def test_masks_show_people_brighter_than_the_building():
    ids = np.array([[0, 1, 1003], [10_000, 10_001, 100_007]])
    picture = color_masks(ids)
    assert (picture[0, 0] == 0).all()
    assert picture[1].max(axis=-1).min() > picture[0].max()
    assert len({tuple(color) for color in picture.reshape(-1, 3)}) == 6


def test_near_is_brighter_than_far_and_nothing_is_black():
    picture = shade_depth(np.array([[0.0, 0.5, 3.0, 30.0]], np.float32))
    assert picture.shape == (1, 4, 3)
    assert picture[0, 0].tolist() == [0, 0, 0]
    assert picture[0, 1, 0] > picture[0, 2, 0] > picture[0, 3, 0] > 0
    assert picture[0, 2, 0] == 127
