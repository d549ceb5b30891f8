"""A crowd for measuring: made-up people who lived the year of somebody in this organisation, each in turn."""
