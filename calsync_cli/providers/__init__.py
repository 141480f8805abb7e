"""Far stores, one room for each provider."""
