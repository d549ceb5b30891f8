"""Django's PostgreSQL with a health check that asks nothing, as a database backend (`ENGINE`)."""
