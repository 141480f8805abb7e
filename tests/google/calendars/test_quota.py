"""What Google says of the account, the client or its quota, and not of one event: each has its own error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, Held
from calsync_cli.core.ops import Create, Remove
from tests.doubles.events import event
from tests.google.scene import LUNCH, Desk, failure

LIST = r"/events\?"

SAID = [
    (403, "rateLimitExceeded", ("E401", "rate"), 7.0),
    (403, "userRateLimitExceeded", ("E401", "rate"), 7.0),
    (429, "rateLimitExceeded", ("E401", "rate"), 7.0),
    (503, "backendError", ("E401", "rate"), 7.0),
    (403, "quotaExceeded", ("E401", "quota"), 7.0),
    (403, "dailyLimitExceeded", ("E401", "quota"), 7.0),
    (403, "accessNotConfigured", ("E109", "api-off"), None),
    (403, "insufficientPermissions", ("E107", "calendar"), None),
]


@pytest.mark.parametrize("said", SAID, ids=lambda said: f"{said[0]} {said[1]}")
@pytest.mark.parametrize("act", ["look", "write"])
def test_what_is_said_of_everything_is_raised(
    desk: Desk, act: str, said: tuple[int, str, tuple[str, str], float | None]
) -> None:
    status, reason, error, wait = said
    store = desk.store()
    desk.user.refuse(status, reason, retry_after="7", times=None)
    acts: dict[str, Callable[[], Any]] = {
        "look": lambda: list(store.look(None, set())),
        "write": lambda: list(store.write([Create(store.new_ref("a"), event("a"), NOBODY)])),
    }

    with pytest.raises(CalsyncError) as caught:
        acts[act]()

    assert (failure(caught), caught.value.retry_after) == (error, wait)


def test_a_full_quota_is_not_asked_again_soon(desk: Desk) -> None:
    store = desk.store()
    desk.user.refuse(403, "quotaExceeded", message="Calendar usage limits exceeded.")

    with pytest.raises(CalsyncError) as caught:
        list(store.look(None, set()))

    assert (caught.value.retry_after or 0) > 600


def test_usage_limits_are_known_by_their_words_too(desk: Desk) -> None:
    store = desk.store()
    desk.user.refuse(403, "forbidden", message="Calendar usage limits exceeded.")

    with pytest.raises(CalsyncError) as caught:
        list(store.look(None, set()))

    assert failure(caught) == ("E401", "quota")


def test_a_calendar_that_may_no_longer_be_read_is_not_empty(desk: Desk) -> None:
    store = desk.store()
    desk.user.refuse(403, "requiredAccessLevel", path=LIST)

    with pytest.raises(CalsyncError) as caught:
        list(store.look(None, set()))

    assert failure(caught) == ("E403", "collection")


def test_a_server_error_on_a_read_is_out_of_order(desk: Desk) -> None:
    store = desk.store()
    desk.user.refuse(500, "backendError", path=LIST)

    with pytest.raises(CalsyncError) as caught:
        list(store.look(None, set()))

    assert failure(caught) == ("E402", "gateway")


def test_a_token_that_is_refused_ends_the_writing_after_what_was_done(desk: Desk) -> None:
    ids = desk.user.seed([LUNCH] * 8, desk.calendar)
    items = [one for one in desk.store().fetch(ids) if isinstance(one, Held)]  # type: ignore[arg-type] # ids are refs
    store = desk.store()
    desk.user.refuse(401, "authError", method="DELETE", after=4, times=None)

    with pytest.raises(CalsyncError) as caught:
        list(store.write([Remove(item, NOBODY) for item in items]))

    assert failure(caught) == ("E106", "refused")
    assert len(desk.user.listed(desk.calendar)) == 4
