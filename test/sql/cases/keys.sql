SELECT id FROM t KEY BY name
-- => {"id":1}
-- => {"id":2}
-- => {"id":3}
----
-- key: note
-- tombstone: id = 2
SELECT id FROM t
-- => {"id":1}
-- => tombstone
-- => {"id":3}
----
SELECT id FROM t KEY BY nam
-- fail: did you mean name?
----
-- key: nam
SELECT id FROM t
-- fail: did you mean name?
----
SELECT _offset, _key FROM t WHERE id = 1
-- => {"_offset":0,"_key":null}
