/**
 * Emits the writing of one row: its value alone, or with shape 'rows' its parts, each told to `rows` as it ends. What a
 * row holds is said by its branch; how a value looks is the format's.
 */
import type { OutputColumn } from '../formats/format.ts';
import { writeRaw } from '../formats/raw.ts';
import type { Bound, Branch } from '../sql/bound.ts';
import { type Code, isNever, js } from './code.ts';
import type { Kit } from './kit.ts';
import type { Operand } from './operand.ts';

/** One step of writing a row. */
export interface RowStep {
  /** What must be there before. */
  readonly needs: readonly Bound[];
  /** Where the step is to write a column of the source as it stands. */
  readonly column?: { readonly bound: Bound & { kind: 'column' }; readonly output: OutputColumn };
  emit(): void;
}

/** Everything that a row is written by, in its order. */
export function rowSteps(kit: Kit, branch: Branch): readonly RowStep[] {
  const value = valueSteps(kit, branch);
  if (kit.shape === 'value') return value;
  const { key, headers, tombstone } = branch.extras;
  const from = kit.emitter.local('from', js`0`);
  const steps: RowStep[] = [];
  if (kit.keyed)
    steps.push({ needs: key === undefined ? [] : [key], emit: () => part(kit, from, keyOperand(kit, key)) });
  if (tombstone === undefined) {
    steps.push({ needs: [], emit: () => kit.emitter.add(js`${from} = at;`) }, ...value);
    steps.push({ needs: [], emit: () => kit.emitter.add(js`rows.part(${from}, at);`) });
  } else steps.push({ needs: [tombstone, ...branch.values], emit: () => orTombstone(kit, from, tombstone, value) });
  for (const header of headers)
    steps.push({ needs: [header.value], emit: () => part(kit, from, kit.expressions.term(header.value).operand) });
  steps.push({ needs: [], emit: () => kit.emitter.add(js`rows.row();`) });
  return steps;
}

function valueSteps(kit: Kit, branch: Branch): readonly RowStep[] {
  const { writer } = kit;
  return [
    { needs: [], emit: () => writer.begin() },
    ...branch.values.map((value, i) => columnStep(kit, kit.outputs[i]!, value)),
    { needs: [], emit: () => writer.end() },
  ];
}

function columnStep(kit: Kit, output: OutputColumn, value: Bound): RowStep {
  const { reader, writer, expressions } = kit;
  const emit = (): void => {
    reader.check();
    const found = kit.find(value);
    if (found !== undefined) {
      found.columns.write(writer, output, found.key, value);
      return;
    }
    const operand = expressions.operand(value);
    writer.column(output);
    writer.operand(operand);
  };
  return value.kind === 'column'
    ? { needs: [value], column: { bound: value, output }, emit }
    : { needs: [value], emit };
}

const keyOperand = (kit: Kit, key: Bound | undefined): Operand =>
  key === undefined ? kit.meta.operand('key') : kit.expressions.term(key).operand;

/** A key or a header: its bytes, or no part where it is NULL. */
function part({ emitter, reader }: Kit, from: Code, operand: Operand): void {
  reader.check();
  const there = js`${from} = at;
${writeRaw(emitter, operand)}
rows.part(${from}, at);`;
  emitter.add(
    isNever(operand.null)
      ? there
      : js`if (${operand.null}) rows.part(${-1}, ${-1});
else {
${there}
}`,
  );
}

/** The value, unless the row is a tombstone: then that part is null. */
function orTombstone(kit: Kit, from: Code, tombstone: Bound, value: readonly RowStep[]): void {
  const { emitter, expressions, reader } = kit;
  reader.check();
  const holds = expressions.holds(tombstone, true);
  const inside = emitter.capture(() => {
    for (const step of value) step.emit();
    reader.settle();
  });
  emitter.add(js`if (${holds}) rows.part(${-1}, ${-1});
else {
${from} = at;
${inside}
rows.part(${from}, at);
}`);
}
