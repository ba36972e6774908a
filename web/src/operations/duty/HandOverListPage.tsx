import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useNavigate } from 'react-router';
import { DataTable } from '../../ui/DataTable';
import { formatTime, missing } from '../../ui/format';
import { useTexts } from '../../ui/i18n';
import { ListLayout } from '../../ui/ListLayout';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { idOf, pageNumber, useFilter } from '../../ui/useFilter';
import { useBegin } from './DutyPage';
import { handOversQuery, rostersQuery } from './queries';
import { dutyTexts } from './texts';

const defaults = { roster: '', page: '1' };

export default function HandOverListPage() {
  const t = useTexts(dutyTexts);
  const ui = useTexts(uiTexts);
  const can = useCan();
  const navigate = useNavigate();
  const begin = useBegin();
  const [filter, setFilter] = useFilter(defaults);
  const rosters = useQuery(rostersQuery).data ?? [];
  const handOvers = useQuery(handOversQuery(idOf(filter.roster), pageNumber(filter.page)));
  const roster = idOf(filter.roster) ?? rosters[0]?.id;
  return (
    <Page title={t('handovers')} layout="fill" actions={can(permissions.handOverDuty) && roster !== undefined && <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate(roster)}>{t('handover.begin')}</Button>}>
      <ListLayout
        filters={<Select aria-label={t('roster')} style={{ minWidth: 200 }} value={filter.roster} onChange={(value) => setFilter({ roster: value })} options={[{ value: '', label: ui('all') }, ...rosters.map((each) => ({ value: String(each.id), label: each.name }))]} />}
        list={(
          <QueryView query={handOvers} isEmpty={(page) => page.total === 0} empty={t('handover.empty')}>
            {(page) => (
              <DataTable
                label={t('handovers')} rows={page.items} rowKey={(each) => each.id} onOpen={(each) => void navigate(`/duty/handovers/${each.id}`)}
                columns={[
                  { key: 'shift', title: t('handover.shift'), render: (each) => `${each.day} ${each.shiftName} ${each.teamName}` },
                  { key: 'roster', title: t('roster'), cut: true, render: (each) => each.rosterName },
                  { key: 'state', title: t('handover.state'), width: 190, render: (each) => t(`state.${each.state}`) },
                  { key: 'outgoing', title: t('handover.outgoing'), render: (each) => each.outgoing?.name ?? missing },
                  { key: 'incoming', title: t('handover.incoming'), render: (each) => each.incoming?.name ?? missing },
                  { key: 'signed', title: t('sign'), width: 140, align: 'right', render: (each) => formatTime(each.incomingSigned ?? each.outgoingSigned) },
                ]}
              />
            )}
          </QueryView>
        )}
        foot={handOvers.data && <Pager page={handOvers.data.page} pageSize={handOvers.data.pageSize} total={handOvers.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
      />
    </Page>
  );
}
