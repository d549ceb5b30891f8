"""Import people from HR's file: read the file, plan the changes, show the plan, apply exactly that plan."""
