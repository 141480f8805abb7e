"""The flags that work before and after every verb, declared once, and what they add up to."""

from __future__ import annotations

import functools
import inspect
import itertools
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from calsync_cli.cli.words import LANGUAGES, _
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COLORS = ("auto", "always", "never")
QUIET = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the common flags add up to; a flag nearer to the end of the line wins."""

    account: str | None = None
    json: bool = False
    verbosity: int = 0
    """-1: silent on success; 0; 1 and 2: requests on stderr."""
    no_input: bool = False
    yes: bool = False
    dry_run: bool = False
    lang: str | None = None
    color: str = "auto"
    config: Path | None = None
    log_file: Path | None = None


def common(function: Callable[..., None], *, previews: bool = True) -> Callable[..., None]:
    """The function as a command that has the common flags; it gets them as its parameter `asked`.

    `previews`: with --dry-run it does nothing, or nothing to keep. A command that cannot promise this refuses the flag.
    """
    hints = get_type_hints(function, localns={"Asked": Asked}, include_extras=True)
    own = [
        parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "asked"
    ]

    @functools.wraps(function)
    def wrapped(context: typer.Context, **given: Any) -> None:
        asked = add_up(context, given)
        if asked.dry_run and not previews:
            raise CalsyncError("E001", "no-dry-run", verb=context.command_path)
        function(asked=asked, **given)

    vars(wrapped)["previews"] = previews  # completion and the man page leave out what is refused
    return _signed(wrapped, own)


def gathered(context: typer.Context, **given: Any) -> None:
    """What a group of commands does with the common flags: hand them on to the command."""
    add_up(context, given)


def collector() -> Callable[..., None]:
    """`gathered` with the common flags in its signature, for the callback of a group."""

    @functools.wraps(gathered)
    def wrapped(context: typer.Context, **given: Any) -> None:
        gathered(context, **given)

    return _signed(wrapped, [])


def add_up(context: typer.Context, given: dict[str, Any]) -> Asked:
    """Take the common flags out of `given` and add them to those given before the verb."""
    before = context.obj if isinstance(context.obj, Asked) else Asked()
    taken = {name: given.pop(name) for name in COMMON}
    asked = _added(before, taken)
    context.obj = asked
    return asked


def _added(before: Asked, taken: Mapping[str, Any]) -> Asked:
    """The flags of one place on the line, added to those of the places before it."""
    named = {
        name: taken[name] for name in ("account", "lang", "color", "config", "log_file") if taken[name] is not None
    }
    raised: dict[str, Any] = {name: True for name in ("json", "no_input", "yes", "dry_run") if taken[name]}
    if taken["verbose"] or taken["quiet"]:
        raised["verbosity"] = min(taken["verbose"], 2) or QUIET
    return replace(before, **_checked(named), **raised)


def _checked(named: Mapping[str, str]) -> dict[str, Any]:
    """Named values, refused where they cannot be."""
    for name, allowed in (("lang", LANGUAGES), ("color", COLORS)):
        if name in named and named[name] not in allowed:
            raise CalsyncError("E001", "flag-choice", flag=f"--{name}", value=named[name], choices=", ".join(allowed))
    if not named.get("account", "-"):
        raise CalsyncError("E001", "empty", flag="--account")
    paths = {name: _path(named[name]) for name in ("config", "log_file") if name in named}
    return {**named, **paths}


def _signed(function: Callable[..., None], own: Sequence[inspect.Parameter]) -> Callable[..., None]:
    """The function with a signature that Typer reads: its own parameters, then the common ones."""
    kind = inspect.Parameter.KEYWORD_ONLY
    context = inspect.Parameter("context", kind, annotation=typer.Context)
    flags = [
        inspect.Parameter(name, kind, default=default, annotation=annotation)
        for name, (annotation, default) in _flags().items()
    ]
    parameters = [context, *(parameter.replace(kind=kind) for parameter in own), *flags]
    vars(function)["__signature__"] = inspect.Signature(parameters)
    function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return function


def _flags() -> dict[str, tuple[Any, Any]]:
    """The common flags as Typer wants them, with their help in the language spoken now."""
    return {**_flags_of_work(), **_flags_of_manner()}


def _flags_of_work() -> dict[str, tuple[Any, Any]]:
    """What is worked with, and how much is said and asked."""
    option = typer.Option
    return {
        "account": (
            Annotated[str | None, option("-a", "--account", metavar="NAME", help=_("Which account to work with."))],
            None,
        ),
        "json": (Annotated[bool, option("--json", help=_("Write one JSON object instead of text."))], False),
        "quiet": (Annotated[bool, option("-q", "--quiet", help=_("Say nothing when all went well."))], False),
        "verbose": (
            Annotated[
                int,
                option(
                    "-v", "--verbose", count=True, show_default=False, help=_("Show requests on stderr; -vv: more.")
                ),
            ],
            0,
        ),
        "no_input": (Annotated[bool, option("--no-input", help=_("Never ask; end with exit 2 instead."))], False),
        "yes": (Annotated[bool, option("-y", "--yes", help=_("Answer yes to “are you sure?”."))], False),
        "dry_run": (
            Annotated[bool, option("-n", "--dry-run", help=_("Show what would be done and change nothing."))],
            False,
        ),
    }


def _flags_of_manner() -> dict[str, tuple[Any, Any]]:
    """How it is said, and where things are."""
    option = typer.Option
    return {
        "lang": (Annotated[str | None, option("--lang", metavar="|".join(LANGUAGES), help=_("Language."))], None),
        "color": (Annotated[str | None, option("--color", metavar="|".join(COLORS), help=_("Colours."))], None),
        "config": (
            Annotated[str | None, option("--config", metavar="FILE", help=_("Read this file, not config.toml."))],
            None,
        ),
        "log_file": (Annotated[str | None, option("--log-file", metavar="FILE", help=_("Write the log here."))], None),
        "version": (
            Annotated[bool, option("--version", is_eager=True, callback=_tell_version, help=_("Show the version."))],
            False,
        ),
    }


COMMON = (
    "account",
    "json",
    "quiet",
    "verbose",
    "no_input",
    "yes",
    "dry_run",
    "lang",
    "color",
    "config",
    "log_file",
    "version",
)


def _tell_version(wanted: bool) -> None:  # noqa: FBT001  (Typer calls it so)
    if wanted:
        from calsync_cli.cli.view.screen import tell_version  # only needed here

        tell_version()
        raise typer.Exit


def peek(argv: Sequence[str]) -> Asked:
    """The flags that a message about a wrong command line itself obeys, read before the line is parsed."""
    words = list(argv)
    words = words[: words.index("--")] if "--" in words else words
    return Asked(
        json="--json" in words,
        verbosity=QUIET if "-q" in words or "--quiet" in words else 0,
        lang=_last(words, "--lang", LANGUAGES),
        color=_last(words, "--color", COLORS) or "auto",
        no_input="--no-input" in words,
        config=_path(_last(words, "--config")),
    )


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(os.path.expanduser(text))  # noqa: PTH111  (Path.expanduser may raise)


def _last(words: Sequence[str], flag: str, allowed: Sequence[str] = ()) -> str | None:
    """The last value of a flag, as `--flag value` or `--flag=value`."""
    apart = [value for name, value in itertools.pairwise(words) if name == flag]
    joined = [word.partition("=")[2] for word in words if word.startswith(f"{flag}=")]
    return next((value for value in reversed([*apart, *joined]) if value in allowed or not allowed), None)
