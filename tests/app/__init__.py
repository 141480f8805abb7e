"""The use-cases' own pieces, where a journey would take the long way."""
