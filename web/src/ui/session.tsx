import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { api, read } from '../api/client';
import { ProblemError } from '../api/problems';
import type { Me } from '../api/types';

/** Who is signed in; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await read(api.GET('/api/v1/auth/me', { signal }));
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Infinity,
  gcTime: Infinity,
});

export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('A page for signed-in accounts is shown outside of the shell.');
  return me;
}

/** Whether the account holds a permission anywhere. The server decides in the end; this only hides dead buttons. */
export function useCan(): (permission: string | undefined) => boolean {
  const me = useContext(MeContext);
  return (permission) => permission === undefined || (me?.permissions.includes(permission) ?? false);
}

export const useSession = (): Me | null => useSuspenseQuery(meQuery).data;

/** Names of the server's permissions (`Ordo.Foundation.Access.Permissions`). */
export const permissions = {
  readPark: 'park.read', writePark: 'park.write', importPark: 'park.import',
  readTelemetry: 'telemetry.read', writeTelemetry: 'telemetry.write', manageStorage: 'storage.manage', manageBackups: 'backups.manage', readSources: 'sources.read', writeSources: 'sources.write', commandSources: 'sources.command',
  readAlarms: 'alarms.read', acknowledgeAlarms: 'alarms.acknowledge', configureAlarms: 'alarms.configure',
  shelveAlarms: 'alarms.shelve', serviceAlarms: 'alarms.service', approveAlarms: 'alarms.approve',
  configureNotifications: 'notifications.configure', readDuty: 'duty.read', planDuty: 'duty.plan', handOverDuty: 'duty.handover', readIncidents: 'incidents.read', workIncidents: 'incidents.work', readReports: 'reports.read', writeReports: 'reports.write', shareBoards: 'boards.share',
  manageAccounts: 'accounts.manage', ownTokens: 'tokens.own', readAudit: 'audit.read', readSystem: 'system.read',
} as const;
