"""People in the admin, by what is looked after there. `portal.members.wagtail_hooks` puts it into the menu."""
