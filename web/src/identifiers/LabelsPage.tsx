import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTexts } from '../ui/i18n';
import { Card, Page } from '../ui/Page';
import { Pager } from '../ui/Pager';
import { QueryView } from '../ui/QueryView';
import { pageNumber, useFilter } from '../ui/useFilter';
import styles from './Identifiers.module.css';
import { itemsQuery, labelAddress } from './shared';
import { identifierTexts } from './texts';

/** A sheet of codes to print and to cut. */
export default function LabelsPage() {
  const t = useTexts(identifierTexts);
  const [filter, setFilter] = useFilter({ prefix: '', page: '1' });
  const list = useQuery({ ...itemsQuery(filter.prefix, pageNumber(filter.page)), enabled: filter.prefix !== '' });
  return (
    <Page title={t('labels.title')} figure={filter.prefix} actions={<Button type="primary" onClick={() => window.print()}>{t('labels.print.now')}</Button>}>
      <Card>
        <QueryView query={list} isEmpty={(page) => page.total === 0} empty={t('items.none')}>
          {(page) => (
            <div className={styles['sheet']}>
              {page.items.filter((item) => item.template !== '' && item.state !== 'retired').map((item) => <div key={item.handle} className={styles['label']}><img src={labelAddress(item.handle)} alt={`${t('item.label')} ${item.handle}`} /><div>{item.handle}</div></div>)}
            </div>
          )}
        </QueryView>
        {list.data && <Pager page={list.data.page} pageSize={list.data.pageSize} total={list.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
      </Card>
    </Page>
  );
}
