"""Test theory by Moodle's and Canvas' formulas. Pure."""
