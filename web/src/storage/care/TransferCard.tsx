import { useMutation } from '@tanstack/react-query';
import { Button, Progress, Segmented } from 'antd';
import { useRef, useState } from 'react';
import { fetchRaw } from '../../api/client';
import { problemOf } from '../../api/problems';
import type { components } from '../../api/schema';
import { AssetSelect } from '../../ui/AssetSelect';
import { DataTable } from '../../ui/DataTable';
import { DateInput } from '../../ui/DateInput';
import { Field, FormRow } from '../../ui/Field';
import { download } from '../../ui/csv';
import { formatCount, instantOfWall } from '../../ui/format';
import { useTexts } from '../../ui/i18n';
import { Card } from '../../ui/Page';
import { Failure } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { storageTexts } from '../texts';
import { formatBytes } from './bytes';
import styles from './Care.module.css';

type Result = components['schemas']['TransferResult'];

/** Samples of any selection out as a file, and back in. */
export function TransferCard() {
  const t = useTexts(storageTexts);
  const can = useCan();
  return (
    <Card title={t('transfer.title')}>
      <ExportPart />
      {can(permissions.writeTelemetry) && <ImportPart />}
    </Card>
  );
}

const day = 86_400_000;
const dateText = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
/** The beginning of a day of the park. */
const startOf = (date: string): string => new Date(instantOfWall(Date.parse(`${date}T00:00:00Z`))).toISOString();

function ExportPart() {
  const t = useTexts(storageTexts);
  const [asset, setAsset] = useState<number | null>(null);
  const [from, setFrom] = useState(() => dateText(Date.now() - 7 * day));
  const [to, setTo] = useState(() => dateText(Date.now() + day));
  const [format, setFormat] = useState<'csv' | 'line'>('csv');
  const [received, setReceived] = useState(0);
  const stop = useRef<AbortController | null>(null);
  const run = useMutation({
    mutationFn: async () => {
      stop.current = new AbortController();
      setReceived(0);
      const query = new URLSearchParams({ format, from: startOf(from), to: startOf(to), ...(asset === null ? {} : { asset: String(asset) }) });
      const response = await fetchRaw(`/api/v1/telemetry/export?${query.toString()}`, { signal: stop.current.signal });
      download(format === 'csv' ? 'ordo-telemetry.csv' : 'ordo-telemetry.lp', await collect(response, setReceived));
    },
  });
  const cancelled = run.error instanceof DOMException && run.error.name === 'AbortError';
  return (
    <>
      <FormRow>
        <Field label={t('transfer.asset')} hint={t('transfer.assetHint')}>{({ id, status }) => <AssetSelect id={id} label={t('transfer.asset')} value={asset} onChange={setAsset} status={status} />}</Field>
        <Field label={t('transfer.from')}>{({ id }) => <DateInput id={id} label={t('transfer.from')} value={from} onChange={setFrom} />}</Field>
        <Field label={t('transfer.to')}>{({ id }) => <DateInput id={id} label={t('transfer.to')} value={to} onChange={setTo} />}</Field>
      </FormRow>
      <div className={styles['row']} style={{ marginTop: 12 }}>
        <Segmented value={format} onChange={setFormat} options={[{ value: 'csv', label: 'CSV' }, { value: 'line', label: t('transfer.line') }]} />
        <Button loading={run.isPending} disabled={from === '' || to === '' || from >= to} onClick={() => run.mutate()}>{t('transfer.export')}</Button>
        {run.isPending && <><span role="status">{t('transfer.received', { size: formatBytes(received) })}</span><Button size="small" type="text" onClick={() => stop.current?.abort()}>{t('transfer.cancel')}</Button></>}
        {run.isSuccess && <span className={styles['note']}>{t('transfer.exported', { size: formatBytes(received) })}</span>}
      </div>
      {run.isError && !cancelled && <Failure error={run.error} />}
      <p className={styles['note']}>{t('transfer.note')}</p>
    </>
  );
}

async function collect(response: Response, report: (bytes: number) => void): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    parts.push(next.value);
    bytes += next.value.byteLength;
    report(bytes);
  }
  return new Blob(parts);
}

function ImportPart() {
  const t = useTexts(storageTexts);
  const input = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState(0);
  const run = useMutation({ mutationFn: (file: File) => upload(file, setShare) });
  return (
    <div style={{ marginTop: 18 }}>
      <div className={styles['row']}>
        <Button loading={run.isPending} onClick={() => input.current?.click()}>{t('transfer.import')}</Button>
        <input ref={input} type="file" accept=".csv" className="visually-hidden" aria-label={t('transfer.import')} tabIndex={-1} onChange={(event) => { const file = event.target.files?.[0]; if (file) { setShare(0); run.mutate(file); } event.target.value = ''; }} />
        {run.isPending && <div className={styles['grow']} role="status"><Progress percent={Math.floor(share * 100)} size="small" /></div>}
        {run.data && <span role="status">{t('transfer.imported', { samples: formatCount(run.data.samples), n: run.data.series })}</span>}
      </div>
      {run.data && run.data.refused > 0 && (
        <div style={{ marginTop: 8 }}>
          <strong role="alert">{t('transfer.refused', { n: run.data.refused })}</strong>
          <div className={styles['table']}>
            <DataTable
              label={t('transfer.refused', { n: run.data.refused })} rows={run.data.faults} rowKey={(fault) => fault.line}
              columns={[
                { key: 'line', title: t('transfer.lineNumber'), width: 90, align: 'right', render: (fault) => formatCount(fault.line) },
                { key: 'column', title: t('transfer.column'), width: 110, render: (fault) => <span className="mono">{fault.column}</span> },
                { key: 'value', title: t('transfer.value'), width: 200, cut: true, render: (fault) => <span className="mono">{fault.value}</span> },
                { key: 'reason', title: t('transfer.reason'), render: (fault) => fault.reason },
              ]}
            />
          </div>
        </div>
      )}
      {run.isError && <Failure error={run.error} />}
    </div>
  );
}

/** `fetch` tells nothing of how much was sent, so this one request goes the older way. */
function upload(file: File, report: (share: number) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/telemetry/import');
    request.setRequestHeader('Content-Type', 'text/csv');
    request.setRequestHeader('Accept-Language', document.documentElement.lang || 'zh-CN');
    request.upload.onprogress = (event) => report(event.total > 0 ? event.loaded / event.total : 0);
    request.onerror = () => reject(new TypeError('The server does not answer.'));
    request.onload = () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText) as Result);
      else void problemOf(new Response(request.responseText, { status: request.status })).then(reject);
    };
    request.send(file);
  });
}
