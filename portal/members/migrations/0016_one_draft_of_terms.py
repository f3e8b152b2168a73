"""Terms have at most one version that is not published."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0011_manager_permissions"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="termsversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at__isnull", True)),
                fields=("terms",),
                name="terms_version_one_draft",
            ),
        ),
    ]
