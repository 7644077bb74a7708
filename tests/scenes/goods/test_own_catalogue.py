"""A user's own catalogue: what it holds reaches the store, and every bad cell is named."""

import colorsys
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from scenes.config.loader import load_config
from scenes.config.models import ScenarioConfig
from scenes.distributions import Constant
from scenes.errors import ConfigError
from scenes.goods.labels import LabelDesign, make_label
from scenes.goods.own_catalogue import load_own_catalogue
from scenes.goods.own_products import make_own_catalogue
from scenes.goods.packages import PACKAGES, PANEL_FRONT, SKINNED, PackLook, make_pack_mesh
from scenes.goods.photos import crop_body, fit_photo, trim_photo, unwrap_skin
from scenes.sampling import sample_scenario
from scenes.store import make_store

HEADER = "sku,name,package,width_m,depth_m,height_m,mass_kg,price_minor,popularity"
ROWS = (
    "tea-1,Acme Tea,box,0.13,0.065,0.08,0.074,199,3",
    "cola.33,Acme Cola,can,0.066,0.066,0.115,0.350,99,1",
    "cola.zero,Acme Cola Zero,can,0.066,0.066,0.115,0.351,99,4",
)
DESIGN = LabelDesign(
    "Acme", "Novelty", "", "", (20, 120, 20), (40, 160, 60), "arc", "leaf", 1, "4006381333931"
)
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "own_catalogue"


@pytest.fixture
def shop(tmp_path):
    """Write a catalogue with pictures and a scenario that names both; return a function to do it anew."""

    def write(rows=ROWS, header=HEADER, extra="", scenario="scenario.yaml"):
        table = tmp_path / "data" / "table.csv"
        pictures = tmp_path / "data" / "pictures"
        pictures.mkdir(parents=True, exist_ok=True)
        table.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        for name, color in (("tea-1.png", (10, 160, 60)), ("cola.33.jpg", (200, 20, 30))):
            image = Image.new("RGB", (64, 60), (255, 255, 255))
            image.paste(color, (8, 4, 56, 56))
            image.save(pictures / name)
        path = tmp_path / scenario
        path.write_text(
            "catalogue: {file: data/table.csv, pictures: data/pictures" + extra + "}\n"
            "store: {width_m: 6, depth_m: 5}\n",
            encoding="utf-8",
        )
        return path

    return write


def with_picture_column(rows=ROWS, last="none"):
    return [*(f"{row}," for row in rows[:-1]), f"{rows[-1]},{last}"]


def problems(path):
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    return str(caught.value).splitlines()


def test_what_the_table_says_is_what_the_shop_sells(shop):
    config = load_config(shop(with_picture_column(), HEADER + ",picture"))
    assert config.catalogue.skus == Constant(3)
    store = make_store(sample_scenario(config, seed=4, index=2))
    catalogue = store.catalogue
    assert catalogue.sku == ("tea-1", "cola.33", "cola.zero")
    assert catalogue.brand == ("Acme",) * 3
    assert catalogue.size_m[0].tolist() == [0.13, 0.065, 0.08]
    assert catalogue.mass_kg.tolist() == [0.074, 0.350, 0.351]
    assert catalogue.price_minor.tolist() == [199, 99, 99]
    assert catalogue.popularity.tolist() == [3 / 8, 1 / 8, 4 / 8]
    assert catalogue.weight_twin.tolist() == [-1, 2, 1], "0.350 and 0.351 kg agree within half a percent"
    assert set(store.item_product.tolist()) == {0, 1, 2}
    layer = catalogue.mesh[0].layer.max()
    u0, v0, u1, v1 = (np.array(PANEL_FRONT) * 256).astype(int)
    front = store.textures.pixels[layer, v0 + 8 : v1 - 8, u0 + 8 : u1 - 8]
    assert abs(front.reshape(-1, 3).mean(0) - [10, 160, 60]).max() < 4, "the picture, its border cut off"


def test_packs_without_a_picture_look_the_same_in_every_clip(shop):
    rows = [f"{row},none" for row in ROWS]
    config = load_config(shop(rows, HEADER + ",picture"))
    first, second = (make_store(sample_scenario(config, seed=0, index=index)) for index in (0, 1))
    assert first.store_id != second.store_id
    assert np.array_equal(first.catalogue.picture[1], second.catalogue.picture[1])


