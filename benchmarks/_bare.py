"""The board of ``_board.SCHEME`` by hand, without a line of the application: the same rows, indexes, foreign key
and digest.

It knows what the application has to find out: the scheme's weights and rules, the keys of the indicators,
how deep the tree is, that both sections always apply, that no total is missing.
"""
# ruff: noqa: E501, S608 - SQL of our own

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg2
from psycopg2.extensions import connection as Connection

from assessments.choices import ItemState
from assessments.scoring.digest import Hashing
from benchmarks import DATABASE, SERVER

SHARD = 25_000
CONNECTIONS = 2
DEEPEST = 5
GATHERED = """
SELECT u.id, u.code, p.name, p.path, p.category, coalesce(above.code, '') AS parent_code, u.kind = 'COMMITTEE' AS home,
       meetings.n AS mn, meetings.d AS md, days.n AS dn, days.d AS dd, days.v AS dv, marks.s, marks.c,
       figure.p3, figure.b1, figure.b2, figure.b3, figure.b4
  FROM branches_partyunit u
  JOIN (SELECT DISTINCT ON (unit_id) unit_id, parent_id, name, path, category FROM branches_placement
         WHERE starts_on <= '2026-06-30' AND unit_id BETWEEN {first} AND {last}
         ORDER BY unit_id, starts_on DESC) p ON p.unit_id = u.id
  LEFT JOIN branches_partyunit above ON above.id = p.parent_id
  LEFT JOIN (SELECT d.unit_id, count(*) AS d, count(done.id) AS n
               FROM activities_duty d JOIN activities_dutyrule r ON r.id = d.rule_id AND r.in_meetings
               LEFT JOIN (SELECT DISTINCT d.id
                            FROM activities_duty d JOIN activities_dutyrule r ON r.id = d.rule_id AND r.in_meetings
                            JOIN activities_participation part ON part.unit_id = d.unit_id
                             AND part.held_on BETWEEN d.counts_from AND d.counts_until
                             AND part.unit_id BETWEEN {first} AND {last}
                             AND part.state = 'CONFIRMED'
                            JOIN activities_activitycount k ON k.activity_id = part.activity_id AND k.kind = r.kind
                           WHERE d.unit_id BETWEEN {first} AND {last} AND d.last_day BETWEEN '2026-01-01' AND '2026-06-30'
                             AND d.exempt_reason = '') done ON done.id = d.id
              WHERE d.unit_id BETWEEN {first} AND {last} AND d.last_day BETWEEN '2026-01-01' AND '2026-06-30'
                AND d.exempt_reason = ''
              GROUP BY d.unit_id) meetings ON meetings.unit_id = u.id
  LEFT JOIN (SELECT part.unit_id, sum(present_count) AS n, sum(expected_count - excused_count) AS d, count(*) AS v
               FROM activities_participation part
               JOIN activities_activitycount k ON k.activity_id = part.activity_id AND k.kind = 'THEMED_PARTY_DAY'
              WHERE part.state = 'CONFIRMED' AND part.held_on BETWEEN '2026-01-01' AND '2026-06-30' AND part.unit_id BETWEEN {first} AND {last} AND part.expected_count IS NOT NULL
              GROUP BY part.unit_id) days ON days.unit_id = u.id
  LEFT JOIN (SELECT unit_id, sum(score)::bigint AS s, count(*) AS c FROM assessments_rating
              WHERE unit_id BETWEEN {first} AND {last} AND period_id = {period} AND scheme_code = 'vanguard'
                AND item_code = 'P2'
              GROUP BY unit_id) marks ON marks.unit_id = u.id
  LEFT JOIN (SELECT unit_id, max(raw) FILTER (WHERE indicator_id = {TEST_PASSED}) AS p3,
                    max(raw) FILTER (WHERE indicator_id = {OUTAGE_MV}) AS b1,
                    max(raw) FILTER (WHERE indicator_id = {COMPLAINTS}) AS b2,
                    max(raw) FILTER (WHERE indicator_id = {SAFETY_EVENTS}) AS b3,
                    max(raw) FILTER (WHERE indicator_id = {VIOLATIONS}) AS b4
               FROM assessments_indicatorvalue WHERE state = 'VERIFIED' AND unit_id BETWEEN {first} AND {last} AND period_id = {period}
              GROUP BY unit_id) figure ON figure.unit_id = u.id
 WHERE u.id BETWEEN {first} AND {last} AND u.kind IN ('COMMITTEE', 'GENERAL_BRANCH', 'BRANCH', 'GROUP')
   AND coalesce(u.opened_on <= '2026-06-30', true) AND coalesce(u.closed_on > '2026-06-30', true)"""


