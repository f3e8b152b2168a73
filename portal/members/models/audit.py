"""What was done to whom, when and by whom, where people must be able to answer for it. Rows are only ever added."""

from django.db import models


class AuditEntry(models.Model):
    """One thing that was done, or refused. The database refuses to change or delete one (`portal.members.triggers`).

    People are kept as number and name, not as foreign keys: the log outlives their accounts.
    """

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    by = models.BigIntegerField("number of who did it", null=True)
    by_name = models.CharField("who did it", max_length=300, blank=True)
    person = models.BigIntegerField("number of the person concerned", null=True, db_index=True)
    person_name = models.CharField("person concerned", max_length=300, blank=True)
    subject = models.CharField(max_length=100, blank=True, db_index=True)
    subject_name = models.CharField("what it concerns", max_length=300, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "entry of the audit log"
        verbose_name_plural = "audit log"
        default_permissions = ("view",)
        permissions = [("export_auditentry", "Can export the audit log")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_name}".strip()
