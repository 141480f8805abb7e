"""Letters: what both sides of a mail folder hold, and what becomes of each."""
