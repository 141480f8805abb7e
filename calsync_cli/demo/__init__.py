"""A calendar server of its own and the story for `calsync demo`."""
