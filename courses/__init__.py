"""What people learn and how far they are."""
