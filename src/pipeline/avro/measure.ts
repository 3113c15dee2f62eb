/** How many bytes values of a schema take, how wide it is, and which record types need a function of their own. */
import type { AvroRecord, AvroSchema } from './schema.ts';

const sizes = new WeakMap<AvroRecord, number | undefined>();

/** Bytes of every value of the schema where that is constant: such values are skipped by adding. */
export function fixedSize(schema: AvroSchema): number | undefined {
  switch (schema.kind) {
    case 'null':
      return 0;
    case 'boolean':
      return 1;
    case 'float':
      return 4;
    case 'double':
      return 8;
    case 'fixed':
      return schema.size;
    case 'record': {
      if (sizes.has(schema)) return sizes.get(schema);
      // A record inside itself has no constant size; this also ends the recursion.
      sizes.set(schema, undefined);
      let sum: number | undefined = 0;
      for (const field of schema.fields) {
        const size = fixedSize(field.schema);
        sum = size === undefined || sum === undefined ? undefined : sum + size;
      }
      sizes.set(schema, sum);
      return sum;
    }
    default:
      return undefined;
  }
}

/** How many values one value of the schema holds at least, in the widest of its branches; a recursive record counts once. */
export function widthOf(schema: AvroSchema, known: Map<AvroRecord, number> = new Map()): number {
  switch (schema.kind) {
    case 'array':
      return 1 + widthOf(schema.items, known);
    case 'map':
      return 1 + widthOf(schema.values, known);
    case 'union':
      return schema.branches.reduce((most, branch) => Math.max(most, widthOf(branch, known)), 1);
    case 'record': {
      const width = known.get(schema);
      if (width !== undefined) return width;
      known.set(schema, 1);
      const sum = schema.fields.reduce((total, field) => total + widthOf(field.schema, known), 1);
      known.set(schema, sum);
      return sum;
    }
    default:
      return 1;
  }
}

/** The fewest bytes that any value of the schema takes: bounds a block's count by the bytes that are left. */
export function minSize(schema: AvroSchema): number {
  const size = fixedSize(schema);
  if (size !== undefined) return size;
  // A record that isn't of constant size holds a varint somewhere, so it takes at least a byte.
  return 1;
}

/**
 * The record types that are reached more than once: recursive ones and those that several places share. They become
 * functions; all others stand inline, so that the code's size is linear in the schema's.
 */
export function sharedRecords(root: AvroSchema): ReadonlySet<AvroRecord> {
  const seen = new Set<AvroRecord>();
  const shared = new Set<AvroRecord>();
  const visit = (schema: AvroSchema): void => {
    switch (schema.kind) {
      case 'record':
        if (seen.has(schema)) {
          shared.add(schema);
          return;
        }
        seen.add(schema);
        for (const field of schema.fields) visit(field.schema);
        return;
      case 'array':
        visit(schema.items);
        return;
      case 'map':
        visit(schema.values);
        return;
      case 'union':
        for (const branch of schema.branches) visit(branch);
    }
  };
  visit(root);
  return shared;
}
