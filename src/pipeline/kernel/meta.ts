/** What Kafka knows of a record, as operands: read once from the SourceRecord at the beginning of the kernel, headers when they are asked for. */
import { spendEntries, spendText } from '../budget.ts';
import type { SourceRecord } from '../ports.ts';
import { timeOf } from '../record-time.ts';
import type { MetaName } from '../sql/bound.ts';
import { type Code, js, never } from './code.ts';
import type { Emitter } from './emitter.ts';
import type { Operand } from './operand.ts';

export class Meta {
  readonly #e: Emitter;
  readonly #operands = new Map<MetaName, Operand>();
  readonly #locals: Code[] = [];
  constructor(emitter: Emitter) {
    this.#e = emitter;
  }

  /** The statements that must stand before all others. */
  get locals(): readonly Code[] {
    return this.#locals;
  }

  /** Whether anything was asked for. */
  get isRead(): boolean {
    return this.#operands.size > 0;
  }

  operand(name: MetaName): Operand {
    const known = this.#operands.get(name);
    if (known !== undefined) return known;
    const made = this.#made(name);
    this.#operands.set(name, made);
    return made;
  }

  #made(name: MetaName): Operand {
    switch (name) {
      case 'topic': {
        const value = this.#local('topic', js`record.topic`);
        return { as: 'text', null: js`(${value} === null)`, value };
      }
      case 'partition': {
        const value = this.#local('partition', js`record.partition`);
        return { as: 'int', null: js`(${value} === null)`, value };
      }
      case 'offset': {
        const value = this.#local('offset', js`record.offset`);
        return { as: 'long', null: js`(${value} === null)`, value };
      }
      case 'timestamp': {
        const value = this.#local('timestamp', js`${this.#e.bind(timeOf, 'timeOf')}(record.timestamp)`);
        return { as: 'long', null: js`(${value} === null)`, value };
      }
      case 'key': {
        const [start, end] = [this.#local('key', js`record.keyStart`), this.#local('key', js`record.keyEnd`)];
        return { as: 'slice', null: js`(${start} < 0)`, start, end };
      }
      case 'headers': {
        const value = this.#local('headers', js`null`);
        return {
          as: 'value',
          null: never,
          value: js`(${value} ??= ${this.#e.bind(headersOf, 'headersOf')}(src, record))`,
        };
      }
    }
  }

  #local(hint: string, first: Code): Code {
    const name = this.#e.fresh(hint);
    this.#locals.push(js`let ${name} = ${first};`);
    return name;
  }
}

/** Of several headers with one name the last counts, as in Kafka's lastHeader. */
function headersOf(src: Buffer, record: SourceRecord): ReadonlyMap<string, Buffer | null> {
  const headers = new Map<string, Buffer | null>();
  record.eachHeader((nameStart, nameEnd, valueStart, valueEnd) => {
    spendEntries(1, '_headers');
    spendText(nameEnd - nameStart, '_headers');
    const name = src.toString('utf8', nameStart, nameEnd);
    headers.set(name, valueStart < 0 ? null : src.subarray(valueStart, valueEnd));
  });
  return headers;
}
