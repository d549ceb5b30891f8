"""A faulty question, put right for everybody who was asked it."""
