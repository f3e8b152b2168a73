"""Mails as templates of bytes: whatever is in them arrives as it was, and only places differ between people."""

import quopri

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forum.addresses import Purpose, key_of
from forum.outgoing.bodies import multipart, quoted_printable, text_part
from forum.outgoing.messages import Personal, place, template_from
from tests.forum.outgoing.reading import faults, parsed

KEY = key_of(Purpose.REPLY, 1, 2)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))


def made(text: str) -> bytes:
    template = template_from(quoted_printable(text), {"reply": (Purpose.REPLY, 1)})
    return template.for_person(Personal("a@example.org", {"reply": KEY}))


@given(texts, texts)
@example("a" * 75, "")
@example("a" * 76, "")
@example("a" * 75 + "\n", "\n")
def test_every_text_comes_back_as_it_was_around_a_place(before: str, after: str) -> None:
    data = made(before + place("reply") + after)

    assert quopri.decodestring(data.replace(b"\r\n", b"\n")).decode() == before + KEY + after
    assert [line for line in data.split(b"\r\n") if len(line) > 76] == []
    assert data.isascii()
    assert [line for line in data.split(b"\r\n") if line.endswith((b" ", b"\t"))] == []


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("a" * 76, b"a" * 76),
        ("a" * 77, b"a" * 75 + b"=\r\naa"),
        ("a" * 74 + "é", b"a" * 74 + b"=\r\n=C3=A9"),
        ("a" * 73 + "éb", b"a" * 73 + b"=\r\n=C3=A9b"),
        ("-- \nx", b"--=20\r\nx"),
        ("a \t", b"a =09"),
        (".\n.a", b"=2E\r\n=2Ea"),
        ("From me", b"=46rom me"),
        ("1=2", b"1=3D2"),
        (f"x{place('reply')}y", b"x=\r\n" + KEY.encode() + b"=\r\ny"),
        (f"x\n{place('reply')}\n", b"x\r\n" + KEY.encode() + b"=\r\n\r\n"),
    ],
)
def test_a_text_in_quoted_printable(text: str, wire: bytes) -> None:
    assert made(text) == wire


@pytest.mark.parametrize(
    "to",
    [
        "a@example.org",
        f"{'x' * 64}@{'y' * 63}.example.org",
        "o'neill+lists/a=b!#$%&*?^_`{|}~@example.org",
        '"a b@c, d"@example.org',
        '"a\\"b"@example.org',
        "a@[192.0.2.1]",
    ],
)
def test_an_odd_address_is_one_address(to: str) -> None:
    template = template_from(f"From: a@example.org\r\nTo: {place('to')}\r\n\r\n", {})

    data = template.for_person(Personal(to, {}))

    assert faults(data) == []
    [address] = parsed(data)["To"].addresses
    assert address.addr_spec == to


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a",
        "a@",
        "@b",
        "a@b\r\nBcc: c@example.org",
        "a@b\n",
        "a@b, c@d",
        "<a@b>",
        "a b@c",
        '"a\r\nb"@c',
        '"a\x01"@c',
        "é@example.org",
        "a@exämple.org",
        "a@b>\r\nDATA",
    ],
)
def test_what_is_no_address_is_refused(to: str) -> None:
    template = template_from(f"To: {place('to')}\r\n\r\n", {})

    with pytest.raises(ValueError, match="No mail can be sent"):
        template.for_person(Personal(to, {}))


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "a", KEY.upper(), KEY[:-2] + "\r\n", "é" * 36])
def test_what_is_no_key_is_refused(key: str) -> None:
    template = template_from(place("reply"), {"reply": (Purpose.REPLY, 1)})

    with pytest.raises(ValueError, match="The key for reply"):
        template.for_person(Personal("a@example.org", {"reply": key}))


def test_a_template_asks_for_the_keys_that_it_has_places_for() -> None:
    known = {"reply": (Purpose.REPLY, 1), "author": (Purpose.AUTHOR, 1)}
    template = template_from(f"{place('to')} {place('reply')} {place('reply')}", known)

    assert (template.keys, template.places) == ({"reply": (Purpose.REPLY, 1)}, ("to", "reply", "reply"))
    assert template.for_person(Personal("a@b.c", {"reply": KEY})) == f"a@b.c {KEY} {KEY}".encode()
    with pytest.raises(KeyError):
        template.for_person(Personal("a@b.c", {}))


@pytest.mark.parametrize(
    ("message", "why"),
    [(place("other"), "other"), ("x" * 999, "998"), ("\0", "NUL"), (f"\0A\0{place('to')}", "NUL")],
)
def test_a_message_that_could_not_be_sent_makes_no_template(message: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        template_from(message, {})


def test_parts_within_parts_are_told_apart() -> None:
    inner = multipart("alternative", "post-1", [text_part("one"), text_part("<p>two</p>", "html")])
    message = parsed(
        ("MIME-Version: 1.0\r\n" + multipart("mixed", "post-11", [inner, text_part("--=_post-1=_")])).encode()
    )

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/plain",
    ]
    assert [part.get_content() for part in message.walk() if not part.is_multipart()] == [
        "one",
        "<p>two</p>",
        "--=_post-1=_",
    ]
