"""The file of a client that somebody made in Google's console."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.providers.google.client import OAuthClient, read_client_file

DESKTOP = {
    "client_id": "123-abc.apps.googleusercontent.com",
    "client_secret": "GOCSPX-s3cret",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
    "redirect_uris": ["http://localhost"],
}


def written(place: Path, document: object) -> Path:
    path = place / "client_secret.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def refusal(path: Path | None) -> CalsyncError:
    with pytest.raises(CalsyncError) as caught:
        read_client_file(path)
    return caught.value


def test_a_desktop_client_is_read_as_it_was_downloaded(tmp_path: Path) -> None:
    found = read_client_file(written(tmp_path, {"installed": DESKTOP}))

    assert found == OAuthClient(
        "123-abc.apps.googleusercontent.com",
        "GOCSPX-s3cret",
        "https://accounts.google.com/o/oauth2/auth",
        "https://oauth2.googleapis.com/token",
    )
    assert found.revoke_uri == "https://oauth2.googleapis.com/revoke"
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("document", "variant"),
    [
        ("", "not-json"),
        ("[1]", "not-json"),
        ("[" * 60_000, "not-json"),
        (" " * 70_000 + "{}", "not-json"),
        ({"web": DESKTOP}, "web"),
        ({"type": "service_account", "client_id": "1"}, "service-account"),
        ({}, "fields"),
        ({"installed": "yes"}, "fields"),
        ({"installed": {**DESKTOP, "client_id": ""}}, "fields"),
        ({"installed": {**DESKTOP, "client_secret": None}}, "fields"),
        ({"installed": {**DESKTOP, "client_id": "a\nb"}}, "fields"),
        ({"installed": {**DESKTOP, "token_uri": "http://oauth2.example/token"}}, "address"),
        ({"installed": {**DESKTOP, "auth_uri": "javascript:alert(1)"}}, "address"),
        ({"installed": {**DESKTOP, "token_uri": "https://me:pw@oauth2.example/token"}}, "address"),
    ],
)
def test_each_mistake_in_the_file_is_told_by_its_name(tmp_path: Path, document: object, variant: str) -> None:
    error = refusal(written(tmp_path, document))

    assert (error.code, error.variant) == ("E109", variant)
    assert "s3cret" not in str(error)


def test_plain_http_is_spoken_on_this_machine_alone(tmp_path: Path) -> None:
    here = {**DESKTOP, "auth_uri": "http://127.0.0.1:8/auth", "token_uri": "http://localhost:8/token"}

    assert read_client_file(written(tmp_path, {"installed": here})).token_uri == "http://localhost:8/token"


def test_no_file_at_all_is_no_client(tmp_path: Path) -> None:
    assert refusal(None).variant == "none"
    assert refusal(tmp_path / "away.json").variant == "unreadable"
    assert refusal(tmp_path).variant == "unreadable"
