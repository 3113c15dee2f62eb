SELECT id + 1 AS a, id - 5 AS b, id * -2 AS c, 7 / id AS d, -7 % id AS e, ratio * 2 AS f FROM t WHERE id < 3
-- => {"a":2,"b":-4,"c":-2,"d":7,"e":0,"f":1}
-- => {"a":3,"b":-3,"c":-4,"d":3,"e":-1,"f":4.5}
----
SELECT maybe + id AS s, big + 5 AS b FROM t
-- => {"s":6,"b":15}
-- => {"s":null,"b":2}
-- => {"s":3,"b":9007199254740995}
----
SELECT big * 1023 + 1022 AS b FROM t WHERE id = 3
-- => {"b":9214364837600033792}
----
SELECT big * 2000 AS b FROM t WHERE id = 3
-- error: beyond BIGINT
----
SELECT id + 2147483647 AS b FROM t
-- error: beyond INT
----
SELECT 1 / (id - 1) AS b FROM t
-- error: division by zero
----
SELECT 1 + 2 * 3 - -4 AS a, (1 + 2) * 3 AS b, 7 - 2 - 1 AS c FROM t WHERE id = 1
-- => {"a":11,"b":9,"c":4}
----
SELECT name || '-' || level AS s, note || 'x' AS n FROM t WHERE id < 3
-- => {"s":"Ada-LOW","n":"firstx"}
-- => {"s":"Bob-HIGH","n":null}
----
SELECT CASE WHEN maybe > 1 THEN 'big' WHEN maybe IS NULL THEN name ELSE 'small' END AS c, CASE id WHEN 1 THEN 1 WHEN 2 THEN 2.5 END AS d FROM t
-- => {"c":"big","d":1.0}
-- => {"c":"Bob","d":2.5}
-- => {"c":"small","d":null}
----
SELECT CASE WHEN id = 1 THEN 0 ELSE 10 / (id - 1) END AS c FROM t
-- => {"c":0}
-- => {"c":10}
-- => {"c":5}
----
SELECT UPPER(name) u, LOWER(name) l, CHAR_LENGTH(name) n, SUBSTRING(name, 2, 2) s, TRIM('  x ') t FROM t
-- => {"u":"ADA","l":"ada","n":3,"s":"da","t":"x"}
-- => {"u":"BOB","l":"bob","n":3,"s":"ob","t":"x"}
-- => {"u":"ZOË \"Z\"","l":"zoë \"z\"","n":7,"s":"oë","t":"x"}
----
SELECT COALESCE(note, name, 'none') c, COALESCE(maybe, -1) m, NULLIF(id, 2) n, CONCAT(name, '!', note) k, ABS(big) a, MOD(id, 2) o FROM t
-- => {"c":"first","m":5,"n":1,"k":"Ada!first","a":10,"o":1}
-- => {"c":"Bob","m":-1,"n":null,"k":null,"a":3,"o":0}
-- => {"c":"100%_x","m":0,"n":3,"k":"Zoë \"Z\"!100%_x","a":9007199254740990,"o":1}
----
SELECT FLOOR(ratio) f, CEIL(ratio) c, POSITION('o', name) p, REPLACE(name, 'o', '$&') r FROM t WHERE id = 2
-- => {"f":2,"c":3,"p":2,"r":"B$&b"}
----
SELECT flag AND id = 1 AS a, flag OR id = 3 AS o, NOT flag AS n, flag = (id = 1) AS e FROM t
-- => {"a":true,"o":true,"n":false,"e":true}
-- => {"a":false,"o":false,"n":true,"e":true}
-- => {"a":false,"o":true,"n":null,"e":null}
----
SELECT IF(id > 1, 'many', 'one') i, IF(maybe > 1, 1, 2.5) d, IFNULL(note, name) n, NVL(maybe, big) v FROM t
-- => {"i":"one","d":1.0,"n":"first","v":5}
-- => {"i":"many","d":2.5,"n":"Bob","v":-3}
-- => {"i":"many","d":2.5,"n":"100%_x","v":0}
