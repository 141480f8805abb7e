"""While others work on the same mailbox, there and here, rounds bring all of it to agreement in the end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.mail_journeys.busy import Other, Program, Story, work_until
from tests.mail_journeys.mailer import Mailer
from tests.mail_journeys.scenes import agree, rests

ROUNDS = 7
DEEDS = 25
"""Of each of the two, in a round at most."""


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 12))])
def test_whatever_others_do_meanwhile_each_message_ends_where_it_was_put_last(newcomer: Mailer, seed: int) -> None:
    person = newcomer
    for subject in ("Lunch", "Talk"):
        person.expunges(subject)
    person.sure(*person.connecting())
    person.sure("map-folders", "--auto", "--sent", "Sent", "--drafts", "Drafts")
    story = Story()
    other, program = Other(person, story, seed), Program(person, story, seed)
    for _ in range(6):
        other.deliver("Both")
        other.deliver("Far")
        program.deliver()
    person.syncs()

    for turn in range(ROUNDS):
        _round_amid(person, other, program, seed * 100 + turn)
    other.leave()
    for flags in ((), (), ()):
        person.syncs(*flags, codes=(0, 3))

    found = {name: [(one.subject, one.flags) for one in some] for name, some in agree(person).items()}
    assert {name: story.without_binned(name, some) for name, some in found.items()} == story.wanted()
    rests(person)


def _round_amid(person: Mailer, other: Other, program: Program, seed: int) -> None:
    """A round, while both work."""
    done = threading.Event()
    with ThreadPoolExecutor(2) as busy:
        both = [busy.submit(work_until, done, one.deed, DEEDS, seed) for one in (other, program)]
        try:
            person.syncs("--max-delete", "100%", codes=(0, 3))
        finally:
            done.set()
        for one in both:
            one.result()
