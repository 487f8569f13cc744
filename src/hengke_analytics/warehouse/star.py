"""The star: facts hang on the alias (the name in the ledger), a bridge says whose alias that is.

Splitting or joining customers therefore changes the bridge only, and all history follows. Amounts arrive in
whole cents and are stored as DECIMAL(18,2); days arrive as ISO text.
"""

from __future__ import annotations

import hashlib

MONEY = "DECIMAL(18,2)"


def _money(name: str) -> str:
    # Dividing decimals yields a double; scaling the type down by two places is exact.
    return f"CAST(CAST({name} AS DECIMAL(20,0)) * 0.01 AS {MONEY}) AS {name}"


def _day(name: str) -> str:
    return f"CAST(nullif({name}, '') AS DATE) AS {name}"


FEEDS: dict[str, tuple[str, ...]] = {
    "line": (
        "line_id", "alias_id", "source_id", "import_id", "line_no", "order_no", "submitted_on", "done_on",
        "valid_until", "laboratory", "project_group", "service_kind", "item", "instrument_name", "model", "serial",
        "list_price", "billed", "received", "received_on", "cost", "row_hash",
    ),
    "alias": ("alias_id", "customer_id", "name", "variant"),
    "customer": (
        "customer_id", "number", "name", "short_name", "province", "city", "county", "category", "ownership", "size",
        "industry", "stage", "origin", "owner_id", "unit_path",
    ),
    "source": ("source_id", "name", "is_demo"),
    "import": ("import_id", "source_id", "file_name", "digest"),
}  # fmt: skip
"""Columns that a build is fed with; money in cents, days as ISO text ('' for none)."""

LINES = f"""
SELECT line_id, alias_id, source_id, import_id, line_no, order_no,
    {_day("submitted_on")}, {_day("done_on")}, {_day("valid_until")},
    laboratory, project_group, service_kind, item, instrument_name, model, serial,
    {_money("list_price")}, {_money("billed")}, {_money("received")}, {_day("received_on")}, {_money("cost")},
    row_hash
FROM feed_line
ORDER BY submitted_on, line_id
"""
# By day: a question names a period, and blocks of other days are then passed over; new lines come at the end anyway.
FACT_LINE = f"CREATE TABLE fact_line AS {LINES}"

DIMENSIONS = """
CREATE TABLE bridge_alias_customer AS SELECT alias_id, customer_id, name, variant FROM feed_alias ORDER BY alias_id;
CREATE TABLE dim_customer AS SELECT * FROM feed_customer ORDER BY customer_id;
CREATE TABLE dim_import AS SELECT * FROM feed_import;
CREATE TABLE dim_source AS
SELECT s.source_id, s.name, CAST(s.is_demo AS BOOLEAN) AS is_demo, f.* EXCLUDE (source_id)
FROM feed_source s JOIN (
    SELECT source_id, count(*) AS lines, min(submitted_on) AS first_date, max(submitted_on) AS last_date,
        count(received) > 0 AS has_received, count(cost) > 0 AS has_cost,
        count(list_price) > 0 AS has_list_price, count(done_on) > 0 AS has_done, count(received_on) > 0 AS has_paid
    FROM fact_line GROUP BY source_id
) f USING (source_id);
CREATE TABLE dim_laboratory AS
SELECT laboratory, count(*) AS lines FROM fact_line GROUP BY laboratory ORDER BY laboratory;
CREATE TABLE dim_group AS
SELECT laboratory, project_group, count(*) AS lines FROM fact_line GROUP BY ALL ORDER BY ALL;
CREATE TABLE dim_item AS
SELECT instrument_name, item, service_kind, count(*) AS lines FROM fact_line GROUP BY ALL ORDER BY ALL;
CREATE TABLE dim_date AS
SELECT CAST(day AS DATE) AS date, year(day) AS year, quarter(day) AS quarter, month(day) AS month, day(day) AS day,
    yearweek(day) AS week, isodow(day) AS weekday
FROM (SELECT unnest(generate_series(
    date_trunc('year', min(submitted_on)), date_trunc('year', max(submitted_on)) + INTERVAL 1 YEAR - INTERVAL 1 DAY,
    INTERVAL 1 DAY
)) AS day FROM fact_line);
"""

