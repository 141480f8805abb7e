"""A command line that Typer refuses, as an error like all others."""

from __future__ import annotations

import difflib
from typing import Any

import typer

from calsync_cli.core.errors import CalsyncError

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
    near = difflib.get_close_matches(error.option_name, error.possibilities or (), n=1)
    if near:
        return CalsyncError("E001", "option-near", option=error.option_name, near=near[0])
    return CalsyncError("E001", "option", option=error.option_name)


def _parameter(error: Any) -> str:
    """An option by its longest name, an argument by the word that stands for it in help."""
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "")
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name)
