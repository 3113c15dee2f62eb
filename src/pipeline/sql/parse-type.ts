/**
 * Types as a query writes them. A type of several words keeps them as one text (`DOUBLE PRECISION`, `INTERVAL DAY TO
 * SECOND`), but where that is another spelling of a word, the word stands for it: `TIMESTAMP WITH LOCAL TIME ZONE` is
 * TIMESTAMP_LTZ, `TIMESTAMP WITHOUT TIME ZONE` TIMESTAMP, `CHARACTER VARYING` VARCHAR, `BINARY VARYING` VARBINARY.
 */
import { limits } from '../../contracts/limits.ts';
import type { Span, TypeName } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refuse } from './mistake.ts';
import { intervalUnits } from './parse-unit.ts';

/** Of each type: a deep one may not be nested in the text, as `INT ARRAY ARRAY`. */
const heights = new WeakMap<TypeName, number>();

type Parts = Pick<TypeName, 'name'> & Partial<TypeName>;

export function parseType(cursor: Cursor): TypeName {
  return cursor.nested(() => {
    const first = cursor.next;
    let type = nullability(cursor, simpleType(cursor));
    while (cursor.next.kind === 'word') {
      if (cursor.at('MULTISET')) refuse(cursor.next, 'MULTISET is not supported yet');
      if (!cursor.take('ARRAY')) break;
      type = nullability(cursor, typeName(cursor, first, { name: 'ARRAY', elements: [type] }));
    }
    return type;
  });
}

function typeName(cursor: Cursor, first: Span, parts: Parts): TypeName {
  const { name, parameters = [], elements = [], fields = [] } = parts;
  const frozen = {
    parameters: Object.freeze(parameters),
    elements: Object.freeze(elements),
    fields: Object.freeze(fields),
  };
  const type = Object.freeze({ span: cursor.span(first), name, ...frozen });
  const within = [...elements, ...fields.map((f) => f.type)].map((t) => heights.get(t)!);
  const height = Math.max(0, ...within) + 1;
  if (height > limits.sqlDepthMax) cursor.tooDeep(type.span);
  heights.set(type, height);
  return type;
}

/** `NULL` and `NOT NULL` after a type say nothing that a query could use; `NULL ON EMPTY` is a clause of what the type stands in. */
function nullability(cursor: Cursor, type: TypeName): TypeName {
  if (!cursor.take('NOT', 'NULL') && !cursor.at('NULL', 'ON')) cursor.take('NULL');
  return type;
}

function simpleType(cursor: Cursor): TypeName {
  const first = cursor.next;
  if (first.kind !== 'word' || !cursor.isName())
    return cursor.unexpected('a type', 'such as VARCHAR, BIGINT or ARRAY<INT>');
  cursor.advance();
  return typeName(cursor, first, partsOf(cursor, first.key));
}

function partsOf(cursor: Cursor, word: string): Parts {
  switch (word) {
    case 'ARRAY':
      return { name: word, elements: angled(cursor, () => [parseType(cursor)]) };
    case 'MAP':
      return { name: word, elements: angled(cursor, () => keyAndValue(cursor)) };
    case 'ROW':
      return { name: word, fields: rowFields(cursor) };
    case 'MULTISET':
      return refuse(cursor.last, 'MULTISET is not supported yet');
    case 'DOUBLE':
      return { name: cursor.take('PRECISION') ? 'DOUBLE PRECISION' : word };
    case 'CHARACTER':
    case 'CHAR':
      return { name: cursor.take('VARYING') ? 'VARCHAR' : word, parameters: numbers(cursor) };
    case 'BINARY':
      return { name: cursor.take('VARYING') ? 'VARBINARY' : word, parameters: numbers(cursor) };
    case 'INTERVAL':
      return intervalType(cursor);
    case 'TIME':
    case 'TIMESTAMP': {
      const parameters = numbers(cursor);
      return { name: zoned(cursor, word), parameters };
    }
    default:
      return { name: word, parameters: numbers(cursor) };
  }
}

function zoned(cursor: Cursor, word: 'TIME' | 'TIMESTAMP'): string {
  const first = cursor.next;
  if (cursor.take('WITHOUT', 'TIME', 'ZONE')) return word;
  if (word === 'TIMESTAMP' && cursor.take('WITH', 'LOCAL', 'TIME', 'ZONE')) return 'TIMESTAMP_LTZ';
  if (cursor.at('WITH', 'TIME', 'ZONE') || cursor.at('WITH', 'LOCAL', 'TIME', 'ZONE'))
    refuse(first, `${word} with a time zone of its own is not supported yet`, 'an instant is TIMESTAMP_LTZ');
  return word;
}

function intervalType(cursor: Cursor): Parts {
  const unit = (): string => {
    const word = cursor.takeOneOf(intervalUnits) ?? cursor.unexpected(`one of ${intervalUnits.join(', ')}`);
    numbers(cursor);
    return word;
  };
  const from = unit();
  return { name: cursor.take('TO') ? `INTERVAL ${from} TO ${unit()}` : `INTERVAL ${from}` };
}

/** The longest VARCHAR that Flink has; people write it for one of any length. */
const lengthMax = 2_147_483_647;

/** Numbers in parentheses, where there are any: a length, a precision, a scale. */
export function numbers(cursor: Cursor): readonly number[] {
  if (!cursor.take('(')) return [];
  const list = cursor.list(() => {
    const { kind, text } = cursor.next;
    if (kind !== 'number' || !/^\d{1,10}$/.test(text) || Number(text) > lengthMax)
      cursor.unexpected('a whole number of a type');
    cursor.advance();
    return Number(text);
  });
  cursor.expect(')', 'the numbers of a type are not closed');
  return list;
}

function angled<T>(cursor: Cursor, parse: () => T): T {
  cursor.expect('<', 'what it holds stands in angle brackets: ARRAY<INT>, MAP<VARCHAR, INT>');
  const parsed = parse();
  closeAngle(cursor);
  return parsed;
}

function closeAngle(cursor: Cursor): void {
  cursor.expect('>', cursor.at('>=') ? 'write a space between > and =' : 'the angle brackets of a type are not closed');
}

function keyAndValue(cursor: Cursor): readonly TypeName[] {
  const key = parseType(cursor);
  cursor.expect(',', 'a MAP has a type of its keys and one of its values: MAP<VARCHAR, INT>');
  return [key, parseType(cursor)];
}

function rowFields(cursor: Cursor): TypeName['fields'] {
  const round = cursor.take('(');
  if (!round) cursor.expect('<', 'the fields of a ROW stand in angle brackets: ROW<id BIGINT, name VARCHAR>');
  const seen = new Set<string>();
  const fields = cursor.list(() => {
    const name = cursor.field();
    if (seen.has(name.text)) refuse(name, `the ROW has two fields ${name.text}`);
    seen.add(name.text);
    return Object.freeze({ name, type: parseType(cursor) });
  });
  if (round) cursor.expect(')', 'the fields of a ROW are not closed');
  else closeAngle(cursor);
  return fields;
}
