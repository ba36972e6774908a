/** A refusal of the server (RFC 9457). The words are already in the user's language; the type is for programs. */
export class ProblemError extends Error {
  readonly status: number;
  readonly type: string;
  /** Reasons by field, in the field names of the request. */
  readonly fields: Readonly<Record<string, string[]>>;
  /** Everything else the problem carried, for example the bad cells of an import. */
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, body: Record<string, unknown>, retryAfter: string | null) {
    super(text(body['detail']) ?? text(body['title']) ?? `HTTP ${status}`);
    this.name = 'ProblemError';
    this.status = status;
    this.type = text(body['type']) ?? 'about:blank';
    this.fields = fieldsOf(body['errors']);
    this.extensions = body;
    this.retryAfterSeconds = retryAfter === null ? null : Number(retryAfter) || null;
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function fieldsOf(errors: unknown): Record<string, string[]> {
  if (typeof errors !== 'object' || errors === null) return {};
  return Object.fromEntries(Object.entries(errors).map(([field, reasons]) =>
    [camelCase(field), Array.isArray(reasons) ? reasons.map(String) : [String(reasons)]]));
}

/** `Limits.HighHigh` and `limits.highHigh` are the same field of a form. */
const camelCase = (field: string): string => field.split('.').map((part) => part.charAt(0).toLowerCase() + part.slice(1)).join('.');

export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.clone().json().catch(() => null);
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return new ProblemError(response.status, fields, response.headers.get('Retry-After'));
}