def rate(numerator: str, denominator: str) -> str:
    return f"CASE WHEN {denominator} > 0 THEN (200000000 * {numerator} + {denominator}) / (2 * {denominator}) END"


def band(raw: str, good: int, bad: int) -> str:
    """10,000 x (60 + 40 (x - u) / (g - u)), half-up, 0..100; nothing counts 0."""
    span, sign = abs(good - bad), 1 if good > bad else -1
    over = f"{sign} * ({raw} - ({bad}))"
    return (
        f"coalesce(least(1000000, greatest(0, (1200000 * {span}::bigint + 800000 * {over} + {span})"
        f" / (2 * {span}))), 0)"
    )


def state(raw: str, absent: ItemState) -> str:
    return f"CASE WHEN {raw} IS NULL THEN {absent.value} ELSE {ItemState.SCORED.value} END"


MISSING, NOT_APPLICABLE = ItemState.MISSING, ItemState.NOT_APPLICABLE
STATES = ", ".join(
    [
        *(state("p1", NOT_APPLICABLE), state("p2", MISSING), state("p3", MISSING)),
        state("p4", NOT_APPLICABLE),
        *(state(name, MISSING) for name in ("b1", "b2", "b3", "b4")),
    ]
)
BOARD = f"""
WITH {{with_gathered}}
     depths AS (SELECT generate_series(1, {DEEPEST}) AS depth),
     under AS (SELECT left(path, -8) AS path, sum(mn)::bigint AS mn, sum(md)::bigint AS md, sum(dn)::bigint AS dn,
                      sum(dd)::bigint AS dd, sum(dv)::bigint AS dv FROM {{gathered}} WHERE length(path) > 8 GROUP BY 1),
     pooled AS (SELECT substr(path, 8 * depth - 7, 8)::bigint AS id, sum(mn)::bigint AS mn, sum(md)::bigint AS md,
                       sum(dn)::bigint AS dn, sum(dd)::bigint AS dd, sum(dv)::bigint AS dv
                  FROM under JOIN depths ON 8 * depth <= length(path) GROUP BY 1),
     homes AS (SELECT under.path, max(depth) AS depth FROM under JOIN depths ON 8 * depth <= length(path)
                 JOIN branches_partyunit k ON k.id = substr(under.path, 8 * depth - 7, 8)::bigint AND k.kind = 'COMMITTEE'
                GROUP BY under.path)
SELECT {{edition}}::bigint AS edition_id, id, id AS unit_id, code AS unit_code, name AS unit_name, path, parent_code,
       committee_path, category, 'M'::varchar(1) AS size_class, ARRAY[p1, p2, p3, p4, b1, b2, b3, b4]::bigint[] AS raws,
       ARRAY[s1, s2, s3, s4, t1, t2, t3, t4]::bigint[] AS item_scores, ARRAY[{STATES}]::bigint[] AS item_states,
       ARRAY[CASE WHEN md > 0 THEN mn ELSE 0 END, coalesce(c, 0), (p3 IS NOT NULL)::int,
             CASE WHEN dd > 0 THEN dv ELSE 0 END, (b1 IS NOT NULL)::int, (b2 IS NOT NULL)::int, (b3 IS NOT NULL)::int,
             (b4 IS NOT NULL)::int]::bigint[] AS evidence_counts,
       ARRAY[party, business]::bigint[] AS section_scores, ARRAY[mn, md, mn, dn, dd, dv]::bigint[] AS sums, total,
       CASE WHEN total >= 9500 THEN 'EXCELLENT' WHEN total >= 8000 THEN 'QUALIFIED' WHEN total >= 6000 THEN 'BASIC'
            ELSE 'UNQUALIFIED' END::varchar(40) AS grade,
       abs(party - business) >= 150000 AS has_gap,
       p2 IS NULL OR p3 IS NULL OR b1 IS NULL OR b2 IS NULL OR b3 IS NULL OR b4 IS NULL AS has_missing,
       false AS has_veto,
       (rank() OVER (ORDER BY total DESC, business DESC))::int AS rank_company,
       CASE WHEN parent_code <> '' THEN rank() OVER (PARTITION BY parent_code ORDER BY total DESC, business DESC)
        END::int AS rank_parent,
       (rank() OVER (PARTITION BY category ORDER BY total DESC, business DESC))::int AS rank_category,
       NULL::int AS rank_size
  FROM (SELECT *, ((party + business + 100) / 200)::int AS total
          FROM (SELECT *, (2 * (coalesce(s1, 0) + s2 + s3 + coalesce(s4, 0)) + num_nonnulls(s1, s2, s3, s4))
                          / (2 * num_nonnulls(s1, s2, s3, s4)) AS party,
                       (2 * (30 * t1 + 20 * t2 + 25 * t3 + 25 * t4) + 100) / 200 AS business
                  FROM (SELECT *, CASE WHEN p1 IS NOT NULL THEN {band("p1", 100_000_000, 90_000_000)} END AS s1,
                               coalesce((p2 + 50) / 100, 0) AS s2, {band("p3", 100_000_000, 80_000_000)} AS s3,
                               CASE WHEN p4 IS NOT NULL THEN {band("p4", 100_000_000, 85_000_000)} END AS s4,
                               {band("b1", 6_000_000, 14_000_000)} AS t1, {band("b2", 200_000, 1_000_000)} AS t2,
                               coalesce(greatest(0, 1000000 - b3 / 5), 0) AS t3, {band("b4", 0, 2_000_000)} AS t4
                          FROM (SELECT *, {rate("mn", "md")} AS p1, (2 * s + c) / (2 * c) AS p2, {rate("dn", "dd")} AS p4
                                  FROM (SELECT g.id, g.code, g.name, g.path, g.category, g.parent_code, g.s, g.c, g.p3,
                                               g.b1, g.b2, g.b3, g.b4,
                                               coalesce(g.mn + b.mn, g.mn, b.mn) AS mn, coalesce(g.md + b.md, g.md, b.md) AS md,
                                               coalesce(g.dn + b.dn, g.dn, b.dn) AS dn, coalesce(g.dd + b.dd, g.dd, b.dd) AS dd,
                                               coalesce(g.dv + b.dv, g.dv, b.dv) AS dv,
                                               CASE WHEN g.home THEN g.path ELSE left(g.path, coalesce(8 * h.depth, 0)) END
                                                 AS committee_path
                                          FROM {{gathered}} g LEFT JOIN pooled b ON b.id = g.id
                                          LEFT JOIN homes h ON h.path = left(g.path, -8) OFFSET 0) pooling
                                OFFSET 0) figures
                        OFFSET 0) items
                OFFSET 0) sections
        OFFSET 0) totals"""
