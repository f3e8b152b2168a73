"""A person's own membership of the association: seeing it, and claiming its number."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.members import actions
from portal.members.actions.claims import claim_membership
from portal.members.forms import ClaimForm
from portal.members.models import ClaimState, Membership

# The same for a number that is unknown, somebody else's or another name's: nobody can find out which numbers exist.
WAITS = "Thank you. We have to check this number and will write to you."


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def membership(request: HttpRequest) -> HttpResponse:
    """Shows the signed-in person's membership, or asks for its number; a POST claims it."""
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            claim = claim_membership(
                user=request.user, number=form.cleaned_data["number"], now=timezone.now()
            )
        except actions.RefusedError as refused:
            form.add_error("number", str(refused))
        else:
            accepted = claim.state == ClaimState.ACCEPTED
            messages.success(request, "This is your membership." if accepted else WAITS)
            return redirect("membership")
    found = Membership.objects.filter(user=request.user).first()
    today = timezone.localdate()
    periods = list(found.periods.standing()) if found else []
    context = {
        "membership": found,
        "periods": [(one, one.ends_on and one.ends_on - timedelta(days=1)) for one in reversed(periods)],
        "current": next(
            (one for one in periods if one.starts_on <= today and (not one.ends_on or today < one.ends_on)),
            None,
        ),
        "claim": request.user.membership_claims.first(),
        "form": form,
    }
    return render(request, "members/membership.html", context)
