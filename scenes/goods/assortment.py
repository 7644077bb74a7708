"""What kinds of product a shop can sell: the table from which catalogues are made.

Each family has a pack, sizes with their content and gross mass, a price range, flavours with their
colour and a pictogram. Sizes and masses follow everyday European packs (a 330 ml can is 66 x 115 mm and
0.35 kg, a 1 l carton 70 x 70 x 235 mm and 1.05 kg). Brands and names are invented.
"""

from dataclasses import dataclass

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class PackSize:
    """One size of a product.

    Attributes:
        content: As printed, e.g. ``"330 ml"``.
        size_mm: Width, depth, height.
        mass_g: Gross mass.
        price_minor: Usual shelf price in minor units.
    """

    content: str
    size_mm: tuple[int, int, int]
    mass_g: int
    price_minor: int


@dataclass(frozen=True)
class Family:
    """A kind of product.

    Attributes:
        name: What it is, as printed.
        section: The part of the shop where it stands.
        package: See scenes.goods.packages.PACKAGES.
        sizes: Sizes on sale.
        flavours: (name, colour) pairs.
        pictogram: See scenes.goods.labels.PICTOGRAMS.
        body: Colour of liquid, glass content or tub.
        base: Usual ground colours of the label.
    """

    name: str
    section: str
    package: str
    sizes: tuple[PackSize, ...]
    flavours: tuple[tuple[str, RGB], ...]
    pictogram: str
    body: RGB
    base: tuple[RGB, ...]


_CAN_330 = PackSize("330 ml", (66, 66, 115), 350, 99)
_CAN_SLIM = PackSize("250 ml", (53, 53, 134), 268, 139)
_CAN_500 = PackSize("500 ml", (66, 66, 168), 525, 149)
_PET_500 = PackSize("500 ml", (65, 65, 225), 528, 119)
_PET_1500 = PackSize("1.5 l", (88, 88, 310), 1545, 159)
_CARTON_1L = PackSize("1 l", (70, 70, 235), 1055, 149)
_CARTON_500 = PackSize("500 ml", (70, 70, 145), 535, 99)
_TIN_400 = PackSize("400 g", (74, 74, 110), 465, 129)
_TIN_200 = PackSize("185 g", (84, 84, 46), 225, 189)

WHITE: RGB = (246, 245, 240)
CREAM: RGB = (244, 232, 205)
RED: RGB = (200, 36, 40)
ORANGE: RGB = (236, 126, 30)
YELLOW: RGB = (246, 200, 44)
GREEN: RGB = (46, 138, 66)
LIME: RGB = (150, 190, 50)
TEAL: RGB = (20, 140, 140)
BLUE: RGB = (28, 92, 180)
SKY: RGB = (98, 176, 226)
NAVY: RGB = (24, 38, 92)
PURPLE: RGB = (112, 52, 140)
PINK: RGB = (228, 92, 142)
BROWN: RGB = (104, 62, 34)
BLACK: RGB = (32, 30, 34)
SILVER: RGB = (196, 200, 206)

# Grounds that any brand may choose to stand out.
BOLD_BASES: tuple[RGB, ...] = (RED, ORANGE, YELLOW, GREEN, TEAL, BLUE, NAVY, PURPLE, PINK, BLACK)

