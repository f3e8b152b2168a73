"""How often a person may take everything about them away, and what they have to do before they can be forgotten."""

DOWNLOADS_A_DAY = 5


def refusal_to_download(today: int) -> str | None:
    """Why somebody who has downloaded it `today` times in a day cannot once more; `None` if they can."""
    if today < DOWNLOADS_A_DAY:
        return None
    return f"You can download this {DOWNLOADS_A_DAY} times in 24 hours. Try again tomorrow."


def refusals_to_forget(*, is_superuser: bool, is_staff: bool) -> list[str]:
    """What somebody with these rights has to do first, worded for them. Nobody leaves work without anybody to do it."""
    if is_superuser:
        return ["Your account may do everything. Ask another administrator to take that right away first."]
    if is_staff:
        return ["You work on the portal. Ask an administrator to take you out of your groups first."]
    return []
