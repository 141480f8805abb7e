"""A Google Calendar v3 server of the tests' own: its rules, its faults, and the hands of other clients."""
