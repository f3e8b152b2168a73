"""How much people may follow."""

MOST_FOLLOWS = 500


def refusal_to_follow(followed: int) -> str | None:
    """Why a person who follows `followed` things cannot follow one more; `None` if they can."""
    if followed >= MOST_FOLLOWS:
        return f"You cannot follow more than {MOST_FOLLOWS} things. Stop following something else, then try again."
    return None
