SELECT event, event.Login.user AS who, event.Alert.level AS level, event.string AS text, event IS NULL AS none FROM u
-- => {"event":{"user":"ada"},"who":"ada","level":null,"text":null,"none":false}
-- => {"event":{"level":3},"who":null,"level":3,"text":null,"none":false}
-- => {"event":"plain","who":null,"level":null,"text":"plain","none":false}
----
SELECT mixed, mixed.int + 1 AS i, UPPER(mixed.string) AS s, CAST(mixed AS VARCHAR) AS v FROM t
-- => {"mixed":3,"i":4,"s":null,"v":"3"}
-- => {"mixed":null,"i":null,"s":null,"v":null}
-- => {"mixed":"text","i":null,"s":"TEXT","v":"text"}
----
SELECT n FROM u WHERE event.Alert IS NOT NULL
-- => {"n":2}
----
SELECT COALESCE(event.Login.user, event.string, 'level ' || CAST(event.Alert.level AS VARCHAR)) AS e FROM u
-- => {"e":"ada"}
-- => {"e":"level 3"}
-- => {"e":"plain"}
