import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { api, read, readTagged, type Tagged } from '../../api/client';
import { quantitiesQuery } from '../../api/shared';
import type { PointItem } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, FormRow, NumberField, SelectField, TextField } from '../../ui/Field';
import { useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { Card, Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { useEdit, type Edit } from '../../ui/useEdit';
import { UnsavedGuard } from '../../ui/UnsavedGuard';
import { foundationTexts } from '../texts';
import { draftOf, editOf, emptyPoint, limitFields, unreadable, type PointDraft } from './pointDraft';
import { SeriesSelect } from './SeriesSelect';

const taggedPoint = (id: number) => readTagged(api.GET('/api/v1/points/{id}', { params: { path: { id } } }));
const opened = ({ value, etag }: Tagged<PointItem>): Tagged<PointDraft> => ({ value: draftOf(value), etag });

export default function PointEditPage() {
  const t = useTexts(foundationTexts);
  const id = useParams()['id'];
  const [search] = useSearchParams();
  if (id === undefined || id === 'new') {
    return <Page title={t('point.newTitle')}><PointForm id={null} start={{ value: emptyPoint(Number(search.get('asset')) || undefined), etag: '' }} /></Page>;
  }
  return <ExistingPoint id={Number(id)} />;
}

function ExistingPoint({ id }: { id: number }) {
  const t = useTexts(foundationTexts);
  const name = useName();
  const point = useQuery({ queryKey: ['points', 'edit', id], queryFn: () => taggedPoint(id), refetchOnWindowFocus: false, gcTime: 0 });
  return (
    <Page title={t('point.editTitle')} figure={point.data && `${name(point.data.value.assetNameZh, point.data.value.assetNameEn)} · ${name(point.data.value.nameZh, point.data.value.nameEn)}`} actions={point.data && <DeletePoint tagged={point.data} />}>
      <QueryView query={point} skeleton="block">{(data) => <PointForm id={id} start={opened(data)} />}</QueryView>
    </Page>
  );
}

function PointForm({ id, start }: { id: number | null; start: Tagged<PointDraft> }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [checked, setChecked] = useState(false);
  const edit = useEdit<PointDraft>({
    opened: start,
    save: (draft, etag) => (id === null
      ? read(api.POST('/api/v1/points', { body: editOf(draft) }))
      : read(api.PUT('/api/v1/points/{id}', { params: { path: { id } }, headers: { 'If-Match': etag }, body: editOf(draft) }))),
    reread: async () => opened(await taggedPoint(id ?? 0)),
    onSaved: () => {
      void message.success(ui('saved'));
      void queries.invalidateQueries({ queryKey: ['points'] });
      void navigate(-1);
    },
  });
  const { draft, set } = edit;
  const bad = checked ? unreadable(draft) : new Set<string>();
  const reasons = (field: keyof PointDraft): readonly string[] | undefined => (bad.has(field) ? [ui('form.number')] : edit.reasons(field) ?? edit.reasons(`limits.${field}`));
  const submit = (): void => {
    setChecked(true);
    if (unreadable(draft).size === 0) edit.submit();
  };
  return (
    <FormColumn wide onSubmit={submit}>
      <UnsavedGuard dirty={edit.dirty && !edit.saving} />
      <ConflictNotice edit={edit} nameOf={(field) => t(`point.${field}` as 'point.code')} />
      <Card title={t('point.identity')}>
        <FormRow>
          <Field label={t('point.asset')} required reasons={reasons('assetId')}>{({ id: fieldId, status }) => <AssetSelect id={fieldId} label={t('point.asset')} value={Number(draft.assetId) || null} onChange={(value) => set('assetId', value === null ? '' : String(value))} status={status} />}</Field>
          <TextField label={t('point.code')} required mono value={draft.code} onChange={(value) => set('code', value)} reasons={reasons('code')} />
        </FormRow>
        <div style={{ height: 12 }} />
        <FormRow>
          <TextField label={t('point.nameZh')} required value={draft.nameZh} onChange={(value) => set('nameZh', value)} reasons={reasons('nameZh')} />
          <TextField label={t('point.nameEn')} value={draft.nameEn} onChange={(value) => set('nameEn', value)} reasons={reasons('nameEn')} />
        </FormRow>
      </Card>
      <Meaning edit={edit} reasons={reasons} />
      <Binding edit={edit} reasons={reasons} />
      <Card title={t('point.limits')}>
        <FormRow>{limitFields.map((field) => <NumberField key={field} label={t(`point.${field}`)} value={draft[field]} onChange={(value) => set(field, value)} reasons={reasons(field)} />)}</FormRow>
        <p style={{ color: 'var(--caption)', fontSize: 12, marginTop: 8 }}>{t('point.limitsHint')}</p>
      </Card>
      <FormReason>{edit.refusal}</FormReason>
      <div style={{ display: 'flex', gap: 8 }}>
        <Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button>
        <Button onClick={() => void navigate(-1)}>{ui('action.cancel')}</Button>
      </div>
    </FormColumn>
  );
}

type Reasons = (field: keyof PointDraft) => readonly string[] | undefined;

function Meaning({ edit: { draft, set }, reasons }: { edit: Edit<PointDraft>; reasons: Reasons }) {
  const t = useTexts(foundationTexts);
  const name = useName();
  const quantities = useQuery(quantitiesQuery).data ?? [];
  const quantity = quantities.find((each) => each.code === draft.quantity);
  const choose = (code: string | null): void => {
    const chosen = quantities.find((each) => each.code === code);
    set('quantity', code ?? '');
    set('unit', chosen?.units[0]?.code ?? '');
    set('decimals', chosen ? String(chosen.decimals) : '');
  };
  return (
    <Card title={t('point.meaning')}>
      <FormRow>
        <SelectField label={t('point.quantity')} required searchable value={draft.quantity || null} onChange={choose} reasons={reasons('quantity')} options={quantities.map((each) => ({ value: each.code, label: name(each.nameZh, each.nameEn) }))} />
        <SelectField label={t('point.unit')} required value={draft.unit || null} onChange={(value) => set('unit', value ?? '')} reasons={reasons('unit')} options={(quantity?.units ?? []).map((unit) => ({ value: unit.code, label: unit.symbol ? `${unit.symbol}  ${name(unit.nameZh, unit.nameEn)}` : name(unit.nameZh, unit.nameEn) }))} />
        <NumberField label={t('point.decimals')} value={draft.decimals} onChange={(value) => set('decimals', value)} reasons={reasons('decimals')} />
      </FormRow>
      <div style={{ height: 12 }} />
      <FormRow>
        <NumberField label={t('point.scale')} value={draft.scale} onChange={(value) => set('scale', value)} reasons={reasons('scale')} hint={t('point.scaleHint')} />
        <NumberField label={t('point.offset')} value={draft.offset} onChange={(value) => set('offset', value)} reasons={reasons('offset')} />
        <NumberField label={t('point.staleAfterSeconds')} value={draft.staleAfterSeconds} onChange={(value) => set('staleAfterSeconds', value)} reasons={reasons('staleAfterSeconds')} hint={t('point.staleHint')} />
      </FormRow>
    </Card>
  );
}

function Binding({ edit: { draft, set }, reasons }: { edit: Edit<PointDraft>; reasons: Reasons }) {
  const t = useTexts(foundationTexts);
  return (
    <Card title={t('point.binding')}>
      <Field label={t('point.pickSeries')} hint={t('point.bindingHint')}>
        {({ id }) => <SeriesSelect id={id} label={t('point.pickSeries')} onChoose={(series) => { set('gateway', series.gateway); set('source', series.source); set('channel', series.channel); }} />}
      </Field>
      <div style={{ height: 12 }} />
      <FormRow>
        <TextField label={t('point.gateway')} mono value={draft.gateway} onChange={(value) => set('gateway', value)} reasons={reasons('gateway')} />
        <TextField label={t('point.source')} mono value={draft.source} onChange={(value) => set('source', value)} reasons={reasons('source')} />
        <TextField label={t('point.channel')} mono value={draft.channel} onChange={(value) => set('channel', value)} reasons={reasons('channel')} />
      </FormRow>
    </Card>
  );
}

function DeletePoint({ tagged }: { tagged: Tagged<PointItem> }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/points/{id}', { params: { path: { id: tagged.value.id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void message.success(t('point.deleted')); void queries.invalidateQueries({ queryKey: ['points'] }); void navigate(links.points()); },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <Popconfirm title={t('point.deleteConfirm', { name: name(tagged.value.nameZh, tagged.value.nameEn) })} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}>
      <Button danger type="text" loading={remove.isPending}>{t('point.delete')}</Button>
    </Popconfirm>
  );
}
