import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../api/problems';

/** A refusal is an answer: asking again does not change it. Only a silent or busy server is asked again. */
export const isWorthRetrying = (error: unknown): boolean => !(error instanceof ProblemError) || error.status >= 500;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache(),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 2 && isWorthRetrying(error),
        retryDelay: (attempt) => Math.min(4_000, 400 * 2 ** attempt),
      },
    },
  });
}
