import createClient from 'openapi-fetch';
import { problemOf } from './problems';
import type { paths } from './schema';

let acceptLanguage = 'zh-CN';
export function setApiLanguage(locale: string): void {
  acceptLanguage = locale;
}

let link: string | null = null;
/** From here on every request is made with a link that somebody gave out, and with nothing else this browser may hold. */
export function followLink(key: string): void {
  link = key;
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
    if (link === null) return request;
    request.headers.set('Authorization', `Link ${link}`);
    return new Request(request, { credentials: 'omit' });
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
  if (link !== null) headers.set('Authorization', `Link ${link}`);
  const response = await fetch(path, { ...init, headers, credentials: link === null ? 'same-origin' : 'omit' });
  if (!response.ok) throw await problemOf(response);
  return response;
}
