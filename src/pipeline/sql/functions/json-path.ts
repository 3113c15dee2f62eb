/**
 * Paths into JSON: the path language of SQL/JSON (ISO/IEC 9075-2:2016, section 9.39) without filters and methods. Members
 * `.name`, `."any name"`, `.*`; elements `[0]`, `[0, 2 to last]`, `[last - 1]`, `[*]`; also `['name']`, as Flink has it.
 *
 * A path is lax unless it begins with `strict`. Lax: a member of an array is that of each of its elements, an element of
 * what is no array is that itself, and what isn't there is nothing. Strict: any of these is an error.
 */
import { limits } from '../../../contracts/limits.ts';
import { fail } from './fail.ts';
import { endOf, firstIn, memberNamed, nextAfter, rootOf, valueOfMember } from './json-scan.ts';

export interface JsonPath {
  /** As it was written. */
  readonly text: string;
  readonly strict: boolean;
  readonly steps: readonly Step[];
}

/** An index from the beginning (0 is the first), or back from the last. */
interface Index {
  readonly fromLast: boolean;
  readonly offset: number;
}

interface Range {
  readonly from: Index;
  readonly to: Index;
}

type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'members' }
  | { readonly kind: 'elements' }
  /** `enough`: so many elements of the array tell. */
  | { readonly kind: 'subscripts'; readonly ranges: readonly Range[]; readonly enough: number };

/** Throws RecordError 'sql' that says where the text is no path, or has what is not supported. */
export function parseJsonPath(text: string): JsonPath {
  if (text.length > limits.jsonPathCharsMax)
    fail(`a JSON path has at most ${limits.jsonPathCharsMax} characters, not ${text.length}`);
  return new PathReader(text).path();
}

const nameForm = /[\p{L}\p{Nl}_$][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$]*/uy;
const quotedForm = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy;
const spaceForm = /\s*/y;

