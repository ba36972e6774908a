import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { quantitiesQuery } from '../../api/shared';
import { DataTable, type Column } from '../../ui/DataTable';
import { FormReason, FormRow, NumberField, numberText, parseNumber, SelectField, TextField } from '../../ui/Field';
import { formatCount } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Card } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { storageTexts } from '../texts';
import { formatBytes, formatDays } from './bytes';
import styles from './Care.module.css';
import { planQuery, retentionQuery, type MonthSweep, type RetentionItem } from './queries';

const tiers = ['rawDays', 'minuteDays', 'hourDays', 'dayDays'] as const;

export function RetentionCard() {
  const t = useTexts(storageTexts);
  const can = useCan();
  const language = useLanguage();
  const quantityName = useQuantityName();
  const rules = useQuery(retentionQuery);
  const [editing, setEditing] = useState<RetentionItem | null>(null);
  const columns: Column<RetentionItem>[] = [
    { key: 'quantity', title: t('keep.quantity'), render: (rule) => quantityName(rule.quantity) },
    ...tiers.map((tier): Column<RetentionItem> => ({ key: tier, title: t(`keep.${tier}`), width: 130, align: 'right', render: (rule) => formatDays(rule[tier], language) })),
    { key: 'required', title: t('keep.required'), width: 260, cut: true, render: (rule) => (rule.requiredDays ? `${formatDays(rule.requiredDays, language)} · ${rule.basis}` : '—') },
  ];
  return (
    <Card title={t('keep.title')} actions={can(permissions.manageStorage) && <Button size="small" onClick={() => setEditing({ quantity: '', rawDays: null, minuteDays: null, hourDays: null, dayDays: null, requiredDays: null, basis: '', version: 0 })}>{t('keep.add')}</Button>}>
      <QueryView query={rules}>
        {(list) => <div className={styles['table']}><DataTable label={t('keep.title')} columns={columns} rows={list} rowKey={(rule) => rule.quantity} {...(can(permissions.manageStorage) ? { onOpen: setEditing } : {})} /></div>}
      </QueryView>
      <p className={styles['note']}>{t('keep.note')}</p>
      <Plan />
      {editing && <RuleDialog rule={editing} taken={rules.data ?? []} onClose={() => setEditing(null)} />}
    </Card>
  );
}

function useQuantityName(): (code: string) => string {
  const t = useTexts(storageTexts);
  const name = useName();
  const quantities = useQuery(quantitiesQuery).data ?? [];
  return (code) => {
    const quantity = quantities.find((each) => each.code === code);
    return code === '' ? t('keep.everything') : quantity ? name(quantity.nameZh, quantity.nameEn) : code;
  };
}

/** What the next sweep would take, before it does. */
function Plan() {
  const t = useTexts(storageTexts);
  const can = useCan();
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const plan = useQuery(planQuery);
  const sweep = useMutation({
    mutationFn: () => read(api.POST('/api/v1/storage/retention/sweep')),
    onSuccess: (done) => { void message.success(t('keep.swept', { size: formatBytes(done.months.reduce((sum, month) => sum + month.freedBytes, 0)) })); void queries.invalidateQueries({ queryKey: ['storage'] }); },
    onError: (error) => void message.error(reason(error)),
  });
  const months = plan.data ?? [];
  if (months.length === 0) return null;
  const columns: Column<MonthSweep>[] = [
    { key: 'month', title: t('keep.month'), width: 110, render: (month) => month.month },
    { key: 'what', title: t('keep.goes'), render: (month) => (month.isWhole ? t('keep.whole') : t('keep.part', { raw: formatCount(month.rawSeries), rollups: formatCount(month.rollupSeries) })) },
    { key: 'bytes', title: t('keep.bytes'), width: 130, align: 'right', render: (month) => formatBytes(month.bytes) },
  ];
  return (
    <div style={{ marginTop: 14 }}>
      <div className={styles['row']}><strong className={styles['grow']}>{t('keep.plan', { n: months.length })}</strong>
        {can(permissions.manageStorage) && <Popconfirm title={t('keep.sweepConfirm')} okText={t('keep.sweep')} okButtonProps={{ danger: true }} onConfirm={() => sweep.mutate()}><Button size="small" danger loading={sweep.isPending}>{t('keep.sweep')}</Button></Popconfirm>}
      </div>
      <div className={styles['table']}><DataTable label={t('keep.plan', { n: months.length })} columns={columns} rows={months} rowKey={(month) => month.month} /></div>
    </div>
  );
}

