/**
 * Emits CASE, COALESCE and NULLIF. What stands behind the option that is taken isn't evaluated. Options that are all pieces
 * of the record stay so, and constant texts are only told apart: neither is decoded or made.
 */
import type { Bound } from '../sql/bound.ts';
import type { SqlType } from '../sql/types.ts';
import { always, type Code, isNever, joined, js, never, not } from './code.ts';
import { compare, isConstant } from './compare.ts';
import type { Emitter } from './emitter.ts';
import type { Expressions, Term } from './expression.ts';
import { heldAs, initial } from './held.ts';
import { keep } from './logic.ts';
import type { Operand } from './operand.ts';

/** A way to hold what comes out. */
interface Form {
  /** The code that puts an option there that is not NULL; undefined where it can't be held so. */
  assign(term: Term): Code | undefined;
  /** What is then there; asked for when every option could be held so. */
  operand(isNull: Code): Operand;
}

/** `before` runs when no option before it was taken; the option is taken where `test` then holds. */
interface Option {
  readonly before: readonly Code[];
  readonly test: Code;
  readonly inside: readonly Code[];
  /** Whether what is taken is NULL. */
  readonly null: Code;
  /** Per form. */
  readonly assigns: readonly (readonly Code[] | undefined)[];
}

export function choose(x: Expressions, b: Bound & { kind: 'case' | 'coalesce' | 'concat' }): Operand {
  const e = x.emitter;
  const forms = formsOf(x, b.type);
  const options: Option[] = [];
  e.capture(() => {
    if (b.kind === 'case')
      for (const { when, result } of [...b.whens, { when: undefined, result: b.otherwise }])
        options.push(caseOption(x, forms, when, result));
    else for (const operand of b.operands) options.push(coalesceOption(x, forms, operand));
  });
  const chosen = forms.findIndex((_, i) => options.every((o) => o.assigns[i] !== undefined));
  const nulls = options.map((o) => isNever(o.null));
  // COALESCE ends at the latest with an option that is never NULL; CASE may take any.
  const isNull = (b.kind === 'case' ? nulls.every(Boolean) : options.some((o) => o.test === always))
    ? never
    : e.local('isNull', always);
  const label = e.fresh('choice');
  const code = options.map((o) => taking(o, o.assigns[chosen]!, isNull, label));
  if (!isNever(isNull)) e.add(js`${isNull} = true;`);
  e.add(js`${label}: {
${code}
}`);
  return forms[chosen]!.operand(isNull);
}

function taking(o: Option, assign: readonly Code[], isNull: Code, label: Code): Code {
  const set = js`${isNever(isNull) ? js`` : js`${isNull} = false;`}
${assign}`;
  const take =
    o.null === always
      ? js``
      : isNever(o.null)
        ? set
        : js`if (${not(o.null)}) {
${set}
}`;
  return js`${o.before}
${o.test === always ? js`` : js`if (${o.test}) `}{
${o.inside}
${take}
break ${label};
}`;
}

function caseOption(x: Expressions, forms: readonly Form[], when: Bound | undefined, result: Bound): Option {
  const e = x.emitter;
  let test = always;
  const before = e.segment(() => {
    if (when !== undefined) test = x.holds(when, true);
  });
  let isNull = never;
  let assigns: Option['assigns'] = [];
  const inside = e.capture(() => {
    const term = x.term(result);
    isNull = term.operand.null;
    assigns = assignments(e, forms, term);
  });
  return { before, test, inside, null: isNull, assigns };
}

function coalesceOption(x: Expressions, forms: readonly Form[], operand: Bound): Option {
  const e = x.emitter;
  let term: Term | undefined;
  const before = e.segment(() => {
    term = x.term(operand);
  });
  const assigns = assignments(e, forms, term!);
  return { before, test: not(term!.operand.null), inside: [], null: never, assigns };
}

const assignments = (e: Emitter, forms: readonly Form[], term: Term): Option['assigns'] =>
  forms.map((form) => {
    let assign: Code | undefined;
    const statements = e.capture(() => {
      assign = term.operand.null === always ? js`` : form.assign(term);
    });
    return assign === undefined ? undefined : [...statements, assign];
  });

/** The last holds anything. */
function formsOf(x: Expressions, type: SqlType): readonly Form[] {
  const { emitter: e } = x;
  if (type.kind === 'BYTES') return [slices(e), values(x, type)];
  return type.kind === 'VARCHAR' ? [symbols(e), slices(e), values(x, type)] : [values(x, type)];
}

/** Constant texts and symbols of enums, as the symbols of an enum of their own. */
function symbols(e: Emitter): Form {
  const list: string[] = [];
  const index = e.fresh('symbol');
  const indexOf = (symbol: string): number => {
    if (!list.includes(symbol)) list.push(symbol);
    return list.indexOf(symbol);
  };
  return {
    assign: ({ operand }) => {
      if (isConstant(operand)) return js`${index} = ${indexOf(operand.literal)};`;
      if (operand.as !== 'enum') return undefined;
      const places = operand.symbols.map(indexOf);
      return js`${index} = ${e.bind(places, 'places')}[${operand.index}];`;
    },
    operand: (isNull) => {
      e.declare(index, js`0`);
      return { as: 'enum', null: isNull, index, symbols: list };
    },
  };
}

/** Pieces of the record, all with their letters' case changed alike. */
function slices(e: Emitter): Form {
  const [start, end] = [e.fresh('start'), e.fresh('end')];
  let first: (Operand & { as: 'slice' }) | undefined;
  return {
    assign: ({ operand }) => {
      if (operand.as !== 'slice') return undefined;
      first ??= operand;
      return first.fold === operand.fold ? js`${start} = ${operand.start}; ${end} = ${operand.end};` : undefined;
    },
    operand: (isNull) => {
      e.declare(start, js`0`);
      e.declare(end, js`0`);
      return { as: 'slice', null: isNull, start, end, ...(first?.fold === undefined ? {} : { fold: first.fold }) };
    },
  };
}

function values(x: Expressions, type: SqlType): Form {
  const as = heldAs(type);
  const value = x.emitter.fresh('value');
  return {
    assign: (term) => {
      const given = x.present(term);
      return js`${value} = ${as === 'double' && term.operand.as === 'long' ? js`Number(${given})` : given};`;
    },
    operand: (isNull) => {
      x.emitter.declare(value, initial(as));
      return { as, null: isNull, value } as Operand;
    },
  };
}

export function nullif(x: Expressions, b: Bound & { kind: 'nullif' }): Operand {
  const [left, right] = [x.term(b.left), x.term(b.right)];
  const truth = compare(x, '=', left, right);
  const same = keep(x.emitter, { null: never, value: joined([not(truth.null), truth.value], 'and') });
  return { ...left.operand, null: joined([left.operand.null, same.value], 'or') };
}
