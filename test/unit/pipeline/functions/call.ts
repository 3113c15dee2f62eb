/** Calls a row of a function table as the emitter does, without a compiler: NULLs, casts and literals are the caller's. */
import assert from 'node:assert/strict';
import { limits } from '../../../../src/contracts/limits.ts';
import { budget } from '../../../../src/pipeline/budget.ts';
import type { SqlFunction } from '../../../../src/pipeline/sql/functions/function.ts';
import { notNull, nullable, plain, type SqlType, type Typed } from '../../../../src/pipeline/sql/types.ts';
import type { Value } from '../../../../src/pipeline/sql/values.ts';

// biome-ignore lint/suspicious/noExplicitAny: lambdas stand among the arguments, as Implementation has them.
type Argument = any;

export interface Calls {
  /** The value for arguments that are literals, if `types` says so of types that the values don't show. */
  call(name: string, args: readonly Argument[], types?: readonly SqlType[]): Value | null;
  /** The same for arguments that are not known when the call is made. */
  unknown(name: string, args: readonly Argument[], types?: readonly SqlType[]): Value | null;
  row(name: string): SqlFunction;
}

export function callsOf(rows: readonly SqlFunction[]): Calls {
  const row = (name: string): SqlFunction => {
    const found = rows.find((r) => r.name === name);
    assert.ok(found !== undefined, `there is no ${name}`);
    return found;
  };
  const run = (
    name: string,
    args: readonly Argument[],
    types: readonly SqlType[] | undefined,
    literal: boolean,
  ): Value | null => {
    const fn = row(name);
    if (fn.nulls === 'strict' && args.includes(null)) return null;
    const typed = args.map((v, i) => (types?.[i] === undefined ? typeOf(v) : nullable(types[i])));
    assert.equal(fn.check?.(typed), undefined);
    const result = invoke(fn, typed, args, literal);
    if (result === null) assert.ok(fn.nullable || fn.nulls === 'own', `${name} says that it is never NULL`);
    return result;
  };
  return {
    row,
    call: (name, args, types) => run(name, args, types, true),
    unknown: (name, args, types) => run(name, args, types, false),
  };
}

function invoke(fn: SqlFunction, types: readonly Typed[], args: readonly Argument[], literal: boolean): Value | null {
  budget.left = limits.recordValueBytesMax;
  switch (fn.body.via) {
    case 'call':
      return fn.body.fn(...args);
    case 'made':
      return fn.body.make(types, literal ? args : args.map(() => undefined))(...args);
    default:
      return assert.fail(`${fn.name} is not called`);
  }
}

function typeOf(v: Argument): Typed {
  if (v === null) return nullable({ kind: 'NULL' });
  switch (typeof v) {
    case 'string':
      return notNull(plain('VARCHAR'));
    case 'boolean':
      return notNull(plain('BOOLEAN'));
    case 'bigint':
      return notNull(plain('BIGINT'));
    case 'number':
      return notNull(plain(Number.isInteger(v) ? 'INT' : 'DOUBLE'));
  }
  if (Buffer.isBuffer(v)) return notNull(plain('BYTES'));
  const first = (values: Iterable<Argument>): Typed => {
    for (const value of values) if (value !== null) return nullable(typeOf(value).type);
    return nullable({ kind: 'NULL' });
  };
  if (Array.isArray(v)) return notNull({ kind: 'ARRAY', element: first(v) });
  if (v instanceof Map) return notNull({ kind: 'MAP', value: first(v.values()) });
  return notNull({ kind: 'NULL' });
}
