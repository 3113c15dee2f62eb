-- Without ESCAPE, \ takes the meaning from %, _ and itself: SqlLikeUtils.sqlToRegexLike of Flink 2.1, and its answers.
SELECT 'TE_ST' LIKE '%E\_S%' a, 'TExST' LIKE '%E\_S%' b, 'TE_ST' ILIKE '%e\_s%' c, 'TExST' ILIKE '%e\_s%' d, 'TExST' NOT LIKE '%E\_S%' e, 'a%' LIKE 'a\%' f, 'ab' LIKE 'a\%' g FROM t WHERE id = 1
-- => {"a":true,"b":false,"c":true,"d":false,"e":true,"f":true,"g":false}
----
-- Before anything else, or at the end, it is itself, as in a literal pattern of Flink's.
SELECT 'a\b' LIKE 'a\b' a, 'a\' LIKE 'a\' b, 'a\b' LIKE 'a\\b' c, 'C:\Temp\x' LIKE 'C:\Temp%' d, 'C:\Temp' ILIKE 'c:\t_mp' e FROM t WHERE id = 1
-- => {"a":true,"b":true,"c":true,"d":true,"e":true}
----
SELECT id, note LIKE '%\%\_x' a, note LIKE '100\__x' b, note LIKE '%' || CASE id WHEN 3 THEN '0\%\_x' ELSE 'f' END c, note ILIKE '%\_X' d FROM t
-- => {"id":1,"a":false,"b":false,"c":false,"d":false}
-- => {"id":2,"a":null,"b":null,"c":null,"d":null}
-- => {"id":3,"a":true,"b":false,"c":true,"d":true}
----
-- With an ESCAPE of its own, \ is a character as any other; SIMILAR TO has no default, in Flink neither.
SELECT 'a\b' LIKE 'a\_' ESCAPE '!' a, 'a\_' LIKE 'a\!_' ESCAPE '!' b, 'TE\xST' SIMILAR TO '%E\_S%' c, 'TE_ST' SIMILAR TO '%E\_S%' d FROM t WHERE id = 1
-- => {"a":true,"b":true,"c":true,"d":false}
