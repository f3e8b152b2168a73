"""Mail as it comes: wrong labels, broken structure, odd names, too much of everything."""

import base64
from datetime import UTC, datetime

import pytest

from forum.incoming.charsets import text_of
from forum.incoming.fields import identifiers, mailboxes, parameters_of
from forum.incoming.flowed import unflowed
from forum.incoming.reading import read
from forum.incoming.subjects import Subject, subject_of
from forum.incoming.words import decoded
from tests.effort import effort

SENTENCES = [
    ("cp1252", "us-ascii", "It’s £5 – “no more” … naïve"),
    ("cp1252", "iso-8859-1", "It’s €5 – “no more”"),
    ("cp1252", "utf-8", "It’s £5 – “no more”, naïve café, and plenty of words beside them"),
    ("cp1252", "", "Der Müller grüßt Frau Weiß für die schöne Übung"),
    ("cp1252", "x-unknown", "Der Müller grüßt Frau Weiß für die schöne Übung"),
    ("utf-8", "iso-8859-1", "It’s £5 – “no more”"),
    ("utf-8", "us-ascii", "Grüße aus Łódź"),
    ("utf-8", "gb2312", "中文邮件"),
    ("utf-8", "", "Приветствие"),
    ("gbk", "gb2312", "镕基 说 喆"),
    ("gb18030", "GB2312", "中华人民共和国"),
    ("big5", "big5", "中文郵件"),
    ("cp949", "ks_c_5601-1987", "안녕하세요 똠"),
    ("cp932", "shift_jis", "①日本語"),
    ("iso2022_jp", "iso-2022-jp", "日本語のメール"),
    ("iso2022_jp", "", "日本語のメール"),
    ("euc_jp", "euc-jp", "日本語のメール"),
    ("koi8_r", "koi8-r", "Приветствие"),
    ("cp1251", "windows-1251", "Приветствие"),
    ("cp1251", "", "Добрый день, коллеги, высылаю вам расписание на следующую неделю"),
    ("utf-7", "utf-7", "Grüße £5"),
    ("utf-16", "utf-16", "Grüße £5"),
    ("utf-16-le", "", "Greetings to all"),
    ("utf-8-sig", "", "Grüße"),
    ("cp874", "tis-620", "สวัสดี"),
    ("iso8859_15", "iso-8859-15", "5 € für Œuvre"),
    ("cp1250", "windows-1250", "Žluťoučký kůň"),
    ("mac_roman", "macintosh", "It’s £5 naïve"),
]


@pytest.mark.parametrize(("written", "label", "sentence"), SENTENCES)
def test_text_is_read_whatever_its_label_says(written: str, label: str, sentence: str) -> None:
    declared = f'; charset="{label}"' if label else ""
    raw = f"Content-Type: text/plain{declared}\r\n\r\n".encode() + sentence.encode(written)

    assert read(raw).text == sentence


def test_what_no_character_set_explains_is_shown() -> None:
    assert text_of(b"a\x81b\xffc", "utf-8") == "a\\x81bÿc"
    assert text_of(b"a\x00b\x07") == "a␀b\ufffd"
    assert text_of("wörds cut within a charäcter".encode()[:-2] + "ä".encode()[:1], "utf-8").startswith(
        "wörds cut within a charäct"
    )


