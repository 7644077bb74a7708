"""What is printed on posters, banners and notices.

In: the shop's colour and a generator. Out: designs, their textures, and where in these each is.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

from scenes.goods.labels.photographs import choose_subject, take_photograph
from scenes.goods.lettering import blend, draw_text, pick_ink
from scenes.goods.pictograms import PICTOGRAMS, draw_pictogram
from scenes.world import TEXTURE_PX, Textures

RGB = tuple[int, int, int]
Cell = tuple[float, float, float, float]  # left, top, right, bottom of a texture, 0 to 1
POSTERS, BANNERS = 4, 3  # a layer has a poster and notices beside it; the last layer has all banners
LAYERS = POSTERS + 1
POSTER: Cell = (0.0, 0.0, 181 / 256, 1.0)  # of the proportions of ISO 216
NOTICES: tuple[Cell, ...] = ((184 / 256, 0.0, 1.0, 102 / 256), (184 / 256, 104 / 256, 1.0, 206 / 256))
PLATE: Cell = (184 / 256, 208 / 256, 232 / 256, 1.0)
_HEADLINES = (
    "Fresh today", "New in", "Try me", "Half price", "Tasty", "Back again", "Local", "Crunchy", "Cool down",
    "Good morning", "2 for 1", "Family size",
)  # fmt: skip
_SLOGANS = ("Fresh every day", "Thank you", "Great value", "Always open", "Your corner shop", "Good to go")
_GROUNDS: tuple[RGB, ...] = (
    (206, 52, 44), (240, 190, 44), (38, 104, 70), (34, 84, 158), (236, 232, 220), (226, 128, 42),
    (40, 40, 48), (150, 196, 220), (204, 216, 150), (178, 74, 120),
)  # fmt: skip
_HEADS: tuple[RGB, ...] = ((200, 44, 40), (34, 88, 160), (240, 200, 40), (60, 60, 64), (24, 120, 72))


@dataclass(frozen=True)
class Print:
    """One poster or banner, or the head of a notice.

    Attributes:
        ground, accent: Colours.
        pictogram: A key of PICTOGRAMS; posters show a photograph of what it stands for.
        words: What is written large.
        price: What is written in a star, "" for none.
    """

    ground: RGB
    accent: RGB
    pictogram: str
    words: str
    price: str


def sample_prints(color: RGB, *, rng: np.random.Generator) -> tuple[Print, ...]:
    """Draw what the shop's posters (POSTERS of them) and banners (BANNERS) show; banners have its colour."""
    prints = []
    for number in range(POSTERS + BANNERS):
        poster = number < POSTERS
        ground, accent = (_GROUNDS[k] for k in rng.choice(len(_GROUNDS), 2, replace=False).tolist())
        words = _HEADLINES if poster else _SLOGANS
        price = f"{int(rng.integers(1, 9))}.{int(rng.choice([29, 49, 79, 99]))}" if rng.random() < 0.6 else ""
        prints.append(
            Print(
                ground if poster or rng.random() < 0.4 else color,
                accent,
                list(PICTOGRAMS)[int(rng.integers(len(PICTOGRAMS)))],
                words[int(rng.integers(len(words)))],
                price if poster else "",
            )
        )
    return tuple(prints)


def find_banner(number: int) -> Cell:
    """Return where a banner is in the last layer."""
    return 0.0, number / BANNERS, 1.0, (number + 1) / BANNERS


def make_print_textures(prints: tuple[Print, ...]) -> Textures:
    """Make LAYERS textures of what is printed."""
    return Textures(LAYERS, prints, partial(_draw_prints, prints))


def _draw_prints(prints: tuple[Print, ...]) -> np.ndarray:
    layers = []
    for number, design in enumerate(prints[:POSTERS]):
        image = Image.new("RGB", (TEXTURE_PX, TEXTURE_PX), (246, 246, 242))
        image.paste(_draw_poster(design), (0, 0))
        for k, cell in enumerate(NOTICES):
            notice = _draw_notice(_HEADS[(2 * number + k) % len(_HEADS)], 5 * number + k)
            image.paste(notice, (round(cell[0] * TEXTURE_PX), round(cell[1] * TEXTURE_PX)))
        image.paste(_draw_plate(), (round(PLATE[0] * TEXTURE_PX), round(PLATE[1] * TEXTURE_PX)))
        layers.append(np.asarray(image))
    image = Image.new("RGB", (TEXTURE_PX, TEXTURE_PX))
    for k, design in enumerate(prints[POSTERS:]):
        image.paste(_draw_banner(design), (0, round(k / BANNERS * TEXTURE_PX)))
    return np.stack([*layers, np.asarray(image)])


