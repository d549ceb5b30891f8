"""Screens for authors in the CMS: statistics, the list of questions, files in and out."""
