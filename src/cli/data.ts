/** Results for programs: JSON, or YAML. */
import type { World } from './world.ts';

export type DataFormat = 'json' | 'yaml';

export async function printData(world: World, value: unknown, format: DataFormat): Promise<void> {
  if (format === 'json') return world.out(`${JSON.stringify(value, null, 2)}\n`);
  const { stringify } = await import('yaml');
  // Texts of several lines stay lines: folded at a width, a query is hard to read and to compare.
  world.out(stringify(value, { lineWidth: 0 }));
}
