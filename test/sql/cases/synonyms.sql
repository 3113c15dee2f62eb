-- What other dialects call otherwise is answered by meaning.
SELECT POW(id, 2) FROM t
-- fail: no function POW; write POWER(x, y)
----
SELECT SPLIT_PART(name, ',', 1) FROM t
-- fail: no function SPLIT_PART; write SPLIT_INDEX(text, separator, n): from 0
----
SELECT date_add(at, 1) FROM t
-- fail: no function date_add; write TIMESTAMPADD(DAY, n, date)
