"""Messages that lie in another folder already are copied by the server."""

from __future__ import annotations

from dataclasses import replace

from calsync_cli.core.model import CollectionId, Ref
from calsync_cli.core.ops import Create, Unknown, Wrote
from tests.imap.scene import Scene, account, create, message, write
from tests.servers.scripted_imap import Scripted


def twin(mail: Scene, ref: Ref, content: bytes = b"", folder: str = "INBOX") -> Create:
    """What lies there already, to be made once more."""
    return replace(create(content or message("one"), "\\Seen"), twin=(CollectionId(folder), ref))


def test_what_lies_in_another_folder_is_copied_by_the_server_and_not_uploaded(mail: Scene) -> None:
    one, two = mail.put("one", "\\Seen", "work"), mail.put("two")
    mail.other.create("Archive")
    box = mail.open("Archive")

    told = write(box, twin(mail, one), create(message("new")), twin(mail, two))

    refs = [done.ref for done in told if isinstance(done, Wrote)]
    assert [mail.content(ref, "Archive") for ref in refs] == [message("one"), message("new"), message("two")]
    assert mail.there("Archive")[refs[0]] == {"\\Seen", "work"}
    assert set(mail.there()) == {one, two}


def test_what_does_not_lie_there_any_more_is_uploaded(mail: Scene) -> None:
    gone = mail.put("gone")
    mail.drop(gone)
    mail.other.create("Archive")

    told = write(
        mail.open("Archive"),
        twin(mail, gone, message("gone")),
        twin(mail, Ref("1.1"), message("other")),
        twin(mail, gone, message("nowhere"), folder="Nowhere"),
    )

    refs = [done.ref for done in told if isinstance(done, Wrote)]
    assert [mail.content(ref, "Archive") for ref in refs] == [message("gone"), message("other"), message("nowhere")]


def test_two_copies_of_one_are_two(mail: Scene) -> None:
    one = mail.put("one")

    told = write(mail.open(), twin(mail, one), twin(mail, one))

    assert {one} < {done.ref for done in told} | {one}
    assert len(mail.there()) == 3
    assert all(mail.content(ref) == message("one") for ref in mail.there())


def test_without_uidplus_nobody_would_say_where_the_copy_is(scripted: Scripted) -> None:
    scripted.capabilities = scripted.capabilities.replace(" UIDPLUS", "")
    box = account(scripted.port).open(CollectionId("INBOX"))

    write(box, replace(create(message("one")), twin=(CollectionId("INBOX"), Ref("7.1"))))

    assert not scripted.asked("UID COPY")
    assert scripted.messages[1].content == message("one")


def test_a_copy_whose_answer_is_lost_may_be_there(scripted: Scripted) -> None:
    scripted.put(message("one"))
    scripted.on("UID COPY", lambda talk, _tag, _args, _literals: talk.leave())
    box = account(scripted.port).open(CollectionId("INBOX"))

    (done,) = write(box, replace(create(message("one"), ref="file"), twin=(CollectionId("INBOX"), Ref("7.1"))))

    assert isinstance(done, Unknown)
    assert done.ref == "file"
    assert len(scripted.messages) == 1
