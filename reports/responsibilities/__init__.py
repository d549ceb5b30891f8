"""Responsibilities given and ended on a page of the people console, with their effect said first."""
