import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, InputNumber, Popconfirm, Select, TimePicker } from 'antd';
import dayjs from 'dayjs';
import { useMemo } from 'react';
import { api, read, type Tagged } from '../../api/client';
import { AssetSelect } from '../../ui/AssetSelect';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, FormRow, SelectField, TextField } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { QueryView, useReason } from '../../ui/QueryView';
import { PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { useEdit, type Edit } from '../../ui/useEdit';
import styles from './Notifications.module.css';
import { taggedRule, type Rule, type RuleDraft, type Step } from './queries';
import { TargetFields } from './TargetFields';
import { notificationTexts } from './texts';

const systems = ['energy', 'environment', 'safety', 'logistics', 'production'] as const;
type Draft = Required<Pick<RuleDraft, 'name' | 'steps' | 'enabled' | 'conditions'>> & { assetId: number | null };
const fresh: Draft = { name: '', assetId: null, enabled: true, conditions: { priorities: [1, 2], systems: [], quiet: null, stopWhenReturned: false }, steps: [{ afterMinutes: 0, recipients: [], channelIds: [] }] };
const draftOf = (rule: Rule): Draft => ({ name: rule.name, assetId: rule.assetId ?? null, enabled: rule.enabled, conditions: rule.conditions, steps: rule.steps });

export function RulePanel({ id, onClose, onMade }: { id: number | 'new'; onClose: () => void; onMade: (id: number) => void }) {
  const t = useTexts(notificationTexts);
  const rule = useQuery({ queryKey: ['notifications', 'rule', id], queryFn: () => taggedRule(Number(id)), enabled: id !== 'new', refetchOnWindowFocus: false });
  const title = id === 'new' ? t('rule.new') : rule.data?.value.name ?? '…';
  return (
    <SidePanel title={title} label={title} onClose={onClose}>
      {id === 'new'
        ? <RuleForm opened={{ value: fresh, etag: '' }} id={null} onMade={onMade} />
        : <QueryView query={rule} skeleton="block">{(tagged) => <><RuleForm opened={{ value: draftOf(tagged.value), etag: tagged.etag }} id={id} onMade={onMade} warnings={tagged.value.warnings} /><DeleteRule tagged={tagged} onDeleted={onClose} /></>}</QueryView>}
    </SidePanel>
  );
}

function RuleForm({ opened, id, onMade, warnings = [] }: { opened: Tagged<Draft>; id: number | null; onMade: (id: number) => void; warnings?: readonly string[] }) {
  const t = useTexts(notificationTexts);
  const ui = useTexts(uiTexts);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const etag = opened.etag;
  const first = useMemo(() => opened, [etag]);
  const edit = useEdit<Draft>({
    opened: first,
    save: async (draft, tag) => {
      const made = await read(id === null ? api.POST('/api/v1/notifications/rules', { body: draft }) : api.PUT('/api/v1/notifications/rules/{id}', { params: { path: { id } }, headers: { 'If-Match': tag }, body: draft }));
      if (id === null) onMade(made.id);
    },
    reread: async () => { const now = await taggedRule(id ?? 0); return { value: draftOf(now.value), etag: now.etag }; },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['notifications'] }); },
  });
  const { draft, set, reasons } = edit;
  return (
    <FormColumn onSubmit={edit.submit}>
      <ConflictNotice edit={edit} nameOf={(field) => (field === 'steps' ? t('rule.steps') : field === 'conditions' ? t('rule.alarms') : field === 'assetId' ? t('asset') : t('name'))} />
      {warnings.map((warning) => <p key={warning} className={styles['warning']}><Icon name="info" size={14} />{warning}</p>)}
      <TextField label={t('name')} value={draft.name} onChange={(value) => set('name', value)} reasons={reasons('name')} required />
      <Field label={t('asset')} reasons={reasons('assetId')}>{({ id: fieldId, status }) => <AssetSelect id={fieldId} label={t('asset')} value={draft.assetId} onChange={(value) => set('assetId', value)} placeholder={t('everywhere')} allowClear status={status} />}</Field>
      <Conditions edit={edit} />
      <h3 className={styles['part']}>{t('rule.steps')}</h3>
      <FormReason>{reasons('steps')?.join('；')}</FormReason>
      {draft.steps.map((step, index) => (
        <StepFields key={index} step={step} index={index} reasons={reasons} onChange={(next) => set('steps', draft.steps.map((each, at) => (at === index ? next : each)))} onRemove={index === 0 ? undefined : () => set('steps', draft.steps.filter((_each, at) => at !== index))} />
      ))}
      <div><Button icon={<Icon name="plus" size={14} />} disabled={draft.steps.length >= 6} onClick={() => set('steps', [...draft.steps, { afterMinutes: (draft.steps.at(-1)?.afterMinutes ?? 0) + 15, recipients: [], channelIds: draft.steps.at(-1)?.channelIds ?? [] }])}>{t('rule.addStep')}</Button></div>
      <Checkbox checked={draft.enabled} onChange={(event) => set('enabled', event.target.checked)}>{t('enabled')}</Checkbox>
      <FormReason>{edit.refusal}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}

