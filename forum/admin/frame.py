"""What every page about one list in the admin needs: the list, and what the reader may do with it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from forum.access import access_of
from forum.models import MailingList
from forum.rules.managing import refusal_to_manage

VIEW = "listserver.view_mailinglist"
CHANGE = ("listserver.change_mailinglist", "listserver.change_accessrule")
PEOPLE = "listserver.view_subscription"
GIVE = "listserver.grant_mailinglist"
CLOSE = ("listserver.close_mailinglist", PEOPLE)


def list_or_404(pk: int) -> MailingList:
    return get_object_or_404(MailingList.objects.select_related("successor"), pk=pk)


def cannot_manage(request: HttpRequest, mailing_list: MailingList, now: datetime) -> str | None:
    """Why the reader cannot manage the people of a list; `None` if they can."""
    return refusal_to_manage(access_of(mailing_list, request.user, now))


def page(
    request: HttpRequest,
    name: str,
    mailing_list: MailingList,
    title: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page of `templates/listserver/admin/` about a list."""
    return render(
        request,
        f"listserver/admin/{name}.html",
        {"list": mailing_list, "page_title": title, **context},
        status=status,
    )
