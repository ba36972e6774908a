import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { App } from 'antd';
import { api, read } from '../../api/client';
import { useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { operationsTexts } from '../texts';

/** What became of one act on some alarms: how many were done, and why the first that was not was not. */
interface Done { done: number; failures: readonly unknown[] }

type Words = 'acknowledged' | 'shelved' | 'released' | 'reset' | 'commented' | 'outOfService';

/** Says what became of it, reads the lists again, and goes on when all is done. */
function useAct<T>(act: (input: T) => Promise<Done>, words: Words, onDone: () => void): UseMutationResult<Done, unknown, T> {
  const t = useTexts(operationsTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: act,
    onSuccess: ({ done, failures }) => {
      if (failures.length > 0) void message.error(t('acts.someFailed', { n: failures.length, reason: typeof failures[0] === 'string' ? failures[0] : reason(failures[0]) }));
      else void message.success(t(`acts.${words}`, { n: done }));
      onDone();
    },
    onError: (error) => void message.error(reason(error)),
    onSettled: () => { void queries.invalidateQueries({ queryKey: ['alarms'] }); void queries.invalidateQueries({ queryKey: ['alarm-definitions'] }); },
  });
}

/** As many as the server takes at once. */
const most = 1000;

/** Acknowledges one or many. An alarm that went back to normal meanwhile needs no acknowledgement any more: that is no failure. */
export function useAcknowledge(onDone: () => void) {
  const t = useTexts(operationsTexts);
  return useAct(async ({ ids, comment }: { ids: readonly number[]; comment: string }) => {
    const failures: string[] = [];
    for (let at = 0; at < ids.length; at += most) {
      const answer = await read(api.POST('/api/v1/alarms/acknowledgements', { body: { ids: ids.slice(at, at + most), comment: comment.trim() || null } }));
      failures.push(...answer.filter(({ outcome }) => outcome !== 'done' && outcome !== 'alreadyNormal').map(({ outcome }) => t(`outcome.${outcome}` as 'outcome.risenAgain')));
    }
    return { done: ids.length - failures.length, failures };
  }, 'acknowledged', onDone);
}

export const useShelve = (onDone: () => void) => useAct(async ({ definitionIds, until, reason }: { definitionIds: readonly number[]; until: string; reason: string }) => {
  for (let at = 0; at < definitionIds.length; at += most) await api.POST('/api/v1/alarms/shelvings', { body: { definitionIds: definitionIds.slice(at, at + most), until, reason } });
  return { done: definitionIds.length, failures: [] };
}, 'shelved', onDone);

/** One by one, because each is an act of its own on the server; one that fails does not stop the others. */
async function each<T>(things: readonly T[], act: (thing: T) => Promise<unknown>): Promise<Done> {
  const failures: unknown[] = [];
  for (const thing of things) await act(thing).catch((error: unknown) => failures.push(error));
  return { done: things.length - failures.length, failures };
}

export interface Released { id: number; state: string }

/** Off the shelf, or back to service. */
export const useRelease = (onDone: () => void) => useAct(({ definitions, reason }: { definitions: readonly Released[]; reason: string }) => each(definitions, ({ id, state }) => {
  const params = { path: { id }, query: { reason: reason.trim() || undefined } };
  return state === 'outOfService' ? api.DELETE('/api/v1/alarms/definitions/{id}/service', { params }) : api.DELETE('/api/v1/alarms/definitions/{id}/shelf', { params });
}), 'released', onDone);

export const useOutOfService = (onDone: () => void) => useAct(({ definitionIds, until, reason }: { definitionIds: readonly number[]; until: string | null; reason: string }) =>
  each(definitionIds, (id) => api.PUT('/api/v1/alarms/definitions/{id}/service', { params: { path: { id } }, body: { until, reason } })), 'outOfService', onDone);

export const useReset = (onDone: () => void) => useAct(({ ids }: { ids: readonly number[] }) =>
  each(ids, (id) => api.POST('/api/v1/alarms/{id}/reset', { params: { path: { id } }, body: {} })), 'reset', onDone);

export const useComment = (onDone: () => void) => useAct(({ ids, comment }: { ids: readonly number[]; comment: string }) =>
  each(ids, (id) => api.POST('/api/v1/alarms/{id}/comments', { params: { path: { id } }, body: { comment } })), 'commented', onDone);
