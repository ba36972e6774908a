import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, TimePicker } from 'antd';
import dayjs from 'dayjs';
import { useMemo } from 'react';
import { api, read, type Tagged } from '../../api/client';
import { AssetSelect } from '../../ui/AssetSelect';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { useEdit } from '../../ui/useEdit';
import { TargetFields } from '../notifications/TargetFields';
import { taggedReport, type Report, type ReportDraft, type ReportKind } from './queries';
import { reportTexts } from './texts';

type Draft = Required<Omit<ReportDraft, 'delivery' | 'assetId'>> & { assetId: number | null; delivery: Report['delivery'] };
const kinds: readonly ReportKind[] = ['daily', 'weekly', 'monthly'];
export const freshReport: Draft = { name: '', kind: 'daily', assetId: null, language: 'zh-CN', scheduled: false, runAtMinutes: 420, delivery: { channelIds: [], recipients: [] } };
export const draftOf = (report: Report): Draft => ({
  name: report.name, kind: report.kind, assetId: report.assetId ?? null, language: report.language, scheduled: report.scheduled, runAtMinutes: report.runAtMinutes, delivery: report.delivery,
});

export function ReportForm({ opened, id, onMade }: { opened: Tagged<Draft>; id: number | null; onMade?: (id: number) => void }) {
  const t = useTexts(reportTexts);
  const ui = useTexts(uiTexts);
  const can = useCan();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const etag = opened.etag;
  const first = useMemo(() => opened, [etag]);
  const edit = useEdit<Draft>({
    opened: first,
    save: async (draft, tag) => {
      const made = await read(id === null ? api.POST('/api/v1/reports', { body: draft }) : api.PUT('/api/v1/reports/{id}', { params: { path: { id } }, headers: { 'If-Match': tag }, body: draft }));
      if (id === null) onMade?.(made.id);
    },
    reread: async () => { const now = await taggedReport(id ?? 0); return { value: draftOf(now.value), etag: now.etag }; },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['reports'] }); },
  });
  const { draft, set, reasons } = edit;
  return (
    <FormColumn onSubmit={edit.submit}>
      <ConflictNotice edit={edit} nameOf={(field) => (field === 'assetId' ? t('asset') : field === 'kind' ? t('kind') : field === 'delivery' ? t('delivery') : field === 'name' ? t('name') : field === 'language' ? t('language') : t('schedule'))} />
      <TextField label={t('name')} value={draft.name} onChange={(value) => set('name', value)} reasons={reasons('name')} required />
      <SelectField label={t('kind')} value={draft.kind} onChange={(value) => set('kind', kinds.find((kind) => kind === value) ?? 'daily')} reasons={reasons('kind')} options={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))} />
      <Field label={t('asset')} hint={t('asset.hint')} reasons={reasons('assetId')}>{({ id: fieldId, status }) => <AssetSelect id={fieldId} label={t('asset')} value={draft.assetId} onChange={(value) => set('assetId', value)} placeholder={t('everywhere')} allowClear status={status} />}</Field>
      <SelectField label={t('language')} value={draft.language} onChange={(value) => set('language', value ?? 'zh-CN')} reasons={reasons('language')} options={[{ value: 'zh-CN', label: '中文' }, { value: 'en', label: 'English' }]} />
      <Checkbox checked={draft.scheduled} onChange={(event) => set('scheduled', event.target.checked)}>{t('schedule')}</Checkbox>
      {draft.scheduled && (
        <Field label={t('schedule.at')} reasons={reasons('runAtMinutes')}>
          {({ id: fieldId, status }) => <TimePicker id={fieldId} status={status} format="HH:mm" minuteStep={5} allowClear={false} value={dayjs('2000-01-01').add(draft.runAtMinutes, 'minute')} onChange={(next) => { if (next) set('runAtMinutes', next.hour() * 60 + next.minute()); }} />}
        </Field>
      )}
      {draft.scheduled && can(permissions.configureNotifications) && (
        <fieldset>
          <legend>{t('delivery')}</legend>
          <p>{t('delivery.hint')}</p>
          <TargetFields value={draft.delivery} onChange={(delivery) => set('delivery', delivery)} reasons={(field) => reasons(`delivery.${field}`)} />
        </fieldset>
      )}
      <FormReason>{edit.refusal ?? reasons('delivery')?.join('；')}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}
