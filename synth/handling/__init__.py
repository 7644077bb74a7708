"""What hands do to goods: timed acts, booked by the shop when they happen."""
