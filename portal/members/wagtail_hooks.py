"""Puts people into the admin: the menu, the addresses, and the banner of a portal without a second factor."""

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from portal.members.admin import (
    appointments,
    audit_log,
    claims,
    invitations,
    mails,
    membership_import,
    memberships,
    terms,
)
from portal.members.admin.appointments import AppointmentAdmin
from portal.members.admin.claims import ClaimAdmin
from portal.members.admin.invitations import InvitationAdmin
from portal.members.admin.mails import MailAdmin
from portal.members.admin.memberships import MembershipAdmin
from portal.members.admin.networks import NetworkAdmin
from portal.members.admin.terms import TermsAdmin


class PeopleGroup(ModelAdminGroup):
    menu_label = "People"
    menu_icon = "group"
    menu_order = 500
    items = (
        NetworkAdmin,
        AppointmentAdmin,
        MembershipAdmin,
        ClaimAdmin,
        TermsAdmin,
        InvitationAdmin,
        MailAdmin,
    )


modeladmin_register(PeopleGroup)


@hooks.register("register_admin_urls")
def people_urls() -> list[URLPattern]:
    return [
        *appointments.urls(),
        *audit_log.urls(),
        *claims.urls(),
        *invitations.urls(),
        *mails.urls(),
        *membership_import.urls(),
        *memberships.urls(),
        *terms.urls(),
    ]


class MailTemplatesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("members.view_mail")


@hooks.register("register_reports_menu_item")
def mail_templates_menu_item() -> MenuItem:
    return MailTemplatesMenuItem(
        "What our mails look like", reverse("mail_templates"), icon_name="mail", order=900
    )


class AuditLogMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("members.view_auditentry")


@hooks.register("register_reports_menu_item")
def audit_log_menu_item() -> MenuItem:
    return AuditLogMenuItem("Audit log", reverse("audit_log"), icon_name="list-ul", order=800)


@hooks.register("insert_global_admin_js")
def second_factor_banner_script() -> str:
    """On a portal without a second factor every page of the admin says so."""
    if settings.STAFF_SECOND_FACTOR:
        return ""
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>',
        static("members/relaxed.css"),
        static("members/relaxed.js"),
    )