INDEXES = [
    "CREATE UNIQUE INDEX ON {table} (id)",
    "CREATE UNIQUE INDEX ON {table} (edition_id, unit_id)",
    "CREATE INDEX ON {table} (edition_id, rank_company)",
    "CREATE INDEX ON {table} (unit_id)",
    "CREATE INDEX ON {table} (edition_id)",
]
FOREIGN_KEY = """
    ALTER TABLE bare ADD FOREIGN KEY (unit_id) REFERENCES branches_partyunit (id) DEFERRABLE INITIALLY DEFERRED"""
DIGESTED = r"""COPY (
    SELECT concat_ws(E'\x1f', unit_code, array_to_string(raws, ',', ''), array_to_string(item_scores, ',', ''),
                     array_to_string(item_states, ',', ''), array_to_string(evidence_counts, ',', ''),
                     array_to_string(section_scores, ',', ''), total, grade, CASE WHEN has_gap THEN 'True' ELSE 'False' END,
                     CASE WHEN has_missing THEN 'True' ELSE 'False' END, CASE WHEN has_veto THEN 'True' ELSE 'False' END,
                     rank_company, coalesce(rank_parent::text, ''), rank_category, coalesce(rank_size::text, ''))
      FROM bare ORDER BY unit_code COLLATE "C") TO STDOUT (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')"""
