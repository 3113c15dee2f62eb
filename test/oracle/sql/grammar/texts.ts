/** Texts: their functions, and what others are as text. */
import type { Production } from '../maker.ts';

export const texts: readonly Production[] = [
  (m, d) => `(${m.of('VARCHAR', d)} || ${m.of('VARCHAR', d)})`,
  (m, d) => `${m.pick(['UPPER', 'LOWER'])}(${m.of('VARCHAR', d)})`,
  (m, d) => `${m.pick(['REVERSE', 'MD5', 'SHA1', 'SHA256'])}(${m.of('VARCHAR', d)})`,
  // Calcite's knows the letters of ASCII only.
  (m) => `INITCAP(${m.pick(['u', "'it''s a b-c X'"])})`,
  // No CONCAT: Calcite takes it for SQL Server's, which is never NULL, and then finds a NULL.
  (m, d) => `CONCAT_WS('-', ${m.of('VARCHAR', d)}, ${m.of('VARCHAR', d)})`,
  (m, d) => `TRANSLATE(${m.of('VARCHAR', d)}, 'ab1', ${m.pick(["'xyz'", "'x'", "'ba'"])})`,
  // Never of NULL, which Calcite takes for a text.
  (m, d) =>
    `${m.pick(['LPAD', 'RPAD'])}(COALESCE(${m.of('VARCHAR', d)}, 'q'), ${m.pick(['0', '2', '5', '9'])}, ${m.pick(["'xy'", "'-'"])})`,
  (m, d) => `${m.pick(['LEFT', 'RIGHT'])}(${m.of('VARCHAR', d)}, ${m.pick(['0', '1', '3', '100'])})`,
  (m, d) => `REPEAT(${m.of('VARCHAR', d)}, ${m.pick(['0', '1', '3'])})`,
  (m) => `CHR(${m.pick(['65', '97', '233'])})`,
  (m, d) => `TRIM(${m.of('VARCHAR', d)})`,
  (m, d) => `TRIM(${m.pick(['LEADING', 'TRAILING', 'BOTH'])} 'a' FROM ${m.of('VARCHAR', d)})`,
  (m, d) => `SUBSTRING(${m.of('VARCHAR', d)} FROM ${m.pick(['1', '2', '5', 'i'])})`,
  (m, d) =>
    `SUBSTRING(${m.of('VARCHAR', d)} FROM ${m.pick(['1', '2', '0', '-1'])} FOR ${m.pick(['1', '3', '0', '10'])})`,
  // No letters: with SQL Server's functions, of which TRY_CAST is one, Calcite takes A for a.
  (m, d) => `REPLACE(${m.of('VARCHAR', d)}, ${m.pick(["'-'", "'1'", "' '"])}, ${m.of('VARCHAR', d)})`,
  // Beyond the end of the text Calcite fails in Java.
  (m, d) => `OVERLAY((${m.of('VARCHAR', d)} || 'abcd') PLACING 'XY' FROM ${m.pick(['1', '2', '3'])})`,
  // Doubles and times are texts of other forms in Calcite; decimals have no zero before their point.
  (m, d) => `CAST(${m.of(m.pick(['INT', 'BIGINT', 'BOOLEAN', 'DATE'] as const), d)} AS VARCHAR)`,
];
