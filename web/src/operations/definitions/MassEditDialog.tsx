import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Input, Modal, Select } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import type { AlarmDefinition } from '../../api/types';
import { parseNumber, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { fieldName } from './ChangeList';
import { useDefinitionName } from './definitionName';
import styles from './Definitions.module.css';
import { bodyOf, massFields, planOf, type MassChange, type MassField, type Planned } from './massEdit';
import { taggedDefinition } from './queries';
import { definitionTexts } from './texts';

const numeric: readonly MassField[] = ['onDelaySeconds', 'offDelaySeconds', 'deadband', 'timeToRespondSeconds', 'stepUpAfterSeconds'];
const starts: Record<MassField, MassChange[MassField]> = {
  priority: '3', enabled: true, latching: false, onDelaySeconds: '', offDelaySeconds: '', deadband: '', severity: 'none', timeToRespondSeconds: '', stepUpAfterSeconds: '', requiredRole: '', consequence: '', response: '', suppressIn: [],
};

interface Outcome { plan: Planned; status: 'done' | 'pending' | 'failed'; reason?: string }

/** The same change for many definitions, seen before it is made. */
export function MassEditDialog({ definitions, onClose }: { definitions: readonly AlarmDefinition[]; onClose: (done: boolean) => void }) {
  const t = useTexts(definitionTexts);
  const ui = useTexts(uiTexts);
  const reasonOf = useReason();
  const queries = useQueryClient();
  const definitionName = useDefinitionName();
  const [change, setChange] = useState<MassChange>({});
  const [reason, setReason] = useState('');
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const plans = planOf(definitions, change);
  const bad = numeric.some((field) => change[field] !== undefined && parseNumber(String(change[field])) === undefined);
  const apply = useMutation({
    mutationFn: async () => {
      for (const plan of plans) {
        const outcome = await applyOne(plan, reason.trim()).catch((error: unknown): Outcome => ({ plan, status: 'failed', reason: reasonOf(error) }));
        setOutcomes((before) => [...before, outcome]);
      }
    },
    onSettled: () => { void queries.invalidateQueries({ queryKey: ['alarm-definitions'] }); void queries.invalidateQueries({ queryKey: ['alarms'] }); },
  });
  const set = (field: MassField, value: MassChange[MassField] | undefined): void => setChange((before) => {
    const { [field]: _gone, ...rest } = before;
    return value === undefined ? rest : { ...rest, [field]: value };
  });
  const finished = apply.isSuccess;
  return (
    <Modal
      open title={t('mass.title', { n: definitions.length })} width={820} onCancel={() => onClose(finished)}
      footer={finished
        ? <Button type="primary" onClick={() => onClose(true)}>{ui('action.close')}</Button>
        : <><Button onClick={() => onClose(false)}>{ui('action.cancel')}</Button><Button type="primary" loading={apply.isPending} disabled={plans.length === 0 || bad || reason.trim() === ''} onClick={() => apply.mutate()}>{apply.isPending ? t('mass.progress', { done: outcomes.length, total: plans.length }) : t('mass.apply', { n: plans.length })}</Button></>}
    >
      {apply.isIdle ? (
        <>
          {massFields.map((field) => <MassRow key={field} field={field} value={change[field]} onChange={(value) => set(field, value)} />)}
          <div className={styles['gap']} />
          <TextField label={t('field.reason')} required value={reason} onChange={setReason} hint={t('reasonHint')} />
          <Preview rows={plans.map((plan) => ({ key: plan.definition.id, name: definitionName(plan.definition), lines: plan.changes.map(({ field, before, after }) => `${fieldName(t, field)}: ${before || '—'} → ${after || '—'}`) }))} empty={t('mass.nothing')} label={t('mass.preview', { n: plans.length })} />
        </>
      ) : (
        <Preview rows={outcomes.map(({ plan, status, reason: why }) => ({ key: plan.definition.id, name: definitionName(plan.definition), lines: [t(`mass.${status}`), ...(why ? [why] : [])], fault: status === 'failed' }))} empty="" label={t('mass.outcome')} />
      )}
    </Modal>
  );
}

/** On the version as it is now: what somebody else changed meanwhile in other members stays. */
async function applyOne(plan: Planned, reason: string): Promise<Outcome> {
  const { value, etag } = await taggedDefinition(plan.definition.id);
  const [fresh] = planOf([value], Object.fromEntries(plan.changes.map(({ field }) => [field, plan.draft[field]])));
  if (!fresh) return { plan, status: 'done' };
  const { response } = await api.PUT('/api/v1/alarms/definitions/{id}', { params: { path: { id: value.id } }, headers: { 'If-Match': etag }, body: bodyOf(fresh, reason) });
  return { plan, status: response.status === 202 ? 'pending' : 'done' };
}

function MassRow({ field, value, onChange }: { field: MassField; value: MassChange[MassField] | undefined; onChange: (value: MassChange[MassField] | undefined) => void }) {
  const t = useTexts(definitionTexts);
  const id = useId();
  const name = fieldName(t, field);
  const on = value !== undefined;
  return (
    <div className={styles['massRow']}>
      <Checkbox id={id} aria-label={t('mass.change', { name })} checked={on} onChange={(event) => onChange(event.target.checked ? starts[field] : undefined)} />
      <label htmlFor={id}>{name}</label>
      {on && <MassValue field={field} name={name} value={value} onChange={onChange} />}
    </div>
  );
}

function MassValue({ field, name, value, onChange }: { field: MassField; name: string; value: MassChange[MassField]; onChange: (value: MassChange[MassField]) => void }): ReactNode {
  const t = useTexts(definitionTexts);
  const ui = useTexts(uiTexts);
  const choose = (options: { value: string; label: string }[]) => <Select aria-label={name} style={{ width: 240 }} value={String(value)} options={options} onChange={(next) => onChange(next)} />;
  if (field === 'priority') return choose(([1, 2, 3, 4] as const).map((each) => ({ value: String(each), label: ui(`priority.${each}`) })));
  if (field === 'enabled' || field === 'latching') return <Select aria-label={name} style={{ width: 240 }} value={value === true} options={[{ value: true, label: t('yes') }, { value: false, label: t('no') }]} onChange={(next: boolean) => onChange(next)} />;
  if (field === 'severity') return choose((['none', 'minor', 'major', 'severe'] as const).map((each) => ({ value: each, label: t(`severity.${each}`) })));
  if (field === 'requiredRole') return choose([{ value: '', label: t('noRole') }, ...(['operator', 'energyManager', 'environmentOfficer', 'safetyOfficer', 'enterpriseUser', 'administrator'] as const).map((each) => ({ value: each, label: t(`role.${each}`) }))]);
  if (field === 'suppressIn') return <Select mode="multiple" aria-label={name} value={Array.isArray(value) ? [...value] : []} onChange={(next: string[]) => onChange(next)} options={(['starting', 'stopping', 'stopped', 'maintenance', 'cleaning', 'running'] as const).map((each) => ({ value: each, label: t(`plant.${each}`) }))} />;
  if (field === 'consequence' || field === 'response') return <Input.TextArea aria-label={name} autoSize={{ minRows: 1, maxRows: 6 }} maxLength={2000} value={String(value)} onChange={(event) => onChange(event.target.value)} />;
  const bad = parseNumber(String(value)) === undefined;
  return <Input aria-label={name} aria-invalid={bad} status={bad ? 'error' : ''} inputMode="decimal" style={{ width: 240 }} suffix={field === 'deadband' ? '' : 's'} value={String(value)} onChange={(event) => onChange(event.target.value)} />;
}

export interface PreviewRow { key: number | string; name: string; lines: readonly string[]; fault?: boolean }

export function Preview({ rows, empty, label }: { rows: readonly PreviewRow[]; empty: string; label: string }) {
  return (
    <>
      <p className={styles['note']}>{label}</p>
      <div className={styles['preview']} tabIndex={0} role="region" aria-label={label}>
        {rows.length === 0 ? <p className={styles['note']} style={{ padding: '0 10px 10px' }}>{empty}</p> : (
          <table className={styles['diff']}><tbody>{rows.map(({ key, name, lines, fault }) => <tr key={key}><th scope="row" style={{ paddingLeft: 10 }}>{name}</th><td className={fault ? styles['fault'] : ''}>{lines.join('\n')}</td></tr>)}</tbody></table>
        )}
      </div>
    </>
  );
}
