import { useIsMutating, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { App, Button, DatePicker, Input, Popconfirm, Segmented, Select } from 'antd';
import dayjs from 'dayjs';
import { useMemo, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, fetchRaw, read } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { Field, FormColumn, FormReason, FormRow, SelectField, TextField } from '../../ui/Field';
import { formatFullTime, formatTime, instantOfWall, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { Fact, Facts } from '../../ui/ListLayout';
import { Card, Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { isPriority, PriorityShape } from '../../ui/StateShape';
import { uiTexts } from '../../ui/texts';
import { useEdit } from '../../ui/useEdit';
import { peopleQuery } from '../duty/queries';
import styles from './Incidents.module.css';
import { etagOf, incidentQuery, pictureUrl, type IncidentDetail, type IncidentState } from './queries';
import { incidentTexts } from './texts';
import { Timeline } from './Timeline';

/** One incident, while it is worked on. */
export default function IncidentPage() {
  const t = useTexts(incidentTexts);
  const id = Number(useParams()['id']);
  const incident = useQuery(incidentQuery(id));
  const head = incident.data?.incident;
  return (
    <Page
      title={head ? <>{isPriority(head.priority) && <PriorityShape priority={head.priority} size={20} />} #{head.id} {head.title}</> : t('title')} documentTitle={head?.title ?? t('title')}
      figure={head && t(`state.${head.state}`)} actions={<><LinkButton to={`/incidents/${id}/report`} icon={<Icon name="audit" size={14} />}>{t('report.open')}</LinkButton>{incident.data && <StateButtons detail={incident.data} />}</>}
    >
      <QueryView query={incident} skeleton="block">{(detail) => <Body detail={detail} />}</QueryView>
    </Page>
  );
}

/** Shows what an answer says; a reading that began before it would bring back what was, with a version that is no more. */
async function show(queries: QueryClient, id: number, detail: IncidentDetail): Promise<void> {
  await queries.cancelQueries({ queryKey: incidentQuery(id).queryKey });
  queries.setQueryData(incidentQuery(id).queryKey, detail);
}

const changeKey = (id: number) => ['incidents', 'change', id] as const;

/** Whatever is written, the answer is the incident as it is then. */
export function useIncidentChange<T>(id: number, change: (input: T) => Promise<IncidentDetail>) {
  const queries = useQueryClient();
  return useMutation({
    mutationKey: changeKey(id),
    mutationFn: change,
    onSuccess: async (detail) => { await show(queries, id, detail); void queries.invalidateQueries({ queryKey: ['incidents', 'list'] }); },
  });
}

const next: Record<IncidentState, readonly IncidentState[]> = { open: ['inProgress'], inProgress: ['contained', 'closed'], contained: ['closed', 'inProgress'], closed: [] };

function StateButtons({ detail }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  const reason = useReason();
  const { message } = App.useApp();
  const { id, state } = detail.incident;
  const writing = useIsMutating({ mutationKey: changeKey(id) }) > 0; // what is being written makes this version an old one
  const change = useIncidentChange(id, (to: IncidentState) => read(api.POST('/api/v1/incidents/{id}/state', { params: { path: { id } }, headers: { 'If-Match': etagOf(detail) }, body: { state: to } })));
  const act = (to: IncidentState): void => change.mutate(to, {
    onError: (error) => void message.error(error instanceof ProblemError && error.status === 422 ? t('closeReasons', { reasons: Object.values(error.fields).flat().join(' ') }) : reason(error), 6),
  });
  if (state === 'closed') return <Popconfirm title={t('to.reopen')} onConfirm={() => act('inProgress')}><Button>{t('to.reopen')}</Button></Popconfirm>;
  if (!detail.mayWork) return null;
  return <>{next[state].map((to, index) => <Button key={to} type={index === 0 ? 'primary' : 'default'} loading={change.isPending && change.variables === to} disabled={writing} onClick={() => act(to)}>{t(`to.${to}` as 'to.closed')}</Button>)}</>;
}

function Body({ detail }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  return (
    <div className={styles['columns']}>
      <div className={styles['stack']}>
        <Card title={t('timeline')}>
          {detail.mayWork && <Writer id={detail.incident.id} />}
          <Timeline detail={detail} />
        </Card>
        <Card title={t('report')}>{detail.mayWork ? <ReportForm detail={detail} /> : <ReportText detail={detail} />}</Card>
      </div>
      <div className={styles['stack']}>
        <Card><Head detail={detail} /></Card>
        <Card title={t('tasks')}><Tasks detail={detail} /></Card>
        <Card title={t('alarms')}><Alarms detail={detail} /></Card>
        <Card title={t('people')}><People detail={detail} /></Card>
        <Card title={t('pictures')}><Pictures detail={detail} /></Card>
      </div>
    </div>
  );
}

function Head({ detail: { incident } }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  const name = useName();
  return (
    <Facts>
      <Fact name={t('asset')}>{incident.assetId === null ? t('everywhere') : <Link to={`/assets/${incident.assetId}`}>{name(incident.assetNameZh, incident.assetNameEn)}</Link>}</Fact>
      <Fact name={t('occurred')}>{formatFullTime(incident.occurred)}</Fact>
      <Fact name={t('opened')}>{t('by', { time: formatFullTime(incident.opened), name: incident.openedBy })}</Fact>
      <Fact name={t('leader')}>{incident.leader?.name ?? missing}</Fact>
      {incident.closed && <Fact name={t('closedAt')}>{t('by', { time: formatFullTime(incident.closed), name: incident.closedBy ?? '' })}</Fact>}
    </Facts>
  );
}

function Writer({ id }: { id: number }) {
  const t = useTexts(incidentTexts);
  const reason = useReason();
  const [kind, setKind] = useState<'action' | 'note'>('action');
  const [text, setText] = useState('');
  const write = useIncidentChange(id, () => read(api.POST('/api/v1/incidents/{id}/entries', { params: { path: { id } }, body: { kind, text } })));
  return (
    <form className={styles['writer']} onSubmit={(event) => { event.preventDefault(); if (text.trim() !== '') write.mutate(undefined, { onSuccess: () => setText('') }); }}>
      <Input.TextArea aria-label={t('write.text')} placeholder={t('write.text')} autoSize={{ minRows: 2, maxRows: 10 }} value={text} onChange={(event) => setText(event.target.value)} />
      <div className={styles['bar']}>
        <Segmented<'action' | 'note'> value={kind} onChange={setKind} options={[{ value: 'action', label: t('write.action') }, { value: 'note', label: t('write.note') }]} />
        <Button type="primary" htmlType="submit" disabled={text.trim() === ''} loading={write.isPending}>{t('write.save')}</Button>
      </div>
      <FormReason>{write.error ? reason(write.error) : null}</FormReason>
    </form>
  );
}

interface Report { title: string; priority: number; occurred: string; leaderId: number | null; course: string; cause: string; consequence: string; measures: string }
const reportOf = ({ incident, ...detail }: IncidentDetail): Report => ({ title: incident.title, priority: incident.priority, occurred: incident.occurred, leaderId: incident.leader?.id ?? null, course: detail.course, cause: detail.cause, consequence: detail.consequence, measures: detail.measures });
const reportParts = ['course', 'cause', 'consequence', 'measures'] as const;

function ReportForm({ detail }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  const ui = useTexts(uiTexts);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const people = useQuery(peopleQuery).data ?? [];
  const id = detail.incident.id;
  const etag = etagOf(detail);
  const opened = useMemo(() => ({ value: reportOf(detail), etag }), [etag]);
  const edit = useEdit<Report>({
    opened,
    save: async (draft, tag) => { await show(queries, id, await read(api.PUT('/api/v1/incidents/{id}', { params: { path: { id } }, headers: { 'If-Match': tag }, body: draft }))); },
    reread: async () => { const now = await read(api.GET('/api/v1/incidents/{id}', { params: { path: { id } } })); return { value: reportOf(now), etag: etagOf(now) }; },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['incidents'] }); },
  });
  const { draft, set, reasons } = edit;
  return (
    <FormColumn onSubmit={edit.submit} wide>
      <ConflictNotice edit={edit} nameOf={(field) => (field === 'title' ? t('name') : field === 'leaderId' ? t('leader') : field === 'priority' || field === 'occurred' ? t(field) : t(`report.${field}` as 'report.cause'))} />
      <TextField label={t('name')} value={draft.title} onChange={(value) => set('title', value)} reasons={reasons('title')} required />
      <FormRow>
        <SelectField label={t('priority')} value={String(draft.priority)} onChange={(value) => set('priority', Number(value))} options={([1, 2, 3, 4] as const).map((each) => ({ value: String(each), label: ui(`priority.${each}`) }))} reasons={reasons('priority')} />
        <SelectField label={t('leader')} value={draft.leaderId === null ? null : String(draft.leaderId)} onChange={(value) => set('leaderId', value === null ? null : Number(value))} allowClear searchable options={people.map((person) => ({ value: String(person.id), label: person.name }))} reasons={reasons('leaderId')} />
      </FormRow>
      {reportParts.map((part) => (
        <Field key={part} label={t(`report.${part}`)} reasons={reasons(part)}>
          {({ id: fieldId, status, ...attributes }) => <Input.TextArea {...attributes} id={fieldId} status={status} autoSize={{ minRows: 2, maxRows: 16 }} value={draft[part]} onChange={(event) => set(part, event.target.value)} />}
        </Field>
      ))}
      <p className={styles['quiet']}>{t('report.hint')}</p>
      <FormReason>{edit.refusal}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}

function ReportText({ detail }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  return <Facts>{reportParts.map((part) => <Fact key={part} name={t(`report.${part}`)}><span style={{ whiteSpace: 'pre-wrap' }}>{detail[part] || t('none')}</span></Fact>)}</Facts>;
}

function Tasks({ detail }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  const reason = useReason();
  const { message } = App.useApp();
  const people = useQuery(peopleQuery).data ?? [];
  const id = detail.incident.id;
  const [title, setTitle] = useState('');
  const [assigneeId, setAssigneeId] = useState<number | null>(null);
  const [due, setDue] = useState<string | null>(null);
  const add = useIncidentChange(id, () => read(api.POST('/api/v1/incidents/{id}/tasks', { params: { path: { id } }, body: { title, assigneeId, due } })));
  const end = useIncidentChange(id, ({ taskId, version, state }: { taskId: number; version: number; state: 'done' | 'dropped' }) =>
    read(api.POST('/api/v1/incidents/{id}/tasks/{taskId}/end', { params: { path: { id, taskId } }, headers: { 'If-Match': `"${version}"` }, body: { state } })));
  const fail = (error: unknown): void => void message.error(reason(error));
  return (
    <>
      {detail.tasks.length === 0 && <p className={styles['quiet']}>{t('tasks.none')}</p>}
      <ul className={styles['tasks']}>
        {detail.tasks.map((task) => (
          <li key={task.id}>
            <span className={`${styles['grow']} ${task.state === 'open' ? '' : styles['finished']}`}>{task.title}</span>
            <span className={styles['quiet']}>{task.assignee?.name} {task.due && formatTime(task.due).slice(0, 11)}</span>
            {task.isOverdue && <span className={styles['overdue']}>{t('task.overdue')}</span>}
            {task.state !== 'open' && <span className={styles['quiet']}>{t(`task.state.${task.state}`)} · {task.finishedBy}</span>}
            {task.state === 'open' && detail.mayWork && (['done', 'dropped'] as const).map((state) => <Button key={state} size="small" onClick={() => end.mutate({ taskId: task.id, version: task.version, state }, { onError: fail })}>{t(state === 'done' ? 'task.done' : 'task.drop')}</Button>)}
          </li>
        ))}
      </ul>
      {detail.mayWork && (
        <form className={styles['add']} onSubmit={(event) => { event.preventDefault(); if (title.trim() !== '') add.mutate(undefined, { onError: fail, onSuccess: () => { setTitle(''); setAssigneeId(null); setDue(null); } }); }}>
          <Input aria-label={t('task.title')} placeholder={t('task.title')} value={title} onChange={(event) => setTitle(event.target.value)} />
          <div className={styles['row']}>
            <Select<number | null> aria-label={t('task.assignee')} placeholder={t('task.assignee')} value={assigneeId} allowClear showSearch={{ optionFilterProp: 'label' }} onChange={(value) => setAssigneeId(value ?? null)} options={people.map((person) => ({ value: person.id, label: person.name }))} />
            <DatePicker aria-label={t('task.due')} placeholder={t('task.due')} showTime={{ format: 'HH:mm' }} format="MM-DD HH:mm" value={due === null ? null : dayjs(formatFullTime(due))} onChange={(value) => setDue(value ? new Date(instantOfWall(Date.parse(`${value.format('YYYY-MM-DDTHH:mm')}:00Z`))).toISOString() : null)} />
            <Button htmlType="submit" disabled={title.trim() === ''} loading={add.isPending}>{t('task.add')}</Button>
          </div>
        </form>
      )}
    </>
  );
}

function Alarms({ detail }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  const name = useName();
  if (detail.alarmList.length === 0) return <p className={styles['quiet']}>{t('alarms.none')}</p>;
  return (
    <ul className={styles['tasks']}>
      {detail.alarmList.map((alarm) => (
        <li key={alarm.id}>{isPriority(alarm.priority) && <PriorityShape priority={alarm.priority} size={14} />}<Link className={styles['grow']} to={`/alarms?state=all&open=${alarm.id}`}>{name(alarm.nameZh, alarm.nameEn)}</Link><span className={styles['quiet']}>{formatTime(alarm.raised)}</span></li>
      ))}
    </ul>
  );
}

function People({ detail }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  const reason = useReason();
  const { message } = App.useApp();
  const id = detail.incident.id;
  const [name, setName] = useState('');
  const [role, setRole] = useState('');
  const add = useIncidentChange(id, () => read(api.POST('/api/v1/incidents/{id}/people', { params: { path: { id } }, body: { name, role } })));
  return (
    <>
      {detail.people.length === 0 && <p className={styles['quiet']}>{t('people.none')}</p>}
      <ul className={styles['tasks']}>{detail.people.map((person) => <li key={person.id}><span className={styles['grow']}>{person.name}</span><span className={styles['quiet']}>{person.role}</span></li>)}</ul>
      {detail.mayWork && (
        <form className={styles['add']} onSubmit={(event) => { event.preventDefault(); if (name.trim() && role.trim()) add.mutate(undefined, { onError: (error) => void message.error(reason(error)), onSuccess: () => { setName(''); setRole(''); } }); }}>
          <div className={styles['row']}>
            <Input aria-label={t('person.name')} placeholder={t('person.name')} value={name} onChange={(event) => setName(event.target.value)} />
            <Input aria-label={t('person.role')} placeholder={t('person.role')} value={role} onChange={(event) => setRole(event.target.value)} />
            <Button htmlType="submit" disabled={!name.trim() || !role.trim()} loading={add.isPending}>{t('person.add')}</Button>
          </div>
        </form>
      )}
    </>
  );
}

function Pictures({ detail }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  const reason = useReason();
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const id = detail.incident.id;
  const add = useIncidentChange(id, async (file: File) => {
    const response = await fetchRaw(`/api/v1/incidents/${id}/pictures?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file, headers: { 'Content-Type': file.type || 'application/octet-stream' } });
    return (await response.json()) as IncidentDetail;
  });
  const refusal = (error: unknown): string => (error instanceof ProblemError && error.fields['picture'] ? error.fields['picture'].join(' ') : reason(error));
  return (
    <>
      {detail.pictures.length === 0 && <p className={styles['quiet']}>{t('pictures.none')}</p>}
      <div className={styles['pictures']}>{detail.pictures.map((picture) => <a key={picture.id} href={pictureUrl(id, picture.id)} target="_blank" rel="noreferrer" title={picture.name}><img src={pictureUrl(id, picture.id)} alt={picture.name} loading="lazy" /></a>)}</div>
      {detail.mayWork && (
        <div className={styles['add']}>
          <input ref={input} type="file" hidden accept="image/jpeg,image/png,image/webp" aria-label={t('picture.add')} onChange={(event) => { const file = event.target.files?.[0]; if (file) add.mutate(file, { onError: (error) => void message.error(refusal(error), 6) }); event.target.value = ''; }} />
          <div><Button icon={<Icon name="import" size={14} />} loading={add.isPending} onClick={() => input.current?.click()}>{t('picture.add')}</Button> <span className={styles['quiet']}>{t('picture.hint')}</span></div>
        </div>
      )}
    </>
  );
}
