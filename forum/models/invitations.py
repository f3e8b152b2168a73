"""People of a list that existed elsewhere, invited to go on here."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from forum.models.lists import MailingList
from portal.members.models import Role, User


class ListInvitation(models.Model):
    """Somebody is invited onto a list by mail. They are on it only once they have accepted its terms themselves."""

    list = models.ForeignKey(MailingList, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail address")
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=20, choices=Role, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_at = models.DateTimeField("invited")
    expires_at = models.DateTimeField("until")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="list_invitations",
        verbose_name="accepted or declined by",
    )
    accepted_at = models.DateTimeField("accepted", null=True, blank=True)
    declined_at = models.DateTimeField("declined", null=True, blank=True)
    withdrawn_at = models.DateTimeField("withdrawn", null=True, blank=True)

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint("list", Lower("email"), name="list_invitation_once"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, declined_at__isnull=True)
                | Q(accepted_at__isnull=True, withdrawn_at__isnull=True)
                | Q(declined_at__isnull=True, withdrawn_at__isnull=True),
                name="list_invitation_one_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.list}"
