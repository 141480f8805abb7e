"""IMAP accounts as far stores of mail (RFC 3501, RFC 9051 and the extensions that make a sync cheap)."""
