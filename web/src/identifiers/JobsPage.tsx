import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { api, fetchRaw, read } from '../api/client';
import type { components } from '../api/schema';
import { DataTable, type Column } from '../ui/DataTable';
import { Field, SelectField } from '../ui/Field';
import { formatCount, formatTime } from '../ui/format';
import { useName, useTexts } from '../ui/i18n';
import { Fact, Facts, ListLayout, SidePanel } from '../ui/ListLayout';
import { Page } from '../ui/Page';
import { Pager } from '../ui/Pager';
import { QueryView } from '../ui/QueryView';
import { useCan } from '../ui/session';
import { idOf, pageNumber, useFilter } from '../ui/useFilter';
import { Dialog } from './Dialog';
import styles from './Identifiers.module.css';
import { identifierPermissions, jobQuery, jobsQuery, prefixesQuery, templatesQuery, useChange, type BadRowItem, type BulkJobItem } from './shared';
import { identifierTexts } from './texts';

type JobDetail = components['schemas']['BulkJobDetail'];

/** Files of identifiers: how far each is, and which rows are bad. */
export default function JobsPage() {
  const t = useTexts(identifierTexts);
  const can = useCan();
  const [filter, setFilter] = useFilter({ page: '1', open: '' });
  const [uploading, setUploading] = useState(false);
  const list = useQuery(jobsQuery(pageNumber(filter.page)));
  const open = idOf(filter.open);
  const columns: Column<BulkJobItem>[] = [
    { key: 'file', title: t('jobs.file'), render: (row) => row.fileName, cut: true },
    { key: 'prefix', title: t('prefix'), width: 120, render: (row) => row.prefix },
    { key: 'state', title: t('state'), width: 90, render: (row) => t(`job.${row.state}`) },
    { key: 'progress', title: t('jobs.progress'), width: 150, render: (row) => <Progress job={row} /> },
    { key: 'registered', title: t('jobs.registered'), width: 100, align: 'right', render: (row) => formatCount(row.registered) },
    { key: 'bad', title: t('jobs.bad'), width: 90, align: 'right', render: (row) => formatCount(row.bad) },
    { key: 'created', title: t('jobs.created'), width: 140, render: (row) => formatTime(row.created) },
  ];
  return (
    <Page layout="fill" title={t('jobs.title')} actions={can(identifierPermissions.register) && <Button type="primary" onClick={() => setUploading(true)}>{t('jobs.upload')}</Button>}>
      <ListLayout
        list={<QueryView query={list} isEmpty={(page) => page.total === 0} empty={t('jobs.none')}>
          {(page) => <DataTable label={t('jobs.title')} columns={columns} rows={page.items} rowKey={(row) => row.id} openKey={open} onOpen={(row) => setFilter({ open: String(row.id) })} />}
        </QueryView>}
        foot={list.data && <Pager page={list.data.page} pageSize={list.data.pageSize} total={list.data.total} onPage={(page) => setFilter({ page: String(page) })} />}
        panel={open !== undefined && <JobPanel id={open} onClose={() => setFilter({ open: '' })} />}
      />
      {uploading && <UploadDialog onClose={() => setUploading(false)} onDone={(detail) => { setUploading(false); setFilter({ open: String(detail.job.id) }); }} />}
    </Page>
  );
}

function Progress({ job }: { job: BulkJobItem }) {
  const t = useTexts(identifierTexts);
  const percent = job.rows ? Math.floor((100 * job.done) / job.rows) : 0;
  return <div className={styles['bar']} role="progressbar" aria-label={t('jobs.progress')} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} title={`${formatCount(job.done)} / ${formatCount(job.rows)}`}><i style={{ width: `${percent}%` }} /></div>;
}

