"""Acts on many people of the list at once: what would happen is shown first, then they run as a job."""
