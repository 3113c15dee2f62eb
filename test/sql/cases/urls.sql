SELECT URL_HOST('https://u@example.org:8080/a/' || name || '?q=1&r=x%20y#top') AS h, URL_PORT('https://u@example.org:8080/a/' || name || '?q=1&r=x%20y#top') AS p, URL_PATH('https://u@example.org:8080/a/' || name || '?q=1&r=x%20y#top') AS path, URL_QUERY_PARAMETER('https://u@example.org:8080/a/' || name || '?q=1&r=x%20y#top', 'r') AS r, PARSE_URL('https://u@example.org:8080/a/' || name || '?q=1&r=x%20y#top', 'REF') AS top FROM t WHERE id < 3
-- => {"h":"example.org","p":8080,"path":"/a/Ada","r":"x y","top":"top"}
-- => {"h":"example.org","p":8080,"path":"/a/Bob","r":"x y","top":"top"}
----
SELECT URL_ENCODE(name) AS e, URL_DECODE(URL_ENCODE(name)) = name AS back FROM t
-- => {"e":"Ada","back":true}
-- => {"e":"Bob","back":true}
-- => {"e":"Zo%C3%AB+%22Z%22","back":true}
----
SELECT URL_HOST(name) AS h, URL_PORT('https://example.org/') AS p, PARSE_URL(note, 'HOST') AS n FROM t WHERE id = 2
-- => {"h":null,"p":null,"n":null}
----
SELECT PARSE_URL('https://example.org/', name) AS a FROM t
-- error: Ada
