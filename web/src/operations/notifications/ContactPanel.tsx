import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useMemo } from 'react';
import { api, read, readTagged } from '../../api/client';
import { ConflictNotice } from '../../ui/ConflictNotice';
import { FormColumn, FormReason, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { SidePanel } from '../../ui/ListLayout';
import { uiTexts } from '../../ui/texts';
import { useEdit } from '../../ui/useEdit';
import type { Contact } from './queries';
import { notificationTexts } from './texts';

interface Draft { email: string; phone: string }
const draftOf = (contact: Contact): Draft => ({ email: contact.email ?? '', phone: contact.phone ?? '' });
const bodyOf = (draft: Draft) => ({ email: draft.email || null, phone: draft.phone || null });

export function ContactPanel({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  return <SidePanel title={contact.name} label={contact.name} onClose={onClose}><ContactForm contact={contact} /></SidePanel>;
}

/** @param own through the route of one's own contact, which needs no right over others. */
export function ContactForm({ contact, own = false }: { contact: Contact; own?: boolean }) {
  const t = useTexts(notificationTexts);
  const ui = useTexts(uiTexts);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const opened = useMemo(() => ({ value: draftOf(contact), etag: `"${contact.version}"` }), [contact]);
  const accountId = contact.accountId;
  const edit = useEdit<Draft>({
    opened,
    save: (draft, etag) => read(own
      ? api.PUT('/api/v1/notifications/me', { headers: { 'If-Match': etag }, body: bodyOf(draft) })
      : api.PUT('/api/v1/notifications/contacts/{accountId}', { params: { path: { accountId } }, headers: { 'If-Match': etag }, body: bodyOf(draft) })),
    reread: async () => {
      if (own) { const fresh = await readTagged(api.GET('/api/v1/notifications/me')); return { value: draftOf(fresh.value), etag: fresh.etag }; }
      const list = await read(api.GET('/api/v1/notifications/contacts'));
      const fresh = list.find((each) => each.accountId === accountId) ?? contact;
      return { value: draftOf(fresh), etag: `"${fresh.version}"` };
    },
    onSaved: () => { void message.success(ui('saved')); void queries.invalidateQueries({ queryKey: ['notifications'] }); },
  });
  return (
    <FormColumn onSubmit={edit.submit}>
      <ConflictNotice edit={edit} nameOf={(field) => t(`contact.${field}` as 'contact.email')} />
      <TextField label={t('contact.email')} value={edit.draft.email} onChange={(value) => edit.set('email', value.trim())} reasons={edit.reasons('email')} autoComplete={own ? 'email' : 'off'} />
      <TextField label={t('contact.phone')} value={edit.draft.phone} onChange={(value) => edit.set('phone', value.trim())} reasons={edit.reasons('phone')} autoComplete={own ? 'tel' : 'off'} />
      <FormReason>{edit.refusal}</FormReason>
      <div><Button type="primary" htmlType="submit" loading={edit.saving} disabled={!edit.dirty}>{ui('action.save')}</Button></div>
    </FormColumn>
  );
}
