"""What core refuses about an event, as errors that a user meets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.lines import Broken
from calsync_cli.core.refusals import EndsTooEarly, NoSuchOccurrence, NotInvited, RuleError


@contextmanager
def refusing(id_: str = "") -> Iterator[None]:
    """Around whatever makes or changes an event's bytes."""
    try:
        yield
    except EndsTooEarly as refused:
        raise CalsyncError("E001", "ends-early", flag="--until") from refused
    except RuleError as refused:
        raise CalsyncError("E001", "rule", flag="--repeat") from refused
    except NoSuchOccurrence as refused:
        raise CalsyncError("E003", "no-occurrence", name=id_, fix=f"calsync event show {id_}") from refused
    except NotInvited as refused:
        raise CalsyncError("E207", "not-invited", fix=f"calsync event show {id_}") from refused
    except Broken as broken:
        raise CalsyncError("E403", "broken") from broken
