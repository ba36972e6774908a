import type { RailGroup } from '../feature';

/** What somebody has opened or closed by hand; nothing about the rest. */
export type GroupChoices = Partial<Record<RailGroup, boolean>>;

const storageKey = 'ordo.rail.groups';

/** The group one is in, and by itself the operations centre, where everybody begins. */
export const isOpen = (group: RailGroup, choices: GroupChoices, current: RailGroup | undefined): boolean => group === current || (choices[group] ?? group === 'operations');

export function rememberedChoices(): GroupChoices {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    return typeof kept === 'object' && kept !== null ? Object.fromEntries(Object.entries(kept).filter(([, open]) => typeof open === 'boolean')) : {};
  } catch {
    return {};
  }
}

export const rememberChoices = (choices: GroupChoices): void => localStorage.setItem(storageKey, JSON.stringify(choices));
