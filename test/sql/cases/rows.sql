-- Rows are equal field by field, and a NULL in one leaves it open: Flink 2.1's answers; flink-table-planner's RowTypeTest.
SELECT ROW(1, maybe) = ROW(1, maybe) a, ROW(id, maybe) = ROW(7, 3) b, ROW(1, maybe) <> ROW(1, 5) c, ROW(1, maybe) IN (ROW(1, 2), ROW(1, 5)) d, (1, maybe) NOT IN ((2, 2), (1, 3)) e, NULLIF(ROW(1, maybe), ROW(1, maybe)) f FROM t WHERE id < 3
-- => {"a":true,"b":false,"c":false,"d":true,"e":true,"f":null}
-- => {"a":null,"b":false,"c":null,"d":null,"e":null,"f":{"EXPR$0":1,"maybe":null}}
----
-- Whether they are written or come from a column, an array or a subquery.
SELECT r = ROW(1, maybe) a, r IN (r, ROW(2, 2)) b, r = ANY (ARRAY[r]) c, r <> ALL (ARRAY[ROW(2, 2)]) d, NULLIF(r, r) e, CASE r WHEN r THEN 'same' ELSE 'open' END f, r IS NOT DISTINCT FROM r g, ROW(id, r) = ROW(id, r) h FROM (SELECT id, maybe, ROW(1, maybe) AS r FROM t WHERE id < 3) AS x
-- => {"a":true,"b":true,"c":true,"d":true,"e":null,"f":"same","g":true,"h":true}
-- => {"a":null,"b":null,"c":null,"d":true,"e":{"EXPR$0":1,"maybe":null},"f":"open","g":true,"h":null}
----
SELECT geo = geo a, geo.point = ROW(1.5e0, 7) b, geo <> geo c FROM t
-- => {"a":true,"b":true,"c":false}
-- => {"a":null,"b":null,"c":null}
-- => {"a":null,"b":false,"c":null}
----
SELECT items[1] = items[1] a, items[2] IN (items[2], ROW('x', 1)) b, tree = tree c FROM u
-- => {"a":true,"b":null,"c":true}
-- => {"a":null,"b":null,"c":true}
-- => {"a":true,"b":null,"c":true}
----
-- A row is there, whatever is in it: so has Flink it, and not the standard.
SELECT ROW(NULL, NULL) IS NULL a, ROW(NULL, NULL) IS NOT NULL b, geo IS NULL c FROM t WHERE id = 2
-- => {"a":false,"b":true,"c":true}
