"""A command line that Typer refuses, as an error like all others; and what mends a wrong or unfinished line."""

from __future__ import annotations

import difflib
import shlex
from typing import TYPE_CHECKING, Any

import typer

from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Typer keeps its copy of Click private, but shows one of its exceptions; the others are known by their base and name.
UsageError = typer.BadParameter.__mro__[1]


def as_usage_error(error: Exception) -> CalsyncError | None:
    """E001 for what Typer refuses; None for everything else."""
    if isinstance(error, EOFError | typer.Abort):
        return CalsyncError("E002", "end")
    if not isinstance(error, UsageError):
        return None
    return _named(type(error).__name__, error)


def _named(name: str, error: Any) -> CalsyncError:
    match name:
        case "NoSuchOption":
            return _no_such_option(error)
        case "MissingParameter":
            return CalsyncError("E001", "argument", argument=_parameter(error))
        case "BadOptionUsage":
            return CalsyncError("E001", "option-value", option=str(error.option_name))
        case _:
            return CalsyncError("E001", detail=error.format_message())


def _no_such_option(error: Any) -> CalsyncError:
    names = {name.lstrip("-"): name for name in error.possibilities or ()}  # the dashes are like in all of them
    near = difflib.get_close_matches(error.option_name.lstrip("-"), names, n=1)
    if near:
        return CalsyncError("E001", "option-near", option=error.option_name, near=names[near[0]])
    return CalsyncError("E001", "option", option=error.option_name)


def _parameter(error: Any) -> str:
    """An option by its longest name, an argument by the word that stands for it in help."""
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "")
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name)


def remedied(error: CalsyncError, argv: Sequence[str]) -> CalsyncError:
    """The same error; E001 and E002 with a command that mends them and can be typed as it stands."""
    if error.code not in {"E001", "E002"} or error.params.get("fix"):
        return error
    params = {**error.params, "fix": _mend(error, argv)}
    told = CalsyncError(error.code, error.variant, retry_after=error.retry_after, **params)
    told.__cause__ = error.__cause__
    return told


def _mend(error: CalsyncError, argv: Sequence[str]) -> str:
    """What was meant, where that is known; the same line with a yes; else the help of the command."""
    flag, near = error.params.get("flag", ""), error.params.get("near", "")
    if error.variant == "verb-near":
        return near
    if error.code == "E002" and flag.startswith("calsync ") and "|" not in flag:
        return flag
    if error.code == "E002" and flag.startswith("--yes"):
        return f"{shlex.join(['calsync', *argv])} {flag}"
    return f"{_command(argv)} --help"


def _command(argv: Sequence[str]) -> str:
    """The words of the line that name a command; one after an option may be its value."""
    from calsync_cli.cli.tree import root  # only where something failed

    named, found, before = ["calsync"], root(), ""
    for word in argv:
        if word == "--" or not hasattr(found, "get_command"):
            break
        inner = None if word.startswith("-") else found.get_command(None, word)
        if inner is not None:
            named.append(word)
            found = inner
        elif not word.startswith("-") and not before.startswith("-"):
            break
        before = word
    return " ".join(named)
