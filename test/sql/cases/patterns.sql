SELECT name ILIKE 'a%' a, name SIMILAR TO '(A|B)%' s, name RLIKE 'o+' r, name NOT LIKE '%o%' n FROM t
-- => {"a":true,"s":true,"r":false,"n":true}
-- => {"a":false,"s":true,"r":true,"n":false}
-- => {"a":false,"s":false,"r":true,"n":false}
----
SELECT id FROM t WHERE note LIKE '%\%%' ESCAPE '\'
-- => {"id":3}
----
SELECT id, note IS DISTINCT FROM 'first' d, note IS NOT DISTINCT FROM NULL n FROM t
-- => {"id":1,"d":false,"n":false}
-- => {"id":2,"d":true,"n":true}
-- => {"id":3,"d":true,"n":false}
