"""What goes wrong, and the code that a user sees."""
