"""Parts of the page of a manager's own team."""
