"""Google's calendars as stores, against the stand-in."""
