"""The installed command, from connect to disconnect, at real servers."""