WORDS = [
    ("=?utf-8?Q?K=C3=A4se?=", "Käse"),
    ("=?utf-8?q?K=c3=a4se_und_Brot?= heute", "Käse und Brot heute"),
    ("=?UTF-8?B?S8Okc2U=?= =?UTF-8?B?IHVuZCBCcm90?=", "Käse und Brot"),
    ("=?UTF-8?B?S8Okc2U?=", "Käse"),
    ("=?UTF-8?B?S8Okc2U=?==?UTF-8?B?IHVuZCBCcm90?=", "Käse und Brot"),
    ("=?utf-8?Q?K=C3?= =?utf-8?Q?=A4se?=", "Käse"),
    ("=?utf-8?Q?K=C3=A4se und Brot?=", "Käse und Brot"),
    ('"=?utf-8?Q?K=C3=A4se?="', '"Käse"'),
    ("=?utf-8?Q?K=C3=A4se", "Käse"),
    ("=?iso-8859-1?Q?It=92s_=A35?=", "It’s £5"),
    ("=?nonsense?Q?K=C3=A4se?=", "Käse"),
    ("=?utf-8*de?Q?K=C3=A4se?=", "Käse"),
    ("=?gb2312?B?1tDOxNPKvP4=?=", "中文邮件"),
    ("=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語"),
    ("a =? b ?= c", "a =? b ?= c"),
    ("=?utf-8?B?!!!?= x", "=?utf-8?B?!!!?= x"),
    ("Re: =?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "Re: ab"),
]


@pytest.mark.parametrize(("value", "expected"), WORDS)
def test_encoded_words_are_read_with_all_their_faults(value: str, expected: str) -> None:
    assert decoded(value) == expected


def test_header_fields_in_eight_bits_are_read() -> None:
    assert read("Subject: Grüße\n\nx".encode()).subject == "Grüße"
    assert read("Subject: Grüße\n\nx".encode("cp1252")).subject == "Grüße"


PARAMETERS = [
    ("attachment; filename*=utf-8''K%C3%A4se.pdf", "Käse.pdf"),
    ("attachment; filename*0*=utf-8''K%C3%A4; filename*1=se.pdf", "Käse.pdf"),
    ('attachment; filename*1="b.pdf"; filename*0="a"', "ab.pdf"),
    ('attachment; filename="=?utf-8?Q?K=C3=A4se.pdf?="', "Käse.pdf"),
    ("attachment; filename=a b.pdf", "a b.pdf"),
    ('attachment; filename="a;b.pdf"', "a;b.pdf"),
    ('attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'),
    ('attachment; filename="open', "open"),
    ("attachment; filename='a.pdf'", "a.pdf"),
    ("attachment; filename*=%E4.pdf", "ä.pdf"),
    ("attachment; filename=Käse.pdf", "Käse.pdf"),
]


@pytest.mark.parametrize(("value", "name"), PARAMETERS)
def test_names_of_files_are_read(value: str, name: str) -> None:
    assert parameters_of(value)[1]["filename"] == name


MAILBOXES = [
    ("Ann Sample <ann@Example.org>", [("Ann Sample", "ann@example.org")]),
    (
        '"Sample, Ann" <ann@example.org>, bob@example.org',
        [("Sample, Ann", "ann@example.org"), ("", "bob@example.org")],
    ),
    ("=?utf-8?Q?J=2C_B?= <ann@example.org>", [("J, B", "ann@example.org")]),
    ("ann@example.org (Ann Sample)", [("Ann Sample", "ann@example.org")]),
    ("Team: ann@example.org, bob@example.org;", [("", "ann@example.org"), ("", "bob@example.org")]),
    ("undisclosed-recipients:;", []),
    ('"bob@evil.example" <ann@example.org>', [("bob@evil.example", "ann@example.org")]),
    ("Ann <ann@example.org> <bob@example.org>", []),
    ("ann@example.org<bob@evil.example>", [("ann@example.org", "bob@evil.example")]),
    ("ann@example.org)bob@evil.example", []),
    ("Ann <ann@example.org", []),
    ("Ann <ann at example.org>", []),
    ("", []),
    ("'Ann' <ann@example.org>", [("Ann", "ann@example.org")]),
]


@pytest.mark.parametrize(("value", "expected"), MAILBOXES)
def test_mailboxes_are_told_apart(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.name, each.address) for each in mailboxes(value)] == expected


def test_identifiers_are_read_with_and_without_brackets() -> None:
    assert identifiers("<a@b> <c@d>\n <a@b>") == ("a@b", "c@d")
    assert identifiers("a@b") == ("a@b",)
    assert identifiers("no identifier") == ()


