"""How often a person may take everything about them away."""

DOWNLOADS_A_DAY = 5


def refusal_to_download(today: int) -> str | None:
    """Why somebody who has downloaded it `today` times in a day cannot once more; `None` if they can."""
    if today < DOWNLOADS_A_DAY:
        return None
    return f"You can download this {DOWNLOADS_A_DAY} times in 24 hours. Try again tomorrow."
