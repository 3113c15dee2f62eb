/**
 * The branches of a query that read one stream + how its records are read + an output format → one generated function.
 * Here it is put together; the walk along the record is record.ts's, rows are row.ts's.
 */
import { failure, MillraceError } from '../../contracts/failure.ts';
import type { Format } from '../../contracts/format.ts';
import { diagnose } from '../avro/diagnose.ts';
import { sharedRecords } from '../avro/measure.ts';
import type { Reading } from '../avro/resolve.ts';
import type { OutputColumn } from '../formats/format.ts';
import { writerOf } from '../formats/formats.ts';
import { type Kernel, REJECTED, RecordError } from '../ports.ts';
import type { Rows } from '../rows.ts';
import { type Bound, type Branch, type Column, childrenOf, columnsOf, type Step } from '../sql/bound.ts';
import { emitBranch } from './branch.ts';
import { type Code, js } from './code.ts';
import { Columns, type Use } from './columns.ts';
import { Emitter } from './emitter.ts';
import { Expressions } from './expression.ts';
import { Filters } from './filters.ts';
import { evaluate } from './function.ts';
import { type Kit, Loops } from './kit.ts';
import { Meta } from './meta.ts';
import { AvroReader, frame } from './read.ts';
import { walkRecord } from './record.ts';
import { rowSteps } from './row.ts';
import { Streamed, Tested } from './stream.ts';
import { planWalk, type WalkPlan } from './walk.ts';
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
  const plan = planWalk(reading, columns.values());
  if (plan.mistakes.length > 0) throw unreadable(plan.mistakes);
  const kit = kitOf(input, columns, plan, early.length > 0);
  kit.expressions.expect(branches.flatMap(boundsOf));

  const { emitter } = kit;
  const body = emitter.body(() => emitBody(kit, branches, early, plan, input.format));
  const rows = kit.shape === 'rows';
  const explain = (cause: unknown, src: Buffer, start: number, end: number, written: Rows): unknown => {
    if (rows) written.reset();
    return cause instanceof Fault ? new RecordError('decode', diagnose(reading.writer, src, start, end)) : cause;
  };
  const code = js`${emitter.functions as readonly Code[]}
return function run(src, start, end, dst, at, rows, record) {
let p = start;
${frame}
try {
${emitter.bind(wire, 'wire')}.empty = 0;
${rows ? js`rows.reset();` : js``}
${kit.meta.locals}
${body}
} catch (cause) {
throw ${emitter.bind(explain, 'explain')}(cause, src, start, end, rows);
}
};`;
  return {
    run: evaluate<Kernel['run']>(code, emitter.bindings),
    shape: kit.shape,
    parts: { key: kit.keyed, headers: branches[0]!.extras.headers.map((h) => h.name) },
    readsRecord: kit.meta.isRead,
    source: code.toString(),
  };
}

function unreadable(mistakes: readonly string[]): MillraceError {
  const list = [...new Set(mistakes)].join('; ');
  return new MillraceError(
    failure('invalid_schema', `Events with this writer schema can't be read as the query needs: ${list}.`),
  );
}

function kitOf(
  { branches, columns: outputs, format, reading }: KernelInput,
  columns: ReadonlyMap<string, Column>,
  plan: WalkPlan,
  testsEarly: boolean,
): Kit {
  const emitter = new Emitter();
  const shared = new Set([...sharedRecords(reading.writer), ...sharedRecords(reading.reader)]);
  const reader = new AvroReader(emitter, shared);
  const meta = new Meta(emitter);
  const expressions: Expressions = new Expressions(emitter, (leaf) => {
    if (leaf.kind === 'column') return known.operand(leaf);
    if (leaf.kind === 'meta') return meta.operand(leaf.name);
    throw new TypeError(`${leaf.variable.name} is not bound here`);
  });
  const eager = { computed: !testsEarly, slices: format.kind !== 'avro' };
  const uses = usesOf(columns, branches);
  const known = new Columns(reader, columns, plan.sites, uses, eager, (b) => expressions.operand(b));
  return {
    emitter,
    reader,
    expressions,
    columns: known,
    meta,
    writer: writerOf(emitter, reader, format, outputs),
    outputs,
    shape: branches.length === 1 && isPlain(branches[0]!) ? 'value' : 'rows',
    keyed: branches.some((b) => b.extras.key !== undefined),
    loops: new Loops(emitter),
  };
}

function emitBody(
  kit: Kit,
  branches: readonly Branch[],
  early: readonly Bound[],
  plan: WalkPlan,
  format: Format,
): void {
  const { emitter: e, reader } = kit;
  const [first] = branches as readonly [Branch, ...Branch[]];
  const filters = new Filters(early);
  const leave = js`return ${REJECTED};`;
  // Values that Avro copies are written together at the end: neighbours on the wire go in one copy.
  const streams = branches.length === 1 && isOneRow(first) && format.kind !== 'avro';
  const hooks = streams ? new Streamed(kit, filters, leave, first) : new Tested(kit, filters, leave);
  hooks.advance();
  walkRecord(reader, kit.columns, plan.walk, hooks);
  hooks.advance();
  if (plan.whole) {
    reader.settle();
    e.add(js`if (p !== end || (bad & 1) !== 0) throw ${reader.fault};`);
  } else reader.check();
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
    const isEarly = firstList < 0 || i < firstList || (!step.test.fallible && !reads(step.test, variables));
    return isEarly ? [step.test] : [];
  });
}

const reads = (b: Bound, variables: ReadonlySet<unknown>): boolean =>
  (b.kind === 'variable' && variables.has(b.variable)) || childrenOf(b).some((child) => reads(child, variables));

const testOf = (step: Step): Bound => (step.kind === 'filter' ? step.test : step.operand);

/** Everything that a branch evaluates. */
function boundsOf({ steps, values, extras }: Branch): readonly Bound[] {
  const { key, headers, tombstone } = extras;
  const others = [key, tombstone].filter((b): b is Bound => b !== undefined);
  return [...steps.map(testOf), ...others, ...values, ...headers.map((h) => h.value)];
}

function usesOf(columns: ReadonlyMap<string, Column>, branches: readonly Branch[]): ReadonlyMap<string, Use> {
  const uses = new Map(
    [...columns.keys()].map((key): [string, Use] => [key, { tested: false, computed: false, written: 0 }]),
  );
  for (const branch of branches) {
    for (const step of branch.steps) for (const key of columnsOf(testOf(step)).keys()) uses.get(key)!.tested = true;
    for (const value of branch.values) {
      for (const key of columnsOf(value).keys())
        if (value.kind === 'column') uses.get(key)!.written++;
        else uses.get(key)!.computed = true;
    }
    const { key: rowKey, headers, tombstone } = branch.extras;
    for (const b of [rowKey, tombstone, ...headers.map((h) => h.value)])
      for (const key of b === undefined ? [] : columnsOf(b).keys()) uses.get(key)!.computed = true;
  }
  return uses;
}
