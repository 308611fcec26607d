"""Everything that is wrong with a workbook, before anything of it is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from placet.imports.core.records import (
    CostCenter,
    Member,
    Organization,
    Source,
    cost_centers,
    members,
    organizations,
)
from placet.imports.core.sheets import (
    COST_CENTERS,
    LONGEST_CELL,
    LONGEST_NAME,
    MEMBERS,
    ORGANIZATIONS,
    SHEETS,
    Column,
    Kind,
    Sheet,
)
from placet.imports.core.workbook import Problem, Table, Workbook
from placet.kit.addresses import is_email_address
from placet.kit.characters import alike, invisible_character
from placet.kit.spelling import closest

_LONGEST: Final = dict.fromkeys(Kind, LONGEST_CELL) | {
    Kind.ID: LONGEST_NAME,
    Kind.NAME: LONGEST_NAME,
    Kind.EMAIL: 254,
}
_CUSTOM: Final = Column("", "", Kind.TEXT, "", required=False)
_LISTED_ROLES: Final = 8


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit the account has already: `organization_id` is its own id for an organization, its
    organization's for a cost center, None for a unit that no import made.
    """

    name: str
    organization_id: str | None


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A person the account has already: the organization they belong to, if one, whether they may
    act, and their unit, if any.
    """

    organization_id: str | None
    active: bool = True
    unit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the account has of what the workbook mentions: units by id, people by e-mail in folded
    case, role names by GUID in lower case. `alike` are the ids of all units that differ from a
    mentioned one by case at most, by what `characters.alike` makes of them.
    """

    units: Mapping[str, KnownUnit] = field(default_factory=dict)
    members: Mapping[str, KnownMember] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    alike: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a workbook names: unit ids, and e-mail addresses in folded case."""

    unit_ids: frozenset[str]
    emails: frozenset[str]


@dataclass(frozen=True, slots=True)
class Validation:
    """All problems, in the order of sheets and rows, and the rows of each sheet."""

    problems: tuple[Problem, ...]
    rows: Mapping[str, int]

    @property
    def is_valid(self) -> bool:
        """Whether the workbook can be imported."""
        return not self.problems

    def invalid_rows(self, sheet: Sheet) -> int:
        """How many rows of a sheet have problems; all, where the sheet as a whole has."""
        own = [problem for problem in self.problems if problem.sheet == sheet.name]
        if any(problem.row is None or problem.row == 1 for problem in own):
            return self.rows[sheet.name]
        return len({problem.row for problem in own})


def why_not_member(item: Member, there: KnownMember | None) -> str | None:
    """Why a person who is there already cannot be what a row says; None: they can."""
    if there is None:
        return None
    if not there.active:
        return f"`{item.email[:100]}` was deactivated: activate this person first"
    owner = there.organization_id
    if owner is not None and owner != item.organization_id:
        return f"`{item.email[:100]}` is a member of the organization `{owner}` already"
    if owner is None and there.unit_id is not None:
        unit = there.unit_id[:100]
        return f"`{item.email[:100]}` belongs to the unit `{unit}`, which is of no organization"
    return None


def why_too_alike(unit_id: str, other: str) -> str:
    """Why a new unit cannot have this id beside a unit that has the `other`."""
    same = unit_id.casefold() == other.casefold()
    how = "by case" if same else "by the way its accents are stored"
    return f"`{unit_id[:100]}` differs from the id `{other}` {how} only"


def mentions(workbook: Workbook) -> Mentions:
    """The ids and addresses to look up before `validate`, ids also for others that look alike."""
    units = {item.id for item in organizations(workbook)}
    for center in cost_centers(workbook):
        units |= {center.id, center.organization_id}
    emails = set()
    for member in members(workbook):
        units |= {member.organization_id, member.unit_id}
        emails.add(member.email.casefold())
    return Mentions(frozenset(units - {""}), frozenset(emails - {""}))


def validate(workbook: Workbook, known: Known) -> Validation:
    """Check every cell, and how rows agree with each other and with what the account has.

    An organization or cost center that is there already, under the same name, is left alone and no
    problem; under another name it is one, for an import never edits them.
    """
    found: list[Problem] = []
    for sheet in SHEETS:
        found += _cell_problems(workbook.table(sheet))
    found += _reference_problems(workbook, known)
    order = {sheet.name: place for place, sheet in enumerate(SHEETS)}
    found.sort(key=lambda problem: (order[problem.sheet], problem.row or 0))
    rows = {sheet.name: len(workbook.table(sheet).rows) for sheet in SHEETS}
    if not any(rows.values()) and not workbook.problems:
        found.append(Problem(ORGANIZATIONS.name, None, None, "the workbook has no rows to import"))
    return Validation((*workbook.problems, *found), rows)


def _cell_problems(table: Table) -> Iterator[Problem]:
    sheet = table.sheet
    checked = [
        (column, table.places[column.key]) for column in sheet.columns if column.key in table.places
    ]
    custom = [(f"CF_{name}", place) for name, place in table.custom.items()]
    for row in table.rows:
        for column, place in checked:
            message = _wrong(row.cells[place], column)
            if message is not None:
                yield Problem(sheet.name, row.number, column.name, message)
        for name, place in custom:
            message = _wrong(row.cells[place], _CUSTOM)
            if message is not None:
                yield Problem(sheet.name, row.number, name, message)


def _wrong(text: str, column: Column) -> str | None:
    """What is wrong with a cell."""
    if not text:
        return "a value is required" if column.required else None
    kind = column.kind
    most = _LONGEST[kind]
    if len(text) > most:
        return _too_long(most)
    strict = kind in (Kind.ID, Kind.EMAIL, Kind.ROLE, Kind.BOOLEAN)
    named = strict or kind is Kind.NAME
    hidden = invisible_character(text, joiners=not strict, breaks=not named, spaces=not named)
    if hidden is not None:
        return f"the text has an invisible character, {hidden}: remove it"
    if kind is Kind.ID and ("/" in text or text in (".", "..")):
        # such a unit could not be addressed: its id is a part of paths
        return "an id must not contain `/`, nor be `.` or `..`"
    if kind is Kind.EMAIL:
        return None if is_email_address(text) else f"`{text[:100]}` is no e-mail address"
    if kind is Kind.BOOLEAN:
        return None if text.lower() in ("true", "false") else "write `true` or `false`"
    return None


def _too_long(limit: int) -> str:
    return f"the text is longer than {limit:,} characters"


def _reference_problems(workbook: Workbook, known: Known) -> Iterator[Problem]:
    units = _Units(known)
    for organization in organizations(workbook):
        yield from units.add_organization(organization)
    for center in cost_centers(workbook):
        yield from units.add_cost_center(center)
    people = _People(known, units)
    for member in members(workbook):
        yield from people.add(member)


class _Units:
    """The units of the workbook and of the account, to tell which ids are taken and by what."""

    def __init__(self, known: Known) -> None:
        self._known = known.units
        self._alike = dict(known.alike)
        self._organizations: dict[str, Source] = {}
        self._centers: dict[str, CostCenter] = {}

    def add_organization(self, item: Organization) -> Iterator[Problem]:
        column = ORGANIZATIONS.column("organizationId")
        if not item.id:
            return
        first = self._organizations.setdefault(item.id, item.source)
        if first is not item.source:
            yield _at(item.source, column, f"`{item.id}` is in row {first.row} already")
            return
        yield from self._other_case(item.source, column, item.id)
        there = self._known.get(item.id)
        if there is not None and there.organization_id != item.id:
            kind = "a unit" if there.organization_id is None else "a cost center"
            yield _at(item.source, column, f"`{item.id}` is the id of {kind} already")
        elif there is not None and there.name != item.name:
            yield _at(
                item.source,
                ORGANIZATIONS.column("organizationName"),
                f"the organization `{item.id}` exists as `{there.name}`, and an import does not"
                " rename it",
            )

    def add_cost_center(self, item: CostCenter) -> Iterator[Problem]:
        sheet = COST_CENTERS if item.source.sheet == COST_CENTERS.name else ORGANIZATIONS
        if sheet is COST_CENTERS and item.organization_id:
            yield from self.missing_organization(item.source, sheet, item.organization_id)
        column = sheet.column("costCenterId")
        if not item.id:
            return
        first = self._centers.setdefault(item.id, item)
        if first is not item:
            message = f"`{item.id}` is in {_row_of(first.source, sheet)} already"
            yield _at(item.source, column, message)
            return
        if item.id in self._organizations:
            yield _at(item.source, column, f"`{item.id}` is the id of an organization too")
            return
        yield from self._other_case(item.source, column, item.id)
        there = self._known.get(item.id)
        if there is None:
            return
        if there.organization_id != item.organization_id or there.organization_id == item.id:
            owner = there.organization_id
            kind = "a unit" if owner is None or owner == item.id else f"a cost center of `{owner}`"
            yield _at(item.source, column, f"`{item.id}` is the id of {kind} already")
        elif there.name != item.name:
            yield _at(
                item.source,
                sheet.column("costCenterName"),
                f"the cost center `{item.id}` exists as `{there.name}`, and an import does not"
                " rename it",
            )

    def _other_case(self, source: Source, column: Column, unit_id: str) -> Iterator[Problem]:
        """A problem where a new id looks like another unit's."""
        other = self._alike.setdefault(alike(unit_id), unit_id)
        if other != unit_id and unit_id not in self._known:
            yield _at(source, column, why_too_alike(unit_id, other))

    def _meant(self, unit_id: str) -> str:
        """The id that a reference to an unknown one is a slip of, as a question."""
        other = self._alike.get(alike(unit_id))
        return f"; did you mean `{other}`?" if other is not None else ""

    def missing_organization(self, source: Source, sheet: Sheet, unit_id: str) -> Iterator[Problem]:
        """A problem where there is no such organization."""
        there = self._known.get(unit_id)
        known = there is not None and there.organization_id == unit_id
        if not known and unit_id not in self._organizations:
            message = (
                f"there is no organization `{unit_id[:100]}`, in the workbook or before it"
                f"{self._meant(unit_id)}"
            )
            yield _at(source, sheet.column("organizationId"), message)

    def missing_cost_center(self, unit_id: str) -> str:
        """What is said of a cost center that is nowhere."""
        return (
            f"there is no cost center `{unit_id[:100]}`, in the workbook or before it"
            f"{self._meant(unit_id)}"
        )

    def organization_of(self, cost_center_id: str) -> str | None:
        """The organization a cost center belongs to; None where there is no such cost center."""
        there = self._known.get(cost_center_id)
        if there is not None and there.organization_id not in (None, cost_center_id):
            # a row that claims it for another organization is wrong, and not those that do not
            return there.organization_id
        center = self._centers.get(cost_center_id)
        return None if center is None else center.organization_id


