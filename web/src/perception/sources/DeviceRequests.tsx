import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { ProblemError } from '../../api/problems';
import type { DeviceRequest, SourceItem } from '../../api/types';
import { FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { formatTime } from '../../ui/format';
import { useTexts } from '../../ui/i18n';
import { Empty, QueryView, useReason } from '../../ui/QueryView';
import { requestsQuery } from '../queries';
import { perceptionTexts } from '../texts';
import { argumentsOf, hj212Commands, type Argument, type Command } from './commands';
import styles from './SourcePanel.module.css';

/** Asking something of the device, and what became of it. */
export function DeviceRequests({ source }: { source: SourceItem }) {
  const t = useTexts(perceptionTexts);
  if (source.gateway !== 'hj212') return <Empty>{t('requests.unsupported')}</Empty>;
  return <><RequestForm source={source} /><History sourceId={source.id} /></>;
}

function RequestForm({ source }: { source: SourceItem }) {
  const t = useTexts(perceptionTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [code, setCode] = useState('1011');
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const command = hj212Commands.find((each) => each.code === code);
  const send = useMutation({
    mutationFn: (values: Record<string, string>) => api.POST('/api/v1/sources/{id}/requests', { params: { path: { id: source.id } }, body: { command: code, arguments: values } }),
    onSuccess: () => { void message.success(t('requests.sent')); setTyped({}); },
    onSettled: () => queries.invalidateQueries({ queryKey: requestsQuery(source.id).queryKey }),
  });
  const submit = (): void => {
    if (!command) return;
    const made = argumentsOf(command, typed);
    setWrong('wrong' in made ? made.wrong : []);
    if ('values' in made) send.mutate(made.values);
  };
  const fields = send.error instanceof ProblemError ? send.error.fields : {};
  const reasonsOf = (argument: Argument): readonly string[] | undefined => fields[`arguments.${argument.name}`] ?? fields[argument.name] ?? (wrong.includes(argument.name) ? [t(argument.kind === 'time' ? 'argument.timeHint' : `argument.${argument.name}` as 'argument.PolId')] : undefined);
  return (
    <FormColumn onSubmit={submit}>
      {source.state === 'offline' && <p className={styles['note']}>{t('requests.offline')}</p>}
      <SelectField label={t('requests.command')} value={code} onChange={(next) => { setCode(next ?? '1011'); setTyped({}); setWrong([]); }} searchable options={hj212Commands.map((each) => ({ value: each.code, label: t(each.text) }))} />
      {command?.arguments.map((argument) => (
        <TextField key={argument.name} label={t(`argument.${argument.name}` as 'argument.PolId')} required={argument.required} reasons={reasonsOf(argument)} hint={hintOf(argument, command, t)}
          type={argument.kind === 'password' ? 'password' : 'text'} value={typed[argument.name] ?? ''} onChange={(value) => setTyped({ ...typed, [argument.name]: value })} autoComplete={argument.kind === 'password' ? 'new-password' : 'off'} />
      ))}
      <FormReason>{send.error && Object.keys(fields).length === 0 ? reason(send.error) : null}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={send.isPending}>{t('requests.send')}</Button></div>
    </FormColumn>
  );
}

function hintOf(argument: Argument, command: Command, t: (key: 'argument.SystemTimeHint' | 'argument.timeHint' | 'argument.optional') => string): string | undefined {
  if (command.code === '1012' && argument.name === 'SystemTime') return t('argument.SystemTimeHint');
  if (argument.kind === 'time') return t('argument.timeHint');
  return argument.required ? undefined : t('argument.optional');
}

function History({ sourceId }: { sourceId: number }) {
  const t = useTexts(perceptionTexts);
  const requests = useQuery(requestsQuery(sourceId));
  return (
    <section className={styles['history']}>
      <h3>{t('requests.history')}</h3>
      <QueryView query={requests} isEmpty={(all) => all.length === 0} empty={t('requests.empty')}>
        {(all) => <ol>{all.map((request) => <RequestLine key={request.id} request={request} />)}</ol>}
      </QueryView>
    </section>
  );
}

function RequestLine({ request }: { request: DeviceRequest }) {
  const t = useTexts(perceptionTexts);
  const known = hj212Commands.find((command) => command.code === request.command);
  const details = Object.entries(request.arguments).filter(([name]) => name !== 'NewPW').map(([name, value]) => `${name}=${value}`);
  return (
    <li className={styles['request']}>
      <span>{known ? t(known.text) : request.command}</span><strong style={{ fontWeight: 500 }}>{t(`requestState.${request.state}`)}</strong>
      <small>{[formatTime(request.created), request.by, ...details].join(' · ')}</small><small>{request.result}</small>
    </li>
  );
}
