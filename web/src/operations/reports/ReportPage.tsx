import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { useNavigate, useParams } from 'react-router';
import { api, type Tagged } from '../../api/client';
import { useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { Card, Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { taggedReport, type Report } from './queries';
import { draftOf, freshReport, ReportForm } from './ReportForm';
import styles from './Reports.module.css';
import { RunLog } from './RunLog';
import { TemplateCard } from './TemplateCard';
import { reportTexts } from './texts';

/** One report: what it was filled with, its template, when it is written and who gets it. */
export default function ReportPage() {
  const t = useTexts(reportTexts);
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const report = useQuery({ queryKey: ['reports', 'one', id], queryFn: () => taggedReport(Number(id)), enabled: id !== 'new' });
  if (id === 'new') {
    return (
      <Page title={t('new')}>
        <Card><ReportForm opened={{ value: freshReport, etag: '' }} id={null} onMade={(made) => void navigate(links.report(made), { replace: true })} /></Card>
      </Page>
    );
  }
  return (
    <Page title={report.data?.value.name ?? t('title')} figure={report.data && t(`kind.${report.data.value.kind}`)}>
      <QueryView query={report} skeleton="block">{(tagged) => <Parts tagged={tagged} />}</QueryView>
    </Page>
  );
}

function Parts({ tagged }: { tagged: Tagged<Report> }) {
  const t = useTexts(reportTexts);
  const report = tagged.value;
  return (
    <div className={styles['columns']}>
      <div className={styles['stack']}>
        <RunLog report={report} />
        <TemplateCard report={report} etag={tagged.etag} />
      </div>
      {report.mayEdit && (
        <Card title={t('settings')}>
          <ReportForm opened={{ value: draftOf(report), etag: tagged.etag }} id={report.id} />
          <DeleteReport tagged={tagged} />
        </Card>
      )}
    </div>
  );
}

function DeleteReport({ tagged }: { tagged: Tagged<Report> }) {
  const t = useTexts(reportTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/reports/{id}', { params: { path: { id: tagged.value.id } }, headers: { 'If-Match': tagged.etag } }),
    onSuccess: () => { void navigate(links.reports); void queries.invalidateQueries({ queryKey: ['reports'] }); },
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <Popconfirm title={t('delete.confirm', { name: tagged.value.name })} okText={ui('action.delete')} cancelText={ui('action.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate()}>
      <Button danger type="text" loading={remove.isPending} style={{ marginTop: 12 }}>{t('delete')}</Button>
    </Popconfirm>
  );
}
