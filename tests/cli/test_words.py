"""Every sentence exists in both languages, none is left over, and none promises what its error does not bring."""

from __future__ import annotations

import re

import pytest

from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.cli import words
from calsync_cli.cli.words import topics
from calsync_cli.cli.words.errors import SENTENCES, TOPICS, WHO, fix, sentence
from calsync_cli.core.errors import KINDS, Who
from tests.cli import catalogue
from tests.cli.raised import Raised, raised

NAMES = re.compile(r"\{(\w+)\}")


def test_the_catalogue_has_exactly_the_sentences_of_the_source() -> None:
    there = {message.id for message in catalogue.catalogue() if message.id}

    wanted = set(catalogue.sentences())

    assert {"missing": wanted - there, "unused": there - wanted} == {"missing": set(), "unused": set()}


def test_every_sentence_has_its_dutch() -> None:
    without = [
        one.id
        for one in catalogue.catalogue()
        if one.id and not all([one.string] if isinstance(one.string, str) else one.string)
    ]

    assert without == []


def test_nothing_is_left_as_a_guess() -> None:
    guessed = [one.id for one in catalogue.catalogue() if one.id and one.fuzzy]

    assert guessed == []


def test_both_languages_have_the_same_parameters() -> None:
    differing = []
    for one in catalogue.catalogue():
        forms = zip(
            [one.id] if isinstance(one.id, str) else one.id,
            [one.string] if isinstance(one.string, str) else one.string,
            strict=True,
        )
        differing += [
            english
            for english, dutch in forms
            if english and sorted(NAMES.findall(english)) != sorted(NAMES.findall(dutch))
        ]

    assert differing == []


def test_the_compiled_catalogue_is_current() -> None:
    """If not: python -m tests.cli.catalogue."""
    assert catalogue.MO.read_bytes() == catalogue.compiled(catalogue.catalogue())


@pytest.mark.parametrize("code", KINDS)
def test_every_code_has_a_sentence(code: str) -> None:
    assert SENTENCES[code, ""]


def test_every_sentence_belongs_to_a_code() -> None:
    assert {code for code, _variant in SENTENCES} == set(KINDS)


def test_everybody_who_can_mend_an_error_has_a_name() -> None:
    assert set(WHO) == set(Who)


@pytest.mark.parametrize("one", raised(), ids=lambda one: f"{one.place} {one.code} {'|'.join(one.variants)}")
def test_every_error_that_is_raised_has_its_sentence_and_what_that_needs(one: Raised) -> None:
    for variant in one.variants:
        assert (one.code, variant) in SENTENCES, f"{one.place} raises it; say it in words/sentences.py"
        lacking = set(NAMES.findall(SENTENCES[one.code, variant])) - one.params
        assert one.open or not lacking


def test_every_sentence_is_raised_somewhere_or_general() -> None:
    """Variants that are chosen while the program runs stand in LATE."""
    seen = {(one.code, variant) for one in raised() for variant in one.variants}

    unused = {pair for pair in SENTENCES if pair[1] and pair not in seen and pair not in LATE}

    assert unused == set()


LATE = {
    *(("E505", variant) for variant in ("full", "readonly", "denied", "io")),  # local/border.py
    *(
        ("E302", variant + when) for variant in ("delete", "empty", "again") for when in ("", "-later")
    ),  # app/agenda_round.py
    *(("E302", f"mail-{variant}") for variant in ("delete", "empty", "again")),  # app/mail/rounds.py
    *(("E201", f"no-{half}") for half in ("mail", "calendar")),  # app/session.py
    *(("E103", variant) for variant in ("admin-policy", "not-configured", "org-internal")),  # google/endpoint.py
    *(("E109", variant) for variant in ("client", "deleted", "redirect", "web", "service-account")),  # google/client.py
    *(("E106", variant) for variant in ("revoked", "testing", "session-control")),  # google/tokens.py
    *(("E107", half) for half in ("calendar", "mail")),  # google/consent.py
    *(
        pair for pair in SENTENCES if pair[1].startswith("date-")
    ),  # cli/dates; tests/cli/test_dates_refused.py meets each
}


