/**
 * Holds a job's output against its input. Pure: reading both is read.ts's. Every input record before the committed positions is
 * output exactly once with its own content, none behind them is; in each output partition the records of an input partition keep
 * their order; plans follow each other without going back and forth.
 */

/** An input record, as a `read_committed` reader sees it. */
export interface Input {
  readonly offset: number;
  readonly seq: number;
  readonly key: string;
}

/** An output row, in the order of its partition. It says which input record it comes from, and which revision made it. */
export interface Row {
  readonly topic: string;
  readonly partition: number;
  readonly p: number;
  readonly o: number;
  readonly seq: number;
  readonly key: string;
  readonly revision: number;
}

export interface Evidence {
  /** By input partition, in the order of the log. */
  readonly inputs: readonly (readonly Input[])[];
  readonly rows: readonly Row[];
  /** The group's committed offset by input partition; -1: none. */
  readonly committed: readonly number[];
}

/** Differences told of each kind: the rest of a long row of them says nothing new. */
const toldMax = 3;

/** What is wrong, in words; empty when all is well. */
export function findDifferences(evidence: Evidence): string[] {
  const found = new Findings();
  const { inputs, rows, committed } = evidence;
  const times = inputs.map(() => new Map<number, number>());
  for (const row of rows) {
    const seen = times[row.p];
    if (seen === undefined) found.add('from nowhere', `a row of input ${row.p}/${row.o}, which doesn't exist`);
    else seen.set(row.o, (seen.get(row.o) ?? 0) + 1);
  }
  for (const [p, records] of inputs.entries()) {
    const seen = times[p]!;
    const end = committed[p] ?? -1;
    for (const { offset } of records) {
      const n = seen.get(offset) ?? 0;
      if (offset < end && n === 0) found.add('lost', `input ${p}/${offset} is not output (committed: ${end})`);
      if (offset >= end && n > 0) found.add('ahead', `input ${p}/${offset} is output, and not committed (${end})`);
      if (n > 1) found.add('repeated', `input ${p}/${offset} is output ${n} times`);
    }
  }
  compareContents(inputs, rows, found);
  checkOrder(rows, found);
  checkRevisions(rows, found);
  return found.all;
}

function compareContents(inputs: Evidence['inputs'], rows: readonly Row[], found: Findings): void {
  const byOffset = inputs.map((records) => new Map(records.map((r) => [r.offset, r])));
  for (const row of rows) {
    const input = byOffset[row.p]?.get(row.o);
    if (input === undefined) found.add('from nowhere', `a row of input ${row.p}/${row.o}, which isn't committed input`);
    else if (input.seq !== row.seq || input.key !== row.key)
      found.add('changed', `input ${row.p}/${row.o} has seq ${input.seq}, its row ${row.seq}`);
  }
}

/** What is out of order among rows of an input that was made again, whose offsets begin anew: their numbers don't. */
export function findDisorder(rows: readonly Row[]): string[] {
  const found = new Findings();
  checkOrder(
    rows.map((row) => ({ ...row, o: row.seq })),
    found,
  );
  return found.all;
}

function checkOrder(rows: readonly Row[], found: Findings): void {
  const last = new Map<string, number>();
  for (const { topic, partition, p, o } of rows) {
    const place = `${topic}/${partition} of ${p}`;
    const before = last.get(place) ?? -1;
    if (o <= before) found.add('out of order', `${topic}/${partition}: input ${p}/${o} comes after ${p}/${before}`);
    last.set(place, o);
  }
}

/** Plan 1, then plan 2, plan 1 again where that was rolled back, and plan 2 once more where a rollback that was asked for was undone. */
const changesMax = 3;

/** The positions of an input partition are handed from plan to plan no more often than that. */
function checkRevisions(rows: readonly Row[], found: Findings): void {
  const byPartition = new Map<number, Row[]>();
  for (const row of rows) {
    const list = byPartition.get(row.p);
    if (list === undefined) byPartition.set(row.p, [row]);
    else list.push(row);
  }
  for (const [p, list] of byPartition) {
    list.sort((a, b) => a.o - b.o);
    const changes = list.filter((row, i) => i > 0 && row.revision !== list[i - 1]!.revision);
    if (changes.length > changesMax)
      found.add('back and forth', `input ${p} changes its plan ${changes.length} times, at ${offsets(changes)}`);
  }
}

const offsets = (rows: readonly Row[]): string =>
  rows
    .slice(0, 5)
    .map((r) => r.o)
    .join(', ');

class Findings {
  readonly #told = new Map<string, { readonly first: string[]; count: number }>();

  add(kind: string, what: string): void {
    const known = this.#told.get(kind) ?? { first: [], count: 0 };
    known.count++;
    if (known.first.length < toldMax) known.first.push(what);
    this.#told.set(kind, known);
  }

  get all(): string[] {
    return [...this.#told].map(([kind, { first, count }]) => `${kind} (${count}): ${first.join('; ')}`);
  }
}
