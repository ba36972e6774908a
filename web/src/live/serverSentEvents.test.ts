import { expect, test } from 'vitest';
import { createEventParser, type ServerSentEvent } from './serverSentEvents';

const stream = ': beat\n\nevent: sample\ndata: [1]\n\nevent: alarm\r\ndata: {"a":\r\ndata: 2}\r\n\r\ndata:bare\n\nevent: empty\n\n';
const expected: ServerSentEvent[] = [{ event: 'sample', data: '[1]' }, { event: 'alarm', data: '{"a":\n2}' }, { event: 'message', data: 'bare' }];

test('An event is found wherever the network cuts the stream', () => {
  for (let cut = 0; cut <= stream.length; cut++) {
    const events: ServerSentEvent[] = [];
    const parse = createEventParser((event) => events.push(event));
    parse(stream.slice(0, cut));
    parse(stream.slice(cut));
    expect(events).toEqual(expected);
  }
});

test('Byte by byte is the same', () => {
  const events: ServerSentEvent[] = [];
  const parse = createEventParser((event) => events.push(event));
  for (const char of stream) parse(char);
  expect(events).toEqual(expected);
});
