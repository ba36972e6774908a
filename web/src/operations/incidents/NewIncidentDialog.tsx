import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { AssetSelect } from '../../ui/AssetSelect';
import { Field, FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { incidentTexts } from './texts';

export function NewIncidentDialog({ alarmIds, onClose }: { alarmIds: readonly number[]; onClose: () => void }) {
  const t = useTexts(incidentTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [title, setTitle] = useState('');
  const [assetId, setAssetId] = useState<number | null>(null);
  const [priority, setPriority] = useState('');
  const [note, setNote] = useState('');
  const open = useMutation({
    mutationFn: () => read(api.POST('/api/v1/incidents', { body: { title, assetId, priority: priority === '' ? null : Number(priority), alarmIds: [...alarmIds], note: note || null } })),
    onSuccess: (made) => { void queries.invalidateQueries({ queryKey: ['incidents'] }); void navigate(`/incidents/${made.incident.id}`); },
  });
  const fields = open.error instanceof ProblemError ? open.error.fields : {};
  const known = [...Object.keys(fields)].some((field) => ['title', 'assetId', 'priority', 'note'].includes(field));
  return (
    <Modal open title={alarmIds.length > 0 ? t('new.fromAlarms', { n: alarmIds.length }) : t('new')} onCancel={onClose} okText={t('new')} cancelText={ui('action.cancel')} onOk={() => open.mutate()} confirmLoading={open.isPending} okButtonProps={{ disabled: title.trim() === '' }}>
      <FormColumn onSubmit={() => open.mutate()}>
        <TextField label={t('name')} value={title} onChange={setTitle} reasons={fields['title']} required autoFocus />
        <Field label={t('asset')} reasons={fields['assetId']}>{({ id, status }) => <AssetSelect id={id} label={t('asset')} value={assetId} onChange={setAssetId} placeholder={alarmIds.length > 0 ? t('priority.default') : t('everywhere')} allowClear status={status} />}</Field>
        <SelectField label={t('priority')} value={priority} onChange={(value) => setPriority(value ?? '')} reasons={fields['priority']} options={[{ value: '', label: alarmIds.length > 0 ? t('priority.default') : ui('priority.3') }, ...([1, 2, 3, 4] as const).map((each) => ({ value: String(each), label: ui(`priority.${each}`) }))]} />
        <Field label={t('first.note')} reasons={fields['note']}>{({ id, status, ...attributes }) => <Input.TextArea {...attributes} id={id} status={status} autoSize={{ minRows: 2, maxRows: 8 }} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
        <FormReason>{open.error && !known ? Object.values(fields).flat().join('；') || reason(open.error) : null}</FormReason>
      </FormColumn>
    </Modal>
  );
}
