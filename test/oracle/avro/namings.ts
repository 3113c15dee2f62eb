/** Schemas whose names are hard to print: without a namespace, in others, used twice, recursive, the same in two namespaces. */
import avsc from 'avsc';

export interface Naming {
  readonly name: string;
  readonly schema: string;
  readonly body: Buffer;
  readonly outputName: string;
}

type Json = string | { readonly [key: string]: unknown } | readonly Json[];

const record = (name: string, fields: Readonly<Record<string, Json>>): Json => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});
const point = record('Point', { x: 'int' });
const level: Json = { type: 'enum', name: 'Level', symbols: ['LOW', 'HIGH'], default: 'LOW' };
const mac: Json = { type: 'fixed', name: 'Mac', size: 2 };

/** A type of no namespace is reached from within another namespace, which Java allows and avsc doesn't. */
const boxed = (near: Json): Json =>
  record('R', {
    a: point,
    b: record('far.away.Box', { near, level }),
    c: 'far.away.Level',
    d: ['null', 'far.away.Box'],
  });

const schemas: Readonly<Record<string, Json>> = {
  'twice, without a namespace': record('R', { a: point, b: 'Point', c: ['null', 'Point'] }),
  'in a union, an array and a map': record('R', {
    a: ['null', level],
    b: { type: 'array', items: 'Level' },
    c: { type: 'map', values: 'Level' },
  }),
  'a fixed twice': record('R', { a: mac, b: 'Mac' }),
  'recursive, without a namespace': record('R', { a: record('Node', { label: 'string', next: ['null', 'Node'] }) }),
  'within a type of another namespace': boxed('Point'),
  'two types of one name': record('x.R', {
    a: record('a.Point', { x: 'int' }),
    b: record('b.Point', { y: 'string' }),
    c: record('millrace.Point', { z: 'long' }),
    d: 'b.Point',
  }),
  'one name with and without a namespace': record('R', {
    a: record('Point', { x: 'int' }),
    b: record('millrace.Point', { y: 'string' }),
    c: 'Point',
    d: ['null', 'millrace.Point'],
  }),
  'the name of the output': record('R', { a: record('millrace.Row', { x: 'int' }), b: ['null', 'millrace.Row'] }),
};

/** For avsc: the same bytes. */
const asWritten: Readonly<Record<string, Json>> = {
  'within a type of another namespace': boxed(record('Near', { x: 'int' })),
};

function bodyOf(schema: Json): Buffer {
  const type = avsc.Type.forSchema(schema as avsc.Schema);
  return type.toBuffer(type.random());
}

export const namings: readonly Naming[] = Object.entries(schemas).flatMap(([name, schema]) =>
  ['millrace.Row', 'Row', 'far.Out'].map((outputName) => ({
    name: `${name}, as ${outputName}`,
    schema: JSON.stringify(schema),
    body: bodyOf(name in asWritten ? asWritten[name]! : schema),
    outputName,
  })),
);
