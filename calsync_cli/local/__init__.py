"""Near stores: files below a root."""
