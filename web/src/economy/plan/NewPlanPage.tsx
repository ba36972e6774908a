import { Button, Input } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../api/client';
import { Field, FormColumn, FormReason, FormRow, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { planTexts } from './texts';
import { usePlanChange } from './usePlanChange';

/** A plan of one's own: its head typed, its targets pasted from a spreadsheet. */
export default function NewPlanPage() {
  const t = useTexts(planTexts);
  const navigate = useNavigate();
  const [draft, setDraft] = useState({ code: '', nameZh: '', nameEn: '', document: '', start: '', end: '', table: '' });
  const set = (field: keyof typeof draft) => (value: string): void => setDraft((before) => ({ ...before, [field]: value }));
  const change = usePlanChange(() => read(api.POST('/api/v1/economy/plan/plans/import', { body: draft })), () => void navigate(`/economy/plan?plan=${encodeURIComponent(draft.code)}`));
  const ofTable = Object.entries(change.fields).filter(([field]) => field.startsWith('table') || field.startsWith('targets')).map(([field, reasons]) => `${field}：${reasons.join('；')}`);
  return (
    <Page title={t('new.title')}>
      <Card>
        <FormColumn wide onSubmit={change.run}>
          <FormRow>
            <TextField label={t('new.code')} required value={draft.code} onChange={set('code')} reasons={change.fields['code']} />
            <TextField label={t('new.document')} required value={draft.document} onChange={set('document')} reasons={change.fields['document']} />
          </FormRow>
          <FormRow>
            <TextField label={t('new.nameZh')} required value={draft.nameZh} onChange={set('nameZh')} reasons={change.fields['nameZh']} />
            <TextField label={t('new.nameEn')} required value={draft.nameEn} onChange={set('nameEn')} reasons={change.fields['nameEn']} />
          </FormRow>
          <FormRow>
            <TextField label={t('new.start')} required value={draft.start} onChange={set('start')} reasons={change.fields['start']} />
            <TextField label={t('new.end')} required value={draft.end} onChange={set('end')} reasons={change.fields['end']} />
          </FormRow>
          <Field label={t('new.table')} required hint={t('new.tableHint')} reasons={ofTable.length > 0 ? ofTable : undefined}>{(attributes) => <Input.TextArea {...attributes} className="mono" autoSize={{ minRows: 10, maxRows: 30 }} value={draft.table} onChange={(event) => set('table')(event.target.value)} />}</Field>
          <FormReason>{change.failure}</FormReason>
          <div><Button type="primary" htmlType="submit" loading={change.isPending}>{t('new.title')}</Button></div>
        </FormColumn>
      </Card>
    </Page>
  );
}
