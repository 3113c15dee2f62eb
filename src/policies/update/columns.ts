/** What becomes of the output's columns, from the point of view of those who read them: by name, or by their place. */
import { type Format, formatOf } from '../../contracts/format.ts';
import type { Plan, PlanColumn } from '../../contracts/plan.ts';
import { fieldTypes, flatten } from './flat-schema.ts';
import { Readers, type Writing } from './readable.ts';
import { parsed, same } from './same.ts';

export interface ColumnChanges {
  /** How readers tell which column is which: by what the record says, or only by their order. */
  readonly read: 'by_name' | 'by_place';
  readonly added: readonly PlanColumn[];
  readonly removed: readonly PlanColumn[];
  /** Whether those that stay come in another order. */
  readonly moved: boolean;
  /** Of another type that readers of the old one can read too, and of one that they can't. */
  readonly narrowed: readonly Retyped[];
  readonly retyped: readonly Retyped[];
}

export interface Retyped {
  readonly from: PlanColumn;
  readonly to: PlanColumn;
}

/** Judged by the old plan's format: what reads the output now knows no other. */
export function columnChanges(from: Plan, to: Plan): ColumnChanges {
  const format = formatOf(from.sink.kafka.format);
  const [old, next] = [byName(from), byName(to)];
  const stay = [...old.keys()].filter((name) => next.has(name));
  const stayThere = [...next.keys()].filter((name) => old.has(name));
  const { narrowed, retyped } = retypedColumns(from, to, format);
  return {
    read: isReadByName(format) ? 'by_name' : 'by_place',
    added: to.output.filter((c) => !old.has(c.name)),
    removed: from.output.filter((c) => !next.has(c.name)),
    moved: !same(stay, stayThere),
    narrowed,
    retyped,
  };
}

const byName = ({ output }: Plan): ReadonlyMap<string, number> => new Map(output.map((c, i) => [c.name, i]));

/** Avro says which column is which by the schema that a record names, CSV by a header line. */
function isReadByName(format: Format): boolean {
  if (format.kind === 'avro') return format.framing.kind !== 'none';
  return format.kind === 'json' || format.header;
}

function retypedColumns(from: Plan, to: Plan, format: Format): Pick<ColumnChanges, 'narrowed' | 'retyped'> {
  const [narrowed, retyped]: [Retyped[], Retyped[]] = [[], []];
  const [oldSchema, nextSchema] = [flatten(parsed(from.outputSchema)), flatten(parsed(to.outputSchema))];
  const [oldTypes, nextTypes] = [fieldTypes(oldSchema), fieldTypes(nextSchema)];
  // Of another format no Avro schema says anything: its names are made by other rules.
  const writing = format.kind === formatOf(to.sink.kafka.format).kind ? writingOf(format) : 'text';
  const readers = new Readers(nextSchema, oldSchema, writing);
  const isText = writing === 'text' || writing === 'text with bigint strings';
  const next = byName(to);
  for (const [name, i] of byName(from)) {
    const j = next.get(name);
    if (j === undefined) continue;
    const change = { from: from.output[i]!, to: to.output[j]! };
    const [read, written] = [oldTypes[i], nextTypes[j]];
    const untold = read === undefined || written === undefined;
    const isSame = sameType(change) && (untold || readers.isSame(written, read));
    if (isSame) continue;
    const fits = untold ? sameType(change) : readers.canRead(written, read);
    // As text a column of the same type is the same where its values look the same, whatever Avro says of it.
    if (fits && isText && sameType(change)) continue;
    (fits ? narrowed : retyped).push(change);
  }
  return { narrowed, retyped };
}

const sameType = ({ from, to }: Retyped): boolean => from.type === to.type && from.nullable === to.nullable;

function writingOf(format: Format): Writing {
  if (format.kind === 'avro') return format.framing.kind === 'none' ? 'avro without its schema' : 'avro';
  return format.kind === 'json' && format.bigint === 'string' ? 'text with bigint strings' : 'text';
}
