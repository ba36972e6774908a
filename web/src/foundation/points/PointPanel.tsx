import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { pointQuery } from '../../api/shared';
import type { PointItem } from '../../api/types';
import { RecentCurve } from '../../ui/chart/RecentCurve';
import { formatNumber, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { links } from '../../ui/links';
import { Fact, Facts, SidePanel } from '../../ui/ListLayout';
import { LiveAge, LiveValue } from '../../ui/LiveValue';
import { QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { uiTexts } from '../../ui/texts';
import { usePlaceName } from '../../ui/usePlaceName';
import { foundationTexts } from '../texts';

/** One point beside the list: its value now, its last hour, what it means and where it comes from. */
export function PointPanel({ id, known, onClose }: { id: number; known: PointItem | undefined; onClose: () => void }) {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const can = useCan();
  const point = useQuery({ ...pointQuery(id), ...(known ? { placeholderData: known } : {}) });
  const title = point.data ? name(point.data.nameZh, point.data.nameEn) : '…';
  return (
    <SidePanel
      title={title} label={title} onClose={onClose}
      foot={(
        <>
          <LinkButton to={links.trend([id])} type="primary" icon={<Icon name="trend" size={14} />}>{t('points.trend')}</LinkButton>
          {can(permissions.writePark) && <LinkButton to={links.point(id)} icon={<Icon name="edit" size={14} />}>{ui('action.edit')}</LinkButton>}
        </>
      )}
    >
      <QueryView query={point} skeleton="block">{(data) => <PointDetails point={data} />}</QueryView>
    </SidePanel>
  );
}

function PointDetails({ point }: { point: PointItem }) {
  const t = useTexts(foundationTexts);
  const place = usePlaceName();
  return (
    <>
      <div>
        <LiveValue point={point} size="figure" />
        <div><LiveAge point={point} /></div>
      </div>
      <RecentCurve point={point} />
      <Facts>
        <Fact name={t('points.asset')}><Link to={links.asset(point.assetId)}>{place(point)}</Link></Fact>
        <Fact name={t('points.code')}><span className="mono">{point.code}</span></Fact>
        <Fact name={t('points.binding')}>{point.source ? <span className="mono">{point.gateway} · {point.source} · {point.channel}</span> : t('points.notBound')}</Fact>
        <Fact name={t('point.scale')}>{formatScale(point)}</Fact>
        <LimitFacts point={point} />
      </Facts>
    </>
  );
}

const formatScale = (point: PointItem): string => (point.offset === 0 ? `× ${point.scale}` : `× ${point.scale} ${point.offset > 0 ? '+' : '−'} ${Math.abs(point.offset)}`);

function LimitFacts({ point }: { point: PointItem }) {
  const ui = useTexts(uiTexts);
  const kinds = ['highHigh', 'high', 'low', 'lowLow'] as const;
  const set = kinds.filter((kind) => point.limits[kind] !== null && point.limits[kind] !== undefined);
  if (set.length === 0) return <Fact name={`${ui('limit.high')} / ${ui('limit.low')}`}>{missing}</Fact>;
  return set.map((kind) => <Fact key={kind} name={ui(`limit.${kind}`)}>{formatNumber(point.limits[kind], point.decimals)} {point.unitSymbol}</Fact>);
}