def test_the_recipe_follows_the_content_not_the_place(shop, tmp_path, monkeypatch):
    path = shop(with_picture_column(), HEADER + ",picture")
    config = load_config(path)
    assert "folder" not in json.dumps(config.model_dump(mode="json"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert load_config("../scenario.yaml").sha256 == config.sha256
    again = ScenarioConfig.model_validate(config.model_dump(mode="json"))
    assert again.sha256 == config.sha256
    Image.new("RGB", (64, 60), (0, 0, 9)).save(tmp_path / "data" / "pictures" / "tea-1.png")
    assert load_config(path).sha256 != config.sha256
    shop([*with_picture_column()[:-1], ROWS[-1].replace(",99,", ",98,") + ",none"], HEADER + ",picture")
    assert load_config(path).sha256 != config.sha256


def test_a_worker_refuses_a_catalogue_that_changed_or_is_gone(shop, tmp_path):
    scenario = sample_scenario(load_config(shop(with_picture_column(), HEADER + ",picture")), seed=0, index=0)
    table = tmp_path / "data" / "table.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0.074", "0.075"), encoding="utf-8")
    with pytest.raises(ConfigError, match="expected the catalogue that the scenario was read with"):
        make_store(scenario)
    table.unlink()
    with pytest.raises(ConfigError, match=r"cannot read the catalogue .*table\.csv: No such file"):
        make_store(scenario)


def test_a_written_hash_pins_the_content(shop):
    config = load_config(shop(with_picture_column(), HEADER + ",picture"))
    sha256 = config.catalogue.sha256.support[0]
    path = shop(with_picture_column(), HEADER + ",picture", extra=f", sha256: '{sha256}'")
    assert load_config(path).sha256 == config.sha256
    path = shop(with_picture_column(), HEADER + ",picture", extra=f", sha256: '{'0' * 64}'")
    assert problems(path) == [
        f"{path}:1:68: catalogue.sha256: expected the content {'0' * 64}, got {sha256}; the catalogue or a "
        "picture was changed since: put it back, or leave sha256 out"
    ]


def test_paths_start_at_the_file_that_states_them(shop, tmp_path, monkeypatch):
    shop(with_picture_column(), HEADER + ",picture")
    (tmp_path / "deep").mkdir()
    child = tmp_path / "deep" / "child.yaml"
    child.write_text("extends: ../scenario.yaml\nstore: {width_m: 7}\n", encoding="utf-8")
    assert load_config(child).catalogue.file == Constant("../data/table.csv")
    monkeypatch.chdir(tmp_path / "data")
    config = load_config("everyday", ["catalogue.file=table.csv", "catalogue.pictures=pictures"])
    assert config.catalogue.skus == Constant(3)
    assert load_config(child, ["catalogue.file=table.csv"]).catalogue.file == Constant("../data/table.csv")


BAD_CELLS = [
    ("tea-1", "te a", 1, "sku: expected letters, digits"),
    ("cola.33,", "TEA-1,", 1, "sku: expected each SKU once, got 'TEA-1' again (first in line 2)"),
    ("Acme Tea", "", 7, "name: expected 1 to 80 letters, got 0"),
    (",box,", ",boxx,", 16, "got 'boxx'; did you mean 'box'?"),
    (",0.13,", ",130,", 20, "got 130: it fits no shelf; if these are millimetres, write 0.13"),
    (",0.08,", ",0.8,", 31, "height_m: expected metres from 0.01 to 0.39, got 0.8: it fits no shelf"),
    (",0.065,", ",0.55,", 25, "depth_m: expected metres from 0.01 to 0.398, got 0.55: it fits no shelf"),
    (",0.074,", ",-0.074,", 36, "mass_kg: expected kilograms from 0.001 to 20, got -0.074"),
    (",0.074,", ",74,", 36, "got 74; if these are grams, write 0.074"),
    (",0.074,", ",nan,", 36, "mass_kg: expected kilograms from 0.001 to 20, got nan"),
    (",0.074,", ",light,", 36, "mass_kg: expected kilograms from 0.001 to 20, got 'light'"),
    (",199,", ",1.99,", 42, "got '1.99'; if this is a price in major units, write 199"),
    (",199,3", ",199,0", 46, "popularity: expected a number above 0, got 0"),
    (",199,3", ",199", 1, "expected 9 cells as in the first line, got 8"),
]


