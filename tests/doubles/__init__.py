"""Stand-ins that behave: stores in memory, faults that must be hit, fuses that must blow."""
