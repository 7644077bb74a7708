"""The world before anyone moves: scenario files, stores, catalogues, cameras and lamps."""
