"""Whether a mail is from whom it says: what counts as proof, and all that does not."""

import pytest

from forum.incoming.authenticity import Authentic, authentic, is_aligned
from forum.incoming.reading import read

TRUSTED = ["mx.portal.example"]
HOP = "Received: from mail.example.org (mail.example.org [192.0.2.1])\n by mx.portal.example (Postfix) with ESMTPS id 1; Mon, 2 Mar 2026 09:14:00 +0000"
GOOD = "Authentication-Results: mx.portal.example; dkim=pass header.d=example.org"
AUTHOR = "From: Ann Sample <ann@example.org>"


def mail(*fields: str) -> bytes:
    return ("\n".join(fields) + "\n\nwords").encode()


def results(value: str, author: str = AUTHOR) -> bytes:
    return mail(f"Authentication-Results: {value}", HOP, author)


PROVED = [
    ("dkim", "mx.portal.example; dkim=pass header.d=example.org"),
    ("dkim", "mx.portal.example; dkim=pass header.d=mail.example.org"),
    ("dkim", "mx.portal.example; dkim=pass header.i=@example.org"),
    ("dkim", "mx.portal.example; dkim=pass header.i=ann@example.org header.s=s1 header.b=abc"),
    ("dkim", "MX.Portal.Example 1; dkim=pass header.d=EXAMPLE.org"),
    ("dkim", "mx.portal.example;\n\tdkim=pass (2048-bit key; unprotected) header.d=example.org header.i=@example.org header.b=\"a/b+c\";\n\tdkim-atps=neutral"),
    ("dkim", "mx.portal.example; dkim=fail header.d=example.org; dkim=pass header.d=example.org"),
    ("dkim", "mx.portal.example; dkim=pass header.d=other.example; dkim=pass header.d=example.org"),
    ("dkim", "mx.portal.example; spf=fail smtp.mailfrom=other.example; dkim=pass header.d=example.org; dmarc=pass header.from=example.org"),
    ("spf", "mx.portal.example; spf=pass smtp.mailfrom=bounce@mail.example.org"),
    ("spf", "mx.portal.example; spf=pass (mx.portal.example: domain of x@example.org designates 192.0.2.1) smtp.mailfrom=example.org"),
    ("dkim", "(checked) mx.portal.example (really); dkim = pass (good) header.d = example.org"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "value"), PROVED)
def test_a_result_in_line_with_the_author_proves_it(method: str, value: str) -> None:
    found = authentic(read(results(value)), TRUSTED)

    assert found is not None
    assert (found.address, found.method, found.server) == ("ann@example.org", method, "mx.portal.example")


DOUBTFUL = [
    "mx.portal.example; none",
    "mx.portal.example; dkim=none header.d=example.org",
    "mx.portal.example; dkim=fail header.d=example.org",
    "mx.portal.example; dkim=pass",
    "mx.portal.example; dkim=pass header.d=evil.example",
    "mx.portal.example; dkim=pass header.d=notexample.org",
    "mx.portal.example; dkim=pass header.d=example.org.evil.example",
    "mx.portal.example; dkim=pass header.d=org",
    "mx.portal.example; dkim=pass header.d=example.org header.d=evil.example",
    "mx.portal.example; dkim=pass (header.d=example.org) header.d=evil.example",
    'mx.portal.example; dkim=fail reason="dkim=pass header.d=example.org" header.d=evil.example',
    "mx.portal.example; dkim=fail (; dkim=pass header.d=example.org)",
    "mx.portal.example; spf=pass smtp.helo=example.org",
    "mx.portal.example; spf=pass smtp.mailfrom=evil.example",
    "mx.portal.example; spf=softfail smtp.mailfrom=example.org",
    "mx.portal.example; spf=pass smtp.mailfrom=ann@example.org@evil.example",
    "mx.portal.example; arc=pass header.d=example.org",
    "mx.portal.example; auth=pass smtp.auth=example.org",
    "mx.portal.example; dkim=pass header.d=example.org; dmarc=fail header.from=example.org",
    "mx.portal.example 2; dkim=pass header.d=example.org",
    "mx.portal.example.evil.example; dkim=pass header.d=example.org",
    "evil.example (mx.portal.example); dkim=pass header.d=example.org",
    '"mx.portal.example evil"; dkim=pass header.d=example.org',
    "evil.example; dkim=pass header.d=example.org",
    "; dkim=pass header.d=example.org",
    "mx.portal.example dkim=pass header.d=example.org",
    "mx.portal.example; dkim=pass header.d=example.org; (",
    "mx.portal.example; dkim=pass header.d=ехample.org",
    "mx.portal.example; dkim=pass header.d=xn--xample-2of.org",
    "mx.portal.example; dkim=pass header.d=" + "a" * 30_000 + ".example.org",
]


@pytest.mark.parametrize("value", DOUBTFUL)
def test_any_doubt_about_a_result_means_no(value: str) -> None:
    assert authentic(read(results(value)), TRUSTED) is None


