"""HR's pages about mappings: how a feed is written."""
