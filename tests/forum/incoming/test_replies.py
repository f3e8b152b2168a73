"""What is left of an answer by e-mail, client by client and language by language."""

import os
import re
from collections import Counter
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.incoming.escaping import shown
from forum.incoming.reading import read
from forum.incoming.replies import Extracted, extract
from tests.forum.incoming.mails import ANSWER, ATTRIBUTIONS, BLOCKS, DEVICES, MAILS, OLDER, QUOTE, Mail


def words(text: str) -> list[str]:
    return re.findall(r"\w+", shown(text))


def extracted(mail: Mail) -> Extracted:
    message = EmailMessage()
    message["From"], message["Subject"] = mail.sender, mail.subject
    message.set_content(mail.html or mail.text, subtype="html" if mail.html else "plain")
    return extract(read(message.as_bytes()))


def extract_text(text: str) -> Extracted:
    message = EmailMessage()
    message.set_content(text)
    return extract(read(message.as_bytes()))


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.name)
def test_what_is_left_of_a_mail(mail: Mail) -> None:
    assert words(extracted(mail).text) == words(mail.left)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
@pytest.mark.parametrize("blank", ["\n", "\n\n"])
def test_what_was_quoted_goes_with_the_line_that_says_whose_it_is(attribution: str, blank: str) -> None:
    found = extract_text(f"{ANSWER}\n\n{attribution}{blank}{QUOTE}\n")

    assert (words(found.text), found.whole) == (words(ANSWER), False)
    assert found.removed.strip() == f"{attribution}{blank}{QUOTE}"


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_all_below_a_block_of_headers_goes(block: str) -> None:
    found = extract_text(f"{ANSWER}\n\n{block}\n\n{OLDER}\n")

    assert (words(found.text), found.whole) == (words(ANSWER), False)


@pytest.mark.parametrize("line", DEVICES)
def test_the_line_that_names_a_device_goes(line: str) -> None:
    assert words(extract_text(f"{ANSWER}\n\n{line}\n").text) == words(ANSWER)
    assert words(extract_text(f"{ANSWER}\n\n{line}\n\n{ATTRIBUTIONS['gmail']}\n{QUOTE}").text) == words(
        ANSWER
    )


def test_a_mail_of_nothing_but_a_quote_is_whole() -> None:
    found = extract_text(QUOTE)

    assert (words(found.text), found.removed, found.whole) == (words(QUOTE), "", True)


def test_html_is_read_only_if_it_has_the_words_of_the_plain_text() -> None:
    message = EmailMessage()
    message.set_content("The rota for Friday changes because of the audit.")
    message.add_alternative("<p>Your mail program cannot show this.</p>", subtype="html")

    assert extract(read(message.as_bytes())).text == "The rota for Friday changes because of the audit."


LINES = st.sampled_from(
    [
        "", "", "I can take it.", "Who can?", "> quoted words", ">> twice", "-- ", "--", "Ann Sample", "Tel: 01632 960001", "Kind regards,", "Sent from my iPhone",
        "From: Ruth Example <ruth@example.org>", "Sent: 02 March 2026 09:14", "To: Ann", "Subject: Audit", "-----Original Message-----", "________________",
        "On 02/03/2026 09:14, Ruth Example wrote:", "---------- Forwarded message ---------", "This email is confidential and intended only for you.",
        "Posted in the list Setting up", "CAUTION: This email is from outside the organisation", "* star", "1. one",
    ]
)  # fmt: skip


@settings(max_examples=1000 if os.environ.get("SOAK") else 60, deadline=None)
@given(st.lists(LINES | st.text(max_size=30), max_size=25))
def test_nothing_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines).replace("\r", "\n")
    message = EmailMessage()
    message.set_content(text.encode("utf-8", "replace").decode(), cte="base64")
    received = read(message.as_bytes())

    found = extract(received)

    assert Counter(words(found.text)) + Counter(words(found.removed)) == Counter(words(received.text))
    assert bool(words(found.text)) == bool(words(received.text))
