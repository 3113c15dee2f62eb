/**
 * What is known of columns while a kernel is emitted, of a record's or of a list's element: which have been decoded as the
 * walk passed them, of which only the place was kept, and how an expression or the output gets them from there.
 */
import type { Reading } from '../avro/resolve.ts';
import type { OutputColumn, RecordWriter } from '../formats/format.ts';
import type { Bound, Column } from '../sql/bound.ts';
import type { Typed } from '../sql/types.ts';
import type { Value } from '../sql/values.ts';
import { type Code, js } from './code.ts';
import { decodeInto, putInto, readInto } from './decode.ts';
import { heldLanding, isScalar, isSlice, type Landing, landingFor } from './landing.ts';
import type { Operand } from './operand.ts';
import type { AvroReader } from './read.ts';
import type { Use } from './uses.ts';
import type { Site } from './walk.ts';

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

export interface ColumnsInput {
  readonly reader: AvroReader;
  /** By key. */
  readonly columns: ReadonlyMap<string, Column>;
  readonly sites: ReadonlyMap<string, readonly Site[]>;
  readonly uses: ReadonlyMap<string, Readonly<Use>>;
  readonly eager: Eagerness;
  /** Makes an operand of what is known now. */
  readonly literal: (b: Bound & { kind: 'literal' }) => Operand;
}

export class Columns {
  readonly #r: AvroReader;
  readonly #states: ReadonlyMap<string, State>;
  readonly #input: ColumnsInput;
  /** Tells columns of one list from those of another where values are remembered. */
  readonly #name: string;

  constructor(input: ColumnsInput) {
    this.#input = input;
    this.#r = input.reader;
    this.#name = String(input.reader.emitter.fresh('columns'));
    this.#states = new Map(
      [...input.columns].map(([key, column]) => {
        const sites = input.sites.get(key) ?? [];
        return [key, { column, sites, left: walked(sites), landing: undefined, place: undefined }];
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
    const { tested, computed, written } = this.#input.uses.get(key)!;
    const { reader } = reading;
    const decodes = tested || (computed && this.#input.eager.computed) || (this.#input.eager.slices && isSlice(reader));
    const keeps = !decodes || (written > 0 && !this.#input.eager.slices);
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
  operand(key: string, typed: Typed): Operand {
    const state = this.#states.get(key)!;
    const [first] = state.sites;
    if (first === undefined) return this.#constant(typed, null);
    if (first.kind === 'default' && state.sites.length === 1 && !first.sometimes)
      return this.#constant(typed, first.value);
    if (state.landing !== undefined) return state.landing.operand;
    const { place } = state;
    if (place === undefined) throw new TypeError(`${state.column.name} has not been read here`);
    return this.#decodeAt(key, place, first.sometimes);
  }

  /** Writes a column as it stands. */
  write(writer: RecordWriter, output: OutputColumn, key: string, typed: Typed): void {
    const { place, sites } = this.#states.get(key)!;
    if (place === undefined || (place.reading.kind !== 'same' && isScalar(place.reading.reader))) {
      const operand = this.operand(key, typed);
      writer.column(output);
      writer.operand(operand);
      return;
    }
    const { at, end, reading } = place;
    writer.column(output);
    if (sites[0]!.sometimes) writer.operand({ as: 'place', null: js`(${at} < 0)`, at, end, reading });
    else writer.valueAt(at, end, reading);
  }

  /** Statements that make every column NULL that a walk may pass by: where one walk follows another. */
  get resets(): readonly Code[] {
    return [...this.#states.values()].flatMap(({ sites, landing, place }) => {
      if (!sites.some((site) => site.sometimes)) return [];
      const isNull = landing?.isNull === undefined ? [] : [js`${landing.isNull} = true;`];
      return place === undefined ? isNull : [...isNull, js`${place.at} = ${-1};`];
    });
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
    const name = `${this.#name} ${key}`;
    const known = e.known(name);
    if (known !== undefined) return known;
    const landing = landingFor(e, reading, sometimes);
    const statements = e.capture(() => this.#r.elsewhere(at, () => decodeInto(this.#r, landing, reading)));
    // The other branch matters where this runs several times.
    e.add(sometimes ? js`if (${at} >= 0) ${statements} else ${landing.isNull!} = true;` : js`${statements}`);
    e.remember(name, landing.operand);
    return landing.operand;
  }

  #constant({ type, nullable }: Typed, value: Value | null): Operand {
    return this.#input.literal({ kind: 'literal', type, nullable, fallible: false, value });
  }
}

const walked = (sites: readonly Site[]): number => sites.filter((s) => s.kind === 'wire' || s.sometimes).length;
