/** Prints docs/settings.md and docs/settings.schema.json from the table of settings. `node scripts/settings.ts` */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchema } from '../src/config/schema.ts';
import { allSettings, type Given, type Section, type Setting } from '../src/config/settings.ts';

const titles: Readonly<Record<Section, string>> = {
  servers: 'Servers, for every process',
  workers: 'Workers and hosts (`millrace worker`, `millrace host`)',
  hosts: 'Hosts (`millrace host`)',
  api: 'The API (`millrace api`)',
  machine: 'The command line, and what runs on one machine',
};

export function settingsPage(): string {
  return [
    ...head,
    ...Object.entries(titles).flatMap(([section, title]) => table(section as Section, title)),
    ...secured,
  ].join('\n');
}

function table(section: Section, title: string): string[] {
  const rows = allSettings.filter((setting) => setting.section === section);
  return [
    `## ${title}`,
    '',
    '| in the file | variable | default | |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${code(row.at)} | \`${row.variable}\` | ${otherwise(row)} | ${row.about} |`),
    '',
  ];
}

const code = (text: string | null): string => (text === null ? '' : `\`${text}\``);

function otherwise(row: Setting | Given<unknown>): string {
  if (!('value' in row)) return row.otherwise ?? '';
  const { value } = row;
  if (Array.isArray(value)) return value.map((each) => `\`${each}\``).join(', ');
  return typeof value === 'object' ? `\`${JSON.stringify(value)}\`` : String(value);
}

const head = [
  '# Settings',
  '',
  'Printed from `src/config/settings.ts` by `node scripts/settings.ts`. Every process reads its settings once, when it starts: from one file, and from the',
  'environment. A variable wins over the file, and a flag of the command line over both ([cli.md](cli.md#where-the-servers-are)). An empty variable is none, but that',
  'an empty list of topics is one.',
  '',
  '## The file',
  '',
  '`MILLRACE_CONFIG` names it: YAML, or JSON. It is checked as a whole by whichever process reads it; a mistake ends the process with a message that has the line, the column',
  'and the path of each (or the name of a variable). Editors check and complete it by [settings.schema.json](settings.schema.json):',
  '',
  '```yaml',
  '# yaml-language-server: $schema=./node_modules/millrace/docs/settings.schema.json',
  'deployment: prod-eu',
  'temporal:',
  '  address: temporal:7233',
  '  namespace: millrace',
  '  tls: { ca: file:/run/secrets/temporal-ca.pem, cert: file:/run/secrets/client.pem, key: file:/run/secrets/client.key }',
  'kafka:',
  '  clusters:',
  '    main:',
  '      bootstrap: kafka-1:9093,kafka-2:9093',
  '      tls: { ca: file:/run/secrets/kafka-ca.pem }',
  '      sasl: { mechanism: SCRAM-SHA-512, username: millrace, password: file:/run/secrets/kafka }',
  'host: { slots: 200 }',
  '```',
  '',
  "Secrets are references, never the secrets themselves: `env:NAME`, a variable's value, or `file:PATH`, a file's content less its last line's end. Relative paths are relative to the",
  "process's working directory. Files are read again, so that what is exchanged there holds without a restart ([secured.md](secured.md#exchanging-secrets)). `millrace dev` takes no file: it",
  'tells of an installation, not of the servers that `dev` starts.',
  '',
];

const secured = [
  '## Secured clusters',
  '',
  'A cluster is its bootstrap servers, or an object of these and what its brokers ask for. The same holds for the data path and for all that the control process asks.',
  'How each is set up, and what errors say: [secured.md](secured.md).',
  '',
  '| `tls` | |',
  '| --- | --- |',
  '| `true` | TLS, with brokers whose certificates the system trusts |',
  "| `ca` | PEM of whoever signs the brokers' certificates |",
  "| `cert`, `key`, `keyPassword` | PEM of the client's own, for brokers with `ssl.client.auth` |",
  '',
  '| `sasl.mechanism` | and |',
  '| --- | --- |',
  '| `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512` | `username`, `password` |',
  "| `OAUTHBEARER` | OAuth's client credentials: `tokenEndpoint`, `clientId`, `clientSecret`; `scope`, `extensions` (KIP-342), `ca` of the endpoint, where they are needed |",
  '| `AWS_MSK_IAM` | `region`; credentials are those that the AWS SDK finds. `npm install aws-msk-iam-sasl-signer-js` beside Millrace |',
  '',
];

export const schemaText = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/settings.md', import.meta.url), settingsPage());
  writeFileSync(new URL('../docs/settings.schema.json', import.meta.url), schemaText());
}
