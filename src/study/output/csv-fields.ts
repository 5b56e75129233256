const US_PER_SECOND = 1_000_000;

/** Whole us as seconds with at most 6 decimals, none of them a trailing zero; '' for what did not happen (-1). */
export function secondsField(us: number): string {
  if (us < 0) return '';
  const whole = Math.floor(us / US_PER_SECOND);
  const rest = us - whole * US_PER_SECOND;
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
}

/**
 * Somebody else's text in a CSV file. Text that a spreadsheet would run as a formula (it begins with = + - @, tab or
 * return) gets a ' before it; plain numbers stay as they are.
 */
export function textField(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[-+]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}

/** Fields as a line of CSV; those that must be are quoted, as RFC 4180 says. Texts are made harmless as `textField` does. */
export function csvLine(fields: readonly string[]): string {
  const quoted = fields.map((field) => {
    const text = textField(field);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${quoted.join(',')}\n`;
}

/** A time average with at most 6 decimals. */
export function averageField(value: number): string {
  return String(Number(value.toFixed(6)));
}
