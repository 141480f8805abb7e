"""The mail half as it is typed: from connect to disconnect, on a real Dovecot, with mail programs beside it."""