AUTHORS = [
    "From: ann@example.org\nFrom: bob@evil.example",
    "From: bob@evil.example\nFrom: ann@example.org",
    "From: ann@example.org, bob@evil.example",
    'From: "ann@example.org" <bob@evil.example>',
    'From: "bob@evil.example" <ann@example.org>',
    "From: ann@example.org <bob@evil.example>",
    "From: <ann@example.org> <bob@evil.example>",
    "From: <ann@example.org>, <>",
    "From: bob@evil.example (ann@example.org)",
    "From: ann@example.org (bob@evil.example)",
    "From: ann@example.org)bob@evil.example",
    "From: =?utf-8?Q?bob=40evil=2Eexample?= <ann@example.org>",
    "From: =?utf-8?Q?ann=40example=2Eorg?=",
    "From: =?utf-8?Q?Ann_=3Cann=40example=2Eorg=3E?= <bob@evil.example>",
    "From: Team: ann@example.org, bob@evil.example;",
    'From: "ann@example.org\\"" <bob@evil.example>',
    "From: ann@example.org\x00@evil.example",
    "From: ann@\u200bexample.org",
    "From: Ann\u202e <ann@example.org>",
    "From: ann@ехample.org",
    "From: ann@exаmple.org",
    "From: ann@xn--xample-2of.org",
    "From: ann@localhost",
    "From: ann@[192.0.2.1]",
    'From: "ann@example.org"@evil.example',
    "From: @evil.example:ann@evil.example",
    "From: ann@evil.example@example.org",
    "From: ann",
    "From:",
    "Sender: ann@example.org",
    "Sender: ann@example.org\nFrom: bob@evil.example",
    "Reply-To: ann@example.org\nFrom: bob@evil.example",
    "X-From: ann@example.org",
    "From: " + "a" * 2_000 + " <ann@example.org>",
]


@pytest.mark.parametrize("author", AUTHORS)
def test_any_doubt_about_the_author_means_no(author: str) -> None:
    assert authentic(read(mail(GOOD, HOP, author)), TRUSTED) is None


def test_a_name_from_elsewhere_is_not_the_author_and_the_sender_does_not_count() -> None:
    found = authentic(
        read(mail(GOOD, HOP, "Sender: bob@evil.example", 'From: "Sample, Ann (PCN)" <ann@example.org>')),
        TRUSTED,
    )

    assert found == Authentic("ann@example.org", "dkim", "example.org", "mx.portal.example")


FORGED = [
    mail(HOP.replace("mx.portal.example", "mail.evil.example"), GOOD, AUTHOR),
    mail(HOP, HOP.replace("mx.portal.example", "mail.evil.example"), GOOD, AUTHOR),
    mail("Authentication-Results: mx.portal.example; none", HOP, GOOD, AUTHOR),
    mail("Authentication-Results: mx.portal.example; dkim=fail header.d=example.org", HOP, "Subject: x", GOOD, AUTHOR),
    mail("Authentication-Results: evil.example; dkim=pass header.d=example.org", HOP, AUTHOR),
    mail("X-Authentication-Results: mx.portal.example; dkim=pass header.d=example.org", HOP, AUTHOR),
    mail(HOP, AUTHOR, "", GOOD),
    mail(GOOD.replace("dkim=pass", "dkim=pass;;"), HOP, AUTHOR),
]  # fmt: skip


@pytest.mark.parametrize("raw", FORGED)
def test_fields_that_are_not_the_servers_own_do_not_count(raw: bytes) -> None:
    assert authentic(read(raw), TRUSTED) is None


def test_what_our_own_servers_added_since_does_no_harm() -> None:
    own = "Received: from mx.portal.example by store.portal.example with LMTP id 2; Mon, 2 Mar 2026 09:14:01 +0000"

    assert authentic(read(mail("Return-Path: <x@evil.example>", own, GOOD, HOP, AUTHOR)), TRUSTED) is not None
    assert authentic(read(mail(HOP, GOOD, AUTHOR)), TRUSTED) is not None


def test_nobody_is_trusted_unless_named() -> None:
    assert authentic(read(results("mx.portal.example; dkim=pass header.d=example.org")), []) is None


@pytest.mark.parametrize(
    ("one", "other", "aligned"),
    [
        ("nhs.net", "nhs.net", True),
        ("mail.nhs.net", "nhs.net", True),
        ("north.nhs.uk", "south.nhs.uk", False),
        ("a.north.nhs.uk", "north.nhs.uk", True),
        ("nhs.uk", "nhs.uk", False),
        ("co.uk", "co.uk", False),
        ("a.github.io", "b.github.io", False),
        ("", "", False),
        ("org", "org", False),
        ("example.org", "example.com", False),
    ],
)
def test_alignment_follows_the_public_suffix_list(one: str, other: str, *, aligned: bool) -> None:
    assert is_aligned(one, other) is aligned
