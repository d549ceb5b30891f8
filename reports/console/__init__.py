"""The certification console: where people stand on any day, why, their whole life, and every act on it by a form."""
