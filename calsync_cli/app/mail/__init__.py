"""The mail half of an account: folders mapped, Maildirs marked as ours, rounds, and what they are told as."""
