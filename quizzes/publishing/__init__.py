"""From a quiz page to the rules that attempts copy."""
