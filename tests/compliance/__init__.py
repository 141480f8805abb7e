"""One suite over every store: what the engine relies on, whatever stands behind the port."""
