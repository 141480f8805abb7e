"""Gmail's labels as folders here: archived, un-archived, deleted and labelled on either side, and nothing fetched twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.core.mail.record import What
from tests.google.gmailbox import FREE, USUAL, Home, letter
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import DRAFT, DUTCH, INBOX, MAIL, SENT, TRASH, Gmail


@pytest.fixture
def server() -> Iterator[GmailServer]:
    made = GmailServer().start()
    for subject in ("Lunch", "Talk", "Plan", "Bill"):
        made.gmail.deliver(letter(subject), INBOX)
    made.gmail.deliver(letter("Both"), INBOX, "Work")
    made.gmail.deliver(letter("Task"), "Work")
    made.gmail.deliver(letter("Old"))
    made.gmail.deliver(letter("Out"), SENT)
    made.gmail.deliver(letter("Half"), DRAFT)
    made.gmail.deliver(letter("Gone"), place=TRASH)
    yield made
    made.stop()


@pytest.fixture
def gmail(server: GmailServer) -> Gmail:
    return server.gmail


@pytest.fixture
def person(server: GmailServer, tmp_path: Path) -> Home:
    """The first round is done."""
    return Home(tmp_path, server)


def fetched(person: Home) -> int:
    """Bodies that were given out."""
    return person.server.bodies.total()


# ── the first pull ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_archive_is_what_no_other_folder_shows_and_no_draft(person: Home) -> None:
    assert person.all_here() == {
        "inbox": ["Bill", "Both", "Lunch", "Plan", "Talk"],
        "archive": ["Old", "Out"],
        "deleted": ["Gone"],
        "work": ["Both", "Task"],
    }


def test_each_message_is_fetched_once_also_where_two_folders_show_it(person: Home) -> None:
    assert set(person.server.bodies.values()) == {1}
    assert person.file("Both").read_bytes() == person.file("Both", "work").read_bytes()


def test_the_next_round_looks_at_nothing(person: Home) -> None:
    person.rests()
    person.server.heard.clear()

    person.sync()

    assert not person.server.asked("UID")


def test_where_sent_and_drafts_are_in_step_they_are_in_no_archive(server: GmailServer, tmp_path: Path) -> None:
    names = server.gmail.names
    person = Home(tmp_path, server, {**USUAL, "sent": names["sent"], "drafts": names["drafts"]})

    assert (person.here("archive"), person.here("sent"), person.here("drafts")) == (["Old"], ["Out"], ["Half"])


def test_a_maildir_that_has_it_all_is_adopted_without_a_body_fetched(server: GmailServer, tmp_path: Path) -> None:
    person = Home(tmp_path, server, sync=False)
    for subject in ("Lunch", "Talk", "Plan", "Bill", "Both"):
        person.puts(letter(subject))
    for folder, subject in (("work", "Both"), ("work", "Task"), ("archive", "Old"), ("archive", "Out")):
        person.puts(letter(subject), folder)
    person.puts(letter("Gone"), "deleted")

    person.sync()

    assert fetched(person) == 0
    person.agrees()


# ── on the web ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_archived_on_the_web_moves_here(person: Home, gmail: Gmail) -> None:
    content, before = person.file("Talk").read_bytes(), fetched(person)
    gmail.archive("Talk")

    person.sync()

    assert person.file("Talk", "archive").read_bytes() == content
    assert (fetched(person), person.in_attic()) == (before, [])
    person.agrees()
    person.rests()


def test_what_is_put_back_into_the_inbox_on_the_web_moves_back(person: Home, gmail: Gmail) -> None:
    before = fetched(person)
    gmail.label("Old", INBOX)

    person.sync()

    assert "Old" in person.here()
    assert fetched(person) == before
    person.agrees()


def test_what_is_deleted_on_the_web_moves_to_the_bin_here(person: Home, gmail: Gmail) -> None:
    before = fetched(person)
    gmail.trash("Plan")
    gmail.trash("Old")

    person.sync()

    assert person.here("deleted") == ["Gone", "Old", "Plan"]
    assert fetched(person) == before
    person.agrees()


def test_of_two_folders_the_one_that_a_message_leaves_loses_its_file_and_that_is_no_deletion(
    person: Home, gmail: Gmail
) -> None:
    gmail.archive("Both")

    tally = person.sync().tally

    assert ("Both" in person.here(), "Both" in person.here("work"), "Both" in person.here("archive")) == (
        False,
        True,
        False,
    )
    assert [what for (_, what), count in tally.items() if count] == [What.MOVED_HERE]


def test_what_loses_both_its_labels_is_one_message_in_the_archive(person: Home, gmail: Gmail) -> None:
    before = fetched(person)
    gmail.unlabel("Both", INBOX, "Work")

    person.settles()

    assert person.here("archive") == ["Both", "Old", "Out"]
    assert fetched(person) == before
    person.agrees()


def test_what_gets_a_second_label_is_copied_here(person: Home, gmail: Gmail) -> None:
    before = fetched(person)
    gmail.label("Lunch", "Work")

    person.sync()

    assert person.here("work") == ["Both", "Lunch", "Task"]
    assert fetched(person) == before


def test_what_a_filter_archives_at_once_comes_into_the_archive(person: Home, gmail: Gmail) -> None:
    gmail.deliver(letter("Newsletter"))
    gmail.deliver(letter("News"), INBOX)

    person.sync()

    assert "Newsletter" in person.here("archive")
    person.agrees()


def test_what_has_the_same_message_id_and_size_is_told_apart_by_its_number(person: Home, gmail: Gmail) -> None:
    for body in ("one", "two"):
        gmail.deliver(letter(body, body, number="same"), INBOX)
    person.sync()
    before = fetched(person)
    gmail.archive("two")

    person.sync()

    assert ("one" in person.here(), "two" in person.here("archive")) == (True, True)
    assert fetched(person) == before


def test_a_star_is_a_flag(person: Home, gmail: Gmail) -> None:
    gmail.flag("Talk", "\\Seen", "\\Flagged")
    person.marks("Lunch", "F")

    person.settles()

    assert person.flags(person.file("Talk")) == "FS"
    assert "\\Flagged" in gmail.named("Lunch").flags


def test_a_label_that_is_removed_altogether_takes_no_file_along(person: Home, gmail: Gmail) -> None:
    """A folder that is gone there counts as it was, so that its messages do not come a second time, as archived ones."""
    before = fetched(person)
    gmail.remove_label("Work")

    person.sync()

    assert person.here("work") == ["Both", "Task"]
    assert (person.here("archive"), fetched(person)) == (["Old", "Out"], before)


# ── here ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_archiving_here_takes_the_label_of_the_inbox_away(person: Home, gmail: Gmail) -> None:
    person.carries("Talk", "archive")

    person.sync()

    assert gmail.named("Talk").labels == set()
    assert person.server.asked("UID MOVE")
    person.agrees()
    person.rests()


def test_putting_it_back_here_gives_the_label_again(person: Home, gmail: Gmail) -> None:
    person.carries("Old", "inbox", "archive")

    person.sync()

    assert gmail.named("Old").labels == {INBOX}
    person.agrees()
    person.rests()


@pytest.mark.parametrize("behaviour", ["archive", "trash", "deleteForever"])
def test_deleting_here_moves_to_the_bin_whatever_expunging_would_do(person: Home, gmail: Gmail, behaviour: str) -> None:
    gmail.behaviour = behaviour
    person.file("Talk").unlink()
    person.file("Old", "archive").unlink()

    person.settles()

    assert (gmail.named("Talk").place, gmail.named("Old").place) == (TRASH, TRASH)
    assert not person.server.asked("UID EXPUNGE")
    assert not person.server.asked("UID STORE")
    person.agrees()


def test_deleting_in_the_bin_is_final(person: Home, gmail: Gmail) -> None:
    person.file("Gone", "deleted").unlink()

    person.sync()

    assert all(b"Subject: Gone" not in one.content for one in gmail.mails.values())


def test_of_two_files_of_a_message_the_last_to_go_is_the_one_that_deletes_it(person: Home, gmail: Gmail) -> None:
    person.file("Both").unlink()
    person.settles()
    first = set(gmail.named("Both").labels), gmail.named("Both").place
    person.file("Both", "work").unlink()
    person.settles()

    assert first == ({"Work"}, MAIL)
    assert gmail.named("Both").place == TRASH


def test_both_files_deleted_at_once_delete_the_message(person: Home, gmail: Gmail) -> None:
    person.file("Both").unlink()
    person.file("Both", "work").unlink()

    person.settles()

    assert gmail.named("Both").place == TRASH


def test_a_file_put_where_its_message_shows_already_leaves_one(person: Home, gmail: Gmail) -> None:
    person.carries("Both", "work")

    person.settles()

    assert (person.here("work"), gmail.named("Both").labels) == (["Both", "Task"], {"Work"})
    assert person.in_attic() == ["Both"]
    person.agrees()


def test_a_copy_of_a_file_in_another_folder_is_another_label(person: Home, gmail: Gmail) -> None:
    person.puts(person.file("Lunch").read_bytes(), "work", letters="")

    person.settles()

    assert gmail.named("Lunch").labels == {INBOX, "Work"}
    assert not person.server.asked("APPEND")


def test_what_is_put_into_the_archive_here_is_archived_there(person: Home, gmail: Gmail) -> None:
    person.puts(letter("Paper"), "archive")

    person.settles()

    assert gmail.named("Paper").labels == set()
    person.agrees()


def test_without_a_bin_that_imap_is_shown_nothing_is_deleted(server: GmailServer, tmp_path: Path) -> None:
    server.gmail.hidden.add("[Gmail]/Trash")
    person = Home(tmp_path, server, {"inbox": "INBOX"})
    person.file("Talk").unlink()

    person.sync()

    assert (server.gmail.named("Talk").place, [one.why for one in person.result.waits]) == (MAIL, ["no-bin"])


def test_another_bin_than_gmails_gets_what_is_deleted_and_is_emptied_into_gmails(
    server: GmailServer, tmp_path: Path
) -> None:
    person = Home(tmp_path, server, {"inbox": "INBOX", "deleted": "Work"})
    person.file("Talk").unlink()
    person.settles()
    first = set(server.gmail.named("Talk").labels)
    person.file("Talk", "deleted").unlink()
    person.settles()

    assert (first, server.gmail.named("Talk").place) == ({"Work"}, TRASH)


# ── sent copies ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sender(server: GmailServer, tmp_path: Path) -> Home:
    return Home(tmp_path, server, {**USUAL, "sent": server.gmail.names["sent"]})


def test_a_sent_copy_that_gmail_filed_meanwhile_is_the_same(sender: Home, gmail: Gmail) -> None:
    """A mail program stores its copy, and Gmail's SMTP server its own, with lines added on the way."""
    content = letter("Offer")
    gmail.deliver(b"Received: by gmail\r\n" + content, SENT)
    sender.puts(content, "sent")

    sender.settles()

    assert sender.here("sent") == ["Offer", "Out"]
    assert len([one for one in gmail.mails.values() if b"Subject: Offer" in one.content]) == 1
    assert sender.server.appended == 0


