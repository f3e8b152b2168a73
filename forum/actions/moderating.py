"""Reports and holds of posts. Nothing is deleted by holding or refusing: a post that readers do not see is still there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from forum.access import access_of
from forum.actions.holding import hold_post, locked_list, record, tell_managers
from forum.actions.notifying import announce
from forum.actions.queueing import queue_post
from forum.actions.states import refuse_unless
from forum.counting import settle
from forum.models import Hold, HoldReason, Level, Outcome, Post, Report
from forum.rules.managing import refusal_of_reason, refusal_to_manage
from forum.rules.moderating import refusal_of_report, refusal_to_decide, refusal_to_hold, refusal_to_report
from portal.members import mail
from portal.members.actions import RefusedError
from portal.members.models import User

HOUR = timedelta(hours=1)


@transaction.atomic
def report(*, post: Post, by: User, reason: str, now: datetime, names_a_patient: bool = False) -> Report:
    """Reports a post to the list's managers. Raises `RefusedError`.

    If it may name a patient, readers do not see it until a manager has looked at it.
    """
    mailing_list = locked_list(post)
    if access_of(mailing_list, by, now).level < Level.READ or not post.approved:
        raise RefusedError("You cannot see this post.")
    lately = Report.objects.filter(by=by, reported_at__gt=now - HOUR).count()
    already = post.reports.filter(by=by).exists()
    refuse_unless(
        refusal_of_report(reason),
        refusal_to_report(post, by=by.pk, already=already, reported_in_the_last_hour=lately),
    )
    made = Report.objects.create(post=post, by=by, reason=reason.strip(), reported_at=now)
    if names_a_patient:
        hold_post(post, HoldReason.PATIENT, by=by, now=now, note="A reader thinks that it names a patient.")
    record("post.reported", post, by=by, now=now)
    tell_managers(mailing_list, "post_reported", now, f"post-reported:{made.pk}", report=made)
    return made


@transaction.atomic
def hold(*, post: Post, by: User, reason: str, now: datetime) -> Hold:
    """Takes a post out of readers' sight until a manager decides. Raises `RefusedError` unless `by` manages the list."""
    refuse_unless(
        refusal_to_manage(access_of(locked_list(post), by, now)),
        refusal_of_reason(reason),
        refusal_to_hold(Post.objects.get(pk=post.pk)),
    )
    made = hold_post(post, HoldReason.MANAGER, by=by, now=now, note=reason)
    record("post.held", post, by=by, now=now, reason=reason)
    return made


@transaction.atomic
def approve(*, held: Hold, by: User, now: datetime) -> Post:
    """Lets readers see a post that was held. Raises `RefusedError`.

    One that they have never seen counts as written now, so that it stands behind what they have read meanwhile, and is new.
    """
    found = _to_be_decided(held, by, now)
    never_seen = found.held_at == found.post.created
    found.decided_at, found.decided_by, found.outcome = now, by, Outcome.APPROVED
    found.save()
    post = found.post
    post.approved = True
    if never_seen:
        post.created = now
    post.save(update_fields=["approved", "created"])
    post.topic = settle(post.topic)
    _settle_reports(post, by, now)
    record("post.approved", post, by=by, now=now)
    _tell_author(found, "post_approved")
    queue_post(post, now)
    announce(post, now)
    return post


@transaction.atomic
def refuse(*, held: Hold, by: User, reason: str, now: datetime) -> None:
    """Refuses a post that was held; the reason reaches its author. Raises `RefusedError`."""
    refuse_unless(refusal_of_reason(reason))
    found = _to_be_decided(held, by, now)
    found.decided_at, found.decided_by, found.outcome, found.reason = now, by, Outcome.REFUSED, reason
    found.save()
    _settle_reports(found.post, by, now)
    record("post.refused", found.post, by=by, now=now, reason=reason)
    _tell_author(found, "post_refused")


@transaction.atomic
def dismiss_reports(*, post: Post, by: User, now: datetime) -> None:
    """Settles the reports of a post that stays as it is. Raises `RefusedError` if there are none, or `by` may not."""
    refuse_unless(refusal_to_manage(access_of(locked_list(post), by, now)))
    if not _settle_reports(post, by, now):
        raise RefusedError("There are no open reports of this post.")
    record("post.reports-dismissed", post, by=by, now=now)


def _to_be_decided(held: Hold, by: User, now: datetime) -> Hold:
    mailing_list = locked_list(held.post)
    found = Hold.objects.select_related("post__topic__forum").get(pk=held.pk)
    refuse_unless(refusal_to_manage(access_of(mailing_list, by, now)), refusal_to_decide(found))
    return found


def _settle_reports(post: Post, by: User, now: datetime) -> int:
    return post.reports.filter(settled_at=None).update(settled_at=now, settled_by=by)


def _tell_author(held: Hold, template: str) -> None:
    post = held.post
    if post.poster is None:
        return
    mailing_list = post.topic.forum.mailing_list
    mail.send(
        template=template,
        to=post.poster.email,
        context={
            "user": post.poster,
            "list": mailing_list,
            "subject": post.topic.subject,
            "reason": held.reason,
            "address": settings.BASE_URL + reverse("post", args=[mailing_list.slug, post.pk]),
        },
        key=f"post-decided:{held.pk}",
    )
