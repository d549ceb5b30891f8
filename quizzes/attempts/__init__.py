"""The life of one attempt: start, save, submit, mark."""
