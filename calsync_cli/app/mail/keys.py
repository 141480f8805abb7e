"""The names under which an account keeps what is said of mail; `disconnect` forgets all of it but the first."""

from __future__ import annotations

IDENTITY = "mail_root"
"""Whose the root is; it lies on the disk too, and outlives a connection."""
NONE = "mail_none"
"""The roles that are answered with none."""
BIN = "mail_bin"
"""The account's bin, where the user mapped none."""
SEEN = "mail_folders"
"""The account's folders as they were listed last: completion asks no server."""
GONE = "mail_gone"
"""Local folders whose mailbox is known to be gone."""
SINCE = "mail_since"
"""The day before which nothing is fetched, in seconds since 1970."""
MAX_SIZE = "mail_max_size"
"""The octets beyond which nothing is fetched."""
