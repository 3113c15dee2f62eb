/**
 * The branches of a query that read one stream + how its records are read + an output format → one generated function.
 * Here it is put together; the walk along the record is record.ts's, rows are row.ts's.
 */
import { failure, MillraceError } from '../../contracts/failure.ts';
import type { Format } from '../../contracts/format.ts';
import { limits } from '../../contracts/limits.ts';
import { diagnose, diagnoseDomain } from '../avro/diagnose.ts';
import { OutOfDomain } from '../avro/domain.ts';
import { sharedRecords } from '../avro/measure.ts';
import type { Reading } from '../avro/resolve.ts';
import type { AvroSchema } from '../avro/schema.ts';
import { unitNotes } from '../avro/units.ts';
import { budget } from '../budget.ts';
import type { OutputColumn } from '../formats/format.ts';
import { writerOf } from '../formats/formats.ts';
import { type Kernel, REJECTED, RecordError, recordError } from '../ports.ts';
import type { Rows } from '../rows.ts';
import { type Bound, type Branch, type Column, childrenOf, columnsOf } from '../sql/bound.ts';
import { emitBranch } from './branch.ts';
import { type Code, js } from './code.ts';
import { Emitter } from './emitter.ts';
import { Filters } from './filters.ts';
import { evaluate } from './function.ts';
import { Kit } from './kit.ts';
import { AvroReader, frame } from './read.ts';
import { walkRecord } from './record.ts';
import { rowSteps } from './row.ts';
import { makeSkipper, type Skipper } from './skipper.ts';
import { Streamed, Tested } from './stream.ts';
import { boundsOf, usesOf } from './uses.ts';
import { keyOf, planRecord, type WalkPlan } from './walk.ts';
import { Fault, wire } from './wire.ts';

export interface KernelInput {
  /** At least one; all of one stream. */
  readonly branches: readonly Branch[];
  /** The output's, in the order of the branches' values. */
  readonly columns: readonly OutputColumn[];
  readonly format: Format;
  /** How a whole record is read: writer's schema to the stream's. */
  readonly reading: Reading;
}

/** Throws MillraceError `invalid_schema` where no record of the writer's schema can be read as the query needs. */
export function makeKernel(input: KernelInput): Kernel {
  const { branches, reading } = input;
  const early = earlyFilters(branches);
  const columns = new Map(branches.flatMap((b) => boundsOf(b).flatMap((bound) => [...columnsOf(bound)])));
  const plan = planRecord(reading, columns.values());
  if (plan.mistakes.length > 0) throw unreadable(plan.mistakes);
  const emitter = new Emitter();
  const reader = new AvroReader(emitter, new Set([...sharedRecords(reading.writer), ...sharedRecords(reading.reader)]));
  const kit = new Kit(
    {
      emitter,
      reader,
      writer: writerOf(emitter, reader, input.format, input.columns),
      outputs: input.columns,
      shape: branches.length === 1 && isPlain(branches[0]!) ? 'value' : 'rows',
      keyed: branches.some((b) => b.extras.key !== undefined),
      slices: input.format.kind !== 'avro',
    },
    { columns, sites: plan.sites, uses: usesOf(branches, (b) => (b.kind === 'column' ? keyOf(b.column) : undefined)) },
    early.length === 0,
  );
  kit.expressions.expect(branches.flatMap(boundsOf));

  const body = emitter.body(() => emitBody(kit, branches, early, plan));
  const rows = kit.shape === 'rows';
  const { writer } = reading;
  const explain = (cause: unknown, src: Buffer, start: number, end: number, written: Rows): RecordError => {
    if (rows) written.reset();
    if (cause instanceof Fault) return new RecordError('decode', diagnose(writer, src, start, end));
    if (cause instanceof OutOfDomain)
      return new RecordError('decode', diagnoseDomain(writer, src, [start, end], cause));
    return recordError(cause);
  };
  const code = js`${emitter.functions as readonly Code[]}
return function run(src, start, end, dst, at, rows, record) {
let p = start;
${frame}
try {
${emitter.bind(wire, 'wire')}.empty = 0;
${emitter.bind(budget, 'budget')}.left = ${limits.recordValueBytesMax};
${rows ? js`rows.reset();` : js``}
${kit.meta.locals}
${body}
} catch (cause) {
throw ${emitter.bind(explain, 'explain')}(cause, src, start, end, rows);
}
};`;
  return {
    run: evaluate<Kernel['run']>(code, emitter.bindings),
    ...(!(plan.whole && early.length === 0) && { checkWhole: wholeCheck(writer) }),
    shape: kit.shape,
    parts: { key: kit.keyed, headers: branches[0]!.extras.headers.map((h) => h.name) },
    readsRecord: kit.meta.isRead,
    notes: notesOf(plan, columns),
    source: code.toString(),
  };
}

