"""Addresses of toolkits: the checklists of networks, documents to fill in, the calculator."""

from django.urls import path

from portal.toolkits.views import calculator, checklists, filling, taking

# Served below a page, as those of lists and timelines are.
calculator_urls = (path("", calculator.calculator, name="calculator"),)

urlpatterns = [
    path("fill-in/", filling.documents, name="fill_in_documents"),
    path("fill-in/<slug:slug>/", filling.fill_in, name="fill_in"),
    path("checklists/", checklists.mine, name="checklists"),
    path("checklists/<int:page>/", checklists.choose, name="checklist_choose"),
    path("checklists/<int:page>/<str:code>/", checklists.checklist, name="checklist"),
    path("checklists/<int:page>/<str:code>/lines/<uuid:key>/", checklists.line, name="checklist_line"),
    path("checklists/<int:page>/<str:code>/checklist.<slug:kind>", taking.export, name="checklist_export"),
    path(
        "checklists/<int:page>/<str:code>/start-again/", checklists.start_again, name="checklist_start_again"
    ),
    path("checklists/<int:page>/<str:code>/earlier/<int:pk>/", checklists.earlier, name="checklist_earlier"),
]
