"""Real CalDAV servers on loopback ports for the tests, and what makes them odd, far away or broken."""
