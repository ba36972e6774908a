import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { Icon } from './Icon';

/** A search field that waits until typing pauses, so that a list is not read for every letter. */
export function SearchBox({ id, label, value, onChange, width = 240 }: { id?: string; label: string; value: string; onChange: (value: string) => void; width?: number | string }) {
  const [text, setText] = useState(value);
  const [outside, setOutside] = useState(value);
  // The URL changed from elsewhere (back button, cleared filters).
  if (outside !== value) { setOutside(value); if (value !== text) setText(value); }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), 250);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return <Input {...(id ? { id } : {})} allowClear style={{ width }} aria-label={label} placeholder={label} prefix={<Icon name="search" size={14} />} value={text} onChange={(event) => setText(event.target.value)} onPressEnter={() => onChange(text)} />;
}
