-- format: "csv"
SELECT id, name, note, flag, ratio, tags, geo.country FROM t
-- => 1,Ada,first,true,0.5,"[""a"",""b""]",DE
-- => 2,Bob,,false,2.25,[],
-- => 3,"Zoë ""Z""",100%_x,,-1e+21,"[""c""]",
----
-- format: {"csv":{"delimiter":";","null":"\\N","quoting":"all"}}
SELECT id, note FROM t WHERE id = 2
-- => "2";\N
----
-- format: "csv"
SELECT day, price, span, items, raw_id FROM u WHERE n = 1
-- => 2026-01-31,12.30,P14M3DT4.500S,"[{""name"":""bolt"",""count"":7},{""name"":""nut"",""count"":null}]",6f9619ff-8b86-d011-b42d-00c04fc964ff
----
-- format: {"csv":{"null":"NULL"}}
SELECT id, 'NULL' AS a, note, 'NULL!' AS b, UPPER('null') || '' AS c FROM t WHERE id = 2
-- => 2,"NULL",NULL,NULL!,"NULL"
----
-- format: {"csv":{"null":"2"}}
SELECT id, note, ratio FROM t WHERE id = 2
-- => "2",2,2.25
----
-- format: {"csv":{"delimiter":"→"}}
SELECT id, 'a→b' AS a, '€' AS b, tags FROM t WHERE id = 1
-- => 1→"a→b"→€→"[""a"",""b""]"
----
-- format: {"csv":{"delimiter":"ü"}}
SELECT name || 'ü' AS a, 'Ãö' AS b, ARRAY['für'] AS c FROM t WHERE id = 1
-- => "Adaü"üÃöü"[""für""]"
----
-- format: "csv"
SELECT CAST('NaN' AS DOUBLE) AS a, CAST('-Infinity' AS DOUBLE) AS b, CAST('Infinity' AS FLOAT) AS c, TRY_CAST('x' AS DOUBLE) AS d, ARRAY[CAST('NaN' AS DOUBLE)] AS e, ratio FROM t WHERE id = 2
-- => NaN,-Infinity,Infinity,,[null],2.25
----
-- format: {"csv":{"quoting":"all","null":"NaN"}}
SELECT CAST('NaN' AS DOUBLE) AS a, TRY_CAST('x' AS DOUBLE) AS b, ARRAY[0e0, CAST('-Infinity' AS DOUBLE)][id] AS c FROM t WHERE id = 2
-- => "NaN",NaN,"-Infinity"
