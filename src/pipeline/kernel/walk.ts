/**
 * Which parts of a record are read and which are skipped, for the columns that a query wants: a {@link Reading} and a list
 * of paths → a tree of steps along the wire. Pure; record.ts emits it. A column may be found at several sites (branches of
 * the writer's union), at one, or at none.
 */
import { mistakeOf, type Reading } from '../avro/resolve.ts';
import { type AvroField, type AvroSchema, type AvroUnion, branchName, viewUnion } from '../avro/schema.ts';
import { defaultValue } from '../avro/value.ts';
import type { Column } from '../sql/bound.ts';
import type { Branch, Value } from '../sql/values.ts';

export type Walk =
  | { readonly kind: 'skip'; readonly schema: AvroSchema }
  /** A column's value stands here. */
  | { readonly kind: 'column'; readonly key: string; readonly reading: Reading }
  /** So does this one's, and columns within it are wanted too. */
  | { readonly kind: 'around'; readonly key: string; readonly reading: Reading; readonly inside: Walk }
  | { readonly kind: 'record'; readonly fields: readonly Walk[] }
  /** A union of the writer's; one step for each of its branches. */
  | { readonly kind: 'union'; readonly branches: readonly AvroSchema[]; readonly steps: readonly Walk[] }
  /** The writer has no such column: here it is its default. */
  | { readonly kind: 'default'; readonly key: string; readonly value: Value | null }
  /** What is wanted of this place can't be had: an error of the records that come here. */
  | { readonly kind: 'mismatch'; readonly schema: AvroSchema; readonly message: string };

/** Where a column comes from. `sometimes`: records may pass it by, and the column is NULL then. */
export type Site = { readonly sometimes: boolean } & (
  | { readonly kind: 'wire'; readonly reading: Reading }
  | { readonly kind: 'default'; readonly value: Value | null }
);

export interface WalkPlan {
  readonly walk: Walk;
  /** By key. */
  readonly sites: ReadonlyMap<string, readonly Site[]>;
  /** Why no record at all can be read as the query needs. */
  readonly mistakes: readonly string[];
  /** Whether the walk ends where the record does; otherwise what stands behind the last column that is wanted isn't looked at. */
  readonly whole: boolean;
}

export const pathKey = (path: readonly string[]): string => path.join('\0');
export const keyOf = (column: Column): string => pathKey(column.path);

/** The walk of a record: it ends behind the last column that is wanted. */
export function planRecord(reading: Reading, columns: Iterable<Column>): WalkPlan {
  const planner = new Planner();
  const walk = planner.inside(reading, treeOf(columns), false);
  const cut = withoutTail(walk);
  return { walk: cut, sites: planner.sites, mistakes: planner.mistakes, whole: cut === walk };
}

/** The walk of a list's element, which another follows: all of it. `sometimes`: there may be none. A path without steps is the element itself. */
export function planElement(reading: Reading, columns: Iterable<Column>, sometimes: boolean): WalkPlan {
  const planner = new Planner();
  const walk = planner.value(reading, treeOf(columns), sometimes);
  return { walk, sites: planner.sites, mistakes: planner.mistakes, whole: true };
}

/** The columns wanted, as a tree along the reader's schema. */
interface Wanted {
  readonly column?: Column;
  /** By the names of fields or of a union's branches. */
  readonly parts: ReadonlyMap<string, Wanted>;
}

function treeOf(columns: Iterable<Column>): Wanted {
  interface Growing {
    column?: Column;
    parts: Map<string, Growing>;
  }
  const root: Growing = { parts: new Map() };
  for (const column of columns) {
    let node = root;
    for (const name of column.path) {
      const next: Growing = node.parts.get(name) ?? { parts: new Map() };
      node.parts.set(name, next);
      node = next;
    }
    node.column = column;
  }
  return root;
}

class Planner {
  readonly sites = new Map<string, Site[]>();
  readonly mistakes: string[] = [];

  /** What is wanted of the value that stands here. `sometimes`: not every record comes here. */
  value(reading: Reading, wanted: Wanted, sometimes: boolean): Walk {
    const { column } = wanted;
    if (column === undefined) return this.inside(reading, wanted, sometimes);
    const key = keyOf(column);
    const mistake = mistakeOf(reading);
    if (mistake !== undefined && !sometimes) this.mistakes.push(`${column.name}: ${mistake}`);
    this.#found(key, { kind: 'wire', sometimes, reading });
    if (wanted.parts.size === 0) return { kind: 'column', key, reading };
    return { kind: 'around', key, reading, inside: this.inside(reading, wanted, sometimes) };
  }

