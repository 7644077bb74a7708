"""What a label says and how it looks."""

from dataclasses import dataclass

from scenes.goods.lettering import RGB

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
