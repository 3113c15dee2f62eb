/** The commands over a client in memory: what is printed where, and the exit code. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { ListOptions } from '../../../src/client/port.ts';
import { failure, MillraceError } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import type { VerdictReason } from '../../../src/contracts/verdict.ts';
import { runWith } from '../../support/cli.ts';
import { firewallStream, jobCalled } from '../../support/documents.ts';
import { MemoryClient } from '../../support/memory-client.ts';

const job = jobCalled;
const stream = firewallStream;
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

test('produce: what contradicts --generate is told before anything is asked of Kafka', async () => {
  const produce = (...args: string[]) =>
    runWith(new MemoryClient(), ['produce', 'a', '--kafka', '127.0.0.1:1', ...args]);
  for (const [args, pattern] of [
    [['--generate', 'nothing'], /Allowed choices are firewall/],
    [['--generate', 'firewall', '--schema', 'x.avsc'], /leave out --schema and --key/],
    [['--generate', 'firewall', '--key', 'id'], /leave out --schema and --key/],
    [['--rate', '5'], /are for --generate/],
    [['--limit', '5'], /are for --generate/],
    [['--generate', 'firewall', '--rate', '0'], /1 to 1000000/],
  ] as const) {
    const { code, err } = await produce(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, pattern);
  }
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
    /^job acme\/a: change in flight \(revision 1\): .*\n {2}in flight: the query changes \(\/spec\/sql\)\n {6}same columns\n {2}\/spec\/sql\n {4}- SELECT a FROM firewall\n {4}\+ SELECT b FROM firewall\n$/,
  );
  const grown = await plan(
    stream.replace('[{ topic: acme.firewall }]', '[{ topic: acme.firewall }, { topic: b }]'),
    '-o',
    'json',
  );
  assert.equal(JSON.parse(grown.out).items[0].changes[0].path, '/spec/topics');
  assert.equal((await plan('kind: Job')).code, 3);
});

const reason = (path: string, kind: VerdictReason['kind'], remedy = 'do this') =>
  ({ path, kind, what: `${path} changes`, why: 'it matters', remedy }) as const;

test('plan shows every reason with its remedy, the strongest first; a refused change is 5', async () => {
  const client = new MemoryClient();
  await runWith(client, ['apply', '-f', '-'], stdin(job('a')));
  const plan = (...more: string[]) => runWith(client, [...more, '-f', '-'], stdin(job('a', 'SELECT b FROM firewall')));
  const reasons = [reason('/spec/sink/kafka/topic', 'drain_replace'), reason('/spec/sql', 'in_flight', '')];
  client.verdict = { kind: 'drain_replace', reasons };
  const shown = await plan('plan');
  assert.equal(shown.code, 1);
  assert.match(
    shown.out,
    /drain and replace \(revision 1\): intake stops.*\n {2}drain and replace: \S+ changes \(\/spec\/sink\/kafka\/topic\)\n {6}it matters\n {6}→ do this\n {2}in flight: \S+ changes \(\/spec\/sql\)\n {6}it matters\n {2}\/spec\/sql\n/,
  );
  assert.deepEqual(JSON.parse((await plan('plan', '-o', 'json')).out).items[0].reasons, reasons);
  assert.equal((await plan('apply', '--dry-run')).code, 0);
  assert.equal((await plan('apply', '--dry-run', '--in-flight-only')).code, 5);

  client.verdict = { kind: 'refused', reasons: [reason('/spec/sql', 'refused')] };
  for (const command of [['plan'], ['apply', '--dry-run']]) {
    const refused = await plan(...command);
    assert.equal(refused.code, 5);
    assert.match(refused.out, /job acme\/a: refused \(revision 1\): the job stays as it is\n {2}refused: /);
  }
});

test('plan of a change whose SQL is wrong shows the caret and the place in the file, and is 3', async () => {
  const client = new MemoryClient();
  await runWith(client, ['apply', '-f', '-'], stdin(job('a')));
  const planned = client.planJob.bind(client);
  const problem = {
    path: '/spec/sql',
    message: 'there is no column b',
    remedy: 'write a',
    position: { line: 1, column: 8, length: 1 },
    excerpt: 'SELECT b\n       ^',
  };
  const mistake = { failure: failure('invalid_sql', 'The SQL has a mistake.'), problems: [problem] };
  client.planJob = async (document) => {
    const reasons = [reason('/spec/sql', 'refused', problem.remedy)];
    return { ...(await planned(document)), verdict: 'refused', reasons, mistake, plan: null };
  };
  const ran = await runWith(client, ['plan', '-f', '-'], stdin(job('a', 'SELECT b')));
  assert.equal(ran.code, 3);
  assert.match(
    ran.out,
    /refused .*\n {2}refused: .* \(\/spec\/sql at <stdin>:5:3\)\n {6}SELECT b\n {13}\^\n {6}it matters\n {6}→ write a\n {2}\/spec\/sql\n/,
  );
});

test('what an owner should know beside the verdict is told by plan and by apply', async () => {
  const client = new MemoryClient();
  const note = 'The job goes on where an earlier life ended.';
  const [planned, applied] = [client.planJob.bind(client), client.applyJob.bind(client)];
  client.planJob = async (document) => ({ ...(await planned(document)), note });
  client.applyJob = async (document, options) => ({ ...(await applied(document, options)), note });
  for (const command of ['plan', 'apply']) {
    const ran = await runWith(client, [command, '-f', '-'], stdin(job('a')));
    assert.match(ran.out, /\n {2}The job goes on where an earlier life ended\.\n/, command);
  }
});

test('a difference deep in a long value is shown with the lines around it', async () => {
  const client = new MemoryClient();
  const long = (changed: string) => `SELECT\n    a,\n    b,\n    c,\n    ${changed},\n    d,\n    e,\n    f,\n    g`;
  await runWith(client, ['apply', '-f', '-'], stdin(job('a', long('x'))));
  const ran = await runWith(client, ['plan', '-f', '-'], stdin(job('a', long('y'))));
  assert.match(ran.out, /\n {6}…\n {6}a,\n {6}b,\n {6}c,\n {4}- x,\n {4}\+ y,\n {6}d,\n {6}e,\n {6}f,\n {6}…\n$/);
});

test('a change that is refused is told with every reason at its place in the file', async () => {
  const client = new MemoryClient();
  await runWith(client, ['apply', '-f', '-'], stdin(job('a')));
  client.verdict = { kind: 'drain_replace', reasons: [reason('/spec/sink/kafka/topic', 'drain_replace')] };
  const apply = (...more: string[]) =>
    runWith(client, ['apply', '-f', '-', ...more], stdin(job('a', 'SELECT b FROM firewall')));
  const refused = await apply('--in-flight-only');
  assert.equal(refused.code, 5);
  assert.match(
    refused.err,
    /^error: job acme\/a: The job can't be changed so\. \[change_refused\]\n {2}<stdin>:7:20 \/spec\/sink\/kafka\/topic: .*it matters\n {6}→ do this/,
  );
  assert.equal(client.jobs.get('acme/a')?.revision, 1);
  assert.equal((await apply()).out, 'job acme/a accepted (revision 2, drain and replace)\n');
});

test('apply --paused creates a job that stands still; --why and --request-id go along', async () => {
  const client = new MemoryClient();
  const args = ['apply', '-f', '-', '--paused', '--why', 'not yet', '--request-id', 'r-1'];
  assert.equal((await runWith(client, args, stdin(job('a')))).code, 0);
  assert.equal(client.jobs.get('acme/a')?.state, 'paused');
  const options = { why: 'not yet', requestId: 'r-1', paused: true, inFlightOnly: false };
  assert.deepEqual(client.accepted, [{ asked: 'apply', options }]);
  assert.equal((await runWith(client, args, stdin(`${job('b')}---\n${job('c')}`))).code, 2);
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
  assert.match(
    (await get('jobs', '-A')).out,
    /^TENANT +NAME +STATE +FOR .*\nacme +a +running +\d+d .*\nglobex +b +running/,
  );
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

test('what get prints as a document, apply takes again: nothing differs', async () => {
  const client = new MemoryClient();
  await runWith(
    client,
    ['apply', '-f', '-'],
    stdin(`${job('a', `SELECT a, '${'x '.repeat(60)}' AS x,\n    1 AS one\n    FROM firewall`)}---\n${stream}`),
  );
  const get = (...args: string[]) => runWith(client, ['get', ...args, '-t', 'acme', '-o', 'document']);
  const documents = `${(await get('job', 'a')).out}---\n${(await get('stream', 'firewall')).out}`;
  assert.match(documents, /^apiVersion: millrace\/v1\nkind: Job\nmetadata:\n {2}tenant: acme\n {2}name: a\n/);
  assert.match(documents, /\n {2}sql: \|.*\n {4}SELECT a, '[x ]+' AS x,\n {4}1 AS one\n {4}FROM firewall\n/);
  const planned = await runWith(client, ['plan', '-f', '-'], stdin(documents));
  assert.deepEqual([planned.code, planned.err], [0, '']);
  assert.equal((await get('jobs')).code, 2);
});

test('get hosts: who takes tasks, and the release of their code', async () => {
  const get = (...args: string[]) => runWith(new MemoryClient(), ['get', 'hosts', ...args]);
  assert.match((await get()).out, /^HOST +RELEASE +LAST SEEN\nh1 +1\.0\.0 +\d+d ago\n$/);
  assert.equal((await get('-o', 'name')).out, 'host/h1\n');
  assert.equal(JSON.parse((await get('-o', 'json')).out).items[0].release, '1.0.0');
  assert.equal((await get('h1')).code, 2);
  assert.equal((await get('--state', 'running')).code, 2);
});

test('get reads every page, or as many as it was asked for, in pages as large as there are', async () => {
  const sizes: unknown[] = [];
  class Counting extends MemoryClient {
    override listJobs(options: ListOptions = {}) {
      sizes.push(options.limit);
      return super.listJobs(options);
    }
  }
  const client = new Counting();
  for (let i = 0; i < 250; i++) await runWith(client, ['apply', '-f', '-'], stdin(job(`j${i}`)));
  assert.equal(names((await runWith(client, ['get', 'jobs', '-A', '-o', 'name'])).out).length, 250);
  assert.equal(names((await runWith(client, ['get', 'jobs', '-A', '-o', 'name', '--limit', '120'])).out).length, 120);
  assert.deepEqual(sizes, [limits.pageRowsMax, 120]);
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
  const requests = [
    { requestId: 'r-1', asked: 'rewind', revision: 1, outcome: 'deployed', note: 'Some is output again.' },
    {
      requestId: 'r-2',
      asked: 'apply',
      revision: 2,
      outcome: 'rolled_back',
      verdict: client.verdict,
      cause: lastFailure,
    },
  ] as const;
  client.jobs.set('acme/a', {
    ...status,
    state: 'failed',
    lastFailure,
    requests,
    revision: 2,
    pastRevisions: [1, 2],
    progress: { doing: 'tasks drained', done: 1, of: 4 },
    release: '1.4.0',
    next: 'It waits for a change.',
  });
  const { out, code } = await runWith(client, ['describe', 'job', 'a'], { env: { MILLRACE_TENANT: 'acme' } });
  assert.equal(code, 0);
  for (const part of [
    /State +failed for \d+d, since 2026-01-01T00:00:01\.000Z/,
    /Progress +tasks drained 1\/4/,
    /Roll back to +1\n/,
    /Release +1\.4\.0\n/,
    /apply +2 +rolled_back +in flight +r-2 +Not an Avro record\.\n +rewind +1 +deployed +- +r-1 +Some is output again\./,
    /Next +It waits for a change\./,
    /h1 +1\.0\.0 +healthy +1,000 +250 +0 +42/,
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
  const { requestId } = client.jobs.get('acme/a')!.requests[0]!;
  assert.equal(
    (await wait('job/a', `request=${requestId}`)).out,
    `job/a condition met: request=${requestId} (deployed)\n`,
  );
  client.fails = failure('unhealthy', 'No output in time.');
  await runWith(client, ['restart', 'job', 'a', '-t', 'acme', '--request-id', 'r/9']);
  const failed = await wait('job/a', 'request=r/9');
  assert.equal(failed.code, 1);
  assert.match(failed.err, /No output in time\. \[unhealthy\]/);
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
