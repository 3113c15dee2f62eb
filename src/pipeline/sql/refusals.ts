/** What the dialect (Calcite's and Flink's SQL) has and Millrace doesn't have yet: refused by name, so that nobody looks for a typing mistake. */

/** Keywords that may follow FROM's table, or begin a statement, → what they are. */
export const refusedClauses: Readonly<Record<string, string>> = {
  JOIN: 'JOIN',
  INNER: 'JOIN',
  LEFT: 'JOIN',
  RIGHT: 'JOIN',
  FULL: 'JOIN',
  CROSS: 'CROSS JOIN',
  NATURAL: 'JOIN',
  GROUP: 'GROUP BY',
  HAVING: 'HAVING',
  WINDOW: 'WINDOW',
  QUALIFY: 'QUALIFY',
  ORDER: 'ORDER BY',
  LIMIT: 'LIMIT',
  OFFSET: 'OFFSET',
  FETCH: 'FETCH',
  UNION: 'UNION',
  INTERSECT: 'INTERSECT',
  EXCEPT: 'EXCEPT',
  MATCH_RECOGNIZE: 'MATCH_RECOGNIZE',
  TABLESAMPLE: 'TABLESAMPLE',
  PIVOT: 'PIVOT',
  WITH: 'WITH',
  VALUES: 'VALUES',
  INSERT: 'INSERT',
  UPDATE: 'UPDATE',
  DELETE: 'DELETE',
  MERGE: 'MERGE',
  CREATE: 'CREATE',
  DROP: 'DROP',
};

/** Words that begin an expression which isn't there yet. */
export const refusedExpressions: Readonly<Record<string, string>> = {
  SELECT: 'a subquery',
  EXISTS: 'EXISTS',
  CAST: 'CAST',
  TRY_CAST: 'TRY_CAST',
  EXTRACT: 'EXTRACT',
  INTERVAL: 'INTERVAL',
  ROW: 'the ROW constructor',
  ARRAY: 'the ARRAY constructor',
  MAP: 'the MAP constructor',
  UNNEST: 'UNNEST',
  ANY: 'ANY',
  ALL: 'ALL',
};

export const refusedAggregates: ReadonlySet<string> = new Set(
  (
    'COUNT SUM AVG MIN MAX STDDEV STDDEV_POP STDDEV_SAMP VARIANCE VAR_POP VAR_SAMP COLLECT LISTAGG STRING_AGG ARRAY_AGG ' +
    'FIRST_VALUE LAST_VALUE LEAD LAG ROW_NUMBER RANK DENSE_RANK NTILE TUMBLE HOP SESSION CUMULATE GROUPING'
  ).split(' '),
);

/** Words that can't be a name without quotes: each begins or continues something in the grammar. */
export const reserved: ReadonlySet<string> = new Set([
  ...Object.keys(refusedClauses),
  ...'SELECT FROM WHERE AS AND OR NOT IN LIKE ESCAPE BETWEEN IS NULL TRUE FALSE CASE WHEN THEN ELSE END DISTINCT ON USING'.split(
    ' ',
  ),
  ...'EXISTS CAST EXTRACT INTERVAL UNNEST OVER'.split(' '),
]);
