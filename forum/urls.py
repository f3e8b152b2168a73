"""Addresses of the forum, below /forum/."""

from django.urls import path

from forum.views import applications, arranging, attachments, index, invitations, joining, moderation, posting, topics

urlpatterns = [
    path("", index.index, name="forum"),
    path("attachments/<uuid:key>/remove/", attachments.remove, name="remove_attachment"),
    path("attachments/<uuid:key>/<str:name>", attachments.give_out, name="attachment"),
    path("invitation/<str:token>/", invitations.invitation, name="list_invitation"),
    path("<slug:slug>/attachments/", attachments.send, name="send_attachment"),
    path("<slug:slug>/about/", joining.about, name="list_about"),
    path("<slug:slug>/join/", joining.join, name="list_join"),
    path("<slug:slug>/application/", joining.application, name="list_application"),
    path("<slug:slug>/terms/", joining.accept_terms, name="list_terms"),
    path("<slug:slug>/leave/", joining.leave, name="list_leave"),
    path("<slug:slug>/come-back/", joining.come_back, name="list_come_back"),
    path("<slug:slug>/applications/", applications.applications, name="list_applications"),
    path("<slug:slug>/applications/<int:pk>/", applications.application, name="list_application_shown"),
    path("<slug:slug>/invitations/", invitations.invitations, name="list_invitations"),
    path("<slug:slug>/invitations/export/", invitations.export, name="list_invitations_export"),
    path("<slug:slug>/invitations/<int:pk>/withdraw/", invitations.withdraw, name="list_invitation_withdraw"),
    path("people/<int:pk>/", topics.person, name="person"),
    path("<slug:slug>/", topics.topic_list, name="list"),
    path("<slug:slug>/read/", topics.mark_read, name="list_read"),
    path("<slug:slug>/topics/<int:pk>/", topics.topic, name="topic"),
    path("<slug:slug>/posts/<int:pk>/", topics.post, name="post"),
    path("<slug:slug>/moderation/", moderation.queue, name="list_moderation"),
    path("<slug:slug>/moderation/log/", moderation.log, name="list_log"),
    path("<slug:slug>/moderation/<int:pk>/", moderation.decide, name="hold_decide"),
    path("<slug:slug>/people/<int:pk>/suspend/", moderation.suspended, name="list_suspend"),
    path("<slug:slug>/posts/<int:pk>/report/", moderation.report, name="post_report"),
    path("<slug:slug>/posts/<int:pk>/hold/", moderation.hold, name="post_hold"),
    path("<slug:slug>/posts/<int:pk>/dismiss/", moderation.dismiss, name="post_dismiss"),
    path("<slug:slug>/topics/<int:pk>/arrange/", arranging.arrange, name="topic_arrange"),
    path("<slug:slug>/new/", posting.new_topic, name="topic_new"),
    path("<slug:slug>/topics/<int:pk>/reply/", posting.answer, name="topic_reply"),
    path("<slug:slug>/posts/<int:pk>/edit/", posting.edit_post, name="post_edit"),
]
