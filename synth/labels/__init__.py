"""What the tables of a clip say, computed from the world itself."""
