import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Icon } from './Icon';

/** A search field that waits until typing pauses, so that a list is not read for every letter. */
export function SearchBox({ id, label, value, onChange, width = 240 }: { id?: string; label: string; value: string; onChange: (value: string) => void; width?: number | string }) {
  const [text, setText] = useState(value);
  const [outside, setOutside] = useState(value);
  // The URL changed from elsewhere (back button, cleared filters).
  if (outside !== value) { setOutside(value); if (value !== text) setText(value); }
  // The one of the last rendering, so that a list that is drawn again and again does not put the filter off again and again.
  const change = useRef(onChange);
  useEffect(() => { change.current = onChange; });
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => change.current(text), 250);
    return () => clearTimeout(timer);
  }, [text, value]);
  return <Input {...(id ? { id } : {})} allowClear style={{ width }} aria-label={label} placeholder={label} prefix={<Icon name="search" size={14} />} value={text} onChange={(event) => setText(event.target.value)} onPressEnter={() => onChange(text)} />;
}