# ruff: noqa: E501 - a table, a family a row
FAMILIES = (
    Family("Cola", "Drinks", "can", (_CAN_330, _CAN_500),
           (("Original", RED), ("Zero", BLACK), ("Cherry", PINK), ("Lime", LIME)), "bubbles", BROWN, (RED, BLACK, NAVY)),
    Family("Lemonade", "Drinks", "can", (_CAN_330,),
           (("Orange", ORANGE), ("Lemon", YELLOW), ("Elderflower", LIME), ("Raspberry", PINK)), "fruit", ORANGE, (SKY, YELLOW, GREEN)),
    Family("Energy Drink", "Drinks", "can", (_CAN_SLIM, _CAN_500),
           (("Classic", BLUE), ("Tropical", ORANGE), ("Berry", PURPLE), ("Sugarfree", SILVER)), "bolt", LIME, (BLACK, NAVY, SILVER)),
    Family("Iced Tea", "Drinks", "bottle", (_PET_500, _PET_1500),
           (("Peach", ORANGE), ("Lemon", YELLOW), ("Green Tea", GREEN)), "leaf", (170, 96, 40), (YELLOW, GREEN, CREAM)),
    Family("Spring Water", "Drinks", "bottle", (_PET_500, _PET_1500),
           (("Still", SKY), ("Sparkling", BLUE), ("Gentle", TEAL)), "drop", (196, 222, 234), (SKY, WHITE, BLUE)),
    Family("Juice", "Drinks", "carton", (_CARTON_1L,),
           (("Orange", ORANGE), ("Apple", GREEN), ("Multifruit", RED), ("Grape", PURPLE)), "fruit", ORANGE, (WHITE, YELLOW, GREEN)),
    Family("Milk", "Dairy", "carton", (_CARTON_1L, _CARTON_500),
           (("Whole", BLUE), ("Semi-Skimmed", SKY), ("Skimmed", PINK), ("Lactose Free", PURPLE)), "cow", WHITE, (WHITE, SKY)),
    Family("Oat Drink", "Dairy", "carton", (_CARTON_1L,),
           (("Barista", BROWN), ("Original", ORANGE), ("Chocolate", (80, 44, 26))), "wheat", CREAM, (CREAM, SKY, TEAL)),
    Family("Yogurt", "Dairy", "tub", (PackSize("150 g", (75, 75, 72), 162, 69), PackSize("500 g", (95, 95, 115), 525, 199)),
           (("Natural", SKY), ("Strawberry", RED), ("Blueberry", PURPLE), ("Peach", ORANGE), ("Vanilla", YELLOW)), "fruit", WHITE, (WHITE, CREAM)),
    Family("Margarine", "Dairy", "tub", (PackSize("400 g", (112, 112, 70), 425, 219),),
           (("Salted", GREEN), ("Light", SKY), ("Olive", LIME)), "sun", YELLOW, (YELLOW, WHITE)),
    Family("Mousse", "Dairy", "tub", (PackSize("375 g", (98, 98, 105), 410, 449),),
           (("Vanilla", YELLOW), ("Chocolate", BROWN), ("Strawberry", PINK), ("Pistachio", LIME)), "heart", CREAM, (NAVY, PINK, CREAM)),
    Family("Crisps", "Snacks", "bag", (PackSize("150 g", (185, 75, 285), 163, 199), PackSize("45 g", (125, 55, 185), 52, 99)),
           (("Salted", RED), ("Paprika", ORANGE), ("Sour Cream", GREEN), ("Vinegar", SKY), ("Chilli", BLACK)), "star", YELLOW, (RED, YELLOW, BLUE)),
    Family("Tortilla Chips", "Snacks", "bag", (PackSize("200 g", (190, 80, 290), 214, 229),),
           (("Natural", YELLOW), ("Cheese", ORANGE), ("Chilli", RED)), "sun", YELLOW, (NAVY, ORANGE, BLACK)),
    Family("Peanuts", "Snacks", "bag", (PackSize("200 g", (130, 60, 200), 209, 179),),
           (("Salted", BLUE), ("Honey", YELLOW), ("Spicy", RED)), "bean", BROWN, (BLUE, GREEN, YELLOW)),
    Family("Gummy Bears", "Snacks", "bag", (PackSize("175 g", (130, 50, 195), 184, 129),),
           (("Fruit Mix", RED), ("Sour", LIME), ("Cola", BROWN)), "heart", RED, (YELLOW, PINK, SKY)),
    Family("Biscuits", "Snacks", "box", (PackSize("225 g", (160, 55, 190), 262, 189),),
           (("Butter", YELLOW), ("Chocolate", BROWN), ("Lemon", LIME), ("Hazelnut", ORANGE)), "wheat", BROWN, (RED, NAVY, CREAM)),
    Family("Chocolates", "Snacks", "box", (PackSize("200 g", (180, 35, 120), 241, 399),),
           (("Milk", SKY), ("Dark", BLACK), ("Praline", ORANGE)), "heart", BROWN, (PURPLE, BROWN, RED)),
    Family("Cereal", "Breakfast", "box", (PackSize("375 g", (190, 65, 290), 458, 329), PackSize("500 g", (195, 80, 305), 592, 379)),
           (("Corn Flakes", YELLOW), ("Choco Puffs", BROWN), ("Honey Loops", ORANGE), ("Fruit Muesli", PURPLE)), "wheat", YELLOW, (ORANGE, BLUE, RED, GREEN)),
    Family("Porridge Oats", "Breakfast", "bag", (PackSize("500 g", (120, 80, 200), 511, 169),),
           (("Fine", SKY), ("Jumbo", RED), ("Wholegrain", BROWN)), "wheat", CREAM, (CREAM, BLUE)),
    Family("Coffee", "Breakfast", "bag", (PackSize("500 g", (95, 65, 230), 515, 599), PackSize("250 g", (85, 55, 175), 262, 379)),
           (("Crema", YELLOW), ("Espresso", RED), ("Decaf", GREEN), ("Mild", SKY)), "bean", BROWN, (BLACK, BROWN, RED)),
    Family("Instant Coffee", "Breakfast", "jar", (PackSize("200 g", (92, 92, 165), 612, 649),),
           (("Gold", YELLOW), ("Classic", RED), ("Decaf", GREEN)), "bean", (62, 36, 20), (BLACK, CREAM)),
    Family("Tea", "Breakfast", "box", (PackSize("25 bags", (130, 65, 80), 74, 199),),
           (("Earl Grey", BLUE), ("Peppermint", GREEN), ("Fruit", RED), ("Chamomile", YELLOW)), "leaf", GREEN, (CREAM, GREEN, NAVY)),
    Family("Jam", "Breakfast", "jar", (PackSize("340 g", (76, 76, 105), 538, 249),),
           (("Strawberry", RED), ("Apricot", ORANGE), ("Cherry", (130, 16, 40)), ("Blueberry", PURPLE)), "fruit", (150, 20, 30), (CREAM, WHITE)),
    Family("Honey", "Breakfast", "jar", (PackSize("500 g", (82, 82, 112), 716, 499),),
           (("Blossom", YELLOW), ("Forest", BROWN), ("Acacia", LIME)), "sun", (206, 132, 22), (CREAM, YELLOW)),
    Family("Pasta", "Pantry", "box", (PackSize("500 g", (105, 55, 200), 542, 149),),
           (("Fusilli", BLUE), ("Penne", GREEN), ("Farfalle", RED)), "wheat", YELLOW, (BLUE, NAVY, YELLOW)),
    Family("Rice", "Pantry", "bag", (PackSize("1 kg", (135, 75, 235), 1012, 229),),
           (("Basmati", GREEN), ("Jasmine", PURPLE), ("Long Grain", BLUE)), "wheat", WHITE, (ORANGE, WHITE, GREEN)),
    Family("Flour", "Pantry", "bag", (PackSize("1 kg", (105, 75, 180), 1010, 99),),
           (("Wheat", BLUE), ("Spelt", BROWN), ("Rye", GREEN)), "wheat", WHITE, (WHITE, CREAM)),
    Family("Tomatoes", "Pantry", "can", (_TIN_400,),
           (("Chopped", GREEN), ("Peeled", RED), ("Basil", LIME)), "fruit", RED, (RED, WHITE)),
    Family("Beans", "Pantry", "can", (_TIN_400,),
           (("Baked", TEAL), ("Kidney", RED), ("White", SKY), ("Black", BLACK)), "bean", BROWN, (TEAL, YELLOW, GREEN)),
    Family("Soup", "Pantry", "can", (_TIN_400,),
           (("Tomato", RED), ("Chicken", YELLOW), ("Mushroom", BROWN), ("Pea", GREEN)), "bowl", RED, (RED, WHITE, NAVY)),
    Family("Tuna", "Pantry", "can", (_TIN_200,),
           (("in Brine", SKY), ("in Oil", YELLOW), ("Chilli", RED)), "fish", SKY, (NAVY, BLUE, WHITE)),
    Family("Pasta Sauce", "Pantry", "jar", (PackSize("400 g", (78, 78, 142), 632, 279),),
           (("Basil", GREEN), ("Arrabbiata", RED), ("Bolognese", BROWN), ("Ricotta", CREAM)), "fruit", (168, 34, 18), (CREAM, GREEN)),
    Family("Pesto", "Pantry", "jar", (PackSize("190 g", (66, 66, 92), 338, 299),),
           (("Genovese", GREEN), ("Rosso", RED)), "leaf", (74, 96, 24), (GREEN, CREAM)),
    Family("Ketchup", "Pantry", "bottle", (PackSize("500 ml", (72, 72, 205), 602, 249),),
           (("Tomato", RED), ("Hot", BLACK), ("Curry", YELLOW)), "fruit", (176, 24, 22), (WHITE, RED)),
    Family("Olive Oil", "Pantry", "bottle", (PackSize("750 ml", (74, 74, 295), 1148, 799),),
           (("Extra Virgin", GREEN), ("Mild", YELLOW), ("Lemon", LIME)), "leaf", (112, 116, 28), (CREAM, GREEN)),
    Family("Shampoo", "Household", "bottle", (PackSize("300 ml", (62, 62, 205), 346, 289),),
           (("Fresh", SKY), ("Repair", PINK), ("Sensitive", TEAL), ("Sport", NAVY)), "drop", (228, 232, 236), (WHITE, TEAL, PINK)),
    Family("Shower Gel", "Household", "bottle", (PackSize("250 ml", (58, 58, 190), 287, 199),),
           (("Citrus", YELLOW), ("Ocean", BLUE), ("Aloe", GREEN), ("Rose", PINK)), "bubbles", (64, 158, 196), (SKY, WHITE, GREEN)),
    Family("Dish Soap", "Household", "bottle", (PackSize("500 ml", (68, 68, 225), 556, 149),),
           (("Lemon", YELLOW), ("Apple", LIME), ("Sensitive", SKY)), "bubbles", (120, 190, 60), (GREEN, YELLOW, WHITE)),
    Family("Soap", "Household", "box", (PackSize("4 x 100 g", (100, 60, 110), 436, 249),),
           (("Lavender", PURPLE), ("Olive", LIME), ("Rose", PINK)), "drop", WHITE, (WHITE, PINK, SKY)),
    Family("Detergent", "Household", "box", (PackSize("1.3 kg", (185, 85, 250), 1420, 699),),
           (("Color", PINK), ("White", BLUE), ("Sensitive", LIME)), "star", WHITE, (BLUE, ORANGE, GREEN)),
    Family("Tissues", "Household", "box", (PackSize("100 pcs", (118, 118, 125), 245, 179),),
           (("Soft", SKY), ("Balsam", GREEN), ("Classic", PURPLE)), "heart", WHITE, (WHITE, SKY)),
    Family("Cat Food", "Household", "bag", (PackSize("400 g", (150, 75, 235), 416, 289),),
           (("Chicken", YELLOW), ("Salmon", PINK), ("Beef", RED)), "cat", BROWN, (PURPLE, ORANGE, TEAL)),
    Family("Cola", "Drinks", "multipack", (PackSize("6 x 330 ml", (200, 134, 122), 2130, 499),),
           (("Original", RED), ("Zero", BLACK), ("Lime", LIME)), "bubbles", SILVER, (RED, BLACK, NAVY)),
    Family("Lager", "Drinks", "can", (_CAN_500,),
           (("Classic", GREEN), ("Pilsner", YELLOW), ("Alcohol Free", SKY), ("Wheat", ORANGE)), "wheat", YELLOW, (WHITE, GREEN, NAVY)),
    Family("Lager", "Drinks", "multipack", (PackSize("6 x 500 ml", (200, 134, 174), 3200, 649),),
           (("Classic", GREEN), ("Pilsner", YELLOW), ("Alcohol Free", SKY)), "wheat", SILVER, (GREEN, NAVY, RED)),
    Family("Smoothie", "Drinks", "bottle", (PackSize("250 ml", (58, 58, 160), 274, 229), PackSize("750 ml", (80, 80, 235), 792, 399)),
           (("Mango", ORANGE), ("Berry", PURPLE), ("Spinach", GREEN), ("Strawberry", RED)), "fruit", (226, 120, 60), (WHITE, CREAM, BLACK)),
    Family("Squeeze Fruit", "Snacks", "pouch", (PackSize("100 g", (85, 45, 145), 108, 99),),
           (("Apple", GREEN), ("Pear", LIME), ("Banana", YELLOW), ("Berry", PURPLE)), "fruit", ORANGE, (WHITE, SKY, YELLOW)),
    Family("Nut Mix", "Snacks", "pouch", (PackSize("150 g", (140, 70, 210), 160, 329), PackSize("300 g", (165, 85, 250), 315, 549)),
           (("Natural", GREEN), ("Roasted", ORANGE), ("Cranberry", RED)), "bean", BROWN, (BLACK, CREAM, TEAL)),
    Family("Popcorn", "Snacks", "bag", (PackSize("90 g", (170, 80, 260), 101, 179),),
           (("Salted", SKY), ("Sweet", PINK), ("Caramel", ORANGE)), "star", YELLOW, (RED, NAVY, YELLOW)),
    Family("Crackers", "Snacks", "box", (PackSize("200 g", (140, 60, 165), 232, 149),),
           (("Salted", RED), ("Sesame", YELLOW), ("Rosemary", GREEN)), "wheat", BROWN, (RED, YELLOW, BLUE)),
    Family("Chocolate Bar", "Snacks", "box", (PackSize("100 g", (78, 20, 160), 108, 129),),
           (("Milk", BLUE), ("Dark", BLACK), ("Hazelnut", BROWN), ("White", CREAM)), "heart", BROWN, (PURPLE, BLUE, BROWN)),
    Family("Cheese Slices", "Dairy", "tray", (PackSize("150 g", (145, 110, 32), 166, 199),),
           (("Gouda", YELLOW), ("Edam", RED), ("Light", SKY)), "sun", (246, 214, 120), (YELLOW, GREEN, BLUE)),
    Family("Butter", "Dairy", "box", (PackSize("250 g", (100, 68, 40), 254, 279),),
           (("Salted", BLUE), ("Unsalted", GREEN), ("Organic", LIME)), "cow", YELLOW, (YELLOW, WHITE, SKY)),
    Family("Cream Cheese", "Dairy", "tub", (PackSize("200 g", (98, 98, 52), 216, 189),),
           (("Natural", BLUE), ("Herbs", GREEN), ("Chilli", RED)), "leaf", WHITE, (WHITE, SKY, GREEN)),
    Family("Cooked Ham", "Fresh", "tray", (PackSize("120 g", (150, 120, 36), 142, 249),),
           (("Smoked", BROWN), ("Honey", YELLOW), ("Lean", SKY)), "heart", (238, 190, 180), (RED, BLACK, GREEN)),
    Family("Salad", "Fresh", "bag", (PackSize("150 g", (190, 80, 230), 160, 199),),
           (("Rocket", GREEN), ("Baby Leaf", LIME), ("Iceberg", TEAL)), "leaf", GREEN, (GREEN, LIME, WHITE)),
    Family("Sandwich", "Fresh", "tray", (PackSize("180 g", (160, 110, 70), 196, 349),),
           (("Chicken", YELLOW), ("Egg", ORANGE), ("Cheese", RED), ("Vegan", GREEN)), "wheat", (214, 178, 120), (BLACK, GREEN, CREAM)),
    Family("Cherry Tomatoes", "Fresh", "tray", (PackSize("250 g", (150, 110, 75), 268, 219),),
           (("Vine", RED), ("Yellow", YELLOW), ("Mixed", ORANGE)), "fruit", (40, 44, 48), (GREEN, RED, WHITE)),
    Family("Apple", "Produce", "fruit", (PackSize("each", (78, 78, 74), 172, 59),),
           (("Gala", (178, 80, 62)), ("Granny", (158, 172, 86)), ("Golden", (196, 178, 94)), ("Red", (154, 58, 64))), "leaf", GREEN, (RED, GREEN, YELLOW)),
    Family("Orange", "Produce", "fruit", (PackSize("each", (80, 80, 78), 204, 65),),
           (("Navel", (220, 134, 36)), ("Blood", (200, 92, 44)), ("Grapefruit", (226, 168, 92))), "sun", ORANGE, (ORANGE, BLUE, GREEN)),
    Family("Melon", "Produce", "fruit", (PackSize("each", (150, 150, 152), 1350, 249),),
           (("Honey", (212, 180, 84)), ("Water", (112, 126, 90)), ("Galia", (196, 170, 106))), "sun", YELLOW, (GREEN, YELLOW, RED)),
    Family("Toast", "Bakery", "loaf", (PackSize("500 g", (240, 110, 118), 508, 149), PackSize("250 g", (130, 108, 115), 258, 99)),
           (("Butter", YELLOW), ("Wholegrain", BROWN), ("Golden", ORANGE)), "wheat", (196, 138, 78), (RED, BLUE, CREAM)),
    Family("Rye Bread", "Bakery", "loaf", (PackSize("750 g", (220, 105, 100), 762, 249),),
           (("Dark", BROWN), ("Seeded", GREEN), ("Sourdough", ORANGE)), "wheat", (112, 72, 42), (CREAM, BROWN, GREEN)),
    Family("Muffins", "Bakery", "tray", (PackSize("4 pcs", (170, 170, 70), 312, 279),),
           (("Chocolate", BROWN), ("Blueberry", PURPLE), ("Lemon", YELLOW)), "star", (120, 74, 44), (PINK, NAVY, CREAM)),
    Family("Toothpaste", "Household", "tube", (PackSize("75 ml", (55, 40, 155), 108, 149),),
           (("Mint", TEAL), ("Whitening", BLUE), ("Kids", PINK), ("Herbal", GREEN)), "drop", WHITE, (WHITE, RED, BLUE)),
    Family("Hand Cream", "Household", "tube", (PackSize("100 ml", (62, 42, 150), 118, 219),),
           (("Almond", CREAM), ("Rose", PINK), ("Aloe", GREEN)), "leaf", WHITE, (WHITE, PINK, TEAL)),
    Family("Sun Cream", "Household", "tube", (PackSize("150 ml", (72, 48, 172), 176, 599),),
           (("SPF 20", YELLOW), ("SPF 30", ORANGE), ("SPF 50", RED)), "sun", ORANGE, (ORANGE, YELLOW, BLUE)),
    Family("Dog Food", "Household", "pouch", (PackSize("100 g", (95, 40, 135), 106, 79), PackSize("800 g", (180, 95, 285), 818, 449)),
           (("Beef", RED), ("Lamb", PURPLE), ("Chicken", YELLOW), ("Fish", SKY)), "cat", BROWN, (PURPLE, ORANGE, TEAL)),
    Family("Ground Coffee", "Breakfast", "pouch", (PackSize("250 g", (110, 70, 190), 262, 549),),
           (("Bold", BLACK), ("Mellow", ORANGE), ("Decaf", GREEN)), "bean", BROWN, (BLACK, CREAM, RED)),
    Family("Granola", "Breakfast", "pouch", (PackSize("450 g", (165, 85, 250), 468, 379),),
           (("Honey", YELLOW), ("Berry", PURPLE), ("Cocoa", BROWN)), "wheat", BROWN, (CREAM, WHITE, GREEN)),
    Family("Ready Rice", "Pantry", "pouch", (PackSize("250 g", (140, 45, 190), 258, 169),),
           (("Basmati", GREEN), ("Mexican", RED), ("Pilau", YELLOW)), "bowl", WHITE, (ORANGE, RED, GREEN)),
)  # fmt: skip