@pytest.mark.parametrize(("right", "wrong", "column", "message"), BAD_CELLS)
def test_a_bad_cell_is_named_with_its_place(tmp_path, right, wrong, column, message):
    table = tmp_path / "table.csv"
    table.write_text("\n".join([HEADER, *ROWS]).replace(right, wrong, 1), encoding="utf-8")
    line = 3 if right == "cola.33," else 2
    with pytest.raises(ConfigError) as caught:
        load_own_catalogue(table, None, deepest_m=0.398)
    assert str(caught.value).startswith(f"{table}:{line}:{column}: ")
    assert message in str(caught.value)


def draw_labels(tmp_path, rows, header="sku,name,package,size_m,mass_kg,price_minor,color"):
    """Return the front of each product's label, (P, H, W, 3) float64."""
    table = tmp_path / "table.csv"
    table.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    own = load_own_catalogue(table, None, deepest_m=0.41)
    spec = sample_scenario(load_config("everyday"), index=0, seed=0).catalogue
    rng = np.random.default_rng(0)
    pixels = make_own_catalogue(own, spec, first_layer=0, rng=rng)[1].pixels
    u0, v0, u1, v1 = (round(256 * edge) for edge in PANEL_FRONT)
    return pixels[:, v0:v1, u0:u1].astype(np.float64)


def test_flavours_and_sizes_of_a_line_share_its_ground_and_differ_in_a_band(tmp_path):
    box = "box,0.16 x 0.06 x 0.2,0.3,199,"
    names = ("Norra Muesli Nuts", "Norra Muesli Berry", "Norra Muesli Berry 1 kg", "Solveg Muesli Berry")
    nuts, berry, large, other = draw_labels(tmp_path, [f"m{k},{n},{box}" for k, n in enumerate(names)])

    def differs(one, two):
        return float((np.abs(one - two).max(axis=-1) > 24).mean())

    assert 0.02 < differs(nuts, berry) < 0.5
    assert 0.0 < differs(berry, large) < 0.1
    assert differs(berry, other) > 0.6


@pytest.mark.parametrize(("color", "hue"), [("#f2c318", 47), ("#2A5FB4", 217), ("#c2287e", 326)])
@pytest.mark.parametrize("brand", ["Norra", "Solveg", "Ebba", "Tilde"])
def test_a_color_of_the_table_is_the_ground_of_the_label(tmp_path, brand, color, hue):
    label = draw_labels(tmp_path, [f"m,{brand} Muesli,box,0.16 x 0.06 x 0.2,0.3,199,{color}"])[0]
    hsv = np.array([colorsys.rgb_to_hsv(*rgb) for rgb in label.reshape(-1, 3)[::7] / 255])
    off = np.abs((360 * hsv[:, 0] - hue + 180) % 360 - 180)
    assert ((off < 15) & (hsv[:, 1] > 0.3)).mean() > 0.4


def test_a_bad_color_is_named(tmp_path):
    with pytest.raises(ConfigError, match="color: expected # and six hexadecimal digits, got 'yellow'"):
        draw_labels(tmp_path, ["m,Norra Muesli,box,0.16 x 0.06 x 0.2,0.3,199,yellow"])


def test_everything_wrong_is_listed_at_once(shop):
    rows = [
        ROWS[0].replace("box", "bx"),
        ROWS[0],
        ROWS[1].replace("0.350", "x").replace("cola.33", "cola.32"),
    ]
    found = problems(shop(rows))
    assert [line.split("table.csv:")[1].split(": ")[0] for line in found] == ["2:16", "3:1", "4:1", "4:41"]
    assert "picture: expected cola.32.png or cola.32.jpg" in found[2]
    assert "did you mean 'cola.33.jpg'?" in found[2]


