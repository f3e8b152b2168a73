"""Terms in versions: written as a draft, published for good, accepted by people."""

from datetime import datetime

from django.db import transaction

from portal import page_cache
from portal.members import audit
from portal.members.actions.refused import RefusedError
from portal.members.models import Acceptance, Terms, TermsVersion, User
from portal.members.rules import (
    refusal_to_accept_version,
    refusal_to_change_version,
    refusal_to_draft,
    refusal_to_publish_version,
)

CHANGED_MEANWHILE = (
    "Somebody has changed the new version since you looked at it. Look at it again, then publish it."
)


@transaction.atomic
def draft_version(*, terms: Terms, text: str, change: str, grace_days: int, by: User) -> TermsVersion:
    """Begins a new version with the number after the last. Raises `RefusedError` if `by` may not, or there is a draft."""
    _permitted(by, "members.add_termsversion")
    Terms.objects.select_for_update().get(pk=terms.pk)
    versions = list(TermsVersion.objects.filter(terms=terms))
    _go_on_unless(refusal_to_draft(versions))
    number = max((version.number for version in versions), default=0) + 1
    return TermsVersion.objects.create(
        terms=terms, number=number, text=text, change=change, grace_days=grace_days
    )


@transaction.atomic
def change_draft(*, version: TermsVersion, text: str, change: str, grace_days: int, by: User) -> TermsVersion:
    """Changes a version that is not published. Raises `RefusedError` if `by` may not, or it is published."""
    _permitted(by, "members.change_termsversion")
    locked = TermsVersion.objects.select_for_update().get(pk=version.pk)
    _go_on_unless(refusal_to_change_version(locked))
    locked.text, locked.change, locked.grace_days = text, change, grace_days
    locked.save(update_fields=["text", "change", "grace_days"])
    return locked


@transaction.atomic
def publish_version(*, version: TermsVersion, by: User, now: datetime) -> TermsVersion:
    """Publishes a draft for good, with the words that `version` has.

    Raises `RefusedError` if `by` may not, if something is missing, or if somebody has changed the draft since it was read.
    """
    _permitted(by, "members.publish_termsversion")
    locked = TermsVersion.objects.select_for_update(of=("self",)).select_related("terms").get(pk=version.pk)
    _go_on_unless(refusal_to_publish_version(locked))
    if words_of(locked) != words_of(version):
        raise RefusedError(CHANGED_MEANWHILE)
    locked.published_at = now
    locked.save(update_fields=["published_at"])
    audit.record(
        "terms.published",
        now=now,
        by=by,
        subject=f"terms:{locked.terms_id}",
        subject_name=str(locked),
        reason=locked.change,
        details={"version": locked.number, "grace_days": locked.grace_days},
    )
    page_cache.bump()
    return locked


@transaction.atomic
def accept_version(*, user: User, version: TermsVersion, now: datetime) -> Acceptance:
    """`user` accepts a version of some terms, the newest. Who has accepted it already, has accepted it.

    Raises `RefusedError` for somebody who is not signed in, and if the version is not the newest that is published.
    """
    if not user.is_authenticated:
        raise RefusedError("Sign in to accept these terms.")
    found = Acceptance.objects.filter(user=user, version=version).first()
    if found is not None:
        return found
    versions = TermsVersion.objects.filter(terms=version.terms_id).defer("text")
    _go_on_unless(refusal_to_accept_version(version, versions, now))
    acceptance, is_new = Acceptance.objects.get_or_create(
        user=user, version=version, defaults={"accepted_at": now}
    )
    if is_new:
        audit.record(
            "terms.accepted",
            now=now,
            by=user,
            person=user,
            subject=f"terms:{version.terms_id}",
            subject_name=str(version),
            details={"version": version.number},
        )
    return acceptance


def words_of(version: TermsVersion) -> tuple[str, str, int]:
    """What a manager decides on when they publish a version."""
    return version.text, version.change, version.grace_days


def _permitted(by: User, permission: str) -> None:
    if not by.has_perm(permission):
        raise RefusedError("You cannot do this. Ask an administrator for the right to look after terms.")


def _go_on_unless(refusal: str | None) -> None:
    if refusal:
        raise RefusedError(refusal)
