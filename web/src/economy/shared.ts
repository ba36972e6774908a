import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, readTagged, type Tagged } from '../api/client';
import type { components } from '../api/schema';
import { formatNumber, missing } from '../ui/format';
import type { Language } from '../ui/i18n';

type Schemas = components['schemas'];
export type Overview = Schemas['Overview'];
export type OverviewFigure = Schemas['OverviewFigure'];
export type Breakdown = Schemas['Breakdown'];
export type BreakdownRow = Schemas['BreakdownRow'];
export type FigureSource = Schemas['FigureSource'];
export type IndicatorItem = Schemas['IndicatorItem'];
export type FilingDetail = Schemas['FilingDetail'];
export type FilingLine = Schemas['FilingLine'];
export type FilingDuty = Schemas['FilingDuty'];
export type FilingItem = Schemas['FilingItem'];
export type FilingState = FilingItem['state'];
export type MisfitItem = Schemas['MisfitItem'];
export type LightBoard = Schemas['LightBoard'];
export type LightRow = Schemas['LightRow'];
export type Light = Schemas['Light'];
export type IndicatorForecast = Schemas['IndicatorForecast'];
export type IndicatorMarks = Schemas['IndicatorMarks'];
export type IndicatorNowcast = Schemas['IndicatorNowcast'];
export type ReminderItem = Schemas['ReminderItem'];
export type BreakdownBy = 'area' | 'section' | 'division' | 'chain' | 'enterprise';

/** Names of the server's permissions of this room. */
export const economyPermissions = {
  read: 'economy.read', filings: 'economy.filings.read', file: 'economy.file', check: 'economy.check', accept: 'economy.accept', configure: 'economy.configure',
} as const;

