"""Addresses of the forum, below /forum/."""

from django.urls import path

from forum.views import applications, attachments, index, joining

urlpatterns = [
    path("", index.index, name="forum"),
    path("attachments/<uuid:key>/remove/", attachments.remove, name="remove_attachment"),
    path("attachments/<uuid:key>/<str:name>", attachments.give_out, name="attachment"),
    path("<slug:slug>/attachments/", attachments.send, name="send_attachment"),
    path("<slug:slug>/about/", joining.about, name="list_about"),
    path("<slug:slug>/join/", joining.join, name="list_join"),
    path("<slug:slug>/application/", joining.application, name="list_application"),
    path("<slug:slug>/terms/", joining.accept_terms, name="list_terms"),
    path("<slug:slug>/leave/", joining.leave, name="list_leave"),
    path("<slug:slug>/come-back/", joining.come_back, name="list_come_back"),
    path("<slug:slug>/applications/", applications.applications, name="list_applications"),
    path("<slug:slug>/applications/<int:pk>/", applications.application, name="list_application_shown"),
]
