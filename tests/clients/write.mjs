// Writes with clients that others wrote. Usage: node write.mjs ADDRESS TOKEN; exit code 0 when every client was satisfied.
import assert from 'node:assert/strict';
import { InfluxDB, Point, HttpError } from '@influxdata/influxdb-client';
import { InfluxDB as NodeInflux, FieldType } from 'influx';

const [address, token] = process.argv.slice(2);

async function officialClient() {
  const api = new InfluxDB({ url: address, token }).getWriteApi('org', 'bucket', 'ms', { maxRetries: 0, gzipThreshold: 1000, defaultTags: { site: 'north plant' } });
  for (let i = 0; i < 500; i++)
    api.writePoint(new Point('js').tag('meter', `EM ${i % 5},=`).floatField('power', i + 0.25).intField('count', i).booleanField('on', i % 2 === 0)
      .stringField('note', 'line 1\nline "2" \\ , = \t end').timestamp(1_700_000_000_000 + i));
  await api.close();
}

async function officialClientWithBadLine() {
  const failures = [];
  const options = { maxRetries: 0, writeFailed: (error) => { failures.push(error); } };
  const api = new InfluxDB({ url: address, token }).getWriteApi('org', 'bucket', 'ms', options);
  api.writeRecord('js_partial v=1 1');
  api.writeRecord('js_partial v=what 2');
  await api.close().catch(() => {});
  assert.equal(failures.length, 1);
  assert.ok(failures[0] instanceof HttpError);
  assert.equal(failures[0].statusCode, 400);
  assert.equal(failures[0].code, 'invalid');
  assert.match(failures[0].message, /unable to parse 'js_partial v=what 2': invalid boolean/);
}

async function officialClientWithoutToken() {
  const failures = [];
  const api = new InfluxDB({ url: address, token: 'wrong' }).getWriteApi('org', 'bucket', 'ms', { maxRetries: 0, writeFailed: (error) => { failures.push(error); } });
  api.writeRecord('js_denied v=1 1');
  await api.close().catch(() => {});
  assert.equal(failures[0].statusCode, 401);
  assert.equal(failures[0].code, 'unauthorized');
}

async function nodeClient() {
  const { hostname, port } = new URL(address);
  const client = new NodeInflux({
    host: hostname, port: Number(port), username: 'anyone', password: token, database: 'park',
    schema: [{ measurement: 'node', fields: { v: FieldType.FLOAT, n: FieldType.INTEGER, s: FieldType.STRING, t: FieldType.BOOLEAN }, tags: ['a'] }],
  });
  const [host] = await client.ping(5000);
  assert.ok(host.online);
  await client.createDatabase('park');
  assert.ok((await client.getDatabaseNames()).length > 0);
  await client.writePoints(
    [{ measurement: 'node', tags: { a: 'b c' }, fields: { v: 1.5, n: 3, s: 'x"y', t: true }, timestamp: new Date(1_700_000_000_000) }], { precision: 'ms' });
  await assert.rejects(client.writePoints([{ measurement: 'not escaped', fields: { v: 1 } }]), /unable to parse/);
}

for (const run of [officialClient, officialClientWithBadLine, officialClientWithoutToken, nodeClient]) {
  await run();
  console.log(`${run.name}: ok`);
}