SETTINGS = (
    "SET jit = off",
    "SET work_mem = '256MB'",
    "SET maintenance_work_mem = '256MB'",
    "SET client_min_messages = warning",
)


@dataclass
class Bare:
    """Connections of its own, and what has to be known of the data."""

    edition: int
    period: int
    indicators: dict[str, int]
    units: int

    def __post_init__(self) -> None:
        server, _slash, _name = SERVER.partition("?")[0].rpartition("/")
        self.connections = [psycopg2.connect(f"{server}/{DATABASE}") for _number in range(CONNECTIONS)]
        for one in self.connections:
            one.autocommit = True
            self.run(one, *SETTINGS)

    def run(self, at: Connection, *statements: str) -> None:
        with at.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def gathered(self, first: int, last: int) -> str:
        return GATHERED.format(first=first, last=last, period=self.period, **self.indicators)

    def board(self, gathered: str, with_gathered: str = "") -> str:
        return BOARD.format(edition=self.edition, gathered=gathered, with_gathered=with_gathered)

    def whole(self) -> str:
        return self.board("gathered", f"gathered AS MATERIALIZED ({self.gathered(1, self.units)}),")

    def insert(self) -> str:
        """INSERT … SELECT into a table that has its indexes."""
        columns = ", ".join(COLUMNS)
        self.run(
            self.connections[0],
            *("DROP TABLE IF EXISTS bare", "CREATE TABLE bare (LIKE assessments_entry)"),
            *(index.format(table="bare") for index in INDEXES),
            "SET enable_nestloop = off",
            f"INSERT INTO bare ({columns}) {self.whole()}",
            "RESET enable_nestloop",
        )
        return self.finished([])

    def create(self) -> str:
        """CREATE TABLE AS, then its indexes."""
        self.run(
            self.connections[0],
            *("DROP TABLE IF EXISTS bare", "SET enable_nestloop = off"),
            *(f"CREATE TABLE bare AS {self.whole()}", "RESET enable_nestloop"),
        )
        return self.finished(INDEXES)

    def sharded(self) -> str:
        """Gathered in shards on two connections, CREATE TABLE AS from there, then its indexes."""
        empty = f"CREATE UNLOGGED TABLE gathered AS {self.gathered(0, 0)}"
        self.run(self.connections[0], "DROP TABLE IF EXISTS bare, gathered", empty)
        width = min(SHARD, -(-self.units // CONNECTIONS))
        firsts = range(1, self.units + 1, width)
        self.side_by_side(
            [f"INSERT INTO gathered {self.gathered(first, first + width - 1)}" for first in firsts]
        )
        self.run(
            self.connections[0],
            *("ANALYZE gathered", "SET enable_nestloop = off"),
            *(
                f"CREATE TABLE bare AS {self.board('gathered')}",
                "RESET enable_nestloop",
                "DROP TABLE gathered",
            ),
        )
        return self.finished(INDEXES)

    def finished(self, indexes: list[str]) -> str:
        """The digest, while the other connection makes the indexes and the foreign key."""
        with ThreadPoolExecutor(1) as pool:
            digest = pool.submit(self.digest, self.connections[0])
            self.run(self.connections[1], *(index.format(table="bare") for index in indexes), FOREIGN_KEY)
            return digest.result()

    def digest(self, at: Connection) -> str:
        hashing = Hashing()
        with at.cursor() as cursor:
            cursor.copy_expert(DIGESTED, hashing, 2**16)
        return hashing.digest.hexdigest()

    def side_by_side(self, statements: list[str]) -> None:
        """Each connection takes the next one."""
        waiting = iter(statements)

        def work(at: Connection) -> None:
            for statement in waiting:
                self.run(at, statement)

        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(work, self.connections))

    @property
    def ways(self) -> dict[str, Callable[[], str]]:
        return {"INSERT … SELECT": self.insert, "CREATE TABLE AS": self.create, "sharded": self.sharded}

    def close(self) -> None:
        for one in self.connections:
            one.close()


COLUMNS = """edition_id id unit_id unit_code unit_name path parent_code committee_path category size_class raws
    item_scores item_states evidence_counts section_scores sums total grade has_gap has_missing has_veto rank_company
    rank_parent rank_category rank_size""".split()
