"""Files of products lie in private storage, and advice has an adviser and enquiries."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import events.models.products


class Migration(migrations.Migration):
    dependencies = [("events", "0022_seller_permissions")]

    operations = [
        migrations.AddField(
            "product",
            "description",
            models.TextField(blank=True, help_text="What is in it. A blank line begins a new paragraph."),
        ),
        migrations.AddField(
            "product",
            "file",
            models.FileField(
                blank=True,
                help_text="Only those can download it who have paid.",
                max_length=120,
                storage=events.models.products.private_storage,
                upload_to=events.models.products.place_of_file,
                validators=[
                    django.core.validators.FileExtensionValidator(
                        ("csv", "docx", "odt", "ods", "pdf", "pptx", "xlsx", "zip")
                    )
                ],
            ),
        ),
        migrations.AddField(
            "product",
            "file_name",
            models.CharField(
                blank=True,
                help_text="What it is called when it is downloaded, such as toolkit.docx.",
                max_length=150,
            ),
        ),
        migrations.AddField(
            "product",
            "adviser_email",
            models.EmailField(
                "e-mail address of the adviser",
                blank=True,
                help_text="Enquiries go there once they are paid.",
                max_length=254,
            ),
        ),
    ]
