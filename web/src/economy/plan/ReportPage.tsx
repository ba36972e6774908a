import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useParams } from 'react-router';
import { DataTable } from '../../ui/DataTable';
import { formatFullTime } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Fact, Facts } from '../../ui/ListLayout';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { plain } from './figures';
import styles from './Plan.module.css';
import { reportQuery } from './queries';
import { StatusMark } from './StatusMark';
import { planTexts } from './texts';

/** A frozen report, on the screen as on paper. */
export default function ReportPage() {
  const t = useTexts(planTexts);
  const id = Number(useParams()['id']);
  const report = useQuery(reportQuery(id));
  return (
    <Page title={report.data?.report.title ?? '…'} figure={report.data && <span className={report.data.report.isIntact ? '' : styles['warn']}>{t(report.data.report.isIntact ? 'report.intact' : 'report.broken')}</span>}
      actions={<div className={styles['links']}><Button href={`/api/v1/economy/plan/reports/${id}/workbook`} download>{t('report.workbook')}</Button><Button onClick={() => print()}>{t('report.print')}</Button></div>}>
      <QueryView query={report} skeleton="block">{(data) => <Report data={data} />}</QueryView>
    </Page>
  );
}

type Data = NonNullable<ReturnType<typeof useReport>>;
const useReport = (id: number) => useQuery(reportQuery(id)).data;

function Report({ data: { report, content } }: { data: Data }) {
  const t = useTexts(planTexts);
  const language = useLanguage();
  const name = useName();
  return (
    <div className={styles['stack']}>
      <Card title={t('report.overview')}>
        <ul className={styles['sentences']}>{content.sentences.map((sentence) => <li key={sentence.zh}>{language === 'zh' ? sentence.zh : sentence.en}</li>)}</ul>
        <div className={styles['counts']}>{content.counts.map((count) => <span key={count.status}><StatusMark status={count.status} /> {count.count}</span>)}</div>
        {report.summary && <p style={{ whiteSpace: 'pre-wrap' }}>{report.summary}</p>}
        <Facts>
          <Fact name={t('board.plan')}>{name(content.planNameZh, content.planNameEn)}<br />{content.document}</Fact>
          <Fact name={t('reports.kind')}>{t(report.kind)}</Fact>
          <Fact name={t('target.asOf')}>{report.asOf}</Fact>
          <Fact name={t('reports.frozen')}>{formatFullTime(report.frozen)} {report.frozenBy}</Fact>
          <Fact name={t('report.hash')}><span className={styles['hash']}>{report.hash}</span></Fact>
        </Facts>
      </Card>
      {content.changes.length > 0 && (
        <Card title={t('report.changes')}>
          <DataTable label={t('report.changes')} rows={content.changes} rowKey={(change) => change.code} columns={[
            { key: 'name', title: t('col.indicator'), render: (change) => name(change.nameZh, change.nameEn) },
            { key: 'change', title: t('col.status'), width: 260, render: (change) => <>{change.before && <StatusMark status={change.before} />} → <StatusMark status={change.after} /></> },
          ]} />
        </Card>
      )}
      {content.cases.length > 0 && (
        <Card title={t('report.cases')}>
          <DataTable label={t('report.cases')} rows={content.cases} rowKey={(each) => each.id} columns={[
            { key: 'title', title: t('cases.case'), render: (each) => each.title }, { key: 'state', title: t('cases.state'), width: 120, render: (each) => t(`state.${each.state}`) },
            { key: 'owner', title: t('cases.owner'), width: 160, render: (each) => each.owner }, { key: 'deadline', title: t('cases.deadline'), width: 120, render: (each) => each.deadline ?? '' },
          ]} />
        </Card>
      )}
      <Card title={t('report.targets')}>
        <DataTable label={t('report.targets')} rows={content.lines} rowKey={(line) => line.code} columns={[
          { key: 'name', title: t('col.indicator'), render: (line) => <>{name(line.nameZh, line.nameEn)}<br /><span className={styles['sub']}>{line.chapter} {line.task}</span></> },
          { key: 'status', title: t('col.status'), width: 130, render: (line) => <StatusMark status={line.status} delay={line.delay} /> },
          { key: 'actual', title: t('col.actual'), align: 'right', width: 120, render: (line) => <>{line.isAtLeast && '≥ '}{plain(line.actual)} <span className={styles['sub']}>{line.actualYear}</span></> },
          { key: 'target', title: t('col.target'), align: 'right', width: 130, render: (line) => <>{plain(line.target)} <span className={styles['sub']}>{line.unit}</span></> },
          { key: 'progress', title: t('col.progress'), align: 'right', width: 100, render: (line) => (line.progress === null ? plain(null) : `${plain(Math.round(line.progress * 10) / 10)}%`) },
          { key: 'source', title: t('col.document'), render: (line) => <span className={styles['sub']}>{line.source}</span> },
        ]} />
      </Card>
    </div>
  );
}
