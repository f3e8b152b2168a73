"""Networks and practices are brought in from the file of the NHS organisation data service. Nothing is ever deleted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from portal.members.audit import record
from portal.members.epcn import NETWORKS, PARTNERS, Fault, NetworkRow, PartnerRow, Workbook
from portal.members.models import Network, NetworkPractice, Practice, User
from portal.members.rules.boards import board_of
from portal.page_cache import bump

BATCH = 500
Row = TypeVar("Row", bound=Model)


@dataclass
class Tally:
    """How many of one kind were added, changed and found as they were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass
class NetworkImport:
    """What an import has done, or would do."""

    networks: Tally = field(default_factory=Tally)
    practices: Tally = field(default_factory=Tally)
    periods: Tally = field(default_factory=Tally)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        return any(tally.added or tally.changed for tally in (self.networks, self.practices, self.periods))

    def counts(self) -> dict[str, dict[str, int]]:
        """The numbers, as the audit log keeps them."""
        return {name: vars(getattr(self, name)) for name in ("networks", "practices", "periods")}


@transaction.atomic
def import_networks(
    *, workbook: Workbook, by: User | None, now: datetime, dry_run: bool = False
) -> NetworkImport:
    """Adds and updates networks, practices and the periods for which practices belong to networks.

    The same workbook twice changes nothing. A period that the file ends gets its end; one that the file no longer names stays
    as it is. With `dry_run` nothing is written.
    """
    done = NetworkImport(faults=list(workbook.faults))
    networks = _networks(workbook, done, dry_run=dry_run)
    partners = _known(workbook.partners, networks, done)
    practices = _practices(partners, done, dry_run=dry_run)
    _periods(partners, networks, practices, done, dry_run=dry_run)
    done.faults.sort(key=lambda fault: (fault.sheet != NETWORKS, fault.row))
    if done.changes_something and not dry_run:
        record("network.imported", now=now, by=by, subject="networks", details=done.counts())
        bump()
    return done


def _networks(workbook: Workbook, done: NetworkImport, *, dry_run: bool) -> dict[str, Network]:
    """All networks by their codes, with what the workbook says of them."""
    found = {network.code: network for network in Network.objects.all()}
    unknown: Counter[str] = Counter()
    new: list[Network] = []
    changed: list[Network] = []
    for row in _once(workbook.networks, done):
        values = {"name": row.name, "starts_on": row.starts_on, "ends_on": row.ends_on}
        if row.location:
            values["board"], region = board_of(row.location)
            if region:
                values["region"] = region.value
            else:
                unknown[values["board"]] += 1
        made = Network(code=row.code)
        _sort_in(made, found.get(row.code), values, done.networks, new, changed)
        found.setdefault(row.code, made)
    if not workbook.has_boards:
        done.warnings.append(
            f"The sheet “{NETWORKS}” has no column “Sub ICB Location”. Boards and regions stay as they are."
        )
    for board, count in sorted(unknown.items()):
        done.warnings.append(
            f"The board “{board}” is not known, so its region cannot be told. "
            f"Networks: {count:,}. Set their region by hand."
        )
    if not dry_run:
        _write(Network, new, changed, ["name", "starts_on", "ends_on", "board", "region"])
    return found


def _once(rows: Iterable[NetworkRow], done: NetworkImport) -> list[NetworkRow]:
    """One row for each network: of two the one that is open, then the one that opened later."""
    kept: dict[str, NetworkRow] = {}
    for row in rows:
        other = kept.get(row.code)
        if other is None:
            kept[row.code] = row
            continue
        better, worse = (row, other) if _recency(row) > _recency(other) else (other, row)
        kept[row.code] = better
        done.faults.append(
            Fault(
                NETWORKS,
                worse.row,
                f"network {row.code} is in row {better.row:,} too, and that one was used.",
            )
        )
    return list(kept.values())


def _recency(row: NetworkRow) -> tuple[bool, str, str]:
    return row.ends_on is None, str(row.starts_on or ""), str(row.ends_on or "")


