import { useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { api, fetchRaw, read } from '../api/client';
import { download } from '../ui/csv';
import { DataTable, type Column } from '../ui/DataTable';
import { DateInput } from '../ui/DateInput';
import { Field } from '../ui/Field';
import { formatCount, formatTime, missing } from '../ui/format';
import { useName, useTexts } from '../ui/i18n';
import { Fact, Facts, ListLayout, SidePanel } from '../ui/ListLayout';
import { Page } from '../ui/Page';
import { Pager } from '../ui/Pager';
import { QueryView, useReason } from '../ui/QueryView';
import { idOf, pageNumber, useFilter } from '../ui/useFilter';
import { Dialog } from './Dialog';
import styles from './Identifiers.module.css';
import { reportingQuery, reportsQuery, useChange, type NodeReportItem, type ReportingState } from './shared';
import { identifierTexts } from './texts';

/** What goes upward, day by day, and whether it has arrived. */
export default function ReportsPage() {
  const t = useTexts(identifierTexts);
  const { message } = App.useApp();
  const [filter, setFilter] = useFilter({ page: '1', open: '' });
  const [asked, setAsked] = useState<'make' | 'format' | null>(null);
  const list = useQuery(reportsQuery(pageNumber(filter.page)));
  const state = useQuery(reportingQuery);
  const open = list.data?.items.find((report) => report.id === idOf(filter.open));
  const verify = useChange(() => read(api.GET('/api/v1/identifiers/reports/verification')), (result) =>
    void (result.brokenAt === null ? message.success(t('reports.holds', { n: result.reports })) : message.error(t('reports.broken', { day: result.brokenAt, fault: result.fault ?? '' }), 15)));
  const columns: Column<NodeReportItem>[] = [
    { key: 'day', title: t('day'), width: 120, render: (row) => row.day },
    { key: 'sequence', title: t('reports.sequence'), width: 80, align: 'right', render: (row) => row.sequence },
    { key: 'bytes', title: t('reports.bytes'), width: 100, align: 'right', render: (row) => formatCount(row.bytes) },
    { key: 'state', title: t('reports.deliveries'), render: (row) => <Deliveries report={row} /> },
    { key: 'made', title: t('reports.made'), width: 140, render: (row) => formatTime(row.made) },
  ];
  return (
    <Page layout="fill" title={t('reports.title')} figure={state.data && (state.data.receivers.length === 0 ? t('reports.noReceiver') : t('reports.receivers', { names: state.data.receivers.join('、') }))} actions={<>
      <Button onClick={() => setAsked('format')}>{t('reports.format')}</Button>
      <Button loading={verify.isPending} onClick={() => verify.run()}>{t('reports.verify')}</Button>
      <Button type="primary" onClick={() => setAsked('make')}>{t('reports.make')}</Button>
    </>}>
      <ListLayout
        list={<QueryView query={list} isEmpty={(page) => page.total === 0} empty={t('reports.none')}>
          {(page) => <DataTable label={t('reports.title')} columns={columns} rows={page.items} rowKey={(row) => row.id} openKey={open?.id} onOpen={(row) => setFilter({ open: String(row.id) })} />}
        </QueryView>}
        foot={list.data && <Pager page={list.data.page} pageSize={list.data.pageSize} total={list.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
        panel={open && <ReportPanel report={open} onClose={() => setFilter({ open: '' })} />}
      />
      {asked === 'make' && state.data && <MakeDialog state={state.data} onClose={() => setAsked(null)} />}
      {asked === 'format' && state.data && <FormatDialog state={state.data} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function Deliveries({ report }: { report: NodeReportItem }) {
  const t = useTexts(identifierTexts);
  if (report.deliveries.length === 0) return t('reports.notSent');
  return report.deliveries.map((delivery) => `${delivery.receiver} ${t(delivery.delivered ? 'reports.delivered' : delivery.attempts > 0 ? 'reports.failing' : 'reports.waiting')}`).join('、');
}

function ReportPanel({ report, onClose }: { report: NodeReportItem; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const reason = useReason();
  const { message } = App.useApp();
  const again = useChange(() => read(api.POST('/api/v1/identifiers/reports/{id}/delivery', { params: { path: { id: report.id } } })), () => undefined);
  const save = async (): Promise<void> => {
    try {
      const answer = await fetchRaw(`/api/v1/identifiers/reports/${report.id}/file`);
      download(report.fileName, await answer.blob());
    } catch (error) {
      void message.error(reason(error));
    }
  };
  return (
    <SidePanel label={t('reports.report')} title={report.day} onClose={onClose}>
      <div className={styles['stack']}>
        <Facts>
          <Fact name={t('jobs.file')}>{report.fileName}</Fact>
          <Fact name="SHA-256"><span className={styles['hex']}>{report.hash}</span></Fact>
          <Fact name={t('reports.previous')}><span className={styles['hex']}>{report.previous}</span></Fact>
          <Fact name={t('reports.signed')}>{t(report.isSigned ? 'yes' : 'no')}</Fact>
          <Fact name={t('reports.madeBy')}>{report.madeBy || t('reports.byItself')}</Fact>
        </Facts>
        <div className={styles['actions']}>
          <Button onClick={() => void save()}>{t('reports.download')}</Button>
          {report.deliveries.some((delivery) => !delivery.delivered) && <Button type="primary" loading={again.isPending} onClick={() => again.run()}>{t('reports.again')}</Button>}
        </div>
        <h3>{t('reports.log')}</h3>
        {report.deliveries.length === 0 ? t('reports.notSent') : (
          <table className={styles['fields']} aria-label={t('reports.log')}>
            <thead><tr><th scope="col">{t('reports.receiver')}</th><th scope="col">{t('reports.attempts')}</th><th scope="col">{t('reports.outcome')}</th></tr></thead>
            <tbody>{report.deliveries.map((delivery) => (
              <tr key={delivery.receiver}><td>{delivery.receiver}</td><td>{delivery.attempts}</td><td>{delivery.delivered ? t('reports.deliveredAt', { time: formatTime(delivery.delivered) }) : <>{delivery.fault ?? missing} · {t('reports.next', { time: formatTime(delivery.next) })}</>}</td></tr>
            ))}</tbody>
          </table>
        )}
      </div>
    </SidePanel>
  );
}

function MakeDialog({ state, onClose }: { state: ReportingState; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const [day, setDay] = useState(state.lastDay);
  const change = useChange(() => read(api.POST('/api/v1/identifiers/reports', { body: { day: day || null } })), onClose);
  return (
    <Dialog title={t('reports.make')} ok={t('reports.make')} run={() => change.run()} isPending={change.isPending} failure={change.failure} onClose={onClose}>
      <Field label={t('day')} hint={t('reports.makeHint')} reasons={change.fields['day']}>{(attributes) => <DateInput id={attributes.id} label={t('day')} value={day} onChange={setDay} />}</Field>
    </Dialog>
  );
}

/** The format as data: what is called what. */
function FormatDialog({ state, onClose }: { state: ReportingState; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const name = useName();
  return (
    <Dialog title={`${t('reports.format')} ${state.format.format} ${state.format.version}`} ok={t('close')} run={onClose} isPending={false} failure={null} width={860} onClose={onClose}>
      <p className={styles['muted']}>{t('reports.formatNote')}</p>
      {state.format.lines.map((line) => (
        <table key={line.line} className={styles['fields']} aria-label={line.as}>
          <caption style={{ textAlign: 'left' }}><b>{line.as}</b> {name(line.zh, line.en)}</caption>
          <thead><tr><th scope="col">{t('field.name')}</th><th scope="col">{t('field.kind')}</th><th scope="col">{t('bench.meaning')}</th></tr></thead>
          <tbody>{line.fields.map((field) => <tr key={field.as}><td className={styles['hex']}>{field.as}</td><td>{field.kind}</td><td>{name(field.zh, field.en)}</td></tr>)}</tbody>
        </table>
      ))}
    </Dialog>
  );
}
