import { queryOptions, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { api, read, type Tagged } from '../../api/client';
import type { AttributeItem } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { DateInput } from '../../ui/DateInput';
import { Field, FormColumn, FormReason, FormRow, SelectField, TextField } from '../../ui/Field';
import { useName, useTexts } from '../../ui/i18n';
import { uiTexts } from '../../ui/texts';
import { useEdit } from '../../ui/useEdit';
import { UnsavedGuard } from '../../ui/UnsavedGuard';
import { foundationTexts } from '../texts';
import { assetKinds, definitionsOf, isGeometry, type AssetDraft } from './assetDraft';

export const attributesQuery = queryOptions({ queryKey: ['asset-attributes'], queryFn: ({ signal }) => read(api.GET('/api/v1/asset-attributes', { signal })), staleTime: Infinity });
const industriesQuery = queryOptions({ queryKey: ['industries'], queryFn: ({ signal }) => read(api.GET('/api/v1/industries', { signal })), staleTime: Infinity });

interface AssetFormProps {
  opened: Tagged<AssetDraft>;
  definitions: readonly AttributeItem[];
  isNew: boolean;
  save: (draft: AssetDraft, etag: string) => Promise<unknown>;
  reread: () => Promise<Tagged<AssetDraft>>;
  onSaved: () => void;
  extra?: React.ReactNode;
}

export function AssetForm({ opened, definitions, isNew, save, reread, onSaved, extra }: AssetFormProps) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const [checked, setChecked] = useState(false);
  const edit = useEdit<AssetDraft>({ opened, save, reread, onSaved });
  const { draft, set, reasons } = edit;
  const text = (field: string): string => draft[field] ?? '';
  const attributes = definitionsOf(text('kind'), definitions);
  const nameOf = (field: string): string => {
    const attribute = attributes.find((each) => `attributes.${each.name}` === field);
    return attribute ? name(attribute.nameZh, attribute.nameEn) : t(`asset.${field}` as 'asset.code');
  };
  const submit = (): void => {
    setChecked(true);
    if (isGeometry(text('geometry'))) edit.submit();
  };
  return (
    <FormColumn wide onSubmit={submit}>
      <UnsavedGuard dirty={edit.dirty && !edit.saving} />
      <ConflictNotice edit={edit} nameOf={nameOf} />
      <h3>{t('asset.identity')}</h3>
      <FormRow>
        <SelectField label={t('asset.kind')} required disabled={!isNew} value={text('kind')} onChange={(value) => set('kind', value ?? '')} reasons={reasons('kind')} options={assetKinds.map((kind) => ({ value: kind, label: ui(`kind.${kind}`) }))} />
        <Field label={t('asset.parentId')} reasons={reasons('parentId')}>{({ id, status }) => <AssetSelect id={id} label={t('asset.parentId')} allowClear placeholder={t('asset.noParent')} value={Number(text('parentId')) || null} onChange={(value) => set('parentId', value === null ? '' : String(value))} status={status} />}</Field>
        <TextField label={t('asset.code')} required mono value={text('code')} onChange={(value) => set('code', value)} reasons={reasons('code')} />
      </FormRow>
      <FormRow>
        <TextField label={t('asset.nameZh')} required value={text('nameZh')} onChange={(value) => set('nameZh', value)} reasons={reasons('nameZh')} />
        <TextField label={t('asset.nameEn')} value={text('nameEn')} onChange={(value) => set('nameEn', value)} reasons={reasons('nameEn')} />
      </FormRow>
      {attributes.length > 0 && <h3>{t('asset.details')}</h3>}
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(210px, 1fr))', gap: 12, alignItems: 'start' }}>
        {attributes.map((attribute) => <AttributeField key={attribute.name} attribute={attribute} value={text(`attributes.${attribute.name}`)} onChange={(value) => set(`attributes.${attribute.name}`, value)} reasons={reasons(`attributes.${attribute.name}`)} />)}
      </div>
      <h3>{t('asset.place')}</h3>
      <Field label={t('asset.geometry')} hint={t('asset.geometryHint')} reasons={checked && !isGeometry(text('geometry')) ? [t('asset.geometryBad')] : reasons('geometry')}>
        {(field) => <Input.TextArea {...field} className="mono" autoSize={{ minRows: 2, maxRows: 8 }} value={text('geometry')} onChange={(event) => set('geometry', event.target.value)} />}
      </Field>
      <FormReason>{edit.refusal}</FormReason>
      <div style={{ display: 'flex', gap: 8 }}>
        <Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button>
        {extra}
      </div>
    </FormColumn>
  );
}

/** One typed attribute with the control its type asks for. */
function AttributeField({ attribute, value, onChange, reasons }: { attribute: AttributeItem; value: string; onChange: (value: string) => void; reasons: readonly string[] | undefined }) {
  const t = useTexts(foundationTexts);
  const name = useName();
  const industries = useQuery({ ...industriesQuery, enabled: attribute.type === 'industry' });
  const common = { label: name(attribute.nameZh, attribute.nameEn), reasons };
  if (attribute.type === 'boolean' || attribute.type === 'choice' || attribute.type === 'industry') {
    const options = attribute.type === 'boolean' ? [{ value: 'true', label: t('asset.yes') }, { value: 'false', label: t('asset.no') }]
      : attribute.type === 'choice' ? attribute.choices.map((choice) => ({ value: choice.code, label: name(choice.nameZh, choice.nameEn) }))
      : (industries.data ?? []).map((industry) => ({ value: industry.code, label: `${industry.code} ${name(industry.nameZh, industry.nameEn)}` }));
    // A code finer than the catalogue's divisions is kept as it stands.
    const shown = value !== '' && !options.some((option) => option.value === value) ? [{ value, label: value }, ...options] : options;
    return <SelectField {...common} allowClear searchable value={value === '' ? null : value} onChange={(next) => onChange(next ?? '')} options={shown} />;
  }
  if (attribute.type === 'date') return <Field {...common}>{(field) => <DateInput id={field.id} label={common.label} value={value} onChange={onChange} />}</Field>;
  return <TextField {...common} value={value} onChange={onChange} mono={attribute.type === 'creditCode'} />;
}
