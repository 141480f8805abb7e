"""The tests of calsync."""
