"""The report: self-contained, complete, and true to the dataset."""

import base64
import io
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from synth.report import write_report
from synth.report.clip_section import _spell_receipt, is_camera_stage_only
from synth.report.page import choose_clips, effective_share
from synth.report.pictures import color_depth, draw_labels
from synth.report.plots import FLOOR, GLASS, _draw_door, draw_floor_plan

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Checks nesting and collects text, pictures and references."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.pictures, self.references = [], [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if tag == "img" and name == "src":
                self.pictures.append(value)
            elif name in ("href", "src", "xlink:href"):
                self.references.append(value)

    def handle_startendtag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "xlink:href"):
                self.references.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def report(small_path, tmp_path_factory):
    path = write_report(str(small_path), tmp_path_factory.mktemp("report") / "page.html")
    page = Page()
    page.feed(path.read_text())
    return path, page


def test_page_is_well_formed_and_needs_nothing_else(report):
    path, page = report
    assert page.open == []
    assert all(reference.startswith("#") for reference in page.references)
    assert "@import" not in path.read_text()
    assert path.stat().st_size < 15e6


def test_every_picture_opens(report):
    _, page = report
    assert len(page.pictures) > 40
    for picture in page.pictures:
        data = base64.b64decode(picture.removeprefix("data:image/jpeg;base64,"))
        with Image.open(io.BytesIO(data)) as image:
            assert min(image.size) >= 60


def test_receipts_and_certificates_are_the_datasets(report, small_dataset):
    text = re.sub(r"\s+", " ", " ".join(report[1].text))
    for clip_id in small_dataset.clips:
        assert clip_id in text
        for receipt in small_dataset.receipts(clip_id):
            assert receipt["payment_id"] in text
            assert f"{receipt['total_minor'] / 100:.2f} {receipt['currency']}" in text
        largest = small_dataset.certificate(clip_id)["tau_max"]
        said = "Certificate of the clip: holds on" if largest > 0 else "Camera stage only: nothing to certify"
        assert said in text
    assert "DOES NOT HOLD" not in text


def test_the_bound_is_the_datasets(report, small_dataset):
    text = re.sub(r"\s+", " ", " ".join(report[1].text))
    for clip_id in small_dataset.clips:
        rows = [row for row in small_dataset.table(clip_id, "events").to_pylist() if row["time_s"] >= 0]
        paid = [row for row in rows if row["kind"] in ("take", "put", "drop", "pick_up", "hand_over")]
        told = sum(row["evidence"] != "none" for row in paid)
        index = small_dataset.row(clip_id)
        assert (index["judged_events"], index["told_events"]) == (len(paid), told)
        assert f"{told} / {len(paid)}" in text
    judged, told = (
        sum(row[name] for row in small_dataset.rows.values()) for name in ("judged_events", "told_events")
    )
    assert (f"what in {told}: no model can" in text) == (judged > 0)


def test_one_of_a_kind_is_not_called_several(report):
    text = re.sub(r"\s+", " ", " ".join(report[1].text))
    assert re.findall(r"(?<![\d.,])1 (?:trips|receipts|cameras|clips|frames)\b", text) == []


def test_small_pictures_are_enlarged_twice_at_most(report, small_dataset):
    page = report[0].read_text()
    widths = {camera.width_px for clip_id in small_dataset.clips for camera in small_dataset.cameras(clip_id)}
    limits = {int(limit) for limit in re.findall(r"max-width:(\d+)px\"", page)}
    assert limits == widths | {2 * width for width in widths}
    for width in (96, 320, 640):
        drawn = draw_labels(np.zeros((48, width, 3), np.uint8), np.zeros((48, width), int), [], [], {})
        assert width <= drawn.shape[1] <= 2 * width


def test_frames_that_only_the_camera_changed_need_no_certificate():
    idle, gated = {"tau_max": 0.0, "gated": False}, {"tau_max": 0.0, "gated": True}
    refined = {"tau_max": 0.05, "gated": False}
    for frames, wanted in (([idle, idle], True), ([idle, gated], False), ([refined, idle], False)):
        assert is_camera_stage_only({"cameras": {"cam0": frames}}) is wanted


