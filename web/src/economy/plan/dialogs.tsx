import { Checkbox, Input, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { api, read } from '../../api/client';
import { Field, FormColumn, FormReason, NumberField, parseNumber, SelectField, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { uiTexts } from '../../ui/texts';
import type { PartDraft, PlanValue, TargetDetail } from './queries';
import { planTexts } from './texts';
import { usePlanChange } from './usePlanChange';

function Dialog({ title, ok, change, onClose, children }: { title: string; ok: string; change: { run: () => void; isPending: boolean; failure: string | null }; onClose: () => void; children: ReactNode }) {
  const ui = useTexts(uiTexts);
  return (
    <Modal open title={title} okText={ok} cancelText={ui('action.cancel')} confirmLoading={change.isPending} onOk={change.run} onCancel={onClose} width={520}>
      <FormColumn onSubmit={change.run}>{children}<FormReason>{change.failure}</FormReason><button type="submit" hidden /></FormColumn>
    </Modal>
  );
}

/** A new figure, or the correction of one. */
export function FigureDialog({ detail, replaces, onClose }: { detail: TargetDetail; replaces?: PlanValue; onClose: () => void }) {
  const t = useTexts(planTexts);
  const target = detail.row.target;
  const [year, setYear] = useState(String(replaces?.year ?? Math.min(target.year, new Date().getFullYear() - 1)));
  const [value, setValue] = useState('');
  const [document, setDocument] = useState('');
  const [section, setSection] = useState('');
  const [note, setNote] = useState('');
  const [qualifier, setQualifier] = useState<PlanValue['qualifier']>('exact');
  const [isSum, setIsSum] = useState(true);
  const change = usePlanChange(() => read(api.POST('/api/v1/economy/plan/targets/{id}/figures', {
    params: { path: { id: detail.row.targetId } },
    body: { year: Math.trunc(parseNumber(year) ?? 0), value: parseNumber(value) ?? Number.NaN, document: document.trim(), section: section.trim(), qualifier, isSum, note, replaces: replaces?.id ?? null },
  })), onClose);
  return (
    <Dialog title={replaces ? t('target.correct') : t('target.enter')} ok={t('target.enter')} change={change} onClose={onClose}>
      {replaces && <p>{t('figure.replaces', { id: replaces.id })}</p>}
      <NumberField label={t('figure.year')} required value={year} onChange={setYear} reasons={change.fields['year']} />
      <NumberField label={t('figure.value')} required suffix={target.unit} value={value} onChange={setValue} reasons={change.fields['value'] ?? change.fields['replaces']} />
      <SelectField label={t('figure.qualifier')} value={qualifier} onChange={(next) => setQualifier((next ?? 'exact') as PlanValue['qualifier'])} options={(['exact', 'atLeast', 'moreThan', 'about'] as const).map((each) => ({ value: each, label: t(each) }))} reasons={change.fields['qualifier']} />
      {detail.row.kind === 'cumulative' && <Checkbox checked={isSum} onChange={(event) => setIsSum(event.target.checked)}>{t('figure.isSum')}</Checkbox>}
      <TextField label={t('figure.document')} required value={document} onChange={setDocument} reasons={change.fields['document']} />
      <TextField label={t('figure.section')} required value={section} onChange={setSection} reasons={change.fields['section']} />
      <TextField label={t('figure.note')} value={note} onChange={setNote} reasons={change.fields['note']} />
    </Dialog>
  );
}

/** A line each: name, value, weight, responsible unit. */
export function partsOf(text: string, assets: ReadonlyMap<string, number | null>): PartDraft[] {
  return text.split('\n').map((line) => line.split(/[,，\t]/).map((cell) => cell.trim())).filter(([area]) => area).map(([area = '', value = '', weight = '', responsible = '']) => ({ area, value: parseNumber(value) ?? Number.NaN, assetId: assets.get(area) ?? null, weight: parseNumber(weight) ?? null, responsible }));
}

export function PartsDialog({ detail, etag, onClose }: { detail: TargetDetail; etag: string; onClose: () => void }) {
  const t = useTexts(planTexts);
  const [text, setText] = useState(() => detail.parts.map((part) => [part.area, part.value ?? '', part.weight ?? '', part.responsible].join(', ')).join('\n'));
  const assets = new Map(detail.parts.map((part) => [part.area, part.assetId]));
  const change = usePlanChange(() => read(api.PUT('/api/v1/economy/plan/targets/{id}/parts', { params: { path: { id: detail.row.targetId } }, headers: { 'If-Match': etag }, body: partsOf(text, assets) })), onClose);
  return (
    <Dialog title={t('target.divide')} ok={t('target.divide')} change={change} onClose={onClose}>
      <Field label={t('target.parts')} hint={t('parts.hint')} reasons={change.all ? [change.all] : undefined}>{(attributes) => <Input.TextArea {...attributes} autoSize={{ minRows: 6, maxRows: 20 }} value={text} onChange={(event) => setText(event.target.value)} />}</Field>
    </Dialog>
  );
}

export function ChangeDialog({ detail, etag, onClose }: { detail: TargetDetail; etag: string; onClose: () => void }) {
  const t = useTexts(planTexts);
  const [responsible, setResponsible] = useState(detail.row.responsible);
  const [value, setValue] = useState(detail.row.target.value === null ? '' : String(detail.row.target.value));
  const [reference, setReference] = useState('');
  const [path, setPath] = useState(detail.path.map((point) => `${point.year} ${point.value}`).join('\n'));
  const change = usePlanChange(() => read(api.PUT('/api/v1/economy/plan/targets/{id}', {
    params: { path: { id: detail.row.targetId } }, headers: { 'If-Match': etag },
    body: { responsible, value: parseNumber(value) ?? null, reference, path: path.split('\n').filter((line) => line.trim()).map((line) => { const [year = '', number = ''] = line.trim().split(/\s+/); return { year: Math.trunc(Number(year)), value: parseNumber(number) ?? Number.NaN }; }) },
  })), onClose);
  return (
    <Dialog title={t('target.change')} ok={t('target.change')} change={change} onClose={onClose}>
      <TextField label={t('board.unit')} value={responsible} onChange={setResponsible} reasons={change.fields['responsible']} />
      <NumberField label={t('change.value')} suffix={detail.row.target.unit} value={value} onChange={setValue} reasons={change.fields['value']} />
      <TextField label={t('change.reference')} value={reference} onChange={setReference} reasons={change.fields['reference']} />
      <Field label={t('change.path')} reasons={Object.entries(change.fields).filter(([field]) => field.startsWith('path')).flatMap(([, reasons]) => reasons)}>{(attributes) => <Input.TextArea {...attributes} autoSize={{ minRows: 2 }} value={path} onChange={(event) => setPath(event.target.value)} />}</Field>
    </Dialog>
  );
}

export function OpenCaseDialog({ targetId, name, onClose, onOpened }: { targetId: number; name: string; onClose: () => void; onOpened: (id: number) => void }) {
  const t = useTexts(planTexts);
  const [cause, setCause] = useState('');
  const [reference, setReference] = useState('');
  const change = usePlanChange(() => read(api.POST('/api/v1/economy/plan/cases', { body: { targetId, cause, title: '', reference } })), (item) => onOpened(item.id));
  return (
    <Dialog title={`${t('target.open')}：${name}`} ok={t('action.open')} change={change} onClose={onClose}>
      <TextField label={t('case.cause')} required autoFocus value={cause} onChange={setCause} reasons={change.fields['cause']} />
      <TextField label={t('case.reference')} value={reference} onChange={setReference} reasons={change.fields['reference']} />
    </Dialog>
  );
}
