"""Light: lamps on the ceiling, daylight through the windows."""
