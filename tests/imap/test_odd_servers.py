"""What real servers will not do when they are asked: lies, cuts, silence, limits; pains of other mail programs."""

from __future__ import annotations

import threading
import time

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import SEEN
from calsync_cli.core.model import CollectionId, Held, Missing, Ref, Rev, Unreadable
from calsync_cli.core.ops import Denied, Partial, Stale, Unknown, Wrote
from calsync_cli.providers.imap import session, stream
from calsync_cli.providers.imap.account import ImapAccount
from calsync_cli.providers.imap.connect import Address
from calsync_cli.providers.imap.store import ImapMailbox
from tests.compliance.asking import fetch, look
from tests.imap.scene import TRASH, account, create, mark, message, move, remove, since, sketches, write
from tests.servers.scripted_imap import CAPABILITIES, Scripted, Talk


@pytest.fixture
def box(scripted: Scripted):
    """The inbox there."""
    made = account(scripted.port)
    yield made.open(CollectionId("INBOX"), TRASH)
    made.close()


def refs(scripted: Scripted) -> list[Ref]:
    return [Ref(f"7.{uid}") for uid in sorted(scripted.messages)]


def inbox(scripted: Scripted) -> ImapMailbox:
    return account(scripted.port).open(CollectionId("INBOX"), TRASH)


def less(scripted: Scripted, *without: str) -> None:
    scripted.capabilities = " ".join(word for word in CAPABILITIES.split() if word not in without)


def hurried(scripted: Scripted, patience: float = 0.3, total: float = 900.0) -> ImapMailbox:
    """A client that waits a moment only."""
    from calsync_cli.net.http import Login

    address = Address("127.0.0.1", scripted.port, tls=False, patience=patience, total=total)
    return ImapAccount(address, Login("me", lambda: "pw")).open(CollectionId("INBOX"), TRASH)


# ── lines and literals ───────────────────────────────────────────────────────────────────────────────────────────


