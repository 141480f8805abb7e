"""What a list of folders tells: what each is for, whose it is, how its name is made."""

from __future__ import annotations

import pytest

from calsync_cli.core.mail.nouns import Folder, Role
from calsync_cli.core.mail.roles import suggest
from calsync_cli.providers.imap.folders import namespaces_in
from calsync_cli.providers.imap.parse import Line
from tests.imap.scene import Scene, account, scene
from tests.servers.scripted_imap import Scripted, Talk


def listed(scripted: Scripted, *lines: bytes, spaces: bytes = b"") -> dict[str, Folder]:
    """The folders of a server that lists these."""
    if spaces:
        scripted.capabilities += " NAMESPACE"
        scripted.on("NAMESPACE", lambda talk, tag, _a, _l: talk.say(b"* NAMESPACE " + spaces, tag + b" OK done"))
    scripted.on("LIST", lambda talk, tag, _a, _l: talk.say(*(b"* LIST " + line for line in lines), tag + b" OK done"))
    made = account(scripted.port)
    found = made.folders()
    made.close()
    return {str(folder.id): folder for folder in found}


def test_gmails_folders_are_known(scripted: Scripted) -> None:
    found = listed(
        scripted,
        b'(\\HasNoChildren) "/" "INBOX"',
        b'(\\HasChildren \\Noselect) "/" "[Gmail]"',
        b'(\\All \\HasNoChildren) "/" "[Gmail]/Alle e-mail"',
        b'(\\HasNoChildren \\Trash) "/" "[Gmail]/Prullenbak"',
        b'(\\Flagged \\HasNoChildren) "/" "[Gmail]/Met ster"',
    )

    assert (found["[Gmail]/Alle e-mail"].all, found["[Gmail]/Alle e-mail"].role) == (True, None)
    assert not found["[Gmail]"].selectable
    assert suggest(list(found.values())) == {
        Role.INBOX: "INBOX",
        Role.ARCHIVE: "[Gmail]/Alle e-mail",
        Role.DELETED: "[Gmail]/Prullenbak",
    }


@pytest.mark.parametrize(("spelled", "delimiter"), [(b'"."', "."), (b'"/"', "/"), (b"NIL", ""), (b'"\\\\"', "\\")])
def test_a_folder_knows_what_parts_its_name(scripted: Scripted, spelled: bytes, delimiter: str) -> None:
    assert listed(scripted, b"() " + spelled + b" Trash")["Trash"].delimiter == delimiter


@pytest.mark.parametrize(
    ("spaces", "own", "others"),
    [
        (b'(("" "/")) (("Other Users/" "/")) (("Shared/" "/"))', "Sharedness", "Shared/a"),
        (b'(("" "/")) (("Other Users/" "/")) (("Shared/" "/"))', "Trash", "Other Users/bob/Trash"),
        (b'(("" "/")) (("Other Users/" "/")) NIL', "Other", "Other Users"),
        (b'(("INBOX." ".")) (("user." ".")) (("" "."))', "INBOX.Trash", "announcements"),
        (b'(("INBOX." ".")) (("user." ".")) (("" "."))', "INBOX", "user.bob"),
        (b'(("" "/")) (("~" "/")) (("#shared/" "/")("#public/" "/" "X-PARAM" ("a")))', "x~", "#public/news"),
        (b'(("" "/")) NIL (("Gedeelde m&AOA-ppen/" "/"))', "Gedeeld", "Gedeelde màppen/x"),
    ],
)
def test_other_peoples_folders_are_told_apart(scripted: Scripted, spaces: bytes, own: str, others: str) -> None:
    from calsync_cli.providers.imap.utf7 import encode

    lines = [b'() "/" "' + encode(name) + b'"' for name in (own, others)]

    found = listed(scripted, *lines, spaces=spaces)

    assert (found[own].shared, found[others].shared) == (False, True)


def test_where_namespaces_are_refused_all_folders_are_ones_own(scripted: Scripted) -> None:
    scripted.capabilities += " NAMESPACE"
    scripted.refuse("NAMESPACE", b"BAD no")

    assert not listed(scripted, b'() "/" Trash')["Trash"].shared


@pytest.mark.parametrize("text", [b"* NAMESPACE NIL NIL NIL", b"* NAMESPACE () (()) ((NIL))", b"* NAMESPACE x y z"])
def test_odd_namespaces_are_none(text: bytes) -> None:
    assert namespaces_in(Line(text)) == {}


@pytest.mark.parametrize("server", ["dovecot", "dovecot_list", "cyrus_mail"])
def test_a_real_servers_folders_are_suggested(server: str, request: pytest.FixtureRequest) -> None:
    made = scene(request.getfixturevalue(server))

    found = suggest(made.account.folders(), guesses=False)

    made.close()
    assert {role: str(name) for role, name in found.items()} == {
        Role.INBOX: "INBOX",
        Role.ARCHIVE: "Archive",
        Role.DELETED: "Trash",
        Role.SENT: "Sent",
        Role.DRAFTS: "Drafts",
        Role.JUNK: "Junk",
    }


def test_at_dovecot_all_folders_are_the_users_own(mail: Scene) -> None:
    assert {(folder.shared, folder.delimiter) for folder in mail.account.folders()} == {(False, "/")}


def test_rights_are_asked_of_other_peoples_folders_alone(scripted: Scripted) -> None:
    """Where LIST cannot return them (RFC 8440); a command for each of one's own thousand would be many."""
    scripted.capabilities += " ACL"
    rights = {b'"Shared/read only"': b"lr", b"Shared/write": b"lrswipte", b"Shared/old": b"lrd", b"Shared/no": b"l"}
    lines = [b'() "/" ' + name for name in (b"Mine", *rights)]

    def told(talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* MYRIGHTS " + args + b" " + rights[args], tag + b" OK done")

    scripted.on("MYRIGHTS", told)

    found = listed(scripted, *lines, spaces=b'(("" "/")) NIL (("Shared/" "/"))')

    assert {name: (one.selectable, one.writable) for name, one in found.items()} == {
        "Mine": (True, True),
        "Shared/read only": (True, False),
        "Shared/write": (True, True),
        "Shared/old": (True, True),
        "Shared/no": (False, False),
    }
    assert len(scripted.asked("MYRIGHTS")) == 4


def test_rights_that_come_with_the_list_are_not_asked_again(scripted: Scripted) -> None:
    scripted.capabilities += " ACL LIST-EXTENDED LIST-MYRIGHTS"
    scripted.on(
        "LIST",
        lambda talk, tag, _a, _l: talk.say(b'* LIST () "/" Box', b"* MYRIGHTS Box lr", tag + b" OK done"),
    )
    made = account(scripted.port)

    (box,) = made.folders()

    made.close()
    assert not box.writable
    assert scripted.asked("LIST") == [b'LIST "" * RETURN (MYRIGHTS)']
    assert scripted.asked("MYRIGHTS") == []
