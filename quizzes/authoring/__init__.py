"""The author's form of a quiz."""
