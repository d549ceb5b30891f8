"""The front door: home page, my status, site shell, demo data."""
