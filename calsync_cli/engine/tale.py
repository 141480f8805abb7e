"""What a deed is in a report: the same lines before the fact (a dry run) and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from calsync_cli.core.model import Sha
from calsync_cli.core.record import Happened
from calsync_cli.core.steps import Deed, Follow, Keep, Put, Shift, Step, Transfer, Want
from calsync_cli.core.verdict import Verdict


def happened(step: Step) -> Happened:
    """A step's line."""
    return Happened(
        link=step.link,
        verdict=step.verdict,
        title=step.title,
        key=step.key,
        near=not isinstance(step.near, Keep),
        far=not isinstance(step.far, Keep),
        why=step.why,
        before=step.before,
        after=_sha(step.far) or _sha(step.near),
        clash=step.conflict is not None,
    )


def carried(deed: Shift | Transfer) -> Happened:
    """A line for what goes from calendar to calendar: at the account, or as a file here."""
    there = isinstance(deed, Shift)
    why = "" if isinstance(deed, Shift) else deed.why
    return Happened(deed.link, Verdict.RELOCATE, deed.title, deed.key, near=not there, far=there, why=why, to=deed.to)


def followed(deed: Follow) -> Happened:
    """A line for a file that follows its item."""
    return Happened(deed.link, Verdict.BIRTH_NEAR, deed.title, deed.key, near=True, far=False, why="moved", to=deed.to)


def foretold(deeds: Sequence[Deed]) -> list[Happened]:
    """What a dry run says."""
    lines: list[Happened] = []
    for deed in deeds:
        match deed:
            case Step():
                lines.extend([happened(deed)] if deed.writes else [])
            case Shift() | Transfer():
                lines.append(carried(deed))
            case Follow():
                lines.append(followed(deed))
            case _:
                assert_never(deed)
    return lines


def _sha(want: Want) -> Sha | None:
    return want.sha if isinstance(want, Put) else None
