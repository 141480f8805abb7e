"""Secrets in each backend."""
