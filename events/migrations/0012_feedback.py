"""What attendees are asked, and what they answered."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0011_joinings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answered",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answered",
                        to="events.place",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "answered",
            },
        ),
        migrations.CreateModel(
            name="FeedbackQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, validators=[django.core.validators.MinValueValidator(0)]
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("scale", "From 1 to 5"),
                            ("choice", "One of several answers"),
                            ("text", "Words of their own"),
                        ],
                        default="scale",
                        max_length=10,
                        verbose_name="answered by",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="question")),
                (
                    "choices",
                    models.TextField(
                        blank=True,
                        help_text="One on each line, two at least.",
                        max_length=1000,
                        verbose_name="answers to choose from",
                    ),
                ),
                ("is_required", models.BooleanField(default=False, verbose_name="has to be answered")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback_questions",
                        to="events.eventpage",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="responses",
                        to="events.eventpage",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="FeedbackAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("value", models.TextField(max_length=4000)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="events.feedbackquestion",
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="events.response",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="feedbackquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["scale", "choice", "text"])), name="feedback_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="feedbackquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "choice"), models.Q(("choices", ""), _negated=True)),
                    models.Q(models.Q(("kind", "choice"), _negated=True), ("choices", "")),
                    _connector="OR",
                ),
                name="question_has_choices_if_one_chooses",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedbackanswer",
            constraint=models.UniqueConstraint(
                models.F("response"), models.F("question"), name="answer_once_for_a_question"
            ),
        ),
        migrations.AddConstraint(
            model_name="feedbackanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("value", ""), _negated=True), name="answer_says_something"
            ),
        ),
    ]
