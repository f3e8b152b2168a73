"""Putting a mistake right at once, beside the text, which stays as it was published."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_q.tasks import async_task
from wagtail.log_actions import log

from handbook.actions import telling
from handbook.actions.editions import Refused, locked
from handbook.manifest import seal_erratum
from handbook.models import Announcement, Edition, Erratum, State
from portal import page_cache
from portal.members.models import User

LONGEST_ERRATUM = 2000


@transaction.atomic
def publish_erratum(*, edition: Edition, key: UUID, text: str, by: User | None, now: datetime) -> Erratum:
    """Appends an erratum to the section `key` of a published edition. It can never be changed or taken back.

    It is shown at once in every edition that has the section with the same words, followers are told, and the PDFs are made
    again with an errata sheet in front. Raises Refused for an empty text, for an edition that is not published, or one that
    has no such section.
    """
    edition = locked(edition, State.PUBLISHED)
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    section = edition.sections.present().filter(key=key).first()
    if section is None:
        raise Refused([f"Edition {edition.number} has no such section."])
    if not text:
        raise Refused(["Say what is wrong and what is right."])
    if len(text) > LONGEST_ERRATUM:
        raise Refused([f"An erratum has at most {LONGEST_ERRATUM:,} characters. Say it more shortly."])
    last = edition.errata.order_by("-sequence").first()
    erratum = Erratum(
        edition=edition,
        sequence=last.sequence + 1 if last else 1,
        key=key,
        body_id=section.body_id,
        text=text,
        published_at=now,
    )
    erratum.sha256 = seal_erratum(erratum, last.sha256 if last else edition.sha256)
    erratum.save()
    telling.queue(Announcement.objects.create(edition=edition, erratum=erratum, made_at=now))
    facts = {"number": edition.number, "section": str(section), "sha256": erratum.sha256}
    log(instance=edition, action="handbook.erratum", user=by, data=facts)
    page_cache.bump()
    transaction.on_commit(lambda: async_task("handbook.actions.pdfs.make_pdf", edition.pk), robust=True)
    return erratum
