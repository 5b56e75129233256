export function referencePage(_schema: unknown): string {
  return '# stub\n';
}
