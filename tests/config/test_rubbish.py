"""Whatever stands in a configuration file, there is a config or an E004 with a place; never anything else."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calsync_cli.config import keys
from calsync_cli.config.document import read_document
from calsync_cli.config.places import find_places
from calsync_cli.core.errors import CalsyncError

WRITTEN = [
    ("sync = 5", "section", "1"),
    ("[[sync]]\nevery='5m'", "section", "1"),
    ("[sync]\n\nevery = 5", "value", "3"),
    ("[sync]\nevery = '5 minutes'", "value", "2"),
    ("[sync]\nmax_delete = true", "value", "2"),
    ("[sync]\nmax_delete = -1", "value", "2"),
    ("[sync]\nmax_delete = 1979-05-27", "value", "2"),
    ("sync.every = 'never'", "value", "1"),
    ("sync = {every = 'never'}", "value", "1"),
    ("[hooks]\npost_sync = 'notmuch new'", "value", "2"),
    ("[hooks]\npost_sync = ['notmuch', 1]", "value", "2"),
    ("[hooks]\npost_sync = ['']", "value", "2"),
    ("[secrets]\ncommand = 'pass show x'", "value", "2"),
    ("[secrets]\nbackend = 'plaintext'", "choice", "2"),
    ("[agenda]\npath = 'Calendars'", "value", "2"),
    ("[agenda]\npath = '~other/Calendars'", "value", "2"),
    ('[agenda]\npath = "/a\\u0000b"', "value", "2"),
    ("[team]\nmembers = ['nobody']", "value", "2"),
    ("[google]\ncalendar_api = 'http://evil.example/'", "value", "2"),
    ("[google]\ncalendar_api = 'http://127.0.0.1@evil.example/'", "value", "2"),
    ("[google]\nimap = 'imap://evil.example'", "value", "2"),
    ("language = 'de'", "choice", "1"),
    ("[sync]\nevry = '5m'", "unknown-near", "2"),
    ("[snyc]\nevery = '5m'", "unknown-near", "1"),
    ("qqqqq = 1", "unknown", "1"),
    ("[sync\nevery = '5m'", "syntax", "1"),
    ("[sync]\nevery = '5m'\nevery = '6m'", "syntax", "3"),
    ("every", "syntax", "1"),
    ("a = " + "[" * 5000, "syntax", ""),
    ("a = " + "9" * 5000, "syntax", ""),
]


@pytest.mark.parametrize(("text", "variant", "line"), WRITTEN)
def test_a_mistake_is_named_with_its_line(files, text, variant, line):
    path = files.write(text)

    with pytest.raises(CalsyncError) as told:
        files.load()

    error = told.value
    assert (error.code, error.variant, error.params["line"]) == ("E004", variant, line)
    assert error.params["place"] == (f"{path}:{line}" if line else str(path))


@pytest.mark.parametrize(
    ("raw", "variant"),
    [(b"language = 'nl'\n# caf\xe9", "encoding"), (b"\xff\xfe\x00", "encoding"), (b"#" * 300_000, "size")],
)
def test_bytes_that_are_no_text_are_named(files, raw, variant):
    files.write(raw)

    with pytest.raises(CalsyncError) as told:
        files.load()

    assert told.value.variant == variant


def test_a_misspelt_key_is_answered_with_the_nearest(files):
    files.write("[sync]\nconflit = 'local'")

    with pytest.raises(CalsyncError) as told:
        files.load()

    assert (told.value.params["key"], told.value.params["nearest"]) == ("sync.conflit", "sync.conflict")


def test_a_byte_order_mark_and_carriage_returns_do_no_harm(files):
    files.write(b"\xef\xbb\xbf[sync]\r\nconflict = 'local'\r\n")

    assert files.load()[keys.SYNC_CONFLICT] == "local"


@pytest.mark.parametrize(
    ("name", "value", "variant"),
    [
        ("CALSYNC_SYNC_EVERY", "soon", "value"),
        ("CALSYNC_SECRETS_BACKEND", "none", "choice"),
        ("CALSYNC_HOOKS_POST_SYNC", "notmuch new", "value"),
        ("CALSYNC_HOOKS_POST_SYNC", '{"a": 1}', "value"),
        ("CALSYNC_HOOKS_POST_SYNC", "[" * 100_000, "value"),
        ("CALSYNC_SECRETS_BACKND", "file", "unknown-near"),
        ("CALSYNC_AGENDA_PATH", "/caf\udce9", "value"),
        ("CALSYNC_LANG", "xx", "choice"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(files, name, value, variant):
    with pytest.raises(CalsyncError) as told:
        files.load(env={name: value})

    assert (told.value.code, told.value.variant, told.value.params["place"]) == ("E004", variant, name)


def test_a_mistake_in_a_flag_is_wrong_usage(files):
    with pytest.raises(CalsyncError) as told:
        files.load(flags={"sync.max_delete": "lots"})

    assert (told.value.code, told.value.variant, told.value.params["key"]) == ("E001", "value", "sync.max_delete")


def test_no_refused_value_is_repeated_in_the_error(files):
    files.write("[secrets]\nbackend = 'hunter2'\ncommand = 'hunter2'")

    with pytest.raises(CalsyncError) as told:
        files.load()

    assert "hunter2" not in str(told.value)


def test_a_directory_in_place_of_the_file_is_named(files):
    files.places.config_file.mkdir(parents=True)

    with pytest.raises(CalsyncError) as told:
        files.load()

    assert (told.value.code, told.value.variant) == ("E004", "no-file")


def test_a_fifo_in_place_of_the_file_does_not_hang(files):
    files.places.config_file.parent.mkdir(parents=True)
    os.mkfifo(files.places.config_file)

    with pytest.raises(CalsyncError) as told:
        files.load()

    assert told.value.variant == "no-file"


def test_a_file_that_everybody_may_write_is_refused(files):
    files.write("[hooks]\npost_sync = ['true']").chmod(0o666)

    with pytest.raises(CalsyncError) as told:
        files.load()

    assert told.value.variant == "unsafe"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(files):
    os.chown(files.write("language = 'nl'"), 12345, 12345)

    with pytest.raises(CalsyncError) as told:
        files.load()

    assert told.value.variant == "unsafe"


def test_a_file_the_user_named_must_be_there(tmp_path):
    from calsync_cli.config.load import load_config

    places = find_places({"CALSYNC_HOME": str(tmp_path)}, config_file=tmp_path / "mine.toml", etc=tmp_path)

    with pytest.raises(CalsyncError) as told:
        load_config(places, env={})

    assert (told.value.variant, told.value.params["path"]) == ("missing", str(tmp_path / "mine.toml"))


TOML = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=400).map(lambda text: text.encode(errors="surrogatepass")),
    st.lists(
        st.sampled_from(
            ["[sync]", "[[sync]]", "every = ", "sync.every = ", '"5m"', "'25%'", "max_delete = 3", "[hooks]", "post_sync = []"]
            + 2 * ["\n", "\n", "language = ", '"nl"', "{", "}", "[", "]", "=", "\\u0000", "\x00", "1e999", "inf", "nan", "''' "]
        ),
        max_size=30,
    ).map(lambda parts: " ".join(parts).encode()),
)  # fmt: skip


@pytest.mark.parametrize("which", ["file", "set", "policy"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=TOML)
def test_no_bytes_are_a_traceback(files, which, raw):
    {"file": files.write, "set": files.set, "policy": files.policy}[which](raw)

    error = files.mistake()

    assert error is None or (error.code == "E004" and error.params["place"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(key.variable for key in keys.KEYS.values())),
    value=st.text(st.characters(exclude_characters="\0"), max_size=60),
)
def test_no_variable_is_a_traceback(files, name, value):
    error = files.mistake(env={name: value})

    assert error is None or (error.code, error.params["place"]) == ("E004", name)


CLONE_NEWUSER = 0x10000000
NOBODY = 65533


def confined() -> bool:
    """Become somebody in a namespace without root, as PrivateUsers= of a user's service makes one; False: refused."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    libc = ctypes.CDLL(None)
    libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: else /proc/self is root's after the change
    if libc.unshare(CLONE_NEWUSER):
        return False
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {NOBODY} 1")
    return True


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_in_a_confined_service_roots_policy_is_still_roots():
    import tomllib  # the child may read nothing of root's home

    where = Path(tempfile.mkdtemp(dir="/tmp"))
    where.chmod(0o755)
    policy, answer = where / "policy.toml", where / "answer"
    policy.write_text("enabled = false")
    policy.chmod(0o644)
    answer.touch()
    os.chown(answer, NOBODY, NOBODY)
    child = os.fork()
    if not child:  # it never comes back to pytest
        try:
            answer.write_text(repr(read_document(policy).table) if confined() else "refused")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    said = answer.read_text()
    shutil.rmtree(where)

    if said == "refused":
        pytest.skip("user namespaces are not allowed here")
    assert said == repr(tomllib.loads("enabled = false"))
