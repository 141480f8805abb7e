"""No deadline for one example: a busy machine is no bug."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("calsync", parent=settings(), deadline=None)
settings.load_profile("calsync")
