"""What a process keeps of its books, and when it forgets."""

from __future__ import annotations

from placet.budgets.core.book import Book
from placet.budgets.core.facts import BudgetFacts
from placet.budgets.core.model import LinkedEntity
from placet.budgets.core.operations import CreateBudget, NewAllocation
from placet.budgets.core.posting import apply
from placet.budgets.store.kept_books import KeptBooks

SCOPE = ("acme", "unit-1")


def made(budget_id: str, *allocation_ids: str) -> Book:
    """The book of a new budget."""
    book = Book()
    news = tuple(NewAllocation(id, LinkedEntity("u", "User"), "", 1) for id in allocation_ids)
    facts = BudgetFacts(name="Budget", description="")
    create = CreateBudget(budget_id, facts, 10, None, news)
    apply(book, create, 1)
    return book


def keep(kept: KeptBooks, book: Book, stamp: int, **before: int) -> None:
    stamps = {(*SCOPE, id): number for id, number in before.items()}
    kept.written(SCOPE, book, book.touched(), stamps, stamp)


def sequence(book: Book, budget_id: str) -> int:
    return book.budget_positions.values[budget_id].sequence


def test_only_what_has_the_stamp_and_the_last_entry_of_the_row_is_current() -> None:
    kept, book = KeptBooks(), made("b", "a")
    last = sequence(book, "b")
    assert not kept.knows(SCOPE, ["b"])
    keep(kept, book, 7)
    assert kept.knows(SCOPE, ["b"])
    found = kept.find(SCOPE, "b", 7, last)
    assert found is not None
    assert found.budget is book.budgets.values["b"]
    assert found.allocations["a"][0] is book.allocations.values["a"]
    assert kept.find(SCOPE, "b", 8, last) is None
    assert kept.find(SCOPE, "b", 7, last + 1) is None
    assert kept.find(("acme", "unit-2"), "b", 7, last) is None


def test_a_row_with_another_stamp_replaces_everything() -> None:
    kept, book = KeptBooks(), made("b", "a")
    keep(kept, book, 7)
    budget, position = book.budgets.values["b"], book.budget_positions.values["b"]
    assert kept.read(SCOPE, 7, budget, position).allocations.keys() == {"a"}
    assert kept.read(SCOPE, 8, budget, position).allocations == {}


def test_an_allocation_is_kept_only_beside_the_budget_it_was_read_with() -> None:
    kept, book = KeptBooks(), made("b", "a", "c")
    budget, position = book.budgets.values["b"], book.budget_positions.values["b"]
    found = kept.read(SCOPE, 7, budget, position)
    for id, stamp in (("a", 7), ("c", 8)):
        part = book.allocations.values[id], book.allocation_positions.values[id]
        kept.read_allocation(SCOPE, stamp, *part)
    assert found.allocations.keys() == {"a"}


def test_what_was_written_without_the_lock_mixes_with_nothing() -> None:
    kept = KeptBooks()
    keep(kept, made("b", "a"), 7)
    # Its writer had loaded the budget when the stamp was 6.
    late = made("b", "c")
    keep(kept, late, 8, b=6)
    found = kept.find(SCOPE, "b", 8, sequence(late, "b"))
    assert found is not None
    assert found.allocations.keys() == {"c"}


def test_the_budgets_used_last_stay() -> None:
    kept = KeptBooks(capacity=4)
    books = {id: made(id, f"{id}1") for id in "bcd"}
    for id in "bc":
        keep(kept, books[id], 7)
    kept.make_room()
    assert kept.find(SCOPE, "b", 7, sequence(books["b"], "b")) is not None
    keep(kept, books["d"], 7)
    kept.make_room()
    assert [kept.knows(SCOPE, [id]) for id in "bcd"] == [True, False, True]


def test_a_budget_with_more_allocations_than_there_is_room_for_is_forgotten() -> None:
    kept = KeptBooks(capacity=3)
    keep(kept, made("b", *"acde"), 7)
    kept.make_room()
    assert not kept.knows(SCOPE, ["b"])
    keep(kept, made("d", "a"), 7)
    kept.make_room()
    assert kept.knows(SCOPE, ["d"])
