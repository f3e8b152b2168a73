"""Lists in the admin: their rules, their people, and who was given access. `forum.wagtail_hooks` puts it into the menu."""
