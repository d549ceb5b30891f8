"""The files that HR's systems read: profiles say what stands in them, writers make their bytes."""
