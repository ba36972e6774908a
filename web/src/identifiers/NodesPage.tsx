import { useQuery } from '@tanstack/react-query';
import { DataTable, type Column } from '../ui/DataTable';
import { formatCount, formatTime, missing } from '../ui/format';
import { useTexts } from '../ui/i18n';
import { Card, Page } from '../ui/Page';
import { QueryView } from '../ui/QueryView';
import { nodesQuery, type NodeList, type ReplicaItem } from './shared';
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
  const { node, primary, replicas } = list;
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
  const facts: Column<(typeof own)[number]>[] = [
    { key: 'label', title: t('nodes.fact'), width: 180, render: (row) => row.label },
    { key: 'value', title: t('nodes.value'), render: (row) => row.value },
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
      <Card title={t('nodes.this')} padded={false}><DataTable label={t('nodes.this')} columns={facts} rows={own} rowKey={(row) => row.key} /></Card>
      <Card title={t('nodes.replicas')} padded={replicas.length === 0}>
        {replicas.length === 0 ? t('nodes.none') : <DataTable label={t('nodes.replicas')} columns={columns} rows={replicas} rowKey={(row) => row.name} />}
      </Card>
    </>
  );
}

/** A size with the unit that leaves few digits. */
function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}
