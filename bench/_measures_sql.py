"""SQL that a specialist would write for each measure, for `measures.py` to compare with."""

from __future__ import annotations

_Y24 = "date >= '2024-01-01' AND date < '2025-01-01'"
_Y25 = "date >= '2025-01-01' AND date < '2026-01-01'"
_BOTH_YEARS = "date >= '2024-01-01' AND date < '2026-01-01'"
_RANKED = f"""
WITH c AS (SELECT customer, CAST(sum(amount) AS DECIMAL(18, 2)) x FROM facts WHERE {_Y25} GROUP BY 1),
p AS (SELECT * FROM c WHERE x > 0),
r AS (
    SELECT customer, x, row_number() OVER w k, sum(x) OVER w cum, sum(x) OVER () total, count(*) OVER () n
    FROM p WINDOW w AS (ORDER BY x DESC, customer)
)"""
_TIER = """CASE WHEN k <= greatest(1, floor(n * 0.01 + 0.5)) THEN 'vip'
    WHEN k <= floor(n * 0.05 + 0.5) THEN 'major'
    WHEN k <= floor(n * 0.2 + 0.5) THEN 'regular' ELSE 'small' END"""
_BOTH = f"""b AS (
    SELECT customer, coalesce(sum(amount) FILTER ({_Y24}), 0) x, coalesce(sum(amount) FILTER ({_Y25}), 0) y
    FROM facts WHERE {_BOTH_YEARS} GROUP BY 1
)"""

PARETO = f"""{_RANKED}
SELECT count(*) n, sum(x) total, count(*) FILTER (cum - x < 0.8 * total) head, sum(x * k) weighted,
    sum(x) FILTER (k <= greatest(1, floor(n * 0.01 + 0.5))) one,
    sum(x) FILTER (k <= floor(n * 0.05 + 0.5)) five,
    sum(x) FILTER (k <= floor(n * 0.2 + 0.5)) twenty,
    list({{'k': k, 's': cum / total}} ORDER BY k)
        FILTER (k * 200 // n != (k - 1) * 200 // n OR k <= 20) curve
FROM r"""

PARETO_LIST = f"{_RANKED} SELECT customer, x, x / total s, cum / total c, k AS rank FROM r ORDER BY k"

PYRAMID = f"""{_RANKED}
SELECT {_TIER} tier, count(*) n, sum(x) x, min(x), max(x) FROM r GROUP BY 1 ORDER BY min(k)"""

INTERVALS = f"""{_RANKED},
l AS (
    SELECT CAST(x AS DOUBLE) x, CASE WHEN cum - x < 0.8 * total THEN 0
        ELSE 1 + ntile(5000) OVER (PARTITION BY cum - x < 0.8 * total ORDER BY x) END bucket
    FROM r
),
s AS (
    SELECT bucket, sum(log10(avg(x)) * count(*)) OVER a s1, sum(count(*)) OVER a s0,
        sum(log10(avg(x)) * count(*)) OVER () t1, sum(count(*)) OVER () t0
    FROM l WHERE bucket > 0 GROUP BY 1 WINDOW a AS (ORDER BY bucket)
),
cut AS (SELECT arg_max(bucket, s1 * s1 / s0 + (t1 - s1) * (t1 - s1) / nullif(t0 - s0, 0)) b FROM s)
SELECT CASE WHEN bucket = 0 THEN 'large' WHEN bucket > b THEN 'medium' ELSE 'small' END AS kind, count(*) n,
    quantile_cont(x, [0.05, 0.25, 0.5, 0.75, 0.95]), min(x), max(x), sum(x)
FROM l, cut GROUP BY 1 ORDER BY min(x) DESC"""

MIGRATION = f"""WITH {_BOTH},
f AS (
    SELECT customer, x, row_number() OVER (ORDER BY x DESC, customer) k, count(*) OVER () n FROM b WHERE x > 0
),
t AS (
    SELECT customer, y, row_number() OVER (ORDER BY y DESC, customer) k, count(*) OVER () n FROM b WHERE y > 0
)
SELECT coalesce(f.tier, 'new') a, coalesce(t.tier, 'gone') z, count(*) n, sum(x) x, sum(y) y
FROM (SELECT customer, x, {_TIER} tier FROM f) f
FULL JOIN (SELECT customer, y, {_TIER} tier FROM t) t USING (customer)
GROUP BY ALL"""

LOST = f"WITH {_BOTH} SELECT customer, x AS amount_before FROM b WHERE x > 0 AND y <= 0 ORDER BY 2 DESC, 1"

