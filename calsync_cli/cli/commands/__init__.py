"""One module per command; each has an `app()` that builds it, in the language spoken at that moment."""
