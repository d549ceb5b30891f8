"""What we know about a person, for that person: the profile page and the download."""
