"""Files of questions, in and out, row by row."""
