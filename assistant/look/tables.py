"""Where the cells of tables stand, and what heads them."""

from __future__ import annotations

import asyncio
import contextlib

from assistant.desktop.accessibility import AccessibilityBus, CallFailed
from assistant.look.node import Node, Tree
from assistant.look.roles import HEADERS_OF_COLUMNS, HEADERS_OF_ROWS, TABLES
from assistant.scene import Box, Cell

TABLE = "org.a11y.atspi.Table"
TABLE_CELL = "org.a11y.atspi.TableCell"


async def read_cells(bus: AccessibilityBus, tree: Tree, deadline: float) -> None:
    """Give every cell of every table its place and its headers."""
    tables = [node for node in tree.root.walk() if node.role in TABLES]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(deadline):
            await asyncio.gather(*(_read_table(bus, table) for table in tables))


async def _read_table(bus: AccessibilityBus, table: Node) -> None:
    try:
        rows, columns = await asyncio.gather(bus.get(table.ref, TABLE, "NRows"), bus.get(table.ref, TABLE, "NColumns"))
    except CallFailed:
        return
    inside = [node for node in table.walk() if node is not table]
    cells = [node for node in inside if node.role == "table cell"]
    headers = [node for node in inside if node.role in HEADERS_OF_COLUMNS and node.name]
    beside = [node for node in inside if node.role in HEADERS_OF_ROWS and node.name]
    places = await asyncio.gather(*(_place(bus, cell) for cell in cells))
    for cell, told in zip(cells, places, strict=True):
        place = told or _place_among(cell, cells, places, headers)
        if place is None:
            continue
        row, column = place
        cell.cell = Cell(row + 1, column + 1, int(rows), int(columns), *_heads(cell.box, row, headers, beside))


async def _place(bus: AccessibilityBus, cell: Node) -> tuple[int, int] | None:
    with contextlib.suppress(CallFailed, ValueError, TypeError):
        row, column = await bus.get(cell.ref, TABLE_CELL, "Position")
        return int(row), int(column)
    return None


def _place_among(
    cell: Node, cells: list[Node], places: list[tuple[int, int] | None], headers: list[Node]
) -> tuple[int, int] | None:
    """Return the place of a cell that does not tell it, by the row it stands in and the header above it."""
    if cell.box is None:
        return None
    middle = cell.box.x + cell.box.width // 2
    columns = [i for i, node in enumerate(headers) if node.box and node.box.x <= middle < node.box.right]
    rows = [
        place[0]
        for other, place in zip(cells, places, strict=True)
        if place and other.box and other.box.y == cell.box.y
    ]
    return (rows[0], columns[0]) if rows and columns else None


def _heads(box: Box | None, row: int, columns: list[Node], rows: list[Node]) -> tuple[str, str]:
    """Return the header of a cell's row and of its column, by where they stand."""
    if box is None:
        return "", ""
    x, y = box.x + box.width // 2, box.y + box.height // 2
    column_header = next((node.name for node in columns if node.box and node.box.x <= x < node.box.right), "")
    row_header = next((node.name for node in rows if node.box and node.box.y <= y < node.box.bottom), "")
    return "" if row_header == str(row + 1) else row_header, column_header  # Qt heads rows with their numbers
