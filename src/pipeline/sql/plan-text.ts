/** A bound query as people read it: one branch after the other, one step a line. For `millrace explain`; nothing parses it. */
import { clipped } from '../../contracts/clipped.ts';
import { casterOf } from '../kernel/casters.ts';
import type { Bound, BoundQuery, Branch, Step } from './bound.ts';
import { plain, type SqlType, typeText } from './types.ts';
import type { Value } from './values.ts';

/** Characters of one line's expression. */
const shownMax = 400;

export function planText(query: BoundQuery): string {
  const branches = query.branches.map((branch) => branchText(branch, query).join('\n'));
  return branches.length === 1 ? branches[0]! : ['Union all', ...branches.map(indented)].join('\n');
}

const indented = (text: string): string => text.replace(/^/gm, '  ');
const short = (text: string): string => clipped(text, shownMax);

/** From the output down to the stream, as plans are read. */
function branchText(branch: Branch, query: BoundQuery): readonly string[] {
  const outputs = branch.values.map((value, i) => {
    const { name } = query.outputs[i]!;
    const text = boundText(value);
    return text === name ? text : `${text} AS ${name}`;
  });
  const { key, headers, tombstone } = branch.extras;
  const extras = [
    ...(key === undefined ? [] : [`Key ${boundText(key)}`]),
    ...headers.map((h) => `Header ${h.name} = ${boundText(h.value)}`),
    ...(tombstone === undefined ? [] : [`Tombstone where ${boundText(tombstone)}`]),
  ];
  const steps = [...branch.steps].reverse().map(stepText);
  const lines = [...extras, `Project ${outputs.join(', ')}`, ...steps, `Scan ${branch.stream}`];
  return lines.map((line, depth) => `${'  '.repeat(depth)}${depth === 0 ? '' : '└ '}${short(line)}`);
}

function stepText(step: Step): string {
  if (step.kind === 'filter') return `Filter ${boundText(step.test)}`;
  const names = [step.key, step.element, step.ordinality].flatMap((v) => (v === undefined ? [] : [v.name]));
  return `${step.outer ? 'Outer unnest' : 'Unnest'} ${boundText(step.operand)} AS (${names.join(', ')})`;
}

/** An expression in SQL's form. */
export function boundText(b: Bound): string {
  const of = boundText;
  const list = (items: readonly Bound[]): string => items.map(of).join(', ');
  switch (b.kind) {
    case 'literal':
      return literalText(b.value, b.type);
    case 'once':
      return of(b.operand);
    case 'column':
      return b.column.name;
    case 'meta':
      return `_${b.name}`;
    case 'variable':
      return b.variable.name;
    case 'compare':
    case 'arithmetic':
      return `(${of(b.left)} ${b.operator} ${of(b.right)})`;
    case 'distinct':
      return `(${of(b.left)} IS DISTINCT FROM ${of(b.right)})`;
    case 'negate':
      return `-${of(b.operand)}`;
    case 'not':
      return `NOT ${of(b.operand)}`;
    case 'and':
    case 'or':
      return `(${b.operands.map(of).join(` ${b.kind.toUpperCase()} `)})`;
    case 'chain':
      return `(${of(b.first)}${b.steps.map((step) => ` ${step.operator} ${of(step.operand)}`).join('')})`;
    case 'concat':
      return `(${b.operands.map(of).join(' || ')})`;
    case 'coalesce':
      return `COALESCE(${list(b.operands)})`;
    case 'is':
      return `(${of(b.operand)} IS ${b.test.toUpperCase()})`;
    case 'in':
      return `(${of(b.operand)} IN (${list(b.list)}))`;
    case 'like': {
      const by = { like: 'LIKE', ilike: 'ILIKE', similar: 'SIMILAR TO', regexp: 'REGEXP' }[b.by];
      return `(${of(b.operand)} ${by} ${of(b.pattern)}${b.escape === undefined ? '' : ` ESCAPE ${quoted(b.escape)}`})`;
    }
    case 'between':
      return `(${of(b.operand)} BETWEEN ${of(b.low)} AND ${of(b.high)})`;
    case 'case': {
      const whens = b.whens.map((w) => `WHEN ${of(w.when)} THEN ${of(w.result)}`);
      return `CASE ${whens.join(' ')} ELSE ${of(b.otherwise)} END`;
    }
    case 'nullif':
      return `NULLIF(${of(b.left)}, ${of(b.right)})`;
    case 'cast':
      return `${b.safe ? 'TRY_CAST' : 'CAST'}(${of(b.operand)} AS ${typeText({ type: b.type, nullable: true })})`;
    case 'field':
    case 'branch': {
      const { type } = b.operand;
      const name = type.kind === 'ROW' ? type.fields[b.index]?.name : undefined;
      return `${of(b.operand)}.${name ?? b.index}`;
    }
    case 'subscript':
      return `${of(b.operand)}[${of(b.index)}]`;
    case 'row':
      return `ROW(${list(b.items)})`;
    case 'array':
      return `ARRAY[${list(b.items)}]`;
    case 'map':
      return `MAP[${b.entries.map((e) => `${of(e.key)}, ${of(e.value)}`).join(', ')}]`;
    case 'quantified':
      return `${b.quantifier.toUpperCase()}(${b.element.name} IN ${of(b.array)}: ${of(b.test)})`;
    case 'exists':
      return `EXISTS(${b.element.name} IN ${of(b.array)}: ${of(b.test)})`;
    case 'lambda':
      return `(${b.parameters.map((p) => p.name).join(', ')}) -> ${of(b.body)}`;
    case 'call':
      return `${b.fn.name}(${list(b.args)})`;
  }
}

/** A value as SQL would write it: exact, and times readable. */
function literalText(value: Value | null, type: SqlType): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'VARCHAR':
      return quoted(value as string);
    case 'BYTES':
      return `X'${(value as Buffer).toString('hex')}'`;
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'DURATION':
      return `${type.kind} ${quoted(textOf(value, type))}`;
    case 'EPOCH_MICROS':
    case 'EPOCH_NANOS':
      return `TIMESTAMP ${quoted(textOf(value, type))}`;
    case 'INTERVAL':
      return `INTERVAL ${quoted(textOf(value, type))} ${type.of === 'MONTH' ? 'YEAR TO MONTH' : 'DAY TO SECOND'}`;
    case 'ARRAY':
      return `ARRAY[${(value as readonly Value[]).map((v) => literalText(v, type.element.type)).join(', ')}]`;
    case 'MAP': {
      const entries = [...(value as ReadonlyMap<string, Value | null>)];
      return `MAP[${entries.map(([k, v]) => `${quoted(k)}, ${literalText(v, type.value.type)}`).join(', ')}]`;
    }
    case 'ROW':
      return `ROW(${(value as readonly Value[]).map((v, i) => literalText(v, type.fields[i]!.type.type)).join(', ')})`;
    default:
      return textOf(value, type);
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** By the same code as CAST(… AS VARCHAR). */
const textOf = (value: Value, type: SqlType): string => String(casterOf(type, plain('VARCHAR'))?.(value as never));
