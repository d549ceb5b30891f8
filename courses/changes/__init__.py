"""What a release means for people who hold a certificate of its course: proposed, confirmed, compared, caught up on."""
