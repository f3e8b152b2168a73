"""Addresses of people's own pages, and the admin's doors, which lead to the same log-in. Included before Wagtail's."""

from allauth.account import views as account_views
from django.urls import include, path

from portal.members.views import (
    appointments,
    directory,
    doors,
    follows,
    invitations,
    membership,
    personal,
    profile,
    terms,
)

urlpatterns = [
    path("accounts/profile/", profile.profile, name="account_profile"),
    path("accounts/profile/name/", profile.name, name="profile_name"),
    path("accounts/profile/membership/", membership.membership, name="membership"),
    path("accounts/profile/data/", personal.data, name="personal_data"),
    path("accounts/profile/forget/", personal.forget, name="forget_me"),
    path("accounts/forgotten/", personal.forgotten, name="forgotten"),
    path("accounts/profile/appointments/add/", appointments.add_appointment, name="appointment_add"),
    path("accounts/profile/appointments/<int:pk>/end/", appointments.end_appointment, name="appointment_end"),
    path(
        "accounts/profile/appointments/<int:pk>/directory/", appointments.listing, name="appointment_listing"
    ),
    path("accounts/email/<int:pk>/kind/", profile.address_kind, name="address_kind"),
    path(
        "accounts/confirm-email/<str:key>/",
        profile.ConfirmAddressView.as_view(),
        name="account_confirm_email",
    ),
    path("accounts/second-factor/", profile.second_factor, name="second_factor"),
    path("accounts/following/", follows.following, name="following"),
    path("accounts/", include("allauth.urls")),
    path("follow/", follows.follow, name="follow"),
    path("follow/stop/<str:token>/", follows.stop_following, name="stop_following"),
    path("terms/", terms.terms_list, name="terms"),
    path("terms/<slug:slug>/", terms.terms_version, name="terms_current"),
    path("terms/<slug:slug>/accept/", terms.accept, name="terms_accept"),
    path("terms/<slug:slug>/<int:number>/", terms.terms_version, name="terms_version"),
    path("networks/", directory.networks, name="networks"),
    path("networks/<str:code>/", directory.network, name="network"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("admin/login/", doors.admin_login, name="admin_login"),
    path("admin/logout/", account_views.logout, name="admin_logout"),
    path("admin/password_reset/", doors.admin_password_reset, name="admin_password_reset"),
    path("admin/password_reset/<path:rest>", doors.admin_password_reset, name="admin_password_reset"),
    path("admin/users/new/", doors.invite_instead, name="invite_instead"),
    path("_util/login/", doors.admin_login, name="util_login"),
]
