SELECT id, REGEXP_LIKE(name, '^[ab]', 'i') AS l, REGEXP_EXTRACT(name, '([A-Z])(.)', 2) AS e, REGEXP_REPLACE(name, '[aeiouë]', '<$0>') AS r, REGEXP_COUNT(name, '[a-z]') AS c, REGEXP_INSTR(name, '[a-z]+') AS i FROM t WHERE id < 3
-- => {"id":1,"l":true,"e":"d","r":"Ad<a>","c":2,"i":2}
-- => {"id":2,"l":true,"e":"o","r":"B<o>b","c":2,"i":2}
----
SELECT REGEXP_EXTRACT_ALL(name || ' ' || name, '[A-Z][a-z]*') AS a, REGEXP_SUBSTR(name, 'x') AS none, REGEXP_LIKE(note, 'a') AS n FROM t WHERE note IS NULL AND id = 2
-- => {"a":["Bob","Bob"],"none":null,"n":null}
----
SELECT id FROM t WHERE name REGEXP '^.o'
-- => {"id":2}
-- => {"id":3}
----
SELECT REGEXP_LIKE(name, '(') AS a FROM t
-- fail: the pattern ( is no regular expression
