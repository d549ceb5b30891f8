"""What people have earned and until when."""
