import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ProblemError } from '../../api/problems';
import { useReason } from '../../ui/QueryView';
import { planKey } from './queries';

/** One change of the plan: reads everything again when it is done; what was refused stands beside its field, the rest in words. */
export function usePlanChange<T>(change: () => Promise<T>, onDone: (result: T) => void) {
  const queries = useQueryClient();
  const reason = useReason();
  const mutation = useMutation({ mutationFn: change, onSuccess: async (result: T) => { await queries.invalidateQueries({ queryKey: planKey }); onDone(result); } });
  const fields: Readonly<Record<string, string[]>> = mutation.error instanceof ProblemError ? mutation.error.fields : {};
  return { run: () => mutation.mutate(), isPending: mutation.isPending, fields, failure: mutation.error && Object.keys(fields).length === 0 ? reason(mutation.error) : null, all: Object.entries(fields).map(([field, reasons]) => `${field} ${reasons.join('；')}`).join(' ') };
}
