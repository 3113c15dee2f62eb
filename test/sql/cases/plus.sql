-- What + makes of a column is no column: it has no name of its own, in Flink neither.
SELECT +id, -id, (id) FROM t WHERE id = 2
-- => {"EXPR$0":2,"EXPR$1":-2,"id":2}
----
SELECT +name AS n FROM t
-- fail: + wants a number, but this is VARCHAR
