"""Near stores: calendars as directories of .ics files, and the attic for what they displace."""
