"""Embedded servers and the story for `calsync demo`."""
