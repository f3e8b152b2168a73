"""The pages of the forum. Each finds its list through `forum.views.frame`, which asks whether the reader may be there."""
