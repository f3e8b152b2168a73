"""Claims to membership numbers that a manager has to decide."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from portal.members import actions
from portal.members.actions.claims import accept_claim, refuse_claim
from portal.members.admin.lists import GuardedHistoryView, SafeIndexView
from portal.members.models import ClaimState, Membership, MembershipClaim
from portal.members.rules.claims import refusal_to_decide


class ClaimPermissions(PermissionHelper):
    """Claims are made by people and decided by their action; nobody edits or deletes one."""

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_edit_obj(self, user: Any, obj: MembershipClaim) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: MembershipClaim) -> bool:
        return False


class ClaimButtons(ButtonHelper):
    def get_buttons_for_obj(self, obj: MembershipClaim, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        buttons = super().get_buttons_for_obj(obj, *args, **kwargs)
        user = self.request.user
        refusal = refusal_to_decide(is_open=obj.state == ClaimState.OPEN, is_own=obj.user_id == user.pk)
        if refusal or not user.has_perm("members.decide_membershipclaim"):
            return buttons
        classname = "button button-secondary button-small"
        url = reverse("claim_decide", args=[obj.pk])
        return [
            *buttons,
            {"url": url, "label": "Decide", "classname": classname, "title": f"Decide: {obj}"},
        ]


class ClaimAdmin(ModelAdmin):
    model = MembershipClaim
    menu_icon = "tick-inverse"
    menu_label = "Claims"
    index_view_class = SafeIndexView
    history_view_class = GuardedHistoryView
    permission_helper_class = ClaimPermissions
    button_helper_class = ClaimButtons
    list_display = ("user", "number", "state", "mismatch", "made_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("user",)
    search_fields = ("number", "user__first_name", "user__last_name", "user__email")


class DecideForm(forms.Form):
    """The reason for a refusal, which the person reads."""

    reason = forms.CharField(
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Why you refuse it",
        help_text="Needed to refuse. The person reads it in a mail, so do not say whose number it is.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("members.decide_membershipclaim", raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the claim beside the register; a POST accepts or refuses it."""
    claim = get_object_or_404(MembershipClaim.objects.select_related("user"), pk=pk)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decision = {"claim": claim, "by": request.user, "now": timezone.now()}
        try:
            if request.POST.get("decision") == "accept":
                accept_claim(**decision)
            else:
                refuse_claim(**decision, reason=form.cleaned_data["reason"])
        except actions.RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Done. {claim.user} is told by mail.")
            return redirect("members_membershipclaim_modeladmin_index")
    context = {
        "claim": claim,
        "membership": Membership.objects.filter(number=claim.number).select_related("user").first(),
        "addresses": claim.user.emailaddress_set.order_by("-primary", "email"),
        "refusal": refusal_to_decide(
            is_open=claim.state == ClaimState.OPEN, is_own=claim.user_id == request.user.pk
        ),
        "form": form,
        "page_title": "Decide on a claim",
    }
    return render(request, "members/admin/claim_decide.html", context)


def urls() -> list[URLPattern]:
    return [path("membership-claims/<int:pk>/decide/", decide, name="claim_decide")]
