"""What each use-case hands back and tells on the way: frozen values whose field names are the keys of `--json`.

The terminal's room turns them into sentences or, field by field, into JSON: a trailing underscore falls off (`in_` is
the key `in`), datetimes become UTC, ISO 8601. Nothing here is a sentence; what a user reads is chosen by the codes
(`Verb`, `Phase`, `Note`, `State`, `Check`), so that JSON is never translated.

`told` is what all share; `accounts`, `rounds`, `items`, `checks` go by the noun. They are not imported here: making a
frozen dataclass costs 0.3 ms, and a round should pay for its own alone.
"""
