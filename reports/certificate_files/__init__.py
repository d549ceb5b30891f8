"""Certificates of an earlier register as a CSV file: planned, shown with their effect, and taken in."""
