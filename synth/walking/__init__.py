"""Where people are: doors, ways through the crowd, stops at shelves, what they do between errands."""