def _shade(size: tuple[int, int], top: RGB, bottom: RGB) -> Image.Image:
    """Return a picture that fades from one colour to another, downward."""
    share = np.linspace(0, 1, size[1])[:, None, None]
    rows = np.array(top, float) + share * (np.array(bottom, float) - np.array(top, float))
    return Image.fromarray(np.repeat(rows, size[0], axis=1).astype(np.uint8))


def _draw_poster(design: Print) -> Image.Image:
    """Draw a poster: a headline, a photograph as large as a product, the price in a burst."""
    width, height = round(POSTER[2] * TEXTURE_PX), TEXTURE_PX
    image = _shade((width, height), design.ground, blend(design.ground, design.accent, 0.45))
    draw, ink = ImageDraw.Draw(image), pick_ink(design.ground)
    draw.ellipse(
        (0.08 * width, 0.26 * height, 0.92 * width, 0.82 * height),
        fill=blend(design.ground, (250, 248, 240), 0.55),
    )
    picture = take_photograph(choose_subject("", "", design.pictogram), 0)
    image.paste(picture, ((width - picture.width) // 2, round(0.55 * height) - picture.height // 2), picture)
    draw_text(draw, design.words, (8, 10, width - 8, 0.21 * height), ink, bold=0.04)
    draw.rectangle((0, 0.88 * height, width, height), fill=blend(design.accent, (0, 0, 0), 0.3))
    draw.rectangle((0.12 * width, 0.92 * height, 0.7 * width, 0.935 * height), fill=(230, 228, 220))
    if design.price:
        box = (0.56 * width, 0.6 * height, 0.98 * width, 0.6 * height + 0.42 * width)
        draw.ellipse(box, fill=(250, 220, 50))
        draw_text(
            draw, design.price, (box[0] + 7, box[1] + 12, box[2] - 7, box[3] - 12), (190, 24, 30), bold=0.05
        )
    return image


def _draw_banner(design: Print) -> Image.Image:
    """Draw a banner: a slogan between two pictograms."""
    width, height = TEXTURE_PX, TEXTURE_PX // BANNERS + 1
    image = _shade((width, height), blend(design.ground, (255, 255, 255), 0.12), design.ground)
    draw, ink = ImageDraw.Draw(image), pick_ink(design.ground)
    draw.rectangle((0, height - 9, width, height), fill=blend(design.accent, (0, 0, 0), 0.15))
    draw_pictogram(draw, design.pictogram, (34, height / 2 - 3), 54, design.accent, paper=True)
    draw_text(draw, design.words, (70, 12, width - 12, height - 18), ink, bold=0.03, face=4)
    return image


def _draw_notice(head: RGB, number: int) -> Image.Image:
    """Draw a sheet with a coloured head and lines of small print, or opening hours in two columns."""
    size = tuple(round((NOTICES[0][k + 2] - NOTICES[0][k]) * TEXTURE_PX) for k in range(2))
    image = Image.new("RGB", (size[0], size[1]), (248, 248, 244))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], 22), fill=head)
    draw_text(
        draw, ("Notice", "Open", "CCTV", "Staff", "Exit")[number % 5], (6, 3, size[0] - 6, 20), pick_ink(head)
    )
    for line in range(9):
        y, cut = 31 + 7 * line, (7 * line + 11 * number) % 19
        if number % 2:
            draw.rectangle((7, y, 28, y + 2), fill=(90, 90, 94))
            draw.rectangle((38, y, 62 - cut // 4, y + 2), fill=(60, 60, 64))
        else:
            draw.rectangle((7, y, size[0] - 8 - cut, y + 2), fill=(110, 110, 114))
    return image


def _draw_plate() -> Image.Image:
    """Draw the sign of a fire extinguisher after ISO 7010 F001: white on red."""
    image = Image.new("RGB", (48, 48), (188, 30, 36))
    draw, white = ImageDraw.Draw(image), (248, 248, 248)
    draw.rounded_rectangle((18, 16, 30, 42), 4, fill=white)
    draw.rectangle((21, 8, 27, 16), fill=white)
    draw.line([(27, 11), (37, 16), (37, 26)], fill=white, width=3)
    draw.rectangle((1, 1, 46, 46), outline=white, width=2)
    return image
