"""An edition waits for approval between being prepared and being published."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handbook", "0002_permissions")]

    operations = [
        migrations.AlterModelOptions(
            name="edition",
            options={
                "ordering": ["-sequence"],
                "permissions": [
                    ("prepare_edition", "Can prepare an edition of a handbook"),
                    ("publish_erratum", "Can publish an erratum to an edition of a handbook"),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="edition", name="edition_one_prepared_per_handbook"),
        migrations.RemoveConstraint(model_name="edition", name="edition_published_is_sealed"),
        migrations.AlterField(
            model_name="edition",
            name="state",
            field=models.CharField(
                choices=[
                    ("prepared", "Being prepared"),
                    ("submitted", "Submitted for approval"),
                    ("published", "Published"),
                ],
                default="prepared",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "published"), _negated=True),
                fields=("handbook",),
                name="edition_one_in_the_making_per_handbook",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("sha256", ""), ("state", "prepared")),
                    models.Q(
                        ("published_at__isnull", True),
                        ("state", "submitted"),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    models.Q(
                        ("published_at__isnull", False),
                        ("state", "published"),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="edition_is_sealed_when_submitted",
            ),
        ),
    ]