def test_a_variant_without_a_sentence_is_told_by_its_code() -> None:
    told = sentence(ErrorReport(code="E201", variant="of tomorrow"), str)

    assert told == SENTENCES["E201", ""]


def test_what_is_not_known_is_left_open() -> None:
    told = sentence(ErrorReport(code="E402"), str)

    assert told == "The server … cannot be reached."


def test_a_parameter_is_data_and_no_template() -> None:
    told = sentence(ErrorReport(code="E402", params={"host": "{host} {0} %s \\1"}), str)

    assert told == "The server {host} {0} %s \\1 cannot be reached."


@pytest.mark.parametrize(
    ("code", "params", "wanted"),
    [
        ("E108", {"provider": "kerio", "account": "me@example.org"}, "calsync connect kerio --email me@example.org"),
        ("E108", {"provider": "kerio"}, "calsync connect kerio"),
        ("E108", {}, "calsync connect"),
        ("E108", {"provider": "kerio", "account": "a b; rm -rf"}, "calsync connect kerio --email 'a b; rm -rf'"),
        ("E002", {"flag": "--keep local|remote"}, "--keep local|remote"),
        ("E003", {}, "calsync --help"),
        ("E302", {"count": "120"}, "calsync sync --max-delete 120"),
        ("E302", {}, "calsync sync"),
    ],
)
def test_the_fix_is_a_command_that_can_be_typed(code: str, params: dict[str, str], wanted: str) -> None:
    got = fix(ErrorReport(code=code, params=params))

    assert got == wanted


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_a_page_in_every_language_that_fits_a_terminal(topic: str, language: str) -> None:
    words.speak(language)

    page = topics.page(topic)

    words.speak("en")
    assert len(page) > 200
    assert [line for line in page.splitlines() if len(line) > 79 and not line.startswith("exit ")] == []


def test_no_page_is_left_over() -> None:
    place = catalogue.CLI / "words" / "topics"

    pages = {language: {path.stem for path in (place / language).iterdir()} for language in words.LANGUAGES}

    assert pages == {language: set(TOPICS) for language in words.LANGUAGES}


def test_the_topics_that_the_requirements_name_exist() -> None:
    """R7."""
    assert {"trusted-app", "folders", "primary", "invitations"} <= set(TOPICS)


@pytest.mark.parametrize(
    ("asked", "env", "configured", "wanted"),
    [
        (None, {}, "auto", "en"),
        (None, {"LANG": "nl_NL.UTF-8"}, "auto", "nl"),
        (None, {"LANG": "nl_BE"}, "auto", "nl"),
        (None, {"LANG": "de_DE.UTF-8"}, "auto", "en"),
        (None, {"LANG": "C"}, "auto", "en"),
        (None, {"LANG": "nl_NL.UTF-8", "LC_ALL": "C"}, "auto", "en"),
        (None, {"LANG": "nl_NL.UTF-8", "LC_ALL": "POSIX"}, "auto", "en"),
        (None, {"LANG": "en_US.UTF-8", "LC_MESSAGES": "nl_NL.UTF-8"}, "auto", "nl"),
        (None, {"LC_MESSAGES": "en_GB", "LC_ALL": "nl_NL"}, "auto", "nl"),
        (None, {"LANG": "nl_NL"}, "en", "en"),
        (None, {"LANG": "en_US", "CALSYNC_LANG": "nl"}, "en", "nl"),
        (None, {"LANG": "nl_NL", "CALSYNC_LANG": "auto"}, "auto", "nl"),
        (None, {"CALSYNC_LANG": "xx", "LANG": "nl_NL"}, "auto", "en"),
        ("nl", {"LANG": "en_US", "CALSYNC_LANG": "en"}, "en", "nl"),
        ("en", {"LANG": "nl_NL", "CALSYNC_LANG": "nl"}, "nl", "en"),
    ],
)
def test_the_language_is_the_one_that_was_said_nearest(
    asked: str | None, env: dict[str, str], configured: str, wanted: str
) -> None:
    assert words.choose(asked, env, configured) == wanted


def test_plurals_follow_the_number() -> None:
    words.speak("nl")

    told = [words.ngettext("{n} conflict", "{n} conflicts", n).format(n=n) for n in (1, 2)]

    words.speak("en")
    assert told == ["1 conflict", "2 conflicten"]