def test_lines_may_come_in_packets_of_any_size(scripted: Scripted, box: ImapMailbox) -> None:
    """imapclient issues 464 and 519."""
    scripted.put(message("one"), b"\\Seen")

    def slowly(talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        whole: list[bytes] = []
        talk_of_parts = type("Parts", (), {"say": lambda _self, *lines: whole.extend(lines)})()
        scripted.do_uid_fetch(talk_of_parts, tag, args, [])
        talk.slowly(b"".join(line + b"\r\n" for line in whole))

    scripted.on("UID FETCH", slowly)

    view = look(box)
    (held,) = box.fetch(list(view.seen))

    assert isinstance(held, Held)
    assert (held.content, held.flags) == (message("one"), {SEEN})


def test_lines_may_end_in_lf_alone(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.once("SELECT", lambda talk, tag, _a, _l: talk.raw(b"* 0 EXISTS\n* OK [UIDVALIDITY 7]\n" + tag + b" OK\n"))

    assert look(box).end.inventory == frozenset()


def test_words_for_people_may_end_like_a_literal(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.put(message("one"))

    def said(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        talk.say(b"* OK see {42}")
        scripted.do_uid_fetch(talk, tag, args, literals)

    scripted.once("UID FETCH", said)

    assert look(box).end.inventory == set(refs(scripted))


def test_a_size_that_is_a_lie_harms_nobody(scripted: Scripted, box: ImapMailbox) -> None:
    """vandelay issue 12; getmail6 issue 69."""
    for size in (1, 10**9):
        scripted.put(message(f"of {size}"), size=size)
    view = look(box)

    told = fetch(box, view.seen)

    assert [one.content for one in told.values() if isinstance(one, Held)] == [
        message("of 1"),
        message("of 1000000000"),
    ]


@pytest.mark.parametrize("body", [b"", b"\0", b"a\rb\nc", b"x" * 100_001, bytes(range(256)), b"From me\r\n"])
def test_the_bytes_of_a_message_are_kept_as_they_are(scripted: Scripted, box: ImapMailbox, body: bytes) -> None:
    scripted.put(body)

    (held,) = box.fetch(refs(scripted))

    assert isinstance(held, Held)
    assert held.content == body


@pytest.mark.parametrize(
    "nonsense", [b"* 1 FETCH (UID 1 FLAGS", b'* 1 FETCH (UID 1 FLAGS "', b"* 1 FETCH (UID 1 BODY[] {99999999999}"]
)
def test_nonsense_is_an_error_and_no_inventory(scripted: Scripted, box: ImapMailbox, nonsense: bytes) -> None:
    scripted.on("UID FETCH", lambda talk, tag, _args, _literals: talk.say(nonsense, tag + b" OK done"))

    with pytest.raises(CalsyncError) as caught:
        look(box)

    assert (caught.value.code, caught.value.variant) == ("E404", "imap")


def test_an_answer_to_nobody_is_an_error(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.on("UID FETCH", lambda talk, _tag, _args, _literals: talk.say(b"X99 OK done"))

    with pytest.raises(CalsyncError) as caught:
        look(box)

    assert (caught.value.code, caught.value.variant) == ("E404", "imap")


# ── news that nobody asked for ───────────────────────────────────────────────────────────────────────────────────


def test_unasked_flags_are_not_taken_for_those_of_a_uid(scripted: Scripted, box: ImapMailbox) -> None:
    """imapclient issue 334: sequence numbers taken for UIDs."""
    for name in ("one", "two"):
        scripted.put(message(name))

    def noisily(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        talk.say(b"* 2 FETCH (FLAGS (\\Deleted))", b"* 1 FETCH (FLAGS (\\Flagged) MODSEQ (9))")
        scripted.do_uid_fetch(talk, tag, args, literals)

    scripted.on("UID FETCH", noisily)

    view = look(box)

    assert {seen.flags for seen in view.seen.values()} == {frozenset()}
    assert [type(one) for one in box.fetch(refs(scripted))] == [Held, Held]


def test_flags_of_others_between_bodies_are_no_bodies(scripted: Scripted, box: ImapMailbox) -> None:
    for name in ("one", "two"):
        scripted.put(message(name))

    def noisily(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        talk.say(b"* 2 FETCH (UID 2 FLAGS (\\Seen))", b"* 3 EXISTS")
        scripted.do_uid_fetch(talk, tag, args, literals)

    scripted.on("UID FETCH", noisily)

    told = list(box.fetch(refs(scripted)))

    assert [one.content for one in told if isinstance(one, Held)] == [message("one"), message("two")]


def test_one_that_goes_during_a_look_is_not_missed(scripted: Scripted, box: ImapMailbox) -> None:
    one, two = scripted.put(message("one")), scripted.put(message("two"))

    def going(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        del scripted.messages[one]
        talk.say(b"* 1 EXPUNGE")
        scripted.do_uid_fetch(talk, tag, args, literals)

    scripted.once("UID FETCH", going)

    assert look(box).end.inventory == {Ref(f"7.{two}")}


# ── rows that do not come ────────────────────────────────────────────────────────────────────────────────────────


def forgetting(scripted: Scripted, *forgotten: int, always: bool = False) -> None:
    """Rows are left out, the first time or each time (Yahoo; mailcore2 issue 1445)."""

    def some(talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        uids, _, items = args.partition(b" ")
        for uid in scripted.meant(uids):
            if uid not in forgotten:
                scripted.show(talk, uid, items)
        talk.say(tag + b" OK done")

    (scripted.on if always else scripted.once)("UID FETCH", some)


def test_rows_left_out_of_a_listing_are_asked_for(scripted: Scripted, box: ImapMailbox) -> None:
    for name in ("one", "two", "three"):
        scripted.put(message(name))
    forgetting(scripted, 2)

    view = look(box)

    assert set(view.seen) == view.end.inventory == set(refs(scripted))


def test_rows_that_never_come_are_unreadable_and_no_deletions(scripted: Scripted, box: ImapMailbox) -> None:
    for name in ("one", "two"):
        scripted.put(message(name))
    forgetting(scripted, 2, always=True)

    view = look(box)

    assert view.end.inventory == set(refs(scripted))
    assert set(view.unreadable) == {Ref("7.2")}


def test_bodies_left_out_are_asked_for(scripted: Scripted, box: ImapMailbox) -> None:
    for name in ("one", "two", "three"):
        scripted.put(message(name))
    forgetting(scripted, 1, 3)

    told = list(box.fetch(refs(scripted)))

    assert [one.content for one in told if isinstance(one, Held)] == [message("one"), message("two"), message("three")]


def test_a_message_without_a_body_is_unreadable_and_not_missing(scripted: Scripted, box: ImapMailbox) -> None:
    uid = scripted.put(message("one"))

    def bodiless(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* 1 FETCH (UID %d FLAGS () BODY[] NIL)" % uid, tag + b" OK done")

    scripted.on("UID FETCH", bodiless)

    assert [type(one) for one in box.fetch(refs(scripted))] == [Unreadable]


def test_some_that_are_no_more_do_not_spoil_the_others(scripted: Scripted, box: ImapMailbox) -> None:
    """NO "Some of the requested messages no longer exist" is half a success (imapflow)."""
    scripted.put(message("one"))

    def partly(talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        uids, _, items = args.partition(b" ")
        for uid in scripted.meant(uids):
            scripted.show(talk, uid, items)
        talk.say(tag + b" NO Some of the requested messages no longer exist.")

    scripted.on("UID FETCH", partly)

    assert [type(one) for one in box.fetch([Ref("7.9"), Ref("7.1")])] == [Missing, Held]


def test_batches_may_be_answered_in_any_order(
    scripted: Scripted, box: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands sent ahead may be done side by side (RFC 9051 section 5.5); Dovecot does so."""
    from calsync_cli.providers.imap import fetching

    monkeypatch.setattr(fetching, "MOST", 1)
    for number in range(3):
        scripted.put(message(f"m{number}"))
    waiting: list[tuple[bytes, bytes]] = []

    def backwards(talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        waiting.append((tag, args))
        if len(waiting) == 3:
            for late, asked in reversed(waiting):
                scripted.do_uid_fetch(talk, late, asked, [])

    scripted.on("UID FETCH", backwards)

    told = list(box.fetch(refs(scripted)))

    assert [one.content for one in told if isinstance(one, Held)] == [message(f"m{number}") for number in range(3)]
    assert len(scripted.asked("UID FETCH")) == 3


def test_a_message_waits_for_no_status_of_those_before_it(
    scripted: Scripted, box: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dovecot says now and then that a batch is done when it is at the next: large ones would lie here meanwhile."""
    from calsync_cli.providers.imap import fetching

    monkeypatch.setattr(fetching, "MOST", 1)
    for number in range(3):
        scripted.put(message(f"m{number}"))
    done: list[bytes] = []
    came, in_time = threading.Event(), list[bool]()

    def rows_first(talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        if len(done) == 2:
            in_time.append(came.wait(10))
        lines: list[bytes] = []
        kept = type("Kept", (), {"say": lambda _self, *said: lines.extend(said)})()
        scripted.do_uid_fetch(kept, tag, args, [])
        talk.say(*lines[:-1])
        done.append(lines[-1])
        if len(done) == 3:
            talk.say(*done)

    scripted.on("UID FETCH", rows_first)

    messages = box.fetch(refs(scripted))
    told = [next(messages), next(messages)]
    came.set()
    told += messages

    assert in_time == [True]
    assert [one.content for one in told if isinstance(one, Held)] == [message(f"m{number}") for number in range(3)]


def test_nothing_is_missing_from_a_folder_that_went_behind_an_open_connection(
    scripted: Scripted, box: ImapMailbox
) -> None:
    scripted.put(message("one"))
    look(box)
    scripted.messages.clear()
    scripted.refuse("SELECT", b"NO [NONEXISTENT] no such mailbox")

    with pytest.raises(CalsyncError) as caught:
        list(box.fetch([Ref("7.1")]))

    assert (caught.value.code, caught.value.variant) == ("E209", "folder")


# ── lies ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Resyncing:
    """A server with QRESYNC; what vanished is what the test says, whatever is true."""

    def __init__(self, scripted: Scripted) -> None:
        scripted.capabilities += " ENABLE CONDSTORE QRESYNC"
        self.scripted = scripted
        self.modseq = 10
        self.vanished = b""
        scripted.on("SELECT", self.select)

    def select(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        talk.say(b"* OK [HIGHESTMODSEQ %d] so" % self.modseq)
        if b"QRESYNC" in args and self.vanished:
            talk.say(b"* VANISHED (EARLIER) " + self.vanished)
        self.scripted.do_select(talk, tag, args, literals)


def test_a_server_that_says_of_messages_that_they_vanished_is_not_believed(scripted: Scripted) -> None:
    """Mailspring-Sync issue 91: iCloud's QRESYNC took away three years of mail."""
    liar = Resyncing(scripted)
    for name in ("one", "two"):
        scripted.put(message(name))
    box = inbox(scripted)
    first = look(box)
    liar.modseq, liar.vanished = 11, b"1:2"

    second = since(box, first)
    third = since(box, second)

    assert (second.gone, second.end.inventory) == (set(), set(refs(scripted)))
    assert scripted.asked("SELECT")[-1] == b"SELECT INBOX (CONDSTORE)"
    assert third.gone == set()


def test_a_server_that_keeps_deletions_to_itself_is_found_out(scripted: Scripted) -> None:
    liar = Resyncing(scripted)
    for name in ("one", "two"):
        scripted.put(message(name))
    box = inbox(scripted)
    first = look(box)
    del scripted.messages[1]
    liar.modseq = 11

    second = since(box, first)
    since(box, second)

    assert second.end.inventory == {Ref("7.2")}
    assert scripted.asked("SELECT")[-1] == b"SELECT INBOX (CONDSTORE)"


def test_a_server_that_refuses_what_it_advertises_is_asked_for_less(scripted: Scripted) -> None:
    liar = Resyncing(scripted)
    scripted.put(message("one"))
    box = inbox(scripted)
    first = look(box)

    def refusing(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        if b"QRESYNC" in args:
            talk.say(tag + b" BAD no QRESYNC")
        else:
            liar.select(talk, tag, args, literals)

    scripted.on("SELECT", refusing)

    assert since(box, first).end.inventory == set(refs(scripted))


def test_modseqs_that_go_backwards_mean_everything_anew(scripted: Scripted) -> None:
    liar = Resyncing(scripted)
    scripted.put(message("one"))
    box = inbox(scripted)
    first = look(box)
    liar.modseq = 3

    assert since(box, first).end.inventory == set(refs(scripted))


def test_a_new_uidvalidity_is_all_gone_and_all_new(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.put(message("one"))
    first = look(box)
    scripted.uidvalidity = 8

    second = since(box, first)

    assert second.end.inventory == {Ref("8.1")}
    assert [type(one) for one in box.fetch([Ref("7.1")])] == [Missing]
    assert [type(one) for one in write(box, mark(Ref("7.1"), add={SEEN}), remove(Ref("7.1"), to_bin=False))] == [
        Stale,
        Wrote,
    ]
    assert scripted.messages[1].flags == set()


def test_more_messages_than_can_be_counted_means_everything_anew(scripted: Scripted) -> None:
    """One that came below UIDNEXT."""
    server = Resyncing(scripted)
    scripted.uidnext = 5
    scripted.put(message("five"))
    box = inbox(scripted)
    first = look(box)
    scripted.uidnext = 2
    scripted.put(message("two"))
    scripted.uidnext, server.modseq = 6, 11

    assert since(box, first).end.inventory == set(refs(scripted))


# ── servers with less ────────────────────────────────────────────────────────────────────────────────────────────


def test_without_uidplus_nothing_is_expunged_and_it_is_said(scripted: Scripted) -> None:
    """Pains 7 and 8: a bare EXPUNGE would take others' messages along."""
    less(scripted, "UIDPLUS", "MOVE")
    scripted.put(message("one"))
    box = inbox(scripted)

    done = write(box, remove(Ref("7.1"), to_bin=False))

    assert done == [Partial(Ref("7.1"), "no UIDPLUS")]
    assert scripted.messages[1].flags == {b"\\Deleted"}
    assert scripted.asked("EXPUNGE") == scripted.asked("UID EXPUNGE") == []


def test_without_uidplus_and_move_nothing_is_moved(scripted: Scripted) -> None:
    less(scripted, "UIDPLUS", "MOVE")
    scripted.put(message("one"))
    box = inbox(scripted)

    (done,) = write(box, move(Ref("7.1"), "Archive"))

    assert isinstance(done, Denied)
    assert scripted.asked("UID COPY") == []
    assert box.traits.moves is False


def test_exchange_is_told_one_thing_at_a_time(scripted: Scripted) -> None:
    scripted.greeting = b"* OK The Microsoft Exchange IMAP4 service is ready."
    scripted.capabilities += " NAMESPACE ENABLE CONDSTORE"
    ahead: list[bytes] = []
    answer = Scripted._answer

    def alone(server: Scripted, talk: Talk, text: bytes, literals: list[bytes]) -> None:
        if talk.more():
            ahead.append(text)
        answer(server, talk, text, literals)

    scripted._answer = alone.__get__(scripted)  # type: ignore[method-assign]
    for name in ("one", "two"):
        scripted.put(message(name))
    made = account(scripted.port)
    made.folders()
    box = made.open(CollectionId("INBOX"))
    write(box, *(mark(ref, add={"\\Seen"}) for ref in look(box).seen), create(message("x")), create(message("y")))
    made.close()

    assert len(scripted.heard) > 10
    assert ahead == []


def test_a_move_that_went_halfway_tells_how_far(scripted: Scripted) -> None:
    """RFC 6851 section 3.3: it may fail partway through."""
    for name in ("one", "two"):
        scripted.put(message(name))

    def halfway(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        del scripted.messages[1]
        talk.say(b"* OK [COPYUID 9 1 5] moved", tag + b" NO [OVERQUOTA] full")

    scripted.on("UID MOVE", halfway)

    done = write(inbox(scripted), move(Ref("7.1"), "Archive"), move(Ref("7.2"), "Archive"))

    assert done == [Wrote(Ref("9.5"), Rev("")), Denied(Ref("7.2"), "E401", "full: [OVERQUOTA] full")]


def test_a_race_that_never_ends_is_a_refusal(scripted: Scripted) -> None:
    scripted.put(message("one"))
    scripted.on("UID MOVE", lambda talk, tag, _args, _literals: talk.say(tag + b" NO [EXPUNGEISSUED] gone"))

    (done,) = write(inbox(scripted), move(Ref("7.1"), "Archive"))

    assert isinstance(done, Denied)
    assert 1 < len(scripted.asked("UID MOVE")) < 10


def test_a_copy_whose_original_stays_is_not_made_again(scripted: Scripted) -> None:
    less(scripted, "MOVE")
    scripted.put(message("one"))
    scripted.on("UID COPY", lambda talk, tag, _args, _literals: talk.say(tag + b" OK [COPYUID 9 1 5] done"))
    scripted.on("UID EXPUNGE", lambda talk, tag, _args, _literals: talk.say(tag + b" NO [EXPUNGEISSUED] gone"))

    (done,) = write(inbox(scripted), move(Ref("7.1"), "Archive"))

    assert isinstance(done, Partial)
    assert len(scripted.asked("UID COPY")) == 1


def test_a_copy_without_its_proof_deletes_nothing(scripted: Scripted) -> None:
    """closeio/sync-engine issue 1100."""
    less(scripted, "MOVE")
    scripted.put(message("one"))
    scripted.on("UID COPY", lambda talk, tag, _args, _literals: talk.say(tag + b" OK done"))
    box = inbox(scripted)

    (done,) = write(box, move(Ref("7.1"), "Archive"))

    assert isinstance(done, Partial)
    assert scripted.messages[1].flags == set()


def test_without_uidplus_a_new_message_is_stored_and_its_ref_is_not_known(scripted: Scripted) -> None:
    """OfflineIMAP issue 676: found again by its sketch, never sent twice."""
    less(scripted, "UIDPLUS")

    (done,) = write(inbox(scripted), create(message("new")))

    assert isinstance(done, Wrote)
    assert done.ref == ""
    assert scripted.messages[1].content == message("new")


@pytest.mark.parametrize("size", [10, 4096, 5000, 200_000])
@pytest.mark.parametrize("literals", ["LITERAL+", "LITERAL-", ""])
def test_literals_go_as_the_server_takes_them(scripted: Scripted, literals: str, size: int) -> None:
    less(scripted, "LITERAL+")
    scripted.capabilities += f" {literals}"
    content = message("m") + b"x" * size

    done = write(inbox(scripted), *(create(content) for _ in range(3)))

    assert all(isinstance(one, Wrote) for one in done)
    assert [one.content for one in scripted.messages.values()] == [content] * 3


def test_without_esearch_uids_are_listed_one_by_one(scripted: Scripted) -> None:
    less(scripted, "ESEARCH")
    for name in ("one", "two"):
        scripted.put(message(name))
    forgetting(scripted, 1, 2)

    assert look(inbox(scripted)).end.inventory == set(refs(scripted))


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_message_that_is_refused_does_not_stop_the_others(scripted: Scripted, box: ImapMailbox) -> None:
    """TOOBIG after the literal (isync 4ae0159)."""
    scripted.refuse("APPEND", b"NO [TOOBIG] too big for me")

    done = write(box, create(message("big"), ref="big"), create(message("small")))

    assert done[0] == Denied(Ref("big"), "E403", "too-big: [TOOBIG] too big for me")
    assert isinstance(done[1], Wrote)


@pytest.mark.parametrize("command", ["APPEND", "UID MOVE"])
def test_a_full_mailbox_refuses_one_message_and_no_others(scripted: Scripted, box: ImapMailbox, command: str) -> None:
    """So that messages can still be read, and removed."""
    scripted.put(message("one"))
    scripted.refuse(command, b"NO [OVERQUOTA] Quota exceeded (mailbox for user is full)")
    op = create(message("new"), ref="new") if command == "APPEND" else move(Ref("7.1"), "Archive")

    done = write(box, op, mark(Ref("7.1"), add={SEEN}))

    assert done[0] == Denied(op.ref, "E401", "full: [OVERQUOTA] Quota exceeded (mailbox for user is full)")
    assert isinstance(done[1], Wrote)


def test_what_is_over_the_limit_that_the_server_names_is_not_sent(scripted: Scripted) -> None:
    scripted.capabilities += " APPENDLIMIT=1000"

    done = write(inbox(scripted), create(message("a")), create(b"x" * 1001, ref="big"), create(message("b")))

    assert [type(one) for one in done] == [Wrote, Denied, Wrote]
    assert [one.content for one in scripted.messages.values()] == [message("a"), message("b")]


def test_a_large_message_is_refused_before_it_is_sent(scripted: Scripted, box: ImapMailbox) -> None:
    sent: list[bytes] = []

    def refusing(talk: Talk, said: bytes) -> None:
        sent.append(said)
        talk.say(said.split()[0] + b" NO [TOOBIG] no")

    def hear(talk: Talk):
        text = talk.line()
        if text.endswith(b"}"):
            refusing(talk, text)
            return hear(talk)
        return (text, []) if text else None

    original = Talk.hear
    Talk.hear = hear  # type: ignore[method-assign]
    try:
        (done,) = write(inbox(scripted), create(message("big") + b"x" * 200_000, ref="big"))
    finally:
        Talk.hear = original  # type: ignore[method-assign]

    assert isinstance(done, Denied)
    assert len(sent) == 1


def test_a_server_that_leaves_over_one_message_is_asked_for_the_others(scripted: Scripted, box: ImapMailbox) -> None:
    """Gmail: BYE Invalid character in literal (imapsync issue 124). The next round knows which one it was."""

    def leaving(talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        if b"\0" in literals[-1]:
            talk.say(b"* BYE Invalid character in literal")
            talk.leave()
        else:
            scripted.do_append(talk, tag, args, literals)

    scripted.on("APPEND", leaving)
    good, bad = create(message("good")), create(message("bad", body=b"\0"), ref="bad")

    first = write(box, bad, good, good)
    second = write(box, bad)

    assert [type(one) for one in first] == [Unknown, Unknown, Unknown]
    assert second == [Denied(Ref("bad"), "E403", "nul: Invalid character in literal")]
    assert [type(one) for one in write(box, good)] == [Wrote]


def test_a_flag_that_is_refused_is_denied_in_the_servers_words(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.put(message("one"))
    scripted.refuse("UID STORE", b"NO [LIMIT-X] too many keywords")

    assert write(box, mark(Ref("7.1"), add={"work"})) == [
        Denied(Ref("7.1"), "E403", "refused: [LIMIT-X] too many keywords")
    ]


def choosy(scripted: Scripted) -> None:
    """A server that keeps no keywords but its own (Exchange)."""

    def select(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        flags = b"(\\Seen \\Flagged $Forwarded)"
        talk.say(b"* 1 EXISTS", b"* OK [UIDVALIDITY 7]", b"* OK [PERMANENTFLAGS " + flags + b"]", tag + b" OK done")

    scripted.on("SELECT", select)
    scripted.on("UID STORE", lambda talk, tag, _args, _literals: talk.say(tag + b" OK ignored"))


def test_a_new_message_has_only_flags_that_the_folder_keeps(scripted: Scripted) -> None:
    choosy(scripted)
    box = inbox(scripted)

    write(box, create(message("new"), "\\Seen", "work", "$Forwarded", "\\Draft"))

    assert scripted.messages[1].flags == {b"\\Seen", b"$Forwarded"}
    assert box.traits.flags == {"\\Seen", "\\Flagged", "$Forwarded"}


def test_a_flag_that_the_server_forgets_is_told_by_what_the_message_has(scripted: Scripted) -> None:
    choosy(scripted)
    scripted.put(message("one"), b"\\Flagged")

    (done,) = write(inbox(scripted), mark(Ref("7.1"), add={"work"}))

    assert isinstance(done, Wrote)
    assert done.held is not None
    assert done.held.flags == {"\\Flagged"}


def test_a_folder_that_may_only_be_read_is_not_written(scripted: Scripted) -> None:
    scripted.put(message("one"))

    def readonly(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* 1 EXISTS", b"* OK [UIDVALIDITY 7]", tag + b" OK [READ-ONLY] look only")

    scripted.on("SELECT", readonly)
    box = inbox(scripted)

    (done,) = write(box, mark(Ref("7.1"), add={SEEN}))

    assert isinstance(done, Denied)
    assert (box.traits.writable, box.traits.moves) == (False, False)


def test_one_thread_needs_one_connection(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.put(message("one"))

    view = look(box)
    list(box.fetch(list(view.seen)))
    list(box.sketch(list(view.seen)))
    write(box, create(message("new")), mark(Ref("7.1"), add={SEEN}), remove(Ref("7.1"), to_bin=False))
    since(box, view)

    assert scripted.connections == 1


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (b"BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds", 299.961),
        (b"NO [THROTTLED] slow down", None),
        (b"NO [OVERQUOTA] Account exceeded command or bandwidth limits.", 3600.0),
        (b"NO Account exceeded command or bandwidth limits. 5if1", 3600.0),
        (b"NO [UNAVAILABLE] Temporary failure", None),
        (b"NO Server Unavailable. 15", None),
    ],
)
def test_a_server_that_asks_to_slow_down_is_heard(
    scripted: Scripted, box: ImapMailbox, words: bytes, wanted: float | None
) -> None:
    """Pains 14 and 15."""
    scripted.put(message("one"))
    deeds = {
        "UID FETCH": lambda: list(box.fetch(refs(scripted))),
        "SELECT": lambda: look(inbox(scripted)),
        "APPEND": lambda: write(box, create(message("new"))),
        "UID STORE": lambda: write(box, mark(Ref("7.1"), add={SEEN})),
        "UID MOVE": lambda: write(box, move(Ref("7.1"), "Archive")),
    }
    for command, deed in deeds.items():
        scripted.refuse(command, words)

        with pytest.raises(CalsyncError) as caught:
            deed()

        assert (caught.value.code, caught.value.retry_after) == ("E401", wanted), command


def test_too_many_connections_are_made_fewer(scripted: Scripted) -> None:
    """imapsync issue 61; runt issue 1."""
    scripted.put(message("one"))
    made = account(scripted.port)
    box = made.open(CollectionId("INBOX"))
    reading = box.fetch(refs(scripted))
    next(reading)
    refused = threading.Event()

    def refusing(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(tag + b" NO [LIMIT] Too many simultaneous connections")
        refused.set()

    scripted.once("AUTHENTICATE", refusing)
    got: list[object] = []
    other = threading.Thread(target=lambda: got.extend(box.fetch(refs(scripted))))
    other.start()
    assert refused.wait(10)
    until = time.monotonic() + 10
    while made.pool.most != 1 and time.monotonic() < until:
        time.sleep(0.005)
    list(reading)
    other.join(10)
    made.close()

    assert (len(got), made.pool.most) == (1, 1)


def test_the_only_connection_that_is_refused_is_an_error(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.refuse("AUTHENTICATE", b"NO [LIMIT] Too many simultaneous connections")

    with pytest.raises(CalsyncError) as caught:
        look(box)

    assert caught.value.code == "E401"


# ── silence and death ────────────────────────────────────────────────────────────────────────────────────────────


def test_silence_has_an_end(scripted: Scripted) -> None:
    """Pain 20: hangs for days."""
    scripted.on("UID FETCH", lambda _talk, _tag, _args, _literals: None)

    with pytest.raises(CalsyncError) as caught:
        look(hurried(scripted))

    assert (caught.value.code, caught.value.variant) == ("E402", "timeout")


def test_an_answer_that_drips_has_an_end(scripted: Scripted) -> None:
    def dripping(talk: Talk, _tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        while True:
            talk.raw(b"* OK\r\n")
            time.sleep(0.02)

    scripted.on("UID FETCH", dripping)

    with pytest.raises(CalsyncError) as caught:
        look(hurried(scripted, patience=5, total=0.3))

    assert (caught.value.code, caught.value.variant) == ("E402", "timeout")


def test_bodies_go_on_where_the_connection_died(scripted: Scripted, box: ImapMailbox) -> None:
    for number in range(5):
        scripted.put(message(f"m{number}"))

    def dying(talk: Talk, _tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        for uid in (1, 2):
            scripted.show(talk, uid, args)
        talk.raw(b"* 3 FETCH (UID 3 BODY[] {500}\r\nhalf of it")
        talk.leave()

    scripted.once("UID FETCH", dying)

    told = list(box.fetch(refs(scripted)))

    assert [one.ref for one in told] == refs(scripted)
    assert all(isinstance(one, Held) for one in told)
    assert scripted.connections == 2


def test_a_connection_that_dies_at_the_same_place_again_is_an_error(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.put(message("one"))
    scripted.on("UID FETCH", lambda talk, _tag, _args, _literals: talk.leave())

    with pytest.raises(CalsyncError) as caught:
        list(box.fetch(refs(scripted)))

    assert (caught.value.code, caught.value.variant) == ("E402", "lost")


def test_a_listing_that_broke_off_is_no_inventory(scripted: Scripted, box: ImapMailbox) -> None:
    for number in range(3):
        scripted.put(message(f"m{number}"))

    def dying(talk: Talk, _tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        scripted.show(talk, 1, args)
        talk.leave()

    scripted.on("UID FETCH", dying)

    with pytest.raises(CalsyncError):
        look(box)


def test_a_lost_answer_to_a_write_is_unknown(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.put(message("one"))
    for command, op in (
        ("APPEND", create(message("new"))),
        ("UID STORE", mark(Ref("7.1"), add={SEEN})),
        ("UID MOVE", move(Ref("7.1"), "Archive")),
    ):
        scripted.once(command, lambda talk, _tag, _args, _literals: talk.leave())

        assert [type(one) for one in write(box, op)] == [Unknown], command


def test_a_session_that_was_ended_is_made_anew(scripted: Scripted, box: ImapMailbox) -> None:
    """imapsync issue 250: BYE Session invalidated - AccessTokenExpired, after an hour."""
    scripted.put(message("one"))
    look(box)

    def expired(talk: Talk, _tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* BYE Session invalidated - AccessTokenExpired")
        talk.leave()

    scripted.once("SELECT", expired)

    assert look(box).end.inventory == set(refs(scripted))


def test_a_connection_that_died_in_a_long_silence_is_noticed_before_a_write(
    scripted: Scripted, box: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_SILENCE", -1.0)
    look(box)
    for talk in scripted.talks:
        talk.leave()

    (done,) = write(box, create(message("new")))

    assert isinstance(done, Wrote)
    assert len(scripted.messages) == 1


def test_a_line_without_end_is_an_error(scripted: Scripted, box: ImapMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_LINE", 1_000_000)
    scripted.on("UID FETCH", lambda talk, _tag, _args, _literals: talk.raw(b"* " + b"x" * 3_000_000))

    with pytest.raises(CalsyncError) as caught:
        look(box)

    assert (caught.value.code, caught.value.variant) == ("E404", "imap")


def test_a_long_line_is_read(scripted: Scripted, box: ImapMailbox) -> None:
    """imapclient gives up at a million octets: UID SEARCH of 160,000 messages."""
    scripted.put(message("one"))
    words = b" ".join(b"%d" % uid for uid in range(1_000_000, 1_160_000))

    def missing(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* SEARCH 1 " + words, tag + b" OK done")

    scripted.on("UID SEARCH", missing)
    forgetting(scripted, 1)

    view = look(box)

    assert view.end.inventory is not None
    assert len(view.end.inventory) == 160_001


def test_sketches_come_without_dates_and_ids_too(scripted: Scripted, box: ImapMailbox) -> None:
    scripted.put(b"\r\nno header")

    told = sketches(box, *refs(scripted))

    assert [(one.message_id, one.date) for one in told.values()] == [("", None)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (b"NO [TOOBIG] Message too large", "too-big"),
        (b"BAD [TOOBIG] Message too large. https://support.google.com/mail", "too-big"),
        (b"NO Message size exceeds fixed limit", "too-big"),
        (b"NO [CANNOT] No way", "not-allowed"),
        (b"NO Message contains NUL characters", "nul"),
        (b"BAD Command Argument Error. 11", "long-line"),
        (b"NO Over quota", "full"),
        (b"NO I do not like it", "refused"),
    ],
)
def test_why_a_message_was_refused_is_one_word_and_the_servers_own(scripted: Scripted, words: bytes, why: str) -> None:
    scripted.refuse("APPEND", words)

    (done,) = write(inbox(scripted), create(b"A: b\r\n\r\nx"))

    assert isinstance(done, Denied)
    assert done.detail.partition(":")[0] == why
    assert done.why == ("E401" if why == "full" else "E403")


def test_a_server_that_hangs_up_on_a_nul_says_so(scripted: Scripted) -> None:
    def leave(talk: Talk, _tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* BYE Invalid character in literal")
        talk.leave()

    scripted.on("APPEND", leave)

    (done,) = write(inbox(scripted), create(b"A: b\r\n\r\nx\0"))

    assert done == Denied(Ref("token"), "E403", "nul: Invalid character in literal")


@pytest.mark.parametrize(("told", "taken"), [(b"150000", False), (b"NIL", True), (b"nonsense", True)])
def test_a_folder_with_a_limit_of_its_own_is_asked_once_and_before_a_large_message_alone(
    scripted: Scripted, told: bytes, taken: bool
) -> None:
    scripted.capabilities += " APPENDLIMIT"
    scripted.on(
        "STATUS",
        lambda talk, tag, _args, _literals: talk.say(b"* STATUS INBOX (APPENDLIMIT " + told + b")", tag + b" OK done"),
    )
    box = inbox(scripted)

    write(box, create(message("small")))
    assert not scripted.asked("STATUS")
    large = [write(box, create(message("large") + b"x" * 200_000))[0] for _ in range(2)]

    assert {isinstance(done, Wrote) for done in large} == {taken}
    assert len(scripted.asked("STATUS")) == 1


@pytest.mark.parametrize(
    "words",
    [
        b"NO [ALERT] Too many simultaneous connections. (Failure)",
        b"NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        b"NO [INUSE] Connection limit reached",
    ],
)
def test_whoever_says_in_whatever_words_that_there_are_too_many_connections_is_understood(
    scripted: Scripted, words: bytes
) -> None:
    """Gmail, Dovecot, Yahoo."""
    scripted.put(message("one"))
    made = account(scripted.port)
    box = made.open(CollectionId("INBOX"))
    reading = box.fetch(refs(scripted))
    next(reading)
    heard = threading.Event()

    def refusing(talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(tag + b" " + words)
        heard.set()

    scripted.once("AUTHENTICATE", refusing)
    got: list[object] = []
    other = threading.Thread(target=lambda: got.extend(box.fetch(refs(scripted))))
    other.start()
    assert heard.wait(10)
    list(reading)
    other.join(10)
    made.close()

    assert len(got) == 1
