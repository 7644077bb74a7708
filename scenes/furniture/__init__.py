"""Meshes of what stands in the room: shelving, cooling, counters, signs, price tags."""