# What shops with freezers sell besides.
FROZEN = (
    Family("Pizza", "Frozen", "box", (PackSize("350 g", (270, 34, 285), 442, 399),),
           (("Margherita", RED), ("Salami", BROWN), ("Spinach", GREEN), ("Tuna", SKY)), "sun", YELLOW, (GREEN, RED, NAVY)),
    Family("Garden Peas", "Frozen", "bag", (PackSize("450 g", (170, 60, 230), 462, 219), PackSize("750 g", (195, 75, 265), 766, 299)),
           (("Peas", LIME), ("Sweetcorn", YELLOW), ("Mixed", ORANGE), ("Spinach", GREEN)), "leaf", GREEN, (GREEN, WHITE, SKY)),
    Family("Chips", "Frozen", "bag", (PackSize("1 kg", (205, 85, 290), 1018, 249),),
           (("Straight", YELLOW), ("Crinkle", ORANGE), ("Wedges", RED)), "star", YELLOW, (RED, NAVY, YELLOW)),
    Family("Fish Fingers", "Frozen", "box", (PackSize("300 g", (185, 45, 125), 342, 329), PackSize("450 g", (190, 55, 155), 498, 449)),
           (("Cod", SKY), ("Salmon", PINK), ("Vegetable", GREEN)), "fish", ORANGE, (NAVY, BLUE, SKY)),
    Family("Berries", "Frozen", "pouch", (PackSize("300 g", (150, 60, 205), 308, 349),),
           (("Mixed", PURPLE), ("Raspberry", PINK), ("Blueberry", NAVY)), "fruit", PURPLE, (WHITE, PURPLE, SKY)),
    Family("Ice Lollies", "Frozen", "box", (PackSize("4 x 90 ml", (155, 75, 175), 418, 299),),
           (("Almond", BROWN), ("Vanilla", YELLOW), ("Mango", ORANGE), ("Cherry", RED)), "heart", CREAM, (SKY, PINK, BROWN)),
    Family("Gelato", "Frozen", "tub", (PackSize("500 ml", (98, 98, 105), 412, 479), PackSize("900 ml", (150, 110, 120), 560, 399)),
           (("Stracciatella", CREAM), ("Pistachio", LIME), ("Lemon", YELLOW), ("Hazelnut", BROWN)), "heart", CREAM, (NAVY, BLACK, CREAM)),
)  # fmt: skip