SUBJECTS = [
    ("Re: AW: Audit", Subject("Audit", (), True, False)),
    ("Fwd: Re: [pcn-north] Audit", Subject("Audit", ("pcn-north",), True, True)),
    ("[pcn-north] Re: Audit", Subject("Audit", ("pcn-north",), True, False)),
    ("RE: [EXTERNAL] Audit", Subject("Audit", (), True, False)),
    ("Re[2]: Audit", Subject("Audit", (), True, False)),
    ("TR : Audit", Subject("Audit", (), False, True)),
    ("回复：Audit", Subject("Audit", (), True, False)),
    ("Recall: Audit", Subject("Recall: Audit", (), False, False)),
    ("Request: cover", Subject("Request: cover", (), False, False)),
    ("[urgent]", Subject("[urgent]", (), False, False)),
    ("Re:", Subject("", (), True, False)),
]


@pytest.mark.parametrize(("line", "expected"), SUBJECTS)
def test_subjects_are_freed_of_what_programs_add(line: str, expected: Subject) -> None:
    assert subject_of(line) == expected


def test_flowed_text_is_put_together() -> None:
    assert unflowed("one \ntwo\n\n> quoted \n> words\n-- \nAnn") == "one two\n\n> quoted words\n-- \nAnn"
    assert unflowed("on \ne", delsp=True) == "one"
    assert unflowed(" From here\n >no quote") == "From here\n>no quote"


def mail(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def test_a_mail_is_taken_apart() -> None:
    received = read(
        mail(
            "Message-ID: <1@example.org>", "In-Reply-To: <0@example.org>", "References: <x@example.org>", "\t<0@example.org>",
            "From: Ann Sample <ann@example.org>", "Sender: office@example.org", "To: list@lists.example", "Cc: Bob <bob@example.org>",
            "Date: Mon, 2 Mar 2026 10:14:00 +0100", "Subject: Re: Audit", "Content-Type: multipart/mixed; boundary=m", "", "--m",
            "Content-Type: multipart/alternative; boundary=a", "", "--a", "", "plain", "--a", "Content-Type: text/html", "", "<p>html</p>", "--a--", "--m",
            'Content-Type: application/pdf; name="a.pdf"', "Content-Transfer-Encoding: base64", "Content-ID: <pic@x>", "", "aGVs", "bG8=", "--m",
            "Content-Type: message/rfc822", "", "Subject: Inner", "", "inside", "--m--", "after",
        )
    )  # fmt: skip

    assert (received.message_id, received.in_reply_to, received.references) == (
        "1@example.org",
        ("0@example.org",),
        ("x@example.org", "0@example.org"),
    )
    assert (received.from_name, received.from_address, received.sender) == (
        "Ann Sample",
        "ann@example.org",
        "office@example.org",
    )
    assert ([each.address for each in received.to], [each.name for each in received.cc]) == (
        ["list@lists.example"],
        ["Bob"],
    )
    assert received.date == datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
    assert (received.text, received.html, received.problems) == ("plain", "<p>html</p>", ())
    assert [(each.name, each.type, each.content, each.content_id) for each in received.attachments] == [
        ("a.pdf", "application/pdf", b"hello", "pic@x"),
        ("Inner.eml", "message/rfc822", b"Subject: Inner\r\n\r\ninside", ""),
    ]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("", "file.png"),
        ('; filename="."', "file.png"),
        ('; filename="../.."', "file.png"),
        ('; filename="a/"', "file.png"),
        ('; filename="C:\\\\rota.png"', "rota.png"),
        ('; filename="  the  rota.png"', "the rota.png"),
    ],
)
def test_a_file_always_has_a_name_and_never_a_folder(said: str, name: str) -> None:
    raw = f"Content-Type: image/png\nContent-Disposition: attachment{said}\n\nPNG".encode()

    assert [file.name for file in read(raw).attachments] == [name]


