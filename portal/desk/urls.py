"""The address of what one person sees of every subject."""

from django.urls import path

from portal.desk import views

urlpatterns = [path("my/", views.mine, name="my_portal")]
