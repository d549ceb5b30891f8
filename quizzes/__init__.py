"""Asking questions: rules, drawing, attempts, grading, regrades, item analysis."""