function notesOf({ sites }: WalkPlan, columns: ReadonlyMap<string, Column>): readonly string[] {
  const notes = [...sites].flatMap(([key, list]) =>
    list.flatMap((site) => (site.kind === 'wire' ? unitNotes(site.reading, columns.get(key)!.name) : [])),
  );
  return [...new Set(notes)];
}

/** Made when it is first asked for: whoever asks whether a query is well needs none. */
function wholeCheck(writer: AvroSchema): (src: Buffer, start: number, end: number) => void {
  let skip: Skipper | undefined;
  return (src, start, end) => {
    skip ??= makeSkipper(writer);
    if (skip(src, start, end) !== end) throw new RecordError('decode', diagnose(writer, src, start, end));
  };
}

function unreadable(mistakes: readonly string[]): MillraceError {
  const list = [...new Set(mistakes)].join('; ');
  return new MillraceError(
    failure('invalid_schema', `Events with this writer schema can't be read as the query needs: ${list}.`),
  );
}

function emitBody(kit: Kit, branches: readonly Branch[], early: readonly Bound[], plan: WalkPlan): void {
  const { emitter: e, reader } = kit;
  const [first] = branches as readonly [Branch, ...Branch[]];
  const filters = new Filters(early);
  kit.expressions.once.expect(branches);
  const leave = js`return ${REJECTED};`;
  // Values that Avro copies are written together at the end: neighbours on the wire go in one copy.
  const streams = branches.length === 1 && isOneRow(first) && kit.slices;
  const hooks = streams ? new Streamed(kit, filters, leave, first) : new Tested(kit, filters, leave);
  hooks.advance();
  walkRecord(reader, kit.columns, plan.walk, hooks);
  hooks.advance();
  if (plan.whole) reader.checkEnd();
  else reader.check();
  if (streams) e.add(js`return at;`);
  else if (branches.length === 1 && isOneRow(first)) {
    for (const step of rowSteps(kit, first)) step.emit();
    e.add(js`return at;`);
  } else {
    for (const branch of branches)
      emitBranch(
        kit,
        branch,
        branch.steps.filter((s) => s.kind !== 'filter' || !early.includes(s.test)),
      );
    e.add(js`return rows.count === 0 ? ${REJECTED} : at;`);
  }
}

/** A branch that makes at most one row of a record. */
const isOneRow = (branch: Branch): boolean => branch.steps.every((step) => step.kind === 'filter');

/** One whose rows are their value alone. */
function isPlain(branch: Branch): boolean {
  const { key, headers, tombstone } = branch.extras;
  return isOneRow(branch) && key === undefined && headers.length === 0 && tombstone === undefined;
}

/** Predicates that a record must pass whatever its lists hold: they are tested while it is walked. Of several branches each has its own. */
function earlyFilters(branches: readonly Branch[]): readonly Bound[] {
  const [branch] = branches;
  if (branches.length > 1 || branch === undefined) return [];
  const lists = branch.steps.filter((step) => step.kind === 'unnest');
  const variables = new Set<unknown>(lists.flatMap((list) => [list.element, list.key, list.ordinality]));
  const firstList = branch.steps.findIndex((step) => step.kind === 'unnest');
  return branch.steps.flatMap((step, i) => {
    if (step.kind !== 'filter') return [];
    const isEarly = firstList < 0 || i < firstList || (!step.test.fallible && !isOfRow(step.test, variables));
    return isEarly ? [step.test] : [];
  });
}

/** Whether each row that UNNEST makes has a value of its own: by what the list holds, or by chance. */
const isOfRow = (b: Bound, variables: ReadonlySet<unknown>): boolean =>
  (b.kind === 'variable' && variables.has(b.variable)) ||
  (b.kind === 'call' && b.fn.volatile === true) ||
  childrenOf(b).some((child) => isOfRow(child, variables));
