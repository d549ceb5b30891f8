"""The table of the page to compare with."""