def test_a_sent_copy_that_comes_later_is_no_second_file(sender: Home, gmail: Gmail) -> None:
    content = letter("Offer")
    gmail.deliver(content, SENT)
    sender.sync()
    sender.puts(content, "sent")

    sender.settles()

    assert (sender.here("sent"), sender.in_attic()) == (["Offer", "Out"], ["Offer"])
    assert not sender.result.waits


# ── odd accounts ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_life_of_a_folder_moves_nothing(person: Home, gmail: Gmail) -> None:
    before = fetched(person)
    gmail.new_life("INBOX")
    gmail.new_life("[Gmail]/All Mail")
    gmail.archive("Talk")

    person.sync()

    assert fetched(person) == before
    person.agrees()
    person.rests()


def test_a_change_of_labels_may_count_as_a_change_of_the_message(person: Home, gmail: Gmail) -> None:
    gmail.labels_count = True
    gmail.archive("Talk")
    gmail.label("Old", "Work")

    person.settles()

    person.agrees()


def test_names_in_another_language_are_names(tmp_path: Path) -> None:
    server = GmailServer(DUTCH).start()
    server.gmail.deliver(letter("Lunch"), INBOX)
    server.gmail.deliver(letter("Old"))
    person = Home(tmp_path, server, {"inbox": "INBOX", "archive": DUTCH["all"], "deleted": DUTCH["trash"]})
    person.file("Lunch").unlink()
    person.settles()
    server.stop()

    assert person.all_here() == {"inbox": [], "archive": ["Old"], "deleted": ["Lunch"]}


