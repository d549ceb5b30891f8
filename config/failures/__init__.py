"""What a request gets that cannot be served: words for people, problem+json for tools, and a line in the log."""
