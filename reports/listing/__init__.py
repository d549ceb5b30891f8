"""Lists of people: the terms of certifications, a page of people with their statuses, and how many there are."""