def test_a_bad_picture_is_named(shop, tmp_path):
    path = shop(ROWS[:1])
    (tmp_path / "data" / "pictures" / "tea-1.png").write_bytes(b"no picture")
    assert "expected a PNG or JPEG picture, got a file that cannot be read" in problems(path)[0]
    Image.new("RGB", (8, 900)).save(tmp_path / "data" / "pictures" / "tea-1.png")
    assert "expected edges of 16 to 8000 pixels, got 8 x 900" in problems(path)[0]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            HEADER.replace("mass_kg", "mass"),
            "expected a column 'mass_kg', got none; is it the column 'mass'?",
        ),
        (HEADER.replace("depth_m,", "").replace("0.065,", ""), "expected a column 'depth_m', got none"),
        (HEADER + ",brnad", "unknown column 'brnad'; did you mean 'brand'?"),
        (HEADER + ",sku", "expected each column once, got 'sku' again"),
        (
            "sku,name,package,mass_kg,price_minor",
            "expected a column 'size_m' (or width_m, depth_m and height_m)",
        ),
    ],
)
def test_a_bad_first_line(shop, header, message):
    assert message in "\n".join(problems(shop(ROWS, header)))


def test_missing_files_and_unfit_keys(shop, tmp_path):
    path = shop(ROWS)
    path.write_text("catalogue: {file: tabel.csv}\n", encoding="utf-8")
    (tmp_path / "table.csv").write_text("", encoding="utf-8")
    assert problems(path)[0].startswith(f"{path}:1:19: catalogue.file: cannot read the catalogue")
    assert problems(path)[0].endswith("did you mean 'table.csv'?")
    path.write_text("catalogue: {file: table.csv, pictures: pics}\n", encoding="utf-8")
    assert "catalogue.pictures: expected a folder of pictures, got" in problems(path)[0]
    path.write_text("catalogue: {file: table.csv}\n", encoding="utf-8")
    assert "table.csv:1:1: expected a first line with the columns sku, name" in problems(path)[0]
    path.write_text("catalogue: {file: {choice: {a.csv: 0.5, b.csv: 0.5}}}\n", encoding="utf-8")
    assert "catalogue.file: expected one text, got a distribution" in problems(path)[0]
    (tmp_path / "table.csv").write_bytes(b"sku,name\nx,caf\xe9\n")
    path.write_text("catalogue: {file: table.csv}\n", encoding="utf-8")
    assert "table.csv:2:6: expected text in UTF-8, got the byte 0xe9" in problems(path)[0]


