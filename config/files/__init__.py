"""How pictures and documents that authors upload are served, and to whom."""
