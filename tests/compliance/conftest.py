"""Each test of the suite runs over every subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.compliance.subjects import NAMES, WAIVERS, Subject, caldav, google, memory, vdir


@pytest.fixture(params=NAMES)
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    """A store over an empty collection of its own."""
    name = request.param
    reason = WAIVERS.get((name, request.node.originalname))
    if reason:
        request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    yield from ([memory()] if name == "memory" else [vdir(tmp_path)] if name == "vdir" else _far(request, name))


def _far(request: pytest.FixtureRequest, name: str) -> Iterator[Subject]:
    if name == "google":
        subject = google(request.getfixturevalue("google_user"))  # holds us to Google's discovery document
    else:
        subject = caldav(request.getfixturevalue(name), _mails(request, name))
    yield subject
    subject.account.close()  # or its connections keep a child of the server's each


def _mails(request: pytest.FixtureRequest, name: str) -> Callable[[], int]:
    if name not in {"cyrus", "kerio"}:
        return lambda: 0
    sink = request.getfixturevalue("cyrus_server").sink
    return lambda: len(sink.mails)
