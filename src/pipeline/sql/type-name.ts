/** Types as a query writes them → SQL types. */
import type { IntervalUnit, TypeName } from './ast.ts';
import { isIntervalOf } from './literals.ts';
import type { Mistakes } from './scope.ts';
import { nearest } from './suggest.ts';
import { precisionMax } from './type-rules.ts';
import { decimal, nullable, type Plain, plain, type SqlType, time, timestamp, withDigits } from './types.ts';

const plainNames: Readonly<Record<string, Plain>> = {
  BOOLEAN: 'BOOLEAN',
  TINYINT: 'TINYINT',
  SMALLINT: 'SMALLINT',
  INT: 'INT',
  INTEGER: 'INT',
  BIGINT: 'BIGINT',
  FLOAT: 'FLOAT',
  REAL: 'FLOAT',
  DOUBLE: 'DOUBLE',
  'DOUBLE PRECISION': 'DOUBLE',
  VARCHAR: 'VARCHAR',
  CHAR: 'VARCHAR',
  CHARACTER: 'VARCHAR',
  'CHARACTER VARYING': 'VARCHAR',
  STRING: 'VARCHAR',
  TEXT: 'VARCHAR',
  BYTES: 'BYTES',
  VARBINARY: 'BYTES',
  BINARY: 'BYTES',
  DATE: 'DATE',
};

/** Types of a length that all their values have: 1 where none is named. */
const fixed: ReadonlySet<string> = new Set(['CHAR', 'CHARACTER', 'BINARY']);
/** Types that may have a length. */
const sized: ReadonlySet<string> = new Set([...fixed, 'VARCHAR', 'CHARACTER VARYING', 'VARBINARY']);

export interface NamedType {
  readonly type: SqlType;
  /** Characters of a VARCHAR(n). */
  readonly length: number | undefined;
  /** CHAR and BINARY: filled to the length. */
  readonly padded?: true;
  /** Of a second, where they are fewer than the type holds: TIMESTAMP(0) is held in milliseconds. */
  readonly digits?: number;
  /** Of an INTERVAL, the first and the last: what a text or a number means depends on them. */
  readonly fields?: readonly [IntervalUnit, IntervalUnit];
}

/** The type, or undefined after having said what is wrong. */
export function typeNamed(name: TypeName, mistakes: Mistakes, isPart = false): NamedType | undefined {
  const wrong = (message: string, remedy?: string): undefined => {
    mistakes.add(name.span, message, remedy);
    return undefined;
  };
  const [first, second] = name.parameters;
  if (Object.hasOwn(plainNames, name.name)) {
    const type = plain(plainNames[name.name]!);
    const padded = fixed.has(name.name);
    if (first === undefined && (!padded || isPart)) return { type, length: undefined };
    const length = first ?? 1;
    if (!sized.has(name.name)) return wrong(`a ${name.name} has no length`, `write ${name.name}`);
    if (isPart)
      return wrong(
        'a length within ARRAY, MAP or ROW is not supported yet',
        `write ${type.kind === 'BYTES' ? 'BYTES' : 'VARCHAR'}`,
      );
    if (length === 0) return wrong(`a ${name.name} has at least 1 ${type.kind === 'BYTES' ? 'byte' : 'character'}`);
    return { type, length, ...(padded ? { padded } : {}) };
  }
  const of = (type: SqlType): NamedType => ({ type, length: undefined });
  if (name.name.startsWith('INTERVAL ')) {
    const [, from, , to = from] = name.name.split(' ') as IntervalUnit[];
    if (!isIntervalOf(from!, to!)) return wrong(`there is no ${name.name}`);
    const monthly = from === 'YEAR' || from === 'MONTH';
    return { ...of({ kind: 'INTERVAL', of: monthly ? 'MONTH' : 'SECOND' }), fields: [from!, to!] };
  }
  const ofDigits = (digits: number, most: 6 | 9): NamedType | undefined => {
    const kind = name.name === 'TIME' ? 'TIME' : 'TIMESTAMP';
    if (digits > most) return wrong(`a ${kind} has at most ${most} digits of a second, not ${digits}`);
    const held = digits > 6 ? 9 : digits > 3 ? 6 : 3;
    if (isPart && digits < held)
      return wrong(
        `${name.name}(${digits}) within ARRAY, MAP or ROW is not supported yet`,
        `write ${name.name}(${held})`,
      );
    const type = kind === 'TIME' ? time(held as 3 | 6) : timestamp(held, name.name !== 'TIMESTAMP');
    return { ...of(withDigits(type, digits)), ...(digits < held ? { digits } : {}) };
  };
  switch (name.name) {
    case 'DECIMAL':
    case 'NUMERIC':
    case 'DEC': {
      const [precision, scale] = [first ?? 10, second ?? 0];
      if (precision < 1 || precision > precisionMax || scale > precision)
        return wrong(
          `DECIMAL(${precision}, ${scale}) is no type`,
          `precision is 1 to ${precisionMax}, scale at most the precision`,
        );
      return of(decimal(precision, scale));
    }
    case 'TIME':
      return ofDigits(first ?? 0, 6);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP WITH LOCAL TIME ZONE':
      return ofDigits(first ?? 6, 9);
    case 'ARRAY': {
      const element = typeNamed(name.elements[0]!, mistakes, true);
      return element && of({ kind: 'ARRAY', element: nullable(element.type) });
    }
    case 'MAP': {
      const [key, value] = name.elements.map((e) => typeNamed(e, mistakes, true));
      if (key === undefined || value === undefined) return undefined;
      if (key.type.kind !== 'VARCHAR') return wrong("a MAP's keys are VARCHAR, as Avro's are");
      return of({ kind: 'MAP', value: nullable(value.type) });
    }
    case 'ROW': {
      const fields = name.fields.map((f) => ({ name: f.name.text, type: typeNamed(f.type, mistakes, true) }));
      if (fields.some((f) => f.type === undefined)) return undefined;
      return of({ kind: 'ROW', fields: fields.map((f) => ({ name: f.name, type: nullable(f.type!.type) })) });
    }
  }
  const near = nearest(name.name, Object.keys(plainNames));
  return wrong(`no type ${name.name}`, near === undefined ? undefined : `did you mean ${near}?`);
}
