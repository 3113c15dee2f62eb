/** Calls of functions: their arguments, lambdas, and the functions whose arguments the standard separates by words. */
import type { Expression, JsonClauses, Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { expressions, parseExpression, power } from './expression.ts';
import { refuse } from './mistake.ts';
import { type JsonFunction, parseJsonClauses } from './parse-json.ts';
import { node } from './parse-node.ts';
import { parseUnit } from './parse-unit.ts';

interface Arguments {
  readonly args: readonly Expression[];
  /** Where it is another function than the name says: TRIM(LEADING …) is LTRIM. */
  readonly name?: string;
  readonly json?: JsonClauses;
}

/** After the function's name, at its parenthesis. */
export function parseCall(cursor: Cursor, name: Name): Expression {
  cursor.expect('(', 'the arguments of a function stand in parentheses');
  const key = name.text.toUpperCase();
  if (cursor.at('*', ')') || (cursor.at('DISTINCT') && cursor.peek(1).key !== ')'))
    refuse(name, `the aggregate ${key} is not supported yet`);
  const parse = special.get(key);
  const found: Arguments = cursor.at(')') ? { args: [] } : parse ? parse(cursor) : { args: args(cursor) };
  cursor.expect(')', 'the arguments of a function are not closed');
  const called = found.name === undefined ? name : Object.freeze({ ...name, text: found.name });
  const json = found.json === undefined ? {} : { json: found.json };
  const shape = { kind: 'call', name: called, args: Object.freeze(found.args), ...json } as const;
  const { onEmpty, onError } = found.json ?? {};
  const defaults = [onEmpty, onError].filter((behaviour) => typeof behaviour === 'object');
  return node(cursor, name, shape, [...found.args, ...defaults]);
}

function args(cursor: Cursor): readonly Expression[] {
  return cursor.list(() => (beginsLambda(cursor) ? lambda(cursor) : parseExpression(cursor)));
}

/** `x ->`, or names in parentheses before an arrow. */
function beginsLambda(cursor: Cursor): boolean {
  const isNameAt = (ahead: number): boolean => ['word', 'quoted'].includes(cursor.peek(ahead).kind);
  if (isNameAt(0)) return cursor.peek(1).key === '->';
  if (!cursor.at('(')) return false;
  let at = 1;
  if (cursor.peek(1).key === ')') return cursor.peek(2).key === '->';
  while (isNameAt(at) && cursor.peek(at + 1).key === ',') at += 2;
  return isNameAt(at) && cursor.peek(at + 1).key === ')' && cursor.peek(at + 2).key === '->';
}

function lambda(cursor: Cursor): Expression {
  const first = cursor.next;
  const name = (): Name => cursor.name("a name of a lambda's argument");
  let parameters: readonly Name[];
  if (cursor.take('(')) {
    parameters = cursor.list(name);
    cursor.expect(')', 'the names of a lambda are not closed');
  } else parameters = Object.freeze([name()]);
  cursor.expect('->', 'a lambda is written x -> …');
  const body = parseExpression(cursor);
  return node(cursor, first, { kind: 'lambda', parameters, body }, [body]);
}

const special: ReadonlyMap<string, (cursor: Cursor) => Arguments> = new Map<string, (cursor: Cursor) => Arguments>([
  ['EXTRACT', extract],
  ['CEIL', rounded],
  ['CEILING', rounded],
  ['FLOOR', rounded],
  ['SUBSTRING', substring],
  ['TRIM', trim],
  ['POSITION', position],
  ['OVERLAY', overlay],
  ['TIMESTAMPADD', unitFirst],
  ['TIMESTAMPDIFF', unitFirst],
  ['JSON_VALUE', (cursor) => json(cursor, 'JSON_VALUE')],
  ['JSON_QUERY', (cursor) => json(cursor, 'JSON_QUERY')],
  ['JSON_EXISTS', (cursor) => json(cursor, 'JSON_EXISTS')],
  ['JSON_OBJECT', jsonObject],
  ['JSON_ARRAY', jsonArray],
]);

/** EXTRACT(unit FROM x) */
function extract(cursor: Cursor): Arguments {
  const unit = parseUnit(cursor);
  cursor.expect('FROM', 'write EXTRACT(HOUR FROM x)');
  return { args: [unit, parseExpression(cursor)] };
}

/** FLOOR(x), FLOOR(x TO unit) */
function rounded(cursor: Cursor): Arguments {
  const list = args(cursor);
  return { args: list.length === 1 && cursor.take('TO') ? [...list, parseUnit(cursor)] : list };
}

/** SUBSTRING(x FROM a FOR b), as well as with commas. */
function substring(cursor: Cursor): Arguments {
  const list = args(cursor);
  if (list.length !== 1) return { args: list };
  if (cursor.at('SIMILAR')) refuse(cursor.next, 'SUBSTRING with a pattern is not supported yet');
  const whole = [...list];
  if (cursor.take('FROM')) whole.push(parseExpression(cursor));
  else if (cursor.at('FOR')) whole.push(node(cursor, cursor.last, { kind: 'number', text: '1' }));
  if (cursor.take('FOR')) whole.push(parseExpression(cursor));
  return { args: whole };
}

const trims = { BOTH: 'TRIM', LEADING: 'LTRIM', TRAILING: 'RTRIM' } as const;

/** TRIM([BOTH | LEADING | TRAILING] [characters] FROM x), as well as with commas. */
function trim(cursor: Cursor): Arguments {
  const { kind, key } = cursor.peek(1);
  const operandFollows = (kind !== 'symbol' && kind !== 'end') || key === '(';
  const side = operandFollows ? cursor.takeOneOf(['BOTH', 'LEADING', 'TRAILING']) : undefined;
  const name = trims[side ?? 'BOTH'];
  if (side !== undefined && cursor.take('FROM')) return { name, args: [parseExpression(cursor)] };
  const list = args(cursor);
  if (list.length === 1 && cursor.take('FROM')) return { name, args: [parseExpression(cursor), list[0]!] };
  if (side !== undefined && list.length > 1) cursor.unexpected('FROM', `write TRIM(${side} ' ' FROM x)`);
  return { name, args: list };
}

/** POSITION(a IN b), as well as with commas. */
function position(cursor: Cursor): Arguments {
  const first = parseExpression(cursor, power.predicate);
  if (cursor.take('IN')) {
    const text = parseExpression(cursor);
    if (cursor.at('FROM')) refuse(cursor.next, 'FROM in POSITION is not supported yet');
    return { args: [first, text] };
  }
  return { args: cursor.take(',') ? [first, ...expressions(cursor)] : [first] };
}

/** OVERLAY(x PLACING y FROM a [FOR b]), as well as with commas. */
function overlay(cursor: Cursor): Arguments {
  const list = args(cursor);
  if (list.length !== 1 || !cursor.take('PLACING')) return { args: list };
  const whole = [...list, parseExpression(cursor)];
  cursor.expect('FROM', 'write OVERLAY(text PLACING other FROM 3)');
  whole.push(parseExpression(cursor));
  if (cursor.take('FOR')) whole.push(parseExpression(cursor));
  return { args: whole };
}

/** TIMESTAMPADD(unit, count, x) */
function unitFirst(cursor: Cursor): Arguments {
  const unit = parseUnit(cursor);
  return { args: cursor.take(',') ? [unit, ...expressions(cursor)] : [unit] };
}

function json(cursor: Cursor, name: JsonFunction): Arguments {
  const list = args(cursor);
  const clauses = parseJsonClauses(cursor, name);
  return clauses === undefined ? { args: list } : { args: list, json: clauses };
}

/** JSON_OBJECT([KEY] key VALUE value, …) and JSON_OBJECT(key: value, …), as well as with commas alone. */
function jsonObject(cursor: Cursor): Arguments {
  const pairs = cursor.list(() => {
    const { kind } = cursor.peek(1);
    if (cursor.at('KEY') && kind !== 'symbol' && !cursor.at('KEY', 'VALUE')) cursor.advance();
    const key = parseExpression(cursor);
    return cursor.take('VALUE') || cursor.take(':') ? [key, parseExpression(cursor)] : [key];
  });
  return { args: pairs.flat(), ...onNull(cursor, 'NULL', 'ABSENT') };
}

/** JSON_ARRAY(value, … [ABSENT | NULL ON NULL]) */
function jsonArray(cursor: Cursor): Arguments {
  // NULL ON NULL alone is the clause of an empty array.
  const list = cursor.at('NULL', 'ON', 'NULL') || cursor.at('ABSENT', 'ON', 'NULL') ? [] : args(cursor);
  return { args: list, ...onNull(cursor, 'ABSENT', 'NULL') };
}

/** What becomes of NULLs: the function's own way, or the other one. */
function onNull(cursor: Cursor, own: string, other: string): Pick<Arguments, 'json'> {
  if (cursor.take(other, 'ON', 'NULL')) return { json: Object.freeze({ onNull: 'other' }) };
  cursor.take(own, 'ON', 'NULL');
  return {};
}
