import type { components } from './schema';

type Schemas = components['schemas'];

/** The shapes the pages speak about, under the names of the house. Everything comes from the OpenAPI document. */
export type Me = Schemas['Me'];
export type Account = Schemas['Account'];
export type GrantItem = Schemas['GrantRequest'];
export type Role = Schemas['RoleItem'];
export type Token = Schemas['Token'];
export type CreatedToken = Schemas['IssuedToken'];
export type AuditEntry = Schemas['AuditItem'];
export type Asset = Schemas['AssetItem'];
/** The document only knows that attributes are JSON; what each may be says `GET /api/v1/asset-attributes`. */
export const attributesOf = (asset: Asset): Record<string, unknown> => (asset.attributes ?? {}) as Record<string, unknown>;
export type AssetStep = Schemas['AssetStep'];
export type AttributeItem = Schemas['AttributeItem'];
export type IndustryItem = Schemas['IndustryItem'];
export type AssetNode = Schemas['AssetNode'];
export type AssetKind = AssetNode['kind'];
export type AssetEdit = Schemas['AssetDraft'];
export type AssetFeatures = Schemas['AssetFeatureCollection'];
export type AssetFeature = Schemas['AssetFeature'];
export interface ImportCount { created: number; updated: number }
export interface ImportResult { assets: ImportCount; sources: ImportCount; points: ImportCount }
export interface ImportCell { sheet: string; row: number; column: string; value: string | null; reason: string }
export type Quantity = Schemas['QuantityItem'];
export type PointItem = Schemas['PointItem'];
export type PointEdit = Schemas['PointDraft'];
export type Limits = Schemas['PointLimits'];
export type Samples = Schemas['SeriesSamples'];
export type SamplesAnswer = Schemas['SamplesOfPoints'];
export type SeriesItem = Schemas['SeriesItem'];
export type SourceItem = Schemas['SourceItem'];
export type SourceDetail = SourceItem & Pick<Schemas['SourceDetail'], 'configuredHeartbeatSeconds' | 'settings' | 'secretsSet'>;
export type Gateway = Schemas['GatewayItem'];
export type GatewayCommand = Schemas['GatewayCommand'];
export type GatewayArgument = Schemas['GatewayArgument'];
export type SourceTemplate = Schemas['SourceTemplateItem'];
export type ClaimPoint = Schemas['ClaimPoint'];
export type ClaimProposal = Schemas['ClaimProposal'];
export type Frame = Schemas['FrameItem'];
export type DeviceRequest = Schemas['DeviceRequest'];
export type AlarmItem = Schemas['AlarmItem'];
export type AlarmEvent = Schemas['AlarmEventItem'];
export type AlarmSummary = Schemas['AlarmSummary'];
export type AlarmDefinition = Schemas['AlarmDefinitionItem'];
export type AlarmDefinitionEdit = Schemas['AlarmDefinitionDraft'];
export type AlarmChange = Schemas['AlarmDefinitionChangeItem'];
export type AlarmPerformance = Schemas['AlarmPerformance'];
export type PerformanceFigure = Schemas['PerformanceFigure'];
export type AlarmShare = Schemas['AlarmShare'];
export type MapState = Schemas['MapState'];

export interface PageOf<T> { items: T[]; total: number; page: number; pageSize: number }
