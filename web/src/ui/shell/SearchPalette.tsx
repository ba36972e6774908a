import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { alarmListQuery, assetSearchQuery, pointListQuery } from '../../api/shared';
import { useAlarmName } from '../alarmName';
import { useFeatures } from '../feature';
import { formatTime } from '../format';
import { Icon } from '../Icon';
import { pick, useLanguage, useName, useTexts } from '../i18n';
import { links } from '../links';
import { permissions, useCan, useMe } from '../session';
import { uiTexts } from '../texts';
import styles from './SearchPalette.module.css';

interface Hit { key: string; group: 'pages' | 'alarms' | 'assets' | 'points'; icon: string; name: string; detail: string; to: string }

/** What there is to be found on this server: a node alone has no alarms and no points. */
export const useSearchLabel = (): string => useTexts(uiTexts)(useMe().rooms.includes('operations') ? 'search.open' : 'search.openAlone');

/** Ctrl-K: from anywhere to any asset, point or page. */
export function SearchPalette({ onClose }: { onClose: () => void }) {
  const t = useTexts(uiTexts);
  const label = useSearchLabel();
  const navigate = useNavigate();
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const q = useDebounced(text.trim(), 180);
  const hits = useHits(text.trim(), q);

  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  const open = (hit: Hit | undefined): void => {
    if (!hit) return;
    onClose();
    void navigate(hit.to);
  };

  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setActive((value) => (value + step + hits.length) % Math.max(1, hits.length));
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) open(hits[active]);
  };

  const activeHit = hits[Math.min(active, hits.length - 1)];
  return (
    <dialog ref={dialog} className={styles['palette']} aria-label={label} onClose={onClose} onClick={(event) => { if (event.target === dialog.current) onClose(); }}>
      <div className={styles['box']}>
        <Icon name="search" />
        <input
          autoFocus role="combobox" aria-expanded aria-controls={listId} aria-autocomplete="list" aria-activedescendant={activeHit ? `${listId}-${activeHit.key}` : undefined}
          aria-label={label} placeholder={t('search.placeholder')} value={text}
          onChange={(event) => { setText(event.target.value); setActive(0); }} onKeyDown={onKey}
        />
        <kbd>Esc</kbd>
      </div>
      <ul role="listbox" id={listId} className={styles['hits']} aria-label={t('search')}>
        {hits.map((hit, index) => (
          <li key={hit.key} role="presentation">
            {hits[index - 1]?.group !== hit.group && <div className={styles['group']}>{t(`search.${hit.group}`)}</div>}
            <div role="option" id={`${listId}-${hit.key}`} aria-selected={hit === activeHit} className={styles['hit']} onMouseMove={() => setActive(index)} onClick={() => open(hit)}>
              <Icon name={hit.icon} /><span className={styles['name']}>{hit.name}</span><span className={styles['detail']}>{hit.detail}</span>
            </div>
          </li>
        ))}
      </ul>
      <div className={styles['foot']}>{hits.length === 0 && q !== '' ? t('search.none', { q }) : t('search.hint')}</div>
    </dialog>
  );
}

function useHits(text: string, q: string): Hit[] {
  const t = useTexts(uiTexts);
  const language = useLanguage();
  const name = useName();
  const alarmName = useAlarmName();
  const can = useCan();
  const features = useFeatures();
  const hasAlarms = useMe().rooms.includes('operations');
  const searches = q !== '' && can(permissions.readPark);
  const assets = useQuery({ ...assetSearchQuery(q), enabled: searches });
  const alarms = useQuery({ ...alarmListQuery({ state: 'open', q, pageSize: 8 }), enabled: q !== '' && hasAlarms && can(permissions.readAlarms) });
  const points = useQuery({ ...pointListQuery({ q, pageSize: 20 }), enabled: searches });

  return useMemo(() => {
    const pages: Hit[] = features.flatMap((feature) => feature.rail ?? [])
      .filter((item) => can(item.permission) && (text === '' || item.label.some((label) => label.toLowerCase().includes(text.toLowerCase()))))
      .map((item) => ({ key: `page-${item.to}`, group: 'pages', icon: item.icon, name: pick(item.label, language), detail: t(`group.${item.group}`), to: item.to }));
    if (text === '') return pages;
    const alarmHits: Hit[] = (q !== '' ? alarms.data?.items ?? [] : []).map((alarm) => ({
      key: `alarm-${alarm.id}`, group: 'alarms', icon: 'alarm', name: alarmName(alarm), detail: `${name(alarm.assetNameZh, alarm.assetNameEn)} · ${formatTime(alarm.raised)}`, to: links.openAlarm(alarm.id),
    }));
    const assetHits: Hit[] = (searches ? assets.data?.items ?? [] : []).map((asset) => ({
      key: `asset-${asset.id}`, group: 'assets', icon: 'asset', name: name(asset.nameZh, asset.nameEn), detail: `${t(`kind.${asset.kind}`)} · ${asset.code}`, to: links.asset(asset.id),
    }));
    const pointHits: Hit[] = (searches ? points.data?.items ?? [] : []).map((point) => ({
      key: `point-${point.id}`, group: 'points', icon: 'point', name: name(point.nameZh, point.nameEn), detail: `${name(point.assetNameZh, point.assetNameEn)} · ${point.code}`, to: links.trend([point.id]),
    }));
    return [...pages, ...alarmHits, ...assetHits, ...pointHits];
    // `can` is made anew each time but only depends on the account.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [features, text, q, searches, alarms.data, assets.data, points.data, language, name, t]);
}

function useDebounced(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
