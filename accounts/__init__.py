"""Who works here: people, teams, regions, managers, responsibilities, imports."""
