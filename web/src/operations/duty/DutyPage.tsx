import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Select } from 'antd';
import { useCallback, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../api/client';
import { useNow } from '../../ui/clock';
import { formatDate, formatTime, missing } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { Card, Page } from '../../ui/Page';
import { QueryView, useReason } from '../../ui/QueryView';
import { permissions, useCan } from '../../ui/session';
import { useFilter } from '../../ui/useFilter';
import { daysOfMonth, otherMonth } from './calendar';
import styles from './Duty.module.css';
import { calendarQuery, dutyNowQuery, rostersQuery, type DutyNow, type DutyShift, type Roster } from './queries';
import { ReplaceDialog } from './ReplaceDialog';
import { RosterPanel } from './RosterPanel';
import { dutyTexts } from './texts';

const defaults = { roster: '', month: '', open: '' };

/** Who is on duty, now and this month. */
export default function DutyPage() {
  const t = useTexts(dutyTexts);
  const can = useCan();
  const [filter, setFilter] = useFilter(defaults);
  const now = useQuery(dutyNowQuery);
  const rosters = useQuery(rostersQuery);
  const chosen = rosters.data?.find((roster) => roster.id === Number(filter.roster)) ?? rosters.data?.[0];
  const close = useCallback(() => setFilter({ open: '' }), [setFilter]);
  const who = now.data?.flatMap((post) => post.shifts.flatMap((shift) => shift.people.map((person) => person.name))) ?? [];
  const actions = (
    <>
      <LinkButton to="/duty/handovers" icon={<Icon name="audit" size={14} />}>{t('handovers')}</LinkButton>
      {can(permissions.planDuty) && <Button type={rosters.data?.length === 0 ? 'primary' : 'default'} icon={<Icon name="plus" size={14} />} onClick={() => setFilter({ open: 'new' })}>{t('roster.new')}</Button>}
    </>
  );
  return (
    <Page title={t('title')} figure={now.data && (who.length > 0 ? t('figure', { who: who.join('、') }) : t('nobody'))} actions={actions}>
      <QueryView query={now} isEmpty={(posts) => posts.length === 0} empty={t('roster.empty')} skeleton="block">
        {(posts) => <div className={styles['now']}>{posts.map((post) => <Post key={post.rosterId} post={post} />)}</div>}
      </QueryView>
      {chosen && <Calendar key={chosen.id} roster={chosen} rosters={rosters.data ?? []} month={filter.month} onChange={setFilter} />}
      {filter.open !== '' && <RosterPanel key={filter.open} id={filter.open === 'new' ? 'new' : Number(filter.open)} onClose={close} onMade={(id) => setFilter({ open: '', roster: String(id) })} />}
    </Page>
  );
}

const namesOf = (shift: DutyShift): string => shift.people.map((person) => person.name).join('、') || missing;

function Post({ post }: { post: DutyNow }) {
  const t = useTexts(dutyTexts);
  const name = useName();
  const can = useCan();
  const begin = useBegin();
  return (
    <section className={styles['post']} aria-label={post.rosterName}>
      <h2>{post.rosterName} <span className={styles['quiet']}>{name(post.assetNameZh, post.assetNameEn)}</span></h2>
      {post.shifts.length === 0 && <div className={styles['quiet']}>{t('nobody')}</div>}
      {post.shifts.map((shift) => (
        <div key={`${shift.day}-${shift.shift}`}>
          <div className={styles['who']}>{namesOf(shift)}</div>
          <div className={styles['quiet']}>{shift.name} {shift.team} · {t('until', { time: formatTime(shift.end).slice(6, 11) })}{shift.people.filter((person) => person.phone).map((person) => ` · ${person.phone}`)}</div>
          {shift.people.filter((person) => person.insteadOf).map((person) => <div key={person.id} className={styles['quiet']}>{person.name} {t('insteadOf', { name: person.insteadOf?.name ?? '' })}</div>)}
        </div>
      ))}
      {post.next && <div className={styles['quiet']}>{t('next', { time: formatTime(post.next.start).slice(0, 11), who: namesOf(post.next) })}</div>}
      {can(permissions.handOverDuty) && post.shifts.length > 0 && <div><Button size="small" loading={begin.isPending} onClick={() => begin.mutate(post.rosterId)}>{t('handover.begin')}</Button></div>}
    </section>
  );
}

/** Opens a draft for the shift that is on. */
export function useBegin() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const reason = useReason();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (rosterId: number) => read(api.POST('/api/v1/duty/handovers', { body: { rosterId } })),
    onSuccess: (made) => { void queries.invalidateQueries({ queryKey: ['duty', 'handovers'] }); void navigate(`/duty/handovers/${made.id}`); },
    onError: (error) => void message.error(reason(error)),
  });
}

