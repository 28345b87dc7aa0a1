"""Everything that is wrong with a file is in one report, with its line, and nothing is imported."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustok.app.imports.csv_rows import MAX_FIELD, MAX_LINE
from rustok.app.imports.errors import Findings
from rustok.app.imports.seen import Seen
from rustok.app.imports.shopify.columns import NAMES
from rustok.app.imports.shopify.groups import MAX_ROWS, ProductFile
from rustok.app.imports.shopify.importer import checked
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductCreate, VariantInput
from rustok.core.context import Context
from rustok.core.errors import ValidationFailed
from rustok.core.host import Host
from tests.imports.conftest import Import, Read, csv_of, file_of

COLUMNS = ("Handle", "Title", "Variant SKU", "Variant Price")
GOOD = ("good", "Good", "G-1", "10")


def findings_of(content: str | bytes) -> Findings:
    """What is found without a database."""
    findings = Findings()
    with file_of(content) as file, Seen() as seen:
        for _ in checked(ProductFile(file), "EUR", seen, findings):
            pass
    return findings


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"", 1, "EMPTY_FILE"),
        (b"\n\r\n\n", 1, "EMPTY_FILE"),
        (bytes(range(256)) * 40, 3, "NOT_UTF8"),
        ("Handle,Title\na,Ä\n".encode("utf-16"), 1, "NOT_UTF8"),
        ("Handle,Title\na,A\nb,Größe\n".encode("latin-1"), 3, "NOT_UTF8"),
        (b"Handle,Title\r" + b",\r" * 9_000 + b"b,\xff\n", 9_002, "NOT_UTF8"),
        (b"Title,Vendor\nA,B\n", 1, "MISSING_COLUMN"),
        (b"Handle,Vendor\na,B\n", 1, "MISSING_COLUMN"),
        (b"Handle;Title\na;A\n", 1, "MISSING_COLUMN"),
        (b"Handle,Title,title\na,A,A\n", 1, "DUPLICATE_COLUMN"),
        (b"Handle,Title\na,A,more\n", 2, "WRONG_FIELD_COUNT"),
        (b"Handle,Title\na\n", 2, "WRONG_FIELD_COUNT"),
        (b"Handle,Title\na,A\x00B\n", 2, "INVALID_TEXT"),
        (b"Handle,Title\n,A\n", 2, "REQUIRED"),
        (b'Handle,Title\na,A\nb,"B\nand no end\n', 3, "INVALID_CSV"),
        (b'Handle,Title\na,"A"B\n', 2, "INVALID_CSV"),
        (b'Handle,Title\na,"' + b"x" * (MAX_FIELD + 1) + b'"\n', 2, "INVALID_CSV"),
        (b"Handle,Title\na," + b"x" * MAX_LINE, 2, "LINE_TOO_LONG"),
    ],
)
def test_a_broken_file_is_one_error_with_its_line(content: bytes, line: int, code: str) -> None:
    [error] = findings_of(content).errors
    assert (error.line, error.code) == (line, code)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("Title", "", "REQUIRED"),
        ("Handle", "日本", "INVALID_HANDLE"),
        ("Published", "maybe", "INVALID_VALUE"),
        ("Status", "gone", "INVALID_VALUE"),
        ("Variant Inventory Policy", "perhaps", "INVALID_VALUE"),
        ("Variant Inventory Qty", "1.5", "INVALID_NUMBER"),
        ("Variant Inventory Qty", "1e9", "INVALID_NUMBER"),
        ("Variant Grams", "light", "INVALID_NUMBER"),
        ("Variant Grams", "٣", "INVALID_NUMBER"),
        ("Variant Price", "-1", "INVALID_AMOUNT"),
        ("Variant Price", "1,50", "INVALID_AMOUNT"),
        ("Variant Price", "NaN", "INVALID_AMOUNT"),
        ("Image Position", "first", "INVALID_NUMBER"),
        ("Option2 Value", "Red", "UNKNOWN_OPTION"),
    ],
)
def test_a_cell_that_says_nothing_is_named_by_line_and_column(
    column: str, value: str, code: str
) -> None:
    cells = {"Handle": "tea", "Title": "Tea", column: value}
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerows([list(cells), list(cells.values())])

    [error] = findings_of(content.getvalue()).errors

    assert (error.line, error.column, error.code) == (2, column, code)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("Title", "x" * 256, "TOO_LONG"),
        ("Tags", ",".join(map(str, range(51))), "TOO_MANY"),
        ("Variant Price", "1.234", "TOO_PRECISE"),
        ("Variant SKU", "s" * 101, "TOO_LONG"),
        ("Variant Grams", "-5", "OUT_OF_RANGE"),
        ("Variant Inventory Qty", "1000000001", "OUT_OF_RANGE"),
        ("Image Src", "ftp://cdn.example/a.jpg", "INVALID_URL"),
        ("SEO Title", "x" * 256, "TOO_LONG"),
        ("Variant Image", "javascript:alert(1)", "INVALID_URL"),
    ],
)
async def test_what_the_catalogue_refuses_is_named_by_line_and_column(
    run: Import, stored: Read, column: str, value: str, code: str
) -> None:
    cells = {"Handle": "tea", "Title": "Tea", column: f'"{value}"'}

    report = await run(csv_of(tuple(cells), (), tuple(cells.values())))

    [error] = report.errors
    assert (error.line, error.handle, error.code) == (3, "tea", code)
    assert error.column == ("Image Src" if code == "INVALID_URL" else column)
    assert await stored() == {}


async def test_all_errors_are_collected_and_nothing_is_imported(run: Import, stored: Read) -> None:
    content = csv_of(
        ("Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price"),
        ("good", "Good", "", "", "G-1", "10"),
        ("poor", "", "Size", "S", "P-1", "ten"),
        ("poor", "", "", "", "P-2", "10"),
        ("good", "Good again", "", "", "G-2", "10"),
        ("twin", "Twin", "", "", "G-1", "10"),
        ("short", "Short"),
        ("deep", "Deep", "Size", "S", "D-1", "1.001"),
        ("deep", "", "", "S", "D-1", "2"),
    )

    report = await run(content)

    assert [(e.line, e.column, e.code) for e in report.errors] == [
        (3, "Title", "REQUIRED"),
        (3, "Variant Price", "INVALID_AMOUNT"),
        (4, "Option1 Value", "REQUIRED"),
        (5, "Handle", "HANDLE_AGAIN"),
        (6, "Variant SKU", "SKU_AGAIN"),
        (7, None, "WRONG_FIELD_COUNT"),
        (8, "Variant Price", "TOO_PRECISE"),
        (9, None, "DUPLICATE_VARIANT"),
        (9, "Variant SKU", "SKU_TAKEN"),
    ]
    assert "line 2" in report.errors[3].detail
    assert (report.error_count, report.broken_off) == (9, None)
    assert report.counts.created == report.counts.updated == 0
    assert await stored() == {}


async def test_a_sku_of_another_product_is_found_before_anything_is_imported(
    host: Host, ctx: Context, run: Import, stored: Read
) -> None:
    given = ProductCreate(title="Own", variants=(VariantInput(sku="OWN-1"),))
    await host.get(ProductService).create(ctx, given)

    report = await run(csv_of(COLUMNS, GOOD, ("thief", "Thief", "OWN-1", "5")))

    [error] = report.errors
    assert (error.line, error.code, error.column) == (3, "SKU_TAKEN", "Variant SKU")
    assert list(await stored()) == ["own"]


def test_lines_are_counted_through_quoted_line_ends_and_empty_lines() -> None:
    content = 'Handle,Title\r\n\r\na,"A\r\nand\r\nmore"\r\n,\r\nb,\r\n'
    [error] = findings_of(content).errors
    assert (error.line, error.handle, error.code) == (7, "b", "REQUIRED")


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert findings_of("\ufeffHandle,Title\na,A\n".encode()).errors == []


def test_a_product_with_too_many_rows_is_refused_without_keeping_them() -> None:
    [error] = findings_of("Handle,Title\n" + "a,A\n" * (MAX_ROWS + 50)).errors
    assert (error.line, error.code) == (MAX_ROWS + 2, "TOO_MANY")


def test_of_very_many_errors_the_first_ones_are_listed_and_all_are_counted() -> None:
    found = findings_of("Handle,Title\n" + "".join(f"a-{n},\n" for n in range(12_000)))
    assert (len(found.errors), found.error_count) == (10_000, 12_000)


async def test_a_handle_that_cannot_be_kept_is_changed_and_said(run: Import, stored: Read) -> None:
    report = await run(csv_of(("Handle", "Title"), ("Crème_Brûlée--XL", "Crème brûlée")))

    [warning] = report.warnings
    assert (warning.line, warning.column, warning.code) == (2, "Handle", "HANDLE_CHANGED")
    assert list(await stored()) == ["creme-brulee-xl"]


async def test_stock_below_zero_is_imported_as_none_and_said(run: Import, stored: Read) -> None:
    columns = ("Handle", "Title", "Variant Inventory Qty", "Variant Inventory Policy")
    report = await run(csv_of(columns, ("a", "A", "-2", "deny")))

    assert [(w.line, w.code) for w in report.warnings] == [(2, "STOCK_BELOW_ZERO")]
    [product] = (await stored()).values()
    assert product.variants[0].stock == 0


async def test_an_unknown_currency_is_refused(run: Import) -> None:
    with pytest.raises(ValidationFailed):
        await run(csv_of(COLUMNS, GOOD), currency="GOLD")


WORDS = """\
a b 1 -1 0.5 999999999999999999999999 true active archived Size Title Default_Title continue
https://cdn.example/a.jpg //cdn.example/b.jpg <b> a,b q"q""".split()
cells = st.one_of(st.just(""), st.sampled_from(WORDS), st.text(max_size=12))
tables = st.lists(st.sampled_from(sorted(NAMES)), unique=True, max_size=12).flatmap(
    lambda names: st.tuples(
        st.just(["Handle", "Title", *(name for name in names if name not in {"Handle", "Title"})]),
        st.lists(st.lists(cells, min_size=1, max_size=14), max_size=8),
    )
)


