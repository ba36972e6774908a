import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Popconfirm, Switch } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { api, read, type Tagged } from '../../api/client';
import { quantitiesQuery } from '../../api/shared';
import { AssetSelect } from '../../ui/AssetSelect';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, FormRow, NumberField, SelectField, TextField } from '../../ui/Field';
import { formatFullTime } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { useEdit, type Edit } from '../../ui/useEdit';
import { UnsavedGuard } from '../../ui/UnsavedGuard';
import { storageTexts } from '../texts';
import { PointPicker } from '../trends/PointPicker';
import { State } from './CalculationListPage';
import styles from './Calculations.module.css';
import { bodyOf, draftOf, emptyCalculation, marked, settingsOf, unreadable, type CalculationDraft } from './draft';
import { FormulaPreviewCard } from './FormulaPreviewCard';
import { checkQuery, taggedCalculation, type Calculation } from './queries';

/** The picker takes the keyboard when nothing is chosen yet; here the formula has it. */
const nobody = [0];

const opened = ({ value, etag }: Tagged<Calculation>): Tagged<CalculationDraft> => ({ value: draftOf(value), etag });

export default function CalculationEditPage() {
  const t = useTexts(storageTexts);
  const { id } = useParams();
  const [search] = useSearchParams();
  if (id === undefined || id === 'new') {
    return <Page title={t('calc.newTitle')}><CalculationForm item={null} start={{ value: emptyCalculation(Number(search.get('asset')) || undefined), etag: '' }} /></Page>;
  }
  return <Existing id={Number(id)} />;
}

function Existing({ id }: { id: number }) {
  const t = useTexts(storageTexts);
  const name = useName();
  const calculation = useQuery({ queryKey: ['calculations', 'edit', id], queryFn: () => taggedCalculation(id), refetchOnWindowFocus: false, gcTime: 0 });
  const item = calculation.data?.value;
  return (
    <Page
      title={t('calc.editTitle')} figure={item && `${name(item.point.assetNameZh, item.point.assetNameEn)} · ${name(item.point.nameZh, item.point.nameEn)}`}
      actions={calculation.data && <DeleteCalculation tagged={calculation.data} />}
    >
      <QueryView query={calculation} skeleton="block">{(data) => <CalculationForm item={data.value} start={opened(data)} />}</QueryView>
    </Page>
  );
}

