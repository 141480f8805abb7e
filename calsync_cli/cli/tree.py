"""The tree of commands: which verbs there are, and how one is built when it is called and not before."""

from __future__ import annotations

import difflib
import importlib
import inspect
import os
import shutil
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from calsync_cli.cli.manual import in_our_words, lists, usage, verbs
from calsync_cli.cli.options import collector, common
from calsync_cli.cli.verbatim import verbatim
from calsync_cli.cli.words import _, mark
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from collections.abc import Callable

    # Typer keeps its own copy of Click private: contexts and commands are named by what they do here.
    Context = Any

VERBS = {
    "connect": "connect",
    "choose-primary": "choose_primary",
    "map-folders": "map_folders",
    "sync": "sync",
    "disconnect": "disconnect",
    "status": "status",
    "agenda": "agenda",
    "event": "event",
    "calendars": "calendars",
    "feed": "feed",
    "conflicts": "conflicts",
    "undo": "undo",
    "doctor": "doctor",
    "log": "log",
    "config": "config",
    "account": "account",
    "admin": "admin",
    "service": "service",
    "help": "help",
    "demo": "demo",
}
"""Every verb of this version and its module, in the order in which help shows them."""

ABOUT = mark("Keep your agenda and mail on disk, in open formats, in step both ways with the account where it lives.")

WIDEST, NARROWEST = 100, 20
"""Columns of help; Typer's own least is 50, which a terminal of 40 breaks in the middle of words."""


class Verb(TyperCommand):
    """A command whose help shows its own flags first and the common ones after them."""

    allow_extra_args = True
    """So that one word too many is our error, in the user's language, and not Typer's."""

    def invoke(self, ctx: Context) -> Any:
        """Do it, unless a word is left over."""
        if ctx.args:
            raise CalsyncError("E001", "extra", argument=ctx.args[0])
        return super().invoke(ctx)

    def get_help_option(self, ctx: Context) -> Any:
        """-h, --help."""
        return in_our_words(super().get_help_option(ctx))

    def format_usage(self, ctx: Context, formatter: Any) -> None:
        """The first line of help."""
        usage(self, ctx, formatter)

    def format_options(self, ctx: Context, formatter: Any) -> None:
        """Three lists: arguments, own options, common options."""
        lists(self, ctx, formatter)


class Noun(TyperGroup):
    """A group of commands, with the help of `Verb` and a refusal that names what there is."""

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:
        """Find the command that the first word names."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise unknown(ctx.command_path, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def get_help_option(self, ctx: Context) -> Any:
        """-h, --help."""
        return in_our_words(super().get_help_option(ctx))

    def format_usage(self, ctx: Context, formatter: Any) -> None:
        """The first line of help."""
        usage(self, ctx, formatter)

    def format_options(self, ctx: Context, formatter: Any) -> None:
        """Commands first: they are what is looked for."""
        verbs(self, ctx, formatter)
        lists(self, ctx, formatter)


class Root(Noun):
    """`calsync` itself: a verb's module is imported when the verb is called, or listed."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Every verb."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: Context, cmd_name: str) -> Any:
        """Build one verb."""
        del ctx
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"calsync_cli.cli.commands.{VERBS[cmd_name]}")
        command = verbatim(typer.main.get_command(module.app()))
        command.name = cmd_name
        command.hidden = cmd_name == "connect" and not _may_connect()
        return command


def _may_connect() -> bool:
    """A policy that lets nothing be connected hides the verb from help and completion (R56)."""
    from calsync_cli.app.policy import allowed_here  # other verbs need not ask

    return bool(allowed_here(os.environ))


def unknown(path: str, word: str, known: list[str]) -> CalsyncError:
    """What to answer to a verb that does not exist: the verbs, and the nearest one."""
    near = difflib.get_close_matches(word, known, n=1)
    verbs = ", ".join(known)
    if near:
        return CalsyncError("E001", "verb-near", verb=word, near=f"{path} {near[0]}", verbs=verbs)
    return CalsyncError("E001", "verb", verb=word, verbs=verbs)


def root() -> Any:
    """The whole command line."""
    app = _app(cls=Root)

    def calsync(context: typer.Context, **given: Any) -> None:
        gather(context, **given)
        if context.invoked_subcommand is None:
            raise CalsyncError("E001", "no-verb", verbs=", ".join(VERBS))

    gather = collector()
    app.callback(invoke_without_command=True, help=_(ABOUT), context_settings=_settings())(_like(gather, calsync))
    return verbatim(typer.main.get_command(app))


def _settings() -> dict[str, Any]:
    width = shutil.get_terminal_size((80, 24)).columns
    return {"help_option_names": ["-h", "--help"], "terminal_width": max(min(width, WIDEST) - 2, NARROWEST)}


def verb(function: Callable[..., None], *, previews: bool = True) -> typer.Typer:
    """A command that stands alone."""
    app = _app()
    _add(app, function, "", previews=previews)
    return app


def noun(
    about: str, default: Callable[..., None], verbs: dict[str, Callable[..., None]], *, writes: frozenset[str]
) -> typer.Typer:
    """A group of commands; alone it does `default`. `writes`: the ones that --dry-run cannot preview."""
    app = _app(cls=Noun)
    gather = collector()

    def alone(context: typer.Context, **given: Any) -> None:
        gather(context, **given)
        if context.invoked_subcommand is None:
            default(asked=context.obj)

    app.callback(invoke_without_command=True, help=_(about))(_like(gather, alone))
    for name, function in verbs.items():
        _add(app, function, name, previews=name not in writes)
    return app


def _add(app: typer.Typer, function: Callable[..., None], name: str, *, previews: bool) -> None:
    about = _(inspect.getdoc(function) or "")
    app.command(name or None, help=about, cls=Verb)(common(function, previews=previews))


def _app(cls: type[TyperGroup] | None = None) -> typer.Typer:
    """A Typer without its own colours, completion and tracebacks: plain help starts in a quarter of the time."""
    return typer.Typer(cls=cls, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _like(signed: Callable[..., None], function: Callable[..., None]) -> Callable[..., None]:
    """The function under the signature of another."""
    vars(function)["__signature__"] = inspect.signature(signed)
    function.__annotations__ = signed.__annotations__
    return function
