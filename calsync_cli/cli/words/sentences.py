"""One sentence for each way in which each error can come; the parameters in braces are filled from the error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.words import mark
from calsync_cli.cli.words.signing import SIGNING
from calsync_cli.cli.words.stops import STOPS

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCES: Mapping[tuple[str, str], str] = {
    # ── 2: usage ──
    ("E001", ""): mark("The command line is not right: {detail}"),
    ("E001", "no-verb"): mark("A command is missing. There are: {verbs}"),
    ("E001", "verb"): mark("There is no command “{verb}”. There are: {verbs}"),
    ("E001", "verb-near"): mark("There is no command “{verb}”. Did you mean “{near}”? There are: {verbs}"),
    ("E001", "option"): mark("There is no option {option} here."),
    ("E001", "option-near"): mark("There is no option {option} here. Did you mean {near}?"),
    ("E001", "option-value"): mark("Something is missing after {option}."),
    ("E001", "argument"): mark("{argument} is missing."),
    ("E001", "extra"): mark("“{argument}” is one word too many."),
    ("E001", "flag-choice"): mark("{flag} cannot be “{value}”. Choose from: {choices}"),
    ("E001", "flag-value"): mark("“{value}” does not fit {flag}. Write it like this: {example}"),
    ("E001", "empty"): mark("{flag} cannot be empty."),
    ("E001", "both"): mark("{flag} and {other} do not go together."),
    ("E001", "folder-twice"): mark(
        "“{first}” and “{second}” cannot both be linked to “{folder}”: the same mail would be here twice."
    ),
    ("E001", "folder-again"): mark("The folder “{folder}” is given twice."),
    ("E001", "provider-flag"): mark("{flag} does not go with {provider}: see “calsync connect --help”."),
    ("E001", "needs"): mark("{flag} only works together with {other}."),
    ("E001", "file"): mark("The file {path} after {flag} cannot be read."),
    ("E001", "no-place"): mark("The file {path} after {flag} cannot be written."),
    ("E001", "no-export"): mark("{path} was not written by “calsync account export”."),
    ("E001", "nothing-to-choose"): mark("There is nothing to choose about {id}: only one version is left."),
    ("E001", "no-choice"): mark("“{keep}” is no choice for {id}. Choose from: {choices}"),
    ("E001", "provider"): mark("“{provider}” cannot be connected. Choose from: {providers}"),
    ("E001", "no-dry-run"): mark("“{verb}” cannot be tried without doing it. Nothing was done."),
    ("E001", "choice"): mark("{key} cannot be set to this. Choose from: {example}"),
    ("E001", "value"): mark("{key} cannot be set to this. Write it like this: {example}"),
    ("E001", "url"): mark(
        "“{value}” is not an address that calsync can use. Write it like this: https://cal.example.org"
    ),
    ("E001", "imap-url"): mark(
        "“{value}” is not a mail server that calsync can use. Write it like this: imaps://mail.example.org"
    ),
    ("E001", "account-name"): mark("“{account}” cannot be the name of an account."),
    ("E001", "unit"): mark("This path has a character that systemd cannot be told: {path}"),
    ("E001", "file-there"): mark("{path} exists already: nothing was overwritten."),
    # what was typed as a date, a time, a length, a recurrence (cli/dates)
    # event
    ("E001", "control"): mark("{flag} has characters that cannot be seen."),
    ("E001", "length"): mark("What stands after {flag} does not fit: whole days last whole days."),
    ("E001", "ends-early"): mark("It would end before it begins."),
    ("E001", "rule"): mark("This event cannot repeat like that."),
    ("E001", "no-series"): mark("{flag} is for a series, and this event happens once."),
    ("E001", "all-day"): mark("{flag} takes a day without a time."),
    ("E001", "quiet-invitation"): mark(
        "An invitation cannot be sent quietly. Somebody can be on the event without an invitation."
    ),
    ("E001", "date-when"): mark(
        "“{piece}” in {flag} “{value}” is not understood. For example: tue 14:00 · tomorrow 9:30 · 24 dec 2pm"
        " · in 2 hours · 2026-11-24T14:00"
    ),
    ("E001", "date-window"): mark(
        "“{piece}” in {flag} “{value}” is not understood. For example: today · week · 24 dec · mon..fri"
        " · tue 9:00..17:00 · 2026-12"
    ),
    ("E001", "date-repeat"): mark(
        "“{piece}” in {flag} “{value}” is not understood. For example: daily · every 2 weeks · every tue and thu"
        " · first monday of the month · weekdays until 24 dec · weekly 10 times · FREQ=WEEKLY;BYDAY=TU"
    ),
    ("E001", "date-span"): mark("{flag} “{value}” is no length of time. For example: 45m · 1h · 1h30 · 2 days"),
    ("E001", "date-reminder"): mark(
        "{flag} “{value}” is not understood. For example: 15m · 1 hour · 1d · 0 (at the start)"
    ),
    ("E001", "date-two"): mark("{flag} “{value}” can be “{one}” or “{other}”. Write the one that is meant."),
    ("E001", "date-none"): mark("{flag} “{value}”: there is no {day} in the calendar."),
    ("E001", "date-weekday-0"): mark("{flag} “{value}” contradicts itself: {day} is a Monday."),
    ("E001", "date-weekday-1"): mark("{flag} “{value}” contradicts itself: {day} is a Tuesday."),
    ("E001", "date-weekday-2"): mark("{flag} “{value}” contradicts itself: {day} is a Wednesday."),
    ("E001", "date-weekday-3"): mark("{flag} “{value}” contradicts itself: {day} is a Thursday."),
    ("E001", "date-weekday-4"): mark("{flag} “{value}” contradicts itself: {day} is a Friday."),
    ("E001", "date-weekday-5"): mark("{flag} “{value}” contradicts itself: {day} is a Saturday."),
    ("E001", "date-weekday-6"): mark("{flag} “{value}” contradicts itself: {day} is a Sunday."),
    ("E001", "date-no-hour"): mark("{flag} “{value}” says no hour. For example: tomorrow 20:00 · tue 2pm"),
    ("E001", "date-part"): mark("{flag} “{value}”: this hour is not in that part of the day. For example: tue 20:00"),
    ("E001", "date-twice"): mark("{flag} “{value}” says twice when it is. Leave one out."),
    ("E001", "date-unfinished"): mark(
        "{flag} “{value}” does not say which day. For example: tue 24 nov · mon next week"
    ),
    ("E001", "date-gap"): mark(
        "{flag} “{value}” does not exist: on {day} the clock goes from {last} to {next}. Choose one of these times."
    ),
    ("E001", "date-second"): mark(
        "{flag} “{value}”: on {day} the clock shows {time} twice, and an event can only have the first of them."
        " For the second, give it with --tz UTC."
    ),
    ("E001", "date-day-only"): mark("{flag} “{value}” has to be a day, without a time. For example: 24 nov"),
    ("E001", "date-ends"): mark("{flag} “{value}” is not after the start; a day without its year is the next one."),
    ("E001", "date-stretch"): mark("{flag} “{value}” is one moment. Say until when: tue 9:00..17:00"),
    ("E001", "date-backwards"): mark("{flag} “{value}” ends before it begins."),
    ("E001", "date-zone"): mark("{flag} “{value}” is no time zone. For example: {near}"),
    ("E001", "date-zone-several"): mark("{flag} “{value}” can be more than one time zone: {near}"),
    ("E001", "date-rule"): mark("{flag} “{value}” is no rule that an event can have; look at {part}."),
    ("E001", "date-start"): mark(
        "{flag} “{value}” does not fall on {day}, when it starts. The first day that it falls on is {first}."
    ),
    ("E002", ""): mark("An answer is missing and nobody can be asked here. Give it with {flag}."),
    ("E002", "end"): mark("The answer did not come: the input ended."),
    ("E002", "name"): mark("The name that was typed is not the account's. Nothing was done."),
    ("E002", "declined"): mark("Nothing was done."),
    ("E002", "no-password"): mark("The password is empty."),
    ("E002", "title"): mark("The event has no title. Give it with {flag}."),
    ("E002", "guests"): mark("Which attendees get an invitation? Nobody can be asked here. Say it with {flag}."),
    ("E002", "no-change"): mark("Nothing was said that is to be different. Say it with {flag}"),
    ("E003", ""): mark("“{name}” is not known, or it could be more than one thing."),
    ("E003", "conflict"): mark("There is no item “{name}” in the list of conflicts."),
    ("E003", "run"): mark("There is no run {name}."),
    ("E003", "undo"): mark("There is no item “{name}” that can be brought back."),
    ("E003", "undo-run"): mark("Nothing of run {name} can be brought back."),
    ("E003", "folder"): mark("No folder “{name}” is linked here. Linked are: {names}"),
    ("E003", "topic"): mark("There is no help about “{name}”. There is help about: {names}"),
    ("E003", "key"): mark("There is no setting “{key}”."),
    ("E003", "key-near"): mark("There is no setting “{key}”. Did you mean {nearest}?"),
    ("E003", "account"): mark("Which account is meant? There are: {names}"),
    ("E003", "calendar"): mark("More than one calendar is meant by “{name}”."),
    ("E003", "event"): mark("There is no event “{name}” here."),
    ("E003", "event-several"): mark("More than one event is meant by “{name}”: {names}"),
    ("E003", "occurrence"): mark("Nothing of this series is on {name}. The nearest ones: {names}"),
    ("E003", "occurrence-several"): mark("Several of this series are on {name}. Say which one: {names}"),
    ("E003", "no-occurrence"): mark("This series has no such occurrence."),
    ("E004", ""): mark("The configuration cannot be read."),
    ("E004", "unreadable"): mark("The configuration file {path} cannot be read ({reason})."),
    ("E004", "size"): mark("The configuration file {path} is too large to be one."),
    ("E004", "no-file"): mark("The configuration {path} is not a file."),
    ("E004", "unsafe"): mark("Others can write to the configuration file {path}: it is not trusted."),
    ("E004", "syntax"): mark("The configuration file is not valid TOML at {place}: {reason}"),
    ("E004", "encoding"): mark("The configuration file is not UTF-8 text at {place}."),
    ("E004", "missing"): mark("There is no configuration file {path}."),
    ("E004", "section"): mark("“{key}” at {place} should be a section with settings below it."),
    ("E004", "unknown"): mark("There is no setting “{key}”, which stands at {place}."),
    ("E004", "unknown-near"): mark("There is no setting “{key}”, which stands at {place}. Did you mean {nearest}?"),
    ("E004", "choice"): mark("{key} at {place} cannot be this. Choose from: {example}"),
    ("E004", "value"): mark("{key} at {place} does not fit. Write it like this: {example}"),
    ("E004", "provider"): mark("“{key}” at {place} is no provider. There are: {providers}"),
    ("E004", "by-hand"): mark("{place} cannot be changed safely by a program. Write there yourself: {text}"),
    ("E209", ""): mark("There is no calendar or folder “{name}”."),
    ("E209", "gone"): mark("The calendar is gone at the provider: {name}"),
    ("E209", "folder"): mark("The folder is gone at the provider: {name}"),
    ("E209", "directory"): mark("The directory of this calendar is gone: {name}"),
    ("E209", "no-folder"): mark("There is no folder “{name}” at the provider."),
    ("E209", "no-folder-near"): mark("There is no folder “{name}” at the provider. Near it: {near}"),
    ("E209", "calendar"): mark("There is no calendar “{name}”. There are: {names}"),
    # ── 3: done, but something wants a look ──
    ("E210", ""): mark("A folder that was linked is gone."),
    ("E210", "named"): mark("The folder that “{folder}” is linked to is gone at the provider."),
    ("E301", ""): mark("The same thing was changed on both sides. One version stands, the other one is kept."),
    ("E403", ""): mark("The server refuses this item."),
    ("E403", "broken"): mark("That event cannot be read: its file, or what the server has, is broken."),
    ("E403", "collection"): mark("The server at {host} does not allow this in the calendar {name}."),
    ("E403", "folder"): mark("The server at {host} does not allow this in the folder {name}."),
    # ── 4: sign in ──
    ("E104", ""): mark("Permission was not given, or it took too long."),
    ("E105", ""): mark("You signed in as somebody else."),
    ("E106", ""): mark("The sign-in has expired or was withdrawn."),
    ("E106", "no-secret"): mark("The password of {account} is not where it was kept. Sign in again."),
    ("E107", ""): mark("Not everything that is needed was allowed at the sign-in."),
    ("E108", ""): mark("The server {host} does not accept the password of {user}."),
    # ── 5: not allowed ──
    ("E101", ""): mark("This provider has not been enabled here."),
    ("E101", "ask"): mark("This provider has not been enabled here: {provider}. Ask: {contact}"),
    ("E102", ""): mark("This has not been enabled here."),
    ("E102", "off"): mark("Connecting accounts has not been enabled here."),
    ("E102", "off-ask"): mark("Connecting accounts has not been enabled here. Ask: {contact}"),
    ("E102", "auto"): mark("Accounts may be connected here as soon as one is active, and none is."),
    ("E102", "auto-ask"): mark("Accounts may be connected here as soon as one is active, and none is. Ask: {contact}"),
    ("E102", "mailbox"): mark("The address {account} may not be connected here."),
    ("E102", "mailbox-ask"): mark("The address {account} may not be connected here. Ask: {contact}"),
    ("E102", "no-systemd"): mark("Services are for systemd, and this machine has none."),
    ("E102", "none"): mark("No provider that this version of calsync can connect has been enabled here."),
    ("E102", "none-ask"): mark(
        "No provider that this version of calsync can connect has been enabled here. Ask: {contact}"
    ),
    ("E102", "later"): mark("Connecting {provider} is not in this version of calsync yet. It can connect: {providers}"),
    ("E102", "demo"): mark(
        "The demonstration needs servers of its own, which are not installed: pip install '{package}'"
    ),
    ("E103", ""): mark("The domain does not trust calsync as an app yet."),
    ("E109", ""): mark("No client for signing in has been configured."),
    ("E109", "api-off"): mark(
        "The project of this client has no Google Calendar API. In the Google Cloud console: “APIs & Services”, "
        "“Library”, “Google Calendar API”, “Enable”."
    ),
    ("E110", ""): mark("This mailbox is at Exchange Online: connect it as microsoft365."),
    ("E208", ""): mark("{key} is locked while you are connected."),
    ("E208", "policy"): mark("{key} has been locked by your organisation."),
    ("E208", "policy-ask"): mark("{key} has been locked by your organisation. Ask: {contact}"),
    ("E208", "connected"): mark("{flag} is locked while {account} is connected."),
    ("E501", ""): mark("There is no safe place to keep the password."),
    ("E501", "none"): mark("There is no keyring here to keep the password in."),
    ("E501", "plaintext"): mark(
        "The keyring here ({backend}) would keep the password readable for everybody: it is not used."
    ),
    ("E501", "backend"): mark("The keyring that was configured cannot be used ({reason})."),
    ("E501", "locked"): mark("The keyring ({backend}) is locked and nobody can be asked here to unlock it."),
    ("E501", "no-collection"): mark(
        "The keyring ({backend}) has no place to keep passwords yet. Open it once in your desktop's settings."
    ),
    ("E501", "refused"): mark("The keyring ({backend}) refuses ({reason})."),
    ("E501", "hanging"): mark("The keyring gave no answer for {seconds} s."),
    ("E501", "forgetful"): mark("What was kept in {backend} could not be read back: it is not used."),
    ("E501", "key"): mark("The file with passwords {path} was made with another key, or it was changed."),
    ("E501", "no-key"): mark("There is no key for the file with passwords: {path}"),
    ("E501", "key-short"): mark("The key in {path} is too short. It needs at least {shortest} characters."),
    ("E501", "key-mode"): mark("Others can read the key {path}. Allow only yourself: chmod 600 FILE"),
    ("E501", "no-command"): mark("The setting secrets.command is empty."),
    ("E501", "command-missing"): mark("The program {program} for passwords cannot be started ({reason})."),
    ("E501", "command-slow"): mark("The program {program} for passwords gave no answer for {seconds} s."),
    ("E501", "command-failed"): mark("The program {program} for passwords failed with {status}: {reason}"),
    ("E501", "command-empty"): mark("The program {program} for passwords gave nothing."),
    ("E501", "read-only"): mark(
        "The program {program} gives another password. Store the new one with that program first."
    ),
    ("E504", ""): mark("The connection to the server is not trusted. The password was not sent."),
    ("E504", "plain"): mark("The connection to {host} would not be encrypted. The password was not sent."),
    ("E504", "untrusted"): mark("The certificate of {host} is not trusted: {reason}. The password was not sent."),
    ("E504", "handshake"): mark("No safe connection to {host} can be made ({reason}). The password was not sent."),
    ("E504", "no-tls"): mark(
        "{host} does not begin with encryption. Where that is right, write imap:// and it is asked for."
        " The password was not sent."
    ),
    ("E504", "ca-file"): mark("The certificate file {path} cannot be used."),
    # ── 6: wrong order ──
    ("E201", ""): mark("This account is not connected."),
    ("E201", "no-mail"): mark("This account was connected without its mail."),
    ("E201", "no-calendar"): mark("This account was connected without its calendars."),
    ("E202", ""): mark("Connecting was not finished."),
    ("E203", ""): mark(
        "The settings were changed after you signed in. Nothing was sent; disconnect and connect again."
    ),
    ("E203", "stored"): mark(
        "The stored settings were changed after you signed in. Nothing was sent; disconnect and connect again."
    ),
    ("E203", "backend"): mark(
        "The place for passwords was changed after you signed in. Nothing was sent; disconnect and connect again."
    ),
    ("E203", "setting"): mark(
        "The setting {key} is not what it was when you signed in. Nothing was sent; put it back, or disconnect and"
        " connect again."
    ),
    ("E203", "secret"): mark(
        "The stored password is not the one you signed in with. Nothing was sent; disconnect and connect again."
    ),
    ("E204", ""): mark("The primary calendar is “{calendar}”; it cannot be changed while connected."),
    ("E205", ""): mark("The primary calendar has not been chosen yet."),
    ("E206", ""): mark("The calendar “{calendar}” is read-only."),
    ("E206", "primary-shown"): mark("“{calendar}” is the primary calendar: it cannot be hidden."),
    ("E206", "primary-two-way"): mark("“{calendar}” is the primary calendar: its events can always be edited here."),
    ("E206", "view-only"): mark("The events of “{calendar}” are view-only here."),
    ("E207", ""): mark("Somebody else organises this meeting: the attendees are read-only."),
    ("E207", "own"): mark("You organise this meeting yourself: there is nobody to answer."),
    ("E207", "not-invited"): mark("You are not among the attendees of this meeting."),
    ("E211", ""): mark("{account} is connected with {provider}: disconnect it first."),
    **SIGNING,
    **STOPS,
    # ── 9, 1 ──
    ("E502", ""): mark("Another run of calsync is working with {account}."),
    ("E502", "state"): mark("Another program is working with {path}."),
    ("E999", ""): mark(
        "Something unexpected happened: a mistake in calsync. Nothing of yours is in the report: {report}"
    ),
    ("E999", "unwritten"): mark("Something unexpected happened: a mistake in calsync. No report could be written."),
}
