import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { alarmListQuery, alarmSummaryQuery, assetTreeQuery, mapStatesQuery, pointListQuery } from '../../api/shared';
import { useLiveStatus } from '../../live/LiveContext';
import { useAlarmName } from '../../ui/alarmName';
import { useNow } from '../../ui/clock';
import { formatNumber, formatTime } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { Age, LiveValue } from '../../ui/LiveValue';
import { stationsOf } from '../../ui/map/stations';
import { permissions, useCan } from '../../ui/session';
import { usePark, useParkKnown } from '../../ui/shell/ParkSwitch';
import { PriorityShape } from '../../ui/StateShape';
import { usePlaceName } from '../../ui/usePlaceName';
import { AlarmMark, isUnacknowledged } from '../alarms/AlarmMark';
import styles from './Cockpit.module.css';
import { compass } from './compass';
import { NoPanels, PanelCard } from './PanelCard';
import { cockpitQuery, wallGeoJsonQuery, type CockpitPanel, type CockpitWeather } from './queries';
import { scenesOf, useScenes, type Scene } from './scenes';
import { cockpitTexts } from './texts';

const WallMap = lazy(() => import('./WallMap'));
const none: readonly CockpitPanel[] = [];

/** The park at a glance, for a wall (大屏): the map in the middle, one panel for each system, the alarms below. */
export default function CockpitPage() {
  const t = useTexts(cockpitTexts);
  const park = usePark();
  const navigate = useNavigate();
  const root = park?.id;
  const enabled = useParkKnown();
  const cockpit = useQuery({ ...cockpitQuery(root), enabled });
  const panels = cockpit.data?.panels ?? none;
  const scenes = useMemo(() => scenesOf(panels.map((panel) => panel.system)), [panels]);
  const { scene, held, show, turn, touch, release } = useScenes(scenes);
  const [selectedId, setSelectedId] = useState<number>();
  const lost = useLiveStatus() === 'stale' || cockpit.isError;

  const select = useCallback((id: number) => { touch(); setSelectedId((before) => (before === id ? undefined : id)); }, [touch]);
  useEffect(() => { if (!held) setSelectedId(undefined); }, [held, scene]);
  useEffect(() => { document.title = `${t('title')} · Ordo`; }, [t]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const digit = Number(event.key);
      const chosen = scenes[digit - 1];
      if (event.key === 'ArrowRight') turn(1);
      else if (event.key === 'ArrowLeft') turn(-1);
      else if (event.key === ' ' && !(event.target instanceof HTMLButtonElement)) held ? release() : touch();
      else if (event.key === 'Escape') { if (selectedId !== undefined) setSelectedId(undefined); else void navigate(links.home); }
      else if (digit > 0 && chosen) show(chosen);
      else { touch(); return; }
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [scenes, turn, show, touch, release, held, selectedId, navigate]);

  const [left, right] = split(panels);
  const card = (panel: CockpitPanel, i: number) => <PanelCard key={`${panel.system}-${i}`} panel={panel} dimmed={scene !== 'overview' && panel.system !== scene} selectedId={selectedId} onSelect={select} />;
  return (
    <div data-wall className={`${styles['wall']} ${lost ? styles['lost'] : ''}`} onPointerDown={touch}>
      <Header weather={cockpit.data?.weather ?? null} safeDays={cockpit.data?.safeDays ?? null} />
      {lost && <div role="alert" className={styles['lostMark']}><Icon name="clock" />{t('stale')}</div>}
      <main className={styles['body']}>
        <div className={styles['side']}>{left.map(card)}</div>
        <div className={styles['middle']}>
          <Park scene={scene} panels={panels} selectedId={selectedId} />
          {selectedId !== undefined && <Selected id={selectedId} />}
          {cockpit.data && panels.length === 0 && <NoPanels />}
          <div role="tablist" aria-label={t('scenes')} className={styles['scenes']}>
            {scenes.map((each) => <button key={each} type="button" role="tab" aria-selected={each === scene} onClick={() => show(each)}>{t(`scene.${each}`)}</button>)}
            <span className={styles['turning']}>{held ? t('held') : t('rotating')}</span>
          </div>
        </div>
        <div className={styles['side']}>{right.map((panel, i) => card(panel, left.length + i))}</div>
      </main>
      <Ticker root={root} failed={cockpit.data?.failed ?? 0} onSelect={select} />
    </div>
  );
}

/** Half on each side, at most three: what is more waits in the console. */
function split(panels: readonly CockpitPanel[]): [CockpitPanel[], CockpitPanel[]] {
  const rank: Record<string, number> = { economy: 0, energy: 1, environment: 2, safety: 4, logistics: 5, services: 6, identifiers: 7, perception: 8 };
  const sorted = panels.slice().sort((a, b) => (rank[a.system] ?? 9) - (rank[b.system] ?? 9)).slice(0, 6);
  const half = Math.ceil(sorted.length / 2);
  return [sorted.slice(0, half), sorted.slice(half)];
}

