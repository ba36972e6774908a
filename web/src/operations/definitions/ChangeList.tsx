import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../../api/client';
import type { AlarmChange } from '../../api/types';
import { formatFullTime, missing } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { Card } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { Empty, QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan, useMe } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { pageNumber } from '../../ui/useFilter';
import { differencesOf } from './changeDiff';
import styles from './Definitions.module.css';
import { changesQuery } from './queries';
import { definitionTexts } from './texts';

/** Who changed which definition, what and why; those that wait can be agreed to or refused. */
export function ChangeList({ pending, page, onPage }: { pending: boolean; page: string; onPage: (page: string) => void }) {
  const t = useTexts(definitionTexts);
  const changes = useQuery(changesQuery(pending ? 'pending' : undefined, pageNumber(page)));
  return (
    <div className={styles['changes']}>
      <QueryView query={changes}>
        {(data) => (data.total === 0 ? <Card><Empty>{t(pending ? 'approvals.empty' : 'changes.empty')}</Empty></Card> : (
          <>
            <ul className={styles['changeList']}>{data.items.map((change) => <ChangeCard key={change.id} change={change} withName />)}</ul>
            <Pager page={data.page} pageSize={data.pageSize} total={data.total} onPage={(next) => onPage(String(next))} />
          </>
        ))}
      </QueryView>
    </div>
  );
}

export function ChangeCard({ change, withName = false }: { change: AlarmChange; withName?: boolean }) {
  const t = useTexts(definitionTexts);
  const me = useMe();
  const can = useCan();
  const [deciding, setDeciding] = useState<'approval' | 'rejection' | null>(null);
  const name = useName();
  const { nameZh, nameEn } = (change.after ?? change.before ?? {}) as { nameZh?: string; nameEn?: string };
  const named = name(nameZh, nameEn) || change.code;
  const own = change.by.split(' ')[0] === me.userName;
  return (
    <li className={styles['change']}>
      <header>
        <strong>{withName && change.definitionId !== 0 ? <Link to={links.alarmDefinition(change.definitionId)} title={change.code}>{named}</Link> : withName ? named : t(`action.${change.action}`)}</strong>
        {withName && <span>{t(`action.${change.action}`)}</span>}
        <span className={styles[change.status]}>{t(`status.${change.status}`)}</span>
        <span className={styles['who']}><time dateTime={change.time}>{formatFullTime(change.time)}</time> · {change.by}</span>
      </header>
      {change.reason && <p className={styles['reason']}>{change.reason}</p>}
      <Differences change={change} />
      {change.decidedBy && <p className={styles['who']}>{t(change.status === 'rejected' ? 'changes.rejectedBy' : 'changes.approvedBy', { by: change.decidedBy, time: formatFullTime(change.decidedAt ?? null) })}{change.decisionComment && ` · “${change.decisionComment}”`}</p>}
      {change.status === 'pending' && can(permissions.approveAlarms) && (
        own ? <p className={styles['who']}>{t('approvals.own')}</p> : (
          <div className={styles['decide']}>
            <Button type="primary" onClick={() => setDeciding('approval')}>{t('approvals.approve')}</Button>
            <Button onClick={() => setDeciding('rejection')}>{t('approvals.reject')}</Button>
          </div>
        )
      )}
      {deciding && <DecisionDialog change={change} decision={deciding} onClose={() => setDeciding(null)} />}
    </li>
  );
}

function Differences({ change }: { change: AlarmChange }) {
  const t = useTexts(definitionTexts);
  const rows = differencesOf(change.before, change.after, change.definitionId < 0);
  if (rows.length === 0) return null;
  return (
    <table className={styles['diff']}>
      <thead><tr><th scope="col">{t('diff.field')}</th>{change.before !== null && change.before !== undefined && <th scope="col">{t('diff.before')}</th>}{change.after !== null && change.after !== undefined && <th scope="col">{t('diff.after')}</th>}</tr></thead>
      <tbody>
        {rows.map(({ field, before, after }) => (
          <tr key={field}><th scope="row">{fieldName(t, field)}</th>{change.before !== null && change.before !== undefined && <td>{before ?? missing}</td>}{change.after !== null && change.after !== undefined && <td>{after ?? missing}</td>}</tr>
        ))}
      </tbody>
    </table>
  );
}

/** A later server may know members this console has no word for: they show under their own name. */
export function fieldName(t: (key: 'field.code') => string, field: string): string {
  const key = `field.${field}`;
  return key in definitionTexts ? t(key as 'field.code') : field;
}

function DecisionDialog({ change, decision, onClose }: { change: AlarmChange; decision: 'approval' | 'rejection'; onClose: () => void }) {
  const t = useTexts(definitionTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [comment, setComment] = useState('');
  const decide = useMutation({
    mutationFn: () => (decision === 'approval'
      ? api.POST('/api/v1/alarms/changes/{id}/approval', { params: { path: { id: change.id } }, body: { comment: comment.trim() || null } })
      : api.POST('/api/v1/alarms/changes/{id}/rejection', { params: { path: { id: change.id } }, body: { comment: comment.trim() || null } })),
    onSuccess: () => { void message.success(t(decision === 'approval' ? 'approvals.approved' : 'approvals.rejected')); onClose(); },
    onError: (error) => void message.error(reason(error)),
    onSettled: () => { void queries.invalidateQueries({ queryKey: ['alarm-definitions'] }); void queries.invalidateQueries({ queryKey: ['alarms'] }); },
  });
  return (
    <Modal open title={t(decision === 'approval' ? 'approvals.approveTitle' : 'approvals.rejectTitle', { code: change.code })} okText={t(decision === 'approval' ? 'approvals.approve' : 'approvals.reject')} cancelText={ui('action.cancel')} confirmLoading={decide.isPending} onOk={() => decide.mutate()} onCancel={onClose} width={460}>
      <Input.TextArea autoFocus aria-label={t('approvals.comment')} placeholder={t('approvals.comment')} maxLength={1000} rows={3} value={comment} onChange={(event) => setComment(event.target.value)} />
    </Modal>
  );
}
