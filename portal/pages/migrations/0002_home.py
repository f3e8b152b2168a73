"""Makes Wagtail's welcome page the portal's home page, so that a new portal has one."""

from urllib.parse import urlsplit

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_home(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ContentType = apps.get_model("contenttypes", "ContentType")
    HomePage = apps.get_model("pages", "HomePage")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")

    site = Site.objects.filter(is_default_site=True).select_related("root_page__content_type").first()
    if site is None or HomePage.objects.exists():
        return
    page = site.root_page
    kind = page.content_type
    if (kind.app_label, kind.model) != ("wagtailcore", "page") or page.depth != 2 or page.numchild:
        return

    home_type, _ = ContentType.objects.get_or_create(app_label="pages", model="homepage")
    fields = {field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields}
    HomePage.objects.create(
        **{
            **fields,
            "page_ptr_id": page.pk,
            "title": "Home",
            "draft_title": "Home",
            "content_type_id": home_type.pk,
        }
    )
    if (site.hostname, site.port) == ("localhost", 80):
        address = urlsplit(settings.BASE_URL)
        site.hostname = address.hostname or "localhost"
        site.port = address.port or (443 if address.scheme == "https" else 80)
        site.save()


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(make_home, migrations.RunPython.noop)]