function Header({ weather, safeDays }: { weather: CockpitWeather | null; safeDays: number | null }) {
  const t = useTexts(cockpitTexts);
  const name = useName();
  const park = usePark();
  const can = useCan();
  const now = useNow();
  const summary = useQuery({ ...alarmSummaryQuery, enabled: can(permissions.readAlarms) }).data;
  const enterprises = useQuery(assetTreeQuery(park?.id)).data?.filter((node) => node.kind === 'enterprise').length;
  return (
    <header className={styles['header']}>
      <h1>{park ? name(park.nameZh, park.nameEn) : 'Ordo'}</h1>
      {enterprises !== undefined && <span className={styles['about']}>{t('enterprises', { n: enterprises })}</span>}
      <span className={styles['grow']} />
      {summary && <span className={styles['counts']}>{([1, 2, 3, 4] as const).map((priority) => <span key={priority}><PriorityShape priority={priority} size={26} />{summary.byPriority[String(priority)] ?? 0}</span>)}</span>}
      {weather && <Weather weather={weather} />}
      {safeDays !== null && <span className={styles['about']}>{t('safeDays', { n: safeDays })}</span>}
      <time className={styles['clock']}>{formatTime(now)}</time>
    </header>
  );
}

function Weather({ weather }: { weather: CockpitWeather }) {
  const t = useTexts(cockpitTexts);
  const language = useLanguage();
  const parts = [
    weather.windDirection !== null && weather.windSpeed !== null ? `${t('wind', { direction: compass(weather.windDirection, language) })} ${formatNumber(weather.windSpeed, 1)} m/s` : null,
    weather.temperature === null ? null : `${formatNumber(weather.temperature, 0)} °C`,
  ];
  return <span className={styles['about']}>{parts.filter(Boolean).join(' · ')}</span>;
}

function Park({ scene, panels, selectedId }: { scene: Scene; panels: readonly CockpitPanel[]; selectedId: number | undefined }) {
  const park = usePark();
  const enabled = useParkKnown();
  const features = useQuery({ ...wallGeoJsonQuery(park?.id), enabled }).data;
  const states = useQuery({ ...mapStatesQuery(park?.id), enabled }).data;
  const tree = useQuery(assetTreeQuery(park?.id)).data;
  const stations = useMemo(() => stationsOf(features?.features ?? [], states ?? [], new Map(tree?.map((node) => [node.id, node.parentId ?? null]))), [features, states, tree]);
  const shares = useMemo(() => sharesOf(panels.find((panel) => panel.system === scene)), [panels, scene]);
  if (!features || features.features.length === 0) return <div className={styles['map']} />;
  return <Suspense fallback={<div className={styles['map']} />}><WallMap features={features} stations={stations} shares={shares} selectedId={selectedId} /></Suspense>;
}

const noShares: ReadonlyMap<number, number> = new Map();

function sharesOf(panel: CockpitPanel | undefined): ReadonlyMap<number, number> {
  const rows = panel?.ranking.filter((row) => row.assetId !== null && (row.value ?? 0) > 0) ?? [];
  const largest = Math.max(...rows.map((row) => row.value ?? 0));
  return rows.length === 0 ? noShares : new Map(rows.map((row) => [row.assetId ?? -1, (row.value ?? 0) / largest]));
}

/** What stands at the asset somebody chose; Enter on a line opens its trend. */
function Selected({ id }: { id: number }) {
  const t = useTexts(cockpitTexts);
  const name = useName();
  const navigate = useNavigate();
  const tree = useQuery(assetTreeQuery(usePark()?.id)).data;
  const points = useQuery(pointListQuery({ asset: id, pageSize: 8 })).data;
  const node = tree?.find((each) => each.id === id);
  return (
    <section className={styles['selected']} aria-label={node ? name(node.nameZh, node.nameEn) : ''}>
      <h2>{node ? <button type="button" onClick={() => void navigate(links.asset(id))}>{name(node.nameZh, node.nameEn)}</button> : null}</h2>
      {points?.total === 0 && <p>{t('asset.noPoints')}</p>}
      {points?.items.map((point) => (
        <button key={point.id} type="button" className={styles['row']} onClick={() => void navigate(links.trend([point.id]))}>
          <span>{name(point.nameZh, point.nameEn)}</span><b><LiveValue point={point} /></b>
        </button>
      ))}
      {points && points.total > points.items.length && <p>{t('asset.more', { n: points.total - points.items.length })}</p>}
    </section>
  );
}

function Ticker({ root, failed, onSelect }: { root: number | undefined; failed: number; onSelect: (assetId: number) => void }) {
  const t = useTexts(cockpitTexts);
  const place = usePlaceName();
  const alarmName = useAlarmName();
  const can = useCan();
  const navigate = useNavigate();
  const alarms = useQuery({ ...alarmListQuery({ state: 'open', asset: root, pageSize: 3 }), enabled: can(permissions.readAlarms) }).data;
  return (
    <footer className={styles['ticker']} aria-label={t('ticker')}>
      {alarms?.items.map((alarm) => (
        <button key={alarm.id} type="button" onClick={() => onSelect(alarm.assetId)}>
          <AlarmMark alarm={alarm} size={26} />
          <span className={styles['news']}><b>{place(alarm)}</b> {alarmName(alarm)} <i><Age time={alarm.raised} />{isUnacknowledged(alarm) && ` · ${t('unacknowledged')}`}</i></span>
        </button>
      ))}
      {alarms?.total === 0 && <span>{t('quiet')}</span>}
      <span className={styles['grow']} />
      {failed > 0 && <span className={styles['failed']}>{t('failed', { n: failed })}</span>}
      <span className={styles['keys']}>{t('keys')}</span>
      <button type="button" onClick={() => void navigate(links.home)} aria-label={t('back')} title={t('back')}><Icon name="close" size={20} /></button>
    </footer>
  );
}
