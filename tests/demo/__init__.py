"""The servers that the demonstration brings along, and what is in them."""
