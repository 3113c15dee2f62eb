/**
 * Generated code as a type. A {@link Code} comes from the {@link js} template or from the name allocator and from nowhere
 * else: a plain string put into a template becomes a quoted literal, so no text of a query, a schema or a record can
 * become code. Owns quoting and names; knows nothing of SQL or Avro.
 */

export class Code {
  /** Read by function.ts and by templates; nothing turns text into Code. */
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  /** The one maker, handed to this module alone and then taken away. */
  static #handedOut = false;
  static maker(): (text: string) => Code {
    if (Code.#handedOut) throw new Error('Code is made by templates only');
    Code.#handedOut = true;
    return (text) => new Code(text);
  }
}

const make = Code.maker();

/** What may stand in a template: code, lists of code (one per line), and values, which become literals. */
export type Part = Code | readonly Code[] | string | number | bigint | boolean;

export function js(texts: TemplateStringsArray, ...parts: readonly Part[]): Code {
  // A real template's texts are frozen and carry their raw form; a look-alike that was built at run time is refused.
  if (!Array.isArray(texts.raw) || !Object.isFrozen(texts)) throw new TypeError('js is a template tag');
  let text = texts[0]!;
  parts.forEach((part, i) => {
    text += literal(part) + texts[i + 1]!;
  });
  return make(text);
}

function literal(part: Part): string {
  if (part instanceof Code) return part.toString();
  switch (typeof part) {
    case 'string':
      return JSON.stringify(part).replace(
        /[\u2028\u2029<]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    case 'number':
      return Object.is(part, -0) ? '(-0)' : part < 0 ? `(${part})` : String(part);
    case 'bigint':
      return `(${part}n)`;
    case 'boolean':
      return String(part);
    default:
      if (!part.every((p) => p instanceof Code)) throw new TypeError('only code may stand in a list');
      return part.join('\n');
  }
}

export const never: Code = js`false`;
export const always: Code = js`true`;
export const isNever = (code: Code): boolean => code === never;

/** Code joined by an operator, in parentheses; with what decides or changes nothing left out. */
export function joined(codes: readonly Code[], operator: 'and' | 'or'): Code {
  const dull = operator === 'and' ? always : never;
  const decided = operator === 'and' ? never : always;
  const list = codes.filter((c) => c !== dull);
  if (list.includes(decided)) return decided;
  if (list.length === 0) return dull;
  if (list.length === 1) return list[0]!;
  const text = list.join(operator === 'and' ? ' && ' : ' || ');
  return make(`(${text})`);
}

export function not(code: Code): Code {
  return code === never ? always : code === always ? never : js`!(${code})`;
}

/** Names for generated code: a hint's letters and a number that makes it the only one. */
export class Names {
  #next = 0;
  fresh(hint: string): Code {
    const letters = hint.replace(/[^A-Za-z]/g, '').slice(0, 24) || 'x';
    return make(`${letters}_${this.#next++}`);
  }
}
