import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, read } from '../../api/client';
import { useNow } from '../../ui/clock';
import { formatDuration, formatTime } from '../../ui/format';
import { useLanguage, useTexts } from '../../ui/i18n';
import { DeliveryState } from './DeliveryPanel';
import styles from './Notifications.module.css';
import type { Delivery } from './queries';
import { notificationTexts } from './texts';

const noticesQuery = (id: number) => queryOptions({
  queryKey: ['alarms', 'notifications', id],
  queryFn: ({ signal }) => read(api.GET('/api/v1/alarms/{id}/notifications', { params: { path: { id } }, signal })),
  refetchInterval: 10_000,
});

/** Who has been told of an alarm, and when the next person will be. Nothing where nobody is. */
export function AlarmPeople({ id }: { id: number }) {
  const t = useTexts(notificationTexts);
  const language = useLanguage();
  const now = useNow();
  const notices = useQuery(noticesQuery(id)).data;
  if (!notices || (notices.deliveries.length === 0 && !notices.nextStep)) return null;
  return (
    <section>
      <h3>{t('told')}</h3>
      <ul className={styles['told']}>
        {notices.deliveries.map((delivery, index) => (
          <li key={index}><span>{delivery.recipient} <span className={styles['quiet']}>{delivery.channel && t(`kind.${delivery.channel}` as 'kind.email')}</span></span><DeliveryState state={delivery.state as Delivery['state']} /><span className={styles['quiet']}>{formatTime(delivery.time)}</span></li>
        ))}
      </ul>
      {notices.nextStep && <p className={styles['quiet']}>{t('told.next', { time: formatDuration(Math.max(0, Date.parse(notices.nextStep) - now), language) })}</p>}
    </section>
  );
}
