"""Training of the refiner: data, the camera's fit, discriminators and the Lightning module (needs torch)."""
