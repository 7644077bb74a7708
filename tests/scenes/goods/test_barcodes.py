"""Bar codes on labels are EAN-13: by the standard's own arithmetic, and to a reader of somebody else's."""

import numpy as np
import pytest
from PIL import Image

from scenes.goods.barcodes import CODE_ROWS, complete_code, make_modules
from scenes.goods.catalogue import make_catalogue
from scenes.goods.labels import LabelDesign, list_code_boxes, make_label
from scenes.goods.packages import PACKAGES, PackLook, make_pack_mesh
from scenes.randomness import make_rng
from scenes.scenario import CatalogueSpec

SIZES_M = {"can": (0.066, 0.066, 0.115), "box": (0.19, 0.065, 0.29), "carton": (0.07, 0.07, 0.235)} | {
    "bag": (0.18, 0.06, 0.25)
}


def test_modules_are_those_of_the_standards_example():
    """GS1's example 4006381333931, bars written out by hand: guards, six digits of sets L and G, six of R."""
    bits = "".join("1" if dark else "0" for dark in make_modules("4006381333931"))
    assert len(bits) == 95
    assert (bits[:3], bits[45:50], bits[-3:]) == ("101", "01010", "101")
    assert bits[3:17] == "0001101" + "0100111", "0 in set L, 0 in set G"
    assert bits[50:57] == "1000010", "3 in set R"


def test_the_check_digit_makes_the_weighted_sum_divisible_by_ten():
    for number in range(40):
        code = complete_code(f"{number * 27182818284 % 10**12:012d}")
        digits = np.array([int(digit) for digit in code])
        assert len(code) == 13
        assert (digits[::2].sum() + 3 * digits[1::2].sum()) % 10 == 0


@pytest.mark.parametrize("package", SIZES_M)
def test_a_reader_reads_the_code_on_a_label(package):
    reader = pytest.importorskip("zxingcpp", reason="no bar code reader is installed")
    code = complete_code("401234567890")
    design = LabelDesign(
        "Dorsen", "Tea", "Mint", "20 g", (40, 90, 60), (230, 200, 60), "arc", "leaf", 1, code, face=2
    )
    label = Image.fromarray(make_label(design, package, np.array(SIZES_M[package])))
    large = label.resize((3 * label.width, 3 * label.height), Image.Resampling.NEAREST)
    lower = large.crop((0, large.height // 6, large.width, large.height))
    found = {barcode.text for barcode in reader.read_barcodes(np.asarray(lower))}
    assert found == {code}
    assert label.height >= CODE_ROWS


def test_the_catalogue_says_the_codes_of_its_packs():
    """Read the bars of each texture by hand: dark and light modules down the middle of the code's box."""
    catalogue, textures, _ = make_catalogue(
        CatalogueSpec(), store_format="convenience", first_layer=0, rng=make_rng(3, 0, "codes")
    )
    for package, code, texture in zip(catalogue.package, catalogue.code, textures.pixels, strict=True):
        boxes = list_code_boxes(package)
        assert bool(boxes) == bool(code)
        for left, top, right, bottom in boxes:
            dark = texture[top:bottom, (left + right) // 2, 1] < 128
            assert np.array_equal(dark[7:-7], make_modules(code))
            assert not dark[:7].any()
            assert not dark[-7:].any()
    assert len({code for code in catalogue.code if code}) == sum(map(bool, catalogue.code))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_pack_shows_the_code_that_it_bears(package):
    """Somewhere outside, never on a face that looks to the shopper."""
    mesh = make_pack_mesh(package, np.array([0.1, 0.06, 0.2]), PackLook(0, (1, 2, 3), (4, 5, 6)))
    corner = mesh.uv[mesh.faces] * 256
    behind = mesh.position_m[mesh.faces, 1].mean(axis=1) > -0.02
    for left, top, right, bottom in list_code_boxes(package):
        low, high = corner.min(axis=1), corner.max(axis=1)
        shown = (low < [right, bottom]).all(axis=1) & (high > [left, top]).all(axis=1)
        shown &= mesh.layer[mesh.faces[:, 0]] >= 0
        assert (shown & behind).any()
