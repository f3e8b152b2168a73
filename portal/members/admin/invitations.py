"""Invitations of staff."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import CreateView

from portal.members import actions
from portal.members.admin.lists import GuardedHistoryView, SafeIndexView
from portal.members.models import Invitation
from portal.members.rules import invitation_state, refusal_to_change


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


def urls() -> list[URLPattern]:
    return [
        path("invitations/<int:pk>/again/", invitation_step, {"step": "again"}, name="invitation_again"),
        path(
            "invitations/<int:pk>/withdraw/",
            invitation_step,
            {"step": "withdraw"},
            name="invitation_withdraw",
        ),
    ]
