"""CalDAV (RFC 4791): discovery, collections at a glance, and a calendar as a store."""