function CalculationForm({ item, start }: { item: Calculation | null; start: Tagged<CalculationDraft> }) {
  const t = useTexts(storageTexts);
  const ui = useTexts(uiTexts);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [checked, setChecked] = useState(false);
  const edit = useEdit<CalculationDraft>({
    opened: start,
    save: (draft, etag) => (item === null
      ? read(api.POST('/api/v1/calculations', { body: bodyOf(draft, true) }))
      : read(api.PUT('/api/v1/calculations/{id}', { params: { path: { id: item.id } }, headers: { 'If-Match': etag }, body: bodyOf(draft, false) }))),
    reread: async () => opened(await taggedCalculation(item?.id ?? 0)),
    onSaved: () => {
      void message.success(ui('saved'));
      void queries.invalidateQueries({ queryKey: ['calculations'] });
      void queries.invalidateQueries({ queryKey: ['points'] });
      void navigate('/calculations');
    },
  });
  const { draft, set } = edit;
  const bad = checked ? unreadable(draft) : new Set<string>();
  const reasons = (field: keyof CalculationDraft): readonly string[] | undefined => (bad.has(field) ? [ui('form.number')] : edit.reasons(field));
  // The check follows the typing without holding it up.
  const settings = useDeferredValue(settingsOf(draft));
  const check = useQuery(checkQuery(settings));
  return (
    <FormColumn wide onSubmit={() => { setChecked(true); if (unreadable(draft).size === 0) edit.submit(); }}>
      <UnsavedGuard dirty={edit.dirty && !edit.saving} />
      <ConflictNotice edit={edit} nameOf={(field) => t(`calc.${field}` as 'calc.formula')} />
      <div className={styles['editor']}>
        <div className={styles['column']}>
          <Formula edit={edit} reasons={reasons('formula')} />
          {item === null && <Result edit={edit} reasons={reasons} candidates={check.data?.candidates ?? []} />}
          <Card title={t('calc.when')}>
            <FormRow>
              <NumberField label={t('calc.holdSeconds')} suffix="s" value={draft.holdSeconds} onChange={(value) => set('holdSeconds', value)} reasons={reasons('holdSeconds')} hint={t('calc.holdHint')} />
              <NumberField label={t('calc.everySeconds')} suffix="s" value={draft.everySeconds} onChange={(value) => set('everySeconds', value)} reasons={reasons('everySeconds')} hint={t('calc.everyHint')} />
            </FormRow>
            <div style={{ display: 'flex', gap: 8, alignItems: 'center', marginTop: 12 }}>
              <Switch size="small" checked={draft.enabled} onChange={(value) => set('enabled', value)} aria-label={t('calc.enabled')} />{t('calc.enabled')}
            </div>
          </Card>
        </div>
        <div className={styles['column']}>
          <FormulaPreviewCard settings={settings} valid={check.data !== undefined && !check.isPlaceholderData && check.data.faults.length === 0 && unreadable(draft).size === 0} />
          <Inputs inputs={check.data?.inputs ?? []} unit={check.data?.unit ?? null} />
          {item && <Provenance item={item} />}
        </div>
      </div>
      <FormReason>{edit.refusal}</FormReason>
      <div style={{ display: 'flex', gap: 8 }}>
        <Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button>
        <Button onClick={() => void navigate('/calculations')}>{ui('action.cancel')}</Button>
      </div>
    </FormColumn>
  );
}

function Formula({ edit: { draft, set }, reasons }: { edit: Edit<CalculationDraft>; reasons: readonly string[] | undefined }) {
  const t = useTexts(storageTexts);
  const settings = useDeferredValue(settingsOf(draft));
  const check = useQuery(checkQuery(settings));
  // Faults of the text as it is now; those of a text one key ago would point at the wrong place.
  const faults = check.isPlaceholderData || settings.formula !== draft.formula ? [] : check.data?.faults ?? [];
  return (
    <Card title={t('calc.formula')}>
      <Field label={t('calc.formulaLabel')} required reasons={faults.length > 0 ? undefined : reasons} hint={t('calc.formulaHint')}>
        {({ status, ...attributes }) => <Input.TextArea {...attributes} status={faults.length > 0 ? 'error' : status} className="mono" autoSize={{ minRows: 3, maxRows: 12 }} spellCheck={false} value={draft.formula} onChange={(event) => set('formula', event.target.value)} />}
      </Field>
      {faults.length > 0 && (
        <>
          <pre className={`mono ${styles['echo']}`} aria-hidden>{marked(draft.formula, faults).map((piece, index) => <span key={index} className={piece.bad ? styles['bad'] : ''}>{piece.text}</span>)}</pre>
          <ul className={styles['faults']} role="alert">{faults.map((fault, index) => <li key={index}>{t('calc.fault', { at: fault.position + 1, reason: fault.reason })}</li>)}</ul>
        </>
      )}
      <div className={styles['pick']}><PointPicker ids={nobody} onChange={(ids) => set('formula', `${draft.formula}${draft.formula.trim() === '' ? '' : ' '}#${ids.at(-1)}`)} /></div>
    </Card>
  );
}

type Reasons = (field: keyof CalculationDraft) => readonly string[] | undefined;

