"""Which folder is taken for which role: what the server says, then what it is called, and never what is dangerous."""

from __future__ import annotations

import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.mail.nouns import Folder, Role
from calsync_cli.core.mail.role_names import NAMES
from calsync_cli.core.mail.roles import matching, nearest, suggest
from calsync_cli.core.model import CollectionId


def named(*names: str, delimiter: str = "/") -> list[Folder]:
    return [Folder(CollectionId(name), delimiter=delimiter) for name in names]


def folder(name: str, role: Role | None = None, **more: object) -> Folder:
    return Folder(CollectionId(name), role, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("server", "delimiter", "wanted"),
    [
        ("Outlook, Exchange", "/", "INBOX | Archive | Deleted Items | Sent Items | Drafts | Junk Email"),
        (
            "Exchange in Dutch",
            "/",
            "INBOX | Archief | Verwijderde items | Verzonden items | Concepten | Ongewenste e-mail",
        ),
        (
            "Exchange in German",
            "/",
            "Inbox | Archiv | Gelöschte Elemente | Gesendete Elemente | Entwürfe | Junk-E-Mail",
        ),
        ("Kerio Connect", "/", "INBOX | Archive | Deleted Items | Sent Items | Drafts | Junk E-mail"),
        ("Apple", "/", "INBOX | Archive | Deleted Messages | Sent Messages | Drafts | Junk"),
        ("Thunderbird", "/", "INBOX | Archives | Trash | Sent | Drafts | Junk"),
        ("cPanel, Courier", ".", "INBOX | INBOX.Archive | INBOX.Trash | INBOX.Sent | INBOX.Drafts | INBOX.spam"),
        ("UW", "/", "INBOX | mail/archive | mail/trash | mail/sent-mail | mail/drafts | mail/junk"),
        ("French", "/", "INBOX | Archives | Éléments supprimés | Éléments envoyés | Brouillons | Courrier indésirable"),
        ("Spanish", "/", "INBOX | Archivo | Elementos eliminados | Enviados | Borradores | Correo no deseado"),
        ("Polish", "/", "INBOX | Archiwum | Elementy usunięte | Elementy wysłane | Wersje robocze | Wiadomości-śmieci"),
        ("Russian", "/", "INBOX | Архив | Удаленные | Отправленные | Черновики | Спам"),
        ("Turkish", "/", "INBOX | Arşiv | SİLİNMİŞ ÖĞELER | Gönderilmiş Öğeler | Taslaklar | Önemsiz E-posta"),
        ("Japanese", "/", "INBOX | アーカイブ | 削除済みアイテム | 送信済みﾒｰﾙ | 下書き | 迷惑メール"),
    ],
)
def test_folders_are_known_by_what_servers_call_them(server: str, delimiter: str, wanted: str) -> None:
    names = wanted.split(" | ")
    folders = named(*names, "Calendar", "Contacts", "Outbox", "Clients", delimiter=delimiter)

    assert suggest(folders) == dict(zip(Role, names, strict=True)), server


def test_gmail_is_known_by_its_attributes_in_any_language() -> None:
    folders = [
        folder("INBOX", Role.INBOX),
        folder("[Gmail]", selectable=False),
        folder("[Gmail]/Alle e-mail", all=True),
        folder("[Gmail]/Prullenbak", Role.DELETED),
        folder("[Gmail]/Verzonden berichten", Role.SENT),
        folder("[Gmail]/Concepten", Role.DRAFTS),
        folder("[Gmail]/Spam", Role.JUNK),
        folder("[Gmail]/Met ster"),
        *named("Archive", "Sent", "Trash", "Deleted Messages"),
    ]

    assert suggest(folders) == {
        Role.INBOX: "INBOX",
        Role.ARCHIVE: "[Gmail]/Alle e-mail",
        Role.DELETED: "[Gmail]/Prullenbak",
        Role.SENT: "[Gmail]/Verzonden berichten",
        Role.DRAFTS: "[Gmail]/Concepten",
        Role.JUNK: "[Gmail]/Spam",
    }


def test_a_virtual_folder_of_everything_is_no_archive() -> None:
    """Dovecot's virtual plugin: all of it would come twice."""
    assert suggest([folder("virtual/All", all=True), *named("Archive")]) == {Role.ARCHIVE: "Archive"}
    assert suggest([folder("virtual/All", all=True)]) == {}


def test_what_the_server_says_counts_more_than_a_name() -> None:
    folders = [folder("Weggegooid", Role.DELETED), *named("Trash")]

    assert suggest(folders) == {Role.DELETED: "Weggegooid"}


def test_a_folder_that_is_said_to_be_for_something_is_not_taken_for_what_its_name_says() -> None:
    assert suggest([folder("Archive", Role.SENT)]) == {Role.SENT: "Archive"}


def test_of_two_that_are_said_to_be_the_same_the_usual_name_is_taken() -> None:
    """Dovecot's example configuration has \\Sent on both."""
    folders = [folder("Sent Messages", Role.SENT), folder("Sent", Role.SENT)]

    assert suggest(folders) == {Role.SENT: "Sent"}


