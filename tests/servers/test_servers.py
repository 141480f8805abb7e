"""The servers do what the tests that use them rely on."""

from __future__ import annotations

import http.client
import time
import uuid

import pytest

from tests.doubles.events import event
from tests.servers.fixtures import or_skip
from tests.servers.plain import Plain
from tests.servers.process import CannotRunError
from tests.servers.tls import make_certificate

PROPFIND = b'<D:propfind xmlns:D="DAV:"><D:prop>%s</D:prop></D:propfind>'

GUARDED = pytest.mark.parametrize("served", ["radicale", "cyrus", "kerio"], indirect=True)
"""Servers with passwords and rights; Xandikos has neither."""


@pytest.fixture
def uid():
    """Of its own: Cyrus keeps a UID unique among all calendars of a user."""
    return uuid.uuid4().hex


def ask_props(plain: Plain, *names: bytes, depth: str = "0") -> bytes:
    wanted = PROPFIND % b"".join(b"<D:%s/>" % name for name in names)
    return plain.sure("PROPFIND", "", wanted, Depth=depth, Content_Type="application/xml").body


def test_an_item_is_put_listed_read_and_deleted(served):
    plain = served.fresh_calendar().plain()
    name = "a b@c" + served.suffix
    plain.put(name, event("one"))

    (href,) = plain.list()
    assert b"UID:one" in plain.get(href)
    plain.delete(name)
    assert plain.list() == {}


def test_the_access_log_tells_reading_from_writing(served):
    one = served.fresh_calendar()
    one.log.mark()
    one.plain().list()
    assert one.log.writes() == []

    one.plain().put("x" + served.suffix, event("x"))

    assert [asked.method for asked in one.log.writes()] == ["PUT"]
    assert {asked.method for asked in one.log.asked()} == {"PROPFIND", "PUT"}


def test_a_new_user_has_an_empty_calendar(served):
    assert served.plain().list() == {}
    assert served.new_user().user != served.user


@GUARDED
def test_a_wrong_password_is_refused(served):
    answer = Plain(served.calendar_url, served.user, "wrong").ask("PROPFIND", "", Depth="0")

    assert answer.status == 401


@GUARDED
def test_a_calendar_that_may_only_be_read_refuses_and_a_shared_one_takes(served):
    refused = served.plain(served.readonly_url).ask("PUT", "x.ics", event("x"), Content_Type="text/calendar")
    served.plain(served.shared_url).put("y" + served.user + ".ics", event("y" + served.user))

    assert refused.status == 403
    assert any("y" + served.user in href for href in served.plain(served.shared_url).list())


@GUARDED
def test_shares_are_listed_in_the_home(served):
    listed = ask_props(served.plain(served.home_url), b"displayname", depth="1").decode()

    for url in (served.readonly_url, served.shared_url):
        assert f">/{url.partition('://')[2].partition('/')[2]}<" in listed


def no_server():
    raise CannotRunError("cyrus-imapd is not to be had")


def test_a_server_that_cannot_run_is_a_loud_skip(monkeypatch):
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="NOT TESTED: cyrus-imapd is not to be had"):
        or_skip(no_server)


def test_a_server_that_cannot_run_is_a_failure_where_the_tests_are_counted_on(monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="cyrus-imapd is not to be had"):
        or_skip(no_server)


class TestCyrus:
    def test_mails_whom_an_event_invites(self, cyrus_server):
        user = cyrus_server.user("host")
        guests = "ORGANIZER:mailto:host@lab.test\nATTENDEE:mailto:host@lab.test\nATTENDEE:mailto:eve@outside.test\n"

        user.plain().put("meeting.ics", event("meeting", extra=guests))

        (mail,) = [mail for mail in cyrus_server.sink.mails if mail.sender == "host@lab.test"]
        assert (mail.to, mail.method) == (("eve@outside.test",), "REQUEST")