YOY = f"""
SELECT laboratory, sum(amount) FILTER ({_Y25}) this, sum(amount) FILTER ({_Y24}) AS last
FROM facts WHERE {_BOTH_YEARS} GROUP BY 1 ORDER BY 2 DESC, 1"""

YOY_MONTHS = f"""
SELECT month(date) m, sum(amount) FILTER ({_Y25}) this, sum(amount) FILTER ({_Y24}) AS last
FROM facts WHERE {_BOTH_YEARS} GROUP BY 1 ORDER BY 1"""

DISTRIBUTION = f"""
SELECT laboratory, count(DISTINCT customer) customers, sum(amount) amount
FROM facts WHERE {_Y25} GROUP BY 1 ORDER BY 3 DESC, 1"""

GROWTH = """
WITH y AS (SELECT customer, year(date) y, CAST(greatest(sum(amount), 0) AS DOUBLE) x FROM facts GROUP BY ALL),
f AS (SELECT customer, y, x, min(y) OVER (PARTITION BY customer) b FROM y)
SELECT customer, 2026 - b AS years, sum((y - (b + 2025) / 2) * ln(1 + x))
    / nullif((2026 - b) * ((2026 - b) * (2026 - b) - 1) / 12, 0) growth
FROM f GROUP BY customer, b ORDER BY 1"""

REGULARITY = """
SELECT customer, min(year(date)) first_year, count(DISTINCT year(date)) AS years
FROM facts WHERE date <= '2025-12-31' GROUP BY 1 ORDER BY 1"""

CHURN = """
WITH d AS (SELECT DISTINCT customer, date FROM facts WHERE date <= '2025-12-31'),
i AS (
    SELECT *, date - lag(date) OVER (PARTITION BY customer ORDER BY date) gap,
        row_number() OVER (PARTITION BY customer ORDER BY date DESC) age
    FROM d
),
p AS (
    SELECT customer, max(date) AS last, count(*) submissions, date '2025-12-31' - max(date) silent,
        median(gap) m0, median(gap) FILTER (age > 1) m1, median(gap) FILTER (age > 2) m2,
        max(gap) FILTER (age = 1) g1, max(gap) FILTER (age = 2) g2
    FROM i GROUP BY 1
),
e AS (
    SELECT *, CASE WHEN submissions > 3 THEN m0 ELSE 365 END e0, CASE WHEN submissions > 4 THEN m1 ELSE 365 END e1,
        CASE WHEN submissions > 5 THEN m2 ELSE 365 END e2
    FROM p
)
SELECT customer, last, submissions, silent, e0, greatest(90, 1.5 * e0) threshold,
    CASE WHEN silent > 2 * greatest(90, 1.5 * e0) THEN 'lost' WHEN silent > greatest(90, 1.5 * e0) THEN 'churned'
        WHEN silent > e0 THEN 'dormant' ELSE 'active' END state,
    silent <= greatest(90, 1.5 * e0) AND coalesce(
        g1 > greatest(90, 1.5 * e1) OR g2 > greatest(90, 1.5 * e2), false) won_back
FROM e ORDER BY 1"""

RFM = """
WITH c AS (
    SELECT customer, date '2025-12-31' - max(date) recency, count(DISTINCT date) frequency,
        sum(amount) monetary
    FROM facts WHERE date <= '2025-12-31' GROUP BY 1
),
s AS (
    SELECT *, least(5, 1 + 5 * (rank() OVER (ORDER BY recency DESC) - 1) // count(*) OVER ()) r,
        least(5, 1 + 5 * (rank() OVER (ORDER BY frequency) - 1) // count(*) OVER ()) f,
        least(5, 1 + 5 * (rank() OVER (ORDER BY monetary) - 1) // count(*) OVER ()) m
    FROM c
)
SELECT *, CASE WHEN r >= 4 AND f >= 4 AND m >= 4 THEN 'champion' WHEN r >= 3 AND m = 5 THEN 'big_spender'
    WHEN r >= 3 AND f >= 4 THEN 'loyal' WHEN r >= 4 AND f >= 2 THEN 'promising' WHEN r >= 4 THEN 'new'
    WHEN r = 3 AND f >= 2 THEN 'need_attention' WHEN r = 3 THEN 'about_to_sleep'
    WHEN f >= 4 AND m >= 4 THEN 'cannot_lose' WHEN f >= 3 THEN 'at_risk' WHEN r = 2 THEN 'hibernating'
    ELSE 'lost' END segment
FROM s ORDER BY monetary DESC, customer"""
