"""Home page, my status, the frame of every page, daily operations, demo data."""
