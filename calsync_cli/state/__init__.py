"""One SQLite file per account: books, settings, lock."""
