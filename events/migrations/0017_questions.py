"""Questions of organisers, and the answers to them."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0016_personal_calendars"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.CharField(max_length=200, verbose_name="question")),
                (
                    "hint",
                    models.CharField(blank=True, help_text="Stands below the question.", max_length=240),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "A line of text"),
                            ("long-text", "Several lines of text"),
                            ("choice", "One choice of several"),
                            ("choices", "Any number of choices"),
                            ("yes-no", "Yes or no"),
                        ],
                        default="text",
                        max_length=10,
                        verbose_name="answered with",
                    ),
                ),
                (
                    "choices",
                    models.TextField(
                        blank=True, help_text="One in each line, if there are choices.", max_length=2000
                    ),
                ),
                ("is_required", models.BooleanField(default=False, verbose_name="has to be answered")),
                (
                    "is_sensitive",
                    models.BooleanField(
                        default=False,
                        help_text="About health, religion and the like: diets and access needs, for instance. Answers are deleted soon after the event.",
                        verbose_name="sensitive",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first."),
                ),
                ("archived_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="events.eventpage",
                    ),
                ),
                (
                    "tickets",
                    models.ManyToManyField(
                        blank=True,
                        help_text="None: asked with every ticket.",
                        related_name="questions",
                        to="events.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.JSONField()),
                ("at", models.DateTimeField(verbose_name="answered")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="events.place",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="events.question",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SensitiveAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.JSONField()),
                ("at", models.DateTimeField(verbose_name="answered")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="events.place",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="events.question",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["text", "long-text", "choice", "choices", "yes-no"])),
                name="question_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("choice", "choices")), models.Q(("choices", ""), _negated=True)),
                    models.Q(models.Q(("kind__in", ("choice", "choices")), _negated=True), ("choices", "")),
                    _connector="OR",
                ),
                name="question_choices_only_where_one_chooses",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                models.F("event"),
                django.db.models.functions.text.Lower("words"),
                condition=models.Q(("archived_at", None)),
                name="question_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("question", "place"), name="answer_once"),
        ),
        migrations.AddConstraint(
            model_name="sensitiveanswer",
            constraint=models.UniqueConstraint(fields=("question", "place"), name="sensitive_answer_once"),
        ),
    ]
