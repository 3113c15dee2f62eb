SELECT souce, geo.contry, UPER(name), maybe + name FROM t
-- fail: no column souce in t
-- fail: did you mean country?
-- fail: did you mean UPPER?
-- fail: + wants numbers, but this is VARCHAR; join texts with ||
----
SELECT id FROM firewall
-- fail: There is no stream firewall; there are t
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
SELECT id FROM t UNION ALL SELECT id FROM t
-- fail: UNION is not supported yet
----
SELECT id FROM (SELECT id FROM t)
-- fail: a subquery is not supported yet
----
SELECT CAST(id AS VARCHAR) FROM t
-- fail: CAST is not supported yet
----
SELECT tags[1] FROM t
-- fail: subscripts of arrays and maps are not supported yet
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
-- fail: write UPPER(VARCHAR)
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
SELECT id FROM t WHERE id IS DISTINCT FROM 1
-- fail: IS DISTINCT FROM is not supported yet
