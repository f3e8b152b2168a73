"""Mails of lists as a reader opens them: no barrier that axe can find, no scrolling sideways, nothing loaded, light and dark."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Route

from forum.models import Digest, MailFormat, Period
from forum.outgoing.digests import digest_template, posts_in
from forum.outgoing.posts import template_of
from forum.rules.posting import can_be_kept
from portal.members.models import Role
from tests.browser.watching import violations_now, what_sticks_out
from tests.factories import NOW, make_user
from tests.forum.factories import appoint, make_list
from tests.forum.outgoing.factories import fresh, make_file, make_post, make_topic
from tests.forum.outgoing.reading import filled, text_of
from tests.forum.payloads import PAYLOADS
from tests.handbook.working_copy import add_section, make_handbook, publish

DAY = timedelta(days=1)
ADDRESS = "http://mails.example/"
# The heading of a mail is its subject, which the program shows above it.
NO_BARRIER = "page-has-heading-one: "
POST = """Dear all,

three practices have agreed on a rota for **enhanced access**; see [the section on voting](http://testserver/handbook/1.0/quorum/).

## What we have so far

* a rota until June
* a list of locums
  - with their rates

| Practice | Sessions | Cost | Who looks after it | Where it is | From when on |
|---|---:|---:|---|---|---|
| Harbour-and-Heath-Surgery | 12 | £1,440 | Somebody with a long name | In the town hall | Next September |

> Each practice pays for its own sessions.

```
one line of code that is much too long for any telephone to show at once without something that gives
```

![The rota](attachment:0b9e4c1a-7d2f-4a35-9c68-1f0a2b3c4d5e)
![From elsewhere](https://example.org/x.png)

https://www.example.org/a-very-long-address/that-does-not-break-anywhere-at-all/and-is-wider-than-a-telephone/
"""


@pytest.fixture
def mails(db: None) -> dict[str, str]:
    """The HTML of a post with everything in it, of one that tries to do harm, and of a digest."""
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half.</p>")
    publish(handbook, "1.0")
    mailing_list, ada = make_list("Setting up a network"), make_user()
    appoint(ada, Role.CLINICAL_DIRECTOR, timezone.localdate() - 30 * DAY)
    topic = make_topic(
        mailing_list, "Who pays for locums on Saturdays and on the evenings of all other days?"
    )
    post = make_post(topic, ada, POST)
    make_file(post, "Minutes of the meeting of the board, with a name that is too long for a line.docx")
    harm = make_post(topic, None, "\n\n".join(filter(can_be_kept, PAYLOADS.values())), at=NOW - DAY)
    make_post(topic, make_user(first_name="Grace"), "Half.", answers=post, at=NOW + timedelta(hours=1))
    digest = Digest.objects.create(list=mailing_list, period=Period.DAY, starts_at=NOW, ends_at=NOW + DAY)
    templates = {
        "post": template_of(fresh(post), format=MailFormat.HTML),
        "harm": template_of(fresh(harm), format=MailFormat.HTML),
        "digest": digest_template(digest, list(posts_in(digest)), format=MailFormat.HTML),
    }
    return {name: text_of(filled(template), "html") for name, template in templates.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mails_can_be_read_at_any_width_and_load_nothing(
    browser: Browser, mails: dict[str, str], scheme: str
) -> None:
    asked: list[str] = []
    found: dict[str, list[str]] = {}

    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()

        def answer(route: Route) -> None:
            asked.append(route.request.url)
            route.fulfill(body=mails[name], content_type="text/html; charset=utf-8")

        context.route("**/*", answer)
        for name in mails:
            for width in (320, 800):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(ADDRESS)
                found[f"{name} {width}"] = what_sticks_out(page)
                # What tries to do harm is no pleasure to read.
                barriers = violations_now(page) if name != "harm" else []
                found[f"{name} {width}"] += [one for one in barriers if not one.startswith(NO_BARRIER)]

    assert {name: problems for name, problems in found.items() if problems} == {}
    assert [url for url in asked if url not in {ADDRESS, ADDRESS + "favicon.ico"}] == []
