import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { ProblemError } from '../../api/problems';
import type { DeviceRequest, GatewayArgument, GatewayCommand, SourceItem } from '../../api/types';
import { FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { formatTime } from '../../ui/format';
import { useName, useTexts } from '../../ui/i18n';
import { Empty, QueryView, useReason } from '../../ui/QueryView';
import { gatewaysQuery, requestsQuery } from '../queries';
import { uiTexts } from '../../ui/texts';
import { perceptionTexts } from '../texts';
import styles from './SourcePanel.module.css';

/** Asking something of the device, and what became of it. Which commands there are says the gateway. */
export function DeviceRequests({ source }: { source: SourceItem }) {
  const t = useTexts(perceptionTexts);
  const gateways = useQuery(gatewaysQuery);
  return (
    <QueryView query={gateways} skeleton="block">
      {(all) => {
        const commands = all.find((gateway) => gateway.name === source.gateway)?.commands ?? [];
        return commands.length === 0 ? <Empty>{t('requests.unsupported')}</Empty> : <><RequestForm source={source} commands={commands} /><History sourceId={source.id} commands={commands} /></>;
      }}
    </QueryView>
  );
}

/** What people ask for most stands first. */
const usual = ['1011', '1012', '2061', '2051', '2031'];
const rank = (command: GatewayCommand): number => (usual.includes(command.command) ? usual.indexOf(command.command) : usual.length);

function RequestForm({ source, commands }: { source: SourceItem; commands: readonly GatewayCommand[] }) {
  const t = useTexts(perceptionTexts);
  const ui = useTexts(uiTexts);
  const name = useName();
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const sorted = [...commands].sort((left, right) => rank(left) - rank(right));
  const [code, setCode] = useState(sorted[0]?.command ?? '');
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [missing, setMissing] = useState<readonly string[]>([]);
  const command = commands.find((each) => each.command === code);
  const send = useMutation({
    mutationFn: (values: Record<string, string>) => api.POST('/api/v1/sources/{id}/requests', { params: { path: { id: source.id } }, body: { command: code, arguments: values } }),
    onSuccess: () => { void message.success(t('requests.sent')); setTyped({}); },
    onSettled: () => queries.invalidateQueries({ queryKey: requestsQuery(source.id).queryKey }),
  });
  const submit = (): void => {
    const values = argumentsOf(command?.arguments ?? [], typed);
    const absent = (command?.arguments ?? []).filter((argument) => argument.required && !(argument.name in values)).map((argument) => argument.name);
    setMissing(absent);
    if (absent.length === 0) send.mutate(values);
  };
  const choose = (next: string | null): void => { setCode(next ?? ''); setTyped({}); setMissing([]); send.reset(); };
  const fields = send.error instanceof ProblemError ? send.error.fields : {};
  const reasonsOf = ({ name: field }: GatewayArgument): readonly string[] | undefined => fields[`arguments.${field}`] ?? fields[field] ?? fields[`arguments.${field.charAt(0).toLowerCase()}${field.slice(1)}`] ?? (missing.includes(field) ? [ui('form.required')] : undefined);
  return (
    <FormColumn onSubmit={submit}>
      {source.state === 'offline' && <p className={styles['note']}>{t('requests.offline')}</p>}
      <SelectField label={t('requests.command')} value={code} onChange={choose} searchable options={sorted.map((each) => ({ value: each.command, label: `${name(each.nameZh, each.nameEn)} (${each.command})` }))} />
      {command?.arguments.map((argument) => (
        <TextField key={argument.name} label={name(argument.labelZh, argument.labelEn)} required={argument.required} reasons={reasonsOf(argument)} hint={name(argument.expectedZh, argument.expectedEn)}
          type={argument.secret ? 'password' : 'text'} autoComplete={argument.secret ? 'new-password' : 'off'} value={typed[argument.name] ?? ''} onChange={(value) => setTyped({ ...typed, [argument.name]: value })} />
      ))}
      <FormReason>{send.error && !command?.arguments.some((argument) => reasonsOf(argument)) ? reason(send.error) : null}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={send.isPending}>{t('requests.send')}</Button></div>
    </FormColumn>
  );
}

/** What was typed, without what was left empty. */
export const argumentsOf = (known: readonly GatewayArgument[], typed: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(known.map(({ name }) => [name, typed[name]?.trim() ?? '']).filter(([, value]) => value !== ''));

function History({ sourceId, commands }: { sourceId: number; commands: readonly GatewayCommand[] }) {
  const t = useTexts(perceptionTexts);
  const requests = useQuery(requestsQuery(sourceId));
  return (
    <section className={styles['history']}>
      <h3>{t('requests.history')}</h3>
      <QueryView query={requests} isEmpty={(all) => all.length === 0} empty={t('requests.empty')}>
        {(all) => <ol>{all.map((request) => <RequestLine key={request.id} request={request} command={commands.find((command) => command.command === request.command)} />)}</ol>}
      </QueryView>
    </section>
  );
}

function RequestLine({ request, command }: { request: DeviceRequest; command: GatewayCommand | undefined }) {
  const t = useTexts(perceptionTexts);
  const name = useName();
  const secret = new Set(command?.arguments.filter((argument) => argument.secret).map((argument) => argument.name));
  const details = Object.entries(request.arguments).filter(([argument]) => !secret.has(argument)).map(([argument, value]) => `${argument}=${value}`);
  return (
    <li className={styles['request']}>
      <span>{command ? name(command.nameZh, command.nameEn) : request.command}</span><strong style={{ fontWeight: 500 }}>{t(`requestState.${request.state}`)}</strong>
      <small>{[formatTime(request.created), request.by, ...details].join(' · ')}</small><small>{request.result}</small>
    </li>
  );
}
