"""Google: its calendars by the REST API v3, its mail by IMAP, and how one signs in to both."""
