SELECT tags[1] AS a, tags[2] AS b, tags[0] AS z, tags[99] AS y, props['k'] AS k, props['none'] AS n FROM t
-- => {"a":"a","b":"b","z":null,"y":null,"k":1,"n":null}
-- => {"a":null,"b":null,"z":null,"y":null,"k":null,"n":null}
-- => {"a":"c","b":null,"z":null,"y":null,"k":null,"n":null}
----
SELECT items[1].name AS first, items[1].count AS c, by_name['a'].name AS a, items[2] AS second FROM u
-- => {"first":"bolt","c":7,"a":"first","second":{"name":"nut","count":null}}
-- => {"first":null,"c":null,"a":null,"second":null}
-- => {"first":"nut","c":3,"a":"x","second":null}
----
SELECT u.tree.next.label AS l, tree.next.next.next.label AS deep FROM u
-- => {"l":"leaf","deep":null}
-- => {"l":null,"deep":null}
-- => {"l":null,"deep":null}
----
SELECT tree FROM u WHERE n = 1
-- => {"tree":{"label":"root","next":{"label":"leaf","next":null}}}
----
SELECT (ROW(id, name)).name AS n, ROW(id, ROW(name, note)) AS r FROM t WHERE id < 3
-- => {"n":"Ada","r":{"id":1,"EXPR$1":{"name":"Ada","note":"first"}}}
-- => {"n":"Bob","r":{"id":2,"EXPR$1":{"name":"Bob","note":null}}}
----
SELECT ARRAY[id, id + 1] AS a, MAP['x', name, 'y', note] AS m, ARRAY[]  AS e FROM t WHERE id = 2
-- => {"a":[2,3],"m":{"x":"Bob","y":null},"e":[]}
----
SELECT ARRAY[geo, NULL] AS g FROM t WHERE id = 1
-- => {"g":[{"country":"DE","point":{"x":1.5,"y":7}},null]}
----
SELECT "Ge o"."x y" AS v FROM (SELECT ROW(id) AS r, geo AS "Ge o" FROM t) AS s
-- fail: no column x y in Ge o
