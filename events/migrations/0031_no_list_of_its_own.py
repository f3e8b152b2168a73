"""Events keep no enquiries of their own any more: advice that is sold must have a topic, whose advisers answer."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("events", "0030_advice_in_one_list")]

    operations = [
        migrations.AddConstraint(
            "product",
            models.CheckConstraint(
                condition=Q(handover="download") & ~Q(file="") | Q(handover="enquiry", topic__isnull=False),
                name="product_can_be_handed_over",
                violation_error_message="Add the file that is downloaded, or the topic whose advisers get in touch.",
            ),
        ),
        migrations.RemoveField("product", "adviser_email"),
        migrations.DeleteModel("Enquiry"),
    ]