def test_same_dataset_same_page(report, small_path, tmp_path):
    again = write_report(str(small_path), tmp_path / "again.html")
    assert again.read_bytes() == report[0].read_bytes()


def test_default_place_is_in_the_dataset(small_path, tmp_path):
    own = shutil.copytree(small_path, tmp_path / "own")
    path = write_report(str(own))
    assert path == own / "report.html"


def test_shows_each_scenario_before_a_second_clip_of_one():
    class Source:
        rows = {f"a-{n}": {"scenario": "a"} for n in range(5)} | {"b-5": {"scenario": "b"}}
        clips = tuple(rows)

    assert choose_clips(Source()) == ["a-0", "a-1", "a-2", "b-5"]


def test_effective_share_of_unequal_weights():
    assert effective_share([3.0, 1.0, 1.0, 1.0]) == pytest.approx(36 / 12 / 4)
    assert effective_share([0.0, 0.0]) == 0.0


def test_labels_are_drawn_where_they_are():
    picture, ids = np.full((60, 640, 3), 100, np.uint8), np.zeros((60, 640), np.int32)
    ids[20:40, 300:320] = 10_003
    row = {"instance_id": 10_003, "visible_px": 400, "trip_code": "T", "item_id": -1}
    row |= {"joints_px": [310.0, 30.0, 5.0, 5.0], "joints_visible": [True, False]}
    for prefix in ("", "full_"):
        row |= {
            f"{prefix}x0_px": 300.0,
            f"{prefix}y0_px": 20.0,
            f"{prefix}x1_px": 320.0,
            f"{prefix}y1_px": 40.0,
        }
    drawn = draw_labels(picture, ids, [row], ["head", "pelvis"], {})
    changed = np.any(drawn != picture, axis=-1)
    v, u = np.nonzero(changed)
    assert (u.min(), u.max(), v.min(), v.max()) == (300, 320, 20, 40)
    assert changed[21:39, 302:318].all()
    assert drawn[30, 310].tolist() == [255, 255, 255]


def test_depth_without_surface_is_grey():
    assert np.all(color_depth(np.zeros((2, 3), np.float32)) == 128)


@pytest.mark.parametrize(
    ("point_m", "outward", "wall_m"),
    [
        ((2.0, 0.35), (0, -1), ([1.5, 2.5], [0, 0])),
        ((5.65, 2.0), (1, 0), ([6, 6], [1.5, 2.5])),
        ((2.0, 4.65), (0, 1), ([1.5, 2.5], [5, 5])),
        ((0.35, 2.0), (-1, 0), ([0, 0], [1.5, 2.5])),
    ],
)
def test_doors_are_drawn_in_their_walls(point_m, outward, wall_m):
    """In a room of 6 x 5 m."""
    axes = Figure().add_subplot()
    _draw_door(axes, {"kind": "fire_exit", "point_m": point_m, "outward": outward, "width_m": 1.0})
    assert len(axes.lines) == 2
    for line in axes.lines:
        x_m, y_m = line.get_data()
        assert sorted(x_m) == pytest.approx(wall_m[0])
        assert sorted(y_m) == pytest.approx(wall_m[1])


def test_the_floor_plan_has_the_rooms_outline_and_windows():
    window = {"kind": "window", "ends_m": [[1, 0], [3, 0]]}
    plan = {
        "size_m": [6, 5, 3], "outline": [[0, 0], [6, 0], [6, 3], [4, 3], [4, 5], [0, 5]],
        "fixtures": [], "doors": [], "openings": [window, window, window | {"kind": "door"}],
    }  # fmt: skip
    svg = draw_floor_plan(plan, [], {}, [], {})
    (room,) = re.findall(rf'<path d="([^"]*)"[^>]*fill: {FLOOR}', svg)
    assert len(re.findall("[ML]", room)) == 6, "an L has six corners"
    assert len(re.findall(rf'<path d="[^"]*"[^>]*stroke: {GLASS}', svg)) == 2


def test_a_line_without_items_costs_nothing():
    line = {"sku": "pear", "quantity": 0, "unit_price_minor": 299, "grams": 180}
    (spelled,) = _spell_receipt({"lines": [line]}, {"pear": {"name": "Pear"}})["lines"]
    assert (spelled["cost_minor"], spelled["name"]) == (0, "Pear")
