import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useCallback, useMemo } from 'react';
import { Chart, useChartColors, useSeriesColors } from '../../ui/chart/Chart';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatNumber, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { useCan } from '../../ui/session';
import { useFilter } from '../../ui/useFilter';
import { areasQuery, economyPermissions, figureText, overviewQuery, periodName, signed, type Breakdown, type BreakdownRow, type Overview, type OverviewFigure } from '../shared';
import { NowcastCard } from '../indicators/NowcastCard';
import { barsAndGrowthOption, waterfallOption } from './charts';
import styles from './Overview.module.css';
import { SourcePanel } from './SourcePanel';
import { overviewTexts } from './texts';

const defaults = { asset: '', period: '', open: '', of: '' };

/** How the month went: one sentence whose every figure can be followed, the figures, and who moved them. */
export default function OverviewPage() {
  const t = useTexts(overviewTexts);
  const language = useLanguage();
  const can = useCan();
  const [filter, setFilter] = useFilter(defaults);
  const overview = useQuery(overviewQuery(filter.asset, filter.period));
  const close = useCallback(() => setFilter({ open: '', of: '' }), [setFilter]);
  const show = useCallback((code: string, of: string) => setFilter({ open: code, of }), [setFilter]);
  const asset = overview.data ? String(overview.data.assetId) : filter.asset;
  const report = (kind: string): string => `/api/v1/economy/reports/monthly.${kind}?asset=${asset}&period=${encodeURIComponent(overview.data?.period ?? '')}${overview.data?.completeness.isProtected === false ? '&inside=true' : ''}`;
  const isArea = (overview.data?.completeness.due ?? 0) > 0;
  return (
    <Page
      title={t('title')} figure={overview.data && `${periodName(overview.data.period, language)}`}
      actions={(
        <>
          <AreaSelect value={filter.asset || asset} onChange={(next) => setFilter({ asset: next, open: '' })} />
          <Select aria-label={t('month')} style={{ width: 150 }} value={overview.data?.period ?? ''} onChange={(period) => setFilter({ period, open: '' })} options={(overview.data?.periods ?? []).map((period) => ({ value: period, label: periodName(period, language) }))} />
          <Button href={report('html')} target="_blank" disabled={!isArea} icon={<Icon name="audit" size={14} />}>{t('report')}</Button>
          <Button href={report('xlsx')} disabled={!isArea} icon={<Icon name="download" size={14} />}>{t('reportXlsx')}</Button>
        </>
      )}
    >
      <QueryView query={overview} skeleton="block" isEmpty={(data) => data.periods.length === 0} empty={<>{t('empty')} {can(economyPermissions.filings) && <LinkButton to="/economy/filing" type="primary">{t('toFiling')}</LinkButton>}</>}>
        {(data) => (
          <div className={styles['columns']}>
            <div className={styles['main']}>
              <Sentence overview={data} onFigure={show} />
              <Figures overview={data} open={filter.open} onFigure={show} />
              <NowcastCard indicator={{ code: 'GOV', unit: '万元', decimals: 0 }} asset={asset} quiet />
              <div className={styles['two']}>
                <Pulls breakdown={data.industries} />
                <Areas breakdown={data.areas} />
              </div>
            </div>
            {filter.open && <SourcePanel figure={{ code: filter.open, asset, period: filter.of || data.period, asOf: '' }} onClose={close} />}
          </div>
        )}
      </QueryView>
    </Page>
  );
}

export function AreaSelect({ value, onChange }: { value: string; onChange: (asset: string) => void }) {
  const t = useTexts(overviewTexts);
  const name = useName();
  const areas = useQuery(areasQuery);
  return (
    <Select
      aria-label={t('area')} style={{ width: 240 }} value={value || null} onChange={(next: string | null) => onChange(next ?? '')} loading={areas.isPending} showSearch={{ optionFilterProp: 'label' }}
      options={(areas.data ?? []).map((area) => ({ value: String(area.id), label: `${' '.repeat(Math.max(0, area.depth) * 2)}${name(area.nameZh, area.nameEn)}` }))}
    />
  );
}

function Sentence({ overview, onFigure }: { overview: Overview; onFigure: (code: string, period: string) => void }) {
  const t = useTexts(overviewTexts);
  const { completeness } = overview;
  return (
    <Card title={t('sentence')}>
      <p className={styles['sentence']} data-testid="sentence">
        {overview.sentence.map((part, index) => (part.code
          ? <button key={index} type="button" className={styles['figure']} onClick={() => onFigure(part.code ?? '', part.period ?? '')}>{part.text}</button>
          : <span key={index}>{part.text}</span>))}
      </p>
      <p className={styles['meta']}>
        {t('complete', { due: completeness.due, accepted: completeness.accepted, deadline: completeness.deadline })}
        {' · '}{t(completeness.isProtected ? 'protected' : 'open')}
      </p>
    </Card>
  );
}

