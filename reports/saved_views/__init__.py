"""Views of the people list under a name: one's own, and those that others with the same role share."""
