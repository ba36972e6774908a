import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { Asset } from '../../api/types';
import { DataTable } from '../../ui/DataTable';
import { useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { QueryView } from '../../ui/QueryView';
import { sourceListQuery } from '../queries';
import { perceptionTexts } from '../texts';
import { useSourceColumns } from './SourceListPage';

/** What feeds this asset and what is below it. */
export default function AssetSourcesTab({ asset }: { asset: Asset }) {
  const t = useTexts(perceptionTexts);
  const navigate = useNavigate();
  const columns = useSourceColumns();
  const sources = useQuery(sourceListQuery({ asset: asset.id, pageSize: 200 }));
  return (
    <QueryView query={sources} isEmpty={(page) => page.total === 0} empty={t('tab.empty')}>
      {(page) => <DataTable label={t('tab.sources')} columns={columns} rows={page.items} rowKey={(source) => source.id} onOpen={(source) => void navigate(links.source(source.id))} />}
    </QueryView>
  );
}
