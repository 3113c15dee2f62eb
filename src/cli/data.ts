/** Results for programs: JSON, or YAML. */
import type { World } from './world.ts';

export type DataFormat = 'json' | 'yaml';

export async function printData(world: World, value: unknown, format: DataFormat): Promise<void> {
  if (format === 'json') return world.out(`${JSON.stringify(value, null, 2)}\n`);
  const { stringify } = await import('yaml');
  world.out(stringify(value));
}
