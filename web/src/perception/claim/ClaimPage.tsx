import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { quantitiesQuery } from '../../api/shared';
import type { ClaimPoint, ClaimProposal, SourceItem } from '../../api/types';
import { AssetSelect } from '../../ui/AssetSelect';
import { DataTable, type Column } from '../../ui/DataTable';
import { Field, FormReason, FormRow, SelectField, TextField } from '../../ui/Field';
import { missing } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { Age } from '../../ui/LiveValue';
import { Card, Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { usePark } from '../../ui/shell/ParkSwitch';
import { claimProposalQuery, sourceQuery, templatesQuery } from '../queries';
import { perceptionTexts } from '../texts';

/** Three clicks: claim in the list, choose the asset, confirm. Everything else is proposed and may be changed. */
export default function ClaimPage() {
  const t = useTexts(perceptionTexts);
  const id = Number(useParams()['id']);
  const source = useQuery(sourceQuery(id));
  return (
    <Page title={t('claim.title')} figure={t('claim.intro')}>
      <QueryView query={source} skeleton="block">{(tagged) => <ClaimForm source={tagged.value} />}</QueryView>
    </Page>
  );
}

function ClaimForm({ source }: { source: SourceItem }) {
  const t = useTexts(perceptionTexts);
  const name = useName();
  const [template, setTemplate] = useState<string | null>(source.template ?? null);
  const templates = useQuery(templatesQuery(source.gateway));
  const proposal = useQuery(claimProposalQuery(source.id, template));
  return (
    <>
      <Card>
        <div style={{ display: 'flex', gap: 24, flexWrap: 'wrap', alignItems: 'end' }}>
          <div><div style={{ color: 'var(--ink-2)', fontSize: 13 }}>{source.gateway}</div><span className="mono" style={{ fontSize: 14 }}>{source.key}</span></div>
          <div style={{ color: 'var(--ink-2)' }}>{t('sources.lastSeen')} <Age time={source.lastSeen} /></div>
          <div style={{ marginLeft: 'auto', width: 260 }}>
            <SelectField label={t('claim.template')} value={template ?? proposal.data?.template ?? null} onChange={setTemplate} options={(templates.data ?? []).map((each) => ({ value: each.code, label: name(each.nameZh, each.nameEn) }))} />
          </div>
        </div>
      </Card>
      <QueryView query={proposal} skeleton="block">{(data) => <Proposal key={data.template} source={source} proposal={data} />}</QueryView>
    </>
  );
}

function Proposal({ source, proposal }: { source: SourceItem; proposal: ClaimProposal }) {
  const t = useTexts(perceptionTexts);
  const park = usePark();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const reason = useReason();
  const { message } = App.useApp();
  const [assetId, setAssetId] = useState<number | null>(source.assetId ?? null);
  const [nameZh, setNameZh] = useState(source.nameZh ?? source.key);
  const [nameEn, setNameEn] = useState(source.nameEn ?? source.key);
  const [points, setPoints] = useState(proposal.points);
  const [checked, setChecked] = useState(false);
  const chosen = points.filter((point) => point.include ?? true);
  const claim = useMutation({
    mutationFn: (asset: number) => read(api.POST('/api/v1/sources/{id}/claim', { params: { path: { id: source.id } }, body: { assetId: asset, template: proposal.template, nameZh, nameEn, points: chosen } })),
    onSuccess: (result) => {
      void message.success(t('claim.done', { n: result.points }));
      void queries.invalidateQueries();
      if (assetId !== null) void navigate(links.asset(assetId));
    },
  });
  const submit = (): void => {
    setChecked(true);
    if (assetId !== null && chosen.length > 0) claim.mutate(assetId);
  };
  const change = (channel: string, patch: Partial<ClaimPoint>): void => setPoints(points.map((point) => (point.channel === channel ? { ...point, ...patch } : point)));
  const fields = claim.error instanceof ProblemError ? claim.error.fields : {};
  const pointReasons = Object.entries(fields).filter(([field]) => field.startsWith('points')).flatMap(([, reasons]) => reasons);
  return (
    <>
      <Card title={t('claim.where')}>
        <div style={{ maxWidth: 860 }}>
          <FormRow>
            <Field label={t('claim.asset')} required reasons={checked && assetId === null ? [t('claim.assetMissing')] : fields['assetId']}>
              {({ id, status }) => <AssetSelect id={id} label={t('claim.asset')} value={assetId} onChange={setAssetId} placeholder={park ? t('claim.assetHint') : ''} status={status} autoFocus />}
            </Field>
            <TextField label={t('sources.nameZh')} value={nameZh} onChange={setNameZh} reasons={fields['nameZh']} />
            <TextField label={t('sources.nameEn')} value={nameEn} onChange={setNameEn} reasons={fields['nameEn']} />
          </FormRow>
        </div>
      </Card>
      <Card title={t('claim.what')}>
        {points.length === 0 ? <p style={{ color: 'var(--ink-2)' }}>{t('claim.nothing')}</p> : <ProposedPoints points={points} onChange={change} />}
        <div style={{ display: 'grid', gap: 10, marginTop: 14 }}>
          <FormReason>{checked && points.length > 0 && chosen.length === 0 ? t('claim.nothingChosen') : pointReasons.length > 0 ? pointReasons.join('；') : claim.error && Object.keys(fields).length === 0 ? reason(claim.error) : null}</FormReason>
          <div><Button type="primary" loading={claim.isPending} onClick={submit}>{t('claim.submit', { n: chosen.length })}</Button></div>
        </div>
      </Card>
    </>
  );
}

function ProposedPoints({ points, onChange }: { points: readonly ClaimPoint[]; onChange: (channel: string, patch: Partial<ClaimPoint>) => void }) {
  const t = useTexts(perceptionTexts);
  const name = useName();
  const quantities = useQuery(quantitiesQuery).data ?? [];
  const columns: Column<ClaimPoint>[] = [
    { key: 'include', title: <span className="visually-hidden">{t('claim.include')}</span>, width: 44, render: (point) => <Checkbox aria-label={t('claim.includeOf', { name: name(point.nameZh, point.nameEn) })} checked={point.include ?? true} onChange={(event) => onChange(point.channel, { include: event.target.checked })} /> },
    { key: 'channel', title: t('claim.channel'), width: 180, render: (point) => <span className="mono">{point.channel}</span> },
    { key: 'name', title: t('claim.name'), render: (point) => <Input size="small" variant="borderless" aria-label={`${t('claim.name')} ${point.channel}`} value={point.nameZh} onChange={(event) => onChange(point.channel, { nameZh: event.target.value })} /> },
    { key: 'code', title: t('claim.code'), width: 200, render: (point) => <Input size="small" variant="borderless" className="mono" aria-label={`${t('claim.code')} ${point.channel}`} value={point.code} onChange={(event) => onChange(point.channel, { code: event.target.value })} /> },
    { key: 'quantity', title: t('claim.quantity'), width: 180, render: (point) => { const quantity = quantities.find((each) => each.code === point.quantity); return quantity ? name(quantity.nameZh, quantity.nameEn) : point.quantity; } },
    { key: 'unit', title: t('claim.unit'), width: 90, render: (point) => quantities.find((each) => each.code === point.quantity)?.units.find((unit) => unit.code === point.unit)?.symbol ?? point.unit },
    { key: 'value', title: t('claim.lastValue'), width: 110, align: 'right', render: (point) => (point.lastValue === null || point.lastValue === undefined ? missing : String(point.lastValue).replace('-', '−')) },
  ];
  return <DataTable label={t('claim.what')} columns={columns} rows={points} rowKey={(point) => point.channel} />;
}
