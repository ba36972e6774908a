/** One event of a stream. A comment line (the server's heartbeat) only shows that the line is alive and makes no event. */
export interface ServerSentEvent { event: string; data: string }

/**
 * Cuts a `text/event-stream` into events, wherever the network cuts the text. `EventSource` would do it too, but hides
 * the heartbeat comments, and with them the difference between "nothing changed" and "nobody is there".
 */
export function createEventParser(onEvent: (event: ServerSentEvent) => void): (text: string) => void {
  let rest = '';
  let event = '';
  let data: string[] = [];

  const endOfEvent = (): void => {
    if (data.length > 0) onEvent({ event: event || 'message', data: data.join('\n') });
    event = '';
    data = [];
  };

  const line = (text: string): void => {
    if (text === '') return endOfEvent();
    if (text.startsWith(':')) return;
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  };

  return (text) => {
    rest += text;
    // A lone CR at the very end may be the first half of CR LF: it waits for the next piece.
    let start = 0;
    for (let index = 0; index < rest.length; index++) {
      const char = rest[index];
      if (char !== '\n' && char !== '\r') continue;
      if (char === '\r' && index === rest.length - 1) break;
      line(rest.slice(start, index));
      if (char === '\r' && rest[index + 1] === '\n') index++;
      start = index + 1;
    }
    rest = rest.slice(start);
  };
}
