import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useCallback, useMemo } from 'react';
import { Link } from 'react-router';
import { Chart, useChartColors, useSeriesColors } from '../../ui/chart/Chart';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatNumber, missing } from '../../ui/format';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { useFilter } from '../../ui/useFilter';
import { linesOption } from '../overview/charts';
import styles2 from '../overview/Overview.module.css';
import { AreaSelect } from '../overview/OverviewPage';
import { SourcePanel } from '../overview/SourcePanel';
import { figureText, lightsQuery, periodName, signed, type LightBoard, type LightRow } from '../shared';
import { LightMark, LightStrip } from './LightMark';
import styles from './Lights.module.css';
import { lightTexts } from './texts';

/** Is the economy too hot or too cold: the light of all, the light of each, and what runs ahead. */
export default function LightsPage() {
  const t = useTexts(lightTexts);
  const language = useLanguage();
  const [filter, setFilter] = useFilter({ asset: '', period: '', open: '', of: '' });
  const board = useQuery(lightsQuery(filter.asset, filter.period));
  const close = useCallback(() => setFilter({ open: '', of: '' }), [setFilter]);
  const asset = board.data ? String(board.data.assetId) : filter.asset;
  return (
    <Page
      title={t('title')} figure={board.data && <>{periodName(board.data.period, language)} {board.data.composite && <LightMark light={board.data.composite.light} />}</>}
      actions={(
        <>
          <AreaSelect value={filter.asset || asset} onChange={(next) => setFilter({ asset: next, period: '', open: '' })} />
          <Select aria-label={t('month')} style={{ width: 150 }} value={board.data?.period ?? ''} onChange={(period) => setFilter({ period, open: '' })} options={(board.data?.periods ?? []).map((period) => ({ value: period, label: periodName(period, language) }))} />
        </>
      )}
    >
      <QueryView query={board} skeleton="block" isEmpty={(data) => data.periods.length === 0} empty={t('none')}>
        {(data) => (
          <div className={styles2['columns']}>
            <div className={styles2['main']}>
              <Composite board={data} />
              <Lights board={data} open={filter.open} onOpen={(row) => setFilter({ open: row.code, of: row.period })} />
              <Indices board={data} />
            </div>
            {filter.open && <SourcePanel figure={{ code: filter.open, asset, period: filter.of, asOf: '' }} onClose={close} />}
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function Composite({ board }: { board: LightBoard }) {
  const t = useTexts(lightTexts);
  const { composite, compositeLimits: limits } = board;
  return (
    <Card title={t('composite')}>
      {composite ? (
        <div className={styles['whole']}>
          <span className={styles['index']} data-testid="composite">{formatNumber(composite.index, 1)}</span>
          <span><LightMark light={composite.light} /><br /><span className={styles['sub']}>{t('compositeOf', { count: composite.count, share: formatNumber(composite.fullShare, 1) })}</span></span>
          <LightStrip points={board.composites} label={t('course')} />
        </div>
      ) : <p className={styles['note']}>{board.reason}</p>}
      <p className={styles['note']}>
        {t('bands', { red: limits.red, yellow: limits.yellow, lightBlue: limits.lightBlue, blue: limits.blue })}
        <br />{t('source', { edition: board.edition, source: board.source })}{board.isProtected && <> · {t('protected')}</>}
      </p>
    </Card>
  );
}

function Lights({ board, open, onOpen }: { board: LightBoard; open: string; onOpen: (row: LightRow) => void }) {
  const t = useTexts(lightTexts);
  const language = useLanguage();
  const name = useName();
  const columns = useMemo((): Column<LightRow>[] => {
    const told = (row: LightRow, value: number | null | undefined): string => (value === null || value === undefined ? missing : row.measure === 'growth' ? `${signed(value)}%` : figureText(value, row.decimals, row.unit, language));
    return [
      { key: 'name', title: t('indicator'), render: (row) => name(row.nameZh, row.nameEn) },
      { key: 'measure', title: t('measure'), width: 90, render: (row) => t(`measure.${row.measure}`) },
      { key: 'value', title: t('value'), align: 'right', width: 110, render: (row) => told(row, row.value) },
      { key: 'light', title: t('light'), width: 140, render: (row) => (row.light ? <LightMark light={row.light} /> : <span className={styles['sub']} title={row.reason ?? ''}>{row.reason}</span>) },
      { key: 'normal', title: t('normal'), width: 210, render: (row) => (row.limits ? <>{told(row, row.limits.lightBlue)} … {told(row, row.limits.yellow)} <span className={styles['sub']}>{row.isFixed ? t('limits.fixed') : t('limits.history', { n: row.history })}{row.highIsBad ? ` · ${t('mirrored')}` : ''}</span></> : missing) },
      { key: 'months', title: t('months'), align: 'right', width: 100, render: (row) => (row.light ? <>{row.monthsInBand}{row.isWarning && <span className={styles['warning']} title={t('warningHint', { n: board.warnAfter })}> {t('warning')}</span>}</> : missing) },
      { key: 'course', title: t('course'), width: 170, render: (row) => <LightStrip points={row.points} label={name(row.nameZh, row.nameEn)} /> },
      { key: 'reporting', title: t('reporting'), align: 'right', width: 90, render: (row) => `${row.reporting}/${row.expected}` },
    ];
  }, [t, language, name, board.warnAfter]);
  return (
    <Card title={t('lights')} padded={false} actions={<Link to="/economy/plan">{t('plan')}</Link>}>
      <DataTable label={t('lights')} columns={columns} rows={board.lights} rowKey={(row) => row.code} openKey={open || null} onOpen={onOpen} />
    </Card>
  );
}

function Indices({ board }: { board: LightBoard }) {
  const t = useTexts(lightTexts);
  const language = useLanguage();
  const name = useName();
  const colors = useChartColors();
  const palette = useSeriesColors();
  const drawn = board.indices.filter((index) => index.points.length > 0);
  const option = useMemo(() => {
    const periods = [...new Set(board.indices.flatMap((index) => index.points.map((point) => point.period)))].sort();
    return linesOption(periods.map((period) => periodName(period, language)), board.indices.filter((index) => index.points.length > 0).map((index) => {
      const at = new Map(index.points.map((point) => [point.period, point.level]));
      return { name: name(index.nameZh, index.nameEn), values: periods.map((period) => at.get(period) ?? null) };
    }), colors, palette);
  }, [board.indices, colors, palette, language, name]);
  return (
    <Card title={t('indices')}>
      {drawn.length > 0 && <Chart option={option} label={t('indices')} height={280} />}
      <p className={styles['note']}>{t('indices.note')}</p>
      <div className={styles['parts']}>
        {board.indices.map((index) => {
          const newest = index.points.at(-1);
          return (
            <div key={index.code}>
              <h3>{name(index.nameZh, index.nameEn)} {newest && <>{formatNumber(newest.level, 1)} <span className={styles['sub']}>{signed(newest.growth, 2)}% · {t('diffusion')} {newest.diffusion === null ? missing : formatNumber(newest.diffusion, 0)}</span></>}</h3>
              {index.reason && <p className={styles['note']}>{index.reason}</p>}
              <table aria-label={name(index.nameZh, index.nameEn)}>
                <thead><tr><th scope="col">{t('component')}</th><th scope="col" style={{ textAlign: 'right' }}>{t('weight')}</th></tr></thead>
                <tbody>{index.components.map((part) => <tr key={part.code}><th scope="row">{name(part.nameZh, part.nameEn)}{part.reason && <span className={styles['sub']}> {part.reason}</span>}</th><td>{part.weight === null ? t('leftOut') : formatNumber(part.weight, 3)}</td></tr>)}</tbody>
              </table>
            </div>
          );
        })}
      </div>
    </Card>
  );
}
