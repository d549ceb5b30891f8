"""What is asked: kinds of questions, banks, authoring, other systems' files."""