function Conditions({ edit }: { edit: Edit<Draft> }) {
  const t = useTexts(notificationTexts);
  const ui = useTexts(uiTexts);
  const { draft, set, reasons } = edit;
  const conditions = draft.conditions ?? {};
  const quiet = conditions.quiet ?? null;
  const change = (patch: Partial<NonNullable<Draft['conditions']>>): void => set('conditions', { ...conditions, ...patch });
  return (
    <>
      <h3 className={styles['part']}>{t('rule.alarms')}</h3>
      <Field label={t('rule.priorities')} reasons={reasons('conditions.priorities')}>
        {({ id }) => (
          <Checkbox.Group<number> value={[...(conditions.priorities ?? [])]} onChange={(priorities) => change({ priorities: [...priorities].sort() })}>
            <span id={id} className={styles['row']}>{([1, 2, 3, 4] as const).map((priority) => <Checkbox key={priority} value={priority}><PriorityShape priority={priority} size={16} decorative /> {ui(`priority.${priority}`)}</Checkbox>)}</span>
          </Checkbox.Group>
        )}
      </Field>
      <Field label={t('rule.systems')} hint={t('rule.systemsHint')} reasons={reasons('conditions.systems')}>
        {({ id, status }) => <Select id={id} status={status} mode="multiple" showSearch={{ optionFilterProp: 'label' }} placeholder={t('rule.anySystem')} value={[...(conditions.systems ?? [])]} onChange={(next: string[]) => change({ systems: next })} options={systems.map((system) => ({ value: system, label: t(`system.${system}`) }))} />}
      </Field>
      <Checkbox checked={conditions.stopWhenReturned ?? false} onChange={(event) => change({ stopWhenReturned: event.target.checked })}>{t('rule.stop')}</Checkbox>
      <Checkbox checked={quiet !== null} onChange={(event) => change({ quiet: event.target.checked ? { from: '22:00', to: '07:00', days: [], urgentPriority: 1, mode: 'hold' } : null })}>{t('rule.quiet')}</Checkbox>
      {quiet && (
        <>
          <FormRow>
            {(['from', 'to'] as const).map((side) => (
              <Field key={side} label={t(side === 'from' ? 'rule.quietFrom' : 'rule.quietTo')} reasons={reasons(`conditions.quiet.${side}`)}>
                {({ id, status }) => <TimePicker id={id} status={status} format="HH:mm" minuteStep={5} allowClear={false} value={dayjs(`2000-01-01T${quiet[side]}`)} onChange={(next) => { if (next) change({ quiet: { ...quiet, [side]: next.format('HH:mm') } }); }} />}
              </Field>
            ))}
          </FormRow>
          <SelectField label={t('rule.quietUrgent')} value={String(quiet.urgentPriority ?? 1)} onChange={(value) => change({ quiet: { ...quiet, urgentPriority: Number(value) } })} options={[{ value: '0', label: t('rule.quietNone') }, ...([1, 2, 3] as const).map((priority) => ({ value: String(priority), label: ui(`priority.${priority}`) }))]} />
          <SelectField label={t('rule.quietMode')} value={quiet.mode ?? 'hold'} onChange={(value) => change({ quiet: { ...quiet, mode: value === 'drop' ? 'drop' : 'hold' } })} options={[{ value: 'hold', label: t('rule.quietHold') }, { value: 'drop', label: t('rule.quietDrop') }]} />
        </>
      )}
    </>
  );
}

function StepFields({ step, index, reasons, onChange, onRemove }: { step: Step; index: number; reasons: (field: string) => readonly string[] | undefined; onChange: (step: Step) => void; onRemove: (() => void) | undefined }) {
  const t = useTexts(notificationTexts);
  return (
    <fieldset className={styles['step']}>
      <legend>{step.afterMinutes === 0 ? t('rule.step0') : t('rule.stepN', { n: step.afterMinutes })}</legend>
      {onRemove && <Button type="text" size="small" className={styles['remove'] ?? ''} aria-label={t('rule.removeStep', { n: index + 1 })} icon={<Icon name="close" size={14} />} onClick={onRemove} />}
      {index > 0 && <Field label={t('rule.after')} reasons={reasons(`steps[${index}].afterMinutes`)}>{({ id, status }) => <InputNumber id={id} status={status} min={0.1} max={1440} value={step.afterMinutes} onChange={(value) => onChange({ ...step, afterMinutes: value ?? 0 })} />}</Field>}
      <TargetFields value={step} onChange={(targets) => onChange({ ...step, ...targets })} reasons={(field) => reasons(`steps[${index}].${field}`)} />
    </fieldset>
  );
}

function DeleteRule({ tagged, onDeleted }: { tagged: Tagged<Rule>; onDeleted: () => void }) {
  const t = useTexts(notificationTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/notifications/rules/{id}', { params: { path: { id: tagged.value.id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: ['notifications'] }); onDeleted(); },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <Popconfirm title={t('rule.deleteConfirm', { name: tagged.value.name })} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}>
      <Button danger type="text" loading={remove.isPending} style={{ marginTop: 12 }}>{t('rule.delete')}</Button>
    </Popconfirm>
  );
}