class PathReader {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  path(): JsonPath {
    const mode = /^\s*(?:(lax|strict)\s+)?/i.exec(this.#text)!;
    this.#at = mode[0].length;
    if (!this.#take('$')) this.#fail('a path begins with $');
    const steps: Step[] = [];
    this.#skip();
    while (this.#at < this.#text.length) {
      steps.push(this.#step());
      this.#skip();
    }
    return { text: this.#text, strict: mode[1]?.toLowerCase() === 'strict', steps };
  }

  #step(): Step {
    if (this.#take('[')) return this.#brackets();
    if (this.#take('?')) this.#fail('filters are not supported');
    if (!this.#take('.')) this.#fail('.name or [index] should follow; a name with other characters is quoted: $."a-b"');
    this.#skip();
    if (this.#take('*')) return { kind: 'members' };
    if (this.#take('.')) this.#fail('.. is not in SQL/JSON: name each step');
    const name = this.#quoted() ?? this.#match(nameForm);
    if (name === undefined) this.#fail('a name, "a quoted name" or * should follow the dot');
    this.#skip();
    if (this.#take('(')) this.#fail(`the method ${name}() is not supported`);
    return { kind: 'member', name };
  }

  #brackets(): Step {
    this.#skip();
    const name = this.#quoted();
    const step: Step =
      name !== undefined ? { kind: 'member', name } : this.#take('*') ? { kind: 'elements' } : this.#subscripts();
    this.#skip();
    if (!this.#take(']')) this.#fail('] should follow');
    return step;
  }

  #subscripts(): Step {
    const ranges: Range[] = [];
    do {
      const from = this.#index();
      ranges.push({ from, to: this.#match(/to\b/y) === undefined ? from : this.#index() });
    } while (this.#take(','));
    const ends = ranges.flatMap(({ from, to }) => [from, to]);
    const enough = ends.map(({ fromLast, offset }) => (fromLast ? Number.POSITIVE_INFINITY : offset + 1));
    return { kind: 'subscripts', ranges, enough: Math.max(...enough) };
  }

  #index(): Index {
    this.#skip();
    const fromLast = this.#match(/last\b/y) !== undefined;
    let offset = fromLast ? 0 : this.#number();
    this.#skip();
    if (fromLast && this.#take('-')) {
      this.#skip();
      offset = this.#number();
      this.#skip();
    }
    return { fromLast, offset };
  }

  #number(): number {
    const digits = this.#match(/[0-9]+/y);
    if (digits === undefined) this.#fail('an index is a number, or last, or last - a number');
    const number = Number(digits);
    if (number > 0x7fff_ffff) this.#fail(`the index ${digits} is beyond 2147483647`);
    return number;
  }

  #quoted(): string | undefined {
    const written = this.#match(quotedForm);
    if (written === undefined || written[0] === '"') return this.#unquoted(written);
    const inner = written.slice(1, -1).replaceAll(/\\'|"/g, (c) => (c === '"' ? '\\"' : "'"));
    return this.#unquoted(`"${inner}"`);
  }

  #unquoted(written: string | undefined): string | undefined {
    if (written === undefined) return undefined;
    try {
      return JSON.parse(written) as string;
    } catch {
      return this.#fail(`${written} is no quoted name: its escapes are those of JSON`);
    }
  }

  #match(form: RegExp): string | undefined {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #skip(): void {
    this.#match(spaceForm);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fail(message: string): never {
    fail(`the JSON path '${this.#text}' is wrong at character ${this.#at + 1}: ${message}`);
  }
}

/** What one search needs to know at each of its steps; one for all searches. */
const search = { path: undefined as unknown as JsonPath, text: '', found: [] as number[], visits: 0 };

/**
 * Where the values begin that the path leads to, in order; undefined where a strict path doesn't fit. `text` must be JSON.
 * The list is only good until the next call. Throws RecordError 'sql' where too many values were visited.
 */
export function findAll(path: JsonPath, text: string): readonly number[] | undefined {
  search.path = path;
  search.text = text;
  search.found.length = 0;
  search.visits = 0;
  return walk(0, rootOf(text)) ? search.found : undefined;
}

/** False: a strict path doesn't fit. */
function walk(depth: number, at: number): boolean {
  const { path, text } = search;
  if (++search.visits > limits.jsonPathVisitsMax)
    fail(`the JSON path '${path.text}' visits over ${limits.jsonPathVisitsMax} values`);
  const step = path.steps[depth];
  if (step === undefined) {
    search.found.push(at);
    return true;
  }
  const isArray = text[at] === '[';
  switch (step.kind) {
    case 'elements':
      if (isArray) return eachElement(at, (element) => walk(depth + 1, element));
      return !path.strict && walk(depth + 1, at);
    case 'subscripts':
      if (!isArray && path.strict) return false;
      return subscripts(step.ranges, depth, isArray ? elementsOf(at, step.enough) : [at]);
    default:
      if (text[at] === '{') return members(step, depth, at);
      if (path.strict) return false;
      return !isArray || eachElement(at, (element) => text[element] !== '{' || members(step, depth, element));
  }
}

function members(step: Step & { kind: 'member' | 'members' }, depth: number, object: number): boolean {
  const { text, path } = search;
  if (step.kind === 'member') {
    const value = memberNamed(text, object, step.name);
    return value < 0 ? !path.strict : walk(depth + 1, value);
  }
  for (let key = firstIn(text, object); key >= 0; ) {
    const value = valueOfMember(text, key);
    if (!walk(depth + 1, value)) return false;
    key = nextAfter(text, value);
  }
  return true;
}

function eachElement(array: number, visit: (element: number) => boolean): boolean {
  const { text } = search;
  for (let at = firstIn(text, array); at >= 0; at = nextAfter(text, at)) if (!visit(at)) return false;
  return true;
}

/** The first so many elements. */
function elementsOf(array: number, most: number): readonly number[] {
  const first: number[] = [];
  for (let at = firstIn(search.text, array); at >= 0 && first.length < most; at = nextAfter(search.text, at))
    first.push(at);
  return first;
}

function subscripts(ranges: readonly Range[], depth: number, elements: readonly number[]): boolean {
  const { strict } = search.path;
  const count = elements.length;
  for (const { from, to } of ranges) {
    const [low, high] = [placeOf(from, count), placeOf(to, count)];
    if (strict && (low < 0 || high >= count || low > high)) return false;
    for (let i = Math.max(0, low); i <= high && i < count; i++) if (!walk(depth + 1, elements[i]!)) return false;
  }
  return true;
}

const placeOf = ({ fromLast, offset }: Index, count: number): number => (fromLast ? count - 1 - offset : offset);

/** The text of the value at `at`, as it is written. */
export const writtenAt = (text: string, at: number): string => text.slice(at, endOf(text, at));
