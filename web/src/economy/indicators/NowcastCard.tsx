import { useQuery } from '@tanstack/react-query';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatNumber, missing } from '../../ui/format';
import { useLanguage, useTexts } from '../../ui/i18n';
import { Card } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import styles from '../overview/Overview.module.css';
import { figureText, nowcastQuery, periodName, signed, unitName, type IndicatorNowcast } from '../shared';
import { indicatorTexts } from './texts';

interface Shown { code: string; decimals: number; unit: string }

/** The months without forms by the meters, with what that would have been worth. */
export function NowcastCard({ indicator, asset, quiet = false }: { indicator: Shown; asset: string; quiet?: boolean }) {
  const t = useTexts(indicatorTexts);
  const language = useLanguage();
  const nowcast = useQuery(nowcastQuery({ code: indicator.code, asset }));
  // Where it is one card of many, only a figure is worth a place.
  if (quiet && (nowcast.data?.points.length ?? 0) === 0) return null;
  return (
    <Card title={`${t('nowcast')} · ${unitName(indicator.unit, language)}`}>
      <QueryView query={nowcast} skeleton="block">{(data) => (data.refusal ? <p className={styles['meta']}>{data.refusal}</p> : <Nowcast nowcast={data} indicator={indicator} />)}</QueryView>
    </Card>
  );
}

function Nowcast({ nowcast, indicator }: { nowcast: IndicatorNowcast; indicator: Shown }) {
  const t = useTexts(indicatorTexts);
  const language = useLanguage();
  const text = (value: number): string => figureText(value, indicator.decimals, indicator.unit, language);
  type Row = IndicatorNowcast['points'][number];
  const columns: Column<Row>[] = [
    { key: 'period', title: t('period'), render: (row) => periodName(row.period, language) },
    { key: 'value', title: t('nowcast.value'), align: 'right', render: (row) => text(row.value) },
    { key: 'interval', title: t('forecast.interval', { n: Math.round(nowcast.confidence * 100) }), align: 'right', render: (row) => `${text(row.lower)} – ${text(row.upper)}` },
    { key: 'growth', title: t('growth'), align: 'right', render: (row) => `${signed(row.growth)}%` },
    { key: 'electricity', title: t('nowcast.electricity'), align: 'right', render: (row) => `${signed(row.electricityGrowth)}%` },
    { key: 'days', title: t('nowcast.days'), align: 'right', render: (row) => `${row.daysMetered}/${row.days}` },
    { key: 'share', title: t('nowcast.share'), align: 'right', render: (row) => t('nowcast.shareOf', { n: row.enterprises, share: formatNumber(row.meteredShare, 0) }) },
    { key: 'release', title: t('nowcast.release'), align: 'right', render: (row) => row.release },
  ];
  const { test } = nowcast;
  return (
    <>
      <DataTable label={t('nowcast')} columns={columns} rows={nowcast.points} rowKey={(row) => row.period} />
      <p className={styles['meta']}>
        {t('nowcast.basis', { n: nowcast.steps, metered: nowcast.meteredSteps, elasticity: nowcast.elasticity === null ? missing : formatNumber(nowcast.elasticity, 2) })}
        {nowcast.festival !== null && ` · ${t('nowcast.festival')}`}
        <br />
        {test
          ? t('nowcast.test', { errors: test.errors, smape: formatNumber(test.smape, 1), naive: formatNumber(test.seasonalNaiveSmape, 1), worth: formatNumber(nowcast.worth ?? 0, 0), covered: formatNumber(test.covered, 0) })
          : t('nowcast.noTest')}
        {test && test.smape >= test.seasonalNaiveSmape && <><br /><strong>{t('nowcast.worse')}</strong></>}
      </p>
    </>
  );
}
