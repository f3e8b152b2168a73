"""Mail in development: every message a file, and pages that show them and nothing else."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from portal import mailbox


@pytest.fixture(autouse=True)
def mail_dir(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MAIL_DIR = tmp_path / "mail"
    settings.DEBUG = True
    return settings.MAIL_DIR


def send(
    subject: str = "Confirm your address", html: str = "<p>Dear <b>Ada</b></p>", bcc: tuple[str, ...] = ()
) -> int:
    message = EmailMultiAlternatives(
        subject,
        "Dear Ada – go to http://testserver/confirm/1/",
        "portal@example.org",
        ["ada@example.org"],
        bcc=bcc,
    )
    if html:
        message.attach_alternative(html, "text/html")
    return get_connection("portal.mailbox.FileBackend").send_messages([message])


def test_send_writes_one_file_that_reads_back_as_it_was(mail_dir: Path) -> None:
    assert send(bcc=("copy@example.org",)) == 1

    (found,) = mailbox.letters()
    assert [file.name for file in mail_dir.iterdir()] == [f"{found.name}.eml"]
    assert (found.subject, found.sender, found.recipients) == (
        "Confirm your address",
        "portal@example.org",
        "ada@example.org, copy@example.org",
    )
    assert found.text.strip() == "Dear Ada – go to http://testserver/confirm/1/"
    assert found.html.strip() == "<p>Dear <b>Ada</b></p>"


def test_send_leaves_out_a_message_without_recipients(mail_dir: Path) -> None:
    assert (
        get_connection("portal.mailbox.FileBackend").send_messages([EmailMultiAlternatives("To nobody")]) == 0
    )
    assert not mail_dir.exists()


def test_letters_are_newest_first_and_skip_files_of_others(mail_dir: Path) -> None:
    for subject in ("first", "second", "third"):
        send(subject)
    (mail_dir / "notes.eml").write_text("Subject: not ours\n\n")

    assert [letter.subject for letter in mailbox.letters()] == ["third", "second", "first"]


LONG = "Negotiating with a trust: a masterclass for clinical directors has been moved to another day and another place"


@pytest.mark.parametrize("subject", [LONG, f"“{LONG}” – Élodie", "x" * 90, f"{'x' * 90} {'y' * 90}"])
def test_a_subject_that_is_folded_in_its_source_is_shown_in_one_line(subject: str, mail_dir: Path) -> None:
    send(subject)
    (mail_dir / "20260310T093000000000-0123abcd.eml").write_bytes(
        b"Subject:\r\n Folded\r\n\tby hand\r\n\r\nHello"
    )

    assert [letter.subject for letter in mailbox.letters()] == [subject, "Folded by hand"]


def test_letter_with_broken_headers_is_still_shown(mail_dir: Path) -> None:
    mail_dir.mkdir()
    (mail_dir / "20260310T093000000000-0123abcd.eml").write_bytes(b"Date: yesterday\n\nHello")

    (found,) = mailbox.letters()

    assert (found.subject, found.sent_at, found.text) == ("", None, "Hello")


@pytest.mark.parametrize(
    "name", ["../secret", "..", "%2e%2e%2fsecret", "20260310T093000000000-0123abcd", "x" * 500]
)
def test_letter_of_another_name_is_not_looked_for(mail_dir: Path, name: str) -> None:
    mail_dir.mkdir()
    (mail_dir.parent / "secret.eml").write_text("Subject: secret\n\n")

    assert mailbox.letter(name) is None


@pytest.mark.django_db
def test_pages_list_and_show_a_message_with_links_to_follow(client: Client) -> None:
    send()
    name = mailbox.letters()[0].name

    listed = client.get("/dev/mail/").content.decode()
    shown = client.get(f"/dev/mail/{name}/").content.decode()

    assert f'<a href="/dev/mail/{name}/">Confirm your address</a>' in listed
    assert '<a href="http://testserver/confirm/1/" rel="nofollow">http://testserver/confirm/1/</a>' in shown
    assert f'src="/dev/mail/{name}/html/"' in shown


@pytest.mark.django_db
def test_html_of_a_message_may_run_nothing_and_fetch_nothing(client: Client) -> None:
    send(html="<script>alert(1)</script><p>Hello</p>")

    response = client.get(f"/dev/mail/{mailbox.letters()[0].name}/html/")

    assert sorted(response["Content-Security-Policy"].split("; ")) == [
        "default-src 'none'",
        "img-src data:",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "style-src 'unsafe-inline'",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/dev/mail/", "/dev/mail/{name}/", "/dev/mail/{name}/html/"])
def test_pages_are_not_there_outside_development(
    client: Client, settings: LazySettings, address: str
) -> None:
    send()
    settings.DEBUG = False

    assert client.get(address.format(name=mailbox.letters()[0].name)).status_code == 404
