"""The sentences for what goes wrong at a sign-in by OAuth, and with what it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNING: Mapping[tuple[str, str], str] = {
    ("E001", "port"): mark("Port {port} is in use on this machine. Choose another one with {flag}."),
    ("E103", "admin-policy"): mark(
        "Your domain does not trust this app yet: its administrator has to trust the client {client}."
    ),
    ("E103", "not-configured"): mark(
        "Your domain has not decided about this app for your account: its administrator has to trust the client"
        " {client}."
    ),
    ("E103", "org-internal"): mark(
        "The client {client} belongs to another organisation, and only its own members may use it."
    ),
    ("E103", "delegation"): mark(
        "The domain does not let {service} act for its users. Its administrator has to enter the client id {client}"
        " with these scopes: {scopes}"
    ),
    ("E103", "imap-off"): mark(
        "Mail by IMAP is switched off for {user} at {host}: the administrator of the domain has to switch it on."
    ),
    ("E103", "calendar-off"): mark(
        "Google Calendar is switched off for this account: the administrator of the domain has to switch it on. The"
        " mail can be connected by itself: --only mail"
    ),
    ("E104", "denied"): mark("Permission was refused in the browser. Nothing was stored."),
    ("E104", "timeout"): mark(
        "No answer came from the browser in time. A page that says “blocked”, “not trusted” or “error 400” means that"
        " the administrator of your domain has to trust the client {client}; “error 403: access_denied” means that"
        " whoever made the client has to add you to its test users, or publish it."
    ),
    ("E104", "stale"): mark("The answer from the browser came too late, or twice."),
    ("E105", "other"): mark("You signed in as {other}, and {account} was meant. Nothing was stored."),
    ("E106", "revoked"): mark("The permission for {account} has expired or was withdrawn."),
    ("E106", "testing"): mark(
        "The permission for {account} ended after seven days, as it does while the consent screen is in “Testing”."
        " Whoever made the client has to publish it (“In production”); then sign in again."
    ),
    ("E106", "session-control"): mark("Your organisation wants {account} to sign in again from time to time: now."),
    ("E106", "refused"): mark("The server {host} does not accept the sign-in of {user} any more."),
    ("E106", "web-login"): mark(
        "{host} wants {user} to sign in on its web page first. Do that in a browser, then try again."
    ),
    ("E106", "clock"): mark("Google does not accept the time of this machine. Set its clock, then try again."),
    ("E107", "calendar"): mark(
        "The calendars were not allowed at the sign-in. Sign in again, and tick the boxes about your calendars: “View"
        " and edit events” and “See the list”."
    ),
    ("E107", "mail"): mark(
        "The mail was not allowed at the sign-in. Sign in again, and tick the box about Gmail: “Read, compose, send and"
        " permanently delete all your email”."
    ),
    ("E107", "both"): mark(
        "Neither the calendars nor the mail were allowed at the sign-in. Sign in again, and tick all boxes."
    ),
    ("E108", "no-user"): mark("There is no user {user} in the domain."),
    ("E109", "none"): mark("No client for signing in has been configured. Your organisation makes one of its own."),
    ("E109", "unreadable"): mark("The file {path} cannot be read ({reason})."),
    ("E109", "not-json"): mark("The file {path} is not what the provider gives for download."),
    ("E109", "web"): mark("The client in {path} is of the type “Web”. Make one of the type “Desktop app”."),
    ("E109", "redirect"): mark("The client {client} is not of the type “Desktop app”. Make one that is."),
    ("E109", "service-account"): mark("{path} is the key of a service account: give it with --service-account."),
    ("E109", "no-service-account"): mark("{path} is not the key of a service account."),
    ("E109", "fields"): mark("The file {path} is not complete: “{field}” is missing."),
    ("E109", "address"): mark("“{field}” in {path} is not an address that a secret may go to."),
    ("E109", "key"): mark("The key in {path} cannot be used: it should be RSA, in PEM, without a password."),
    ("E109", "key-revoked"): mark("Google does not accept the key of {service} any more."),
    ("E109", "client"): mark("Google does not know the client {client}, or not with this secret."),
    ("E109", "deleted"): mark("The client {client} was deleted or switched off at Google."),
    ("E404", "oauth"): mark("{host} gives an answer to the sign-in that cannot be right ({status})."),
    ("E404", "auth-token"): mark("{host} offers no way to sign in with a token."),
    ("E404", "no-refresh-token"): mark("{host} gave no permission that lasts."),
}
