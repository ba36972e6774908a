import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { FormColumn, FormReason, SelectField, TextField } from '../../ui/Field';
import { useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { peopleQuery, type DutyShift, type Roster } from './queries';
import { dutyTexts } from './texts';

/** Somebody works in another's place, or two change places. */
export function ReplaceDialog({ roster, shift, shifts, onClose }: { roster: Roster; shift: DutyShift; shifts: readonly DutyShift[]; onClose: () => void }) {
  const t = useTexts(dutyTexts);
  const ui = useTexts(uiTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const people = useQuery(peopleQuery).data ?? [];
  const replaceable = shift.people.filter((person) => !person.insteadOf);
  const [personId, setPersonId] = useState(String(replaceable[0]?.id ?? ''));
  const [standInId, setStandInId] = useState<string | null>(null);
  const [inReturn, setInReturn] = useState('');
  const [why, setWhy] = useState('');
  const ownShifts = shifts.filter((each) => each.people.some((person) => String(person.id) === standInId && !person.insteadOf));
  const arrange = useMutation({
    mutationFn: async () => {
      const path = { id: roster.id };
      const [day = '', number = '0'] = inReturn.split('|');
      if (inReturn !== '') await api.POST('/api/v1/duty/rosters/{id}/swaps', { params: { path }, body: { day: shift.day, shift: shift.shift, personId: Number(personId), otherDay: day, otherShift: Number(number), otherPersonId: Number(standInId), reason: why } });
      else await api.POST('/api/v1/duty/rosters/{id}/substitutions', { params: { path }, body: { day: shift.day, shift: shift.shift, personId: Number(personId), standInId: Number(standInId), reason: why } });
    },
    onSuccess: () => { void message.success(t('replace.done')); void queries.invalidateQueries({ queryKey: ['duty'] }); onClose(); },
  });
  const fields = arrange.error instanceof ProblemError ? arrange.error.fields : {};
  return (
    <Modal open title={t('replace.title', { day: shift.day, shift: shift.name })} onCancel={onClose} okText={t('replace.save')} cancelText={ui('action.cancel')} onOk={() => arrange.mutate()} confirmLoading={arrange.isPending} okButtonProps={{ disabled: !personId || !standInId || why.trim() === '' }}>
      <FormColumn onSubmit={() => arrange.mutate()}>
        <SelectField label={t('replace.person')} value={personId} onChange={(value) => setPersonId(value ?? '')} reasons={fields['personId']} options={replaceable.map((person) => ({ value: String(person.id), label: person.name }))} />
        <SelectField label={t('replace.standIn')} value={standInId} onChange={(value) => { setStandInId(value); setInReturn(''); }} searchable reasons={fields['standInId'] ?? fields['otherPersonId']} options={people.filter((person) => String(person.id) !== personId).map((person) => ({ value: String(person.id), label: person.name }))} />
        {ownShifts.length > 0 && <SelectField label={t('replace.swap')} value={inReturn} onChange={(value) => setInReturn(value ?? '')} options={[{ value: '', label: t('replace.swapNone') }, ...ownShifts.map((each) => ({ value: `${each.day}|${each.shift}`, label: `${each.day} ${each.name}` }))]} />}
        <TextField label={t('replace.reason')} value={why} onChange={setWhy} reasons={fields['reason']} required />
        <FormReason>{arrange.error && Object.keys(fields).length === 0 ? reason(arrange.error) : null}</FormReason>
      </FormColumn>
    </Modal>
  );
}
