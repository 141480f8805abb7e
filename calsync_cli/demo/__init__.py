"""A calendar server and a mail server of its own, and the story for `calsync demo`."""
