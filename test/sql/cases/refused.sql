SELECT souce, geo.contry, UPER(name), maybe + name FROM t
-- fail: no column souce in t
-- fail: did you mean country?
-- fail: did you mean UPPER?
-- fail: + wants numbers, but this is VARCHAR; join texts with ||
----
SELECT id FROM firewall
-- fail: There is no stream firewall; there are t, u
----
SELECT id FROM t WHERE name = 1
-- fail: line 1, column 24: VARCHAR can't be compared with INT
-- fail:                        ^^^^^^^^
----
SELECT COUNT(*) FROM t
-- fail: the aggregate COUNT is not supported yet
----
SELECT SUM(id) FROM t
-- fail: the aggregate SUM is not supported yet
----
SELECT id FROM t GROUP BY id
-- fail: GROUP BY is not supported yet
----
SELECT id FROM t ORDER BY id
-- fail: ORDER BY is not supported yet
----
SELECT id FROM t JOIN u ON t.id = u.id
-- fail: JOIN is not supported yet
----
SELECT id FROM t, u
-- fail: a join of several streams
----
SELECT DISTINCT id FROM t
-- fail: SELECT DISTINCT is not supported yet
----
SELECT id FROM t WHERE id + 1
-- fail: WHERE wants a BOOLEAN, but this is INT
----
SELECT id FROM t WHERE 'a
-- fail: a string is not closed
----
SELECT id
FROM t WHERE id = = 2
-- fail: line 2, column 19: expected an expression
----
SELECT UPPER() FROM t
-- fail: write UPPER(
----
SELECT name LIKE 'a!b' ESCAPE '!!' AS l FROM t
-- fail: ESCAPE wants a string of one character
----
SELECT 9223372036854775808 AS n FROM t
-- fail: the number is beyond BIGINT
----
DELETE FROM t
-- fail: DELETE is not supported yet
----
SELECT id FROM t UNION SELECT id FROM t
-- fail: UNION
----
SELECT (SELECT id FROM t) FROM t
-- fail: subquery
----
SELECT id FROM t WHERE id IN (SELECT n FROM u)
-- fail: subquery
----
SELECT ROW_NUMBER() OVER (ORDER BY id) FROM t
-- fail: not supported yet
----
SELECT x FROM t JOIN UNNEST(tags) AS a (x) ON x = name
-- fail: 
----
SELECT id, n FROM t, u
-- fail: join
----
SELECT a.id FROM t AS a CROSS JOIN UNNEST(tags) AS b (id) WHERE id = 1
-- fail: id is ambiguous: a and b have such a column; write a.id
----
SELECT id FROM t UNION ALL SELECT id, name FROM t
-- fail: this branch of UNION ALL has 2 columns, the first has 1
----
SELECT id FROM t UNION ALL SELECT name FROM t
-- fail: column id of UNION ALL is INT in one branch and VARCHAR here
----
SELECT * EXCLUDE (nam) FROM t
-- fail: did you mean name?
----
SELECT CAST(tags AS INT) FROM t
-- fail: ARRAY<VARCHAR NOT NULL> can't be cast to INT
----
SELECT CAST(id AS VARCAR) FROM t
-- fail: no type VARCAR; did you mean VARCHAR?
----
SELECT at - at AS span FROM t
-- fail: the output column span is an INTERVAL
----
SELECT at + 1 FROM t
-- fail: has no meaning; write what is added to a time as an INTERVAL
----
SELECT DATE '2026-02-30' FROM t
-- fail: '2026-02-30' is no DATE; write it as DATE '2026-01-31'
----
SELECT id FROM t CROSS JOIN UNNEST(name) AS x (y)
-- fail: UNNEST wants an ARRAY or a MAP, but this is VARCHAR
----
SELECT TRANSFORM(tags, (a, b, c) -> a) FROM t
-- fail: lambda of TRANSFORM
----
SELECT name[1] FROM t
-- fail: only an ARRAY or a MAP has a subscript, but this is VARCHAR
----
SELECT tags.name FROM t
-- fail: tags has no fields: it is an ARRAY; write tags[1].name, or UNNEST it
----
SELECT event.Logn FROM u
-- fail: did you mean Login?
----
SELECT t FROM t
-- fail: t is a table, not a column
