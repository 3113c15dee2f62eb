/**
 * What is known of the source's columns while a kernel is emitted: which have been decoded as the walk passed them, of
 * which only the place was kept, and how an expression or the output gets them from there.
 */
import type { Reading } from '../avro/resolve.ts';
import type { OutputColumn, RecordWriter } from '../formats/format.ts';
import type { Bound, Column } from '../sql/bound.ts';
import type { Value } from '../sql/values.ts';
import { type Code, js } from './code.ts';
import { decodeInto, putInto, readInto } from './decode.ts';
import { heldLanding, isScalar, isSlice, type Landing, landingFor } from './landing.ts';
import type { Operand } from './operand.ts';
import type { AvroReader } from './read.ts';
import { keyOf, type Site } from './walk.ts';

export type ColumnBound = Bound & { readonly kind: 'column' };

/** What a query does with a column. */
export interface Use {
  /** A predicate reads it before anything is written. */
  tested: boolean;
  /** An expression reads it. */
  computed: boolean;
  /** Output columns that it is, as it stands. */
  written: number;
}

/** Which columns are decoded as they are passed, beside those that a predicate waits for. */
export interface Eagerness {
  /** Those that expressions read: nothing is left that could make reading them vain. */
  readonly computed: boolean;
  /** Pieces of the record's bytes; where the output copies whole values, their places are of more use. */
  readonly slices: boolean;
}

interface Place {
  /** Negative: the record has no such place. */
  readonly at: Code;
  readonly end: Code;
  readonly reading: Reading;
}

interface State {
  readonly column: Column;
  readonly sites: readonly Site[];
  /** Sites that the walk has yet to come to. */
  left: number;
  /** Where the value is decoded to, or will be at each of its sites. */
  landing: Landing | undefined;
  place: Place | undefined;
}

export class Columns {
  readonly #r: AvroReader;
  readonly #states: ReadonlyMap<string, State>;
  readonly #uses: ReadonlyMap<string, Use>;
  readonly #eager: Eagerness;
  /** Makes an operand of what is known now. */
  readonly #literal: (b: Bound & { kind: 'literal' }) => Operand;

  constructor(
    reader: AvroReader,
    columns: ReadonlyMap<string, Column>,
    sites: ReadonlyMap<string, readonly Site[]>,
    uses: ReadonlyMap<string, Use>,
    eager: Eagerness,
    literal: (b: Bound & { kind: 'literal' }) => Operand,
  ) {
    this.#r = reader;
    this.#uses = uses;
    this.#eager = eager;
    this.#literal = literal;
    this.#states = new Map(
      [...columns].map(([key, column]) => {
        const found = sites.get(key) ?? [];
        return [key, { column, sites: found, left: walked(found), landing: undefined, place: undefined }];
      }),
    );
  }

  /** Whether the walk has been everywhere where this column can be. */
  isThere(key: string): boolean {
    return this.#states.get(key)!.left === 0;
  }

  /** Whether every record has the column at one and the same place. */
  isSingle(key: string): boolean {
    const { sites } = this.#states.get(key)!;
    return sites.length === 1 && sites[0]!.kind === 'wire' && !sites[0]!.sometimes;
  }

  /** The walk has come to a column's value: decodes it, or passes over it and keeps its place. */
  meet(key: string, reading: Reading): void {
    const state = this.#states.get(key)!;
    state.left--;
    if (state.sites.length > 1) {
      this.#gather(state, reading);
      return;
    }
    const { tested, computed, written } = this.#uses.get(key)!;
    const { reader } = reading;
    const decodes = tested || (computed && this.#eager.computed) || (this.#eager.slices && isSlice(reader));
    const keeps = !decodes || (written > 0 && !this.#eager.slices);
    const at = keeps ? this.#r.position() : undefined;
    if (decodes) this.#decode(state, reading);
    else this.#r.skip(reading.writer);
    if (at !== undefined) state.place = { at, end: this.#r.position(), reading };
  }

  /** The same, where `inside` walks through the value. */
  around(key: string, reading: Reading, inside: () => void): void {
    const state = this.#states.get(key)!;
    const at = this.#r.position();
    inside();
    const end = this.#r.position();
    state.left--;
    if (state.sites.length > 1) this.#r.elsewhere(at, () => this.#gather(state, reading));
    else state.place = { at, end, reading };
  }

  /** The walk has come to where a column would be that the writer hasn't. */
  put(key: string, value: Value | null): void {
    const state = this.#states.get(key)!;
    state.left--;
    putInto(this.#r, this.#held(state), value);
  }

  /** The walk has written a column straight to the output. */
  pass(key: string): void {
    this.#states.get(key)!.left--;
  }

  /** A column's value for an expression; decodes it now where only its place is known. */
  operand(b: ColumnBound): Operand {
    const key = keyOf(b.column);
    const state = this.#states.get(key)!;
    const [first] = state.sites;
    if (first === undefined) return this.#constant(b, null);
    if (first.kind === 'default' && state.sites.length === 1 && !first.sometimes) return this.#constant(b, first.value);
    if (state.landing !== undefined) return state.landing.operand;
    const { place } = state;
    if (place === undefined) throw new TypeError(`${b.column.name} has not been read here`);
    return this.#decodeAt(key, place, first.sometimes);
  }

  /** Writes a column as it stands. */
  write(writer: RecordWriter, output: OutputColumn, b: ColumnBound): void {
    const { place, sites } = this.#states.get(keyOf(b.column))!;
    if (place === undefined || (place.reading.kind !== 'same' && isScalar(place.reading.reader))) {
      const operand = this.operand(b);
      writer.column(output);
      writer.operand(operand);
      return;
    }
    const { at, end, reading } = place;
    writer.column(output);
    if (sites[0]!.sometimes) writer.operand({ as: 'place', null: js`(${at} < 0)`, at, end, reading });
    else writer.valueAt(at, end, reading);
  }

  #decode(state: State, reading: Reading): void {
    state.landing = landingFor(this.#r.emitter, reading, state.sites[0]!.sometimes);
    decodeInto(this.#r, state.landing, reading);
  }

  /** Takes the value of one of several sites. */
  #gather(state: State, reading: Reading): void {
    if (!state.sites.every((site) => site.kind === 'wire') || !isScalar(reading.reader)) {
      readInto(this.#r, this.#held(state), reading);
      return;
    }
    state.landing ??= landingFor(this.#r.emitter, reading, true);
    decodeInto(this.#r, state.landing, reading);
  }

  #held(state: State): Landing {
    state.landing ??= heldLanding(this.#r.emitter, state.column.schema);
    return state.landing;
  }

  #decodeAt(key: string, { at, reading }: Place, sometimes: boolean): Operand {
    const e = this.#r.emitter;
    const known = e.known(`column ${key}`);
    if (known !== undefined) return known;
    const landing = landingFor(e, reading, sometimes);
    const statements = e.capture(() => this.#r.elsewhere(at, () => decodeInto(this.#r, landing, reading)));
    e.add(js`${sometimes ? js`if (${at} >= 0) ` : js``}${statements}`);
    e.remember(`column ${key}`, landing.operand);
    return landing.operand;
  }

  #constant({ type, nullable }: ColumnBound, value: Value | null): Operand {
    return this.#literal({ kind: 'literal', type, nullable, fallible: false, value });
  }
}

const walked = (sites: readonly Site[]): number => sites.filter((s) => s.kind === 'wire' || s.sometimes).length;
