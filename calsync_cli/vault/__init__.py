"""Secrets: the OS keyring first; an encrypted file or a command where chosen."""
