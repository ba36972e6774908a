import createClient from 'openapi-fetch';
import { problemOf } from './problems';
import type { paths } from './schema';

let acceptLanguage = 'zh-CN';
export function setApiLanguage(locale: string): void {
  acceptLanguage = locale;
}

const signedOutListeners = new Set<() => void>();
/** Called when the server no longer knows the session, wherever in the console that is noticed. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}
export const notifySignedOut = (): void => signedOutListeners.forEach((listener) => listener());

/** Typed client of the server's own OpenAPI document. Every answer that is not 2xx is thrown as a `ProblemError`. */
export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '' });

api.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', acceptLanguage);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    if (response.status === 401 && !request.url.includes('/auth/')) notifySignedOut();
    throw await problemOf(response);
  },
});

interface Answer<T> { data?: T | undefined; response: Response }

/** The body of an answer that has one. */
export async function read<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data } = await call;
  return data as T;
}

/** A thing together with the version tag an edit of it must name (`If-Match`). */
export interface Tagged<T> { value: T; etag: string }

export async function readTagged<T>(call: Promise<Answer<T>>): Promise<Tagged<T>> {
  const { data, response } = await call;
  return { value: data as T, etag: response.headers.get('ETag') ?? '*' };
}

/** The same headers and refusals for the few requests that are no plain JSON: uploads, downloads, the live stream. */
export async function fetchRaw(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Accept-Language', acceptLanguage);
  const response = await fetch(path, { ...init, headers, credentials: 'same-origin' });
  if (!response.ok) throw await problemOf(response);
  return response;
}
