"""What a quiz asks of people and what follows. Pure: no database, no request, no clock."""
