import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { DataTable } from '../../ui/DataTable';
import { formatTime, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { pageNumber, useFilter } from '../../ui/useFilter';
import { reportListQuery, type Report } from './queries';
import { reportTexts } from './texts';

const defaults = { page: '1' };

/** Which reports there are, and whether the last one of each is there. */
export default function ReportListPage() {
  const t = useTexts(reportTexts);
  const can = useCan();
  const [filter, setFilter] = useFilter(defaults);
  const reports = useQuery(reportListQuery(pageNumber(filter.page)));
  return (
    <Page title={t('title')} layout="fill" figure={reports.data && t('figure', { n: reports.data.total })} actions={can(permissions.writeReports) && <LinkButton to={links.report('new')} icon={<Icon name="plus" size={14} />}>{t('new')}</LinkButton>}>
      <ListLayout
        list={(
          <QueryView query={reports} isEmpty={(page) => page.total === 0} empty={t('empty')}>
            {(page) => <ReportTable reports={page.items} />}
          </QueryView>
        )}
        foot={reports.data && <Pager page={reports.data.page} pageSize={reports.data.pageSize} total={reports.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
      />
    </Page>
  );
}

/** Each report with its last run and its next. */
export function ReportTable({ reports }: { reports: readonly Report[] }) {
  const t = useTexts(reportTexts);
  const name = useName();
  const navigate = useNavigate();
  return (
    <DataTable
      label={t('title')} rows={reports} rowKey={(report) => report.id} onOpen={(report) => void navigate(links.report(report.id))}
      columns={[
        { key: 'name', title: t('name'), cut: true, render: (report) => report.name },
        { key: 'asset', title: t('asset'), cut: true, render: (report) => (report.assetId === null ? t('everywhere') : name(report.assetNameZh, report.assetNameEn)) },
        { key: 'kind', title: t('kind'), width: 90, render: (report) => t(`kind.${report.kind}`) },
        { key: 'template', title: t('template'), cut: true, render: (report) => report.fileName ?? missing },
        { key: 'last', title: t('last'), width: 260, render: (report) => (report.lastRun ? `${report.lastRun.period} · ${t(`run.${report.lastRun.state}`)}` : t('never')) },
        { key: 'next', title: t('next'), width: 140, align: 'right', render: (report) => formatTime(report.nextDue) },
      ]}
    />
  );
}
