/** A message of a notification rule for the person at this console. */
export interface Notice { key: string; title: string; text: string; priority: number; count: number; alarmId: number }

/** The part of the component library that shows a message inside the page. */
interface InPage { open: (config: { key: string; title: string; description: string; duration: number; onClick: () => void }) => void }

/** Where the alarm is. */
export const placeOf = (notice: Notice): string => (notice.alarmId > 0 ? `/alarms?state=all&open=${notice.alarmId}` : '/my-notifications');

/**
 * With the browser's own notification where the person allowed it, so that it is seen behind other windows too; its tag is the message's key, so
 * several windows of one person show it once. Otherwise inside the page.
 */
export function showNotice(notice: Notice, inPage: InPage, go: (to: string) => void = (to) => location.assign(to)): 'browser' | 'page' {
  if ('Notification' in globalThis && Notification.permission === 'granted') {
    const shown = new Notification(notice.title, { body: notice.text, tag: notice.key, requireInteraction: notice.priority <= 2, icon: '/ordo.svg' });
    shown.onclick = () => { window.focus(); shown.close(); go(placeOf(notice)); };
    return 'browser';
  }
  inPage.open({ key: notice.key, title: notice.title, description: notice.text, duration: notice.priority <= 2 ? 0 : 10, onClick: () => go(placeOf(notice)) });
  return 'page';
}