# And shops with peg walls.
HUNG = (
    Family("Dried Fruit", "Snacks", "pouch", (PackSize("120 g", (125, 45, 185), 127, 249),),
           (("Mango", ORANGE), ("Apricot", YELLOW), ("Cranberry", RED)), "fruit", ORANGE, (GREEN, CREAM, BLACK)),
    Family("Jelly Sweets", "Snacks", "bag", (PackSize("90 g", (110, 40, 165), 95, 99),),
           (("Worms", LIME), ("Rings", PINK), ("Bottles", BROWN), ("Sour", YELLOW)), "heart", RED, (PINK, YELLOW, TEAL)),
    Family("Lozenges", "Snacks", "bag", (PackSize("75 g", (95, 35, 140), 79, 149),),
           (("Menthol", TEAL), ("Cherry", RED), ("Honey", YELLOW)), "leaf", GREEN, (WHITE, TEAL, GREEN)),
    Family("Batteries", "Household", "pouch", (PackSize("4 x AA", (90, 22, 130), 104, 399), PackSize("8 x AAA", (100, 24, 140), 112, 549)),
           (("Plus", ORANGE), ("Ultra", YELLOW)), "bolt", BLACK, (BLACK, NAVY, YELLOW)),
    Family("Plasters", "Household", "pouch", (PackSize("20 pcs", (85, 18, 120), 24, 219),),
           (("Classic", CREAM), ("Kids", SKY), ("Waterproof", BLUE)), "star", WHITE, (WHITE, SKY, RED)),
    Family("Razors", "Household", "bag", (PackSize("5 pcs", (115, 35, 180), 62, 349),),
           (("Smooth", BLUE), ("Sensitive", TEAL), ("Silk", PINK)), "drop", WHITE, (BLUE, BLACK, PINK)),
)  # fmt: skip

