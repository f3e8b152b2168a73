"""People in the admin: networks, appointments, invitations, the mails that were sent and what they look like."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin, ModelAdminGroup, modeladmin_register
from wagtail_modeladmin.views import CreateView, HistoryView, IndexView

from portal.members import actions, mail
from portal.members.models import Appointment, Invitation, Mail, Network
from portal.members.rules import invitation_state, refusal_to_change

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text_cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class SafeIndexView(IndexView):
    """A list whose CSV export opens safely in a spreadsheet, and that drops filters which it does not know."""

    export_headings: ClassVar[dict[str, str]] = {
        "user": "Person",
        "user.email": "E-mail address",
        "network.code": "Network code",
        "get_region_display": "Region",
        "get_role_display": "Role",
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except IncorrectLookupParameters:
            return redirect(request.path)

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        value = super().preprocess_field_value(field, value, export_format)
        return as_text_cell(value) if export_format == self.FORMAT_CSV and isinstance(value, str) else value


class GuardedHistoryView(HistoryView):
    """What was done to one entry, for those who may see the list. The package shows it to everyone in the admin."""

    def check_action_permitted(self, user: Any) -> bool:
        return self.permission_helper.user_can_list(user)


class NetworkAdmin(ModelAdmin):
    model = Network
    history_view_class = GuardedHistoryView
    menu_icon = "group"
    list_display = ("name", "code", "region")
    list_filter = ("region",)
    search_fields = ("name", "code")
    list_export = ("code", "name", "get_region_display")
    export_filename = "networks"
    index_view_class = SafeIndexView
    panels = (FieldPanel("name"), FieldPanel("code"), FieldPanel("region"))


class AppointmentAdmin(ModelAdmin):
    model = Appointment
    history_view_class = GuardedHistoryView
    menu_icon = "user"
    list_display = ("user", "role", "network", "starts_on", "ends_on")
    list_filter = ("role", "network__region")
    list_select_related = ("user", "network")
    search_fields = ("user__first_name", "user__last_name", "user__email", "network__name", "network__code")
    list_export = (
        "user",
        "user.email",
        "get_role_display",
        "network",
        "network.code",
        "starts_on",
        "ends_on",
    )
    index_view_class = SafeIndexView
    panels = tuple(FieldPanel(name) for name in ("user", "role", "network", "starts_on", "ends_on"))


class InvitationPermissions(PermissionHelper):
    """Invitations are made, sent again and withdrawn by their actions; nobody edits or deletes one."""

    def user_can_edit_obj(self, user: Any, obj: Invitation) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: Invitation) -> bool:
        return False


class InvitationButtons(ButtonHelper):
    def add_button(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().add_button(*args, **kwargs), "label": "Invite someone", "title": "Invite someone"}

    def get_buttons_for_obj(self, obj: Invitation, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        buttons = super().get_buttons_for_obj(obj, *args, **kwargs)
        if refusal_to_change(obj) or not self.request.user.has_perm("members.change_invitation"):
            return buttons
        for step, label in (("again", "Send again"), ("withdraw", "Withdraw")):
            url = reverse(f"invitation_{step}", args=[obj.pk])
            classname = "button button-secondary button-small"
            buttons.append({"url": url, "label": label, "classname": classname, "title": f"{label}: {obj}"})
        return buttons


class InviteView(CreateView):
    """Inviting is an action, not a saved form: it makes the secret link and sends the mail."""

    page_title = "Invite someone"

    def get_meta_title(self) -> str:
        return "Invite someone"

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        try:
            actions.invite(
                email=data["email"],
                first_name=data["first_name"],
                last_name=data["last_name"],
                groups=data["groups"],
                by=self.request.user,
                now=timezone.now(),
            )
        except actions.RefusedError as refused:
            form.add_error("email", str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"An invitation is on its way to {data['email']}.")
        return HttpResponseRedirect(self.index_url)


class InvitationAdmin(ModelAdmin):
    model = Invitation
    index_view_class = SafeIndexView
    history_view_class = GuardedHistoryView
    menu_icon = "mail"
    menu_label = "Invitations"
    list_display = ("__str__", "for_groups", "state", "invited_by", "created_at", "expires_at")
    list_select_related = ("invited_by",)
    search_fields = ("email", "first_name", "last_name")
    permission_helper_class = InvitationPermissions
    button_helper_class = InvitationButtons
    create_view_class = InviteView
    panels = tuple(FieldPanel(name) for name in ("email", "first_name", "last_name", "groups"))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form_fields_exclude(self) -> list[str]:
        return ["invited_by", "created_at", "expires_at"]

    def for_groups(self, invitation: Invitation) -> str:
        return ", ".join(group.name for group in invitation.groups.all())

    for_groups.short_description = "Groups"

    def state(self, invitation: Invitation) -> str:
        return str(invitation_state(invitation, timezone.now()).label)


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


class PeopleGroup(ModelAdminGroup):
    menu_label = "People"
    menu_icon = "group"
    menu_order = 500
    items = (NetworkAdmin, AppointmentAdmin, InvitationAdmin, MailAdmin)


modeladmin_register(PeopleGroup)


STEPS = {
    "again": (
        actions.send_invitation_again,
        "Send the invitation again",
        "The new link lasts 7 days. The old one stops.",
    ),
    "withdraw": (
        actions.withdraw_invitation,
        "Withdraw the invitation",
        "The link that was sent stops working.",
    ),
}


@permission_required("members.change_invitation", raise_exception=True)
def invitation_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Asks whether to send again or withdraw; a POST does it."""
    invitation = get_object_or_404(Invitation, pk=pk)
    action, title, text = STEPS[step]
    back = reverse("members_invitation_modeladmin_index")
    if request.method == "POST":
        try:
            action(invitation=invitation, by=request.user, now=timezone.now())
            messages.success(request, f"Done: {title.lower()}.")
        except actions.RefusedError as refused:
            messages.error(request, str(refused))
        return redirect(back)
    context = {"invitation": invitation, "page_title": title, "text": text, "back": back}
    return render(request, "members/admin/invitation_step.html", context)


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


@hooks.register("register_admin_urls")
def people_urls() -> list[URLPattern]:
    return [
        path("invitations/<int:pk>/again/", invitation_step, {"step": "again"}, name="invitation_again"),
        path(
            "invitations/<int:pk>/withdraw/",
            invitation_step,
            {"step": "withdraw"},
            name="invitation_withdraw",
        ),
        path("mail-templates/", mail_templates, name="mail_templates"),
        path("mail-templates/<str:name>/", mail_template, name="mail_template"),
    ]


class MailTemplatesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("members.view_mail")


@hooks.register("register_reports_menu_item")
def mail_templates_menu_item() -> MenuItem:
    return MailTemplatesMenuItem(
        "What our mails look like", reverse("mail_templates"), icon_name="mail", order=900
    )


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