def test_words_around_an_attachment_are_one_text() -> None:
    received = read(
        mail(
            "Content-Type: multipart/mixed; boundary=m",
            "",
            "--m",
            "",
            "before",
            "--m",
            "Content-Type: image/png",
            "",
            "x",
            "--m",
            "",
            "after",
            "--m--",
        )
    )

    assert (received.text, len(received.attachments)) == ("before\n\nafter", 1)


def test_html_with_a_plain_footer_is_read_as_html() -> None:
    received = read(
        mail(
            "Content-Type: multipart/mixed; boundary=m",
            "",
            "--m",
            "Content-Type: text/html",
            "",
            "<p>words</p>",
            "--m",
            "",
            "footer <1>",
            "--m--",
        )
    )

    assert received.text == ""
    assert "words" in received.html and "footer &lt;1&gt;" in received.html


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        ("Content-Type: multipart/mixed; boundary=wrong", "--right\r\n\r\nwords\r\n--right--", "words"),
        ("Content-Type: multipart/mixed", "--right\r\n\r\nwords\r\n--right--", "words"),
        ("Content-Type: multipart/mixed; boundary=b", "only words", "only words"),
        ("Content-Type: multipart/mixed; boundary=b", "--b\r\n\r\nno end", "no end"),
        ("Content-Type: text", "words", "words"),
        ("Content-Type: ;;;", "words", "words"),
        ("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", "these are words, no base64", "these are words, no base64"),
        ("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", "d29yZHM=\r\n\r\nfooter of a list", "words\nfooter of a list"),
        ("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", "d29y\x00ZHM", "words"),
        ("Content-Type: text/plain\r\nContent-Transfer-Encoding: nonsense", "words", "words"),
        ("Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable", "w=6Frds =ZZ =", "words =ZZ "),
    ],
)  # fmt: skip
def test_broken_mail_keeps_its_words(head: str, body: str, text: str) -> None:
    assert read(f"{head}\r\n\r\n{body}".encode()).text.strip() == text.strip()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines_are_all_the_same(end: str) -> None:
    received = read(end.join(["Subject: Audit", "From: ann@example.org", "", "one", "two"]).encode())

    assert (received.subject, received.from_address, received.text) == (
        "Audit",
        "ann@example.org",
        "one\ntwo",
    )


def test_files_in_uuencode_and_of_outlook_are_kept() -> None:
    raw = b"Subject: x\n\nwords\nbegin 644 a.txt\n%:&5L;&\\\n`\nend\nmore\n"
    received = read(raw)

    assert [(each.name, each.content) for each in received.attachments] == [("a.txt", b"hello")]
    assert received.text.split() == ["words", "more"]
    tnef = read(
        mail(
            "Content-Type: application/ms-tnef; name=winmail.dat",
            "Content-Transfer-Encoding: base64",
            "",
            base64.b64encode(b"tnef").decode(),
        )
    )
    assert [(each.name, each.content) for each in tnef.attachments] == [("winmail.dat", b"tnef")]


HUGE = {
    "parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000,
    "depth": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)
    ),
    "fields": b"X-A: b\n" * 50_000 + b"\nx",
    "one field": b"Subject: " + b"=?utf-8?Q?a?= " * 20_000 + b"\n\nx",
    "addresses": b"To: " + b"a@example.org, " * 20_000 + b"\n\nx",
    "brackets": b"From: " + b"<" * 50_000 + b"\n\nx",
    "comments": b"From: " + b"(" * 50_000 + b"\n\nx",
    "quotes": b"From: " + b'"' * 50_001 + b"\n\nx",
    "parameters": b"Content-Type: text/plain" + b'; a="' * 20_000 + b"\n\nx",
    "no end": b"a" * 300_000,
}


@pytest.mark.parametrize("raw", HUGE.values(), ids=HUGE.keys())
def test_too_much_of_anything_ends_quickly(raw: bytes) -> None:
    assert effort(lambda: read(raw)) < 1


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\r\n\r\n", b"x", b":", b"\x00", b"From ", b"Subject", b"\xff\xfe", b"Content-Type:"]
)
def test_next_to_nothing_is_read(raw: bytes) -> None:
    assert read(raw).attachments == ()
