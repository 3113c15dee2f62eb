/**
 * Emits LIKE, ILIKE, SIMILAR TO and REGEXP. A literal pattern is made once; on a piece of the record LIKE and ILIKE work on
 * its bytes; on an enum every symbol's answer is known beforehand. Other patterns are kept when they come again.
 */
import { clipped } from '../../contracts/clipped.ts';
import { RecordError } from '../ports.ts';
import { regularExpression } from '../regular-expression.ts';
import type { PatternKind } from '../sql/ast.ts';
import type { Bound } from '../sql/bound.ts';
import { memo } from '../sql/functions/memo.ts';
import { always, type Code, joined, js, never } from './code.ts';
import { equalsLiteral, isPlainSlice, type Slice, sameBytes } from './compare.ts';
import type { Emitter } from './emitter.ts';
import type { Expressions, Term } from './expression.ts';
import {
  ilikeSlice,
  inLowerCase,
  type LikePattern,
  likePattern,
  likeSlice,
  likeText,
  type TextMatcher,
} from './like.ts';
import type { Truth } from './logic.ts';
import { similarPattern } from './similar.ts';

/** What is wrong with a pattern, or undefined. */
export function patternMistake(by: PatternKind, pattern: string, escapeBy: string | undefined): string | undefined {
  const made = matcherOf(by, pattern, escapeBy);
  return typeof made === 'string' ? made : undefined;
}

export function like(x: Expressions, b: Bound & { kind: 'like' }): Truth {
  const term = x.term(b.operand);
  const isNull = term.operand.null;
  if (isNull === always) return { null: always, value: never };
  if (b.pattern.kind !== 'literal') return matchedByTerm(x, b, term);
  if (b.pattern.value === null) return { null: always, value: never };
  return { null: isNull, value: matched(x, b, term, String(b.pattern.value)) };
}

function matched(x: Expressions, b: Bound & { kind: 'like' }, term: Term, pattern: string): Code {
  const e = x.emitter;
  const { operand } = term;
  // The binder refuses what stands so in the text; what folding has made is the error of the records that meet it.
  if (patternMistake(b.by, pattern, b.escape) !== undefined)
    return js`${e.bind(keptMatchers(b.by, b.escape), b.by)}(${x.text(term)}, ${pattern})`;
  if (isPlainSlice(operand) && (b.by === 'like' || b.by === 'ilike'))
    return onBytes(e, b.by, operand, orThrow(likePattern(pattern, b.escape)));
  const matcher = orThrow(matcherOf(b.by, pattern, b.escape));
  if (operand.as === 'enum') return js`${e.bind(operand.symbols.map(matcher), 'matches')}[${operand.index}]`;
  return js`${e.bind(matcher, b.by)}(${x.text(term)})`;
}

/** Parts of a pattern up to so many bytes are compared in line. */
const inlineMax = 16;

function onBytes(e: Emitter, by: 'like' | 'ilike', o: Slice, pattern: LikePattern): Code {
  const place = js`src, ${o.start}, ${o.end}`;
  if (by === 'ilike') return js`${e.bind(ilikeSlice(pattern), by)}(${place})`;
  if (pattern.form === 'pieces') return js`${e.bind(likeSlice(pattern), by)}(${place})`;
  const bytes = Buffer.from(pattern.part);
  if (pattern.form === 'exact') return equalsLiteral(e, o, bytes);
  if (pattern.form === 'contains') return js`${e.bind(contains, 'contains')}(${place}, ${e.bind(bytes, 'part')})`;
  if (bytes.length > inlineMax) return js`${e.bind(likeSlice(pattern), by)}(${place})`;
  const from = pattern.form === 'prefix' ? o.start : js`(${o.end} - ${bytes.length})`;
  return joined([js`${o.end} - ${o.start} >= ${bytes.length}`, ...sameBytes(from, bytes)], 'and');
}

/** UTF-8 has no character within another: bytes tell. */
function contains(src: Uint8Array, start: number, end: number, part: Uint8Array): boolean {
  const [first, length] = [part[0]!, part.length];
  for (let at = start; at <= end - length; at++) {
    if (src[at] !== first) continue;
    let i = 1;
    while (i < length && src[at + i] === part[i]) i++;
    if (i === length) return true;
  }
  return false;
}

function matchedByTerm(x: Expressions, b: Bound & { kind: 'like' }, term: Term): Truth {
  const e = x.emitter;
  const pattern = x.term(b.pattern);
  const isNull = joined([term.operand.null, pattern.operand.null], 'or');
  if (isNull === always) return { null: always, value: never };
  const value = e.local('matches', never);
  const [text, by] = [x.text(term), x.text(pattern)];
  x.unless(isNull, js`${value} = ${e.bind(keptMatchers(b.by, b.escape), b.by)}(${text}, ${by});`);
  return { null: isNull, value };
}

function keptMatchers(by: PatternKind, escapeBy: string | undefined): (text: string, pattern: string) => boolean {
  const matcher = memo((pattern) => orThrow(matcherOf(by, pattern, escapeBy)));
  return (text, pattern) => matcher(pattern)(text);
}

/** The matcher of strings, or what is wrong with the pattern. */
function matcherOf(by: PatternKind, pattern: string, escapeBy: string | undefined): TextMatcher | string {
  switch (by) {
    case 'like':
    case 'ilike': {
      const made = likePattern(pattern, escapeBy);
      if (typeof made === 'string') return made;
      if (by === 'like') return likeText(made);
      const small = likeText(inLowerCase(made));
      return (text) => small(text.toLowerCase());
    }
    case 'similar':
      return tester(similarPattern(pattern, escapeBy));
    case 'regexp':
      return tester(regexp(pattern));
  }
}

const tester = (made: RegExp | string): TextMatcher | string =>
  typeof made === 'string' ? made : (text) => made.test(text);

/** Characters of what V8 says of a pattern, which it repeats. */
const messageCharsMax = 500;

function regexp(pattern: string): RegExp | string {
  try {
    return regularExpression(pattern, 'u');
  } catch (cause) {
    return `this is no regular expression: ${clipped((cause as Error).message, messageCharsMax)}`;
  }
}

function orThrow<T>(made: T | string): T {
  if (typeof made === 'string') throw new RecordError('sql', made);
  return made;
}
