"""Cameras: where they hang, their lenses, what is known of them, and where points become pixels."""
