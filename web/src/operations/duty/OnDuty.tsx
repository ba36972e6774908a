import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useTexts } from '../../ui/i18n';
import { permissions, useCan } from '../../ui/session';
import { dutyNowQuery } from './queries';
import { dutyTexts } from './texts';

/** Who is on duty, in the header of the desk. Nothing where there is no roster. */
export function OnDuty() {
  const t = useTexts(dutyTexts);
  const can = useCan();
  const now = useQuery({ ...dutyNowQuery, enabled: can(permissions.readDuty) }).data;
  if (!now || now.length === 0) return null;
  const who = [...new Set(now.flatMap((post) => post.shifts.flatMap((shift) => shift.people.map((person) => person.name))))];
  return <> · <Link to="/duty">{who.length > 0 ? t('onDuty', { who: who.slice(0, 3).join('、') + (who.length > 3 ? '…' : '') }) : t('nobody')}</Link></>;
}
