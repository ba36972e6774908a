import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../ui/i18n';
import { RailBadge } from '../ui/shell/Rail';
import { unclaimedCountQuery } from './queries';
import { perceptionTexts } from './texts';

export function UnclaimedBadge() {
  const t = useTexts(perceptionTexts);
  const count = useQuery(unclaimedCountQuery).data;
  return <RailBadge count={count} label={t('sources.unclaimed')} />;
}
