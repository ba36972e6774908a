import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { alarmListQuery } from '../../api/shared';
import type { AlarmItem } from '../../api/types';
import { useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { Age } from '../../ui/LiveValue';
import type { Station } from '../../ui/map/stations';
import { QueryView } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { usePark, useScopeName } from '../../ui/shell/ParkSwitch';
import { PlainStateShape, type PlainState } from '../../ui/StateShape';
import { mapTexts } from '../../ui/map/texts';
import { usePlaceName } from '../../ui/usePlaceName';
import { useAlarmName } from '../../ui/alarmName';
import { AlarmMark } from '../alarms/AlarmMark';
import { operationsTexts } from '../texts';
import styles from './ParkMapPage.module.css';

const countedStates = ['alarm', 'offline', 'stale', 'normal'] as const;

/** Beside the whole park: what is wrong now, then how many stations are in which state. */
export function OverviewPanel({ stations, onSelect }: { stations: readonly Station[]; onSelect: (id: number) => void }) {
  const t = useTexts(operationsTexts);
  const states = useTexts(mapTexts);
  const name = useName();
  const park = usePark();
  const scope = useScopeName();
  const can = useCan();
  const silent = stations.filter((station) => station.state !== 'normal' && station.state !== 'alarm');
  return (
    <aside className={styles['overview']} aria-label={t('map.stations')}>
      <h2>{park ? name(park.nameZh, park.nameEn) : scope || t('map.title')}</h2>
      <div className={styles['counts']}>
        {countedStates.map((state) => {
          const count = stations.filter((station) => station.state === state).length;
          return <div key={state} className={`${styles['count']} ${count === 0 ? styles['zero'] : ''}`}><strong>{count}</strong><span>{states(`state.${state}`)}</span></div>;
        })}
      </div>
      {can(permissions.readAlarms) && <OpenAlarms onSelect={onSelect} />}
      {silent.length > 0 && (
        <section className={styles['section']}>
          <div className={styles['sectionHead']}>{t('map.stations')}</div>
          {silent.map((station) => (
            <button key={station.id} type="button" className={styles['item']} onClick={() => onSelect(station.id)}>
              <PlainStateShape state={station.state as PlainState} size={18} />
              <span className={styles['itemText']}><div>{name(station.nameZh, station.nameEn)}</div></span>
              <span className={styles['itemSide']}>{states(`state.${station.state}`)}</span>
            </button>
          ))}
        </section>
      )}
    </aside>
  );
}

function OpenAlarms({ onSelect }: { onSelect: (id: number) => void }) {
  const t = useTexts(operationsTexts);
  const park = usePark();
  const alarms = useQuery(alarmListQuery({ state: 'open', asset: park?.id, pageSize: 12 }));
  return (
    <section className={styles['section']}>
      <div className={styles['sectionHead']}>{t('map.nowWrong')}{alarms.data && alarms.data.total > 0 && <Link to={`${links.alarms}?state=open`}>{t('map.alarmsMore', { n: alarms.data.total })}</Link>}</div>
      <QueryView query={alarms} isEmpty={(page) => page.total === 0} empty={t('map.allQuiet')}>
        {(page) => page.items.map((alarm) => <OpenAlarm key={alarm.id} alarm={alarm} onClick={() => onSelect(alarm.assetId)} />)}
      </QueryView>
    </section>
  );
}

export function OpenAlarm({ alarm, onClick }: { alarm: AlarmItem; onClick: () => void }) {
  const place = usePlaceName();
  const alarmName = useAlarmName();
  return (
    <button type="button" className={styles['item']} onClick={onClick}>
      <AlarmMark alarm={alarm} />
      <span className={styles['itemText']}><div>{alarmName(alarm)}</div><div className={styles['itemPlace']} title={place(alarm)}><bdi dir="ltr">{place(alarm)}</bdi></div></span>
      <span className={styles['itemSide']}><Age time={alarm.raised} /></span>
    </button>
  );
}
