SELECT id, name FROM t
-- => {"id":1,"name":"Ada"}
-- => {"id":2,"name":"Bob"}
-- => {"id":3,"name":"Zoë \"Z\""}
----
SELECT x.geo.country land, geo.point.y AS y, x.geo.point.x FROM t AS x
-- => {"land":"DE","y":7,"x":1.5}
-- => {"land":null,"y":null,"x":null}
-- => {"land":null,"y":-1,"x":0}
----
SELECT "order", `level` FROM t WHERE id = 1 -- a comment
-- => {"order":"x","level":"LOW"}
----
SELECT /* all of it */ * FROM t WHERE id < 3;
-- => {"id":1,"name":"Ada","note":"first","big":10,"maybe":5,"ratio":0.5,"flag":true,"level":"LOW","at":1000,"geo":{"country":"DE","point":{"x":1.5,"y":7}},"tags":["a","b"],"props":{"k":1},"raw":"aGVsbG8=","mixed":3,"order":"x"}
-- => {"id":2,"name":"Bob","note":null,"big":-3,"maybe":null,"ratio":2.25,"flag":false,"level":"HIGH","at":2000,"geo":null,"tags":[],"props":{},"raw":"","mixed":null,"order":"y"}
----
SELECT mixed, props, tags, raw, geo, id AS first_again FROM t WHERE id = 3
-- => {"mixed":"text","props":{"a":2,"b":3},"tags":["c"],"raw":"/wA=","geo":{"country":null,"point":{"x":0,"y":-1}},"first_again":3}
----
SELECT geo, geo.country, geo.point FROM t WHERE geo.country = 'DE'
-- => {"geo":{"country":"DE","point":{"x":1.5,"y":7}},"country":"DE","point":{"x":1.5,"y":7}}
----
SELECT geo.point FROM t WHERE id <> 1
-- => {"point":null}
-- => {"point":{"x":0,"y":-1}}
----
SELECT 1 one, 'it''s' AS s, TRUE b, NULL AS n, -2.5e0 AS d, 9223372036854775807 AS m, -9223372036854775808 AS l FROM t WHERE id = 1
-- => {"one":1,"s":"it's","b":true,"n":null,"d":-2.5,"m":9223372036854775807,"l":-9223372036854775808}
----
SELECT t.* FROM t WHERE id = 99
----
SELECT order FROM t WHERE id = 1
-- => {"order":"x"}
----
SELECT id, note AS id FROM t
-- fail: two output columns are named id
