"""Settings, their sources and their places."""
