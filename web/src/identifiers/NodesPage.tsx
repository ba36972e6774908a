import { useQuery } from '@tanstack/react-query';
import { DataTable, type Column } from '../ui/DataTable';
import { formatCount, formatTime, missing } from '../ui/format';
import { useTexts } from '../ui/i18n';
import { Card, Page } from '../ui/Page';
import { QueryView } from '../ui/QueryView';
import { nodesQuery, type NodeList, type RecursionState, type ReplicaItem, type UpstreamItem } from './shared';
import { identifierTexts } from './texts';

/** This node, the primary it follows, and the replicas that follow it. */
export default function NodesPage() {
  const t = useTexts(identifierTexts);
  const nodes = useQuery(nodesQuery);
  return (
    <Page title={t('nodes.title')}>
      <QueryView query={nodes}>{(list) => <Nodes list={list} />}</QueryView>
    </Page>
  );
}

function Nodes({ list }: { list: NodeList }) {
  const t = useTexts(identifierTexts);
  const { node, primary, replicas, recursion } = list;
  const own = [
    { key: 'name', label: t('nodes.name'), value: node.name },
    { key: 'role', label: t('nodes.role'), value: t(`nodes.role.${node.role}`) },
    { key: 'handles', label: t('nodes.handles'), value: formatCount(node.handles) },
    { key: 'bytes', label: t('nodes.log'), value: bytes(node.logBytes) },
    ...primary ? [
      { key: 'primary', label: t('nodes.primary'), value: primary.address },
      { key: 'state', label: t('state'), value: t(`nodes.state.${primary.state}`) },
      { key: 'behind', label: t('nodes.behind'), value: bytes(primary.behindBytes) },
      { key: 'lag', label: t('nodes.lag'), value: t('nodes.seconds', { n: primary.lagSeconds }) },
      { key: 'heard', label: t('nodes.heard'), value: primary.lastHeard ? formatTime(primary.lastHeard) : missing },
      { key: 'reason', label: t('nodes.reason'), value: primary.reason ?? missing },
    ] : [],
  ];
  const columns: Column<ReplicaItem>[] = [
    { key: 'name', title: t('nodes.name'), render: (row) => row.name },
    { key: 'address', title: t('nodes.address'), width: 180, render: (row) => row.address },
    { key: 'state', title: t('state'), width: 140, render: (row) => t(row.isAlive ? 'nodes.alive' : 'nodes.silent') },
    { key: 'behind', title: t('nodes.behind'), width: 160, align: 'right', render: (row) => bytes(row.behindBytes) },
    { key: 'seen', title: t('nodes.seen'), width: 180, render: (row) => formatTime(row.seen) },
  ];
  return (
    <>
      <Card title={t('nodes.this')} padded={false}><DataTable label={t('nodes.this')} columns={facts(t)} rows={own} rowKey={(row) => row.key} /></Card>
      <Card title={t('nodes.replicas')} padded={replicas.length === 0}>
        {replicas.length === 0 ? t('nodes.none') : <DataTable label={t('nodes.replicas')} columns={columns} rows={replicas} rowKey={(row) => row.name} />}
      </Card>
      <Card title={t('nodes.recursion')} padded={!recursion}>{recursion ? <Recursion state={recursion} /> : t('nodes.off')}</Card>
      {recursion && <UpstreamCard upstreams={recursion.upstreams} />}
    </>
  );
}

/** How handles of other nodes are resolved for the park. */
function Recursion({ state }: { state: RecursionState }) {
  const t = useTexts(identifierTexts);
  const rows: Fact[] = [
    { key: 'cache', label: t('nodes.cache'), value: t('nodes.cacheValue', { n: state.cachedHandles, used: bytes(state.cacheBytes), most: bytes(state.cacheLimitBytes) }) },
    { key: 'kept', label: t('nodes.fromCache'), value: formatCount(state.fromCache) },
    { key: 'asked', label: t('nodes.asked'), value: formatCount(state.asked) },
    { key: 'shared', label: t('nodes.shared'), value: formatCount(state.shared) },
    { key: 'refused', label: t('nodes.refused'), value: formatCount(state.refused) },
    { key: 'outward', label: t('nodes.outward'), value: [state.answered, state.silent, state.nonsense].map(formatCount).join(' / ') },
  ];
  return <DataTable label={t('nodes.recursion')} columns={facts(t)} rows={rows} rowKey={(row) => row.key} />;
}

function UpstreamCard({ upstreams }: { upstreams: readonly UpstreamItem[] }) {
  const t = useTexts(identifierTexts);
  const columns: Column<UpstreamItem>[] = [
    { key: 'address', title: t('nodes.address'), render: (row) => row.address },
    { key: 'state', title: t('state'), width: 140, render: (row) => t(row.isSilent ? 'nodes.failed' : 'nodes.alive') },
    { key: 'answered', title: t('nodes.answered'), width: 140, align: 'right', render: (row) => formatCount(row.answered) },
    { key: 'failed', title: t('nodes.failed'), width: 140, align: 'right', render: (row) => formatCount(row.failed) },
    { key: 'last', title: t('nodes.heard'), width: 180, render: (row) => row.lastAnswered ? formatTime(row.lastAnswered) : missing },
  ];
  return (
    <Card title={t('nodes.upstreams')} padded={upstreams.length === 0}>
      {upstreams.length === 0 ? t('nodes.noUpstreams') : <DataTable label={t('nodes.upstreams')} columns={columns} rows={upstreams} rowKey={(row) => row.address} />}
    </Card>
  );
}

type Fact = { key: string; label: string; value: string };

function facts(t: (key: 'nodes.fact' | 'nodes.value') => string): Column<Fact>[] {
  return [
    { key: 'label', title: t('nodes.fact'), width: 320, render: (row) => row.label },
    { key: 'value', title: t('nodes.value'), render: (row) => row.value },
  ];
}

/** A size with the unit that leaves few digits. */
function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}
