"""How well the words of an answer are found in mails: ours against the libraries that are installed, over a folder of known outcomes.

The folder holds `*.jsonl`; each line has `expected`, the text that should be left, and one of: `raw` with `kind` "text" (a plain body),
"html" (a body in HTML) or "eml" (a whole mail), or `raw` and `html` with `kind` "both". An outcome is right if it has the same letters and digits in the
same order, whatever the spacing and the markup, and lost if it has none though the mail has some. `--show` prints what is wrong.

No corpus is in the repository: the mails belong to others. One can be made from the tests of public repositories:

- mails in files, with what should be left in files or in the tests: discourse/email_reply_trimmer, discourse/discourse
  (spec/fixtures/emails), gitlabhq/gitlabhq (spec/fixtures/emails), github/email_reply_parser, willdurand/EmailReplyParser,
  crisp-oss/email-reply-parser, EdgeTier/email-reply-parser, alfonsrv/mail-parser-reply, fiedl/extended_email_reply_parser,
  huan086/EmailReplyParser, t2bot/node-email-reply-parser, activecollab/EmailReplyExtractor, getfernand/unquotemail, lever/planer,
  mailgun/talon, chatwoot/chatwoot (spec/fixtures/files), mysociety/alaveteli (spec/fixtures/files), sosedoff/mail_extract;
- mails within tests: closeio/quotequail (its `unwrap` and `unwrap_html`), thoughtbot/griddler, thoughtbot/constable, assembl, and
  what a search of public code for `strip_quoted_reply` and `stripQuotedReply` finds.

What each expects is partly its product's own rule. Here `expected` says ours: what was forwarded stays; a quote goes unless it is
answered below itself, and then it stays if there are several or if it is short and has no attribution; a closing and a name stay, and
contact details, disclaimers, device lines, gateways' warnings, and all below `--` go; a mail of nothing else is whole. Write `expected`
before a first run. To measure more than memory, split by a hash of `id`, mend on one half alone, and count the other once.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from forum.incoming.escaping import shown  # noqa: E402
from forum.incoming.html import to_markdown  # noqa: E402
from forum.incoming.reading import read  # noqa: E402
from forum.incoming.received import Received  # noqa: E402
from forum.incoming.replies import extract  # noqa: E402

Mail = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="print the outcomes of ours that are wrong")
    options = parser.parse_args()
    mails = [
        json.loads(line)
        for file in sorted(options.folder.glob("*.jsonl"))
        for line in file.open(encoding="utf-8")
    ]
    print(f"{len(mails)} mails")
    for name, run in candidates().items():
        right = lost = crashed = 0
        begun = time.perf_counter()
        for mail in mails:
            received = read(raw_of(mail))
            try:
                got = run(received)
            except Exception as error:  # noqa: BLE001  (a library may raise anything)
                crashed, got = crashed + 1, ""
                if options.show and name == "ours":
                    print(mail["id"], repr(error))
            hit = letters(got) == letters(wanted(mail))
            right += hit
            lost += not letters(got) and bool(letters(wanted(mail)))
            if options.show and name == "ours" and not hit:
                print("=" * 20, mail.get("id"), mail.get("source"), mail["kind"], "\n", mail["raw"][:3000])
                print("-" * 8, "wanted\n", wanted(mail)[:1500], "\n", "-" * 8, "got\n", got[:1500], sep="")
        milliseconds = 1000 * (time.perf_counter() - begun) / max(len(mails), 1)
        print(f"{name:<24}right {right:>4}  lost {lost:>3}  raised {crashed:>3}  {milliseconds:6.1f} ms")
    return 0


def raw_of(mail: Mail) -> bytes:
    if mail["kind"] == "eml":
        return mail["raw"].encode("latin-1", "replace")
    message = EmailMessage()
    message["Subject"] = mail.get("subject", "Re: something")
    text = mail["raw"].encode("utf-8", "replace").decode()
    message.set_content(
        text, subtype="html" if mail["kind"] == "html" else "plain", charset="utf-8", cte="base64"
    )
    if mail["kind"] == "both":
        message.add_alternative(mail["html"], subtype="html")
    return message.as_bytes()


def wanted(mail: Mail) -> str:
    return to_markdown(mail["expected"]) if mail["kind"] == "html" else mail["expected"]


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", shown(text)).lower()


def candidates() -> dict[str, Callable[[Received], str]]:
    """Ours, and those libraries that can be imported."""
    found: dict[str, Callable[[Received], str]] = {"ours": lambda received: extract(received).text}
    plain = lambda received: received.text or to_markdown(received.html)  # noqa: E731
    try:
        from talon import quotations

        quotations.register_xpath_extensions()

        found["talon"] = lambda received: (
            to_markdown(quotations.extract_from_html(received.html))
            if received.html and not received.text
            else quotations.extract_from_plain(received.text)
        )
    except ImportError:
        pass
    try:
        from email_reply_parser import EmailReplyParser

        found["email-reply-parser"] = lambda received: EmailReplyParser.parse_reply(plain(received))
    except ImportError:
        pass
    try:
        from mailparser_reply import EmailReplyParser as Multilingual

        languages = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da"]
        found["mail-parser-reply"] = lambda received: (
            Multilingual(languages=languages).parse_reply(text=plain(received)) or ""
        )
    except ImportError:
        pass
    try:
        from unquotemail import Unquote

        found["unquotemail"] = lambda received: _unquoted(Unquote, received)
    except ImportError:
        pass
    try:
        import quotequail

        found["quotequail"] = lambda received: _unwrapped(quotequail, received)
    except ImportError:
        pass
    try:
        from email_reply_extractor import extract_new_text

        found["email-reply-extractor"] = lambda received: (
            extract_new_text(received.text, html_body=received.html or None).text
        )
    except ImportError:
        pass
    return found


def _unquoted(unquote: Any, received: Received) -> str:
    done = unquote(received.html or None, received.text or None)
    return to_markdown(done.get_html()) if received.html and not received.text else done.get_text()


def _unwrapped(quotequail: Any, received: Received) -> str:
    html = received.html and not received.text
    done = quotequail.unwrap_html(received.html) if html else quotequail.unwrap(received.text)
    if not done:
        return to_markdown(received.html) if html else received.text
    if done["type"] == "forward":
        return to_markdown(received.html) if html else received.text
    kind = "html" if html else "text"
    words = "\n".join(done.get(f"{kind}_{side}") or "" for side in ("top", "bottom"))
    return to_markdown(words) if html else words


if __name__ == "__main__":
    sys.exit(main())
