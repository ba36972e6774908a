import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useMemo, useState } from 'react';
import { api, readTagged, type Tagged } from '../../api/client';
import type { SourceItem } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, NumberField, parseNumber, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { uiTexts } from '../../ui/texts';
import { useEdit } from '../../ui/useEdit';
import { perceptionTexts } from '../texts';

interface SourceDraft { nameZh: string; nameEn: string; assetId: number | null; heartbeatSeconds: string }

const draftOf = (source: SourceItem): SourceDraft => ({ nameZh: source.nameZh ?? '', nameEn: source.nameEn ?? '', assetId: source.assetId ?? null, heartbeatSeconds: String(source.heartbeatSeconds) });

export function SourceSettings({ tagged }: { tagged: Tagged<SourceItem> }) {
  const t = useTexts(perceptionTexts);
  const ui = useTexts(uiTexts);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const id = tagged.value.id;
  // Counters of a live source change its version tag as well; the form follows them until something is typed.
  const opened = useMemo(() => ({ value: draftOf(tagged.value), etag: tagged.etag }), [tagged]);
  const [badNumber, setBadNumber] = useState(false);
  const edit = useEdit<SourceDraft>({
    opened,
    save: (draft, etag) => api.PUT('/api/v1/sources/{id}', { params: { path: { id } }, headers: { 'If-Match': etag }, body: { nameZh: draft.nameZh, nameEn: draft.nameEn, assetId: draft.assetId, heartbeatSeconds: Number(draft.heartbeatSeconds) } }),
    reread: async () => {
      const fresh = await readTagged(api.GET('/api/v1/sources/{id}', { params: { path: { id } } }));
      return { value: draftOf(fresh.value), etag: fresh.etag };
    },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['sources'] }); },
  });
  const { draft, set, reasons } = edit;
  const submit = (): void => {
    const seconds = parseNumber(draft.heartbeatSeconds);
    setBadNumber(seconds === null || seconds === undefined);
    if (seconds !== null && seconds !== undefined) edit.submit();
  };
  return (
    <FormColumn onSubmit={submit}>
      <ConflictNotice edit={edit} nameOf={(field) => t(`sources.${field}` as 'sources.nameZh')} />
      <TextField label={t('sources.nameZh')} value={draft.nameZh} onChange={(value) => set('nameZh', value)} reasons={reasons('nameZh')} />
      <TextField label={t('sources.nameEn')} value={draft.nameEn} onChange={(value) => set('nameEn', value)} reasons={reasons('nameEn')} />
      <Field label={t('sources.assetId')} reasons={reasons('assetId')}>{({ id: fieldId, status }) => <AssetSelect id={fieldId} label={t('sources.assetId')} value={draft.assetId} onChange={(value) => set('assetId', value)} status={status} />}</Field>
      <NumberField label={t('sources.heartbeatSeconds')} value={draft.heartbeatSeconds} onChange={(value) => set('heartbeatSeconds', value)} hint={t('sources.heartbeatHint')} reasons={badNumber ? [ui('form.number')] : reasons('heartbeatSeconds')} />
      <FormReason>{edit.refusal}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}
