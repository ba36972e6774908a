import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useCallback } from 'react';
import { Chips } from '../../ui/Chips';
import { DataTable } from '../../ui/DataTable';
import { formatTime, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { isPriority, PriorityShape } from '../../ui/StateShape';
import { pageNumber, useFilter } from '../../ui/useFilter';
import { ChannelPanel } from './ChannelPanel';
import { ContactPanel } from './ContactPanel';
import { DeliveryPanel, DeliveryState } from './DeliveryPanel';
import { channelsQuery, contactsQuery, deliveriesQuery, rulesQuery } from './queries';
import { RulePanel } from './RulePanel';
import { notificationTexts } from './texts';

const defaults = { tab: 'rules', state: '', q: '', page: '1', open: '' };
type Filter = typeof defaults;
interface TabProps { filter: Filter; onChange: (patch: Partial<Filter>) => void; tabs: React.ReactNode }

/** Who is told of alarms, by which way, and what became of it. */
export default function NotificationPage() {
  const t = useTexts(notificationTexts);
  const [filter, setFilter] = useFilter(defaults);
  const tabs = (
    <Chips label={t('tabs')} value={filter.tab} onChange={(tab) => setFilter({ tab, open: '', q: '', state: '' })} options={(['rules', 'channels', 'deliveries', 'contacts'] as const).map((tab) => ({ value: tab, label: t(`tab.${tab}`) }))} />
  );
  const props = { filter, onChange: setFilter, tabs };
  if (filter.tab === 'channels') return <Channels {...props} />;
  if (filter.tab === 'deliveries') return <Deliveries {...props} />;
  if (filter.tab === 'contacts') return <Contacts {...props} />;
  return <Rules {...props} />;
}

function Rules({ filter, onChange, tabs }: TabProps) {
  const t = useTexts(notificationTexts);
  const place = useName();
  const rules = useQuery(rulesQuery);
  const close = useCallback(() => onChange({ open: '' }), [onChange]);
  const open = filter.open === 'new' ? 'new' as const : Number(filter.open) || undefined;
  return (
    <Page title={t('title')} layout="fill" figure={rules.data && t('rule.figure', { n: rules.data.length })} actions={<Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => onChange({ open: 'new' })}>{t('rule.new')}</Button>}>
      <ListLayout
        filters={tabs}
        list={(
          <QueryView query={rules} isEmpty={(list) => list.length === 0} empty={t('rule.empty')}>
            {(list) => (
              <DataTable
                label={t('tab.rules')} rows={list} rowKey={(rule) => rule.id} openKey={open ?? null} onOpen={(rule) => onChange({ open: String(rule.id) })}
                columns={[
                  { key: 'name', title: t('name'), cut: true, render: (rule) => rule.name },
                  { key: 'asset', title: t('asset'), cut: true, render: (rule) => (rule.assetId === null ? t('everywhere') : place(rule.assetNameZh, rule.assetNameEn)) },
                  { key: 'priority', title: t('rule.priorities'), width: 130, render: (rule) => <Priorities values={rule.conditions.priorities ?? []} /> },
                  { key: 'steps', title: t('rule.steps'), cut: true, render: (rule) => rule.steps.map((step) => (step.afterMinutes === 0 ? t('rule.step0') : `${step.afterMinutes} min`)).join(' → ') },
                  { key: 'state', title: t('delivery.state'), width: 110, render: (rule) => (rule.enabled ? <span style={{ color: 'var(--ink-2)' }}>{t('enabled')}</span> : t('disabled')) },
                ]}
              />
            )}
          </QueryView>
        )}
        panel={open !== undefined && <RulePanel key={open} id={open} onClose={close} onMade={(id) => onChange({ open: String(id) })} />}
      />
    </Page>
  );
}

export function Priorities({ values }: { values: readonly number[] }) {
  const t = useTexts(notificationTexts);
  if (values.length === 0) return <span style={{ color: 'var(--ink-2)' }}>{t('rule.anyPriority')}</span>;
  return <span style={{ display: 'inline-flex', gap: 4 }}>{values.filter(isPriority).map((priority) => <PriorityShape key={priority} priority={priority} size={16} />)}</span>;
}

function Channels({ filter, onChange, tabs }: TabProps) {
  const t = useTexts(notificationTexts);
  const place = useName();
  const channels = useQuery(channelsQuery);
  const close = useCallback(() => onChange({ open: '' }), [onChange]);
  const open = filter.open === 'new' ? 'new' as const : Number(filter.open) || undefined;
  return (
    <Page title={t('title')} layout="fill" figure={channels.data && t('channel.figure', { n: channels.data.length })} actions={<Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => onChange({ open: 'new' })}>{t('channel.new')}</Button>}>
      <ListLayout
        filters={tabs}
        list={(
          <QueryView query={channels} isEmpty={(list) => list.length === 0} empty={t('channel.empty')}>
            {(list) => (
              <DataTable
                label={t('tab.channels')} rows={list} rowKey={(channel) => channel.id} openKey={open ?? null} onOpen={(channel) => onChange({ open: String(channel.id) })}
                columns={[
                  { key: 'name', title: t('name'), cut: true, render: (channel) => channel.name },
                  { key: 'kind', title: t('channel.kind'), width: 170, render: (channel) => t(`kind.${channel.kind}`) },
                  { key: 'target', title: t('channel.target'), cut: true, render: (channel) => channel.settings?.host ?? channel.settings?.address ?? missing },
                  { key: 'asset', title: t('asset'), cut: true, render: (channel) => (channel.assetId === null ? t('everywhere') : place(channel.assetNameZh, channel.assetNameEn)) },
                  { key: 'state', title: t('delivery.state'), width: 110, render: (channel) => (channel.enabled ? <span style={{ color: 'var(--ink-2)' }}>{t('enabled')}</span> : t('disabled')) },
                ]}
              />
            )}
          </QueryView>
        )}
        panel={open !== undefined && <ChannelPanel key={open} id={open} onClose={close} onMade={(id) => onChange({ open: String(id) })} />}
      />
    </Page>
  );
}