def _known(rows: list[PartnerRow], networks: dict[str, Network], done: NetworkImport) -> list[PartnerRow]:
    """The rows whose network there is."""
    for row in rows:
        if row.network_code not in networks:
            reason = f"network {row.network_code} is not known: it is not in the sheet “{NETWORKS}”."
            done.faults.append(Fault(PARTNERS, row.row, reason))
    return [row for row in rows if row.network_code in networks]


def _practices(rows: list[PartnerRow], done: NetworkImport, *, dry_run: bool) -> dict[str, Practice]:
    """All practices by their codes, each named as in its latest row."""
    found = {practice.code: practice for practice in Practice.objects.all()}
    latest: dict[str, PartnerRow] = {}
    for row in rows:
        other = latest.get(row.practice_code)
        if other is None or (row.ends_on is None, row.starts_on) > (other.ends_on is None, other.starts_on):
            latest[row.practice_code] = row
    new: list[Practice] = []
    changed: list[Practice] = []
    for code, row in latest.items():
        made = Practice(code=code)
        _sort_in(made, found.get(code), {"name": row.practice_name}, done.practices, new, changed)
        found.setdefault(code, made)
    if not dry_run:
        _write(Practice, new, changed, ["name"])
    return found


def _periods(
    rows: list[PartnerRow],
    networks: dict[str, Network],
    practices: dict[str, Practice],
    done: NetworkImport,
    *,
    dry_run: bool,
) -> None:
    """Brings in for how long each practice belongs to each network."""
    stored: dict[tuple[str, str], list[NetworkPractice]] = {}
    for period in NetworkPractice.objects.select_related("network", "practice"):
        stored.setdefault((period.network.code, period.practice.code), []).append(period)
    new: list[NetworkPractice] = []
    changed: list[NetworkPractice] = []
    for pair, named in _by_pair(rows, done).items():
        left = stored.get(pair, [])
        for row in named:
            period = _stored_for(row, named, left)
            if period is not None:
                left = [other for other in left if other is not period]
            values = {"starts_on": row.starts_on, "ends_on": row.ends_on}
            made = NetworkPractice(network=networks[pair[0]], practice=practices[pair[1]])
            _sort_in(made, period, values, done.periods, new, changed)
    if not dry_run:
        _write(NetworkPractice, new, changed, ["starts_on", "ends_on"])


def _by_pair(rows: list[PartnerRow], done: NetworkImport) -> dict[tuple[str, str], list[PartnerRow]]:
    """The rows of each network and practice, each start once."""
    pairs: dict[tuple[str, str], list[PartnerRow]] = {}
    for row in rows:
        named = pairs.setdefault((row.network_code, row.practice_code), [])
        twin = next((other for other in named if other.starts_on == row.starts_on), None)
        if twin is None:
            named.append(row)
        elif twin.ends_on != row.ends_on:
            reason = f"practice {row.practice_code} joins {row.network_code} on the same day in row {twin.row:,}, and that one was used."
            done.faults.append(Fault(PARTNERS, row.row, reason))
    return pairs


def _stored_for(
    row: PartnerRow, named: list[PartnerRow], stored: list[NetworkPractice]
) -> NetworkPractice | None:
    """The stored period that this row is about: one from the same day, else one that it overlaps and no other row names."""
    same = next((period for period in stored if period.starts_on == row.starts_on), None)
    if same is not None:
        return same
    taken = {other.starts_on for other in named}
    return next(
        (
            period
            for period in stored
            if period.starts_on not in taken
            and (row.ends_on is None or period.starts_on < row.ends_on)
            and (period.ends_on is None or row.starts_on < period.ends_on)
        ),
        None,
    )


def _sort_in(
    made: Row, stored: Row | None, values: dict[str, Any], tally: Tally, new: list[Row], changed: list[Row]
) -> None:
    """Puts what is to be stored among the new or the changed, or counts it as unchanged."""
    row = made if stored is None else stored
    differs = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    if stored is None:
        new.append(row)
        tally.added += 1
    elif differs:
        changed.append(row)
        tally.changed += 1
    else:
        tally.unchanged += 1


def _write(model: type[Row], new: list[Row], changed: list[Row], fields: list[str]) -> None:
    model.objects.bulk_create(new, batch_size=BATCH)
    model.objects.bulk_update(changed, fields, batch_size=BATCH)
