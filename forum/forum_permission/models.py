"""The models of permissions that machina has."""

from machina.apps.forum_permission.models import *  # noqa: F403  machina's way
