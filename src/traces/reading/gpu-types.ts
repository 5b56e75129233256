/** The GPU types that `A|B|A` allows, each once, in the order written; empty for '' (all types). */
export function typesOf(text: string): readonly string[] {
  if (text === '') return [];
  const types = text.split('|').map((type) => type.trim());
  return [...new Set(types.filter((type) => type !== ''))];
}
