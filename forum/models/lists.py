"""Lists of the forum, and the rules that say who may be on one, and until when."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from machina.apps.forum.models import Forum

from portal.members.models import Role, Terms

# What stands in their place in the addresses of the forum.
RESERVED_SLUGS = {"attachments", "invitation", "mail", "messages", "people"}


class AfterClosing(models.TextChoices):
    """What becomes of a list's archive once the list has closed."""

    READ = "read", "Those whom the rules let in can go on reading it"
    NOTHING = "nothing", "Nobody can read it"


def no_roles() -> list[str]:
    return []


def default_reminders() -> list[int]:
    return [30, 14, 7, 1]


class MailingList(models.Model):
    """A list: people who talk in confidence, on the web and by e-mail, from its opening until its closing (half-open)."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(
        max_length=60, unique=True, help_text="In the address of the list, and of its mail."
    )
    summary = models.CharField(
        max_length=300, help_text="What the list is for, in one sentence. Anybody can read this."
    )
    description = models.TextField(
        blank=True, help_text="Who talks here about what. Anybody can read this. Markdown."
    )
    opens_at = models.DateTimeField("opens", null=True, blank=True)
    closes_at = models.DateTimeField(
        "closes", null=True, blank=True, help_text="From this moment on nobody can post."
    )
    after_closing = models.CharField(
        "after it has closed", max_length=10, choices=AfterClosing, default=AfterClosing.READ
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecessors",
        help_text="Where people are moved on to when this list closes, if the rules of that list let them in.",
    )
    grace_days = models.PositiveSmallIntegerField(
        "days of grace",
        default=0,
        validators=[MaxValueValidator(365)],
        help_text="For so many days after a membership of the association has ended, its holder still counts as a member.",
    )
    terms = models.ManyToManyField(
        Terms, blank=True, related_name="lists", help_text="What people have to accept."
    )
    approves_itself = models.BooleanField(
        "let in at once whoever the rules let in",
        default=False,
        help_text="Otherwise a manager decides on each application.",
    )
    reminders = models.JSONField(
        default=default_reminders,
        blank=True,
        help_text="So many days before their access ends, people are told.",
    )
    hold_first_posts = models.PositiveSmallIntegerField(
        "first posts to look at",
        default=1,
        validators=[MaxValueValidator(100)],
        help_text="So many of a newcomer's first posts are held until a manager has looked at them. 0: none.",
    )
    forum = models.OneToOneField(Forum, on_delete=models.PROTECT, related_name="mailing_list", editable=False)
    created_at = models.DateTimeField("made")
    moving_since = models.DateTimeField("closing began", null=True, blank=True, editable=False)
    moved_on_at = models.DateTimeField("closed and moved on", null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "list"
        permissions = [
            ("close_mailinglist", "Can close a list and move its people on"),
            ("grant_mailinglist", "Can give a person access to a list"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="list_closes_after_opening",
            ),
            models.CheckConstraint(condition=Q(grace_days__lte=365), name="list_grace_at_most_a_year"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                name="list_is_not_its_own_successor",
            ),
            models.CheckConstraint(
                condition=Q(after_closing__in=AfterClosing.values), name="list_after_closing"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves the list. Its forum, which machina keeps topics in, is made with it."""
        if self.forum_id is None:
            self.forum = Forum.objects.create(name=self.name[:100], type=Forum.FORUM_POST)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Where its topics are, for those who may read them."""
        return reverse("list", args=[self.slug])

    @property
    def key(self) -> str:
        """How the list is called in the audit log, in what people follow and in search."""
        return f"list:{self.pk}"

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": "The portal needs this address itself. Choose another one."})
        days = self.reminders
        if not isinstance(days, list) or any(
            not isinstance(day, int) or isinstance(day, bool) or not 1 <= day <= 365 for day in days
        ):
            raise ValidationError(
                {"reminders": "Give whole numbers of days from 1 to 365, such as 30, 14, 7, 1."}
            )
        self.reminders = sorted(set(days), reverse=True)


class Whom(models.TextChoices):
    """For whom a rule is."""

    MEMBERS = "members", "Members of the association"
    NON_MEMBERS = "non-members", "People who are not members of the association"
    ANYONE = "anyone", "Anyone"


class Then(models.TextChoices):
    """What a rule leaves to people once its end has come."""

    READ = "read", "They can read, but no longer post"
    NOTHING = "nothing", "They can no longer read or post"


class AccessRule(models.Model):
    """Who may be on a list until when: at a moment, so many days after joining, or with no end."""

    list = models.ForeignKey(MailingList, on_delete=models.CASCADE, related_name="rules")
    whom = models.CharField("for", max_length=20, choices=Whom)
    roles = models.JSONField(
        default=no_roles,
        blank=True,
        help_text="Only for people with one of these roles, confirmed by a manager. None: whatever their role.",
    )
    until_at = models.DateTimeField(
        "until", null=True, blank=True, help_text="From this moment on the rule lets nobody post."
    )
    until_days = models.PositiveSmallIntegerField(
        "days after joining",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text="The day of joining counts: with 90 days, the 91st is the first without.",
    )
    then = models.CharField("after that", max_length=10, choices=Then, default=Then.NOTHING)

    class Meta:
        ordering = ["pk"]
        verbose_name = "rule"
        constraints = [
            models.CheckConstraint(condition=Q(whom__in=Whom.values), name="rule_whom_is_known"),
            models.CheckConstraint(condition=Q(then__in=Then.values), name="rule_then_is_known"),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_days__isnull=True), name="rule_has_one_end"
            ),
            models.CheckConstraint(
                condition=Q(until_days__isnull=True) | Q(until_days__gte=1, until_days__lte=3650),
                name="rule_days_are_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_whom_display()}, {self.list}"

    def clean(self) -> None:
        super().clean()
        unknown: list[Any] = [role for role in self.roles or [] if role not in Role.values]
        if not isinstance(self.roles, list) or unknown:
            raise ValidationError({"roles": "Choose from the roles that there are."})
