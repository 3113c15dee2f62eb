/** Casts of arrays, maps, rows and unions: element by element. One element that can't be cast leaves nothing of the whole. */
import { type SqlType, type Typed, typeOf } from '../sql/types.ts';
import type { Branch, Value } from '../sql/values.ts';
import { type Caster, casterOf, unchanged } from './casters.ts';

type Held = Value | null;
type Kind<K> = SqlType & { kind: K };
/** NULL becomes NULL, or undefined where it may not stand. */
type ElementCaster = (v: Held) => Held | undefined;

function elementCaster(from: Typed, to: Typed): ElementCaster | undefined {
  const cast = casterOf(from.type, to.type) as ((v: Value) => Value | undefined) | undefined;
  if (cast === undefined) return undefined;
  const absent = to.nullable ? null : undefined;
  return (v) => (v === null ? absent : cast(v));
}

/** Whether every value of one type is one of the other as it is. */
const isUnchanged = (from: Typed, to: Typed): boolean =>
  casterOf(from.type, to.type) === unchanged && (to.nullable || !from.nullable);

export function toArray(from: SqlType, to: Kind<'ARRAY'>): Caster | undefined {
  if (from.kind !== 'ARRAY') return undefined;
  if (isUnchanged(from.element, to.element)) return unchanged;
  const cast = elementCaster(from.element, to.element);
  if (cast === undefined) return undefined;
  return (items: readonly Held[]) => {
    const out: Held[] = [];
    for (const item of items) {
      const made = cast(item);
      if (made === undefined) return undefined;
      out.push(made);
    }
    return out;
  };
}

export function toMap(from: SqlType, to: Kind<'MAP'>): Caster | undefined {
  if (from.kind !== 'MAP') return undefined;
  if (isUnchanged(from.value, to.value)) return unchanged;
  const cast = elementCaster(from.value, to.value);
  if (cast === undefined) return undefined;
  return (entries: ReadonlyMap<string, Held>) => {
    const out = new Map<string, Held>();
    for (const [key, value] of entries) {
      const made = cast(value);
      if (made === undefined) return undefined;
      out.set(key, made);
    }
    return out;
  };
}

/** Fields go by their place, whatever they are called. */
export function toRow(from: SqlType, to: Kind<'ROW'>): Caster | undefined {
  if (from.kind !== 'ROW') return undefined;
  // The fields of one record's row are those of the other's: looking into them could have no end.
  if (from.schema !== undefined && from.schema === to.schema) return unchanged;
  const [own, wanted] = [from.fields, to.fields];
  if (own.length !== wanted.length) return undefined;
  if (own.every((field, i) => isUnchanged(field.type, wanted[i]!.type))) return unchanged;
  const casts = own.map((field, i) => elementCaster(field.type, wanted[i]!.type));
  if (!casts.every((cast) => cast !== undefined)) return undefined;
  return (row: readonly Held[]) => {
    const out: Held[] = [];
    for (let i = 0; i < casts.length; i++) {
      const made = casts[i]!(row[i]!);
      if (made === undefined) return undefined;
      out.push(made);
    }
    return out;
  };
}

/** Whichever branch is there is cast; one that can't be is undefined. There is no such cast where no branch can be. */
export function fromUnion(from: Kind<'UNION'>, to: SqlType): Caster | undefined {
  if (to.kind === 'UNION') return to.schema === from.schema ? unchanged : undefined;
  const casts = from.schema.branches.map((branch) =>
    branch.kind === 'null'
      ? undefined
      : (casterOf(typeOf(branch).type, to) as ((v: Value) => Value | undefined) | undefined),
  );
  if (casts.every((cast) => cast === undefined)) return undefined;
  return ({ branch, value }: Branch) => casts[branch]?.(value);
}
