/** Which words the grammar keeps for itself, and what the dialect (Calcite's and Flink's SQL) has and Millrace doesn't: refused by name, so that nobody looks for a typing mistake. */

/** Keywords that may follow FROM's table or begin a statement → what they are. */
export const refusedClauses: ReadonlyMap<string, string> = new Map([
  ['JOIN', 'JOIN'],
  ['INNER', 'JOIN'],
  ['LEFT', 'JOIN'],
  ['RIGHT', 'JOIN'],
  ['FULL', 'JOIN'],
  ['CROSS', 'JOIN'],
  ['NATURAL', 'JOIN'],
  ['GROUP', 'GROUP BY'],
  ['HAVING', 'HAVING'],
  ['WINDOW', 'WINDOW'],
  ['QUALIFY', 'QUALIFY'],
  ['ORDER', 'ORDER BY'],
  ['LIMIT', 'LIMIT'],
  ['OFFSET', 'OFFSET'],
  ['FETCH', 'FETCH'],
  ['INTERSECT', 'INTERSECT'],
  ['EXCEPT', 'EXCEPT'],
  ['MINUS', 'MINUS'],
  ['MATCH_RECOGNIZE', 'MATCH_RECOGNIZE'],
  ['TABLESAMPLE', 'TABLESAMPLE'],
  ['PIVOT', 'PIVOT'],
  ['UNPIVOT', 'UNPIVOT'],
  ['VALUES', 'VALUES'],
  ['INSERT', 'INSERT'],
  ['UPSERT', 'UPSERT'],
  ['UPDATE', 'UPDATE'],
  ['DELETE', 'DELETE'],
  ['MERGE', 'MERGE'],
  ['CREATE', 'CREATE'],
  ['ALTER', 'ALTER'],
  ['DROP', 'DROP'],
  ['EXPLAIN', 'EXPLAIN'],
]);

/** What to write in place of a refused clause, where there is such a thing. */
export const remedies: ReadonlyMap<string, string> = new Map([
  ['JOIN', 'only arrays and maps are joined to their record: CROSS JOIN UNNEST(array) AS t (element)'],
  ['INSERT', 'write the query alone: where its rows go stands in the sink of the job'],
  ['CREATE', 'write the query alone: where its rows go stands in the sink of the job'],
  ['EXPLAIN', 'write the query alone: millrace explain shows its plan'],
]);

/** Words that begin an expression which isn't there, where a parenthesis or bracket follows. */
export const refusedExpressions: ReadonlyMap<string, string> = new Map([
  ['MULTISET', 'MULTISET'],
  ['CURSOR', 'CURSOR'],
  ['PERIOD', 'PERIOD'],
]);

/** What may follow an operand in the dialect, and is refused: first word → second word, and what they are. */
export const refusedOperators: ReadonlyMap<string, readonly { readonly second: string; readonly is: string }[]> =
  new Map([
    [
      'AT',
      [
        { second: 'TIME', is: 'AT TIME ZONE' },
        { second: 'LOCAL', is: 'AT LOCAL' },
      ],
    ],
    ['MEMBER', [{ second: 'OF', is: 'MEMBER OF' }]],
    ['SUBMULTISET', [{ second: 'OF', is: 'SUBMULTISET OF' }]],
    ['MULTISET', [{ second: 'UNION', is: 'MULTISET UNION' }]],
    ['FORMAT', [{ second: 'JSON', is: 'FORMAT JSON' }]],
    ['OVER', [{ second: '(', is: 'a window function (OVER)' }]],
    ['FILTER', [{ second: '(', is: 'FILTER of an aggregate' }]],
    ['WITHIN', [{ second: 'GROUP', is: 'WITHIN GROUP of an aggregate' }]],
    ['IGNORE', [{ second: 'NULLS', is: 'IGNORE NULLS' }]],
    ['RESPECT', [{ second: 'NULLS', is: 'RESPECT NULLS' }]],
  ]);

/** Functions of many rows, and of windows. */
export const refusedAggregates: ReadonlySet<string> = new Set(
  (
    'COUNT SUM AVG MIN MAX STDDEV STDDEV_POP STDDEV_SAMP VARIANCE VAR_POP VAR_SAMP COVAR_POP COVAR_SAMP CORR REGR_COUNT ' +
    'REGR_SXX REGR_SYY COLLECT FUSION INTERSECTION LISTAGG STRING_AGG ARRAY_AGG JSON_ARRAYAGG JSON_OBJECTAGG EVERY MODE ' +
    'ANY_VALUE SINGLE_VALUE BIT_AND BIT_OR BIT_XOR APPROX_COUNT_DISTINCT PERCENTILE_CONT PERCENTILE_DISC GROUPING ' +
    'FIRST_VALUE LAST_VALUE NTH_VALUE LEAD LAG ROW_NUMBER RANK DENSE_RANK PERCENT_RANK CUME_DIST NTILE ' +
    'TUMBLE TUMBLE_START TUMBLE_END HOP HOP_START HOP_END SESSION SESSION_START SESSION_END CUMULATE'
  ).split(' '),
);

const words = (text: string): readonly string[] => text.split(' ');

/** Words that can't be a name without quotes: each begins or continues something wherever a name may stand. */
export const reserved: ReadonlySet<string> = new Set(
  words(
    'SELECT FROM WHERE AS AND OR NOT IN LIKE BETWEEN IS NULL TRUE FALSE CASE WHEN THEN ELSE END DISTINCT ALL UNION',
  ),
);

/** Words that are names, but not as an alias without AS: there they begin the next clause. */
export const notAlias: ReadonlySet<string> = new Set([
  ...refusedClauses.keys(),
  ...words('ON USING WITH OVER UNNEST LATERAL FOR'),
]);

/** Functions that the standard writes without parentheses. */
export const bareCalls: ReadonlySet<string> = new Set(
  words('CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME LOCALTIMESTAMP LOCALTIME'),
);
