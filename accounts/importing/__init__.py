"""HR's file becomes people: read it, plan what it would do, show the plan, do exactly that."""
