import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { api, readTagged, type Tagged } from '../../api/client';
import { pointQuery } from '../../api/shared';
import type { AlarmDefinition } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { RecentCurve } from '../../ui/chart/RecentCurve';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, FormRow, NumberField, SelectField, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { Card, Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { useEdit, type Edit } from '../../ui/useEdit';
import { idOf } from '../../ui/useFilter';
import { UnsavedGuard } from '../../ui/UnsavedGuard';
import { usePlaceName } from '../../ui/usePlaceName';
import { useUnitSymbol } from '../../ui/useUnitSymbol';
import { plainNumber } from '../alarms/AlarmMark';
import { ChangeCard, fieldName } from './ChangeList';
import { draftOf, editOf, emptyDefinition, fieldsOf, ownKinds, unreadable, type DefinitionDraft, type DefinitionKind, type DraftField, type NumberFieldName } from './definitionDraft';
import { useDefinitionName } from './definitionName';
import styles from './Definitions.module.css';
import { ExpressionField } from './ExpressionField';
import { PointSelect } from './PointSelect';
import { changesOfQuery, taggedDefinition } from './queries';
import { definitionTexts } from './texts';

const opened = ({ value, etag }: Tagged<AlarmDefinition>): Tagged<DefinitionDraft> => ({ value: draftOf(value), etag });

/** One definition: what it watches, what it means, what to do, and who changed it. */
export default function DefinitionEditPage() {
  const id = useParams()['id'];
  return id === undefined || id === 'new' ? <NewDefinition /> : <ExistingDefinition key={id} id={Number(id)} />;
}

function NewDefinition() {
  const t = useTexts(definitionTexts);
  const [search] = useSearchParams();
  const kind = ownKinds.find((each) => each === search.get('kind')) ?? 'high';
  return <Page title={t('newTitle')}><DefinitionForm definition={null} start={{ value: emptyDefinition(kind, idOf(search.get('asset') ?? ''), idOf(search.get('point') ?? '')), etag: '' }} /></Page>;
}

function ExistingDefinition({ id }: { id: number }) {
  const t = useTexts(definitionTexts);
  const can = useCan();
  const place = usePlaceName();
  const definitionName = useDefinitionName();
  const tagged = useQuery({ queryKey: ['alarm-definitions', 'edit', id], queryFn: () => taggedDefinition(id), refetchOnWindowFocus: false, gcTime: 0 });
  const data = tagged.data?.value;
  return (
    <Page
      title={data ? definitionName(data) : t('editTitle')} figure={data && `${place(data)} · ${t(`kind.${data.kind}`)}`}
      actions={data && (
        <>
          <LinkButton to={links.alarmsOfDefinition(data.id)}>{t('occurrences')}</LinkButton>
          {data.pointId !== null && data.pointId !== undefined && <LinkButton to={links.trend([data.pointId])}>{t('trend')}</LinkButton>}
          {!data.ofPoint && !data.system && can(permissions.configureAlarms) && tagged.data && <DeleteDefinition tagged={tagged.data} />}
        </>
      )}
    >
      <QueryView query={tagged} skeleton="block">
        {(value) => (
          <div className={styles['columns']}>
            <DefinitionForm definition={value.value} start={opened(value)} />
            <div className={styles['side']}>
              <Watched definition={value.value} />
              <History id={id} />
            </div>
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function DefinitionForm({ definition, start }: { definition: AlarmDefinition | null; start: Tagged<DefinitionDraft> }) {
  const t = useTexts(definitionTexts);
  const ui = useTexts(uiTexts);
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const [checked, setChecked] = useState(false);
  const ofPoint = definition?.ofPoint ?? false;
  const edit = useEdit<DefinitionDraft>({
    opened: start,
    save: async (draft, etag) => {
      const call = definition === null
        ? api.POST('/api/v1/alarms/definitions', { body: editOf(draft, false) })
        : api.PUT('/api/v1/alarms/definitions/{id}', { params: { path: { id: definition.id } }, headers: { 'If-Match': etag }, body: editOf(draft, ofPoint) });
      const { response } = await call;
      // 202: a second person has to agree before it holds.
      if (response.status === 202) modal.info({ title: t('pending.title'), content: t('pending.text'), okText: ui('action.confirm') });
      else void message.success(ui('saved'));
    },
    reread: async () => opened(await taggedDefinition(definition?.id ?? 0)),
    onSaved: () => {
      void queries.invalidateQueries({ queryKey: ['alarm-definitions'] });
      void queries.invalidateQueries({ queryKey: ['alarms'] });
      void navigate(-1);
    },
  });
  const { draft } = edit;
  const bad = checked ? unreadable(draft) : new Set<string>();
  const reasons = (field: DraftField): readonly string[] | undefined => (bad.has(field) ? [ui('form.number')] : edit.reasons(field));
  const submit = (): void => { setChecked(true); if (unreadable(draft).size === 0) edit.submit(); };
  const parts = { edit, reasons, ofPoint, definition };
  const mayEdit = can(permissions.configureAlarms);
  return (
    <FormColumn wide onSubmit={submit}>
      <UnsavedGuard dirty={edit.dirty && !edit.saving} />
      <ConflictNotice edit={edit} nameOf={(field) => fieldName(t, field)} />
      <Identity {...parts} />
      <Condition {...parts} />
      <Meaning {...parts} />
      <Suppression {...parts} />
      {definition !== null && <Card><TextField label={t('field.reason')} required value={draft.reason} onChange={(value) => edit.set('reason', value)} reasons={reasons('reason')} hint={t('reasonHint')} /></Card>}
      <FormReason>{edit.refusal}</FormReason>
      <div style={{ display: 'flex', gap: 8 }}>
        {mayEdit && <Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button>}
        <Button onClick={() => void navigate(-1)}>{ui('action.cancel')}</Button>
      </div>
    </FormColumn>
  );
}

interface PartProps { edit: Edit<DefinitionDraft>; reasons: (field: DraftField) => readonly string[] | undefined; ofPoint: boolean; definition: AlarmDefinition | null }

function Identity({ edit: { draft, set }, reasons, ofPoint, definition }: PartProps) {
  const t = useTexts(definitionTexts);
  return (
    <Card title={t('part.identity')}>
      <FormRow>
        <SelectField label={t('kind')} required disabled={definition !== null} value={draft.kind} onChange={(kind) => set('kind', (kind ?? 'high') as DefinitionKind)} reasons={reasons('kind')} options={(definition === null ? ownKinds : [draft.kind]).map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))} />
        <TextField label={t('field.code')} required mono disabled={ofPoint || definition?.system !== null && definition?.system !== undefined} value={draft.code} onChange={(value) => set('code', value)} reasons={reasons('code')} />
      </FormRow>
      <p className={styles['note']}>{t(`about.${draft.kind}`)}</p>
      <div className={styles['gap']} />
      <FormRow>
        <TextField label={t('field.nameZh')} required value={draft.nameZh} onChange={(value) => set('nameZh', value)} reasons={reasons('nameZh')} />
        <TextField label={t('field.nameEn')} value={draft.nameEn} onChange={(value) => set('nameEn', value)} reasons={reasons('nameEn')} />
      </FormRow>
      <div className={styles['gap']} />
      <Checkbox checked={draft.enabled} onChange={(event) => set('enabled', event.target.checked)}>{t('field.enabled')}</Checkbox>
      <Checkbox checked={draft.latching} onChange={(event) => set('latching', event.target.checked)}>{t('latchingHint')}</Checkbox>
    </Card>
  );
}

/** Numbers of the condition, with the unit in which each is meant. */
function Condition({ edit, reasons, ofPoint, definition }: PartProps) {
  const t = useTexts(definitionTexts);
  const symbol = useUnitSymbol();
  const { draft, set } = edit;
  const point = useQuery({ ...pointQuery(Number(draft.pointId)), enabled: Number(draft.pointId) > 0 }).data;
  const unit = point?.unitSymbol ?? symbol(definition?.unit ?? '');
  const fields = fieldsOf(draft.kind, ofPoint);
  if (fields.length === 0) return null;
  const has = (field: DraftField): boolean => fields.includes(field);
  const unitOf: Partial<Record<NumberFieldName, string>> = {
    limit: draft.kind === 'band' ? 'σ' : draft.kind === 'rateOfChange' ? t('perMinute', { unit }) : unit, worseLimit: unit, setpoint: unit, deadband: draft.kind === 'band' ? 'σ' : draft.kind === 'rateOfChange' ? t('perMinute', { unit }) : unit,
    onDelaySeconds: 's', offDelaySeconds: 's', windowSeconds: 's',
  };
  const number = (field: NumberFieldName, hint?: string) => has(field) && (
    <NumberField key={field} label={t(`field.${field}`)} value={draft[field]} onChange={(value) => set(field, value)} reasons={reasons(field)} suffix={unitOf[field]} {...(hint ? { hint } : {})} />
  );
  return (
    <Card title={t('part.condition')}>
      {ofPoint && definition?.pointId && <p className={styles['note']}>{t('ofPointHint', { limit: plainNumber(definition.limit), deadband: plainNumber(definition.deadband), unit })} <LinkButton size="small" type="link" to={links.point(definition.pointId)}>{t('openPoint')}</LinkButton></p>}
      {has('assetId') && <Field label={t('field.assetId')} required reasons={reasons('assetId')}>{({ id, status }) => <AssetSelect id={id} label={t('field.assetId')} value={Number(draft.assetId) || null} onChange={(value) => set('assetId', value === null ? '' : String(value))} status={status} />}</Field>}
      {has('pointId') && <Field label={t('field.pointId')} required reasons={reasons('pointId')}>{({ id, status }) => <PointSelect id={id} label={t('field.pointId')} value={Number(draft.pointId) || null} onChange={(value) => set('pointId', value === null ? '' : String(value))} status={status} />}</Field>}
      {has('expression') && <div className={styles['gap']} />}
      {has('expression') && <ExpressionField label={t('field.expression')} required value={draft.expression} onChange={(value) => set('expression', value)} reasons={reasons('expression')} hint={t('expressionHint')} />}
      {has('values') && <><div className={styles['gap']} /><FormRow><TextField label={t('field.values')} mono value={draft.values} onChange={(value) => set('values', value)} reasons={reasons('values')} hint={t('valuesHint')} />{number('mask', t('maskHint'))}</FormRow></>}
      <div className={styles['gap']} />
      <FormRow>
        {number('setpoint')}
        {has('referencePointId') && <Field label={t('field.referencePointId')} reasons={reasons('referencePointId')} hint={t('referenceHint')}>{({ id, status }) => <PointSelect id={id} label={t('field.referencePointId')} value={Number(draft.referencePointId) || null} onChange={(value) => set('referencePointId', value === null ? '' : String(value))} status={status} />}</Field>}
        {number('limit')}
        {number('worseLimit', t('worseHint'))}
        {has('direction') && <SelectField label={t('field.direction')} value={draft.direction} onChange={(value) => set('direction', value ?? 'both')} options={(['both', 'up', 'down'] as const).map((value) => ({ value, label: t(`direction.${value}`) }))} />}
        {number('windowSeconds', draft.kind === 'stale' ? t('silenceHint') : t('slopeHint'))}
      </FormRow>
      {(has('deadband') || has('onDelaySeconds')) && <><div className={styles['gap']} /><FormRow>{number('deadband', t('deadbandHint'))}{number('onDelaySeconds', t('onDelayHint'))}{number('offDelaySeconds', t('offDelayHint'))}</FormRow></>}
    </Card>
  );
}

const severities = ['none', 'minor', 'major', 'severe'] as const;
const roles = ['operator', 'energyManager', 'environmentOfficer', 'safetyOfficer', 'enterpriseUser', 'administrator'] as const;

function Meaning({ edit: { draft, set }, reasons }: PartProps) {
  const t = useTexts(definitionTexts);
  const ui = useTexts(uiTexts);
  const suggested = suggestedPriority(draft.severity, Number(draft.timeToRespondSeconds) || null);
  return (
    <Card title={t('part.meaning')}>
      <FormRow>
        <SelectField label={t('field.severity')} value={draft.severity} onChange={(value) => set('severity', value ?? 'none')} options={severities.map((value) => ({ value, label: t(`severity.${value}`) }))} />
        <NumberField label={t('field.timeToRespondSeconds')} value={draft.timeToRespondSeconds} onChange={(value) => set('timeToRespondSeconds', value)} reasons={reasons('timeToRespondSeconds')} suffix="s" hint={t('respondHint')} />
        <Field label={t('priority')} required reasons={reasons('priority')} hint={suggested !== null && (String(suggested) === draft.priority ? t('suggestedTaken') : <>{t('suggested', { n: suggested })} <Button size="small" type="link" onClick={() => set('priority', String(suggested))}>{t('take')}</Button></>)}>
          {({ id }) => <Select id={id} aria-label={t('priority')} value={draft.priority} onChange={(value) => set('priority', value)} options={([1, 2, 3, 4] as const).map((value) => ({ value: String(value), label: <span><PriorityShape priority={value} size={16} decorative /> {ui(`priority.${value}`)}</span> }))} />}
        </Field>
      </FormRow>
      <div className={styles['gap']} />
      <LongField label={t('field.consequence')} value={draft.consequence} onChange={(value) => set('consequence', value)} reasons={reasons('consequence')} hint={t('consequenceHint')} rows={2} />
      <div className={styles['gap']} />
      <LongField label={t('field.response')} value={draft.response} onChange={(value) => set('response', value)} reasons={reasons('response')} hint={t('responseHint')} rows={4} />
      <div className={styles['gap']} />
      <FormRow>
        <SelectField label={t('field.requiredRole')} allowClear value={draft.requiredRole || null} onChange={(value) => set('requiredRole', value ?? '')} reasons={reasons('requiredRole')} options={roles.map((value) => ({ value, label: t(`role.${value}`) }))} />
        <NumberField label={t('field.stepUpAfterSeconds')} value={draft.stepUpAfterSeconds} onChange={(value) => set('stepUpAfterSeconds', value)} reasons={reasons('stepUpAfterSeconds')} suffix="s" hint={t('stepUpHint')} />
      </FormRow>
    </Card>
  );
}

/** Priority = f(consequence, time to respond), the matrix the server suggests by; shown while one types. */
export function suggestedPriority(severity: string, seconds: number | null): number | null {
  const column = severities.indexOf(severity as 'minor') - 1;
  if (column < 0 || seconds === null) return null;
  const row = seconds > 1800 ? 0 : seconds > 600 ? 1 : seconds >= 180 ? 2 : 3;
  return ([[null, 4, 4], [4, 4, 3], [4, 3, 2], [3, 2, 1]] as const)[row]?.[column] ?? null;
}

const plantStates = ['starting', 'stopping', 'stopped', 'maintenance', 'cleaning', 'running'] as const;

function Suppression({ edit: { draft, set }, reasons }: PartProps) {
  const t = useTexts(definitionTexts);
  return (
    <Card title={t('part.suppression')}>
      <p className={styles['note']} style={{ marginTop: 0 }}>{t('suppressionHint')}</p>
      <div className={styles['gap']} />
      <Field label={t('field.suppressIn')} reasons={reasons('suppressIn')}>
        {({ id }) => <Select id={id} mode="multiple" aria-label={t('field.suppressIn')} value={[...draft.suppressIn]} onChange={(value) => set('suppressIn', value)} options={plantStates.map((value) => ({ value, label: t(`plant.${value}`) }))} />}
      </Field>
      <div className={styles['gap']} />
      <ExpressionField label={t('field.suppressWhen')} value={draft.suppressWhen} onChange={(value) => set('suppressWhen', value)} reasons={reasons('suppressWhen')} hint={t('suppressWhenHint')} rows={2} />
    </Card>
  );
}

function LongField({ label, value, onChange, reasons, hint, rows }: { label: string; value: string; onChange: (value: string) => void; reasons?: readonly string[] | undefined; hint: string; rows: number }) {
  return <Field label={label} reasons={reasons} hint={hint}>{(attributes) => <Input.TextArea {...attributes} autoSize={{ minRows: rows, maxRows: 14 }} maxLength={2000} value={value} onChange={(event) => onChange(event.target.value)} />}</Field>;
}

/** The last day of the watched point, with what it is judged by. */
function Watched({ definition }: { definition: AlarmDefinition }) {
  const t = useTexts(definitionTexts);
  const point = useQuery({ ...pointQuery(definition.pointId ?? 0), enabled: definition.pointId !== null && definition.pointId !== undefined }).data;
  if (!point) return null;
  return <Card title={t('watched')}><RecentCurve point={point} minutes={24 * 60} height={200} /></Card>;
}

function History({ id }: { id: number }) {
  const t = useTexts(definitionTexts);
  const changes = useQuery(changesOfQuery(id));
  return (
    <Card title={t('history')}>
      <QueryView query={changes} isEmpty={(page) => page.total === 0} empty={t('history.empty')}>
        {(page) => <ul className={styles['changeList']}>{page.items.map((change) => <ChangeCard key={change.id} change={change} />)}</ul>}
      </QueryView>
    </Card>
  );
}

function DeleteDefinition({ tagged }: { tagged: Tagged<AlarmDefinition> }) {
  const t = useTexts(definitionTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const definitionName = useDefinitionName();
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState('');
  const remove = useMutation({
    mutationFn: () => readTagged(api.DELETE('/api/v1/alarms/definitions/{id}', { params: { path: { id: tagged.value.id }, query: { reason: why.trim() || undefined } }, headers: { 'If-Match': tagged.etag } })),
    onSuccess: ({ value }) => {
      void message.success(t(value ? 'pending.title' : 'deleted'));
      void queries.invalidateQueries({ queryKey: ['alarm-definitions'] });
      void navigate(links.alarmDefinitions);
    },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <>
      <Button danger type="text" onClick={() => setAsking(true)}>{ui('action.delete')}</Button>
      {asking && (
        <Modal open title={t('deleteTitle', { name: definitionName(tagged.value) })} okText={ui('action.delete')} okButtonProps={{ danger: true, disabled: why.trim() === '' }} cancelText={ui('action.cancel')} confirmLoading={remove.isPending} onOk={() => remove.mutate()} onCancel={() => setAsking(false)} width={460}>
          <p className={styles['note']} style={{ marginTop: 0 }}>{t('deleteText')}</p>
          <Input autoFocus aria-label={t('field.reason')} placeholder={t('field.reason')} maxLength={1000} value={why} onChange={(event) => setWhy(event.target.value)} />
        </Modal>
      )}
    </>
  );
}
