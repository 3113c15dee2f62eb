/** docker-compose.yml against the code: what it starts there is, what it sets is read, and its servers are those that the tests run on. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { parse } from 'yaml';
import { runWith } from '../../support/cli.ts';
import { MemoryClient } from '../../support/memory-client.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const sources = globSync('src/**/*.ts').map((file) => readFileSync(file, 'utf8'));
const own = Object.entries(services).filter(([, service]) => service.build !== undefined);

test('each of our services is a command, and reads every variable that it is given', async () => {
  assert.deepEqual(own.map(([name]) => name).sort(), ['api', 'host', 'setup', 'worker']);
  for (const [name, { command, environment }] of own) {
    const ran = await runWith(new MemoryClient(), [...(command ?? []), '--help']);
    assert.equal(ran.code, 0, `millrace ${command?.join(' ')}: ${ran.err}`);
    for (const variable of Object.keys(environment ?? {})) {
      assert.ok(
        sources.some((text) => text.includes(`'${variable}'`)),
        `${name}: nothing reads ${variable}`,
      );
    }
  }
});

test('the namespace is set up by the code that knows what it needs, before anything starts', () => {
  assert.ok(!readFileSync('docker-compose.yml', 'utf8').includes('--search-attribute'));
  assert.deepEqual(Object.keys(services['setup']?.depends_on ?? {}), ['temporal']);
  for (const name of ['api', 'worker', 'host']) {
    assert.equal(services[name]?.depends_on?.['setup']?.condition, 'service_completed_successfully', name);
  }
});

test('its servers are the versions that the tests run on', () => {
  const has = (image: string | undefined, file: string): void => {
    const version = image?.split(':')[1] ?? '';
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.ok(readFileSync(file, 'utf8').includes(`'${version}'`), `${file} has ${version}`);
  };
  has(services['kafka']?.image, 'src/dev/kafka-node.ts');
  has(services['temporal']?.image, 'src/dev/temporal-binary.ts');
});