class _People:
    """The people of the workbook, to tell who is in it twice or belongs somewhere else."""

    def __init__(self, known: Known, units: _Units) -> None:
        self._known = known
        self._units = units
        self._seen: dict[str, Source] = {}
        self._roles = {*known.roles, *(name.casefold() for name in known.roles.values())}

    def add(self, item: Member) -> Iterator[Problem]:
        admin = item.source.sheet == ORGANIZATIONS.name
        sheet = ORGANIZATIONS if admin else MEMBERS
        if not admin:
            yield from self._place(item)
            if item.role not in self._roles and item.role and item.role.isprintable():
                yield _at(item.source, MEMBERS.column("roleId"), self._no_role(item.role))
        column = sheet.column("adminEmail" if admin else "email")
        email = item.email.casefold()
        if not email:
            return
        first = self._seen.setdefault(email, item.source)
        if first is not item.source:
            message = f"`{item.email[:100]}` is in {_row_of(first, sheet)} already"
            yield _at(item.source, column, message)
            return
        reason = why_not_member(item, self._known.members.get(email))
        if reason is not None:
            yield _at(item.source, column, reason)

    def _place(self, item: Member) -> Iterator[Problem]:
        if not item.organization_id:
            return
        missing = list(self._units.missing_organization(item.source, MEMBERS, item.organization_id))
        yield from missing
        if missing or not item.unit_id:
            return
        owner = self._units.organization_of(item.unit_id)
        if owner != item.organization_id:
            message = (
                self._units.missing_cost_center(item.unit_id)
                if owner is None
                else f"the cost center `{item.unit_id[:100]}` belongs to the organization `{owner}`"
            )
            yield _at(item.source, MEMBERS.column("costCenterId"), message)

    def _no_role(self, role: str) -> str:
        names = self._known.roles.values()
        meant = closest(role, names)
        hint = f"did you mean `{meant}`? " if meant else ""
        known = _listed([f"`{name}` ({guid})" for guid, name in sorted(self._known.roles.items())])
        return f"there is no role `{role[:100]}`: {hint}use the name or the GUID of one of {known}"


def _at(source: Source, column: Column, message: str) -> Problem:
    return Problem(source.sheet, source.row, column.name, message)


def _row_of(source: Source, sheet: Sheet) -> str:
    other = "" if source.sheet == sheet.name else f" of the sheet `{source.sheet}`"
    return f"row {source.row}{other}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED_ROLES} more" if len(names) > _LISTED_ROLES else ""
    return ", ".join(names[:_LISTED_ROLES]) + more
