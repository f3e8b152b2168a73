"""Addresses of people's own pages, and the admin's doors, which lead to the same log-in. Included before Wagtail's."""

from allauth.account import views as account_views
from django.urls import include, path

from portal.members import views

urlpatterns = [
    path("accounts/profile/", views.profile, name="account_profile"),
    path("accounts/profile/name/", views.name, name="profile_name"),
    path("accounts/profile/appointments/add/", views.add_appointment, name="appointment_add"),
    path("accounts/profile/appointments/<int:pk>/end/", views.end_appointment, name="appointment_end"),
    path("accounts/email/<int:pk>/kind/", views.address_kind, name="address_kind"),
    path(
        "accounts/confirm-email/<str:key>/", views.ConfirmAddressView.as_view(), name="account_confirm_email"
    ),
    path("accounts/second-factor/", views.second_factor, name="second_factor"),
    path("accounts/following/", views.following, name="following"),
    path("accounts/", include("allauth.urls")),
    path("follow/", views.follow, name="follow"),
    path("follow/stop/<str:token>/", views.stop_following, name="stop_following"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("admin/login/", views.admin_login, name="admin_login"),
    path("admin/logout/", account_views.logout, name="admin_logout"),
    path("admin/password_reset/", views.admin_password_reset, name="admin_password_reset"),
    path("admin/password_reset/<path:rest>", views.admin_password_reset, name="admin_password_reset"),
    path("admin/users/new/", views.invite_instead, name="invite_instead"),
    path("_util/login/", views.admin_login, name="util_login"),
]
