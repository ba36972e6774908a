import { useQuery } from '@tanstack/react-query';
import { useNavigate, useOutlet, useParams } from 'react-router';
import { assetTreeQuery } from '../../api/shared';
import { useTexts } from '../../ui/i18n';
import { Icon } from '../../ui/Icon';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { Page } from '../../ui/Page';
import { Empty, QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { foundationTexts } from '../texts';
import { AssetTree } from './AssetTree';
import styles from './Assets.module.css';

/** The tree at the left stays while one walks from asset to asset. */
export default function AssetsPage() {
  const t = useTexts(foundationTexts);
  const navigate = useNavigate();
  const can = useCan();
  const outlet = useOutlet();
  const { id } = useParams();
  const selectedId = id === undefined ? undefined : Number(id);
  const tree = useQuery(assetTreeQuery());
  return (
    <Page title={t('assets.title')} layout="bare">
      <QueryView query={tree} isEmpty={(nodes) => nodes.length === 0 && outlet === null}
        empty={<><p>{t('assets.empty')}</p>{can(permissions.writePark) && <p style={{ marginTop: 12 }}><LinkButton to="/assets/new" icon={<Icon name="plus" size={14} />}>{t('asset.add')}</LinkButton></p>}</>}>
        {(nodes) => (
          <div className={styles['layout']}>
            <AssetTree nodes={nodes} selectedId={selectedId} onSelect={(next) => void navigate(links.asset(next))} />
            <div className={styles['content']}>{outlet ?? <Empty>{t('assets.choose')}</Empty>}</div>
          </div>
        )}
      </QueryView>
    </Page>
  );
}