class TestKerio:
    def test_redirects_relatively(self, kerio):
        found = kerio.plain(kerio.url).ask("PROPFIND", "/.well-known/caldav", Depth="0")
        further = kerio.plain(kerio.url).ask("PROPFIND", "/caldav/", Depth="0")

        assert (found.status, found.headers["location"]) == (301, "/caldav/")
        assert (further.status, further.headers["location"]) == (302, f"users/lab.test/{kerio.user}/")

    def test_closes_after_each_answer(self, kerio):
        line = http.client.HTTPConnection("127.0.0.1", kerio.port)
        line.request("OPTIONS", "/caldav/users/lab.test/x/")

        assert line.getresponse().headers["Connection"] == "Close"
        assert line.sock is None

    def test_has_objects_elsewhere_than_the_home_and_tasks_beside_them(self, kerio):
        body = ask_props(kerio.plain(kerio.home_url), b"displayname", depth="1").decode()

        assert f">/caldav/users/lab.test/{kerio.user}/<" in body
        assert f">/full-calendars/lab.test/{kerio.user}/Default/<" in body
        assert f">/full-calendars/lab.test/{kerio.user}/Tasks/<" in body
        assert "Team - bob" in body
        assert "/dav/" not in body

    def test_etags_have_no_quotes_anywhere(self, uid, kerio):
        plain = kerio.fresh_calendar().plain()
        plain.put("one.eml", event(uid))

        (etag,) = plain.list().values()

        assert etag
        assert '"' not in etag
        assert plain.ask("GET", "one.eml").headers["etag"] == etag

    def test_takes_its_own_etag_as_it_wrote_it(self, uid, kerio):
        plain = kerio.fresh_calendar().plain()
        plain.put("one.eml", event(uid))
        (etag,) = plain.list().values()

        assert plain.ask("PUT", "one.eml", event(uid, "new"), If_Match=f'"{etag}"').status == 412
        assert plain.ask("PUT", "one.eml", event(uid, "new"), If_Match=etag, Content_Type="text/calendar").status < 300
        assert plain.ask("PUT", "one.eml", event(uid, "old"), If_Match=etag, Content_Type="text/calendar").status == 412

    def test_takes_quoted_etags_where_told_so(self, uid, kerio, kerio_proxy, monkeypatch):
        monkeypatch.setattr(kerio_proxy, "etags", "quoted")
        plain = kerio.fresh_calendar().plain()
        plain.put("one.eml", event(uid))
        (etag,) = plain.list().values()

        assert plain.ask("DELETE", "one.eml", If_Match=etag).status == 412
        assert plain.ask("DELETE", "one.eml", If_Match=f'"{etag}"').status == 204

    def test_knows_no_sync_collection(self, kerio):
        plain = kerio.plain()
        report = b'<D:sync-collection xmlns:D="DAV:"><D:sync-token/><D:sync-level>1</D:sync-level></D:sync-collection>'

        assert plain.ask("REPORT", "", report, Content_Type="application/xml").status == 403
        assert b"sync-" not in ask_props(plain, b"supported-report-set", b"sync-token")
        assert "sync-collection" not in plain.ask("OPTIONS").headers["dav"]

    def test_gives_out_a_chosen_item_broken(self, uid, kerio, kerio_proxy):
        plain = kerio.fresh_calendar().plain()
        plain.put("one.eml", event(uid))
        kerio_proxy.malformed.add("one.eml")

        broken = plain.get("one.eml")
        kerio_proxy.malformed.clear()

        assert (b"END:VEVENT" in broken, b"END:VEVENT" in plain.get("one.eml")) == (False, True)


class TestLine:
    def test_an_answer_is_lost_and_the_deed_done(self, radicale, line):
        one = radicale.fresh_calendar()
        between = line(one)
        between.lose_next("PUT")
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            one.through(between.url).plain().put("x.ics", event("x"))

        assert len(one.plain().list()) == 1
        assert between.lost == 1

    def test_an_answer_is_cut(self, radicale, line):
        one = radicale.fresh_calendar()
        one.plain().put("x.ics", event("x", "y" * 20000))
        between = line(one)
        between.cut_next(after=3000)

        with pytest.raises((ConnectionError, http.client.HTTPException)):
            one.through(between.url).plain().get("x.ics")

        assert between.cut == 1
        assert len(one.through(between.url).plain().get("x.ics")) > 20000

    def test_distance_costs_time(self, radicale, line):
        between = line(radicale)
        between.rtt = 0.1
        begun = time.monotonic()

        radicale.through(between.url).plain().list()

        assert time.monotonic() - begun > 0.19  # one round trip to connect, one to ask

    def test_nobody_is_let_in(self, radicale, line):
        between = line(radicale)
        between.refuse = True

        with pytest.raises((ConnectionError, http.client.HTTPException)):
            radicale.through(between.url).plain().list()

    def test_tls_with_a_certificate_of_ones_own(self, radicale, tmp_path):
        from tests.servers.line import Line

        _trusted, context = make_certificate(tmp_path)
        between = Line(radicale.port, tls=context).start()

        assert isinstance(radicale.through(between.url).plain().list(), dict)
        between.stop()