_SUMS = f"""
    CAST(sum(billed) AS {MONEY}) AS amount, CAST(coalesce(sum(received), 0) AS {MONEY}) AS received,
    CAST(coalesce(sum(cost), 0) AS {MONEY}) AS cost, CAST(coalesce(sum(list_price), 0) AS {MONEY}) AS list_price,
    CAST(coalesce(sum(billed) FILTER (list_price IS NOT NULL), 0) AS {MONEY}) AS listed, count(*) AS lines
"""
# Sums of sums: what a coarser aggregate takes from a finer one.
_SUMS_AGAIN = f"""
    CAST(sum(amount) AS {MONEY}) AS amount, CAST(sum(received) AS {MONEY}) AS received,
    CAST(sum(cost) AS {MONEY}) AS cost, CAST(sum(list_price) AS {MONEY}) AS list_price,
    CAST(sum(listed) AS {MONEY}) AS listed, CAST(sum(lines) AS BIGINT) AS lines
"""

CUSTOMER_WORDS = (
    "c.province, c.city, c.county, c.category, c.ownership, c.size, c.industry, c.owner_id, c.unit_path"
)
# By day first, as the lines: a period is then read without what lies outside it.
ORDER = "date, customer, source_id, laboratory"


def customer_day(among: str = "true") -> str:
    """Sums by customer and day, `among` those customers.

    They carry the customer's words: joining them to every sum costs more than most questions.
    """
    return f"""
SELECT s.*, {CUSTOMER_WORDS} FROM (
    SELECT customer_id AS customer, submitted_on AS date, source_id, laboratory, {_SUMS}
    FROM fact_line LEFT JOIN bridge_alias_customer USING (alias_id) WHERE {among} GROUP BY ALL
) s LEFT JOIN dim_customer c ON c.customer_id = s.customer ORDER BY {ORDER}
"""


def customer_month(among: str = "true") -> str:
    """Sums by customer and month, made of those by day."""
    return f"""
SELECT s.*, {CUSTOMER_WORDS} FROM (
    SELECT customer, CAST(date_trunc('month', date) AS DATE) AS date, source_id, laboratory,
        {_SUMS_AGAIN}, min(date) AS first_date, max(date) AS last_date
    FROM agg_customer_day WHERE {among} GROUP BY customer, date_trunc('month', date), source_id, laboratory
) s LEFT JOIN dim_customer c ON c.customer_id = s.customer ORDER BY {ORDER}
"""


# Sums of all customers: few rows, made anew whenever lines change.
COMMON_MONTHS = f"""
CREATE TABLE agg_region_month AS
SELECT province, city, county, laboratory, date, source_id, {_SUMS_AGAIN},
    min(first_date) AS first_date, max(last_date) AS last_date
FROM agg_customer_month GROUP BY province, city, county, laboratory, date, source_id ORDER BY ALL;
CREATE TABLE agg_whole_month AS
SELECT s.*, {CUSTOMER_WORDS} FROM (
    SELECT customer, date, source_id, {_SUMS_AGAIN}, min(first_date) AS first_date, max(last_date) AS last_date
    FROM agg_customer_month GROUP BY customer, date, source_id
) s LEFT JOIN dim_customer c ON c.customer_id = s.customer ORDER BY date, customer, source_id;
CREATE TABLE agg_kind_month AS
SELECT category, ownership, size, industry, laboratory, date, source_id, {_SUMS_AGAIN},
    min(first_date) AS first_date, max(last_date) AS last_date
FROM agg_customer_month GROUP BY category, ownership, size, industry, laboratory, date, source_id ORDER BY ALL;
CREATE TABLE agg_work_month AS
SELECT c.province, c.city, c.county, laboratory, project_group, service_kind,
    CAST(date_trunc('month', submitted_on) AS DATE) AS date, source_id, {_SUMS},
    min(submitted_on) AS first_date, max(submitted_on) AS last_date
FROM fact_line LEFT JOIN bridge_alias_customer USING (alias_id) LEFT JOIN dim_customer c USING (customer_id)
GROUP BY ALL ORDER BY ALL;
CREATE TABLE agg_item_month AS
SELECT laboratory, project_group, service_kind, item, instrument_name,
    CAST(date_trunc('month', submitted_on) AS DATE) AS date, source_id, {_SUMS},
    min(submitted_on) AS first_date, max(submitted_on) AS last_date
FROM fact_line GROUP BY ALL ORDER BY ALL;
CREATE TABLE agg_laboratory_month AS
SELECT laboratory, project_group, date, source_id, {_SUMS_AGAIN},
    min(first_date) AS first_date, max(last_date) AS last_date
FROM agg_item_month GROUP BY laboratory, project_group, date, source_id ORDER BY ALL;
"""
AGGREGATES = f"""
CREATE TABLE agg_customer_day AS {customer_day()};
CREATE TABLE agg_customer_month AS {customer_month()};
{COMMON_MONTHS}
"""