# And shops with a hot counter.
HOT = (
    Family("Pizza Slice", "Hot", "tray", (PackSize("170 g", (165, 160, 36), 188, 299),),
           (("Margherita", RED), ("Salami", BROWN), ("Spinach", GREEN)), "sun", (214, 150, 74), (RED, GREEN, BLACK)),
    Family("Grilled Sandwich", "Hot", "tray", (PackSize("190 g", (150, 120, 48), 212, 399),),
           (("Cheese", YELLOW), ("Chicken", ORANGE), ("Vegan", GREEN)), "wheat", (190, 132, 66), (BLACK, BROWN, CREAM)),
    Family("Meatballs", "Hot", "tray", (PackSize("240 g", (140, 105, 52), 262, 379),),
           (("Classic", RED), ("Spicy", BLACK), ("Veggie", GREEN)), "bowl", (112, 62, 36), (CREAM, RED, BROWN)),
    Family("Potato Wedges", "Hot", "box", (PackSize("200 g", (105, 70, 115), 216, 249),),
           (("Salted", YELLOW), ("Paprika", RED), ("Rosemary", GREEN)), "star", YELLOW, (RED, BROWN, CREAM)),
    Family("Chicken Bites", "Hot", "box", (PackSize("180 g", (110, 80, 100), 198, 429),),
           (("Crispy", YELLOW), ("Spicy", RED), ("Smoky", BROWN)), "star", BROWN, (WHITE, RED, ORANGE)),
    Family("Hot Soup", "Hot", "tub", (PackSize("350 ml", (98, 98, 105), 386, 349),),
           (("Tomato", RED), ("Chicken", YELLOW), ("Pea", GREEN)), "bowl", WHITE, (WHITE, CREAM, BROWN)),
)  # fmt: skip