export function Figures({ overview, open, onFigure }: { overview: Overview; open: string; onFigure: (code: string, period: string) => void }) {
  const t = useTexts(overviewTexts);
  const language = useLanguage();
  const name = useName();
  const columns = useMemo((): Column<OverviewFigure>[] => {
    const growth = (figure: OverviewFigure, value: number | null): string => (value === null ? missing : `${signed(value)}${figure.kind === 'flow' || figure.kind === 'level' ? '%' : figure.unit === '%' ? ` ${t('points')}` : ''}`);
    return [
      { key: 'name', title: t('indicator'), render: (figure) => <>{name(figure.nameZh, figure.nameEn)}</> },
      { key: 'value', title: t('value'), align: 'right', render: (figure) => (figure.hidden ? <span className={styles['hidden']} title={t('hiddenHint')}>{t('hidden')}</span> : figureText(figure.value, figure.decimals, figure.unit, language)) },
      { key: 'growth', title: t('growth'), align: 'right', render: (figure) => growth(figure, figure.growth) },
      { key: 'real', title: t('real'), align: 'right', render: (figure) => (figure.realGrowth === null ? missing : `${signed(figure.realGrowth)}%`) },
      { key: 'cumulative', title: t('cumulative'), align: 'right', render: (figure) => figureText(figure.cumulative, figure.decimals, figure.unit, language) },
      { key: 'cumulativeGrowth', title: t('cumulativeGrowth'), align: 'right', render: (figure) => growth(figure, figure.cumulativeGrowth) },
      { key: 'reporting', title: t('reporting'), align: 'right', width: 90, render: (figure) => `${figure.reporting}/${figure.expected}` },
      { key: 'cumulativeReporting', title: t('cumulativeReporting'), align: 'right', width: 110, render: (figure) => (figure.cumulativeReporting === null ? missing : `${figure.cumulativeReporting}/${figure.expected}`) },
    ];
  }, [t, language, name]);
  return (
    <Card title={t('figures')} padded={false}>
      <DataTable label={t('figures')} columns={columns} rows={overview.figures} rowKey={(figure) => figure.code} openKey={open || null} onOpen={(figure) => onFigure(figure.code, figure.period)} />
      <p className={styles['meta']} style={{ margin: '8px 16px' }}>{t('sinceJanuary')}</p>
    </Card>
  );
}

export function Pulls({ breakdown, title }: { breakdown: Breakdown; title?: string }) {
  const t = useTexts(overviewTexts);
  const name = useName();
  const colors = useChartColors();
  const series = useSeriesColors();
  const option = useMemo(() => {
    const rows = breakdown.rows.filter((row): row is BreakdownRow & { pull: number } => row.pull !== null).sort((a, b) => b.pull - a.pull);
    return waterfallOption(rows.map((row) => ({ name: name(row.nameZh, row.nameEn), value: row.pull })), { name: t('total'), value: breakdown.total.growth ?? 0 }, colors, series[0] ?? '', series[1] ?? '');
  }, [breakdown, colors, series, name, t]);
  return <Card title={title ?? t('pulls')}><Chart option={option} label={title ?? t('pulls')} height={300} /></Card>;
}

function Areas({ breakdown }: { breakdown: Breakdown }) {
  const t = useTexts(overviewTexts);
  const title = t(breakdown.by === 'area' ? 'areas' : 'sections');
  return <Card title={title}><PartsChart breakdown={breakdown} label={title} /></Card>;
}

export function PartsChart({ breakdown, label }: { breakdown: Breakdown; label: string }) {
  const t = useTexts(overviewTexts);
  const name = useName();
  const colors = useChartColors();
  const series = useSeriesColors();
  const option = useMemo(() => barsAndGrowthOption(
    breakdown.rows.map((row) => name(row.nameZh, row.nameEn)), breakdown.rows.map((row) => row.value), breakdown.rows.map((row) => row.growth),
    { value: t('value'), growth: t('growth') }, colors, series[0] ?? '', series[1] ?? '',
  ), [breakdown, colors, series, name, t]);
  return <Chart option={option} label={label} height={300} />;
}

/** The parts of a total as a table, for those who want the figures. */
export function PartsTable({ breakdown, decimals, unit }: { breakdown: Breakdown; decimals: number; unit: string }) {
  const t = useTexts(overviewTexts);
  const language = useLanguage();
  const name = useName();
  const columns: Column<BreakdownRow>[] = [
    { key: 'name', title: t('name'), render: (row) => name(row.nameZh, row.nameEn) },
    { key: 'value', title: t('value'), align: 'right', render: (row) => (row.hidden ? <span className={styles['hidden']} title={t('hiddenHint')}>{t('hidden')}</span> : figureText(row.value, decimals, unit, language)) },
    { key: 'growth', title: t('growth'), align: 'right', render: (row) => signed(row.growth, 2) },
    { key: 'share', title: t('share'), align: 'right', render: (row) => (row.share === null ? missing : `${formatNumber(row.share, 1)}%`) },
    { key: 'pull', title: t('pull'), align: 'right', render: (row) => signed(row.pull, 2) },
    { key: 'contribution', title: t('contribution'), align: 'right', render: (row) => (row.contribution === null ? missing : `${formatNumber(row.contribution, 1)}%`) },
    { key: 'reporting', title: t('reporting'), align: 'right', width: 90, render: (row) => `${row.reporting}/${row.expected}` },
  ];
  return <DataTable label={t('name')} columns={columns} rows={breakdown.rows} rowKey={(row) => row.key} />;
}