def test_what_comes_while_a_round_looks_is_in_no_archive(person: Home, gmail: Gmail) -> None:
    """It shows in All Mail before the inbox is looked at, and in the inbox's label already."""
    person.server.once(
        "SELECT",
        lambda talk, tag, args, literals: (
            gmail.deliver(letter("Late"), "Work"),
            person.server.do_select(talk, tag, args, literals),
        )[1],
    )
    gmail.deliver(letter("Early"), INBOX)

    person.sync(limit=FREE)

    assert "Late" not in person.here("archive")
    person.settles()
    assert "Late" in person.here("work")
    assert set(person.server.bodies.values()) == {1}


def test_a_mark_of_deletion_here_is_not_sent_for_it_would_delete_at_once(person: Home, gmail: Gmail) -> None:
    person.marks("Talk", "ST")

    person.settles()

    assert (gmail.named("Talk").flags, gmail.named("Talk").labels) == ({"\\Seen"}, {INBOX})


def test_where_nobody_says_where_a_message_went_it_is_found_by_its_number(person: Home, gmail: Gmail) -> None:
    person.server.tells = False
    person.carries("Talk", "archive")
    person.carries("Old", "inbox", "archive")
    person.file("Plan").unlink()

    tally = person.sync().tally

    assert {what for (_, what), count in tally.items() if count} == {What.MOVED_THERE, What.DELETED_THERE}
    assert (gmail.named("Talk").labels, gmail.named("Old").labels) == (set(), {INBOX})
    person.settles()
    person.agrees()


def test_an_edited_file_of_a_message_that_stays_elsewhere_is_not_lost(person: Home, gmail: Gmail) -> None:
    path = person.file("Both")
    path.write_bytes(letter("Both, mended", number="Both").replace(b"\r\n", b"\n"))
    gmail.archive("Both")

    person.sync()
    person.sync()

    kept = [path.read_bytes() for path in [*person.files("inbox"), *person.place.glob("attic/**/*.eml")]]
    assert any(b"mended" in content for content in kept)
