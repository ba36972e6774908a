import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { Link } from 'react-router';
import { api } from '../../api/client';
import { formatFullTime, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { Fact, Facts, SidePanel } from '../../ui/ListLayout';
import { useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { answerOf } from './NotificationPage';
import type { Delivery } from './queries';
import { notificationTexts } from './texts';

const signs: Record<Delivery['state'], string> = { queued: 'clock', claimed: 'send', handing: 'send', sent: 'check', possiblySent: 'info', failed: 'close', cancelled: 'minus' };

/** A word and a sign; what needs somebody is dark, the rest quiet. */
export function DeliveryState({ state }: { state: Delivery['state'] }) {
  const t = useTexts(notificationTexts);
  const wanted = state === 'failed' || state === 'possiblySent';
  return <span style={{ display: 'inline-flex', gap: 6, alignItems: 'center', color: wanted ? 'var(--ink)' : 'var(--ink-2)', fontWeight: wanted ? 600 : 400 }}><Icon name={signs[state]} size={14} />{t(`state.${state}`)}</span>;
}

export function DeliveryPanel({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  const t = useTexts(notificationTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const repeat = useMutation({
    mutationFn: () => api.POST('/api/v1/notifications/deliveries/{id}/repetition', { params: { path: { id: delivery.id } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications', 'deliveries'] }),
    onError: (error) => void message.error(reason(error)),
  });
  const repeatable = (delivery.state === 'failed' || delivery.state === 'possiblySent') && !delivery.isTest && delivery.channel !== null;
  return (
    <SidePanel title={delivery.recipient} label={delivery.recipient} onClose={onClose}>
      <Facts>
        <Fact name={t('delivery.state')}><DeliveryState state={delivery.state} /></Fact>
        <Fact name={t('delivery.answer')}>{answerOf(delivery.answer, t)}</Fact>
        <Fact name={t('delivery.channel')}>{delivery.channel ?? missing}{delivery.kind ? ` · ${t(`kind.${delivery.kind}` as 'kind.email')}` : ''}</Fact>
        <Fact name={t('delivery.address')}>{delivery.address || missing}</Fact>
        <Fact name={t('delivery.step')}>{delivery.step + 1}</Fact>
        <Fact name={t('delivery.created')}>{formatFullTime(delivery.created)}</Fact>
        <Fact name={t('delivery.due')}>{formatFullTime(delivery.notBefore)}</Fact>
        <Fact name={t('delivery.finished')}>{formatFullTime(delivery.finished)}</Fact>
        <Fact name={t('delivery.attempts')}>{delivery.attempts}</Fact>
        {delivery.title !== null && <Fact name={t('delivery.title')}>{delivery.title}</Fact>}
        <Fact name={t('delivery.count')}>{delivery.isTest ? t('delivery.test') : <>{delivery.count} {delivery.alarmIds.map((id) => <Link key={id} to={`/alarms?state=all&open=${id}`} style={{ marginLeft: 6 }}>#{id}</Link>)}</>}</Fact>
      </Facts>
      {repeatable && (
        <Popconfirm title={t('delivery.repeatConfirm')} okText={t('delivery.repeat')} cancelText={ui('action.cancel')} onConfirm={() => repeat.mutate()}>
          <Button icon={<Icon name="send" size={14} />} loading={repeat.isPending} style={{ marginTop: 12 }}>{t('delivery.repeat')}</Button>
        </Popconfirm>
      )}
    </SidePanel>
  );
}
