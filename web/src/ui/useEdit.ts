import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Tagged } from '../api/client';
import { ProblemError } from '../api/problems';
import { mergeEdit, same, type FieldConflict } from './edits';

interface EditOptions<T extends object> {
  /** What is edited, as last read, with its version tag. */
  opened: Tagged<T>;
  save: (draft: T, etag: string) => Promise<unknown>;
  /** Reads the newest version after a refusal by 412. */
  reread: () => Promise<Tagged<T>>;
  onSaved: () => void;
}

export interface Edit<T extends object> {
  draft: T;
  set: <K extends keyof T>(field: K, value: T[K]) => void;
  dirty: boolean;
  submit: () => void;
  saving: boolean;
  reasons: (field: string) => readonly string[] | undefined;
  /** A refusal that is about no single field. */
  refusal: string | null;
  conflicts: FieldConflict[];
  takeTheirs: () => void;
}

/** A form over one versioned thing: keeps the user's input whatever happens, and says what somebody else changed meanwhile. */
export function useEdit<T extends object>({ opened, save, reread, onSaved }: EditOptions<T>): Edit<T> {
  const [base, setBase] = useState(opened);
  const [draft, setDraft] = useState(opened.value);
  const [conflicts, setConflicts] = useState<FieldConflict[]>([]);
  const dirty = !same(base.value, draft);

  // Nothing typed yet: follow what the page reads.
  if (opened.etag !== base.etag && !dirty && conflicts.length === 0) { setBase(opened); setDraft(opened.value); }

  const saving = useMutation({
    mutationFn: () => save(draft, base.etag),
    onSuccess: () => {
      setConflicts([]);
      setBase({ ...base, value: draft });
      onSaved();
    },
    onError: async (error) => {
      if (!(error instanceof ProblemError) || error.status !== 412) return;
      const fresh = await reread();
      const merged = mergeEdit(base.value, draft, fresh.value);
      setBase(fresh);
      setDraft(merged.draft);
      setConflicts(merged.conflicts);
    },
  });

  const problem = saving.error;
  const isConflict = problem instanceof ProblemError && problem.status === 412;
  const fields = problem instanceof ProblemError ? problem.fields : {};
  return {
    draft,
    set: (field, value) => setDraft((previous) => ({ ...previous, [field]: value })),
    dirty,
    submit: () => saving.mutate(),
    saving: saving.isPending,
    reasons: (field) => fields[field],
    refusal: problem && !isConflict && Object.keys(fields).length === 0 ? problem.message : null,
    conflicts,
    takeTheirs: () => { setDraft(base.value); setConflicts([]); },
  };
}

/** The browser's own question when a tab with unsaved input is closed. */
export function useUnsavedWarning(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [dirty]);
}
