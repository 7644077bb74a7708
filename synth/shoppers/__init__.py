"""Who comes and what for: trips, groups and payments, errands, the rarer things, and how people get about."""
