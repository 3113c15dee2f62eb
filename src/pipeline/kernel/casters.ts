/**
 * Which function casts values of one type to another: one row per target, each in a file by its family. A caster takes a
 * value that is not NULL and answers undefined where CAST is an error of the record and TRY_CAST is NULL; none throws.
 */
import type { SqlType } from '../sql/types.ts';
import type { Value } from '../sql/values.ts';
import { toBoolean, toDecimal, toDouble, toInteger } from './cast-number.ts';
import { fromUnion, toArray, toMap, toRow } from './cast-structured.ts';
import { toDate, toEpoch, toInterval, toTime, toTimestamp } from './cast-temporal.ts';
import { toText } from './cast-text.ts';

export type Caster = (v: never) => Value | undefined;

/** The cast that changes nothing: both types hold the value alike. */
export const unchanged: Caster = (v: Value) => v;

/** Undefined: there is no such cast. */
export function casterOf(from: SqlType, to: SqlType): Caster | undefined {
  if (from === to || from.kind === 'NULL') return unchanged;
  if (from.kind === 'UNION' && to.kind !== 'VARCHAR') return fromUnion(from, to);
  switch (to.kind) {
    case 'BOOLEAN':
      return from.kind === 'BOOLEAN' ? unchanged : toBoolean(from);
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return toInteger(from, to.kind);
    case 'FLOAT':
    case 'DOUBLE':
      return from.kind === to.kind ? unchanged : toDouble(from, to.kind);
    case 'DECIMAL':
      return toDecimal(from, to);
    case 'VARCHAR':
      return from.kind === 'UNION' ? fromUnion(from, to) : toText(from);
    case 'BYTES':
      return toBytes(from);
    case 'DATE':
      return from.kind === 'DATE' ? unchanged : toDate(from);
    case 'TIME':
      return toTime(from, to);
    case 'TIMESTAMP':
      return toTimestamp(from, to);
    case 'EPOCH_MICROS':
      return toEpoch(from, 6);
    case 'EPOCH_NANOS':
      return toEpoch(from, 9);
    case 'INTERVAL':
      return toInterval(from, to);
    case 'DURATION':
      return toDuration(from);
    case 'ARRAY':
      return toArray(from, to);
    case 'MAP':
      return toMap(from, to);
    case 'ROW':
      return toRow(from, to);
    default:
      return undefined;
  }
}

function toBytes(from: SqlType): Caster | undefined {
  if (from.kind === 'BYTES' || from.kind === 'DURATION') return unchanged;
  return from.kind === 'VARCHAR' ? (v: string) => Buffer.from(v) : undefined;
}

const durationBytes = 12;

function toDuration(from: SqlType): Caster | undefined {
  if (from.kind === 'DURATION') return unchanged;
  return from.kind === 'BYTES' ? (v: Buffer) => (v.length === durationBytes ? v : undefined) : undefined;
}