def test_semicolons_quotes_and_sizes_in_one_cell(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(
        "\ufeffprice_minor;sku;name;package;size_m;mass_kg;remark\r\n"
        '149;m1;"Milk; 1 l ""fresh""";Carton;0.07 x 0.07x0.235;1.05;cold\r\n\r\n',
        encoding="utf-8",
    )
    (product,) = load_own_catalogue(table, None).products
    assert product.name == 'Milk; 1 l "fresh"'
    assert product.size_m == (0.07, 0.07, 0.235)
    assert product.package == "carton"
    assert product.popularity is None


def test_photographs_are_trimmed_and_fitted():
    photo = Image.new("RGB", (100, 80), (255, 255, 255))
    photo.paste((20, 30, 200), (40, 10, 60, 70))
    trimmed = trim_photo(photo)
    assert trimmed.size == (20, 60)
    assert np.asarray(fit_photo(trimmed, (50, 120)))[60, 2].tolist() == [20, 30, 200], "cropped to fill"
    trimmed.putpixel((10, 30), (250, 250, 0))
    wide = np.asarray(fit_photo(trimmed, (200, 60)))
    assert wide.shape == (60, 200, 3)
    assert wide[30, 3].tolist() == [20, 30, 200], "the border's colour goes on"


def test_the_example_makes_a_shop():
    config = load_config(EXAMPLE / "own_catalogue.yaml")
    store = make_store(sample_scenario(config, seed=0, index=0))
    assert len(store.catalogue.sku) == 8
    assert set(store.item_product.tolist()) == set(range(8))


def test_a_fruit_shows_no_white_wherever_it_is_seen_from():
    """A red disc with a stalk on white: all of the skin is red, and its edges meet."""
    y, x = np.mgrid[0:200, 0:200]
    pixels = np.full((200, 200, 3), 255, np.uint8)
    pixels[np.hypot(x - 100, y - 110) < 80] = (200, 30, 40)
    pixels[5:40, 97:103] = (60, 40, 20)
    pixels[185:195, 20:180] = 226  # a shadow
    skin = np.asarray(unwrap_skin(trim_photo(Image.fromarray(pixels)), (256, 256))).astype(int)
    assert abs(skin - [200, 30, 40]).max() < 12
    lit = pixels.copy()
    lit[:, 100:] = np.where(lit[:, 100:] == [200, 30, 40], [250, 90, 40], lit[:, 100:])
    skin = np.asarray(unwrap_skin(Image.fromarray(lit), (256, 256))).astype(int)
    assert (skin[128, 64:120, 1] < 50).all()
    assert (skin[128, 136:192, 1] > 70).all()
    assert abs(skin[:, [0, 255]] - skin[:, [127, 128]]).max() < 70
    assert np.array_equal(skin[:, :64], skin[:, 64:128][:, ::-1])


def test_the_roof_in_a_cartons_picture_is_cut_off_and_a_flat_front_is_not():
    pixels = np.full((300, 120, 3), 255, np.uint8)
    pixels[60:, :] = (30, 80, 160)
    pixels[:60, 40:80] = (200, 30, 40)
    assert np.asarray(crop_body(Image.fromarray(pixels)))[0, 60].tolist() == [30, 80, 160]
    flat = Image.fromarray(np.full((300, 120, 3), 90, np.uint8))
    assert crop_body(flat) is flat


def test_what_is_sold_by_the_kilogram_has_the_price_of_one_and_whole_grams(shop):
    rows = [f"{row},{unit},none" for row, unit in zip(ROWS, ("kg", "each", ""), strict=True)]
    rows[0] = rows[0].replace(",0.074,", ",0.0744,")
    catalogue = make_store(
        sample_scenario(load_config(shop(rows, HEADER + ",sold_by,picture")), seed=0, index=0)
    ).catalogue
    assert catalogue.sold_by == ("kg", "each", "each")
    assert catalogue.mass_kg.tolist() == [0.074, 0.350, 0.351]
    assert catalogue.price_minor[0] == 199
    wrong = problems(shop([row.replace("kg", "kilo") for row in rows], HEADER + ",sold_by,picture"))
    assert wrong[0].endswith("sold_by: expected each or kg, got 'kilo'")


@pytest.mark.parametrize("package", [package for package in PACKAGES if package not in SKINNED])
def test_a_disc_photographed_is_a_disc_on_the_pack(package):
    """As wide as high along the pack's skin, which the mesh's triangles say by themselves."""
    size_m = np.array({"can": (0.066, 0.066, 0.115)}.get(package, (0.15, 0.11, 0.14)))
    for wide, high, kind in ((200, 400, "Ham"), (300, 300, "Ham"), (400, 200, "Novelty")):
        photo = Image.new("RGB", (wide, high), (30, 60, 160))
        ImageDraw.Draw(photo).ellipse((wide / 2 - 60, high / 2 - 60, wide / 2 + 60, high / 2 + 60), "red")
        texture = make_label(DESIGN, package, size_m, kind=kind, photo=photo).astype(int)
        mesh = make_pack_mesh(package, size_m, PackLook(0, (180, 90, 60), (200, 40, 40), kind))
        for toward in ([0, -1, 0], [0, 0, 1]) if package == "tray" else ([0, -1, 0],):
            assert measure_red(mesh, texture, np.array(toward)) == pytest.approx(1, abs=0.12)


def measure_red(mesh, texture, toward):
    """Return how many times as wide as high what is red is on the faces that look toward somewhere."""
    faces = mesh.faces[(mesh.layer[mesh.faces] == 0).all(axis=1)]
    corner, uv = mesh.position_m[faces].astype(float), mesh.uv[faces].astype(float)
    edge, step = (part[:, 1:] - part[:, :1] for part in (corner, uv))
    normal = np.cross(edge[:, 0], edge[:, 1])
    area = np.linalg.norm(normal, axis=1)
    area *= normal @ toward > 0.4 * area
    rng = np.random.default_rng(0)
    owner = rng.choice(len(faces), 20_000, p=area / area.sum())
    place = np.einsum("ns,nsi->ni", rng.dirichlet([1, 1, 1], len(owner)), uv[owner])
    column, row = np.minimum(place * 256, 255).astype(int).T
    red = texture[row, column, 0] - texture[row, column, 2] > 60
    # Metres that a step of the texture across and one down go on each triangle.
    metres = np.linalg.norm(np.linalg.solve(step[owner[red]], edge[owner[red]]), axis=-1)
    across, down = place[red].std(axis=0) * metres.mean(axis=0)
    return across / down
