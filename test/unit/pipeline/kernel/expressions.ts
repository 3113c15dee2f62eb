/** What the tests of expressions share: bound trees by hand, and functions generated of them whose arguments are the columns. */

import { same } from '../../../../src/pipeline/avro/resolve.ts';
import type { AvroSchema } from '../../../../src/pipeline/avro/schema.ts';
import { type Code, js, never } from '../../../../src/pipeline/kernel/code.ts';
import { Emitter } from '../../../../src/pipeline/kernel/emitter.ts';
import { Expressions } from '../../../../src/pipeline/kernel/expression.ts';
import { evaluate } from '../../../../src/pipeline/kernel/function.ts';
import { heldAs } from '../../../../src/pipeline/kernel/held.ts';
import type { Operand } from '../../../../src/pipeline/kernel/operand.ts';
import type { Bound, Variable } from '../../../../src/pipeline/sql/bound.ts';
import { nullable, type Plain, plain, type SqlType } from '../../../../src/pipeline/sql/types.ts';
import type { Value } from '../../../../src/pipeline/sql/values.ts';

export type Held = Value | null;
/** The nodes that may be of this kind: some share their shape with another kind. */
type Kind<K, B = Bound> = B extends { readonly kind: infer Of } ? (K extends Of ? B : never) : never;
/** A node without what the binder knows of it. */
type Node<K extends Bound['kind']> = Omit<Kind<K>, 'type' | 'nullable' | 'fallible' | 'kind'>;

const typeOf = (type: SqlType | Plain): SqlType => (typeof type === 'string' ? plain(type) : type);

export function bound<K extends Bound['kind']>(kind: K, type: SqlType | Plain, node: Node<K>): Kind<K> {
  return { kind, type: typeOf(type), nullable: true, fallible: true, ...node } as unknown as Kind<K>;
}

export const literal = (type: SqlType | Plain, value: Held): Bound => bound('literal', type, { value });
export const text = (value: string): Bound => literal('VARCHAR', value);
export const int = (value: number): Bound => literal('INT', value);
export const column = (name: string, type: SqlType | Plain): Bound => {
  const schema: AvroSchema = { kind: 'null' };
  return bound('column', type, { column: { path: [name], name, schema } });
};
export const variable = (name: string, type: SqlType | Plain): Variable => ({ name, ...nullable(typeOf(type)) });
export const use = (v: Variable): Bound => bound('variable', v.type, { variable: v });
export const cast = (operand: Bound, type: SqlType | Plain, safe = false): Bound =>
  bound('cast', type, { operand, safe });

export interface Generated {
  /** The value for these columns, in the order of their names. */
  readonly run: (...columns: Held[]) => Held;
  readonly source: string;
}

/** How columns are held: as the text of a record or as JavaScript values. */
export type Holding = 'slices' | 'values';

export interface Options {
  readonly face?: 'value' | 'true' | 'false';
  readonly holding?: Holding;
  /** Columns that are still on the wire, by name: given as Avro's bytes. */
  readonly places?: Readonly<Record<string, AvroSchema>>;
}

/** Makes a function of an expression's columns; `face` is what it answers: the value, or whether the predicate is TRUE or FALSE. */
export function generate(
  b: Bound,
  names: readonly string[] = [],
  { face = 'value', holding = 'values', places = {} }: Options = {},
): Generated {
  const e = new Emitter();
  const operands = new Map<string, Operand>();
  const parameters = names.map((name) => [name, e.fresh(name)] as const);
  const x = new Expressions(e, (leaf) => {
    if (leaf.kind !== 'column') return undefined;
    const known = operands.get(leaf.column.name);
    if (known !== undefined) return known;
    const parameter = parameters.find(([name]) => name === leaf.column.name)![1];
    const place = places[leaf.column.name];
    const operand = place === undefined ? held(leaf.type, parameter, holding) : onWire(place, parameter, leaf.nullable);
    operands.set(leaf.column.name, operand);
    return operand;
  });
  x.expect([b]);
  const body = e.body(() => {
    const code = face === 'value' ? x.value(b) : x.holds(b, face === 'true');
    e.add(js`return ${code};`);
  });
  const code = js`${e.functions as readonly Code[]}
return function run(src${parameters.map(([, name]) => js`, ${name}`)}) {
${body}
};`;
  const run = evaluate<(src: Buffer, ...columns: unknown[]) => Held>(code, e.bindings);
  const isSlice = names.map((name) => ['slice', 'place'].includes(operands.get(name)?.as ?? ''));
  return { source: code.toString(), run: (...columns) => run(...laidOut(columns, isSlice)) };
}

/** Texts and bytes that are slices as pieces of one record, with other bytes around them. */
function laidOut(columns: readonly Held[], isSlice: readonly boolean[]): [Buffer, ...unknown[]] {
  let src: Buffer = Buffer.from('\u00ffaround');
  const places = columns.map((v, i) => {
    if (v === null || isSlice[i] !== true) return v;
    const bytes = Buffer.from(v as string);
    const start = src.length;
    src = Buffer.concat([src, bytes, Buffer.from('%aé')]);
    return { start, end: start + bytes.length };
  });
  return [src, ...places];
}

const onWire = (schema: AvroSchema, name: Code, orNull: boolean): Operand => ({
  as: 'place',
  null: orNull ? js`(${name} === null)` : never,
  at: js`${name}.start`,
  end: js`${name}.end`,
  reading: same(schema),
});

function held(type: SqlType, name: Code, holding: Holding): Operand {
  const isNull = js`(${name} === null)`;
  if (holding === 'slices' && (type.kind === 'VARCHAR' || type.kind === 'BYTES'))
    return { as: 'slice', null: isNull, start: js`(${name}?.start ?? 0)`, end: js`(${name}?.end ?? 0)` };
  return { as: heldAs(type), null: isNull, value: name } as Operand;
}

/** The value of an expression without columns. */
export const constantOf = (b: Bound): Held => generate(b).run();
