"""The certified refiner: moves pictures toward real footage without moving a label."""
