"""Where the cells of tables stand, and what heads them."""

from __future__ import annotations

import asyncio

from assistant.desktop.accessibility import AccessibilityBus, Reply, plain, property_of
from assistant.look.node import Node, Tree
from assistant.look.roles import HEADERS_OF_COLUMNS, HEADERS_OF_ROWS, TABLES
from assistant.scene import Box, Cell

TABLE = "org.a11y.atspi.Table"
TABLE_CELL = "org.a11y.atspi.TableCell"


async def read_cells(bus: AccessibilityBus, tree: Tree, deadline: float) -> None:
    """Give every cell of every table its place and its headers."""
    tables = [node for node in tree.root.walk() if node.role in TABLES]
    await asyncio.gather(*(_read_table(bus, table, deadline) for table in tables))


async def _read_table(bus: AccessibilityBus, table: Node, until: float) -> None:
    inside = [node for node in table.walk() if node is not table]
    cells = [node for node in inside if node.role == "table cell"]
    headers = [node for node in inside if node.role in HEADERS_OF_COLUMNS and node.name]
    beside = [node for node in inside if node.role in HEADERS_OF_ROWS and node.name]
    requests = [property_of(table.ref, TABLE, name) for name in ("NRows", "NColumns")]
    requests += [property_of(cell.ref, TABLE_CELL, "Position") for cell in cells]
    rows, columns, *told_places = await bus.call_many(requests, until=until)
    if not isinstance(rows, list) or not isinstance(columns, list):
        return
    size = int(plain(rows[0])), int(plain(columns[0]))
    places = [_place(reply) for reply in told_places]
    for cell, told in zip(cells, places, strict=True):
        place = told or _place_among(cell, cells, places, headers)
        if place is None:
            continue
        row, column = place
        cell.cell = Cell(row + 1, column + 1, *size, *_heads(cell.box, row, headers, beside))


def _place(reply: Reply) -> tuple[int, int] | None:
    value = plain(reply[0]) if isinstance(reply, list) and reply else None
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    return int(value[0]), int(value[1])


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
