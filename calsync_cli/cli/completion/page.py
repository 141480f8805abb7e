"""The man page in one language, from the tree of commands, the settings, the errors and a few texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from calsync_cli import __version__
from calsync_cli.cli.completion import texts
from calsync_cli.cli.completion.picture import Argument, Command, Flag
from calsync_cli.cli.completion.roff import bold, italic, item, line, paragraphs, plain, section, subsection
from calsync_cli.cli.words import LANGUAGES, _, language, speak
from calsync_cli.cli.words.errors import TOPICS, WHO, briefly
from calsync_cli.config.keys import KEYS, Key
from calsync_cli.core.errors import KINDS

_NAME = re.compile(r"\{(\w+)\}")


def page(picture: Sequence[Command], spoken: str) -> str:
    """The whole page."""
    before = language()
    speak(spoken)
    try:
        lines = _page(picture, LANGUAGES.index(spoken))
    finally:
        speak(before)
    return "\n".join(lines) + "\n"


def _page(picture: Sequence[Command], spoken: int) -> list[str]:
    root, *rest = picture
    common = [flag for flag in root.flags if flag.common]
    return [
        '.\\" Made by `python -m calsync_cli.cli.completion`: do not edit.',
        f'.TH CALSYNC 1 "" "calsync {__version__}" "calsync"',
        ".nh",
        ".ad l",
        *section(_("NAME"), [line(f"calsync \\- {plain(_(texts.NAME))}")]),
        *section(_("SYNOPSIS"), [f"{bold('calsync')} {_brackets(_('OPTIONS'))} {italic(_('COMMAND'))} \\&..."]),
        *section(_("DESCRIPTION"), paragraphs(_(texts.DESCRIPTION)), paragraphs(_(texts.DATA))),
        *section(_("COMMANDS"), *(_command(one, spoken) for one in rest)),
        *section(_("COMMON OPTIONS"), paragraphs(_(texts.COMMON)), *(_flag(flag, spoken) for flag in common)),
        *section(_("EXIT STATUS"), *(item(bold(code), plain(_(text))) for code, text in texts.EXITS.items())),
        *section(_("ERRORS"), *(_error(code) for code in KINDS)),
        *section(_("SETTINGS"), *(_setting(key) for key in KEYS.values())),
        *section(_("ENVIRONMENT"), *(item(bold(name), plain(_(text))) for name, text in texts.ENVIRONMENT.items())),
        *section(_("FILES"), *(item(italic(path), plain(_(text))) for path, text in texts.FILES.items())),
        *section(_("EXAMPLES"), *(item(bold(typed), plain(_(text))) for typed, text in texts.EXAMPLES.items())),
        *section(_("SEE ALSO"), _see_also()),
    ]


def _command(command: Command, spoken: int) -> list[str]:
    head = " ".join([plain(f"calsync {command.path}"), *map(_place, command.arguments), *_next(command)])
    own = [flag for flag in command.flags if not flag.common]
    places = [place for place in command.arguments if place.about[spoken]]
    return subsection(
        head,
        paragraphs(command.about[spoken]),
        *(item(italic(place.metavar), plain(place.about[spoken])) for place in places),
        *(_flag(flag, spoken) for flag in own),
    )


def _next(command: Command) -> Iterator[str]:
    if command.commands:
        yield plain("[" + "|".join(command.commands) + "]")


def _place(place: Argument) -> str:
    shown = place.metavar.removesuffix("…") + ("…" if place.many else "")
    return plain(shown) if place.required else plain(f"[{shown}]")


def _flag(flag: Flag, spoken: int) -> list[str]:
    value = f" {italic(flag.metavar)}" if flag.metavar else ""
    return item(", ".join(map(bold, flag.names)) + value, plain(flag.about[spoken]))


def _error(code: str) -> list[str]:
    kind = KINDS[code]
    sentence = briefly(code, _).removesuffix(f" ({code})")
    who = _("Who can fix this: {who}").format(who=_(WHO[kind.who]))
    fix = _NAME.sub(lambda found: found[1].upper(), kind.fix)
    remedy = "" if kind.fix.startswith("{") else _("Do: {fix}").format(fix=fix)
    ends = _("Exit status: {exit}").format(exit=kind.exit)
    return item(bold(code), plain(sentence), plain(" · ".join(filter(None, (ends, who, remedy)))))


def _setting(key: Key[object]) -> list[str]:
    usual = _("Default: {value}").format(value=_written(key.default))
    choices = _("One of: {values}").format(values=", ".join(key.choices)) if key.choices else ""
    locked = _("Locked while connected.") if key.locked else ""
    return item(bold(key.name), plain("  ".join(filter(None, (usual, choices, locked)))), italic(key.variable))


def _written(value: object) -> str:
    return "[]" if value == () else str(value) or '""'


def _see_also() -> list[str]:
    topics = _("Longer explanations: calsync help TOPIC. There are: {topics}").format(topics=", ".join(TOPICS))
    pages = chain.from_iterable((f"{bold(one[:-3])}{one[-3:]}", ", ") for one in texts.SEE_ALSO)
    return [line("".join(pages).removesuffix(", ")), *paragraphs(topics)]


def _brackets(word: str) -> str:
    return f"[{italic(word)}]"
