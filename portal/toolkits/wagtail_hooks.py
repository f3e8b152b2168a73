"""What editors look after: documents to fill in, and figures of funding."""

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.toolkits.forms.documents import FillableDocumentForm
from portal.toolkits.forms.figures import FigureForm
from portal.toolkits.models import Figure, FillableDocument
from portal.toolkits.views.filling import DOCX


class FillableDocumentViewSet(SnippetViewSet):
    """Documents to fill in: a Word file and the fields of its form."""

    model = FillableDocument
    icon = "doc-full"
    menu_label = "Documents to fill in"
    menu_order = 314
    add_to_admin_menu = True
    list_display = ["title", "is_offered", "changed_at"]
    list_filter = ["is_offered"]
    search_fields = ["title", "summary"]
    edit_handler = ObjectList(
        [
            *(FieldPanel(name) for name in ("title", "slug", "summary")),
            FieldPanel("file"),
            HelpPanel(template="toolkits/admin/document_file.html"),
            FieldPanel("fields"),
            FieldPanel("toolkits", widget=forms.CheckboxSelectMultiple),
            FieldPanel("is_offered"),
        ],
        base_form_class=FillableDocumentForm,
    )


class FigureViewSet(SnippetViewSet):
    """Figures of funding: what they are, from when until when, and where the handbook says so."""

    model = Figure
    icon = "calendar-check"
    menu_label = "Figures"
    menu_order = 315
    add_to_admin_menu = True
    list_display = ["name", "amount", "unit", "starts_on", "ends_on", "source"]
    list_filter = ["unit", "role"]
    search_fields = ["name", "key", "source"]
    edit_handler = ObjectList(
        [
            HelpPanel(template="toolkits/admin/figure_help.html"),
            *(FieldPanel(name) for name in ("name", "key", "unit", "role", "value")),
            *(FieldPanel(name) for name in ("starts_on", "ends_on", "source", "note")),
        ],
        base_form_class=FigureForm,
    )


register_snippet(FillableDocumentViewSet)
register_snippet(FigureViewSet)


@require_safe
@permission_required("toolkits.change_fillabledocument", raise_exception=True)
def document_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The Word document with its placeholders, to change it."""
    document = get_object_or_404(FillableDocument, pk=pk)
    headers = {"Content-Disposition": f'attachment; filename="{document.slug}-template.docx"'}
    return HttpResponse(bytes(document.content), content_type=DOCX, headers=headers)


@hooks.register("register_admin_urls")
def toolkit_admin_urls() -> list[URLPattern]:
    return [path("documents-to-fill-in/<int:pk>/docx/", document_file, name="fillable_document_file")]
