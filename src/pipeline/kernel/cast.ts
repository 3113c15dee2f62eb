/** Emits CAST and TRY_CAST. What the pairs of types mean: casters.ts. Values that both types hold alike stay as they are. */

import { clipped } from '../../contracts/clipped.ts';
import { RecordError } from '../ports.ts';
import type { Bound } from '../sql/bound.ts';
import { toJson } from '../sql/functions/json-build.ts';
import { type SqlType, typeText } from '../sql/types.ts';
import type { Value } from '../sql/values.ts';
import { type IntegerKind, toIntegerFromSlice } from './cast-number.ts';
import { toText } from './cast-text.ts';
import { casterOf, unchanged } from './casters.ts';
import { always, type Code, js } from './code.ts';
import { isPlainSlice } from './compare.ts';
import { intRanges } from './exact.ts';
import type { Expressions, Term } from './expression.ts';
import { heldAs, initial, nothing, type Simple } from './held.ts';
import type { Operand } from './operand.ts';

export function cast(x: Expressions, b: Bound & { kind: 'cast' }): Operand {
  const term = x.term(b.operand);
  const { operand } = term;
  if (operand.null === always || b.operand.type.kind === 'NULL') return nothing(b.type);
  const caster = casterOf(b.operand.type, b.type);
  if (caster === undefined) throw new TypeError(`there is no cast from ${b.operand.type.kind} to ${b.type.kind}`);
  if (caster === unchanged) return renamed(operand, b.type);
  if (isPlainSlice(operand) && b.type.kind === 'BYTES') return operand;
  const made = onSlice(x, term, b.type) ?? js`${x.emitter.bind(caster, 'cast')}(${x.present(term)})`;
  return b.safe ? orNull(x, b, term, made) : orError(x, b, term, made);
}

/** Casts that read a piece of the record as it stands. */
function onSlice(x: Expressions, { bound, operand }: Term, to: SqlType): Code | undefined {
  if (!isPlainSlice(operand) || bound.type.kind !== 'VARCHAR' || !isInteger(to)) return undefined;
  return js`${x.emitter.bind(toIntegerFromSlice(to.kind), 'cast')}(src, ${operand.start}, ${operand.end})`;
}

const isInteger = (type: SqlType): type is SqlType & { kind: IntegerKind } =>
  type.kind === 'BIGINT' || type.kind in intRanges;

/** The same value under another type: an INT that is a BIGINT now. */
function renamed(operand: Term['operand'], type: SqlType): Operand {
  return 'value' in operand && operand.as !== 'text' ? ({ ...operand, as: heldAs(type) } as Simple) : operand;
}

function orError(x: Expressions, b: Bound & { kind: 'cast' }, term: Term, made: Code): Operand {
  const e = x.emitter;
  const as = heldAs(b.type);
  const isNull = term.operand.null;
  const value = e.local('cast', initial(as));
  const refuse = e.bind(refusal(b.operand.type, b.type), 'refuse');
  x.unless(isNull, js`if ((${value} = ${made}) === undefined) ${refuse}(${x.present(term)});`);
  return { as, null: isNull, value } as Operand;
}

function orNull(x: Expressions, b: Bound & { kind: 'cast' }, term: Term, made: Code): Operand {
  const e = x.emitter;
  const as = heldAs(b.type);
  const [isNull, value] = [e.local('isNull', always), e.local('cast', initial(as))];
  const result = e.fresh('made');
  e.add(js`${isNull} = true;`);
  x.unless(
    term.operand.null,
    js`const ${result} = ${made};
if (${result} !== undefined) { ${value} = ${result}; ${isNull} = false; }`,
  );
  return { as, null: isNull, value } as Operand;
}

/** Characters of a value that an error shows. */
const shownMax = 60;

/** Throws what says which value could not be cast. */
function refusal(from: SqlType, to: SqlType): (v: Value) => never {
  const show = from.kind === 'UNION' || from.kind === 'BYTES' ? toJson(from) : (toText(from) as (v: Value) => string);
  const wanted = typeText({ type: to, nullable: true });
  return (v) => {
    const shown = clipped(show(v), shownMax);
    throw new RecordError(
      'sql',
      `${from.kind === 'VARCHAR' ? `'${shown}'` : shown} can't be cast to ${wanted}; TRY_CAST makes NULL of it`,
    );
  };
}
