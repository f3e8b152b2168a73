"""Whose a membership number is: what fits the register, and who may claim, decide and be told what."""

from portal.members.rules.memberships import Claimant, Details, address_fits, fold_name

CLAIMS_A_DAY = 5


def mismatch(details: Details | None, person: Claimant, *, taken: bool) -> str:
    """What does not fit between the register and `person`, in words for managers; empty if all does.

    `details` is None for a number that is not in the register; `taken` says that it is somebody else's.
    """
    if details is None:
        return "The number is not in the register."
    faults = []
    if taken:
        faults.append("somebody else has this membership")
    if fold_name(details.first_name) != fold_name(person.first_name):
        faults.append("the first name is another one")
    if fold_name(details.last_name) != fold_name(person.last_name):
        faults.append("the last name is another one")
    if not address_fits(details, person):
        faults.append("the e-mail address is none of the person’s confirmed ones")
    return _sentence(faults)


def refusal_to_claim(*, has_membership: bool, today: int, is_waiting: bool) -> str | None:
    """Why a person who has made `today` claims in a day cannot make one more; `None` if they can.

    `is_waiting` says that a claim of theirs to the same number waits already.
    """
    if has_membership:
        return "Your account has a membership already. If it is not yours, tell the association."
    if is_waiting:
        return "We have this number from you already. We are checking it and will write to you."
    if today >= CLAIMS_A_DAY:
        return f"You can send us {CLAIMS_A_DAY} numbers a day. Try again tomorrow, or ask the association."
    return None


def refusal_to_decide(*, is_open: bool, is_own: bool) -> str | None:
    """Why a manager cannot decide on a claim; `None` if they can."""
    if is_own:
        return "This is your own claim. Ask somebody else to decide."
    return None if is_open else "This claim has been decided already."


def refusal_to_accept_claim(*, is_known: bool, is_taken: bool, has_membership: bool) -> str | None:
    """Why a claim cannot be accepted, whatever a manager wants; `None` if it can."""
    if not is_known:
        return "This number is not in the register. Import the register first, or refuse the claim."
    if is_taken:
        return "Somebody else has this membership. Refuse the claim, and find out whose it is."
    return "This person has another membership already." if has_membership else None


def _sentence(faults: list[str]) -> str:
    return f"{faults[0][0].upper()}{'; '.join(faults)[1:]}." if faults else ""