SECTIONS = tuple(dict.fromkeys(family.section for family in FAMILIES))


def list_families(*, frozen: bool, hung: bool, hot: bool) -> tuple[Family, ...]:
    """List what a shop may sell: what all do, frozen goods, goods that hang on hooks, hot food."""
    return FAMILIES + FROZEN * frozen + HUNG * hung + HOT * hot


# What colour stands for a flavour, as the first family that has it says.
FLAVOUR_COLORS: dict[str, RGB] = {
    name.lower(): color
    for family in reversed(FAMILIES + FROZEN + HUNG + HOT)
    if family.package != "fruit"
    for name, color in family.flavours
}

# Syllables from which brand names are put together.
BRAND_STARTS = (
    "Al", "Bel", "Bri", "Cal", "Cor", "Del", "Dor", "El", "Fen", "Fjo", "Gal", "Har", "Il", "Jo", "Ka",
    "Lin", "Lo", "Mar", "Mel", "Nor", "Ol", "Pa", "Quin", "Ro", "Sal", "Sol", "Tam", "Ter", "Val", "Vi", "Wen", "Zel",
)  # fmt: skip
BRAND_ENDS = (
    "ana", "berg", "bo", "dale", "dora", "elli", "ena", "era", "field", "ino", "ista", "ka", "land", "lo",
    "mar", "mont", "nova", "ora", "osa", "ra", "ric", "sen", "son", "ta", "ton", "va", "via", "wick",
)  # fmt: skip
