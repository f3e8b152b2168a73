"""Terms in the admin: the documents, and the versions of each: written, looked at, published."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import CreateView

from portal.members import actions
from portal.members.actions.terms import CHANGED_MEANWHILE, words_of
from portal.members.admin.lists import GuardedHistoryView, SafeIndexView
from portal.members.forms import TermsVersionForm
from portal.members.models import Acceptance, Terms, TermsVersion
from portal.members.rules import days_after, refusal_to_publish_version
from portal.members.terms import people_who_accepted
from portal.members.texts import to_html


class TermsForm(WagtailAdminModelForm):
    """Title and summary of some terms. The title makes the address, once."""

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        slug = slugify(title)[:120]
        if not self.instance.pk and not slug:
            raise ValidationError("Use at least one letter or digit: the address is made from the title.")
        if not self.instance.pk and Terms.objects.filter(slug=slug).exists():
            raise ValidationError("There are terms with this title already. Choose another one.")
        return title


class TermsPermissions(PermissionHelper):
    """Terms stay: people have accepted them, and the database keeps what they accepted."""

    def user_can_delete_obj(self, user: Any, obj: Terms) -> bool:
        return False


class TermsButtons(ButtonHelper):
    def get_buttons_for_obj(self, obj: Terms, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        versions = {
            "url": reverse("terms_versions", args=[obj.pk]),
            "label": "Versions",
            "classname": "button button-secondary button-small",
            "title": f"Versions of: {obj}",
        }
        return [versions, *super().get_buttons_for_obj(obj, *args, **kwargs)]


class CreateTermsView(CreateView):
    """After the title comes the text, in its first version."""

    def get_success_url(self) -> str:
        return reverse("terms_versions", args=[self.instance.pk])


class TermsAdmin(ModelAdmin):
    model = Terms
    index_view_class = SafeIndexView
    history_view_class = GuardedHistoryView
    create_view_class = CreateTermsView
    permission_helper_class = TermsPermissions
    button_helper_class = TermsButtons
    menu_icon = "doc-full"
    menu_label = "Terms"
    list_display = ("title", "current", "published", "accepted", "draft")
    search_fields = ("title", "summary")
    edit_handler = ObjectList([FieldPanel("title"), FieldPanel("summary")], base_form_class=TermsForm)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Terms]:
        versions = TermsVersion.objects.filter(terms=OuterRef("pk"))
        published = versions.filter(published_at__isnull=False).order_by("-number")
        accepted = Acceptance.objects.filter(version=OuterRef("current_pk")).order_by()
        return (
            super()
            .get_queryset(request)
            .annotate(
                current_pk=Subquery(published.values("pk")[:1]),
                current_number=Subquery(published.values("number")[:1]),
                current_since=Subquery(published.values("published_at")[:1]),
                draft_number=Subquery(versions.filter(published_at__isnull=True).values("number")[:1]),
            )
            .annotate(
                accepted_by=Subquery(
                    accepted.values("version").annotate(n=Count("pk")).values("n"),
                    output_field=IntegerField(),
                )
            )
        )

    def current(self, terms: Terms) -> str:
        return f"Version {terms.current_number}" if terms.current_number else "None yet"

    current.short_description = "Current version"

    def published(self, terms: Terms) -> Any:
        return terms.current_since and timezone.localtime(terms.current_since).date()

    published.short_description = "Published"

    def accepted(self, terms: Terms) -> int:
        return terms.accepted_by or 0

    accepted.short_description = "Accepted by"

    def draft(self, terms: Terms) -> str:
        return f"Version {terms.draft_number}" if terms.draft_number else ""

    draft.short_description = "Being written"


@permission_required("members.view_termsversion", raise_exception=True)
@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions of some terms, and what can be done with each."""
    terms = get_object_or_404(Terms, pk=pk)
    found = terms.versions.defer("text").annotate(accepted_by=Count("acceptances")).order_by("-number")
    return _page(request, "versions", terms, versions=found, draft=_draft_of(terms))


@permission_required("members.add_termsversion", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The new version: its text, what is new, how long people may take. A POST keeps it, for nobody to see yet."""
    terms = get_object_or_404(Terms, pk=pk)
    found = _draft_of(terms)
    form = TermsVersionForm(
        request.POST if request.method == "POST" else None,
        initial=_begin_with(terms, found),
        is_first=not terms.versions.published(timezone.now()).exists(),
    )
    if form.is_valid():
        try:
            if found is None:
                actions.draft_version(terms=terms, by=request.user, **form.cleaned_data)
            else:
                actions.change_draft(version=found, by=request.user, **form.cleaned_data)
        except actions.RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The new version is kept. Nobody is asked to accept it yet.")
            step = "terms_preview" if "preview" in request.POST else "terms_versions"
            return redirect(step, pk)
    return _page(request, "draft", terms, draft=found, form=form)


@permission_required("members.view_termsversion", raise_exception=True)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as readers will see it."""
    terms = get_object_or_404(Terms, pk=pk)
    version = get_object_or_404(terms.versions, published_at__isnull=True)
    earlier = terms.versions.filter(published_at__isnull=False).defer("text").order_by("-number")
    context = {
        "terms": terms,
        "version": version,
        "versions": earlier,
        "html": to_html(version.text),
        "preview": True,
    }
    return render(request, "members/terms/version.html", context)


@permission_required("members.publish_termsversion", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Says who will have to accept the draft and by when; a POST publishes it."""
    terms = get_object_or_404(Terms, pk=pk)
    version = _draft_of(terms)
    if version is None:
        messages.error(request, "There is no new version to publish. Write one first.")
        return redirect("terms_versions", pk)
    now = timezone.now()
    if request.method == "POST" and request.POST.get("seen") != _seal(version):
        messages.error(request, CHANGED_MEANWHILE)
        return redirect("terms_publish", pk)
    if request.method == "POST":
        try:
            actions.publish_version(version=version, by=request.user, now=now)
            messages.success(request, f"{version} is published.")
        except actions.RefusedError as refused:
            messages.error(request, str(refused))
        return redirect("terms_versions", pk)
    return _page(
        request,
        "publish",
        terms,
        draft=version,
        seal=_seal(version),
        refusal=refusal_to_publish_version(version),
        people=people_who_accepted(terms),
        due_at=days_after(now, version.grace_days),
    )


def urls() -> list[URLPattern]:
    return [
        path("terms/<int:pk>/", versions, name="terms_versions"),
        path("terms/<int:pk>/draft/", draft, name="terms_draft"),
        path("terms/<int:pk>/preview/", preview, name="terms_preview"),
        path("terms/<int:pk>/publish/", publish, name="terms_publish"),
    ]


def _draft_of(terms: Terms) -> TermsVersion | None:
    return terms.versions.filter(published_at__isnull=True).first()


def _seal(version: TermsVersion) -> str:
    """What the page that asks whether to publish sends back, so that nothing is published that it did not show."""
    return Signer(salt="members.terms").signature(repr((version.pk, *words_of(version))))


def _begin_with(terms: Terms, draft: TermsVersion | None) -> dict[str, Any]:
    """What the form holds at first: the draft, or the words of the version before."""
    if draft is not None:
        return {"text": draft.text, "change": draft.change, "grace_days": draft.grace_days}
    before = terms.versions.order_by("-number").first()
    return {"text": before.text, "grace_days": before.grace_days} if before else {}


def _page(request: HttpRequest, name: str, terms: Terms, **context: Any) -> HttpResponse:
    return render(request, f"members/admin/terms_{name}.html", {"terms": terms, **context})
