"""Evidence packs: what an auditor asks for about a person, a channel, a decision or a post, as one ZIP file."""