export const areasQuery = queryOptions({
  queryKey: ['economy', 'areas'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/areas', { signal })),
  staleTime: 60_000,
});

const some = (text: string): string | undefined => text || undefined;
const id = (text: string): number | undefined => Number(text) || undefined;

export const overviewQuery = (asset: string, period: string) => queryOptions({
  queryKey: ['economy', 'overview', asset, period],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/overview', { params: { query: { asset: id(asset), period: some(period) } }, signal })),
  placeholderData: keepPreviousData,
});

export const indicatorsQuery = (q: string) => queryOptions({
  queryKey: ['economy', 'indicators', q],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/indicators', { params: { query: { q: some(q), pageSize: 500 } }, signal })),
  placeholderData: keepPreviousData,
});

export const indicatorQuery = (code: string) => queryOptions({
  queryKey: ['economy', 'indicator', code],
  queryFn: ({ signal }): Promise<Tagged<IndicatorItem>> => readTagged(api.GET('/api/v1/economy/indicators/{code}', { params: { path: { code } }, signal })),
});

export interface FigureFilter { code: string; asset: string; period: string; asOf: string }

export const seriesQuery = ({ code, asset, asOf }: FigureFilter, basis: string) => queryOptions({
  queryKey: ['economy', 'series', code, asset, asOf, basis],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/series', { params: { query: { code, asset: id(asset), asOf: some(asOf), basis: some(basis) } }, signal })),
  placeholderData: keepPreviousData,
});

export const breakdownQuery = ({ code, asset, period, asOf }: FigureFilter, by: BreakdownBy) => queryOptions({
  queryKey: ['economy', 'breakdown', code, asset, period, asOf, by],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/breakdown', { params: { query: { code, asset: id(asset), period: some(period), by, asOf: some(asOf) } }, signal })),
  placeholderData: keepPreviousData,
});

export const sourceQuery = ({ code, asset, period, asOf }: FigureFilter) => queryOptions({
  queryKey: ['economy', 'source', code, asset, period, asOf],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/source', { params: { query: { code, asset: id(asset), period: some(period), asOf: some(asOf) } }, signal })),
});

export const vintagesQuery = ({ code, asset, period }: FigureFilter) => queryOptions({
  queryKey: ['economy', 'vintages', code, asset, period],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/vintages', { params: { query: { code, asset: id(asset), period: some(period) } }, signal })),
});

export const lightsQuery = (asset: string, period: string) => queryOptions({
  queryKey: ['economy', 'lights', asset, period],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/warning-lights', { params: { query: { asset: id(asset), period: some(period) } }, signal })),
  placeholderData: keepPreviousData,
});

export const forecastQuery = ({ code, asset, asOf }: FigureFilter, method: string) => queryOptions({
  queryKey: ['economy', 'forecast', code, asset, asOf, method],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/forecast', { params: { query: { code, asset: id(asset), asOf: some(asOf), method: some(method) } }, signal })),
  placeholderData: keepPreviousData,
});

export const nowcastQuery = ({ code, asset }: Pick<FigureFilter, 'code' | 'asset'>) => queryOptions({
  queryKey: ['economy', 'nowcast', code, asset],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/nowcast', { params: { query: { code, asset: id(asset) } }, signal })),
});

export const marksQuery = ({ code, asset, asOf }: FigureFilter) => queryOptions({
  queryKey: ['economy', 'marks', code, asset, asOf],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/marks', { params: { query: { code, asset: id(asset), asOf: some(asOf) } }, signal })),
});

export const countsQuery = (period: string) => queryOptions({
  queryKey: ['economy', 'filings', 'counts', period],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/filing-counts', { params: { query: { period: some(period) } }, signal })),
});

export const dutiesQuery = (form: string, period: string, late: boolean, page: number) => queryOptions({
  queryKey: ['economy', 'filings', 'duties', form, period, late, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/filing-duties', { params: { query: { form, period: some(period), late: late || undefined, page, pageSize: 100 } }, signal })),
  placeholderData: keepPreviousData,
});

export const remindersQuery = (form: string, period: string, page: number) => queryOptions({
  queryKey: ['economy', 'filings', 'reminders', form, period, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/filing-reminders', { params: { query: { form, period: some(period), page, pageSize: 100 } }, signal })),
  placeholderData: keepPreviousData,
});

export const filingsQuery = (state: FilingState, page: number) => queryOptions({
  queryKey: ['economy', 'filings', 'list', state, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/filings', { params: { query: { state, page, pageSize: 100 } }, signal })),
  placeholderData: keepPreviousData,
});

/** The newest forms of one enterprise. */
export const assetFilingsQuery = (asset: number) => queryOptions({
  queryKey: ['economy', 'filings', 'asset', asset],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/filings', { params: { query: { asset, pageSize: 20 } }, signal })),
});

export const formsQuery = queryOptions({ queryKey: ['economy', 'forms'], queryFn: ({ signal }) => read(api.GET('/api/v1/economy/forms', { signal })), staleTime: Infinity });

export const filingQuery = (filing: number) => queryOptions({
  queryKey: ['economy', 'filings', 'one', filing],
  queryFn: ({ signal }): Promise<Tagged<FilingDetail>> => readTagged(api.GET('/api/v1/economy/filings/{id}', { params: { path: { id: filing } }, signal })),
});

export const misfitsQuery = (form: string, period: string, page: number) => queryOptions({
  queryKey: ['economy', 'filings', 'misfits', form, period, page],
  queryFn: ({ signal }) => read(api.GET('/api/v1/economy/misfits', { params: { query: { form, period: some(period), page, pageSize: 100 } }, signal })),
  placeholderData: keepPreviousData,
});

/** `2026-01..2026-02` as people say it. */
export function periodName(period: string, language: Language): string {
  const range = /^(\d{4})-(\d{2})\.\.\d{4}-(\d{2})$/.exec(period);
  const month = /^(\d{4})-(\d{2})$/.exec(period);
  const quarter = /^(\d{4})-Q(\d)$/.exec(period);
  if (range) return language === 'zh' ? `${range[1]}年${Number(range[2])}—${Number(range[3])}月` : `${monthName(range[2])}–${monthName(range[3])} ${range[1]}`;
  if (month) return language === 'zh' ? `${month[1]}年${Number(month[2])}月` : `${monthName(month[2])} ${month[1]}`;
  if (quarter) return language === 'zh' ? `${quarter[1]}年${quarter[2]}季度` : `Q${quarter[2]} ${quarter[1]}`;
  return language === 'zh' && /^\d{4}$/.test(period) ? `${period}年` : period;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthName = (month: string | undefined): string => months[Number(month) - 1] ?? '';

const unitsInEnglish: Record<string, string> = {
  '万元': '×10⁴ yuan', '亿元': '×10⁸ yuan', '元': 'yuan', '人': 'people', '亩': 'mu', '天': 'days', '点': 'points', '户': 'enterprises', '台': 'units', '道': 'processes',
  '万kWh': '×10 MWh', '万m³': '×10⁴ m³', '元/百元': 'yuan per 100', '百分点': 'points', '上年同期=100': 'last year = 100',
};
export const unitName = (unit: string, language: Language): string => (language === 'zh' ? unit : unitsInEnglish[unit] ?? unit.split('/').map((part) => unitsInEnglish[part] ?? part).join('/'));

/** A figure with its unit; large money in 亿元. */
export function figureText(value: number | null | undefined, decimals: number, unit: string, language: Language): string {
  if (value === null || value === undefined) return missing;
  if (unit === '万元' && Math.abs(value) >= 10_000) return `${formatNumber(value / 10_000, 2)} ${unitName('亿元', language)}`;
  return `${formatNumber(value, decimals)}${unit ? `${unit === '%' ? '' : ' '}${unitName(unit, language)}` : ''}`;
}

/** Signed, with one decimal. */
export const signed = (value: number | null | undefined, decimals = 1): string => (value === null || value === undefined ? missing : `${value > 0 ? '+' : ''}${formatNumber(value, decimals)}`);
