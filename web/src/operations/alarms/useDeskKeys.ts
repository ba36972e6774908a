import { useEffect, useLayoutEffect, useRef } from 'react';
import { flushSync } from 'react-dom';

export type DeskKeys = Partial<Record<string, () => void>>;

/** Someone types, or a dialog or an open list takes the keys. */
export function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector('.ant-modal-wrap:not([style*="display: none"]), dialog[open], .ant-select-open, .ant-dropdown:not(.ant-dropdown-hidden), .ant-picker-dropdown:not(.ant-picker-dropdown-hidden)')) return true;
  return target instanceof Element && (target.closest('[role="dialog"], dialog, [contenteditable]') !== null || target.matches('input:not([type="checkbox"]), textarea, select'));
}

/** A button or link under the keyboard does its own thing with these. */
const ofControl = new Set([' ', 'Enter']);

/** Single keys of a page, wherever the focus is, unless somebody types. Names are those of `KeyboardEvent.key`, letters in lower case. */
export function useDeskKeys(keys: DeskKeys): void {
  const current = useRef(keys);
  useLayoutEffect(() => { current.current = keys; });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented || isTyping(event.target)) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const act = current.current[key];
      if (!act || (ofControl.has(key) && event.target instanceof Element && event.target.matches('button, a, input, summary'))) return;
      event.preventDefault();
      // The next key may follow before the next frame, and must find what this one did.
      flushSync(act);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
