"""What runs when, without anybody asking. `migrate` makes the database agree with this table."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

OURS = "portal:"


@dataclass(frozen=True)
class Job:
    """A function, by its dotted name, that runs every so many minutes. Each catches up by itself and may run twice."""

    name: str
    function: str
    minutes: int
    arguments: str = ""


DAY = 24 * 60
JOBS = (
    Job("heartbeat", "portal.health.beat", 1),
    Job("publish what is due", "django.core.management.call_command", 1, "'publish_scheduled'"),
    Job("deliver mail that waits", "portal.members.mail.deliver_waiting", 2),
    Job("make PDFs that are missing", "handbook.actions.pdfs.make_missing", 5),
    Job("tell followers", "handbook.actions.telling.tell_waiting", 2),
    Job("tell of new pages and events", "portal.pages.actions.telling.tell_waiting", 2),
    Job("tell followers once a week", "portal.members.actions.weekly.write_weekly", 5),
    Job("remind of reviews", "handbook.actions.reminding.remind_of_reviews", 60),
    Job("look at links", "portal.links.actions.checking.check_hourly", 60),
    Job("remind of what waits for approval", "portal.pages.actions.reminding.remind_reviewers", 60),
    Job("close lists and move their people on", "forum.actions.closing.close_what_is_due", 2),
    Job("move on whom the next list lets in since", "forum.actions.closing.carry_over", 2),
    Job("tell people whose access to a list ends", "forum.actions.reminding.tell_of_ends", 60),
    Job("delete uploads that nobody confirmed", "handbook.uploads.forget_uploads", 60),
    Job("delete registers that nobody confirmed", "portal.members.uploads.forget_uploads", 60),
    Job("delete files that nobody posted", "forum.actions.attaching.forget_unattached", 60),
    Job("delete files that belong to nothing", "forum.actions.attaching.forget_orphans", DAY),
    Job(
        "delete subscribers that nobody confirmed",
        "portal.members.uploads.forget_uploads",
        60,
        "None, 'subscriber-imports'",
    ),
    Job(
        "delete attendance reports that nobody confirmed",
        "portal.members.uploads.forget_uploads",
        60,
        "None, 'attendance-reports'",
    ),
    Job("index what changed", "search.actions.indexing.catch_up", 1),
    Job("tell Elasticsearch what changed", "search.actions.elastic.catch_up", 1),
    Job("compare search with the database", "search.actions.rebuilding.mend", DAY),
    Job("read files for search", "search.actions.extracting.extract_missing", 2),
    Job("count the words of search", "search.actions.words.count_words", DAY),
    Job("tell of new terms", "forum.actions.terms.tell_of_new_terms", 10),
    Job("tell of posts", "forum.actions.notifying.tell_waiting", 2),
    Job("look at mail that came", "forum.actions.sorting.sort_waiting", 1),
    Job("post mail that waited for terms", "forum.actions.sorting.release_waiting", 2),
    Job("end holds and offer places", "events.actions.waiting.sweep", 1),
    Job("tell of orders", "events.actions.announcing.tell_waiting", 1),
    Job("ask the card provider about payments", "events.actions.paying.ask_provider", 1),
    Job("ask the card provider about refunds", "events.actions.refunds.ask_provider", 5),
    Job("give back places of events that were called off", "events.actions.calling_off.finish", 5),
    Job("tell of events that changed", "events.actions.entries.tell_of_changes", 5),
    Job("remind of events", "events.actions.reminding.remind", 10),
    Job("send letters of organisers", "events.actions.letters.send_waiting", 5),
    Job("ask attendees for feedback", "events.actions.feedback.ask", 10),
    Job("give certificates of attendance", "events.actions.certificates.give_due", 10),
    Job("make digests of lists", "forum.actions.queueing.queue_digests", 5),
    Job("send mail of lists", "forum.actions.sending.send_waiting", 1),
    Job("tell of what fits saved searches", "search.actions.telling.tell_waiting", 10),
    Job("remind advisers of answers", "portal.enquiries.actions.telling.remind", 30),
    Job("close questions that rest", "portal.enquiries.actions.answering.close_quiet", DAY),
    Job("let go of what was kept long enough", "portal.retention.let_go_of_what_is_past", DAY),
    Job("delete sessions that ended", "django.core.management.call_command", DAY, "'clearsessions'"),
)


@transaction.atomic
def load(now: datetime, jobs: tuple[Job, ...] = JOBS) -> None:
    """Makes the stored schedules agree with `jobs`. What is unchanged keeps its next run; other people's are left alone."""
    stored = {row.name: row for row in Schedule.objects.filter(name__startswith=OURS)}
    for job in jobs:
        row = stored.pop(OURS + job.name, None)
        if row is None:
            row = Schedule(name=OURS + job.name, next_run=now)
        elif row.minutes > job.minutes:
            row.next_run = min(row.next_run, now + timedelta(minutes=job.minutes))
        row.func, row.args, row.minutes = job.function, job.arguments, job.minutes
        row.schedule_type, row.repeats = Schedule.MINUTES, -1
        row.save()
    Schedule.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()


def load_after_migrate(**_: object) -> None:
    """Receives `post_migrate` of django-q's app, so that its tables are there."""
    load(timezone.now())
