import { useQuery } from '@tanstack/react-query';
import { alarmSummaryQuery } from '../../api/shared';
import { useTexts } from '../../ui/i18n';
import { RailBadge } from '../../ui/shell/Rail';
import { operationsTexts } from '../texts';

export function AlarmBadge() {
  const t = useTexts(operationsTexts);
  return <RailBadge count={useQuery(alarmSummaryQuery).data?.unacknowledged} label={t('alarms.unacknowledged')} />;
}
