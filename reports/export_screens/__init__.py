"""Exports in the browser: which files there are, downloads, and the organisation's own profiles."""
