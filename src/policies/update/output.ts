/** Rules for the output's columns: whether those who read the output now can read what comes next. */
import { formatOf } from '../../contracts/format.ts';
import type { Plan, PlanColumn } from '../../contracts/plan.ts';
import type { Retyped } from './columns.ts';
import { type Found, listed, type UpdateRule } from './rule.ts';
import { sameText } from './same.ts';

const path = '/spec/sql';
const byName = 'JSON, CSV with header lines, Avro that names its schema';
const byPlace = 'CSV without header lines, Avro without framing';
const keepOutput = 'To keep this output for its readers, make a second job with a sink of its own.';

export const outputRules: readonly UpdateRule[] = [
  {
    name: 'schema_id_kept',
    change: 'the output schema, under the same Confluent schema id',
    kind: 'refused',
    why: 'Every record names that id, and its readers would decode the new bytes by the old schema: they would read wrong values, not fail.',
    remedy: 'Register the new output schema and give its id, or use `framing: guid`, which follows the schema.',
    find: ({ from, to }) => {
      const [old, next] = [confluentId(from.plan), confluentId(to.plan)];
      const kept = old !== null && old === next && !sameText(from.plan.outputSchema, to.plan.outputSchema);
      return kept
        ? { path: '/spec/sink/kafka/format', what: `the output schema changes, and the schema id ${old} stays` }
        : null;
    },
  },
  {
    name: 'column_removed',
    change: 'an output column goes away, or gets another name',
    kind: 'drain_replace',
    why: 'Readers of the output that use it find it no longer.',
    remedy: keepOutput,
    find: ({ columns }) => columnsFound('loses', columns.removed),
  },
  {
    name: 'column_retyped',
    change: "an output column's type, to one that readers of the old one can't read",
    kind: 'drain_replace',
    why: 'Readers of the output that know the old type fail on values of the new one, or on a NULL where there was none.',
    remedy: `CAST the column to its old type. ${keepOutput}`,
    find: ({ columns }) => retypedFound(columns.retyped),
  },
  {
    name: 'column_added_by_place',
    change: `an output column is added: ${byPlace}`,
    kind: 'drain_replace',
    why: 'Readers tell these columns apart by their place alone: one more is a record of another shape, even at the end.',
    remedy: `Use a format that names its columns. ${keepOutput}`,
    find: ({ columns }) => (columns.read === 'by_place' ? columnsFound('gains', columns.added) : null),
  },
  {
    name: 'columns_moved_by_place',
    change: `the order of the output's columns: ${byPlace}`,
    kind: 'drain_replace',
    why: 'Readers tell these columns apart by their place alone.',
    remedy: 'Select them in their old order.',
    find: ({ columns }) => (columns.read === 'by_place' && columns.moved ? movedFound : null),
  },
  {
    name: 'column_added',
    change: `an output column is added: ${byName}`,
    kind: 'in_flight',
    why: 'Readers that do not know the column pass over it.',
    remedy: '',
    find: ({ columns }) => (columns.read === 'by_name' ? columnsFound('gains', columns.added) : null),
  },
  {
    name: 'columns_moved',
    change: `the order of the output's columns: ${byName}`,
    kind: 'in_flight',
    why: 'Readers find the columns by their names.',
    remedy: '',
    find: ({ columns }) => (columns.read === 'by_name' && columns.moved ? movedFound : null),
  },
  {
    name: 'column_narrowed',
    change: "an output column's type, to one that readers of the old one can read",
    kind: 'in_flight',
    why: 'They can read every value of the new one: INT where it was BIGINT, NOT NULL where it could be NULL, one more field in a ROW.',
    remedy: '',
    find: ({ columns }) => retypedFound(columns.narrowed),
  },
];

const movedFound: Found = { path, what: "the output's columns come in another order" };

function columnsFound(verb: string, columns: readonly PlanColumn[]): Found | null {
  if (columns.length === 0) return null;
  return { path, what: `the output ${verb} ${listed(columns.map((c) => `${c.name} (${typeOf(c)})`))}` };
}

function retypedFound(columns: readonly Retyped[]): Found | null {
  if (columns.length === 0) return null;
  const shownTypes = ({ from, to }: Retyped): string =>
    typeOf(from) === typeOf(to) ? 'in its schema' : `from ${typeOf(from)} to ${typeOf(to)}`;
  return { path, what: `in the output ${listed(columns.map((c) => `${c.from.name} changes ${shownTypes(c)}`))}` };
}

/** The compiler's text says NOT NULL already. */
const typeOf = ({ type, nullable }: PlanColumn): string =>
  nullable || / NOT NULL$/.test(type) ? type : `${type} NOT NULL`;

function confluentId({ sink }: Plan): number | null {
  const format = formatOf(sink.kafka.format);
  return format.kind === 'avro' && format.framing.kind === 'confluent' ? format.framing.id : null;
}
