import { useCurrentValue, useLiveStatus } from '../live/LiveContext';
import type { PointItem } from '../api/types';
import { useNow } from './clock';
import { formatAge, formatFullTime, formatNumber, missing } from './format';
import { useLanguage, useTexts } from './i18n';
import styles from './LiveValue.module.css';
import { flagOf, gradeOf } from './quality';
import { uiTexts } from './texts';
import { Icon } from './Icon';

type ShownPoint = Pick<PointItem, 'id' | 'decimals' | 'unitSymbol' | 'lastTime' | 'lastValue' | 'lastQuality' | 'stale'>;

interface LiveValueProps {
  point: ShownPoint;
  /** `row` for lists, `figure` for the one big number of a panel. */
  size?: 'row' | 'figure';
  withUnit?: boolean;
}

/** A point's newest value with its unit and everything one must know before trusting it. */
export function LiveValue({ point, size = 'row', withUnit = true }: LiveValueProps) {
  const t = useTexts(uiTexts);
  const { value, quality, time } = useCurrentValue(point);
  const streamLost = useLiveStatus() === 'stale';
  const fresh = time !== point.lastTime; // the stream has told something newer than the page read
  const stale = streamLost || (point.stale && !fresh);
  const grade = gradeOf(quality);
  const bad = grade === 'bad';
  const hint = time === null ? t('value.never') : stale ? t('value.staleAt', { time: formatFullTime(time) }) : [grade && t(`quality.${grade}`), flagOf(quality), formatFullTime(time)].filter(Boolean).join(' ');
  const classes = [styles['value'], styles[size], stale && time !== null ? styles['stale'] : '', bad ? styles['bad'] : '', grade === 'uncertain' ? styles['uncertain'] : ''];
  return (
    <span className={classes.join(' ')} title={hint} data-quality={grade ?? 'none'} data-stale={stale}>
      {stale && time !== null && <span className={styles['mark']}><Icon name="clock" size={size === 'figure' ? 18 : 13} /><span className="visually-hidden">{t('value.stale')}</span></span>}
      {bad && <span className={styles['badMark']} aria-label={t('quality.bad')}>?</span>}
      <span className={styles['number']}>{formatNumber(value, point.decimals)}</span>
      {withUnit && value !== null && point.unitSymbol && <span className={styles['unit']}>{'\u2009'}{point.unitSymbol}</span>}
    </span>
  );
}

/** When the newest value was measured, as an age; the full time on hover. */
export function LiveAge({ point }: { point: Pick<PointItem, 'id' | 'lastTime' | 'lastValue' | 'lastQuality'> }) {
  const { time } = useCurrentValue(point);
  return <Age time={time} />;
}

export function Age({ time }: { time: string | null | undefined }) {
  const language = useLanguage();
  const now = useNow();
  if (!time) return <span className={styles['age']}>{missing}</span>;
  return <time className={styles['age']} dateTime={time} title={formatFullTime(time)}>{formatAge(time, now, language)}</time>;
}
