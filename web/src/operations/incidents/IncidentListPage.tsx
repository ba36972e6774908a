import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { Chips } from '../../ui/Chips';
import { DataTable } from '../../ui/DataTable';
import { formatTime, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { SearchBox } from '../../ui/SearchBox';
import { permissions, useCan } from '../../ui/session';
import { isPriority, PriorityShape } from '../../ui/StateShape';
import { pageNumber, useFilter } from '../../ui/useFilter';
import styles from './Incidents.module.css';
import { NewIncidentDialog } from './NewIncidentDialog';
import { incidentListQuery } from './queries';
import { incidentTexts } from './texts';

const defaults = { show: 'open', q: '', page: '1', open: '', alarms: '' };

/** What is being dealt with. `?alarms=1,2` opens the dialog for these alarms. */
export default function IncidentListPage() {
  const t = useTexts(incidentTexts);
  const name = useName();
  const can = useCan();
  const navigate = useNavigate();
  const [filter, setFilter] = useFilter(defaults);
  const open = useQuery(incidentListQuery(true, '', 1)).data?.total;
  const incidents = useQuery(incidentListQuery(filter.show === 'all' ? undefined : filter.show === 'open', filter.q, pageNumber(filter.page)));
  const search = useCallback((q: string) => setFilter({ q }), [setFilter]);
  const alarms = filter.alarms.split(',').map(Number).filter((id) => Number.isInteger(id) && id > 0);
  return (
    <Page title={t('title')} layout="fill" figure={open !== undefined && t('figure', { n: open })} actions={can(permissions.workIncidents) && <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setFilter({ open: 'new' })}>{t('new')}</Button>}>
      <ListLayout
        filters={<><Chips label={t('state')} value={filter.show} onChange={(show) => setFilter({ show })} options={(['open', 'closed', 'all'] as const).map((show) => ({ value: show, label: t(show) }))} /><SearchBox label={t('search')} value={filter.q} onChange={search} /></>}
        list={(
          <QueryView query={incidents} isEmpty={(page) => page.total === 0} empty={t('empty')}>
            {(page) => (
              <DataTable
                label={t('title')} rows={page.items} rowKey={(each) => each.id} onOpen={(each) => void navigate(`/incidents/${each.id}`)}
                columns={[
                  { key: 'priority', title: t('priority'), width: 70, render: (each) => isPriority(each.priority) && <PriorityShape priority={each.priority} size={16} /> },
                  { key: 'id', title: t('number'), width: 80, render: (each) => `#${each.id}` },
                  { key: 'title', title: t('name'), cut: true, render: (each) => each.title },
                  { key: 'asset', title: t('asset'), cut: true, render: (each) => (each.assetId === null ? t('everywhere') : name(each.assetNameZh, each.assetNameEn)) },
                  { key: 'state', title: t('state'), width: 100, render: (each) => t(`state.${each.state}`) },
                  { key: 'leader', title: t('leader'), width: 120, render: (each) => each.leader?.name ?? missing },
                  { key: 'tasks', title: t('tasks'), width: 150, render: (each) => <>{t('tasks.open', { n: each.openTasks })} {each.overdueTasks > 0 && <span className={styles['overdue']}>{t('tasks.overdue', { n: each.overdueTasks })}</span>}</> },
                  { key: 'occurred', title: t('occurred'), width: 140, align: 'right', render: (each) => formatTime(each.occurred) },
                ]}
              />
            )}
          </QueryView>
        )}
        foot={incidents.data && <Pager page={incidents.data.page} pageSize={incidents.data.pageSize} total={incidents.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
      />
      {(filter.open === 'new' || alarms.length > 0) && can(permissions.workIncidents) && <NewIncidentDialog alarmIds={alarms} onClose={() => setFilter({ open: '', alarms: '' })} />}
    </Page>
  );
}
