import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, fetchRaw, read } from '../../api/client';
import type { components } from '../../api/schema';
import { ProblemError } from '../../api/problems';
import type { ImportCell } from '../../api/types';
import { Chips } from '../../ui/Chips';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatTime, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useLanguage, useName, useTexts } from '../../ui/i18n';
import { Card, Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { QueryView, useReason } from '../../ui/QueryView';
import { useCan } from '../../ui/session';
import { pageNumber, useFilter } from '../../ui/useFilter';
import { countsQuery, dutiesQuery, economyPermissions, filingsQuery, periodName, remindersQuery, type FilingDuty, type FilingItem, type FilingState, type ReminderItem } from '../shared';
import styles from './Filing.module.css';
import { filingTexts } from './texts';

const defaults = { form: 'M1', period: '', view: 'duties', page: '1' };
const views = ['duties', 'late', 'reminders', 'submitted', 'checked', 'returned', 'draft'] as const;

/** Who is due, who is late, and what waits for a check. */
export default function FilingDeskPage() {
  const t = useTexts(filingTexts);
  const language = useLanguage();
  const name = useName();
  const [filter, setFilter] = useFilter(defaults);
  const counts = useQuery(countsQuery(filter.period));
  const chosen = counts.data?.find((count) => count.form === filter.form);
  const late = counts.data?.reduce((sum, count) => sum + count.late, 0);
  return (
    <Page title={t('title')} figure={late !== undefined && late > 0 && t('figure', { late })} actions={<><RemindButton form={filter.form} period={chosen?.period ?? ''} /><UploadButton /></>}>
      <QueryView query={counts} skeleton="block" isEmpty={(data) => data.length === 0} empty={t('none')}>
        {(data) => (
          <div className={styles['counts']} role="group" aria-label={t('form')}>
            {data.map((count) => (
              <button key={count.form} type="button" className={styles['count']} aria-pressed={count.form === filter.form} onClick={() => setFilter({ form: count.form })}>
                <strong>{name(count.formNameZh, count.formNameEn)}</strong>
                <span>{periodName(count.period, language)} · {t('deadline')} {count.deadline}</span>
                <span className={styles['numbers']}>
                  <span>{t('count.due')} <b>{count.due}</b></span><span>{t('count.missing')} <b>{count.missing}</b></span><span>{t('count.inCheck')} <b>{count.inCheck}</b></span>
                  <span>{t('count.accepted')} <b>{count.accepted}</b></span>{count.late > 0 && <span className={styles['late']}>{t('count.late')} <b>{count.late}</b></span>}
                </span>
              </button>
            ))}
          </div>
        )}
      </QueryView>
      <Chips label={t('view')} value={filter.view} onChange={(view) => setFilter({ view })} options={views.map((value) => ({ value, label: t(`view.${value}`) }))} />
      {filter.view === 'duties' || filter.view === 'late'
        ? chosen && <Duties form={filter.form} period={chosen.period} late={filter.view === 'late'} page={pageNumber(filter.page)} onPage={(page) => setFilter({ page: String(page) })} />
        : filter.view === 'reminders' ? chosen && <Reminders form={filter.form} period={chosen.period} page={pageNumber(filter.page)} onPage={(page) => setFilter({ page: String(page) })} />
        : <Queue state={filter.view as FilingState} page={pageNumber(filter.page)} onPage={(page) => setFilter({ page: String(page) })} />}
    </Page>
  );
}

function Duties({ form, period, late, page, onPage }: { form: string; period: string; late: boolean; page: number; onPage: (page: number) => void }) {
  const t = useTexts(filingTexts);
  const name = useName();
  const can = useCan();
  const navigate = useNavigate();
  const reason = useReason();
  const { message } = App.useApp();
  const duties = useQuery(dutiesQuery(form, period, late, page));
  const open = useMutation({
    mutationFn: (duty: FilingDuty) => read(api.POST('/api/v1/economy/filings', { body: { assetId: duty.assetId, form: duty.form, period: duty.period } })),
    onSuccess: (detail) => void navigate(`/economy/filing/${detail.filing.id}`),
    onError: (error) => void message.error(reason(error)),
  });
  const columns: Column<FilingDuty>[] = [
    { key: 'enterprise', title: t('enterprise'), render: (duty) => name(duty.assetNameZh, duty.assetNameEn) },
    { key: 'state', title: t('state'), width: 140, render: (duty) => t(`state.${duty.state ?? 'none'}`) },
    { key: 'late', title: t('late'), align: 'right', width: 90, render: (duty) => (duty.daysLate > 0 ? t('lateDays', { n: duty.daysLate }) : missing) },
    { key: 'reminders', title: t('reminders'), align: 'right', width: 90, render: (duty) => duty.reminders || missing },
    { key: 'reminded', title: t('reminded.last'), width: 190, render: (duty) => (duty.lastReminder === null ? missing : `${formatTime(duty.lastReminder)} · ${t('reminded.reached', { n: duty.lastReached ?? 0 })}`) },
    {
      key: 'action', title: '', width: 110, align: 'right', render: (duty) => (duty.filingId !== null
        ? <Button size="small" onClick={() => void navigate(`/economy/filing/${duty.filingId}`)}>{t('show')}</Button>
        : can(economyPermissions.file) && <Button size="small" type="primary" loading={open.isPending && open.variables?.assetId === duty.assetId} onClick={() => open.mutate(duty)}>{t('open')}</Button>),
    },
  ];
  return (
    <Card padded={false}>
      <QueryView query={duties} isEmpty={(data) => data.total === 0} empty={t('none')}>
        {(data) => <DataTable label={t('view.duties')} columns={columns} rows={data.items} rowKey={(duty) => duty.assetId} onOpen={(duty) => { if (duty.filingId !== null) void navigate(`/economy/filing/${duty.filingId}`); }} />}
      </QueryView>
      {duties.data && <Pager page={duties.data.page} pageSize={duties.data.pageSize} total={duties.data.total} onPage={onPage} />}
    </Card>
  );
}

function Reminders({ form, period, page, onPage }: { form: string; period: string; page: number; onPage: (page: number) => void }) {
  const t = useTexts(filingTexts);
  const name = useName();
  const reminders = useQuery(remindersQuery(form, period, page));
  const columns: Column<ReminderItem>[] = [
    { key: 'time', title: t('reminded.time'), width: 150, render: (line) => formatTime(line.time) },
    { key: 'enterprise', title: t('enterprise'), render: (line) => name(line.assetNameZh, line.assetNameEn) },
    { key: 'when', title: t('reminded.when'), width: 170, render: (line) => (line.daysLeft === null ? t('reminded.byHand', { actor: line.actor }) : line.daysLeft < 0 ? t('reminded.after', { n: -line.daysLeft }) : t('reminded.before', { n: line.daysLeft })) },
    { key: 'reached', title: t('reminded.people'), align: 'right', width: 120, render: (line) => (line.reached > 0 ? t('reminded.reached', { n: line.reached }) : <strong>{t('reminded.nobody')}</strong>) },
  ];
  return (
    <Card padded={false}>
      <QueryView query={reminders} isEmpty={(data) => data.total === 0} empty={t('reminded.none')}>{(data) => <DataTable label={t('view.reminders')} columns={columns} rows={data.items} rowKey={(line) => line.id} />}</QueryView>
      {reminders.data && <Pager page={reminders.data.page} pageSize={reminders.data.pageSize} total={reminders.data.total} onPage={onPage} />}
    </Card>
  );
}

function Queue({ state, page, onPage }: { state: FilingState; page: number; onPage: (page: number) => void }) {
  const t = useTexts(filingTexts);
  const language = useLanguage();
  const name = useName();
  const navigate = useNavigate();
  const filings = useQuery(filingsQuery(state, page));
  const columns: Column<FilingItem>[] = [
    { key: 'enterprise', title: t('enterprise'), render: (filing) => name(filing.assetNameZh, filing.assetNameEn) },
    { key: 'form', title: t('form'), width: 80, render: (filing) => filing.form },
    { key: 'period', title: t('period'), width: 150, render: (filing) => periodName(filing.period, language) },
    { key: 'revision', title: t('revision'), width: 110, render: (filing) => `${filing.revision} · ${t(`vintage.${filing.vintage}`)}` },
    { key: 'submitted', title: t('submittedAt'), width: 150, render: (filing) => formatTime(filing.submitted) },
    { key: 'late', title: t('late'), align: 'right', width: 90, render: (filing) => (filing.daysLate > 0 ? t('lateDays', { n: filing.daysLate }) : missing) },
  ];
  return (
    <Card padded={false}>
      <QueryView query={filings} isEmpty={(data) => data.total === 0} empty={t('none')}>
        {(data) => <DataTable label={t(`state.${state}`)} columns={columns} rows={data.items} rowKey={(filing) => filing.id} onOpen={(filing) => void navigate(`/economy/filing/${filing.id}`)} />}
      </QueryView>
      {filings.data && <Pager page={filings.data.page} pageSize={filings.data.pageSize} total={filings.data.total} onPage={onPage} />}
    </Card>
  );
}

function RemindButton({ form, period }: { form: string; period: string }) {
  const t = useTexts(filingTexts);
  const can = useCan();
  const queries = useQueryClient();
  const reason = useReason();
  const { message } = App.useApp();
  const remind = useMutation({
    mutationFn: () => read(api.POST('/api/v1/economy/filing-reminders', { body: { form, period } })),
    onSuccess: ({ written, reached, unreached }) => { void message.success(t('reminded', { n: written, reached, unreached })); void queries.invalidateQueries({ queryKey: ['economy', 'filings'] }); },
    onError: (error) => void message.error(reason(error)),
  });
  return can(economyPermissions.check) ? <Button disabled={!period} loading={remind.isPending} icon={<Icon name="send" size={14} />} onClick={() => remind.mutate()}>{t('remind')}</Button> : null;
}

function UploadButton() {
  const t = useTexts(filingTexts);
  const can = useCan();
  const queries = useQueryClient();
  const { modal } = App.useApp();
  const reason = useReason();
  const input = useRef<HTMLInputElement>(null);
  const [key, setKey] = useState(0);
  const upload = useMutation({
    mutationFn: async (file: File): Promise<components['schemas']['WorkbookOutcome']> => {
      const body = new FormData();
      body.append('file', file);
      return await (await fetchRaw('/api/v1/economy/filing-workbooks', { method: 'POST', body })).json() as components['schemas']['WorkbookOutcome'];
    },
    onSuccess: (outcome) => {
      void queries.invalidateQueries({ queryKey: ['economy'] });
      modal.success({ title: t('uploaded', { n: outcome.filings.length }), width: 760, content: outcome.rows.length > 0 && <BadCells title={t('uploadMend', { n: outcome.rows.length })} cells={outcome.rows} /> });
    },
    onError: (error) => {
      const cells = error instanceof ProblemError && Array.isArray(error.extensions['rows']) ? error.extensions['rows'] as ImportCell[] : [];
      modal.error({ title: cells.length > 0 ? t('uploadRefused', { n: cells.length }) : reason(error), width: 760, content: cells.length > 0 ? <BadCells title={t('bad')} cells={cells} /> : error instanceof ProblemError ? Object.values(error.fields).flat().join('；') : null });
    },
    onSettled: () => setKey((value) => value + 1),
  });
  if (!can(economyPermissions.file)) return null;
  return (
    <>
      <input key={key} ref={input} type="file" accept=".xlsx" hidden aria-label={t('upload')} onChange={(event) => { const file = event.target.files?.[0]; if (file) upload.mutate(file); }} />
      <Button loading={upload.isPending} icon={<Icon name="import" size={14} />} onClick={() => input.current?.click()}>{t('upload')}</Button>
    </>
  );
}

function BadCells({ title, cells }: { title: string; cells: readonly ImportCell[] }) {
  const t = useTexts(filingTexts);
  const columns: Column<ImportCell>[] = [
    { key: 'row', title: t('row'), width: 90, render: (cell) => `${cell.sheet} ${cell.row}` }, { key: 'column', title: t('column'), width: 90, render: (cell) => cell.column },
    { key: 'value', title: t('value'), width: 120, cut: true, render: (cell) => cell.value ?? missing }, { key: 'reason', title: t('reason'), render: (cell) => cell.reason },
  ];
  return <DataTable label={title} columns={columns} rows={cells} rowKey={(cell) => `${cell.sheet} ${cell.row} ${cell.column} ${cell.reason}`} />;
}
