/**
 * Emits a branch that makes at most one row of a record, while the record is walked: each predicate as soon as its columns
 * are there, then each part of the row in its order, straight from where the walk is as long as nothing can reject it any more.
 */
import type { Reading } from '../avro/resolve.ts';
import { type Bound, type Branch, columnsOf } from '../sql/bound.ts';
import { leaveUnless } from './branch.ts';
import type { Code } from './code.ts';
import type { Filters } from './filters.ts';
import type { Kit } from './kit.ts';
import type { WalkHooks } from './record.ts';
import { type RowStep, rowSteps } from './row.ts';
import { keyOf } from './walk.ts';

/** Tests on the way; nothing is written before the walk has ended. */
export class Tested implements WalkHooks {
  protected readonly kit: Kit;
  readonly #filters: Filters;
  readonly #leave: Code;
  readonly #needs = new Map<Bound, readonly string[]>();
  constructor(kit: Kit, filters: Filters, leave: Code) {
    this.kit = kit;
    this.#filters = filters;
    this.#leave = leave;
  }

  advance(): void {
    if (this.#filters.isDone) return;
    for (const test of this.#filters.take((b) => this.isReady(b))) leaveUnless(this.kit, test, this.#leave);
  }

  writes(_key: string, _reading: Reading): boolean {
    return false;
  }

  protected get isTested(): boolean {
    return this.#filters.isDone;
  }

  /** Whether all columns of an expression are there. */
  protected isReady(b: Bound): boolean {
    let keys = this.#needs.get(b);
    if (keys === undefined) {
      keys = [...columnsOf(b).keys()];
      this.#needs.set(b, keys);
    }
    return keys.every((key) => this.kit.columns.isThere(key));
  }
}

/** Also writes on the way. */
export class Streamed extends Tested {
  readonly #steps: RowStep[];
  /** How many steps need each column. */
  readonly #uses = new Map<string, number>();
  constructor(kit: Kit, filters: Filters, leave: Code, branch: Branch) {
    super(kit, filters, leave);
    this.#steps = [...rowSteps(kit, branch)];
    for (const step of this.#steps)
      for (const need of step.needs)
        for (const key of columnsOf(need).keys()) this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1);
  }

  override advance(): void {
    super.advance();
    if (!this.isTested) return;
    while (this.#steps.length > 0 && this.#steps[0]!.needs.every((b) => this.isReady(b))) this.#steps.shift()!.emit();
  }

  override writes(key: string, reading: Reading): boolean {
    const next = this.#steps[0];
    const column = next?.column;
    if (!this.isTested || column === undefined || keyOf(column.bound.column) !== key) return false;
    if (this.#uses.get(key) !== 1 || !this.kit.columns.isSingle(key)) return false;
    this.#steps.shift();
    this.kit.writer.column(column.output);
    this.kit.writer.value(reading);
    return true;
  }
}
