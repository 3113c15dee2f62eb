SELECT a + 1 AS b FROM (SELECT id * 2 AS a FROM t WHERE id > 1) AS x WHERE a < 6
-- => {"b":5}
----
WITH a AS (SELECT id, name FROM t WHERE id <> 2), b (n) AS (SELECT UPPER(name) FROM a) SELECT n FROM b
-- => {"n":"ADA"}
-- => {"n":"ZOË \"Z\""}
----
SELECT id, 'one' AS k FROM t WHERE id = 1 UNION ALL SELECT big, name FROM t WHERE id = 1
-- => {"id":1,"k":"one"}
-- => {"id":10,"k":"Ada"}
----
SELECT id FROM t WHERE id = 1 UNION ALL SELECT n FROM u WHERE n = 3
-- => {"id":1}
-- => {"id":3}
----
SELECT v * 10 AS w FROM (SELECT id AS v FROM t WHERE id < 3 UNION ALL SELECT id + 100 FROM t) AS x WHERE v <> 101
-- => {"w":10}
-- => {"w":20}
-- => {"w":1020}
-- => {"w":1030}
----
(SELECT id FROM t WHERE id = 3) UNION ALL (SELECT id FROM t WHERE id = 1)
-- => {"id":1}
-- => {"id":3}
----
SELECT x.p.y AS y FROM (SELECT geo.point AS p FROM t) AS x
-- => {"y":7}
-- => {"y":null}
-- => {"y":-1}
----
SELECT 10 / d AS q FROM (SELECT id - 1 AS d FROM t) AS x WHERE d <> 0
-- => {"q":10}
-- => {"q":5}
