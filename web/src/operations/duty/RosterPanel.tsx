import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Input, InputNumber, Popconfirm, Select } from 'antd';
import { useMemo } from 'react';
import { api, read, type Tagged } from '../../api/client';
import { AssetSelect } from '../../ui/AssetSelect';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { DateInput } from '../../ui/DateInput';
import { Field, FormColumn, FormReason, FormRow, SelectField, TextField } from '../../ui/Field';
import { formatDate } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { QueryView, useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { useEdit } from '../../ui/useEdit';
import styles from './Duty.module.css';
import { patternsQuery, peopleQuery, taggedRoster, type Roster, type RosterPlan, type ShiftPattern } from './queries';
import { dutyTexts } from './texts';

interface Draft { name: string; assetId: number | null; plan: RosterPlan }
const draftOf = (roster: Roster): Draft => ({ name: roster.name, assetId: roster.assetId ?? null, plan: roster.plan });
const teamNames = ['甲班', '乙班', '丙班', '丁班', '戊班', '己班', '庚班', '辛班', '壬班', '癸班', '子班', '丑班'];

/** A pattern laid over the teams there are: their people stay. */
export function withPattern(plan: RosterPlan | null, pattern: ShiftPattern, today: string): RosterPlan {
  return {
    firstDay: plan?.firstDay ?? today,
    shifts: pattern.shifts,
    teams: Array.from({ length: pattern.teams }, (_each, index) => plan?.teams[index] ?? { name: teamNames[index] ?? String(index + 1), members: [] }),
    cycle: pattern.cycle,
  };
}

/** The pattern a plan was made from, if it still is one. */
const patternOf = (plan: RosterPlan, patterns: readonly ShiftPattern[]): ShiftPattern | undefined =>
  patterns.find((pattern) => JSON.stringify(pattern.cycle) === JSON.stringify(plan.cycle) && pattern.shifts.length === plan.shifts.length && pattern.teams === plan.teams.length);

export function RosterPanel({ id, onClose, onMade }: { id: number | 'new'; onClose: () => void; onMade: (id: number) => void }) {
  const t = useTexts(dutyTexts);
  const patterns = useQuery(patternsQuery);
  const roster = useQuery({ queryKey: ['duty', 'roster', id], queryFn: () => taggedRoster(Number(id)), enabled: id !== 'new', refetchOnWindowFocus: false });
  const first = patterns.data?.[0];
  return (
    <Drawer open title={id === 'new' ? t('roster.new') : t('roster.edit')} onClose={onClose} size={560}>
      {id === 'new'
        ? first && <RosterForm opened={{ value: { name: '', assetId: null, plan: withPattern(null, first, formatDate(Date.now())) }, etag: '' }} id={null} onSaved={onMade} />
        : <QueryView query={roster} skeleton="block">{(tagged) => <><RosterForm opened={{ value: draftOf(tagged.value), etag: tagged.etag }} id={id} onSaved={onMade} /><DeleteRoster tagged={tagged} onDeleted={onClose} /></>}</QueryView>}
    </Drawer>
  );
}

function RosterForm({ opened, id, onSaved }: { opened: Tagged<Draft>; id: number | null; onSaved: (id: number) => void }) {
  const t = useTexts(dutyTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const patterns = useQuery(patternsQuery).data ?? [];
  const people = useQuery(peopleQuery).data ?? [];
  const etag = opened.etag;
  const first = useMemo(() => opened, [etag]);
  const edit = useEdit<Draft>({
    opened: first,
    save: async (draft, tag) => {
      const saved = await read(id === null ? api.POST('/api/v1/duty/rosters', { body: draft }) : api.PUT('/api/v1/duty/rosters/{id}', { params: { path: { id } }, headers: { 'If-Match': tag }, body: draft }));
      onSaved(saved.id);
    },
    reread: async () => { const now = await taggedRoster(id ?? 0); return { value: draftOf(now.value), etag: now.etag }; },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['duty'] }); },
  });
  const { draft: { plan }, draft, set, reasons } = edit;
  const change = (patch: Partial<RosterPlan>): void => set('plan', { ...plan, ...patch });
  const pattern = patternOf(plan, patterns);
  return (
    <FormColumn onSubmit={edit.submit}>
      <ConflictNotice edit={edit} nameOf={(field) => (field === 'plan' ? t('roster') : field === 'assetId' ? t('roster.asset') : t('roster.name'))} />
      <TextField label={t('roster.name')} value={draft.name} onChange={(value) => set('name', value)} reasons={reasons('name')} required />
      <Field label={t('roster.asset')} reasons={reasons('assetId')}>{({ id: fieldId, status }) => <AssetSelect id={fieldId} label={t('roster.asset')} value={draft.assetId} onChange={(value) => set('assetId', value)} placeholder={t('roster.everything')} allowClear status={status} />}</Field>
      <SelectField label={t('roster.pattern')} value={pattern?.code ?? 'own'} onChange={(code) => { const next = patterns.find((each) => each.code === code); if (next) set('plan', withPattern(plan, next, formatDate(Date.now()))); }} options={[...patterns.map((each) => ({ value: each.code, label: name(each.nameZh, each.nameEn) })), ...(pattern ? [] : [{ value: 'own', label: t('roster.own') }])]} />
      <Field label={t('roster.firstDay')} reasons={reasons('plan.firstDay')}>{({ id: fieldId }) => <DateInput id={fieldId} label={t('roster.firstDay')} value={plan.firstDay} onChange={(firstDay) => { if (firstDay) change({ firstDay }); }} />}</Field>
      <h3>{t('roster.shifts')}</h3>
      {plan.shifts.map((shift, index) => {
        const put = (patch: Partial<typeof shift>): void => change({ shifts: plan.shifts.map((each, at) => (at === index ? { ...each, ...patch } : each)) });
        return (
          <FormRow key={index}>
            <TextField label={t('roster.shift')} value={shift.name} onChange={(value) => put({ name: value })} reasons={reasons(`plan.shifts[${index}].name`)} />
            <TextField label={t('roster.from')} value={shift.from} onChange={(value) => put({ from: value })} reasons={reasons(`plan.shifts[${index}].from`)} />
            <Field label={t('roster.hours')} reasons={reasons(`plan.shifts[${index}].hours`)}>{({ id: fieldId, status }) => <InputNumber id={fieldId} status={status} min={1} max={24} value={shift.hours} onChange={(hours) => put({ hours: hours ?? 0 })} />}</Field>
          </FormRow>
        );
      })}
      <h3>{t('roster.teams')}</h3>
      <div className={styles['teams']}>
        {plan.teams.map((team, index) => {
          const put = (patch: Partial<typeof team>): void => change({ teams: plan.teams.map((each, at) => (at === index ? { ...each, ...patch } : each)) });
          return (
            <div key={index} className={styles['team']}>
              <Input aria-label={t('roster.team')} value={team.name} onChange={(event) => put({ name: event.target.value })} status={reasons(`plan.teams[${index}].name`) ? 'error' : ''} />
              <Select<number[]> aria-label={`${t('roster.members')} ${team.name}`} mode="multiple" placeholder={t('roster.members')} showSearch={{ optionFilterProp: 'label' }} value={[...team.members]} onChange={(members) => put({ members })} status={reasons(`plan.teams[${index}].members`) ? 'error' : ''} options={people.map((person) => ({ value: person.id, label: person.name }))} />
            </div>
          );
        })}
      </div>
      <FormReason>{edit.refusal}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}

function DeleteRoster({ tagged, onDeleted }: { tagged: Tagged<Roster>; onDeleted: () => void }) {
  const t = useTexts(dutyTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/duty/rosters/{id}', { params: { path: { id: tagged.value.id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: ['duty'] }); onDeleted(); },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <Popconfirm title={t('roster.deleteConfirm', { name: tagged.value.name })} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}>
      <Button danger type="text" loading={remove.isPending} style={{ marginTop: 12 }}>{t('roster.delete')}</Button>
    </Popconfirm>
  );
}
