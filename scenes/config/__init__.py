"""Scenario files: read, checked, explained."""
