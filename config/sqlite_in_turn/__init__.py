"""Django's SQLite with writers served in order of arrival, as a database backend (`ENGINE`)."""
