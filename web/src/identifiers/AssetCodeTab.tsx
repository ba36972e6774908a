import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { api, read } from '../api/client';
import type { Asset } from '../api/types';
import { formatCount, missing } from '../ui/format';
import { useName, useTexts } from '../ui/i18n';
import { Fact, Facts } from '../ui/ListLayout';
import { Card } from '../ui/Page';
import { QueryView } from '../ui/QueryView';
import { useCan } from '../ui/session';
import styles from './Identifiers.module.css';
import { identifierPermissions, labelAddress, pageAddress, thingQuery, useChange, type ThingsRegistered } from './shared';
import { identifierTexts } from './texts';

/** The code of an asset with its QR code, or the one click that gives it one. */
export default function AssetCodeTab({ asset }: { asset: Asset }) {
  const t = useTexts(identifierTexts);
  const name = useName();
  const can = useCan();
  const code = useQuery(thingQuery(asset.id));
  const register = useChange(() => read(api.POST('/api/v1/identifiers/things/{kind}/{id}', { params: { path: { kind: 'asset', id: asset.id } } })), () => undefined);
  return (
    <div className={styles['stack']}>
      <QueryView query={code}>
        {(thing) => (
          <Card title={t('thing.title')}>
            <div className={styles['thing']}>
              {thing.handle && thing.registered && <img className={styles['code']} src={labelAddress(thing.handle)} alt={t('item.label')} />}
              <Facts>
                <Fact name={t('handle')}>{thing.handle ?? missing}</Fact>
                <Fact name={t('state')}>{thing.registered ? t(`life.${thing.registered.state}`) : t('thing.none')}</Fact>
                {thing.handle && <Fact name={t('thing.owner')}>{name(thing.ownerZh, thing.ownerEn)}</Fact>}
              </Facts>
            </div>
            {thing.registered && !thing.isCurrent && thing.registered.state !== 'retired' && <p className={styles['muted']}>{t('thing.stale')}</p>}
            {thing.obstacle && <p className={styles['muted']}>{thing.obstacle}</p>}
            {register.failure && <p role="alert">{register.failure}</p>}
            <div className={styles['actions']}>
              {thing.mayRegister && !thing.isCurrent && <Button type="primary" loading={register.isPending} onClick={() => register.run()}>{t(thing.registered ? 'thing.update' : 'thing.register')}</Button>}
              {thing.handle && thing.registered && <a href={pageAddress(thing.handle)} target="_blank" rel="noreferrer">{t('item.page')}</a>}
            </div>
          </Card>
        )}
      </QueryView>
      {can(identifierPermissions.register) && <Below asset={asset} />}
    </div>
  );
}

/** Codes for everything below, in steps of at most two thousand until nothing is left. */
function Below({ asset }: { asset: Asset }) {
  const t = useTexts(identifierTexts);
  const [outcome, setOutcome] = useState<ThingsRegistered | null>(null);
  const all = useChange(async () => {
    let sum: ThingsRegistered | null = null;
    do {
      const step: ThingsRegistered = await read(api.POST('/api/v1/identifiers/things/{kind}', { params: { path: { kind: 'asset' } }, body: { under: asset.id } }));
      sum = sum === null ? step : { ...step, registered: sum.registered + step.registered, updated: sum.updated + step.updated };
      setOutcome(sum);
    } while (sum.left > 0 && sum.refusedCount === 0);
  }, () => undefined);
  return (
    <Card title={t('thing.below')}>
      <p className={styles['muted']}>{t('thing.belowHint')}</p>
      <Button loading={all.isPending} onClick={() => all.run()}>{t('thing.registerAll')}</Button>
      {all.failure && <p role="alert">{all.failure}</p>}
      {outcome && <p role="status">{t('thing.outcome', { registered: formatCount(outcome.registered), updated: formatCount(outcome.updated), same: formatCount(outcome.same), refused: formatCount(outcome.refusedCount) })}</p>}
      {outcome && outcome.refused.length > 0 && <ul className={styles['history']}>{outcome.refused.map((line) => <li key={line.id}>{line.id}: {line.reason}</li>)}</ul>}
    </Card>
  );
}
