/** The commands over a client in memory: what is printed where, and the exit code. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { failure, MillraceError } from '../../../src/contracts/failure.ts';
import { runWith } from '../../support/cli.ts';
import { MemoryClient } from '../../support/memory-client.ts';

const job = (name: string, sql = 'SELECT a FROM firewall', tenant = 'acme') =>
  `apiVersion: millrace/v1
kind: Job
metadata: { tenant: ${tenant}, name: ${name}, labels: { team: soc } }
spec:
  sql: |
    ${sql}
  sink: { kafka: { topic: out } }
`;
const stream = `apiVersion: millrace/v1
kind: Stream
metadata: { tenant: acme, name: firewall }
spec: { topics: [{ topic: acme.firewall }], schema: { avro: { type: record, name: E, fields: [{ name: a, type: string }] } } }
`;
const stdin = (text: string) => ({ stdin: text });
const names = (text: string) => text.trim().split('\n');

test('apply creates streams before the jobs that read them, whatever their order', async () => {
  const client = new MemoryClient();
  const ran = await runWith(client, ['apply', '-f', '-'], stdin(`${job('denied')}---\n${stream}`));
  assert.equal(ran.code, 0);
  assert.deepEqual(names(ran.out), [
    'stream acme/firewall applied (revision 1)',
    'job acme/denied accepted (revision 1)',
  ]);
});

test('apply reads files and directories, and nothing of them where one document is wrong', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-cli-'));
  t.after(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'a.yaml'), stream);
  await writeFile(
    join(directory, 'b.json'),
    JSON.stringify({
      apiVersion: 'millrace/v1',
      kind: 'Job',
      metadata: { tenant: 'acme', name: 'j' },
      spec: { sql: 'x', sink: { kafka: { topic: 'o' } } },
    }),
  );
  await writeFile(join(directory, 'notes.txt'), 'no document');
  const client = new MemoryClient();
  assert.equal((await runWith(client, ['apply', '-f', directory])).code, 0);
  assert.equal(client.jobs.size + client.streams.size, 2);

  const empty = new MemoryClient();
  await writeFile(join(directory, 'c.yaml'), `${job('k').replace('topic:', 'topc:')}---\na: b: c\n`);
  const ran = await runWith(empty, ['apply', '-f', directory]);
  assert.equal(ran.code, 3);
  assert.equal(empty.jobs.size + empty.streams.size, 0);
  assert.equal(ran.out, '');
  assert.match(ran.err, /c\.yaml: The text is not valid YAML/);
});

test('every mistake of every document is printed, with file, line, column and remedy', async () => {
  const text = `${job('Bad').replace('topic:', 'topc:')}---\n${job('ok').replace('kind: Job', 'kind: Jib')}`;
  const ran = await runWith(new MemoryClient(), ['apply', '-f', '-'], stdin(text));
  assert.equal(ran.code, 3);
  assert.match(ran.err, /<stdin>:3:27 \/metadata\/name: "Bad" is not allowed here\n {6}→ use lower-case/);
  assert.match(ran.err, /<stdin>:7:20 \/spec\/sink\/kafka\/topc: unknown key "topc"\n {6}→ write topic/);
  assert.match(ran.err, /<stdin>:10:1 \/kind: .*\n {6}→ write kind: Job or kind: Stream/);
  assert.match(ran.err, /error: 4 mistakes; nothing was changed\. \[invalid_spec\]/);
});

test('a document that is there twice is a mistake', async () => {
  const ran = await runWith(new MemoryClient(), ['apply', '-f', '-'], stdin(`${job('a')}---\n${job('a')}`));
  assert.equal(ran.code, 3);
  assert.match(ran.err, /job acme\/a is there twice/);
});

test('-t is the tenant of documents that name none', async () => {
  const client = new MemoryClient();
  const text = job('a').replace('tenant: acme, ', '');
  assert.equal((await runWith(client, ['apply', '-f', '-'], stdin(text))).code, 3);
  assert.equal((await runWith(client, ['apply', '-f', '-', '-t', 'globex'], stdin(text))).code, 0);
  assert.deepEqual([...client.jobs.keys()], ['globex/a']);
});

test('SQL that is refused is shown with its caret and its place in the file', async () => {
  const client = new MemoryClient();
  const position = { line: 1, column: 8, length: 1 };
  client.broken = new MillraceError(failure('invalid_sql', 'The SQL has a mistake.'), [
    { path: '/spec/sql', message: 'there is no column b', remedy: 'write a', position, excerpt: 'SELECT b\n       ^' },
  ]);
  const ran = await runWith(client, ['apply', '-f', '-'], stdin(job('denied')));
  assert.equal(ran.code, 3);
  assert.match(
    ran.err,
    /<stdin>:5:3 \/spec\/sql: line 1, column 8: there is no column b\n {6}SELECT b\n {13}\^\n {6}→ write a/,
  );
});

test('apply --if-revision refuses a stale one with the conflict code, and is for one document only', async () => {
  const client = new MemoryClient();
  const apply = (revision: string, text: string) =>
    runWith(client, ['apply', '-f', '-', '--if-revision', revision], stdin(text));
  assert.equal((await apply('0', job('a'))).code, 0);
  assert.equal((await apply('0', job('a', 'SELECT 2'))).code, 5);
  assert.equal((await apply('1', job('a', 'SELECT 2'))).code, 0);
  assert.equal((await apply('1', `${job('a')}---\n${job('b')}`)).code, 2);
});

test('plan: 1 where something differs, 0 where nothing does, and the difference is shown', async () => {
  const client = new MemoryClient();
  const plan = (text: string, ...more: string[]) => runWith(client, ['plan', '-f', '-', ...more], stdin(text));
  const created = await plan(`${stream}---\n${job('a')}`);
  assert.equal(created.code, 1);
  assert.deepEqual(names(created.out), ['stream acme/firewall: create', 'job acme/a: create']);
  await runWith(client, ['apply', '-f', '-'], stdin(`${stream}---\n${job('a')}`));
  const same = await plan(`${stream}---\n${job('a')}`);
  assert.deepEqual([same.code, names(same.out)], [0, ['stream acme/firewall: no change', 'job acme/a: no change']]);
  const changed = await plan(job('a', 'SELECT b FROM firewall'));
  assert.equal(changed.code, 1);
  assert.match(
    changed.out,
    /in flight.*\n {2}\/spec\/sql\n {4}- SELECT a FROM firewall\n {4}\+ SELECT b FROM firewall/,
  );
  const grown = await plan(
    stream.replace('[{ topic: acme.firewall }]', '[{ topic: acme.firewall }, { topic: b }]'),
    '-o',
    'json',
  );
  assert.equal(JSON.parse(grown.out).items[0].changes[0].path, '/spec/topics');
  assert.equal((await plan('kind: Job')).code, 3);
});

test('plan checks a job against a stream that the same call would create', async () => {
  const client = new MemoryClient();
  client.planJob = async () => {
    throw new MillraceError(failure('unknown_stream', 'There is no stream firewall.'));
  };
  const good = await runWith(client, ['plan', '-f', '-'], stdin(`${stream}---\n${job('a')}`));
  assert.equal(good.code, 1, good.err);
  assert.match(good.out, /job acme\/a: create\n {2}checked against the streams of this call/);
  const wrong = await runWith(
    client,
    ['plan', '-f', '-'],
    stdin(`${stream}---\n${job('a', 'SELECT nope FROM firewall')}`),
  );
  assert.equal(wrong.code, 3);
  assert.match(wrong.err, /\/spec\/sql: line 1, column 8/);
  assert.equal((await runWith(client, ['plan', '-f', '-'], stdin(job('a')))).code, 3);
});

test('apply --dry-run shows the same and changes nothing', async () => {
  const client = new MemoryClient();
  const ran = await runWith(client, ['apply', '--dry-run', '-f', '-'], stdin(`${stream}---\n${job('a')}`));
  assert.equal(ran.code, 0);
  assert.match(ran.out, /job acme\/a: create/);
  assert.equal(client.jobs.size, 0);
});

test('one document that fails does not keep the others back, and gives the exit code', async () => {
  const client = new MemoryClient();
  const apply = client.applyJob.bind(client);
  client.applyJob = async (document, options) => {
    if (document.metadata.name === 'a') throw new MillraceError(failure('stale_revision', 'It is at revision 7.'));
    return apply(document, options);
  };
  const ran = await runWith(client, ['apply', '-f', '-'], stdin(`${job('a')}---\n${job('b')}`));
  assert.equal(ran.code, 5);
  assert.match(ran.err, /error: job acme\/a: It is at revision 7\. \[stale_revision\]/);
  assert.match(ran.out, /job acme\/b accepted/);
});

test('get: a table, names, or data that jq can read; labels and states select', async () => {
  const client = new MemoryClient();
  await runWith(client, ['apply', '-f', '-'], stdin(`${job('a')}---\n${job('b', 'x', 'globex')}---\n${stream}`));
  const get = (...args: string[]) => runWith(client, ['get', ...args]);
  assert.match((await get('jobs', '-A')).out, /^TENANT +NAME +STATE .*\nacme +a +running .*\nglobex +b +running/);
  assert.equal((await get('jobs', '-t', 'acme', '-o', 'name')).out, 'job/a\n');
  assert.match((await get('jobs', '-A', '-o', 'wide')).out, /LABELS\n.*team=soc/);
  assert.equal(JSON.parse((await get('jobs', '-A', '-o', 'json')).out).items.length, 2);
  assert.equal(JSON.parse((await get('job', 'a', '-t', 'acme', '-o', 'json')).out).spec.sql, 'SELECT a FROM firewall');
  assert.match((await get('streams', '-t', 'acme', '-o', 'yaml')).out, /topic: acme\.firewall/);
  const none = await get('jobs', '-A', '-l', 'team=other');
  assert.deepEqual([none.code, none.out, none.err], [0, '', 'No jobs found.\n']);
  assert.equal(JSON.parse((await get('jobs', '-A', '--state', 'failed', '-o', 'json')).out).items.length, 0);
  assert.equal((await get('job', 'zzz', '-t', 'acme')).code, 4);
  assert.equal((await get('streams', '-l', 'a=b')).code, 2);
});

test('get reads every page, or as many as it was asked for', async () => {
  const client = new MemoryClient();
  for (let i = 0; i < 250; i++) await runWith(client, ['apply', '-f', '-'], stdin(job(`j${i}`)));
  assert.equal(names((await runWith(client, ['get', 'jobs', '-A', '-o', 'name'])).out).length, 250);
  assert.equal(names((await runWith(client, ['get', 'jobs', '-A', '-o', 'name', '--limit', '120'])).out).length, 120);
});

test('describe shows tasks, counters, lag, the last failure and what happens next', async () => {
  const client = new MemoryClient();
  await runWith(client, ['apply', '-f', '-'], stdin(job('a')));
  const status = client.jobs.get('acme/a')!;
  const record = { topic: 'acme.firewall', partition: 2, offset: '77' };
  const lastFailure = {
    ...failure('bad_record', 'Not an Avro record.', { record, stage: 'decode' }),
    at: '2026-01-01T00:00:00Z',
  };
  client.jobs.set('acme/a', { ...status, state: 'failed', lastFailure, next: 'It waits for a change.' });
  const { out, code } = await runWith(client, ['describe', 'job', 'a'], { env: { MILLRACE_TENANT: 'acme' } });
  assert.equal(code, 0);
  for (const part of [
    /State +failed/,
    /Next +It waits for a change\./,
    /h1 +healthy +1,000 +250 +0 +42/,
    /bad_record in decode at acme\.firewall-2, offset 77/,
    /Not an Avro record\./,
    /SELECT a FROM firewall/,
  ]) {
    assert.match(out, part);
  }
});

test('wait: 0 when it holds, 1 when it can not any more, 6 on timeout, 4 where there is no job', async () => {
  const client = new MemoryClient();
  await runWith(client, ['apply', '-f', '-'], stdin(job('a')));
  const wait = (what: string, until: string) => runWith(client, ['wait', what, '-t', 'acme', '--for', until]);
  assert.deepEqual((await wait('job/a', 'state=running')).out, 'job/a condition met: state=running\n');
  assert.equal((await wait('job/a', 'lag=100')).code, 0);
  assert.equal((await wait('job/a', 'lag=0')).code, 6);
  assert.equal((await wait('job/b', 'lag=0')).code, 4);
  client.waitForJob = async () => {
    throw new MillraceError(failure('forbidden_state', 'It has ended.'));
  };
  assert.equal((await wait('job/a', 'state=running')).code, 1);
  assert.equal((await wait('stream/a', 'state=running')).code, 2);
  const typo = await wait('job/a', 'state=runing');
  assert.equal(typo.code, 2);
  assert.match(typo.err, /Did you mean running/);
});

test('apply --wait tells how the change went: 0 when it runs, 1 when it was rolled back', async () => {
  const client = new MemoryClient();
  const cause = failure('unhealthy', 'No output in time.');
  let outcome: 'deployed' | 'rolled_back' = 'deployed';
  client.waitForJob = async (tenant, name, until) => {
    const status = client.jobs.get(`${tenant}/${name}`)!;
    const requests = status.requests.map((r) => ({ ...r, outcome, ...(outcome === 'deployed' ? {} : { cause }) }));
    assert.equal(until(status), false, 'a pending request is waited for');
    assert.ok(until({ ...status, requests }));
    return { ...status, requests };
  };
  const good = await runWith(client, ['apply', '-f', '-', '--wait'], stdin(job('a')));
  assert.equal(good.code, 0);
  assert.match(good.out, /job acme\/a runs as asked/);
  outcome = 'rolled_back';
  const bad = await runWith(client, ['apply', '-f', '-', '--wait', '-o', 'json'], stdin(job('b')));
  assert.equal(bad.code, 1);
  assert.match(bad.err, /No output in time\. \[unhealthy\]/);
  assert.equal(JSON.parse(bad.out).items[0].outcome, 'rolled_back');
});

test('delete stops jobs and forgets streams; what is not there is 4, or 0 if asked', async () => {
  const client = new MemoryClient();
  await runWith(client, ['apply', '-f', '-'], stdin(`${job('a')}---\n${stream}`));
  const del = (...args: string[]) => runWith(client, ['delete', ...args, '-t', 'acme']);
  assert.equal((await del('stream', 'firewall')).code, 5);
  assert.deepEqual((await del('job', 'a', '--wait')).out, 'job/a stopped\n');
  client.jobs.clear();
  assert.equal((await del('stream', 'firewall')).code, 0);
  assert.equal((await del('job', 'a')).code, 4);
  assert.equal((await del('job', 'a', '--ignore-not-found')).code, 0);
  assert.equal((await del('stream', 'x', '--mode', 'cancel')).code, 2);
});

test('a tenant is asked for where it is needed', async () => {
  const ran = await runWith(new MemoryClient(), ['describe', 'job', 'a']);
  assert.equal(ran.code, 2);
  assert.match(ran.err, /--tenant, or set MILLRACE_TENANT/);
});

test('a mistake inside of Millrace is 70 and says so', async () => {
  const client = new MemoryClient();
  client.broken = new TypeError('x is undefined');
  const ran = await runWith(client, ['get', 'jobs']);
  assert.equal(ran.code, 70);
  assert.match(ran.err, /mistake inside of Millrace/);
});
