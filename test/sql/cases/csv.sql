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