function Deliveries({ filter, onChange, tabs }: TabProps) {
  const t = useTexts(notificationTexts);
  const deliveries = useQuery(deliveriesQuery(filter.state, filter.q, pageNumber(filter.page)));
  const close = useCallback(() => onChange({ open: '' }), [onChange]);
  const search = useCallback((q: string) => onChange({ q }), [onChange]);
  const open = deliveries.data?.items.find((delivery) => delivery.id === Number(filter.open));
  return (
    <Page title={t('title')} layout="fill">
      <ListLayout
        filters={<>{tabs}<Chips label={t('delivery.state')} value={filter.state} onChange={(state) => onChange({ state })} options={[{ value: '', label: t('delivery.any') }, ...(['queued', 'sent', 'possiblySent', 'failed', 'cancelled'] as const).map((state) => ({ value: state, label: t(`state.${state}`) }))]} /><SearchBox label={t('delivery.search')} value={filter.q} onChange={search} /></>}
        list={(
          <QueryView query={deliveries} isEmpty={(page) => page.total === 0} empty={t('delivery.empty')}>
            {(page) => (
              <DataTable
                label={t('tab.deliveries')} rows={page.items} rowKey={(delivery) => delivery.id} openKey={open?.id ?? null} onOpen={(delivery) => onChange({ open: String(delivery.id) })}
                columns={[
                  { key: 'time', title: t('delivery.created'), width: 140, render: (delivery) => formatTime(delivery.created) },
                  { key: 'state', title: t('delivery.state'), width: 130, render: (delivery) => <DeliveryState state={delivery.state} /> },
                  { key: 'recipient', title: t('delivery.recipient'), cut: true, render: (delivery) => delivery.recipient },
                  { key: 'channel', title: t('delivery.channel'), cut: true, render: (delivery) => delivery.channel ?? missing },
                  { key: 'count', title: t('delivery.count'), width: 90, align: 'right', render: (delivery) => (delivery.isTest ? t('delivery.test') : delivery.title === null ? delivery.count : missing) },
                  { key: 'title', title: t('delivery.title'), cut: true, render: (delivery) => delivery.title ?? missing },
                  { key: 'answer', title: t('delivery.answer'), cut: true, render: (delivery) => answerOf(delivery.answer, t) },
                ]}
              />
            )}
          </QueryView>
        )}
        foot={deliveries.data && <Pager page={deliveries.data.page} pageSize={deliveries.data.pageSize} total={deliveries.data.total} onPage={(page) => onChange({ page: String(page) })} />}
        panel={open && <DeliveryPanel key={open.id} delivery={open} onClose={close} />}
      />
    </Page>
  );
}

/** Two answers are words of the server itself, told in the reader's language. */
export const answerOf = (answer: string | null | undefined, t: (key: 'delivery.nobody' | 'delivery.stopped') => string): string =>
  answer === 'nobody' ? t('delivery.nobody') : answer === 'stopped' ? t('delivery.stopped') : answer || missing;

function Contacts({ filter, onChange, tabs }: TabProps) {
  const t = useTexts(notificationTexts);
  const contacts = useQuery(contactsQuery(filter.q));
  const close = useCallback(() => onChange({ open: '' }), [onChange]);
  const search = useCallback((q: string) => onChange({ q }), [onChange]);
  const open = contacts.data?.find((contact) => contact.accountId === Number(filter.open));
  return (
    <Page title={t('title')} layout="fill" figure={contacts.data && t('contact.figure', { n: contacts.data.filter((contact) => contact.email || contact.phone).length })}>
      <ListLayout
        filters={<>{tabs}<SearchBox label={t('contact.search')} value={filter.q} onChange={search} /></>}
        list={(
          <QueryView query={contacts} isEmpty={(list) => list.length === 0} empty={t('contact.empty')}>
            {(list) => (
              <DataTable
                label={t('tab.contacts')} rows={list} rowKey={(contact) => contact.accountId} openKey={open?.accountId ?? null} onOpen={(contact) => onChange({ open: String(contact.accountId) })}
                columns={[
                  { key: 'name', title: t('contact.person'), render: (contact) => contact.name },
                  { key: 'email', title: t('contact.email'), cut: true, render: (contact) => (contact.mayEdit ? contact.email ?? missing : <span style={{ color: 'var(--ink-2)' }}>{t('contact.above')}</span>) },
                  { key: 'phone', title: t('contact.phone'), render: (contact) => contact.phone ?? missing },
                ]}
              />
            )}
          </QueryView>
        )}
        panel={open && open.mayEdit && <ContactPanel key={open.accountId} contact={open} onClose={close} />}
      />
    </Page>
  );
}
