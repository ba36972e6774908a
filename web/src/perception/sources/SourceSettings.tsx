import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useMemo, useState } from 'react';
import { api, type Tagged } from '../../api/client';
import type { Gateway, SourceDetail } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, NumberField, numberText, parseNumber, TextField } from '../../ui/Field';
import { useName, useTexts } from '../../ui/i18n';
import { QueryView } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { useEdit } from '../../ui/useEdit';
import { gatewaysQuery, readSource } from '../queries';
import { perceptionTexts } from '../texts';

/** All text while it is typed; what the gateway lets one set stands under `settings.<name>`. */
type SourceDraft = Record<string, string>;

const draftOf = (source: SourceDetail, gateway: Gateway | undefined): SourceDraft => ({
  nameZh: source.nameZh ?? '', nameEn: source.nameEn ?? '', assetId: source.assetId ? String(source.assetId) : '', heartbeatSeconds: numberText(source.configuredHeartbeatSeconds),
  ...Object.fromEntries((gateway?.settings ?? []).map(({ name }) => [`settings.${name}`, source.settings?.[name] ?? ''])),
});

export function SourceSettings({ tagged }: { tagged: Tagged<SourceDetail> }) {
  const gateways = useQuery(gatewaysQuery);
  return <QueryView query={gateways} skeleton="block">{(all) => <SettingsForm tagged={tagged} gateway={all.find((gateway) => gateway.name === tagged.value.gateway)} />}</QueryView>;
}

function SettingsForm({ tagged, gateway }: { tagged: Tagged<SourceDetail>; gateway: Gateway | undefined }) {
  const t = useTexts(perceptionTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { id, template, secretsSet } = tagged.value;
  const settings = gateway?.settings ?? [];
  const opened = useMemo(() => ({ value: draftOf(tagged.value, gateway), etag: tagged.etag }), [tagged, gateway]);
  const [badNumber, setBadNumber] = useState(false);
  const edit = useEdit<SourceDraft>({
    opened,
    save: (draft, etag) => api.PUT('/api/v1/sources/{id}', { params: { path: { id } }, headers: { 'If-Match': etag }, body: editOf(draft, template ?? null, settings) }),
    reread: async () => {
      const fresh = await readSource(id);
      return { value: draftOf(fresh.value, gateway), etag: fresh.etag };
    },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['sources'] }); },
  });
  const { draft, set, reasons } = edit;
  const text = (field: string): string => draft[field] ?? '';
  const nameOf = (field: string): string => {
    const setting = settings.find((each) => `settings.${each.name}` === field);
    return setting ? name(setting.labelZh, setting.labelEn) : t(`sources.${field}` as 'sources.nameZh');
  };
  const submit = (): void => {
    const wrong = parseNumber(text('heartbeatSeconds')) === undefined;
    setBadNumber(wrong);
    if (!wrong) edit.submit();
  };
  return (
    <FormColumn onSubmit={submit}>
      <ConflictNotice edit={edit} nameOf={nameOf} />
      <TextField label={t('sources.nameZh')} value={text('nameZh')} onChange={(value) => set('nameZh', value)} reasons={reasons('nameZh')} />
      <TextField label={t('sources.nameEn')} value={text('nameEn')} onChange={(value) => set('nameEn', value)} reasons={reasons('nameEn')} />
      <Field label={t('sources.assetId')} reasons={reasons('assetId')}>{({ id: fieldId, status }) => <AssetSelect id={fieldId} label={t('sources.assetId')} value={Number(text('assetId')) || null} onChange={(value) => set('assetId', value === null ? '' : String(value))} status={status} allowClear />}</Field>
      <NumberField label={t('sources.heartbeatSeconds')} value={text('heartbeatSeconds')} onChange={(value) => set('heartbeatSeconds', value)} hint={`${t('sources.heartbeatHint')} ${t('sources.heartbeatInherit')}`} reasons={badNumber ? [ui('form.number')] : reasons('heartbeatSeconds')} />
      {settings.length > 0 && <h3>{t('sources.gatewaySettings')}</h3>}
      {settings.map((setting) => {
        const field = `settings.${setting.name}`;
        const isSet = setting.secret && (secretsSet?.includes(setting.name) ?? false);
        return <TextField key={field} label={name(setting.labelZh, setting.labelEn)} value={text(field)} onChange={(value) => set(field, value)} reasons={reasons(field)} hint={isSet ? t('sources.secretSet') : name(setting.expectedZh, setting.expectedEn)} type={setting.secret ? 'password' : 'text'} autoComplete={setting.secret ? 'new-password' : 'off'} />;
      })}
      <FormReason>{edit.refusal}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}

/** An emptied setting goes back to the gateway's default; a secret nobody typed stays as it is, because it is never shown. */
function editOf(draft: SourceDraft, template: string | null, known: Gateway['settings']) {
  const settings = Object.fromEntries(known.map(({ name, secret }) => ({ name, secret, value: (draft[`settings.${name}`] ?? '').trim() })).filter(({ secret, value }) => !secret || value !== '').map(({ name, value }) => [name, value]));
  return { nameZh: draft['nameZh']?.trim() || null, nameEn: draft['nameEn']?.trim() || null, assetId: Number(draft['assetId']) || null, heartbeatSeconds: parseNumber(draft['heartbeatSeconds'] ?? '') ?? null, template, settings };
}
