"""What quantities cost: by the item, or by the kilogram.

In: the catalogue's prices, and the grams of what is weighed. Out: amounts and receipt lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenes.world import Catalogue
from synth.records import ReceiptLine


@dataclass(frozen=True)
class Tariff:
    """Prices by SKU.

    Attributes:
        price_minor: Of an item, or of a kilogram of what is weighed.
        grams: Of an item of what is weighed.
    """

    price_minor: Mapping[str, int]
    grams: Mapping[str, int] = field(default_factory=dict)

    def amount_minor(self, sku: str, quantity: int) -> int:
        """Compute what a quantity costs; a line of weighed goods is rounded once, halves up.

        >>> Tariff({"apple": 299}, {"apple": 172}).amount_minor("apple", 3)
        154
        """
        price, grams = self.price_minor[sku], self.grams.get(sku, 0) * abs(quantity)
        if sku not in self.grams:
            return price * quantity
        amount = (2 * price * grams + 1000) // 2000
        return amount if quantity >= 0 else -amount

    def line(self, sku: str, quantity: int) -> ReceiptLine:
        """Write the line of a quantity."""
        return ReceiptLine(sku, quantity, self.price_minor[sku], self.grams.get(sku, 0) * quantity)


def make_tariff(catalogue: Catalogue) -> Tariff:
    """Read the prices of a catalogue."""
    prices = {sku: int(p) for sku, p in zip(catalogue.sku, catalogue.price_minor, strict=True)}
    grams = {
        sku: round(1000 * float(mass_kg))
        for sku, mass_kg, unit in zip(catalogue.sku, catalogue.mass_kg, catalogue.sold_by, strict=True)
        if unit == "kg"
    }
    return Tariff(prices, grams)
