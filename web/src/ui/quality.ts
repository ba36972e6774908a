/** How far a value may be trusted. The protocol's own flag follows behind a colon: `bad:D`. */
export type QualityGrade = 'good' | 'uncertain' | 'bad';

export function gradeOf(quality: string | null | undefined): QualityGrade | null {
  const grade = quality?.split(':', 1)[0];
  return grade === 'good' || grade === 'uncertain' || grade === 'bad' ? grade : null;
}

/** The flag as the device sent it, for example HJ 212's `D`; empty when there is none. */
export const flagOf = (quality: string | null | undefined): string => quality?.slice((quality.indexOf(':') + 1) || quality.length) ?? '';
