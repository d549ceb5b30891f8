"""The kinds of items: what a question is and how one answer earns points. Pure."""
