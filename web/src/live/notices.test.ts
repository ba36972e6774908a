import { afterEach, expect, test, vi } from 'vitest';
import { showNotice, type Notice } from './notices';

const notice: Notice = { key: 'k1', title: '[2 高] 北厂', text: '炉温 95 °C', priority: 2, count: 1, alarmId: 17 };

afterEach(() => vi.unstubAllGlobals());

/** What a browser's notification does: it is made with a title and options, and can be clicked. */
function browserWith(permission: string) {
  const made: { title: string; options: { tag: string; body: string }; onclick?: () => void; close: () => void }[] = [];
  class FakeNotification {
    static permission = permission;
    onclick?: () => void;
    close = (): void => undefined;
    readonly title: string;
    readonly options: { tag: string; body: string };
    constructor(title: string, options: { tag: string; body: string }) { this.title = title; this.options = options; made.push(this); }
  }
  vi.stubGlobal('Notification', FakeNotification);
  vi.stubGlobal('window', { focus: () => undefined });
  return made;
}

test('a person who allowed it is told by the browser, once for all windows, and gets to the alarm', () => {
  const made = browserWith('granted');
  const went: string[] = [];
  expect(showNotice(notice, { open: () => { throw new Error('not inside the page'); } }, (to) => went.push(to))).toBe('browser');
  expect(made[0]?.options).toMatchObject({ tag: 'k1', body: '炉温 95 °C' });
  made[0]?.onclick?.();
  expect(went).toEqual(['/alarms?state=all&open=17']);
});

test('without permission the page itself says it', () => {
  browserWith('default');
  const shown: string[] = [];
  expect(showNotice(notice, { open: ({ key, duration }) => shown.push(`${key} ${duration}`) })).toBe('page');
  expect(shown).toEqual(['k1 0']);
});
