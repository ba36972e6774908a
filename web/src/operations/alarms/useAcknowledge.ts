import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { api } from '../../api/client';
import { ProblemError } from '../../api/problems';
import { useTexts } from '../../ui/i18n';
import { useReason } from '../../ui/QueryView';
import { operationsTexts } from '../texts';

interface Acknowledgement { ids: readonly number[]; comment: string }

/** Acknowledges one or many. An alarm that went back to normal meanwhile needs no acknowledgement any more: that is no failure. */
export function useAcknowledge(onDone: () => void) {
  const t = useTexts(operationsTexts);
  const reason = useReason();
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: async ({ ids, comment }: Acknowledgement) => {
      const failures: unknown[] = [];
      for (const id of ids) {
        try {
          await api.POST('/api/v1/alarms/{id}/acknowledgement', { params: { path: { id } }, body: { comment: comment.trim() || null } });
        } catch (error) {
          if (!(error instanceof ProblemError && error.status === 409)) failures.push(error);
        }
      }
      return { done: ids.length - failures.length, failures };
    },
    onSuccess: ({ done, failures }) => {
      if (failures.length > 0) void message.error(t('alarms.someFailed', { n: failures.length, reason: reason(failures[0]) }));
      else void message.success(t('alarms.acknowledged', { n: done }));
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['alarms'] }),
  });
}
