"""What learners and reviewers see."""