def views(*, has_received: bool, has_cost: bool, has_list_price: bool, has_done: bool, has_paid: bool) -> str:
    """The fact tables as the measures expect them; a column that no source fills is absent, so that what needs it
    is hidden instead of zero."""
    filled = {
        "received": has_received,
        "cost": has_cost,
        "list_price": has_list_price,
        "listed": has_list_price,
    }
    missing = [name for name, is_filled in filled.items() if not is_filled]
    drop = f"EXCLUDE ({', '.join(missing)})" if missing else ""
    paid = "f.received_on, " if has_received else ""
    received = "coalesce(f.received, 0) AS received, " if has_received else ""
    cost = "coalesce(f.cost, 0) AS cost, " if has_cost else ""
    listed = "CASE WHEN f.list_price IS NOT NULL THEN f.billed END AS listed, " if has_list_price else ""
    price = "f.list_price, " if has_list_price else ""
    # A day before the one it should follow is a slip of the pen, but who pays before the work is done pays at once.
    passed = "date_diff('day', f.submitted_on, f.done_on)"
    done = f"CASE WHEN f.done_on >= f.submitted_on THEN {passed} END AS days_done, " if has_done else ""
    days_paid = (
        "greatest(date_diff('day', coalesce(f.done_on, f.submitted_on), f.received_on), 0) AS days_paid, "
    )
    waited = days_paid if has_received and has_paid else ""
    return f"""
CREATE OR REPLACE VIEW facts AS
SELECT b.customer_id AS customer, f.submitted_on AS date, f.billed AS amount, {received}{paid}{cost}{price}{listed}
    {done}{waited}CAST(1 AS BIGINT) AS lines, f.line_id, f.alias_id, f.source_id, f.import_id, f.line_no, f.order_no,
    f.laboratory, f.project_group, f.service_kind, f.item, f.instrument_name, f.model, f.serial, f.done_on,
    f.valid_until, {CUSTOMER_WORDS}
FROM fact_line f LEFT JOIN bridge_alias_customer b USING (alias_id)
    LEFT JOIN dim_customer c ON c.customer_id = b.customer_id;
CREATE OR REPLACE VIEW facts_day AS SELECT * {drop} FROM agg_customer_day;
CREATE OR REPLACE VIEW facts_month AS SELECT * {drop} FROM agg_customer_month;
CREATE OR REPLACE VIEW facts_laboratory AS SELECT * {drop} FROM agg_laboratory_month;
CREATE OR REPLACE VIEW facts_region AS SELECT * {drop} FROM agg_region_month;
CREATE OR REPLACE VIEW facts_whole AS SELECT * {drop} FROM agg_whole_month;
CREATE OR REPLACE VIEW facts_kind AS SELECT * {drop} FROM agg_kind_month;
CREATE OR REPLACE VIEW facts_work AS SELECT * {drop} FROM agg_work_month;
CREATE OR REPLACE VIEW facts_item AS SELECT * {drop} FROM agg_item_month;
"""


def layout() -> str:
    """Changes with these statements: a warehouse of another layout is not carried on but built anew."""
    whole = views(has_received=True, has_cost=True, has_list_price=True, has_done=True, has_paid=True)
    parts = ("own", FACT_LINE, DIMENSIONS, AGGREGATES, whole)
    return hashlib.sha256("".join(parts).encode()).hexdigest()