function Calendar({ roster, rosters, month, onChange }: { roster: Roster; rosters: readonly Roster[]; month: string; onChange: (patch: Partial<typeof defaults>) => void }) {
  const t = useTexts(dutyTexts);
  const today = formatDate(useNow());
  const shown = /^\d{4}-\d{2}$/.test(month) ? month : today.slice(0, 7);
  const { first, last, blanks, days } = daysOfMonth(shown);
  const calendar = useQuery(calendarQuery(roster.id, first, last));
  const [replacing, setReplacing] = useState<DutyShift | null>(null);
  const tools = (
    <div className={styles['toolbar']}>
      <Select aria-label={t('roster')} style={{ minWidth: 180 }} value={roster.id} onChange={(id) => onChange({ roster: String(id) })} options={rosters.map((each) => ({ value: each.id, label: each.name }))} />
      <Button aria-label={t('calendar.previous')} icon={<Icon name="left" />} onClick={() => onChange({ month: otherMonth(shown, -1) })} />
      <Button aria-label={t('calendar.next')} icon={<Icon name="right" />} onClick={() => onChange({ month: otherMonth(shown, 1) })} />
      {roster.mayPlan && <Button icon={<Icon name="edit" size={14} />} onClick={() => onChange({ open: String(roster.id) })}>{t('roster.edit')}</Button>}
    </div>
  );
  return (
    <Card title={t('calendar', { month: shown })} actions={tools}>
      <QueryView query={calendar} skeleton="block">
        {(data) => (
          <>
            <div className={styles['month']}>
              {t('weekday').split(',').map((day) => <div key={day} className={styles['weekday']}>{day}</div>)}
              {Array.from({ length: blanks }, (_each, index) => <div key={`blank-${index}`} />)}
              {days.map((day) => (
                <div key={day} className={`${styles['day']} ${day === today ? styles['today'] : ''}`}>
                  <span className={styles['number']}>{Number(day.slice(8))}</span>
                  {data.shifts.filter((shift) => shift.day === day && shift.people.length > 0).sort((one, other) => Date.parse(one.start) - Date.parse(other.start)).map((shift) => <ShiftLine key={shift.shift} shift={shift} onReplace={roster.mayPlan ? () => setReplacing(shift) : undefined} />)}
                </div>
              ))}
            </div>
            {data.substitutions.length > 0 && <Changes roster={roster} calendar={data} />}
          </>
        )}
      </QueryView>
      {replacing && calendar.data && <ReplaceDialog roster={roster} shift={replacing} shifts={calendar.data.shifts} onClose={() => setReplacing(null)} />}
    </Card>
  );
}

function ShiftLine({ shift, onReplace }: { shift: DutyShift; onReplace: (() => void) | undefined }) {
  const t = useTexts(dutyTexts);
  const changed = shift.people.some((person) => person.insteadOf);
  const content = <><span className={styles['shiftName']}>{shift.name}</span><span className={changed ? styles['changed'] : ''}>{namesOf(shift)}</span></>;
  return onReplace ? <button type="button" className={styles['shift']} onClick={onReplace} title={t('replace')}>{content}</button> : <div className={styles['shift']}>{content}</div>;
}

function Changes({ roster, calendar }: { roster: Roster; calendar: { substitutions: readonly { id: number; day: string; shift: number; person: { name: string }; standIn: { name: string }; reason: string }[] } }) {
  const t = useTexts(dutyTexts);
  const queries = useQueryClient();
  const reason = useReason();
  const { message } = App.useApp();
  const undo = useMutation({
    mutationFn: (substitutionId: number) => api.DELETE('/api/v1/duty/rosters/{id}/substitutions/{substitutionId}', { params: { path: { id: roster.id, substitutionId } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['duty'] }),
    onError: (error) => void message.error(reason(error)),
  });
  return (
    <>
      <h3 style={{ marginTop: 14 }}>{t('replace.changes')}</h3>
      <ul className={styles['changes']}>
        {calendar.substitutions.map((each) => (
          <li key={each.id}>
            {t('replace.line', { day: each.day, shift: roster.plan.shifts[each.shift]?.name ?? '', standIn: each.standIn.name, person: each.person.name, reason: each.reason })}
            {roster.mayPlan && <Button size="small" type="text" onClick={() => undo.mutate(each.id)}>{t('replace.undo')}</Button>}
          </li>
        ))}
      </ul>
    </>
  );
}

