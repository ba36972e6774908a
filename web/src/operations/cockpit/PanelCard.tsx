import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { formatCompact, formatNumber } from '../../ui/format';
import { useUnitSymbol } from '../../ui/useUnitSymbol';
import styles from './Cockpit.module.css';
import { MiniChart } from './MiniChart';
import type { CockpitFigure, CockpitPanel, CockpitRow } from './queries';
import { cockpitTexts } from './texts';

interface PanelCardProps { panel: CockpitPanel; dimmed: boolean; selectedId: number | undefined; onSelect: (assetId: number) => void }

/** One system on the wall: headline, what it is measured by, a small chart, a ranking. */
export function PanelCard({ panel, dimmed, selectedId, onSelect }: PanelCardProps) {
  const name = useName();
  const figure = useFigure();
  return (
    <section className={`${styles['panel']} ${dimmed ? styles['dimmed'] : ''}`} aria-label={name(panel.title.zh, panel.title.en)}>
      <div className={styles['panelHead']}><h2>{name(panel.title.zh, panel.title.en)}</h2><span>{name(panel.period.zh, panel.period.en)}</span></div>
      <div className={styles['headline']} title={name(panel.origin.zh, panel.origin.en)}>
        <strong>{figure(panel.headline).number}</strong>
        <span>{figure(panel.headline).unit}</span>
        <span className={styles['what']}>{name(panel.headline.label.zh, panel.headline.label.en)}</span>
      </div>
      {panel.beside && <div className={styles['beside']}>{name(panel.beside.label.zh, panel.beside.label.en)} <b>{figure(panel.beside).number}</b> {figure(panel.beside).unit}</div>}
      {panel.chart && <MiniChart chart={panel.chart} label={name(panel.title.zh, panel.title.en)} />}
      <div className={styles['rows']}>
        {panel.ranking.slice(0, panel.chart ? 3 : 5).map((row, i) => <Row key={row.assetId ?? i} row={row} selected={row.assetId !== null && row.assetId === selectedId} onSelect={onSelect} />)}
      </div>
      <div className={styles['origin']}>{name(panel.origin.zh, panel.origin.en)}</div>
    </section>
  );
}

function Row({ row, selected, onSelect }: { row: CockpitRow; selected: boolean; onSelect: (assetId: number) => void }) {
  const name = useName();
  const figure = useFigure();
  const { number, unit } = figure(row);
  const content = <><span>{name(row.label.zh, row.label.en)}</span><b>{number}{unit && <i> {unit}</i>}</b></>;
  const id = row.assetId;
  return id === null || id === undefined
    ? <div className={styles['row']}>{content}</div>
    : <button type="button" className={styles['row']} aria-pressed={selected} onClick={() => onSelect(id)}>{content}</button>;
}

function useFigure(): (figure: Pick<CockpitFigure, 'value' | 'decimals' | 'unit'>) => { number: string; unit: string } {
  const language = useLanguage();
  const symbol = useUnitSymbol();
  return ({ value, decimals, unit }) => ({
    number: value !== null && value !== undefined && Math.abs(value) >= 100_000 ? formatCompact(value, language, 1) : formatNumber(value, decimals),
    unit: unit === '' ? '' : symbol(unit),
  });
}

export function NoPanels() {
  const t = useTexts(cockpitTexts);
  return <p className={styles['noPanels']}>{t('noPanels')}</p>;
}
