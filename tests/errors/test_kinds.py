"""Every error says who can mend it and the command that does (R60), and ends the process as cli.md promises."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import calsync_cli
from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.cli.words.errors import WHO, fix
from calsync_cli.core.errors import KINDS, CalsyncError, Who

ROOT = Path(calsync_cli.__file__).parent
EXITS = {
    2: "E001 E002 E003 E004 E209",
    3: "E210 E301 E403",
    4: "E104 E105 E106 E107 E108",
    5: "E101 E102 E103 E109 E110 E208 E501 E504",
    6: "E201 E202 E203 E204 E205 E206 E207 E211",
    7: "E302 E303 E304 E503",
    8: "E401 E402 E404 E505",
    9: "E502",
    1: "E999",
}
"""As cli.md has them."""


def test_every_code_ends_the_process_as_it_is_documented() -> None:
    assert {code: kind.exit for code, kind in KINDS.items()} == {
        code: number for number, codes in EXITS.items() for code in codes.split()
    }


@pytest.mark.parametrize("code", KINDS)
def test_every_code_has_who_and_fix(code: str) -> None:
    kind = KINDS[code]

    assert kind.who in WHO
    assert kind.fix
    assert fix(ErrorReport(code=code))


@pytest.mark.parametrize("who", Who)
def test_each_of_the_helpers_is_called_for_something(who: Who) -> None:
    assert [code for code, kind in KINDS.items() if kind.who is who]


def test_every_code_in_the_source_has_a_kind() -> None:
    named = {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and len(node.value) == 4
        and node.value[0] == "E"
    }

    assert {code for code in named if code[1:].isdigit()} <= KINDS.keys()


def test_what_an_error_says_to_a_log_holds_its_code_and_parameters() -> None:
    assert str(CalsyncError("E402", "dns", host="x")) == "E402.dns host='x'"