def test_of_two_names_the_more_usual_one_is_taken() -> None:
    assert suggest(named("Deleted Messages", "Deleted Items", "Prullenbak")) == {Role.DELETED: "Deleted Items"}


def test_a_name_at_the_top_is_taken_before_one_below() -> None:
    assert suggest(named("Work/Archive", "Archief")) == {Role.ARCHIVE: "Archief"}


@pytest.mark.parametrize("parent", ["Trash", "Deleted Items", "Sent", "Archive", "INBOX/Trash"])
def test_a_folder_in_a_folder_with_a_role_has_none_of_its_own(parent: str) -> None:
    assert suggest(named(f"{parent}/Drafts")) == {}


@pytest.mark.parametrize("more", [{"selectable": False}, {"shared": True}])
def test_folders_that_cannot_be_opened_or_are_others_are_never_taken(more: dict[str, object]) -> None:
    assert suggest([folder("Trash", Role.DELETED, **more), folder("Archive", **more)]) == {}  # type: ignore[arg-type]


def test_a_folder_that_can_be_written_is_taken_before_one_that_cannot() -> None:
    assert suggest([folder("Trash", writable=False), *named("Prullenbak")]) == {Role.DELETED: "Prullenbak"}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Mijn archief", Role.ARCHIVE),
        ("Old trash", Role.DELETED),
        ("Sent items 2025", Role.SENT),
        ("Drafts (local)", Role.DRAFTS),
        ("Caught spam", Role.JUNK),
    ],
)
def test_a_name_that_has_a_usual_one_in_it_is_a_guess(name: str, role: Role) -> None:
    assert suggest(named(name)) == {role: name}
    assert suggest(named(name), guesses=False) == {}


@pytest.mark.parametrize(
    "name",
    [
        "Presentations",
        "Hierarchives",
        "Sent to clients",
        "Bin collection",
        "Concept notes",
        "Spam/Archive",
        "x/Old trash",
    ],
)
def test_a_name_that_only_looks_like_one_is_none(name: str) -> None:
    assert suggest(named(name)) == {}


def test_a_guess_never_displaces_a_name() -> None:
    assert suggest(named("Archive 2019", "Archive")) == {Role.ARCHIVE: "Archive"}


def test_names_compare_whatever_their_unicode_form() -> None:
    name = unicodedata.normalize("NFD", "GELÖSCHTE ELEMENTE")

    assert suggest(named(name)) == {Role.DELETED: name}


@pytest.mark.parametrize("role", list(NAMES))
def test_no_name_stands_for_two_roles(role: Role) -> None:
    for name in NAMES[role]:
        assert suggest(named(name)) == {role: name}


@given(
    st.lists(
        st.builds(
            folder,
            st.sampled_from(["INBOX", "Trash", "Archive", "a/Sent", "[Gmail]/All", "Old trash", "x", "Prullenbak"]),
            st.sampled_from([None, *Role]),
            selectable=st.booleans(),
            writable=st.booleans(),
            shared=st.booleans(),
            all=st.booleans(),
        ),
        unique_by=lambda one: one.id,
    ),
    st.randoms(use_true_random=False),
)
def test_no_folder_is_taken_twice_and_the_order_of_the_list_says_nothing(folders: list[Folder], chance: Random) -> None:
    found = suggest(folders)
    chance.shuffle(folders)

    assert len(set(found.values())) == len(found)
    assert all(one.selectable and not one.shared for one in folders if one.id in found.values())
    assert suggest(folders) == found


# ── what a person typed ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Archief", "Archief"),
        ("archief", "Archief"),
        ("work", "work"),
        ("Work", "Work"),
        ("WORK", None),
        ("inbox", "INBOX"),
        ("InBox", "INBOX"),
        ("[gmail]/all mail", "[Gmail]/All Mail"),
        ("All Mail", None),
        ("[Gmail]", None),
        ("", None),
        (unicodedata.normalize("NFD", "entwürfe"), "Entwürfe"),
    ],
)
def test_what_a_person_typed_is_an_exact_name_or_the_only_one_in_any_case(typed: str, meant: str | None) -> None:
    folders = [
        *named("INBOX", "Archief", "work", "Work", "[Gmail]/All Mail", "Entwürfe"),
        folder("[Gmail]", selectable=False),
    ]

    assert matching(typed, folders) == meant


@pytest.mark.parametrize(
    ("typed", "likely"),
    [
        ("Archeif", "Archief"),
        ("all mail", "[Gmail]/All Mail"),
        ("prullebak", "Prullenbak"),
        ("sent-items", "Sent Items"),
    ],
)
def test_the_nearest_name_comes_first(typed: str, likely: str) -> None:
    folders = named("INBOX", "Archief", "Prullenbak", "[Gmail]/All Mail", "Sent Items", "Sent Mail")

    assert nearest(typed, folders)[0] == likely


def test_no_more_than_three_are_near_and_nothing_is_near_to_nonsense() -> None:
    folders = named("Archive 1", "Archive 2", "Archive 3", "Archive 4")

    assert len(nearest("Archive", folders)) == 3
    assert nearest("qqqq", folders) == ()


def test_what_cannot_be_opened_is_not_near() -> None:
    assert nearest("Archive", [folder("Archive", selectable=False)]) == ()
