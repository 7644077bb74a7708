"""What the shop sells and how it stands there: catalogue, packs with their labels, planogram, stock."""
