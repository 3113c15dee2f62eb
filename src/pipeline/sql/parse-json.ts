/** What follows the arguments of JSON_VALUE, JSON_QUERY and JSON_EXISTS: what they return, and what instead of nothing or an error. */
import type { Expression, JsonClauses } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { refuse } from './mistake.ts';
import { node } from './parse-node.ts';
import { parseType } from './parse-type.ts';

export type JsonFunction = 'JSON_VALUE' | 'JSON_QUERY' | 'JSON_EXISTS';

type Behaviour = 'null' | 'error' | Expression;

/** Undefined where there are none. */
export function parseJsonClauses(cursor: Cursor, name: JsonFunction): JsonClauses | undefined {
  if (cursor.at('PASSING')) refuse(cursor.next, 'PASSING is not supported yet');
  const clauses: { -readonly [K in keyof JsonClauses]: JsonClauses[K] } = {};
  if (name !== 'JSON_EXISTS' && cursor.take('RETURNING')) clauses.returning = parseType(cursor);
  if (name === 'JSON_QUERY') {
    const wrapper = parseWrapper(cursor);
    if (wrapper !== undefined) clauses.wrapper = wrapper;
  }
  while (!cursor.at(')')) {
    const first = cursor.next;
    const behaviour = parseBehaviour(cursor, name);
    cursor.expect('ON', 'write … ON EMPTY or … ON ERROR');
    const on = cursor.takeOneOf(['EMPTY', 'ERROR']) ?? cursor.unexpected('EMPTY or ERROR');
    if (on === 'EMPTY' && name === 'JSON_EXISTS') refuse(cursor.last, 'JSON_EXISTS has no ON EMPTY');
    if (clauses.onError !== undefined || (on === 'EMPTY' && clauses.onEmpty !== undefined))
      refuse(cursor.span(first), 'ON EMPTY and ON ERROR stand once each, in this order');
    clauses[on === 'EMPTY' ? 'onEmpty' : 'onError'] = behaviour;
  }
  return Object.keys(clauses).length === 0 ? undefined : Object.freeze(clauses);
}

function parseWrapper(cursor: Cursor): JsonClauses['wrapper'] {
  let wrapper: JsonClauses['wrapper'];
  if (cursor.take('WITHOUT')) wrapper = 'without';
  else if (cursor.take('WITH')) {
    wrapper = cursor.take('CONDITIONAL') ? 'conditional' : 'unconditional';
    if (wrapper === 'unconditional') cursor.take('UNCONDITIONAL');
  } else return undefined;
  cursor.take('ARRAY');
  cursor.expect('WRAPPER', 'write WITH or WITHOUT WRAPPER');
  return wrapper;
}

/** JSON_QUERY's EMPTY ARRAY and EMPTY OBJECT are the texts `[]` and `{}`; JSON_EXISTS' UNKNOWN is NULL. */
function parseBehaviour(cursor: Cursor, name: JsonFunction): Behaviour {
  const first = cursor.next;
  if (cursor.take('ERROR')) return 'error';
  if (name === 'JSON_EXISTS') {
    if (cursor.take('UNKNOWN')) return 'null';
    const truth = cursor.takeOneOf(['TRUE', 'FALSE']);
    if (truth !== undefined) return node(cursor, first, { kind: 'boolean', value: truth === 'TRUE' });
    return cursor.unexpected('TRUE, FALSE, UNKNOWN or ERROR');
  }
  if (cursor.take('NULL')) return 'null';
  if (name === 'JSON_QUERY') {
    if (cursor.take('EMPTY', 'OBJECT')) return node(cursor, first, { kind: 'string', value: '{}' });
    if (cursor.take('EMPTY', 'ARRAY') || cursor.take('EMPTY'))
      return node(cursor, first, { kind: 'string', value: '[]' });
    return cursor.unexpected('NULL, ERROR, EMPTY ARRAY or EMPTY OBJECT');
  }
  if (cursor.take('DEFAULT')) return parseExpression(cursor);
  return cursor.unexpected('NULL, ERROR or DEFAULT');
}