  /** What is wanted within the value that stands here: a record, or a union that holds some. */
  inside(reading: Reading, wanted: Wanted, sometimes: boolean): Walk {
    switch (reading.kind) {
      case 'same': {
        const { writer, reader } = reading;
        if (writer.kind === 'record' && reader.kind === 'record') {
          const fields = writer.fields.map((field, i) => {
            const target = reader.fields[i]!;
            return { target, reading: { kind: 'same', writer: field.schema, reader: target.schema } as const };
          });
          return this.#record(fields, [], wanted, sometimes);
        }
        if (writer.kind !== 'union' || reader.kind !== 'union') break;
        const steps = writer.branches.map((branch, i) =>
          this.#branch(reader, i, { kind: 'same', writer: branch, reader: reader.branches[i]! }, wanted, true),
        );
        return { kind: 'union', branches: writer.branches, steps };
      }
      case 'record':
        return this.#record(reading.fields, reading.missing, wanted, sometimes);
      case 'branches':
        return {
          kind: 'union',
          branches: reading.writer.branches,
          steps: reading.branches.map((branch) => this.inside(branch, wanted, true)),
        };
      case 'branch':
        return this.#branch(reading.reader, reading.index, reading.reading, wanted, sometimes);
      case 'mismatch':
        if (!sometimes) this.mistakes.push(reading.message);
        return { kind: 'mismatch', schema: reading.writer, message: reading.message };
    }
    return { kind: 'skip', schema: reading.writer };
  }

  /** The value is branch `index` of the reader's union, whose null has no parts. */
  #branch(union: AvroUnion, index: number, reading: Reading, wanted: Wanted, sometimes: boolean): Walk {
    const branch = union.branches[index]!;
    if (branch.kind === 'null') return { kind: 'skip', schema: reading.writer };
    if (viewUnion(union).kind === 'nullable') return this.inside(reading, wanted, sometimes);
    const part = wanted.parts.get(branchName(branch));
    return part === undefined ? { kind: 'skip', schema: reading.writer } : this.value(reading, part, sometimes);
  }

  #record(
    fields: readonly { readonly target: AvroField | undefined; readonly reading: Reading }[],
    missing: readonly AvroField[],
    wanted: Wanted,
    sometimes: boolean,
  ): Walk {
    const steps: Walk[] = missing.flatMap((field) => {
      const part = wanted.parts.get(field.name);
      return part === undefined ? [] : this.#missing(field, part, sometimes);
    });
    for (const { target, reading } of fields) {
      const part = target === undefined ? undefined : wanted.parts.get(target.name);
      steps.push(part === undefined ? { kind: 'skip', schema: reading.writer } : this.value(reading, part, sometimes));
    }
    return { kind: 'record', fields: steps };
  }

  #missing(field: AvroField, wanted: Wanted, sometimes: boolean): readonly Walk[] {
    if (field.default === undefined) {
      const message = `${field.name}: the writer has no such field, and there is no default`;
      if (!sometimes) this.mistakes.push(message);
      return [{ kind: 'mismatch', schema: { kind: 'null' }, message }];
    }
    return this.#defaults(field.schema, defaultValue(field.schema, field.default.json), wanted, sometimes);
  }

  /** Columns of a default: they have a value, but no place on the wire. */
  #defaults(schema: AvroSchema, value: Value | null, wanted: Wanted, sometimes: boolean): readonly Walk[] {
    const steps: Walk[] = [];
    if (wanted.column !== undefined) {
      const key = keyOf(wanted.column);
      this.#found(key, { kind: 'default', sometimes, value });
      if (sometimes) steps.push({ kind: 'default', key, value });
    }
    for (const [name, part] of wanted.parts) {
      const inner = partOf(schema, value, name);
      steps.push(...this.#defaults(inner.schema, inner.value, part, sometimes));
    }
    return steps;
  }

  #found(key: string, site: Site): void {
    this.sites.set(key, [...(this.sites.get(key) ?? []), site]);
  }
}

/** A field of a default's record, or a branch of its union. */
function partOf(schema: AvroSchema, value: Value | null, name: string): { schema: AvroSchema; value: Value | null } {
  if (schema.kind === 'record') {
    const index = schema.fields.findIndex((f) => f.name === name);
    const row = value as readonly (Value | null)[] | null;
    return { schema: schema.fields[index]!.schema, value: row?.[index] ?? null };
  }
  if (schema.kind !== 'union') throw new TypeError(`a ${schema.kind} has no part ${name}`);
  const view = viewUnion(schema);
  if (view.kind === 'nullable') return partOf(view.value, value, name);
  const index = schema.branches.findIndex((b) => branchName(b) === name);
  const held = value as Branch | null;
  return { schema: schema.branches[index]!, value: held?.branch === index ? held.value : null };
}

/** Without the skips at its end: behind the last column nothing has to be found. */
function withoutTail(walk: Walk): Walk {
  if (walk.kind !== 'record') return walk;
  const last = walk.fields.findLastIndex((step) => step.kind !== 'skip');
  const inner = last < 0 ? undefined : withoutTail(walk.fields[last]!);
  if (last === walk.fields.length - 1 && inner === walk.fields[last]) return walk;
  return {
    kind: 'record',
    fields: [...walk.fields.slice(0, Math.max(0, last)), ...(inner === undefined ? [] : [inner])],
  };
}
