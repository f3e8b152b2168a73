"""The mails that were sent, and what our mails look like."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from portal.members import mail
from portal.members.admin.lists import GuardedHistoryView, SafeIndexView
from portal.members.models import Mail


class MailPermissions(PermissionHelper):
    """Mails are looked at, never written or changed here."""

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_edit_obj(self, user: Any, obj: Mail) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: Mail) -> bool:
        return False


class MailAdmin(ModelAdmin):
    model = Mail
    index_view_class = SafeIndexView
    history_view_class = GuardedHistoryView
    menu_icon = "mail"
    menu_label = "Mails"
    list_display = ("subject", "to", "state", "attempts", "last_error", "created_at", "sent_at")
    list_filter = ("state", "template")
    search_fields = ("to", "subject")
    permission_helper_class = MailPermissions

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("text", "html")


def _mail_templates() -> list[str]:
    folder = settings.BASE_DIR / "templates" / "mail"
    return sorted(found.name.removesuffix(".subject.txt") for found in folder.glob("*.subject.txt"))


@permission_required("members.view_mail", raise_exception=True)
def mail_templates(request: HttpRequest) -> HttpResponse:
    """Every mail that the portal can send, with what it would say."""
    mails = [(name, mail.preview(name)[0]) for name in _mail_templates()]
    return render(
        request,
        "members/admin/mail_templates.html",
        {"mails": mails, "page_title": "What our mails look like"},
    )


@permission_required("members.view_mail", raise_exception=True)
def mail_template(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, filled with sample data, as text and as HTML."""
    if name not in _mail_templates():
        raise Http404("There is no such mail.")
    subject, text, html = mail.preview(name)
    context = {"page_title": subject, "name": name, "text": text, "html": html}
    return render(request, "members/admin/mail_template.html", context)


def urls() -> list[URLPattern]:
    return [
        path("mail-templates/", mail_templates, name="mail_templates"),
        path("mail-templates/<str:name>/", mail_template, name="mail_template"),
    ]
