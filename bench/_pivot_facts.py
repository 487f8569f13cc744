"""A warehouse of drawn ledger lines, made by the very statements that build the product's own.

Orders of six instruments; few customers bring much and many bring little. 24 project groups in 8 laboratories, 40
cities in 8 provinces, five years of days.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hengke_analytics import engine
from hengke_analytics.warehouse import build, star

LINES = """
CREATE VIEW feed_line AS
WITH o AS (SELECT range AS line, hash(range // 6) AS h, hash(range) AS g FROM range({lines}))
SELECT line AS line_id, CAST(1 + floor({customers} * pow((h % 1000003) / 1000003, 3)) AS INTEGER) AS alias_id,
    1 AS source_id, 1 AS import_id, line AS line_no, 'W' || (line // 6) AS order_no,
    CAST(date '2021-01-01' + CAST((h // 1000003) % 1826 AS INTEGER) AS VARCHAR) AS submitted_on,
    '' AS done_on, '' AS valid_until,
    'lab ' || (g // 10007) % 8 AS laboratory, 'group ' || (g // 10007) % 24 AS project_group,
    CASE WHEN g % 10 = 0 THEN 'test' ELSE 'calibration' END AS service_kind,
    'item ' || (g // 10007) % 120 AS item, 'instrument ' || (g // 10007) % 240 AS instrument_name,
    'M' || g % 50 AS model, CAST(g % 1000000 AS VARCHAR) AS serial,
    NULL::BIGINT AS list_price, CAST(100 * exp(3 + 4 * (g % 10007) / 10007) AS BIGINT) AS billed,
    CAST(h % 11 * 10 * exp(3 + 4 * (g % 10007) / 10007) AS BIGINT) AS received, '' AS received_on,
    NULL::BIGINT AS cost, '' AS row_hash
FROM o;
CREATE VIEW feed_alias AS
SELECT CAST(range + 1 AS INTEGER) AS alias_id, range + 1 AS customer_id, 'name' AS name, 0 AS variant
FROM range({customers} + 1);
CREATE VIEW feed_customer AS
SELECT range + 1 AS customer_id, 'C' || range AS number, 'customer ' || range AS name, '' AS short_name,
    'province ' || range % 8 AS province, 'city ' || range % 40 AS city, 'county ' || range % 200 AS county,
    'category ' || range % 4 AS category, 'ownership ' || range % 3 AS ownership, 'size ' || range % 5 AS size,
    'industry ' || range % 20 AS industry, '' AS stage, '' AS origin, range % 30 AS owner_id,
    '/1/' || range % 6 || '/' AS unit_path
FROM range({customers} + 1);
CREATE VIEW feed_source AS SELECT 1 AS source_id, 'drawn' AS name, 0 AS is_demo;
CREATE VIEW feed_import AS SELECT 1 AS import_id, 1 AS source_id, '' AS file_name, '' AS digest;
"""


def made(path: Path, lines: int) -> None:
    """Write the warehouse of `lines` lines to a file."""
    backend: Any = engine.open_for_loading(path)
    for statement in LINES.format(lines=lines, customers=max(lines // 100, 10)).split(";"):
        if statement.strip():
            backend.con.execute(statement)
    backend.con.execute(star.FACT_LINE)
    backend.con.execute(star.DIMENSIONS)
    backend.con.execute(star.AGGREGATES)
    build.make_views(backend.con)
    backend.con.execute("CHECKPOINT")
    backend.disconnect()
