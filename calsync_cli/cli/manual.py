"""How `--help` is laid out: usage, arguments, own options, common options, all in the language spoken now."""

from __future__ import annotations

from typing import Any

from calsync_cli.cli.options import COMMON
from calsync_cli.cli.verbatim import as_typed
from calsync_cli.cli.words import _

SHARED = frozenset({*COMMON, "help"})


def usage(command: Any, ctx: Any, formatter: Any) -> None:
    """`Usage: calsync config set [OPTIONS] KEY VALUE`; what may be left out stands in brackets."""
    arguments = [one for one in command.get_params(ctx) if one.param_type_name == "argument"]
    pieces = [_("[OPTIONS]"), *(_in_usage(one) for one in arguments)]
    if hasattr(command, "commands"):
        pieces.append(_("COMMAND"))
    formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_("Usage:") + " ")


def lists(command: Any, ctx: Any, formatter: Any) -> None:
    """The lists of arguments, own options and common options, leaving out the empty ones."""
    parameters = command.get_params(ctx)
    arguments = [(one.metavar, one.help) for one in parameters if one.param_type_name == "argument" and one.help]
    options = [(one.name, one.get_help_record(ctx)) for one in parameters if one.param_type_name == "option"]
    for title, rows in (
        (_("Arguments"), arguments),
        (_("Options"), [row for name, row in options if name not in SHARED]),
        (_("Common options"), [row for name, row in options if name in SHARED]),
    ):
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def verbs(group: Any, ctx: Any, formatter: Any) -> None:
    """The commands below one, each with the first sentence of its help; Typer would cut it to one line."""
    found = [(name, group.get_command(ctx, name)) for name in group.list_commands(ctx)]
    with formatter.section(_("Commands")):
        formatter.write_dl([(name, first_sentence(one.help or "")) for name, one in found if not one.hidden])


def first_sentence(about: str) -> str:
    """What is said first, on one line and with its full stop."""
    paragraph = " ".join(about.split("\n\n", maxsplit=1)[0].split())
    sentence, stop, _rest = paragraph.partition(". ")
    return sentence + stop.rstrip()


def in_our_words(option: Any) -> Any:
    """The help flag, explained in the language spoken now."""
    if option is not None:
        as_typed(option)
        option.help = _("Show this help.")
        option.callback = _told
    return option


def _told(ctx: Any, _option: Any, wanted: Any) -> None:
    """Typer's own way writes UTF-8 also to an output that is something else."""
    if wanted and not ctx.resilient_parsing:
        from calsync_cli.cli.view.screen import tell  # only where help is asked for

        tell(ctx.get_help())
        ctx.exit()


def _in_usage(argument: Any) -> str:
    return str(argument.metavar) if argument.required else f"[{argument.metavar}]"