orderly = st.lists(
    st.tuples(
        st.sampled_from(["tea", "mug", "pot", "jar"]),
        st.text("Aé日'\" ", min_size=1).filter(str.strip),
        st.sampled_from(["", "T-1", "T-2", "T-3"]),
        st.sampled_from(["", "0", "9.90", "12", "1000000"]),
        st.integers(-3, 10).map(str),
        st.sampled_from(["active", "draft", "archived", ""]),
        st.sampled_from(["", "https://cdn.example/a.jpg", "//cdn.example/b.jpg"]),
    ).map(list),
    unique_by=lambda row: row[0],
    max_size=4,
).map(
    lambda rows: (
        [*COLUMNS, "Variant Inventory Qty", "Status", "Image Src"],
        rows,
    )
)


def written(table: tuple[list[str], list[list[str]]]) -> bytes:
    """The table as CSV; rows mostly have the header's width."""
    header, rows = table
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(header)
    for row in rows:
        is_ragged = len(row) % 5 == 0
        writer.writerow(row if is_ragged else (row * len(header))[: len(header)])
    return content.getvalue().encode("utf-8", "replace")


@settings(max_examples=150, deadline=None)
@given(st.one_of(tables.map(written), st.binary(max_size=300)))
def test_whatever_the_file_is_there_is_a_report_with_lines_of_it(content: bytes) -> None:
    found = findings_of(content)
    lines = len(content.replace(b"\r", b"\n").split(b"\n"))
    assert all(1 <= error.line <= lines for error in (*found.errors, *found.warnings))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(orderly, tables).map(written))
async def test_a_file_is_imported_as_a_whole_or_not_at_all(
    run: Import, stored: Read, content: bytes
) -> None:
    before = await stored()

    report = await run(content, publish=True)

    counts = report.counts
    done = counts.created + counts.updated + counts.unchanged
    if report.error_count:
        assert done == 0
        assert report.broken_off is None
        assert await stored() == before
    else:
        assert done == report.products
        again = await run(content, publish=True)
        assert (again.error_count, again.counts.unchanged) == (0, report.products)
