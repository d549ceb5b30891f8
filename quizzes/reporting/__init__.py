"""Statistics read from the database, and cached."""
