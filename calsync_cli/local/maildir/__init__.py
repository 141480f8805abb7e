"""Mail as Maildirs, shared with neomutt, notmuch, mu and whatever else delivers, reads and moves messages there."""
