import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { ContactForm } from './ContactPanel';
import { ownContactQuery } from './queries';
import { notificationTexts } from './texts';

/** How I am reached. */
export default function MyNotificationsPage() {
  const t = useTexts(notificationTexts);
  const own = useQuery(ownContactQuery);
  return (
    <Page title={t('mine.title')}>
      <Card title={t('tab.contacts')}>
        <p style={{ color: 'var(--ink-2)', marginBottom: 12 }}>{t('mine.intro')}</p>
        <QueryView query={own} skeleton="block">{(tagged) => <ContactForm contact={tagged.value} own />}</QueryView>
      </Card>
      <Card title={t('mine.browser')}><BrowserPermission /></Card>
    </Page>
  );
}

function BrowserPermission() {
  const t = useTexts(notificationTexts);
  const [permission, setPermission] = useState(() => ('Notification' in globalThis ? Notification.permission : null));
  if (permission === null) return <p>{t('mine.unsupported')}</p>;
  if (permission === 'granted') return <p>{t('mine.granted')}</p>;
  if (permission === 'denied') return <p>{t('mine.denied')}</p>;
  return <Button onClick={() => void Notification.requestPermission().then(setPermission)}>{t('mine.ask')}</Button>;
}
