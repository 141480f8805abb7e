"""Messages that could not be handled: tried again because a person says so, or left as they are."""

from __future__ import annotations

from calsync_cli.app.disputes import RETRY
from calsync_cli.app.session import Session
from calsync_cli.core.record import Wait
from calsync_cli.engine.mail.order import TRIES
from calsync_cli.state.post import Post


def decide(session: Session, wait: Wait, what: str) -> None:
    """The next round does it. What is left is in quarantine at once: neither tried nor told until it changes."""
    post = Post(session.database)
    if what == RETRY:
        post.retry(wait)
    else:
        post.leave(wait, TRIES + 1)
