import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { Field } from '../../ui/Field';
import { useName, useTexts } from '../../ui/i18n';
import { peopleQuery, rostersQuery } from '../duty/queries';
import { channelsQuery, rolesQuery, type Recipient } from './queries';
import { notificationTexts } from './texts';

export interface Targets { channelIds: readonly number[]; recipients: readonly Recipient[] }
interface TargetFieldsProps { value: Targets; onChange: (value: { channelIds: number[]; recipients: Recipient[] }) => void; reasons: (field: 'channelIds' | 'recipients') => readonly string[] | undefined }

const keyOf = (recipient: Recipient): string => (recipient.kind === 'role' ? `role:${recipient.role ?? ''}` : `${recipient.kind}:${recipient.id ?? ''}`);
const recipientOf = (key: string): Recipient => {
  const [kind, rest = ''] = key.split(':');
  return kind === 'role' ? { kind: 'role', role: rest } : { kind: kind === 'duty' ? 'duty' : 'person', id: Number(rest) };
};

/** Over which channels, and who: rosters, roles, people. */
export function TargetFields({ value, onChange, reasons }: TargetFieldsProps) {
  const t = useTexts(notificationTexts);
  const name = useName();
  const channels = useQuery(channelsQuery).data ?? [];
  const people = useQuery(peopleQuery).data ?? [];
  const roles = useQuery(rolesQuery).data ?? [];
  const rosters = useQuery(rostersQuery).data ?? [];
  const now = { channelIds: [...value.channelIds], recipients: [...value.recipients] };
  const options = [
    { label: t('rule.rosters'), options: rosters.map((roster) => ({ value: `duty:${roster.id}`, label: roster.name })) },
    { label: t('rule.roles'), options: roles.map((role) => ({ value: `role:${role.code}`, label: name(role.nameZh, role.nameEn) })) },
    { label: t('rule.people'), options: people.map((person) => ({ value: `person:${person.id}`, label: person.name })) },
  ].filter((group) => group.options.length > 0);
  return (
    <>
      <Field label={t('rule.channels')} reasons={reasons('channelIds')}>{({ id, status }) => <Select<number[]> id={id} status={status} mode="multiple" showSearch={{ optionFilterProp: 'label' }} value={now.channelIds} onChange={(channelIds) => onChange({ ...now, channelIds })} options={channels.map((channel) => ({ value: channel.id, label: channel.name }))} />}</Field>
      <Field label={t('rule.recipients')} hint={t('rule.recipientsHint')} reasons={reasons('recipients')}>{({ id, status }) => <Select<string[]> id={id} status={status} mode="multiple" showSearch={{ optionFilterProp: 'label' }} value={now.recipients.map(keyOf)} onChange={(keys) => onChange({ ...now, recipients: keys.map(recipientOf) })} options={options} />}</Field>
    </>
  );
}
