/** The file's schema, of the table of settings: for reading it, and as JSON Schema for editors (docs/settings.schema.json). */
import { z } from 'zod';
import { allSettings, type Setting } from './settings.ts';

interface Row {
  readonly path: readonly string[];
  readonly setting: Setting;
}

export const fileSchema = (): z.ZodType =>
  objectOf(allSettings.flatMap((setting) => (setting.at === null ? [] : [{ path: setting.at.split('.'), setting }])));

function objectOf(rows: readonly Row[]): z.ZodType {
  const fields = [...Map.groupBy(rows, ({ path }) => path[0]!)].map(([key, below]) => {
    const [first] = below as [Row];
    const inner = below.map(({ path, setting }) => ({ path: path.slice(1), setting }));
    const schema = first.path.length === 1 ? described(first.setting) : objectOf(inner);
    return [key, schema.optional()] as const;
  });
  return z.strictObject(Object.fromEntries(fields));
}

/** Without what only a page of Markdown can show. */
function described({ schema, about }: Setting): z.ZodType {
  const description = about.replace(/\s*\(?\[[^\]]*\]\([^)]*\)\)?/g, '').replace(/`/g, '');
  return description === '' ? schema : schema.meta({ description });
}

export function jsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(fileSchema(), { io: 'input' });
  return { $schema, title: "Millrace's configuration (MILLRACE_CONFIG)", ...rest };
}
