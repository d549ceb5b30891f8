"""What editors are told before they publish, take offline or delete: what hangs on it."""
