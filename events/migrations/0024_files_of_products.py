"""Brings files of products from among the documents, which lie where everybody can get them, into private storage.

Advice that has no adviser yet is no longer to be had, and has an address at which nobody reads.
"""

from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.db import migrations

from events.models.products import place_of_file, private_storage


def bring(apps: Any, schema_editor: Any) -> None:
    Product = apps.get_model("events", "Product")
    for product in Product.objects.filter(file="").select_related("document"):
        if product.document is not None:
            with product.document.file.open("rb") as file:
                name = PurePath(product.document.file.name).name
                product.file = private_storage().save(place_of_file(product, name), File(file))
            product.file_name = name
        if product.handover == "enquiry" and not product.adviser_email:
            product.adviser_email, product.is_sold = "nobody@invalid.example", False
        product.save()


class Migration(migrations.Migration):
    dependencies = [("events", "0023_products_for_sale"), ("wagtaildocs", "0012_uploadeddocument")]

    operations = [migrations.RunPython(bring, migrations.RunPython.noop)]