function Result({ edit: { draft, set }, reasons, candidates }: { edit: Edit<CalculationDraft>; reasons: Reasons; candidates: readonly { quantity: string; unit: string }[] }) {
  const t = useTexts(storageTexts);
  const name = useName();
  const all = useQuery(quantitiesQuery).data ?? [];
  // What fits the formula stands first; without a formula, or with one that fits any, everything is offered.
  const fitting = candidates.length > 0 ? all.filter((quantity) => candidates.some((candidate) => candidate.quantity === quantity.code)) : all;
  const quantity = all.find((each) => each.code === draft.quantity);
  return (
    <Card title={t('calc.result')}>
      <FormRow>
        <Field label={t('calc.assetId')} required reasons={reasons('assetId')}>{({ id, status }) => <AssetSelect id={id} label={t('calc.assetId')} value={Number(draft.assetId) || null} onChange={(value) => set('assetId', value === null ? '' : String(value))} status={status} />}</Field>
        <TextField label={t('calc.code')} required mono value={draft.code} onChange={(value) => set('code', value)} reasons={reasons('code')} />
      </FormRow>
      <div style={{ height: 12 }} />
      <FormRow>
        <TextField label={t('calc.nameZh')} required value={draft.nameZh} onChange={(value) => set('nameZh', value)} reasons={reasons('nameZh')} />
        <TextField label={t('calc.nameEn')} value={draft.nameEn} onChange={(value) => set('nameEn', value)} reasons={reasons('nameEn')} />
      </FormRow>
      <div style={{ height: 12 }} />
      <FormRow>
        <SelectField
          label={t('calc.quantity')} required searchable value={draft.quantity || null} reasons={reasons('quantity')} options={fitting.map((each) => ({ value: each.code, label: name(each.nameZh, each.nameEn) }))}
          onChange={(code) => { set('quantity', code ?? ''); set('unit', candidates.find((candidate) => candidate.quantity === code)?.unit ?? all.find((each) => each.code === code)?.units[0]?.code ?? ''); }}
        />
        <SelectField label={t('calc.unit')} required value={draft.unit || null} onChange={(value) => set('unit', value ?? '')} reasons={reasons('unit')} options={(quantity?.units ?? []).map((unit) => ({ value: unit.code, label: unit.symbol || name(unit.nameZh, unit.nameEn) }))} />
      </FormRow>
    </Card>
  );
}

function Inputs({ inputs, unit }: { inputs: Calculation['inputs']; unit: string | null }) {
  const t = useTexts(storageTexts);
  const name = useName();
  return (
    <Card title={t('calc.inputs')}>
      {inputs.length === 0 ? <p className={styles['caption']}>{t('calc.noInputs')}</p> : (
        <ul className={styles['inputs']}>
          {inputs.map((input) => (
            <li key={input.pointId}>
              <span>{input.nameZh !== null && input.nameZh !== undefined ? `${name(input.assetNameZh ?? '', input.assetNameEn ?? '')} · ${name(input.nameZh, input.nameEn ?? '')}` : t('calc.hidden')} {input.unit && <span style={{ color: 'var(--ink-2)' }}>{input.unit}</span>}</span>
              <span className="mono">{input.mention}</span>
            </li>
          ))}
        </ul>
      )}
      {unit && <p className={styles['caption']}>{t('calc.gives', { unit })}</p>}
    </Card>
  );
}

function Provenance({ item }: { item: Calculation }) {
  const t = useTexts(storageTexts);
  return (
    <Card title={t('calc.provenance')}>
      <p style={{ margin: 0 }}>{t('calc.version', { n: item.version, by: item.changedBy })} · {formatFullTime(Date.parse(item.changed))}</p>
      <p style={{ margin: '6px 0 0' }}><State item={item} /></p>
    </Card>
  );
}

function DeleteCalculation({ tagged }: { tagged: Tagged<Calculation> }) {
  const t = useTexts(storageTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/calculations/{id}', { params: { path: { id: tagged.value.id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void message.success(t('calc.deleted')); void queries.invalidateQueries({ queryKey: ['calculations'] }); void navigate('/calculations'); },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <Popconfirm title={t('calc.deleteConfirm')} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}>
      <Button danger type="text" loading={remove.isPending}>{t('calc.delete')}</Button>
    </Popconfirm>
  );
}
