"""A fuse kills the process that is under test, at a chosen point; a run whose fuse never blew proves nothing."""

from __future__ import annotations

from dataclasses import dataclass, field


class Killed(BaseException):
    """The process died here. Not an Exception: nothing under test may catch it."""


@dataclass(slots=True)
class Fuse:
    """Counts the points that pass, and blows at one of them (never, where `blow_at` is None)."""

    blow_at: int | None = None
    passed: list[str] = field(default_factory=list)
    blown: bool = False

    def __call__(self, point: str) -> None:
        """Pass a point, or die there; once dead, every further point is passed in death."""
        if self.blown:
            raise Killed(point)
        self.passed.append(point)
        if self.blow_at is not None and len(self.passed) > self.blow_at:
            self.blown = True
            raise Killed(point)