type Draft = Record<(typeof tiers)[number] | 'requiredDays' | 'basis' | 'quantity', string>;

function RuleDialog({ rule, taken, onClose }: { rule: RetentionItem; taken: readonly RetentionItem[]; onClose: () => void }) {
  const t = useTexts(storageTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const quantityName = useQuantityName();
  const reason = useReason();
  const queries = useQueryClient();
  const quantities = useQuery(quantitiesQuery).data ?? [];
  // A rule nobody has set yet and a new one look the same but for the quantity.
  const isNew = rule.version === 0 && rule.quantity === '' && taken.some((each) => each.quantity === '' && each.version > 0);
  const [draft, setDraft] = useState<Draft>({
    quantity: rule.quantity, rawDays: numberText(rule.rawDays), minuteDays: numberText(rule.minuteDays), hourDays: numberText(rule.hourDays), dayDays: numberText(rule.dayDays), requiredDays: numberText(rule.requiredDays), basis: rule.basis,
  });
  const days = (field: keyof Draft): number | null => parseNumber(draft[field]) ?? null;
  const done = (): void => { void queries.invalidateQueries({ queryKey: ['storage'] }); onClose(); };
  const save = useMutation({
    mutationFn: () => read(api.PUT('/api/v1/storage/retention', {
      params: { query: { quantity: draft.quantity } }, headers: { 'If-Match': `"${rule.version}"` },
      body: { rawDays: days('rawDays'), minuteDays: days('minuteDays'), hourDays: days('hourDays'), dayDays: days('dayDays'), requiredDays: days('requiredDays'), basis: draft.basis },
    })),
    onSuccess: done,
  });
  const remove = useMutation({ mutationFn: () => api.DELETE('/api/v1/storage/retention', { params: { query: { quantity: rule.quantity } }, headers: { 'If-Match': `"${rule.version}"` } }), onSuccess: done });
  const error = save.error ?? remove.error;
  const fields = error instanceof ProblemError ? error.fields : {};
  const bad = (['requiredDays', ...tiers] as const).filter((field) => parseNumber(draft[field]) === undefined);
  const reasons = (field: keyof Draft): readonly string[] | undefined => (bad.includes(field as 'rawDays') ? [ui('form.number')] : fields[field]);
  const set = (field: keyof Draft) => (value: string): void => setDraft((before) => ({ ...before, [field]: value }));
  return (
    <Modal
      open title={rule.version > 0 ? quantityName(rule.quantity) : t('keep.add')} onCancel={onClose} width={640}
      footer={[
        rule.version > 0 && <Popconfirm key="delete" title={t('keep.deleteConfirm')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}><Button danger type="text" loading={remove.isPending}>{ui('action.delete')}</Button></Popconfirm>,
        <Button key="cancel" onClick={onClose}>{ui('action.cancel')}</Button>,
        <Button key="save" type="primary" loading={save.isPending} disabled={bad.length > 0} onClick={() => save.mutate()}>{ui('action.save')}</Button>,
      ]}
    >
      <div className={styles['stack']}>
        {rule.version === 0 && (
          <SelectField
            label={t('keep.quantity')} searchable value={draft.quantity} onChange={(value) => set('quantity')(value ?? '')} reasons={reasons('quantity')}
            options={[...(isNew ? [] : [{ value: '', label: t('keep.everything') }]), ...quantities.filter((quantity) => !taken.some((each) => each.quantity === quantity.code)).map((quantity) => ({ value: quantity.code, label: name(quantity.nameZh, quantity.nameEn) }))]}
          />
        )}
        <FormRow>{tiers.slice(0, 2).map((tier) => <NumberField key={tier} label={t(`keep.${tier}`)} suffix={t('keep.days')} value={draft[tier]} onChange={set(tier)} reasons={reasons(tier)} hint={t('keep.empty')} />)}</FormRow>
        <FormRow>{tiers.slice(2).map((tier) => <NumberField key={tier} label={t(`keep.${tier}`)} suffix={t('keep.days')} value={draft[tier]} onChange={set(tier)} reasons={reasons(tier)} hint={t('keep.empty')} />)}</FormRow>
        <FormRow>
          <NumberField label={t('keep.requiredDays')} suffix={t('keep.days')} value={draft.requiredDays} onChange={set('requiredDays')} reasons={reasons('requiredDays')} />
          <TextField label={t('keep.basis')} value={draft.basis} onChange={set('basis')} reasons={reasons('basis')} />
        </FormRow>
        <FormReason>{error && Object.keys(fields).length === 0 ? reason(error) : null}</FormReason>
      </div>
    </Modal>
  );
}
