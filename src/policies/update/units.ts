/** Fields of a stream whose times and timestamps change their unit from one schema to the other: what was written before has the old one. */
import { arrayOf } from './flat-schema.ts';
import { isRecord, parsed } from './same.ts';

const unitForm = /^(?:local-)?time(?:stamp)?-(millis|micros|nanos)$/;

/** Such as `seen from timestamp-millis to timestamp-micros`. */
export function unitsChanged(before: string, after: string): readonly string[] {
  const now = unitsOf(after);
  return [...unitsOf(before)].flatMap(([path, unit]) => {
    const next = now.get(path);
    return next === undefined || unitForm.exec(next)?.[1] === unitForm.exec(unit)?.[1]
      ? []
      : [`${path} from ${unit} to ${next}`];
  });
}

/** Logical types by the paths of their fields, where they are written out. */
function unitsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (node: unknown, path: string): void => {
    for (const branch of arrayOf(node)) visit(branch, path);
    if (!isRecord(node)) return;
    const { type, logicalType, items, values } = node;
    if (typeof logicalType === 'string' && unitForm.test(logicalType)) found.set(path, logicalType);
    for (const field of arrayOf(node['fields']))
      if (isRecord(field)) visit(field['type'], `${path}${path === '' ? '' : '.'}${String(field['name'])}`);
    visit(items, `${path}[]`);
    visit(values, `${path}{}`);
    visit(type, path);
  };
  visit(parsed(text), '');
  return found;
}
