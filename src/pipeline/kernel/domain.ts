/**
 * Emits the checks that what is read lies within its logical type (avro/domain.ts): of one decoded value, and of a value
 * that is to be copied as it stands, which is walked through for them.
 */
import { type Domain, domainMistake, domainOf, hasDomain, isUuid, OutOfDomain } from '../avro/domain.ts';
import { same } from '../avro/resolve.ts';
import type { AvroRecord, AvroSchema } from '../avro/schema.ts';
import type { Long } from '../sql/values.ts';
import { type Code, js } from './code.ts';
import type { Operand } from './operand.ts';
import type { AvroReader } from './read.ts';

/** Checks the value that was decoded last, which ends at `p`. */
export function checkDomain(r: AvroReader, operand: Operand, schema: AvroSchema): void {
  const domain = domainOf(schema);
  if (domain === undefined) return;
  const e = r.emitter;
  if (operand.as === 'slice') {
    const refuse = e.bind(textRefusal(domain), 'refuse');
    e.add(
      js`if (!${e.bind(isUuid, 'isUuid')}(src, ${operand.start}, ${operand.end})) ${refuse}(src, ${operand.start}, p);`,
    );
  } else if ((operand.as === 'int' || operand.as === 'long') && domain.kind === 'range') {
    const { min, max } = domain;
    const v = operand.value;
    const outside = js`(${v} < ${min} || ${v} > ${max})`;
    // A number lies within bounds that only a bigint can say.
    const test = typeof max === 'bigint' ? js`typeof ${v} === ${'bigint'} && ${outside}` : outside;
    e.add(js`if (${test}) ${e.bind(refusal(domain), 'refuse')}(${v}, p);`);
  }
}

function refusal(domain: Domain): (v: Long, at: number) => never {
  return (v, at) => {
    throw new OutOfDomain(domainMistake(domain, v) ?? '', at);
  };
}

function textRefusal(domain: Domain): (src: Buffer, start: number, end: number) => never {
  return (src, start, end) => {
    throw new OutOfDomain(domainMistake(domain, src.toString('utf8', start, end)) ?? '', end);
  };
}

export class DomainWalk {
  readonly #r: AvroReader;
  readonly #functions = new Map<AvroRecord, Code>();
  constructor(reader: AvroReader) {
    this.#r = reader;
  }

  /** Checks the value at `at`, which ends at `end`. */
  check(schema: AvroSchema, at: Code, end: Code): void {
    if (!hasDomain(schema)) return;
    const r = this.#r;
    r.elsewhere(at, () => {
      this.#value(schema);
      r.settle();
      r.emitter.add(js`if (p !== ${end}) throw ${r.fault};`);
    });
  }

  #value(schema: AvroSchema): void {
    const r = this.#r;
    if (!hasDomain(schema)) {
      r.skip(schema);
      return;
    }
    switch (schema.kind) {
      case 'union':
        r.union(schema.branches, (branch) => this.#value(branch));
        return;
      case 'array':
        r.blocks(schema, false, () => this.#value(schema.items));
        return;
      case 'map':
        r.blocks(schema, false, () => {
          r.skip({ kind: 'string' });
          this.#value(schema.values);
        });
        return;
      case 'record':
        if (!r.isShared(schema)) for (const field of schema.fields) this.#value(field.schema);
        else {
          const name = this.#function(schema);
          r.moved();
          r.emitter.add(js`p = ${name}(src, p, end, ${r.emitter.depth} + 1);`);
        }
        return;
      default:
        r.decode(same(schema), false);
    }
  }

  /** The function beside the main one that checks a record which several places share. */
  #function(record: AvroRecord): Code {
    const known = this.#functions.get(record);
    if (known !== undefined) return known;
    const e = this.#r.emitter;
    const name = e.fresh('check');
    this.#functions.set(record, name);
    e.define(
      this.#r.inFunction(
        () => {
          for (const field of record.fields) this.#value(field.schema);
          this.#r.check();
          e.add(js`return p;`);
        },
        (body) => js`function ${name}(src, p, end, depth) {
${body}
}`,
      ),
    );
    return name;
  }
}
