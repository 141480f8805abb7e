"""What deciding works with: one scene, what items mean, the bodies, and what a person has settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from calsync_cli.core.look import Scene
from calsync_cli.core.meaning import Chosen, Meaning
from calsync_cli.core.model import Prefer, Sha
from calsync_cli.core.seats import Seats
from calsync_cli.core.shelf import Shelf

NOBODY: Chosen = {}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a person has settled: whose value stays, who was chosen to be invited, who one is oneself."""

    prefer: Prefer = Prefer.REMOTE
    own: frozenset[str] = frozenset()
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    """UID → who was chosen to be invited with its next write; the word is for once."""
    may_mail: frozenset[str] = frozenset()
    """UIDs whose held write a person has told to go, mail included."""
    quiet: frozenset[str] = frozenset()
    """UIDs whose next write is to mail nobody."""
    updates: bool = True
    """Guests hear of changes without being asked about each time (event.updates)."""
    hushed: frozenset[Sha] = frozenset()
    """Bodies that came by undo or repair: they go quietly or not at all."""


@dataclass(frozen=True, slots=True)
class Bench:
    """All that deciding about one scene needs."""

    scene: Scene
    seats: Seats
    meaning: Meaning
    shelf: Shelf
    rules: Rules

    def outgoing(self, sha: Sha, there: Sha | None, key: str) -> Sha:
        """The body that may be sent for `sha`, where the far side holds `there`."""
        content = self.shelf[sha]
        chosen = NOBODY if sha in self.rules.hushed else self.chosen(key)
        sent = self.meaning.outgoing(
            content, there=self._body(there), chosen=chosen, own=self.rules.own, private=self.scene.private
        )
        return sha if sent is content else self.shelf.add(sent)

    def shown(self, sha: Sha, there: Sha) -> bytes:
        """What of `sha` the far side could hold already: whoever is on it here alone is no difference."""
        return self.meaning.outgoing(
            self.shelf[sha],
            there=self.shelf[there],
            chosen=NOBODY,
            own=self.rules.own,
            private=self.scene.private,
        )

    def chosen(self, key: str) -> Chosen:
        """Who may be invited to it now; in a first round nobody (R33)."""
        return NOBODY if self.scene.link.first else self.rules.chosen.get(key, NOBODY)

    def would_mail(self, key: str, there: Sha | None, sent: Sha | None) -> bool:
        """Whether a write that must be quiet would make the server mail somebody."""
        if self.scene.quiet or key in self.rules.may_mail:
            return False
        return bool(self.meaning.mailed(self._body(there), self._body(sent), self.rules.own))

    def hushed(self, key: str, near: Sha | None = None) -> bool:
        """Whether this write must be quiet though it is a plain change: by a person's word, or because of its past."""
        return key in self.rules.quiet or near in self.rules.hushed or not self.rules.updates

    def _body(self, sha: Sha | None) -> bytes:
        return b"" if sha is None else self.shelf[sha]