function JobPanel({ id, onClose }: { id: number; onClose: () => void }) {
  const t = useTexts(identifierTexts);
  const detail = useQuery(jobQuery(id));
  const cancel = useChange(() => read(api.POST('/api/v1/identifiers/jobs/{id}/cancellation', { params: { path: { id } } })), () => undefined);
  const columns: Column<BadRowItem>[] = [
    { key: 'row', title: t('row'), width: 70, align: 'right', render: (row) => row.row },
    { key: 'suffix', title: t('suffix'), width: 110, cut: true, render: (row) => row.suffix },
    { key: 'reason', title: t('reason'), render: (row) => row.reason },
  ];
  return (
    <SidePanel label={t('jobs.file')} title={detail.data?.job.fileName ?? t('jobs.file')} onClose={onClose}>
      <QueryView query={detail}>
        {({ job, badRows, mayCancel }) => (
          <div className={styles['stack']}>
            <Facts>
              <Fact name={t('state')}>{t(`job.${job.state}`)}</Fact>
              {job.reason && <Fact name={t('reason')}>{job.reason}</Fact>}
              <Fact name={t('prefix')}>{job.prefix} · {job.template}</Fact>
              <Fact name={t('jobs.progress')}>{formatCount(job.done)} / {formatCount(job.rows)}</Fact>
              <Fact name={t('jobs.registered')}>{formatCount(job.registered)}</Fact>
              <Fact name={t('jobs.same')}>{formatCount(job.same)}</Fact>
              <Fact name={t('jobs.bad')}>{formatCount(job.bad)}</Fact>
              <Fact name={t('jobs.created')}>{formatTime(job.created)} · {job.createdBy}</Fact>
            </Facts>
            <Progress job={job} />
            <div className={styles['actions']}>
              {mayCancel && <Button loading={cancel.isPending} onClick={() => cancel.run()}>{t('jobs.cancel')}</Button>}
              {job.bad > 0 && <a href={`/api/v1/identifiers/jobs/${job.id}/bad-rows.csv`} download>{t('jobs.download')}</a>}
            </div>
            {badRows.length > 0 && <DataTable label={t('jobs.bad')} columns={columns} rows={badRows} rowKey={(row) => `${row.row} ${row.field}`} />}
          </div>
        )}
      </QueryView>
    </SidePanel>
  );
}

function UploadDialog({ onClose, onDone }: { onClose: () => void; onDone: (detail: JobDetail) => void }) {
  const t = useTexts(identifierTexts);
  const name = useName();
  const prefixes = useQuery(prefixesQuery(1, 500));
  const [chosenPrefix, setChosenPrefix] = useState<string | null>(null);
  const prefix = prefixes.data?.items.find((item) => item.name === chosenPrefix) ?? prefixes.data?.items[0];
  const templates = useQuery({ ...templatesQuery(prefix?.enterpriseId), enabled: prefix !== undefined });
  const [chosen, setChosen] = useState<string | null>(null);
  const template = templates.data?.items.map((item) => `${item.code}:${item.edition}`).find((code) => code === chosen) ?? (templates.data?.items[0] ? `${templates.data.items[0].code}:${templates.data.items[0].edition}` : null);
  const [file, setFile] = useState<File | null>(null);
  const [asked, setAsked] = useState(false);
  const upload = useChange(async (content: File) => {
    const query = new URLSearchParams({ prefix: prefix?.name ?? '', template: template ?? '', name: content.name });
    const type = content.name.toLowerCase().endsWith('.xlsx') ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' : 'text/csv';
    return await (await fetchRaw(`/api/v1/identifiers/jobs?${query}`, { method: 'POST', body: content, headers: { 'Content-Type': type } })).json() as JobDetail;
  }, onDone);
  const run = (): void => { setAsked(true); if (file) upload.run(file); };
  return (
    <Dialog title={t('jobs.upload')} ok={t('jobs.upload')} run={run} isPending={upload.isPending} failure={upload.failure} onClose={onClose}>
      <SelectField label={t('prefix')} required searchable value={prefix?.name ?? null} onChange={setChosenPrefix} options={(prefixes.data?.items ?? []).map((item) => ({ value: item.name, label: `${item.name} ${name(item.enterpriseNameZh, item.enterpriseNameEn)}` }))} />
      <SelectField label={t('template')} required value={template} onChange={setChosen} reasons={upload.fields['template']} options={(templates.data?.items ?? []).map((item) => ({ value: `${item.code}:${item.edition}`, label: `${name(item.nameZh, item.nameEn)} (${item.code}:${item.edition})` }))} />
      <Field label={t('jobs.choose')} required reasons={asked && !file ? [t('jobs.fileNeeded')] : upload.fields['name']}>{({ status: _, ...attributes }) => <input {...attributes} type="file" accept=".csv,.xlsx" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />}</Field>
    </Dialog>
  );
}
