"""Headers of mails: words come back as they were, and names are never addresses."""

import re
from email.header import decode_header, make_header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forum.outgoing import headers
from tests.forum.outgoing.reading import faults, parsed

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def decoded(line: str) -> str:
    """The words of a header, by the older parser of the two, which reads as most programs do."""
    value = line.partition(":")[2].removesuffix("\r\n")
    return str(make_header(decode_header(re.sub(r"\r\n(?=[ \t])", "", value).strip())))


@given(words)
@example("=?utf-8?q?a?=")
@example("x" * 300)
@example("é" * 300)
@example("a" * 66 + " b")
@example("\U0001f469\u200d\u2695\ufe0f" * 40)
def test_every_subject_comes_back_as_it_was(text: str) -> None:
    subject = headers.one_line(text)
    line = headers.text("Subject", subject)

    assert decoded(line) == subject
    assert faults(f"{line}\r\n".encode()) == [] or not subject
    assert [part for part in line.split("\r\n") if len(part) > 76] == []


@given(words, words)
@example('Ada" <boss@nhs.net>', "List")
@example("Ada\r\nBcc: everyone@example.org", "List")
@example("a\\", "b")
@example("x" * 300, "y" * 300)
@example("boss\uff20nhs.net", "b\ufe6bc")
def test_whatever_a_name_is_there_is_one_address_and_one_line(name: str, lists_name: str) -> None:
    shown = f"{headers.name_in_words(name)} via {headers.name_in_words(lists_name)}"
    line = headers.mailbox("From", shown, "setting-up@lists.example")

    message = parsed(f"{line}\r\n".encode())
    assert faults(f"{line}\r\n".encode()) == []
    assert message.keys() == ["From"]
    assert [address.addr_spec for address in message["From"].addresses] == ["setting-up@lists.example"]
    assert decoded(line).replace('"', "") == f"{shown} <setting-up@lists.example>"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Example", "Ada Example"),
        ("Ādā Ëxample", "Ādā Ëxample"),
        ("boss@nhs.net", "boss at nhs.net"),
        ("boss\uff20nhs.net", "boss at nhs.net"),
        ('"Ada" <boss@nhs.net>', "”Ada” ‹boss at nhs.net›"),
        ("Ada\r\n\tExample", "Ada Example"),
        ("\u202egnp.adA", "gnp.adA"),
        ("Ada\u200b\u2066\x07\ufeff Example", "Ada Example"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("A\\B", "A/B"),
        ("x" * 300, "x" * 79 + "…"),
        ("\u202e\n", ""),
    ],
)
def test_a_name_before_an_address(name: str, shown: str) -> None:
    assert headers.name_in_words(name) == shown


def test_what_fits_into_a_line_is_in_one() -> None:
    assert headers.mailbox("From", "Ada via List", "a@b.c") == 'From: "Ada via List" <a@b.c>\r\n'
    assert headers.mailbox("From", "Ada", "x" * 70 + "@b.c") == f'From: "Ada"\r\n <{"x" * 70}@b.c>\r\n'
    assert headers.text("Subject", "Quorum") == "Subject: Quorum\r\n"
    assert headers.text("Subject", "Qu\xf6rum") == "Subject: =?utf-8?q?Qu=C3=B6rum?=\r\n"
    assert headers.text("Subject", "\u4f1a\u8b70") == "Subject: =?utf-8?b?5Lya6K2w?=\r\n"


@pytest.mark.parametrize("value", ["a\r\nBcc: b@example.org", "é", "a\0b", "a\n b"])
def test_an_item_is_plain_and_one_line(value: str) -> None:
    with pytest.raises(ValueError, match="References"):
        headers.items("References", [value])
