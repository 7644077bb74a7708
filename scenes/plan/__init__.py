"""The floor plan: formats of shop, walls, islands, the ways between them, shelf boards and sections."""
