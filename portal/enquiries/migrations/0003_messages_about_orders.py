"""An enquiry can say what it has to do with an order: that it was paid for, or taken back."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0002_advisers")]

    operations = [
        migrations.RemoveConstraint("message", "message_has_a_kind"),
        migrations.AlterField(
            "message",
            "kind",
            models.CharField(
                choices=[
                    ("question", "Question"),
                    ("reply", "Reply"),
                    ("answer", "Answer"),
                    ("asks", "Question back"),
                    ("note", "Note among staff"),
                    ("order", "About the order"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=Q(kind__in=["question", "reply", "answer", "asks", "note", "order"]),
                name="message_has_a_kind",
            ),
        ),
    ]
