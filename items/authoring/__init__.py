"""The author's form of each kind of item."""
