import { useQuery } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, read } from '../../api/client';
import { DataTable } from '../../ui/DataTable';
import { Field, FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { formatFullTime } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import styles from './Plan.module.css';
import { plansQuery, reportsQuery, writePlans, type ReportKind } from './queries';
import { planTexts } from './texts';
import { usePlanChange } from './usePlanChange';

/** Annual monitoring, mid-term evaluation, final summary: what was known then, as it was frozen. */
export default function ReportsPage() {
  const t = useTexts(planTexts);
  const can = useCan();
  const reports = useQuery(reportsQuery);
  const navigate = useNavigate();
  const [freezing, setFreezing] = useState(false);
  return (
    <Page title={t('reports.title')} figure={reports.data && t('reports.figure', { n: reports.data.length })} actions={can(writePlans) && <Button type="primary" onClick={() => setFreezing(true)}>{t('reports.new')}</Button>}>
      <Card>
        <QueryView query={reports} isEmpty={(all) => all.length === 0} empty={t('reports.none')}>
          {(all) => (
            <DataTable label={t('reports.title')} rows={all} rowKey={(report) => report.id} onOpen={(report) => void navigate(`/economy/plan/reports/${report.id}`)} columns={[
              { key: 'title', title: t('reports.title'), render: (report) => <Link to={`/economy/plan/reports/${report.id}`}>{report.title}</Link> },
              { key: 'kind', title: t('reports.kind'), width: 150, render: (report) => t(report.kind) },
              { key: 'asOf', title: t('target.asOf'), width: 120, render: (report) => report.asOf },
              { key: 'frozen', title: t('reports.frozen'), width: 180, render: (report) => formatFullTime(report.frozen) },
              { key: 'by', title: t('reports.by'), width: 120, render: (report) => report.frozenBy },
              { key: 'intact', title: t('col.status'), render: (report) => <span className={report.isIntact ? '' : styles['warn']}>{t(report.isIntact ? 'report.intact' : 'report.broken')}</span> },
            ]} />
          )}
        </QueryView>
      </Card>
      {freezing && <FreezeDialog onClose={() => setFreezing(false)} onFrozen={(id) => void navigate(`/economy/plan/reports/${id}`)} />}
    </Page>
  );
}

function FreezeDialog({ onClose, onFrozen }: { onClose: () => void; onFrozen: (id: number) => void }) {
  const t = useTexts(planTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const plans = useQuery(plansQuery).data ?? [];
  const [plan, setPlan] = useState<string | null>(null);
  const [kind, setKind] = useState<ReportKind>('annual');
  const [asOf, setAsOf] = useState('');
  const [title, setTitle] = useState('');
  const [summary, setSummary] = useState('');
  const chosen = plan ?? (plans[0] ? String(plans[0].id) : null);
  const change = usePlanChange(() => read(api.POST('/api/v1/economy/plan/reports', { body: { planId: Number(chosen), kind, asOf: asOf.trim() || null, title, summary } })), (report) => onFrozen(report.id));
  return (
    <Modal open title={t('reports.new')} okText={t('reports.freeze')} cancelText={ui('action.cancel')} confirmLoading={change.isPending} onOk={change.run} onCancel={onClose} width={520}>
      <FormColumn onSubmit={change.run}>
        <SelectField label={t('board.plan')} required value={chosen} onChange={setPlan} options={plans.map((each) => ({ value: String(each.id), label: name(each.nameZh, each.nameEn) }))} />
        <SelectField label={t('reports.kind')} required value={kind} onChange={(value) => setKind((value ?? 'annual') as ReportKind)} options={(['annual', 'midTerm', 'final'] as const).map((each) => ({ value: each, label: t(each) }))} reasons={change.fields['kind']} />
        <TextField label={t('reports.asOf')} value={asOf} onChange={setAsOf} reasons={change.fields['asOf']} />
        <TextField label={t('reports.reportTitle')} value={title} onChange={setTitle} reasons={change.fields['title']} />
        <Field label={t('reports.summary')} reasons={change.fields['summary']}>{(attributes) => <Input.TextArea {...attributes} autoSize={{ minRows: 3 }} value={summary} onChange={(event) => setSummary(event.target.value)} />}</Field>
        <FormReason>{change.failure}</FormReason>
        <button type="submit" hidden />
      </FormColumn>
    </Modal>
  );
}
