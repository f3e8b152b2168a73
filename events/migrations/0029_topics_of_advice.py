"""Advice that is sold has a topic, and a line of an order the enquiry that was opened for it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0028_learning_page"), ("enquiries", "0003_messages_about_orders")]

    operations = [
        # It asks for an address. What takes its place can hold only once products have their topics.
        migrations.RemoveConstraint("product", "product_can_be_handed_over"),
        migrations.AddField(
            "product",
            "topic",
            models.ForeignKey(
                blank=True,
                help_text="Its advisers answer whoever has paid. People need not be able to choose the topic themselves.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="enquiries.advicetopic",
                verbose_name="topic of advice",
            ),
        ),
        migrations.AddField(
            "orderline",
            "advice",
            models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="enquiries.enquiry",
            ),
        ),
    ]
