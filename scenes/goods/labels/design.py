"""What a label says and how it looks."""

from dataclasses import dataclass

from scenes.goods.lettering import RGB
from scenes.typefaces import FACES

TEMPLATES = (
    "sunburst", "swoosh", "disc", "vignette", "table", "arc", "frame", "bleed", "halves", "badge",
)  # fmt: skip


@dataclass(frozen=True)
class LabelDesign:
    """All that a label says and how it looks.

    Attributes:
        brand, name, flavour, content: As printed.
        base: Ground colour.
        accent: The flavour's colour: the only thing in which look-alikes differ, apart from its name.
        template: One of TEMPLATES.
        pictogram: See scenes.goods.pictograms.
        logo: 0 to 4, how the brand is set.
        code: Digits of the bar code.
        body: Colour of what is inside, or of a fruit's shaded parts.
        face: Typeface of brand and name, see scenes.typefaces.
        plain_ground: Whether the ground is of its colour as it is, no pale tint and no dark shade of it.
    """

    brand: str
    name: str
    flavour: str
    content: str
    base: RGB
    accent: RGB
    template: str
    pictogram: str
    logo: int
    code: str
    body: RGB = (96, 110, 40)
    face: int = 0
    plain_ground: bool = False


def find_face(brand: str) -> int:
    """Return the typeface of a brand, the same on all its packs."""
    return sum(brand.encode()) % FACES


def keep_apart(accent: RGB, base: RGB) -> RGB:
    """Return a flavour's colour, or white or dark blue where it would vanish on the ground.

    >>> keep_apart((200, 30, 30), (190, 40, 30)), keep_apart((200, 30, 30), (20, 40, 130))
    ((250, 248, 240), (200, 30, 30))
    """
    if sum(abs(a - b) for a, b in zip(accent, base, strict=True)) >= 90:
        return accent
    return (250, 248, 240) if sum(base) < 380 else (36, 40, 70)
