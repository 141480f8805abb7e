"""HTTP and TLS for the far stores."""
