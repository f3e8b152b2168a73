"""The world asks: the page, what is proposed while somebody types, and the same for programs."""
